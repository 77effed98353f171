// Remembers how to undo each step of a start, so that a stop and a start that fails half-way undo the same, last step first.
import type { Log } from "../desk/ports.ts";

/** The steps that were taken so far. */
export interface Undoing {
  /** Remembers how to undo what was just done. */
  add(step: string, undo: () => void | Promise<void>): void;
  /** Undoes all of it, once. A step that cannot be undone is told, and holds up no other. */
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
        await Promise.resolve()
          .then(undo)
          .catch((error: unknown) => log.error({ err: error, step }, "A part did not stop as it should."));
      }
    },
  };
}
