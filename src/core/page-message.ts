// The page as people read it: what is asked of whom, how it stands, and what the customer is told of it.
import { ladderOfPage } from "./agenda.ts";
import { button } from "./buttons.ts";
import { callingOf } from "./directory.ts";
import type { Button, PageMessage, Part, Text } from "./message.ts";
import { holdersOf, type Callee, type PagedStep, type PageReminder, type Paging } from "./paging.ts";
import { nextDueAt, type TargetState } from "./targets.ts";
import { statusOf, type Ticket } from "./ticket.ts";
import { awaitedTarget, unansweredAt } from "./watch.ts";
import {
  apart,
  calleeWords,
  headline,
  instant,
  levelWords,
  named,
  promiseLines,
  rung,
  rungGroup,
  ticketLevel,
  type Scene,
} from "./words.ts";

/** One copy of a page about a ticket: who is mentioned in it, and why it reaches whoever reads it. */
export function pageOf(scene: Scene, paging: Paging, ring: Text, ask: Text = []): PageMessage {
  const { ticket, customer } = scene;
  return {
    kind: "page",
    state: paging.state,
    headline: `${levelWords(ticketLevel(scene))} · ${headline(ticket)}`,
    ring: paging.state === "ringing" ? ring : [],
    ask,
    facts: [
      ...(paging.reason === null ? [] : [{ label: "Why", value: [paging.reason] }]),
      { label: "Customer", value: [customer.name] },
      {
        label: "Filed",
        value: [instant(ticket.receivedAt, ticket.zone), " by ", named(scene.directory, ticket.filer)],
      },
    ],
    promises: promiseLines(scene),
    standing: standing(scene, paging),
    buttons: pageButtons(ticket, paging),
    mayRepeat: false,
  };
}

/** A page in one line, for a message that lists many. */
export function pageWords(scene: Scene, paging: Paging): Text {
  const { ticket, customer, directory } = scene;
  const about = `${levelWords(ticketLevel(scene))} · ${customer.name} · `;
  const [end] = ending(paging, directory, ticket.zone);
  if (end !== undefined) return [about, ...end];
  const dueAt = nextDueAt(ticket);
  return dueAt === null ? [about, "no deadline runs"] : [about, "due ", instant(dueAt, ticket.zone)];
}

/** The mentions of those whom a step pages, for a copy in the on-call channel. */
export function ringing({ directory }: Scene, callees: readonly Callee[]): Text {
  const mentions = callees.flatMap(({ person, group, here }): Part[] => {
    if (person !== null) return [rung(directory, person)];
    if (group !== undefined) return [rungGroup(group)];
    return here ? [{ here: true }] : [];
  });
  return apart(mentions);
}

/** What a step's own copy says first, while it rings: who handed it on, or that it was acknowledged and not answered. */
export function askOf({ directory, ticket }: Scene, paging: Paging, told: PagedStep): Text {
  if (paging.state !== "ringing") return [];
  if (told.by !== undefined) return [named(directory, told.by), " hands this to you."];
  const { resumedAt = null } = paging;
  return resumedAt === null || told.at < resumedAt
    ? []
    : [`It was acknowledged, and ${missing(awaitedTarget(ticket))}.`];
}

/** What a reminder says first, as long as it matters: what is missing, what may be done, and what happens else. */
export function reminderAsk({ ticket, policy, customer, directory, now }: Scene, paging: Paging): Text {
  if (paging.state !== "acknowledged" || paging.watch?.isReminded !== true) return [];
  const { ladders } = callingOf(customer, directory);
  const goesOnAt = unansweredAt(ticket, policy, ladderOfPage(ticket, { policy, ladders }, now));
  const next: Text =
    goesOnAt === null ? ["."] : ["; else the page goes on ", instant(goesOnAt, ticket.zone), "."];
  const said = `You have acknowledged it, and ${missing(awaitedTarget(ticket))}. `;
  return [{ strong: said }, "Reply or record a call, snooze it, or hand it on", ...next];
}

