// Reads from when until when somebody means: "sat 09:00 - sun 09:00", "now to tomorrow 18:00", "2026-12-24 9am – 2026-12-27 9am".
//
// The words are read first and turned into instants later, since the zone whose wall clock they mean may stand after them.
import { DeskError } from "./errors.ts";
import { DAY_MS } from "./hours.ts";
import { weekdayOf } from "./wall-hours.ts";
import { dateOf, dayOf, isDate, soleInstantOfWall, wallDate } from "./zone.ts";

/** One end of a stretch, as written. */
type Moment = "now" | { day: Day; time: string };

/** A date; a weekday, 0 for Monday; days from today; or null: the next time that the clock shows it. */
type Day = { date: string } | { weekday: number } | { daysAhead: number } | null;

/** A stretch as written. */
export interface WrittenSpan {
  from: Moment;
  to: Moment;
}

/** A stretch of time; `to` is excluded. */
export interface Stretch {
  from: Date;
  to: Date;
}

/** Longer than this is a slip of the pen, or belongs into the desk file. */
const LONGEST_DAYS = 60;
/** Who types "now", or the minute that just began, is not late. */
const LATE_MS = 60_000;

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const SEPARATORS: readonly string[] = ["-", "to", "until", "till"];

/** Words one by one; a dash between two times stands for itself. */
export function tokensOf(words: string): string[] {
  return words
    .replace(/[–—]/g, " - ")
    .replace(/(\d\d?:\d\d|\d\d?[ap]m)-/gi, "$1 - ")
    .split(/\s+/)
    .filter((token) => token !== "");
}

/** The stretch that words begin with, and how many they are; null where they begin with none. */
export function readSpan(tokens: readonly string[]): { span: WrittenSpan; length: number } | null {
  const isOpen = SEPARATORS.slice(2).includes(tokens[0] ?? "");
  const from = isOpen ? { moment: "now" as const, length: 0 } : readMoment(tokens);
  if (from === null || !SEPARATORS.includes(tokens[from.length]?.toLowerCase() ?? "")) return null;
  const to = readMoment(tokens.slice(from.length + 1));
  if (to === null) return null;
  return { span: { from: from.moment, to: to.moment }, length: from.length + 1 + to.length };
}

/**
 * The instants of a stretch by the wall clock of a zone. A weekday is the next one from now, at the end the next one after the
 * beginning. A time that a clock change skips is the instant after the gap, a repeated one its first.
 * @throws DeskError "invalid" for a stretch that cannot be meant.
 */
export function stretchOf({ from, to }: WrittenSpan, zone: string, now: Date): Stretch {
  const fromAt = instantOf(from, zone, now, new Date(now.getTime() - LATE_MS));
  return checkedStretch({ from: fromAt, to: instantOf(to, zone, now, fromAt) }, now);
}

/** Refuses what lies in the past, ends before it begins, or is too long. A beginning that has just passed is now. */
export function checkedStretch({ from, to }: Stretch, now: Date): Stretch {
  const refuse = (field: string, sentence: string) =>
    new DeskError("invalid", sentence, { faults: { [field]: sentence } });
  if (to <= from) throw refuse("to", "This ends before it begins. Write the earlier time first.");
  if (to <= now) throw refuse("to", "This lies in the past.");
  if (from.getTime() < now.getTime() - LATE_MS)
    throw refuse("from", 'This begins in the past. Write "now" for what begins at once.');
  if (to.getTime() - from.getTime() > LONGEST_DAYS * DAY_MS)
    throw refuse(
      "to",
      `This is longer than ${LONGEST_DAYS} days. Write it in the desk file, or make it shorter.`,
    );
  return { from: from < now ? now : from, to };
}

/** Whether a word names a day: "sat", "tomorrow", "2026-12-24". */
export function isDay(word: string): boolean {
  return readDay(word) !== null;
}

/** The day that a word names, as a local date: "sat", "tomorrow", "2026-12-24"; null where it names none. */
export function dateMeant(word: string, zone: string, now: Date): string | null {
  const day = readDay(word);
  if (day === null) return null;
  if ("date" in day) return day.date;
  const today = dayOf(wallDate(now, zone));
  if ("daysAhead" in day) return dateOf(today + day.daysAhead);
  return dateOf(today + ((day.weekday - weekdayOf(today) + 7) % 7));
}

function readMoment(tokens: readonly string[]): { moment: Moment; length: number } | null {
  const [first = "", second = ""] = tokens;
  if (first.toLowerCase() === "now") return { moment: "now", length: 1 };
  const alone = readTime(first);
  if (alone !== null) return { moment: { day: null, time: alone }, length: 1 };
  const [day, time] = [readDay(first), readTime(second)];
  return day === null || time === null ? null : { moment: { day, time }, length: 2 };
}

function readDay(word: string): Day {
  const small = word.toLowerCase();
  if (small === "today") return { daysAhead: 0 };
  if (small === "tomorrow") return { daysAhead: 1 };
  if (isDate(small)) return { date: small };
  const weekday = /^[a-z]{3,}$/.test(small) ? WEEKDAYS.indexOf(small.slice(0, 3)) : -1;
  const isName = weekday >= 0 && LONG_WEEKDAYS[weekday]?.startsWith(small) === true;
  return isName ? { weekday } : null;
}

const LONG_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** "09:00" of "9:00", "09:00" or "9am". */
function readTime(word: string): string | null {
  const [, hours, minutes] = /^(\d|[01]\d|2[0-3]):([0-5]\d)$/.exec(word) ?? [];
  if (hours !== undefined && minutes !== undefined) return `${hours.padStart(2, "0")}:${minutes}`;
  const [, hour, half] = /^(1[0-2]|[1-9])([ap])m$/i.exec(word) ?? [];
  if (hour === undefined) return null;
  const inDay = (Number(hour) % 12) + (half?.toLowerCase() === "p" ? 12 : 0);
  return `${String(inDay).padStart(2, "0")}:00`;
}

function instantOf(moment: Moment, zone: string, now: Date, after: Date): Date {
  if (moment === "now") return now;
  const { day, time } = moment;
  if (day !== null && "date" in day) return soleInstantOfWall(day.date, time, zone);
  const today = dayOf(wallDate(now, zone));
  if (day !== null && "daysAhead" in day) return soleInstantOfWall(dateOf(today + day.daysAhead), time, zone);
  const first = dayOf(wallDate(after, zone));
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    if (day !== null && weekdayOf(first + ahead) !== day.weekday) continue;
    const at = soleInstantOfWall(dateOf(first + ahead), time, zone);
    if (at > after) return at;
  }
  throw new DeskError("internal", `No ${time} comes in ${zone}.`);
}
