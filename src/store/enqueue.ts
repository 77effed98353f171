// Decides what becomes of a message when something else is wanted of it. Nothing is sent here: queue.ts claims what is due.
//
//   never sent, not in flight   a newer want replaces it; one that only edits drops it
//   in flight, or fate unknown  the newer want is kept, and goes out as an edit once the first is known to stand there
//   shown                       goes out as an edit, unless it says the same
//   dropped                     waits again when it is wanted again
//   failed                      tries again when something else is wanted, not for an edit
//   unsure                      stays as it is where nobody knows whether it stands there
import { and, asc, eq, inArray, isNull, notInArray, sql } from "drizzle-orm";
import { isDeepStrictEqual } from "node:util";
import type { Effect, Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { cleaned, toStored } from "./json.ts";
import { freeing } from "./outcome.ts";
import { outbox } from "./schema.ts";

/** The part of a transaction that wants messages. `onChange` hears of each want, `machineNow` dates it. */
export function wantsIn(
  database: Database,
  onChange: () => void,
  machineNow: () => Date,
): Pick<Tx, "enqueue" | "slotsOf" | "unsent"> {
  return {
    async enqueue(effects) {
      for (const some of withoutRepeats(effects)) await want(database, some, machineNow());
      if (effects.length > 0) onChange();
    },

    async slotsOf(ticket, prefix) {
      const rows = await database
        .select({ slot: outbox.slot, state: outbox.state })
        .from(outbox)
        .where(eq(outbox.ticket, ticket))
        .orderBy(asc(outbox.id));
      const begin = cleaned(prefix);
      return rows.flatMap(({ slot, state }) => (slot.startsWith(begin) && state !== "dropped" ? [slot] : []));
    },

    async unsent(slots) {
      if (slots.length === 0) return new Set();
      const rows = await database
        .select({ slot: outbox.slot })
        .from(outbox)
        .where(
          and(
            inArray(outbox.slot, slots.map(cleaned)),
            isNull(outbox.ref),
            notInArray(outbox.state, ["failed", "unsure"]),
          ),
        );
      return new Set(rows.map(({ slot }) => slot));
    },
  };
}

/** How long a line that may share a digest waits for company. */
const GATHER_MS = 300;

type Row = typeof outbox.$inferSelect;
type Change = Partial<Row>;
/** A row that is not there yet: the database numbers it, and nothing has become of it. */
type Fresh = Omit<Row, "id" | "gathers" | Later>;
type Later = "shownVersion" | "triedVersion" | "attempt" | "unknownFates" | "sentAt";

/** Wants all of some effects, each of a slot of its own, in a few statements however many they are. */
async function want(database: Database, effects: readonly Effect[], now: Date): Promise<void> {
  const known = await locked(database, effects);
  const fresh = new Map<string, Fresh>();
  const changed: Row[] = [];
  for (const effect of effects) {
    const slot = cleaned(effect.slot);
    const row = known.get(slot);
    const at: Situation = { now, above: (one) => known.get(one) ?? fresh.get(one) };
    if (row === undefined) {
      if (!onlyEdits(effect)) fresh.set(slot, freshRow(effect, slot, at));
      continue;
    }
    const next = changeOf(row, effect, at);
    if (next === null) continue;
    const after = { ...row, ...next };
    known.set(slot, after);
    changed.push(after);
  }
  const dropped = changed.filter(({ state }) => state === "dropped").map(({ slot }) => slot);
  // They go down the line behind one another, without waiting for answers.
  const [made] = await Promise.all([
    insert(database, [...fresh.values()]),
    makeLanes(database, [...fresh.values(), ...changed]),
    update(database, changed),
    dropped.length > 0 ? database.ask(freeing(dropped, now)) : [],
  ]);
  // Somebody else made such a slot in the meantime; their row is committed by now, so the next look finds it.
  const others = effects.filter(({ slot }) => fresh.has(cleaned(slot)) && !made.has(cleaned(slot)));
  if (others.length === 0) return;
  await want(database, others, now);
  // It may stand there already, and what was to wait for it here would wait for ever.
  await database.ask(
    freeing(
      others.map(({ slot }) => cleaned(slot)),
      now,
    ),
  );
}

/** What a want depends on beside its own row: the time, and the row of the message above it as it stands by now. */
interface Situation {
  now: Date;
  above: (slot: string) => Pick<Row, "state" | "ref"> | undefined;
}

/** One after another, but each time as many as have slots of their own. */
function withoutRepeats(effects: readonly Effect[]): Effect[][] {
  const groups: Effect[][] = [];
  let seen = new Set<string>();
  for (const effect of effects) {
    if (groups.length === 0 || seen.has(effect.slot)) {
      groups.push([]);
      seen = new Set();
    }
    seen.add(effect.slot);
    groups.at(-1)?.push(effect);
  }
  return groups;
}

/**
 * The rows of these effects and of the messages that they go under, locked in the order of their slots, as everywhere. Who
 * sends the message above, and frees those that wait for it, so sees them.
 */
async function locked(database: Database, effects: readonly Effect[]): Promise<Map<string, Row>> {
  const unders = effects.flatMap((effect) =>
    effect.do === "show" && effect.under !== null ? [effect.under] : [],
  );
  const slots = [...new Set([...effects.map(({ slot }) => slot), ...unders].map(cleaned))];
  const rows = await database
    .select()
    .from(outbox)
    .where(inArray(outbox.slot, slots))
    .orderBy(sql`${outbox.slot} collate "C"`)
    .for("update");
  return new Map(rows.map((row) => [row.slot, row]));
}

async function makeLanes(database: Database, rows: readonly Pick<Row, "lane" | "urgency">[]): Promise<void> {
  const wanted = new Map(rows.map(({ lane, urgency }) => [`${lane} ${urgency}`, { lane, urgency }]));
  if (wanted.size === 0) return;
  const inOrder = [...wanted].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, lane]) => lane);
  await database.ask({ text: MAKE_LANES, values: [JSON.stringify(toStored(inOrder))] });
}

