// Works business time out by hand: looks at the wall clock of one minute after the other, by the contract's definition
// alone. It shares no code with Belfry, and is as slow as it is simple.

import { zoneTable, type OffsetAt } from "./zone-table.ts";

/** A calendar as a question writes it. */
export interface PlainCalendar {
  timezone: string;
  hours: "always" | Readonly<Record<string, string | readonly string[]>>;
  holidays: readonly string[];
}

/** A time in which nothing counts, in milliseconds; `toMs` is excluded, and Infinity while it lasts. */
export interface PlainPause {
  fromMs: number;
  toMs: number;
}

/** A calendar as the oracle looks at it: the wall clock's offset, and which wall minutes of a week are open. */
export interface Oracle {
  readonly offsetAt: OffsetAt;
  /** One flag for each minute of the week, from Monday 00:00 on. */
  readonly week: Uint8Array;
  /** The closed wall dates, as days since 1970-01-01. */
  readonly closedDays: ReadonlySet<number>;
  /** Flags of the minutes that were looked at, by day since 1970-01-01 of UTC. */
  readonly seen: Map<number, Uint8Array>;
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** 1970-01-01 was a Thursday. */
const MINUTES_BEFORE_1970 = 3 * DAY_MINUTES;

/** Makes a calendar ready to be looked at. */
export function oracleOf(calendar: PlainCalendar): Oracle {
  return {
    offsetAt: zoneTable(calendar.timezone),
    week: paintedWeek(calendar.hours),
    closedDays: new Set(
      calendar.holidays.map((date) => Date.parse(`${date}T00:00Z`) / MINUTE_MS / DAY_MINUTES),
    ),
    seen: new Map(),
  };
}

/** Whether an instant is open. */
export function isOpenAt(oracle: Oracle, ms: number): boolean {
  const minute = Math.floor(ms / MINUTE_MS);
  const day = Math.floor(minute / DAY_MINUTES);
  let flags = oracle.seen.get(day);
  if (flags === undefined) {
    flags = flagsOf(oracle, day);
    oracle.seen.set(day, flags);
  }
  return flags[minute - day * DAY_MINUTES] === 1;
}

/** Whether the wall date at an instant is a holiday. */
export function isHolidayAt(oracle: Oracle, ms: number): boolean {
  return oracle.closedDays.has(Math.floor(wallMinute(oracle, Math.floor(ms / MINUTE_MS)) / DAY_MINUTES));
}

/** The weekday that the wall clock shows: 0 for Monday. */
export function weekdayAt(oracle: Oracle, ms: number): number {
  return Math.floor(minuteOfWeek(wallMinute(oracle, Math.floor(ms / MINUTE_MS))) / DAY_MINUTES);
}

/** Whether an instant lies in one of the pauses. */
export function isPausedAt(pauses: readonly PlainPause[], ms: number): boolean {
  for (const { fromMs, toMs } of pauses) if (ms >= fromMs && ms < toMs) return true;
  return false;
}

/** The open minutes of each weekday, Monday first. */
export function openMinutesByWeekday({ week }: Oracle): number[] {
  return WEEKDAYS.map((_, day) =>
    week.subarray(day * DAY_MINUTES, (day + 1) * DAY_MINUTES).reduce((sum, open) => sum + open, 0),
  );
}

/** The counted time between two instants, in milliseconds. */
export function countedByHand(
  oracle: Oracle,
  fromMs: number,
  toMs: number,
  pauses: readonly PlainPause[] = [],
): number {
  let sum = 0;
  for (let at = fromMs; at < toMs;) {
    const end = Math.min(pieceEnd(at, pauses), toMs);
    if (counts(oracle, at, pauses)) sum += end - at;
    at = end;
  }
  return sum;
}

/** The earliest instant at which `withinMs` of counted time has passed; null where it does not come within `lookMs`. */
export function dueByHand(
  oracle: Oracle,
  startMs: number,
  withinMs: number,
  pauses: readonly PlainPause[],
  lookMs: number,
): number | null {
  const endless = pauses.filter(({ toMs }) => toMs === Infinity).map(({ fromMs }) => fromMs);
  const endMs = Math.min(startMs + lookMs, ...endless);
  let leftMs = withinMs;
  for (let at = startMs; at < endMs && leftMs > 0;) {
    const end = pieceEnd(at, pauses);
    if (counts(oracle, at, pauses)) {
      if (leftMs <= end - at) return at + leftMs;
      leftMs -= end - at;
    }
    at = end;
  }
  return leftMs === 0 ? startMs : null;
}

/** Up to where everything stays as it is: the end of the minute, or the next instant at which a pause begins or ends. */
function pieceEnd(at: number, pauses: readonly PlainPause[]): number {
  let end = (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS;
  for (const { fromMs, toMs } of pauses) {
    if (fromMs > at && fromMs < end) end = fromMs;
    if (toMs > at && toMs < end) end = toMs;
  }
  return end;
}

function counts(oracle: Oracle, at: number, pauses: readonly PlainPause[]): boolean {
  return isOpenAt(oracle, at) && !isPausedAt(pauses, at);
}

function flagsOf(oracle: Oracle, day: number): Uint8Array {
  const flags = new Uint8Array(DAY_MINUTES);
  for (let index = 0; index < DAY_MINUTES; index += 1) {
    const wall = wallMinute(oracle, day * DAY_MINUTES + index);
    const isHoliday = oracle.closedDays.has(Math.floor(wall / DAY_MINUTES));
    flags[index] = isHoliday ? 0 : (oracle.week[minuteOfWeek(wall)] ?? NaN);
  }
  return flags;
}

function wallMinute(oracle: Oracle, minute: number): number {
  return minute + oracle.offsetAt(minute);
}

function minuteOfWeek(wall: number): number {
  return (((wall + MINUTES_BEFORE_1970) % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
}

/** A week with every open minute marked; what runs past midnight runs into the next weekday. */
function paintedWeek(hours: PlainCalendar["hours"]): Uint8Array {
  const week = new Uint8Array(WEEK_MINUTES);
  if (hours === "always") return week.fill(1);
  for (const [key, spans] of Object.entries(hours)) {
    for (const day of weekdaysOf(key)) for (const span of [spans].flat()) paint(week, day, span);
  }
  return week;
}

function paint(week: Uint8Array, day: number, span: string): void {
  const from = minuteOf(span.slice(0, 5));
  const to = minuteOf(span.slice(6));
  const end = to > from ? to : to + DAY_MINUTES;
  for (let minute = from; minute < end; minute += 1) week[(day * DAY_MINUTES + minute) % WEEK_MINUTES] = 1;
}

function weekdaysOf(key: string): number[] {
  const [first = "", last = first] = key.split("-");
  const days = [WEEKDAYS.indexOf(first)];
  while (WEEKDAYS[days.at(-1) ?? 0] !== last) days.push(((days.at(-1) ?? 0) + 1) % 7);
  return days;
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
