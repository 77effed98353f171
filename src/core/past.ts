// Reads a ticket's record for what came from outside, and for when Belfry was not there to decide.
//
// Of a record only people's acts, and what a platform reported, are facts of the world; reminders and pages are Belfry's
// own decisions, which another policy may take otherwise. When Belfry decided tells more: something due at `wakeAt` that
// was done later fell into a silence, because Belfry was down, or some milliseconds late.
//
//      wakeAt            at                      wakeAt          at
//   -----|~~~ silence ~~~|reminded---        -----|~~~ silence ~~|answered, reminded---
//              ended by a look                       ended by an act, which came first
//
// Whatever is due within a silence, under whichever policy, is done when it ends. So the same policy gives the same record.
import { agenda, type Circumstances } from "./agenda.ts";
import { happen, plant, revisionFor, type Seedling } from "./history.ts";
import { isSameCallee } from "./paging.ts";
import type { Ticket, TicketEvent, What } from "./ticket.ts";

/** What decides at an instant about a ticket that is under a policy revision then. */
export type CircumstancesAt = (now: Date, revision: string) => Circumstances;

/** Up to where a ticket was looked after, by the record. */
interface Stretch {
  /** Everything due by then had its look before, but for what fell into a silence. */
  endsAt: Date;
  /** Since when something was due that nobody had looked at when the stretch ended; null where there was nothing. */
  unlookedSince: Date | null;
}

/** Something from outside that happened to a ticket, and the stretch that it ended. */
export interface Act extends Stretch {
  event: TicketEvent;
}

/** What another policy is given of a ticket's record. */
export interface Past {
  filed: TicketEvent;
  acts: readonly Act[];
  /** Silences that a look ended: from included, to excluded, in order. */
  silences: readonly { from: Date; to: Date }[];
  /** From the last event to the end of the record. */
  last: Stretch;
}

/** Reads the record of a ticket that was looked after in some circumstances up to `endsAt`. */
export function readPast(
  seed: Seedling,
  events: readonly TicketEvent[],
  circumstancesAt: CircumstancesAt,
  endsAt: Date,
): Past {
  const [filed, ...rest] = events;
  if (filed === undefined) throw new Error(`${seed.number} has no events`);
  const acts: Act[] = [];
  const silences: { from: Date; to: Date }[] = [];
  let ticket = plant(seed, filed, circumstancesAt(filed.at, seed.policyRevision).policy);
  let lastAt = filed.at;
  let reachedAt = filed.at;

  // An act may be dated before the look that it waited for: it was done at its own instant, and handled at that one's.
  const stretchUntil = (at: Date): Stretch => {
    const due = nextDue(ticket, circumstancesAt(lastAt, ticket.policyRevision), lastAt);
    const until = latest(reachedAt, at);
    return { endsAt: until, unlookedSince: due !== null && due <= until ? due : null };
  };

  for (const event of rest) {
    if (isFromOutside(event.what, ticket)) {
      acts.push({ event, ...stretchUntil(event.at) });
    } else if (event.at.getTime() !== lastAt.getTime()) {
      const { unlookedSince } = stretchUntil(event.at);
      if (unlookedSince !== null && unlookedSince < event.at)
        silences.push({ from: unlookedSince, to: event.at });
    }
    const { policy } = circumstancesAt(event.at, revisionFor(ticket, event.what));
    ticket = happen(ticket, event, policy);
    lastAt = event.at;
    reachedAt = latest(reachedAt, event.at);
  }
  return { filed, acts, silences, last: stretchUntil(endsAt) };
}

/** What Belfry decides by itself, or because of somebody's act. */
const DECIDED: ReadonlySet<What["kind"]> = new Set<What["kind"]>([
  "reminded",
  "alerted",
  "paging-began",
  "paged",
  "page-reminded",
  "page-resumed",
  "page-withdrawn",
  "page-unanswered",
]);

/** Whether something came from a person or a platform. A step that was taken and then missed was reported by the platform. */
function isFromOutside(what: What, ticket: Ticket): boolean {
  if (what.kind === "acknowledged" || what.kind === "page-resolved") return what.how === "button";
  if (what.kind === "paging-began") return what.why === "asked";
  if (what.kind === "page-missed")
    return ticket.paging?.told.some((told) => isSameCallee(told, what)) === true;
  return !DECIDED.has(what.kind);
}

function nextDue(ticket: Ticket, circumstances: Circumstances, now: Date): Date | null {
  const { steps, wakeAt } = agenda(ticket, circumstances, now);
  return steps.length > 0 ? now : wakeAt;
}

function latest(one: Date, other: Date): Date {
  return one < other ? other : one;
}
