// Folds pages that come many at a time into one message for each place.
import { pageWords } from "../core/page-message.ts";
import type { Address } from "../core/directory.ts";
import type { StormMessage } from "../core/message.ts";
import type { PagedStep } from "../core/paging.ts";
import {
  calledBy,
  movedOn,
  nextRingAt,
  ring,
  rung,
  SILENT,
  standOtherwise,
  stormMessage,
  turnOf,
  type Rings,
  type RungPage,
} from "../core/storm.ts";
import type { Scene } from "../core/words.ts";
import type { Delivery, Effect, ShowEffect, Tx } from "./ports.ts";

/** The chore that looks after storms. */
export const STORMS = "storms";

/** A copy of a page at one place, for the step that was just taken there; null where it tells how the page stands. */
export interface PageCopy extends ShowEffect {
  step: PagedStep | null;
}

/** A step that rings nobody before then: it was added to a storm's message that rang nobody either. */
export interface SilentStep {
  step: PagedStep;
  ringsAgainAt: Date;
}

/**
 * The effects of a change of one ticket, its pages folded into the storms at their places. What is folded is edited where it
 * was posted before, and never posted.
 */
export async function withStorms(
  tx: Tx,
  effects: readonly Effect[],
  scene: Scene,
): Promise<{ effects: Effect[]; silent: SilentStep[] }> {
  // A way out beside chat carries single pages, and counts for itself: none is folded there.
  const ways = new Set(scene.directory.ways?.map(({ address }) => address));
  const copies = effects.filter(isPageCopy).filter(({ place }) => !ways.has(place));
  // In the order of their names: two tickets that page the same two people would else wait for each other.
  const places = [...new Set(copies.map(({ place }) => place))].sort();
  const storms: Effect[] = [];
  const silent: SilentStep[] = [];
  const foldedAt = new Set<Address>();
  for (const place of places) {
    const theirs = copies.filter((copy) => copy.place === place);
    const rings = rungBy(scene, (await tx.lockRings(place)) ?? SILENT, theirs);
    if (pageOf(rings, scene)?.isFolded === true) foldedAt.add(place);
    const kept = await keepStorm(tx, place, rings, scene.now);
    storms.push(...kept.effects);
    if (kept.ringsAgainAt === null || !foldedAt.has(place)) continue;
    const { ringsAgainAt } = kept;
    silent.push(...theirs.flatMap(({ step }) => (step === null ? [] : [{ step, ringsAgainAt }])));
  }
  const own = effects.map((effect) =>
    isPageCopy(effect) && foldedAt.has(effect.place) ? { ...effect, mode: "edit-only" as const } : effect,
  );
  return { effects: [...own, ...storms], silent };
}

/** What rings at a place after this ticket's copies there. */
function rungBy(scene: Scene, before: Rings, copies: readonly PageCopy[]): Rings {
  const { ticket, policy, now } = scene;
  const { paging } = ticket;
  if (paging === null) return before;
  const page = {
    ticket: ticket.id,
    number: ticket.number,
    title: ticket.title,
    nr: paging.nr,
    levelRank: policy.levels.findIndex(({ id }) => id === ticket.level),
    state: paging.state,
    words: pageWords(scene, paging),
  };
  const steps = copies.flatMap(({ step }) => step ?? []);
  const isUnheardOf = pageOf(before, scene) === undefined && copies.some(({ mode }) => mode === "post");
  const isNew = isUnheardOf || steps.length > 0;
  const rings = standOtherwise(before, page);
  return paging.state === "ringing" && isNew ? ring(rings, page, steps, now) : rings;
}

/** Lets the storms ring whose last ring is long enough ago. Returns when the next one may, or null where none waits. */
export async function ringStorms(tx: Tx, now: Date): Promise<Date | null> {
  let nextAt: Date | null = null;
  for (const place of await tx.stormyPlaces()) {
    const rings = await tx.lockRings(place);
    if (rings === null || rings.storm === null) continue;
    const turn = turnOf(rings, now);
    if (turn === "rings") await tx.enqueue((await keepStorm(tx, place, rings, now)).effects);
    const at = turn === "waits" ? nextRingAt(rings.storm) : null;
    if (at !== null && (nextAt === null || at < nextAt)) nextAt = at;
  }
  return nextAt;
}

