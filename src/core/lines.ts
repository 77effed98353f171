// What is said of each event, in one line: to support in the ticket's thread, and to the customer.
import type { AnswerMessage, LineMessage, Part, Text } from "./message.ts";
import { levelOf } from "./policy.ts";
import { button } from "./buttons.ts";
import { holdersOf, type Unrung } from "./paging.ts";
import { isOpenTarget, marksOf } from "./targets.ts";
import { termsOf } from "./history.ts";
import type { TicketEvent, What } from "./ticket.ts";
import {
  calleeWords,
  headline,
  instant,
  levelWords,
  named,
  nameOf,
  promiseLine,
  rung,
  TARGET_WORDS,
  timeLeft,
  type Scene,
} from "./words.ts";
import { inWords } from "./clock.ts";

/** What support reads in the ticket's thread, or null where the card alone shows it. */
export function threadLine(event: TicketEvent, scene: Scene): LineMessage | null {
  const { directory, ticket, policy } = scene;
  const { what } = event;
  const who = named(directory, event.by);
  switch (what.kind) {
    case "filed":
      return line(["A reply here goes to the customer. Begin it with // to keep it inside, or use Note."]);
    case "taken":
      return line([who, " has taken it."]);
    case "released":
      return line([who, " has released it. Nobody has it now."]);
    case "answered":
      return line([who, " answered the customer:"], what);
    case "wrote":
      return line([who, " (customer) wrote:"], what);
    case "noted":
      return line([who, " noted, for support only:"], what);
    case "called":
      return line([who, " spoke with the customer ", instant(what.calledAt, ticket.zone), "."], what);
    case "begun":
      return line([who, " began work ", instant(what.begunAt, ticket.zone), "."]);
    case "restored":
      return line([who, ": the function is back since ", instant(what.restoredAt, ticket.zone), "."]);
    case "asked":
      return line([who, " asked the customer:"], what);
    case "held":
      return line([who, " put it on hold: ", what.reason]);
    case "resumed":
      return line([who, " resumed it."]);
    case "level-changed":
      return line(levelChange(what, scene, who));
    case "moved":
      return line([`Moved to ${policy.name}, version ${policy.version}.`, ...openPromises(scene)]);
    case "level-asked": {
      const asked = levelWords(levelOf(policy, what.level));
      return {
        ...line([who, ` asks for ${asked}: ${what.reason}`]),
        tone: "attention",
        buttons: [
          button("accept-level", ticket.number, "primary"),
          button("decline-level", ticket.number, "plain"),
        ],
      };
    }
    case "level-declined":
      return line([who, ` declined ${levelWords(levelOf(policy, what.level))}: ${what.reason}`]);
    case "closed":
      return line([who, " closed it: ", what.reason]);
    case "reopened":
      return line([who, " reopened it: ", what.reason]);
    case "reminded":
      return reminderLine(event, scene);
    case "alerted":
      return line([
        "Urgent, in hours: the channel was alerted. It pages at closing unless somebody attends to it.",
      ]);
    case "paging-began":
      if (what.reason === undefined) return null;
      return { ...line([who, " asks for whoever is on call: ", what.reason]), tone: "attention" };
    case "passed-on":
      return line([who, " cannot take it; the next step follows at once."]);
    case "paged":
      return line(["Paged ", ...calleeWords(what, directory), "."]);
    case "page-missed":
      return {
        ...line([
          "Could not page ",
          ...calleeWords(what, directory),
          `: ${what.why}.`,
          ...whatFollows(what, event.at),
        ]),
        tone: "attention",
      };
    case "page-silent":
      return {
        ...line([
          "It does not ring for ",
          ...calleeWords(what, directory),
          ...pausedWords(what, ticket.zone),
          ...whatFollows(what, event.at),
        ]),
        tone: "attention",
      };
    case "acknowledged":
      return line([who, " has acknowledged it", ACKNOWLEDGED_BY[what.how], "."]);
    case "handed-to":
      return line([who, " hands it to ", named(directory, what.person), ", who is paged at once."]);
    case "page-snoozed":
      return line([who, " snoozed it until ", instant(what.remindAt, ticket.zone), "."]);
    case "page-resolved":
      return line(
        what.how === "button"
          ? [who, " resolved the page. The promise to the customer still runs."]
          : ["The page is over: ", who, what.how === "called" ? " called." : " answered."],
      );
    case "page-reminded":
      return line(["Acknowledged and not answered: ", ...peopleOf(what.people, scene), " reminded."]);
    case "reminder-missed":
      return {
        ...line(["Could not remind ", named(directory, what.person), `: ${what.why}.`]),
        tone: "attention",
      };
    case "reminder-silent":
      return {
        ...line([
          "The reminder does not ring for ",
          named(directory, what.person),
          ...pausedWords(what, ticket.zone),
        ]),
        tone: "attention",
      };
    case "page-resumed":
      return {
        ...line(["Acknowledged, and still not answered: the page rings again, and its ladder goes on."]),
        tone: "attention",
      };
    case "page-withdrawn":
      return line([`The page is withdrawn: the ticket was ${what.why}.`]);
    case "page-unanswered":
      return null;
    default:
      return what satisfies never;
  }
}

