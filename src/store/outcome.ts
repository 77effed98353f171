// Writes down how deliveries ended: what becomes of their rows, of the lanes that they held, and of what waited under them.
//
// Deliveries that ended in one way are written by one statement, which reads nothing back before it writes: so many that end
// at once cost little more than one.
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

/** How one delivery ended, ready to be written. */
export interface Recording {
  attempt: number;
  /** What writes it: the same for all that ended in the same way. */
  text: string;
  ending: Ending;
  /** Slots that others may have waited for. */
  frees: readonly string[];
  now: Date;
  /** What else follows from it. */
  also: Statement | null;
}

/** As the statement takes it. Each time is as JSON writes one. */
interface Ending {
  attempt: number;
  /** How many rows it is about: where the attempt does not hold all of them any more, nothing is changed. */
  rows: number;
  now: string;
  /** Until when the lane stays quiet. */
  quiet: string | null;
  /** When to try again. */
  at?: string;
  ref?: string | null;
  error?: string;
}

/** What is to be written of an outcome. */
export function recordingOf(delivery: Delivery, outcome: Outcome, machineNow: Date, pace: Pace): Recording {
  const { attempt, ids, place, urgency, work } = delivery;
  const mayHaveArrived = outcome.is === "unknown" || (outcome.is === "sent" && outcome.found !== true);
  const mayHavePosted = work.do === "post" && mayHaveArrived;
  const pauseMs = mayHavePosted ? pace(place, urgency) : 0;
  const quiet = pauseMs > 0 ? new Date(machineNow.getTime() + pauseMs).toISOString() : null;
  const now = machineNow.toISOString();
  // Only a message that did not stand there before has others waiting for it.
  const frees = work.do === "post" || work.do === "find" ? ids : [];
  const record = (own: Partial<Ending>, text = RECORD[outcome.is]): Recording => {
    const ending = { attempt, rows: ids.length, now, quiet, ...own };
    return { attempt, text, ending, frees, now: machineNow, also: null };
  };
  switch (outcome.is) {
    case "sent":
      return record({ ref: outcome.ref === null ? null : cleaned(outcome.ref) });
    case "retry": {
      const at = outcome.at.toISOString();
      const error = cleaned(outcome.why);
      const recording = outcome.lane ? record({ quiet: at, at, error }, RETRY_LANE) : record({ at, error });
      const also = { text: QUIETEN, values: [platformOf(place), at] };
      return outcome.shutOut === true ? { ...recording, also } : recording;
    }
    case "unknown":
      return record({ at: outcome.at.toISOString(), error: cleaned(outcome.why) });
    case "failed":
    case "unsure":
      return record({ error: cleaned(outcome.why) });
    case "dropped":
      return record({});
    default:
      return outcome satisfies never;
  }
}

/** The statements that write down what ended in one way: all of them have the same text. */
export function recording(some: readonly [Recording, ...Recording[]]): Statement[] {
  const [{ text }] = some;
  const slots = some.flatMap(({ frees }) => frees);
  const now = new Date(Math.max(...some.map((each) => each.now.getTime())));
  return [
    { text, values: [JSON.stringify(some.map(({ ending }) => ending))] },
    ...(slots.length === 0 ? [] : [freeing(slots, now)]),
    ...some.flatMap(({ also }) => also ?? []),
  ];
}

