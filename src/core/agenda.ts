// Everything that is due for one ticket by `now`, and when to look at it again. Values in, values out: the whole behaviour
// of reminders and pages is here, with neither database nor platform.
import { isOpen, closingAfter, nextOpening } from "./calendar.ts";
import {
  handedStep,
  holdersOf,
  isAwaited,
  isWatched,
  ladderFor,
  missWords,
  nextStep,
  whyNot,
  type Crew,
  type Ladder,
  type NextStep,
  type Paging,
  type Watch,
} from "./paging.ts";
import { calendarOf, levelOf, pagesAt, type Policy } from "./policy.ts";
import type { Changes, Rotation } from "./roster.ts";
import { happen, termsOf } from "./history.ts";
import { isRaise, marksOf, type Mark, type TargetState } from "./targets.ts";
import { statusOf, type Ticket, type TicketEvent, type What } from "./ticket.ts";
import { unansweredAt } from "./watch.ts";

/** What decides beside the ticket itself. */
export interface Circumstances {
  policy: Policy;
  /** The ladders of the ticket's customer: the first one that is for a page is its ladder. */
  ladders: readonly Ladder[];
  rotations: readonly Rotation[];
  /** Leave and overrides; absent where there are none. */
  changes?: Changes;
  /** Whether somebody may be called for a ticket; absent where everybody may. */
  isFit?: (person: string, ticket: Pick<Ticket, "attributes">) => boolean;
  /** Why the desk cannot reach a person or a way out; absent where it always can. */
  unreachable?: NonNullable<Crew["unreachable"]>;
}

/** One event, with the ticket as it was after it. */
export interface Step {
  event: TicketEvent;
  ticket: Ticket;
}

/** What happens by `now`, in order; the ticket after it; and the next instant at which anything can happen. */
export interface Agenda {
  ticket: Ticket;
  steps: Step[];
  wakeAt: Date | null;
}

/** A mark told within a minute of its instant is told in time; only a later one minds that its calendar has closed since. */
const IN_TIME_MS = 60_000;

/** No ticket has more due things at one instant; more would be a loop. */
const MOST_AT_ONCE = 500;

/** Who may be called for a ticket. */
export function crewFor(
  ticket: Pick<Ticket, "attributes">,
  { rotations, changes, isFit, unreachable }: Omit<Circumstances, "policy" | "ladders">,
): Crew {
  return {
    rotations,
    ...(changes === undefined ? {} : { changes }),
    ...(isFit === undefined ? {} : { isFit: (person) => isFit(person, ticket) }),
    ...(unreachable === undefined ? {} : { unreachable }),
  };
}

/**
 * The ladder by which a ticket's page goes, or would if it began at `now`. A page keeps the ladder that it began with, as long
 * as its customer has it.
 */
export function ladderOfPage(
  { paging, level }: Ticket,
  { policy, ladders }: Pick<Circumstances, "policy" | "ladders">,
  now: Date,
): Ladder | null {
  const isKept = isAwaited(paging) || paging?.state === "acknowledged";
  if (isKept && paging.ladder === null) return null;
  const kept = isKept ? ladders.find(({ id }) => id === paging.ladder) : undefined;
  return kept ?? ladderFor(ladders, { policy: policy.id, level, at: isKept ? paging.beganAt : now });
}

/** Carries a ticket forward to `now`. Everything overdue is handled in order, late but not lost. */
export function agenda(ticket: Ticket, circumstances: Circumstances, now: Date): Agenda {
  const steps: Step[] = [];
  let current = ticket;
  for (let count = 0; count < MOST_AT_ONCE; count++) {
    const next = earliest([...reminders(current, circumstances, now), ...pages(current, circumstances, now)]);
    if (next === null || next.at > now) return { ticket: current, steps, wakeAt: next?.at ?? null };
    for (const what of next.whats) {
      const step = take(current, what, { by: "belfry", now }, circumstances);
      steps.push(step);
      current = step.ticket;
    }
  }
  throw new Error(`${ticket.number} has more than ${MOST_AT_ONCE} things due at ${now.toISOString()}`);
}

/** Lets somebody's act happen, with all that follows from it by `now`: the page it ends or begins, and what is due. */
export function act(
  ticket: Ticket,
  whats: readonly What[],
  doer: { by: string; now: Date },
  circumstances: Circumstances,
): Agenda {
  const steps: Step[] = [];
  let current = ticket;
  for (const what of whats) {
    const step = take(current, what, doer, circumstances);
    steps.push(step);
    const after = followUp(current, step.ticket, what, circumstances.policy, doer);
    if (after !== null) steps.push(take(step.ticket, after, doer, circumstances));
    current = steps.at(-1)?.ticket ?? current;
  }
  const due = agenda(current, circumstances, doer.now);
  return { ...due, steps: [...steps, ...due.steps] };
}

