// What is remembered, as tables. Migrations are made from this file by `npm run migrations`.
//
// A ticket is kept whole in `state`; the columns beside it only serve to find it. Events are kept for ever.
import { sql } from "drizzle-orm";
import {
  bigserial,
  boolean,
  index,
  integer,
  pgSequence,
  pgTable,
  primaryKey,
  serial,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Directory } from "../core/directory.ts";
import type { KnownHearing } from "../core/hearing.ts";
import type { Setting } from "../core/in-step.ts";
import type { Message } from "../core/message.ts";
import type { Policy, Status } from "../core/policy.ts";
import type { Settings } from "../core/settings.ts";
import type { Rings, RungPage } from "../core/storm.ts";
import type { Ticket, What } from "../core/ticket.ts";
import type { MarkEffect, MessageRef, Question, ShowEffect } from "../desk/ports.ts";
import { document, instant, words } from "./columns.ts";

/** Each content of each policy that was ever applied. `turn` counts the applications: the highest is the latest. */
export const policyRevisions = pgTable(
  "policy_revisions",
  {
    id: words().primaryKey(),
    policy: words().notNull(),
    version: words().notNull(),
    /** Local day: it serves tickets filed from 00:00 UTC of this day. */
    effective: words().notNull(),
    content: document().$type<Policy>().notNull(),
    appliedAt: instant().notNull(),
    turn: integer().notNull(),
  },
  (table) => [index("policy_revisions_in_force").on(table.policy, table.effective.desc(), table.turn.desc())],
);

/** Each desk file that was ever applied; the last one is in force. */
export const directories = pgTable("directories", {
  revision: serial().primaryKey(),
  content: document().$type<Directory>().notNull(),
  appliedAt: instant().notNull(),
});

/** Addresses as they were written, with the platform's own ids. */
export const addresses = pgTable("addresses", {
  written: words().primaryKey(),
  resolved: words().notNull(),
});

/** What a platform has to remember of a place, e.g. where its conversation is reached. */
export const references = pgTable("place_references", {
  place: words().primaryKey(),
  reference: words().notNull(),
  at: instant().notNull(),
});

/** The last ticket number of each customer. */
export const counters = pgTable("counters", {
  customer: words().primaryKey(),
  last: integer().notNull(),
});

export const tickets = pgTable(
  "tickets",
  {
    id: words().primaryKey(),
    number: words().notNull(),
    customer: words().notNull(),
    status: words().$type<Status>().notNull(),
    level: words().notNull(),
    /** Its place in the policy's levels, 0 for the most severe. */
    levelRank: integer().notNull(),
    /** A page of it rings: it goes before all others that are due. */
    rings: boolean().notNull(),
    filer: words().notNull(),
    assignee: words(),
    policyRevision: words()
      .notNull()
      .references(() => policyRevisions.id),
    revision: integer().notNull(),
    wakeAt: instant(),
    dueAt: instant(),
    filedAt: instant().notNull(),
    state: document().$type<Ticket>().notNull(),
  },
  (table) => [
    uniqueIndex("tickets_number").on(sql`lower(${table.number})`),
    index("tickets_wake_at")
      .on(table.wakeAt)
      .where(sql`${table.wakeAt} is not null`),
    index("tickets_ringing")
      .on(table.wakeAt)
      .where(sql`${table.wakeAt} is not null and ${table.rings}`),
    index("tickets_open")
      .on(table.levelRank, table.dueAt)
      .where(sql`${table.status} <> 'closed'`),
    index("tickets_customer").on(table.customer, table.levelRank, table.dueAt),
  ],
);

/** Every change of a ticket, by whom, when and why. */
export const ticketEvents = pgTable(
  "ticket_events",
  {
    ticket: words()
      .notNull()
      .references(() => tickets.id),
    seq: integer().notNull(),
    at: instant().notNull(),
    by: words().notNull(),
    what: document().$type<What>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.ticket, table.seq] })],
);

/** Work of the desk that belongs to no ticket, by its name: when it is due by the desk's clock, and what it remembers. */
export const chores = pgTable("chores", {
  name: words().primaryKey(),
  /** When it said itself; null: not before it is woken. */
  wakeAt: instant(),
  state: document(),
});

/**
 * When a chore is due besides, for something that others did. Each has a row of its own: to change one that is kept would
 * be to wait for whoever is at the chore, and who may wait for just what this transaction has locked.
 */
export const choreWakes = pgTable(
  "chore_wakes",
  {
    name: words().notNull(),
    at: instant().notNull(),
  },
  (table) => [index("chore_wakes_first").on(table.name, table.at)],
);

/** What signs the address of each person's calendar. */
export const feeds = pgTable("feeds", {
  person: words().primaryKey(),
  key: words().notNull(),
});

/** How each person who has said so wants to be told of what is no page. */
export const settings = pgTable("settings", {
  person: words().primaryKey(),
  content: document().$type<Settings>().notNull(),
});

/** What the platforms told last of whether each person hears us. */
export const hearings = pgTable("hearings", {
  person: words().primaryKey(),
  content: document().$type<KnownHearing>().notNull(),
});

/** Messages that wait for somebody's hours, by the desk's clock: one row for each slot. */
export const held = pgTable(
  "held",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    slot: words().notNull().unique("held_slot"),
    person: words().notNull(),
    until: instant().notNull(),
    effect: document().$type<ShowEffect>().notNull(),
  },
  (table) => [index("held_until").on(table.until), index("held_person").on(table.person)],
);

