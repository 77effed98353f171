// Looks ahead for times at which a page would not find whom its ladder asks for, and says who would be paged at an instant.
//
// What can be answered changes only at some instants: hand-overs, edges of hours, of leave and of overrides, and where the
// calendar that a policy pages by opens or closes. So the days to come are swept from one of them to the next, and each is
// judged by the very function that takes the steps of a live page, and by what the platforms told of those whom it calls: of
// paused notifications they tell the span that lasts, or the next one, and no later ones.
import { crewFor } from "./agenda.ts";
import { closingAfter, isOpen, nextOpening } from "./calendar.ts";
import { callingOf, CLEARANCE, type Calling, type Customer, type Directory } from "./directory.ts";
import { foreseen, ringsAgainAt, type KnownHearing } from "./hearing.ts";
import { NO_GROUP_IN_TEAMS } from "./message.ts";
import {
  calleeOf,
  hoursChangeAt,
  ladderFor,
  missWords,
  nextStep,
  reachesOf,
  type Callee,
  type Crew,
  type Ladder,
  type Miss,
  type NextStep,
} from "./paging.ts";
import { calendarOf, pagesAt, type Level, type Policy } from "./policy.ts";
import { dutyAt, UNCHANGED } from "./roster.ts";

/** Why a page does not reach whom its ladder asks for. */
export type GapKind =
  | "no ladder"
  | "nobody on call"
  | "no secondary"
  | "unreachable"
  | "unrung"
  | "do not disturb"
  | Exclude<Miss, "nobody" | "passed on" | "acknowledged">;

/** What a page would lack. */
interface Lack {
  kind: GapKind;
  /** Id of the ladder, or null where none is for the page. */
  ladder: string | null;
  /** The level of which no ladder is; null where there is one. */
  level: string | null;
  /** The rotation whose role nobody holds; null where it is no role. */
  rotation: string | null;
  /** Who, which group or which way out is not there or cannot be reached; null where it is a role that nobody holds. */
  person: string | null;
  /** What the platform says of somebody who is unreachable, or why a group rings nobody; else absent. */
  why?: string;
}

/** A time in which pages of a customer's tickets would not find somebody; `to` is excluded. */
export interface Gap extends Lack {
  customer: string;
  /** The clearance that tickets need to fall into the gap; null: any ticket. */
  clearance: string | null;
  from: Date;
  to: Date;
}

/** Who would be paged for a customer's ticket at an instant, if nobody acknowledged. */
export interface Calls {
  customer: string;
  /** Ids of the levels that page by this ladder at once then. */
  levels: readonly string[];
  ladder: string | null;
  clearance: string | null;
  /** One round of the ladder. */
  steps: readonly (Callee & { at: Date; missed: string | null; ringsAgainAt?: Date })[];
}

/** What the platforms told of people; of whoever is not in it nothing is known. */
export type Hearings = ReadonlyMap<string, KnownHearing>;

/** A desk, the policies that its customers' tickets are filed under, and what is known of who hears a page. */
export interface AnsweringDesk {
  directory: Directory;
  policies: readonly Policy[];
  /** Absent where no platform was asked. */
  hearings?: Hearings;
}

/** Every gap between two instants, by customer, in the order of their beginning. Times at which nothing pages are no gaps. */
export function gapsBetween(desk: AnsweringDesk, from: Date, to: Date): Gap[] {
  const heard = heardIn(desk);
  return paging(desk).flatMap((paged) =>
    clearancesOf(paged.policy).flatMap((clearance) => {
      const gaps: Gap[] = [];
      let still: Gap[] = [];
      for (let at = from; at < to;) {
        const until = nextChange(paged, heard.hearings, at);
        const end = until === null || until > to ? to : until;
        const lacking = lacksAt(paged, { clearance, heard, at });
        if (lacking !== null) {
          // A gap goes on over times at which nothing pages; it ends where a page would find its person again.
          still = lacking.map((lack) => {
            const known = still.find((gap) => isSame(gap, lack));
            if (known === undefined) {
              const gap = { customer: paged.customer.key, ...lack, clearance, from: at, to: end };
              gaps.push(gap);
              return gap;
            }
            known.to = end;
            return known;
          });
        }
        at = end;
      }
      return gaps;
    }),
  );
}

