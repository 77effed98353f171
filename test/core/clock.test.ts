// Deadlines and counted time: the contract's cases, with and without pauses.

import { describe, expect, it } from "vitest";
import { compileCalendar, type CalendarSpec } from "../../src/core/calendar.ts";
import {
  countedMs,
  deadline,
  durationMs,
  inWords,
  parseDuration,
  runningBetween,
  type Pause,
} from "../../src/core/clock.ts";
import { codeOf } from "./refusal.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const office = calendar({ hours: { "mon-fri": "08:00-17:00" } });
const always = calendar({ hours: "always" });

describe("deadlines", () => {
  it("two hours from 16:00 on a day that closes at 17:00 are due at 09:00 on the next open day", () => {
    expect(due("2026-03-27T16:00:00Z", 2 * HOUR_MS)).toBe("2026-03-30T09:00:00.000Z");
  });

  it("a working day from an opening is due at that day's closing, not at the next opening", () => {
    expect(due("2026-03-27T08:00:00Z", durationMs("1d", office))).toBe("2026-03-27T17:00:00.000Z");
    expect(due("2026-03-27T03:00:00Z", durationMs("1d", office))).toBe("2026-03-27T17:00:00.000Z");
  });

  it("what is opened at the closing instant counts from the next opening", () => {
    expect(due("2026-03-27T17:00:00Z", MINUTE_MS)).toBe("2026-03-30T08:01:00.000Z");
  });

  it("no time at all is due at the start, also where that is closed or paused", () => {
    expect(due("2026-03-28T12:00:00Z", 0)).toBe("2026-03-28T12:00:00.000Z");
    expect(due("2026-03-28T12:00:00Z", 0, [["2026-03-01T00:00:00Z", null]])).toBe("2026-03-28T12:00:00.000Z");
  });

  it("seconds and milliseconds are kept", () => {
    expect(due("2026-03-27T16:59:30Z", MINUTE_MS)).toBe("2026-03-30T08:00:30.000Z");
    expect(due("2026-03-27T16:59:59.999Z", 2)).toBe("2026-03-30T08:00:00.001Z");
    expect(due("2026-03-27T16:59:59.999Z", 1)).toBe("2026-03-27T17:00:00.000Z");
  });

  it("a negative time is refused", () => {
    expect(() => deadline(office, at("2026-03-27T16:00:00Z"), -1)).toThrow("negative");
    expect(() => deadline(office, at("2026-03-27T16:00:00Z"), NaN)).toThrow("negative");
  });

  it("a deadline that does not come within ten years is refused", () => {
    const short = calendar({ hours: { mon: "09:00-09:01" } });
    expect(() => deadline(short, at("2026-01-01T00:00:00Z"), 600 * MINUTE_MS)).toThrow("within ten years");
    expect(() => deadline(office, at("2026-01-01T00:00:00Z"), 1e18)).toThrow("within ten years");
    expect(() => deadline(always, at("2026-01-01T00:00:00Z"), 3653 * DAY_MS)).toThrow("within ten years");
    expect(deadline(always, at("2026-01-01T00:00:00Z"), 3652 * DAY_MS)).toEqual(at("2036-01-01T00:00:00Z"));
  });

  it("a calendar with no open time is refused", () => {
    expect(() => deadline(calendar({ hours: {} }), at("2026-01-01T00:00:00Z"), 1)).toThrow(
      "no open hours at all",
    );
  });
});

