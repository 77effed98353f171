// The page in people's hands: acknowledged is not answered, handed on, snoozed, resolved, and told honestly to its filer.
import { describe, expect, test } from "vitest";
import { aDesk, inPlain, said, type TestDesk } from "../support/desk.ts";
import type { CardMessage, ReceiptMessage, Text } from "../../src/core/message.ts";

const RED = {
  title: "Calls are dropped",
  body: "All agents.",
  level: "1",
  "field.scope": "single-client",
};

/**
 * A code red of Saturday 03:00 in Prague, which is promised an answer by 03:30. Mia is on call and paged; her ladder goes to
 * her again at 03:05, to Sam at 03:10, and to the channel at 03:20.
 */
async function aRed(
  rewritten: (file: string) => string = (file) => file,
): Promise<TestDesk & AsyncDisposable> {
  const desk = await aDesk("2026-12-05 03:00", "Europe/Prague", { rewritten });
  expect(await desk.files("pavel", RED)).toBe("PCC-1");
  return desk;
}

const NR = "PCC-1";

/** The pages in somebody's direct messages. */
const pagesOf = (desk: TestDesk, who: string) => desk.reads(who).filter((line) => line.startsWith("PAGE"));

/** Every copy of a page, by its state. */
const statesOf = (desk: TestDesk) => [
  ...new Set(desk.chat.seen.flatMap(({ message }) => (message.kind === "page" ? [message.state] : []))),
];

/** The labels of the buttons on the last page in a place. */
const buttonsOf = (desk: TestDesk, who: string) => {
  const last = desk.chat.seen.findLast(
    ({ message, place }) => message.kind === "page" && place === desk.find(who, "PAGE").place,
  )?.message;
  return last?.kind === "page" ? last.buttons.map(({ label }) => label) : [];
};

/** What the last page in a place says first. */
const askOf = (desk: TestDesk, who: string) => {
  const last = desk.chat.seen.findLast(
    ({ message, place }) => message.kind === "page" && place === desk.find(who, "PAGE").place,
  )?.message;
  return last?.kind === "page" ? plain(last.ask ?? []) : "";
};

const plain = (text: Text) =>
  inPlain({ kind: "line", tone: "plain", text, quote: null, attachments: [], buttons: [] });

/** The ticket's card in the support channel. */
const cardIn = (desk: TestDesk) => desk.find("support", `CARD ${NR}`).message as CardMessage;

/** The notices on the filer's receipt. */
const toldTo = (desk: TestDesk, who: string) => {
  const { message } = desk.find(who, `RECEIPT ${NR}`);
  return (message as ReceiptMessage).notices.map(plain).filter((line) => !line.includes("promises no"));
};

describe("acknowledged is not answered", () => {
  test("whoever has it is reminded by a page of their own; then the ladder goes on with the next", async () => {
    await using desk = await aRed();
    expect(await desk.presses("mia", "acknowledge", NR)).toBe(
      "You have acknowledged PCC-1. The promise to the customer still runs: answer by replying. " +
        "If the customer has no answer by Sat 5 Dec 2026 03:15 CET, you are reminded.",
    );
    expect(statesOf(desk)).toEqual(["acknowledged"]);
    expect(pagesOf(desk, "mia")).toHaveLength(1);

    await desk.turnTo("2026-12-05 03:15");
    expect(pagesOf(desk, "mia")).toHaveLength(2);
    expect(askOf(desk, "mia")).toBe(
      "You have acknowledged it, and the customer has no answer yet. Reply or record a call, snooze it, or hand it on; " +
        "else the page goes on Sat 5 Dec 2026 03:25 CET.",
    );
    expect(desk.reads("support").join("\n")).toContain(
      "Acknowledged and not answered: Mia Chen is reminded.",
    );

    await desk.turnTo("2026-12-05 03:25");
    expect(statesOf(desk)).toEqual(["ringing"]);
    expect(pagesOf(desk, "mia")).toHaveLength(3);
    expect(askOf(desk, "mia")).toBe("It was acknowledged, and the customer has no answer yet.");
    await desk.turnTo("2026-12-05 03:30");
    expect(pagesOf(desk, "sam")).toHaveLength(1);

    await desk.presses("sam", "reply", NR, { text: "We see it." });
    expect(statesOf(desk)).toEqual(["acknowledged"]);
    expect(buttonsOf(desk, "mia")).toEqual(["Open ticket"]);
    const posts = desk.chat.seen.filter(({ message }) => message.kind === "page").length;
    await desk.turnTo("2026-12-05 12:00");
    expect(desk.chat.seen.filter(({ message }) => message.kind === "page")).toHaveLength(posts);
  });

  test("a reminder that reaches nobody lets the ladder go on at once", async () => {
    await using desk = await aRed();
    await desk.presses("mia", "acknowledge", NR);
    desk.chat.refuse = (place, message) =>
      message.kind === "page" && place === desk.find("mia", "PAGE").place && message.state === "acknowledged"
        ? { is: "failed", why: "account_inactive" }
        : null;
    await desk.turnTo("2026-12-05 03:15");
    expect(statesOf(desk)).toEqual(["ringing"]);
    expect(desk.reads("support").join("\n")).toContain("Could not remind Mia Chen: account_inactive.");
  });

  test("closing withdraws the page in every copy, the reminder's too", async () => {
    await using desk = await aRed();
    await desk.presses("mia", "acknowledge", NR);
    await desk.turnTo("2026-12-05 03:16");
    await desk.presses("leo", "close", NR, {
      text: "It was us.",
      "outcome.response": "withdrawn",
      "why.response": "duplicate",
    });
    expect(statesOf(desk)).toEqual(["withdrawn"]);
    expect(askOf(desk, "mia")).toBe("");
  });
});

