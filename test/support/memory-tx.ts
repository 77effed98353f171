// What one transaction of the memory store reads and writes, and the rows that it does so on.
import { isDeepStrictEqual } from "node:util";
import type { Directory } from "../../src/core/directory.ts";
import { DeskError } from "../../src/core/errors.ts";
import type { KnownHearing } from "../../src/core/hearing.ts";
import type { Settings } from "../../src/core/settings.ts";
import type { Rings } from "../../src/core/storm.ts";
import type { Ticket, TicketEvent } from "../../src/core/ticket.ts";
import type { Accepted, Held, PolicyRevision, TicketIndex, Tx } from "../../src/desk/ports.ts";
import { cleaned } from "../../src/store/json.ts";
import { want, type OutboxRows } from "./memory-outbox.ts";

/** Everything that is remembered. */
export interface Rows extends OutboxRows {
  directories: { directory: Directory; appliedAt: Date }[];
  addresses: Map<string, string>;
  policies: Map<string, PolicyRevision & { turn: number }>;
  counters: Map<string, number>;
  tickets: Map<string, TicketRow>;
  events: Map<string, readonly TicketEvent[]>;
  intents: Map<string, unknown>;
  accepted: Map<string, Accepted>;
  chores: Map<string, { wakeAt: Date | null; state: unknown }>;
  choreWakes: readonly { name: string; at: Date }[];
  feeds: Map<string, string>;
  rings: Map<string, Rings>;
  hearings: Map<string, KnownHearing>;
  settings: Map<string, Settings>;
  /** By slot, in the order of their first want. */
  held: Map<string, Held>;
}

interface TicketRow {
  ticket: Ticket;
  index: TicketIndex;
}

/** What makes a transaction fail at its end, as a failed statement does in a database, even where its error was caught. */
export interface Spoilt {
  by: DeskError | null;
}

