// Tells the on-call channel each Monday of the gaps in who is on call: times at which a page would not find whom it asks for.
import { coverageText, mondayAfter } from "../../core/coverage-lines.ts";
import { gapsBetween } from "../../core/coverage.ts";
import type { Directory } from "../../core/directory.ts";
import { line } from "../../core/lines.ts";
import type { Policy } from "../../core/policy.ts";
import type { Chore } from "../chores.ts";
import type { Tx } from "../ports.ts";

const DAYS = 90;
const DAY_MS = 86_400_000;

/** The chore. It remembers when it told last; on the first day of a desk it only begins to count. */
export const coverage: Chore = {
  name: "coverage",
  async run(tx, now, state) {
    const { directory } = await tx.directory();
    const [first] = directory.rotations;
    if (first === undefined) return { wakeAt: null, state };
    const { toldAt } = (state ?? { toldAt: now }) as { toldAt: Date };
    const dueAt = mondayAfter(toldAt, first.timezone);
    if (dueAt > now) return { wakeAt: dueAt, state: { toldAt } };
    const policies = await policiesOf(tx, directory, now);
    const gaps = gapsBetween({ directory, policies }, now, new Date(now.getTime() + DAYS * DAY_MS));
    await tx.enqueue([
      {
        ...{ do: "show", slot: `oncall:coverage:${dueAt.toISOString()}`, ticket: null, under: null },
        place: directory.channels.onCall,
        message: {
          ...line(coverageText(directory, gaps, DAYS)),
          tone: gaps.length === 0 ? "plain" : "attention",
        },
        ...{ urgency: "normal", combines: false, mode: "post" },
      },
    ]);
    return { wakeAt: mondayAfter(now, first.timezone), state: { toldAt: now } };
  },
};

/** The policies that the customers' tickets are filed under now. */
async function policiesOf(tx: Tx, { customers }: Directory, now: Date): Promise<Policy[]> {
  const policies: Policy[] = [];
  for (const id of new Set(customers.map(({ policy }) => policy))) {
    const revision = await tx.policyInForce(id, now);
    if (revision !== null) policies.push(revision.policy);
  }
  return policies;
}
