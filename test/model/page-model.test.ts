// Random desks and sequences of commands, and no page that goes astray. `npm run test:model` tries ten thousand.
import { expect, it } from "vitest";
import { runPageModel } from "./run.ts";

const SEQUENCES = Number(process.env["BELFRY_SEQUENCES"] ?? 120);

it(
  "every page finds its person or its loud end, once, in time, and until it is acknowledged",
  { timeout: 3_600_000 },
  async () => {
    const { sequences, commands, violation } = await runPageModel({ sequences: SEQUENCES });
    const found = violation === null ? 0 : 1;
    process.stdout.write(`page model: ${sequences} sequences, ${commands} commands, ${found} violations\n`);
    expect(violation, violation ?? "").toBeNull();
  },
);
