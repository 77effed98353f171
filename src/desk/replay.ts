// Replays the tickets of a desk in other circumstances: another policy, another desk file. Nothing is written, and the desk
// that runs goes on meanwhile: tickets are read in small pages, and others get their turn after each.
import type { Circumstances } from "../core/agenda.ts";
import { compare, isReproduced, type Comparison, type Side } from "../core/comparison.ts";
import { callingOf, type Customer, type Directory } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import { seedOf, type PolicyOf } from "../core/history.ts";
import { readPast, type CircumstancesAt } from "../core/past.ts";
import type { Policy } from "../core/policy.ts";
import { rerun } from "../core/rerun.ts";
import type { TicketEvent } from "../core/ticket.ts";
import { policiesOf } from "./case.ts";
import type { PastFilter, PastTicket, Store, Tx } from "./ports.ts";

/** What a replay changes; null where all stays as it was recorded. */
export interface OtherCircumstances {
  /** Serves the tickets that were filed under a policy of the same id. */
  policy: Policy | null;
  /** Says under which policy each customer's tickets are, and by which ladder they page. */
  desk: { directory: Directory; policies: readonly Policy[] } | null;
}

/** One ticket, replayed or not. */
export interface ReplayedTicket {
  number: string;
  customer: string;
  /** The customer's, as recorded. */
  zone: string;
  /** The level that it was filed at, by its id. */
  level: string;
  filedAt: Date;
  /** The policy revision of its record, and the policy that it was replayed under. */
  recordedUnder: string;
  replayedUnder: string;
  outcome: ReplayOutcome;
}

export type ReplayOutcome =
  /**
   * `idle`: how many acts had no object there, such as the acknowledgement of a page that never rang. `isFaithful`: whether
   * its own policy gives the record that there is; where not, differences need not come from the other policy.
   */
  | (Comparison & { is: "replayed"; idle: number; isFaithful: boolean })
  /** The other policy has no place for it: why. */
  | { is: "incomparable"; why: string };

/** Some tickets, and where to go on. */
export interface ReplayPage {
  tickets: readonly ReplayedTicket[];
  /** Tickets that the other policy does not serve, by the id of their own. */
  leftOut: readonly { policy: string; tickets: number }[];
  /** The last ticket that was read, or null where there are no more. */
  next: { filedAt: Date; id: string } | null;
}

/** How many tickets are read in one transaction. */
const READ_AT_ONCE = 100;
/** A page ends with so many tickets, or so many changes to tell: some seconds' work, and some megabytes at most. */
const TICKETS_A_PAGE = 1_000;
const CHANGES_A_PAGE = 10_000;

/** Replays up to a page of the tickets that a filter names. */
export async function replayTickets(
  store: Store,
  other: OtherCircumstances,
  filter: Omit<PastFilter, "limit">,
  now: () => Date,
): Promise<ReplayPage> {
  const tickets: ReplayedTicket[] = [];
  const leftOut = new Map<string, number>();
  const applied = await store.transaction((tx) => tx.directories());
  let next = filter.after ?? null;
  let changes = 0;
  for (let read = 0; read < TICKETS_A_PAGE && changes < CHANGES_A_PAGE; read += READ_AT_ONCE) {
    const readAt = now();
    const past = await store.transaction((tx) =>
      readSome(tx, { ...filter, ...(next === null ? {} : { after: next }), limit: READ_AT_ONCE }),
    );
    for (const one of past) {
      const calls = applied.map(({ directory, appliedAt }) => ({
        called: calledBy(one, directory),
        appliedAt,
      }));
      const recorded: CircumstancesAt = (at, revision) => ({
        policy: one.policyOf(revision),
        ...inForce(calls, at),
      });
      const replayed = replayTicket(one, { recorded, other: otherFor(one, other, recorded) }, readAt);
      if (replayed === null) {
        leftOut.set(one.policy.id, (leftOut.get(one.policy.id) ?? 0) + 1);
      } else {
        tickets.push(replayed);
        changes += replayed.outcome.is === "replayed" ? replayed.outcome.changes.length : 0;
      }
      await othersTurn();
    }
    const last = past.at(-1)?.ticket;
    next = last === undefined || past.length < READ_AT_ONCE ? null : { filedAt: last.filedAt, id: last.id };
    if (next === null) break;
  }
  return { tickets, leftOut: [...leftOut].map(([policy, count]) => ({ policy, tickets: count })), next };
}

