// Reads and writes instants as the command line speaks them.

import { InvalidArgumentError } from "commander";
import { instantOfWall, isDate, isZone } from "../core/zone.ts";
import { DeskError } from "../core/errors.ts";

/** What to write where an instant is wanted. */
export const INSTANT_ALLOWED = 'an instant with Z or an offset, such as "2026-03-27T16:30:00Z"';

const PATTERN =
  /^(\d{4}-\d\d-\d\d)[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

/** The instant of a text that ends in Z or an offset; null for any other. What is finer than a millisecond is cut off. */
export function readInstant(text: string): Date | null {
  const [, date, time, offset] = PATTERN.exec(text) ?? [];
  if (date === undefined || time === undefined || offset === undefined || !isDate(date)) return null;
  return new Date(`${date}T${time.slice(0, "00:00:00.000".length)}${withColon(offset)}`);
}

/**
 * The instant of a text that ends in Z or an offset, or else that of the wall clock in a zone. Refused where the text is
 * no date and time, and where a clock change skips or repeats that wall time.
 */
export function readOpened(text: string, zone: string | null): Date {
  const instant = readInstant(text);
  if (instant !== null) return instant;
  const [, date, time] = PATTERN.exec(text) ?? [];
  if (date === undefined || time === undefined || !isDate(date)) {
    throw new DeskError("invalid", `"${text}" is no date and time. Write one such as 2026-03-27T16:30:00Z.`);
  }
  if (zone === null) {
    throw new DeskError("invalid", `"${text}" has no Z or offset. Add one, or say the zone by --timezone.`);
  }
  const [seconds, fraction = ""] = time.split(".");
  const wall = instantOfWall(date, seconds ?? time, zone);
  if ("at" in wall) return new Date(wall.at.getTime() + Number(fraction.slice(0, 3).padEnd(3, "0")));
  if ("skipped" in wall) {
    throw new DeskError(
      "invalid",
      `A clock change skips ${text} in ${zone}; the clock goes on at ${instantText(wall.next)}.`,
    );
  }
  const [first, second] = wall.repeated.map(instantText);
  throw new DeskError(
    "invalid",
    `A clock change repeats ${text} in ${zone}. Say which one: ${first} or ${second}.`,
  );
}

/** An instant in UTC, its milliseconds left out where zero: "2026-03-30T14:30:00Z". */
export function instantText(at: Date): string {
  return at.toISOString().replace(".000Z", "Z");
}

/** A time zone given as an option. */
export function readZone(text: string): string {
  if (!isZone(text)) throw new InvalidArgumentError('Write a time zone such as "Europe/Prague".');
  return text;
}

function withColon(offset: string): string {
  return offset === "Z" ? offset : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
}
