// The ladder's next step, also where the ladder has changed while a page rings.
import { describe, expect, test } from "vitest";
import { nextStep, type Ladder } from "../../src/core/paging.ts";
import { LADDER, ROTATION } from "../support/life.ts";

const NOW = new Date("2026-12-05T00:05:00Z");

/** Every step that a ladder takes from here on, as "round.step". */
function rest(ladder: Ladder, told: { step: number; round: number }[]): string[] {
  const taken = [...told];
  const names: string[] = [];
  for (let count = 0; count < 100; count += 1) {
    const next = nextStep(ladder, ROTATION, taken, NOW);
    if (next === null) return names;
    const { step, round } = "reached" in next ? next.reached : next.missed;
    taken.push({ step, round });
    names.push(`${round}.${step}`);
  }
  throw new Error("the ladder has no end");
}

describe("a ladder", () => {
  test("is gone through as often as it has rounds", () => {
    expect(rest(LADDER, [])).toEqual(["0.0", "0.1", "0.2", "1.0", "1.1", "1.2"]);
  });

  test("that became longer while a page rings goes on to steps not yet told, and ends", () => {
    const short = { ...LADDER, steps: LADDER.steps.slice(0, 2) };
    const told = [
      { step: 0, round: 0 },
      { step: 1, round: 0 },
      { step: 0, round: 1 },
    ];
    expect(rest(short, told)).toEqual(["1.1"]);
    expect(rest(LADDER, told)).toEqual(["1.1", "1.2"]);
    expect(rest(LADDER, told.slice(0, 2))).toEqual(["0.2", "1.0", "1.1", "1.2"]);
  });

  test("that became shorter ends by its own rounds", () => {
    const told = [0, 1, 2].map((step) => ({ step, round: 0 }));
    expect(rest({ ...LADDER, steps: LADDER.steps.slice(0, 2) }, told)).toEqual(["1.1"]);
    expect(rest({ ...LADDER, steps: LADDER.steps.slice(0, 1) }, told)).toEqual([]);
  });
});
