// Draws the questions that the laws are tried on: calendars of all shapes, starts crowded around the clock changes of a
// zone, and pauses; and says how many of them a run is worth.

import fc from "fast-check";
import { compileCalendar, type Calendar } from "../../src/core/calendar.ts";
import type { Pause } from "../../src/core/clock.ts";
import type { PlainCalendar, PlainPause } from "./minute-oracle.ts";
import { clockChanges, ZONES } from "./zone-table.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How many cases a run tries in all: about 100,000 in `npm test`, a million in `npm run test:deep`, few per mutant. */
export const CASES = Number(process.env["BELFRY_CASES"] ?? 100_000);

/** The zones that a run tries: all of them, and in a run of few cases those whose clocks do what no other's do. */
export const TRIED_ZONES =
  CASES >= 10_000
    ? ZONES
    : [
        ...["America/New_York", "Europe/Prague", "America/Havana", "Africa/Casablanca"],
        ...["Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Pacific/Kiritimati"],
      ];

/** How often one law is tried: its share of all cases, in thousandths, and once at least. */
export function runs(perMille: number): number {
  return Math.max(1, Math.round((CASES * perMille) / 1000));
}

/** Time for a test that tries `count` cases: many times what it takes on a free machine. */
export function timeFor(count: number): number {
  return 120_000 + count * 20;
}

/** How many cases of one file were tried, and how many of them did not hold. */
export interface Tally {
  cases: number;
  mismatches: number;
}

/** Tries a law on so many drawn cases and counts them: one each, or as many as `holds` says that it tried. */
export function check<Case>(
  tally: Tally,
  numRuns: number,
  arbitrary: fc.Arbitrary<Case>,
  holds: (drawn: Case) => number | void,
): void {
  const counted = (drawn: Case): void => {
    try {
      tally.cases += holds(drawn) ?? 1;
    } catch (error) {
      tally.mismatches += 1;
      throw error;
    }
  };
  fc.assert(fc.property(arbitrary, counted), { numRuns });
}

/** Says at the end of a file what it tried: "clock laws: 104371 cases, 0 mismatches". */
export function report(what: string, { cases, mismatches }: Tally): void {
  process.stdout.write(`${what}: ${cases} cases, ${mismatches} mismatches\n`);
}

/** A calendar, a start, how far to look after it, how much of the open time there to ask for, and pauses. */
export interface Question {
  plain: PlainCalendar;
  startMs: number;
  lengthMs: number;
  share: number;
  pauses: readonly PlainPause[];
}

/** A question about one zone: its start is near a change of its clocks, or anywhere where they never change. */
export function questionIn(zone: string): fc.Arbitrary<Question> {
  return fc
    .record({
      startMs: instantNear(zone),
      hours: someHours,
      closed: closedDays,
      lengthMs: someLength,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      stops: somePauses,
    })
    .map(({ startMs, hours, closed, stops, ...rest }) => {
      const holidays = [...new Set(closed.map((day) => dateAt(startMs + day * DAY_MS)))];
      return { ...rest, plain: { timezone: zone, hours, holidays }, startMs, pauses: after(startMs, stops) };
    });
}

/**
 * An instant from a day and a half before a clock change to half a day after it, to the minute, second or millisecond. Of changes
 * since a certain year; an instant anywhere from 2020 to 2035 where a zone has none.
 */
export function instantNear(zone: string, sinceYear = 2011): fc.Arbitrary<number> {
  const changes = clockChanges(zone).filter((ms) => ms > Date.UTC(sinceYear, 0));
  const near = changes.length > 0 ? fc.constantFrom(...changes) : anyQuarterHour;
  return fc
    .tuple(near, fc.integer({ min: -36 * 60, max: 12 * 60 }), part)
    .map(([changeMs, minutes, partMs]) => changeMs + minutes * MINUTE_MS + partMs);
}

