// Allure's policy, line by line: work begins within an hour or four at level 1, and no time is promised below it.
import { describe, expect, test } from "vitest";
import { presetText } from "../../../src/policies/presets.ts";
import { readPolicy } from "../../../src/policies/read-policy.ts";
import { aDesk, formSays, inPlain } from "../../support/desk.ts";
import { aTicket } from "../../support/life.ts";

const ZONE = "America/New_York";
const SATURDAY = "2026-12-05 22:00";
const DOWN = { title: "It is down", body: "Nothing loads.", level: "1" };

describe("allure", () => {
  test("allure's form names four levels by the loss of service", async () => {
    await using desk = await aDesk(SATURDAY, ZONE);
    const level = desk.formOf("hana", {}, "harbor").fields.find(({ id }) => id === "level");
    expect(level?.kind === "choice" && level.options.map(({ hint }) => hint)).toEqual([
      "The service is unavailable, a mission-critical function is not available, or it crashes or hangs without end.",
      "Severe loss of service; operation goes on in a restricted way.",
      "A minor loss or error, with a workaround.",
      "A minor problem, or a question.",
    ]);
  });

  test("allure begins work within 1 hour for production and 4 for another environment, at any hour", async () => {
    await using desk = await aDesk(SATURDAY, ZONE);
    const promised = (environment: string) =>
      formSays(desk.formOf("hana", { level: "1", "field.environment": environment }, "harbor"), "promise");
    expect(promised("production")).toBe(
      "Work begins by Sat 5 Dec 2026 23:00 EST. The person on call is paged at once.",
    );
    expect(promised("non-production")).toContain("Work begins by Sun 6 Dec 2026 02:00 EST.");
  });

  test("allure's target is met by beginning work, and not by an answer", async () => {
    await using desk = await aDesk(SATURDAY, ZONE);
    const number = await desk.files("hana", DOWN, "harbor");
    expect(number).toBe("HARBOR-1");
    await desk.presses("sam", "reply", number, { text: "We have seen it." });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Work begins running");
    await desk.presses("sam", "begin", number, {});
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Work begins met");
  });

  test.each(["2", "3", "4"])("allure promises no time at level %s, and says so and why", async (level) => {
    await using desk = await aDesk("2026-12-03 10:00", ZONE);
    const form = desk.formOf("hana", { level }, "harbor");
    expect(formSays(form, "promise")).toMatch(
      /^The policy promises no time for \w+\. Nobody is woken for it\.$/,
    );
    expect(formSays(form, "assumed")).toContain(
      "Levels 2 to 4 promise no times, because their table is missing from the published text.",
    );
    await desk.files("hana", { ...DOWN, level }, "harbor");
    const { message } = desk.find("hana", "RECEIPT");
    expect(message.kind === "receipt" && message.notices).toEqual([
      ["The policy promises no time for this level."],
    ]);
  });

  test("allure's form says that level 1 is assumed to count around the clock, from any channel, and to page", async () => {
    await using desk = await aDesk(SATURDAY, ZONE);
    const assumed = formSays(desk.formOf("hana", { level: "1" }, "harbor"), "assumed");
    expect(assumed).toContain("Level 1 counts around the clock.");
    expect(assumed).toContain("Level 1 counts for tickets from any channel.");
    expect(assumed).toContain("Level 1 pages at any time");
    expect(assumed).not.toContain("Levels 2 to 4");
  });

  test("allure with the footnote 'during normal business hours' switched on counts in them, and still pages", async () => {
    const own = [await readPolicy(presetText("allure"), "allure", ["around-the-clock"])];
    await using desk = await aDesk(SATURDAY, ZONE, { own });
    expect(formSays(desk.formOf("hana", { level: "1" }, "harbor"), "promise")).toBe(
      "Work begins by Mon 7 Dec 2026 10:00 EST. The person on call is paged at once.",
    );
  });

  test("allure with the footnote 'only for issues submitted by phone' switched on promises nothing to the form", async () => {
    const own = [await readPolicy(presetText("allure"), "allure", ["any-channel"])];
    await using desk = await aDesk(SATURDAY, ZONE, { own });
    expect(formSays(desk.formOf("hana", { level: "1" }, "harbor"), "promise")).toContain(
      "The policy promises no time for Critical.",
    );
    const phoned = { level: "1", receivedBy: "phone", customer: "HARBOR" };
    expect(formSays(desk.formOf("sam", phoned, "harbor"), "promise")).toContain(
      "Work begins by Sat 5 Dec 2026 23:00 EST.",
    );
  });

  test("allure with its page switched pages level 1 outside business hours only", async () => {
    const own = [await readPolicy(presetText("allure"), "allure", ["level-1-pages"])];
    await using night = await aDesk(SATURDAY, ZONE, { own });
    await night.files("hana", DOWN, "harbor");
    expect(night.reads("oncall").join("\n")).toContain("PAGE (ringing)");
    await using day = await aDesk("2026-12-03 10:00", ZONE, { own });
    await day.files("hana", DOWN, "harbor");
    expect(day.reads("oncall").join("\n")).not.toContain("PAGE");
  });

  test("allure's level is raised only with stated evidence, and then starts its clock", async () => {
    await using desk = await aDesk("2026-12-03 10:00", ZONE);
    const number = await desk.files("hana", { ...DOWN, level: "3" }, "harbor");
    expect(await desk.presses("sam", "change-level", number, { level: "1", text: " " })).toMatch(/^text: /);
    await desk.presses("sam", "change-level", number, { level: "1", text: "All users see the error page." });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Work begins running");
    expect(desk.reads("support").join("\n")).toContain("All users see the error page.");
  });

  test("allure's clock does not stop while the customer is asked", () => {
    const life = aTicket({ policy: "allure", level: "1", filed: SATURDAY, zone: ZONE });
    life.does("sam", { kind: "asked", text: "Since when?" }, "2026-12-05 22:10");
    expect(life.deadline("start")).toBe("Sat 2026-12-05 23:00");
  });
});
