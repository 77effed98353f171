// Runs the past of a ticket again in other circumstances: people do what they did, when they did it, and Belfry decides anew.
import { act, agenda, file, type Agenda } from "./agenda.ts";
import { DeskError } from "./errors.ts";
import { plant, revisionFor, type PolicyOf, type Seedling } from "./history.ts";
import { calleeOf, isAwaited, isSameCallee, nextAfterSilence, type Paging } from "./paging.ts";
import type { CircumstancesAt, Past } from "./past.ts";
import type { Ticket, TicketEvent, What } from "./ticket.ts";

/** A ticket as it would have come about. */
export interface Rerun {
  ticket: Ticket;
  events: readonly TicketEvent[];
  /** What people did that had no object: they acknowledged a page that never rang. It is left out. */
  idle: readonly TicketEvent[];
}

/** A ticket is looked at less often than this, by hourly reminders in two years; more would be a loop. */
const MOST_LOOKS = 20_000;

/**
 * Runs a past again.
 * @throws DeskError "invalid" where a policy lacks what the ticket has, such as its level or a field.
 */
export function rerun(seed: Seedling, past: Past, circumstancesAt: CircumstancesAt): Rerun {
  const { filed, acts, silences, last } = past;
  const circumstances = circumstancesAt(filed.at, seed.policyRevision);
  const idle: TicketEvent[] = [];
  const events: TicketEvent[] = [];
  let looks = 0;
  const take = (outcome: Agenda): Agenda => {
    events.push(...outcome.steps.map(({ event }) => event));
    return outcome;
  };

  let now = take(file({ event: filed, ticket: plant(seed, filed, circumstances.policy) }, circumstances));
  for (const stretch of [...acts, { ...last, event: null }]) {
    for (;;) {
      const lookAt = nextLook(now.wakeAt, stretch, silences);
      if (lookAt === null) break;
      looks += 1;
      if (looks > MOST_LOOKS)
        throw new DeskError("invalid", `More than ${MOST_LOOKS} reminders and pages would have come.`);
      now = take(agenda(now.ticket, circumstancesAt(lookAt, now.ticket.policyRevision), lookAt));
    }
    const { event } = stretch;
    if (event === null) break;
    const { at, by } = event;
    const what = asItWouldBe(event, now.ticket, (revision) => circumstancesAt(at, revision).policy);
    const there = circumstancesAt(
      at,
      what === null ? now.ticket.policyRevision : revisionFor(now.ticket, what),
    );
    if (what === null) idle.push(event);
    now = take(
      what === null ? agenda(now.ticket, there, at) : act(now.ticket, [what], { by, now: at }, there),
    );
  }
  return { ticket: now.ticket, events, idle };
}

/** When Belfry looks at a ticket next within a stretch; null where it does not. */
function nextLook(
  wakeAt: Date | null,
  { endsAt, unlookedSince }: { endsAt: Date; unlookedSince: Date | null },
  silences: Past["silences"],
): Date | null {
  if (wakeAt === null || (unlookedSince !== null && wakeAt >= unlookedSince)) return null;
  const silence = silences.find(({ from, to }) => from <= wakeAt && wakeAt < to);
  const lookAt = silence?.to ?? wakeAt;
  return lookAt <= endsAt ? lookAt : null;
}

/** What somebody's act is in other circumstances, or null where it has no object there. */
function asItWouldBe(
  { what, at }: TicketEvent,
  { paging, alertedAt }: Ticket,
  policyOf: PolicyOf,
): What | null {
  // Where another policy serves from the beginning, there is nothing to move to but another zone.
  if (what.kind === "moved") {
    const { from, to } = what;
    return policyOf(from.revision) === policyOf(to.revision) && from.zone === to.zone ? null : what;
  }
  if (what.kind === "acknowledged") {
    return isAwaited(paging) || alertedAt !== null ? what : null;
  }
  if (what.kind === "passed-on") return paging?.state === "ringing" ? what : null;
  if (what.kind === "handed-to") return isAwaited(paging) || paging?.state === "acknowledged" ? what : null;
  if (what.kind === "page-snoozed" || what.kind === "page-resolved")
    return paging?.state === "acknowledged" ? what : null;
  if (what.kind === "reminder-missed" || what.kind === "reminder-silent") return lostReminder(what, paging);
  if (what.kind === "paging-began") return paging?.state === "ringing" ? null : what;
  if (what.kind !== "page-missed" && what.kind !== "page-silent") return what;
  // Whoever could not be reached or rung then cannot be by another ladder either, whichever its step is.
  if (paging?.state !== "ringing") return null;
  const tried = paging.told.filter(({ person }) => person === what.person);
  const same =
    tried.find((told) => isSameCallee(told, what)) ?? tried.findLast(({ missed }) => missed === null);
  if (same === undefined) return null;
  const taken = { ...calleeOf(same), nextAt: nextAfterSilence(paging, same, at) };
  return what.kind === "page-missed"
    ? { kind: what.kind, why: what.why, ...taken }
    : { kind: what.kind, ringsAgainAt: what.ringsAgainAt, ...taken };
}

/** The last reminder to whoever could not be reached or rung then. */
function lostReminder(
  what: Extract<What, { kind: "reminder-missed" | "reminder-silent" }>,
  paging: Paging | null,
): What | null {
  const reminders = paging?.reminders ?? [];
  const reminder = reminders.findLastIndex(({ people }) => people.includes(what.person));
  return reminder < 0 ? null : { ...what, reminder };
}
