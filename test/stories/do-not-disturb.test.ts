// Notifications that are paused: a page that would ring nobody goes on at once and says so, and whoever is on call learns it first.
import { describe, expect, test } from "vitest";
import { CHORES } from "../../src/desk/chores.ts";
import { aDesk, PLACES, type TestDesk } from "../support/desk.ts";
import { at } from "../support/life.ts";

const ZONE = "America/Chicago";
const URGENT = {
  title: "Nobody can order",
  body: "The shop shows an error.",
  level: "urgent",
  confirm: true,
};

/** Somebody's notifications are paused between two wall times in Chicago. */
function pauses(desk: TestDesk, who: string, from: string, to: string): void {
  const quiet = { from: at(from, ZONE), to: at(to, ZONE) };
  desk.chat.hearings.set(PLACES[who] ?? "", { is: "there", quiet });
}

const pagesOf = (desk: TestDesk, who: string) => desk.reads(who).filter((line) => line.startsWith("PAGE"));

/** Who is paged first and second in the week of this story. */
const [FIRST, SECOND] = ["mia", "sam"] as const;

describe("a page to somebody whose notifications are paused", () => {
  test("stands there, goes on to the next step at once, and says why", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    pauses(desk, FIRST, "2026-12-04 18:00", "2026-12-05 08:00");
    await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:05");

    // The ladder calls the first person twice before the second.
    expect(pagesOf(desk, FIRST)).toHaveLength(2);
    expect(pagesOf(desk, SECOND)).toHaveLength(1);
    expect(desk.reads("support").join("\n")).toContain(
      "It does not ring for Mia Chen (primary): notifications are paused there until Sat 5 Dec 2026 08:00 CST. The next step follows at once.",
    );
    expect(desk.find("oncall", "PAGE (ringing)").message).toMatchObject({ state: "ringing" });
    expect(desk.reads("oncall").join("\n")).toContain("without a sound: notifications are paused there");

    // Whoever sees it all the same has it by the same button, and the copy says so.
    expect(await desk.presses(FIRST, "acknowledge", "ACME-1")).toContain("You have acknowledged ACME-1");
    expect(pagesOf(desk, FIRST)[0]).toContain("PAGE (acknowledged)");
    expect(pagesOf(desk, SECOND)[0]).toContain("PAGE (acknowledged)");
  });

  test("waits as ever where they are paused at another time", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    pauses(desk, FIRST, "2026-12-04 22:00", "2026-12-05 08:00");
    await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:05");
    expect(pagesOf(desk, FIRST)).toHaveLength(1);
    expect(pagesOf(desk, SECOND)).toEqual([]);
  });

  test("reaches the loud end at once where all of the ladder are silent", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    for (const who of [FIRST, SECOND]) pauses(desk, who, "2026-12-04 18:00", "2026-12-05 08:00");
    await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:05");
    // The channel is a step that rings.
    expect(pagesOf(desk, FIRST)).toHaveLength(2);
    expect(pagesOf(desk, SECOND)).toHaveLength(1);
    expect(pagesOf(desk, "oncall").join("\n")).toContain("Paged everybody in the on-call channel");
  });

  test("in a storm goes on for each of its tickets", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    pauses(desk, FIRST, "2026-12-04 18:00", "2026-12-05 08:00");
    for (let nr = 1; nr <= 4; nr += 1) await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:05");
    for (let nr = 1; nr <= 4; nr += 1) expect(desk.reads(SECOND).join("\n")).toContain(`ACME-${nr}`);
  });

  test("that only reminds lets the ladder go on at once", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", URGENT);
    await desk.presses(FIRST, "acknowledge", "ACME-1");
    pauses(desk, FIRST, "2026-12-07 08:00", "2026-12-07 20:00");
    await desk.turnTo("2026-12-07 12:30");
    expect(desk.reads("support").join("\n")).toContain(
      "The reminder does not ring for Mia Chen: notifications are paused there until Mon 7 Dec 2026 20:00 CST.",
    );
    expect(desk.reads("support").join("\n")).toContain("the page rings again, and its ladder goes on");
  });
});

