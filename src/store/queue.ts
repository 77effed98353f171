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
//
// A claim is one statement, and so one way to the database and back; its text never changes, so it is planned once.
import type { LineMessage } from "../core/message.ts";
import type { Delivery, MessageRef, OutboxStore } from "../desk/ports.ts";
import { instantIn, type Connections } from "./connections.ts";
import { fromStored } from "./json.ts";
import type { Wanted } from "./schema.ts";

/** The part of the outbox that says what is to be sent, and by whom. Each call is a transaction of its own. */
export function queueOn(
  connections: Connections,
): Pick<OutboxStore, "claim" | "extend" | "wantedNow" | "nextAt"> {
  return {
    async claim(machineNow, leaseMs, limit, which = "all") {
      const lease = new Date(machineNow.getTime() + leaseMs);
      const values = [machineNow.toISOString(), lease.toISOString(), limit, which];
      const [rows = []] = await connections.ask([{ text: CLAIM, values }]);
      return deliveriesOf(rows as unknown as ClaimedRow[]);
    },

    async extend(deliveries, machineNow, leaseMs) {
      if (deliveries.length === 0) return;
      const attempts = JSON.stringify(deliveries.map(({ attempt }) => attempt));
      const values = [new Date(machineNow.getTime() + leaseMs).toISOString(), attempts];
      await connections.ask([{ text: EXTEND, values }]);
    },

    async wantedNow({ attempt, ids }) {
      const [rows = []] = await connections.ask([{ text: WANTED_NOW, values: [attempt] }]);
      const [delivery = null] = deliveriesOf(rows as unknown as ClaimedRow[]);
      return delivery?.ids.length === ids.length ? delivery : null;
    },

    async nextAt() {
      const [rows] = await connections.ask([{ text: NEXT_AT, values: [] }]);
      return instantIn(rows?.[0], "ms");
    },
  };
}

/** Lines of one digest at the most: a message holds no more that anybody would read. */
const DIGEST_LINES = 40;

/**
 * The lanes that have a row to be looked at, and when the first of each is due: found by jumping from one to the next in the
 * index `outbox_due`, so that a lane with a million rows costs as much as a lane with one.
 */
const LANES_WITH_WORK = `
  lanes_with_work (urgency, lane, due_at) as (
    (select urgency, lane, due_at from outbox where due_at is not null order by urgency, lane, due_at, id limit 1)
    union all
    select next.urgency, next.lane, next.due_at from lanes_with_work w cross join lateral (
      select o.urgency, o.lane, o.due_at from outbox o
      where o.due_at is not null and (o.urgency, o.lane) > (w.urgency, w.lane)
      order by o.urgency, o.lane, o.due_at, o.id limit 1
    ) next
  )`;

const NEXT_AT = `
  with recursive ${LANES_WITH_WORK}
  select (extract(epoch from min(greatest(w.due_at, l.busy_until, l.quiet_until))) * 1000)::float8 as ms
  from lanes_with_work w join lanes l on l.urgency = w.urgency and l.lane = w.lane`;

/** What a delivery is made of: `c` are the rows of its attempt. */
const AS_CLAIMED = `
  select c.attempt, c.slot, c.tried_version, c.ticket, c.place, c.urgency, c.unknown_fates, c.failures, c.ref, c.only_edit,
    c.wanted::text as wanted, (extract(epoch from c.enqueued_at) * 1000)::float8 as enqueued_ms, above.ref as under_ref
  from claimed c left join outbox above on above.slot = c.under
  order by c.urgency = 'page' desc, c.attempt, c.id`;

