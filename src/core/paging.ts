// The escalation ladder: who is told next, when, and how it ends; and what acknowledgements are worth.
//
//   began --step 0--> ringing --wait--> step 1 ... last step --wait--> round again ... --wait--> unanswered
//                      | ^  ^                                               (up to `rounds`)
//                      | |  +-- handed to somebody: they ring next, and the ladder goes on behind them
//                      | +----- the customer is still not answered: reminded, then rings again (watch.ts)
//                      +-- acknowledged by as many as the ladder wants --> acknowledged --> resolved
//                      +-- closed, or lowered below paging (acknowledged too) --> withdrawn
//
// A rung calls one or several at once and waits for them together. Whom it does not reach is said; a rung that reaches
// nobody, because its role is empty, its people are away, or nobody can be reached, waits for nothing.
import { closingAfter, isOpen, nextOpening } from "./calendar.ts";
import type { WeeklyHours } from "./hours.ts";
import {
  isAway,
  onCall,
  UNCHANGED,
  weeklyCalendar,
  type Changes,
  type Role,
  type Rotation,
} from "./roster.ts";

/** One rung. */
interface LadderStep {
  /**
   * Whom it calls, all at once, as the desk file writes it: "primary", "secondary of night-desk", "sam", "channel",
   * "group @oncall", "group S012AB3CD", "way pagerduty".
   */
  reach: string | readonly string[];
  /** Only for "channel": with @here. */
  here: boolean;
  /** How long to wait for an acknowledgement before the next step, in milliseconds of real time. */
  waitMs: number;
}

/** Steps in order, gone round again up to a bound. */
export interface Ladder {
  id: string;
  rotation: string;
  steps: readonly LadderStep[];
  /** How often the whole ladder is gone through, at least 1. */
  rounds: number;
  /** Which pages it is for; absent: all. */
  for?: LadderScope;
  /** How many different people have to acknowledge; absent: one. */
  acknowledgements?: number;
  /** How long after an acknowledgement an unanswered customer is told of; absent: half of the counted time left. */
  unansweredMs?: number;
}

/** The pages that a ladder is for: those that begin in its hours, at its levels, under its policies. What is absent bounds nothing. */
export interface LadderScope {
  policies?: readonly string[];
  levels?: readonly string[];
  /** Wall time of `timezone`. */
  hours?: { weekly: WeeklyHours; timezone: string };
}

/** A page that is about to begin. */
export interface PageAt {
  policy: string;
  level: string;
  at: Date;
}

/** Whom one part of a rung calls. */
export type Reach =
  /** Of the ladder's own rotation where none is named. */
  | { role: Role; rotation: string | null }
  | { role: "person"; person: string }
  | { role: "channel" }
  /** A user group of the chat platform, by its @handle or its id there. */
  | { role: "group"; group: string }
  /** A way out that the desk file names. */
  | { role: "way"; way: string };

/** Why a page began. */
export type PageReason = "outside-hours" | "always" | "closing" | "raised" | "asked";

/** How a page stands; "resolved": somebody had it, and it is over. */
export type PageState = "ringing" | "acknowledged" | "resolved" | "withdrawn" | "unanswered";

/** A ticket's page, from its first step to its end. What an earlier version did not know of is absent in what it kept. */
export interface Paging {
  /** Which page of this ticket it is, from 1. */
  nr: number;
  beganAt: Date;
  why: PageReason;
  /** The words of whoever asked for it by hand. */
  reason: string | null;
  state: PageState;
  /** When the next step is due; null once it no longer rings. */
  nextAt: Date | null;
  /** By which ladder it goes; null where none was for it, absent where it began before ladders were told apart. */
  ladder?: string | null;
  /** Whom each step reached or missed, in order. */
  told: readonly PagedStep[];
  /** Who said that they cannot take it: no later step rings them. */
  passedBy: readonly string[];
  /** Who acknowledged it last, resolved or withdrew it; null while it rings. */
  endedBy: string | null;
  endedAt: Date | null;
  /** Everybody's acknowledgements, in order. */
  acknowledgements?: readonly Acknowledgement[];
  /** How many have to acknowledge, as of the last acknowledgement; absent: one. */
  needed?: number;
  /** Whether the customer is answered is watched after an acknowledgement, until somebody answers or the page ends. */
  watch?: Watch | null;
  /** How often whoever acknowledged was reminded, in order. */
  reminders?: readonly PageReminder[];
  /** Since when it rings again because the customer was not answered; null where it does not. */
  resumedAt?: Date | null;
  /** Who is to be paged next because somebody handed it to them. */
  handing?: { person: string; by: string } | null;
}

