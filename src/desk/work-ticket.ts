// What people do to a ticket: each act becomes events, and a sentence for whoever acted.
import { DeskError } from "../core/errors.ts";
import type { Person } from "../core/directory.ts";
import type { FormValues } from "../core/form.ts";
import type { ActName, Attachment, Text } from "../core/message.ts";
import { TARGET_KINDS } from "../core/policy-schema.ts";
import { levelOf, type TargetKind } from "../core/policy.ts";
import { checkAct } from "../core/rights.ts";
import { isOpenTarget } from "../core/targets.ts";
import { statusOf, type ClosingOutcome, type Ticket, type What } from "../core/ticket.ts";
import { levelWords, named, nameOf } from "../core/words.ts";
import type { Origin } from "./announce.ts";
import type { Case } from "./case.ts";
import { acknowledge, askForPage, handTo, passOn, resolvePage, snooze } from "./page-acts.ts";
import type { Tx } from "./ports.ts";
import { record } from "./record.ts";
import { filesIn, instantIn, pastFault, refuseFaults, requiredText, textIn } from "./values.ts";

/** An act as it reaches the desk, by a button, a form, a command or a message in a thread. */
export interface Deal {
  act: ActName;
  person: Person;
  values: FormValues;
  now: Date;
  origin?: Origin;
}

/** What came of an act: the ticket after it, and what to tell whoever acted. */
export interface Result {
  ticket: Ticket;
  say: Text;
}

/**
 * Does an act.
 * @throws DeskError where the person may not, the ticket's status forbids it, or a value is missing; `faults` by field id.
 */
export async function workTicket(tx: Tx, kase: Case, deal: Deal): Promise<Result> {
  const { act, person, now, origin } = deal;
  checkAct(act, person, kase.ticket, kase.directory);
  const done = decide(kase, deal);
  if ("already" in done) return { ticket: kase.ticket, say: done.already };
  const doer = { by: person.id, now, ...(origin === undefined ? {} : { origin }) };
  const ticket = await record(tx, kase, done.events, doer);
  return { ticket, say: typeof done.say === "function" ? done.say(ticket) : done.say };
}

/** The targets that closing has to ask about: promised, and neither met nor withdrawn. */
export function unsettledTargets(ticket: Ticket): TargetKind[] {
  const asked: readonly TargetKind[] = ["response", "start", "restore"];
  return TARGET_KINDS.filter(
    (kind) =>
      asked.includes(kind) && ticket.targets.some((target) => target.kind === kind && isOpenTarget(target)),
  );
}

/** What an act comes to: events with what is said of them, perhaps by the ticket after them; or that it was done before. */
export type Decision = { events: What[]; say: Text | ((after: Ticket) => Text) } | { already: Text };

function decide(kase: Case, { act, person, values, now }: Deal): Decision {
  const { ticket, directory } = kase;
  const { number } = ticket;
  switch (act) {
    case "take":
      if (ticket.assignee === person.id) return { already: [`You have ${number} already.`] };
      return {
        events: [{ kind: "taken" }],
        say:
          ticket.assignee === null
            ? [`You have taken ${number}.`]
            : [`You have taken ${number} over from `, named(directory, ticket.assignee), "."],
      };
    case "release":
      if (ticket.assignee === null) return { already: [`Nobody has ${number}.`] };
      return { events: [{ kind: "released" }], say: [`${number} is released.`] };
    case "reply":
      return reply(ticket, person, words(values, "Write what the customer shall read."));
    case "note":
      return {
        events: [{ kind: "noted", ...words(values, "Write the note.") }],
        say: [`Noted on ${number}, for support only.`],
      };
    case "call":
      return {
        events: [{ kind: "called", calledAt: whenIn(values, kase, now), text: textIn(values, "text") }],
        say: [`The call is recorded on ${number}.`],
      };
    case "begin":
      return {
        events: [{ kind: "begun", begunAt: whenIn(values, kase, now) }],
        say: [`Work on ${number} has begun.`],
      };
    case "restore":
      return {
        events: [{ kind: "restored", restoredAt: whenIn(values, kase, now) }],
        say: [`Recorded: the function is back. ${number} stays open until it is resolved.`],
      };
    case "ask":
      return {
        events: [{ kind: "asked", text: requiredText(values, "text", "Write what you need to know.") }],
        say: [`The customer is asked; ${number} is awaiting the response.`],
      };
    case "hold":
      return {
        events: [{ kind: "held", reason: requiredText(values, "text", "Say what it waits for.") }],
        say: [`${number} is on hold.`],
      };
    case "resume":
      return { events: [{ kind: "resumed" }], say: [`${number} is open again.`] };
    case "change-level":
      return changeLevel(kase, values);
    case "ask-level":
      return askLevel(kase, values);
    case "accept-level":
      return acceptLevel(kase);
    case "decline-level": {
      if (ticket.askedLevel === null) return { already: [`Nobody asks for another level of ${number}.`] };
      const reason = requiredText(values, "text", "Say why the level stays as it is.");
      return {
        events: [{ kind: "level-declined", level: ticket.askedLevel.level, reason }],
        say: [`Declined; ${number} keeps its level.`],
      };
    }
    case "close": {
      const reason = requiredText(values, "text", "Say how it was resolved; the customer reads it.");
      return {
        events: [{ kind: "closed", reason, outcomes: outcomesIn(values, kase, now) }],
        say: [`${number} is closed.`],
      };
    }
    case "reopen": {
      const reason = requiredText(values, "text", "Say what is back.");
      return { events: [{ kind: "reopened", reason }], say: [`${number} is open again.`] };
    }
    case "acknowledge":
      return acknowledge(kase, person, now);
    case "pass-on":
      return passOn(kase);
    case "hand-to":
      return handTo(kase, person, values, now);
    case "snooze":
      return snooze(kase, values, now);
    case "resolve-page":
      return resolvePage(kase);
    case "page":
      return askForPage(kase, values);
    case "show":
    case "why":
      return { already: [] };
    default:
      return act satisfies never;
  }
}

