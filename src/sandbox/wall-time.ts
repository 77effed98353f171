// Finds the next time that a clock on a wall shows what it should.
import { DateTime } from "luxon";

/** Monday is 1, Sunday 7, as ISO 8601 counts. */
type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A weekday in a month that falls on one of some days, both included: the fourth Thursday is the one on 22 to 28. */
interface DayOfYear {
  weekday: Weekday;
  month: number;
  days: readonly [number, number];
}

/** A time on the wall: on every day, on one weekday, on working days, or on one day of the year. */
export interface WallTime {
  timezone: string;
  /** "18:05" */
  time: string;
  on?: Weekday | "working-days" | DayOfYear;
}

/** The first such instant after `now`. Where a clock change skips the time, luxon takes the moment just behind it. */
export function nextWallTime(now: Date, { timezone, time, on }: WallTime): Date {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const today = DateTime.fromJSDate(now, { zone: timezone });
  const days = Array.from({ length: LOOK_AHEAD_DAYS }, (_, days) =>
    today.plus({ days }).set({ hour, minute, second: 0, millisecond: 0 }),
  );
  const next = days.find((day) => day.toMillis() > now.getTime() && fits(day, on));
  if (next === undefined)
    throw new Error(`There is no such ${time} in ${timezone} within ${LOOK_AHEAD_DAYS} days.`);
  return next.toJSDate();
}

/** The same day of another year lies at most one year and a week ahead. */
const LOOK_AHEAD_DAYS = 375;

function fits({ weekday, month, day }: DateTime, on: WallTime["on"]): boolean {
  if (on === undefined) return true;
  if (on === "working-days") return weekday <= 5;
  if (typeof on === "number") return weekday === on;
  return weekday === on.weekday && month === on.month && day >= on.days[0] && day <= on.days[1];
}
