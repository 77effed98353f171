// Asks whether everybody who may be paged hears us: when Belfry starts and when the desk file has changed. The weekly coverage
// and the beginning of a shift ask for themselves.
import type { Chore } from "../chores.ts";
import { askAll } from "../hearing.ts";

/** Belfry that is started again and again asks once in this time. */
const FRESH_MS = 3_600_000;

/** The chore. It remembers when it asked last, and by which desk file. */
export const hearings: Chore = {
  name: "hearings",
  async run(tx, now, state) {
    const { directory, revision } = await tx.directory();
    const asked = state as { at: Date; revision: number } | null;
    const isFresh = asked !== null && now.getTime() - asked.at.getTime() < FRESH_MS;
    if (isFresh && asked.revision === revision) return { wakeAt: null, state };
    await askAll(tx, directory, now);
    return { wakeAt: null, state: { at: now, revision } };
  },
};
