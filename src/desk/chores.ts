// Does the work of the desk that belongs to no ticket and is due by the desk's clock: each piece of it is a chore.
//
// To add one: a file that exports a Chore, and its line in CHORES. A chore is due at once after each start and after each change
// of the desk file, and otherwise when it said itself or is woken; so it does what is due by now, which may be nothing, and
// it does nothing twice. One that is taken out of CHORES needs a migration that removes its rows.
import { isUnavailable } from "../core/errors.ts";
import { coverage } from "./chores/coverage.ts";
import { hearings } from "./chores/hearings.ts";
import { held } from "./chores/held.ts";
import { inStep } from "./chores/in-step.ts";
import { shifts } from "./chores/shifts.ts";
import { storms } from "./chores/storms.ts";
import type { Store, Tx } from "./ports.ts";

/** A piece of work that is done again and again. */
export interface Chore {
  name: string;
  /**
   * Does what is due by now, in a transaction of its own. `state` is what it remembered, null the first time.
   * @returns when it is due again, null for not before the desk file changes, and what it remembers.
   */
  run(tx: Tx, now: Date, state: unknown): Promise<{ wakeAt: Date | null; state: unknown }>;
}

/** Every chore of the desk. */
export const CHORES: readonly Chore[] = [storms, held, shifts, hearings, coverage, inStep];

/** How long a chore that failed is left alone, so that it holds up no other. */
const SET_ASIDE_MS = 5 * 60_000;

/** Hears of a chore that could not be done: a fault of ours, to be told loudly. */
export type OnChoreFault = (name: string, fault: unknown) => void;

/** Makes all chores due by now: at the start, and when the desk file has changed. */
export function wakeChores(tx: Tx, now: Date, chores = CHORES): Promise<void> {
  return tx.wakeChores(namesOf(chores), now);
}

/**
 * Does the chore that is due the longest, in a transaction of its own.
 * @returns false where none is due, or others are at all that are.
 */
export async function tickChore(
  store: Store,
  now: Date,
  onFault: OnChoreFault,
  chores = CHORES,
): Promise<boolean> {
  let taken: Awaited<ReturnType<Tx["takeChore"]>> | undefined;
  try {
    return await store.transaction(async (tx) => {
      taken = await tx.takeChore(namesOf(chores), now);
      const chore = chores.find(({ name }) => name === taken?.name);
      if (!taken || chore === undefined) return false;
      await tx.saveChore(taken.name, await chore.run(tx, now, taken.state));
      return true;
    }, "desk");
  } catch (fault) {
    if (!taken || isUnavailable(fault)) throw fault;
    const { name, state } = taken;
    const wakeAt = new Date(now.getTime() + SET_ASIDE_MS);
    await store.transaction(async (tx) => {
      if ((await tx.takeChore([name], now)) !== null) await tx.saveChore(name, { wakeAt, state });
    }, "desk");
    onFault(name, fault);
    return true;
  }
}

function namesOf(chores: readonly Chore[]): string[] {
  return chores.map(({ name }) => name);
}
