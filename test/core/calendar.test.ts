// When a calendar is open: the contract's definition, case by case.

import { describe, expect, it } from "vitest";
import {
  closingAfter,
  compileCalendar,
  isOpen,
  nextOpening,
  openBetween,
  openSpans,
  whenOpenFor,
  type Calendar,
  type CalendarSpec,
} from "../../src/core/calendar.ts";
import { DeskError } from "../../src/core/errors.ts";
import { codeOf } from "./refusal.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("the hours of a week", () => {
  const prague = calendar({ timezone: "Europe/Prague", hours: { "mon-fri": "08:00-17:00" } });

  it("the opening belongs to the hours, and the closing does not", () => {
    expect(isOpen(prague, at("2026-03-27T07:00:00Z"))).toBe(true);
    expect(isOpen(prague, at("2026-03-27T06:59:59.999Z"))).toBe(false);
    expect(isOpen(prague, at("2026-03-27T15:59:59.999Z"))).toBe(true);
    expect(isOpen(prague, at("2026-03-27T16:00:00Z"))).toBe(false);
  });

  it("a lunch break is closed", () => {
    const desk = calendar({ hours: { mon: ["09:00-12:30", "13:30-18:00"] } });
    expect(spansOf(desk, "2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z")).toEqual([
      "2026-03-30T09:00:00.000Z/2026-03-30T12:30:00.000Z",
      "2026-03-30T13:30:00.000Z/2026-03-30T18:00:00.000Z",
    ]);
  });

  it("spans that overlap or touch are one, also over midnight and over the week's end", () => {
    const desk = calendar({
      hours: { mon: ["09:00-12:00", "11:00-13:00", "13:00-24:00"], tue: "00:00-06:00", sun: "22:00-02:00" },
    });
    expect(spansOf(desk, "2026-03-29T12:00:00Z", "2026-04-01T00:00:00Z")).toEqual([
      "2026-03-29T22:00:00.000Z/2026-03-30T02:00:00.000Z",
      "2026-03-30T09:00:00.000Z/2026-03-31T06:00:00.000Z",
    ]);
  });

  it("hours past midnight belong to the next weekday, also where that weekday names no hours", () => {
    const nights = calendar({ hours: { fri: "22:00-06:00" } });
    expect(isOpen(nights, at("2026-03-28T05:59:00Z"))).toBe(true);
    expect(isOpen(nights, at("2026-03-28T06:00:00Z"))).toBe(false);
    expect(openBetween(nights, at("2026-03-23T00:00:00Z"), at("2026-03-30T00:00:00Z"))).toBe(8 * HOUR_MS);
  });

  it('a span to "00:00" ends with its day', () => {
    const evening = calendar({ hours: { mon: "18:00-00:00" } });
    expect(closingAfter(evening, at("2026-03-30T12:00:00Z"))).toEqual(at("2026-03-31T00:00:00Z"));
  });

  it("a range of weekdays may run over the week's end", () => {
    const desk = calendar({ hours: { "sat-mon": "10:00-11:00" } });
    expect(openBetween(desk, at("2026-03-23T00:00:00Z"), at("2026-03-30T00:00:00Z"))).toBe(3 * HOUR_MS);
  });

  it("always is open at any instant, in any year", () => {
    const always = calendar({ hours: "always" });
    expect(isOpen(always, at("1850-01-01T00:00:00Z"))).toBe(true);
    expect(closingAfter(always, at("2026-01-01T00:00:00Z"))).toBeNull();
    expect(openSpans(always, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"))).toHaveLength(1);
  });

  it("seven whole days are as good as always", () => {
    const whole = calendar({ hours: { "mon-sun": "00:00-24:00" } });
    expect(closingAfter(whole, at("2026-01-01T00:00:00Z"))).toBeNull();
  });

  it("a span that runs over New Year is one span", () => {
    const desk = calendar({ hours: "always", holidays: ["2026-12-25", "2027-01-06"] });
    expect(closingAfter(desk, at("2026-12-28T00:00:00Z"))).toEqual(at("2027-01-06T00:00:00Z"));
    expect(spansOf(desk, "2026-12-28T00:00:00Z", "2027-02-01T00:00:00Z")).toEqual([
      "2026-12-28T00:00:00.000Z/2027-01-06T00:00:00.000Z",
      "2027-01-07T00:00:00.000Z/2027-02-01T00:00:00.000Z",
    ]);
  });
});

