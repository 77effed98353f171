// Takes what is due out of the outbox, for one sender at a time. This is the only clever SQL in the house.
//
//               enqueue             claim               record
//   (nothing) ───────────> waiting ─────────> claimed ───────────────> shown
//                         ^  ^ │                │ │ │                    │
//                         │  │ │ no longer      │ │ └─> failed, unsure   │
//        (wanted again)   │  │ v wanted         │ │                      │
//                         │ dropped <───────────┘ │                      │
//                         │         and not there │                      │
//                         ├────── try again ──────┘                      │
//                         └────── something newer is wanted: an edit ────┘
//
// `due_at` is all that a claim looks at: when a row waits, it says when it may be sent; when it is claimed, it is the end of
// the lease, so a row whose sender died falls due by itself; in every other state it is null, and the row costs nothing.
//
// Rows go out by lanes: a lane is a place with an urgency, and has one sender at a time, in this process or another. Two
// replicas that claim at once are kept apart by the lane's row: each locks the lanes that it takes (`for update`), passes over
// those that the other has locked (`skip locked`), and PostgreSQL looks again, after the lock, whether the newest version of
// the row still fits the condition: a lane that another replica took in between is busy by then. The same holds for the
// outbox rows themselves: one that another replica took and sent meanwhile is no longer due when it is looked at again.
//
// `attempt` stays set while nobody knows how an attempt ended. Such a row may stand there already, alone or in a digest with
// others, so it is taken again with exactly those others, and the sender first looks for their message by its key.
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { LineMessage } from "../core/message.ts";
import type { Delivery, MessageRef, OutboxStore } from "../desk/ports.ts";
import { rowsOf, type Connections, type Database } from "./connections.ts";
import { lanes, outbox } from "./schema.ts";

/** The part of the outbox that says what is to be sent, and by whom. Each call is a transaction of its own. */
export function queueOn(connections: Connections): Pick<OutboxStore, "claim" | "extend" | "nextAt"> {
  return {
    claim: (machineNow, leaseMs, limit) =>
      connections.transaction(async (database) => {
        const lease = new Date(machineNow.getTime() + leaseMs);
        const attempts = await take(database, machineNow, lease, limit);
        return attempts.length === 0 ? [] : deliveriesOf(database, attempts);
      }),

    async extend(deliveries, machineNow, leaseMs) {
      if (deliveries.length === 0) return;
      const attempts = deliveries.map(({ attempt }) => attempt);
      const lease = new Date(machineNow.getTime() + leaseMs);
      await connections.transaction(async (database) => {
        await database
          .update(outbox)
          .set({ dueAt: lease })
          .where(and(inArray(outbox.attempt, attempts), eq(outbox.state, "claimed")));
        await database.update(lanes).set({ busyUntil: lease }).where(inArray(lanes.attempt, attempts));
      });
    },

    nextAt: () =>
      connections.transaction(async (database) => {
        const [next] = rowsOf<{ ms: number | null }>(
          await database.execute(sql`
            with recursive ${LANES_WITH_WORK}
            select (extract(epoch from min(greatest(head.due_at, l.busy_until, l.quiet_until))) * 1000)::float8 as ms
            from lanes_with_work w
            join lanes l on l.urgency = w.urgency and l.lane = w.lane
            cross join lateral ${HEAD_OF_LANE} head`),
        );
        return next === undefined || next.ms === null ? null : new Date(next.ms);
      }),
  };
}

/** Lines of one digest at the most: a message holds no more that anybody would read. */
const DIGEST_LINES = 40;

/**
 * The lanes that have a row to be looked at, found by jumping from one to the next in the index `outbox_due`: a lane with a
 * million rows costs as much as a lane with one.
 */
const LANES_WITH_WORK = sql.raw(`
  lanes_with_work (urgency, lane) as (
    (select urgency, lane from outbox where due_at is not null order by urgency, lane limit 1)
    union all
    select next.urgency, next.lane from lanes_with_work w cross join lateral (
      select o.urgency, o.lane from outbox o
      where o.due_at is not null and (o.urgency, o.lane) > (w.urgency, w.lane)
      order by o.urgency, o.lane limit 1
    ) next
  )`);

/** The first row of a lane `w`, due or not yet. */
const HEAD_OF_LANE = sql.raw(`(
  select o.due_at from outbox o
  where o.urgency = w.urgency and o.lane = w.lane and o.due_at is not null
  order by o.due_at, o.id limit 1
)`);

