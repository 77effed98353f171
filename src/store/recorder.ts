// Writes down how deliveries ended: one at a time while there is little to do, and those that come while another is being
// written together in the next transaction, so that a busy database commits once for many. Each is as durable as alone.
import { isUnavailable } from "../core/errors.ts";
import type { Connections, Rows, Statement } from "./connections.ts";

/** Carries out the statements that record one outcome, which stand for themselves; resolves once they are committed. */
export type Recorder = (key: string, statements: readonly Statement[]) => Promise<Rows[]>;

/** A recorder that keeps at most one connection busy. */
export function recorderOn(connections: Connections): Recorder {
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function write(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      // Rows are locked in the order of their slots everywhere, or two transactions would wait for each other.
      const group = waiting.splice(0, MOST_TOGETHER).sort((one, other) => (one.key < other.key ? -1 : 1));
      await together(group);
    }
    isWriting = false;
  }

  async function together(group: readonly Waiting[]): Promise<void> {
    try {
      const answers = await connections.ask([
        ...group.flatMap(({ statements }) => statements.slice(0, 1)),
        ...group.flatMap(({ statements }) => statements.slice(1)),
      ]);
      for (const [place, { resolve }] of group.entries()) resolve(answers.slice(place, place + 1));
    } catch (error) {
      const isAway = isUnavailable(error);
      if (group.length === 1 || isAway) for (const { reject } of group) reject(error);
      // What is wrong with one of them is no fault of the others.
      else for (const one of group) await together([one]);
    }
  }

  return (key, statements) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, statements, resolve, reject });
      if (!isWriting) void write();
    });
}

interface Waiting {
  key: string;
  statements: readonly Statement[];
  resolve: (answers: Rows[]) => void;
  reject: (error: unknown) => void;
}

/** More would keep other transactions waiting for their rows. */
const MOST_TOGETHER = 32;
