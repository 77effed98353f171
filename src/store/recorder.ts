// Writes down how deliveries ended, those that end together in one transaction.
import type { Connections } from "./connections.ts";
import { recordedIn, recording, type Recording } from "./outcome.ts";
import { together } from "./together.ts";

/** Writes down how one delivery ended; committed when it resolves. False: its attempt did not hold its rows any more. */
export type Recorder = (recording: Recording) => Promise<boolean>;

/** A recorder that keeps at most one connection busy. */
export function recorderOn(connections: Connections): Recorder {
  return together({
    // One statement for all that ended in one way: it locks their rows in the order of their slots, as everywhere.
    kindOf: ({ text }) => text,
    write: async (some) => {
      const recorded = recordedIn(await connections.ask(recording(some)));
      return some.map(({ attempt }) => recorded.has(attempt));
    },
  });
}