describe("a page to somebody of whom nobody tells until when notifications are paused", () => {
  const silent = (desk: TestDesk, who: string) =>
    desk.chat.hearings.set(PLACES[who] ?? "", { is: "there", quiet: "now" });

  test("goes on to the next step at once, and says no time", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    silent(desk, FIRST);
    await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:05");
    expect(pagesOf(desk, FIRST)).toHaveLength(2);
    expect(pagesOf(desk, SECOND)).toHaveLength(1);
    expect(desk.reads("support").join("\n")).toContain(
      "It does not ring for Mia Chen (primary): notifications are paused there. The next step follows at once.",
    );
    expect(desk.reads("oncall").join("\n")).toContain("without a sound: notifications are paused there");
  });

  test("in a storm goes on for each of its tickets", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    silent(desk, FIRST);
    for (let nr = 1; nr <= 5; nr += 1) await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:05");
    for (let nr = 1; nr <= 5; nr += 1) expect(desk.reads(SECOND).join("\n")).toContain(`ACME-${nr}`);
  });

  test("that only reminds lets the ladder go on at once", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", URGENT);
    await desk.presses(FIRST, "acknowledge", "ACME-1");
    silent(desk, FIRST);
    await desk.turnTo("2026-12-07 12:30");
    expect(desk.reads("support").join("\n")).toContain(
      "The reminder does not ring for Mia Chen: notifications are paused there.",
    );
    expect(desk.reads("support").join("\n")).toContain("the page rings again, and its ladder goes on");
  });
});

describe("whoever is on call", () => {
  test("is told at the beginning of the shift of a status that keeps a page from ringing", async () => {
    await using desk = await aDesk("2026-12-07 08:00", ZONE, { chores: CHORES });
    desk.chat.hearings.set(PLACES["sam"] ?? "", { is: "there", quiet: "now" });
    await desk.turnTo("2026-12-07 10:00");
    expect(desk.reads("sam").join("\n")).toContain(
      "Your status is Do not disturb, in your shift: while it is, a page would not ring, and would go on to the next step at once.",
    );
  });

  test("whose notifications the platform lets Belfry not ask about is paged all the same, and it is told once", async () => {
    await using desk = await aDesk("2026-12-07 08:00", ZONE, { chores: CHORES });
    for (const place of Object.values(PLACES))
      desk.chat.hearings.set(place, { is: "there", quiet: null, withheld: "it wants a consent" });
    await desk.turnTo("2026-12-14 12:00");
    expect(desk.reads("oncall").filter((line) => line.includes("may not ask"))).toEqual([
      expect.stringContaining(
        "Belfry may not ask whose notifications are paused (it wants a consent). Until it may, a page that rings nobody waits as long as its step says.",
      ),
    ]);
  });

  test("is told at the beginning of the shift that a page would not ring, with the clicks that change it", async () => {
    await using desk = await aDesk("2026-12-07 08:00", ZONE, { chores: CHORES });
    pauses(desk, "mia", "2026-12-07 07:00", "2026-12-07 12:00");
    pauses(desk, "sam", "2026-12-07 22:00", "2026-12-08 07:00");
    await desk.turnTo("2026-12-07 10:00");
    const told = [...desk.reads("mia"), ...desk.reads("sam")].join("\n");
    expect(told).toContain(
      "Your notifications are paused until Mon 7 Dec 2026 13:00 EST, in your shift: a page would not ring then, and would go on to the next step at once. Click your picture, then Resume notifications.",
    );
  });

  test("and cannot be reached is named in the on-call channel", async () => {
    await using desk = await aDesk("2026-12-07 08:00", ZONE, { chores: CHORES });
    desk.chat.hearings.set(PLACES["mia"] ?? "", { is: "gone", why: "this person's account is switched off" });
    await desk.turnTo("2026-12-07 10:00");
    expect(desk.reads("oncall").join("\n")).toContain(
      "Mia Chen is on call, and no direct message arrives there: this person's account is switched off. A page goes on to the next step at once.",
    );
  });
});
