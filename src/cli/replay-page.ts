// Answers one page of `belfry replay`: what to replay travels as text, as it was written, and what came of it travels back.
import { z } from "zod";
import { TELLING_KINDS } from "../core/comparison.ts";
import { TARGET_KINDS } from "../core/policy-schema.ts";
import type { Store } from "../desk/ports.ts";
import { replayTickets, type ReplayPage } from "../desk/replay.ts";
import { readPolicy } from "../policies/read-policy.ts";
import { loadDesk } from "./load-desk.ts";

const instant = z.iso.datetime();

/** What is asked of a desk: which tickets, under which other policy or desk file, from which ticket on. */
export const replayQuestion = z.object({
  ask: z.literal("replay"),
  policy: z.object({ name: z.string(), text: z.string() }).nullable(),
  desk: z.object({ desk: z.string(), policies: z.record(z.string(), z.string()) }).nullable(),
  from: instant.nullable(),
  to: instant.nullable(),
  customer: z.string().nullable(),
  after: z.object({ filedAt: instant, id: z.string() }).nullable(),
});
export type ReplayQuestion = z.infer<typeof replayQuestion>;

/** Replays a page of tickets. Throws DeskError with the faults of a policy or desk file. */
export async function replayAnswer(
  { policy, desk, from, to, customer, after }: ReplayQuestion,
  { store, now }: { store: Store; now: () => Date },
): Promise<{ text: string; json: ReplayPage }> {
  const other = {
    policy: policy === null ? null : await readPolicy(policy.text, policy.name),
    desk: desk === null ? null : await loadDesk(desk),
  };
  const filter = {
    ...(from === null ? {} : { from: new Date(from) }),
    ...(to === null ? {} : { to: new Date(to) }),
    ...(customer === null ? {} : { customer }),
    ...(after === null ? {} : { after: { ...after, filedAt: new Date(after.filedAt) } }),
  };
  const page = await replayTickets(store, other, filter, now);
  return { text: `${page.tickets.length} tickets were replayed.\n`, json: page };
}

const at = z.coerce.date();
const maybeAt = z.union([z.null(), at]);
const targetOutcome = z
  .object({
    deadlineAt: maybeAt,
    metAt: maybeAt,
    breachedAt: maybeAt,
    verdict: z.enum(["met", "breached", "withdrawn", "running"]),
    marks: z.number(),
  })
  .nullable();
const replayedTicket = z.object({
  number: z.string(),
  customer: z.string(),
  zone: z.string(),
  level: z.string(),
  filedAt: at,
  recordedUnder: z.string(),
  replayedUnder: z.string(),
  outcome: z.discriminatedUnion("is", [
    z.object({
      is: z.literal("replayed"),
      targets: z.array(
        z.object({
          kind: z.enum(TARGET_KINDS),
          nr: z.number(),
          recorded: targetOutcome,
          replayed: targetOutcome,
        }),
      ),
      told: z.array(z.object({ what: z.enum(TELLING_KINDS), recorded: z.number(), replayed: z.number() })),
      changes: z.array(
        z.object({
          what: z.enum(TELLING_KINDS),
          words: z.string(),
          recordedAt: maybeAt,
          replayedAt: maybeAt,
        }),
      ),
      idle: z.number(),
      isFaithful: z.boolean(),
    }),
    z.object({ is: z.literal("incomparable"), why: z.string() }),
  ]),
});

/** A page as it comes from another process: its instants are texts there. */
export const replayPage: z.ZodType<ReplayPage> = z.object({
  tickets: z.array(replayedTicket),
  leftOut: z.array(z.object({ policy: z.string(), tickets: z.number() })),
  next: z.object({ filedAt: at, id: z.string() }).nullable(),
});