describe("hand to", () => {
  test("pages the person named at once, and the ladder goes on behind them", async () => {
    await using desk = await aRed();
    expect(buttonsOf(desk, "mia")).toEqual(["Acknowledge", "I can't – pass on", "Hand to…", "Open ticket"]);
    expect(await desk.presses("mia", "hand-to", NR, { person: "leo" })).toBe(
      "PCC-1 is handed to Leo Brandt, who is paged at once.",
    );
    expect(pagesOf(desk, "leo")).toHaveLength(1);
    expect(askOf(desk, "leo")).toBe("Mia Chen hands this to you.");
    await desk.turnTo("2026-12-05 03:04");
    expect(pagesOf(desk, "mia")).toHaveLength(1);
    await desk.turnTo("2026-12-05 03:05");
    expect(pagesOf(desk, "mia")).toHaveLength(2);
    await desk.presses("leo", "acknowledge", NR);
    expect(statesOf(desk)).toEqual(["acknowledged"]);
    expect(pagesOf(desk, "leo")[0]).toContain("Paged Leo Brandt, handed on by Mia Chen,");
  });

  test("by words after an acknowledgement, it rings the new one until they acknowledge", async () => {
    await using desk = await aRed();
    await desk.presses("mia", "acknowledge", NR);
    expect(buttonsOf(desk, "mia")).toEqual(["Snooze…", "Resolve page", "Hand to…", "Open ticket"]);
    const reply = await desk.does("mia", { kind: "words", text: "hand PCC-1 leo" });
    expect(said(reply)).toContain("PCC-1 is handed to Leo Brandt");
    expect(statesOf(desk)).toEqual(["ringing"]);
    await desk.does("leo", { kind: "words", text: "ack PCC-1" });
    expect(pagesOf(desk, "mia")[0]).toContain("Leo Brandt has it since");
    expect(pagesOf(desk, "mia")[0]).toContain("Mia Chen had acknowledged it");
  });

  test("is refused with the reason for whoever is on leave, not cleared, without an address or unknown", async () => {
    await using desk = await aRed((file) =>
      file
        .replace(
          "timezone: Europe/Prague, support: true }",
          "timezone: Europe/Prague, support: true }\n  - { id: ada, name: Ada Berg, timezone: Europe/Prague, support: true }",
        )
        .concat('\nleave:\n  - { person: sam, from: "2026-12-04 00:00", to: "2026-12-07 00:00" }\n'),
    );
    const to = (person: string) => desk.presses("mia", "hand-to", NR, { person });
    expect(await to("sam")).toBe("person: Sam Okafor is on leave. Hand it to somebody else.");
    expect(await to("Ada Berg")).toBe(
      "person: Ada Berg has no address in the desk file. Hand it to somebody else.",
    );
    expect(await to("mia")).toBe("person: That is you. Acknowledge it instead.");
    expect(await to("pavel")).toContain('person: Nobody of the support team is called "pavel".');
    expect(await desk.presses("pavel", "hand-to", NR, { person: "leo" })).toContain(
      "Only the support team can do this.",
    );
    expect(pagesOf(desk, "leo")).toEqual([]);
  });
});

