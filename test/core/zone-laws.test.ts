// The laws of wall clocks: which instants show a wall time, found by hand by looking at every minute of two days.

import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { instantOfWall, timeOfDayMs, wallDate } from "../../src/core/zone.ts";
import {
  check,
  dateAt,
  DAY_MS,
  instantNear,
  MINUTE_MS,
  report,
  runs,
  timeFor,
  TRIED_ZONES,
} from "./clock-scenes.ts";
import { zoneTable } from "./zone-table.ts";

const DAY_MINUTES = 24 * 60;

const tally = { cases: 0, mismatches: 0 };
afterAll(() => report("wall clock laws", tally));

/** A zone, and a wall time near a change of its clocks, in milliseconds as if it were UTC. */
const wallTimes = fc
  .constantFrom(...TRIED_ZONES)
  .chain((zone) => fc.tuple(fc.constant(zone), instantNear(zone), fc.integer({ min: -90, max: 90 })))
  .map(([zone, nearMs, minutes]) => {
    const minute = Math.floor(nearMs / MINUTE_MS) + minutes;
    return { zone, wall: minute + zoneTable(zone)(Math.floor(nearMs / MINUTE_MS)), second: nearMs % 60 };
  });

test(
  "a wall time is shown at each instant that the oracle finds, or else skipped to the next",
  { timeout: timeFor(runs(20)) },
  () => {
    check(tally, runs(20), wallTimes, ({ zone, wall, second }) => {
      const time = new Date(wall * MINUTE_MS + second * 1000).toISOString();
      const said = instantOfWall(dateAt(wall * MINUTE_MS), time.slice(11, second === 0 ? 16 : 19), zone);
      const instants = minutesShowing(zone, wall).map(
        (minute) => new Date(minute * MINUTE_MS + second * 1000),
      );
      if (instants.length === 2) expect(said).toEqual({ repeated: instants });
      else if (instants.length === 1) expect(said).toEqual({ at: instants[0] });
      else expect(said).toEqual({ skipped: true, next: new Date(firstAfter(zone, wall) * MINUTE_MS) });
    });
  },
);

test(
  "the date and the time of day of an instant are those that its zone shows",
  { timeout: timeFor(runs(20)) },
  () => {
    const instants = fc
      .constantFrom(...TRIED_ZONES)
      .chain((zone) => fc.tuple(fc.constant(zone), instantNear(zone)));
    check(tally, runs(20), instants, ([zone, ms]) => {
      const wallMs = ms + zoneTable(zone)(Math.floor(ms / MINUTE_MS)) * MINUTE_MS;
      expect(wallDate(new Date(ms), zone)).toBe(dateAt(wallMs));
      expect(timeOfDayMs(new Date(ms), zone)).toBe(wallMs % DAY_MS);
    });
  },
);

/** The minutes at which a zone's wall clock shows a wall minute, in order. */
function minutesShowing(zone: string, wall: number): number[] {
  const offsetAt = zoneTable(zone);
  return around(wall).filter((minute) => minute + offsetAt(minute) === wall);
}

/** The first minute at which the wall clock is past a wall minute. */
function firstAfter(zone: string, wall: number): number {
  const offsetAt = zoneTable(zone);
  return around(wall).find((minute) => minute + offsetAt(minute) > wall) ?? NaN;
}

function around(wall: number): number[] {
  return Array.from({ length: 4 * DAY_MINUTES }, (_, index) => wall - 2 * DAY_MINUTES + index);
}