/** Who would be paged at an instant, for each customer whose policy can page, each ladder, and each clearance that its tickets may need. */
export function callsAt(desk: AnsweringDesk, at: Date): Calls[] {
  const heard = heardIn(desk);
  return paging(desk).flatMap(({ customer, policy, levels, calling }) =>
    clearancesOf(policy).flatMap((clearance) => {
      const byLadder = new Map<Ladder | null, Level[]>();
      for (const level of levels) {
        const ladder = ladderFor(calling.ladders, { policy: policy.id, level: level.id, at });
        byLadder.set(ladder, [...(byLadder.get(ladder) ?? []), level]);
      }
      return [...byLadder].map(([ladder, theirs]) => ({
        customer: customer.key,
        levels: theirs.filter((level) => pagesAt(policy, level, at, customer.timezone)).map(({ id }) => id),
        ladder: ladder?.id ?? null,
        clearance,
        steps: ladder === null ? [] : oneRound(ladder, { crew: crewOf(calling, clearance), heard, from: at }),
      }));
    }),
  );
}

interface PagingCustomer {
  customer: Customer;
  policy: Policy;
  /** Those that page. */
  levels: readonly Level[];
  calling: Calling;
}

function paging({ directory, policies }: AnsweringDesk): PagingCustomer[] {
  return directory.customers.flatMap((customer) => {
    const policy = policies.find(({ id }) => id === customer.policy);
    const levels = policy?.levels.filter(({ page }) => page !== undefined) ?? [];
    if (policy === undefined || levels.length === 0) return [];
    return [{ customer, policy, levels, calling: callingOf(customer, directory) }];
  });
}

/** The clearances that tickets of a policy may need; null for those that need none. */
function clearancesOf({ fields }: Policy): (string | null)[] {
  const field = fields.find(({ id }) => id === CLEARANCE);
  return [null, ...(field?.options.filter((option) => option !== "none") ?? [])];
}

function crewOf(calling: Calling, clearance: string | null): Crew {
  return crewFor({ attributes: clearance === null ? {} : { [CLEARANCE]: clearance } }, calling);
}

/** The next instant at which who is called, or whether anybody is, can change; null where none comes. */
function nextChange(
  { customer, policy, levels, calling }: PagingCustomer,
  hearings: Hearings,
  at: Date,
): Date | null {
  const { ladders, rotations, changes = UNCHANGED } = calling;
  const asked = new Set(ladders.flatMap(rotationsOf));
  const duties = rotations
    .filter(({ id }) => asked.has(id))
    .map((rotation) => dutyAt(rotation, changes, at).until);
  const leave = changes.leave.flatMap(({ from, to }) => [from, to]);
  const hours = levels.map(({ page }) => {
    if (page?.when !== "outside-hours") return null;
    const calendar = calendarOf(policy, page.calendar, customer.timezone);
    return isOpen(calendar, at) ? closingAfter(calendar, at) : nextOpening(calendar, at);
  });
  const ladderHours = ladders.map((ladder) => hoursChangeAt(ladder, at));
  const pauses = [...hearings.values()].flatMap((hearing) => {
    const quiet = foreseen(hearing);
    return quiet === null ? [] : [quiet.from, quiet.to];
  });
  return [...duties, ...leave, ...hours, ...ladderHours, ...pauses].reduce<Date | null>(
    (first, one) => (one !== null && one > at && (first === null || one < first) ? one : first),
    null,
  );
}

/** The rotations of which a ladder asks somebody. */
function rotationsOf({ rotation, steps }: Ladder): string[] {
  return steps
    .flatMap(reachesOf)
    .flatMap((reach) => ("rotation" in reach ? [reach.rotation ?? rotation] : []));
}

/** What pages that begin at an instant would lack, each once; null where none begins then. */
function lacksAt(
  { customer, policy, levels, calling }: PagingCustomer,
  { clearance, heard, at }: { clearance: string | null; heard: Heard; at: Date },
): Lack[] | null {
  const paged = levels.filter((level) => pagesAt(policy, level, at, customer.timezone));
  if (paged.length === 0) return null;
  const crew = crewOf(calling, clearance);
  const lacking = paged.flatMap(({ id: level }) => {
    const ladder = ladderFor(calling.ladders, { policy: policy.id, level, at });
    return ladder === null
      ? [{ ...NOTHING, kind: "no ladder" as const, level }]
      : lacksOf(ladder, { crew, heard, at });
  });
  return lacking.filter((one, nr) => lacking.findIndex((other) => isSame(one, other)) === nr);
}

const NOTHING: Omit<Lack, "kind"> = { ladder: null, level: null, rotation: null, person: null };

