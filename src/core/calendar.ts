// Decides when a calendar is open: a time zone, weekly hours and holidays, compiled so that a question is a search.
//
// An instant is open if its wall clock in the zone falls inside the hours of its wall date's weekday and that date is no
// holiday; nothing else decides it. So time is cut where the zone's offset from UTC changes (offsets.ts), and within such a
// piece, where the wall clock runs evenly, open time is a sum (wall-hours.ts):
//
//      instants   |------ piece at -5 h ------|------ piece at -4 h ------|
//      wall clock 00:00 ............... 02:00 | 03:00 ............... 24:00     the hour 02-03 never appears
//
// The hour that a change skips is in no piece and so does not exist; the hour that it repeats is in both and is judged
// by its wall clock both times. A date that a zone left out (Apia, 30 December 2011) needs no rule of its own.

import { DURATION_PATTERN, lengthMs, parseDuration } from "./duration.ts";
import { DeskError } from "./errors.ts";
import { DAY_MS, hoursFaults, weekOf, workingDayMs, type Week, type WeeklyHours } from "./hours.ts";
import type { OffsetSpan } from "./offsets.ts";
import { openOn, openUntil, wallAfter, wallHours, type WallHours } from "./wall-hours.ts";
import { dayNumber, isZone, offsetsOfYear, YEARS, zoneClock, type ZoneClock } from "./zone.ts";

/** A wall date on which a calendar is closed, "2026-12-25", with the name that people know it by. */
export interface Holiday {
  date: string;
  name?: string | undefined;
}

/** What a calendar is made of. The zone is a real one: `customer` has already been replaced by the customer's. */
export interface CalendarSpec {
  timezone: string;
  hours: WeeklyHours;
  holidays: readonly Holiday[];
  /** How long one working day is ("8h"); needed for days where the open weekdays differ in length. */
  day?: string | undefined;
  /** The years whose holidays are listed, both included, where they come from a region; all years if absent. */
  holidayYears?: readonly [number, number] | undefined;
}

/** A compiled calendar: cheap to make and small, and still worth keeping. What its zone does is shared. */
export interface Calendar {
  readonly timezone: string;
  /** The length of one working day; null where the open weekdays differ and the specification names none. */
  readonly dayMs: number | null;
  /** The open spans of each weekday's wall clock, Monday first. */
  readonly week: Week;
  /** The closed wall dates, by their number in days since 1970-01-01. */
  readonly holidays: ReadonlyMap<number, Holiday>;
  readonly neverCloses: boolean;
  readonly neverOpens: boolean;
  readonly holidayYears: readonly [number, number];
  readonly zone: ZoneClock;
  readonly wall: WallHours;
  /** The pieces of the years that were asked about. */
  readonly years: Map<number, readonly OpenPiece[]>;
}

/** A span of time; `to` is excluded. */
export interface Span {
  from: Date;
  to: Date;
}

/** A piece between clock changes, and the open time of the wall clock until it begins and until it ends. */
interface OpenPiece extends OffsetSpan {
  openUntilFrom: number;
  openUntilTo: number;
}

const WEEK_DAYS = 7;
/** How far a search looks ahead. */
const SEARCH_YEARS = 10;
/** Ten years with the fewest leap days: nearly every deadline is nearer, and needs no date worked out. */
const TEN_YEARS_AT_LEAST_MS = 3651 * DAY_MS;

/** Compiles a calendar, or refuses it with everything that is wrong with it. */
export function compileCalendar(spec: CalendarSpec): Calendar {
  const days = spec.holidays.map(({ date }) => dayNumber(date));
  const faults = [
    ...(isZone(spec.timezone)
      ? []
      : [`timezone: "${spec.timezone}" is no time zone; allowed is a name such as "Europe/Prague"`]),
    ...hoursFaults(spec.hours).map((fault) => `hours.${fault.path.join(".")}: ${fault.sentence}`),
    ...(spec.day === undefined || isDayLength(spec.day)
      ? []
      : [`day: "${spec.day}" is no length of a working day`]),
    ...spec.holidays
      .filter((_, index) => days[index] === null)
      .map(({ date }) => `holidays: "${date}" is no date`),
  ];
  if (faults.length > 0) {
    throw new DeskError("invalid", `This calendar cannot be used. ${faults.join("; ")}.`);
  }

  const week = weekOf(spec.hours);
  const holidays = new Map<number, Holiday>();
  for (const [index, holiday] of spec.holidays.entries()) holidays.set(days[index] ?? 0, holiday);
  const isWholeWeek = week.every((spans) => spans[0]?.fromMs === 0 && spans[0].toMs === DAY_MS);
  return {
    timezone: spec.timezone,
    dayMs: spec.day === undefined ? workingDayMs(week) : lengthMs(parseDuration(spec.day), null),
    week,
    holidays,
    neverCloses: isWholeWeek && spec.holidays.length === 0,
    neverOpens: week.every((spans) => spans.length === 0),
    holidayYears: spec.holidayYears ?? YEARS,
    zone: zoneClock(spec.timezone),
    wall: wallHours(week, holidays.keys()),
    years: new Map(),
  };
}