/** Whom a storm's message calls; empty for any other message. Their tickets are locked. */
async function callsByStorm(tx: Tx, { key, place }: Pick<Delivery, "key" | "place">) {
  const message = messageOf(key);
  const rings = await (message === null ? null : tx.ringsAt(place));
  if (message === null || rings?.storms !== message.storms) return [];
  const calls = calledBy(rings, message.nr);
  for (const { ticket } of calls) await tx.ticketById(ticket);
  return calls;
}

/** Why nobody hears a page or a reminder: it did not come there, or it came and rings not before then. */
export type Silence = { is: "missed"; why: string } | { is: "silent"; ringsAgainAt: Date };

/**
 * Whom a storm's message called that nobody heard; empty for any other message. What comes next at that place rings at once
 * where it did not arrive, and is silent like it where it did.
 */
export async function unheard(tx: Tx, delivery: Pick<Delivery, "key" | "place">, silence: Silence) {
  const { key, place } = delivery;
  const calls = await callsByStorm(tx, delivery);
  const message = messageOf(key);
  const rings = await (message === null ? null : tx.lockRings(place));
  if (message === null || rings?.storms !== message.storms || rings.storm?.rings !== message.nr) return calls;
  const how = silence.is === "missed" ? { isUnheard: true as const } : { ringsAgainAt: silence.ringsAgainAt };
  await tx.keepRings(place, { ...rings, storm: { ...rings.storm, ...how } });
  return calls;
}

/** Which of its place's storms a message belongs to, and which of its messages it is; null where it is none of a storm's. */
function messageOf(slot: string): { storms: number; nr: number } | null {
  const [, storms, nr] = slot.startsWith(STORM_SLOT) ? (/:(\d+)\.(\d+)$/.exec(slot) ?? []) : [];
  return nr === undefined ? null : { storms: Number(storms), nr: Number(nr) };
}

const STORM_SLOT = "storm:";

/**
 * Writes down what rings at a place, and shows the storm there, if there is one. `ringsAgainAt`: what waits for its next ring rings
 * nobody before then, as far as its last one tells; null where it does, or nothing waits.
 */
async function keepStorm(
  tx: Tx,
  place: Address,
  rings: Rings,
  now: Date,
): Promise<{ effects: Effect[]; ringsAgainAt: Date | null }> {
  const { storm } = rings;
  const turn = turnOf(rings, now);
  const told = (...effects: Effect[]) => ({ effects, ringsAgainAt: null });
  if (storm === null || turn === null) {
    await tx.keepRings(place, rings);
    return told();
  }
  const show = (nr: number, message: StormMessage, mode: ShowEffect["mode"]): ShowEffect => ({
    do: "show",
    slot: `${STORM_SLOT}${place}:${rings.storms}.${nr}`,
    ticket: null,
    place,
    under: null,
    message,
    urgency: "page",
    combines: false,
    mode,
  });
  switch (turn) {
    case "is over":
      await tx.keepRings(place, { ...SILENT, storms: rings.storms });
      return told(show(storm.rings, stormMessage(rings, place), isUnread(rings) ? "post" : "edit-only"));
    case "waits":
      await tx.wakeChores([STORMS], nextRingAt(storm));
      await tx.keepRings(place, rings);
      return {
        ...told(show(storm.rings, stormMessage(rings, place), "post")),
        ringsAgainAt:
          storm.ringsAgainAt !== undefined && storm.ringsAgainAt > now ? storm.ringsAgainAt : null,
      };
    case "is edited":
      await tx.keepRings(place, rings);
      return told(show(storm.rings, stormMessage(rings, place), "post"));
    case "rings": {
      const next = { ...rings, storm: rung(storm, now) };
      await tx.keepRings(place, next);
      const older = storm.rings === 0 ? [] : [show(storm.rings, movedOn(), "edit-only")];
      return told(...older, show(next.storm.rings, stormMessage(next, place), "post"));
    }
    default:
      return turn satisfies never;
  }
}

/** Ladders may have ended while the message waited to be sent: it is read then all the same, unless it was refused. */
function isUnread({ pages, storm }: Rings): boolean {
  return storm?.isUnheard !== true && pages.some(({ state }) => state === "unanswered");
}

function pageOf({ pages }: Rings, { ticket }: Scene): RungPage | undefined {
  return pages.find((page) => page.ticket === ticket.id && page.nr === ticket.paging?.nr);
}

function isPageCopy(effect: Effect): effect is PageCopy {
  return "step" in effect;
}
