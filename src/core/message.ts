// Everything Belfry shows in chat, as data. It carries the meaning and the words; layout belongs to each platform's render.ts.
import type { Address } from "./directory.ts";
import type { Step } from "./explain.ts";
import type { PageState } from "./paging.ts";

/** A piece of a sentence. Plain strings may come from people and are always shown literally. */
export type Part =
  | string
  | { strong: string }
  /** A sentence of Belfry's own in which commands stand as /ticket and /oncall: shown as they are typed on each platform. */
  | { typed: string }
  /** An instant, shown to each reader in his own zone, `exact` with its seconds; `fallback` is for places that cannot. */
  | { at: Date; fallback: string; exact?: true }
  /** A person by name; where `ring` is true and the platform knows the address, a mention that notifies. */
  | { person: string; address: Address | null; ring: boolean }
  /** A user group of the platform: a mention that notifies its members, where the platform knows it. */
  | { group: string; address: Address; ring: true }
  /** Everybody who is active in the channel: rings. */
  | { here: true };

/** Why a user group, which is Slack's, rings nobody where the on-call channel is in Teams; without a full stop. */
export const NO_GROUP_IN_TEAMS = "the on-call channel is in Teams, where no user group of Slack rings";

/** A sentence in pieces. */
export type Text = readonly Part[];

/** What a target looks like to people. `words` says it whole; `share` is the part of the counted time used, 0 to 1, or null. */
export interface PromiseLine {
  label: string;
  state: "running" | "paused" | "met" | "late" | "breached" | "withdrawn";
  words: Text;
  share: number | null;
}

/** Something that a person can do from a message. The platform returns `act` and `ticket` as they stand here. */
export interface Button {
  act: ActName | "acknowledge-all";
  label: string;
  /** The ticket's number; for "acknowledge-all" the place whose pages are meant. */
  ticket: string;
  style: "plain" | "primary" | "danger";
}

/** A button that stands for words after a command of Belfry's. */
export interface CommandButton {
  command: CommandName;
  words: string;
  label: string;
  style: Button["style"];
}

/** Belfry's commands beside /ticket, without the slash. */
export const COMMANDS = ["oncall"] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What can be done to a ticket by a button, a form or a command. */
export const ACTS = [
  "take",
  "release",
  "reply",
  "note",
  "call",
  "begin",
  "restore",
  "ask",
  "hold",
  "resume",
  "change-level",
  "ask-level",
  "accept-level",
  "decline-level",
  "close",
  "reopen",
  "acknowledge",
  "pass-on",
  "hand-to",
  "snooze",
  "resolve-page",
  "page",
  "show",
  "why",
] as const;
export type ActName = (typeof ACTS)[number];

/** The acts that only ask: nothing changes by them. */
export type Question = "show" | "why";

/** Whether an act only asks. */
export function isQuestion(act: ActName): act is Question {
  return act === "show" || act === "why";
}

/** The acts that need no form: a press is all that they ask for. */
export type ActAtOnce =
  "take" | "release" | "resume" | "acknowledge" | "pass-on" | "resolve-page" | "accept-level";

/** Whether a press is all that an act asks for. */
export function isAtOnce(act: ActName): act is ActAtOnce {
  return AT_ONCE.has(act);
}

const AT_ONCE: ReadonlySet<string> = new Set<ActAtOnce>([
  "take",
  "release",
  "resume",
  "acknowledge",
  "pass-on",
  "resolve-page",
  "accept-level",
]);

/** A file that somebody attached; it stays on the platform, Belfry keeps the link. */
export interface Attachment {
  name: string;
  url: string;
}

export type Message =
  | CardMessage
  | ReceiptMessage
  | PageMessage
  | StormMessage
  | LineMessage
  | DigestMessage
  | AnswerMessage
  | ListMessage
  | TableMessage
  | ProofMessage;

/** The ticket as support sees it, one in the support channel, edited in place. */
export interface CardMessage {
  kind: "card";
  number: string;
  title: string;
  body: string;
  /** Label and value, in order: customer, level, status, filer, assignee, fields of the policy. */
  facts: readonly { label: string; value: Text }[];
  promises: readonly PromiseLine[];
  attachments: readonly Attachment[];
  /** What needs attention now, e.g. a level that was asked for, a page that nobody answered. */
  notices: readonly Text[];
  /** The few buttons that fit the moment come first; `more` holds the rest, shown as a menu. */
  buttons: readonly Button[];
  more: readonly Button[];
  /** How to answer from the thread. */
  hint: Text;
}

