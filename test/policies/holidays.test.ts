// Holidays by region, against the official rules and lists.

import { describe, expect, it } from "vitest";
import { loadRegions } from "../../src/policies/holidays.ts";

const DAY_MS = 86_400_000;
const { knows, holidaysOf } = await loadRegions();

describe("US federal holidays", () => {
  // 5 U.S.C. 6103: a holiday on a Saturday is observed on the Friday before, one on a Sunday on the Monday after.
  it.each([2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029, 2030])(
    "of %i are these, and the days on which they are observed",
    (year) => {
      expect(datesIn("US", year)).toEqual(federalHolidays(year));
    },
  );

  it("include the New Year that is observed on 31 December before it", () => {
    expect(datesIn("US", 2021)).toContain("2021-12-31");
  });

  it("have names", () => {
    expect(holidaysOf("US", [2026, 2026])[1]).toEqual({
      date: "2026-01-19",
      name: "Martin Luther King Jr. Day",
    });
  });
});

describe("the bank holidays of England and Wales", () => {
  // As published by the government, with the days that were moved or added for one year.
  it.each([
    [2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"],
    [2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"],
    [2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"],
    [2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"],
    [2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"],
    [2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"],
    [2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"],
    [2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"],
    [2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"],
  ])("of %i fall on these working days", (year, days) => {
    expect(workingDaysIn("GB-ENG", year)).toEqual(days.split(" ").map((day) => `${year}-${day}`));
  });
});

describe("the public holidays of Czechia", () => {
  it.each([
    [2024, "03-29", "04-01"],
    [2025, "04-18", "04-21"],
    [2026, "04-03", "04-06"],
    [2027, "03-26", "03-29"],
  ])("of %i are the eleven of fixed date, and Easter's two", (year, friday, monday) => {
    const fixed = [
      "01-01",
      "05-01",
      "05-08",
      "07-05",
      "07-06",
      "09-28",
      "10-28",
      "11-17",
      "12-24",
      "12-25",
      "12-26",
    ];
    expect(datesIn("CZ", year)).toEqual([...fixed, friday, monday].sort().map((day) => `${year}-${day}`));
  });
});

describe("regions", () => {
  it("may be a country, a state of it, or a part of that", () => {
    expect(["US", "GB-ENG", "US-TX", "DE-BY-A"].filter(knows)).toHaveLength(4);
    expect(datesIn("US-TX", 2026)).toContain("2026-11-27");
  });

  it("that nobody knows are refused", () => {
    for (const region of ["ZZ", "US-ZZ", "AD-ZZ", "DE-BY-ZZ", "", "constructor"]) {
      expect(knows(region)).toBe(false);
      expect(() => holidaysOf(region, [2026, 2026])).toThrow("are not known");
    }
  });

  it("with an afternoon off stay open that day, and feasts of several days close each", () => {
    expect(datesIn("AT", 2026)).not.toContain("2026-12-24");
    expect(datesIn("CN", 2026)).toEqual(expect.arrayContaining(["2026-10-01", "2026-10-02", "2026-10-03"]));
  });
});

function datesIn(region: string, year: number): string[] {
  return holidaysOf(region, [year - 1, year + 1])
    .map(({ date }) => date)
    .filter((date) => date.startsWith(`${year}-`));
}

function workingDaysIn(region: string, year: number): string[] {
  return datesIn(region, year).filter((date) => ![0, 6].includes(new Date(date).getUTCDay()));
}

/** The days themselves and those on which they are observed, by the law's own words. */
function federalHolidays(year: number): string[] {
  const days = [year - 1, year, year + 1].flatMap((each) => [
    ...[
      [1, 1],
      [7, 4],
      [11, 11],
      [12, 25],
    ].flatMap(([month = 1, day = 1]) => observed(Date.UTC(each, month - 1, day))),
    ...(each >= 2021 ? observed(Date.UTC(each, 5, 19)) : []),
    nthMonday(each, 1, 3),
    nthMonday(each, 2, 3),
    lastMonday(each, 5),
    nthMonday(each, 9, 1),
    nthMonday(each, 10, 2),
    nthMonday(each, 11, 4, 4),
  ]);
  const dates = days.map((ms) => new Date(ms).toISOString().slice(0, 10));
  return [...new Set(dates)].filter((date) => date.startsWith(`${year}-`)).sort();
}

function observed(ms: number): number[] {
  const weekday = new Date(ms).getUTCDay();
  if (weekday === 6) return [ms, ms - DAY_MS];
  return weekday === 0 ? [ms, ms + DAY_MS] : [ms];
}

/** The nth Monday of a month, or another weekday (4 for Thursday). */
function nthMonday(year: number, month: number, nth: number, weekday = 1): number {
  const first = Date.UTC(year, month - 1, 1);
  const offset = (weekday - new Date(first).getUTCDay() + 7) % 7;
  return first + (offset + (nth - 1) * 7) * DAY_MS;
}

function lastMonday(year: number, month: number): number {
  const fifth = nthMonday(year, month, 5);
  return new Date(fifth).getUTCMonth() === month - 1 ? fifth : fifth - 7 * DAY_MS;
}
