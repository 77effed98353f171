// Alleo's policy, line by line: four levels, first answers in the support hours of New York, five statuses.
import { describe, expect, test } from "vitest";
import { presetText } from "../../../src/policies/presets.ts";
import { readPolicy } from "../../../src/policies/read-policy.ts";
import { aDesk, formSays, inPlain, said } from "../../support/desk.ts";
import { aTicket } from "../../support/life.ts";

const ZONE = "America/New_York";
const THURSDAY = "2026-12-03 10:00";
const SLOW = { title: "Lists load slowly", body: "Each takes a minute.", level: "2" };

describe("alleo", () => {
  test("alleo's form names four levels by what the customer sees", async () => {
    await using desk = await aDesk(THURSDAY, ZONE);
    const level = desk.formOf("nora", {}, "north").fields.find(({ id }) => id === "level");
    expect(level?.kind === "choice" && level.options.map(({ value, hint }) => `${value}: ${hint}`)).toEqual([
      "1: The product is not accessible or not functioning.",
      "2: The product is noticeably impaired, but accessible and functional.",
      "3: Information or assistance is wanted on capabilities, configuration or operation.",
      "4: The product works as intended, and the customer's business is not affected.",
    ]);
  });

  test("alleo promises the first answer in 4 hours, or 1, 2 and 5 business days of New York", async () => {
    await using desk = await aDesk(THURSDAY, ZONE);
    const promised = ["1", "2", "3", "4"].map((level) =>
      formSays(desk.formOf("nora", { level }, "north"), "promise"),
    );
    expect(promised).toEqual([
      "First answer by Thu 3 Dec 2026 14:00 EST. Nobody is woken for it.",
      "First answer by Fri 4 Dec 2026 10:00 EST. Nobody is woken for it.",
      "First answer by Mon 7 Dec 2026 10:00 EST. Nobody is woken for it.",
      "First answer by Thu 10 Dec 2026 10:00 EST. Nobody is woken for it.",
    ]);
  });

  test("alleo's level 1 of Friday 16:00 is due on Monday 11:00, and nobody is paged", () => {
    const life = aTicket({ policy: "alleo", level: "1", filed: "2026-12-04 16:00", zone: ZONE });
    expect(life.deadline("response")).toBe("Mon 2026-12-07 11:00");
    expect(life.until("2026-12-07 12:00").told()).toEqual([
      "Mon 2026-12-07 09:00 response 50%",
      "Mon 2026-12-07 10:12 response 80%",
      "Mon 2026-12-07 11:00 response 100%",
    ]);
  });

  test("alleo is open on Christmas Day, and the form says that this is assumed", async () => {
    await using desk = await aDesk("2026-12-25 09:00", ZONE);
    const form = desk.formOf("nora", { level: "1" }, "north");
    expect(formSays(form, "promise")).toContain("by Fri 25 Dec 2026 13:00 EST");
    expect(formSays(form, "assumed")).toBe(
      "Assumed, where the policy's source is silent: Support hours are those of Monday to Friday, because the source speaks of " +
        "business days. Support is open on holidays, because the source names none.",
    );
  });

  test("alleo with its holidays switched is closed on Christmas Day, and on no other day than before", async () => {
    const own = [await readPolicy(presetText("alleo"), "alleo", ["no-holidays"])];
    await using christmas = await aDesk("2026-12-25 09:00", ZONE, { own });
    expect(formSays(christmas.formOf("nora", { level: "1" }, "north"), "promise")).toContain(
      "by Mon 28 Dec 2026 12:00 EST",
    );
    await using thursday = await aDesk(THURSDAY, ZONE, { own });
    expect(formSays(thursday.formOf("nora", { level: "4" }, "north"), "promise")).toContain(
      "by Thu 10 Dec 2026 10:00 EST",
    );
  });

  test("alleo's ticket goes through New, Open, Awaiting your response, On hold and Closed", async () => {
    await using desk = await aDesk(THURSDAY, ZONE);
    const number = await desk.files("nora", SLOW, "north");
    expect(number).toBe("NORTH-1");
    const status = () => inPlain(desk.find("support", "CARD").message).split("; ")[1];
    const seen = [status()];
    await desk.presses("leo", "reply", number, { text: "We look into it." });
    seen.push(status());
    await desk.presses("leo", "ask", number, { text: "Which list?" });
    seen.push(status());
    await desk.presses("leo", "hold", number, { text: "A bug: it waits for the release of its fix." });
    seen.push(status());
    await desk.presses("leo", "resume", number);
    await desk.presses("leo", "close", number, { text: "The fix is released." });
    seen.push(status());
    expect(seen).toEqual(["New", "Open", "Awaiting your response", "On hold", "Closed"]);
  });

  test("alleo's clock stops neither while the customer is asked nor on hold", () => {
    const life = aTicket({ policy: "alleo", level: "1", filed: THURSDAY, zone: ZONE });
    life.does("leo", { kind: "asked", text: "Which list?" }, "2026-12-03 10:30");
    life.does("leo", { kind: "held", reason: "It waits for a release." }, "2026-12-03 10:45");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 14:00");
  });

  test("alleo's filing asks for a title, what happened and a level, and offers a screenshot or log", async () => {
    await using desk = await aDesk(THURSDAY, ZONE);
    const { fields } = desk.formOf("nora", {}, "north");
    expect(fields.map(({ id }) => id)).toEqual(["title", "body", "level", "promise", "files"]);
    const carry = { ticket: null, place: null };
    const reply = await desk.does("nora", { kind: "submit", form: "file", carry, values: {} }, "north");
    expect(said(reply).split("\n")).toHaveLength(3);
  });

  test("alleo's tickets are filed by named contacts only", async () => {
    await using desk = await aDesk(THURSDAY, ZONE);
    expect(said(await desk.does("slack:U0STRANGER", { kind: "words", text: "list" }))).toContain(
      "Belfry does not know you yet.",
    );
    const carry = { ticket: null, place: null };
    const values = { ...SLOW, customer: "NORTH" };
    expect(said(await desk.does("carl", { kind: "submit", form: "file", carry, values }))).toContain(
      "Choose the customer that this is for.",
    );
  });
});
