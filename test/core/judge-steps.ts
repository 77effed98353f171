// Judges an explanation minute by minute: is what it calls counted, paused, a holiday or a weekend really so? It shares
// no code with the clock and knows nothing but the oracle's calendar.

import {
  isHolidayAt,
  isOpenAt,
  isPausedAt,
  openMinutesByWeekday,
  weekdayAt,
  type Oracle,
  type PlainPause,
} from "./minute-oracle.ts";
import type { ReadStep } from "./rederive.ts";

const MINUTE_MS = 60_000;

/** Each instant at which a step says something wrong, with what it should say; empty where all is true. */
export function judgeSteps(
  oracle: Oracle,
  steps: readonly ReadStep[],
  pauses: readonly PlainPause[],
): string[] {
  const openMinutes = openMinutesByWeekday(oracle);
  const closedKind = (ms: number): string[] => {
    if (isHolidayAt(oracle, ms)) return ["holiday"];
    const weekday = weekdayAt(oracle, ms);
    if (openMinutes[weekday] === 0) return [weekday >= 5 ? "weekend" : "closed day"];
    return ["night", "break"];
  };
  const truth = (ms: number): string[] => {
    if (!isOpenAt(oracle, ms)) return closedKind(ms);
    return [isPausedAt(pauses, ms) ? "paused" : "counted"];
  };
  return steps.flatMap(({ kind, from, to }) => {
    const isWrong = (ms: number): boolean => !truth(ms).includes(kind);
    const wrong = firstOf(from.getTime(), to.getTime(), isWrong);
    return wrong === null
      ? []
      : [`${new Date(wrong).toISOString()} is ${truth(wrong).join(" or ")}, and not ${kind}`];
  });
}

/** The first instant of a span, minute in it, or last millisecond, of which something is so; null where there is none. */
function firstOf(fromMs: number, toMs: number, isSo: (ms: number) => boolean): number | null {
  if (isSo(fromMs)) return fromMs;
  const firstMinute = (Math.floor(fromMs / MINUTE_MS) + 1) * MINUTE_MS;
  for (let ms = firstMinute; ms < toMs; ms += MINUTE_MS) if (isSo(ms)) return ms;
  return isSo(toMs - 1) ? toMs - 1 : null;
}
