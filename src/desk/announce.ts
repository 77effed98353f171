// Which message goes where when something happened to a ticket. Each has a slot of its own, so that none is posted twice.
//
//   ticket:ID:card                 the card in the support channel; the thread under it is support's
//   ticket:ID:receipt, :post       what the filer and the customer's channel see; threads with the customer. A channel on a
//                                  second platform has :post.teams (or .slack)
//   ticket:ID:event:N[:where]      one line about event N: in the card's thread, to the customer, or to a whole channel
//   ticket:ID:page:P:R.S[.C]       page P, round R, step S of its ladder, C of several that it calls; round -1: the S-th
//                                  person to whom it was handed
//   ticket:ID:page:P:on-call       the page's post in the on-call channel
//   ticket:ID:page:P:reminder:N.M  its N-th reminder of an unanswered customer, to the M-th of those who have it
import type { Agenda, Step } from "../core/agenda.ts";
import { cardOf, receiptOf } from "../core/card.ts";
import { addressOf, channelsOf, type Address, type Directory } from "../core/directory.ts";
import {
  alertLine,
  colleagueLine,
  customerLine,
  isForChannel,
  reminderLine,
  threadLine,
  unansweredLine,
} from "../core/lines.ts";
import type { LineMessage, Message } from "../core/message.ts";
import { askOf, pageOf, reminderAsk, ringing } from "../core/page-message.ts";
import { isAwaited, isSameCallee, type Callee, type PagedStep, type Paging } from "../core/paging.ts";
import { levelOf } from "../core/policy.ts";
import { isOpenTarget } from "../core/targets.ts";
import type { Recipient } from "../core/settings.ts";
import type { Ticket, TicketEvent } from "../core/ticket.ts";
import { headline, rungNear, type Scene } from "../core/words.ts";
import { sceneOf, type Case } from "./case.ts";
import type { Effect, MarkEffect, MessageRef, ShowEffect } from "./ports.ts";
import type { PageCopy } from "./storm.ts";

/** A conversation with the customer, by the name of its slot. */
export type CustomerSide = "receipt" | "post" | `post.${string}`;

/** A message in a thread that is the cause of an event: it is marked instead of being repeated where it stands. */
export interface Origin {
  ref: MessageRef;
  /** Which conversation it stands in. */
  side: "support" | CustomerSide;
}

/** Everything to show after an agenda was carried out. `origin` is the message that the first step came from, if any. */
export function announce(kase: Case, { steps, ticket }: Agenda, now: Date, origin: Origin | null): Effect[] {
  if (steps.length === 0) return [];
  const scene = sceneOf(kase, ticket, now);
  return [
    ...standing(scene),
    ...steps.flatMap((step, nr) => tell(step, kase, now, nr === 0 ? origin : null)),
    ...pageCopies(scene, steps),
  ];
}

/** The messages that are edited as the ticket goes. */
function standing(scene: Scene): Effect[] {
  const receipt = receiptOf(scene);
  return [
    show(scene, "card", supportChannel(scene), cardOf(scene)),
    ...customerSides(scene).map(({ side, place }) => show(scene, side, place, receipt)),
  ];
}

/** Where the customer reads of the ticket: the filer's direct messages, and the customer's channels if there are any. */
function customerSides({ ticket, customer, directory }: Scene): { side: CustomerSide; place: Address }[] {
  const channels = channelsOf(customer);
  const near = ticket.filedFrom ?? channels[0] ?? directory.channels.support;
  const filer = addressOf(directory, ticket.filer, near);
  return [
    ...(filer === null ? [] : [{ side: "receipt" as const, place: filer }]),
    ...channels.map((place, nr) => ({
      side: nr === 0 ? ("post" as const) : (`post.${place.slice(0, place.indexOf(":"))}` as const),
      place,
    })),
  ];
}

function tell({ event, ticket }: Step, kase: Case, now: Date, origin: Origin | null): Effect[] {
  const scene = sceneOf(kase, ticket, now);
  const slot = `event:${event.seq}`;
  const { what } = event;
  const inside = threadLine(event, scene);
  const isUnmoved = what.kind === "moved" && hasSameDeadlines(kase.ticket, ticket);
  const outside = isUnmoved ? null : customerLine(event, scene);
  return [
    ...(inside === null || origin?.side === "support"
      ? []
      : [showUnder("card", show(scene, slot, supportChannel(scene), inside), scene)]),
    ...(outside === null ? [] : toCustomer(outside, event, scene, slot, origin)),
    ...(what.kind === "wrote" ? toColleagues(event, scene, slot, origin) : []),
    ...(origin === null ? [] : [markOrigin(scene, slot, origin, what.kind === "noted")]),
    ...(isForChannel(what, scene) ? toChannels(reminderLine(event, scene), scene, slot) : []),
    ...(what.kind === "alerted"
      ? [show(scene, `${slot}:support`, supportChannel(scene), alertLine(scene))]
      : []),
    ...(what.kind === "page-unanswered" ? loudEnd(scene, slot) : []),
  ];
}

