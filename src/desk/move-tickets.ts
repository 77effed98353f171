// Moves open tickets to the policies, holidays and zones of the desk file in force, each by an event of its own.
import { DeskError } from "../core/errors.ts";
import { statusOf, type Footing, type Ticket } from "../core/ticket.ts";
import { openCase, type Case } from "./case.ts";
import type { KnownDirectory, PolicyRevision, Store, Tx } from "./ports.ts";
import { record } from "./record.ts";

/** What became of the open tickets that were filed under something else than serves now. */
export interface Moves {
  /** How many went to each revision. */
  moved: ReadonlyMap<string, number>;
  stay: readonly { number: string; revision: string; why: string }[];
}

/** How many tickets are looked through in one transaction. */
const LOOK_AT_ONCE = 200;

/**
 * Moves every open ticket that is not on the policy revision and in the zone that a new ticket of its customer would have.
 * Each in a transaction of its own: whoever works on a ticket waits for no other one, and what was broken off is completed by
 * doing it again.
 */
export async function moveOpenTickets(store: Store, now: Date): Promise<Moves> {
  const moved = new Map<string, number>();
  const stay: { number: string; revision: string; why: string }[] = [];
  let after = "";
  for (;;) {
    const { seen, wrong } = await store.transaction((tx) => notAsOfNow(tx, after, now), "desk");
    for (const id of wrong) {
      const move = await store.transaction((tx) => moveTicket(tx, id, now), "desk").catch(orWhy(seen, id));
      if (move === null) continue;
      if ("why" in move) stay.push(move);
      else moved.set(move.to, (moved.get(move.to) ?? 0) + 1);
    }
    const last = seen.at(-1);
    if (last === undefined) return { moved, stay };
    after = last.id;
  }
}

/** A ticket that the new policy cannot count, e.g. as its calendar never opens, keeps the others from nothing. */
function orWhy(seen: readonly Ticket[], id: string): (refusal: unknown) => Moves["stay"][number] | null {
  return (refusal) => {
    const ticket = seen.find((one) => one.id === id);
    if (ticket === undefined || !(refusal instanceof DeskError) || refusal.code !== "invalid") throw refusal;
    return { number: ticket.number, revision: ticket.policyRevision, why: refusal.message };
  };
}

async function notAsOfNow(tx: Tx, after: string, now: Date): Promise<{ seen: Ticket[]; wrong: string[] }> {
  const known = await tx.directory();
  const seen = await tx.openTickets(after, LOOK_AT_ONCE);
  const wrong: string[] = [];
  for (const ticket of seen) {
    const goal = await goalOf(tx, known, ticket, now);
    if (goal !== null && !isThere(ticket, goal)) wrong.push(ticket.id);
  }
  return { seen, wrong };
}

/** Moves one ticket, unless it is there or closed by now. */
async function moveTicket(
  tx: Tx,
  id: string,
  now: Date,
): Promise<{ to: string } | Moves["stay"][number] | null> {
  const ticket = await tx.ticketById(id);
  if (ticket === null || statusOf(ticket) === "closed") return null;
  const goal = await goalOf(tx, await tx.directory(), ticket, now);
  if (goal === null || isThere(ticket, goal)) return null;
  const { policy } = goal.revision;
  const kase: Case = { ...(await openCase(tx, ticket)), policy };
  const lacks = [ticket.level, ticket.askedLevel?.level].find(
    (level) => level !== undefined && !policy.levels.some((known) => known.id === level),
  );
  if (lacks !== undefined) {
    const why = `${policy.name}, version ${policy.version}, has no level "${lacks}"; change the level first`;
    return { number: ticket.number, revision: ticket.policyRevision, why };
  }
  const from: Footing = { revision: ticket.policyRevision, zone: ticket.zone };
  const to: Footing = { revision: goal.revision.id, zone: goal.zone };
  await record(tx, kase, [{ kind: "moved", from, to }], { by: "belfry", now });
  return { to: to.revision };
}

/** What a new ticket of the same customer would be filed under; null where its policy is not in force yet. */
async function goalOf(
  tx: Tx,
  { directory }: KnownDirectory,
  ticket: Ticket,
  now: Date,
): Promise<{ revision: PolicyRevision; zone: string } | null> {
  const customer = directory.customers.find(({ key }) => key === ticket.customer);
  if (customer === undefined)
    throw new DeskError("internal", `The desk file no longer has ${ticket.customer}.`);
  const revision = await tx.policyInForce(customer.policy, now);
  return revision === null ? null : { revision, zone: customer.timezone };
}

function isThere(ticket: Ticket, { revision, zone }: { revision: PolicyRevision; zone: string }): boolean {
  return ticket.policyRevision === revision.id && ticket.zone === zone;
}