describe("pauses", () => {
  it("open time within a pause does not count, and closed time is not deducted", () => {
    expect(due("2026-03-27T16:00:00Z", 2 * HOUR_MS, [["2026-03-27T16:30:00Z", "2026-03-30T08:30:00Z"]])).toBe(
      "2026-03-30T10:00:00.000Z",
    );
  });

  it("count once where they overlap, in any order", () => {
    const pauses: PauseText[] = [
      ["2026-03-27T10:00:00Z", "2026-03-27T12:00:00Z"],
      ["2026-03-27T09:00:00Z", "2026-03-27T11:00:00Z"],
      ["2026-03-27T10:30:00Z", "2026-03-27T10:45:00Z"],
    ];
    expect(due("2026-03-27T08:00:00Z", 2 * HOUR_MS, pauses)).toBe("2026-03-27T13:00:00.000Z");
    expect(counted("2026-03-27T08:00:00Z", "2026-03-27T13:00:00Z", pauses)).toBe(2 * HOUR_MS);
  });

  it("a pause without an end leaves no deadline, unless that comes before it", () => {
    const since: PauseText[] = [["2026-03-27T10:00:00Z", null]];
    expect(deadline(office, at("2026-03-27T08:00:00Z"), 3 * HOUR_MS, pausesOf(since))).toBeNull();
    expect(due("2026-03-27T08:00:00Z", 2 * HOUR_MS, since)).toBe("2026-03-27T10:00:00.000Z");
    expect(counted("2026-03-27T08:00:00Z", "2026-04-27T08:00:00Z", since)).toBe(2 * HOUR_MS);
  });

  it("the instant at which a pause ends counts again", () => {
    expect(due("2026-03-27T08:00:00Z", 1, [["2026-03-27T08:00:00Z", "2026-03-27T09:00:00Z"]])).toBe(
      "2026-03-27T09:00:00.001Z",
    );
  });

  it("a time that is full when the pause begins is due then", () => {
    expect(due("2026-03-27T08:00:00Z", HOUR_MS, [["2026-03-27T09:00:00Z", "2026-03-27T10:00:00Z"]])).toBe(
      "2026-03-27T09:00:00.000Z",
    );
  });

  it("pauses before the start, after the deadline, and of no length change nothing", () => {
    const pauses: PauseText[] = [
      ["2026-03-26T08:00:00Z", "2026-03-26T10:00:00Z"],
      ["2026-03-27T08:30:00Z", "2026-03-27T08:30:00Z"],
      ["2026-03-27T12:00:00Z", "2026-03-27T13:00:00Z"],
    ];
    expect(due("2026-03-27T08:00:00Z", HOUR_MS, pauses)).toBe("2026-03-27T09:00:00.000Z");
  });

  it("a pause that ends before it begins is refused", () => {
    const pauses = pausesOf([["2026-03-27T10:00:00Z", "2026-03-27T09:00:00Z"]]);
    expect(() => deadline(office, at("2026-03-27T08:00:00Z"), HOUR_MS, pauses)).toThrow(
      "end before it begins",
    );
  });

  it("a pause of more than ten years is no deadline within ten years", () => {
    const pauses = pausesOf([["2026-03-27T08:00:00Z", "2040-03-27T09:00:00Z"]]);
    expect(() => deadline(office, at("2026-03-27T08:00:00Z"), HOUR_MS, pauses)).toThrow("within ten years");
  });
});

describe("pauses that meet", () => {
  it("one without an end outlasts any other, whichever is named first", () => {
    const pauses: PauseText[] = [
      ["2026-03-27T10:00:00Z", null],
      ["2026-03-27T11:00:00Z", "2026-03-27T12:00:00Z"],
      ["2026-03-27T09:00:00Z", "2026-03-27T11:00:00Z"],
    ];
    for (const order of [pauses, [...pauses].reverse()]) {
      expect(due("2026-03-27T08:00:00Z", 2 * HOUR_MS, order)).toBeUndefined();
      expect(counted("2026-03-27T08:00:00Z", "2026-04-27T08:00:00Z", order)).toBe(HOUR_MS);
    }
  });

  it("one without an end that begins after ten years does not excuse a deadline that does not come", () => {
    const short = calendar({ hours: { mon: "09:00-09:01" } });
    const late = pausesOf([["2037-01-01T00:00:00Z", null]]);
    expect(() => deadline(short, at("2026-01-01T00:00:00Z"), 600 * MINUTE_MS, late)).toThrow(
      "within ten years",
    );
  });

  it("one bad pause among good ones is refused", () => {
    const pauses = pausesOf([
      ["2026-03-27T08:30:00Z", "2026-03-27T09:00:00Z"],
      ["2026-03-27T10:00:00Z", "2026-03-27T09:00:00Z"],
    ]);
    expect(() => deadline(office, at("2026-03-27T08:00:00Z"), HOUR_MS, pauses)).toThrow(
      "end before it begins",
    );
  });

  it("what runs between them has no empty span at either end", () => {
    const [from, to] = [at("2026-03-27T08:00:00Z"), at("2026-03-27T12:00:00Z")];
    const pauses = pausesOf([
      ["2026-03-27T08:00:00Z", "2026-03-27T09:00:00Z"],
      ["2026-03-27T09:30:00Z", "2026-03-27T10:00:00Z"],
      ["2026-03-27T11:00:00Z", "2026-03-27T12:00:00Z"],
    ]);
    expect(runningBetween(from, to, pauses)).toEqual([
      { from: at("2026-03-27T09:00:00Z"), to: at("2026-03-27T09:30:00Z") },
      { from: at("2026-03-27T10:00:00Z"), to: at("2026-03-27T11:00:00Z") },
    ]);
  });
});