/** Whether all that is still promised is due when it was due before. */
function hasSameDeadlines(before: Ticket, after: Ticket): boolean {
  const open = ({ targets }: Ticket) =>
    targets
      .filter(isOpenTarget)
      .map(({ kind, deadlineAt }) => `${kind} ${deadlineAt?.getTime() ?? "paused"}`);
  return open(before).join() === open(after).join();
}

/** One line into each conversation with the customer but the one in which it was said. */
function toCustomer(
  line: Message,
  event: TicketEvent,
  scene: Scene,
  slot: string,
  origin: Origin | null,
): Effect[] {
  return customerSides(scene)
    .filter(({ side }) => side !== origin?.side)
    .map(({ side, place }) => ({
      ...showUnder(side, show(scene, `${slot}:${side}`, place, line), scene),
      ...(side === "receipt" && event.by !== scene.ticket.filer ? { to: filerOf(scene, event) } : {}),
    }));
}

/** What was said in one of the customer's channels, for those of its people who read another. */
function toColleagues(event: TicketEvent, scene: Scene, slot: string, origin: Origin | null): Effect[] {
  if (origin === null || !isChannel(origin.side)) return [];
  return customerSides(scene)
    .filter(({ side }) => isChannel(side) && side !== origin.side)
    .map(({ side, place }) =>
      showUnder(side, show(scene, `${slot}:${side}`, place, colleagueLine(event, scene)), scene),
    );
}

function isChannel(side: Origin["side"]): boolean {
  return side.startsWith("post");
}

/** The filer, whose settings decide about what others did. */
function filerOf({ ticket, customer }: Scene, { what }: TicketEvent): Recipient {
  const topic = what.kind === "answered" || what.kind === "asked" ? "answers" : "changes";
  return { person: ticket.filer, topic, isElsewhere: channelsOf(customer).length > 0 };
}

/** The same in the thread of a message of the ticket. A line says what it is about, for places that have no threads. */
function showUnder(name: string, effect: ShowEffect, scene: Scene): ShowEffect {
  const { message } = effect;
  const about = headline(scene.ticket);
  const said = message.kind === "line" && !beginsWith(message, about) ? { ...message, about } : message;
  return { ...effect, message: said, under: slotOf(scene, name) };
}

/** Whether a line says by itself what it is about, as a reminder does. */
function beginsWith({ text: [first] }: LineMessage, about: string): boolean {
  return typeof first === "object" && "strong" in first && first.strong === about;
}

/** Shows the author of a message what became of it. */
function markOrigin(scene: Scene, slot: string, origin: Origin, isInside: boolean): MarkEffect {
  const mark = isInside ? "kept-inside" : "sent-out";
  return { do: "mark", slot: slotOf(scene, `${slot}:mark`), ticket: scene.ticket.id, on: origin.ref, mark };
}

/** A reminder for everybody in the support channel, and in the on-call channel for a level that pages. */
function toChannels(line: Message, scene: Scene, slot: string): Effect[] {
  const { ticket, policy, directory } = scene;
  const support: Effect = { ...show(scene, `${slot}:support`, supportChannel(scene), line), combines: true };
  if (levelOf(policy, ticket.level).page === undefined) return [support];
  return [support, { ...show(scene, `${slot}:on-call`, directory.channels.onCall, line), combines: true }];
}

function loudEnd(scene: Scene, slot: string): Effect[] {
  const line = unansweredLine(scene);
  return [
    urgent(show(scene, `${slot}:support`, supportChannel(scene), line)),
    urgent(show(scene, `${slot}:on-call`, scene.directory.channels.onCall, line)),
  ];
}

/**
 * The copies of a page. A step that was just taken, or a reminder, makes a new one; all others are edited where they were
 * sent once the page stands otherwise: while it rings on as it did, they are left as they are.
 */
function pageCopies(scene: Scene, steps: readonly Step[]): Effect[] {
  const { paging } = scene.ticket;
  const kinds = steps.map(({ event }) => event.what.kind);
  if (paging === null || !kinds.some((kind) => RINGS_ON.has(kind) || TURNS.has(kind))) return [];
  const { onCall } = scene.directory.channels;
  const isOpen = isAwaited(paging);
  const last = paging.told.findLast(({ person }) => person !== null);
  const people = paging.told.filter(
    (told) => told.person !== null && told.step === last?.step && told.round === last.round,
  );
  const page = pageOf(scene, paging, ringing(scene, people));
  const standing = show(scene, `page:${paging.nr}:on-call`, onCall, page);
  const mode = isOpen ? "post" : "edit-only";
  const isTurned = kinds.some((kind) => TURNS.has(kind));
  return [
    { ...standing, step: null, mode } satisfies PageCopy,
    ...stepCopies(scene, paging, steps, isTurned),
    ...reminderCopies(scene, paging, steps, isTurned),
  ].map(urgent);
}

