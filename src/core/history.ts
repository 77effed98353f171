// The fold: what each event makes of a ticket. Replaying a ticket's events gives the ticket, deadlines and all.
import { turnPage } from "./page-course.ts";
import { RECEIVED } from "./policy-schema.ts";
import type { Policy, Status, TargetKind } from "./policy.ts";
import {
  changeTerms,
  customerWaits,
  firstTargets,
  isOpenTarget,
  isRaise,
  meet,
  recount,
  resumeAfterReopening,
  withdraw,
  type MetBy,
  type Terms,
} from "./targets.ts";
import { statusOf, type Ticket, type TicketEvent, type What } from "./ticket.ts";

/** What a ticket is made of before its first event. */
export type Seedling = Pick<Ticket, "id" | "number" | "customer" | "policyRevision" | "zone">;

/** The policy of a revision. */
export type PolicyOf = (revision: string) => Policy;

/** The seed of a ticket that may have been moved since. */
export function seedOf(
  { id, number, customer, policyRevision, zone }: Ticket,
  events: readonly TicketEvent[],
): Seedling {
  for (const { what } of events) {
    if (what.kind === "moved")
      return { id, number, customer, policyRevision: what.from.revision, zone: what.from.zone };
  }
  return { id, number, customer, policyRevision, zone };
}

/** Each policy revision that a ticket was ever under. */
export function revisionsOf(ticket: Ticket, events: readonly TicketEvent[]): string[] {
  const moves = events.flatMap(({ what }) => (what.kind === "moved" ? [what.to.revision] : []));
  return [...new Set([seedOf(ticket, events).policyRevision, ...moves])];
}

/** The policy revision by which something that happens to a ticket is judged: a move already goes by the new one. */
export function revisionFor(ticket: Ticket, what: What): string {
  return what.kind === "moved" ? what.to.revision : ticket.policyRevision;
}

/** Everything a ticket's promises are counted by, under its own policy revision. */
export function termsOf(ticket: Ticket, policy: Policy): Terms {
  const { zone, level, receivedAt, statuses } = ticket;
  const attributes = { ...ticket.attributes, [RECEIVED.id]: ticket.receivedBy };
  return { policy, zone, level, attributes, receivedAt, statuses };
}

/** The ticket that a "filed" event begins. */
export function plant(seed: Seedling, event: TicketEvent, policy: Policy): Ticket {
  const { what } = event;
  if (what.kind !== "filed") throw new Error(`a ticket begins with "filed", not with "${what.kind}"`);
  const { title, body, level, attributes, receivedAt, receivedBy, filer, filedFrom, attachments } = what;
  const ticket: Ticket = {
    ...seed,
    title,
    body,
    level,
    attributes,
    receivedAt,
    receivedBy,
    filer,
    ...(filedFrom === undefined ? {} : { filedFrom }),
    attachments,
    statuses: [{ status: "new", fromAt: receivedAt }],
    assignee: null,
    answeredAt: null,
    filedAt: event.at,
    alertedAt: null,
    targets: [],
    askedLevel: null,
    paging: null,
    revision: 1,
  };
  return { ...ticket, targets: firstTargets(termsOf(ticket, policy)) };
}

