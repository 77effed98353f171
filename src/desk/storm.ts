// Folds pages that come many at a time into one message for each place.
import { pageWords } from "../core/page-message.ts";
import { groupAddress, type Address, type Directory } from "../core/directory.ts";
import type { StormMessage } from "../core/message.ts";
import type { PagedStep, Unrung } from "../core/paging.ts";
import {
  calledBy,
  carriedOver,
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

/** A step that rings nobody: it was added to a storm's message that rang nobody either. */
export interface SilentStep extends Unrung {
  step: PagedStep;
}

/** What rings at the places of a page's copies, locked. */
export async function lockStorms(
  tx: Tx,
  effects: readonly Effect[],
  directory: Directory,
): Promise<ReadonlyMap<Address, Rings>> {
  const places = new Set(chatCopies(effects, directory).map(({ place }) => place));
  // In the order of their names: two tickets that page the same two people would else wait for each other.
  const inOrder = [...places].sort();
  const known = await tx.lockRings(inOrder);
  return new Map(inOrder.map((place) => [place, known.get(place) ?? SILENT]));
}

/**
 * The effects of a change of one ticket, its pages folded into the storms at their places, where `before` rings. What is
 * folded is edited where it was posted before, and never posted. The turns that these places had are to be kept.
 */
export async function withStorms(
  tx: Tx,
  effects: readonly Effect[],
  scene: Scene,
  before: ReadonlyMap<Address, Rings>,
): Promise<{ effects: Effect[]; silent: SilentStep[]; turns: readonly Turn[] }> {
  const copies = chatCopies(effects, scene.directory);
  const ringing = [...before].map(([place, known]) => {
    const theirs = copies.filter((copy) => copy.place === place);
    const rings = rungBy(scene, known, theirs);
    return { place, theirs, rings, isFolded: pageOf(rings, scene)?.isFolded === true };
  });
  const turns = await turnsOf(tx, ringing, scene.now);
  const foldedAt = new Set(turns.flatMap(({ place, isFolded }) => (isFolded ? [place] : [])));
  const silent = turns.flatMap(({ theirs, isFolded, unrung }) =>
    !isFolded || unrung === null
      ? []
      : theirs.flatMap(({ step }) => (step === null ? [] : [{ step, ...unrung }])),
  );
  const storms = turns.flatMap(({ effects }) => effects);
  const own = effects.map((effect) =>
    isPageCopy(effect) && foldedAt.has(effect.place) ? { ...effect, mode: "edit-only" as const } : effect,
  );
  return { effects: [...own, ...storms], silent, turns };
}

/** The copies that may be folded: a way out beside chat carries single pages, and counts for itself. */
function chatCopies(effects: readonly Effect[], { ways }: Directory): PageCopy[] {
  const beside = new Set(ways?.map(({ address }) => address));
  return effects.filter(isPageCopy).filter(({ place }) => !beside.has(place));
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
  const known = await tx.lockRings(await tx.stormyPlaces());
  const storms = [...known].map(([place, rings]) => ({ place, rings, is: turnOf(rings, now) }));
  const turns = await turnsOf(
    tx,
    storms.filter(({ is }) => is === "rings"),
    now,
  );
  await keepTurns(tx, turns);
  await tx.enqueue(turns.flatMap(({ effects }) => effects));
  return earliest(
    storms.map(({ is, rings: { storm } }) => (is === "waits" && storm !== null ? nextRingAt(storm) : null)),
  );
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

/**
 * Why nobody hears a page or a reminder: it did not come there, or it came and rings not before then. With `group` it came,
 * and that group alone does not hear it.
 */
export type Silence = { is: "missed"; why: string; group?: Address } | ({ is: "silent" } & Unrung);

/**
 * Whom a storm's message called that nobody heard; empty for any other message. What comes next at that place rings at once
 * where it did not arrive, and is silent like it where it did.
 */
export async function unheard(tx: Tx, delivery: Pick<Delivery, "key" | "place">, silence: Silence) {
  const { key, place } = delivery;
  const calls = await callsByStorm(tx, delivery);
  const message = messageOf(key);
  if (message === null) return calls;
  if (silence.is === "missed" && silence.group !== undefined)
    return calls.filter(({ group }) => group !== undefined && groupAddress(group) === silence.group);
  const rings = (await tx.lockRings([place])).get(place);
  if (rings?.storms !== message.storms || rings.storm?.rings !== message.nr) return calls;
  const how = silence.is === "missed" ? { isUnheard: true as const } : { ringsAgainAt: silence.ringsAgainAt };
  await tx.keepRings(new Map([[place, { ...rings, storm: { ...rings.storm, ...how } }]]));
  return calls;
}

/** Which of its place's storms a message belongs to, and which of its messages it is; null where it is none of a storm's. */
function messageOf(slot: string): { storms: number; nr: number } | null {
  const [, storms, nr] = slot.startsWith(STORM_SLOT) ? (/:(\d+)\.(\d+)$/.exec(slot) ?? []) : [];
  return nr === undefined ? null : { storms: Number(storms), nr: Number(nr) };
}

const STORM_SLOT = "storm:";

/** The slot of one of the messages of a place's storm. */
function slotOf(place: Address, { storms }: Rings, nr: number): string {
  return `${STORM_SLOT}${place}:${storms}.${nr}`;
}

/** What happens at a place now. */
export interface Turn {
  place: Address;
  /** What rings there from now on. */
  rings: Rings;
  /** The storm's messages. */
  effects: Effect[];
  /** When the storm may ring again for what came; null where nothing waits. */
  wakeAt: Date | null;
  /** What waits for that rings nobody, as far as the last ring tells; null where it does, or nothing waits. */
  unrung: Unrung | null;
}

/** Shows the storm at a place, if there is one. */
function turnAt(place: Address, rings: Rings, now: Date): Turn {
  const { storm } = rings;
  const turn = turnOf(rings, now);
  const quiet = { place, rings, effects: [], wakeAt: null, unrung: null };
  if (storm === null || turn === null) return quiet;
  const show = (nr: number, message: StormMessage, mode: ShowEffect["mode"]): ShowEffect => ({
    do: "show",
    slot: slotOf(place, rings, nr),
    ticket: null,
    place,
    under: null,
    message,
    urgency: "page",
    combines: false,
    mode,
  });
  const standing = show(storm.rings, stormMessage(rings, place), "post");
  switch (turn) {
    case "is over":
      return {
        ...quiet,
        rings: { ...SILENT, storms: rings.storms },
        effects: [{ ...standing, mode: isUnread(rings) ? "post" : "edit-only" }],
      };
    case "waits": {
      const { ringsAgainAt } = storm;
      const isSilent = ringsAgainAt !== undefined && (ringsAgainAt === null || ringsAgainAt > now);
      return {
        ...quiet,
        effects: [standing],
        wakeAt: nextRingAt(storm),
        unrung: isSilent ? { ringsAgainAt } : null,
      };
    }
    case "is edited":
      return { ...quiet, effects: [standing] };
    case "rings": {
      const next = rung(rings, now);
      const older = storm.rings === 0 ? [] : [show(storm.rings, movedOn(), "edit-only")];
      const newer = show(storm.rings + 1, stormMessage(next, place), "post");
      return { ...quiet, rings: next, effects: [...older, newer] };
    }
    default:
      return turn satisfies never;
  }
}

/** The turn that the storms at some places have now; nothing of it is written down. */
async function turnsOf<T extends Ringing>(tx: Tx, places: readonly T[], now: Date): Promise<(T & Turn)[]> {
  // Of one that reached nobody those whom it called are passed over already.
  const lastOnes = places.flatMap(({ place, rings }) =>
    turnOf(rings, now) === "rings" && rings.storm !== null && rings.storm.isUnheard !== true
      ? [slotOf(place, rings, rings.storm.rings)]
      : [],
  );
  const unsent = await tx.unsent(lastOnes);
  return places.map((at) => {
    const { place, rings } = at;
    const isUnsent = rings.storm !== null && unsent.has(slotOf(place, rings, rings.storm.rings));
    return { ...at, ...turnAt(place, isUnsent ? carriedOver(rings) : rings, now) };
  });
}

/** Writes down what rings at each place after its turn, and when it may ring again. */
export async function keepTurns(tx: Tx, turns: readonly Turn[]): Promise<void> {
  const wakeAt = earliest(turns.map((turn) => turn.wakeAt));
  await Promise.all([
    tx.keepRings(new Map(turns.map(({ place, rings }) => [place, rings]))),
    wakeAt === null ? null : tx.wakeChores([STORMS], wakeAt),
  ]);
}

/** A place, and what rings there. */
interface Ringing {
  place: Address;
  rings: Rings;
}

function earliest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((first, at) => (at === null || (first !== null && first <= at) ? first : at), null);
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
