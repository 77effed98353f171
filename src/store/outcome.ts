// Writes down how a delivery ended: what becomes of its rows, of the lane that it held, and of what waited under it.
//
// Each end is one statement that reads nothing back before it writes, so that a delivery costs one way to the database.
import { and, eq } from "drizzle-orm";
import type { Delivery, Outcome } from "../desk/ports.ts";
import type { Database, Rows, Statement } from "./connections.ts";
import { cleaned } from "./json.ts";
import { outbox } from "./schema.ts";

/** How long nothing else goes into a lane after a post there, in milliseconds. */
export type Pace = (place: string, urgency: Delivery["urgency"]) => number;

/** True while this attempt still holds its rows. False: its lease ran out, and another attempt has them or has sent them. */
export async function isHeld(database: Database, { attempt, ids }: Delivery): Promise<boolean> {
  const held = and(eq(outbox.attempt, attempt), eq(outbox.state, "claimed"));
  return (await database.$count(outbox, held)) === ids.length;
}

/**
 * The statements that record an outcome. The first changes nothing where the attempt does not hold all of its rows any more;
 * the others do no harm then.
 */
export function recording(
  delivery: Delivery,
  outcome: Outcome,
  machineNow: Date,
  pace: Pace,
): [Statement, ...Statement[]] {
  const { attempt, ids, place, urgency, work } = delivery;
  const mayHavePosted = work.do === "post" && (outcome.is === "sent" || outcome.is === "unknown");
  const pauseMs = mayHavePosted ? pace(place, urgency) : 0;
  const quietUntil = pauseMs > 0 ? new Date(machineNow.getTime() + pauseMs).toISOString() : null;
  const common = [attempt, ids.length, machineNow.toISOString()];
  const text = RECORD[outcome.is];
  const record = (...own: readonly (string | null)[]): Statement => ({ text, values: [...common, ...own] });
  switch (outcome.is) {
    case "sent": {
      const ref = outcome.ref === null ? null : cleaned(outcome.ref);
      return andFollowers(record(quietUntil, ref), delivery, machineNow);
    }
    case "retry": {
      const at = outcome.at.toISOString();
      const error = cleaned(outcome.why);
      const statement = outcome.lane
        ? { ...record(at, at, error), text: RETRY_LANE }
        : record(quietUntil, at, error);
      const statements = andFollowers(statement, delivery, machineNow);
      if (outcome.shutOut === true) statements.push({ text: QUIETEN, values: [platformOf(place), at] });
      return statements;
    }
    case "unknown":
      return andFollowers(
        record(quietUntil, outcome.at.toISOString(), cleaned(outcome.why)),
        delivery,
        machineNow,
      );
    case "failed":
    case "unsure":
      return andFollowers(record(quietUntil, cleaned(outcome.why)), delivery, machineNow);
    case "dropped":
      return andFollowers(record(quietUntil), delivery, machineNow);
    default:
      return outcome satisfies never;
  }
}

/** Whether the first of these statements found its rows held; `answers` are what the statements returned. */
export function isRecorded([changed]: readonly Rows[]): boolean {
  return (changed?.length ?? 0) > 0;
}

/**
 * Lets go what waited under these slots: into their thread, or without one where they will never stand; or keeps it waiting.
 *
 * It is a statement of its own, since one who wants such a message holds the row above it: the statement that waited for
 * that row does not see what came meanwhile.
 */
export function freeing(slots: readonly string[], now: Date): Statement {
  return { text: FREE_FOLLOWERS, values: [JSON.stringify(slots), now.toISOString()] };
}

/** An end is known: the next attempt starts from nothing. */
const KNOWN = "attempt = null, tried_version = null, unknown_fates = 0";
const IS_UNPOSTED = "(o.kind = 'post' and o.ref is null)";
/** Something newer was wanted meanwhile, and what stands there can be changed. */
const IS_OUTDATED =
  "(o.version > coalesce(o.tried_version, o.version) and (coalesce($5::text, o.ref) is not null or o.kind <> 'post'))";
