// Reads instants as a person in some zone reads them, and turns what that person picks back into an instant.
// The browser's own zone plays no part: the page shows the wall clock of whoever one acts as.

/** A wall clock's face: what a clock and a calendar on the wall of that zone show. */
export interface Wall {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** What the wall clock of `zone` shows at the instant `ms` (milliseconds since the epoch). */
export function wallAt(ms: number, zone: string): Wall {
  const face: Record<string, number> = {};
  for (const part of faceFormat(zone).formatToParts(ms)) face[part.type] = Number(part.value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = face;
  return { year, month, day, hour, minute, second };
}

/** The local day of an instant, "YYYY-MM-DD". */
export function dayAt(ms: number, zone: string): string {
  const { year, month, day } = wallAt(ms, zone);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** The local time of an instant on the 24-hour clock, "18:05". */
export function timeAt(ms: number, zone: string): string {
  const { hour, minute } = wallAt(ms, zone);
  return `${two(hour)}:${two(minute)}`;
}

/** Day and time in few words, "Fri 27 Nov 18:05". */
export function shortAt(ms: number, zone: string): string {
  const { day, month } = wallAt(ms, zone);
  return `${weekdayAt(ms, zone).slice(0, 3)} ${day} ${monthName(month).slice(0, 3)} ${timeAt(ms, zone)}`;
}

/** The weekday's full English name. */
export function weekdayAt(ms: number, zone: string): string {
  const { year, month, day } = wallAt(ms, zone);
  return WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? "";
}

/** The English name of a month from 1 to 12. */
export function monthName(month: number): string {
  return MONTHS[month - 1] ?? "";
}

/**
 * The instant at which the wall clock of `zone` shows this day and time, or null where the two are no date and time.
 * A wall time that a clock change repeats means its first occurrence; one that it skips means the instant of the jump
 * plus the minutes past it.
 */
export function instantOf(day: string, time: string, zone: string): number | null {
  const asIfUtc = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(asIfUtc)) return null;
  const dayMs = 24 * 60 * 60 * 1000;
  const before = offsetAt(asIfUtc - dayMs, zone);
  const after = offsetAt(asIfUtc + dayMs, zone);
  for (const offset of [before, after]) {
    if (offsetAt(asIfUtc - offset, zone) === offset) return asIfUtc - offset;
  }
  return asIfUtc - before;
}

/** A zone's name as people say it: "America/New_York" is "New York". */
export function zoneCity(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

const formats = new Map<string, Intl.DateTimeFormat>();

function faceFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, format);
  return format;
}

/** How far the zone's wall clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(ms: number, zone: string): number {
  const wall = wallAt(ms, zone);
  const asIfUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return asIfUtc - Math.floor(ms / 1000) * 1000;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
