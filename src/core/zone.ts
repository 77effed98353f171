// What the wall clocks of time zones show: dates, times, and what a clock change skips or repeats. The only file that knows
// time zones, and the only user of luxon.
//
// In the hour that a clock change repeats, a library's answer may depend on when it is asked; here each wall time is looked for
// in the pieces between clock changes (offsets.ts), so that it is one instant, none, or two.

import { DateTime } from "luxon";
import { DeskError } from "./errors.ts";
import { DAY_MS } from "./hours.ts";
import { offsetSpans, type OffsetSpan } from "./offsets.ts";
import { recent } from "./recent.ts";

/** The instants of a wall time: one; none, because a clock change skips it; or two, because one repeats it. */
export type WallInstant = { at: Date } | { skipped: true; next: Date } | { repeated: [Date, Date] };

/** A zone's offsets from UTC, by year, shared by all calendars of that zone. */
export interface ZoneClock {
  readonly name: string;
  readonly offsetAt: (ms: number) => number;
  readonly years: Map<number, readonly OffsetSpan[]>;
}

/** The years that can be asked about: what a zone did before, or will do after, is nobody's knowledge. */
export const YEARS: readonly [number, number] = [1900, 2200];

const OFFSET_PATTERN = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/;
const MINUTE_MS = 60_000;
const ZONE_LIMIT = 1000;
const WRITTEN_LIMIT = 1000;

const zoneClocks = recent<ZoneClock | null>(ZONE_LIMIT);
const written = recent<string>(WRITTEN_LIMIT);
/** By zone and day of UTC; null where it changes in the day. */
const abbreviations = recent<string | null>(WRITTEN_LIMIT);

/** Whether a text names a time zone, such as "Europe/Prague"; an offset such as "+02:00" is none. */
export function isZone(zone: string): boolean {
  return knownZone(zone) !== null;
}

/** Whether a text is a real date: "2026-02-28", and not "2026-02-30". */
export function isDate(text: string): boolean {
  return dayNumber(text) !== null;
}

/** The number of a date in days since 1970-01-01; a text that is no real date is refused. */
export function dayOf(date: string): number {
  const day = dayNumber(date);
  if (day === null) throw new DeskError("invalid", `"${date}" is no date. Write one such as "2026-03-30".`);
  return day;
}

/** The date with a number in days since 1970-01-01. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * An instant for people, by the wall clock of a zone: "Mon 30 Mar 2026 09:00 EDT". To the minute, as people speak; exact
 * where it must be proved ("09:00:30"), where seconds and milliseconds show if there are any.
 */
export function wallTime(at: Date, zone: string, precision: "minute" | "exact" = "minute"): string {
  // A card, its receipt and every copy of a page name the same few instants, again with each edit.
  return written(`${precision} ${zone} ${at.getTime()}`, () => {
    const local = DateTime.fromJSDate(at, { zone }).setLocale("en-US");
    const finer = local.millisecond > 0 ? ":ss.SSS" : local.second > 0 ? ":ss" : "";
    const time = precision === "exact" ? `HH:mm${finer}` : "HH:mm";
    return `${local.toFormat(`ccc d LLL yyyy ${time}`)} ${abbreviationAt(local, zone)}`;
  });
}

/** A nearby instant for people, where its zone is said elsewhere: "Mon 30 Mar 09:00", or the date alone. */
export function shortWallTime(at: Date, zone: string, precision: "date" | "minute" = "minute"): string {
  const local = DateTime.fromJSDate(at, { zone }).setLocale("en-US");
  return local.toFormat(precision === "date" ? "ccc d LLL" : "ccc d LLL HH:mm");
}

/** The time of day that the wall clock of a zone shows: "09:00". */
export function timeOfDay(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toFormat("HH:mm");
}

/** The date that the wall clock of a zone shows: "2026-03-30". */
export function wallDate(at: Date, zone: string): string {
  return dateOf(Math.floor(wallMs(at, zone) / DAY_MS));
}

/** How far the wall clock of a zone stands from its midnight, in milliseconds: at 09:00, nine hours. */
export function timeOfDayMs(at: Date, zone: string): number {
  return ((wallMs(at, zone) % DAY_MS) + DAY_MS) % DAY_MS;
}

/** The instant at which a date ends by the wall clock of a zone: the next midnight, or what stands in for a skipped one. */
export function midnightAfter(date: string, zone: string): Date {
  return soleInstantOfWall(dateOf(dayOf(date) + 1), "00:00", zone);
}

/** The instant at which the wall clock of a zone shows a date and a time ("09:00" or "09:00:30"). */
export function instantOfWall(date: string, time: string, zone: string): WallInstant {
  const wall = wallMsOf(date, time);
  const pieces = piecesAround(zoneClock(zone), new Date(wall));
  const instants = pieces
    .map(({ fromMs, toMs, offsetMs }) => ({ fromMs, toMs, ms: wall - offsetMs }))
    .filter(({ fromMs, toMs, ms }) => fromMs <= ms && ms < toMs)
    .map(({ ms }) => new Date(ms));
  const [first, second] = instants;
  if (first !== undefined && second !== undefined) return { repeated: [first, second] };
  if (first !== undefined) return { at: first };
  const after = pieces.find(({ fromMs, offsetMs }) => fromMs + offsetMs > wall);
  if (after === undefined) {
    throw new DeskError("internal", `No instant is known for ${date} ${time} in ${zone}.`);
  }
  return { skipped: true, next: new Date(after.fromMs) };
}

