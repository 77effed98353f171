// Working a ticket: who may do what, what each side reads, and what it does to the promises.
import { describe, expect, test } from "vitest";
import { summaryOf } from "../../src/chat/teams/render.ts";
import { aDesk, inPlain, said } from "../support/desk.ts";

const NORMAL = { title: "Proof looks wrong", body: "The colours differ.", level: "normal" };
const CODE_RED = { title: "Calls are lost", body: "All of them.", level: "1", "field.scope": "platform" };

describe("the conversation", () => {
  test("goes out from the card's thread, but for what begins with //", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await desk.files("carl", NORMAL, "acme");
    const card = desk.find("support", "CARD");
    await desk.says("leo", card, "// looks like the known bug");
    expect(desk.reads("carl")).toHaveLength(1);
    await desk.says("leo", card, "Which file is it?");
    expect(desk.reads("carl")[1]).toBe("  Leo Brandt answers ACME-1: “Which file is it?”");
    expect(desk.reads("acme")[1]).toBe("  Leo Brandt answers ACME-1: “Which file is it?”");
    expect(inPlain(desk.find("support", "CARD").message)).toContain("First answer met");
  });

  test("comes back to the thread from the receipt and from the customer's channel", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await desk.files("carl", NORMAL, "acme");
    await desk.says("carl", desk.find("carl", "RECEIPT"), "It is proof.pdf.");
    await desk.says("carl", desk.find("acme", "RECEIPT"), "And cover.pdf.");
    expect(desk.reads("support").slice(2)).toEqual([
      "  Carl Reyes (customer) wrote: “It is proof.pdf.”",
      "  Carl Reyes (customer) wrote: “And cover.pdf.”",
    ]);
  });

  test("asks the customer, waits, and goes on when the answer comes", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL, "acme");
    await desk.presses("leo", "ask", number, { text: "Which browser?" });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Awaiting your response");
    await desk.says("carl", desk.find("carl", "RECEIPT"), "Firefox.");
    expect(inPlain(desk.find("support", "CARD").message)).toContain("; Open;");
  });

  test("on a closed ticket reopens nothing, and tells the customer how to", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL, "acme");
    await desk.presses("leo", "reply", number, { text: "Fixed." });
    await desk.presses("leo", "close", number, { text: "Replaced the profile." });
    const answer = await desk.says("carl", desk.find("carl", "RECEIPT"), "Thank you");
    expect(answer).toContain("ACME-1 is closed. Support will read your message, but nothing was reopened");
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Closed");
    await desk.presses("carl", "reopen", number, { text: "It is back." });
    expect(inPlain(desk.find("support", "CARD").message)).toContain("Open");
  });

  test("in support's thread is support's alone", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await desk.files("carl", NORMAL, "acme");
    expect(await desk.says("carl", desk.find("support", "CARD"), "hello")).toContain(
      "This thread is the support team's.",
    );
  });

  test("names its ticket once in every line, where there are no threads", async () => {
    await using desk = await aDesk("2026-12-04 11:00");
    await desk.files("carl", NORMAL);
    await desk.turnTo("2026-12-04 14:00");
    const lines = desk.chat.seen.filter(({ message, under }) => message.kind === "line" && under !== null);
    const said = lines.map(({ message }) => summaryOf(message));
    expect(said.at(-1)).toContain("First answer");
    expect(said.map((line) => line.split("ACME-1 Proof looks wrong").length - 1)).toEqual(said.map(() => 1));
  });
});

describe("rights", () => {
  test("contacts see no ticket of another customer, nor learn that it exists", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL, "acme");
    const refusals = [
      await desk.presses("pavel", "show", number),
      await desk.presses("pavel", "reply", number, { text: "hello" }),
      await desk.presses("pavel", "show", "ACME-99"),
    ];
    expect(refusals.map((refusal) => refusal.replace(/^: /, "").replace(/ACME-\d+/, "N"))).toEqual(
      Array(3).fill("There is no ticket N that you can see. /ticket list shows yours."),
    );
  });

  test("a contact who takes a ticket, or presses an old button, is told why not", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL, "acme");
    expect(await desk.presses("carl", "take", number)).toBe(
      "Only the support team can do this. You can reply to ACME-1.",
    );
    await desk.presses("leo", "close", number, {
      text: "Done.",
      "outcome.response": "withdrawn",
      "why.response": "duplicate",
    });
    expect(await desk.presses("leo", "take", number)).toBe(
      "ACME-1 is closed. Reopen it first if the same problem is back.",
    );
  });
});