/** What the filer, or the customer's channel, was promised. */
export interface ReceiptMessage {
  kind: "receipt";
  number: string;
  title: string;
  facts: readonly { label: string; value: Text }[];
  promises: readonly PromiseLine[];
  notices: readonly Text[];
  buttons: readonly Button[];
  hint: Text;
}

/** A page, as a direct message or in the on-call channel. Rings while `state` is "ringing"; every copy is edited when that changes. */
export interface PageMessage {
  kind: "page";
  state: PageState;
  /** What, who, how urgent: "Critical (code red) · ACME-17 · Nobody can place an order". */
  headline: string;
  /** Who is mentioned or @here; empty where the message rings by itself. */
  ring: Text;
  /** Why it reaches whoever reads this copy, where that is not plain: handed to them, or not answered yet. */
  ask?: Text;
  facts: readonly { label: string; value: Text }[];
  promises: readonly PromiseLine[];
  /** How it stands: who was paged when, who has it since when, why it was withdrawn. */
  standing: readonly Text[];
  buttons: readonly Button[];
  /** True where the platform could not tell whether an earlier copy arrived. */
  mayRepeat: boolean;
}

/** Many pages for one place in one message, which is edited as they come and end. Rings while `isRinging`. */
export interface StormMessage {
  kind: "storm";
  isRinging: boolean;
  headline: string;
  /** @here and user groups, or empty where the message rings by itself. */
  ring: Text;
  rows: readonly TicketRow[];
  /** Pages that are not shown. */
  more: number;
  buttons: readonly Button[];
  /** True where the platform could not tell whether an earlier copy arrived. */
  mayRepeat: boolean;
}

/** One line: what happened, a reminder, an alert, a word that goes out to a thread. */
export interface LineMessage {
  kind: "line";
  tone: "plain" | "attention" | "alarm";
  /** What a line in a thread is about, "ACME-17 The printer is down", for places that have no threads. */
  about?: string;
  text: Text;
  /** Somebody's own words under the line. */
  quote: string | null;
  attachments: readonly Attachment[];
  buttons: readonly (Button | CommandButton)[];
  /** Where it is for whoever asked alone: it is not said aloud in a channel. */
  isPrivate?: true;
}

/** Several lines that were due for one place at once. */
export interface DigestMessage {
  kind: "digest";
  lines: readonly LineMessage[];
}

/** Support's answer as the customer reads it. */
export interface AnswerMessage {
  kind: "answer";
  number: string;
  author: string;
  body: string;
  attachments: readonly Attachment[];
  buttons: readonly Button[];
}

/** Tickets, for a list of them and for what is shown at home. `more` counts those that are not shown. */
export interface ListMessage {
  kind: "list";
  heading: string;
  /** Lines above the tickets. */
  notes?: readonly Text[];
  rows: readonly TicketRow[];
  more: number;
  /** Where it is what somebody sees at home: their settings are a press away. */
  isHome?: true;
}

/** One ticket of several. */
export interface TicketRow {
  number: string;
  title: string;
  words: Text;
  buttons: readonly Button[];
}

/** Tables of short words, whose columns stand under each other. */
export interface TableMessage {
  kind: "table";
  heading: string;
  tables: readonly {
    title: string;
    columns: readonly string[];
    rows: readonly (readonly string[])[];
  }[];
  hint: Text;
  /** The same as drawn, where a table is of who is on call when. */
  chart?: DutyChart;
}

/** What a picture of who is on call is drawn from. */
export interface DutyChart {
  /** By whose wall clock the days are drawn. */
  timezone: string;
  from: Date;
  to: Date;
  /** What follows one another without gaps from `from` to `to`; a name that is null is nobody's. */
  rows: readonly {
    rotation: string;
    role: string;
    holds: readonly { name: string | null; from: Date; to: Date }[];
  }[];
}

/** Why each deadline of a ticket is when it is. */
export interface ProofMessage {
  kind: "proof";
  number: string;
  title: string;
  proofs: readonly {
    label: string;
    /** How it stands, what was promised from when, and by whose clock. */
    promise: Text;
    /** Every span from the start on, in order: those that count, and the others with the reason. */
    rows: readonly { counts: boolean; words: Text }[];
    /** What the counted spans come to, and what else binds. */
    sum: Text;
  }[];
  /** The same as drawn: one for each of the proofs that has a span. */
  charts: readonly Chart[];
}

/** What a picture of one deadline is drawn from. */
export interface Chart {
  title: string;
  /** By whose wall clock the days are drawn. */
  timezone: string;
  steps: readonly Step[];
  deadlineAt: Date | null;
}