describe("holidays", () => {
  it("a holiday closes the wall date of the calendar's zone, not the UTC date", () => {
    const auckland = calendar({ timezone: "Pacific/Auckland", hours: "always", holidays: ["2026-06-10"] });
    expect(isOpen(auckland, at("2026-06-09T11:59:00Z"))).toBe(true);
    expect(isOpen(auckland, at("2026-06-09T12:00:00Z"))).toBe(false);
    expect(isOpen(auckland, at("2026-06-10T11:59:00Z"))).toBe(false);
    expect(isOpen(auckland, at("2026-06-10T12:00:00Z"))).toBe(true);
  });

  it("a holiday closes what the night before would have left open, and nothing after its own midnight", () => {
    const nights = calendar({ hours: { "fri-sat": "22:00-06:00" }, holidays: ["2026-03-28"] });
    expect(spansOf(nights, "2026-03-27T00:00:00Z", "2026-03-30T00:00:00Z")).toEqual([
      "2026-03-27T22:00:00.000Z/2026-03-28T00:00:00.000Z",
      "2026-03-29T00:00:00.000Z/2026-03-29T06:00:00.000Z",
    ]);
  });

  it("a year of holidays is skipped whole", () => {
    const days = Array.from({ length: 365 }, (_, day) =>
      new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const desk = calendar({ hours: { "mon-fri": "09:00-17:00" }, holidays: days });
    expect(openBetween(desk, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"))).toBe(0);
    expect(nextOpening(desk, at("2026-01-01T00:00:00Z"))).toEqual(at("2027-01-01T09:00:00Z"));
  });

  it("years whose holidays are not known cannot be asked about", () => {
    const desk = compileCalendar({
      timezone: "Etc/UTC",
      hours: { mon: "09:00-17:00" },
      holidays: [],
      holidayYears: [2020, 2030],
    });
    expect(() => isOpen(desk, at("2031-01-06T10:00:00Z"))).toThrow("known from 2020 to 2030");
  });
});

describe("clock changes", () => {
  it("the hour that a change skips does not exist", () => {
    const newYork = calendar({ timezone: "America/New_York", hours: { sun: "02:30-03:15" } });
    expect(spansOf(newYork, "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z")).toEqual([
      "2026-03-08T07:00:00.000Z/2026-03-08T07:15:00.000Z",
    ]);
  });

  it("the hour that a change repeats counts both times", () => {
    const newYork = calendar({ timezone: "America/New_York", hours: { sun: "01:15-01:45" } });
    expect(spansOf(newYork, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")).toEqual([
      "2026-11-01T05:15:00.000Z/2026-11-01T05:45:00.000Z",
      "2026-11-01T06:15:00.000Z/2026-11-01T06:45:00.000Z",
    ]);
  });

  it("a span that begins in the repeated hour opens, closes at the change, and opens again", () => {
    const newYork = calendar({ timezone: "America/New_York", hours: { sun: "01:30-04:00" } });
    expect(spansOf(newYork, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")).toEqual([
      "2026-11-01T05:30:00.000Z/2026-11-01T06:00:00.000Z",
      "2026-11-01T06:30:00.000Z/2026-11-01T09:00:00.000Z",
    ]);
  });

  it("Lord Howe changes by half an hour", () => {
    const island = calendar({ timezone: "Australia/Lord_Howe", hours: { sun: "01:00-03:00" } });
    expect(openBetween(island, at("2026-04-04T00:00:00Z"), at("2026-04-06T00:00:00Z"))).toBe(2.5 * HOUR_MS);
    expect(openBetween(island, at("2026-10-03T00:00:00Z"), at("2026-10-05T00:00:00Z"))).toBe(1.5 * HOUR_MS);
  });

  it("Apia has no 30 December 2011", () => {
    const apia = calendar({ timezone: "Pacific/Apia", hours: { "mon-fri": "09:00-17:00" } });
    expect(spansOf(apia, "2011-12-29T12:00:00Z", "2012-01-03T00:00:00Z")).toEqual([
      "2011-12-29T19:00:00.000Z/2011-12-30T03:00:00.000Z",
      "2012-01-01T19:00:00.000Z/2012-01-02T03:00:00.000Z",
      "2012-01-02T19:00:00.000Z/2012-01-03T00:00:00.000Z",
    ]);
  });

  it("a midnight that a change skips opens its day late", () => {
    const havana = calendar({ timezone: "America/Havana", hours: { sun: "00:00-24:00" } });
    expect(openBetween(havana, at("2026-03-07T00:00:00Z"), at("2026-03-10T00:00:00Z"))).toBe(23 * HOUR_MS);
    expect(nextOpening(havana, at("2026-03-07T12:00:00Z"))).toEqual(at("2026-03-08T05:00:00Z"));
  });
});

describe("the edges of a search", () => {
  const office = calendar({ hours: { "mon-fri": "08:00-17:00" } });

  it("a deadline at the very instant of a clock change is that instant", () => {
    const newYork = calendar({ timezone: "America/New_York", hours: { sun: "00:00-02:00" } });
    const due = whenOpenFor(newYork, at("2026-03-08T00:00:00Z"), 2 * HOUR_MS);
    expect(due).toEqual(at("2026-03-08T07:00:00Z"));
  });

  it("the instant of a clock change shows the wall clock after it", () => {
    const newYork = calendar({ timezone: "America/New_York", hours: { sun: "01:00-01:30" } });
    expect(isOpen(newYork, at("2026-11-01T06:00:00Z"))).toBe(true);
    expect(isOpen(newYork, at("2026-11-01T05:59:59.999Z"))).toBe(false);
  });

  it("a deadline may come in the tenth year", () => {
    const short = calendar({ hours: { mon: "09:00-09:01" } });
    expect(whenOpenFor(short, at("2026-06-01T00:00:00Z"), 505 * MINUTE_MS)).toEqual(
      at("2036-01-28T09:01:00Z"),
    );
  });

  it("a calendar that never closes can be asked about any year", () => {
    const always = calendar({ hours: "always" });
    const [from, to] = [at("1850-01-01T00:00:00Z"), at("1850-01-02T00:00:00Z")];
    expect(openBetween(always, from, to)).toBe(24 * HOUR_MS);
    expect(whenOpenFor(always, from, 24 * HOUR_MS)).toEqual(to);
    expect(openSpans(always, from, to)).toEqual([{ from, to }]);
    expect(closingAfter(always, from)).toBeNull();
  });

  it("from a later to an earlier instant, and at one instant, there is no span", () => {
    const [from, to] = [at("2026-03-30T09:00:00Z"), at("2026-03-30T10:00:00Z")];
    for (const each of [office, calendar({ hours: "always" })]) {
      expect(openSpans(each, to, from)).toEqual([]);
      expect(openSpans(each, from, from)).toEqual([]);
    }
    expect(spansOf(office, "2026-03-30T00:00:00Z", "2026-03-30T08:00:00Z")).toEqual([]);
  });

  it("a closing is found weeks ahead, also where one more closed day follows it, or many", () => {
    const closedOn = (...holidays: string[]) => calendar({ hours: "always", holidays });
    const closing = at("2026-03-17T00:00:00Z");
    const later = Array.from({ length: 9 }, (_, day) => `2026-03-${String(17 + day)}`);
    for (const desk of [closedOn("2026-03-17"), closedOn(...later)]) {
      expect(closingAfter(desk, at("2026-03-10T00:00:00Z"))).toEqual(closing);
      expect(closingAfter(desk, at("2026-03-01T12:00:00Z"))).toEqual(closing);
    }
  });

  it("a calendar whose every day is a holiday for ten years says so", () => {
    const mondays = Array.from({ length: 600 }, (_, week) =>
      new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString().slice(0, 10),
    );
    const desk = calendar({ hours: { mon: "09:00-17:00" }, holidays: mondays });
    expect(() => nextOpening(desk, at("2026-01-01T00:00:00Z"))).toThrow("does not open within ten years");
    expect(codeOf(() => nextOpening(desk, at("2026-01-01T00:00:00Z")))).toBe("invalid");
  });
});

describe("the years whose holidays are known", () => {
  const known = (hours: CalendarSpec["hours"]) =>
    compileCalendar({ timezone: "Etc/UTC", hours, holidays: [], holidayYears: [2020, 2030] });
  const desk = known({ "mon-fri": "09:00-17:00" });

  it("are the first and the last of them too, to their very ends", () => {
    const whole = openBetween(desk, at("2020-01-01T00:00:00Z"), at("2031-01-01T00:00:00Z"));
    expect(whole).toBe(2870 * 8 * HOUR_MS);
    expect(isOpen(desk, at("2020-01-01T10:00:00Z"))).toBe(true);
    expect(isOpen(desk, at("2030-12-31T10:00:00Z"))).toBe(true);
  });

  it("are none before and none after: a question about those is refused", () => {
    for (const instant of ["2019-12-31T10:00:00Z", "2031-01-01T00:00:00Z"]) {
      expect(() => isOpen(desk, at(instant))).toThrow("known from 2020 to 2030");
      expect(codeOf(() => isOpen(desk, at(instant)))).toBe("invalid");
    }
  });

  it("do not matter where there are no hours at all", () => {
    expect(() => nextOpening(known({}), at("2029-01-01T00:00:00Z"))).toThrow("no open hours at all");
  });
});

describe("the working day", () => {
  it("is the open wall time of the open weekdays where all are equally long", () => {
    expect(calendar({ hours: { "mon-fri": ["09:00-12:30", "13:30-18:00"] } }).dayMs).toBe(8 * HOUR_MS);
    expect(calendar({ hours: "always" }).dayMs).toBe(24 * HOUR_MS);
  });

  it("is not known where the days differ, unless the calendar says it", () => {
    const hours = { "mon-thu": "09:00-17:00", fri: "09:00-15:00" };
    expect(calendar({ hours }).dayMs).toBeNull();
    expect(calendar({ hours, day: "8h" }).dayMs).toBe(8 * HOUR_MS);
  });

  it("differs where hours run past midnight, because the part after it belongs to the next weekday", () => {
    expect(calendar({ hours: { "mon-fri": "22:00-06:00" } }).dayMs).toBeNull();
  });

  it("may be said in any calendar", () => {
    expect(calendar({ hours: { "mon-fri": "09:00-17:00" }, day: "450m" }).dayMs).toBe(7.5 * HOUR_MS);
  });
});

describe("what is refused", () => {
  const refused = (spec: Partial<CalendarSpec>, part: string): void => {
    const compile = () => compileCalendar({ timezone: "Etc/UTC", hours: "always", holidays: [], ...spec });
    expect(compile).toThrow(DeskError);
    expect(compile).toThrow(part);
  };

  it("a zone that does not exist, and an offset in the place of a zone", () => {
    refused({ timezone: "Mars/Base" }, '"Mars/Base" is no time zone');
    refused({ timezone: "+02:00" }, "is no time zone");
    refused({ timezone: "customer" }, "is no time zone");
  });

  it("a weekday that does not exist, and a range of one day", () => {
    refused({ hours: { monday: "09:00-17:00" } }, '"monday" is found');
    refused({ hours: { "mon-mon": "09:00-17:00" } }, '"mon-mon" is found');
    refused({ hours: { "mon-tue-wed": "09:00-17:00" } }, '"mon-tue-wed" is found');
  });

  it("a weekday that two keys name", () => {
    refused(
      { hours: { "mon-fri": "09:00-17:00", fri: "09:00-15:00" } },
      'fri is named by "mon-fri" and by "fri"',
    );
  });

  it("a span with equal ends, and one that is no span", () => {
    refused({ hours: { mon: "09:00-09:00" } }, "ends where it begins");
    refused({ hours: { mon: "00:00-00:00" } }, "ends where it begins");
    for (const text of [
      "9:00-17:00",
      "09:00",
      "24:00-06:00",
      "09:00-24:30",
      "09:60-10:00",
      "09:00 - 17:00",
      "",
    ]) {
      refused({ hours: { mon: text } }, "allowed is a span such as");
    }
  });

  it("a holiday that is no date", () => {
    refused({ holidays: [{ date: "2026-02-30" }] }, '"2026-02-30" is no date');
    refused({ holidays: [{ date: "2026-13-01" }] }, '"2026-13-01" is no date');
    refused({ holidays: [{ date: "26-12-24" }] }, '"26-12-24" is no date');
  });

  it("a working day of no length, of more than a day, or of days", () => {
    for (const day of ["0h", "25h", "1d", "8", "eight hours"])
      refused({ day }, "is no length of a working day");
  });

  it("each fault says where it is, and the whole says that it is invalid", () => {
    const compile = () =>
      calendar({ timezone: "Nowhere", hours: { mon: ["x"] }, day: "25h", holidays: ["2026-02-30"] });
    expect(codeOf(compile)).toBe("invalid");
    expect(compile).toThrow(
      'timezone: "Nowhere" is no time zone; allowed is a name such as "Europe/Prague"; hours.mon.0: "x" is found',
    );
    expect(compile).toThrow('day: "25h" is no length of a working day; holidays: "2026-02-30" is no date.');
  });

  it("a working day of exactly 24 hours is allowed", () => {
    expect(calendar({ hours: "always", day: "24h" }).dayMs).toBe(24 * HOUR_MS);
  });

  it("several faults are told at once", () => {
    refused({ timezone: "Nowhere", hours: { mon: "x", tue: "y" } }, 'hours.tue: "y" is found');
  });

  it("a calendar without hours compiles, and has no opening to offer", () => {
    const closed = calendar({ hours: {} });
    expect(isOpen(closed, at("2026-01-01T00:00:00Z"))).toBe(false);
    expect(() => nextOpening(closed, at("2026-01-01T00:00:00Z"))).toThrow("no open hours at all");
  });

  it("a year that nobody knows the clock of", () => {
    const desk = calendar({ hours: { mon: "09:00-17:00" } });
    expect(() => isOpen(desk, at("1800-01-01T00:00:00Z"))).toThrow("1800");
    expect(() => isOpen(desk, new Date(NaN))).toThrow(DeskError);
  });
});

function calendar(spec: Partial<Omit<CalendarSpec, "holidays">> & { holidays?: string[] }): Calendar {
  const holidays = (spec.holidays ?? []).map((date) => ({ date }));
  return compileCalendar({ timezone: "Etc/UTC", hours: {}, ...spec, holidays });
}

function spansOf(open: Calendar, from: string, to: string): string[] {
  return openSpans(open, at(from), at(to)).map(
    (span) => `${span.from.toISOString()}/${span.to.toISOString()}`,
  );
}

function at(instant: string): Date {
  return new Date(instant);
}