/** That somebody has it; `hasLapsed` once it was handed on, or the ladder went on without an answer. */
export interface Acknowledgement {
  person: string;
  at: Date;
  hasLapsed: boolean;
}

/** The wait for an answer to the customer. */
export interface Watch {
  /** The acknowledgement, or the last reminder of it. */
  sinceAt: Date;
  isReminded: boolean;
  snoozed: { remindAt: Date; by: string } | null;
}

/** One reminder: who was told that the customer has no answer yet, and whom it did not reach. */
export interface PageReminder {
  at: Date;
  people: readonly string[];
  missed: readonly string[];
  /** Whom it did not ring, since their notifications are paused; absent: none. */
  silent?: readonly string[];
}

/** One of those whom a step calls. */
export interface Callee {
  step: number;
  round: number;
  /** Its place in a rung that calls several; absent for the first. */
  place?: number;
  /** "primary", "secondary", "person", "channel", "group" or "way". */
  role: string;
  person: string | null;
  /** Of a role: the rotation, where it is not the ladder's own. */
  rotation?: string;
  group?: string;
  way?: string;
  here: boolean;
}

/** That a message rings nobody before then: notifications are paused there. Null: nobody knows until when. */
export interface Unrung {
  ringsAgainAt: Date | null;
}

/** One of those whom a step called: when, or why it was not reached. */
export interface PagedStep extends Callee {
  at: Date;
  missed: string | null;
  /** As in Unrung. Absent: it rang. */
  ringsAgainAt?: Unrung["ringsAgainAt"];
  /** Who handed it to this person; absent for steps of the ladder. */
  by?: string;
  /** Somebody had the page after it, so what was not sent by then is sent no more, though the page may ring again. */
  isOver?: true;
}

/** The "round" of those to whom a page was handed: beside the ladder, so that it goes on where it was. */
export const HANDED_ROUND = -1;

/** How long somebody to whom a page was handed has, where no step of the ladder says. */
const HANDED_WAIT_MS = 5 * 60_000;

/** One of those whom a step calls, as it was taken. */
export interface StepTaken extends Callee {
  /** When to take the next step. */
  nextAt: Date;
}

/** The next step of a ladder, taken: those whom it calls, each reached or with the reason why not. */
export type NextStep = readonly (StepTaken & { missed: Miss | null })[];

/** Why somebody is not called, as far as the desk knows. */
export type Miss =
  "nobody" | "on leave" | "not cleared" | "left" | "no address" | "passed on" | "acknowledged";

/** Who can be called for a page. */
export interface Crew {
  rotations: readonly Rotation[];
  /** Leave and overrides; absent where there are none. */
  changes?: Changes;
  /** Whether somebody may be called for the ticket in question, by their clearance; absent where everybody may. */
  isFit?: (person: string) => boolean;
  /** Why the desk cannot reach a person, or a way out, at any time; null where it can. Absent where it always can. */
  unreachable?: (whom: { person: string } | { way: string }) => "left" | "no address" | null;
}

/**
 * Resolves the step that comes after those already told, by who is on call at `now`; null where all the ladder's rounds are
 * over. The ladder may have become longer or shorter meanwhile: no step is told twice, and its rounds bound it all the same.
 */
