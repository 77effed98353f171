// Decides deadlines: counted time is the open time of a calendar, less the open part of the pauses.

import { isWithinTenYears, neverOpensSentence, openBetween, whenOpenFor } from "./calendar.ts";
import type { Calendar, Span } from "./calendar.ts";
import { lengthMs, parseDuration } from "./duration.ts";
import { DeskError } from "./errors.ts";

export { inWords, parseDuration } from "./duration.ts";

/** A time in which a clock stands still: from included, to excluded; `to` is null while it still stands. */
export interface Pause {
  from: Date;
  to: Date | null;
}

/**
 * The earliest instant at which `withinMs` of counted time has passed since the start; the start itself for 0. Null while a pause
 * without an end keeps it from coming. Refused where it does not come within ten years, or `withinMs` is negative.
 */
export function deadline(
  calendar: Calendar,
  start: Date,
  withinMs: number,
  pauses: readonly Pause[] = [],
): Date | null {
  if (!(withinMs >= 0)) throw new DeskError("invalid", "Time to count must not be negative.");
  if (withinMs === 0) return start;
  if (calendar.neverOpens) throw new DeskError("invalid", neverOpensSentence(calendar));

  let from = start;
  let leftMs = withinMs;
  for (const stop of stopsAfter(start, pauses)) {
    if (!isWithinTenYears(start, stop.from)) break;
    if (from < stop.from) {
      const due = whenOpenFor(calendar, from, leftMs, stop.from);
      if (due !== null) return due;
      leftMs -= openBetween(calendar, from, stop.from);
    }
    if (stop.to === null) return null;
    from = stop.to;
  }
  const due = isWithinTenYears(start, from) ? whenOpenFor(calendar, from, leftMs) : null;
  if (due !== null && isWithinTenYears(start, due)) return due;
  throw new DeskError(
    "invalid",
    "This deadline does not come within ten years. Look at the hours and holidays of its calendar.",
  );
}

/** The counted time between two instants, in milliseconds; negative where `to` is before `from`. */
export function countedMs(calendar: Calendar, from: Date, to: Date, pauses: readonly Pause[] = []): number {
  if (to < from) return -countedMs(calendar, to, from, pauses);
  if (pauses.length === 0) return openBetween(calendar, from, to);
  return runningBetween(from, to, pauses).reduce(
    (sum, span) => sum + openBetween(calendar, span.from, span.to),
    0,
  );
}

/** The parts of a span that no pause covers, in order. */
export function runningBetween(from: Date, to: Date, pauses: readonly Pause[]): Span[] {
  const spans: Span[] = [];
  let runsFrom = from;
  for (const stop of stopsAfter(from, pauses)) {
    if (stop.from >= to) break;
    if (stop.from > runsFrom) spans.push({ from: runsFrom, to: stop.from });
    if (stop.to === null) return spans;
    runsFrom = stop.to;
  }
  return runsFrom < to ? [...spans, { from: runsFrom, to }] : spans;
}

/** The milliseconds of a written duration in a calendar. Days are refused where its working days differ in length. */
export function durationMs(text: string, calendar: Calendar): number {
  const ms = lengthMs(parseDuration(text), calendar.dayMs);
  if (ms === null) {
    const sentence = `"${text}" counts working days, which are not equally long here. Give the calendar a day, such as "day: 8h".`;
    throw new DeskError("invalid", sentence);
  }
  return ms;
}

/** Pauses in order, those that overlap or touch as one; none that ended by `start`, and none that begins before it. */
function stopsAfter(start: Date, pauses: readonly Pause[]): readonly Pause[] {
  if (pauses.length === 0) return pauses;
  if (pauses.some(({ from, to }) => to !== null && to < from)) {
    throw new DeskError("invalid", "A pause must not end before it begins.");
  }
  const stops: Pause[] = [];
  for (const { from, to } of [...pauses].sort((one, other) => one.from.getTime() - other.from.getTime())) {
    const last = stops.at(-1);
    if (to !== null && to <= start) continue;
    if (last === undefined || (last.to !== null && from > last.to)) {
      stops.push({ from: from < start ? start : from, to });
    } else if (last.to !== null && (to === null || to > last.to)) last.to = to;
  }
  return stops;
}
