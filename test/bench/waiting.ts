// Messages that wait to be sent, laid into the outbox in one go: rows as the store writes them, with the words of a message
// that was sent before.
import type { BenchDesk } from "./bench-desk.ts";

/** How many, of which urgency, over how many channels, and when they are due; now, if nothing is said. */
export interface Waiting {
  messages: number;
  channels: number;
  urgency: "page" | "normal";
  /** The channels' names begin so; each has a number behind it, where there are several. */
  called?: string;
  dueAt?: Date;
}

let batch = 0;

/** Lays them, each to be sent by itself. */
export async function lay({ sql }: Pick<BenchDesk, "sql">, waiting: Waiting): Promise<void> {
  const { messages, channels, urgency, called = "C0WAITS", dueAt = new Date() } = waiting;
  batch += 1;
  const place = channels === 1 ? `'slack:${called}'` : `'slack:${called}' || n % ${channels} + 1`;
  const words = urgency === "page" ? "%:page:%" : "%:post";
  await sql.unsafe(`
    insert into lanes (lane, urgency) select distinct ${place}, '${urgency}' from generate_series(1, ${channels}) n
    on conflict do nothing`);
  await sql.unsafe(`
    insert into outbox (slot, ticket, place, urgency, lane, combines, kind, wanted, version, only_edit, state, unknown_fates,
      failures, due_at, enqueued_at)
    select 'bench:${process.pid}:${batch}:' || n, null, ${place}, '${urgency}', ${place}, false, 'post', said.wanted, 1, false,
      'waiting', 0, 0, '${dueAt.toISOString()}'::timestamptz, now()
    from generate_series(1, ${messages}) n
    cross join (select wanted from outbox where ticket is not null and slot like '${words}' limit 1) said`);
}

/** Takes back what still waits. */
export async function sweepUp({ sql }: Pick<BenchDesk, "sql">): Promise<void> {
  await sql.unsafe(`
    update outbox set state = 'dropped', attempt = null, tried_version = null, due_at = null
    where due_at is not null or state = 'waiting'`);
  await sql.unsafe("update lanes set attempt = null, busy_until = null, quiet_until = null");
}
