import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dutyAt,
  handoverAt,
  handoversSince,
  onCall,
  shiftsBetween,
  UNCHANGED,
  type Changes,
  type Layer,
} from "../../src/core/roster.ts";
import { at, ROTATION, wall } from "../support/life.ts";
import { dutyByHand } from "./roster-oracle.ts";

const CHICAGO = "America/Chicago";
const PRAGUE = "Europe/Prague";
const MINUTE = 60_000;
const DAY_MINUTES = 1440;

function aLayer(change: Partial<Layer> = {}): Layer {
  return {
    people: ["sam", "mia"],
    timezone: PRAGUE,
    from: "2026-01-05",
    handoverWeekday: 1,
    handoverTime: "09:00",
    everyHours: 168,
    hours: null,
    ...change,
  };
}

function aRota(...layers: Layer[]) {
  return { id: "rota", timezone: PRAGUE, layers };
}

/** Who is called in which order, by the wall clock of Prague. */
function order(rotation: ReturnType<typeof aRota>, when: string, changes: Changes = UNCHANGED): string {
  return dutyAt(rotation, changes, at(when, PRAGUE)).order.join(",");
}

describe("a rotation without layers", () => {
  test("hands over on Monday at 09:00 in its own zone, to the minute", () => {
    expect(onCall({ rotation: ROTATION }, "primary", at("2026-01-12 08:59", CHICAGO))).toBe("sam");
    expect(onCall({ rotation: ROTATION }, "primary", at("2026-01-12 09:00", CHICAGO))).toBe("mia");
  });

  test("has the other one as secondary", () => {
    expect(onCall({ rotation: ROTATION }, "secondary", at("2026-01-07 12:00", CHICAGO))).toBe("mia");
    expect(onCall({ rotation: ROTATION }, "secondary", at("2026-01-14 12:00", CHICAGO))).toBe("sam");
  });

  test("of one person has no secondary", () => {
    expect(
      onCall({ rotation: { ...ROTATION, people: ["sam"] } }, "secondary", at("2026-01-07 12:00", CHICAGO)),
    ).toBeNull();
  });

  test("goes on in order before its first hand-over, too", () => {
    expect(onCall({ rotation: ROTATION }, "primary", at("2026-01-02 12:00", CHICAGO))).toBe("mia");
  });

  test("keeps its hour over the clock change in March, so that a week is an hour shorter", () => {
    const shifts = shiftsBetween(
      ROTATION,
      UNCHANGED,
      at("2026-03-02 09:00", CHICAGO),
      at("2026-03-16 09:00", CHICAGO),
    ).filter(({ role }) => role === "primary");
    expect(shifts.map(({ person, startsAt }) => `${person} ${wall(startsAt, CHICAGO)}`)).toEqual([
      "sam Mon 2026-03-02 09:00",
      "mia Mon 2026-03-09 09:00",
    ]);
    const [first] = shifts;
    expect((first?.endsAt.getTime() ?? 0) - (first?.startsAt.getTime() ?? 0)).toBe((7 * 24 - 1) * 3_600_000);
  });
});

