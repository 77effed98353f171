// Quiet by design: what is no page comes as each person wants it.
import { describe, expect, test } from "vitest";
import type { FormValues } from "../../src/core/form.ts";
import { CHORES } from "../../src/desk/chores.ts";
import { aDesk, said, type TestDesk } from "../support/desk.ts";

const EVERYTHING = { answers: true, changes: true, reminders: true, shifts: true };
const OFFICE = { when: "hours", days: "Mon-Fri", times: "08:00-18:00" };

/** Fills in the form of /ticket settings; what is left out is as it is at first. */
async function sets(desk: TestDesk, who: string, values: FormValues): Promise<string> {
  const carry = { ticket: null, place: null };
  const all = { ...EVERYTHING, where: "direct", when: "always", ...values };
  return said(await desk.does(who, { kind: "submit", form: "settings", carry, values: all }));
}

/** The direct messages of somebody that hold some words. */
function direct(desk: TestDesk, who: string, words: string): number {
  return desk.reads(who).filter((line) => line.includes(words)).length;
}

const CALM = { customer: "ACME", title: "Fonts look odd", body: "Since today.", level: "4" };

async function filed(desk: TestDesk, values: FormValues = {}): Promise<string> {
  const { fields } = desk.formOf("carl");
  const level = fields.find(({ id }) => id === "level");
  const last = level?.kind === "choice" ? level.options.at(-1)?.value : undefined;
  return desk.files("carl", { ...CALM, level: last, ...values });
}

describe("/ticket settings", () => {
  test("opens a form that is filled in with how it is: everything, by direct message, always", async () => {
    await using d = await aDesk("2026-12-01 10:00");
    const reply = await d.asks("mia", { kind: "words", text: "settings" });
    if (reply.kind !== "form") throw new Error(said(reply));
    const initial = reply.form.fields.flatMap((field) => ("initial" in field ? [field.initial] : []));
    expect(initial).toEqual([true, true, true, true, "direct", "always", "mon-fri", "08:00-18:00"]);
    const contact = await d.asks("carl", { kind: "words", text: "settings" });
    const ids = contact.kind === "form" ? contact.form.fields.map(({ id }) => id) : [];
    expect(ids).toEqual(["about", "answers", "changes", "where", "when", "days", "times"]);
  });

  test("keeps them, and says beneath a field what is wrong with it", async () => {
    await using d = await aDesk("2026-12-01 10:00");
    expect(await sets(d, "mia", { ...OFFICE, shifts: false })).toContain("Mon-Fri 08:00-18:00");
    const reply = await d.asks("mia", { kind: "words", text: "settings" });
    const fields = reply.kind === "form" ? reply.form.fields : [];
    expect(fields.find(({ id }) => id === "shifts")).toMatchObject({ initial: false });
    expect(fields.find(({ id }) => id === "when")).toMatchObject({ initial: "hours" });
    expect(await sets(d, "mia", { ...OFFICE, days: "workdays" })).toMatch(/^days: "workdays" is found/);
    expect(await sets(d, "mia", { ...OFFICE, times: "8-18" })).toMatch(/^times: "8-18" is found/);
    expect(await sets(d, "mia", { ...OFFICE, times: "" })).toMatch(/^times: Say at which times/);
  });

  test("does not let answers be switched off that stand nowhere else", async () => {
    const without = (file: string) => file.replace(/^\s+channel: .*\n/gm, "");
    await using d = await aDesk("2026-12-01 10:00", undefined, { rewritten: without });
    expect(await sets(d, "carl", { answers: false })).toContain("answers: Your tickets have no channel");
  });
});

