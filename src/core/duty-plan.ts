// Who is on call over a time: the stretches in which one person holds a role, those in which nobody does, and people's shifts.
import type { Directory } from "./directory.ts";
import { dutyAt, peopleOf, type Changes, type Role, type Rotation } from "./roster.ts";

/** A time in which one person, or nobody, holds a role; `to` is excluded. */
export interface Hold {
  person: string | null;
  from: Date;
  to: Date;
}

/** The roles of a rotation, the first to be called first. */
export const ROLES: readonly Role[] = ["primary", "secondary"];

/** How far ahead shifts are looked for. */
const AHEAD_DAYS = 90;
const DAY_MS = 86_400_000;

/** What changes the plan of a desk's rotations. */
export function changesOf({ leave = [], overrides = [] }: Directory): Changes {
  return { leave, overrides };
}

/** The latest instant that is planned for, seen from another. */
export function horizonFrom(now: Date): Date {
  return new Date(now.getTime() + AHEAD_DAYS * DAY_MS);
}

/** Who holds a role between two instants, in order and without gaps; cut at both. */
export function holdsBetween(rotation: Rotation, changes: Changes, role: Role, from: Date, to: Date): Hold[] {
  const place = ROLES.indexOf(role);
  const holds: Hold[] = [];
  for (let at = from; at < to;) {
    const { order, until } = dutyAt(rotation, changes, at);
    const end = until === null || until > to ? to : until;
    const person = order[place] ?? null;
    const last = holds.at(-1);
    if (last?.person === person) last.to = end;
    else holds.push({ person, from: at, to: end });
    at = end;
  }
  return holds;
}

/** The rotations that somebody takes turns in or stands in for; all where there is none. */
export function rotationsOf(directory: Directory, person: string): readonly Rotation[] {
  const own = directory.rotations.filter((rotation) => isPartOf(directory, rotation, person));
  return own.length === 0 ? directory.rotations : own;
}

/** Whether somebody takes turns in a rotation, or stands in there by an override. */
function isPartOf({ overrides = [] }: Directory, rotation: Rotation, person: string): boolean {
  return (
    peopleOf(rotation).includes(person) ||
    overrides.some((one) => one.rotation === rotation.id && one.person === person)
  );
}
