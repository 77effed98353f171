// Rehearses a ticket: everything that would happen if nobody did anything, by the same decisions that are taken for real.
import { agenda, file, type Agenda, type Circumstances } from "./agenda.ts";
import { closingAfter } from "./calendar.ts";
import { deadline, durationMs } from "./clock.ts";
import { termsOf } from "./history.ts";
import { calendarOf, levelOf, type Policy } from "./policy.ts";
import { isOpenTarget, pausesOf } from "./targets.ts";
import type { Ticket, TicketEvent } from "./ticket.ts";

/** Reminders that repeat for ever are rehearsed up to this many for the target that is due last. */
export const OVERDUE_REHEARSED = 3;
/** Looks until then; a reminder each minute beside a limit of some days fits. */
const MOST_LOOKS = 20_000;

/** One look at the ticket, with what happened at it. */
export interface Look {
  at: Date;
  before: Ticket;
  done: Agenda;
}

/** What happens to a ticket that is left alone. */
export interface Rehearsal {
  looks: readonly Look[];
  /** When the next thing would happen that is rehearsed no more; null where nothing would. */
  goesOnAt: Date | null;
}

/** Carries a ticket that was just planted from thing to thing, until only reminders that repeat for ever are left. */
export function rehearse(
  filed: { event: TicketEvent; ticket: Ticket },
  circumstances: Circumstances,
): Rehearsal {
  const filing = file(filed, circumstances);
  const looks: Look[] = [{ at: filed.event.at, before: filed.ticket, done: filing }];
  const endsAt = endOf(filing.ticket, circumstances.policy);
  let { ticket, wakeAt } = filing;
  while (
    wakeAt !== null &&
    (wakeAt <= endsAt || ticket.paging?.state === "ringing") &&
    looks.length < MOST_LOOKS
  ) {
    const look = { at: wakeAt, before: ticket, done: agenda(ticket, circumstances, wakeAt) };
    looks.push(look);
    ({ ticket, wakeAt } = look.done);
  }
  return { looks, goesOnAt: wakeAt };
}

/** The last limit or page to come, and the time for some reminders after it where they repeat. */
function endOf(ticket: Ticket, policy: Policy): Date {
  const terms = termsOf(ticket, policy);
  const ends = ticket.targets.filter(isOpenTarget).flatMap(({ kind, bases, deadlineAt }) => {
    const basis = bases.at(-1);
    if (deadlineAt === null || basis === undefined) return [];
    const calendar = calendarOf(policy, basis.calendar, ticket.zone);
    const repeats = policy.remind.flatMap((mark) =>
      mark.kind === "overdue"
        ? [
            deadline(
              calendar,
              deadlineAt,
              OVERDUE_REHEARSED * durationMs(mark.text, calendar),
              pausesOf(kind, terms),
            ),
          ]
        : [],
    );
    return [deadlineAt, ...repeats];
  });
  return [...ends, pageAtClosing(ticket, policy)].reduce<Date>(
    (last, at) => (at !== null && at > last ? at : last),
    ticket.filedAt,
  );
}

/** When an urgent ticket that came in hours will page; a ladder that rings comes to its end by itself. */
function pageAtClosing({ alertedAt, level, zone }: Ticket, policy: Policy): Date | null {
  const { page } = levelOf(policy, level);
  if (alertedAt === null || page?.when !== "outside-hours") return null;
  return closingAfter(calendarOf(policy, page.calendar, zone), alertedAt);
}