/** Each place where something rings: locked by each page there, so that many at once are counted. */
export const rings = pgTable("rings", {
  place: words().primaryKey(),
  /** Null: nothing rang there yet. Its pages are rows of their own; an older Belfry that still runs reads that there are none. */
  content: document().$type<Rings>(),
});

/** What rings at each place, one row for each page: in a storm each page so changes its own row alone. */
export const rungPages = pgTable(
  "rung_pages",
  {
    place: words()
      .notNull()
      .references(() => rings.place),
    /** Counts on in the order of their coming. */
    position: integer().notNull(),
    content: document().$type<RungPage>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.place, table.position] })],
);

/** What came in, by its key, with the reply that was given. */
export const intents = pgTable("intents", {
  key: words().primaryKey(),
  at: instant().notNull(),
  reply: document(),
});

/** What people did that is not carried out yet, in the order in which it came. */
export const accepted = pgTable("accepted", {
  turn: bigserial({ mode: "number" }).primaryKey(),
  key: words().notNull().unique("accepted_key"),
  intent: document().notNull(),
  answerTo: words().notNull(),
});

/** A mark on a message, in the place of a message of our own. */
export interface WantedMark {
  kind: "mark";
  on: MessageRef;
  mark: MarkEffect["mark"];
}

/** Something that shall be so, in the place of a message of our own. */
export interface WantedSetting {
  kind: "set";
  setting: Setting;
}

/** Something that a platform is asked, in the place of a message of our own. */
export interface WantedAnswer {
  kind: "ask";
  question: Question;
}

/** What a row of the outbox is to bring about. */
export type Wanted = Message | WantedMark | WantedSetting | WantedAnswer;

/** Where an effect is on its way; queue.ts has the drawing. */
export type OutboxState = "waiting" | "claimed" | "shown" | "dropped" | "failed" | "unsure";

/** Every message and mark that is, was or shall be visible: one row for each, by its slot. queue.ts explains how they move. */
export const outbox = pgTable(
  "outbox",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    slot: words().notNull().unique("outbox_slot"),
    ticket: words(),
    place: words().notNull(),
    urgency: words().$type<"page" | "normal">().notNull(),
    /** Of the rows of one lane and urgency only one is in flight at a time: the place, or a platform's marks. */
    lane: words().notNull(),
    /** Slot of the message in whose thread it goes; null where there is none, or where that message will never stand. */
    under: words(),
    combines: boolean().notNull(),
    /** What it may share a digest with: all rows that say the same here. Null: it stands alone. */
    gathers: words().generatedAlwaysAs(
      sql`case when combines then urgency || ' ' || lane || ' ' || coalesce(under, '') end`,
    ),
    kind: words().$type<"post" | "mark" | "set" | "ask">().notNull(),
    wanted: document().$type<Wanted>().notNull(),
    /** Counts what was wanted of it, from 1. */
    version: integer().notNull(),
    /** The version that can be seen. */
    shownVersion: integer(),
    /** The oldest version that the attempts since the last known end may have shown. */
    triedVersion: integer(),
    /** It is wanted only where it was sent already: never post it anew. */
    onlyEdit: boolean().notNull(),
    ref: words(),
    state: words().$type<OutboxState>().notNull(),
    /** The attempt that is under way, or whose end is unknown; null once an end is known. */
    attempt: integer(),
    unknownFates: integer().notNull(),
    failures: integer().notNull(),
    /**
     * When it next needs attention, by the machine's clock: waiting, to be sent; claimed, its lease ends. Null: nothing to
     * do, or not before the message that it stands under.
     */
    dueAt: instant(),
    enqueuedAt: instant().notNull(),
    sentAt: instant(),
    error: words(),
  },
  (table) => [
    index("outbox_due")
      .on(table.urgency, table.lane, table.dueAt, table.id)
      .where(sql`${table.dueAt} is not null`),
    index("outbox_gathering")
      .on(table.gathers, table.dueAt, table.id)
      .where(sql`${table.gathers} is not null and ${table.dueAt} is not null and ${table.attempt} is null`),
    index("outbox_attempt")
      .on(table.attempt)
      .where(sql`${table.attempt} is not null`),
    index("outbox_under")
      .on(table.under)
      .where(sql`${table.state} = 'waiting' and ${table.dueAt} is null`),
    index("outbox_ref")
      .on(table.ref)
      .where(sql`${table.ref} is not null`),
    index("outbox_ticket").on(table.ticket, table.id),
  ],
);

/** Who may send into a lane, and when: locked by each claim, so that two replicas never both hold one. */
export const lanes = pgTable(
  "lanes",
  {
    lane: words().notNull(),
    urgency: words().$type<"page" | "normal">().notNull(),
    /** The attempt that holds it. */
    attempt: integer(),
    /** Nobody else may take it before: the end of that attempt's lease. */
    busyUntil: instant(),
    /** Nothing is sent before: the pace that the platform asks for. */
    quietUntil: instant(),
  },
  (table) => [primaryKey({ columns: [table.lane, table.urgency] })],
);

/** Numbers for attempts: none is given twice. */
export const attempts = pgSequence("outbox_attempts", { minValue: 1, maxValue: 2_147_483_647, cycle: true });