/** Writes rows back, whatever has changed in each, by one statement. */
async function update(database: Database, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await database.ask({ text: UPDATE, values: [JSON.stringify(toStored(rows))] });
}

/** One text whatever is written: a statement of drizzle's has hundreds of values, and another text for each count of rows. */
const WRITTEN = `rows from (jsonb_to_recordset($1::text::jsonb) as (
    id bigint, slot text, ticket text, place text, urgency text, lane text, under text, combines boolean, kind text,
    wanted jsonb, version int, "onlyEdit" boolean, state text, failures int, "dueAt" timestamptz,
    "enqueuedAt" timestamptz, error text
  )) with ordinality as c (
    id, slot, ticket, place, urgency, lane, under, combines, kind, wanted, version, only_edit, state, failures, due_at,
    enqueued_at, error, nr
  )`;

const UPDATE = `
  update outbox o set
    ticket = c.ticket, place = c.place, urgency = c.urgency, lane = c.lane, under = c.under, combines = c.combines,
    kind = c.kind, wanted = c.wanted, version = c.version, only_edit = c.only_edit, state = c.state, failures = c.failures,
    due_at = c.due_at, enqueued_at = c.enqueued_at, error = c.error
  from ${WRITTEN}
  where o.id = c.id`;

const INSERT = `
  insert into outbox (
    slot, ticket, place, urgency, lane, under, combines, kind, wanted, version, only_edit, state, unknown_fates, failures,
    due_at, enqueued_at
  )
  select
    slot, ticket, place, urgency, lane, under, combines, kind, wanted, version, only_edit, state, 0, failures,
    due_at, enqueued_at
  from ${WRITTEN}
  order by nr
  on conflict do nothing
  returning slot`;

const MAKE_LANES = `
  insert into lanes (lane, urgency)
  select lane, urgency
  from rows from (jsonb_to_recordset($1::text::jsonb) as (lane text, urgency text)) with ordinality as c (lane, urgency, nr)
  order by nr
  on conflict do nothing`;