/** The copy of each step: a new one for a step just taken; the others where the page stands otherwise. */
function stepCopies(
  scene: Scene,
  paging: Paging,
  steps: readonly Step[],
  isTurned: boolean,
): (ShowEffect | PageCopy)[] {
  const isOpen = isAwaited(paging);
  return paging.told.flatMap((told): (ShowEffect | PageCopy)[] => {
    const place = placeOf(told, scene.directory);
    const isNew = paging.state === "ringing" && isJustTaken(told, steps);
    if (place === null || !(isNew || isTurned)) return [];
    // A direct message rings by itself.
    const ring = told.person === null ? ringing(scene, [told]) : [];
    const page = pageOf(scene, paging, ring, askOf(scene, paging, told));
    const copy = show(scene, pageSlot(paging.nr, told), place, page);
    // It never came there; but the storm that it was folded into learns that it is over.
    if (told.missed !== null) return [{ ...copy, step: null, mode: "edit-only" }];
    if (isNew) return [{ ...copy, step: told }];
    // What was not sent before an acknowledgement is not sent after it either, though the page rings again by later steps.
    if (isOpen && told.isOver === true) return [{ ...copy, mode: "edit-only" as const }];
    return [{ ...copy, step: null, mode: isOpen ? "post" : "edit-only" }];
  });
}

/** The slot of the copy for one of those whom a page calls, behind its ticket's. */
export function pageSlot(page: number, { round, step, place = 0 }: Callee): string {
  return `page:${page}:${round}.${step}${place === 0 ? "" : `.${place}`}`;
}

/** Where a copy of a page goes; null where the desk no longer knows. */
function placeOf({ person, way }: PagedStep, directory: Directory): Address | null {
  if (person !== null) return addressOf(directory, person, directory.channels.onCall);
  if (way === undefined) return directory.channels.onCall;
  return directory.ways?.find(({ id }) => id === way)?.address ?? null;
}

/** The direct messages that remind. Each rings by itself, also where the page was folded into a storm. */
function reminderCopies(
  scene: Scene,
  paging: Paging,
  steps: readonly Step[],
  isTurned: boolean,
): ShowEffect[] {
  const reminders = isTurned ? (paging.reminders ?? []) : [];
  const isJustTold = steps.some(({ event }) => event.what.kind === "page-reminded");
  return reminders.flatMap(({ people, missed }, nr) => {
    const isLast = nr === reminders.length - 1;
    const isNew = isLast && isJustTold && paging.state === "acknowledged";
    const page = pageOf(scene, paging, [], isLast ? reminderAsk(scene, paging) : []);
    return people.flatMap((person, place) => {
      const address = addressOf(scene.directory, person, scene.directory.channels.onCall);
      if (address === null || missed.includes(person)) return [];
      const copy = show(scene, `page:${paging.nr}:reminder:${nr}.${place}`, address, page);
      return [isNew ? copy : { ...copy, mode: "edit-only" as const }];
    });
  });
}

/** After these a page rings on as it did, or begins to. */
const RINGS_ON: ReadonlySet<string> = new Set([
  "paging-began",
  "passed-on",
  "paged",
  "page-missed",
  "page-silent",
]);

/** After these it stands otherwise. */
const TURNS: ReadonlySet<string> = new Set([
  "handed-to",
  "acknowledged",
  "page-snoozed",
  "page-reminded",
  "reminder-missed",
  "reminder-silent",
  "page-resumed",
  "page-resolved",
  "page-withdrawn",
  "page-unanswered",
]);

function isJustTaken(told: PagedStep, steps: readonly Step[]): boolean {
  return steps.some(({ event: { what } }) => what.kind === "paged" && isSameCallee(what, told));
}

function show(scene: Scene, name: string, place: Address, message: Message): ShowEffect {
  return {
    do: "show",
    slot: slotOf(scene, name),
    ticket: scene.ticket.id,
    place,
    under: null,
    message: rungNear(message, place, scene.directory),
    urgency: "normal",
    combines: false,
    mode: "post",
  };
}

function urgent<Effect extends ShowEffect>(effect: Effect): Effect {
  return { ...effect, urgency: "page" };
}

function slotOf({ ticket }: Scene, name: string): string {
  return `ticket:${ticket.id}:${name}`;
}

function supportChannel({ directory }: Scene): Address {
  return directory.channels.support;
}