/** The instant of a wall time where one is needed: a skipped one is the instant after the gap, a repeated one its first. */
export function soleInstantOfWall(date: string, time: string, zone: string): Date {
  const instant = instantOfWall(date, time, zone);
  if ("at" in instant) return instant.at;
  return "skipped" in instant ? instant.next : instant.repeated[0];
}

/** The clock of a zone; refused where there is no such zone. */
export function zoneClock(zone: string): ZoneClock {
  const known = knownZone(zone);
  if (known !== null) return known;
  throw new DeskError("invalid", `"${zone}" is no time zone. Write one such as "Europe/Prague".`);
}

function knownZone(zone: string): ZoneClock | null {
  return zoneClocks(zone, () => {
    const offsetAt = /^[A-Za-z]/.test(zone) ? offsetsOf(zone) : null;
    return offsetAt === null ? null : { name: zone, offsetAt, years: new Map() };
  });
}

/** What tells a zone's offset from UTC at an instant, in milliseconds; null where there is no such zone. */
function offsetsOf(zone: string): ZoneClock["offsetAt"] | null {
  const format = formatIn(zone);
  if (format === null) return null;
  return (ms) => {
    // "3/27/2026, GMT+05:45"; seconds stand there for the local mean times of long ago, and nothing for UTC.
    const [, sign, hours, minutes, seconds = "0"] = OFFSET_PATTERN.exec(format.format(ms)) ?? [];
    const offsetMs = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS + Number(seconds) * 1000;
    return sign === "-" ? -offsetMs : offsetMs;
  };
}

function formatIn(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The pieces of a year; refused for years that nobody can know. */
export function offsetsOfYear(zone: ZoneClock, number: number): readonly OffsetSpan[] {
  const known = zone.years.get(number);
  if (known !== undefined) return known;
  if (!(number >= YEARS[0] && number <= YEARS[1])) {
    throw new DeskError(
      "invalid",
      `The year ${number} lies outside ${YEARS[0]} to ${YEARS[1]}, which can be asked about.`,
    );
  }
  const spans = offsetSpans(zone.offsetAt, Date.UTC(number, 0), Date.UTC(number + 1, 0));
  zone.years.set(number, spans);
  return spans;
}

/** The pieces of the years around an instant; a wall clock is never a whole year away from UTC. */
function piecesAround(zone: ZoneClock, near: Date): OffsetSpan[] {
  const before = new Date(near.getTime() - 2 * DAY_MS).getUTCFullYear();
  const after = new Date(near.getTime() + 2 * DAY_MS).getUTCFullYear();
  const numbers = before === after ? [before] : [before, after];
  return numbers.flatMap((number) => offsetsOfYear(zone, number));
}

function wallMs(at: Date, zone: string): number {
  return at.getTime() + zoneClock(zone).offsetAt(at.getTime());
}

function wallMsOf(date: string, time: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time);
  if (match === null)
    throw new DeskError("invalid", `"${time}" is no time of day. Write one such as "09:00".`);
  const [, hours, minutes, seconds = "0"] = match;
  const minuteOfDay = Number(hours) * 60 + Number(minutes);
  return dayOf(date) * DAY_MS + minuteOfDay * MINUTE_MS + Number(seconds) * 1000;
}

/** How a zone is called then. To find a name costs more than all else that is written, and few days see it change. */
function abbreviationAt(local: DateTime, zone: string): string {
  const day = Math.floor(local.toMillis() / DAY_MS);
  const nameAt = (ms: number) => abbreviationOf(DateTime.fromMillis(ms, { zone }).setLocale("en-US"));
  const allDay = abbreviations(`${zone} ${day}`, () => {
    const name = nameAt(day * DAY_MS);
    return name === nameAt((day + 1) * DAY_MS - 1) ? name : null;
  });
  return allDay ?? abbreviationOf(local);
}

/** "EDT", "CEST": the first English way of naming the zone that has a name for it, else "GMT+5:30". */
function abbreviationOf(local: DateTime): string {
  const american = local.toFormat("ZZZZ");
  if (!/^GMT[+-]/.test(american)) return american;
  return local.reconfigure({ locale: "en-GB" }).toFormat("ZZZZ");
}

/** The number of a date of the years 1000 to 9999 in days since 1970-01-01; null for a text that is no real date. */
export function dayNumber(text: string): number | null {
  if (!/^[1-9]\d{3}-\d\d-\d\d$/.test(text)) return null;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
  const midnightMs = Date.UTC(year, month - 1, day);
  const isReal = month >= 1 && month <= 12 && day >= 1 && midnightMs < Date.UTC(year, month);
  return isReal ? midnightMs / DAY_MS : null;
}