/** A ticket with its past, its policy, and all that it was under before. */
type Recorded = PastTicket & { policy: Policy; policyOf: PolicyOf };

async function readSome(tx: Tx, filter: PastFilter): Promise<Recorded[]> {
  const past = await tx.pastTickets(filter);
  const policies = past.map(async (one) => {
    const policyOf = await policiesOf(tx, one.ticket, one.events);
    return { ...one, policy: policyOf(one.ticket.policyRevision), policyOf };
  });
  return Promise.all(policies);
}

/** Who was paged for a customer by one desk file. */
type Called = Omit<Circumstances, "policy">;

const NOBODY: Called = { ladders: [], rotations: [] };

function calledBy({ ticket }: PastTicket, directory: Directory): Called {
  const customer = customerOf(ticket.customer, directory);
  return customer === undefined ? NOBODY : callingOf(customer, directory);
}

function customerOf(key: string, { customers }: Directory): Customer | undefined {
  return customers.find((customer) => customer.key === key);
}

/** By the desk file that was in force at an instant. */
function inForce(applied: readonly { called: Called; appliedAt: Date }[], at: Date): Called {
  return (applied.findLast(({ appliedAt }) => appliedAt <= at) ?? applied[0])?.called ?? NOBODY;
}

/** The circumstances to replay a ticket in; why it has none; or null where the other policy is not its own. */
type Other = { policy: Policy; at: CircumstancesAt } | { why: string } | null;

function otherFor({ ticket, policy }: Recorded, other: OtherCircumstances, recorded: CircumstancesAt): Other {
  if (other.desk === null) {
    if (other.policy === null) return { policy, at: recorded };
    const instead = other.policy;
    if (instead.id !== policy.id) return null;
    return { policy: instead, at: (at, revision) => ({ ...recorded(at, revision), policy: instead }) };
  }
  const { directory, policies } = other.desk;
  const customer = customerOf(ticket.customer, directory);
  if (customer === undefined) return { why: `The desk file has no customer ${ticket.customer}.` };
  const theirs = policies.find(({ id }) => id === customer.policy);
  if (theirs === undefined) return { why: `The desk file has no policy ${customer.policy}.` };
  const instead = other.policy?.id === theirs.id ? other.policy : theirs;
  const circumstances = { policy: instead, ...callingOf(customer, directory) };
  return { policy: instead, at: () => circumstances };
}

function replayTicket(
  { ticket, events }: Recorded,
  { recorded, other }: { recorded: CircumstancesAt; other: Other },
  readAt: Date,
): ReplayedTicket | null {
  if (other === null) return null;
  const common = {
    number: ticket.number,
    customer: ticket.customer,
    zone: ticket.zone,
    level: filedLevel(events) ?? ticket.level,
    filedAt: ticket.filedAt,
    recordedUnder: ticket.policyRevision,
    replayedUnder: "why" in other ? "" : `${other.policy.id} ${other.policy.version}`,
  };
  if ("why" in other) return { ...common, outcome: { is: "incomparable", why: other.why } };
  const record: Side = { ticket, events };
  try {
    const seed = seedOf(ticket, events);
    const past = readPast(seed, events, recorded, readAt);
    const isFaithful = isReproduced(record, rerun(seed, past, recorded));
    const again = rerun(seed, past, other.at);
    const idle = again.idle.length;
    return {
      ...common,
      outcome: { is: "replayed", ...compare(record, again, readAt), idle, isFaithful },
    };
  } catch (refusal) {
    if (!(refusal instanceof DeskError) || refusal.code !== "invalid") throw refusal;
    return { ...common, outcome: { is: "incomparable", why: refusal.message } };
  }
}

function filedLevel([filed]: readonly TicketEvent[]): string | null {
  return filed?.what.kind === "filed" ? filed.what.level : null;
}

/** A long replay holds nobody up: whatever else waits in this process goes first. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
