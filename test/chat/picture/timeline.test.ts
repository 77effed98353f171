// The picture of a deadline: every day in a row of its own, nothing told by colour alone, and a real PNG with its text.
import { describe, expect, it } from "vitest";
import { pngOf } from "../../../src/chat/picture/png.ts";
import { timeline } from "../../../src/chat/picture/timeline.ts";
import { compileCalendar, type CalendarSpec } from "../../../src/core/calendar.ts";
import { explain } from "../../../src/core/explain.ts";
import type { Chart } from "../../../src/core/message.ts";

function chartOf(spec: Partial<CalendarSpec>, from: string, to: string): Chart {
  const calendar = compileCalendar({
    timezone: "Europe/Prague",
    hours: { "mon-fri": "08:00-17:00" },
    holidays: [],
    ...spec,
  });
  const deadlineAt = new Date(to);
  const steps = explain(calendar, new Date(from), deadlineAt);
  return { title: "First answer within 9h", timezone: calendar.timezone, steps, deadlineAt };
}

/** The words of a picture, in the order in which they are drawn. */
function wordsIn(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words = ""]) => words);
}

describe("the picture of a deadline", () => {
  it("says on each day's row what counted, or why nothing did", () => {
    const holidays = [{ date: "2026-03-30", name: "Day of <R&D>" }];
    const chart = chartOf({ holidays }, "2026-03-27T11:30:00Z", "2026-03-31T10:30:00Z");
    const words = wordsIn(timeline("PCC-1: why this time?", [chart]));
    expect(words).toEqual(
      expect.arrayContaining([
        "PCC-1: why this time?",
        "First answer within 9h: due Tue 31 Mar 2026 12:30 CEST",
        "Fri 2026-03-27",
        "4 h 30 min",
        "Sat 2026-03-28",
        "weekend",
        "Mon 2026-03-30",
        "Day of &lt;R&amp;D&gt;",
        "Tue 2026-03-31",
        "08:00–12:30",
      ]),
    );
  });

  it("counts the days between in one row where there are too many to draw", () => {
    const chart = chartOf({}, "2026-03-02T07:00:00Z", "2026-07-31T15:00:00Z");
    const words = wordsIn(timeline("PCC-1", [chart]));
    expect(words.filter((each) => /^\w{3} 2026-/.test(each))).toHaveLength(36);
    expect(words).toContainEqual(expect.stringMatching(/^… 116 more days, on which 738 h count$/));
  });

  it("draws text into the PNG with the font that ships", async () => {
    const chart = chartOf({}, "2026-03-27T11:30:00Z", "2026-03-30T10:30:00Z");
    const withText = await pngOf(timeline("PCC-1: why this time?", [chart]));
    expect([...withText.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const without = await pngOf(timeline("", [chart]));
    expect(withText.equals(without)).toBe(false);
  });
});
