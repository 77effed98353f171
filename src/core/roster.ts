// Who is on call at an instant: rotations of layers, whose people take over from each other by the wall clock, with the
// leave and the overrides that change the plan.
//
// A layer's hand-overs are wall times at even distances. A time that a clock change skips is the instant after the gap, a
// repeated one its first; so a night shift keeps its hours, and is an hour shorter or longer once a year.
//
//      mon 09:00      mon 09:00      mon 09:00          last layer, if its hours are open:   mia, sam
//   ------|-- sam -------|-- mia -------|-- sam ---     the layer before it:                 leo, kim
//                              ^ at                     order of duty at this instant:       mia, sam, leo, kim
//
// Primary is the first of the order, secondary the second. Whoever is on leave, or is not fit for the ticket in question, is
// left out, and the next one takes the place; so nobody is ever on call who should not be.
import { closingAfter, compileCalendar, isOpen, nextOpening, type Calendar } from "./calendar.ts";
import { DAY_MS, type WeeklyHours } from "./hours.ts";
import { recent } from "./recent.ts";
import { weekdayOf } from "./wall-hours.ts";
import { dateOf, dayOf, soleInstantOfWall, timeOfDayMs, wallDate } from "./zone.ts";

/** Everybody who takes turns in a rotation; who is in several layers, several times. */
export function peopleOf(rotation: Rotation): readonly string[] {
  return "layers" in rotation ? rotation.layers.flatMap(({ people }) => people) : rotation.people;
}

/** The first to be paged, and the one behind. */
export type Role = "primary" | "secondary";

/** Who takes turns: one layer that hands over each week and was always on duty, or several layers. */
export type Rotation = WeeklyRotation | LayeredRotation;

/** What of the platforms shows who is on call: the members of groups, and the topic of the on-call channel. */
export interface KeepInStep {
  group: string | null;
  /** A tag of the on-call channel's team in Teams, by its name. Absent: none. */
  tag?: string;
  topic: boolean;
}