/** Why it does not ring, and until when where anybody knows. */
function pausedWords({ ringsAgainAt }: Unrung, zone: string): Text {
  const until: Text = ringsAgainAt === null ? [] : [" until ", instant(ringsAgainAt, zone)];
  return [": notifications are paused there", ...until, "."];
}

/** What the customer reads of an event, or null where it is none of theirs. */
export function customerLine(event: TicketEvent, scene: Scene): LineMessage | AnswerMessage | null {
  const { directory, ticket, policy } = scene;
  const { what } = event;
  const who = named(directory, event.by);
  switch (what.kind) {
    case "answered":
      return answer(event, scene, what.text, what.attachments);
    case "asked":
      return answer(event, scene, what.text, []);
    case "level-changed":
      return line(levelChange(what, scene, who));
    case "moved":
      return line([
        `${ticket.number} now counts by ${policy.name}, version ${policy.version}.`,
        ...openPromises(scene),
      ]);
    case "level-declined":
      return line([
        who,
        ` keeps the level as it is, not ${levelWords(levelOf(policy, what.level))}: ${what.reason}`,
      ]);
    case "closed":
      return {
        ...line([`${ticket.number} is closed: ${what.reason}`]),
        buttons: [button("reopen", ticket.number, "plain")],
      };
    case "reopened":
      return line([who, ` reopened ${ticket.number}: ${what.reason}`]);
    case "restored":
      return line([
        "The function is back since ",
        instant(what.restoredAt, ticket.zone),
        ", says ",
        who,
        ".",
      ]);
    case "begun":
      return line([who, " began work ", instant(what.begunAt, ticket.zone), "."]);
    default:
      return null;
  }
}

/** What one of the customer's people wrote, as the others read it in another channel of theirs. */
export function colleagueLine({ by, what }: TicketEvent, { directory }: Scene): LineMessage {
  return line([named(directory, by), " wrote:"], what.kind === "wrote" ? what : {});
}

/** A mark of a target, as it is told: what, how far, by when, and whose it is. */
export function reminderLine(event: TicketEvent, scene: Scene): LineMessage {
  const { what } = event;
  const target =
    what.kind === "reminded"
      ? scene.ticket.targets.find((one) => one.kind === what.target && isOpenTarget(one))
      : undefined;
  if (what.kind !== "reminded" || target?.deadlineAt === undefined || target.deadlineAt === null) {
    throw new Error(`event ${event.seq} of ${scene.ticket.number} is no reminder of an open target`);
  }
  const due = instant(target.deadlineAt, scene.ticket.zone);
  const left = inWords(timeLeft(target, scene).leftMs);
  const label = TARGET_WORDS[what.target];
  const whose = owner(scene);
  if (what.mark === "100%") {
    return {
      ...line([{ strong: headline(scene.ticket) }, `: ${label} is missed, it was due `, due, ". ", ...whose]),
      tone: "alarm",
    };
  }
  if (what.mark.startsWith("overdue")) {
    return {
      ...line([{ strong: headline(scene.ticket) }, `: ${label} is overdue since `, due, ". ", ...whose]),
      tone: "alarm",
    };
  }
  const how =
    what.mark === "goal"
      ? "the goal has passed"
      : what.mark.endsWith("%")
        ? `${what.mark} of the time is used`
        : what.mark;
  const text: Text = [
    { strong: headline(scene.ticket) },
    `: ${label}, ${how}, ${left} left, due `,
    due,
    ". ",
    ...whose,
  ];
  return { ...line(text), tone: "attention" };
}

