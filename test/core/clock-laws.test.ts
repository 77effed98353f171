// The laws of business time. First, the same answers as the oracle that looks at every minute: over all zones, with
// starts crowded around every clock change of 2020-2035. Then what must hold whatever the calendar.

import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { closingAfter, isOpen, nextOpening, openSpans, type Calendar } from "../../src/core/calendar.ts";
import { wallDate } from "../../src/core/zone.ts";
import { countedMs, deadline, type Pause } from "../../src/core/clock.ts";
import { explain } from "../../src/core/explain.ts";
import {
  after,
  asPauses,
  CASES,
  check,
  compiled,
  dateAt,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  questionIn,
  report,
  runs,
  somePauses,
  timeFor,
  type Tally,
  TRIED_ZONES,
  type Question,
} from "./clock-scenes.ts";
import {
  countedByHand,
  dueByHand,
  isOpenAt,
  oracleOf,
  type Oracle,
  type PlainCalendar,
} from "./minute-oracle.ts";
import { judgeSteps } from "./judge-steps.ts";
import { rederive } from "./rederive.ts";
import { clockChanges, ZONES } from "./zone-table.ts";

/** How far the oracle looks for a deadline. */
const LOOK_MS = 40 * DAY_MS;

const tally: Tally = { cases: 0, mismatches: 0 };
afterAll(() => report("clock laws", tally));

describe("around every clock change of 2020 to 2035", () => {
  /** The shapes of calendars that clock changes hurt; the holiday is the date of the change. */
  const SHAPES: readonly ((date: string) => Omit<PlainCalendar, "timezone">)[] = [
    () => ({ hours: { "mon-fri": "08:00-17:00" }, holidays: [] }),
    () => ({
      hours: { "mon-sun": ["00:10-01:35", "01:40-02:20", "02:30-03:15", "23:10-24:00"] },
      holidays: [],
    }),
    (date) => ({ hours: { "mon-sun": "22:00-06:00" }, holidays: [date] }),
    (date) => ({ hours: "always", holidays: [date] }),
  ];
  /** Before and after the change: in the minutes next to it, in the hour that it skips or repeats, and the day before. */
  const AFTER_MS = [-DAY_MS, -61 * MINUTE_MS, -30_001, 0, 29 * MINUTE_MS + 999, 61 * MINUTE_MS];
  const WITHIN_MS = [1, 45 * MINUTE_MS, 9 * HOUR_MS];

  const zones =
    CASES < 1_000_000 ? TRIED_ZONES : [...new Set([...ZONES, ...Intl.supportedValuesOf("timeZone")])];
  /** A small run, such as one of a mutant, tries every so-many-th question only. */
  const stride = Math.max(1, Math.round(100_000 / CASES));

  test.each(zones)("%s counts and is due as the oracle says", { timeout: timeFor(50_000) }, (timezone) => {
    let number = 0;
    for (const changeMs of clockChanges(timezone)) {
      for (const shape of SHAPES) {
        const plain = { timezone, ...shape(dateAt(changeMs)) };
        const [calendar, oracle] = [compiled(plain), oracleOf(plain)];
        for (const afterMs of AFTER_MS) {
          number += 1;
          if (number % stride !== 0) continue;
          const withinMs = WITHIN_MS[number % WITHIN_MS.length] ?? 1;
          agree(calendar, oracle, { startMs: changeMs + afterMs, withinMs, lengthMs: DAY_MS, pauses: [] });
          tally.cases += 1;
        }
      }
    }
  });
});

describe("any calendar", () => {
  const perZone = Math.max(1, Math.round(runs(350) / TRIED_ZONES.length));

  test.each(TRIED_ZONES)(
    "of %s counts and is due as the oracle says",
    { timeout: timeFor(perZone) },
    (zone) => {
      check(tally, perZone, questionIn(zone), ({ plain, startMs, lengthMs, share, pauses }) => {
        const [calendar, oracle] = [compiled(plain), oracleOf(plain)];
        const openMs = countedByHand(oracle, startMs, startMs + lengthMs);
        const withinMs = Math.ceil((openMs === 0 ? lengthMs / 9 : openMs) * share);
        agree(calendar, oracle, { startMs, withinMs, lengthMs, pauses });
      });
    },
  );
});