export function nextStep(
  ladder: Ladder,
  crew: Crew,
  page: {
    told: readonly { step: number; round: number }[];
    passedBy?: readonly string[];
    acknowledgements?: readonly Acknowledgement[];
  },
  now: Date,
): NextStep | null {
  const count = ladder.steps.length;
  const told = page.told.filter(({ round }) => round !== HANDED_ROUND);
  const taken = new Set(
    told.filter(({ step }) => step < count).map(({ step, round }) => round * count + step),
  );
  let nr = new Set(told.map(({ step, round }) => `${round}.${step}`)).size;
  while (taken.has(nr)) nr += 1;
  const step = nr % count;
  const round = Math.floor(nr / count);
  const rung = ladder.steps[step];
  if (rung === undefined || round >= ladder.rounds) return null;
  const called = reachesOf(rung).map((reach, place) => {
    const { callee, missed } = resolved(reach, ladder, crew, now);
    return {
      ...{ step, round, ...callee },
      ...(place === 0 ? {} : { place }),
      here: reach.role === "channel" && rung.here,
      missed: missed ?? notAgain(callee.person, page),
    };
  });
  // Who holds two of its roles, or is named beside one, is called once.
  const each = called.filter(
    ({ person }, place) => person === null || called.findIndex((one) => one.person === person) === place,
  );
  const isReached = each.some(({ missed }) => missed === null);
  const nextAt = new Date(now.getTime() + (isReached ? rung.waitMs : 0));
  return each.map((one) => ({ ...one, nextAt }));
}

/** The ladder by which a page goes: the first of some that is for it; null where none is. */
export function ladderFor(ladders: readonly Ladder[], page: PageAt): Ladder | null {
  return ladders.find((ladder) => isFor(ladder, page)) ?? null;
}

/** The next instant after `at` at which a ladder's hours begin or end; null where they never do. */
export function hoursChangeAt({ for: scope }: Ladder, at: Date): Date | null {
  if (scope?.hours === undefined) return null;
  const calendar = weeklyCalendar(scope.hours.weekly, scope.hours.timezone);
  if (calendar.neverOpens) return null;
  return isOpen(calendar, at) ? closingAfter(calendar, at) : nextOpening(calendar, at);
}

/** When the step after one that rang nobody is due: at once where its whole rung, the last one taken, rang nobody. */
export function nextAfterSilence(
  { told, nextAt }: Pick<Paging, "told" | "nextAt">,
  silent: Callee,
  now: Date,
): Date {
  const isSame = ({ step, round }: Callee) => step === silent.step && round === silent.round;
  const others = told.filter((one) => isSame(one) && placeIn(one) !== placeIn(silent) && didRing(one));
  const last = told.at(-1);
  const isLast = last !== undefined && isSame(last);
  return isLast && others.length === 0 ? now : (nextAt ?? now);
}

/** Whether one of those whom a step called was reached, and rung. */
function didRing({ missed, ringsAgainAt }: PagedStep): boolean {
  return missed === null && ringsAgainAt === undefined;
}

/** Why somebody is not called, as it is said behind their name. */
export function missWords(missed: Miss, callee: Pick<Callee, "role" | "rotation">): string {
  switch (missed) {
    case "nobody":
      return `nobody is ${dutyWords(callee)}`;
    case "on leave":
      return "is on leave";
    case "not cleared":
      return "is not cleared for this ticket";
    case "left":
      return "is not in the desk file any more";
    case "no address":
      return "has no address in the desk file";
    case "passed on":
      return "has passed it on";
    case "acknowledged":
      return "has acknowledged it";
    default:
      return missed satisfies never;
  }
}

/** "primary", or "primary of night-desk" where the rotation is not the ladder's own. */
export function dutyWords({ role, rotation }: Pick<Callee, "role" | "rotation">): string {
  return rotation === undefined ? role : `${role} of ${rotation}`;
}

/** Whether two name the same one of those whom a page called. */
export function isSameCallee(one: Callee, other: Callee): boolean {
  return one.step === other.step && one.round === other.round && placeIn(one) === placeIn(other);
}

/** Who was called, and nothing else of what is known of it. */
export function calleeOf({ step, round, place, role, person, rotation, group, way, here }: Callee): Callee {
  return {
    ...{ step, round, role, person, here },
    ...(place === undefined ? {} : { place }),
    ...(rotation === undefined ? {} : { rotation }),
    ...(group === undefined ? {} : { group }),
    ...(way === undefined ? {} : { way }),
  };
}

/** Each of those whom a rung calls. */
export function reachesOf({ reach }: { reach: string | readonly string[] }): Reach[] {
  return [reach].flat().map(readReach);
}

/** Reads whom a rung calls. What is no other is a person's id. */
export function readReach(written: string): Reach {
  const [, role, rotation] = /^(primary|secondary)(?: of (\S+))?$/.exec(written) ?? [];
  if (role === "primary" || role === "secondary") return { role, rotation: rotation ?? null };
  if (written === "channel") return { role: "channel" };
  const [, kind, name = ""] = /^(group|way) (\S+)$/.exec(written) ?? [];
  if (kind === "group") return { role: "group", group: name };
  return kind === "way" ? { role: "way", way: name } : { role: "person", person: written };
}

