// Laws of business time, over random calendars, zones and clock changes; and the same answers as the oracle that looks
// at every minute.

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { compileCalendar, isOpen, openSpans, type Calendar } from "../../src/core/calendar.ts";
import { countedMs, deadline, type Pause } from "../../src/core/clock.ts";
import { explain } from "../../src/core/explain.ts";
import { openMinutes, type PlainCalendar } from "./minute-oracle.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Instants near clock changes of all kinds: by an hour, by half an hour, at midnight, in Ramadan, over a whole day. */
const CHANGES: [zone: string, near: string][] = [
  ["America/New_York", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01T06:00:00Z"],
  ["Europe/Prague", "2026-03-29T01:00:00Z"],
  ["Europe/Dublin", "2026-10-25T01:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ["America/Havana", "2026-03-08T05:00:00Z"],
  ["Asia/Beirut", "2026-03-28T22:00:00Z"],
  ["Africa/Casablanca", "2026-02-15T02:00:00Z"],
  ["Africa/Casablanca", "2026-03-22T02:00:00Z"],
  ["America/St_Johns", "2026-11-01T04:30:00Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00Z"],
  ["Asia/Pyongyang", "2018-05-04T15:00:00Z"],
  ["Asia/Kathmandu", "2025-12-31T18:15:00Z"],
  ["Etc/UTC", "2027-12-31T24:00:00Z"],
];

const clockTime = fc
  .integer({ min: 0, max: 24 * 12 - 1 })
  .map(
    (step) => `${String(Math.floor(step / 12)).padStart(2, "0")}:${String((step % 12) * 5).padStart(2, "0")}`,
  );

const span = fc
  .tuple(clockTime, fc.oneof(clockTime, fc.constant("24:00")))
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => `${from}-${to}`);

const hours = fc
  .subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], { minLength: 1 })
  .chain((days) =>
    fc.tuple(
      ...days.map((day) => fc.tuple(fc.constant(day), fc.array(span, { minLength: 1, maxLength: 3 }))),
    ),
  )
  .map((days): Record<string, string[]> => Object.fromEntries(days));

const someHours = fc.oneof(
  hours,
  fc
    .array(span, { minLength: 1, maxLength: 2 })
    .map((spans): Record<string, string[]> => ({ "mon-fri": spans })),
  fc
    .array(span, { minLength: 1, maxLength: 2 })
    .map((spans): Record<string, string[]> => ({ "sat-mon": spans })),
);

/** A calendar, and an instant on a whole minute within a day and a half of a clock change of its zone. */
const scene = fc
  .record({
    change: fc.constantFrom(...CHANGES),
    hours: someHours,
    holidays: fc.array(fc.integer({ min: -2, max: 4 }), { maxLength: 2 }),
    minutesBefore: fc.integer({ min: -12 * 60, max: 36 * 60 }),
  })
  .map(({ change: [timezone, near], hours, holidays, minutesBefore }) => {
    const changeMs = Date.parse(near);
    const dates = holidays.map((day) => new Date(changeMs + day * DAY_MS).toISOString().slice(0, 10));
    const plain: PlainCalendar = { timezone, hours, holidays: [...new Set(dates)] };
    return { plain, startMs: changeMs - minutesBefore * MINUTE_MS };
  });

describe("the oracle that looks at every minute", () => {
  test.prop([scene, fc.integer({ min: 1, max: 48 * 60 })], { numRuns: 1500 })(
    "counts the same time between two instants",
    ({ plain, startMs }, minutes) => {
      const calendar = compiled(plain);
      const endMs = startMs + minutes * MINUTE_MS;
      const expected = openMinutes(plain, startMs, endMs).length * MINUTE_MS;
      expect(countedMs(calendar, new Date(startMs), new Date(endMs))).toBe(expected);
    },
  );

  test.prop([scene, fc.integer({ min: 0, max: 1 })], { numRuns: 1000 })(
    "finds the same deadline",
    ({ plain, startMs }, share) => {
      const calendar = compiled(plain);
      const open = openMinutes(plain, startMs, startMs + 2 * DAY_MS);
      fc.pre(open.length > 1);
      const index = share === 0 ? Math.floor(open.length / 2) : open.length - 1;
      const due = deadline(calendar, new Date(startMs), (index + 1) * MINUTE_MS);
      expect(due?.getTime()).toBe((open[index] ?? NaN) + MINUTE_MS);
    },
  );

  test.prop(
    [
      scene,
      fc.array(fc.tuple(fc.integer({ min: -600, max: 2000 }), fc.integer({ min: 0, max: 900 })), {
        maxLength: 4,
      }),
    ],
    {
      numRuns: 1000,
    },
  )("takes the same pauses off", ({ plain, startMs }, lengths) => {
    const calendar = compiled(plain);
    const endMs = startMs + 2 * DAY_MS;
    const pauses = lengths.map(([after, length]): Pause => {
      const fromMs = startMs + after * MINUTE_MS;
      return { from: new Date(fromMs), to: new Date(fromMs + length * MINUTE_MS) };
    });
    const counting = openMinutes(plain, startMs, endMs).filter(
      (ms) => !pauses.some(({ from, to }) => ms >= from.getTime() && to !== null && ms < to.getTime()),
    );
    expect(countedMs(calendar, new Date(startMs), new Date(endMs), pauses)).toBe(counting.length * MINUTE_MS);
    const middle = counting[Math.floor(counting.length / 2)];
    if (middle === undefined) return;
    const withinMs = (Math.floor(counting.length / 2) + 1) * MINUTE_MS;
    expect(deadline(calendar, new Date(startMs), withinMs, pauses)?.getTime()).toBe(middle + MINUTE_MS);
  });
});