/** Whether an instant is open. */
export function isOpen(calendar: Calendar, at: Date): boolean {
  if (calendar.neverCloses) return true;
  const wallMs = at.getTime() + pieceAt(calendar, at).offsetMs;
  const day = Math.floor(wallMs / DAY_MS);
  const inDayMs = wallMs - day * DAY_MS;
  return openOn(calendar.wall, day).some(({ fromMs, toMs }) => fromMs <= inDayMs && inDayMs < toMs);
}

/** The open time between two instants, in milliseconds; `from` is not after `to`. */
export function openBetween(calendar: Calendar, from: Date, to: Date): number {
  const startMs = from.getTime();
  const endMs = to.getTime();
  if (calendar.neverCloses) return endMs - startMs;
  let openMs = 0;
  for (let year = from.getUTCFullYear(); ; year += 1) {
    for (const piece of piecesOf(calendar, year)) {
      if (piece.toMs <= startMs) continue;
      openMs -= openUntilIn(calendar, piece, startMs);
      openMs += openUntilIn(calendar, piece, endMs);
      if (endMs <= piece.toMs) return openMs;
    }
  }
}

/**
 * The earliest instant at which `openMs` (more than 0) of open time has passed since `from`; null where it lies after `by`, or
 * does not come within ten years.
 */
export function whenOpenFor(calendar: Calendar, from: Date, openMs: number, by?: Date): Date | null {
  const startMs = from.getTime();
  const endMs = by === undefined ? Infinity : by.getTime();
  if (calendar.neverOpens) return null;
  if (calendar.neverCloses) return instantBy(startMs + openMs, endMs, from);
  const lastYear = from.getUTCFullYear() + SEARCH_YEARS;
  let leftMs = openMs;
  for (let year = lastYear - SEARCH_YEARS; year <= lastYear; year += 1) {
    for (const piece of piecesOf(calendar, year)) {
      if (piece.toMs <= startMs) continue;
      const untilDue = openUntilIn(calendar, piece, startMs) + leftMs;
      if (untilDue <= piece.openUntilTo) {
        return instantBy(wallAfter(calendar.wall, untilDue) - piece.offsetMs, endMs, from);
      }
      if (endMs <= piece.toMs) return null;
      leftMs = untilDue - piece.openUntilTo;
    }
  }
  return null;
}

/** The instant itself where it is open, else the next opening. Refused where none comes within ten years. */
export function nextOpening(calendar: Calendar, at: Date): Date {
  if (isOpen(calendar, at)) return at;
  const millisecondIn = whenOpenFor(calendar, at, 1);
  if (millisecondIn === null) throw new DeskError("invalid", neverOpensSentence(calendar));
  return new Date(millisecondIn.getTime() - 1);
}

/** The end of the open span that contains an instant or, closed then, of the next one; null where none ends. */
export function closingAfter(calendar: Calendar, at: Date): Date | null {
  if (calendar.neverCloses) return null;
  let closing = nextOpening(calendar, at);
  const limit = tenYearsAfter(closing);
  while (closing < limit) {
    const weekLater = new Date(closing.getTime() + WEEK_DAYS * DAY_MS);
    const [open] = openSpans(calendar, closing, weekLater);
    if (open === undefined || open.from > closing) return closing;
    if (open.to < weekLater) return open.to;
    closing = weekLater;
  }
  return null;
}