/** How a page stands, oldest first: whom each step reached, who had it, who has it, and how it ended. */
export function standing({ ticket, directory }: Scene, paging: Paging): Text[] {
  const { told, acknowledgements = [], reminders = [], resumedAt = null, state } = paging;
  const when = (at: Date) => instant(at, ticket.zone);
  const isHeld = state === "ringing" || state === "acknowledged" || state === "unanswered";
  const past = acknowledgements.filter(({ hasLapsed }) => hasLapsed || !isHeld);
  const lines: { at: Date; say: Text }[] = [
    ...(resumedAt === null
      ? []
      : [{ at: resumedAt, say: ["No answer to the customer; rings again since ", when(resumedAt)] }]),
    ...told.map((step) => ({ at: step.at, say: stepLine(step, directory, when(step.at)) })),
    ...past.map(({ person, at }) => ({
      at,
      say: [named(directory, person), " had acknowledged it ", when(at)],
    })),
    ...reminders.map((reminder) => ({
      at: reminder.at,
      say: remindedLine(reminder, directory, when(reminder.at)),
    })),
  ];
  const inOrder = lines.sort((one, other) => one.at.getTime() - other.at.getTime());
  return [...inOrder.map(({ say }) => say), ...ending(paging, directory, ticket.zone)];
}

/** What the customer is told of a page: that it went out and when, how it stands, and what happens next. Never a name. */
export function pageNotices(scene: Scene): Text[] {
  const { ticket } = scene;
  const { paging, zone } = ticket;
  if (paging === null || statusOf(ticket) === "closed") return [];
  const said = pageNotice(paging, zone);
  return said.length === 0 ? [] : [said, ...promisedLine(awaitedTarget(ticket), scene)];
}

function pageNotice(paging: Paging, zone: string): Text {
  const held = paging.acknowledgements?.at(-1)?.at ?? paging.endedAt;
  switch (paging.state) {
    case "ringing":
      return [...pagedSoFar(paging, zone), ...answeredSoFar(paging)];
    case "acknowledged": {
      const isWaiting = paging.watch !== undefined && paging.watch !== null;
      return held === null
        ? []
        : [
            "Somebody of the support team has acknowledged it ",
            instant(held, zone),
            isWaiting ? "; without an answer in time, paging goes on." : ".",
          ];
    }
    case "resolved":
      return held === null
        ? []
        : ["Somebody of the support team has acknowledged it ", instant(held, zone), "."];
    case "unanswered":
      return [
        ...pagedSoFar(paging, zone),
        " Nobody has answered the page yet",
        ...(paging.endedAt === null
          ? []
          : ["; the whole support channel was called ", instant(paging.endedAt, zone)]),
        ".",
      ];
    case "withdrawn":
      return [];
    default:
      return paging.state satisfies never;
  }
}

/** How many pages went out; steps that reached nobody are none. */
function pagedSoFar({ told, beganAt }: Paging, zone: string): Text {
  const reached = told.filter(({ missed }) => missed === null);
  const [first, last] = [reached[0], reached.at(-1)];
  if (first === undefined || last === undefined)
    return ["The person on call could not be reached yet; it is tried since ", instant(beganAt, zone), "."];
  const paged: Text = ["The person on call was paged ", instant(first.at, zone)];
  if (reached.length === 1) return [...paged, "."];
  return [...paged, `; ${reached.length} pages so far, the last one `, instant(last.at, zone), "."];
}

function answeredSoFar(paging: Paging): Text {
  const { needed = 1, resumedAt = null } = paging;
  const holders = holdersOf(paging).length;
  if (holders > 0) return [` ${holders} of ${needed} people have acknowledged it; paging goes on.`];
  if (resumedAt !== null) return [" It was acknowledged, but not answered yet; paging goes on."];
  return [" Nobody has answered the page yet; paging goes on until somebody does."];
}

function promisedLine(target: TargetState | null, { ticket, now }: Scene): Text[] {
  if (target === null || target.deadlineAt === null) return [];
  const due = instant(target.deadlineAt, ticket.zone);
  const what = PROMISED[target.kind === "start" ? "start" : "answer"];
  return [[what, target.deadlineAt > now ? "promised by " : "promised by, and missed: ", due, "."]];
}

