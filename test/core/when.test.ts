import { describe, expect, it } from "vitest";
import { readSpan, stretchOf, tokensOf } from "../../src/core/when.ts";
import { at, wall } from "../support/life.ts";

const CHICAGO = "America/Chicago";
const FRIDAY = at("2026-12-04 10:00", CHICAGO);

/** The stretch that words mean, by the wall clock of Chicago. */
function meant(words: string, now = FRIDAY): string | null {
  const read = readSpan(tokensOf(words));
  if (read === null) return null;
  const { from, to } = stretchOf(read.span, CHICAGO, now);
  return `${wall(from, CHICAGO)} – ${wall(to, CHICAGO)}`;
}

describe("a stretch of time in words", () => {
  it.each([
    ["sat 09:00 - sun 09:00", "Sat 2026-12-05 09:00 – Sun 2026-12-06 09:00"],
    ["Saturday 9:00–Sunday 9am", "Sat 2026-12-05 09:00 – Sun 2026-12-06 09:00"],
    ["fri 09:00 - fri 12:00", "Fri 2026-12-11 09:00 – Fri 2026-12-11 12:00"],
    ["fri 18:00 - fri 17:00", "Fri 2026-12-04 18:00 – Fri 2026-12-11 17:00"],
    ["18:00-22:00", "Fri 2026-12-04 18:00 – Fri 2026-12-04 22:00"],
    ["22:00 to 06:00", "Fri 2026-12-04 22:00 – Sat 2026-12-05 06:00"],
    ["09:00 until 12pm", "Sat 2026-12-05 09:00 – Sat 2026-12-05 12:00"],
    ["now - tomorrow 9pm", "Fri 2026-12-04 10:00 – Sat 2026-12-05 21:00"],
    ["until mon 09:00", "Fri 2026-12-04 10:00 – Mon 2026-12-07 09:00"],
    ["today 18:00 - 2026-12-06 09:00", "Fri 2026-12-04 18:00 – Sun 2026-12-06 09:00"],
  ])("%s", (words, stretch) => {
    expect(meant(words)).toBe(stretch);
  });

  it.each(["", "sat", "sat 09:00", "sat 09:00 - sun", "sat 25:00 - sun 09:00", "santa 09:00 - sun 09:00"])(
    "is not %j",
    (words) => {
      expect(meant(words)).toBeNull();
    },
  );

  it("may end in words that are something else's", () => {
    expect(readSpan(tokensOf("sat 09:00 - sun 09:00 weekly"))?.length).toBe(5);
  });

  it("begins after the gap where a clock change skips the time, and at the first where one repeats it", () => {
    const march = at("2027-03-13 10:00", CHICAGO);
    expect(meant("sun 02:30 - sun 12:00", march)).toBe("Sun 2027-03-14 03:00 – Sun 2027-03-14 12:00");
    const november = at("2027-11-06 10:00", CHICAGO);
    const { span } = readSpan(tokensOf("sun 01:30 - sun 12:00")) ?? { span: null };
    if (span === null) throw new Error("not read");
    expect(stretchOf(span, CHICAGO, november).from.toISOString()).toBe("2027-11-07T06:30:00.000Z");
  });

  it("is refused where it has passed, is reversed, or is too long", () => {
    expect(() => meant("2026-12-01 09:00 - 2026-12-02 09:00")).toThrow("in the past");
    expect(() => meant("today 09:00 - 12:00")).toThrow("begins in the past");
    expect(() => meant("2026-12-06 09:00 - 2026-12-05 09:00")).toThrow("ends before");
    expect(() => meant("sat 09:00 - 2027-02-10 09:00")).toThrow("longer than 60 days");
  });
});
