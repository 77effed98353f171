// The outbox of the memory store: the same promises as src/store's, said once more without SQL. One row for each slot.
//
// It is written by the contract in ports.ts and test/store/outbox.test.ts alone, and shares no code with the databases'.
import { isDeepStrictEqual } from "node:util";
import type { Setting } from "../../src/core/in-step.ts";
import type { LineMessage, Message } from "../../src/core/message.ts";
import type { Delivery, Effect, MarkEffect, MessageRef, Outcome, Question } from "../../src/desk/ports.ts";

/** A message or mark that is, was or shall be visible. Never changed in place: a transaction may be taken back. */
export interface OutboxRow {
  id: number;
  slot: string;
  ticket: string | null;
  place: string;
  lane: string;
  urgency: "page" | "normal";
  under: string | null;
  combines: boolean;
  wanted:
    | { post: Message }
    | { mark: MarkEffect["mark"]; on: MessageRef }
    | { setting: Setting }
    | { question: Question };
  version: number;
  /** The oldest version that may stand there; null while none was tried. */
  tried: number | null;
  onlyEdit: boolean;
  ref: MessageRef | null;
  state: "waiting" | "claimed" | "shown" | "dropped" | "failed" | "unsure";
  /** The attempt whose end nobody knows yet. */
  attempt: number | null;
  unknownFates: number;
  failures: number;
  /** Waiting: when it may be sent; claimed: when its lease ends. Null: nothing to do. */
  dueMs: number | null;
  enqueuedMs: number;
}

/** Who sends into a place at an urgency, and when somebody else may. */
export interface Lane {
  attempt: number | null;
  busyUntilMs: number;
  quietUntilMs: number;
}

/** What is to be sent, and who sends. */
export interface OutboxRows {
  outbox: Map<string, OutboxRow>;
  lanes: Map<string, Lane>;
}

const GATHER_MS = 300;
const DIGEST_LINES = 40;

/** Wants something of a slot. */
export function want(rows: OutboxRows, effect: Effect, nowMs: number): void {
  const row = rows.outbox.get(effect.slot);
  const onlyEdit = effect.do === "show" && effect.mode === "edit-only";
  if (row === undefined) {
    if (onlyEdit) return;
    keep(rows, {
      ...{ id: rows.outbox.size + 1, slot: effect.slot, version: 1, tried: null, onlyEdit: false, ref: null },
      ...{ state: "waiting", attempt: null, unknownFates: 0, failures: 0, enqueuedMs: nowMs },
      ...asWanted(effect),
      ...placed(rows, effect, nowMs),
    });
    return;
  }
  const wanted = wantedOf(effect);
  const isSame = isDeepStrictEqual(wanted, row.wanted);
  const newer = isSame ? row : { ...row, wanted, version: row.version + 1 };
  const isInDigest = row.combines && (row.attempt !== null || row.state === "shown");
  if (isInDigest) return;
  const edited = (): void => keep(rows, { ...newer, state: "waiting", dueMs: nowMs, enqueuedMs: nowMs });
  const again = (): void =>
    keep(rows, {
      ...{ ...newer, ...asWanted(effect), ...placed(rows, effect, nowMs) },
      ...{ state: "waiting", enqueuedMs: nowMs, onlyEdit: false, failures: 0 },
    });
  switch (row.state) {
    case "waiting":
      if (row.ref !== null) return keep(rows, newer);
      if (row.attempt !== null) return keep(rows, { ...newer, onlyEdit });
      if (!onlyEdit) return isSame ? undefined : keep(rows, { ...newer, ...asWanted(effect) });
      keep(rows, { ...newer, state: "dropped", dueMs: null });
      return free(rows, row.slot, "never stands", nowMs);
    case "claimed":
      return keep(rows, { ...newer, onlyEdit });
    case "shown":
      return isSame || ("post" in row.wanted && row.ref === null) ? undefined : edited();
    case "dropped":
      return onlyEdit ? undefined : again();
    case "failed":
      return onlyEdit || isSame ? undefined : again();
    case "unsure":
      return row.ref === null || isSame ? undefined : edited();
    default:
      return row.state satisfies never;
  }
}

