import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../src/config.ts";

const folder = join("/srv", "belfry");
const socketSlack = { SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_APP_TOKEN: "xapp-1-a" };

describe("the environment", () => {
  it("without any setting means the sandbox on the embedded database in .belfry", () => {
    expect(readConfig({}, folder)).toEqual({
      slack: null,
      host: "127.0.0.1",
      port: 3000,
      publicUrl: null,
      databaseUrl: null,
      dataDir: join(folder, ".belfry"),
      deskFile: null,
      mail: null,
      heartbeatUrl: null,
      environment: {},
      logLevel: null,
      isProduction: false,
    });
  });

  it("counts an empty variable as not set, as a copied .env.example leaves it", () => {
    const empty = { SLACK_BOT_TOKEN: "", SLACK_MODE: " ", PORT: "", DATABASE_URL: "", LOG_LEVEL: "" };
    expect(readConfig(empty, folder)).toEqual(readConfig({}, folder));
  });

  it("uses Socket Mode where an app-level token is set and nothing else is said", () => {
    expect(readConfig(socketSlack, folder).slack?.transport).toEqual({ by: "socket", appToken: "xapp-1-a" });
  });

  it("uses HTTP where only a signing secret is set, or where SLACK_MODE says so", () => {
    const secret = { SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_SIGNING_SECRET: "8f14" };
    const http = { by: "http", signingSecret: "8f14" };
    expect(readConfig(secret, folder).slack?.transport).toEqual(http);
    expect(readConfig({ ...secret, ...socketSlack, SLACK_MODE: "http" }, folder).slack?.transport).toEqual(
      http,
    );
  });

  it("takes relative paths from the folder it runs in, and ends the API's address in a slash", () => {
    const config = readConfig(
      {
        ...socketSlack,
        BELFRY_FILE: "desk.yaml",
        BELFRY_DATA_DIR: "/var/lib/belfry",
        SLACK_API_URL: "http://127.0.0.1:9/api",
      },
      folder,
    );
    expect(config.deskFile).toBe(join(folder, "desk.yaml"));
    expect(config.dataDir).toBe("/var/lib/belfry");
    expect(config.slack?.apiUrl).toBe("http://127.0.0.1:9/api/");
  });

  it("leaves other programs' SLACK_ variables alone", () => {
    expect(readConfig({ SLACK_WEBHOOK_URL: "https://hooks.example/1" }, folder).slack).toBeNull();
  });
});

describe("faults", () => {
  it("are all told at once, one sentence each", () => {
    expect(
      faultsOf({
        SLACK_APP_TOKEN: "xoxb-wrong",
        SLACK_MODE: "carrier-pigeon",
        SLACK_API_URL: "ftp://slack.example",
        HOST: "127.0.0.1; rm",
        PORT: "99999",
        DATABASE_URL: "mysql://db",
        LOG_LEVEL: "loud",
      }).map((sentence) => sentence.split(" ")[0]),
    ).toEqual([
      "SLACK_APP_TOKEN",
      "SLACK_MODE",
      "SLACK_API_URL",
      "HOST",
      "PORT",
      "DATABASE_URL",
      "LOG_LEVEL",
      "SLACK_BOT_TOKEN",
    ]);
  });

  it.each([
    [{ SLACK_SIGNING_SECRET: "8f14" }, ["SLACK_BOT_TOKEN"]],
    [{ SLACK_API_URL: "http://127.0.0.1:9/" }, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]],
    [{ SLACK_BOT_TOKEN: "xoxb-1-a" }, ["SLACK_SIGNING_SECRET"]],
    [{ SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_MODE: "socket" }, ["SLACK_APP_TOKEN"]],
    [{ ...socketSlack, SLACK_MODE: "http" }, ["SLACK_SIGNING_SECRET"]],
  ])("a half-set Slack is refused and never becomes the sandbox: %j", (environment, missing) => {
    const faults = faultsOf(environment);
    expect(faults.map((sentence) => sentence.split(" ")[0])).toEqual(missing);
    expect(faults.join()).toContain("is missing");
  });

  it("never repeat a value, which may be a secret", () => {
    const faults = faultsOf({
      SLACK_BOT_TOKEN: "hunter2",
      DATABASE_URL: "hunter2",
      SLACK_APP_TOKEN: "hunter2",
    });
    expect(faults.join(" ")).not.toContain("hunter2");
  });
});

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment, folder);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
