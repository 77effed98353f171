// Acknowledged is not answered: when those who acknowledged a page are reminded, and when its ladder goes on.
//
//   acknowledged --half of the counted time left--> reminded --half of what is left then--> the ladder goes on
//         +-- snoozed until an instant --> reminded then
//         +-- a reply, a recorded call, closed, lowered, resolved --> nothing more
//
// The time is worked out anew each time that it is asked for, so it follows the deadline: a level that is raised brings it
// nearer, and while the promise is paused nobody is reminded.
import { calendarOf, type Policy, type TargetKind } from "./policy.ts";
import { countedMs, deadline } from "./clock.ts";
import { compileCalendar, isOpen, nextOpening } from "./calendar.ts";
import { termsOf } from "./history.ts";
import { isWatched, type Ladder, type Paging } from "./paging.ts";
import { isOpenTarget, pausesOf, type TargetState } from "./targets.ts";
import type { Ticket } from "./ticket.ts";

/** Nobody is reminded sooner after an acknowledgement or a reminder, however little time is left, or none. */
const LEAST_MS = 10 * 60_000;

const ROUND_THE_CLOCK = compileCalendar({ timezone: "Etc/UTC", hours: "always", holidays: [] });

const ANSWERS: readonly TargetKind[] = ["response", "next-response"];

/**
 * The open promise that an acknowledged page waits for, or null: an answer to the customer, and the begin of work where the
 * ticket was promised no answer. Of two, the one that is due first.
 */
export function awaitedTarget({ targets }: Ticket): TargetState | null {
  const hasAnswer = targets.some(
    ({ kind, withdrawn }) => ANSWERS.includes(kind) && withdrawn?.by !== "change",
  );
  const kinds: readonly TargetKind[] = hasAnswer ? ANSWERS : ["start"];
  const open = targets.filter((target) => isOpenTarget(target) && kinds.includes(target.kind));
  const running = open.filter(({ deadlineAt }) => deadlineAt !== null);
  const [first = null] = (running.length > 0 ? running : open).sort(
    (one, other) => (one.deadlineAt?.getTime() ?? 0) - (other.deadlineAt?.getTime() ?? 0),
  );
  return first;
}

/**
 * When an acknowledged page is told to be unanswered, or null where it is not: half of the counted time that was left to the
 * deadline at the acknowledgement, or at the last reminder; the time that the ladder says instead, which stands still while
 * the promise is paused; or the end of a snooze. After a deadline that passed before, ten minutes. Without a deadline, that
 * is while the promise is paused, only a snooze ends. Where a reminder rang nobody, at once.
 */
export function unansweredAt(ticket: Ticket, policy: Policy, ladder: Ladder | null): Date | null {
  const { paging } = ticket;
  const target = awaitedTarget(ticket);
  if (!isWatched(paging) || target === null) return null;
  const { sinceAt, snoozed } = paging.watch;
  if (snoozed !== null) return snoozed.remindAt;
  if (rangNobody(paging)) return sinceAt;
  const basis = target.bases.at(-1);
  if (target.deadlineAt === null || basis === undefined) return null;
  const pauses = pausesOf(target.kind, termsOf(ticket, policy));
  if (ladder?.unansweredMs !== undefined)
    return deadline(ROUND_THE_CLOCK, sinceAt, ladder.unansweredMs, pauses);
  const calendar = calendarOf(policy, basis.calendar, ticket.zone);
  const leftMs = Math.max(0, countedMs(calendar, sinceAt, target.deadlineAt, pauses));
  const halfAt = deadline(calendar, sinceAt, Math.round(leftMs / 2), pauses) ?? sinceAt;
  const leastAt = new Date(sinceAt.getTime() + LEAST_MS);
  return halfAt > leastAt ? halfAt : leastAt;
}

/** When the calendar of the awaited promise opens next; null where it is open, or nothing is awaited. */
export function nextOpeningFor(ticket: Ticket, policy: Policy, now: Date): Date | null {
  const basis = awaitedTarget(ticket)?.bases.at(-1);
  if (basis === undefined) return null;
  const calendar = calendarOf(policy, basis.calendar, ticket.zone);
  return isOpen(calendar, now) ? null : nextOpening(calendar, now);
}

function rangNobody({ watch, reminders = [] }: Paging): boolean {
  const last = reminders.at(-1);
  if (watch?.isReminded !== true || last === undefined) return false;
  const { people, missed, silent = [] } = last;
  return people.every((person) => missed.includes(person) || silent.includes(person));
}