/** The attempts that the first of these statements found to hold their rows; `answers` are what the statements returned. */
export function recordedIn([changed]: readonly Rows[]): ReadonlySet<unknown> {
  return new Set(changed?.map(({ ended }) => ended));
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
  "(o.version > coalesce(o.tried_version, o.version) and (coalesce(e.ref, o.ref) is not null or o.kind <> 'post'))";
/** An earlier attempt may still have arrived: what is known of it stays. Else it was to be an edit alone, or tries anew. */
const RETRY = `
  state = case when o.unknown_fates = 0 and ${IS_UNPOSTED} and o.only_edit then 'dropped' else 'waiting' end,
  due_at = case when o.unknown_fates = 0 and ${IS_UNPOSTED} and o.only_edit then null else e.at end,
  attempt = case when o.unknown_fates > 0 then o.attempt end,
  tried_version = case when o.unknown_fates > 0 then o.tried_version end,
  failures = o.failures + 1, error = e.error`;
/** Only a post can be there twice: an edit or a mark is made again without harm. */
const UNKNOWN = `
  state = 'waiting', due_at = e.at,
  attempt = case when ${IS_UNPOSTED} then o.attempt end,
  tried_version = case when ${IS_UNPOSTED} then o.tried_version end,
  unknown_fates = case when ${IS_UNPOSTED} then o.unknown_fates + 1 else 0 end,
  failures = o.failures + 1, error = e.error`;
const SENT = `
  state = case when ${IS_OUTDATED} then 'waiting' else 'shown' end,
  due_at = case when ${IS_OUTDATED} then e.now end,
  ref = coalesce(e.ref, o.ref), shown_version = o.tried_version, sent_at = coalesce(o.sent_at, e.now),
  ${KNOWN}, failures = 0, error = null`;
/** It may be wanted again since somebody began to look for it. */
const DROPPED = `
  state = case when o.only_edit then 'dropped' else 'waiting' end, due_at = case when o.only_edit then null else e.now end,
  ${KNOWN}`;

/** Opens the lane for the next one, at the platform's pace. */
const RELEASE = `
  update lanes l set attempt = null, busy_until = null, quiet_until = c.quiet
  from (select distinct lane, urgency, ended, quiet from changed) c
  where l.lane = c.lane and l.urgency = c.urgency and l.attempt = c.ended`;
/** The platform wants rest in this place: nothing goes there, of whichever urgency. */
const RELEASE_QUIETLY = `
  update lanes l set
    attempt = case when l.attempt in (select ended from changed) then null else l.attempt end,
    busy_until = case when l.attempt in (select ended from changed) then null else l.busy_until end,
    quiet_until = (select max(c.quiet) from changed c where c.lane = l.lane)
  where l.lane in (select lane from changed)`;

/** Closes all lanes of platform $1 until $2, but for those that somebody is just at: they learn it themselves. */
const QUIETEN = `
  update lanes l set quiet_until = $2::timestamptz
  from (
    select lane, urgency from lanes
    where split_part(lane, ':', 1) = $1::text and (quiet_until is null or quiet_until < $2::timestamptz)
    for update skip locked
  ) open
  where l.lane = open.lane and l.urgency = open.urgency`;

/** Changes the rows of all attempts of which $1 tells how they ended, and opens their lanes. */
function change(to: string, release: string): string {
  return `
    with endings as materialized (
      select * from jsonb_to_recordset($1::text::jsonb) as e (
        attempt int, rows int, now timestamptz, quiet timestamptz, at timestamptz, ref text, error text
      )
    ),
    held as materialized (
      select o.id, e.* from endings e join outbox o on o.attempt = e.attempt
      where o.attempt is not null and o.state = 'claimed'
      order by o.slot collate "C" for update of o
    ),
    whole as (select * from (select *, count(*) over (partition by attempt) as found from held) h where found = rows),
    changed as (
      update outbox o set ${to} from whole e
      where o.id = e.id
      returning o.lane, o.urgency, e.attempt as ended, e.quiet
    ),
    released as (${release})
    select distinct ended from changed`;
}

const RECORD: Readonly<Record<Outcome["is"], string>> = {
  sent: change(SENT, RELEASE),
  retry: change(RETRY, RELEASE),
  unknown: change(UNKNOWN, RELEASE),
  failed: change(
    `state = 'failed', due_at = null, failures = o.failures + 1, error = e.error, ${KNOWN}`,
    RELEASE,
  ),
  unsure: change(`state = 'unsure', due_at = null, error = e.error, ${KNOWN}`, RELEASE),
  dropped: change(DROPPED, RELEASE),
};
const RETRY_LANE = change(RETRY, RELEASE_QUIETLY);

const FREE_FOLLOWERS = `
  update outbox f set due_at = $2::timestamptz, under = case when above.ref is null then null else f.under end
  from outbox above
  where above.slot = any (array(select jsonb_array_elements_text($1::text::jsonb)))
    and f.under = above.slot and f.state = 'waiting' and f.due_at is null
    and (above.ref is not null or above.state not in ('waiting', 'claimed'))`;

function platformOf(place: string): string {
  return place.slice(0, place.indexOf(":"));
}