/** Takes up to `limit` lanes, pages first, and of each the first that is due with those that go along. */
export function claim(
  rows: OutboxRows,
  nowMs: number,
  leaseMs: number,
  { limit, which = "all" }: { limit: number; which?: "all" | "pages" | undefined },
  nextAttempt: () => number,
): Delivery[] {
  const heads = headsOf(rows)
    .filter(({ head }) => which === "all" || head.urgency === "page")
    .filter(
      ({ lane, head }) =>
        (head.dueMs ?? 0) <= nowMs && lane.busyUntilMs <= nowMs && lane.quietUntilMs <= nowMs,
    )
    .sort((a, b) => byUrgency(a.head, b.head) || byDue(a.head, b.head))
    .slice(0, limit);
  const deliveries = heads.map(({ name, lane, head }): Delivery => {
    const attempt = nextAttempt();
    rows.lanes.set(name, { ...lane, attempt, busyUntilMs: nowMs + leaseMs });
    const claimed = [head, ...companyOf(rows, head, nowMs)]
      .sort((a, b) => a.id - b.id)
      .map((row): OutboxRow => {
        const isLost = row.state === "claimed" && "post" in row.wanted && row.ref === null;
        const startsAnew = row.attempt === null || row.ref !== null;
        return {
          ...{ ...row, state: "claimed", attempt, dueMs: nowMs + leaseMs },
          unknownFates: row.unknownFates + (isLost ? 1 : 0),
          tried: startsAnew ? row.version : row.tried,
        };
      });
    for (const row of claimed) keep(rows, row);
    return deliveryOf(rows, claimed, attempt);
  });
  return deliveries.sort(byUrgency);
}

/** What a delivery that is held carries by now; null where it is not held any more. */
export function wantedNow(rows: OutboxRows, delivery: Delivery): Delivery | null {
  if (!isHeld(rows, delivery)) return null;
  const held = delivery.ids.flatMap((slot) => rows.outbox.get(slot) ?? []);
  return deliveryOf(rows, held, delivery.attempt);
}

/** Moves the end of the leases that are still held. */
export function extend(rows: OutboxRows, attempts: readonly number[], untilMs: number): void {
  for (const row of rows.outbox.values())
    if (row.state === "claimed" && row.attempt !== null && attempts.includes(row.attempt))
      keep(rows, { ...row, dueMs: untilMs });
  for (const [name, lane] of rows.lanes)
    if (lane.attempt !== null && attempts.includes(lane.attempt))
      rows.lanes.set(name, { ...lane, busyUntilMs: untilMs });
}

/** When the next delivery may be due, or null. */
export function nextDueMs(rows: OutboxRows): number | null {
  const dues = headsOf(rows).map(({ lane, head }) =>
    Math.max(head.dueMs ?? 0, lane.busyUntilMs, lane.quietUntilMs),
  );
  return dues.length === 0 ? null : Math.min(...dues);
}

/** True while an attempt still holds what it claimed. */
export function isHeld(rows: OutboxRows, { ids, attempt }: Delivery): boolean {
  return ids.every((slot) => {
    const row = rows.outbox.get(slot);
    return row?.state === "claimed" && row.attempt === attempt;
  });
}

/** Writes down how a delivery that is held ended; `pauseMs` is how long its lane is quiet after a post. */
export function settle(
  rows: OutboxRows,
  delivery: Delivery,
  outcome: Outcome,
  nowMs: number,
  pauseMs: number,
): void {
  for (const slot of delivery.ids) {
    const before = rows.outbox.get(slot);
    if (before === undefined) continue;
    const row = after(before, outcome, nowMs);
    keep(rows, row);
    const stands = before.ref === null && row.ref !== null;
    const isGone = row.ref === null && row.state !== "waiting";
    if (stands || isGone) free(rows, slot, stands ? "stands" : "never stands", nowMs);
  }
  const mayHaveArrived = outcome.is === "unknown" || (outcome.is === "sent" && outcome.found !== true);
  const mayHavePosted = delivery.work.do === "post" && mayHaveArrived;
  for (const [name, lane] of rows.lanes) {
    if (lane.attempt !== delivery.attempt) continue;
    const quietUntilMs = mayHavePosted ? nowMs + pauseMs : 0;
    rows.lanes.set(name, { attempt: null, busyUntilMs: 0, quietUntilMs });
  }
  if (outcome.is === "retry" && outcome.shutOut === true)
    for (const [name, lane] of rows.lanes) {
      const isTheirs = name.slice(name.indexOf(" ") + 1).startsWith(`${delivery.place.split(":")[0] ?? ""}:`);
      if (isTheirs)
        rows.lanes.set(name, { ...lane, quietUntilMs: Math.max(lane.quietUntilMs, outcome.at.getTime()) });
    }
  if (outcome.is !== "retry" || !outcome.lane) return;
  const [first = ""] = delivery.ids;
  const stopped = rows.outbox.get(first)?.lane;
  for (const [name, lane] of rows.lanes)
    if (name.slice(name.indexOf(" ") + 1) === stopped)
      rows.lanes.set(name, { ...lane, quietUntilMs: outcome.at.getTime() });
}

