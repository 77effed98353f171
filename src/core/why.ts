// Why a deadline is when it is: what was promised, from when, and every span up to it, so that anybody can add it up.
import type { Calendar } from "./calendar.ts";
import { durationMs } from "./clock.ts";
import { explain, type NamedPause, type Step } from "./explain.ts";
import { course, seedOf, termsOf, type PolicyOf } from "./history.ts";
import { calendarOf, type Policy, type TargetKind } from "./policy.ts";
import { endsOf, isOpenTarget, pausesOf, type Basis, type TargetState } from "./targets.ts";
import type { Ticket, TicketEvent } from "./ticket.ts";

/** The working of one deadline. The counted steps add up to `withinMs`, exactly, unless it is paused. */
export interface Proof {
  kind: TargetKind;
  /** What is promised, as the policy writes it, and its milliseconds in that calendar. */
  within: string;
  withinMs: number;
  calendar: string;
  /** The zone by whose wall clock it counts; null for a calendar that never closes and so belongs to none. */
  timezone: string | null;
  clause: string | null;
  startedAt: Date;
  /** Null while it is paused. */
  deadlineAt: Date | null;
  /** From the start, without gaps: to where the length is full or, paused, to the instant of asking. */
  steps: readonly Step[];
  countedMs: number;
}

/** The working of one promise of a ticket. */
export interface TargetProof extends Proof {
  target: TargetState;
  /** Set where the length was full before the change that promised it: it is due at that change then. */
  dueAtChange: Date | null;
  /** What binds as well and comes later. */
  later: readonly { basis: Basis; at: Date | null }[];
}

/** One length, counted in a calendar from a start. */
export interface Length {
  kind: TargetKind;
  within: string;
  calendarId: string;
  calendar: Calendar;
  clause: string | null;
  startedAt: Date;
  pauses: readonly NamedPause[];
}

/** The working of a length whose count is full at `fullAt`, or which is paused and is looked at then. */
export function prove(length: Length, deadlineAt: Date | null, fullAt: Date): Proof {
  const { kind, within, calendar, calendarId, clause, startedAt, pauses } = length;
  const steps = fullAt < startedAt ? [] : explain(calendar, startedAt, fullAt, pauses);
  return {
    kind,
    within,
    withinMs: durationMs(within, calendar),
    calendar: calendarId,
    timezone: calendar.neverCloses ? null : calendar.timezone,
    clause,
    startedAt,
    deadlineAt,
    steps,
    countedMs: steps.reduce((sum, step) => sum + (step.kind === "counted" ? lengthOf(step) : 0), 0),
  };
}

/** The length of a step in milliseconds. */
export function lengthOf({ from, to }: Step): number {
  return to.getTime() - from.getTime();
}

/**
 * The working of each promise of a ticket, from its events alone; `nameOf` says who somebody is. A promise that was met or
 * withdrawn is proved as it stood then, since what came later moved it no more.
 */
export function proofsOf(
  { ticket, policyOf, events }: { ticket: Ticket; policyOf: PolicyOf; events: readonly TicketEvent[] },
  nameOf: (person: string) => string,
  now: Date,
): TargetProof[] {
  const states = course(seedOf(ticket, events), events, policyOf);
  return ticket.targets.map((target, index) => {
    const running = states.findLast(({ targets }) => isRunning(targets[index])) ?? states[0];
    const then = running.targets[index] ?? target;
    const policy = policyOf(running.policyRevision);
    const ends = endsOf(then, termsOf(running, policy));
    const binding = ends.find(({ at }) => at?.getTime() === then.deadlineAt?.getTime()) ?? ends.at(-1);
    if (binding === undefined) throw new Error(`${ticket.number} has a promise of no length`);
    const { basis, countedAt, at } = binding;
    const length: Length = {
      kind: target.kind,
      within: basis.within,
      calendarId: basis.calendar,
      calendar: calendarOf(policy, basis.calendar, running.zone),
      clause: basis.clause,
      startedAt: basis.fromAt,
      pauses: namedPauses(target.kind, running, { policy, events, nameOf }),
    };
    const endedAt = target.metAt ?? target.withdrawn?.at ?? now;
    return {
      ...prove(length, at, countedAt ?? endedAt),
      target,
      dueAtChange: at !== null && countedAt !== null && at > countedAt ? at : null,
      later: ends.filter((end) => end !== binding).map(({ basis, at }) => ({ basis, at })),
    };
  });
}

function isRunning(target: TargetState | undefined): boolean {
  return target !== undefined && isOpenTarget(target);
}

/** The pauses of a ticket with what they were and whose: "on hold by Sam". */
function namedPauses(
  kind: TargetKind,
  ticket: Ticket,
  story: { policy: Policy; events: readonly TicketEvent[]; nameOf: (person: string) => string },
): NamedPause[] {
  return pausesOf(kind, { policy: story.policy, statuses: ticket.statuses }).map((pause) => {
    const began = story.events.findLast(
      ({ at, what }) => at.getTime() === pause.from.getTime() && PAUSED_BY[what.kind] !== undefined,
    );
    if (began === undefined) return pause;
    return { ...pause, name: `${PAUSED_BY[began.what.kind] ?? ""} ${story.nameOf(began.by)}` };
  });
}

/** The acts that may begin a pause, as one says them before the name of whoever did it. */
const PAUSED_BY: Partial<Record<TicketEvent["what"]["kind"], string>> = {
  asked: "waiting for the customer, asked by",
  held: "on hold by",
  closed: "closed by",
};
