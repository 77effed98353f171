// Decides deadlines: counted time is the open time of a calendar, less the open part of the pauses.

import { neverOpensSentence, openBetween, tenYearsAfter, whenOpenFor } from "./calendar.ts";
import type { Calendar, Span } from "./calendar.ts";
import { lengthMs, parseDuration } from "./duration.ts";
import { DeskError } from "./errors.ts";

export { inWords, parseDuration } from "./duration.ts";

/** A time in which a clock stands still: from included, to excluded; `to` is null while it still stands. */
export interface Pause {
  from: Date;
  to: Date | null;
}

/** The end of time, for a pause that has no end yet. */
const NEVER_MS = 8.64e15;

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

  const limit = tenYearsAfter(start);
  const stops = mergedPauses(pauses);
  let leftMs = withinMs;
  for (const span of runningSpans(stops, start, limit)) {
    const due = whenOpenFor(calendar, span.from, leftMs, span.to);
    if (due !== null) return due;
    leftMs -= openBetween(calendar, span.from, span.to);
  }
  const last = stops.at(-1);
  if (last !== undefined && last.toMs === NEVER_MS && last.fromMs < limit.getTime()) return null;
  if (leftMs === withinMs && stops.length === 0) {
    throw new DeskError("invalid", neverOpensSentence(calendar));
  }
  throw new DeskError(
    "invalid",
    "This deadline does not come within ten years. Look at the hours and holidays of its calendar.",
  );
}

/** The counted time between two instants, in milliseconds; negative where `to` is before `from`. */
export function countedMs(calendar: Calendar, from: Date, to: Date, pauses: readonly Pause[] = []): number {
  if (to < from) return -countedMs(calendar, to, from, pauses);
  let sum = 0;
  for (const span of runningSpans(mergedPauses(pauses), from, to)) {
    sum += openBetween(calendar, span.from, span.to);
  }
  return sum;
}

/** The parts of a span that no pause covers, in order. */
export function runningBetween(from: Date, to: Date, pauses: readonly Pause[]): Span[] {
  return [...runningSpans(mergedPauses(pauses), from, to)];
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

interface Stop {
  fromMs: number;
  toMs: number;
}

/** Pauses in order, those that overlap or touch as one. */
function mergedPauses(pauses: readonly Pause[]): Stop[] {
  const stops = pauses.map(({ from, to }) => ({ fromMs: from.getTime(), toMs: to?.getTime() ?? NEVER_MS }));
  if (stops.some(({ fromMs, toMs }) => toMs < fromMs)) {
    throw new DeskError("invalid", "A pause must not end before it begins.");
  }
  const merged: Stop[] = [];
  for (const stop of stops.sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last !== undefined && stop.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, stop.toMs);
    else merged.push(stop);
  }
  return merged;
}

function* runningSpans(stops: readonly Stop[], from: Date, to: Date): Generator<Span> {
  let runsFromMs = from.getTime();
  for (const { fromMs, toMs } of stops) {
    const stopsAtMs = Math.min(fromMs, to.getTime());
    if (stopsAtMs > runsFromMs) yield { from: new Date(runsFromMs), to: new Date(stopsAtMs) };
    runsFromMs = Math.max(runsFromMs, toMs);
  }
  if (runsFromMs < to.getTime()) yield { from: new Date(runsFromMs), to };
}