function after(row: OutboxRow, outcome: Outcome, nowMs: number): OutboxRow {
  const known = { ...row, attempt: null, tried: null, unknownFates: 0 };
  const failures = row.failures + 1;
  const isUnposted = "post" in row.wanted && row.ref === null;
  switch (outcome.is) {
    case "sent": {
      const ref = outcome.ref ?? row.ref;
      const isOutdated =
        row.version > (row.tried ?? row.version) && (ref !== null || !("post" in row.wanted));
      return {
        ...known,
        ref,
        failures: 0,
        state: isOutdated ? "waiting" : "shown",
        dueMs: isOutdated ? nowMs : null,
      };
    }
    case "retry":
      if (row.unknownFates > 0) return { ...row, failures, state: "waiting", dueMs: outcome.at.getTime() };
      if (isUnposted && row.onlyEdit) return { ...known, failures, state: "dropped", dueMs: null };
      return { ...known, failures, state: "waiting", dueMs: outcome.at.getTime() };
    case "unknown": {
      const next = { failures, state: "waiting", dueMs: outcome.at.getTime() } as const;
      return isUnposted ? { ...row, ...next, unknownFates: row.unknownFates + 1 } : { ...known, ...next };
    }
    case "failed":
      return { ...known, failures, state: "failed", dueMs: null };
    case "dropped":
      if (!row.onlyEdit) return { ...known, state: "waiting", dueMs: nowMs };
      return { ...known, state: "dropped", dueMs: null };
    case "unsure":
      return { ...known, state: "unsure", dueMs: null };
    default:
      return outcome satisfies never;
  }
}

/** Lets go what waited for a slot. */
function free(rows: OutboxRows, slot: string, fate: "stands" | "never stands", nowMs: number): void {
  for (const row of rows.outbox.values())
    if (row.under === slot && row.state === "waiting" && row.dueMs === null)
      keep(rows, { ...row, dueMs: nowMs, under: fate === "stands" ? slot : null });
}

/** The first row of each lane that has work, due or not yet. */
function headsOf(rows: OutboxRows): { name: string; lane: Lane; head: OutboxRow }[] {
  const heads = new Map<string, OutboxRow>();
  for (const row of rows.outbox.values()) {
    if (row.dueMs === null) continue;
    const name = laneName(row);
    const head = heads.get(name);
    if (head === undefined || byDue(row, head) < 0) heads.set(name, row);
  }
  return [...heads].map(([name, head]) => ({ name, head, lane: rows.lanes.get(name) ?? FREE }));
}

const FREE: Lane = { attempt: null, busyUntilMs: 0, quietUntilMs: 0 };

/** What goes out in one message with a row: those it went with before, or lines that wait for the same thread. */
function companyOf(rows: OutboxRows, head: OutboxRow, nowMs: number): OutboxRow[] {
  const others = [...rows.outbox.values()].filter(({ id }) => id !== head.id);
  if (head.attempt !== null) return others.filter(({ attempt }) => attempt === head.attempt);
  if (!head.combines) return [];
  return others
    .filter(
      (row) =>
        row.combines &&
        row.state === "waiting" &&
        row.attempt === null &&
        row.dueMs !== null &&
        laneName(row) === laneName(head) &&
        row.under === head.under &&
        (row.dueMs <= nowMs || row.failures === 0),
    )
    .sort(byDue)
    .slice(0, DIGEST_LINES - 1);
}

