// The tickets within one transaction: a ticket that is read to be changed is locked until that ends.
import {
  and,
  asc,
  count,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  not,
  or,
  sql,
  type SQL,
} from "drizzle-orm";
import { DeskError } from "../core/errors.ts";
import type { Ticket, TicketEvent } from "../core/ticket.ts";
import type { PastFilter, TicketFilter, TicketIndex, Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { counters, outbox, ticketEvents, tickets } from "./schema.ts";

/** The part of a transaction that knows tickets. `onChange` hears of each that is written. */
export function ticketsIn(
  database: Database,
  onChange: () => void,
): Pick<
  Tx,
  | "nextNumber"
  | "insertTicket"
  | "saveTicket"
  | "ticketByNumber"
  | "ticketById"
  | "ticketAtMessage"
  | "hasUnrecordedPosts"
  | "listTickets"
  | "openTickets"
  | "eventsOf"
  | "pastTickets"
  | "dueTickets"
  | "inUse"
> {
  const locked = async (condition: SQL) => {
    const [row] = await database
      .select({ state: tickets.state })
      .from(tickets)
      .where(condition)
      .for("update");
    return row?.state ?? null;
  };

  const due = async (condition: SQL, now: Date, limit: number) => {
    if (limit <= 0) return [];
    const rows = await database
      .select({ state: tickets.state })
      .from(tickets)
      .where(and(condition, isNotNull(tickets.wakeAt), lte(tickets.wakeAt, now)))
      .orderBy(asc(tickets.wakeAt))
      .limit(limit)
      .for("update", { skipLocked: true });
    return rows.map(({ state }) => state);
  };

  const countedBy = async (column: Counted, which?: SQL) => {
    const rows = await database
      .select({ key: column, of: count() })
      .from(tickets)
      .where(which)
      .groupBy(column);
    return rows.flatMap(({ key, of }): [string, number][] => (key === null ? [] : [[key, of]]));
  };

  return {
    async nextNumber(customer) {
      const [counter] = await database
        .insert(counters)
        .values({ customer, last: 1 })
        .onConflictDoUpdate({ target: counters.customer, set: { last: sql`${counters.last} + 1` } })
        .returning();
      if (counter === undefined) throw new Error(`The count of ${customer} gave no number.`);
      return counter.last;
    },

    async insertTicket(ticket, index, events) {
      await Promise.all([
        database.insert(tickets).values(rowOf(ticket, index)).execute(),
        append(database, ticket, events),
      ]);
      onChange();
    },

    async saveTicket(ticket, index, events) {
      const revision = ticket.revision - events.length;
      const saving = database
        .update(tickets)
        .set(rowOf(ticket, index))
        .where(and(eq(tickets.id, ticket.id), eq(tickets.revision, revision)))
        .returning({ id: tickets.id })
        .execute();
      // They go down the line behind one another. Events of a ticket that has changed have their numbers taken, too.
      const [saved, added] = await Promise.allSettled([saving, append(database, ticket, events)]);
      if (saved.status === "fulfilled" && saved.value.length === 0) {
        throw new DeskError("conflict", `${ticket.number} has changed meanwhile. Look at it again, please.`);
      }
      for (const each of [saved, added]) if (each.status === "rejected") throw each.reason;
      onChange();
    },

    ticketByNumber: (number) =>
      locked(sql`lower(${tickets.number}) = lower(${sql.param(number, tickets.number)})`),

    ticketById: (id) => locked(eq(tickets.id, id)),

    async ticketAtMessage(ref) {
      const shown = await database
        .select({ ticket: outbox.ticket, slot: outbox.slot })
        .from(outbox)
        .where(eq(outbox.ref, ref))
        .orderBy(asc(outbox.id));
      const [first] = shown;
      // A digest may speak of several tickets, and so of none in particular.
      if (first === undefined || first.ticket === null) return null;
      if (shown.some(({ ticket }) => ticket !== first.ticket)) return null;
      const ticket = await locked(eq(tickets.id, first.ticket));
      return ticket === null ? null : { ticket, slot: first.slot };
    },

    async hasUnrecordedPosts() {
      const isUnrecorded = and(isNotNull(outbox.attempt), isNull(outbox.ref), eq(outbox.kind, "post"));
      const [post] = await database.select({ slot: outbox.slot }).from(outbox).where(isUnrecorded).limit(1);
      return post !== undefined;
    },

    async listTickets(filter) {
      const wanted = conditionOf(filter);
      const rows = await database
        .select({ state: tickets.state })
        .from(tickets)
        .where(wanted)
        .orderBy(asc(tickets.levelRank), asc(tickets.dueAt), asc(tickets.filedAt))
        .limit(filter.limit);
      return { tickets: rows.map(({ state }) => state), total: await database.$count(tickets, wanted) };
    },

    async openTickets(after, limit) {
      const rows = await database
        .select({ state: tickets.state })
        .from(tickets)
        .where(and(isOpen, gt(tickets.id, after)))
        .orderBy(asc(tickets.id))
        .limit(limit);
      return rows.map(({ state }) => state);
    },

    async eventsOf(ticket) {
      return database
        .select({ seq: ticketEvents.seq, at: ticketEvents.at, by: ticketEvents.by, what: ticketEvents.what })
        .from(ticketEvents)
        .where(eq(ticketEvents.ticket, ticket))
        .orderBy(asc(ticketEvents.seq));
    },

    async pastTickets(filter) {
      const rows = await database
        .select({ state: tickets.state })
        .from(tickets)
        .where(pastCondition(filter))
        .orderBy(asc(tickets.filedAt), asc(tickets.id))
        .limit(filter.limit);
      const ids = rows.map(({ state }) => state.id);
      const events = await database
        .select()
        .from(ticketEvents)
        .where(inArray(ticketEvents.ticket, ids))
        .orderBy(asc(ticketEvents.ticket), asc(ticketEvents.seq));
      const byTicket = new Map<string, TicketEvent[]>(ids.map((id) => [id, []]));
      for (const { ticket, ...event } of events) byTicket.get(ticket)?.push(event);
      // An event that was committed between the two readings is not in the ticket yet.
      return rows.map(({ state }) => ({
        ticket: state,
        events: (byTicket.get(state.id) ?? []).slice(0, state.revision),
      }));
    },

    async dueTickets(now, limit) {
      const ringing = await due(sql`${tickets.rings}`, now, limit);
      const others = await due(not(tickets.rings), now, limit - ringing.length);
      return [...ringing, ...others];
    },

    async inUse() {
      const people = new Map<string, number>();
      const filed = await countedBy(tickets.filer, isOpen);
      for (const [person, open] of [...filed, ...(await countedBy(tickets.assignee, isOpen))]) {
        people.set(person, (people.get(person) ?? 0) + open);
      }
      return {
        customers: new Map(await countedBy(tickets.customer)),
        people,
        revisions: new Map(await countedBy(tickets.policyRevision, isOpen)),
      };
    },
  };
}

/** What tickets are counted by. */
type Counted =
  typeof tickets.customer | typeof tickets.filer | typeof tickets.assignee | typeof tickets.policyRevision;

const isOpen = ne(tickets.status, "closed");

function rowOf(ticket: Ticket, index: TicketIndex): typeof tickets.$inferInsert {
  const { id, number, customer, level, filer, assignee, policyRevision, revision, filedAt, paging } = ticket;
  const rings = paging?.state === "ringing";
  const found = { id, number, customer, level, filer, assignee, policyRevision, revision, filedAt, rings };
  return { ...found, ...index, state: ticket };
}

async function append(database: Database, { id }: Ticket, events: readonly TicketEvent[]): Promise<void> {
  if (events.length === 0) return;
  await database.insert(ticketEvents).values(events.map((event) => ({ ...event, ticket: id })));
}

function conditionOf({ customers, open, assignee }: TicketFilter): SQL | undefined {
  return and(
    customers === undefined ? undefined : inArray(tickets.customer, [...customers]),
    open === undefined ? undefined : open ? isOpen : eq(tickets.status, "closed"),
    assignee === undefined ? undefined : eq(tickets.assignee, assignee),
  );
}

function pastCondition({ from, to, customer, after }: PastFilter): SQL | undefined {
  return and(
    from === undefined ? undefined : gte(tickets.filedAt, from),
    to === undefined ? undefined : lt(tickets.filedAt, to),
    customer === undefined ? undefined : eq(tickets.customer, customer),
    after === undefined
      ? undefined
      : or(
          gt(tickets.filedAt, after.filedAt),
          and(eq(tickets.filedAt, after.filedAt), gt(tickets.id, after.id)),
        ),
  );
}
