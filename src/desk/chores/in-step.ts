// Keeps the group of those on call, and the topic of the on-call channel, in step with the roster where the desk file asks for it.
import { settingsAt, subjectOf } from "../../core/in-step.ts";
import { holdersAt } from "../../core/shift.ts";
import type { Chore } from "../chores.ts";

/** The chore. What is so already is not set again: the slot of each setting keeps what was wanted last. */
export const inStep: Chore = {
  name: "in-step",
  async run(tx, now) {
    const { directory } = await tx.directory();
    const settings = settingsAt(directory, now);
    await tx.enqueue(
      settings.map((setting) => {
        const place = subjectOf(setting);
        return { do: "set", slot: `oncall:${setting.is}:${place}`, ticket: null, place, setting };
      }),
    );
    const isAsked = directory.rotations.some(({ keepInStep }) => keepInStep !== undefined);
    return { wakeAt: isAsked ? holdersAt(directory, now).until : null, state: null };
  },
};