describe("levels", () => {
  test("a contact asks for another level with a reason; no clock changes before support accepts", async () => {
    await using desk = await aDesk("2026-12-03 10:00", "Europe/Prague");
    const number = await desk.files("pavel", { ...CODE_RED, level: "3" }, "pcc");
    const due = async () =>
      (await desk.store.transaction((tx) => tx.ticketByNumber(number)))?.targets[0]?.deadlineAt;
    const before = await due();
    await desk.presses("pavel", "ask-level", number, { level: "2", text: "More agents are hit." });
    expect(await due()).toEqual(before);
    expect(desk.reads("support").join("\n")).toContain("Pavel Dvořák asks for High: More agents are hit.");
    await desk.presses("leo", "accept-level", number);
    expect(await due()).toEqual(new Date("2026-12-03T11:00:00Z"));
  });

  test("a decline says why, and changes nothing", async () => {
    await using desk = await aDesk("2026-12-03 10:00", "Europe/Prague");
    const number = await desk.files("pavel", { ...CODE_RED, level: "3" }, "pcc");
    await desk.presses("pavel", "ask-level", number, { level: "1", text: "I am in a hurry." });
    await desk.presses("leo", "decline-level", number, { text: "There is a workaround." });
    expect(desk.reads("pavel").join("\n")).toContain(
      "Leo Brandt keeps the level as it is, not Critical (code red): There is a workaround.",
    );
  });
});

describe("closing", () => {
  test("asks what became of each promise that is neither met nor withdrawn", async () => {
    await using desk = await aDesk("2026-12-05 03:00", "Europe/Prague");
    const number = await desk.files("pavel", CODE_RED, "pcc");
    expect(await desk.presses("leo", "close", number, { text: "A cable." })).toBe(
      [
        "outcome.response: Say whether this promise was met or is withdrawn.",
        "outcome.restore: Say whether this promise was met or is withdrawn.",
      ].join("\n"),
    );
    const closed = await desk.presses("leo", "close", number, {
      text: "A cable.",
      "outcome.response": "met",
      "met.response": new Date("2026-12-05T02:00:00Z"),
      "outcome.restore": "withdrawn",
      "why.restore": "It was the customer's own cable.",
    });
    expect(closed).toBe("PCC-1 is closed.");
    expect(desk.reads("mia").join("\n")).toContain("PAGE (withdrawn)");
  });
});

describe("a page that cannot be delivered", () => {
  test("goes on to the next step at once, and says so", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    desk.chat.refuse = (place) =>
      place === "slack:U0MIA000001" ? { is: "failed", why: "cannot_dm_bot" } : null;
    await desk.files("carl", { ...NORMAL, level: "urgent", confirm: true }, "acme");
    await desk.turnTo("2026-12-04 18:06");
    expect(desk.reads("sam")).toHaveLength(1);
    expect(desk.reads("support").join("\n")).toMatch(/Could not page \w+ \w+ \(primary\): cannot_dm_bot/);
  });
});

describe("commands", () => {
  test("do what the buttons do", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", { ...NORMAL, level: "urgent", confirm: true }, "acme");
    const type = async (who: string, text: string) => said(await desk.does(who, { kind: "words", text }));
    expect(await type("mia", "take acme-1")).toBe("You have taken ACME-1.");
    expect(await type("mia", "take ACME-1")).toBe("You have ACME-1 already.");
    expect(await type("mia", "reply ACME-1 We are on it.")).toBe("Your answer to ACME-1 is on its way.");
    expect(await type("carl", "show ACME-1")).toContain("First answer met");
    expect(await type("mia", "mine")).toBe("Your tickets: 1; ACME-1 Proof looks wrong");
    expect(await type("pavel", "list")).toBe("Open tickets: none");
    expect(await type("carl", "help")).toContain("/ticket list");
  });
});
