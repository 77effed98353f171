// The promises of one ticket: what starts, meets, pauses, changes and ends them, by the contract's rules.
// Each is a value; every rule below takes the promises as they stand and gives them as they stand afterwards.
import { countedMs, deadline, durationMs, type Pause } from "./clock.ts";
import {
  calendarOf,
  levelOf,
  targetsFor,
  type Policy,
  type Status,
  type Target,
  type TargetKind,
} from "./policy.ts";

/** A length counted from an instant; its deadline never lies before `notBefore` (a change that came too late for it). */
export interface Basis {
  fromAt: Date;
  within: string;
  calendar: string;
  notBefore: Date | null;
  /** The level that promises it, and the clause of the policy. */
  level: string;
  clause: string | null;
}

/** One promise of a ticket, as it stands. */
export interface TargetState {
  kind: TargetKind;
  /** All that bind it: the earliest of their deadlines is the deadline. After a raise the old and the new one bind; the last is the newest. */
  bases: readonly Basis[];
  goal: string | null;
  /** The channel promised for it, e.g. "phone". */
  via: string | null;
  /** Null while it is paused. */
  deadlineAt: Date | null;
  /** Marks before this instant are not told: the start, or the last change of level. */
  marksSinceAt: Date;
  /** Ids of the marks that were told or folded. */
  told: readonly string[];
  metAt: Date | null;
  metBy: MetBy | null;
  /** The deadline that passed unmet, once it was told or a change of level came after it. */
  breachedAt: Date | null;
  withdrawn: { at: Date; why: string; by: "closing" | "change" } | null;
}

/** How a target was met. */
export type MetBy = "message" | "call" | "work" | "function" | "closing";

/** What the promises of a ticket are counted by. */
export interface Terms {
  policy: Policy;
  /** The customer's zone. */
  zone: string;
  level: string;
  attributes: Readonly<Record<string, string>>;
  receivedAt: Date;
  /** Each status with the instant from which it held, in order. */
  statuses: readonly { status: Status; fromAt: Date }[];
}

/** The promises that a ticket starts with. `next-response` starts later, see `customerWaits`. */
export function firstTargets(terms: Terms): TargetState[] {
  return targetsFor(terms.policy, terms.level, terms.attributes)
    .filter((target) => target.kind !== "next-response")
    .map((target) => begin(target, terms, terms.receivedAt, null));
}

/** Still to be met. */
export function isOpenTarget(target: TargetState): boolean {
  return target.metAt === null && target.withdrawn === null;
}

/** The earliest deadline that still runs, or null. */
export function nextDueAt({ targets }: { targets: readonly TargetState[] }): Date | null {
  return targets.reduce<Date | null>((first, target) => {
    const at = isOpenTarget(target) ? target.deadlineAt : null;
    return at !== null && (first === null || at < first) ? at : first;
  }, null);
}

/** Computes the deadlines anew: to be called when the ticket's status changed. */
export function recount(targets: readonly TargetState[], terms: Terms): TargetState[] {
  return targets.map((target) =>
    isOpenTarget(target) ? { ...target, deadlineAt: deadlineOf(target, terms) } : target,
  );
}

/** Meets the open targets of some kinds. A result recorded late counts from when it happened. */
export function meet(
  targets: readonly TargetState[],
  kinds: readonly TargetKind[],
  at: Date,
  by: MetBy,
): TargetState[] {
  return targets.map((target) => {
    if (!isOpenTarget(target) || !kinds.includes(target.kind)) return target;
    const startedAt = target.bases[0]?.fromAt;
    if (startedAt !== undefined && at < startedAt) return target; // a call of yesterday answers no message of today
    const wasInTime = target.breachedAt !== null && at <= target.breachedAt;
    return { ...target, metAt: at, metBy: by, breachedAt: wasInTime ? null : target.breachedAt };
  });
}

/** Ends an open target without its being met. */
export function withdraw(
  targets: readonly TargetState[],
  kind: TargetKind,
  at: Date,
  why: string,
): TargetState[] {
  return targets.map((target) =>
    isOpenTarget(target) && target.kind === kind
      ? { ...noteBreach(target, at), withdrawn: { at, why, by: "closing" as const } }
      : target,
  );
}

