// Decides what a change of who is on call, made in chat, makes of the desk: overrides, leave, swaps, and taking them back.
//
// A change has a number of its own, under which it is taken back. What it made ends by itself; past ones are left out at the
// next change, for the desk files before it keep them.
import type { Directory } from "./directory.ts";
import { DeskError } from "./errors.ts";
import { changesOf, holdsBetween, horizonFrom, type Hold } from "./duty-plan.ts";
import type { Leave, Made, Override, Rotation, SwapOffer } from "./roster.ts";
import { nameOf } from "./words.ts";
import { wallDate } from "./zone.ts";

/** Everything made in chat under one number. */
export interface ChangeMade {
  made: Made;
  overrides: readonly Override[];
  leave: readonly Leave[];
  offer: SwapOffer | null;
}

/** The desk with an override more. Refused where the person is on leave then, since nobody would be called. */
export function withOverride(directory: Directory, override: Override): Directory {
  const away = (directory.leave ?? []).find(
    ({ person, from, to }) => person === override.person && from < override.to && override.from < to,
  );
  if (away !== undefined) {
    const name = nameOf(directory, override.person);
    throw new DeskError(
      "conflict",
      `${name} is on leave in that time and would not be called. End the leave first.`,
    );
  }
  return { ...directory, overrides: [...(directory.overrides ?? []), override] };
}

/** The desk with somebody away for a time. */
export function withLeave(directory: Directory, leave: Leave): Directory {
  return { ...directory, leave: [...(directory.leave ?? []), leave] };
}

/** When whoever holds the first role now hands over; refused where that is the person who asks, or never. */
export function handoverAfter(
  directory: Directory,
  rotation: Rotation,
  person: string,
  now: Date,
): { from: string | null; to: Date } {
  const end = horizonFrom(now);
  const [hold] = holdsBetween(rotation, changesOf(directory), "primary", now, end);
  if (hold === undefined) throw new DeskError("internal", `Nothing is known of ${rotation.id} from now on.`);
  if (hold.person === person) throw new DeskError("conflict", "You are on call already.");
  if (hold.to >= end) {
    const sentence = `No hand-over of ${rotation.id} is in sight. Say until when: /oncall override.`;
    throw new DeskError("conflict", sentence);
  }
  return { from: hold.person, to: hold.to };
}

/**
 * An offer of the next primary shift of somebody, or of the one that begins on a day, for the other's next; both have not begun.
 * @throws DeskError "conflict" where either has none.
 */
export function swapOffer(
  directory: Directory,
  rotation: Rotation,
  { person, date, made }: { person: string; date: string | null; made: Made },
): SwapOffer {
  const comingOf = (who: string): Hold[] => comingShifts(directory, rotation, who, made.at);
  const gives = comingOf(made.by).find(
    ({ from }) => date === null || wallDate(from, rotation.timezone) === date,
  );
  const [takes] = comingOf(person);
  if (gives === undefined) {
    const which = date === null ? "no coming shift" : `no coming shift that begins on ${date}`;
    throw new DeskError("conflict", `You have ${which} as primary of ${rotation.id} to give.`);
  }
  if (takes === undefined) {
    const name = nameOf(directory, person);
    throw new DeskError("conflict", `${name} has no coming shift as primary of ${rotation.id} to take.`);
  }
  return {
    rotation: rotation.id,
    person,
    gives: { from: gives.from, to: gives.to },
    takes: { from: takes.from, to: takes.to },
    made,
  };
}

/** The desk with a swap done. Refused where either shift is not what it was when it was offered. */
export function withSwap(directory: Directory, offer: SwapOffer, now: Date): Directory {
  const { rotation: id, person, gives, takes, made } = offer;
  const rotation = directory.rotations.find((one) => one.id === id);
  const stands = (who: string, { from, to }: { from: Date; to: Date }) =>
    rotation !== undefined &&
    comingShifts(directory, rotation, who, now).some(
      (hold) => hold.from.getTime() === from.getTime() && hold.to.getTime() === to.getTime(),
    );
  if (!stands(made.by, gives) || !stands(person, takes)) {
    throw new DeskError("conflict", "The plan has changed since this swap was offered. Offer it anew.");
  }
  const offered = withoutOffer(directory, made.nr);
  const given = withOverride(offered, { rotation: id, person, role: "primary", ...gives, made });
  return withOverride(given, { rotation: id, person: made.by, role: "primary", ...takes, made });
}

/** The desk without an offer. */
export function withoutOffer({ offers = [], ...directory }: Directory, nr: number): Directory {
  return {
    ...directory,
    ...listed(
      "offers",
      offers.filter(({ made }) => made.nr !== nr),
    ),
  };
}

