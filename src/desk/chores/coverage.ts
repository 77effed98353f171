// Tells the on-call channel each Monday of the gaps in who is on call: times at which a page would not find whom it asks for.
import { coverageText, mondayAfter } from "../../core/coverage-lines.ts";
import { gapsBetween, type Gap } from "../../core/coverage.ts";
import type { Directory } from "../../core/directory.ts";
import { line } from "../../core/lines.ts";
import type { Chore } from "../chores.ts";
import { askAll } from "../hearing.ts";
import { notice } from "../notice.ts";
import type { Tx } from "../ports.ts";

const DAYS = 90;
const DAY_MS = 86_400_000;

/** In this time the platforms have answered who hears a page. */
const ANSWERED_MS = 60_000;

/** What it remembers: when it told last, and when it asked the platforms for what it tells next. */
interface Told {
  toldAt: Date;
  askedAt?: Date;
}

/** The chore. On the first day of a desk it only begins to count. */
export const coverage: Chore = {
  name: "coverage",
  async run(tx, now, state) {
    const { directory } = await tx.directory();
    const [first] = directory.rotations;
    if (first === undefined) return { wakeAt: null, state };
    const { toldAt, askedAt = null } = (state ?? { toldAt: now }) as Told;
    const dueAt = mondayAfter(toldAt, first.timezone);
    if (dueAt > now) return { wakeAt: dueAt, state: { toldAt } satisfies Told };
    if (askedAt === null) {
      await askAll(tx, directory, now);
      return {
        wakeAt: new Date(now.getTime() + ANSWERED_MS),
        state: { toldAt, askedAt: now } satisfies Told,
      };
    }
    if (now.getTime() - askedAt.getTime() < ANSWERED_MS)
      return { wakeAt: new Date(askedAt.getTime() + ANSWERED_MS), state };
    const gaps = await gapsAhead(tx, directory, now);
    const message = line(coverageText(directory, gaps, DAYS));
    const slot = `oncall:coverage:${dueAt.toISOString()}`;
    const tone = gaps.length === 0 ? "plain" : "attention";
    await tx.enqueue([notice(directory.channels.onCall, slot, { ...message, tone })]);
    return { wakeAt: mondayAfter(now, first.timezone), state: { toldAt: now } satisfies Told };
  },
};

/** The gaps of the days to come. Customer by customer: a sweep takes its time, and between two of them pages go out. */
async function gapsAhead(tx: Tx, directory: Directory, now: Date): Promise<Gap[]> {
  const to = new Date(now.getTime() + DAYS * DAY_MS);
  const hearings = await tx.hearings();
  const gaps: Gap[] = [];
  for (const customer of directory.customers) {
    const revision = await tx.policyInForce(customer.policy, now);
    if (revision === null) continue;
    const desk = {
      directory: { ...directory, customers: [customer] },
      policies: [revision.policy],
      hearings,
    };
    gaps.push(...gapsBetween(desk, now, to));
  }
  return gaps;
}
