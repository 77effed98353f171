// Says what a policy has to say on certain days: that an answer may take longer on Mondays, or the day after a holiday.
import { type Calendar } from "./calendar.ts";
import { dayOf, wallDate } from "./zone.ts";
import { WEEKDAYS } from "./hours.ts";
import { calendarOf, type Policy } from "./policy.ts";
import { weekdayOf } from "./wall-hours.ts";

type Notice = NonNullable<Policy["notices"]>[number];

/** What is to be said to whoever files at an instant; the day is that of the notice's calendar. */
export function noticesAt(policy: Policy, at: Date, customerZone: string): string[] {
  return (policy.notices ?? [])
    .filter(({ on, calendar }) => {
      const kept = calendarOf(policy, calendar, customerZone);
      const day = dayOf(wallDate(at, kept.timezone));
      return on.some((when) => isOn(when, kept, day));
    })
    .map(({ say }) => say);
}

function isOn(when: Notice["on"][number], calendar: Calendar, day: number): boolean {
  return when === "after-holiday" ? isAfterHoliday(calendar, day) : WEEKDAYS[weekdayOf(day)] === when;
}

/** Whether the last day with hours, as the week has them, was a holiday: after a Friday's holiday, Monday is such a day too. */
function isAfterHoliday(calendar: Calendar, day: number): boolean {
  for (let before = day - 1; before >= day - WEEKDAYS.length; before -= 1) {
    if (calendar.holidays.has(before)) return true;
    if ((calendar.week[weekdayOf(before)] ?? []).length > 0) return false;
  }
  return false;
}
