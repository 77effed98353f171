// Random desks and sequences of commands, and no page that goes astray. `npm run test:model` tries ten thousand. One that was
// found is tried again by its seed and number: BELFRY_SEED=401 BELFRY_FROM=3047 BELFRY_SEQUENCES=1.
import { expect, it } from "vitest";
import { runPageModel } from "./run.ts";

const { BELFRY_SEQUENCES: wanted, BELFRY_SEED: chosen, BELFRY_FROM: from } = process.env;
/** The tests of every change try the same ones, so that nobody is stopped by the fault of another; many are new each time. */
const RUN =
  wanted === undefined
    ? { sequences: 120, seed: 20_261_126 }
    : {
        ...{ sequences: Number(wanted), from: Number(from ?? 1) },
        seed: Number(chosen ?? Date.now() % 1_000_000_000),
      };

it(
  "every page finds its person or its loud end, once, in time, and until it is acknowledged",
  { timeout: 3_600_000 },
  async () => {
    const { sequences, commands, violation } = await runPageModel(RUN);
    const found = violation === null ? 0 : 1;
    process.stdout.write(
      `page model: seed ${RUN.seed}, ${sequences} sequences, ${commands} commands, ${found} violations\n`,
    );
    expect(violation, violation ?? "").toBeNull();
  },
);