/** Takes up again what was withdrawn at closing, with the counted time that was left. What was met stays met. */
export function resumeAfterReopening(targets: readonly TargetState[], terms: Terms): TargetState[] {
  const open = targets.map((target) =>
    target.withdrawn?.by === "closing" ? { ...target, withdrawn: null } : target,
  );
  return recount(open, terms);
}

/** The customer wrote after an answer: `next-response` starts, unless one is running or the level has none. */
export function customerWaits(targets: readonly TargetState[], terms: Terms, at: Date): TargetState[] {
  const running = targets.some((target) => target.kind === "next-response" && isOpenTarget(target));
  const promised = targetsFor(terms.policy, terms.level, terms.attributes).find(
    (target) => target.kind === "next-response",
  );
  if (running || promised === undefined) return [...targets];
  return [...targets, begin(promised, terms, at, null)];
}

/** Whether `to` is more severe than `from`. */
export function isRaise(policy: Policy, from: string, to: string): boolean {
  return rank(policy, to) < rank(policy, from);
}

/**
 * Another level, or another value of a field, at `at`; `terms` are the new ones.
 * Raised: each kind counts from `at`, and the earlier of that and the old deadline binds.
 * Lowered, or a field changed: each kind counts from filing, and a result before `at` becomes `at`.
 * A kind that the new terms lack is withdrawn. `next-response` keeps its own start.
 */
export function changeTerms(
  targets: readonly TargetState[],
  terms: Terms,
  change: { at: Date; isRaise: boolean },
): TargetState[] {
  const { at } = change;
  const promised = targetsFor(terms.policy, terms.level, terms.attributes);
  const kept = targets.map((old): TargetState => {
    if (!isOpenTarget(old)) return old;
    const target = promised.find(({ kind }) => kind === old.kind);
    if (target === undefined) {
      const why = `${levelOf(terms.policy, terms.level).name} promises none`;
      return { ...noteBreach(old, at), withdrawn: { at, why, by: "change" } };
    }
    const ownStart = old.kind === "next-response" ? old.bases[0]?.fromAt : undefined;
    const fresh = change.isRaise
      ? begin(target, terms, ownStart ?? at, null)
      : begin(target, terms, ownStart ?? terms.receivedAt, at);
    const bases = change.isRaise ? [...old.bases, ...fresh.bases] : fresh.bases;
    const changed: TargetState = {
      ...fresh,
      bases,
      marksSinceAt: at,
      told: old.told,
      breachedAt: noteBreach(old, at).breachedAt,
    };
    return { ...changed, deadlineAt: deadlineOf(changed, terms) };
  });
  const added = promised
    .filter((target) => target.kind !== "next-response")
    .filter((target) => !kept.some((old) => old.kind === target.kind && old.withdrawn?.by !== "change"))
    .map((target) => ({
      ...(change.isRaise ? begin(target, terms, at, null) : begin(target, terms, terms.receivedAt, at)),
      marksSinceAt: at,
    }));
  return [...kept, ...added];
}

/** When each length that binds a target ends: by counting alone, and as a deadline. Null while a pause has no end. */
export function endsOf(
  { kind, bases }: Pick<TargetState, "kind" | "bases">,
  terms: Pick<Terms, "policy" | "zone" | "statuses">,
): { basis: Basis; countedAt: Date | null; at: Date | null }[] {
  const pauses = pausesOf(kind, terms);
  return bases.map((basis) => {
    const calendar = calendarOf(terms.policy, basis.calendar, terms.zone);
    const countedAt = deadline(calendar, basis.fromAt, durationMs(basis.within, calendar), pauses);
    const isBefore = countedAt !== null && basis.notBefore !== null && countedAt < basis.notBefore;
    return { basis, countedAt, at: isBefore ? basis.notBefore : countedAt };
  });
}

/** The stretches in which a kind of target does not count: statuses that the policy names for it, and every closed time. */
export function pausesOf(kind: TargetKind, terms: Pick<Terms, "policy" | "statuses">): Pause[] {
  const pausing: readonly Status[] = [...(terms.policy.pause[kind] ?? []), "closed"];
  return terms.statuses.flatMap(({ status, fromAt }, index) =>
    pausing.includes(status) ? [{ from: fromAt, to: terms.statuses[index + 1]?.fromAt ?? null }] : [],
  );
}

