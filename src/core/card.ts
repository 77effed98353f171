// The messages that stand for a ticket and are edited as it goes: the card, the receipt, the page.
import { groupAddress } from "./directory.ts";
import type { ActName, Button, CardMessage, PageMessage, Part, ReceiptMessage, Text } from "./message.ts";
import { noticesAt } from "./notices.ts";
import type { Callee, Paging } from "./paging.ts";
import { levelOf } from "./policy.ts";
import { isPossible, STATUS_WORDS } from "./rights.ts";
import { isOpenTarget, nextDueAt } from "./targets.ts";
import { statusOf } from "./ticket.ts";
import {
  calleeWords,
  headline,
  instant,
  levelWords,
  named,
  promiseLines,
  rung,
  ticketLevel,
  type Scene,
} from "./words.ts";

/** How many buttons stand beside each other before the rest goes into the menu. */
const BUTTONS_IN_REACH = 5;

/** The ticket as support sees it. */
export function cardOf(scene: Scene): CardMessage {
  const { ticket, directory } = scene;
  const buttons = cardButtons(scene);
  return {
    kind: "card",
    number: ticket.number,
    title: ticket.title,
    body: ticket.body,
    facts: [
      ...commonFacts(scene),
      { label: "Filed by", value: filedBy(scene) },
      {
        label: "Assignee",
        value: [ticket.assignee === null ? "nobody yet" : named(directory, ticket.assignee)],
      },
      ...attributeFacts(scene),
    ],
    promises: promiseLines(scene),
    attachments: ticket.attachments,
    notices: cardNotices(scene),
    buttons: buttons.slice(0, BUTTONS_IN_REACH),
    more: buttons.slice(BUTTONS_IN_REACH),
    hint: ["Answer in the thread. Time left as of ", instant(scene.now, ticket.zone), "."],
  };
}

/** What the filer, or the customer's channel, was promised, and how it stands. */
export function receiptOf(scene: Scene): ReceiptMessage {
  const { ticket } = scene;
  const isClosed = statusOf(ticket) === "closed";
  const why: ActName[] = ticket.targets.length > 0 ? ["why"] : [];
  const acts: ActName[] = [...(isClosed ? (["reopen"] as const) : (["reply", "ask-level"] as const)), ...why];
  return {
    kind: "receipt",
    number: ticket.number,
    title: ticket.title,
    facts: [...commonFacts(scene), { label: "Filed by", value: filedBy(scene) }, ...attributeFacts(scene)],
    promises: promiseLines(scene),
    notices: receiptNotices(scene),
    buttons: acts.map((act) => button(act, ticket.number, "plain")),
    hint: ["Reply in this thread and the support team reads it."],
  };
}

/** A page about a ticket. `ring` is who is mentioned in this copy. */
export function pageOf(scene: Scene, paging: Paging, ring: Text): PageMessage {
  const { ticket, customer } = scene;
  const isRinging = paging.state === "ringing";
  return {
    kind: "page",
    state: paging.state,
    headline: `${levelWords(ticketLevel(scene))} · ${headline(ticket)}`,
    ring: isRinging ? ring : [],
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
    buttons: isRinging
      ? [
          button("acknowledge", ticket.number, "primary"),
          button("pass-on", ticket.number, "plain"),
          button("show", ticket.number, "plain"),
        ]
      : [button("show", ticket.number, "plain")],
    mayRepeat: false,
  };
}

/** A page in one line, for a message that lists many. */
export function pageWords(scene: Scene, paging: Paging): Text {
  const { ticket, customer, directory } = scene;
  const about = `${levelWords(ticketLevel(scene))} · ${customer.name} · `;
  const end = ending(paging, directory, ticket.zone).flat();
  if (end.length > 0) return [about, ...end];
  const dueAt = nextDueAt(ticket);
  return dueAt === null ? [about, "no deadline runs"] : [about, "due ", instant(dueAt, ticket.zone)];
}

/** A button for an act, labelled the same everywhere. */
export function button(act: ActName, ticket: string, style: Button["style"]): Button {
  return { act, label: ACT_LABELS[act], ticket, style };
}

/** What each act is called on a button. */
export const ACT_LABELS: Readonly<Record<ActName, string>> = {
  take: "Take",
  release: "Release",
  reply: "Reply",
  note: "Note",
  call: "Record a call",
  begin: "Work begun",
  restore: "Function restored",
  ask: "Ask the customer",
  hold: "Hold",
  resume: "Resume",
  "change-level": "Change level",
  "ask-level": "Ask for another level",
  "accept-level": "Accept level",
  "decline-level": "Decline level",
  close: "Close",
  reopen: "Reopen",
  acknowledge: "Acknowledge",
  "pass-on": "I can't – pass on",
  page: "Page on call",
  show: "Show",
  why: "Why this time?",
};

function commonFacts(scene: Scene): CardMessage["facts"] {
  return [
    { label: "Customer", value: [scene.customer.name] },
    { label: "Level", value: [levelWords(ticketLevel(scene))] },
    { label: "Status", value: [STATUS_WORDS[statusOf(scene.ticket)]] },
  ];
}

