// Makes many tickets of a few: whole rows, as the store wrote them, under ids and numbers of their own.
import type postgres from "postgres";

/**
 * Copies the normal tickets that were filed first, one for a customer, as often as it takes, each with its events and all
 * messages that stand for it. The texts of those messages keep the number of the original: to write them anew takes minutes.
 */
export async function multiply(sql: postgres.Sql, wanted: number): Promise<void> {
  if (wanted <= 0) return;
  // An index that is built at the end costs a third of one that grows row by row.
  const indexes = wanted < MANY ? [] : await sql.unsafe(INDEXES);
  for (const { name } of indexes) await sql.unsafe(`drop index "${String(name)}"`);
  await sql.unsafe(`set synchronous_commit = off`);
  await sql.unsafe(COPIES, [wanted]);
  await sql.unsafe("analyze copies");
  for (const statement of [TICKETS, EVENTS, MESSAGES, COUNTERS, "drop table copies"])
    await sql.unsafe(statement);
  for (const { definition } of indexes) await sql.unsafe(String(definition));
  await sql.unsafe("vacuum analyze");
  await sql.unsafe("checkpoint");
}

const MANY = 50_000;

const INDEXES = `
  select indexname as name, indexdef as definition from pg_indexes
  where tablename in ('outbox', 'tickets') and schemaname = 'public' and indexdef not ilike 'create unique%'`;

/** Which ticket is copied, and what the copy is called; `nth` tells all copies there ever were apart. */
const COPIES = `
  create unlogged table copies as
  select originals.id as original, gen_random_uuid()::text as id, customer || '-' || last + turn as number,
    (row_number() over ())::int + (select sum(last)::int from counters) as nth
  from (
    select tickets.id, customer, last, row_number() over (order by tickets.id) as place
    from tickets join counters using (customer) where level = 'normal' and number = customer || '-1'
  ) originals
  cross join generate_series(1, 1 + $1::int / (select count(*) from counters)) turn
  order by turn, place limit $1::int`;

const TICKETS = `
  insert into tickets (id, number, customer, status, level, level_rank, rings, filer, assignee, policy_revision, revision,
    wake_at, due_at, filed_at, state)
  select c.id, c.number, customer, status, level, level_rank, rings, filer, assignee, policy_revision, revision,
    wake_at, due_at, filed_at, state || jsonb_build_object('id', c.id, 'number', c.number)
  from copies c join tickets t on t.id = c.original`;

const EVENTS = `
  insert into ticket_events (ticket, seq, at, by, what)
  select c.id, seq, at, by, what from copies c join ticket_events e on e.ticket = c.original`;

const MESSAGES = `
  insert into outbox (slot, ticket, place, urgency, lane, under, combines, kind, wanted, version, shown_version, only_edit,
    ref, state, unknown_fates, failures, enqueued_at, sent_at)
  select replace(slot, c.original, c.id), c.id, place, urgency, lane, replace(under, c.original, c.id), combines, kind,
    wanted, version, shown_version, only_edit, 'slack:' || split_part(ref, ':', 2) || ':' || 1600000000 + nth || '.000100',
    state, unknown_fates, failures, enqueued_at, sent_at
  from copies c join outbox o on o.ticket = c.original where o.state = 'shown'`;

const COUNTERS = `
  update counters set last = greatest(counters.last, made.last)
  from (
    select split_part(number, '-', 1) as customer, max(split_part(number, '-', 2)::int) as last from copies group by 1
  ) made
  where made.customer = counters.customer`;
