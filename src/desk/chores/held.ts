// Sends what waited for somebody's hours once they open, in the order in which it was wanted.
import type { Chore } from "../chores.ts";
import { HELD_CHORE } from "../quiet.ts";

/** How many messages one transaction sends; more follow at once. */
const AT_ONCE = 100;

/** The chore. */
export const held: Chore = {
  name: HELD_CHORE,
  async run(tx, now) {
    await tx.enqueue(await tx.takeHeld({ until: now, limit: AT_ONCE }));
    return { wakeAt: await tx.nextHeldAt(), state: null };
  },
};