/** A transaction on rows that are its own until it commits. */
export function txOn(rows: Rows, machineNow: () => Date, spoilt: Spoilt, onChange: () => void): Tx {
  const ticketWhere = (isIt: (ticket: Ticket) => boolean): Promise<Ticket | null> =>
    later(() => [...rows.tickets.values()].find(({ ticket }) => isIt(ticket))?.ticket ?? null);
  const put = (ticket: Ticket, index: TicketIndex, events: readonly TicketEvent[]): void => {
    rows.tickets.set(ticket.id, storedAs({ ticket, index }));
    rows.events.set(ticket.id, [...(rows.events.get(ticket.id) ?? []), ...storedAs(events)]);
    onChange();
  };
  const tx: Tx = {
    directory: () =>
      later(() => {
        const inForce = rows.directories.at(-1);
        if (inForce === undefined)
          throw new DeskError("unavailable", "This desk is not set up yet: apply a desk file first.");
        return {
          revision: rows.directories.length,
          appliedAt: inForce.appliedAt,
          directory: inForce.directory,
          addresses: new Map(rows.addresses),
        };
      }),
    directoryToChange: () => tx.directory(),
    directories: () => later(() => [...rows.directories]),
    replaceDirectory: (directory, at) =>
      later(() => {
        const next = storedAs(directory);
        if (isDeepStrictEqual(rows.directories.at(-1)?.directory, next)) return false;
        rows.directories.push({ directory: next, appliedAt: at });
        onChange();
        return true;
      }),
    rememberAddress: (written, resolved) => later(() => void rows.addresses.set(written, resolved)),

    policyInForce: (id, at) =>
      later(() => {
        const day = at.toISOString().slice(0, 10);
        const serving = [...rows.policies.values()]
          .filter(({ policy }) => policy.id === id && policy.effective <= day)
          .sort((a, b) => byText(b.policy.effective, a.policy.effective) || b.turn - a.turn);
        return serving[0] === undefined ? null : asRevision(serving[0]);
      }),
    policyRevision: (id) =>
      later(() => {
        const kept = rows.policies.get(id);
        if (kept === undefined)
          throw new DeskError("internal", "This ticket's policy is not known any more.");
        return asRevision(kept);
      }),
    addPolicy: ({ id, policy }) =>
      later(() => {
        const turns = [...rows.policies.values()].filter((one) => one.policy.id === policy.id);
        const turn = Math.max(0, ...turns.map((one) => one.turn));
        const known = rows.policies.get(id);
        if (known?.turn === turn) return false;
        rows.policies.set(id, { id, policy: known?.policy ?? storedAs(policy), turn: turn + 1 });
        return known === undefined;
      }),

    nextNumber: (customer) =>
      later(() => {
        const next = (rows.counters.get(customer) ?? 0) + 1;
        rows.counters.set(customer, next);
        return next;
      }),
    insertTicket: (ticket, index, events) =>
      later(() => {
        const isTwin = (one: Ticket): boolean => one.id === ticket.id || isNumber(one, ticket.number);
        if (
          !rows.policies.has(ticket.policyRevision) ||
          [...rows.tickets.values()].some((row) => isTwin(row.ticket))
        ) {
          spoilt.by = new DeskError("internal", `${ticket.number} cannot be kept.`);
          throw spoilt.by;
        }
        put(ticket, index, events);
      }),
    saveTicket: (ticket, index, events) =>
      later(() => {
        if (rows.tickets.get(ticket.id)?.ticket.revision !== ticket.revision - events.length)
          throw new DeskError(
            "conflict",
            `${ticket.number} has changed meanwhile. Look at it again, please.`,
          );
        put(ticket, index, events);
      }),
    ticketByNumber: (number) => ticketWhere((ticket) => isNumber(ticket, number)),
    ticketById: (id) => later(() => rows.tickets.get(id)?.ticket ?? null),
    ticketAtMessage: (ref) =>
      later(() => {
        const shown = [...rows.outbox.values()].filter((row) => row.ref === ref);
        const [first] = shown;
        if (first === undefined || first.ticket === null) return null;
        if (shown.some(({ ticket }) => ticket !== first.ticket)) return null;
        const row = rows.tickets.get(first.ticket);
        return row === undefined ? null : { ticket: row.ticket, slot: first.slot };
      }),
    hasUnrecordedPosts: () =>
      later(() =>
        [...rows.outbox.values()].some(
          ({ attempt, ref, wanted }) => attempt !== null && ref === null && "post" in wanted,
        ),
      ),
    openTickets: (after, limit) =>
      later(() =>
        [...rows.tickets.values()]
          .filter((row) => isOpen(row) && row.ticket.id > after)
          .map(({ ticket }) => ticket)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
    listTickets: ({ customers, open, assignee, limit }) =>
      later(() => {
        const found = [...rows.tickets.values()]
          .filter(({ ticket }) => customers === undefined || customers.includes(ticket.customer))
          .filter(({ ticket }) => assignee === undefined || ticket.assignee === assignee)
          .filter((row) => open === undefined || open === isOpen(row))
          .sort(
            (a, b) =>
              a.index.levelRank - b.index.levelRank ||
              byTime(a.index.dueAt, b.index.dueAt) ||
              byTime(a.ticket.filedAt, b.ticket.filedAt),
          );
        return { tickets: found.slice(0, limit).map(({ ticket }) => ticket), total: found.length };
      }),
    eventsOf: (ticket) => later(() => [...(rows.events.get(ticket) ?? [])]),
    pastTickets: ({ from, to, customer, after, limit }) =>
      later(() =>
        [...rows.tickets.values()]
          .map(({ ticket }) => ticket)
          .filter(
            ({ filedAt }) => (from === undefined || filedAt >= from) && (to === undefined || filedAt < to),
          )
          .filter((ticket) => customer === undefined || ticket.customer === customer)
          .filter((ticket) => after === undefined || byFiling(ticket, after) > 0)
          .sort(byFiling)
          .slice(0, limit)
          .map((ticket) => ({ ticket, events: rows.events.get(ticket.id) ?? [] })),
      ),
    dueTickets: (now, limit) =>
      later(() =>
        [...rows.tickets.values()]
          .filter(({ index: { wakeAt } }) => wakeAt !== null && wakeAt <= now)
          .sort((a, b) => Number(rings(b)) - Number(rings(a)) || byTime(a.index.wakeAt, b.index.wakeAt))
          .slice(0, limit)
          .map(({ ticket }) => ticket),
      ),
    inUse: () =>
      later(() => {
        const all = [...rows.tickets.values()];
        const open = all.filter(isOpen).map(({ ticket }) => ticket);
        const people = open.flatMap(({ filer, assignee }) =>
          assignee === null ? [filer] : [filer, assignee],
        );
        const counts = (keys: readonly string[]) => new Map(Object.entries(counted(keys)));
        return {
          customers: counts(all.map(({ ticket }) => ticket.customer)),
          people: counts(people),
          revisions: counts(open.map(({ policyRevision }) => policyRevision)),
        };
      }),

    claimIntent: (key) =>
      later(() => {
        if (rows.intents.has(key)) return { first: false, reply: rows.intents.get(key) };
        rows.intents.set(key, null);
        return { first: true };
      }),
    keepReply: (key, reply) => later(() => void rows.intents.set(key, storedAs(reply))),

    takeAccepted: (except) =>
      later(() => {
        const [first] = [...rows.accepted.values()].filter(({ key }) => !except.includes(key));
        if (first === undefined) return null;
        rows.accepted.delete(first.key);
        return first;
      }),
    dropAccepted: (key) => later(() => rows.accepted.delete(key)),

    takeChore: (names, now) =>
      later(() => {
        const [due] = [...rows.chores]
          .map(([name, { state }]) => ({ name, state, at: choreDueAt(rows, name) }))
          .filter(({ name, at }) => names.includes(name) && at !== null && at <= now)
          .sort((one, other) => byTime(one.at, other.at) || byText(one.name, other.name));
        if (due === undefined) return null;
        rows.choreWakes = rows.choreWakes.filter(({ name, at }) => name !== due.name || at > now);
        return { name: due.name, state: due.state };
      }),
    saveChore: (name, next) =>
      later(() => {
        rows.chores.set(name, storedAs(next));
        onChange();
      }),
    wakeChores: (names, at) =>
      later(() => {
        for (const name of names)
          if (!rows.chores.has(name)) rows.chores.set(name, { wakeAt: null, state: null });
        rows.choreWakes = [...rows.choreWakes, ...names.map((name) => ({ name, at }))];
        if (names.length > 0) onChange();
      }),
    ringsAt: (place) => later(() => rows.rings.get(place) ?? null),
    lockRings: (places) =>
      later(
        () =>
          new Map(
            places.flatMap((place) => {
              const known = rows.rings.get(place);
              return known === undefined ? [] : [[place, known]];
            }),
          ),
      ),
    stormyPlaces: () =>
      later(() => [...rows.rings].flatMap(([place, { storm }]) => (storm === null ? [] : [place])).sort()),
    keepRings: (rings) =>
      later(() => {
        for (const [place, known] of rings) rows.rings.set(place, storedAs(known));
      }),

    feedKey: (person) => later(() => rows.feeds.get(person) ?? null),
    keepFeedKey: (person, key, when) =>
      later(() => {
        const kept = when === "replace" ? key : (rows.feeds.get(person) ?? key);
        rows.feeds.set(person, kept);
        return kept;
      }),

    hearings: () => later(() => new Map(rows.hearings)),
    keepHearing: (person, hearing) => later(() => void rows.hearings.set(person, storedAs(hearing))),

    settingsOf: (people) =>
      later(() => new Map([...rows.settings].filter(([person]) => people.includes(person)))),
    keepSettings: (person, settings) => later(() => void rows.settings.set(person, storedAs(settings))),
    hold: (messages) =>
      later(() => {
        for (const held of messages)
          rows.held.set(held.effect.slot, { ...held, effect: storedAs(held.effect) });
      }),
    takeHeld: (which) =>
      later(() => {
        const isWanted = ({ person, until, effect }: Held) =>
          "person" in which
            ? person === which.person
            : "slot" in which
              ? effect.slot === which.slot
              : until <= which.until;
        const limit = "until" in which ? which.limit : Infinity;
        const taken = [...rows.held.values()].filter(isWanted).slice(0, limit);
        for (const { effect } of taken) rows.held.delete(effect.slot);
        return taken.map(({ effect }) => effect);
      }),
    nextHeldAt: () => later(() => earliest([...rows.held.values()].map(({ until }) => until))),

    enqueue: (effects) =>
      later(() => {
        for (const effect of effects) want(rows, storedAs(effect), machineNow().getTime());
        if (effects.length > 0) onChange();
      }),
    slotsOf: (ticket, prefix) =>
      later(() =>
        [...rows.outbox.values()]
          .filter((row) => row.ticket === ticket && row.slot.startsWith(prefix) && row.state !== "dropped")
          .map(({ slot }) => slot),
      ),
    unsent: (slots) =>
      later(() => {
        const known = slots.flatMap((slot) => rows.outbox.get(slot) ?? []);
        const unsent = known.filter(
          ({ ref, state }) => ref === null && state !== "failed" && state !== "unsure",
        );
        return new Set(unsent.map(({ slot }) => slot));
      }),
  };
  return tx;
}

/** Nothing yet. */
export function noRows(): Rows {
  return {
    ...{
      directories: [],
      addresses: new Map(),
      policies: new Map(),
      counters: new Map(),
      tickets: new Map(),
    },
    ...{
      events: new Map(),
      intents: new Map(),
      accepted: new Map(),
      chores: new Map(),
      choreWakes: [],
      feeds: new Map(),
    },
    ...{
      rings: new Map(),
      hearings: new Map(),
      settings: new Map(),
      held: new Map(),
      outbox: new Map(),
      lanes: new Map(),
    },
  };
}

/** Rows of their own, to be changed without harm to the others. */
export function copyOf(rows: Rows): Rows {
  return {
    directories: [...rows.directories],
    addresses: new Map(rows.addresses),
    policies: new Map(rows.policies),
    counters: new Map(rows.counters),
    tickets: new Map(rows.tickets),
    events: new Map(rows.events),
    intents: new Map(rows.intents),
    accepted: new Map(rows.accepted),
    chores: new Map(rows.chores),
    choreWakes: rows.choreWakes,
    feeds: new Map(rows.feeds),
    rings: new Map(rows.rings),
    hearings: new Map(rows.hearings),
    settings: new Map(rows.settings),
    held: new Map(rows.held),
    outbox: new Map(rows.outbox),
    lanes: new Map(rows.lanes),
  };
}

/** A value as a database would give it back: a copy, without what JSON cannot say. */
export function storedAs<T>(value: T): T {
  return copied(value) as T;
}

const PLAIN = /^[ -~]*$/;

/** What src/store/json.ts makes of a value in both directions, in one go: half of a model's time would pass there. */
function copied(value: unknown): unknown {
  if (typeof value === "string") return PLAIN.test(value) ? value : cleaned(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map((item: unknown) => copied(item === undefined ? null : item));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) copy[key] = copied(item);
  return copy;
}

/** Answers as a database does: later, and with a rejection where something is thrown. */
async function later<T>(answer: () => T): Promise<T> {
  return Promise.resolve().then(answer);
}

/** When anything can happen to any ticket next, or null. */
export function earliestWakeAt({ tickets }: Rows): Date | null {
  return earliest([...tickets.values()].map(({ index }) => index.wakeAt));
}

/** When any chore is due next, or null. */
export function earliestChore(rows: Rows): Date | null {
  return earliest([...rows.chores.keys()].map((name) => choreDueAt(rows, name)));
}

function choreDueAt({ chores, choreWakes }: Rows, name: string): Date | null {
  const woken = choreWakes.filter((wake) => wake.name === name).map(({ at }) => at);
  return earliest([chores.get(name)?.wakeAt ?? null, ...woken]);
}

/** The first of some times, or null where there is none. */
export function earliest(times: readonly (Date | null)[]): Date | null {
  return times.reduce((first, one) => (byTime(one, first) < 0 ? one : first), null);
}

function asRevision({ id, policy }: PolicyRevision): PolicyRevision {
  return { id, policy };
}

function isNumber(ticket: Ticket, number: string): boolean {
  return ticket.number.toLowerCase() === number.toLowerCase();
}

function isOpen({ index }: TicketRow): boolean {
  return index.status !== "closed";
}

function rings({ ticket }: TicketRow): boolean {
  return ticket.paging?.state === "ringing";
}

/** How often each key comes. */
export function counted(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

/** Earlier first; what has no time comes last. */
function byTime(a: Date | null, b: Date | null): number {
  return (a?.getTime() ?? Number.MAX_VALUE) - (b?.getTime() ?? Number.MAX_VALUE);
}

function byFiling(a: { filedAt: Date; id: string }, b: { filedAt: Date; id: string }): number {
  return a.filedAt.getTime() - b.filedAt.getTime() || byText(a.id, b.id);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
