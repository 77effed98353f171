// Alliantist's policy, line by line: three levels in business hours of the UK, by GMT as written.
import { describe, expect, test } from "vitest";
import { presetText } from "../../../src/policies/presets.ts";
import { readPolicy } from "../../../src/policies/read-policy.ts";
import { aDesk, formSays, inPlain, said } from "../../support/desk.ts";
import { aTicket } from "../../support/life.ts";

const LONDON = "Europe/London";
const MINOR = { title: "A spelling mistake", body: "On the first page.", level: "3" };

describe("alliantist", () => {
  test("alliantist's form names three levels by whom they meet", async () => {
    await using desk = await aDesk("2026-12-03 10:00", LONDON);
    const level = desk.formOf("kate", {}, "kent").fields.find(({ id }) => id === "level");
    expect(level?.kind === "choice" && level.options.map(({ hint }) => hint)).toEqual([
      "Down, unresponsive or erroring for all users.",
      "Material degradation for isolated users.",
      "Everything works; it is cosmetic, about documentation, or an enhancement.",
    ]);
  });

  test("alliantist answers in 1, 4 and 8 business hours", async () => {
    await using desk = await aDesk("2026-12-03 17:30", LONDON);
    const promised = ["1", "2", "3"].map((level) =>
      formSays(desk.formOf("kate", { level }, "kent"), "promise"),
    );
    expect(promised).toEqual([
      "First answer by Fri 4 Dec 2026 09:30 GMT. Nobody is woken for it.",
      "First answer by Fri 4 Dec 2026 12:30 GMT. Nobody is woken for it.",
      "First answer by Fri 4 Dec 2026 16:30 GMT. Nobody is woken for it.",
    ]);
  });

  test("alliantist counts by GMT in summer too, and the form says that this is assumed", async () => {
    await using desk = await aDesk("2026-07-02 18:30", LONDON);
    const form = desk.formOf("kate", { level: "1" }, "kent");
    expect(formSays(form, "promise")).toContain("by Fri 3 Jul 2026 10:30 BST");
    expect(formSays(form, "assumed")).toContain("GMT is meant as written, UTC all year");
    expect(formSays(form, "assumed")).toContain("UK public holidays are those of England and Wales.");
  });

  test("alliantist with GMT switched keeps the clock of the UK", async () => {
    const own = [await readPolicy(presetText("alliantist"), "alliantist", ["gmt-literal"])];
    await using desk = await aDesk("2026-07-02 18:30", LONDON, { own });
    expect(formSays(desk.formOf("kate", { level: "1" }, "kent"), "promise")).toContain(
      "by Fri 3 Jul 2026 10:00 BST",
    );
  });

  test("alliantist is closed on Easter Monday, which is a holiday of England and not of Scotland", async () => {
    await using desk = await aDesk("2026-04-02 18:30", LONDON);
    expect(formSays(desk.formOf("kate", { level: "1" }, "kent"), "promise")).toContain(
      "by Tue 7 Apr 2026 10:30 BST",
    );
    const own = [await readPolicy(presetText("alliantist"), "alliantist", ["england-and-wales"])];
    await using scottish = await aDesk("2026-04-02 18:30", LONDON, { own });
    expect(formSays(scottish.formOf("kate", { level: "1" }, "kent"), "promise")).toContain(
      "by Mon 6 Apr 2026 10:30 BST",
    );
  });

  test("alliantist's first answer is contact with the customer, and an internal note is none", async () => {
    await using desk = await aDesk("2026-12-03 10:00", LONDON);
    const number = await desk.files("kate", MINOR, "kent");
    expect(number).toBe("KENT-1");
    await desk.presses("leo", "note", number, { text: "For the next release." });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("First answer running");
    await desk.presses("leo", "reply", number, { text: "Thank you, it goes into the next release." });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("First answer met");
  });

  test("alliantist pages nobody, whatever the level and the hour", () => {
    const life = aTicket({ policy: "alliantist", level: "1", filed: "2026-12-05 03:00", zone: LONDON });
    expect(life.until("2026-12-07 12:00").told()).toEqual([
      "Mon 2026-12-07 09:30 response 50%",
      "Mon 2026-12-07 09:48 response 80%",
      "Mon 2026-12-07 10:00 response 100%",
    ]);
  });

  test("alliantist's clock does not stop while the ticket is on hold", () => {
    const life = aTicket({ policy: "alliantist", level: "3", filed: "2026-12-03 10:00", zone: LONDON });
    life.does("leo", { kind: "held", reason: "Waits for a release." }, "2026-12-03 11:00");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 18:00");
  });

  test("alliantist's tickets are filed by the customer's registered people only", async () => {
    await using desk = await aDesk("2026-12-03 10:00", LONDON);
    const carry = { ticket: null, place: null };
    const values = { ...MINOR, customer: "KENT" };
    expect(said(await desk.does("pavel", { kind: "submit", form: "file", carry, values }))).toContain(
      "Choose the customer that this is for.",
    );
  });
});
