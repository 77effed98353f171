// Looks after storms: acknowledges what somebody took together, and lets a storm ring again for what came since.
import { acknowledgeTaken } from "../acknowledge-all.ts";
import type { Chore } from "../chores.ts";
import { ringStorms, STORMS } from "../storm.ts";

/** The chore. It has nothing to remember: what rings where is kept by place. */
export const storms: Chore = {
  name: STORMS,
  async run(tx, now) {
    if (await acknowledgeTaken(tx, now)) return { wakeAt: now, state: null };
    return { wakeAt: await ringStorms(tx, now), state: null };
  },
};
