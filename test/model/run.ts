// Runs the page model: many desks, each with a sequence of commands, all of which must leave every page as it ought to be.
import fc from "fast-check";
import { deedOf, refuse, someCommands, type PageModel } from "./commands.ts";
import { unfinished, violations, watchPosts } from "./invariants.ts";
import { openPageWorld, type Meddling, type PageWorld } from "./page-world.ts";
import { somePlan, TEAM, type Plan } from "./plan.ts";

/** What a run came to. */
export interface PageRun {
  sequences: number;
  commands: number;
  /** The shortest sequence found that breaks a rule, as sentences; null where none does. */
  violation: string | null;
}

/**
 * Runs so many sequences, from one on; with a seed, the same ones. One that breaks a rule is made as short as can be, if
 * `shortens`.
 */
export async function runPageModel({
  sequences,
  from = 1,
  seed,
  meddling,
  shortens = true,
}: {
  sequences: number;
  from?: number;
  seed?: number;
  shortens?: boolean;
  meddling?: Meddling;
}): Promise<PageRun> {
  const done = { sequences: 0, commands: 0 };
  const property = fc.asyncProperty(
    somePlan,
    fc.nat(START_MINUTES),
    fc.nat(5).map((dice) => dice > 0),
    someCommands,
    async (plan, startMinute, canTell, sequence) => {
      await using world = await openPageWorld(plan, startMinute, meddling);
      world.chat.canTell = canTell;
      const sentInVain = watchPosts(world);
      const model: PageModel = { tickets: [], plan, living: [true, true], story: [], sentInVain };
      try {
        await fc.asyncModelRun(() => ({ model, real: world }), sequence);
        await finish(world, model);
      } catch (wrong) {
        throw new Error(told(plan, canTell, model.story, wrong), { cause: wrong });
      }
      done.sequences += 1;
      done.commands += model.story.length;
    },
  );
  const result = await fc.check(property, {
    ...{ numRuns: sequences, path: String(from - 1), endOnFailure: !shortens },
    ...(seed === undefined ? {} : { seed }),
  });
  if (!result.failed) return { ...done, violation: null };
  const { errorInstance, numRuns, numShrinks } = result;
  const words = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const found = `Sequence ${from + numRuns - 1} (seed ${result.seed}), made shorter ${numShrinks} times, breaks a rule:`;
  return { ...done, violation: `${found}\n${words}` };
}

/** From the model's beginning: ten days, with two changes of the clock. */
const START_MINUTES = 10 * 24 * 60;
const A_DAY_MS = 24 * 3_600_000;
const TWO_MINUTES_MS = 120_000;

/** The platform works again, everybody is back, and the time of every ladder passes. */
async function finish(world: PageWorld, model: PageModel): Promise<void> {
  world.chat.heal();
  world.chat.latencyMs = 200;
  await world.start(0);
  await world.start(1);
  await world.pass(TWO_MINUTES_MS);
  for (const { ticket } of world.tickets()) {
    const isAwaited = ticket.paging?.state === "ringing" || ticket.alertedAt !== null;
    // Hours of reminders for the others are no part of this.
    if (!isAwaited)
      await world.does(TEAM[0], deedOf("close", ticket.number, 2), { replica: 0, again: false });
  }
  await world.turn(A_DAY_MS);
  await world.pass(TWO_MINUTES_MS);
  refuse([...violations(world), ...unfinished(world), ...model.sentInVain]);
}

function told(plan: Plan, canTell: boolean, story: readonly string[], wrong: unknown): string {
  return [
    wrong instanceof Error ? wrong.message : String(wrong),
    ...["", "The desk:", JSON.stringify(plan)],
    ...(canTell ? [] : ["The chat cannot tell whether a message arrived."]),
    ...["", ...story],
  ].join("\n");
}
