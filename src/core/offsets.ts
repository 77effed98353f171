// Cuts time into pieces within which a zone keeps one offset from UTC, by asking for its offset as seldom as is safe.

import { DAY_MS } from "./hours.ts";

/** A piece of time in which a zone keeps one offset from UTC: wall = instant + offset. `toMs` is excluded. */
export interface OffsetSpan {
  fromMs: number;
  toMs: number;
  offsetMs: number;
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