/** Whom the steps of a ladder ask for and do not find at an instant. */
function lacksOf(ladder: Ladder, { crew, heard, at }: { crew: Crew; heard: Heard; at: Date }): Lack[] {
  const found = ladder.steps
    .flatMap((_, step) => stepAt(ladder, crew, step, at))
    .flatMap((called): Lack[] => {
      const { role, rotation, person, group, way, missed } = called;
      const lack = { ...NOTHING, ladder: ladder.id, person: person ?? group ?? way ?? null };
      if (missed === null) return unheardBy(called, heard, at).map((unheard) => ({ ...lack, ...unheard }));
      if (missed === "passed on" || missed === "acknowledged") return [];
      if (missed !== "nobody") return [{ ...lack, kind: missed }];
      const kind = role === "primary" ? "nobody on call" : "no secondary";
      return [{ ...lack, kind, rotation: rotation ?? ladder.rotation }];
    });
  // Where nobody is primary nobody is secondary either: that is one gap.
  const isEmpty = (rotation: string | null) =>
    found.some((one) => one.kind === "nobody on call" && one.rotation === rotation);
  return found.filter(({ kind, rotation }) => !(kind === "no secondary" && isEmpty(rotation)));
}

/** What somebody, or a group, lacks who is called and does not hear it; empty where nothing speaks against it. */
function unheardBy(called: Called, heard: Heard, at: Date): Pick<Lack, "kind" | "why">[] {
  const silence = silenceOf(called, heard, at);
  if (silence === null) return [];
  if ("ringsAgainAt" in silence) return [{ kind: "do not disturb" }];
  return [{ kind: called.group === undefined ? "unreachable" : "unrung", ...silence }];
}

/** Who is called. */
type Called = Pick<Callee, "person" | "group">;

/** What is known of who hears a page. */
interface Heard {
  hearings: Hearings;
  /** Why the on-call channel rings no group; null where it does. */
  groupless: string | null;
}

function heardIn({ directory: { channels }, hearings = new Map() }: AnsweringDesk): Heard {
  return { hearings, groupless: channels.onCall.startsWith("teams:") ? NO_GROUP_IN_TEAMS : null };
}

/** Why somebody, or a group, does not hear a page, as far as is known; null where nothing speaks against it. */
function silenceOf(
  { person, group }: Called,
  { hearings, groupless }: Heard,
  at: Date,
): { why: string } | { ringsAgainAt: Date } | null {
  if (group !== undefined) return groupless === null ? null : { why: groupless };
  const hearing = person === null ? undefined : hearings.get(person);
  if (hearing === undefined) return null;
  if (hearing.is === "gone") return { why: hearing.why };
  const silentTo = ringsAgainAt(hearing, at);
  return silentTo === null ? null : { ringsAgainAt: silentTo };
}

function isSame(one: Lack, other: Lack): boolean {
  return (
    one.kind === other.kind &&
    one.ladder === other.ladder &&
    one.level === other.level &&
    one.rotation === other.rotation &&
    one.person === other.person
  );
}

/** Whom one step of a ladder would call if it were taken at an instant. */
function stepAt(ladder: Ladder, crew: Crew, step: number, at: Date): NextStep {
  const told = Array.from({ length: step }, (_, before) => ({ step: before, round: 0 }));
  return nextStep(ladder, crew, { told }, at) ?? [];
}

/** The first round of a page that begins at an instant and that nobody acknowledges. */
function oneRound(
  ladder: Ladder,
  { crew, heard, from }: { crew: Crew; heard: Heard; from: Date },
): Calls["steps"] {
  let at = from;
  return ladder.steps.flatMap((_, step) => {
    const takenAt = at;
    const called = stepAt(ladder, crew, step, at);
    const steps = called.map((one) => ({
      ...calleeOf(one),
      at: takenAt,
      ...heardAs(one, heard, takenAt),
    }));
    const isHeard = steps.some(
      ({ missed, ringsAgainAt: silentTo }) => missed === null && silentTo === undefined,
    );
    at = isHeard ? (called[0]?.nextAt ?? at) : at;
    return steps;
  });
}

/** Whether somebody is called, and rung. */
function heardAs(
  one: NextStep[number],
  heard: Heard,
  at: Date,
): { missed: string | null; ringsAgainAt?: Date } {
  const { missed } = one;
  if (missed !== null) return { missed: missWords(missed, one) };
  const silence = silenceOf(one, heard, at);
  if (silence === null) return { missed };
  return "why" in silence ? { missed: `cannot be reached: ${silence.why}` } : { missed, ...silence };
}