describe("outside a person's hours", () => {
  test("an answer waits until they open, in the order in which all was said; the channel reads it at once", async () => {
    await using d = await aDesk("2026-12-01 17:00");
    const number = await filed(d);
    await sets(d, "carl", OFFICE);
    await d.turnTo("2026-12-01 19:00");
    await d.presses("mia", "reply", number, { text: "First" });
    await d.presses("mia", "reply", number, { text: "Second" });
    const answers = () => d.reads("carl").flatMap((line) => /answers .*“(.*)”/.exec(line)?.[1] ?? []);
    expect(answers()).toEqual([]);
    expect(direct(d, "acme", "“First”")).toBe(1);
    await d.turnTo("2026-12-02 07:59", "America/New_York");
    expect(answers()).toEqual([]);
    await d.turnTo("2026-12-02 09:01");
    expect(answers()).toEqual(["First", "Second"]);
    await d.presses("mia", "reply", number, { text: "Third" });
    expect(answers()).toEqual(["First", "Second", "Third"]);
  });

  test("what waits comes at once where they want to be told always again", async () => {
    await using d = await aDesk("2026-12-01 17:00");
    const number = await filed(d);
    await sets(d, "carl", OFFICE);
    await d.turnTo("2026-12-01 20:00");
    await d.presses("mia", "reply", number, { text: "Late words" });
    expect(direct(d, "carl", "Late words")).toBe(0);
    await sets(d, "carl", {});
    expect(direct(d, "carl", "Late words")).toBe(1);
    await d.turnTo("2026-12-02 12:00");
    expect(direct(d, "carl", "Late words")).toBe(1);
  });

  test("a page rings all the same", async () => {
    await using d = await aDesk("2026-12-01 20:00");
    await sets(d, "mia", { ...OFFICE, reminders: false, shifts: false });
    await sets(d, "sam", { ...OFFICE, reminders: false, shifts: false });
    const { fields } = d.formOf("carl");
    const level = fields.find(({ id }) => id === "level");
    const first = level?.kind === "choice" ? level.options[0]?.value : undefined;
    await filed(d, { level: first, confirm: true });
    await d.turnTo("2026-12-01 20:30");
    expect(direct(d, "mia", "PAGE") + direct(d, "sam", "PAGE")).toBeGreaterThan(0);
  });

  test("a reminder comes on time, and the name in it does not ring", async () => {
    const reminders = async (values: FormValues) => {
      await using d = await aDesk("2026-12-01 10:00");
      const number = await filed(d);
      await d.presses("mia", "take", number);
      await sets(d, "mia", values);
      await d.turnTo("2026-12-20 10:00");
      const lines = d.reads("support").filter((line) => line.includes("It is "));
      return { all: lines.length, rung: lines.filter((line) => line.includes("It is @")).length };
    };
    const as = await reminders({});
    expect(as.rung).toBeGreaterThan(0);
    expect(as.rung).toBe(as.all);
    expect(await reminders({ reminders: false })).toEqual({ all: as.all, rung: 0 });
    expect(await reminders({ when: "hours", days: "sun", times: "03:00-04:00" })).toEqual({
      all: as.all,
      rung: 0,
    });
  });
});

describe("what somebody switched off", () => {
  test("changes of their tickets: the receipt is edited, no message comes; the channel reads it", async () => {
    await using d = await aDesk("2026-12-01 10:00");
    const number = await filed(d);
    await d.presses("mia", "reply", number, { text: "Try again" });
    await sets(d, "carl", { changes: false });
    await d.presses("mia", "close", number, { text: "Fonts are back" });
    expect(direct(d, "carl", "is closed")).toBe(0);
    expect(d.find("carl", "RECEIPT").edits).toBeGreaterThan(0);
    expect(direct(d, "acme", "is closed: Fonts are back")).toBe(1);
  });

  test("direct messages of what their customer's channel reads", async () => {
    await using d = await aDesk("2026-12-01 10:00");
    const number = await filed(d);
    await sets(d, "carl", { where: "elsewhere" });
    await d.presses("mia", "reply", number, { text: "Look here" });
    expect(direct(d, "carl", "Look here")).toBe(0);
    expect(direct(d, "acme", "Look here")).toBe(1);
  });

  test("their shifts, while others are told of theirs", async () => {
    await using d = await aDesk("2026-12-04 10:00", undefined, { chores: CHORES });
    await sets(d, "mia", { shifts: false });
    await sets(d, "sam", { when: "hours", days: "mon-fri", times: "11:00-18:00" });
    await d.turnTo("2026-12-07 10:30");
    expect([direct(d, "mia", "shift"), direct(d, "sam", "shift")]).toEqual([0, 0]);
    await d.turnTo("2026-12-07 12:00");
    expect([direct(d, "mia", "shift"), direct(d, "sam", "shift")]).toEqual([0, 1]);
  });
});
