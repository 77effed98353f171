// The ladder's next step, also where the ladder has changed while a page rings.
import { describe, expect, test } from "vitest";
import { callingOf, parseDirectory } from "../../src/core/directory.ts";
import { ladderFor, nextAfterSilence, nextStep, type Crew, type Ladder } from "../../src/core/paging.ts";
import { LADDER, ROTATION } from "../support/life.ts";

const NOW = new Date("2026-12-05T00:05:00Z");

/** Every step that a ladder takes from here on, as "round.step". */
function rest(ladder: Ladder, told: { step: number; round: number }[]): string[] {
  const taken = [...told];
  const names: string[] = [];
  for (let count = 0; count < 100; count += 1) {
    const next = nextStep(ladder, { rotations: [ROTATION] }, { told: taken }, NOW);
    if (next === null) return names;
    taken.push(...next);
    names.push([...new Set(next.map(({ step, round }) => `${round}.${step}`))].join());
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
  const first = (ladder: Ladder, crew: Crew) => nextStep(ladder, crew, { told: [] }, NOW);
  const rotations = [ROTATION];

  test("calls the next in order where the one whose turn it is is on leave", () => {
    expect(first(LADDER, { rotations })).toMatchObject([{ person: "mia", missed: null }]);
    const crew = { rotations, changes: { leave, overrides: [] } };
    expect(first(LADDER, crew)).toMatchObject([{ person: "sam", role: "primary", missed: null }]);
    expect(nextStep(LADDER, crew, { told: [{ step: 0, round: 0 }] }, NOW)).toMatchObject([
      { role: "secondary", person: null, nextAt: NOW, missed: "nobody" },
    ]);
  });

  test("that names somebody on leave is passed over at once, and says so", () => {
    expect(first(named, { rotations, changes: { leave, overrides: [] } })).toMatchObject([
      { role: "person", person: "mia", nextAt: NOW, missed: "on leave" },
    ]);
  });

  test("calls whoever stands in for the role", () => {
    const override = { rotation: "weekly", person: "leo", role: "primary" as const };
    const overrides = [{ ...override, from: NOW, to: new Date("2026-12-07T00:00:00Z") }];
    expect(first(LADDER, { rotations, changes: { leave: [], overrides } })).toMatchObject([
      { person: "leo", missed: null },
    ]);
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
    const { isFit, ...calling } = callingOf(kent, directory);
    const crewOf = (clearance: string): Crew => ({
      ...calling,
      unreachable: () => null,
      isFit: (person) => isFit(person, { attributes: { clearance } }),
    });
    expect(first(LADDER, crewOf("none"))).toMatchObject([{ person: "mia", missed: null }]);
    expect(first(LADDER, crewOf("official-sensitive"))).toMatchObject([{ person: "sam", missed: null }]);
    expect(first(LADDER, crewOf("secret"))).toMatchObject([{ missed: "nobody" }]);
    expect(first(named, crewOf("official-sensitive"))).toMatchObject([{ missed: "not cleared" }]);
  });

  test("that names somebody without an address, or whom the desk no longer has, is passed over at once", () => {
    const unreachable: Crew["unreachable"] = (whom) =>
      "person" in whom && whom.person === "mia" ? "no address" : "left";
    expect(first(named, { rotations, unreachable })).toMatchObject([{ missed: "no address", nextAt: NOW }]);
    expect(first(LADDER, { rotations, unreachable })).toMatchObject([
      { person: "mia", missed: "no address" },
    ]);
    const out: Ladder = { ...LADDER, steps: [{ reach: "way pager", here: false, waitMs: 60_000 }] };
    expect(first(out, { rotations, unreachable })).toMatchObject([{ way: "pager", missed: "left" }]);
  });
});

