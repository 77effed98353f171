// The messages that stand for a ticket and are edited as it goes: the card and the receipt. The page is in page-message.ts.
import { button } from "./buttons.ts";
import type { ActName, Button, CardMessage, ReceiptMessage, Text } from "./message.ts";
import { noticesAt } from "./notices.ts";
import { pageNotices, standing } from "./page-message.ts";
import { isAwaited, isWatched } from "./paging.ts";
import { levelOf } from "./policy.ts";
import { isPossible, STATUS_WORDS } from "./rights.ts";
import { isOpenTarget } from "./targets.ts";
import { statusOf } from "./ticket.ts";
import { awaitedTarget } from "./watch.ts";
import { instant, levelWords, named, promiseLines, ticketLevel, type Scene } from "./words.ts";

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
      ...pageFacts(scene),
    ],
    promises: promiseLines(scene),
    attachments: ticket.attachments,
    notices: cardNotices(scene),
    buttons: buttons.slice(0, BUTTONS_IN_REACH),
    more: buttons.slice(BUTTONS_IN_REACH),
    hint: ["Answer by a reply to this message. Time left as of ", instant(scene.now, ticket.zone), "."],
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
    hint: ["Reply to this message and the support team reads it."],
  };
}

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

/** How the page stands that rings for nobody any more; what still waits for somebody is a notice. */
function pageFacts(scene: Scene): CardMessage["facts"] {
  if (isAwaited(scene.ticket.paging)) return [];
  return lastOfPage(scene).map((value) => ({ label: "Page", value }));
}

function lastOfPage(scene: Scene): Text[] {
  const { paging } = scene.ticket;
  return paging === null ? [] : standing(scene, paging).slice(-1);
}

function cardNotices(scene: Scene): Text[] {
  const { ticket, policy, directory } = scene;
  const notices: Text[] = [];
  if (ticket.paging?.state === "unanswered") {
    notices.push([{ strong: "Nobody answered the page." }, " Whoever reads this first: please take it."]);
  }
  if (isAwaited(ticket.paging)) notices.push(...lastOfPage(scene));
  if (ticket.askedLevel !== null) {
    const { level, by, reason } = ticket.askedLevel;
    const asked = levelWords(levelOf(policy, level));
    notices.push([named(directory, by), ` asks for ${asked}: ${reason}`]);
  }
  return notices;
}

function receiptNotices(scene: Scene): Text[] {
  const { ticket, policy, directory } = scene;
  const notices: Text[] = [];
  if (ticket.targets.length === 0) notices.push(["The policy promises no time for this level."]);
  if (ticket.targets.some(isOpenTarget)) {
    notices.push(...noticesAt(policy, ticket.receivedAt, ticket.zone).map((say): Text => [say]));
  }
  notices.push(...pageNotices(scene));
  if (ticket.askedLevel !== null) {
    const asked = levelWords(levelOf(policy, ticket.askedLevel.level));
    notices.push([
      named(directory, ticket.askedLevel.by),
      ` asked for ${asked}. Support decides; no clock changes before.`,
    ]);
  }
  return notices;
}

function cardButtons(scene: Scene): Button[] {
  const { ticket } = scene;
  const { paging } = ticket;
  const isHeld = isWatched(paging);
  const isOpenKind = (kind: string) =>
    ticket.targets.some((target) => target.kind === kind && isOpenTarget(target));
  const wanted: [ActName, boolean, Button["style"]][] = [
    ["acknowledge", isAwaited(paging) || ticket.alertedAt !== null, "primary"],
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
    ["hand-to", isAwaited(paging) || isHeld, "plain"],
    ["snooze", isHeld && awaitedTarget(ticket) !== null, "plain"],
    ["resolve-page", isHeld, "plain"],
    ["page", paging?.state !== "ringing", "plain"],
  ];
  return wanted
    .filter(([act, fits]) => fits && isPossible(act, statusOf(ticket)))
    .map(([act, , style]) => button(act, ticket.number, style));
}
