import { describe, expect, test } from "vitest";
import { onCall, shiftAt } from "../../src/core/roster.ts";
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
