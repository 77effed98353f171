// Writes Slack's date tokens ("{date_short_pretty} {time}") for one reader, as a Slack client does for each of its own.
import { dayAt, monthName, timeAt, wallAt, weekdayAt } from "./zone.ts";

/** Whose calendar and clock a date is read by. */
export interface DateReader {
  /** IANA zone. */
  timezone: string;
  /** The sandbox's present, milliseconds since the epoch: what "today" and "ago" are measured from. */
  nowMs: number;
}

/**
 * The format string with its tokens replaced for an instant in seconds since the epoch, or null where Slack would fall
 * back: no instant, or no token that it knows. Tokens as listed in Slack's "Formatting text for app surfaces".
 */
export function slackDate(seconds: number, format: string, reader: DateReader): string | null {
  const ms = seconds * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  let isKnown = false;
  const text = format.replace(/\{[a-z_]+\}/g, (token: string, at: number) => {
    const written = writeToken(token, ms, reader);
    if (written === null) return token;
    isKnown = true;
    return at === 0 && token.endsWith("pretty}")
      ? written.charAt(0).toUpperCase() + written.slice(1)
      : written;
  });
  return isKnown ? text : null;
}

/** What a day is called among the days around it: "today", "yesterday", "tomorrow", or null further away. */
export function nearDayName(ms: number, { timezone, nowMs }: DateReader): string | null {
  const days = [dayNumber(ms, timezone), dayNumber(nowMs, timezone)] as const;
  switch (days[0] - days[1]) {
    case 0:
      return "today";
    case -1:
      return "yesterday";
    case 1:
      return "tomorrow";
    default:
      return null;
  }
}

/** An instant in as few words as tell it apart from now: "18:05", "Mon 09:00" or "3 Dec 09:00". */
export function briefAt(ms: number, { timezone, nowMs }: DateReader): string {
  const time = timeAt(ms, timezone);
  const daysAway = Math.abs(dayNumber(ms, timezone) - dayNumber(nowMs, timezone));
  if (daysAway === 0) return time;
  if (daysAway < 7 && ms > nowMs) return `${weekdayAt(ms, timezone).slice(0, 3)} ${time}`;
  const { day, month } = wallAt(ms, timezone);
  return `${day} ${monthName(month).slice(0, 3)} ${time}`;
}

/** A length of time in its largest unit, "3 hours". */
export function roughLength(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return counted(minutes, "minute");
  if (minutes < 48 * 60) return counted(Math.round(minutes / 60), "hour");
  return counted(Math.round(minutes / (24 * 60)), "day");
}

function writeToken(token: string, ms: number, reader: DateReader): string | null {
  const { year, month, day, second } = wallAt(ms, reader.timezone);
  const longDate = `${weekdayAt(ms, reader.timezone)}, ${monthName(month)} ${ordinal(day)}, ${year}`;
  const date = `${monthName(month)} ${ordinal(day)}, ${year}`;
  const shortDate = `${monthName(month).slice(0, 3)} ${day}, ${year}`;
  switch (token) {
    case "{date_num}":
      return dayAt(ms, reader.timezone);
    case "{date_slash}":
      return dayAt(ms, reader.timezone).split("-").reverse().join("/");
    case "{date}":
      return date;
    case "{date_short}":
      return shortDate;
    case "{date_long}":
      return longDate;
    case "{date_long_full}":
      return `${monthName(month)} ${day}, ${year}`;
    case "{date_pretty}":
      return nearDayName(ms, reader) ?? date;
    case "{date_short_pretty}":
      return nearDayName(ms, reader) ?? shortDate;
    case "{date_long_pretty}":
    case "{day_divider_pretty}":
      return nearDayName(ms, reader) ?? longDate;
    case "{time}":
      return timeAt(ms, reader.timezone);
    case "{time_secs}":
      return `${timeAt(ms, reader.timezone)}:${String(second).padStart(2, "0")}`;
    case "{ago}":
      return ms > reader.nowMs
        ? `in ${roughLength(ms - reader.nowMs)}`
        : `${roughLength(reader.nowMs - ms)} ago`;
    default:
      return null;
  }
}

function dayNumber(ms: number, zone: string): number {
  return Date.parse(`${dayAt(ms, zone)}T00:00:00Z`) / (24 * 60 * 60 * 1000);
}

function ordinal(day: number): string {
  const teens = day >= 11 && day <= 13;
  const ending = teens ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