const PROMISED = { answer: "The answer to you is ", start: "That work begins is " } as const;

function missing(target: TargetState | null): string {
  return target?.kind === "start" ? "work has not begun yet" : "the customer has no answer yet";
}

function pageButtons({ number }: Ticket, { state, watch = null }: Paging): Button[] {
  const open: Button = { ...button("show", number, "plain"), label: "Open ticket" };
  switch (state) {
    case "ringing":
    case "unanswered":
      return [
        button("acknowledge", number, "primary"),
        ...(state === "ringing" ? [button("pass-on", number, "plain")] : []),
        button("hand-to", number, "plain"),
        open,
      ];
    case "acknowledged":
      return watch === null
        ? [open]
        : [
            button("snooze", number, "plain"),
            button("resolve-page", number, "plain"),
            button("hand-to", number, "plain"),
            open,
          ];
    case "resolved":
    case "withdrawn":
      return [open];
    default:
      return state satisfies never;
  }
}

function stepLine(step: PagedStep, directory: Scene["directory"], when: Part): Text {
  const { missed, by, ringsAgainAt } = step;
  const whom = calleeWords(step, directory);
  if (missed !== null) return ["Could not page ", ...whom, `: ${missed}`];
  const handed: Text = by === undefined ? [] : [", handed on by ", named(directory, by), ","];
  const silent = ringsAgainAt === undefined ? [] : [", without a sound: notifications are paused there"];
  return ["Paged ", ...whom, ...handed, " ", when, ...silent];
}

function remindedLine(
  { people, missed, silent = [] }: PageReminder,
  directory: Scene["directory"],
  when: Text[number],
): Text {
  const reached = people.filter((person) => !missed.includes(person));
  if (reached.length === 0) return ["Could not remind ", ...list(people, directory)];
  const sound = reached.every((person) => silent.includes(person)) ? ", without a sound" : "";
  return ["Reminded ", ...list(reached, directory), " ", when, `${sound}: no answer to the customer`];
}

function list(people: readonly string[], directory: Scene["directory"]): Text {
  return people.flatMap((person, nr) => [...(nr === 0 ? [] : [", "]), named(directory, person)]);
}

function ending(paging: Paging, directory: Scene["directory"], zone: string): Text[] {
  const { state, endedAt, endedBy, needed = 1, resumedAt = null } = paging;
  const held = holding(paging, directory, zone);
  const lacking = needed - holdersOf(paging).length;
  if (state === "ringing")
    return held.length === 0 ? [] : [[...held, `; ${lacking} more must acknowledge, so it rings on`]];
  if (endedAt === null || endedBy === null) return [];
  const when = instant(endedAt, zone);
  const who = named(directory, endedBy);
  switch (state) {
    case "acknowledged": {
      const snoozed = paging.watch?.snoozed ?? null;
      return [
        held.length === 0 ? [who, " has it since ", when] : held,
        ...(snoozed === null
          ? []
          : [["Snoozed by ", named(directory, snoozed.by), " until ", instant(snoozed.remindAt, zone)]]),
      ];
    }
    case "resolved":
      return [["Resolved ", when, " by ", who]];
    case "withdrawn":
      return [["Withdrawn ", when, " by ", who]];
    case "unanswered":
      if (held.length > 0) return [[...held, `; ${lacking} more did not, and the ladder ended `, when]];
      return [
        [
          resumedAt === null ? "Nobody acknowledged" : "Nobody acknowledged again",
          "; the ladder ended ",
          when,
        ],
      ];
    default:
      return state satisfies never;
  }
}

/** "Mia Chen has it since 18:10, Sam Okafor since 18:12". */
function holding(paging: Paging, directory: Scene["directory"], zone: string): Text {
  return holdersOf(paging).flatMap(({ person, at }, nr): Text => [
    ...(nr === 0 ? [] : [", "]),
    named(directory, person),
    nr === 0 ? " has it since " : " since ",
    instant(at, zone),
  ]);
}
