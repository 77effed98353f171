// The pieces of what Belfry says of a ticket: names, instants, levels and promises, each the same wherever it stands.
import { wallTime } from "./zone.ts";
import { countedMs, durationMs, inWords } from "./clock.ts";
import {
  addressOf,
  groupAddress,
  type Address,
  type Customer,
  type Directory,
  type Person,
} from "./directory.ts";
import { termsOf } from "./history.ts";
import type { Message, Part, PromiseLine, Text } from "./message.ts";
import { dutyWords, isRole, type Callee } from "./paging.ts";
import { calendarOf, levelOf, type Level, type Policy, type TargetKind } from "./policy.ts";
import { STATUS_WORDS } from "./rights.ts";
import { isOpenTarget, pausesOf, type TargetState } from "./targets.ts";
import { statusOf, type Ticket } from "./ticket.ts";

/** All that a message about a ticket is made from. */
export interface Scene {
  ticket: Ticket;
  policy: Policy;
  directory: Directory;
  customer: Customer;
  /** Who is paged first for this customer at `now`, or null. */
  onCall: string | null;
  now: Date;
}

/** What each kind of target promises, as people say it. */
export const TARGET_WORDS: Readonly<Record<TargetKind, string>> = {
  response: "First answer",
  "next-response": "Next answer",
  start: "Work begins",
  restore: "Function restored",
  resolve: "Resolved",
};

/** An instant, shown in each reader's zone; where that cannot be, in the customer's. */
export function instant(at: Date, zone: string): Part {
  return { at, fallback: wallTime(at, zone) };
}

/** A person by name, without ringing. */
export function named(directory: Directory, id: string): Part {
  return personPart(directory, id, false);
}

/** A person by name, in a way that notifies them. */
export function rung(directory: Directory, id: string): Part {
  return personPart(directory, id, true);
}

/** A user group by its @handle or id, in a way that notifies its members. */
export function rungGroup(group: string): Part {
  return { group, address: groupAddress(group), ring: true };
}

/** Mentions in one line. */
export function apart(mentions: readonly Part[]): Text {
  return mentions.flatMap((part, nr) => (nr === 0 ? [part] : [" ", part]));
}

/** A message that rings whom it names by the address that they have on the platform of a place, where they have one there. */
export function rungNear(message: Message, place: Address, directory: Directory): Message {
  const near = (part: Part): Part => {
    if (typeof part === "string" || !("person" in part) || part.address === null) return part;
    const { address } = part;
    const person = directory.people.find(({ addresses }) => addresses.includes(address));
    return person === undefined ? part : { ...part, address: addressOf(directory, person.id, place) };
  };
  if (message.kind === "line") return { ...message, text: message.text.map(near) };
  return message.kind === "page" ? { ...message, ring: message.ring.map(near) } : message;
}

/** Whom a step of a ladder calls, without ringing. */
export function calleeWords(callee: Callee, directory: Directory): Text {
  const { role, person, group, way, here } = callee;
  if (person !== null) {
    return [named(directory, person), ...(isRole(role) ? [` (${dutyWords(callee)})`] : [])];
  }
  if (group !== undefined) return [`the group ${group}`];
  if (way !== undefined) return [way];
  if (role !== "channel") return [`the ${dutyWords(callee)}`];
  return [here ? "everybody in the on-call channel" : "the on-call channel"];
}

/** Somebody's name, or the id where the desk knows them no longer. */
export function nameOf(directory: Directory, id: string): string {
  if (id === "belfry") return "Belfry";
  return personOf(directory, id)?.name ?? id;
}

/** The person of an id, or null. */
export function personOf(directory: Directory, id: string): Person | null {
  return directory.people.find((person) => person.id === id) ?? null;
}

/** "Critical (code red)". */
export function levelWords(level: Level): string {
  return level.alias === undefined ? level.name : `${level.name} (${level.alias})`;
}