/** The ticket after one more event, under the policy that `revisionFor` names. Events come in the order of their numbers. */
export function happen(before: Ticket, event: TicketEvent, policy: Policy): Ticket {
  const ticket = { ...before, revision: before.revision + 1 };
  const { what, at, by } = event;
  switch (what.kind) {
    case "filed":
      throw new Error(`${before.number} was filed already`);
    case "taken":
      return { ...ticket, assignee: by, alertedAt: null };
    case "released":
      return { ...ticket, assignee: null };
    case "answered":
      return answered(ticket, policy, at, at, "message");
    case "called":
      return answered(ticket, policy, at, what.calledAt, "call");
    case "asked":
      return inStatus(answered(ticket, policy, at, at, "message"), policy, "awaiting-response", at);
    case "wrote": {
      const waiting =
        ticket.answeredAt === null
          ? ticket
          : { ...ticket, targets: customerWaits(ticket.targets, termsOf(ticket, policy), at) };
      return statusOf(ticket) === "awaiting-response" ? inStatus(waiting, policy, "open", at) : waiting;
    }
    case "noted":
      return ticket;
    case "begun":
      return opened(met(ticket, ["start"], what.begunAt, "work"), policy, at);
    case "restored":
      return met(ticket, ["restore"], what.restoredAt, "function");
    case "held":
      return inStatus(ticket, policy, "on-hold", at);
    case "resumed":
      return inStatus(ticket, policy, "open", at);
    case "level-changed": {
      const changed = { ...ticket, level: what.to, attributes: what.attributes, askedLevel: null };
      const targets = changeTerms(ticket.targets, termsOf(changed, policy), {
        at,
        isRaise: isRaise(policy, what.from, what.to),
      });
      return { ...changed, targets };
    }
    case "moved": {
      const moved = { ...ticket, policyRevision: what.to.revision, zone: what.to.zone };
      const targets = changeTerms(ticket.targets, termsOf(moved, policy), { at, isRaise: false });
      return { ...moved, targets };
    }
    case "level-asked":
      return { ...ticket, askedLevel: { level: what.level, reason: what.reason, by, at } };
    case "level-declined":
      return { ...ticket, askedLevel: null };
    case "closed":
      return closed(ticket, policy, at, what.outcomes);
    case "reopened": {
      const reopened = inStatus(ticket, policy, "open", at);
      return { ...reopened, targets: resumeAfterReopening(reopened.targets, termsOf(reopened, policy)) };
    }
    case "reminded": {
      const { target: kind, mark, folded } = what;
      const targets = ticket.targets.map((target) => {
        if (target.kind !== kind || !isOpenTarget(target)) return target;
        const breachedAt = mark === "100%" || mark.startsWith("overdue") ? target.deadlineAt : null;
        return {
          ...target,
          told: [...target.told, ...folded, mark],
          breachedAt: target.breachedAt ?? breachedAt,
        };
      });
      return { ...ticket, targets };
    }
    case "alerted":
      return { ...ticket, alertedAt: at };
    case "paging-began":
    case "acknowledged":
    case "page-withdrawn":
      return { ...ticket, alertedAt: null, paging: turnPage(ticket.paging, { ...event, what }) };
    case "passed-on":
    case "handed-to":
    case "paged":
    case "page-missed":
    case "page-silent":
    case "page-snoozed":
    case "page-reminded":
    case "reminder-missed":
    case "reminder-silent":
    case "page-resumed":
    case "page-resolved":
    case "page-unanswered":
      return { ...ticket, paging: turnPage(ticket.paging, { ...event, what }) };
    default:
      return what satisfies never;
  }
}

/** The ticket after each of its events, in their order. */
export function course(
  seed: Seedling,
  events: readonly TicketEvent[],
  policyOf: PolicyOf,
): [Ticket, ...Ticket[]] {
  const [first, ...rest] = events;
  if (first === undefined) throw new Error(`${seed.number} has no events`);
  let ticket = plant(seed, first, policyOf(seed.policyRevision));
  const next = (event: TicketEvent): Ticket =>
    (ticket = happen(ticket, event, policyOf(revisionFor(ticket, event.what))));
  return [ticket, ...rest.map(next)];
}

/** Replays all events of one ticket. */
export function replay(seed: Seedling, events: readonly TicketEvent[], policyOf: PolicyOf): Ticket {
  const states = course(seed, events, policyOf);
  return states.at(-1) ?? states[0];
}

function answered(ticket: Ticket, policy: Policy, at: Date, metAt: Date, by: MetBy): Ticket {
  const heard = { ...ticket, answeredAt: ticket.answeredAt ?? metAt, alertedAt: null };
  return opened(met(heard, ["response", "next-response"], metAt, by), policy, at);
}

function met(ticket: Ticket, kinds: readonly TargetKind[], at: Date, by: MetBy): Ticket {
  return { ...ticket, targets: meet(ticket.targets, kinds, at, by) };
}

/** A ticket that is answered or worked on is no longer new. */
function opened(ticket: Ticket, policy: Policy, at: Date): Ticket {
  return statusOf(ticket) === "new" ? inStatus(ticket, policy, "open", at) : ticket;
}

function inStatus(ticket: Ticket, policy: Policy, status: Status, at: Date): Ticket {
  if (statusOf(ticket) === status) return ticket;
  const changed = { ...ticket, statuses: [...ticket.statuses, { status, fromAt: at }] };
  return { ...changed, targets: recount(changed.targets, termsOf(changed, policy)) };
}

function closed(
  ticket: Ticket,
  policy: Policy,
  at: Date,
  outcomes: Extract<TicketEvent["what"], { kind: "closed" }>["outcomes"],
): Ticket {
  let targets = meet(ticket.targets, ["resolve"], at, "closing");
  for (const outcome of outcomes) {
    targets =
      "metAt" in outcome
        ? meet(targets, [outcome.target], outcome.metAt, "closing")
        : withdraw(targets, outcome.target, at, outcome.withdrawn);
  }
  return inStatus({ ...ticket, targets, askedLevel: null, alertedAt: null }, policy, "closed", at);
}
