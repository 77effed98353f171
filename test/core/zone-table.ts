// What the wall clocks of the world show, read from Intl alone: a zone's offset from UTC minute by minute, and the
// instants at which it changes. It shares no code with Belfry. Intl is slow, so a day is read at both its ends, and only
// a day whose ends differ is halved until the change is found: no zone has changed twice within a day since 2011.

/** The zones that the five policies name, those that their customers may live in, and the odd ones. */
export const ZONES: readonly string[] = [
  ...["Etc/UTC", "America/New_York", "America/Chicago", "Europe/London"],
  ...["America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"],
  ...["America/Toronto", "America/Halifax", "America/Mexico_City", "America/Bogota", "America/Santiago"],
  ...["America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores", "Europe/Dublin"],
  ...["Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Amsterdam", "Europe/Berlin", "Europe/Zurich"],
  ...["Europe/Rome", "Europe/Vienna", "Europe/Prague", "Europe/Warsaw", "Europe/Stockholm", "Europe/Athens"],
  ...["Europe/Bucharest", "Europe/Helsinki", "Europe/Kyiv", "Europe/Istanbul", "Africa/Johannesburg"],
  ...["Africa/Lagos", "Asia/Jerusalem", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo"],
  ...["Australia/Perth", "Australia/Adelaide", "Australia/Sydney", "Pacific/Auckland"],
  ...["Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut", "Africa/Cairo", "Africa/Casablanca"],
  ...["America/St_Johns", "Asia/Kathmandu", "America/Havana", "Pacific/Chatham", "Pacific/Kiritimati"],
  ...["Pacific/Marquesas", "Antarctica/Troll", "America/Nuuk", "Asia/Gaza", "Asia/Tehran", "Pacific/Easter"],
  ...["America/Asuncion", "Australia/Eucla", "Pacific/Norfolk", "Asia/Pyongyang"],
];

/** Changes of other years that are worth trying: a whole day left out, midnights that do not exist, half an hour. */
const ODD_YEARS: Readonly<Record<string, readonly [number, number]>> = {
  "Pacific/Apia": [2011, 2012],
  "America/Sao_Paulo": [2017, 2019],
  "Europe/Istanbul": [2014, 2016],
  "Asia/Pyongyang": [2015, 2018],
};

/** A zone's offset from UTC in minutes, at a minute counted from 1970-01-01T00:00Z. */
export type OffsetAt = (minute: number) => number;

const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

const tables = new Map<string, OffsetAt>();
const changes = new Map<string, readonly number[]>();

/** The table of a zone, filled a day at a time when that day is first looked at. */
export function zoneTable(zone: string): OffsetAt {
  const known = tables.get(zone);
  if (known !== undefined) return known;
  const read = reader(zone);
  const days = new Map<number, Int16Array>();
  let lastDay = NaN;
  let lastTable: Int16Array = new Int16Array();
  const offsetAt: OffsetAt = (minute) => {
    const day = Math.floor(minute / DAY_MINUTES);
    if (day !== lastDay) {
      lastTable = days.get(day) ?? dayTable(read, day);
      days.set(day, lastTable);
      lastDay = day;
    }
    return lastTable[minute - day * DAY_MINUTES] ?? NaN;
  };
  tables.set(zone, offsetAt);
  return offsetAt;
}

/** The instants, in milliseconds, at which a zone's clocks change from 2020 to 2035, and in its odd years. */
export function clockChanges(zone: string): readonly number[] {
  const known = changes.get(zone);
  if (known !== undefined) return known;
  const odd = ODD_YEARS[zone];
  const found = [...(odd === undefined ? [] : changesIn(zone, ...odd)), ...changesIn(zone, 2020, 2035)];
  changes.set(zone, found);
  return found;
}

function changesIn(zone: string, firstYear: number, lastYear: number): number[] {
  const read = reader(zone);
  const found: number[] = [];
  const end = Date.UTC(lastYear + 1, 0) / MINUTE_MS;
  let before = read(Date.UTC(firstYear, 0) / MINUTE_MS);
  for (let minute = Date.UTC(firstYear, 0) / MINUTE_MS; minute < end; minute += DAY_MINUTES) {
    const after = read(minute + DAY_MINUTES);
    if (after !== before) found.push(changeWithin(read, minute, minute + DAY_MINUTES, before) * MINUTE_MS);
    before = after;
  }
  return found;
}

function dayTable(read: OffsetAt, day: number): Int16Array {
  const first = day * DAY_MINUTES;
  const before = read(first);
  const after = read(first + DAY_MINUTES);
  const table = new Int16Array(DAY_MINUTES).fill(before);
  if (before !== after) table.fill(after, changeWithin(read, first, first + DAY_MINUTES, before) - first);
  return table;
}

/** The first minute after `low`, at most `high`, at which the offset is no longer `before`. */
function changeWithin(read: OffsetAt, low: number, high: number, before: number): number {
  if (high - low === 1) return high;
  const middle = Math.floor((low + high) / 2);
  return read(middle) === before
    ? changeWithin(read, middle, high, before)
    : changeWithin(read, low, middle, before);
}

function reader(zone: string): OffsetAt {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (minute) => {
    // "27/03/2026, 16:30"
    const shown = format.format(minute * MINUTE_MS);
    const [, day, month, year, hours, minutes] = /^(\d\d)\/(\d\d)\/(\d{4}), (\d\d):(\d\d)$/.exec(shown) ?? [];
    const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes));
    return wall / MINUTE_MS - minute;
  };
}
