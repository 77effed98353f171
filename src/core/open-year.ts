// Lays the open hours of one year out as instants, so that a question about them is a search.
//
// A zone's year is cut where its offset from UTC changes. Within such a piece the wall clock runs evenly: wall = instant
// + offset. Every wall day that a piece touches is laid over the piece, and only what lies inside counts:
//
//      instants   |------ piece at -5 h ------|------ piece at -4 h ------|
//      wall clock 00:00 ............... 02:00 | 03:00 ............... 24:00     the hour 02-03 never appears
//
// The hour that a change skips is in no piece and so does not exist; the hour that it repeats is in both and is judged
// by its wall clock both times. A date that a zone left out (Apia, 30 December 2011) needs no rule of its own.

import { DAY_MS, type Week } from "./hours.ts";

/** A piece of time in which a zone keeps one offset from UTC: wall = instant + offset. `toMs` is excluded. */
export interface OffsetSpan {
  fromMs: number;
  toMs: number;
  offsetMs: number;
}

/** The open spans of one UTC year, in order and merged; `before[i]` is the year's open time before span i. */
export interface OpenYear {
  starts: Float64Array;
  ends: Float64Array;
  before: Float64Array;
  openMs: number;
}

/**
 * How far apart offsets are sampled. The shortest stay at one offset in the time zone database since 1970 is six days
 * and 23 hours (Brazil's north-east, October 2000): no change and its way back fit between two samples.
 */
const SAMPLE_MS = 6 * DAY_MS;

const SECOND_MS = 1000;

/** The pieces between two instants. Offsets change on whole seconds, so each change is found by halving. */
export function offsetSpans(offsetAt: (ms: number) => number, fromMs: number, toMs: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let span = { fromMs, toMs, offsetMs: offsetAt(fromMs) };
  for (let seenMs = fromMs; seenMs < toMs; seenMs += SAMPLE_MS) {
    const nextMs = Math.min(seenMs + SAMPLE_MS, toMs);
    const offsetMs = offsetAt(nextMs);
    if (offsetMs === span.offsetMs) continue;
    const changeMs = changeBetween(offsetAt, seenMs, nextMs);
    spans.push({ ...span, toMs: changeMs });
    span = { fromMs: changeMs, toMs, offsetMs };
  }
  return span.fromMs < toMs ? [...spans, span] : spans;
}

/** The open spans within pieces of one zone, by weekly hours and the days (counted from 1970-01-01) that are closed. */
export function openYear(
  pieces: readonly OffsetSpan[],
  week: Week,
  closedDays: { has: (day: number) => boolean },
): OpenYear {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { fromMs, toMs, offsetMs } of pieces) {
    const lastDay = Math.ceil((toMs + offsetMs) / DAY_MS) - 1;
    for (let day = Math.floor((fromMs + offsetMs) / DAY_MS); day <= lastDay; day += 1) {
      if (closedDays.has(day)) continue;
      for (const span of week[weekdayOf(day)] ?? []) {
        const start = Math.max(fromMs, day * DAY_MS + span.fromMs - offsetMs);
        const end = Math.min(toMs, day * DAY_MS + span.toMs - offsetMs);
        if (start >= end) continue;
        if (ends.at(-1) === start) ends[ends.length - 1] = end;
        else {
          starts.push(start);
          ends.push(end);
        }
      }
    }
  }
  return summed(starts, ends);
}

/** The weekday of a day counted from 1970-01-01 (a Thursday): 0 for Monday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The index of the last span that starts at or before an instant; -1 where there is none. */
export function spanAt(year: OpenYear, ms: number): number {
  return lastAtMost(year.starts, ms);
}

/** The open time of the year before an instant. */
export function openBefore(year: OpenYear, ms: number): number {
  const index = spanAt(year, ms);
  if (index < 0) return 0;
  const start = year.starts[index] ?? 0;
  const end = year.ends[index] ?? 0;
  return (year.before[index] ?? 0) + Math.min(ms, end) - start;
}

/** The earliest instant of the year at which `openMs` of its open time has passed: more than 0, at most all of it. */
export function whenOpen(year: OpenYear, openMs: number): number {
  const index = lastAtMost(year.before, openMs - 1);
  const start = year.starts[index] ?? 0;
  return start + openMs - (year.before[index] ?? 0);
}

function changeBetween(offsetAt: (ms: number) => number, beforeMs: number, afterMs: number): number {
  const before = offsetAt(beforeMs);
  let low = Math.floor(beforeMs / SECOND_MS);
  let high = Math.ceil(afterMs / SECOND_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * SECOND_MS) === before) low = middle;
    else high = middle;
  }
  return high * SECOND_MS;
}

function summed(starts: readonly number[], ends: readonly number[]): OpenYear {
  const before = new Float64Array(starts.length);
  let openMs = 0;
  for (const [index, start] of starts.entries()) {
    before[index] = openMs;
    openMs += (ends[index] ?? start) - start;
  }
  return { starts: new Float64Array(starts), ends: new Float64Array(ends), before, openMs };
}

function lastAtMost(sorted: Float64Array, value: number): number {
  let low = -1;
  let high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle;
    else high = middle;
  }
  return low;
}
