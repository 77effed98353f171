// Instants as the command line reads and writes them.

import { describe, expect, it } from "vitest";
import { instantText, readInstant, readOpened } from "../../src/cli/instant.ts";

describe("an instant", () => {
  it("has Z or an offset", () => {
    expect(readInstant("2026-03-27T16:30:00Z")).toEqual(new Date("2026-03-27T16:30:00Z"));
    expect(readInstant("2026-03-27T16:30Z")).toEqual(new Date("2026-03-27T16:30:00Z"));
    expect(readInstant("2026-03-27T16:30:00.125-04:00")).toEqual(new Date("2026-03-27T20:30:00.125Z"));
    expect(readInstant("2026-03-27T16:30:00+0545")).toEqual(new Date("2026-03-27T10:45:00Z"));
  });

  it("finer than a millisecond is cut", () => {
    expect(readInstant("2026-03-27T16:30:00.123999Z")).toEqual(new Date("2026-03-27T16:30:00.123Z"));
  });

  it.each([
    "2026-03-27T16:30:00",
    "2026-03-27",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-03-27T24:00:00Z",
    "2026-03-27T16:60:00Z",
    "2026-03-27T16:30:60Z",
    "2026-03-27T16:30:00+25:00",
    "yesterday",
    "",
    "1774629000",
  ])("is not %j", (text) => {
    expect(readInstant(text)).toBeNull();
  });

  it("is written in UTC, without milliseconds where there are none", () => {
    expect(instantText(new Date("2026-03-27T16:30:00.000Z"))).toBe("2026-03-27T16:30:00Z");
    expect(instantText(new Date("2026-03-27T16:30:00.120Z"))).toBe("2026-03-27T16:30:00.120Z");
  });
});

describe("a time without an offset", () => {
  it("is wall time in the customer's zone", () => {
    expect(readOpened("2026-03-27T16:30", "America/New_York")).toEqual(new Date("2026-03-27T20:30:00Z"));
    expect(readOpened("2026-03-27 16:30:15.5", "Asia/Kolkata")).toEqual(new Date("2026-03-27T11:00:15.500Z"));
    expect(readOpened("2026-03-27T16:30:00Z", "Asia/Kolkata")).toEqual(new Date("2026-03-27T16:30:00Z"));
  });

  it("is refused where the clock skips or repeats it, and where no zone is said", () => {
    expect(() => readOpened("2026-03-08T02:30", "America/New_York")).toThrow(
      "goes on at 2026-03-08T07:00:00Z",
    );
    expect(() => readOpened("2026-11-01T01:30", "America/New_York")).toThrow(
      "2026-11-01T05:30:00Z or 2026-11-01T06:30:00Z",
    );
    expect(() => readOpened("2026-03-27T16:30", null)).toThrow("--timezone");
    expect(() => readOpened("2026-02-30T16:30", "Etc/UTC")).toThrow("no date and time");
    expect(() => readOpened("tomorrow", "Etc/UTC")).toThrow("no date and time");
  });
});
