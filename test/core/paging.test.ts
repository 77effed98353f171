// The ladder's next step, also where the ladder has changed while a page rings.
import { describe, expect, test } from "vitest";
import { nextStep, type Ladder } from "../../src/core/paging.ts";
import { ladderOf, parseDirectory } from "../../src/core/directory.ts";
import type { Roster } from "../../src/core/roster.ts";
import { LADDER, ROTATION } from "../support/life.ts";

const NOW = new Date("2026-12-05T00:05:00Z");

/** Every step that a ladder takes from here on, as "round.step". */
function rest(ladder: Ladder, told: { step: number; round: number }[]): string[] {
  const taken = [...told];
  const names: string[] = [];
  for (let count = 0; count < 100; count += 1) {
    const next = nextStep(ladder, { rotation: ROTATION }, taken, NOW);
    if (next === null) return names;
    const { step, round } = "reached" in next ? next.reached : next.missed;
    taken.push({ step, round });
    names.push(`${round}.${step}`);
  }
  throw new Error("the ladder has no end");
}

describe("a ladder", () => {
  test("is gone through as often as it has rounds", () => {
    expect(rest(LADDER, [])).toEqual(["0.0", "0.1", "0.2", "1.0", "1.1", "1.2"]);
  });

  test("that became longer while a page rings goes on to steps not yet told, and ends", () => {
    const short = { ...LADDER, steps: LADDER.steps.slice(0, 2) };
    const told = [
      { step: 0, round: 0 },
      { step: 1, round: 0 },
      { step: 0, round: 1 },
    ];
    expect(rest(short, told)).toEqual(["1.1"]);
    expect(rest(LADDER, told)).toEqual(["1.1", "1.2"]);
    expect(rest(LADDER, told.slice(0, 2))).toEqual(["0.2", "1.0", "1.1", "1.2"]);
  });

  test("that became shorter ends by its own rounds", () => {
    const told = [0, 1, 2].map((step) => ({ step, round: 0 }));
    expect(rest({ ...LADDER, steps: LADDER.steps.slice(0, 2) }, told)).toEqual(["1.1"]);
    expect(rest({ ...LADDER, steps: LADDER.steps.slice(0, 1) }, told)).toEqual([]);
  });
});

describe("a step", () => {
  const leave = [{ person: "mia", from: NOW, to: new Date("2026-12-07T00:00:00Z") }];
  const named: Ladder = { ...LADDER, steps: [{ reach: "mia", here: false, waitMs: 60_000 }] };
  const first = (ladder: Ladder, roster: Roster) => nextStep(ladder, roster, [], NOW);

  test("calls the next in order where the one whose turn it is is on leave", () => {
    expect(first(LADDER, { rotation: ROTATION })).toMatchObject({ reached: { person: "mia" } });
    const roster = { rotation: ROTATION, changes: { leave, overrides: [] } };
    expect(first(LADDER, roster)).toMatchObject({ reached: { person: "sam", role: "primary" } });
    expect(nextStep(LADDER, roster, [{ step: 0, round: 0 }], NOW)).toMatchObject({
      missed: { person: null, nextAt: NOW },
      why: "nobody is secondary",
    });
  });

  test("that names somebody on leave is passed over at once, and says so", () => {
    const roster = { rotation: ROTATION, changes: { leave, overrides: [] } };
    expect(first(named, roster)).toMatchObject({
      missed: { role: "person", person: "mia", nextAt: NOW },
      why: "is on leave",
    });
  });

  test("calls whoever stands in for the role", () => {
    const override = { rotation: "weekly", person: "leo", role: "primary" as const };
    const overrides = [{ ...override, from: NOW, to: new Date("2026-12-07T00:00:00Z") }];
    expect(first(LADDER, { rotation: ROTATION, changes: { leave: [], overrides } })).toMatchObject({
      reached: { person: "leo" },
    });
  });

  test("calls only cleared people for a ticket that needs a clearance", () => {
    const directory = parseDirectory(`
people:
  - { id: sam, name: Sam, timezone: America/Chicago, support: true, clearance: [official-sensitive] }
  - { id: mia, name: Mia, timezone: America/Chicago, support: true }
customers:
  - { key: KENT, name: Kent, policy: alliantist, timezone: Europe/London, contacts: [sam] }
channels: { support: "#support", on-call: "#on-call" }
rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }
ladders:
  - { id: urgent, rotation: weekly, steps: [{ page: primary, wait: 5m }] }
`);
    const [kent] = directory.customers;
    if (kent === undefined) throw new Error("the desk file has a customer");
    const { isFit, ...calling } = ladderOf(kent, directory);
    const rosterOf = (clearance: string): Roster => ({
      ...calling,
      isFit: (person) => isFit(person, { attributes: { clearance } }),
    });
    expect(first(LADDER, rosterOf("none"))).toMatchObject({ reached: { person: "mia" } });
    expect(first(LADDER, rosterOf("official-sensitive"))).toMatchObject({ reached: { person: "sam" } });
    expect(first(LADDER, rosterOf("secret"))).toMatchObject({ why: "nobody is primary" });
    expect(first(named, rosterOf("official-sensitive"))).toMatchObject({
      why: "is not cleared for this ticket",
    });
  });
});