describe("hand-overs", () => {
  const weekly = aLayer({ from: "2026-03-18" });

  test("begin on or after the start day, and keep the wall clock over a clock change", () => {
    expect(handoverAt(weekly, 0)).toEqual(new Date("2026-03-23T08:00:00Z"));
    expect(handoverAt(weekly, 1)).toEqual(new Date("2026-03-30T07:00:00Z"));
    expect(handoverAt(aLayer({ from: "2026-03-23" }), 0)).toEqual(new Date("2026-03-23T08:00:00Z"));
    expect(handoverAt(weekly, -1)).toEqual(new Date("2026-03-16T08:00:00Z"));
  });

  test("begin a shift that lasts to the next", () => {
    const since = (instant: string): number => handoversSince(weekly, new Date(instant));
    expect(since("2026-03-23T07:59:59.999Z")).toBe(-1);
    expect(since("2026-03-23T08:00:00Z")).toBe(0);
    expect(since("2026-03-30T06:59:59.999Z")).toBe(0);
    expect(since("2026-03-30T07:00:00Z")).toBe(1);
    expect(since("2036-03-31T07:00:00Z")).toBe(523);
    expect(since("2020-01-01T00:00:00Z")).toBe(-325);
  });

  test("that a clock change skips happen after the gap, repeated ones the first time", () => {
    const sunday = { handoverWeekday: 7, timezone: "America/New_York" };
    expect(handoverAt(aLayer({ ...sunday, from: "2026-03-08", handoverTime: "02:30" }), 0)).toEqual(
      new Date("2026-03-08T07:00:00Z"),
    );
    expect(handoverAt(aLayer({ ...sunday, from: "2026-11-01", handoverTime: "01:30" }), 0)).toEqual(
      new Date("2026-11-01T05:30:00Z"),
    );
  });

  test("come daily, each second week, or by hours of the wall clock", () => {
    const daily = aLayer({ handoverWeekday: null, everyHours: 24, people: ["a", "b", "c"] });
    expect(order(aRota(daily), "2026-01-06 08:59")).toBe("a,b,c");
    expect(order(aRota(daily), "2026-01-06 09:00")).toBe("b,c,a");
    expect(order(aRota(aLayer({ everyHours: 336 })), "2026-01-18 12:00")).toBe("sam,mia");
    expect(order(aRota(aLayer({ everyHours: 336 })), "2026-01-19 12:00")).toBe("mia,sam");
    const night = aLayer({ handoverWeekday: null, everyHours: 12, handoverTime: "08:00" });
    expect(order(aRota(night), "2026-10-24 20:00")).toBe("mia,sam");
    expect(order(aRota(night), "2026-10-25 07:59")).toBe("mia,sam");
    expect(order(aRota(night), "2026-10-25 08:00")).toBe("sam,mia");
  });
});

describe("layers", () => {
  const office = aLayer({ people: ["leo", "kim"] });
  const nights = aLayer({ people: ["sam", "mia"], hours: { "mon-sun": "20:00-06:00" } });

  test("the last one on duty goes first, and the one before it stands behind", () => {
    expect(order(aRota(office, nights), "2026-01-06 19:59")).toBe("leo,kim");
    expect(order(aRota(office, nights), "2026-01-06 20:00")).toBe("sam,mia,leo,kim");
    expect(order(aRota(office, nights), "2026-01-07 06:00")).toBe("leo,kim");
  });

  test("name each person once, at the first place", () => {
    expect(order(aRota(office, aLayer({ people: ["kim"] })), "2026-01-06 12:00")).toBe("kim,leo");
  });

  test("have nobody before their start day", () => {
    expect(order(aRota(office, aLayer({ from: "2026-02-02" })), "2026-02-02 08:59")).toBe("kim,leo");
    expect(order(aRota(office, aLayer({ from: "2026-02-02" })), "2026-02-02 09:00")).toBe("sam,mia,leo,kim");
  });

  test("with hours alone leave gaps in which nobody is on call", () => {
    const duty = dutyAt(aRota(nights), UNCHANGED, at("2026-01-06 12:00", PRAGUE));
    expect(duty).toEqual({ order: [], until: at("2026-01-06 20:00", PRAGUE) });
  });
});

