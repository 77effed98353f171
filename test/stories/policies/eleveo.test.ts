// Eleveo's policy, line by line: code red around the clock, the rest in the client's own time, restoration for the platform.
import { describe, expect, test } from "vitest";
import { presetText } from "../../../src/policies/presets.ts";
import { readPolicy } from "../../../src/policies/read-policy.ts";
import { aDesk, formSays, inPlain } from "../../support/desk.ts";
import { aTicket } from "../../support/life.ts";

const PRAGUE = "Europe/Prague";
const FRIDAY = "2026-12-04 16:00";
const CODE_RED = { title: "Calls are lost", body: "All of them.", level: "1", "field.scope": "platform" };

describe("eleveo", () => {
  test("eleveo's form names four levels, and calls the first one code red", async () => {
    await using desk = await aDesk(FRIDAY, PRAGUE);
    const level = desk.formOf("pavel", {}, "pcc").fields.find(({ id }) => id === "level");
    expect(level?.kind === "choice" && level.options.map(({ label, hint }) => `${label}: ${hint}`)).toEqual([
      "Critical (code red): A critical business function cannot be performed, and there is no workaround.",
      "High: Work is possible, but degraded or severely limited.",
      "Medium: Work is largely unaffected, and there is a workaround.",
      "Low: The impact is trivial, or it is a question.",
    ]);
  });

  test("eleveo answers a code red by phone in 30 minutes, on Christmas night as well, and pages", async () => {
    await using desk = await aDesk("2026-12-25 03:00", PRAGUE);
    expect(formSays(desk.formOf("pavel", { level: "1" }, "pcc"), "promise")).toBe(
      "First answer (by phone) by Fri 25 Dec 2026 03:30 CET. The person on call is paged at once.",
    );
    await desk.files("pavel", { ...CODE_RED, "field.scope": "single-client" }, "pcc");
    expect(desk.reads("oncall").join("\n")).toContain("PAGE (ringing) Critical (code red) · PCC-1");
  });

  test("eleveo's first answer by message, where a call was promised, is shown as such", async () => {
    await using desk = await aDesk(FRIDAY, PRAGUE);
    const number = await desk.files("pavel", CODE_RED, "pcc");
    await desk.presses("sam", "reply", number, { text: "We are on it." });
    const { message } = desk.find("support", "CARD");
    const answer =
      message.kind === "card" ? message.promises.find(({ label }) => label === "First answer") : null;
    expect(JSON.stringify(answer?.words)).toContain("by message, where a call was promised");
  });

  test("eleveo answers levels 2, 3 and 4 in 2 and 4 hours and 1 day of the client's own time", async () => {
    await using desk = await aDesk(FRIDAY, PRAGUE);
    const promised = ["2", "3", "4"].map((level) =>
      formSays(desk.formOf("pavel", { level, "field.scope": "platform" }, "pcc"), "promise"),
    );
    expect(promised).toEqual([
      "First answer by Mon 7 Dec 2026 09:00 CET. Function restored by Tue 8 Dec 2026 16:00 CET. Nobody is woken for it.",
      "First answer by Mon 7 Dec 2026 11:00 CET. Function restored by Fri 11 Dec 2026 16:00 CET. Nobody is woken for it.",
      "First answer (by web) by Mon 7 Dec 2026 16:00 CET. Nobody is woken for it.",
    ]);
  });

  test.each([
    ["Asia/Kolkata", "Mon 2026-12-07 09:00"],
    ["America/New_York", "Mon 2026-12-07 09:00"],
    ["Australia/Lord_Howe", "Mon 2026-12-07 09:00"],
  ])("eleveo's level 2 of Friday 16:00 in %s is due on Monday 09:00 there", (zone, due) => {
    const life = aTicket({ policy: "eleveo", level: "2", filed: FRIDAY, zone });
    expect(life.deadline("response")).toBe(due);
  });

  test("eleveo restores what concerns the whole platform, and promises no restoration to a single client", async () => {
    await using desk = await aDesk(FRIDAY, PRAGUE);
    const promised = (scope: string) =>
      formSays(desk.formOf("pavel", { level: "1", "field.scope": scope }, "pcc"), "promise");
    expect(promised("platform")).toContain("Function restored by Fri 4 Dec 2026 20:00 CET.");
    expect(promised("single-client")).not.toContain("Function restored");
  });

  test("eleveo's function is restored before the ticket is resolved: two events", async () => {
    await using desk = await aDesk(FRIDAY, PRAGUE);
    const number = await desk.files("pavel", CODE_RED, "pcc");
    await desk.presses("sam", "reply", number, { text: "We are on it." });
    await desk.presses("sam", "restore", number, {});
    const card = () => inPlain(desk.find("support", "CARD").message);
    expect(card()).toContain("Open");
    expect(card()).toContain("Function restored met");
    await desk.presses("sam", "close", number, { text: "The cause is fixed, too." });
    expect(card()).toContain("Closed");
  });

  test("eleveo's time to restore waits for the customer, and the form says that this is assumed", async () => {
    const asked = { kind: "asked", text: "May we look?" } as const;
    const platform = { attributes: { scope: "platform" }, zone: PRAGUE, filed: FRIDAY };
    const life = aTicket({ policy: "eleveo", level: "2", ...platform });
    life.does("sam", asked, "2026-12-04 16:30");
    life.does("carl", { kind: "wrote", text: "Yes.", attachments: [] }, "2026-12-07 09:00");
    expect(life.deadline("restore")).toBe("Wed 2026-12-09 08:30");
    await using desk = await aDesk(FRIDAY, PRAGUE);
    const said = (scope: string) =>
      formSays(desk.formOf("pavel", { level: "2", "field.scope": scope }, "pcc"), "assumed");
    expect(said("platform")).toContain(
      "The time to restore stands still while we wait for the client's answer",
    );
    expect(said("single-client")).toBe("");
  });

  test("eleveo with that assumption switched goes on counting while it waits", async () => {
    const own = [await readPolicy(presetText("eleveo"), "eleveo", ["restore-waits"])];
    await using desk = await aDesk(FRIDAY, PRAGUE, { own });
    const number = await desk.files("pavel", CODE_RED, "pcc");
    await desk.presses("sam", "ask", number, { text: "May we look?" });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Function restored running");
    await using usual = await aDesk(FRIDAY, PRAGUE);
    await usual.presses("sam", "ask", await usual.files("pavel", CODE_RED, "pcc"), { text: "May we look?" });
    expect(inPlain(usual.find("support", "CARD").message)).toContain("Function restored paused");
  });

  test("eleveo's severity is asked for by the client and decided by support", async () => {
    await using desk = await aDesk(FRIDAY, PRAGUE);
    const number = await desk.files("pavel", { ...CODE_RED, level: "3" }, "pcc");
    await desk.presses("pavel", "ask-level", number, { level: "1", text: "Nobody can take calls now." });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("CARD PCC-1");
    expect(desk.reads("oncall").join("\n")).not.toContain("PAGE");
    await desk.presses("sam", "accept-level", number, {});
    expect(desk.reads("oncall").join("\n")).toContain("PAGE (ringing) Critical (code red)");
  });
});