interface WeeklyRotation {
  id: string;
  /** Absent where nothing is. */
  keepInStep?: KeepInStep;
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

interface LayeredRotation {
  id: string;
  keepInStep?: KeepInStep;
  /** Zone of the overrides' wall times. */
  timezone: string;
  /** The last one that is on duty goes first. */
  layers: readonly Layer[];
}

/** People who take over from each other at even distances by a wall clock. */
export interface Layer {
  /** Ids of people in the order of their shifts. */
  people: readonly string[];
  timezone: string;
  /** Local day, "YYYY-MM-DD": the layer begins with its first hand-over on or after it. */
  from: string;
  /** The weekday of the first hand-over, 1 for Monday; null: any day. */
  handoverWeekday: number | null;
  /** "HH:MM". */
  handoverTime: string;
  /** Hours of the wall clock from one hand-over to the next: whole days, or a number that divides 24. */
  everyHours: number;
  /** When the layer is on duty, by its wall clock; null: always. */
  hours: WeeklyHours | null;
}

/** A change that was made in chat: its number, and who made it when. */
export interface Made {
  nr: number;
  by: string;
  at: Date;
}

/** A time in which somebody is on call nowhere; `to` is excluded. */
export interface Leave {
  person: string;
  from: Date;
  to: Date;
  /** Absent where it stands in the desk file. */
  made?: Made;
}

/** Somebody who takes a role for a time, whoever's turn it is; `to` is excluded. */
export interface Override {
  rotation: string;
  person: string;
  role: Role;
  from: Date;
  to: Date;
  /** Absent where it stands in the desk file. */
  made?: Made;
}

/** A swap of shifts that waits for the other's answer: `person` would take what `made.by` gives, and the other way round. */
export interface SwapOffer {
  rotation: string;
  person: string;
  gives: { from: Date; to: Date };
  takes: { from: Date; to: Date };
  made: Made;
}

/** What changes the plan of rotations. */
export interface Changes {
  leave: readonly Leave[];
  /** In the order of their making: of two for one role, the later one wins. */
  overrides: readonly Override[];
}

/** Who is on duty at an instant, the first to be called first, and until when that holds; null: for ever. */
export interface Duty {
  order: readonly string[];
  until: Date | null;
}

/** One person's stretch of duty in a role. */
export interface Shift {
  person: string;
  role: Role;
  startsAt: Date;
  endsAt: Date;
}

/** Who may be called for a ticket. What is absent does not matter to it. */
export interface Roster {
  rotation: Rotation | null;
  changes?: Changes;
  /** Whether somebody may be called for the ticket in question, by their clearance. */
  isFit?: (person: string) => boolean;
}

/** A plan that nothing changes. */
export const UNCHANGED: Changes = { leave: [], overrides: [] };

/**
 * The order of duty at an instant, hand-overs and edges included at their start. `isFit` says who may be called for the ticket
 * in question. It holds at least until `until`, the next instant at which it can change.
 */
export function dutyAt(
  rotation: Rotation,
  { leave, overrides }: Changes,
  at: Date,
  isFit: (person: string) => boolean = () => true,
): Duty {
  const turns = layersOf(rotation).map((layer) => turnAt(layer, at));
  const ours = overrides.filter((override) => override.rotation === rotation.id);
  const isThere = (person: string) => isFit(person) && !isAway(leave, person, at);
  const inForce = (role: Role) =>
    ours.findLast((one) => one.role === role && isWithin(one, at) && isThere(one.person))?.person;
  const planned = turns.reverse().flatMap(({ order }) => order);
  return {
    order: withOverrides(planned.filter(isThere), inForce("primary"), inForce("secondary")),
    until: earliestAfter(at, [
      ...turns.map(({ until }) => until),
      ...[...leave, ...ours].flatMap(({ from, to }) => [from, to]),
    ]),
  };
}

/** The id of the person who holds a role at an instant, or null. */
export function onCall(
  { rotation, changes = UNCHANGED, isFit }: Roster,
  role: Role,
  at: Date,
): string | null {
  if (rotation === null) return null;
  return dutyAt(rotation, changes, at, isFit).order[ROLES.indexOf(role)] ?? null;
}

/** Who holds which role between two instants, in the order of their beginning; shifts are cut at both. */
export function shiftsBetween(rotation: Rotation, changes: Changes, from: Date, to: Date): Shift[] {
  const shifts: Shift[] = [];
  for (let at = from; at < to;) {
    const { order, until } = dutyAt(rotation, changes, at);
    const endsAt = until === null || until > to ? to : until;
    for (const [place, role] of ROLES.entries()) {
      const person = order[place];
      if (person === undefined) continue;
      const last = shifts.findLast((shift) => shift.role === role);
      if (last?.person === person && last.endsAt.getTime() === at.getTime()) last.endsAt = endsAt;
      else shifts.push({ person, role, startsAt: at, endsAt });
    }
    at = endsAt;
  }
  return shifts;
}

/** Whether somebody is on leave at an instant. */
export function isAway(leave: readonly Leave[], person: string, at: Date): boolean {
  return leave.some((one) => one.person === person && isWithin(one, at));
}

/** The hand-over of a layer with an index; 0 is the first on or after its start day. */
export function handoverAt(layer: Layer, index: number): Date {
  const wallMs = firstHandoverMs(layer) + index * layer.everyHours * HOUR_MS;
  const day = Math.floor(wallMs / DAY_MS);
  return soleInstantOfWall(dateOf(day), timeText(wallMs - day * DAY_MS), layer.timezone);
}

/** The index of a layer's shift at an instant: that of the last hand-over by then, negative before the first. */
export function handoversSince(layer: Layer, at: Date): number {
  const wallMs = dayOf(wallDate(at, layer.timezone)) * DAY_MS + timeOfDayMs(at, layer.timezone);
  let index = Math.floor((wallMs - firstHandoverMs(layer)) / (layer.everyHours * HOUR_MS));
  // In an hour that repeats, the wall clock stands before hand-overs that have happened: at most a day's worth of them.
  while (handoverAt(layer, index + 1) <= at) index += 1;
  while (handoverAt(layer, index) > at) index -= 1;
  return index;
}

const ROLES: readonly Role[] = ["primary", "secondary"];
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const WEEK_DAYS = 7;
const WEEK_HOURS = WEEK_DAYS * 24;
const CALENDAR_LIMIT = 1000;

const calendars = recent<Calendar>(CALENDAR_LIMIT);

/** A layer, and whether its turns are counted back before its first hand-over; else it has nobody then. */
interface PlannedLayer extends Layer {
  goesBack: boolean;
}

function layersOf(rotation: Rotation): PlannedLayer[] {
  if ("layers" in rotation) return rotation.layers.map((layer) => ({ ...layer, goesBack: false }));
  return [{ ...rotation, everyHours: WEEK_HOURS, hours: null, goesBack: true }];
}

/** A layer's people at an instant, beginning with whose turn it is; none outside its hours. */
function turnAt(layer: PlannedLayer, at: Date): Duty {
  const { people, goesBack, hours, timezone } = layer;
  const index = handoversSince(layer, at);
  const nextHandover = handoverAt(layer, index + 1);
  if (index < 0 && !goesBack) return { order: [], until: handoverAt(layer, 0) };
  const calendar = hours === null ? null : weeklyCalendar(hours, timezone);
  if (calendar?.neverOpens === true) return { order: [], until: null };
  const isOnDuty = calendar === null || isOpen(calendar, at);
  if (!isOnDuty) return { order: [], until: nextOpening(calendar, at) };
  const turn = ((index % people.length) + people.length) % people.length;
  return {
    order: [...people.slice(turn), ...people.slice(0, turn)],
    until: earliestAfter(at, [nextHandover, calendar === null ? null : closingAfter(calendar, at)]),
  };
}

/** The order with each person once, and those who stand in at the place of their role. */
function withOverrides(
  planned: readonly string[],
  primary: string | undefined,
  secondary: string | undefined,
): string[] {
  const others = [...new Set(planned)].filter((person) => person !== primary && person !== secondary);
  const first = primary === undefined ? others.slice(0, 1) : [primary];
  const rest = primary === undefined ? others.slice(1) : others;
  const second = secondary === undefined || secondary === primary ? [] : [secondary];
  return [...first, ...second, ...rest];
}

function firstHandoverMs({ from, handoverWeekday, handoverTime }: Layer): number {
  const startDay = dayOf(from);
  const weekday = handoverWeekday === null ? weekdayOf(startDay) : handoverWeekday - 1;
  const firstDay = startDay + ((weekday - weekdayOf(startDay) + WEEK_DAYS) % WEEK_DAYS);
  const [hours = "", minutes = ""] = handoverTime.split(":");
  return firstDay * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
}

/** "09:30" for nine and a half hours. */
function timeText(inDayMs: number): string {
  const minutes = Math.round(inDayMs / MINUTE_MS);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** The calendar of some hours of the week, kept once it is compiled. */
export function weeklyCalendar(hours: WeeklyHours, timezone: string): Calendar {
  return calendars(`${timezone} ${JSON.stringify(hours)}`, () =>
    compileCalendar({ timezone, hours, holidays: [] }),
  );
}

function isWithin({ from, to }: { from: Date; to: Date }, at: Date): boolean {
  return from <= at && at < to;
}

function earliestAfter(at: Date, instants: readonly (Date | null)[]): Date | null {
  return instants.reduce<Date | null>(
    (first, one) => (one !== null && one > at && (first === null || one < first) ? one : first),
    null,
  );
}