describe("snooze and resolve", () => {
  test("a snooze ends with a reminder, and may be typed", async () => {
    await using desk = await aRed();
    expect(said(await desk.does("mia", { kind: "words", text: "snooze PCC-1 30m" }))).toBe(
      "The page for PCC-1 rings. Acknowledge it first; then snooze it.",
    );
    await desk.presses("mia", "acknowledge", NR);
    for (const length of ["25h", "soon", "0m"]) {
      expect(await desk.presses("mia", "snooze", NR, { for: length })).toBe(
        "for: Say how long, such as 15m or 2h; 24h at most.",
      );
    }
    expect(said(await desk.does("mia", { kind: "words", text: "snooze PCC-1 1h" }))).toBe(
      "PCC-1 is snoozed. If the customer has no answer by Sat 5 Dec 2026 04:00 CET, you are reminded. The promise still runs.",
    );
    expect(pagesOf(desk, "mia")[0]).toContain("Snoozed by Mia Chen until Sat 5 Dec 2026 04:00 CET");
    await desk.turnTo("2026-12-05 03:59");
    expect(pagesOf(desk, "mia")).toHaveLength(1);
    await desk.turnTo("2026-12-05 04:00");
    expect(pagesOf(desk, "mia")).toHaveLength(2);
  });

  test("until the next opening is offered while the promise's calendar is closed", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", { title: "No orders", body: "None.", level: "urgent", confirm: true });
    await desk.presses("mia", "acknowledge", "ACME-1");
    expect(await desk.presses("mia", "snooze", "ACME-1", { for: "opening" })).toContain(
      "Mon 7 Dec 2026 09:00 CST, you are reminded.",
    );
    await desk.turnTo("2026-12-07 09:00");
    expect(pagesOf(desk, "mia")).toHaveLength(2);
    expect(await desk.presses("mia", "snooze", "ACME-1", { for: "opening" })).toContain("It is open now.");
  });

  test("a resolved page is over in every copy; the promise still runs", async () => {
    await using desk = await aRed();
    expect(await desk.presses("mia", "resolve-page", NR)).toContain("is not acknowledged yet");
    await desk.presses("mia", "acknowledge", NR);
    expect(await desk.presses("sam", "resolve-page", NR)).toContain("The page for PCC-1 is resolved.");
    expect(statesOf(desk)).toEqual(["resolved"]);
    const { facts, notices } = cardIn(desk);
    expect(plain(facts.find(({ label }) => label === "Page")?.value ?? [])).toBe(
      "Resolved Sat 5 Dec 2026 03:00 CET by Sam Okafor",
    );
    expect(notices).toEqual([]);
    expect(await desk.presses("leo", "acknowledge", NR)).toContain(
      "The page for PCC-1 was resolved by Sam Okafor",
    );
    await desk.turnTo("2026-12-05 03:30");
    expect(pagesOf(desk, "mia")).toHaveLength(1);
    expect(desk.reads("support").join("\n")).toContain("First answer");
    expect(desk.reads("support").join("\n")).toMatch(/missed|breached/);
  });
});

describe("several may have to acknowledge", () => {
  test("the page rings on for the others until as many have, and every copy says who did", async () => {
    await using desk = await aRed((file) => file.replace("rounds: 2", "rounds: 2\n    acknowledgements: 2"));
    expect(await desk.presses("mia", "acknowledge", NR)).toBe(
      "You have acknowledged PCC-1. It rings on until 1 more have.",
    );
    expect(statesOf(desk)).toEqual(["ringing"]);
    expect(pagesOf(desk, "mia")[0]).toContain(
      "Mia Chen has it since Sat 5 Dec 2026 03:00 CET; 1 more must acknowledge",
    );
    expect(toldTo(desk, "pavel")[0]).toContain("1 of 2 people have acknowledged it; paging goes on.");
    await desk.turnTo("2026-12-05 03:10");
    expect(pagesOf(desk, "mia")).toHaveLength(1);
    await desk.presses("sam", "acknowledge", NR);
    expect(statesOf(desk)).toEqual(["acknowledged"]);
    expect(pagesOf(desk, "sam")[0]).toContain(
      "Mia Chen has it since Sat 5 Dec 2026 03:00 CET, Sam Okafor since",
    );
  });
});

describe("the filer of an urgent ticket", () => {
  test("is told when somebody was paged and acknowledged, and what happens next, and never a name", async () => {
    await using desk = await aRed();
    const due = "The answer to you is promised by Sat 5 Dec 2026 03:30 CET.";
    expect(toldTo(desk, "pavel")).toEqual([
      "The person on call was paged Sat 5 Dec 2026 03:00 CET. Nobody has answered the page yet; paging goes on until somebody does.",
      due,
    ]);
    await desk.turnTo("2026-12-05 03:05");
    expect(toldTo(desk, "pavel")[0]).toContain("; 2 pages so far, the last one Sat 5 Dec 2026 03:05 CET.");
    await desk.presses("sam", "acknowledge", NR);
    expect(toldTo(desk, "pavel")).toEqual([
      "Somebody of the support team has acknowledged it Sat 5 Dec 2026 03:05 CET; without an answer in time, paging goes on.",
      due,
    ]);
    await desk.turnTo("2026-12-05 06:00");
    expect(toldTo(desk, "pavel")[0]).toContain(
      "Nobody has answered the page yet; the whole support channel was called",
    );
    expect(toldTo(desk, "pavel")[1]).toBe(
      "The answer to you is promised by, and missed: Sat 5 Dec 2026 03:30 CET.",
    );
    const read = JSON.stringify(
      desk.chat.seen.filter(({ place }) =>
        [desk.find("pavel", "RECEIPT").place, desk.find("pcc", "RECEIPT").place].includes(place),
      ),
    );
    for (const name of ["Mia", "Sam", "Leo"]) expect(read).not.toContain(name);
  });
});
