// The pieces of time in which a zone keeps one offset: no more of them than there are changes.

import { expect, test } from "vitest";
import { offsetSpans } from "../../src/core/offsets.ts";

const HOUR_MS = 3_600_000;
const [from, to] = [Date.UTC(2026, 0), Date.UTC(2027, 0)];

test("a year without a change is one piece", () => {
  expect(offsetSpans(() => HOUR_MS, from, to)).toEqual([{ fromMs: from, toMs: to, offsetMs: HOUR_MS }]);
});

test("a change cuts it at its second", () => {
  const changeMs = Date.UTC(2026, 4, 4, 3, 2, 1);
  const offsetAt = (ms: number): number => (ms < changeMs ? 0 : HOUR_MS);
  expect(offsetSpans(offsetAt, from, to)).toEqual([
    { fromMs: from, toMs: changeMs, offsetMs: 0 },
    { fromMs: changeMs, toMs: to, offsetMs: HOUR_MS },
  ]);
});

test("a change at the year's very end begins no piece of it", () => {
  const offsetAt = (ms: number): number => (ms < to ? 0 : HOUR_MS);
  expect(offsetSpans(offsetAt, from, to)).toEqual([{ fromMs: from, toMs: to, offsetMs: 0 }]);
});
