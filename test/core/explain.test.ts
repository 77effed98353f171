// The proof of a deadline: every span, and why it counts or does not.

import { describe, expect, it } from "vitest";
import { compileCalendar, type CalendarSpec } from "../../src/core/calendar.ts";
import { explain } from "../../src/core/explain.ts";

describe("the proof of a deadline", () => {
  it("tells nights, breaks, weekends, closed days and holidays apart", () => {
    const hours = { mon: ["09:00-12:00", "13:00-17:00"], tue: "09:00-17:00", "thu-fri": "09:00-17:00" };
    const holidays = [{ date: "2026-04-02", name: "Founders' day" }];
    expect(proof({ hours, holidays }, "2026-03-30T10:00:00Z", "2026-04-06T09:00:00Z")).toEqual([
      "30T10:00 counted",
      "30T12:00 break",
      "30T13:00 counted",
      "30T17:00 night",
      "31T09:00 counted",
      "31T17:00 night",
      "01T00:00 closed day",
      "02T00:00 holiday Founders' day",
      "03T00:00 night",
      "03T09:00 counted",
      "03T17:00 night",
      "04T00:00 weekend",
      "06T00:00 night",
    ]);
  });

  it("cuts the days at the midnights of the calendar's zone, also where a clock change skips one", () => {
    const spec = { timezone: "America/Havana", hours: { "mon-fri": "09:00-17:00" } };
    expect(proof(spec, "2026-03-06T21:00:00Z", "2026-03-09T14:00:00Z")).toEqual([
      "06T21:00 counted",
      "06T22:00 night",
      "07T05:00 weekend",
      "09T04:00 night",
      "09T13:00 counted",
    ]);
  });

  it("shows the open part of pauses, and the holidays among closed time", () => {
    const pauses = [{ from: new Date("2026-03-27T16:00:00Z"), to: new Date("2026-03-30T10:00:00Z") }];
    const calendar = compileCalendar({
      timezone: "Etc/UTC",
      hours: { "mon-fri": "09:00-17:00" },
      holidays: [],
    });
    const steps = explain(
      calendar,
      new Date("2026-03-27T15:00:00Z"),
      new Date("2026-03-30T11:00:00Z"),
      pauses,
    );
    expect(steps.map(({ kind }) => kind)).toEqual([
      "counted",
      "paused",
      "night",
      "weekend",
      "night",
      "paused",
      "counted",
    ]);
  });

  it("is one span for a calendar that never closes, and nothing for no time", () => {
    expect(proof({ hours: "always" }, "2026-03-27T15:00:00Z", "2026-04-27T15:00:00Z")).toEqual([
      "27T15:00 counted",
    ]);
    expect(proof({ hours: "always" }, "2026-03-27T15:00:00Z", "2026-03-27T15:00:00Z")).toEqual([]);
  });
});

function proof(spec: Partial<CalendarSpec>, from: string, to: string): string[] {
  const calendar = compileCalendar({ timezone: "Etc/UTC", hours: {}, holidays: [], ...spec });
  return explain(calendar, new Date(from), new Date(to)).map(({ kind, name, from }) =>
    [from.toISOString().slice(8, 16), kind, ...(name === undefined ? [] : [name])].join(" "),
  );
}
