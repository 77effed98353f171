// What people do about a page: acknowledge it, pass it on, hand it to somebody, snooze or resolve it, or ask for one.
import { crewFor, ladderOfPage } from "../core/agenda.ts";
import type { Person } from "../core/directory.ts";
import { inWords, parseDuration } from "../core/clock.ts";
import { lengthMs } from "../core/duration.ts";
import { DeskError } from "../core/errors.ts";
import type { FormValues } from "../core/form.ts";
import type { Text } from "../core/message.ts";
import { holdersOf, isAwaited, missWords, whyNot, type Paging } from "../core/paging.ts";
import type { Ticket } from "../core/ticket.ts";
import { awaitedTarget, nextOpeningFor, unansweredAt } from "../core/watch.ts";
import { instant, named } from "../core/words.ts";
import type { Case } from "./case.ts";
import { refuseFaults, requiredText, textIn } from "./values.ts";
import type { Decision } from "./work-ticket.ts";

/** Lengths of a snooze that are offered; any other up to a day may be typed. */
export const SNOOZES = ["15m", "30m", "1h", "2h", "4h"] as const;

/** The word for a snooze until the calendar of the awaited answer opens. */
export const UNTIL_OPENING = "opening";

const LONGEST_SNOOZE_MS = 24 * 3_600_000;

/** The first who acknowledges has it; where several are needed, each of them once. The others are told who was first. */
export function acknowledge(kase: Case, person: Person, now: Date): Decision {
  const { ticket, directory } = kase;
  const { paging, alertedAt, number } = ticket;
  if (isAwaited(paging)) {
    const needed = paging.needed ?? 1;
    const holders = holdersOf(paging);
    const lacking = needed - holders.length;
    if (holders.some((one) => one.person === person.id)) {
      return {
        already: [`You have acknowledged ${number} already; it ${untilMore(paging, lacking)}.`],
      };
    }
    return {
      events: [{ kind: "acknowledged", how: "button" }],
      say: (after) => thanks(kase, paging, after, now),
    };
  }
  if (alertedAt !== null) {
    return {
      events: [{ kind: "acknowledged", how: "button" }],
      say: [`You have acknowledged ${number}. The promise to the customer still runs: answer by replying.`],
    };
  }
  if (paging === null || paging.endedAt === null || paging.endedBy === null) {
    return { already: [`There is no page to acknowledge on ${number}.`] };
  }
  const when = instant(paging.endedAt, ticket.zone);
  const who = named(directory, paging.endedBy);
  switch (paging.state) {
    case "acknowledged":
      return { already: [who, ` has ${number} since `, when, "."] };
    case "resolved":
      return { already: [`The page for ${number} was resolved by `, who, " ", when, "."] };
    case "withdrawn":
    case "ringing":
    case "unanswered":
      return { already: [`The page for ${number} was withdrawn `, when, "."] };
    default:
      return paging.state satisfies never;
  }
}

/** Whoever cannot take a page is rung no more, and the next step follows at once. */
export function passOn({ ticket }: Case): Decision {
  if (ticket.paging?.state !== "ringing")
    return { already: [`No page for ${ticket.number} rings any more.`] };
  return {
    events: [{ kind: "passed-on" }],
    say: [`Passed on: the next step for ${ticket.number} follows at once.`],
  };
}

/**
 * Pages somebody of the support team at once, on the ladder or not.
 * @throws DeskError where they are on leave, not cleared for the ticket, without an address, or nobody of that name is there.
 */
export function handTo(kase: Case, person: Person, values: FormValues, now: Date): Decision {
  const { ticket, directory } = kase;
  const { paging, number } = ticket;
  if (!isAwaited(paging) && paging?.state !== "acknowledged") {
    const typed = `There is no page for ${number} to hand on. /ticket page ${number} why begins one.`;
    return { already: [{ typed }] };
  }
  const wanted = textIn(values, "person");
  const found = personCalled(kase, wanted);
  refuseFaults({
    person: found === null ? nobodyCalled(kase, wanted) : whyNotTo(found, person, kase, now),
  });
  if (found === null) throw new DeskError("invalid", nobodyCalled(kase, wanted));
  if (holdersOf(paging).some((one) => one.person === found.id)) {
    return { already: [named(directory, found.id), ` has ${number} already.`] };
  }
  return {
    events: [{ kind: "handed-to", person: found.id }],
    say: [`${number} is handed to `, named(directory, found.id), ", who is paged at once."],
  };
}

/** Who may be handed a page: support people whom it reaches, and who may be called for this ticket now. */
export function peopleToHandTo(kase: Case, person: Person, now: Date): Person[] {
  return kase.directory.people.filter((one) => one.isSupport && whyNotTo(one, person, kase, now) === null);
}