/** An earlier attempt may still have arrived: what is known of it stays. Else it was to be an edit alone, or tries anew. */
const RETRY = `
  state = case when o.unknown_fates = 0 and ${IS_UNPOSTED} and o.only_edit then 'dropped' else 'waiting' end,
  due_at = case when o.unknown_fates = 0 and ${IS_UNPOSTED} and o.only_edit then null else $5::timestamptz end,
  attempt = case when o.unknown_fates > 0 then o.attempt end,
  tried_version = case when o.unknown_fates > 0 then o.tried_version end,
  failures = o.failures + 1, error = $6::text`;
/** Only a post can be there twice: an edit or a mark is made again without harm. */
const UNKNOWN = `
  state = 'waiting', due_at = $5::timestamptz,
  attempt = case when ${IS_UNPOSTED} then o.attempt end,
  tried_version = case when ${IS_UNPOSTED} then o.tried_version end,
  unknown_fates = case when ${IS_UNPOSTED} then o.unknown_fates + 1 else 0 end,
  failures = o.failures + 1, error = $6::text`;
const SENT = `
  state = case when ${IS_OUTDATED} then 'waiting' else 'shown' end,
  due_at = case when ${IS_OUTDATED} then $3::timestamptz end,
  ref = coalesce($5::text, o.ref), shown_version = o.tried_version, sent_at = coalesce(o.sent_at, $3::timestamptz),
  ${KNOWN}, failures = 0, error = null`;

/** Opens the lane for the next one, at the platform's pace. */
const RELEASE = `
  update lanes l set attempt = null, busy_until = null, quiet_until = $4::timestamptz
  from (select distinct lane, urgency from changed) c
  where l.lane = c.lane and l.urgency = c.urgency and l.attempt = $1::int`;
/** The platform wants rest in this place: nothing goes there, of whichever urgency. */
const RELEASE_QUIETLY = `
  update lanes l set
    attempt = case when l.attempt = $1::int then null else l.attempt end,
    busy_until = case when l.attempt = $1::int then null else l.busy_until end,
    quiet_until = $4::timestamptz
  from (select distinct lane from changed) c where l.lane = c.lane`;

/** Closes all lanes of platform $1 until $2, but for those that somebody is just at: they learn it themselves. */
const QUIETEN = `
  update lanes l set quiet_until = $2::timestamptz
  from (
    select lane, urgency from lanes
    where split_part(lane, ':', 1) = $1::text and (quiet_until is null or quiet_until < $2::timestamptz)
    for update skip locked
  ) open
  where l.lane = open.lane and l.urgency = open.urgency`;

/** Changes the $2 rows that attempt $1 holds, at $3, and their lane, which is quiet until $4. */
function change(to: string, release: string): string {
  return `
    with held as materialized (
      select id from outbox where attempt = $1::int and state = 'claimed' order by slot collate "C" for update
    ),
    changed as (
      update outbox o set ${to} from held
      where o.id = held.id and (select count(*) from held) = $2::int and $3::timestamptz is not null
      returning o.slot, o.lane, o.urgency
    ),
    released as (${release})
    select slot from changed`;
}

const RECORD: Readonly<Record<Outcome["is"], string>> = {
  sent: change(SENT, RELEASE),
  retry: change(RETRY, RELEASE),
  unknown: change(UNKNOWN, RELEASE),
  failed: change(
    `state = 'failed', due_at = null, failures = o.failures + 1, error = $5::text, ${KNOWN}`,
    RELEASE,
  ),
  unsure: change(`state = 'unsure', due_at = null, error = $5::text, ${KNOWN}`, RELEASE),
  dropped: change(`state = 'dropped', due_at = null, ${KNOWN}`, RELEASE),
};
const RETRY_LANE = change(RETRY, RELEASE_QUIETLY);

const FREE_FOLLOWERS = `
  update outbox f set due_at = $2::timestamptz, under = case when above.ref is null then null else f.under end
  from outbox above
  where above.slot = any (array(select jsonb_array_elements_text($1::text::jsonb)))
    and f.under = above.slot and f.state = 'waiting' and f.due_at is null
    and (above.ref is not null or above.state not in ('waiting', 'claimed'))`;

/** Only a message that did not stand there before has others waiting for it. */
function andFollowers(record: Statement, { ids, work }: Delivery, now: Date): [Statement, ...Statement[]] {
  return work.do === "post" || work.do === "find" ? [record, freeing(ids, now)] : [record];
}

function platformOf(place: string): string {
  return place.slice(0, place.indexOf(":"));
}
