// Aleyant's policy, line by line: urgent and normal, a goal and a limit in Chicago's hours, and a page outside them.
import { describe, expect, test } from "vitest";
import { presetText } from "../../../src/policies/presets.ts";
import { readPolicy } from "../../../src/policies/read-policy.ts";
import { aDesk, formSays, inPlain, said } from "../../support/desk.ts";
import { aTicket } from "../../support/life.ts";

const ZONE = "America/Chicago";
const SLOWER = "Mondays and the day after a holiday may take longer than usual.";
const NORMAL = { title: "Proof looks wrong", body: "The colours differ.", level: "normal" };
const URGENT = { title: "No orders", body: "The shop shows an error.", level: "urgent", confirm: true };

describe("aleyant", () => {
  test("aleyant's urgent is said to the filer, and has to be confirmed", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const confirm = desk
      .formOf("carl", { level: "urgent" }, "acme")
      .fields.find(({ id }) => id === "confirm");
    expect(confirm?.kind === "confirm" && confirm.option).toBe(
      "Our customer cannot place an order, or we cannot produce the job.",
    );
    const values = { ...URGENT, confirm: false };
    const carry = { ticket: null, place: null };
    expect(said(await desk.does("carl", { kind: "submit", form: "file", carry, values }, "acme"))).toBe(
      "confirm: Confirm it, or choose another level.",
    );
  });

  test("aleyant's urgent flag is cleared by support with a reason, and not without", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", URGENT, "acme");
    expect(await desk.presses("sam", "change-level", number, { level: "normal", text: "" })).toMatch(
      /^text: /,
    );
    await desk.presses("sam", "change-level", number, { level: "normal", text: "A test order." });
    expect(desk.reads("support").join("\n")).toContain("A test order.");
  });

  test("aleyant has a goal of 4 and a limit of 6 hours, and both are told", () => {
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-03 09:00", zone: ZONE });
    expect(life.until("2026-12-03 17:00").told()).toEqual([
      "Thu 2026-12-03 12:00 response 50%",
      "Thu 2026-12-03 13:00 response goal",
      "Thu 2026-12-03 13:48 response 80%",
      "Thu 2026-12-03 15:00 response 100%",
    ]);
  });

  test("aleyant is closed on Thanksgiving, and the form says that this is assumed", async () => {
    await using desk = await aDesk("2026-11-25 16:00");
    const form = desk.formOf("carl", { level: "normal" }, "acme");
    expect(formSays(form, "promise")).toBe(
      "First answer by Fri 27 Nov 2026 14:00 CST. Nobody is woken for it.",
    );
    expect(formSays(form, "assumed")).toContain("The office is closed on US federal holidays.");
    expect(formSays(form, "assumed")).not.toContain("nobody has taken");
  });

  test("aleyant with its holidays switched is open on Thanksgiving", async () => {
    const own = [await readPolicy(presetText("aleyant"), "aleyant", ["federal-holidays"])];
    await using desk = await aDesk("2026-11-25 16:00", ZONE, { own });
    const form = desk.formOf("carl", { level: "normal" }, "acme");
    expect(formSays(form, "promise")).toContain("by Thu 26 Nov 2026 14:00 CST");
  });

  test("aleyant's filer is told on a Monday that it may take longer, in the form and in the receipt", async () => {
    await using desk = await aDesk("2026-12-07 10:00");
    expect(formSays(desk.formOf("carl", { level: "normal" }, "acme"), "notice.0")).toBe(SLOWER);
    await desk.files("carl", NORMAL, "acme");
    const { message } = desk.find("carl", "RECEIPT");
    expect(message.kind === "receipt" && message.notices).toEqual([[SLOWER]]);
  });

  test.each([
    ["the day after Thanksgiving", "2026-11-27 10:00", SLOWER],
    ["the Monday after a Friday's holiday", "2026-12-28 10:00", SLOWER],
    ["the Tuesday after Labor Day", "2026-09-08 10:00", SLOWER],
    ["an ordinary Tuesday", "2026-12-08 10:00", ""],
    ["Thanksgiving itself", "2026-11-26 10:00", ""],
    ["Monday 00:30 in Prague, still Sunday in Chicago", "2026-12-06 17:30", ""],
  ])("aleyant's filer is told that it may take longer, or not, on %s", async (_, filed, says) => {
    await using desk = await aDesk(filed);
    expect(formSays(desk.formOf("carl", { level: "normal" }, "acme"), "notice.0")).toBe(says);
  });

  test("aleyant's urgent ticket outside hours pages at once", async () => {
    await using desk = await aDesk("2026-11-26 10:00");
    await desk.files("carl", URGENT, "acme");
    expect(desk.reads("oncall").join("\n")).toContain("PAGE (ringing) Urgent · ACME-1");
  });

  test("aleyant's urgent ticket in hours alerts the channel, and pages at closing if nobody attends to it", async () => {
    await using desk = await aDesk("2026-12-03 15:00");
    await desk.files("carl", URGENT, "acme");
    expect(desk.reads("support").join("\n")).toContain("@here");
    await desk.turnTo("2026-12-03 16:59");
    expect(desk.reads("oncall").join("\n")).not.toContain("PAGE");
    await desk.turnTo("2026-12-03 17:00");
    expect(desk.reads("oncall").join("\n")).toContain("PAGE (ringing)");
  });

  test("aleyant with its page at closing switched pages nobody for what came in hours", async () => {
    const own = [await readPolicy(presetText("aleyant"), "aleyant", ["page-at-closing"])];
    await using desk = await aDesk("2026-12-03 15:00", ZONE, { own });
    expect(formSays(desk.formOf("carl", { level: "urgent" }, "acme"), "promise")).toContain(
      "The support channel is alerted at once.",
    );
    await desk.files("carl", URGENT, "acme");
    await desk.turnTo("2026-12-04 08:00");
    expect(desk.reads("oncall").join("\n")).not.toContain("PAGE");
  });

  test("aleyant's normal ticket pages nobody, at any hour", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", NORMAL, "acme");
    await desk.turnTo("2026-12-07 08:00");
    expect(desk.reads("oncall")).toEqual([]);
  });

  test("aleyant's reply on a closed ticket reopens nothing silently, and says how to", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL, "acme");
    await desk.presses("leo", "reply", number, { text: "Fixed." });
    await desk.presses("leo", "close", number, { text: "Fixed." });
    expect(await desk.says("carl", desk.find("carl", "RECEIPT"), "It is back.")).toContain(
      "nothing was reopened",
    );
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Closed");
  });

  test("aleyant's clock does not stop while the ticket is on hold", () => {
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-03 09:00", zone: ZONE });
    life.does("leo", { kind: "held", reason: "Waits for a colleague." }, "2026-12-03 09:30");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 15:00");
  });
});