/** An instant worth telling: a share of the time used, so much left, the goal, the limit itself, or so much overdue. */
export interface Mark {
  /** "50%", "30m left", "goal", "100%", "overdue 2": unique in its target. */
  id: string;
  at: Date;
  kind: "early" | "goal" | "limit" | "overdue";
}

/**
 * The marks of an open target that are not told yet, in order: all up to its limit, and of those that repeat while it
 * is overdue every one until `now` and the next. None while it is paused.
 */
export function marksOf(target: TargetState, terms: Terms, now: Date): Mark[] {
  const basis = target.bases.at(-1);
  if (!isOpenTarget(target) || target.deadlineAt === null || basis === undefined) return [];
  const limitAt = target.deadlineAt;
  const calendar = calendarOf(terms.policy, basis.calendar, terms.zone);
  const pauses = pausesOf(target.kind, terms);
  // A ticket that was raised after its limit has no time left in which a mark could fall.
  const totalMs = Math.max(0, countedMs(calendar, basis.fromAt, limitAt, pauses));
  const afterStart = (ms: number) => deadline(calendar, basis.fromAt, ms, pauses);
  const marks: Mark[] = [{ id: "100%", at: limitAt, kind: "limit" }];
  const add = (id: string, at: Date | null, kind: Mark["kind"]) => {
    if (at !== null) marks.push({ id, at, kind });
  };
  if (target.goal !== null) add("goal", afterStart(durationMs(target.goal, calendar)), "goal");
  for (const mark of terms.policy.remind) {
    if (mark.kind === "percent" && mark.percent < 100) {
      add(`${mark.percent}%`, afterStart(Math.round((totalMs * mark.percent) / 100)), "early");
    } else if (mark.kind === "left") {
      const untilMark = totalMs - durationMs(mark.text, calendar);
      if (untilMark > 0) add(`${mark.text} left`, afterStart(untilMark), "early");
    } else if (mark.kind === "overdue") {
      const everyMs = durationMs(mark.text, calendar);
      const passed = now > limitAt ? Math.floor(countedMs(calendar, limitAt, now, pauses) / everyMs) : 0;
      // Numbers told before a change moved the limit are not told again: the next one is the first that was not.
      let next = passed + 1;
      while (target.told.includes(`overdue ${next}`)) next += 1;
      for (let nr = Math.max(1, passed); nr <= next; nr++) {
        add(`overdue ${nr}`, deadline(calendar, limitAt, nr * everyMs, pauses), "overdue");
      }
    }
  }
  return marks
    .filter(({ id, at }) => !target.told.includes(id) && at >= target.marksSinceAt)
    .filter(({ at, kind }) => kind === "limit" || kind === "overdue" || at < limitAt)
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}

function begin(target: Target, terms: Terms, fromAt: Date, notBefore: Date | null): TargetState {
  const state: TargetState = {
    kind: target.kind,
    bases: [
      {
        fromAt,
        within: target.within,
        calendar: target.calendar,
        notBefore,
        level: terms.level,
        clause: target.clause ?? null,
      },
    ],
    goal: target.goal ?? null,
    via: target.via ?? null,
    deadlineAt: null,
    marksSinceAt: fromAt,
    told: [],
    metAt: null,
    metBy: null,
    breachedAt: null,
    withdrawn: null,
  };
  return { ...state, deadlineAt: deadlineOf(state, terms) };
}

function deadlineOf(target: TargetState, terms: Terms): Date | null {
  return endsOf(target, terms).reduce<Date | null>(
    (first, { at }) => (first === null || (at !== null && at < first) ? at : first),
    null,
  );
}

/** What was breached before a change stays breached in the record. */
function noteBreach(target: TargetState, at: Date): TargetState {
  const hasPassed = target.deadlineAt !== null && target.deadlineAt < at;
  return { ...target, breachedAt: target.breachedAt ?? (hasPassed ? target.deadlineAt : null) };
}

function rank(policy: Policy, level: string): number {
  return policy.levels.findIndex(({ id }) => id === level);
}
