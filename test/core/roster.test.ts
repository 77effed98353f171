import { describe, expect, test } from "vitest";
import { handoverAt, handoversSince, onCall, shiftAt } from "../../src/core/roster.ts";
import { at, ROTATION, wall } from "../support/life.ts";

const CHICAGO = "America/Chicago";

describe("a weekly rotation", () => {
  test("hands over on Monday at 09:00 in its own zone, to the minute", () => {
    expect(onCall(ROTATION, "primary", at("2026-01-12 08:59", CHICAGO))).toBe("sam");
    expect(onCall(ROTATION, "primary", at("2026-01-12 09:00", CHICAGO))).toBe("mia");
  });

  test("has the other one as secondary", () => {
    expect(onCall(ROTATION, "secondary", at("2026-01-07 12:00", CHICAGO))).toBe("mia");
    expect(onCall(ROTATION, "secondary", at("2026-01-14 12:00", CHICAGO))).toBe("sam");
  });

  test("keeps its hour over the clock change in March", () => {
    const shift = shiftAt(ROTATION, "primary", at("2026-03-08 12:00", CHICAGO));
    expect([wall(shift?.startsAt, CHICAGO), wall(shift?.endsAt, CHICAGO)]).toEqual([
      "Mon 2026-03-02 09:00",
      "Mon 2026-03-09 09:00",
    ]);
    expect((shift?.endsAt.getTime() ?? 0) - (shift?.startsAt.getTime() ?? 0)).toBe((7 * 24 - 1) * 3_600_000);
  });

  test("of one person has no secondary", () => {
    expect(onCall({ ...ROTATION, people: ["sam"] }, "secondary", at("2026-01-07 12:00", CHICAGO))).toBeNull();
  });

  test("goes on in order before its first hand-over, too", () => {
    expect(onCall(ROTATION, "primary", at("2026-01-02 12:00", CHICAGO))).toBe("mia");
  });
});

describe("weekly hand-overs", () => {
  const prague = "Europe/Prague";

  test("the first is on or after the start date, and each later one keeps the wall clock over a clock change", () => {
    expect(handoverAt("2026-03-18", 1, "09:00", prague, 0)).toEqual(new Date("2026-03-23T08:00:00Z"));
    expect(handoverAt("2026-03-18", 1, "09:00", prague, 1)).toEqual(new Date("2026-03-30T07:00:00Z"));
    expect(handoverAt("2026-03-23", 1, "09:00", prague, 0)).toEqual(new Date("2026-03-23T08:00:00Z"));
    expect(handoverAt("2026-03-18", 1, "09:00", prague, -1)).toEqual(new Date("2026-03-16T08:00:00Z"));
  });

  test("a shift begins with its hand-over and lasts to the next", () => {
    const since = (instant: string): number =>
      handoversSince("2026-03-18", 1, "09:00", prague, new Date(instant));
    expect(since("2026-03-23T07:59:59.999Z")).toBe(-1);
    expect(since("2026-03-23T08:00:00Z")).toBe(0);
    expect(since("2026-03-30T06:59:59.999Z")).toBe(0);
    expect(since("2026-03-30T07:00:00Z")).toBe(1);
    expect(since("2036-03-31T07:00:00Z")).toBe(523);
    expect(since("2020-01-01T00:00:00Z")).toBe(-325);
  });

  test("a hand-over that a clock change skips happens after the gap, a repeated one the first time", () => {
    expect(handoverAt("2026-03-08", 7, "02:30", "America/New_York", 0)).toEqual(
      new Date("2026-03-08T07:00:00Z"),
    );
    expect(handoverAt("2026-11-01", 7, "01:30", "America/New_York", 0)).toEqual(
      new Date("2026-11-01T05:30:00Z"),
    );
  });
});