/** Pauses that are given from a start on, as instants. */
export function after(startMs: number, pauses: readonly PlainPause[]): PlainPause[] {
  return pauses.map(({ fromMs, toMs }) => ({ fromMs: startMs + fromMs, toMs: startMs + toMs }));
}

/** The calendar, compiled by Belfry. */
export function compiled(plain: PlainCalendar): Calendar {
  return compileCalendar({ ...plain, holidays: plain.holidays.map((date) => ({ date })) });
}

/** The pauses, as Belfry takes them. */
export function asPauses(pauses: readonly PlainPause[]): Pause[] {
  return pauses.map(({ fromMs, toMs }) => ({
    from: new Date(fromMs),
    to: toMs === Infinity ? null : new Date(toMs),
  }));
}

/** "2026-03-29": the date of an instant in UTC. */
export function dateAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** What an instant has beside whole minutes: mostly nothing, else seconds, or milliseconds. */
const part = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 59 }).map((seconds) => seconds * 1000) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: MINUTE_MS - 1 }) },
);

const somePause = fc
  .tuple(fc.integer({ min: -10 * 60, max: 50 * 60 }), part, fc.integer({ min: 0, max: 15 * 60 }), part)
  .map(([minutes, partMs, length, more]) => {
    const fromMs = minutes * MINUTE_MS + partMs;
    return { fromMs, toMs: fromMs + length * MINUTE_MS + more };
  });

/**
 * Pauses, counted from a start: before, around and long after it, in any order; they may overlap, touch, be empty, or
 * have no end.
 */
export const somePauses: fc.Arbitrary<PlainPause[]> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<PlainPause[]>([]) },
  { weight: 8, arbitrary: fc.array(somePause, { minLength: 1, maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: -60, max: 72 * 60 })
      .map((minutes) => [{ fromMs: minutes * MINUTE_MS, toMs: Infinity }]),
  },
);

/** Mostly under three days; now and then up to twelve. */
const someLength = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 3 * DAY_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 * DAY_MS }) },
);

const anyQuarterHour = fc
  .integer({ min: Date.UTC(2020, 0) / (15 * MINUTE_MS), max: Date.UTC(2036, 0) / (15 * MINUTE_MS) })
  .map((quarter) => quarter * 15 * MINUTE_MS);

const clockTime = fc
  .oneof(
    fc.integer({ min: 0, max: 23 }).map((hour) => hour * 60),
    fc.integer({ min: 0, max: 47 }).map((half) => half * 30),
    fc.integer({ min: 0, max: 24 * 60 - 1 }),
  )
  .map((minute) =>
    [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":"),
  );

/** A span of a day, one past midnight, or one up to 24:00. */
const span = fc
  .tuple(
    clockTime,
    fc.oneof({ weight: 5, arbitrary: clockTime }, { weight: 1, arbitrary: fc.constant("24:00") }),
  )
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => `${from}-${to}`);

const spans = fc.oneof(span, fc.array(span, { minLength: 1, maxLength: 3 }));

const dayByDay = fc
  .subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], { minLength: 1 })
  .chain((days) => fc.tuple(...days.map((day) => spans.map((some) => [day, some] as const))))
  .map((days) => Object.fromEntries(days));

const someHours: fc.Arbitrary<PlainCalendar["hours"]> = fc.oneof(
  { weight: 4, arbitrary: dayByDay },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom("mon-fri", "sun-thu", "mon-sun", "sat-mon"), spans)
      .map(([key, some]) => ({ [key]: some })),
  },
  { weight: 2, arbitrary: fc.constantFrom({ "mon-fri": "08:00-17:00" }, { "mon-fri": "09:00-17:00" }) },
  { weight: 1, arbitrary: fc.constant("always" as const) },
);

/** Holidays as days before and after the start: none, or a few. */
const closedDays = fc.array(fc.integer({ min: -2, max: 5 }), { maxLength: 2 });