/** All that was made in chat and is not past, the oldest first. */
export function changesMade({ overrides = [], leave = [], offers = [] }: Directory, now: Date): ChangeMade[] {
  const all = [...overrides, ...leave].filter(({ to }) => to > now).flatMap(({ made }) => made ?? []);
  const numbers = new Map([...all, ...offers.map(({ made }) => made)].map((made) => [made.nr, made]));
  return [...numbers.values()]
    .sort((a, b) => a.nr - b.nr)
    .map((made) => ({
      made,
      overrides: overrides.filter((one) => one.made?.nr === made.nr),
      leave: leave.filter((one) => one.made?.nr === made.nr),
      offer: offers.find((one) => one.made.nr === made.nr) ?? null,
    }));
}

/** The desk with a change taken back: what has not begun never comes, what has begun ends now. */
export function withoutChange(directory: Directory, nr: number, now: Date): Directory {
  const without = withoutOffer(directory, nr);
  const cut = <One extends Leave | Override>(all: readonly One[]): One[] =>
    all.flatMap((one) => {
      if (one.made?.nr !== nr || one.to <= now) return [one];
      return one.from < now ? [{ ...one, to: now }] : [];
    });
  const { leave = [], overrides = [], ...rest } = without;
  return { ...rest, ...listed("leave", cut(leave)), ...listed("overrides", cut(overrides)) };
}

/** The desk without what was made in chat and is past, and without offers that nobody can accept any more. */
export function withoutPast(directory: Directory, now: Date): Directory {
  const { leave = [], overrides = [], offers = [], ...rest } = directory;
  const isToCome = ({ made, to }: Leave | Override) => made === undefined || to > now;
  return {
    ...rest,
    ...listed("leave", leave.filter(isToCome)),
    ...listed("overrides", overrides.filter(isToCome)),
    ...listed(
      "offers",
      offers.filter(({ gives, takes }) => gives.from > now && takes.from > now),
    ),
  };
}

/** A desk file with what was made in chat before: as far as it is not past, and its people and rotations are still there. */
export function withChangesKept(
  before: Directory,
  file: Directory,
  now: Date,
): { directory: Directory; kept: number; dropped: number } {
  const standing = withoutPast(before, now);
  const isThere = (one: { person: string; rotation?: string; made: Made }) =>
    [one.person, one.made.by].every((person) => file.people.some(({ id }) => id === person)) &&
    (one.rotation === undefined || file.rotations.some(({ id }) => id === one.rotation));
  const madeIn = <One extends { made?: Made }>(all: readonly One[] = []) =>
    all.filter((one): one is One & { made: Made } => one.made !== undefined);
  const [leave, overrides, offers] = [
    madeIn(standing.leave),
    madeIn(standing.overrides),
    standing.offers ?? [],
  ];
  const numbers = (all: readonly { made: Made }[]) => new Set(all.map(({ made }) => made.nr));
  const all = [...leave, ...overrides, ...offers];
  // A swap of which one half cannot stay is no swap: what was made together goes together.
  const gone = numbers(all.filter((one) => !isThere(one)));
  const stays = ({ made }: { made: Made }) => !gone.has(made.nr);
  return {
    directory: {
      ...file,
      ...listed("leave", [...(file.leave ?? []), ...leave.filter(stays)]),
      ...listed("overrides", [...(file.overrides ?? []), ...overrides.filter(stays)]),
      ...listed("offers", offers.filter(stays)),
    },
    kept: numbers(all.filter(stays)).size,
    dropped: gone.size,
  };
}

/** Times within a stretch in which nobody is primary of a rotation. */
export function uncovered(directory: Directory, rotation: Rotation, from: Date, to: Date): Hold[] {
  return holdsBetween(rotation, changesOf(directory), "primary", from, to).filter(
    ({ person }) => person === null,
  );
}

/** Somebody's primary shifts that have not begun, whole ones alone. */
function comingShifts(directory: Directory, rotation: Rotation, person: string, now: Date): Hold[] {
  const end = horizonFrom(now);
  return holdsBetween(rotation, changesOf(directory), "primary", now, end).filter(
    (hold) => hold.person === person && hold.from > now && hold.to < end,
  );
}

/** A list as a part of the desk; none where it is empty, so that a desk without changes is the one of its file. */
function listed<Name extends string, One>(
  name: Name,
  all: readonly One[],
): Partial<Record<Name, readonly One[]>> {
  return all.length === 0 ? {} : ({ [name]: all } as Record<Name, readonly One[]>);
}