describe("refusals", () => {
  it("of a question that cannot be answered all say that it is invalid", () => {
    const start = at("2026-03-27T08:00:00Z");
    const backwards = pausesOf([["2026-03-27T10:00:00Z", "2026-03-27T09:00:00Z"]]);
    const uneven = calendar({ hours: { mon: "09:00-17:00", tue: "09:00-12:00" } });
    const questions = [
      () => deadline(office, start, -1),
      () => deadline(office, start, 1e18),
      () => deadline(calendar({ hours: {} }), start, 1),
      () => deadline(office, start, HOUR_MS, backwards),
      () => durationMs("1d", uneven),
    ];
    for (const ask of questions) expect(codeOf(ask)).toBe("invalid");
  });
});

describe("counted time", () => {
  it("is negative where the end comes first", () => {
    expect(counted("2026-03-27T12:00:00Z", "2026-03-27T10:00:00Z")).toBe(-2 * HOUR_MS);
  });

  it("is nothing between an instant and itself, and while closed", () => {
    expect(counted("2026-03-27T12:00:00Z", "2026-03-27T12:00:00Z")).toBe(0);
    expect(counted("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z")).toBe(0);
  });

  it("spans years", () => {
    expect(counted("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z")).toBe(2609 * 9 * HOUR_MS);
  });
});

describe("durations", () => {
  it("are minutes, hours and working days", () => {
    expect(parseDuration("30m")).toEqual({ amount: 30, unit: "m" });
    expect(durationMs("30m", office)).toBe(30 * MINUTE_MS);
    expect(durationMs("1.5h", office)).toBe(90 * MINUTE_MS);
    expect(durationMs("2d", office)).toBe(18 * HOUR_MS);
    expect(durationMs("2d", always)).toBe(48 * HOUR_MS);
  });

  it("are refused where they are none, or count days of no certain length", () => {
    for (const text of ["", "30", "h", "-1h", "1h30m", "1w", "30 m", "1e3m"]) {
      expect(() => parseDuration(text)).toThrow("is no duration");
    }
    const uneven = calendar({ hours: { mon: "09:00-17:00", tue: "09:00-12:00" } });
    expect(() => durationMs("1d", uneven)).toThrow("not equally long");
    expect(durationMs("1h", uneven)).toBe(HOUR_MS);
  });

  it("are said in hours and minutes", () => {
    expect(inWords(125 * MINUTE_MS)).toBe("2 h 5 min");
    expect(inWords(45 * MINUTE_MS)).toBe("45 min");
    expect(inWords(-3 * HOUR_MS)).toBe("3 h");
    expect(inWords(59_999)).toBe("under 1 min");
    expect(inWords(2 * MINUTE_MS - 15)).toBe("2 min");
    expect(inWords(59.6 * MINUTE_MS)).toBe("1 h");
    expect(inWords(0)).toBe("0 min");
  });
});

type PauseText = [string, string | null];

function due(start: string, ms: number, pauses: PauseText[] = []): string | undefined {
  return deadline(office, at(start), ms, pausesOf(pauses))?.toISOString();
}

function counted(from: string, to: string, pauses: PauseText[] = []): number {
  return countedMs(office, at(from), at(to), pausesOf(pauses));
}

function pausesOf(pauses: PauseText[]): Pause[] {
  return pauses.map(([from, to]) => ({ from: at(from), to: to === null ? null : at(to) }));
}

function calendar(spec: Pick<CalendarSpec, "hours">): ReturnType<typeof compileCalendar> {
  return compileCalendar({ timezone: "Etc/UTC", holidays: [], ...spec });
}

function at(instant: string): Date {
  return new Date(instant);
}