/** Whether a reminder is for the whole channel: the last mark before the limit, the breach, and all that is overdue. */
export function isForChannel(what: What, scene: Scene): boolean {
  if (what.kind !== "reminded") return false;
  if (what.mark === "100%" || what.mark.startsWith("overdue")) return true;
  const target = scene.ticket.targets.find((one) => one.kind === what.target && isOpenTarget(one));
  if (target === undefined) return false;
  const marks = marksOf({ ...target, told: [] }, termsOf(scene.ticket, scene.policy), scene.now);
  return marks.filter(({ kind }) => kind === "early" || kind === "goal").at(-1)?.id === what.mark;
}

/** The alert to the channel about an urgent ticket in hours. */
export function alertLine(scene: Scene): LineMessage {
  const { ticket, policy } = scene;
  const level = levelWords(levelOf(policy, ticket.level));
  return {
    ...line([
      { here: true },
      ` ${level} from ${scene.customer.name}: `,
      { strong: headline(ticket) },
      ".",
      ...openPromises(scene),
    ]),
    tone: "alarm",
    buttons: [button("take", ticket.number, "primary"), button("acknowledge", ticket.number, "plain")],
  };
}

/** What is still promised, a sentence each. */
function openPromises(scene: Scene): Part[] {
  return scene.ticket.targets.filter(isOpenTarget).flatMap((target) => {
    const { label, words } = promiseLine(target, scene);
    return [` ${label}: `, ...words, "."];
  });
}

/** The loud end of a ladder that nobody answered. */
export function unansweredLine(scene: Scene): LineMessage {
  const { paging } = scene.ticket;
  const holders = paging === null ? 0 : holdersOf(paging).length;
  const what =
    holders > 0
      ? ` Only ${holders} of ${paging?.needed ?? 1} people acknowledged the page for `
      : " Nobody answered the page for ";
  const before =
    (paging?.resumedAt ?? null) === null ? "" : ", which was acknowledged before; the customer has no answer";
  return {
    ...line([
      { here: true },
      what,
      { strong: headline(scene.ticket) },
      `, ${scene.customer.name}${before}. Whoever reads this first: please take it.`,
    ]),
    tone: "alarm",
    buttons: [button("take", scene.ticket.number, "primary")],
  };
}

/** One line with nothing else. */
export function line(
  text: Text,
  words: { text?: string; attachments?: LineMessage["attachments"] } = {},
): LineMessage {
  const { text: quote = "", attachments = [] } = words;
  return { kind: "line", tone: "plain", text, quote: quote === "" ? null : quote, attachments, buttons: [] };
}

const ACKNOWLEDGED_BY = {
  button: "",
  taken: " by taking it",
  answered: " by answering",
  called: " by calling",
} as const;

function answer(
  event: TicketEvent,
  { ticket, directory }: Scene,
  body: string,
  attachments: AnswerMessage["attachments"],
): AnswerMessage {
  return {
    kind: "answer",
    number: ticket.number,
    author: nameOf(directory, event.by),
    body,
    attachments,
    buttons: [button("reply", ticket.number, "plain")],
  };
}

function levelChange(what: Extract<What, { kind: "level-changed" }>, { policy }: Scene, who: Part): Text {
  const [from, to] = [levelWords(levelOf(policy, what.from)), levelWords(levelOf(policy, what.to))];
  const fields = Object.entries(what.attributes).map(([field, value]) => `${field}: ${value}`);
  const change =
    what.from === what.to ? ` set ${fields.join(", ")}` : ` changed the level from ${from} to ${to}`;
  return [who, `${change}: ${what.reason}`];
}

/** What comes of somebody who was not reached: others of the same step may have been. */
function whatFollows({ nextAt }: { nextAt: Date }, at: Date): Text {
  return nextAt <= at ? [" The next step follows at once."] : [];
}

function peopleOf(people: readonly string[], { directory }: Scene): Text {
  const names = people.flatMap((person, nr) => [...(nr === 0 ? [] : [", "]), named(directory, person)]);
  return [...names, people.length === 1 ? " is" : " are"];
}

/** Whom a reminder is for: the assignee, else the person on call, by a mention that notifies. */
function owner({ ticket, directory, onCall }: Scene): Text {
  if (ticket.assignee !== null) return ["It is ", rung(directory, ticket.assignee), "'s."];
  if (onCall !== null) return ["Nobody has taken it; on call is ", rung(directory, onCall), "."];
  return ["Nobody has taken it."];
}
