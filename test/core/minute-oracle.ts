// Works business time out by hand: looks at the wall clock of every minute, by Intl and the definition alone. It shares
// no code with Belfry, and is as slow as it is simple.

/** A calendar as a question writes it. */
export interface PlainCalendar {
  timezone: string;
  hours: Record<string, string[]>;
  holidays: string[];
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

interface WallClock {
  date: string;
  weekday: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const shownIn = new Map<string, Map<number, WallClock>>();

/** The minutes, as instants in milliseconds, from one instant up to another, at which a calendar is open. */
export function openMinutes(calendar: PlainCalendar, fromMs: number, toMs: number): number[] {
  const minutes: number[] = [];
  const week = WEEKDAYS.map((_, day) => spansOn(calendar, day));
  for (let ms = fromMs; ms < toMs; ms += 60_000) if (isOpenAt(calendar, week, ms)) minutes.push(ms);
  return minutes;
}

function isOpenAt(calendar: PlainCalendar, week: [number, number][][], ms: number): boolean {
  const { date, weekday, minute } = wallClock(calendar.timezone, ms);
  if (calendar.holidays.includes(date)) return false;
  const today = week[weekday] ?? [];
  const yesterday = week[(weekday + 6) % 7] ?? [];
  return (
    today.some(([from, to]) => minute >= from && (to <= from || minute < to)) ||
    yesterday.some(([from, to]) => to <= from && minute < to)
  );
}

function spansOn(calendar: PlainCalendar, day: number): [number, number][] {
  return Object.entries(calendar.hours)
    .filter(([key]) => names(key, day))
    .flatMap(([, spans]) =>
      spans.map((span): [number, number] => [minuteOf(span.slice(0, 5)), minuteOf(span.slice(6))]),
    );
}

function names(key: string, day: number): boolean {
  const [first = 0, last = first] = key.split("-").map((name) => WEEKDAYS.indexOf(name));
  return first <= last ? day >= first && day <= last : day >= first || day <= last;
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

/** What the wall clock shows, kept for every minute that was looked at: Intl is the slowest part. */
function wallClock(zone: string, ms: number): WallClock {
  const shown = shownIn.get(zone) ?? new Map<number, WallClock>();
  shownIn.set(zone, shown);
  const known = shown.get(ms) ?? readWallClock(zone, ms);
  shown.set(ms, known);
  return known;
}

function readWallClock(zone: string, ms: number): WallClock {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      weekday: "short",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  formats.set(zone, format);
  // "Fri, 27/03/2026, 16:30"
  const [, weekday = "", day, month, year, hour, minute] =
    /^(\w+), (\d\d)\/(\d\d)\/(\d{4}), (\d\d):(\d\d)$/.exec(format.format(ms)) ?? [];
  return {
    date: `${year}-${month}-${day}`,
    weekday: WEEKDAYS.indexOf(weekday.toLowerCase()),
    minute: Number(hour) * 60 + Number(minute),
  };
}