/** "ACME-17 Nobody can place an order". */
export function headline({ number, title }: Ticket): string {
  return `${number} ${title}`;
}

/** Each promise of a ticket in words, those still open first in the policy's order, then the others. */
export function promiseLines(scene: Scene): PromiseLine[] {
  const { targets } = scene.ticket;
  const shown = targets.filter((target) => target.withdrawn?.by !== "change");
  return [...shown.filter(isOpenTarget), ...shown.filter((target) => !isOpenTarget(target))].map((target) =>
    promiseLine(target, scene),
  );
}

/** One promise in words. */
export function promiseLine(target: TargetState, scene: Scene): PromiseLine {
  const { ticket, now } = scene;
  const label = TARGET_WORDS[target.kind];
  const say = (state: PromiseLine["state"], words: Text): PromiseLine => ({
    label,
    state,
    words,
    share: null,
  });
  if (target.withdrawn !== null) return say("withdrawn", [`withdrawn: ${target.withdrawn.why}`]);
  if (target.metAt !== null) return metLine(target, target.metAt, scene);
  const { leftMs, share } = timeLeft(target, scene);
  if (target.deadlineAt === null) {
    const paused = [
      `paused while ${STATUS_WORDS[statusOf(ticket)]}; ${inWords(leftMs)} of counted time left`,
    ];
    return { ...say("paused", paused), share };
  }
  const due = instant(target.deadlineAt, ticket.zone);
  if (target.deadlineAt <= now) return say("breached", ["missed: was due ", due]);
  const late: Text =
    target.breachedAt === null ? [] : [" (missed before, ", instant(target.breachedAt, ticket.zone), ")"];
  const via = target.via === null ? "" : ` by ${target.via}`;
  const left = ` · ${inWords(leftMs)} of counted time left`;
  return { ...say("running", [`due${via} `, due, left, ...late]), share };
}

/** The counted time left to a deadline, and the share of it that is used. Stands still while paused. */
export function timeLeft(
  target: TargetState,
  { ticket, policy, now }: Scene,
): { leftMs: number; share: number } {
  const basis = target.bases.at(-1);
  if (basis === undefined) return { leftMs: 0, share: 0 };
  const calendar = calendarOf(policy, basis.calendar, ticket.zone);
  const pauses = pausesOf(target.kind, termsOf(ticket, policy));
  const usedMs = Math.max(0, countedMs(calendar, basis.fromAt, now, pauses));
  const totalMs =
    target.deadlineAt === null
      ? durationMs(basis.within, calendar)
      : countedMs(calendar, basis.fromAt, target.deadlineAt, pauses);
  const leftMs = Math.max(0, totalMs - usedMs);
  return { leftMs, share: totalMs === 0 ? 1 : Math.min(1, usedMs / totalMs) };
}

/** The level of a ticket. */
export function ticketLevel({ ticket, policy }: Pick<Scene, "ticket" | "policy">): Level {
  return levelOf(policy, ticket.level);
}

function metLine(target: TargetState, metAt: Date, { ticket }: Scene): PromiseLine {
  const label = TARGET_WORDS[target.kind];
  const promised =
    target.via === "phone" && target.metBy === "message" ? " by message, where a call was promised" : "";
  const at = instant(metAt, ticket.zone);
  const dueAt = target.breachedAt ?? target.deadlineAt;
  if (dueAt !== null && metAt > dueAt) {
    const words: Text = ["late, ", at, promised, "; was due ", instant(dueAt, ticket.zone)];
    return { label, state: "late", words, share: null };
  }
  return { label, state: "met", words: ["met ", at, promised], share: null };
}

function personPart(directory: Directory, id: string, ring: boolean): Part {
  // Whoever is rung is rung in the desk's own channels; `rungNear` knows in which.
  return {
    person: nameOf(directory, id),
    address: addressOf(directory, id, directory.channels.onCall),
    ring,
  };
}
