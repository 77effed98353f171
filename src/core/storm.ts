// Many pages at one place. From the third within a minute on they fold into one message that counts and lists them, so that
// whoever is paged reads once what happens, and can acknowledge all of it at once.
//
//   1st, 2nd: each by itself ── 3rd within a minute ──> storm: one message, which rings again, a minute later at the
//                                                       soonest, as long as new pages come ── none rings ──> over
//
// A place is somebody's direct messages, or the on-call channel. What was posted there before the storm stays and is edited as
// always; the storm's message lists it as well.
import { button } from "./buttons.ts";
import type { Address } from "./directory.ts";
import type { Part, StormMessage, Text } from "./message.ts";
import type { Callee, Paging, Unrung } from "./paging.ts";
import { apart, rungGroup } from "./words.ts";

/** What rings at one place. */
export interface Rings {
  /** In the order of their coming; those that ring no longer stay until the storm is over. */
  pages: readonly RungPage[];
  storm: Storm | null;
  /** How many storms there were at this place, this one included. */
  storms: number;
}

/** One ticket's page, as far as it concerns a place. */
export interface RungPage {
  ticket: string;
  number: string;
  title: string;
  /** Which page of the ticket it is. */
  nr: number;
  /** The place of the ticket's level in its policy, 0 for the most severe. */
  levelRank: number;
  state: Paging["state"];
  /** How urgent, for whom, by when, or who has it. */
  words: Text;
  /** When it last rang here. */
  rungAt: Date;
  /** No message of its own tells of its newest step here. */
  isFolded: boolean;
  /** Who acknowledges it as soon as it is its turn: they pressed the button for all. Absent: nobody. */
  takenBy?: string;
  /** The steps of its ladder that ring by the storm's message. */
  folded: readonly Folded[];
}

/** A step that rings by a storm's message: by the one with the number `ring`. */
export interface Folded extends Required<Pick<Callee, "step" | "round" | "place">> {
  ring: number;
  /** The user group that the message has to mention for it. */
  group?: string;
}

/** The one message in which pages are folded. */
export interface Storm {
  /** How often its message rang: each time it is a new one. */
  rings: number;
  rungAt: Date;
  /** What came that it has not rung for yet: nothing, a page, or one that asks for everybody in the channel. */
  news: "none" | "page" | "here";
  /** The message as it stands asks for everybody in the channel. */
  here: boolean;
  /** The user groups that the message as it stands mentions; absent: none. */
  groups?: readonly string[];
  /** Its last message reached nobody: what comes next rings at once. */
  isUnheard?: true;
  /** Its last message rang nobody, as in Unrung: nor will what is added to it. */
  ringsAgainAt?: Unrung["ringsAgainAt"];
}

/** What the storm's message does next. */
export type StormTurn = "rings" | "waits" | "is edited" | "is over";

/** A place at which nothing rings. */
export const SILENT: Rings = { pages: [], storm: null, storms: 0 };

/** So many tickets ring by messages of their own within WITHIN_MS; the next one begins a storm. */
const SINGLE = 2;
const WITHIN_MS = 60_000;
/** A storm's message rings at most once in this time, by the desk's clock. */
const RING_AGAIN_MS = 60_000;
/** Rows that are kept of pages that ring no longer. */
const MOST_OVER = 20;
/** Rows of the message; the others are counted. */
const MOST_ROWS = 15;

/** A ticket's page rings here by a step; it is folded where there is a storm, which it may begin. */
export function ring(
  rings: Rings,
  page: Pick<RungPage, "ticket" | "number" | "title" | "nr" | "levelRank" | "state" | "words">,
  steps: readonly Callee[],
  now: Date,
): Rings {
  const known = rings.pages.find((one) => isSame(one, page));
  const others = rings.pages.filter((one) => !isSame(one, page));
  const isFolded = rings.storm !== null || others.filter((one) => isFresh(one, now)).length >= SINGLE;
  const nextRing = (rings.storm?.rings ?? 0) + 1;
  const taken = steps.map(({ step, round, place = 0, group }): Folded => ({
    ...{ step, round, place, ring: nextRing },
    ...(group === undefined ? {} : { group }),
  }));
  const folded = [...(known?.folded ?? []), ...(isFolded ? taken : [])];
  const pages = [...others, { ...page, rungAt: now, isFolded, folded }];
  if (!isFolded) return { ...rings, pages };
  const { storm } = rings;
  return {
    pages,
    storm: {
      ...(storm ?? { rings: 0, rungAt: now, here: false }),
      news: steps.some(({ here }) => here) || storm?.news === "here" ? "here" : "page",
    },
    storms: storm === null ? rings.storms + 1 : rings.storms,
  };
}

/** A page that was rung here stands otherwise now. Outside a storm, one that rings no longer is forgotten. */
export function standOtherwise(
  rings: Rings,
  page: Pick<RungPage, "ticket" | "nr" | "state" | "words">,
): Rings {
  const pages = rings.pages.map((one) => (isSame(one, page) ? { ...one, ...page } : one));
  const over = pages.filter((one) => !isRinging(one));
  const kept = rings.storm === null ? [] : over.slice(-MOST_OVER);
  return { ...rings, pages: pages.filter((one) => isRinging(one) || kept.includes(one)) };
}