/** Makes rows, and tells the slots of those that were not there. */
async function insert(database: Database, rows: readonly Fresh[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const made = await database.ask({ text: INSERT, values: [JSON.stringify(toStored(rows))] });
  return new Set(made.map(({ slot }) => String(slot)));
}

function freshRow(effect: Effect, slot: string, at: Situation): Fresh {
  return {
    ...fieldsOf(effect),
    ...placed(effect, at),
    slot,
    version: 1,
    onlyEdit: false,
    ref: null,
    state: "waiting",
    failures: 0,
    enqueuedAt: at.now,
    error: null,
  };
}

/** What to change in a known row, or null where nothing is. */
function changeOf(row: Row, effect: Effect, at: Situation): Change | null {
  const wanted = wantedOf(effect);
  const isSame = isDeepStrictEqual(toStored(wanted), toStored(row.wanted));
  const newer: Change = isSame ? {} : { wanted, version: row.version + 1 };
  const onlyEdit = onlyEdits(effect);
  // A line in a digest cannot be told from the others there, so it is never edited.
  const isInDigest = row.combines && (row.attempt !== null || row.state === "shown");
  if (isInDigest) return null;
  switch (row.state) {
    case "waiting":
      if (row.ref !== null) return isSame ? null : newer;
      if (row.attempt !== null) return { ...newer, onlyEdit };
      if (onlyEdit) return { ...newer, state: "dropped", dueAt: null };
      return isSame ? null : { ...newer, ...fieldsOf(effect) };
    case "claimed":
      return { ...newer, onlyEdit };
    case "shown":
      if (isSame || (row.kind === "post" && row.ref === null)) return null;
      return { ...newer, ...wantedAnew(at), dueAt: at.now };
    case "dropped":
      return onlyEdit ? null : again(newer, effect, at);
    case "failed":
      return onlyEdit || isSame ? null : again(newer, effect, at);
    case "unsure":
      return row.ref === null || isSame ? null : { ...newer, ...wantedAnew(at), dueAt: at.now };
    default:
      return row.state satisfies never;
  }
}

/** It was given up, and gets another chance as if it were new. */
function again(newer: Change, effect: Effect, at: Situation): Change {
  const fields = { ...fieldsOf(effect), ...placed(effect, at) };
  return { ...newer, ...fields, ...wantedAnew(at), onlyEdit: false, failures: 0, error: null };
}

/** From here on it waits, and how long is counted from here. */
function wantedAnew({ now }: Situation) {
  return { state: "waiting", enqueuedAt: now } as const;
}

function onlyEdits(effect: Effect): boolean {
  return effect.do === "show" && effect.mode === "edit-only";
}

function wantedOf(effect: Effect): Row["wanted"] {
  switch (effect.do) {
    case "show":
      return effect.message;
    case "mark":
      return { kind: "mark", on: effect.on, mark: effect.mark };
    case "set":
      return { kind: "set", setting: effect.setting };
    case "ask":
      return { kind: "ask", question: effect.question };
    default:
      return effect satisfies never;
  }
}

/** What an effect says of its row, and its lane. Marks of one platform share one, and so do its settings and questions: none is urgent. */
function fieldsOf(effect: Effect): Fields {
  return { ticket: effect.ticket, wanted: wantedOf(effect), ...whereItGoes(effect) };
}

type Fields = Pick<Row, "ticket" | "wanted" | "kind" | "place" | "lane" | "urgency" | "combines">;

function whereItGoes(effect: Effect): Omit<Fields, "ticket" | "wanted"> {
  if (effect.do === "show") {
    const { place, urgency, message } = effect;
    const combines = effect.combines && message.kind === "line";
    return { kind: "post", place, lane: place, urgency, combines };
  }
  const place = effect.do === "mark" ? effect.on : effect.place;
  const [platform = ""] = place.split(":");
  return {
    kind: effect.do,
    place,
    lane: `${platform}:${effect.do}s`,
    urgency: "normal",
    combines: false,
  };
}

/** Under which message it goes, and when it is due: not before that message stands there. */
function placed(effect: Effect, { now, above }: Situation): Pick<Row, "under" | "dueAt"> {
  const isLine = effect.do === "show" && effect.combines;
  const dueAt = isLine ? new Date(now.getTime() + GATHER_MS) : now;
  if (effect.do !== "show" || effect.under === null) return { under: null, dueAt };
  const under = cleaned(effect.under);
  const message = above(under);
  if (message === undefined) return { under: null, dueAt };
  if (message.ref !== null) return { under, dueAt };
  const isComing = message.state === "waiting" || message.state === "claimed";
  return isComing ? { under, dueAt: null } : { under: null, dueAt };
}