/** Reminds whoever has it at the end of a time, if the customer is still not answered then. */
export function snooze({ ticket, policy }: Case, values: FormValues, now: Date): Decision {
  const { paging, number, zone } = ticket;
  if (paging?.state === "ringing") {
    throw new DeskError("conflict", `The page for ${number} rings. Acknowledge it first; then snooze it.`);
  }
  if (paging?.state !== "acknowledged") return { already: [`There is no page to snooze on ${number}.`] };
  if (awaitedTarget(ticket) === null) {
    return { already: [`Nobody waits for an answer on ${number}, so there is nothing to be reminded of.`] };
  }
  const length = textIn(values, "for");
  const remindAt = length === UNTIL_OPENING ? nextOpeningFor(ticket, policy, now) : snoozedUntil(length, now);
  refuseFaults({
    for:
      remindAt !== null
        ? null
        : length === UNTIL_OPENING
          ? "It is open now. Say how long instead, such as 30m."
          : "Say how long, such as 15m or 2h; 24h at most.",
  });
  if (remindAt === null) return { already: [] };
  return {
    events: [{ kind: "page-snoozed", remindAt }],
    say: [
      `${number} is snoozed. If the customer has no answer by `,
      instant(remindAt, zone),
      ", you are reminded. The promise still runs.",
    ],
  };
}

/** No more of the page; the promise still runs, with its own reminders. */
export function resolvePage({ ticket, directory }: Case): Decision {
  const { paging, number, zone } = ticket;
  if (isAwaited(paging)) {
    throw new DeskError("conflict", `The page for ${number} is not acknowledged yet. Acknowledge it first.`);
  }
  if (paging?.state === "resolved" && paging.endedAt !== null && paging.endedBy !== null) {
    const who = named(directory, paging.endedBy);
    return { already: [who, ` has resolved the page for ${number} `, instant(paging.endedAt, zone), "."] };
  }
  if (paging?.state !== "acknowledged") return { already: [`There is no page to resolve on ${number}.`] };
  return {
    events: [{ kind: "page-resolved", how: "button" }],
    say: [`The page for ${number} is resolved. The promise to the customer still runs: answer by replying.`],
  };
}

/** Pages whoever is on call, in hours and out. */
export function askForPage({ ticket }: Case, values: FormValues): Decision {
  const { number } = ticket;
  if (ticket.paging?.state === "ringing") return { already: [`A page for ${number} rings already.`] };
  const reason = requiredText(values, "text", "Say why somebody has to be paged now.");
  return {
    events: [{ kind: "paging-began", why: "asked", reason }],
    say: [`Whoever is on call is paged for ${number}, until somebody acknowledges.`],
  };
}

/** What whoever acknowledges reads: whether more are needed, that the promise runs, and when they are reminded. */
function thanks(kase: Case, before: Paging, after: Ticket, now: Date): Text {
  const { number, zone, paging } = after;
  if (isAwaited(paging)) {
    const lacking = (paging.needed ?? 1) - holdersOf(paging).length;
    return [`You have acknowledged ${number}. It ${untilMore(paging, lacking)}.`];
  }
  const late: Text =
    before.endedAt === null ? [] : [" Its ladder had ended ", instant(before.endedAt, zone), "."];
  const remindAt = unansweredAt(after, kase.policy, ladderOfPage(after, kase, now));
  const reminder: Text =
    remindAt === null
      ? []
      : [" If the customer has no answer by ", instant(remindAt, zone), ", you are reminded."];
  const promise = " The promise to the customer still runs: answer by replying.";
  return [`You have acknowledged ${number}.`, ...late, promise, ...reminder];
}

/** What a page does until as many have acknowledged it as are needed. */
function untilMore({ state }: Paging, lacking: number): string {
  return `${state === "ringing" ? "rings on" : "is open"} until ${lacking} more have`;
}

function snoozedUntil(length: string, now: Date): Date | null {
  const text = length.toLowerCase().replace(/\s+/g, "").replace(/min$/, "m");
  const ms = /^\d{1,4}[mh]$/.test(text) ? (lengthMs(parseDuration(text), null) ?? 0) : 0;
  return ms > 0 && ms <= LONGEST_SNOOZE_MS ? new Date(now.getTime() + ms) : null;
}

/** Somebody of the support team by id, by name, or by a first name that only one of them has. */
function personCalled({ directory }: Case, words: string): Person | null {
  const wanted = words.replace(/^@/, "").toLowerCase();
  const support = directory.people.filter(({ isSupport }) => isSupport);
  const exact = support.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const byFirstName = support.filter(({ name }) => name.toLowerCase().split(" ")[0] === wanted);
  return byFirstName.length === 1 ? (byFirstName[0] ?? null) : null;
}

function nobodyCalled({ directory }: Case, words: string): string {
  const ids = directory.people.filter(({ isSupport }) => isSupport).map(({ id }) => id);
  const who = words === "" ? "Say to whom." : `Nobody of the support team is called "${words}".`;
  return `${who} There are: ${ids.join(", ")}.`;
}

/** Why a page cannot be handed to somebody, as a sentence; null where it can. */
function whyNotTo(to: Person, by: Person, kase: Case, now: Date): string | null {
  if (to.id === by.id) return "That is you. Acknowledge it instead.";
  const why = whyNot(to.id, crewFor(kase.ticket, kase), now);
  return why === null ? null : `${to.name} ${missWords(why, { role: "handed" })}. Hand it to somebody else.`;
}

/** A length of a snooze in words: "30 min". */
export function snoozeWords(length: string): string {
  return inWords(lengthMs(parseDuration(length), null) ?? 0);
}