function deliveryOf(rows: OutboxRows, claimed: readonly OutboxRow[], attempt: number): Delivery {
  const [first] = claimed;
  if (first === undefined || first.tried === null) throw new Error("nothing was claimed");
  return {
    ids: claimed.map(({ slot }) => slot),
    key: first.slot,
    attempt,
    version: first.tried,
    ticket: claimed.every(({ ticket }) => ticket === first.ticket) ? first.ticket : null,
    place: first.place,
    urgency: first.urgency,
    unknownFates: Math.max(...claimed.map(({ unknownFates }) => unknownFates)),
    failures: Math.max(...claimed.map(({ failures }) => failures)),
    enqueuedAt: new Date(first.enqueuedMs),
    work: workOf(rows, first, claimed),
  };
}

function workOf(rows: OutboxRows, first: OutboxRow, claimed: readonly OutboxRow[]): Delivery["work"] {
  const { wanted, ref } = first;
  if ("mark" in wanted) return { do: "mark", on: wanted.on, mark: wanted.mark };
  if ("setting" in wanted) return { do: "set", setting: wanted.setting };
  if ("question" in wanted) return { do: "ask", question: wanted.question };
  if (ref !== null) return { do: "edit", message: wanted.post, ref };
  const under = first.under === null ? null : (rows.outbox.get(first.under)?.ref ?? null);
  if (first.onlyEdit) return { do: "find", message: wanted.post, under };
  if (claimed.length === 1) return { do: "post", message: wanted.post, under };
  return { do: "post", message: { kind: "digest", lines: claimed.map(lineOf) }, under };
}

function lineOf({ wanted, slot }: OutboxRow): LineMessage {
  if ("post" in wanted && wanted.post.kind === "line") return wanted.post;
  throw new Error(`${slot} is no line, and cannot share a digest`);
}

function asWanted(
  effect: Effect,
): Pick<OutboxRow, "ticket" | "wanted" | "place" | "lane" | "urgency" | "combines"> {
  const { ticket } = effect;
  const wanted = wantedOf(effect);
  if (effect.do === "show") {
    const { place, urgency, message } = effect;
    return {
      ticket,
      wanted,
      place,
      lane: place,
      urgency,
      combines: effect.combines && message.kind === "line",
    };
  }
  const place = effect.do === "mark" ? effect.on : effect.place;
  const lane = `${place.split(":")[0] ?? ""}:${effect.do}s`;
  return { ticket, wanted, place, lane, urgency: "normal", combines: false };
}

function wantedOf(effect: Effect): OutboxRow["wanted"] {
  if (effect.do === "set") return { setting: effect.setting };
  if (effect.do === "ask") return { question: effect.question };
  return effect.do === "show" ? { post: effect.message } : { mark: effect.mark, on: effect.on };
}

/** Under which message it goes, and from when: not before that one stands there. */
function placed(rows: OutboxRows, effect: Effect, nowMs: number): Pick<OutboxRow, "under" | "dueMs"> {
  const dueMs = effect.do === "show" && effect.combines ? nowMs + GATHER_MS : nowMs;
  const under = effect.do === "show" ? effect.under : null;
  const above = under === null ? undefined : rows.outbox.get(under);
  if (above === undefined) return { under: null, dueMs };
  if (above.ref !== null) return { under, dueMs };
  const isComing = above.state === "waiting" || above.state === "claimed";
  return isComing ? { under, dueMs: null } : { under: null, dueMs };
}

function keep(rows: OutboxRows, row: OutboxRow): void {
  rows.outbox.set(row.slot, row);
  const name = laneName(row);
  if (!rows.lanes.has(name)) rows.lanes.set(name, FREE);
}

function laneName({ urgency, lane }: OutboxRow): string {
  return `${urgency} ${lane}`;
}

function byUrgency(a: { urgency: string }, b: { urgency: string }): number {
  return Number(b.urgency === "page") - Number(a.urgency === "page");
}

function byDue(a: OutboxRow, b: OutboxRow): number {
  return (a.dueMs ?? 0) - (b.dueMs ?? 0) || a.id - b.id;
}