function filedBy({ ticket, directory }: Scene): Text {
  const how = ticket.receivedBy === "form" ? "" : ` (received by ${ticket.receivedBy})`;
  return [named(directory, ticket.filer), ", ", instant(ticket.receivedAt, ticket.zone), how];
}

function attributeFacts({ ticket, policy }: Scene): CardMessage["facts"] {
  return policy.fields.flatMap(({ id, ask }) => {
    const value = ticket.attributes[id];
    return value === undefined ? [] : [{ label: ask, value: [value] }];
  });
}

function cardNotices(scene: Scene): Text[] {
  const { ticket, policy, directory } = scene;
  const notices: Text[] = [];
  if (ticket.paging?.state === "unanswered") {
    notices.push([{ strong: "Nobody answered the page." }, " Whoever reads this first: please take it."]);
  }
  if (ticket.paging !== null) notices.push(...standing(scene, ticket.paging).slice(-1));
  if (ticket.askedLevel !== null) {
    const { level, by, reason } = ticket.askedLevel;
    const asked = levelWords(levelOf(policy, level));
    notices.push([named(directory, by), ` asks for ${asked}: ${reason}`]);
  }
  return notices;
}

function receiptNotices({ ticket, policy, directory }: Scene): Text[] {
  const notices: Text[] = [];
  const { paging } = ticket;
  if (ticket.targets.length === 0) notices.push(["The policy promises no time for this level."]);
  if (ticket.targets.some(isOpenTarget)) {
    notices.push(...noticesAt(policy, ticket.receivedAt, ticket.zone).map((say): Text => [say]));
  }
  if (paging?.state === "ringing") {
    notices.push(["The person on call is being paged since ", instant(paging.beganAt, ticket.zone), "."]);
  }
  if (paging?.state === "acknowledged" && paging.endedAt !== null) {
    notices.push(["The support team has seen it: acknowledged ", instant(paging.endedAt, ticket.zone), "."]);
  }
  if (ticket.askedLevel !== null) {
    const asked = levelWords(levelOf(policy, ticket.askedLevel.level));
    notices.push([
      named(directory, ticket.askedLevel.by),
      ` asked for ${asked}. Support decides; no clock changes before.`,
    ]);
  }
  return notices;
}

/** How a page stands, oldest first: whom each step reached, and how it ended. */
function standing({ ticket, directory }: Scene, paging: Paging): Text[] {
  const steps = paging.told.map((told): Text => {
    const whom = calleeWords(told, directory);
    return told.missed === null
      ? ["Paged ", ...whom, " ", instant(told.at, ticket.zone)]
      : ["Could not page ", ...whom, `: ${told.missed}`];
  });
  return [...steps, ...ending(paging, directory, ticket.zone)];
}

function ending(paging: Paging, directory: Scene["directory"], zone: string): Text[] {
  if (paging.endedAt === null || paging.endedBy === null) return [];
  const when = instant(paging.endedAt, zone);
  switch (paging.state) {
    case "ringing":
      return [];
    case "acknowledged":
      return [[named(directory, paging.endedBy), " has it since ", when]];
    case "withdrawn":
      return [["Withdrawn ", when, " by ", named(directory, paging.endedBy)]];
    case "unanswered":
      return [["Nobody acknowledged; the ladder ended ", when]];
    default:
      return paging.state satisfies never;
  }
}

function cardButtons(scene: Scene): Button[] {
  const { ticket } = scene;
  const isOpenKind = (kind: string) =>
    ticket.targets.some((target) => target.kind === kind && isOpenTarget(target));
  const wanted: [ActName, boolean, Button["style"]][] = [
    ["acknowledge", ticket.paging?.state === "ringing" || ticket.alertedAt !== null, "primary"],
    ["accept-level", ticket.askedLevel !== null, "primary"],
    ["decline-level", ticket.askedLevel !== null, "plain"],
    ["take", ticket.assignee === null, "primary"],
    ["reply", statusOf(ticket) !== "closed", "plain"],
    ["reopen", true, "primary"],
    ["restore", isOpenKind("restore"), "plain"],
    ["begin", isOpenKind("start"), "plain"],
    ["ask", statusOf(ticket) !== "awaiting-response", "plain"],
    ["call", true, "plain"],
    ["close", true, "plain"],
    ["why", ticket.targets.length > 0, "plain"],
    ["note", true, "plain"],
    ["hold", true, "plain"],
    ["resume", true, "plain"],
    ["change-level", true, "plain"],
    ["release", ticket.assignee !== null, "plain"],
    ["page", ticket.paging?.state !== "ringing", "plain"],
  ];
  return wanted
    .filter(([act, fits]) => fits && isPossible(act, statusOf(ticket)))
    .map(([act, , style]) => button(act, ticket.number, style));
}

/** The mentions of those whom a step pages, for a copy in the on-call channel. */
export function ringing({ directory }: Scene, callees: readonly Callee[]): Text {
  return callees
    .flatMap(({ person, group, here }): Part[] => {
      if (person !== null) return [rung(directory, person)];
      if (group !== undefined) return [{ group, address: groupAddress(group), ring: true }];
      return here ? [{ here: true }] : [];
    })
    .flatMap((part, nr) => (nr === 0 ? [part] : [" ", part]));
}