describe("laws", () => {
  /** Even five minutes a week give twice as much within ten years. */
  const someTime = fc.integer({ min: 1, max: 18 * HOUR_MS });
  const months = fc.integer({ min: 0, max: 400 * 24 * 60 * 60 * 1000 });

  test.prop([scene, months, months])("counted time adds up", ({ plain, startMs }, first, second) => {
    const calendar = compiled(plain);
    const [a, b, c] = [startMs, startMs + first, startMs + first + second].map((ms) => new Date(ms)) as [
      Date,
      Date,
      Date,
    ];
    expect(countedMs(calendar, a, b) + countedMs(calendar, b, c)).toBe(countedMs(calendar, a, c));
    expect(countedMs(calendar, c, a)).toBe(-countedMs(calendar, a, c));
  });

  test.prop([scene, someTime])(
    "a deadline is the earliest instant at which its time has passed",
    ({ plain, startMs }, withinMs) => {
      const calendar = compiled(plain);
      const start = new Date(startMs);
      const due = deadlineOf(calendar, start, withinMs);
      expect(countedMs(calendar, start, due)).toBe(withinMs);
      expect(countedMs(calendar, start, new Date(due.getTime() - 1))).toBe(withinMs - 1);
    },
  );

  test.prop([scene, someTime, someTime])(
    "more time is never due earlier, and a later start is never due earlier",
    ({ plain, startMs }, withinMs, more) => {
      const calendar = compiled(plain);
      const due = deadlineOf(calendar, new Date(startMs), withinMs);
      expect(deadlineOf(calendar, new Date(startMs), withinMs + more) >= due).toBe(true);
      expect(deadlineOf(calendar, new Date(startMs + more), withinMs) >= due).toBe(true);
    },
  );

  test.prop([scene, fc.integer({ min: 0, max: 30 * DAY_MS })])(
    "open spans are open, apart, and all there is",
    ({ plain, startMs }, lengthMs) => {
      const calendar = compiled(plain);
      const spans = openSpans(calendar, new Date(startMs), new Date(startMs + lengthMs));
      const total = spans.reduce((sum, { from, to }) => sum + to.getTime() - from.getTime(), 0);
      expect(total).toBe(countedMs(calendar, new Date(startMs), new Date(startMs + lengthMs)));
      for (const [index, { from, to }] of spans.entries()) {
        expect(isOpen(calendar, from)).toBe(true);
        expect(isOpen(calendar, new Date(to.getTime() - 1))).toBe(true);
        const next = spans[index + 1];
        if (next !== undefined) expect(next.from > to).toBe(true);
      }
    },
  );

  test.prop([scene, someTime])(
    "the proof of a deadline leaves no gap, and its counted spans add up",
    ({ plain, startMs }, withinMs) => {
      const calendar = compiled(plain);
      const start = new Date(startMs);
      const due = deadlineOf(calendar, start, withinMs);
      const steps = explain(calendar, start, due);
      const counted = steps.filter(({ kind }) => kind === "counted");
      expect(counted.reduce((sum, { from, to }) => sum + to.getTime() - from.getTime(), 0)).toBe(withinMs);
      expect(steps.map(({ from }) => from)).toEqual([start, ...steps.slice(0, -1).map(({ to }) => to)]);
      expect(steps.at(-1)?.to).toEqual(due);
    },
  );
});

function deadlineOf(calendar: Calendar, start: Date, withinMs: number): Date {
  const due = deadline(calendar, start, withinMs);
  if (due === null) throw new Error("without pauses a deadline comes");
  return due;
}

function compiled(plain: PlainCalendar): Calendar {
  return compileCalendar({ ...plain, holidays: plain.holidays.map((date) => ({ date })) });
}
