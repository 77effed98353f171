// Handles all that is due on a desk by an instant, as the scheduler does: tickets first, then chores.
import { tickChore, type Chore } from "../../src/desk/chores.ts";
import type { Store } from "../../src/desk/ports.ts";
import { tickTicket } from "../../src/desk/tick.ts";

/** Handles every ticket and chore that is due by `now`; `fail` hears of what could not be handled. */
export async function tickAll(
  store: Store,
  now: Date,
  fail: (what: string, fault: unknown) => void,
  chores?: readonly Chore[],
): Promise<void> {
  await times(() => tickTicket(store, now, fail));
  await times(() => tickChore(store, now, fail, chores));
}

/** Does something until it finds nothing to do, `most` times at the most; tells how often it found something. */
export async function times(once: () => Promise<boolean>, most = Infinity): Promise<number> {
  let done = 0;
  while (done < most && (await once())) done += 1;
  return done;
}
