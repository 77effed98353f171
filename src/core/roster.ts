// Who is on call at an instant: weekly rotations with two roles, computed from hand-overs by wall clock.
import { weekdayOf } from "./wall-hours.ts";
import { dateOf, dayOf, soleInstantOfWall, wallDate } from "./zone.ts";

/** The first to be paged, and the one behind. */
export type Role = "primary" | "secondary";

/** People who take over from each other at the same wall time each week. */
export interface Rotation {
  id: string;
  /** Zone in whose wall time the hand-over happens, so that it keeps its hour over clock changes. */
  timezone: string;
  /** 1 is Monday, 7 is Sunday. */
  handoverWeekday: number;
  /** "HH:MM". */
  handoverTime: string;
  /** Local day, "YYYY-MM-DD": the first person's shift starts at the first hand-over on or after it. */
  from: string;
  /** Ids of people in the order of their weeks. */
  people: readonly string[];
}

/** One person's stretch of duty. */
export interface Shift {
  person: string;
  startsAt: Date;
  endsAt: Date;
}

/**
 * The shift that covers an instant, hand-over included at its start and excluded at its end. The secondary of a week is
 * the primary of the next one; a rotation of one person has no secondary.
 * @returns null where nobody holds the role.
 */
export function shiftAt(rotation: Rotation, role: Role, at: Date): Shift | null {
  const { people, from, handoverWeekday, handoverTime, timezone } = rotation;
  if (role === "secondary" && people.length < 2) return null;
  const week = handoversSince(from, handoverWeekday, handoverTime, timezone, at);
  const turn = week + (role === "secondary" ? 1 : 0);
  const person = people[((turn % people.length) + people.length) % people.length];
  if (person === undefined) return null;
  return {
    person,
    startsAt: handoverAt(from, handoverWeekday, handoverTime, timezone, week),
    endsAt: handoverAt(from, handoverWeekday, handoverTime, timezone, week + 1),
  };
}

/** The id of the person who holds a role at an instant, or null. */
export function onCall(rotation: Rotation, role: Role, at: Date): string | null {
  return shiftAt(rotation, role, at)?.person ?? null;
}

const WEEK_DAYS = 7;

/**
 * The hand-over of a weekly rota with an index: 0 is the first at or after midnight of the start date. A time that a clock change
 * skips is the instant after the gap, a repeated one its first. `weekday` is 1 for Monday to 7 for Sunday.
 */
export function handoverAt(
  startDate: string,
  weekday: number,
  time: string,
  zone: string,
  index: number,
): Date {
  const startDay = dayOf(startDate);
  const firstDay = startDay + ((weekday - 1 - weekdayOf(startDay) + WEEK_DAYS) % WEEK_DAYS);
  return soleInstantOfWall(dateOf(firstDay + index * WEEK_DAYS), time, zone);
}

/** The index of the shift at an instant, counted in hand-overs: 0 from the first one on, negative before it. */
export function handoversSince(
  startDate: string,
  weekday: number,
  time: string,
  zone: string,
  at: Date,
): number {
  const days = dayOf(wallDate(at, zone)) - dayOf(startDate);
  const latest = Math.floor(days / WEEK_DAYS) + 1;
  const earliest = latest - 3;
  for (let index = latest; index > earliest; index -= 1) {
    if (handoverAt(startDate, weekday, time, zone, index) <= at) return index;
  }
  return earliest;
}
