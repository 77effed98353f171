// A desk whose pages could not go out is refused before it is relied on.
import { describe, expect, test } from "vitest";
import { readConfig, secretsIn } from "../../src/config.ts";
import { refuseLackingWays } from "../../src/main/ways.ts";

const ways = [
  { id: "pd", address: "pagerduty:pd", secretFrom: "PAGERDUTY_KEY" },
  { id: "ops", address: "webhook:ops", url: "https://ops.example/", secretFrom: "OPS_SECRET" },
  { id: "sam-mail", address: "mail:sam@vendor.example" },
];
const MAIL = { SMTP_URL: "smtp://belfry:hunter%2F22@mail.example:587", MAIL_FROM: "belfry@vendor.example" };

describe("ways out that the settings do not serve", () => {
  test("are told all at once, each with what it lacks", () => {
    expect(() => refuseLackingWays({ ways }, readConfig({ OPS_SECRET: " " }, "/srv"))).toThrow(
      "The desk file has ways out that pages cannot take:\n" +
        "pd: PAGERDUTY_KEY is not set where Belfry runs.\n" +
        "ops: OPS_SECRET is not set where Belfry runs.\n" +
        "sam-mail: SMTP_URL and MAIL_FROM are not set; mail needs both.",
    );
  });

  test("are none where all is set, or where the desk file has none", () => {
    const config = readConfig({ ...MAIL, PAGERDUTY_KEY: "k".repeat(32), OPS_SECRET: "shared" }, "/srv");
    expect(() => refuseLackingWays({ ways }, config)).not.toThrow();
    expect(() => refuseLackingWays({}, readConfig({}, "/srv"))).not.toThrow();
  });

  test("half a mail server is no mail server", () => {
    expect(() => readConfig({ SMTP_URL: MAIL.SMTP_URL }, "/srv")).toThrow(/^MAIL_FROM is missing/);
  });

  test("have secrets that no log shows, as written and as they are meant", () => {
    const config = readConfig(
      { ...MAIL, PAGERDUTY_KEY: "R0UT1NG", HEARTBEAT_URL: "https://hb.example/uuid" },
      "/",
    );
    expect(secretsIn(config)).toEqual(
      expect.arrayContaining(["R0UT1NG", "hunter%2F22", "hunter/22", "https://hb.example/uuid"]),
    );
  });
});
