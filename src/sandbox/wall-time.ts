// Finds the next time that a clock on a wall shows what it should.
import { DateTime } from "luxon";

/** Monday is 1, Sunday 7, as ISO 8601 counts. */
type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A time on the wall: on every day, on one weekday, or on working days. */
export interface WallTime {
  timezone: string;
  /** "18:05" */
  time: string;
  on?: Weekday | "working-days";
}

/** The first such instant after `now`. Where a clock change skips the time, luxon takes the moment just behind it. */
export function nextWallTime(now: Date, { timezone, time, on }: WallTime): Date {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const today = DateTime.fromJSDate(now, { zone: timezone });
  const days = Array.from({ length: 9 }, (_, days) =>
    today.plus({ days }).set({ hour, minute, second: 0, millisecond: 0 }),
  );
  const next = days.find((day) => day.toMillis() > now.getTime() && fits(day.weekday, on));
  if (next === undefined) throw new Error(`There is no ${time} in ${timezone} within nine days.`);
  return next.toJSDate();
}

function fits(weekday: number, on: WallTime["on"]): boolean {
  if (on === undefined) return true;
  return on === "working-days" ? weekday <= 5 : weekday === on;
}