describe("openings and closings", () => {
  law("are where the oracle finds them", 20, anyQuestion(), ({ plain, startMs, lengthMs }) => {
    const [calendar, oracle] = [compiled(plain), oracleOf(plain)];
    const start = new Date(startMs);
    expect(isOpen(calendar, start)).toBe(isOpenAt(oracle, startMs));
    const firstMs = dueByHand(oracle, startMs, 1, [], LOOK_MS);
    if (firstMs === null) return;
    expect(nextOpening(calendar, start).getTime()).toBe(firstMs - 1);
    const closing = closingAfter(calendar, start)?.getTime() ?? Infinity;
    const endMs = Math.min(closing, firstMs + lengthMs);
    expect(countedByHand(oracle, firstMs - 1, endMs)).toBe(endMs - firstMs + 1);
    if (closing <= firstMs + lengthMs) expect(isOpenAt(oracle, closing)).toBe(false);
  });

  law("open spans are open, apart, and all there is", 40, anyQuestion(), ({ plain, startMs, lengthMs }) => {
    const calendar = compiled(plain);
    const [from, to] = [new Date(startMs), new Date(startMs + 10 * lengthMs)];
    const spans = openSpans(calendar, from, to);
    const totalMs = spans.reduce((sum, span) => sum + span.to.getTime() - span.from.getTime(), 0);
    expect(totalMs).toBe(countedMs(calendar, from, to));
    for (const [index, span] of spans.entries()) {
      expect(isOpen(calendar, span.from)).toBe(true);
      expect(isOpen(calendar, new Date(span.to.getTime() - 1))).toBe(true);
      expect(span.from > (spans[index - 1]?.to ?? new Date(0))).toBe(true);
    }
  });
});

describe("whatever the calendar", () => {
  /** Even a minute a week gives twice as much within ten years. */
  const someMs = fc.integer({ min: 1, max: 4 * HOUR_MS });
  const months = fc.integer({ min: 0, max: 400 * DAY_MS });

  law("counted time adds up", 60, fc.tuple(anyQuestion(), months, months), ([question, first, second]) => {
    const { calendar, start, pauses } = asked(question);
    const middle = new Date(start.getTime() + first);
    const end = new Date(middle.getTime() + second);
    const whole = countedMs(calendar, start, end, pauses);
    expect(countedMs(calendar, start, middle, pauses) + countedMs(calendar, middle, end, pauses)).toBe(whole);
    expect(countedMs(calendar, end, start, pauses) + whole).toBe(0);
  });

  law(
    "a deadline is the earliest instant at which its time has passed",
    60,
    fc.tuple(anyQuestion(), someMs),
    ([question, withinMs]) => {
      const { calendar, start, pauses } = asked(question);
      const due = deadline(calendar, start, withinMs, pauses);
      if (due === null) return;
      expect(countedMs(calendar, start, due, pauses)).toBe(withinMs);
      expect(countedMs(calendar, start, new Date(due.getTime() - 1), pauses)).toBe(withinMs - 1);
    },
  );

  law(
    "two lengths one after the other are due when both together are",
    40,
    fc.tuple(anyQuestion(), someMs, someMs),
    ([question, first, second]) => {
      const { calendar, start, pauses } = asked(question);
      const middle = deadline(calendar, start, first, pauses);
      const both = deadline(calendar, start, first + second, pauses);
      expect(middle === null ? null : deadline(calendar, middle, second, pauses)).toEqual(both);
    },
  );

  law(
    "more time is never due earlier, and a later start is never due earlier",
    40,
    fc.tuple(anyQuestion(), someMs, someMs),
    ([question, withinMs, more]) => {
      const { calendar, start, pauses } = asked(question);
      const due = instantOf(deadline(calendar, start, withinMs, pauses));
      const later = new Date(start.getTime() + more);
      expect(instantOf(deadline(calendar, start, withinMs + more, pauses))).toBeGreaterThanOrEqual(due);
      expect(instantOf(deadline(calendar, later, withinMs, pauses))).toBeGreaterThanOrEqual(due);
    },
  );

  law(
    "a pause of so many counted minutes moves the deadline by exactly so many",
    60,
    fc.tuple(anyQuestion(), somePauses, someMs),
    ([question, others, withinMs]) => {
      const { calendar, start } = asked(question);
      const due = instantOf(deadline(calendar, start, withinMs));
      for (const { fromMs, toMs } of after(question.startMs, others)) {
        const fromAt = Math.max(fromMs, start.getTime());
        const pause: Pause = { from: new Date(fromAt), to: new Date(Math.max(toMs, fromAt)) };
        if (toMs === Infinity || fromAt >= due) continue;
        const pausedMs = countedMs(calendar, pause.from, pause.to ?? start);
        expect(deadline(calendar, start, withinMs, [pause])).toEqual(
          deadline(calendar, start, withinMs + pausedMs),
        );
      }
    },
  );

  law(
    "a holiday more never makes a deadline earlier",
    40,
    fc.tuple(anyQuestion(), someMs, fc.integer({ min: -3, max: 14 })),
    ([{ plain, startMs, pauses }, withinMs, day]) => {
      const more = { ...plain, holidays: [...plain.holidays, dateAt(startMs + day * DAY_MS)] };
      const [without, withIt] = [plain, more].map((each) =>
        instantOf(deadline(compiled(each), new Date(startMs), withinMs, asPauses(pauses))),
      );
      expect(withIt).toBeGreaterThanOrEqual(without ?? NaN);
    },
  );

  law("a holiday counts nothing", 20, anyQuestion(), ({ plain, startMs }) => {
    const date = wallDate(new Date(startMs), plain.timezone);
    const calendar = compiled({ ...plain, holidays: [date] });
    const spans = openSpans(calendar, new Date(startMs - 2 * DAY_MS), new Date(startMs + 2 * DAY_MS));
    for (const { from, to } of spans) {
      expect(wallDate(from, plain.timezone)).not.toBe(date);
      expect(wallDate(new Date(to.getTime() - 1), plain.timezone)).not.toBe(date);
    }
  });

  law(
    "the explanation of a deadline of weeks gives that deadline, and no step of it is wrong",
    20,
    fc.tuple(anyQuestion(), fc.integer({ min: 1, max: 60 * HOUR_MS })),
    ([question, withinMs]) => {
      const { calendar, start, pauses } = asked(question);
      const oracle = oracleOf(question.plain);
      if (dueByHand(oracle, question.startMs, withinMs, question.pauses, LOOK_MS) === null) return;
      const due = deadline(calendar, start, withinMs, pauses);
      if (due === null) throw new Error("the oracle found a deadline");
      expectProof(calendar, oracle, question, withinMs, due);
    },
  );
});

