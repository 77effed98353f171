// Looks up the holidays of a region, so that a policy can name "GB-ENG" and a calendar is given dates.
//
// The dates come from the package date-holidays, whose data covers countries, states and regions. It takes a tenth of a
// second to load, so it is loaded when a region is first asked for.

import type Holidays from "date-holidays";
import type { HolidaysTypes } from "date-holidays";
import { isDate, type Holiday } from "../core/calendar.ts";
import { DeskError } from "../core/errors.ts";
import type { HolidaysOf } from "../core/policy.ts";
import { recent } from "../core/recent.ts";

/**
 * The kinds of holiday on which offices close. US federal holidays need both: the observed Veterans Day stands among
 * the bank holidays, whose other US entry is none.
 */
const TYPES: HolidaysTypes.HolidayType[] = ["public", "bank"];

const DAY_MS = 86_400_000;
const NOON_MS = DAY_MS / 2;
const REGION_LIMIT = 100;

/** Loads the holidays of the world; what it gives answers at once. */
export async function loadHolidays(): Promise<HolidaysOf> {
  const { default: Source } = await import("date-holidays");
  const remembered = recent<readonly Holiday[]>(REGION_LIMIT);
  return (region, years) =>
    remembered(`${region} ${years.join(" ")}`, () => holidaysOf(sourceFor(Source, region), years));
}

function sourceFor(Source: typeof Holidays, region: string): Holidays {
  const [country = "", state, part] = region.split("-");
  const world = new Source();
  const states = state === undefined ? {} : (world.getStates(country) ?? {});
  const parts = state === undefined || part === undefined ? {} : (world.getRegions(country, state) ?? {});
  const isKnown =
    Object.hasOwn(world.getCountries(), country) &&
    (state === undefined || Object.hasOwn(states, state)) &&
    (part === undefined || Object.hasOwn(parts, part));
  if (!isKnown) {
    const sentence = `The holidays of "${region}" are not known. Write a country such as "US", or one with its part such as "GB-ENG".`;
    throw new DeskError("invalid", sentence);
  }
  return new Source(
    { country, ...(state === undefined ? {} : { state }), ...(part === undefined ? {} : { region: part }) },
    { types: TYPES },
  );
}

/** The holidays of whole years, by date; a date that two holidays share keeps the name of the first. */
function holidaysOf(source: Holidays, [first, last]: readonly [number, number]): Holiday[] {
  const names = new Map<string, string>();
  for (let year = first; year <= last; year += 1) {
    for (const holiday of source.getHolidays(year, "en")) {
      for (const date of datesOf(holiday)) if (!names.has(date)) names.set(date, holiday.name);
    }
  }
  return [...names].sort().map(([date, name]) => ({ date, name }));
}

/** The dates whose noon a holiday covers: a feast of several days closes each, and an afternoon off closes none. */
function datesOf({ date, start, end }: HolidaysTypes.Holiday): string[] {
  const fromMs = Date.parse(`${date.slice(0, 10)}T${date.slice(11, 19)}Z`);
  const toMs = fromMs + end.getTime() - start.getTime();
  const dates: string[] = [];
  for (let noonMs = Math.floor(fromMs / DAY_MS) * DAY_MS + NOON_MS; noonMs < toMs; noonMs += DAY_MS) {
    const day = new Date(noonMs).toISOString().slice(0, 10);
    if (noonMs >= fromMs && isDate(day)) dates.push(day);
  }
  return dates;
}