function reply(
  ticket: Ticket,
  person: Person,
  said: { text: string; attachments: readonly Attachment[] },
): Decision {
  if (person.isSupport) {
    if (statusOf(ticket) === "closed") {
      throw new DeskError("conflict", `${ticket.number} is closed. Reopen it to answer.`);
    }
    return {
      events: [{ kind: "answered", ...said }],
      say: [`Your answer to ${ticket.number} is on its way.`],
    };
  }
  const say: Text =
    statusOf(ticket) === "closed"
      ? [
          `${ticket.number} is closed. Support will read your message, but nothing was reopened: `,
          `for the same problem, reopen it (/ticket reopen ${ticket.number}); for a new question, file a new one with /ticket.`,
        ]
      : [`Your reply to ${ticket.number} is with the support team.`];
  return { events: [{ kind: "wrote", ...said }], say };
}

function changeLevel({ ticket, policy }: Case, values: FormValues): Decision {
  const to = textIn(values, "level") || ticket.level;
  const level = policy.levels.find(({ id }) => id === to);
  const attributes = { ...ticket.attributes };
  for (const { id, options } of policy.fields) {
    const value = textIn(values, `field.${id}`);
    if (options.includes(value)) attributes[id] = value;
  }
  const isSame =
    to === ticket.level && policy.fields.every(({ id }) => attributes[id] === ticket.attributes[id]);
  const reason = textIn(values, "text");
  refuseFaults({
    level:
      level === undefined
        ? "The policy has no such level."
        : isSame
          ? "It has this level already. Choose another, or change a field."
          : null,
    text: reason === "" ? "Say why; the customer reads it." : null,
  });
  return {
    events: [{ kind: "level-changed", from: ticket.level, to, attributes, reason }],
    say: [`${ticket.number} is now ${levelWords(levelOf(policy, to))}.`],
  };
}

function askLevel({ ticket, policy }: Case, values: FormValues): Decision {
  const wanted = textIn(values, "level");
  const level = policy.levels.find(({ id }) => id === wanted);
  const reason = textIn(values, "text");
  refuseFaults({
    level:
      level === undefined
        ? "Choose the level that you ask for."
        : wanted === ticket.level
          ? "It has this level already."
          : null,
    text: reason === "" ? "Say what has changed for you; support decides by it." : null,
  });
  return {
    events: [{ kind: "level-asked", level: wanted, reason }],
    say: [`Support is asked for another level of ${ticket.number}. No clock changes before they accept.`],
  };
}

function acceptLevel({ ticket, policy, directory }: Case): Decision {
  const asked = ticket.askedLevel;
  if (asked === null) return { already: [`Nobody asks for another level of ${ticket.number}.`] };
  const { attributes, level: from } = ticket;
  const reason = `asked for by ${nameOf(directory, asked.by)}: ${asked.reason}`;
  return {
    events: [{ kind: "level-changed", from, to: asked.level, attributes, reason }],
    say: [`${ticket.number} is now ${levelWords(levelOf(policy, asked.level))}.`],
  };
}

function outcomesIn(values: FormValues, kase: Case, now: Date): ClosingOutcome[] {
  const faults: Record<string, string | null> = {};
  const outcomes = unsettledTargets(kase.ticket).flatMap((target): ClosingOutcome[] => {
    const answer = textIn(values, `outcome.${target}`);
    const metAt = instantIn(values, `met.${target}`);
    const why = textIn(values, `why.${target}`);
    if (answer === "met") {
      faults[`met.${target}`] =
        metAt === null ? "Say when it was met." : pastFault(metAt, now, kase.ticket.receivedAt);
      return metAt === null ? [] : [{ target, metAt }];
    }
    if (answer === "withdrawn") {
      faults[`why.${target}`] = why === "" ? "Say why it is withdrawn." : null;
      return [{ target, withdrawn: why }];
    }
    faults[`outcome.${target}`] = "Say whether this promise was met or is withdrawn.";
    return [];
  });
  refuseFaults(faults);
  return outcomes;
}

/** The words of a message, with its files; one of the two is needed. */
function words(values: FormValues, missing: string): { text: string; attachments: readonly Attachment[] } {
  const attachments = filesIn(values, "files");
  const text = attachments.length > 0 ? textIn(values, "text") : requiredText(values, "text", missing);
  return { text, attachments };
}

/** When it happened, as the form says; now, where it says nothing. A form knows minutes only: this minute is now. */
function whenIn(values: FormValues, { ticket }: Case, now: Date): Date {
  const at = instantIn(values, "when");
  refuseFaults({ when: pastFault(at, now, ticket.receivedAt) });
  if (at === null || now.getTime() - at.getTime() < MINUTE_MS) return now;
  return at < ticket.receivedAt ? ticket.receivedAt : at;
}

const MINUTE_MS = 60_000;