/** One law, tried on its share of all cases, counted in thousandths. */
function law<Case>(
  title: string,
  perMille: number,
  arbitrary: fc.Arbitrary<Case>,
  holds: (drawn: Case) => void,
): void {
  test(title, { timeout: timeFor(runs(perMille)) }, () => check(tally, runs(perMille), arbitrary, holds));
}

function anyQuestion(): fc.Arbitrary<Question> {
  return fc.constantFrom(...TRIED_ZONES).chain(questionIn);
}

/** Counting, deadline and proof are as the oracle says. */
function agree(
  calendar: Calendar,
  oracle: Oracle,
  asked: Pick<Question, "startMs" | "lengthMs" | "pauses"> & { withinMs: number },
): void {
  const { startMs, lengthMs, withinMs, pauses } = asked;
  const start = new Date(startMs);
  const counted = countedMs(calendar, start, new Date(startMs + lengthMs), asPauses(pauses));
  expect(counted).toBe(countedByHand(oracle, startMs, startMs + lengthMs, pauses));

  const due = deadline(calendar, start, withinMs, asPauses(pauses));
  const byHand = dueByHand(oracle, startMs, withinMs, pauses, LOOK_MS);
  if (byHand === null) expect(due === null || due.getTime() > startMs + LOOK_MS).toBe(true);
  else {
    expect(due).toEqual(new Date(byHand));
    expectProof(calendar, oracle, asked, withinMs, new Date(byHand));
  }
}

/** The explanation alone gives the deadline, and the oracle finds each of its steps true. */
function expectProof(
  calendar: Calendar,
  oracle: Oracle,
  { startMs, pauses }: Pick<Question, "startMs" | "pauses">,
  withinMs: number,
  due: Date,
): void {
  const steps = explain(calendar, new Date(startMs), due, asPauses(pauses));
  expect(rederive(startMs, withinMs, steps)).toBe(due.getTime());
  expect(judgeSteps(oracle, steps, pauses)).toEqual([]);
}

function asked({ plain, startMs, pauses }: Question): { calendar: Calendar; start: Date; pauses: Pause[] } {
  return { calendar: compiled(plain), start: new Date(startMs), pauses: asPauses(pauses) };
}

/** A deadline to compare: one that does not come while a pause lasts is later than any. */
function instantOf(due: Date | null): number {
  return due?.getTime() ?? Infinity;
}