/** Claims up to `limit` lanes, pages first, and in each the first row that is due with those that go along. */
async function take(database: Database, machineNow: Date, lease: Date, limit: number): Promise<number[]> {
  const now = sql`${machineNow.toISOString()}::timestamptz`;
  const until = sql`${lease.toISOString()}::timestamptz`;
  const taken = rowsOf<{ attempt: number }>(
    await database.execute(sql`
      with recursive ${LANES_WITH_WORK},
      free as materialized (
        select l.urgency, l.lane
        from lanes_with_work w
        cross join lateral ${HEAD_OF_LANE} head
        join lanes l on l.urgency = w.urgency and l.lane = w.lane
        where head.due_at <= ${now}
          and (l.busy_until is null or l.busy_until <= ${now})
          and (l.quiet_until is null or l.quiet_until <= ${now})
        order by l.urgency = 'page' desc, head.due_at
        limit ${limit}
        for update of l skip locked
      ),
      heads as materialized (
        select free.urgency, free.lane, head.id, head.attempt, head.gathers, nextval('outbox_attempts')::int as claim
        from free cross join lateral (
          select o.id, o.attempt, o.gathers from outbox o
          where o.urgency = free.urgency and o.lane = free.lane and o.due_at <= ${now}
          order by o.due_at, o.id limit 1
          for update of o skip locked
        ) head
      ),
      again as materialized (
        select h.claim, same.id from heads h cross join lateral (
          select o.id from outbox o where o.attempt = h.attempt and o.id <> h.id for update of o
        ) same
      ),
      company as materialized (
        select h.claim, other.id from heads h cross join lateral (
          select o.id from outbox o
          where h.attempt is null and o.gathers = h.gathers and o.id <> h.id
            and o.due_at is not null and o.attempt is null and o.state = 'waiting'
            and (o.due_at <= ${now} or o.failures = 0)
          order by o.due_at, o.id limit ${DIGEST_LINES - 1}
          for update of o skip locked
        ) other
      ),
      held as (
        update lanes l set busy_until = ${until}, attempt = h.claim
        from heads h where l.urgency = h.urgency and l.lane = h.lane
      ),
      claimed as (
        update outbox o set
          state = 'claimed',
          attempt = t.claim,
          due_at = ${until},
          unknown_fates = o.unknown_fates +
            case when o.state = 'claimed' and o.kind = 'post' and o.ref is null then 1 else 0 end,
          tried_version = case when o.attempt is null or o.ref is not null then o.version else o.tried_version end
        from (
          select claim, id from heads union all select claim, id from again union all select claim, id from company
        ) t
        where o.id = t.id
        returning o.attempt
      )
      select distinct attempt from claimed`),
  );
  return taken.map(({ attempt }) => attempt);
}

async function deliveriesOf(database: Database, attempts: number[]): Promise<Delivery[]> {
  const above = alias(outbox, "above");
  const rows = await database
    .select({ row: outbox, underRef: above.ref })
    .from(outbox)
    .leftJoin(above, eq(above.slot, outbox.under))
    .where(inArray(outbox.attempt, attempts))
    .orderBy(asc(outbox.id));
  const groups = new Map<number | null, ClaimedRow[]>();
  for (const claimed of rows) {
    const { attempt } = claimed.row;
    groups.set(attempt, [...(groups.get(attempt) ?? []), claimed]);
  }
  const deliveries = [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [deliveryOf(first, others)],
  );
  return deliveries.sort((a, b) => Number(b.urgency === "page") - Number(a.urgency === "page"));
}

interface ClaimedRow {
  row: typeof outbox.$inferSelect;
  /** Where the message stands under which it goes. */
  underRef: MessageRef | null;
}

function deliveryOf(first: ClaimedRow, others: readonly ClaimedRow[]): Delivery {
  const { row } = first;
  const rows = [row, ...others.map((other) => other.row)];
  if (row.attempt === null || row.triedVersion === null) throw new Error(`${row.slot} is not claimed.`);
  return {
    ids: rows.map(({ slot }) => slot),
    key: row.slot,
    attempt: row.attempt,
    version: row.triedVersion,
    ticket: rows.every(({ ticket }) => ticket === row.ticket) ? row.ticket : null,
    place: row.place,
    urgency: row.urgency,
    unknownFates: Math.max(...rows.map(({ unknownFates }) => unknownFates)),
    failures: Math.max(...rows.map(({ failures }) => failures)),
    enqueuedAt: row.enqueuedAt,
    work: workOf(first, rows),
  };
}

function workOf({ row, underRef }: ClaimedRow, rows: readonly ClaimedRow["row"][]): Delivery["work"] {
  const { wanted, ref } = row;
  if (wanted.kind === "mark") return { do: "mark", on: wanted.on, mark: wanted.mark };
  if (wanted.kind === "set") return { do: "set", setting: wanted.setting };
  if (ref !== null) return { do: "edit", message: wanted, ref };
  if (row.onlyEdit) return { do: "find", message: wanted, under: underRef };
  if (rows.length === 1) return { do: "post", message: wanted, under: underRef };
  return { do: "post", message: { kind: "digest", lines: rows.map(lineOf) }, under: underRef };
}

function lineOf({ wanted, slot }: ClaimedRow["row"]): LineMessage {
  if (wanted.kind !== "line") throw new Error(`${slot} is no line, and cannot share a digest.`);
  return wanted;
}
