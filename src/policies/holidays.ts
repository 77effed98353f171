// Looks up the holidays of a region, so that a policy can name "GB-ENG" and a calendar is given dates.
//
// The dates come from the package date-holidays, whose data covers countries, states and regions. It takes a tenth of a
// second to load, so it is loaded when a region is first asked for.

import type Holidays from "date-holidays";
import type { HolidaysTypes } from "date-holidays";
import { type Holiday } from "../core/calendar.ts";
import { isDate } from "../core/zone.ts";
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

/** The holidays of the world. */
export interface Regions {
  /** Whether a country or region such as "GB-ENG" has holidays to look up. */
  knows: (region: string) => boolean;
  /** Its holidays in whole years; refused where it is not known. */
  holidaysOf: HolidaysOf;
}

/** Loads the holidays of the world; what it gives answers at once. */
export async function loadRegions(): Promise<Regions> {
  const { default: Source } = await import("date-holidays");
  const world = new Source();
  const remembered = recent<readonly Holiday[]>(REGION_LIMIT);
  const knows = (region: string): boolean => isRegion(world, region);
  return {
    knows,
    holidaysOf: (region, years) =>
      remembered(`${region} ${years.join(" ")}`, () => {
        if (knows(region)) return holidaysIn(new Source(placeOf(region), { types: TYPES }), years);
        const sentence = `The holidays of "${region}" are not known. Write a country such as "US", or one with its part such as "GB-ENG".`;
        throw new DeskError("invalid", sentence);
      }),
  };
}

/** What gives the holidays of regions, loaded. */
export async function loadHolidays(): Promise<HolidaysOf> {
  return (await loadRegions()).holidaysOf;
}

function isRegion(world: Holidays, region: string): boolean {
  const { country, state, region: part } = placeOf(region);
  if (!Object.hasOwn(world.getCountries(), country)) return false;
  if (state === undefined) return true;
  if (!Object.hasOwn(world.getStates(country) ?? {}, state)) return false;
  return part === undefined || Object.hasOwn(world.getRegions(country, state) ?? {}, part);
}

/** "DE-BY-A" is a country, a state of it and a region of that. */
function placeOf(text: string): HolidaysTypes.Country {
  const [country = "", state, region] = text.split("-");
  return { country, ...(state === undefined ? {} : { state }), ...(region === undefined ? {} : { region }) };
}

/** The holidays of whole years, by date; a date that two holidays share keeps the name of the first. */
function holidaysIn(source: Holidays, [first, last]: readonly [number, number]): Holiday[] {
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
