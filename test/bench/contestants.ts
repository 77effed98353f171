// Who takes part in the bench of the clock: Belfry, and two packages that also count business time, each set up as its
// own documentation says and asked in the way that was found to be its fastest right one.
//
// Neither package knows time zones: they count by the wall clock of the process. So the bench gives the process the zone of
// its calendar, which is the best that can be done for them. One calendar at a time is all they have.
import dayjs from "dayjs";
import dayjsBusinessTime from "dayjs-business-time";
import moment from "moment-business-time";
import { compileCalendar } from "../../src/core/calendar.ts";
import { countedMs, deadline } from "../../src/core/clock.ts";

/** The calendar of a round. */
export interface BenchCalendar {
  name: string;
  /** Monday to Friday. */
  spans: readonly string[];
  holidays: readonly string[];
}

/** One who answers: when so many milliseconds of open time have passed, and how many lie between two instants. */
export interface Contestant {
  name: string;
  due(start: Date, openMs: number): number;
  between(start: Date, end: Date): number;
}

/** The zone of all calendars of the bench. */
export const ZONE = "America/Chicago";

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

/** The contestants on one calendar, Belfry first. Those of the calendar before are of no use any more. */
export function contestantsOn(calendar: BenchCalendar): [Contestant, Contestant, Contestant] {
  process.env["TZ"] = ZONE;
  return [belfryOn(calendar), dayjsOn(calendar), momentOn(calendar)];
}

function belfryOn({ spans, holidays }: BenchCalendar): Contestant {
  const calendar = compileCalendar({
    timezone: ZONE,
    hours: { "mon-fri": spans },
    holidays: holidays.map((date) => ({ date })),
  });
  return {
    name: "Belfry",
    due: (start, openMs) => deadline(calendar, start, openMs)?.getTime() ?? NaN,
    between: (start, end) => countedMs(calendar, start, end),
  };
}

function dayjsOn({ spans, holidays }: BenchCalendar): Contestant {
  dayjs.extend(dayjsBusinessTime);
  const day = spans.map((span) => ({ start: `${span.slice(0, 5)}:00`, end: `${span.slice(6)}:00` }));
  dayjs.setBusinessTime({
    sunday: null,
    monday: day,
    tuesday: day,
    wednesday: day,
    thursday: day,
    friday: day,
    saturday: null,
  });
  dayjs.setHolidays([...holidays]);
  return {
    name: "dayjs-business-time",
    due: (start, openMs) =>
      dayjs(start)
        .addBusinessMinutes(openMs / MINUTE_MS)
        .valueOf(),
    between: (start, end) => dayjs(start).businessMinutesDiff(dayjs(end)) * MINUTE_MS,
  };
}

function momentOn({ spans, holidays }: BenchCalendar): Contestant {
  const day = spans.flatMap((span) => [`${span.slice(0, 5)}:00`, `${span.slice(6)}:00`]);
  const workinghours = { 0: null, 1: day, 2: day, 3: day, 4: day, 5: day, 6: null };
  moment.updateLocale("en", { workinghours, holidays });
  return {
    name: "moment-business-time",
    due: (start, openMs) =>
      moment(start)
        .addWorkingTime(openMs / SECOND_MS, "seconds")
        .valueOf(),
    between: (start, end) => moment(end).workingDiff(moment(start), "milliseconds"),
  };
}
