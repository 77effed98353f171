// Counts the open time that a wall clock shows: weekly hours less holidays, by sums, so that any length is a search.
//
// The wall clock of a zone runs evenly between two clock changes, and there its open time is arithmetic. A week always
// has the same hours, so the weeks since an early Monday give most of the answer, the days of the week before the one that is
// asked about give the next part, and that day's own spans the rest. Holidays are taken off by a running sum:
//
//      open time until w  =  weeks · a week's hours  +  hours of the weekdays before  +  the day's own until w
//                            −  hours that the holidays before that day would have had
//
// Backwards, from an amount of open time to the wall time, is the same sum read from right to left. Neither walks over days,
// so sixty working days cost what half an hour costs; and nothing is laid out by year, so a calendar is small.

import { DAY_MS, type Week } from "./hours.ts";

/** Weekly hours and holidays with their sums. Made by `wallHours`, once for a calendar. */
export interface WallHours {
  readonly week: Week;
  /** The open time of a week before each weekday, Monday first; the eighth is that of the whole week. */
  readonly beforeWeekday: readonly number[];
  /** The days (counted from 1970-01-01) that holidays close and that would have had hours, in order. */
  readonly holidays: readonly number[];
  /** How much open time there is until each of these holidays begins, with those before it taken off. */
  readonly openUntilHoliday: readonly number[];
  /** How much open time the holidays before each of these take off; one more than there are, for all of them. */
  readonly lostBefore: readonly number[];
}

const WEEK_DAYS = 7;

/** The hours of a week, less the days (counted from 1970-01-01) that are closed. */
export function wallHours(week: Week, closedDays: Iterable<number>): WallHours {
  const lengths = week.map((spans) => spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0));
  const lengthOn = (day: number): number => lengths[weekdayOf(day)] ?? 0;
  const beforeWeekday = runningSums(lengths);
  const holidays = [...closedDays].filter((day) => lengthOn(day) > 0).sort((one, other) => one - other);
  const lostBefore = runningSums(holidays.map(lengthOn));
  const openUntilHoliday = holidays.map(
    (day, index) => openBeforeDay(beforeWeekday, day) - (lostBefore[index] ?? 0),
  );
  return { week, beforeWeekday, holidays, openUntilHoliday, lostBefore };
}

/** The open time until a wall time, in milliseconds, from some early Monday on; only differences mean something. */
export function openUntil(hours: WallHours, wallMs: number): number {
  const day = Math.floor(wallMs / DAY_MS);
  const index = firstAtLeast(hours.holidays, day);
  const before = openBeforeDay(hours.beforeWeekday, day) - (hours.lostBefore[index] ?? 0);
  return hours.holidays[index] === day ? before : before + openWithin(hours, day, wallMs - day * DAY_MS);
}

/** The earliest wall time until which there is so much open time; the hours have some. Undoes `openUntil`. */
export function wallAfter(hours: WallHours, openMs: number): number {
  const { week, beforeWeekday, openUntilHoliday, lostBefore } = hours;
  const withoutHolidays = openMs + (lostBefore[firstAtLeast(openUntilHoliday, openMs)] ?? 0);
  const weekMs = beforeWeekday[WEEK_DAYS] ?? 0;
  const weeks = Math.ceil(withoutHolidays / weekMs) - 1;
  const inWeekMs = withoutHolidays - weeks * weekMs;
  const weekday = firstAtLeast(beforeWeekday, inWeekMs) - 1;
  let leftMs = inWeekMs - (beforeWeekday[weekday] ?? 0);
  let inDayMs = 0;
  for (const { fromMs, toMs } of week[weekday] ?? []) {
    inDayMs = fromMs + leftMs;
    leftMs -= toMs - fromMs;
    if (leftMs <= 0) break;
  }
  return (weeks * WEEK_DAYS - MONDAY_SHIFT + weekday) * DAY_MS + inDayMs;
}

/** The open spans of one wall day, in milliseconds from its midnight; none on a holiday. */
export function openOn(hours: WallHours, day: number): Week[number] {
  const isHoliday = hours.holidays[firstAtLeast(hours.holidays, day)] === day;
  return isHoliday ? [] : (hours.week[weekdayOf(day)] ?? []);
}

/** The weekday of a day counted from 1970-01-01 (a Thursday): 0 for Monday. */
export function weekdayOf(day: number): number {
  return (((day + MONDAY_SHIFT) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
}

/** The Monday from which weeks are counted, 1969-12-29, lies so many days before 1970-01-01. */
const MONDAY_SHIFT = 3;

function openBeforeDay(beforeWeekday: readonly number[], day: number): number {
  const weeks = Math.floor((day + MONDAY_SHIFT) / WEEK_DAYS);
  const weekday = day + MONDAY_SHIFT - weeks * WEEK_DAYS;
  return weeks * (beforeWeekday[WEEK_DAYS] ?? 0) + (beforeWeekday[weekday] ?? 0);
}

function openWithin({ week }: WallHours, day: number, inDayMs: number): number {
  let openMs = 0;
  for (const { fromMs, toMs } of week[weekdayOf(day)] ?? []) {
    if (inDayMs <= fromMs) break;
    openMs += Math.min(inDayMs, toMs) - fromMs;
  }
  return openMs;
}

function runningSums(lengths: readonly number[]): number[] {
  const sums = [0];
  let sum = 0;
  for (const length of lengths) sums.push((sum += length));
  return sums;
}

/** The index of the first entry that is not below a value; the length where all are. */
function firstAtLeast(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
