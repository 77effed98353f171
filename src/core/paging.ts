// The escalation ladder: who is told next, when, and how it ends.
//
//   began --step 0--> ringing --wait--> step 1 ... last step --wait--> round again ... --wait--> unanswered
//                        |                                                  (up to `rounds`)
//                        +-- first acknowledgement --> acknowledged
//                        +-- closed, or lowered below paging --> withdrawn
//
// A step whose role is empty, or whose person is away or cannot be reached, waits for nothing.
import { isAway, onCall, UNCHANGED, type Role, type Roster } from "./roster.ts";

/** One rung. `reach` is a role of the rotation, "channel", or a person's id. */
interface LadderStep {
  reach: string;
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
}

/** Why a page began. */
export type PageReason = "outside-hours" | "always" | "closing" | "raised" | "asked";

/** A ticket's page, from its first step to its end. */
export interface Paging {
  /** Which page of this ticket it is, from 1. */
  nr: number;
  beganAt: Date;
  why: PageReason;
  /** The words of whoever asked for it by hand. */
  reason: string | null;
  state: "ringing" | "acknowledged" | "withdrawn" | "unanswered";
  /** When the next step is due; null once it no longer rings. */
  nextAt: Date | null;
  /** Whom each step reached or missed, in order. */
  told: readonly PagedStep[];
  /** Who said that they cannot take it: no later step rings them. */
  passedBy: readonly string[];
  endedBy: string | null;
  endedAt: Date | null;
}

/** One step that was taken: whom it reached when, or why it reached nobody. */
export interface PagedStep {
  step: number;
  round: number;
  role: string;
  person: string | null;
  here: boolean;
  at: Date;
  missed: string | null;
}

/** One rung of the ladder, as it was taken. */
export interface StepTaken {
  step: number;
  round: number;
  /** "primary", "secondary", "channel" or "person". */
  role: string;
  person: string | null;
  here: boolean;
  /** When to take the next step. */
  nextAt: Date;
}

/** The next step of a ladder, or null where all its rounds are over. */
export type NextStep = { reached: StepTaken } | { missed: StepTaken; why: string } | null;

/**
 * Resolves the step that comes after those already told, by who is on call at `now`. The ladder may have become longer
 * or shorter meanwhile: none is told twice, and its rounds bound it all the same.
 */
export function nextStep(
  ladder: Ladder,
  roster: Roster,
  told: readonly { step: number; round: number }[],
  now: Date,
): NextStep {
  const isTold = (place: number) =>
    told.some(
      ({ step, round }) => round * ladder.steps.length + step === place && step < ladder.steps.length,
    );
  let place = told.length;
  while (isTold(place)) place += 1;
  const step = place % ladder.steps.length;
  const round = Math.floor(place / ladder.steps.length);
  const rung = ladder.steps[step];
  if (rung === undefined || round >= ladder.rounds) return null;
  const common = { step, round, here: rung.here, nextAt: new Date(now.getTime() + rung.waitMs) };
  if (rung.reach === "channel") return { reached: { ...common, role: "channel", person: null } };
  if (!isRole(rung.reach)) {
    const named = { ...common, role: "person", person: rung.reach };
    const why = whyNot(rung.reach, roster, now);
    return why === null ? { reached: named } : { missed: { ...named, nextAt: now }, why };
  }
  const person = onCall(roster, rung.reach, now);
  if (person !== null) return { reached: { ...common, role: rung.reach, person } };
  const missed = { ...common, role: rung.reach, person: null, nextAt: now };
  return { missed, why: `nobody is ${rung.reach}` };
}

/** True for "primary" and "secondary". */
export function isRole(reach: string): reach is Role {
  return reach === "primary" || reach === "secondary";
}

/** Why somebody whom the ladder names is not called; null where they are. */
function whyNot(person: string, { changes = UNCHANGED, isFit }: Roster, now: Date): string | null {
  if (isAway(changes.leave, person, now)) return "is on leave";
  return isFit?.(person) === false ? "is not cleared for this ticket" : null;
}
