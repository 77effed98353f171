// Writes down what happened to a ticket, with everything that follows from it: events, deadlines, messages to be sent.
// Every use case ends here, so that no change of a ticket goes unrecorded or unsaid.
import { randomUUID } from "node:crypto";
import { act, agenda, file, type Agenda } from "../core/agenda.ts";
import { plant, type Seedling } from "../core/history.ts";
import { calleeOf, nextAfterSilence } from "../core/paging.ts";
import type { Policy } from "../core/policy.ts";
import { nextDueAt } from "../core/targets.ts";
import { statusOf, type Ticket, type What } from "../core/ticket.ts";
import { announce, type Origin } from "./announce.ts";
import { sceneOf, type Case } from "./case.ts";
import type { TicketIndex, Tx } from "./ports.ts";
import { enqueueQuietly } from "./quiet.ts";
import { keepTurns, lockStorms, withStorms } from "./storm.ts";

/** Who did it, when by the desk's clock, and the message that it was done by, if any. */
export interface Doer {
  by: string;
  now: Date;
  origin?: Origin;
}

/** Lets an act happen to a ticket and writes down all that follows. Returns the ticket after it. */
export async function record(tx: Tx, kase: Case, whats: readonly What[], doer: Doer): Promise<Ticket> {
  return keep(tx, kase, act(kase.ticket, whats, doer, kase), doer);
}

/** Carries a ticket forward to `now`: whatever is due by then happens and is written down. */
export async function recordDue(tx: Tx, kase: Case, now: Date): Promise<Ticket> {
  return keep(tx, kase, agenda(kase.ticket, kase, now), { by: "belfry", now });
}

/** Files a ticket: its first event and all that follows from it. */
export async function recordFiled(
  tx: Tx,
  kase: Omit<Case, "ticket">,
  seed: Omit<Seedling, "id">,
  filed: Extract<What, { kind: "filed" }>,
  doer: Doer,
): Promise<Ticket> {
  const event = { seq: 0, at: doer.now, by: doer.by, what: filed };
  const ticket = plant({ id: randomUUID(), ...seed }, event, kase.policy);
  const filing = file({ event, ticket }, kase);
  return keep(tx, { ...kase, ticket }, filing, doer, (...written) => tx.insertTicket(...written));
}

/**
 * Writes the ticket of an outcome down, and wants everything said that has to be said of it. Returns the ticket after it, and
 * after what follows from that.
 */
async function keep(
  tx: Tx,
  kase: Case,
  outcome: Agenda,
  { now, origin }: Doer,
  write: Tx["saveTicket"] = (...written) => tx.saveTicket(...written),
): Promise<Ticket> {
  let { ticket } = outcome;
  const events = outcome.steps.map(({ event }) => event);
  const said = announce(kase, outcome, now, origin ?? null);
  // What needs no answer of the other goes down the line together; tickets are locked before what rings, as everywhere.
  const [, rings] = await Promise.all([
    write(ticket, indexOf(ticket, kase.policy, outcome.wakeAt), events),
    lockStorms(tx, said, kase.directory),
  ]);
  const { effects, silent, turns } = await withStorms(tx, said, sceneOf(kase, ticket, now), rings);
  await Promise.all([keepTurns(tx, turns), enqueueQuietly(tx, effects, kase.directory, now)]);
  for (const { step, ringsAgainAt } of silent) {
    if (ticket.paging?.state !== "ringing") break;
    const taken = { ...calleeOf(step), nextAt: nextAfterSilence(ticket.paging, step, now) };
    const event: What = { kind: "page-silent", ringsAgainAt, ...taken };
    ticket = await record(tx, { ...kase, ticket }, [event], { by: "belfry", now });
  }
  return ticket;
}

/** What the store finds tickets by. */
export function indexOf(ticket: Ticket, policy: Policy, wakeAt: Date | null): TicketIndex {
  const levelRank = policy.levels.findIndex(({ id }) => id === ticket.level);
  return { status: statusOf(ticket), levelRank, wakeAt, dueAt: nextDueAt(ticket) };
}
