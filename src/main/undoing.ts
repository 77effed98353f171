// Remembers how to undo each step of a start, so that a stop and a start that fails half-way undo the same, last step first.
import type { Log } from "../desk/ports.ts";

/** The steps that were taken so far. */
export interface Undoing {
  /** Remembers how to undo what was just done. */
  add(step: string, undo: () => void | Promise<void>): void;
  /** Undoes all of it, once. A step that cannot be undone, or takes longer than four seconds, is told and holds up no other. */
  all(): Promise<void>;
}

/** Begins with nothing to undo. */
export function undoing(log: Log): Undoing {
  const steps: { step: string; undo: () => void | Promise<void> }[] = [];
  return {
    add: (step, undo) => {
      steps.push({ step, undo });
    },
    all: async () => {
      for (let last = steps.pop(); last !== undefined; last = steps.pop()) {
        const { step, undo } = last;
        const undone = Promise.resolve()
          .then(undo)
          .then(() => "undone" as const)
          .catch((error: unknown) => log.error({ err: error, step }, "A part did not stop as it should."));
        const ended = await Promise.race([undone, tooLate()]);
        if (ended === "late")
          log.error({ step }, "A part did not stop in time; the others are stopped without it.");
      }
    },
  };
}

const STEP_WITHIN_MS = 4_000;

function tooLate(): Promise<"late"> {
  return new Promise((resolve) => setTimeout(() => resolve("late"), STEP_WITHIN_MS).unref());
}
