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

/**
 * The effects of a change of one ticket, its pages folded into the storms at their places. What is folded is edited where it
 * was posted before, and never posted.
 */
export async function withStorms(tx: Tx, effects: readonly Effect[], scene: Scene): Promise<Effect[]> {
  // A way out beside chat carries single pages, and counts for itself: none is folded there.
  const ways = new Set(scene.directory.ways?.map(({ address }) => address));
  const copies = effects.filter(isPageCopy).filter(({ place }) => !ways.has(place));
  // In the order of their names: two tickets that page the same two people would else wait for each other.
  const places = [...new Set(copies.map(({ place }) => place))].sort();
  const storms: Effect[] = [];
  const foldedAt = new Set<Address>();
  for (const place of places) {
    const rings = rungBy(
      scene,
      (await tx.lockRings(place)) ?? SILENT,
      copies.filter((copy) => copy.place === place),
    );
    if (pageOf(rings, scene)?.isFolded === true) foldedAt.add(place);
    storms.push(...(await keepStorm(tx, place, rings, scene.now)));
  }
  const own = effects.map((effect) =>
    isPageCopy(effect) && foldedAt.has(effect.place) ? { ...effect, mode: "edit-only" as const } : effect,
  );
  return [...own, ...storms];
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
    if (turn === "rings") await tx.enqueue(await keepStorm(tx, place, rings, now));
    const at = turn === "waits" ? nextRingAt(rings.storm) : null;
    if (at !== null && (nextAt === null || at < nextAt)) nextAt = at;
  }
  return nextAt;
}

/**
 * Whom a storm's message called that has reached nobody; empty for any other message. Their tickets are locked, and what
 * comes next at that place rings at once.
 */
export async function unheard(tx: Tx, { key, place }: Pick<Delivery, "key" | "place">) {
  const [, storms, nr] = key.startsWith(STORM_SLOT) ? (/:(\d+)\.(\d+)$/.exec(key) ?? []) : [];
  const before = await (nr === undefined ? null : tx.ringsAt(place));
  if (before === null || before.storms !== Number(storms)) return [];
  const calls = calledBy(before, Number(nr));
  for (const { ticket } of calls) await tx.ticketById(ticket);
  const rings = await tx.lockRings(place);
  if (rings === null || rings.storm?.rings !== Number(nr)) return calls;
  await tx.keepRings(place, { ...rings, storm: { ...rings.storm, isUnheard: true } });
  return calls;
}

const STORM_SLOT = "storm:";

/** Writes down what rings at a place, and shows the storm there, if there is one. */
async function keepStorm(tx: Tx, place: Address, rings: Rings, now: Date): Promise<Effect[]> {
  const { storm } = rings;
  const turn = turnOf(rings, now);
  if (storm === null || turn === null) {
    await tx.keepRings(place, rings);
    return [];
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
      return [show(storm.rings, stormMessage(rings, place), "edit-only")];
    case "waits":
      await tx.wakeChores([STORMS], nextRingAt(storm));
      await tx.keepRings(place, rings);
      return [show(storm.rings, stormMessage(rings, place), "post")];
    case "is edited":
      await tx.keepRings(place, rings);
      return [show(storm.rings, stormMessage(rings, place), "post")];
    case "rings": {
      const next = { ...rings, storm: rung(storm, now) };
      await tx.keepRings(place, next);
      const older = storm.rings === 0 ? [] : [show(storm.rings, movedOn(), "edit-only")];
      return [...older, show(next.storm.rings, stormMessage(next, place), "post")];
    }
    default:
      return turn satisfies never;
  }
}

function pageOf({ pages }: Rings, { ticket }: Scene): RungPage | undefined {
  return pages.find((page) => page.ticket === ticket.id && page.nr === ticket.paging?.nr);
}

function isPageCopy(effect: Effect): effect is PageCopy {
  return "step" in effect;
}