/** What the message of a storm does at `now`. One that waits rings at `nextRingAt`, unless it is over by then. */
export function turnOf({ pages, storm }: Rings, now: Date): StormTurn | null {
  if (storm === null) return null;
  if (!pages.some(isRinging)) return "is over";
  if (storm.news === "none") return "is edited";
  const mayRing = storm.rings === 0 || storm.isUnheard === true || now >= nextRingAt(storm);
  return mayRing ? "rings" : "waits";
}

/** The earliest instant at which a storm's message may ring again. */
export function nextRingAt({ rungAt }: Storm): Date {
  return new Date(rungAt.getTime() + RING_AGAIN_MS);
}

/** What rings once the storm's message has been made anew: it mentions the groups of those whom it calls. */
export function rung(rings: Rings, now: Date): Rings {
  const { storm } = rings;
  if (storm === null) return rings;
  const nr = storm.rings + 1;
  const groups = [...new Set(calledBy(rings, nr).flatMap(({ group }) => group ?? []))];
  return { ...rings, storm: { rings: nr, rungAt: now, news: "none", here: storm.news === "here", groups } };
}

/**
 * The storm's message: the most severe of those that ring first, of equals the newest, so that none which has just come is
 * hidden behind older ones. `place` is where it stands.
 */
export function stormMessage({ pages, storm }: Rings, place: Address): StormMessage {
  const newest = [...pages].reverse();
  const ringing = newest.filter(isRinging).sort((one, other) => one.levelRank - other.levelRank);
  const over = newest.filter((one) => !isRinging(one));
  const rows = [...ringing, ...over].slice(0, MOST_ROWS);
  const isOver = ringing.length === 0;
  return {
    kind: "storm",
    isRinging: !isOver,
    headline: isOver
      ? "None of these pages rings any more"
      : `${ringing.length} ${ringing.length === 1 ? "ticket pages" : "tickets page"} at once`,
    ring: isOver || storm === null ? [] : apart(mentionsOf(storm)),
    rows: rows.map((page) => ({
      number: page.number,
      title: page.title,
      words: page.words,
      buttons: [
        ...(isRinging(page) ? [button("acknowledge", page.number, "plain")] : []),
        button("show", page.number, "plain"),
      ],
    })),
    more: pages.length - rows.length,
    buttons: isOver
      ? []
      : [{ act: "acknowledge-all", label: "Acknowledge all", ticket: place, style: "primary" }],
    mayRepeat: false,
  };
}

/** What was to ring by the storm's last message, which never went out, rings by its next one. */
export function carriedOver(rings: Rings): Rings {
  const { storm } = rings;
  if (storm === null) return rings;
  const last = storm.rings;
  const later = (step: Folded): Folded => (step.ring === last ? { ...step, ring: last + 1 } : step);
  return {
    ...rings,
    pages: rings.pages.map((page) => ({ ...page, folded: page.folded.map(later) })),
    storm: { ...storm, news: storm.here ? "here" : storm.news },
  };
}

/** What rings, marked as taken by somebody who acknowledges all of it. */
export function taken(rings: Rings, tickets: ReadonlySet<string>, person: string): Rings {
  return {
    ...rings,
    pages: rings.pages.map((page) =>
      isRinging(page) && tickets.has(page.ticket) ? { ...page, takenBy: person } : page,
    ),
  };
}

/** Those whom the storm's message with a number called: the steps that ring by it, in the order in which tickets are locked. */
export function calledBy(rings: Rings, nr: number): (Folded & { ticket: string; nr: number })[] {
  return rings.pages
    .filter(isRinging)
    .flatMap(({ ticket, nr: page, folded }) =>
      folded.filter(({ ring }) => ring === nr).map((step) => ({ ticket, nr: page, ...step })),
    )
    .sort((one, other) => (one.ticket < other.ticket ? -1 : 1));
}

/** What becomes of a storm's message once a newer one rings. */
export function movedOn(): StormMessage {
  return {
    kind: "storm",
    isRinging: false,
    headline: "More pages came: see the newer message, which lists all of them",
    ring: [],
    rows: [],
    more: 0,
    buttons: [],
    mayRepeat: false,
  };
}

function mentionsOf({ here, groups = [] }: Storm): Part[] {
  return [...(here ? [{ here } as const] : []), ...groups.map(rungGroup)];
}

function isSame(one: Pick<RungPage, "ticket" | "nr">, other: Pick<RungPage, "ticket" | "nr">): boolean {
  return one.ticket === other.ticket && one.nr === other.nr;
}

function isRinging({ state }: RungPage): boolean {
  return state === "ringing";
}

function isFresh(page: RungPage, now: Date): boolean {
  return isRinging(page) && now.getTime() - page.rungAt.getTime() < WITHIN_MS;
}