/** The open spans between two instants, cut at both; spans that touch, also over midnight, are one. */
export function openSpans(calendar: Calendar, from: Date, to: Date): Span[] {
  if (from >= to) return [];
  if (calendar.neverCloses) return [{ from, to }];
  const spans: Span[] = [];
  for (let year = from.getUTCFullYear(); year <= to.getUTCFullYear(); year += 1) {
    for (const { fromMs, toMs, offsetMs } of piecesOf(calendar, year)) {
      const startMs = Math.max(fromMs, from.getTime());
      const endMs = Math.min(toMs, to.getTime());
      const lastDay = Math.floor((endMs + offsetMs) / DAY_MS);
      for (let day = Math.floor((startMs + offsetMs) / DAY_MS); day <= lastDay; day += 1) {
        const midnightMs = day * DAY_MS - offsetMs;
        for (const open of openOn(calendar.wall, day)) {
          const opensMs = Math.max(startMs, midnightMs + open.fromMs);
          const closesMs = Math.min(endMs, midnightMs + open.toMs);
          if (opensMs >= closesMs) continue;
          const last = spans.at(-1);
          if (last?.to.getTime() === opensMs) last.to = new Date(closesMs);
          else spans.push({ from: new Date(opensMs), to: new Date(closesMs) });
        }
      }
    }
  }
  return spans;
}

/** Whether an instant comes within ten years after another: the bound of every search. */
export function isWithinTenYears(from: Date, at: Date): boolean {
  return at.getTime() - from.getTime() <= TEN_YEARS_AT_LEAST_MS || at <= tenYearsAfter(from);
}

/** The sentence of a refusal where a calendar has no opening to offer. */
export function neverOpensSentence(calendar: Calendar): string {
  return calendar.neverOpens
    ? "This calendar has no open hours at all. Give it hours, or use another calendar."
    : "This calendar does not open within ten years. Look at its holidays, or use another calendar.";
}

/** Whether a text is the length of a working day, in hours or minutes: more than nothing, and at most a whole day. */
export function isDayLength(text: string): boolean {
  if (!DURATION_PATTERN.test(text)) return false;
  const ms = lengthMs(parseDuration(text), null);
  return ms !== null && ms > 0 && ms <= DAY_MS;
}

function instantBy(ms: number, endMs: number, from: Date): Date | null {
  if (ms > endMs) return null;
  const at = new Date(ms);
  return isWithinTenYears(from, at) ? at : null;
}

function tenYearsAfter(at: Date): Date {
  const later = new Date(at);
  later.setUTCFullYear(at.getUTCFullYear() + SEARCH_YEARS);
  return later;
}

/** The piece that an instant lies in. */
function pieceAt(calendar: Calendar, at: Date): OpenPiece {
  const piece = piecesOf(calendar, at.getUTCFullYear()).find(({ toMs }) => at.getTime() < toMs);
  if (piece === undefined)
    throw new DeskError("internal", `${at.toISOString()} lies in no piece of its year.`);
  return piece;
}

/** The open time of the wall clock until an instant, or until the end of the piece that is nearer to it. */
function openUntilIn({ wall }: Calendar, piece: OpenPiece, ms: number): number {
  if (ms <= piece.fromMs) return piece.openUntilFrom;
  return ms >= piece.toMs ? piece.openUntilTo : openUntil(wall, ms + piece.offsetMs);
}

/** The pieces of a year, summed up when it is first asked about; refused for a year whose holidays are not known. */
function piecesOf(calendar: Calendar, year: number): readonly OpenPiece[] {
  const known = calendar.years.get(year);
  if (known !== undefined) return known;
  const [first, last] = calendar.holidayYears;
  if (year < first || year > last) {
    const sentence = `The holidays of this calendar are known from ${first} to ${last}; ${year} cannot be asked about.`;
    throw new DeskError("invalid", sentence);
  }
  const pieces = offsetsOfYear(calendar.zone, year).map(({ fromMs, toMs, offsetMs }) => {
    const openUntilFrom = openUntil(calendar.wall, fromMs + offsetMs);
    const openUntilTo = openUntil(calendar.wall, toMs + offsetMs);
    return { fromMs, toMs, offsetMs, openUntilFrom, openUntilTo };
  });
  calendar.years.set(year, pieces);
  return pieces;
}