/** Whoever a page was handed to, as a step; the ladder goes on behind them after the wait of its own last step. */
export function handedStep(
  paging: Paging,
  person: string,
  ladder: Ladder | null,
  crew: Crew,
  now: Date,
): NextStep {
  const last = paging.told.findLast(({ round }) => round !== HANDED_ROUND);
  const waitMs = ladder?.steps[last?.step ?? -1]?.waitMs ?? HANDED_WAIT_MS;
  const step = paging.told.filter(({ round }) => round === HANDED_ROUND).length;
  const missed = whyNot(person, crew, now);
  const nextAt = new Date(now.getTime() + (missed === null ? waitMs : 0));
  return [{ step, round: HANDED_ROUND, role: "handed", person, here: false, missed, nextAt }];
}

/** Who has a page now: everybody whose acknowledgement holds, in order. */
export function holdersOf({ acknowledgements = [] }: Paging): Acknowledgement[] {
  return acknowledgements.filter(({ hasLapsed }) => !hasLapsed);
}

/** Whether somebody is still wanted for a page: it rings, or its ladder ended without anybody. */
export function isAwaited(paging: Paging | null): paging is Paging & { state: "ringing" | "unanswered" } {
  return paging?.state === "ringing" || paging?.state === "unanswered";
}

/** Whether an acknowledged page still waits for an answer to the customer. */
export function isWatched(paging: Paging | null): paging is Paging & { watch: Watch } {
  return paging?.state === "acknowledged" && paging.watch !== undefined && paging.watch !== null;
}

/** True for "primary" and "secondary". */
export function isRole(role: string): role is Role {
  return role === "primary" || role === "secondary";
}

function isFor({ for: scope = {} }: Ladder, { policy, level, at }: PageAt): boolean {
  const { policies, levels, hours } = scope;
  return (
    policies?.includes(policy) !== false &&
    levels?.includes(level) !== false &&
    (hours === undefined || isOpen(weeklyCalendar(hours.weekly, hours.timezone), at))
  );
}

/** Whom a part of a rung means at an instant, and why it is not called; null where it is. */
function resolved(
  reach: Reach,
  ladder: Ladder,
  crew: Crew,
  now: Date,
): { callee: Omit<Callee, "step" | "round" | "here">; missed: Miss | null } {
  switch (reach.role) {
    case "primary":
    case "secondary": {
      const { role, rotation: other } = reach;
      const rotation = crew.rotations.find(({ id }) => id === (other ?? ladder.rotation)) ?? null;
      const person = onCall({ ...crew, rotation }, role, now);
      const callee = { role, person, ...(other === null ? {} : { rotation: other }) };
      return { callee, missed: person === null ? "nobody" : (crew.unreachable?.({ person }) ?? null) };
    }
    case "person":
      return { callee: reach, missed: whyNot(reach.person, crew, now) };
    case "channel":
      return { callee: { role: "channel", person: null }, missed: null };
    case "group":
      return { callee: { ...reach, person: null }, missed: null };
    case "way":
      return { callee: { ...reach, person: null }, missed: crew.unreachable?.({ way: reach.way }) ?? null };
    default:
      return reach satisfies never;
  }
}

/** Why a page that somebody passed on, or has already, does not ring them; null where it does. */
function notAgain(
  person: string | null,
  { passedBy = [], acknowledgements = [] }: Partial<Pick<Paging, "passedBy" | "acknowledgements">>,
): Miss | null {
  if (person === null) return null;
  if (passedBy.includes(person)) return "passed on";
  return acknowledgements.some((one) => one.person === person && !one.hasLapsed) ? "acknowledged" : null;
}

/** Why somebody who is named is not called; null where they are. */
export function whyNot(
  person: string,
  { changes = UNCHANGED, isFit, unreachable }: Crew,
  now: Date,
): Miss | null {
  if (isAway(changes.leave, person, now)) return "on leave";
  if (isFit?.(person) === false) return "not cleared";
  return unreachable?.({ person }) ?? null;
}

function placeIn({ place = 0 }: Callee): number {
  return place;
}
