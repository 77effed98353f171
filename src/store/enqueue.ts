// Decides what becomes of a message when something else is wanted of it. Nothing is sent here: queue.ts claims what is due.
//
//   never sent, not in flight   a newer want replaces it; one that only edits drops it
//   in flight, or fate unknown  the newer want is kept, and goes out as an edit once the first is known to stand there
//   shown                       goes out as an edit, unless it says the same
//   dropped                     waits again when it is wanted again
//   failed                      tries again when something else is wanted, not for an edit
//   unsure                      stays as it is where nobody knows whether it stands there
import { asc, eq } from "drizzle-orm";
import { isDeepStrictEqual } from "node:util";
import type { Effect, Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { cleaned, toStored } from "./json.ts";
import { freeFollowers } from "./outcome.ts";
import { lanes, outbox } from "./schema.ts";

/** The part of a transaction that wants messages. `onChange` hears of each want, `machineNow` dates it. */
export function wantsIn(
  database: Database,
  onChange: () => void,
  machineNow: () => Date,
): Pick<Tx, "enqueue" | "slotsOf"> {
  return {
    async enqueue(effects) {
      for (const effect of effects) await want(database, effect, machineNow());
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
  };
}

/** How long a line that may share a digest waits for company. */
const GATHER_MS = 300;

type Row = typeof outbox.$inferSelect;
type Change = Partial<typeof outbox.$inferInsert>;

async function want(database: Database, effect: Effect, now: Date): Promise<void> {
  const [known] = await database.select().from(outbox).where(eq(outbox.slot, effect.slot)).for("update");
  if (known !== undefined) return change(database, known, effect, now);
  if (onlyEdits(effect)) return;
  const fields = await fieldsOf(database, effect);
  const made = await database
    .insert(outbox)
    .values({
      ...fields,
      ...(await placed(database, effect, now)),
      ...FRESH,
      slot: effect.slot,
      enqueuedAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: outbox.id });
  // Somebody else made that slot in the meantime; their row is committed by now, so the next look finds it.
  if (made.length === 0) await want(database, effect, now);
}

const FRESH = { version: 1, onlyEdit: false, state: "waiting", unknownFates: 0, failures: 0 } as const;

async function change(database: Database, row: Row, effect: Effect, now: Date): Promise<void> {
  const next = await changeOf(database, row, effect, now);
  if (next === null) return;
  await database.update(outbox).set(next).where(eq(outbox.id, row.id));
  if (next.state === "dropped") await freeFollowers(database, [row.slot], "never stands", now);
}

/** What to change in a known row, or null where nothing is. */
async function changeOf(database: Database, row: Row, effect: Effect, now: Date): Promise<Change | null> {
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
      return isSame ? null : { ...newer, ...(await fieldsOf(database, effect)) };
    case "claimed":
      return { ...newer, onlyEdit };
    case "shown":
      if (isSame || (row.kind === "post" && row.ref === null)) return null;
      return { ...newer, ...wantedAnew(now), dueAt: now };
    case "dropped":
      return onlyEdit ? null : await again(database, newer, effect, now);
    case "failed":
      return onlyEdit || isSame ? null : await again(database, newer, effect, now);
    case "unsure":
      return row.ref === null || isSame ? null : { ...newer, ...wantedAnew(now), dueAt: now };
    default:
      return row.state satisfies never;
  }
}

/** It was given up, and gets another chance as if it were new. */
async function again(database: Database, newer: Change, effect: Effect, now: Date): Promise<Change> {
  const fields = await fieldsOf(database, effect);
  const placing = await placed(database, effect, now);
  return { ...newer, ...fields, ...placing, ...wantedAnew(now), onlyEdit: false, failures: 0, error: null };
}

/** From here on it waits, and how long is counted from here. */
function wantedAnew(now: Date) {
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
    default:
      return effect satisfies never;
  }
}

/** What an effect says of its row, and a lane for it. Marks of one platform share a lane, and so do its settings: none is urgent. */
async function fieldsOf(database: Database, effect: Effect): Promise<Fields> {
  const fields = { ticket: effect.ticket, wanted: wantedOf(effect), ...whereItGoes(effect) };
  const { lane, urgency } = fields;
  await database.insert(lanes).values({ lane, urgency }).onConflictDoNothing();
  return fields;
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

/**
 * Under which message it goes, and when it is due: not before that message stands there. The row of that message is locked,
 * so that its sender, who frees those that wait for it, sees this one.
 */
async function placed(
  database: Database,
  effect: Effect,
  now: Date,
): Promise<{ under: string | null; dueAt: Date | null }> {
  const isLine = effect.do === "show" && effect.combines;
  const dueAt = isLine ? new Date(now.getTime() + GATHER_MS) : now;
  if (effect.do !== "show" || effect.under === null) return { under: null, dueAt };
  const [above] = await database
    .select({ state: outbox.state, ref: outbox.ref })
    .from(outbox)
    .where(eq(outbox.slot, effect.under))
    .for("update");
  if (above === undefined) return { under: null, dueAt };
  if (above.ref !== null) return { under: effect.under, dueAt };
  const isComing = above.state === "waiting" || above.state === "claimed";
  return isComing ? { under: effect.under, dueAt: null } : { under: null, dueAt };
}
