// A ticket and everything that can happen to it. The current ticket is the fold of its events, so each can be told and replayed.
// This file holds the shapes; history.ts folds them, rights.ts says who may do what.
import type { Address } from "./directory.ts";
import type { Attachment } from "./message.ts";
import type { PageReason, Paging, StepTaken, Unrung } from "./paging.ts";
import type { RECEIVED } from "./policy-schema.ts";
import type { Status, TargetKind } from "./policy.ts";
import type { TargetState } from "./targets.ts";

/** How a request reached support. */
export type ReceivedBy = (typeof RECEIVED.options)[number];

/** A ticket as it stands. Plain data: what the store keeps is exactly this. */
export interface Ticket {
  id: string;
  /** "ACME-17": the customer's key and a count without gaps. */
  number: string;
  customer: string;
  /** The policy revision that it was filed under, or was moved to since, with its holidays. */
  policyRevision: string;
  /** The customer's zone at filing, or as it was when the ticket was moved. */
  zone: string;
  title: string;
  body: string;
  attachments: readonly Attachment[];
  level: string;
  attributes: Readonly<Record<string, string>>;
  /** Each status with the instant from which it held; the last one is the current. */
  statuses: readonly { status: Status; fromAt: Date }[];
  filer: string;
  /** By which address the filer filed it: what they read of it goes to the same platform. Absent where others filed it. */
  filedFrom?: Address;
  assignee: string | null;
  /** When the customer first heard from support, by message or call. */
  answeredAt: Date | null;
  /** When it came in by the form, or when support says that it came in; clocks count from here. */
  receivedAt: Date;
  receivedBy: ReceivedBy;
  filedAt: Date;
  /** When the channel was alerted to an urgent ticket in hours, until somebody attends to it or it is lowered. */
  alertedAt: Date | null;
  targets: readonly TargetState[];
  askedLevel: { level: string; reason: string; by: string; at: Date } | null;
  paging: Paging | null;
  /** How many events it has; the next one's number. */
  revision: number;
}

/** One change of a ticket: when it held, when it was written down, who, what. */
export interface TicketEvent {
  /** From 0, without gaps. */
  seq: number;
  /** The instant at which it took effect, by the desk's clock. */
  at: Date;
  /** A person's id, or "belfry". */
  by: string;
  what: What;
}

/** The current status. */
export function statusOf(ticket: Ticket): Status {
  return ticket.statuses.at(-1)?.status ?? "new";
}

/** What can happen. Texts are people's own words, kept whole. */
export type What =
  | {
      kind: "filed";
      title: string;
      body: string;
      level: string;
      attributes: Record<string, string>;
      receivedAt: Date;
      receivedBy: ReceivedBy;
      filer: string;
      filedFrom?: Address;
      attachments: readonly Attachment[];
    }
  | { kind: "taken" }
  | { kind: "released" }
  /** Support's words to the customer. */
  | { kind: "answered"; text: string; attachments: readonly Attachment[] }
  /** The customer's words. */
  | { kind: "wrote"; text: string; attachments: readonly Attachment[] }
  | { kind: "noted"; text: string; attachments: readonly Attachment[] }
  | { kind: "called"; calledAt: Date; text: string }
  | { kind: "begun"; begunAt: Date }
  | { kind: "restored"; restoredAt: Date }
  | { kind: "asked"; text: string }
  | { kind: "held"; reason: string }
  | { kind: "resumed" }
  | {
      kind: "level-changed";
      from: string;
      to: string;
      attributes: Record<string, string>;
      reason: string;
    }
  /** An apply moved it to the policy revision that serves now, and to its customer's zone as it is now. */
  | { kind: "moved"; from: Footing; to: Footing }
  | { kind: "level-asked"; level: string; reason: string }
  | { kind: "level-declined"; level: string; reason: string }
  | { kind: "closed"; reason: string; outcomes: readonly ClosingOutcome[] }
  | { kind: "reopened"; reason: string }
  /** Marks of targets that were told, and those folded into them because they had become pointless. */
  | { kind: "reminded"; target: TargetKind; mark: string; folded: readonly string[] }
  /** An urgent ticket in hours: the channel was alerted, and a page follows at closing unless somebody attends to it. */
  | { kind: "alerted" }
  /** `reason` is the words of whoever asked for the page by hand; `ladder` is as in Paging. */
  | { kind: "paging-began"; why: PageReason; reason?: string; ladder?: string | null }
  /** Somebody on the ladder cannot take it: the next step follows at once. */
  | { kind: "passed-on" }
  /** One of those whom a step of the ladder calls, who was reached. */
  | ({ kind: "paged" } & StepTaken)
  /**
   * One of them who was not: an empty role, or a person whom the platform cannot reach. Where the step reached nobody, the
   * next one follows at once.
   */
  | ({ kind: "page-missed"; why: string } & StepTaken)
  /** One of them who was reached, and whom it does not ring: the next step follows as after one who was not. */
  | ({ kind: "page-silent" } & Unrung & StepTaken)
  /** `needed`: how many have to acknowledge, where it is more than one. An answer to the customer is enough by itself. */
  | { kind: "acknowledged"; how: "button" | "taken" | "answered" | "called"; needed?: number }
  /** Somebody else is to be paged at once; the ladder goes on behind them. */
  | { kind: "handed-to"; person: string }
  /** Whoever has it wants to be reminded then, if the customer is still not answered. */
  | { kind: "page-snoozed"; remindAt: Date }
  /** The page is over, because somebody says so, or because the customer has heard from support. */
  | { kind: "page-resolved"; how: "button" | "answered" | "called" }
  /** Those who acknowledged are told that the customer has no answer yet. */
  | { kind: "page-reminded"; people: readonly string[] }
  /** The platform could not reach somebody with a reminder; `reminder` counts from 0. */
  | { kind: "reminder-missed"; reminder: number; person: string; why: string }
  /** It reached somebody whose notifications are paused. */
  | ({ kind: "reminder-silent"; reminder: number; person: string } & Unrung)
  /** Acknowledged and not answered: it rings again, and the ladder goes on. */
  | { kind: "page-resumed" }
  | { kind: "page-withdrawn"; why: "closed" | "lowered" | "moved" }
  | { kind: "page-unanswered" };

/** What a ticket's promises are counted by, beside its own fields: a policy revision, and the customer's zone. */
export interface Footing {
  revision: string;
  zone: string;
}

/** What support says of a target that is unmet when the ticket closes. */
export type ClosingOutcome = { target: TargetKind; metAt: Date } | { target: TargetKind; withdrawn: string };