describe("a step that calls several", () => {
  const nights = { ...ROTATION, id: "nights", people: ["kim"] };
  const rotations = [ROTATION, nights];
  const minute = 60_000;
  const of = (...reach: string[]): Ladder => ({ ...LADDER, steps: [{ reach, here: true, waitMs: minute }] });
  const called = (ladder: Ladder, crew: Omit<Crew, "rotations"> = {}, passedBy: string[] = []) =>
    nextStep(ladder, { rotations, ...crew }, { told: [], passedBy }, NOW);

  test("calls all at once, of another rotation too, and waits once for them", () => {
    const all = called(
      of(
        "primary",
        "secondary of nights",
        "primary of nights",
        "leo",
        "group S0DESK001",
        "way pager",
        "channel",
      ),
    );
    expect(all).toMatchObject([
      { role: "primary", person: "mia", missed: null },
      { place: 1, role: "secondary", rotation: "nights", person: null, missed: "nobody" },
      { place: 2, role: "primary", rotation: "nights", person: "kim", missed: null },
      { place: 3, role: "person", person: "leo", here: false },
      { place: 4, role: "group", group: "S0DESK001", person: null },
      { place: 5, role: "way", way: "pager" },
      { place: 6, role: "channel", here: true },
    ]);
    expect(new Set(all?.map(({ nextAt }) => nextAt.getTime() - NOW.getTime()))).toEqual(new Set([minute]));
  });

  test("calls nobody twice", () => {
    expect(called(of("mia", "primary", "leo"))).toMatchObject([
      { person: "mia" },
      { place: 2, person: "leo" },
    ]);
  });

  test("waits for nothing where it reaches none of them", () => {
    const leave = [{ person: "leo", from: NOW, to: new Date(NOW.getTime() + minute) }];
    const nobody = called(of("leo", "mia"), { changes: { leave, overrides: [] } }, ["mia"]);
    expect(nobody).toMatchObject([
      { person: "leo", missed: "on leave", nextAt: NOW },
      { person: "mia", missed: "passed on", nextAt: NOW },
    ]);
  });

  test("is one step of the ladder, however many it calls", () => {
    const two = { ...LADDER, rounds: 2, steps: [...of("primary", "leo").steps, ...of("channel").steps] };
    expect(rest(two, [])).toEqual(["0.0", "0.1", "1.0", "1.1"]);
  });

  test("goes on at once when the last of them turns out not to be reached, and not before", () => {
    const taken = called(of("primary", "leo")) ?? [];
    const told = taken.map((one) => ({ ...one, at: NOW, missed: null as string | null }));
    const later = new Date(NOW.getTime() + minute);
    const [mia, leo] = told;
    if (mia === undefined || leo === undefined) throw new Error("two are called");
    expect(nextAfterSilence({ told, nextAt: later }, mia, NOW)).toEqual(later);
    const without = [{ ...mia, missed: "user_disabled" }, leo];
    expect(nextAfterSilence({ told: without, nextAt: later }, leo, NOW)).toEqual(NOW);
    // The step after it rings already: nothing hastens that one's wait.
    const next = { ...leo, step: 1, person: "sam", place: 0 };
    expect(nextAfterSilence({ told: [...without, next], nextAt: later }, leo, NOW)).toEqual(later);
  });
});

describe("a ladder for some pages", () => {
  const day: Ladder = {
    ...LADDER,
    id: "day",
    for: {
      policies: ["aleyant"],
      levels: ["urgent"],
      hours: { weekly: { "mon-fri": "09:00-17:00" }, timezone: "America/Chicago" },
    },
  };
  const chosen = (page: { policy?: string; level?: string; at: string }) =>
    ladderFor([day, LADDER], {
      ...{ policy: "aleyant", level: "urgent", ...page },
      at: new Date(page.at),
    })?.id;

  test("is chosen by policy, level and hours; the next one that is for the page comes after it", () => {
    expect(chosen({ at: "2026-12-04T15:00:00Z" })).toBe("day");
    expect(chosen({ at: "2026-12-04T14:59:59Z" })).toBe("urgent");
    expect(chosen({ at: "2026-12-04T23:00:00Z" })).toBe("urgent");
    expect(chosen({ at: "2026-12-05T15:00:00Z" })).toBe("urgent");
    expect(chosen({ at: "2026-12-04T15:00:00Z", level: "normal" })).toBe("urgent");
    expect(chosen({ at: "2026-12-04T15:00:00Z", policy: "eleveo" })).toBe("urgent");
    expect(ladderFor([day], { policy: "eleveo", level: "1", at: NOW })).toBeNull();
  });
});
