// What wall clocks show: dates, times, and what a clock change skips or repeats.

import { describe, expect, it } from "vitest";
import { instantOfWall, isDate, isZone, timeOfDayMs, wallDate, wallTime } from "../../src/core/zone.ts";
import { codeOf } from "./refusal.ts";

describe("the wall clock", () => {
  it("says an instant for people in their zone", () => {
    expect(wallTime(at("2026-03-30T13:00:00Z"), "America/New_York")).toBe("Mon 30 Mar 2026 09:00 EDT");
    expect(wallTime(at("2026-03-30T13:00:30Z"), "Europe/Prague")).toBe("Mon 30 Mar 2026 15:00 CEST");
    expect(wallTime(at("2026-03-30T13:00:30Z"), "Europe/Prague", "exact")).toBe(
      "Mon 30 Mar 2026 15:00:30 CEST",
    );
    expect(wallTime(at("2026-03-30T13:00:00Z"), "Asia/Kathmandu")).toBe("Mon 30 Mar 2026 18:45 GMT+5:45");
  });

  it("the zone is called as it is at that instant, also on the day of a clock change", () => {
    const names = (zone: string, ...instants: string[]) =>
      instants.map((instant) => wallTime(at(instant), zone).split(" ").at(-1));
    expect(
      names("Europe/Prague", "2026-03-29T12:00:00Z", "2026-03-29T00:59:59.999Z", "2026-03-29T01:00:00Z"),
    ).toEqual(["CEST", "CET", "CEST"]);
    expect(
      names("America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T05:59:59Z", "2026-11-01T06:00:00Z"),
    ).toEqual(["EDT", "EDT", "EST"]);
    expect(names("America/New_York", "2026-11-02T06:00:00Z", "2026-10-31T06:00:00Z")).toEqual(["EST", "EDT"]);
  });

  it("says the date of an instant in a zone", () => {
    expect(wallDate(at("2026-03-30T23:30:00Z"), "Europe/Prague")).toBe("2026-03-31");
    expect(wallDate(at("2026-03-30T03:30:00Z"), "America/New_York")).toBe("2026-03-29");
  });

  it("has one instant for a time, none for one that is skipped, two for one that is repeated", () => {
    const newYork = "America/New_York";
    expect(instantOfWall("2026-03-30", "09:00", newYork)).toEqual({ at: at("2026-03-30T13:00:00Z") });
    expect(instantOfWall("2026-03-30", "09:00:30", newYork)).toEqual({ at: at("2026-03-30T13:00:30Z") });
    expect(instantOfWall("2026-03-08", "02:30", newYork)).toEqual({
      skipped: true,
      next: at("2026-03-08T07:00:00Z"),
    });
    expect(instantOfWall("2026-11-01", "01:30", newYork)).toEqual({
      repeated: [at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z")],
    });
  });

  it("goes on after the change where a whole day is skipped", () => {
    expect(instantOfWall("2011-12-30", "09:00", "Pacific/Apia")).toEqual({
      skipped: true,
      next: at("2011-12-30T10:00:00Z"),
    });
  });

  it("knows a year's first and last minute, whatever the offset", () => {
    expect(instantOfWall("2027-01-01", "00:00", "Pacific/Kiritimati")).toEqual({
      at: at("2026-12-31T10:00:00Z"),
    });
    expect(instantOfWall("2026-12-31", "23:59", "Pacific/Pago_Pago")).toEqual({
      at: at("2027-01-01T10:59:00Z"),
    });
  });

  it("refuses what is no date, time or zone", () => {
    expect(() => instantOfWall("2026-02-30", "09:00", "Etc/UTC")).toThrow("no date");
    expect(() => instantOfWall("2026-02-03", "24:00", "Etc/UTC")).toThrow("no time of day");
    expect(() => instantOfWall("2026-02-03", "09:00", "Nowhere")).toThrow("no time zone");
    expect(isZone("Europe/Prague")).toBe(true);
    expect(isZone("")).toBe(false);
    expect(isDate("2028-02-29")).toBe(true);
    expect(isDate("2026-02-29")).toBe(false);
  });
});

describe("the edges of what a wall clock can be asked", () => {
  it("a change's own wall times: the first after a gap, and the first and last of what is repeated", () => {
    const newYork = "America/New_York";
    expect(instantOfWall("2026-03-08", "02:00", newYork)).toEqual({
      skipped: true,
      next: at("2026-03-08T07:00:00Z"),
    });
    expect(instantOfWall("2026-03-08", "03:00", newYork)).toEqual({ at: at("2026-03-08T07:00:00Z") });
    expect(instantOfWall("2026-11-01", "01:00", newYork)).toEqual({
      repeated: [at("2026-11-01T05:00:00Z"), at("2026-11-01T06:00:00Z")],
    });
    expect(instantOfWall("2026-11-01", "02:00", newYork)).toEqual({ at: at("2026-11-01T07:00:00Z") });
  });

  it("exact times show seconds and milliseconds where there are any, and only then", () => {
    const exact = (instant: string) => wallTime(at(instant), "Europe/Prague", "exact");
    expect(exact("2026-03-30T13:00:00Z")).toBe("Mon 30 Mar 2026 15:00 CEST");
    expect(exact("2026-03-30T13:00:07Z")).toBe("Mon 30 Mar 2026 15:00:07 CEST");
    expect(exact("2026-03-30T13:00:00.250Z")).toBe("Mon 30 Mar 2026 15:00:00.250 CEST");
  });

  it("offsets of seconds, and instants before 1970", () => {
    expect(timeOfDayMs(at("1970-06-01T00:44:30Z"), "Africa/Monrovia")).toBe(0);
    expect(instantOfWall("1970-06-01", "00:00", "Africa/Monrovia")).toEqual({
      at: at("1970-06-01T00:44:30Z"),
    });
    expect(timeOfDayMs(at("1969-12-31T23:00:00Z"), "Etc/UTC")).toBe(23 * 3_600_000);
  });

  it("the years from 1900 to 2200, and no others", () => {
    expect(instantOfWall("1900-06-01", "09:00", "Etc/UTC")).toEqual({ at: at("1900-06-01T09:00:00Z") });
    expect(instantOfWall("2200-06-01", "09:00", "Etc/UTC")).toEqual({ at: at("2200-06-01T09:00:00Z") });
    for (const date of ["1899-06-01", "2201-06-01"]) {
      const ask = () => instantOfWall(date, "09:00", "Etc/UTC");
      expect(codeOf(ask)).toBe("invalid");
      expect(ask).toThrow("lies outside 1900 to 2200");
    }
  });

  it("what is no date, no time and no zone is refused as invalid", () => {
    for (const text of ["x2026-01-01", "2026-01-011", "2026-1-1", "2026-00-10", "2026-13-01", "2026-01-00"]) {
      expect(isDate(text)).toBe(false);
      expect(codeOf(() => instantOfWall(text, "09:00", "Etc/UTC"))).toBe("invalid");
    }
    for (const text of ["109:00", "09:00x", "9:00", "09:60", "09:00:60"]) {
      expect(codeOf(() => instantOfWall("2026-01-01", text, "Etc/UTC"))).toBe("invalid");
    }
    for (const zone of ["+02:00", " Europe/Prague", "-Europe/Prague", "Nowhere"]) {
      expect(isZone(zone)).toBe(false);
      expect(codeOf(() => instantOfWall("2026-01-01", "09:00", zone))).toBe("invalid");
    }
  });
});

function at(instant: string): Date {
  return new Date(instant);
}
