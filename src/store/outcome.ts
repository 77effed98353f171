// Writes down how a delivery ended: what becomes of its rows, of the lane that it held, and of what waited under it.
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Delivery, Outcome } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { lanes, outbox } from "./schema.ts";

/** How long nothing else goes into a lane after a post there, in milliseconds. */
export type Pace = (place: string, urgency: Delivery["urgency"]) => number;

/** True while this attempt still holds its rows. False: its lease ran out, and another attempt has them or has sent them. */
export async function isHeld(database: Database, delivery: Delivery): Promise<boolean> {
  return (await database.$count(outbox, heldBy(delivery))) === delivery.ids.length;
}

/** Records an outcome for the rows of a delivery. Returns false, having changed nothing, where they are held no more. */
export async function settle(
  database: Database,
  delivery: Delivery,
  outcome: Outcome,
  machineNow: Date,
  pace: Pace,
): Promise<boolean> {
  const rows = await database.select().from(outbox).where(heldBy(delivery)).for("update");
  const [first] = rows;
  if (first === undefined || rows.length < delivery.ids.length) return false;
  const changes = rows.map((row) => ({ row, change: after(row, outcome, machineNow) }));
  for (const { ids, change } of alike(changes)) {
    await database.update(outbox).set(change).where(inArray(outbox.id, ids));
  }
  await release(database, first.lane, delivery, outcome, machineNow, pace);
  await tellFollowers(database, changes, machineNow);
  return true;
}

/** Lets go what waited for these slots: into their thread, or without one where they will never stand. */
export async function freeFollowers(
  database: Database,
  slots: readonly string[],
  fate: "stands" | "never stands",
  now: Date,
): Promise<void> {
  await database
    .update(outbox)
    .set(fate === "stands" ? { dueAt: now } : { dueAt: now, under: null })
    .where(and(inArray(outbox.under, [...slots]), eq(outbox.state, "waiting"), isNull(outbox.dueAt)));
}

type Row = typeof outbox.$inferSelect;
type Change = Partial<typeof outbox.$inferInsert>;
interface Changed {
  row: Row;
  change: Change;
}

/** An end is known: the next attempt starts from nothing. */
const KNOWN = { attempt: null, triedVersion: null, unknownFates: 0 };

function heldBy({ ids, attempt }: Delivery) {
  return and(inArray(outbox.slot, [...ids]), eq(outbox.state, "claimed"), eq(outbox.attempt, attempt));
}

function after(row: Row, outcome: Outcome, now: Date): Change {
  const isUnposted = row.kind === "post" && row.ref === null;
  switch (outcome.is) {
    case "sent": {
      const ref = outcome.ref ?? row.ref;
      const isOutdated = row.version > (row.triedVersion ?? row.version);
      const mayChange = ref !== null || row.kind !== "post";
      const next: Change =
        isOutdated && mayChange ? { state: "waiting", dueAt: now } : { state: "shown", dueAt: null };
      const shown = { ref, shownVersion: row.triedVersion, sentAt: row.sentAt ?? now };
      return { ...next, ...shown, ...KNOWN, failures: 0, error: null };
    }
    case "retry": {
      const failed = { failures: row.failures + 1, error: outcome.why };
      // An earlier attempt may still have arrived.
      if (row.unknownFates > 0) return { ...failed, state: "waiting", dueAt: outcome.at };
      if (isUnposted && row.onlyEdit) return { ...failed, ...KNOWN, state: "dropped", dueAt: null };
      return { ...failed, ...KNOWN, state: "waiting", dueAt: outcome.at };
    }
    case "unknown": {
      const failed = { failures: row.failures + 1, error: outcome.why };
      const next: Change = { ...failed, state: "waiting", dueAt: outcome.at };
      // Only a post can be there twice: an edit or a mark is made again without harm.
      return isUnposted ? { ...next, unknownFates: row.unknownFates + 1 } : { ...next, ...KNOWN };
    }
    case "failed":
      return { ...KNOWN, state: "failed", dueAt: null, failures: row.failures + 1, error: outcome.why };
    case "unsure":
      return { ...KNOWN, state: "unsure", dueAt: null, error: outcome.why };
    case "dropped":
      return { ...KNOWN, state: "dropped", dueAt: null };
    default:
      return outcome satisfies never;
  }
}

/** Opens the lane for the next one, at the platform's pace. */
async function release(
  database: Database,
  lane: string,
  delivery: Delivery,
  outcome: Outcome,
  now: Date,
  pace: Pace,
): Promise<void> {
  const mayHavePosted = delivery.work.do === "post" && (outcome.is === "sent" || outcome.is === "unknown");
  const pauseMs = mayHavePosted ? pace(delivery.place, delivery.urgency) : 0;
  const quietUntil = pauseMs > 0 ? new Date(now.getTime() + pauseMs) : null;
  await database
    .update(lanes)
    .set({ attempt: null, busyUntil: null, quietUntil })
    .where(eq(lanes.attempt, delivery.attempt));
  if (outcome.is !== "retry") return;
  if (outcome.shutOut === true) await quieten(database, delivery.place, outcome.at);
  if (outcome.lane) await database.update(lanes).set({ quietUntil: outcome.at }).where(eq(lanes.lane, lane));
}

/** Closes all lanes of a platform until an instant, but for those that somebody is just at: they learn it themselves. */
async function quieten(database: Database, place: string, until: Date): Promise<void> {
  const [platform = ""] = place.split(":");
  const at = sql`${until.toISOString()}::timestamptz`;
  await database.execute(sql`
    update lanes l set quiet_until = ${at}
    from (
      select lane, urgency from lanes
      where split_part(lane, ':', 1) = ${platform} and (quiet_until is null or quiet_until < ${at})
      for update skip locked
    ) open
    where l.lane = open.lane and l.urgency = open.urgency`);
}

/** The lines of a digest change alike, so one statement does for all of them. */
function alike(changes: readonly Changed[]): { ids: number[]; change: Change }[] {
  const groups = new Map<string, { ids: number[]; change: Change }>();
  for (const { row, change } of changes) {
    const key = JSON.stringify(change);
    const group = groups.get(key) ?? { ids: [], change };
    group.ids.push(row.id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Only a message that did not stand there before has others waiting for it. */
async function tellFollowers(database: Database, changes: readonly Changed[], now: Date): Promise<void> {
  const fresh = changes.filter(({ row }) => row.ref === null);
  const slots = (those: readonly Changed[]) => those.map(({ row }) => row.slot);
  const standing = fresh.filter(({ change }) => change.ref);
  const gone = fresh.filter(({ change }) => !change.ref && change.state !== "waiting");
  if (standing.length > 0) await freeFollowers(database, slots(standing), "stands", now);
  if (gone.length > 0) await freeFollowers(database, slots(gone), "never stands", now);
}
