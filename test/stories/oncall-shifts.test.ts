// A person's own view of being on call: told when a shift begins and ends, on the home tab, and in their calendar.
import ICAL from "ical.js";
import { describe, expect, test } from "vitest";
import { CHORES } from "../../src/desk/chores.ts";
import { feedAt } from "../../src/desk/feed.ts";
import { aDesk, said, type TestDesk } from "../support/desk.ts";
import { wall } from "../support/life.ts";

const CHICAGO = "America/Chicago";

/** It is Mia's week until Monday 09:00, then Sam's. */
function desk(wall: string, rewritten = (file: string) => file) {
  return aDesk(wall, CHICAGO, { chores: CHORES, rewritten });
}

async function types(desk: TestDesk, who: string, text: string): Promise<string> {
  return said(await desk.does(who, { kind: "words", command: "oncall", text }));
}

describe("at a hand-over", () => {
  test("each is told once whose shift it is, until when, and how pages come", async () => {
    await using d = await desk("2026-12-04 10:00");
    await d.turnTo("2026-12-07 08:59");
    expect([d.reads("mia"), d.reads("sam")]).toEqual([[], []]);
    await d.turnTo("2026-12-07 12:00");
    expect(d.reads("sam")).toEqual([
      expect.stringContaining(
        "Your shift as secondary of weekly is over. You are primary of weekly until Mon 14 Dec 2026 09:00 CST. A page comes as a direct message of mine.",
      ),
    ]);
    expect(d.reads("mia")).toEqual([
      "Your shift as primary of weekly is over. You are secondary of weekly until Mon 14 Dec 2026 09:00 CST.",
    ]);
    expect(d.reads("leo")).toEqual([]);
  });

  test("also at one that somebody makes in chat, at once", async () => {
    await using d = await desk("2026-12-04 10:00");
    await d.turnTo("2026-12-04 10:01");
    await types(d, "leo", "override leo 12:00 - 18:00");
    await d.turnTo("2026-12-04 11:00");
    expect(d.reads("leo")).toEqual([expect.stringContaining("Tomorrow your first shift begins")]);
    await d.turnTo("2026-12-04 19:00");
    expect(d.reads("leo").slice(1)).toEqual([
      expect.stringContaining("Your shift begins: you are primary of weekly until Fri 4 Dec 2026 18:00 CST."),
      "Your shift as primary of weekly is over; Mia Chen has it now.",
    ]);
  });
});

test("a day before the first shift of all, and never again", async () => {
  const joined = (file: string) => file.replace("people: [sam, mia] }", "people: [sam, mia, leo] }");
  await using d = await desk("2026-12-04 10:00", joined);
  // Sam has the week of 30 November by this plan, so Mia follows, and Leo on the 14th.
  await d.turnTo("2026-12-30 10:00");
  const notices = (who: string) => d.reads(who).filter((line) => line.includes("first shift"));
  const all = ["sam", "mia", "leo"].map((who) => notices(who).length);
  expect(all.filter((count) => count > 1)).toEqual([]);
  expect(all.filter((count) => count === 1)).toHaveLength(1);
});

test("the home tab says who is on call now, and one's own coming shifts", async () => {
  await using d = await desk("2026-12-04 10:00");
  const reply = await d.does("sam", { kind: "home" });
  expect(said(reply)).toContain("On call now, weekly: Mia Chen");
  expect(said(reply)).toContain(
    "Your shift, primary of weekly: Mon 7 Dec 2026 09:00 CST to Mon 14 Dec 2026 09:00 CST",
  );
  expect(said(await d.does("carl", { kind: "home" }))).not.toContain("On call now");
});

describe("the calendar at one's own address", () => {
  const tokenIn = (words: string) => /oncall\/(\S+)\.ics/.exec(words)?.[1] ?? "";

  /** Its events, as another program reads them. */
  function eventsIn(text: string | null) {
    const calendar = new ICAL.Component(ICAL.parse(text ?? "") as unknown[]);
    return calendar.getAllSubcomponents("vevent").map((each) => {
      const event = new ICAL.Event(each);
      const { uid, summary, sequence, startDate, endDate } = event;
      const [from, to] = [startDate, endDate].map((time) => wall(time.toJSDate(), CHICAGO));
      return { uid, summary, sequence, from, to };
    });
  }

  test("has all shifts from a month back to three months ahead, each with a name that stays", async () => {
    await using d = await desk("2026-12-04 10:00");
    const words = await types(d, "sam", "feed");
    expect(words).toContain("https://belfry.example/oncall/sam.");
    const feed = () => feedAt(d.store, tokenIn(words), d.now());
    const before = eventsIn(await feed());
    const next = before.find(({ from }) => from === "Mon 2026-12-07 09:00");
    expect(next).toMatchObject({
      summary: "On call: primary of weekly",
      to: "Mon 2026-12-14 09:00",
      sequence: 1,
    });
    expect(before.filter(({ summary }) => summary.includes("primary")).length).toBeGreaterThan(7);

    await d.turnTo("2026-12-05 10:00");
    await types(d, "leo", "override leo 2026-12-20 09:00 - 2026-12-20 12:00");
    const after = eventsIn(await feed());
    expect(after.find(({ from }) => from === "Mon 2026-12-07 09:00")).toMatchObject({
      uid: next?.uid,
      sequence: 2,
    });
    expect(new Set(after.map(({ uid }) => uid)).size).toBe(after.length);
  });

  test("is nobody else's, and dies when it is renewed or its person is of the team no more", async () => {
    await using d = await desk("2026-12-04 10:00");
    const first = tokenIn(await types(d, "sam", "feed"));
    expect(tokenIn(await types(d, "sam", "feed"))).toBe(first);
    const at = (token: string) => feedAt(d.store, token, d.now());
    expect(await at(first.replace("sam.", "mia."))).toBeNull();
    expect(await at(`${first.slice(0, -1)}${first.endsWith("A") ? "B" : "A"}`)).toBeNull();
    expect(await at("sam.")).toBeNull();
    const second = tokenIn(await types(d, "sam", "feed renew"));
    expect(second).not.toBe(first);
    expect(await at(first)).toBeNull();
    expect(await at(second)).toContain("BEGIN:VCALENDAR");
    expect(await types(d, "carl", "feed")).toContain("Only the support team");
  });
});