/** Claims up to $3 lanes at $1, pages first, and in each the first row that is due with those that go along, until $2. */
const CLAIM = `
  with recursive ${LANES_WITH_WORK},
  free as materialized (
    select l.urgency, l.lane
    from lanes_with_work w
    join lanes l on l.urgency = w.urgency and l.lane = w.lane
    where w.due_at <= $1::timestamptz
      and (l.busy_until is null or l.busy_until <= $1::timestamptz)
      and (l.quiet_until is null or l.quiet_until <= $1::timestamptz)
      and ($4::text = 'all' or l.urgency = 'page')
    order by l.urgency = 'page' desc, w.due_at
    limit $3::int
    for update of l skip locked
  ),
  heads as materialized (
    select free.urgency, free.lane, head.id, head.attempt, head.gathers, nextval('outbox_attempts')::int as claim
    from free cross join lateral (
      select o.id, o.attempt, o.gathers from outbox o
      where o.urgency = free.urgency and o.lane = free.lane and o.due_at <= $1::timestamptz
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
        and (o.due_at <= $1::timestamptz or o.failures = 0)
      order by o.due_at, o.id limit ${DIGEST_LINES - 1}
      for update of o skip locked
    ) other
  ),
  held as (
    update lanes l set busy_until = $2::timestamptz, attempt = h.claim
    from heads h where l.urgency = h.urgency and l.lane = h.lane
  ),
  claimed as (
    update outbox o set
      state = 'claimed',
      attempt = t.claim,
      due_at = $2::timestamptz,
      unknown_fates = o.unknown_fates +
        case when o.state = 'claimed' and o.kind = 'post' and o.ref is null then 1 else 0 end,
      tried_version = case when o.attempt is null or o.ref is not null then o.version else o.tried_version end
    from (
      select claim, id from heads union all select claim, id from again union all select claim, id from company
    ) t
    where o.id = t.id
    returning o.*
  )
  ${AS_CLAIMED}`;

/** What attempt $1 holds, as it is wanted by now. */
const WANTED_NOW = `
  with claimed as (select * from outbox where attempt = $1::int and state = 'claimed')
  ${AS_CLAIMED}`;

const EXTEND = `
  with kept as (
    update outbox set due_at = $1::timestamptz
    where attempt in (select value::int from jsonb_array_elements_text($2::text::jsonb)) and state = 'claimed'
    returning lane, urgency, attempt
  )
  update lanes l set busy_until = $1::timestamptz from kept
  where l.lane = kept.lane and l.urgency = kept.urgency and l.attempt = kept.attempt`;

/** A row as a claim returns it. */
interface ClaimedRow {
  attempt: number;
  slot: string;
  tried_version: number;
  ticket: string | null;
  place: string;
  urgency: Delivery["urgency"];
  unknown_fates: number;
  failures: number;
  ref: MessageRef | null;
  only_edit: boolean;
  /** JSON. */
  wanted: string;
  enqueued_ms: number;
  /** Where the message stands under which it goes. */
  under_ref: MessageRef | null;
}

/** Rows of one attempt are one delivery. */
function deliveriesOf(rows: readonly ClaimedRow[]): Delivery[] {
  const groups = new Map<number, ClaimedRow[]>();
  for (const row of rows) groups.set(row.attempt, [...(groups.get(row.attempt) ?? []), row]);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [deliveryOf(first, [first, ...others])],
  );
}

function deliveryOf(first: ClaimedRow, rows: readonly ClaimedRow[]): Delivery {
  return {
    ids: rows.map(({ slot }) => slot),
    key: first.slot,
    attempt: first.attempt,
    version: first.tried_version,
    ticket: rows.every(({ ticket }) => ticket === first.ticket) ? first.ticket : null,
    place: first.place,
    urgency: first.urgency,
    unknownFates: Math.max(...rows.map((row) => row.unknown_fates)),
    failures: Math.max(...rows.map(({ failures }) => failures)),
    enqueuedAt: new Date(first.enqueued_ms),
    work: workOf(first, rows),
  };
}

function workOf(first: ClaimedRow, rows: readonly ClaimedRow[]): Delivery["work"] {
  const { ref, only_edit: onlyEdit, under_ref: under } = first;
  const wanted = wantedIn(first);
  if (wanted.kind === "mark") return { do: "mark", on: wanted.on, mark: wanted.mark };
  if (wanted.kind === "set") return { do: "set", setting: wanted.setting };
  if (wanted.kind === "ask") return { do: "ask", question: wanted.question };
  if (ref !== null) return { do: "edit", message: wanted, ref };
  if (onlyEdit) return { do: "find", message: wanted, under };
  if (rows.length === 1) return { do: "post", message: wanted, under };
  return { do: "post", message: { kind: "digest", lines: rows.map(lineOf) }, under };
}

function lineOf(row: ClaimedRow): LineMessage {
  const wanted = wantedIn(row);
  if (wanted.kind !== "line") throw new Error(`${row.slot} is no line, and cannot share a digest.`);
  return wanted;
}

function wantedIn({ wanted }: ClaimedRow): Wanted {
  return fromStored(JSON.parse(wanted)) as Wanted;
}
