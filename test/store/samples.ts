// A ticket, a policy, a desk and messages to try the store with: whole, and as dull as can be.
import type { Directory } from "../../src/core/directory.ts";
import type { LineMessage, PageMessage } from "../../src/core/message.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { RungPage } from "../../src/core/storm.ts";
import type { Ticket, TicketEvent } from "../../src/core/ticket.ts";
import type { PolicyRevision, ShowEffect, Store, TicketIndex } from "../../src/desk/ports.ts";

/** An instant some minutes after noon of a Friday, UTC. */
export function minute(minutes: number): Date {
  return new Date(Date.UTC(2026, 10, 27, 12, minutes));
}

/** The same by milliseconds: what a machine's clock shows. */
export function machine(ms: number): Date {
  return new Date(Date.UTC(2026, 10, 27, 12) + ms);
}

export function aPolicy(change: Partial<Policy> = {}): Policy {
  return {
    id: "plain",
    name: "Plain support",
    version: "1",
    effective: "2024-03-01",
    fields: [],
    calendars: { always: { timezone: "Etc/UTC", hours: "always", holidays: [{ date: "2026-12-24" }] } },
    levels: [{ id: "1", name: "One", means: "Anything.", targets: [] }],
    remind: [{ kind: "percent", percent: 80 }],
    pause: {},
    assumptions: [],
    ...change,
  };
}

export const REVISION: PolicyRevision = { id: "plain-1", policy: aPolicy() };

export function aDirectory(change: Partial<Directory> = {}): Directory {
  return {
    people: [{ id: "sam", name: "Sam", addresses: ["slack:U1"], timezone: "Etc/UTC", isSupport: true }],
    customers: [],
    channels: { support: "slack:#support", onCall: "slack:#on-call" },
    rotations: [],
    ladders: [],
    policyFiles: [],
    ...change,
  };
}

export function aTicket(change: Partial<Ticket> = {}): Ticket {
  return {
    id: "t1",
    number: "ACME-1",
    customer: "ACME",
    policyRevision: REVISION.id,
    zone: "America/Chicago",
    title: "The printer is down",
    body: "Since noon.",
    attachments: [],
    level: "1",
    attributes: {},
    statuses: [{ status: "new", fromAt: minute(0) }],
    filer: "carl",
    assignee: null,
    answeredAt: null,
    receivedAt: minute(0),
    receivedBy: "form",
    filedAt: minute(0),
    alertedAt: null,
    targets: [],
    askedLevel: null,
    paging: null,
    revision: 1,
    ...change,
  };
}

/** A ticket whose page rings. */
export const RINGING: Ticket["paging"] = {
  nr: 1,
  beganAt: minute(0),
  why: "always",
  reason: null,
  state: "ringing",
  nextAt: minute(5),
  told: [{ step: 0, round: 0, role: "primary", person: "sam", here: false, at: minute(0), missed: null }],
  passedBy: [],
  endedBy: null,
  endedAt: null,
};

/** A page as it rings at a place. */
export const RUNG: RungPage = {
  ticket: "t1",
  number: "ACME-1",
  title: "Down",
  nr: 1,
  levelRank: 0,
  rungAt: minute(3),
  state: "ringing",
  words: ["due ", { at: minute(9), fallback: "9" }],
  isFolded: true,
  folded: [],
};

export function anIndex(change: Partial<TicketIndex> = {}): TicketIndex {
  return { status: "new", levelRank: 0, wakeAt: null, dueAt: null, ...change };
}

export function filed(seq = 0): TicketEvent {
  return {
    seq,
    at: minute(0),
    by: "carl",
    what: {
      kind: "filed",
      title: "The printer is down",
      body: "Since noon.",
      level: "1",
      attributes: {},
      receivedAt: minute(0),
      receivedBy: "form",
      filer: "carl",
      attachments: [],
    },
  };
}

/** Keeps the policy and files tickets under it. */
export async function file(
  store: Store,
  ...tickets: readonly { ticket: Ticket; index?: TicketIndex }[]
): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.addPolicy(REVISION, minute(0));
    for (const { ticket, index = anIndex() } of tickets) {
      await tx.insertTicket(ticket, index, [filed()]);
    }
  });
}

export function line(words: string): LineMessage {
  return { kind: "line", tone: "plain", text: [words], quote: null, attachments: [], buttons: [] };
}

export function page(state: PageMessage["state"]): PageMessage {
  return {
    kind: "page",
    state,
    headline: "ACME-1",
    ring: [],
    facts: [],
    promises: [],
    standing: [],
    buttons: [],
    mayRepeat: false,
  };
}

/** A line in the support channel, wanted by the slot's own name. */
export function show(slot: string, change: Partial<ShowEffect> = {}): ShowEffect {
  return {
    do: "show",
    slot,
    ticket: null,
    place: "slack:C1",
    under: null,
    message: line(slot),
    urgency: "normal",
    combines: false,
    mode: "post",
    ...change,
  };
}