/** The first step of a ticket's way, with all that follows from filing it. */
export function file(first: Step, circumstances: Circumstances): Agenda {
  const { ticket, event } = first;
  const paging = judgePaging(ticket, circumstances.policy, event.at, null);
  const doer = { by: "belfry", now: event.at };
  const after = act(ticket, paging === null ? [] : [paging], doer, circumstances);
  return { ...after, steps: [first, ...after.steps] };
}

/**
 * What filing, or a change of level, means for paging: page at once, alert the channel, withdraw the page, or nothing.
 * Judged at filing and at the raise that makes the ticket page.
 */
function judgePaging(ticket: Ticket, policy: Policy, at: Date, previousLevel: string | null): What | null {
  const level = levelOf(policy, ticket.level);
  const { paging } = ticket;
  if (level.page === undefined) {
    return isUnfinished(paging) || ticket.alertedAt !== null
      ? { kind: "page-withdrawn", why: "lowered" }
      : null;
  }
  if (previousLevel !== null) {
    const madeItPage = isRaise(policy, previousLevel, ticket.level);
    const didPage = levelOf(policy, previousLevel).page !== undefined;
    const isHandled =
      paging?.state === "ringing" ||
      paging?.state === "acknowledged" ||
      (paging?.state === "resolved" && didPage);
    if (!madeItPage || isHandled) return null;
  }
  if (!pagesAt(policy, level, at, ticket.zone)) return { kind: "alerted" };
  if (previousLevel !== null) return { kind: "paging-began", why: "raised" };
  return { kind: "paging-began", why: level.page.when === "always" ? "always" : "outside-hours" };
}

/** Something that will happen at an instant unless the ticket changes before. */
interface Due {
  at: Date;
  whats: readonly What[];
}

function reminders(ticket: Ticket, { policy }: Circumstances, now: Date): Due[] {
  if (statusOf(ticket) === "closed") return [];
  return ticket.targets.flatMap((target) => {
    const marks = marksOf(target, termsOf(ticket, policy), now);
    const due = marks.filter(({ at }) => at <= now);
    const last = due.at(-1);
    const remind = (mark: Mark, at: Date, folded: Mark[]): Due => ({
      at,
      whats: [{ kind: "reminded", target: target.kind, mark: mark.id, folded: folded.map(({ id }) => id) }],
    });
    if (last !== undefined) {
      return [remind(last, tellAt(ticket, target, policy, last, now), due.slice(0, -1))];
    }
    const [next] = marks;
    return next === undefined ? [] : [remind(next, next.at, [])];
  });
}

/** When a mark that is due may be told: now, or at the next opening of its calendar where it comes late. */
function tellAt(ticket: Ticket, target: TargetState, policy: Policy, mark: Mark, now: Date): Date {
  const basis = target.bases.at(-1);
  const isLate = now.getTime() - mark.at.getTime() > IN_TIME_MS;
  if (!isLate || basis === undefined || levelOf(policy, ticket.level).page !== undefined) return mark.at;
  const calendar = calendarOf(policy, basis.calendar, ticket.zone);
  return isOpen(calendar, now) ? mark.at : nextOpening(calendar, now);
}

function pages(ticket: Ticket, circumstances: Circumstances, now: Date): Due[] {
  const { paging, alertedAt } = ticket;
  if (statusOf(ticket) === "closed") return [];
  if (paging?.state === "ringing" && paging.nextAt !== null) {
    const step = stepAfter(ticket, paging, circumstances, now);
    return [{ at: paging.nextAt, whats: step?.map(stepEvent) ?? [{ kind: "page-unanswered" }] }];
  }
  if (isWatched(paging)) return unanswered(ticket, paging, circumstances, now);
  if (alertedAt === null || ticket.assignee !== null) return [];
  const closesAt = pageAtClosing(ticket, circumstances.policy, alertedAt);
  return closesAt === null ? [] : [{ at: closesAt, whats: [{ kind: "paging-began", why: "closing" }] }];
}

