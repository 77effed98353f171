// Reads lengths of time as policies write them ("30m", "4h", "1d") and says them in words.

import { DeskError } from "./errors.ts";

/** Minutes, hours, or working days of the calendar that counts them. */
type DurationUnit = "m" | "h" | "d";

/** A length of time as written: how many of which unit. */
export interface Duration {
  amount: number;
  unit: DurationUnit;
}

/** What a written duration looks like; the schema of the policy file shows it to editors. */
export const DURATION_PATTERN = /^(\d{1,6}(?:\.\d{1,3})?)([mhd])$/;

/** What to write where a duration is wanted, for sentences about faults. */
export const DURATION_ALLOWED = 'a number with m, h or d, such as "30m", "4h" or "1d"';

const MINUTE_MS = 60_000;
const UNIT_MS = { m: MINUTE_MS, h: 60 * MINUTE_MS } as const;

/** The amount and unit of a text such as "30m". A text that is none, a negative one too, is refused. */
export function parseDuration(text: string): Duration {
  const match = DURATION_PATTERN.exec(text);
  if (match === null) {
    throw new DeskError("invalid", `"${text}" is no duration. Write ${DURATION_ALLOWED}.`);
  }
  return { amount: Number(match[1]), unit: match[2] as DurationUnit };
}

/** The milliseconds of a duration where a working day lasts `dayMs`; null where it counts days and none is known. */
export function lengthMs(duration: Duration, dayMs: number | null): number | null {
  if (duration.unit !== "d") return Math.round(duration.amount * UNIT_MS[duration.unit]);
  return dayMs === null ? null : Math.round(duration.amount * dayMs);
}

/**
 * A length of time for people, in hours and minutes, to the nearest minute: "2 h 5 min", "45 min". What is told a moment
 * after half of 4 minutes has 2 min left. The sign is left to the sentence.
 */
export function inWords(ms: number): string {
  const size = Math.abs(ms);
  if (size > 0 && size < MINUTE_MS) return "under 1 min";
  const minutes = Math.round(size / MINUTE_MS);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** A length of time to the millisecond, for sums that shall come out: "2 h 5 min 30 s", "54 min 47.877 s". */
export function exactly(ms: number): string {
  const hours = Math.floor(ms / (60 * MINUTE_MS));
  const minutes = Math.floor(ms / MINUTE_MS) % 60;
  const seconds = (ms % MINUTE_MS) / 1000;
  const parts = [
    hours > 0 ? `${hours} h` : "",
    minutes > 0 ? `${minutes} min` : "",
    seconds > 0 ? `${seconds} s` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "0 min" : parts.join(" ");
}
