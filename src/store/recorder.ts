// Writes down how deliveries ended: one at a time while there is little to do, and those that come while another is being
// written together in the next transaction, so that a busy database commits once for many. Each is as durable as alone.
import { isUnavailable } from "../core/errors.ts";
import type { Connections } from "./connections.ts";
import { recordedIn, recording, type Recording } from "./outcome.ts";

/** Writes down how one delivery ended; committed when it resolves. False: its attempt did not hold its rows any more. */
export type Recorder = (recording: Recording) => Promise<boolean>;

/** A recorder that keeps at most one connection busy. */
export function recorderOn(connections: Connections): Recorder {
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function write(): Promise<void> {
    isWriting = true;
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      // One statement for all that ended in one way: it locks their rows in the order of their slots, as everywhere.
      const alike = waiting.filter(({ of }) => of.text === first.of.text).slice(1, MOST_TOGETHER);
      waiting = waiting.filter((one) => one !== first && !alike.includes(one));
      await together([first, ...alike]);
    }
    isWriting = false;
  }

  async function together(group: readonly [Waiting, ...Waiting[]]): Promise<void> {
    const [first, ...others] = group;
    try {
      const answers = await connections.ask(recording([first.of, ...others.map(({ of }) => of)]));
      const recorded = recordedIn(answers);
      for (const { of, resolve } of group) resolve(recorded.has(of.attempt));
    } catch (error) {
      const isAway = isUnavailable(error);
      if (others.length === 0 || isAway) for (const { reject } of group) reject(error);
      // What is wrong with one of them is no fault of the others.
      else for (const one of group) await together([one]);
    }
  }

  return (of) =>
    new Promise((resolve, reject) => {
      waiting.push({ of, resolve, reject });
      if (!isWriting) void write();
    });
}

interface Waiting {
  of: Recording;
  resolve: (isRecorded: boolean) => void;
  reject: (error: unknown) => void;
}

/** More would keep other transactions waiting for their rows. */
const MOST_TOGETHER = 32;