/** Whom a page rings next: whoever it was handed to, else the next step of its ladder; null where there is none. */
function stepAfter(ticket: Ticket, paging: Paging, circumstances: Circumstances, now: Date): NextStep | null {
  const ladder = ladderOfPage(ticket, circumstances, now);
  const crew = crewFor(ticket, circumstances);
  if (paging.handing !== undefined && paging.handing !== null) {
    return handedStep(paging, paging.handing.person, ladder, crew, now);
  }
  return ladder === null ? null : nextStep(ladder, crew, paging, now);
}

function stepEvent({ missed, ...taken }: NextStep[number]): What {
  return missed === null
    ? { kind: "paged", ...taken }
    : { kind: "page-missed", why: missWords(missed, taken), ...taken };
}

/** Acknowledged and not answered: those who have it are reminded once, as far as they are there; then the ladder goes on. */
function unanswered(
  ticket: Ticket,
  paging: Paging & { watch: Watch },
  circumstances: Circumstances,
  now: Date,
): Due[] {
  const at = unansweredAt(ticket, circumstances.policy, ladderOfPage(ticket, circumstances, now));
  if (at === null) return [];
  const crew = crewFor(ticket, circumstances);
  const people = holdersOf(paging)
    .map(({ person }) => person)
    .filter((person) => whyNot(person, crew, now) === null);
  const isReminded = paging.watch.isReminded && paging.watch.snoozed === null;
  const goesOn = isReminded || people.length === 0;
  return [{ at, whats: [goesOn ? { kind: "page-resumed" } : { kind: "page-reminded", people }] }];
}

/** When an urgent ticket that was filed in hours and that nobody attends to begins to page: as its calendar closes. */
function pageAtClosing(ticket: Ticket, policy: Policy, alertedAt: Date): Date | null {
  const { page } = levelOf(policy, ticket.level);
  if (page?.when !== "outside-hours" || page.atClosing === false) return null;
  return closingAfter(calendarOf(policy, page.calendar, ticket.zone), alertedAt);
}

/** Whether a page still asks something of somebody. */
function isUnfinished(paging: Paging | null): boolean {
  return isAwaited(paging) || isWatched(paging);
}

/** What an act does to the ticket's page: an acknowledgement by deed, its end, or a page that a raise begins. */
function followUp(
  before: Ticket,
  after: Ticket,
  what: What,
  policy: Policy,
  { by, now }: { by: string; now: Date },
): What | null {
  const { paging } = after;
  switch (what.kind) {
    case "taken": {
      const hasIt = paging !== null && holdersOf(paging).some(({ person }) => person === by);
      return isAwaited(paging) && !hasIt ? { kind: "acknowledged", how: "taken" } : null;
    }
    case "answered":
    case "asked":
      return heard(paging, "answered");
    case "called":
      return heard(paging, "called");
    case "closed":
      return isUnfinished(paging) ? { kind: "page-withdrawn", why: "closed" } : null;
    case "level-changed":
      return judgePaging(after, policy, now, before.level);
    case "moved": {
      const isOpen = isUnfinished(paging) || after.alertedAt !== null;
      return isOpen && levelOf(policy, after.level).page === undefined
        ? { kind: "page-withdrawn", why: "moved" }
        : null;
    }
    default:
      return null;
  }
}

/** The customer has heard from support, so nobody needs to be called any more. */
function heard(paging: Paging | null, how: "answered" | "called"): What | null {
  if (isAwaited(paging)) return { kind: "acknowledged", how };
  return isWatched(paging) ? { kind: "page-resolved", how } : null;
}

function take(
  ticket: Ticket,
  what: What,
  doer: { by: string; now: Date },
  circumstances: Circumstances,
): Step {
  const { by, now: at } = doer;
  const event = { seq: ticket.revision, at, by, what: byLadder(what, ticket, circumstances, at) };
  return { event, ticket: happen(ticket, event, circumstances.policy) };
}

/** What an event says by the ladder, whoever did it: by which one a page goes that begins, and how many must acknowledge it. */
function byLadder(what: What, ticket: Ticket, circumstances: Circumstances, at: Date): What {
  if (what.kind === "paging-began") {
    return { ...what, ladder: ladderOfPage({ ...ticket, paging: null }, circumstances, at)?.id ?? null };
  }
  if (what.kind !== "acknowledged") return what;
  const needed = ladderOfPage(ticket, circumstances, at)?.acknowledgements ?? 1;
  return { kind: what.kind, how: what.how, ...(needed === 1 ? {} : { needed }) };
}

function earliest(dues: readonly Due[]): Due | null {
  return dues.reduce<Due | null>((first, due) => (first === null || due.at < first.at ? due : first), null);
}