describe("changes of the plan", () => {
  const rota = aRota(aLayer({ people: ["sam", "mia", "leo"] }));
  const saturday = { from: at("2026-01-10 09:00", PRAGUE), to: at("2026-01-11 09:00", PRAGUE) };
  const override = (person: string, role: "primary" | "secondary" = "primary") => ({
    ...{ rotation: "rota", person, role },
    ...saturday,
  });
  const noon = "2026-01-10 12:00";

  test("whoever is on leave is replaced by the next, to the minute", () => {
    const leave = [{ person: "sam", ...saturday }];
    expect(order(rota, "2026-01-10 08:59", { leave, overrides: [] })).toBe("sam,mia,leo");
    expect(order(rota, "2026-01-10 09:00", { leave, overrides: [] })).toBe("mia,leo");
    expect(order(rota, "2026-01-11 09:00", { leave, overrides: [] })).toBe("sam,mia,leo");
  });

  test("an override puts somebody at the place of the role that it names", () => {
    expect(order(rota, noon, { leave: [], overrides: [override("leo")] })).toBe("leo,sam,mia");
    expect(order(rota, noon, { leave: [], overrides: [override("leo", "secondary")] })).toBe("sam,leo,mia");
    expect(order(rota, noon, { leave: [], overrides: [override("kim"), override("sam", "secondary")] })).toBe(
      "kim,sam,mia,leo",
    );
  });

  test("the latest override wins, and one of somebody on leave has no effect", () => {
    const overrides = [override("leo"), override("mia")];
    expect(order(rota, noon, { leave: [], overrides })).toBe("mia,sam,leo");
    expect(order(rota, noon, { leave: [{ person: "mia", ...saturday }], overrides })).toBe("leo,sam");
  });

  test("an override of another rotation changes nothing", () => {
    expect(order(rota, noon, { leave: [], overrides: [{ ...override("leo"), rotation: "other" }] })).toBe(
      "sam,mia,leo",
    );
  });

  test("who is not fit for the ticket is not called, also by an override", () => {
    const changes = { leave: [], overrides: [override("leo")] };
    const duty = dutyAt(rota, changes, at(noon, PRAGUE), (person) => person === "mia");
    expect(duty.order).toEqual(["mia"]);
  });

  test("show in the shifts of people", () => {
    const changes = { leave: [], overrides: [override("leo")] };
    const shifts = shiftsBetween(
      rota,
      changes,
      at("2026-01-09 00:00", PRAGUE),
      at("2026-01-12 12:00", PRAGUE),
    );
    expect(
      shifts.map(
        ({ person, role, startsAt, endsAt }) =>
          `${person} ${role} ${wall(startsAt, PRAGUE)} - ${wall(endsAt, PRAGUE)}`,
      ),
    ).toEqual([
      "sam primary Fri 2026-01-09 00:00 - Sat 2026-01-10 09:00",
      "mia secondary Fri 2026-01-09 00:00 - Sat 2026-01-10 09:00",
      "leo primary Sat 2026-01-10 09:00 - Sun 2026-01-11 09:00",
      "sam secondary Sat 2026-01-10 09:00 - Sun 2026-01-11 09:00",
      "sam primary Sun 2026-01-11 09:00 - Mon 2026-01-12 09:00",
      "mia secondary Sun 2026-01-11 09:00 - Mon 2026-01-12 09:00",
      "mia primary Mon 2026-01-12 09:00 - Mon 2026-01-12 12:00",
      "leo secondary Mon 2026-01-12 09:00 - Mon 2026-01-12 12:00",
    ]);
  });
});

/** The first minute at which the answers differ, or at which `until` was no later, or promised too much; null: none does. */
function firstDifference(
  rotation: ReturnType<typeof aRota>,
  changes: Changes,
  fromMs: number,
  minutes: number,
): string | null {
  const byHand = dutyByHand(rotation, changes, fromMs, minutes);
  let held = { order: "", untilMs: -Infinity };
  for (const [minute, expected] of byHand.entries()) {
    const ms = fromMs + minute * MINUTE;
    const duty = dutyAt(rotation, changes, new Date(ms));
    const found = { order: duty.order.join(","), untilMs: duty.until?.getTime() ?? Infinity };
    const isHeld = ms >= held.untilMs || found.order === held.order;
    if (found.order !== expected || found.untilMs <= ms || !isHeld)
      return `${new Date(ms).toISOString()}: ${found.order}, by hand ${expected}, before ${held.order}`;
    held = found;
  }
  return null;
}

