// Asks once a day, and when the desk file has changed, whether everybody who may be paged hears us.
import { callable } from "../../core/hearing.ts";
import type { Chore } from "../chores.ts";
import { ask } from "../hearing.ts";

const DAY_MS = 86_400_000;

/** The chore. It remembers when it asked last, and by which desk file. */
export const hearings: Chore = {
  name: "hearings",
  async run(tx, now, state) {
    const { directory, revision } = await tx.directory();
    const asked = state as { at: Date; revision: number } | null;
    const dueAt = asked === null ? now : new Date(asked.at.getTime() + DAY_MS);
    if (asked?.revision === revision && dueAt > now) return { wakeAt: dueAt, state };
    const questions = callable(directory).map((person) => ({ person, at: now, shiftEndsAt: null }));
    await tx.enqueue(questions.flatMap((question) => ask(directory, question)));
    return { wakeAt: new Date(now.getTime() + DAY_MS), state: { at: now, revision } };
  },
};