describe("who is on call at every minute equals the brute-force answer", () => {
  const followTheSun = aRota(
    aLayer({ people: ["ann", "bob", "cy"], handoverWeekday: null, everyHours: 24, handoverTime: "02:30" }),
    aLayer({
      people: ["eva", "jan", "petr"],
      everyHours: 12,
      handoverWeekday: null,
      handoverTime: "02:30",
      hours: { "mon-fri": "06:00-18:00", "sat-sun": ["00:00-02:45", "08:00-16:00"] },
    }),
    aLayer({
      people: ["sam", "mia"],
      timezone: CHICAGO,
      everyHours: 8,
      handoverWeekday: 1,
      handoverTime: "01:30",
      hours: { "mon-fri": "07:00-19:00", "sat-sun": "22:00-02:15" },
    }),
  );

  test.each([
    ["the clock change of Chicago in spring", "2026-03-06"],
    ["the clock change of Prague in spring", "2026-03-27"],
    ["the clock change of Prague in autumn", "2026-10-23"],
    ["the clock change of Chicago in autumn", "2026-10-30"],
  ])("over %s, with two regions, an override over it and a leave", (_, friday) => {
    const from = Date.parse(`${friday}T12:00Z`);
    const hour = (count: number) => new Date(from + count * 60 * MINUTE);
    const changes: Changes = {
      leave: [
        { person: "jan", from: hour(20), to: hour(50) },
        { person: "mia", from: hour(30.25), to: hour(44) },
        { person: "leo", from: hour(40), to: hour(41) },
      ],
      overrides: [
        { rotation: "rota", person: "leo", role: "primary", from: hour(34), to: hour(45.5) },
        { rotation: "rota", person: "eva", role: "secondary", from: hour(36), to: hour(60) },
        { rotation: "rota", person: "bob", role: "primary", from: hour(38), to: hour(39) },
      ],
    };
    expect(firstDifference(followTheSun, changes, from, 4 * DAY_MINUTES)).toBeNull();
  });

  test("for random rotations, leave and overrides, on days around clock changes", () => {
    const names = ["ann", "bob", "cy", "dan"];
    const twoDigits = (value: number) => String(value).padStart(2, "0");
    const time = fc
      .record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 15, 30) })
      .map(({ hour, minute }) => `${twoDigits(hour)}:${twoDigits(minute)}`);
    const span = fc
      .tuple(time, time)
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => `${from}-${to}`);
    const layer = fc.record<Layer>({
      people: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
      timezone: fc.constantFrom(CHICAGO, PRAGUE, "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"),
      from: fc.constantFrom("2025-01-01", "2026-01-05", "2026-03-08", "2026-10-24"),
      handoverWeekday: fc.option(fc.integer({ min: 1, max: 7 })),
      handoverTime: time,
      everyHours: fc.constantFrom(1, 2, 3, 4, 6, 8, 12, 24, 48, 168, 336),
      hours: fc.option(
        fc
          .constantFrom("mon-sun", "sat-sun", "fri-mon", "sun")
          .chain((key) => span.map((at) => ({ [key]: at }))),
      ),
    });
    const day = fc.constantFrom(
      "2026-03-08",
      "2026-03-29",
      "2026-04-05",
      "2026-04-24",
      "2026-10-25",
      "2026-11-01",
    );
    const stretch = fc.record({
      from: fc.nat(DAY_MINUTES),
      minutes: fc.integer({ min: 1, max: DAY_MINUTES }),
    });
    const person = fc.constantFrom(...names, "eva");
    const role = fc.constantFrom("primary" as const, "secondary" as const);
    fc.assert(
      fc.property(
        fc.array(layer, { minLength: 1, maxLength: 3 }),
        day,
        fc.array(fc.record({ person, stretch }), { maxLength: 2 }),
        fc.array(fc.record({ person, role, stretch }), { maxLength: 3 }),
        (layers, midday, leave, overrides) => {
          const from = Date.parse(`${midday}T00:00Z`) - DAY_MINUTES * MINUTE * 0.5;
          const within = ({ from: start, minutes }: { from: number; minutes: number }) => ({
            from: new Date(from + start * MINUTE),
            to: new Date(from + (start + minutes) * MINUTE),
          });
          const changes = {
            leave: leave.map(({ person, stretch }) => ({ person, ...within(stretch) })),
            overrides: overrides.map(({ person, role, stretch }) => ({
              ...{ rotation: "rota", person, role },
              ...within(stretch),
            })),
          };
          expect(firstDifference(aRota(...layers), changes, from, 1.5 * DAY_MINUTES)).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});
