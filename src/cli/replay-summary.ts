// What a replay comes to: its tickets, and what differs in figures.
import {
  hasFlipped,
  hasMoved,
  type TargetComparison,
  type TellingKind,
  type Verdict,
} from "../core/comparison.ts";
import type { ReplayedTicket, ReplayOutcome, ReplayPage } from "../desk/replay.ts";

/** All tickets that were asked for, replayed. */
export interface Replay {
  /** The files that they were replayed under; null where all is as recorded. */
  under: { policy: string | null; desk: string | null };
  from: Date | null;
  to: Date | null;
  tickets: readonly ReplayedTicket[];
  leftOut: ReplayPage["leftOut"];
}

/** One promise, or one telling, with the ticket that it is of. */
export type Of<T> = T & { ticket: ReplayedTicket };

/** A replay in figures. */
export interface Summary {
  replayed: number;
  incomparable: number;
  /** Tickets of which anything differs: a deadline, a verdict, a reminder, a page. */
  changed: number;
  verdicts: Record<Verdict, { recorded: number; replayed: number }>;
  flips: { metToBreached: number; breachedToMet: number };
  deadlines: { later: number; earlier: number; onOneSide: number };
  told: Record<
    TellingKind,
    { recorded: number; replayed: number; more: number; fewer: number; moved: number }
  >;
}

/** Counts what a replay changes. */
export function summaryOf(replay: Replay): Summary {
  const done = replayedOf(replay);
  const targets = targetsOf(done);
  const flips = targets.filter(hasFlipped);
  const moved = targets.filter(hasMoved);
  const later = moved.filter((target) => (laterByMs(target) ?? 0) > 0).length;
  const earlier = moved.filter((target) => (laterByMs(target) ?? 0) < 0).length;
  const verdict = (is: Verdict) => ({
    recorded: targets.filter(({ recorded }) => recorded?.verdict === is).length,
    replayed: targets.filter(({ replayed }) => replayed?.verdict === is).length,
  });
  return {
    replayed: done.length,
    incomparable: replay.tickets.length - done.length,
    changed: done.filter(isChanged).length,
    verdicts: {
      met: verdict("met"),
      breached: verdict("breached"),
      withdrawn: verdict("withdrawn"),
      running: verdict("running"),
    },
    flips: {
      metToBreached: flips.filter(({ recorded }) => recorded?.verdict === "met").length,
      breachedToMet: flips.filter(({ recorded }) => recorded?.verdict === "breached").length,
    },
    deadlines: { later, earlier, onOneSide: moved.length - later - earlier },
    told: {
      reminder: toldOf(done, "reminder"),
      alert: toldOf(done, "alert"),
      page: toldOf(done, "page"),
      "silent page": toldOf(done, "silent page"),
      "missed page": toldOf(done, "missed page"),
      "unanswered page": toldOf(done, "unanswered page"),
    },
  };
}

/** A ticket that could be replayed. */
export type Done = ReplayedTicket & { outcome: Extract<ReplayOutcome, { is: "replayed" }> };

/** The tickets that could be. */
export function replayedOf({ tickets }: Replay): Done[] {
  return tickets.flatMap((ticket) =>
    ticket.outcome.is === "replayed" ? [{ ...ticket, outcome: ticket.outcome }] : [],
  );
}

/** Each promise of some tickets. */
export function targetsOf(done: readonly Done[]): Of<TargetComparison>[] {
  return done.flatMap((ticket) => ticket.outcome.targets.map((target) => ({ ...target, ticket })));
}

/** By how much the replayed deadline is later than the recorded one; null where one of them is none. */
export function laterByMs({ recorded, replayed }: TargetComparison): number | null {
  const [before, after] = [recorded?.deadlineAt ?? null, replayed?.deadlineAt ?? null];
  return before === null || after === null ? null : after.getTime() - before.getTime();
}

function toldOf(done: readonly Done[], what: TellingKind) {
  const counts = done.flatMap(({ outcome }) => outcome.told.filter((told) => told.what === what));
  const changes = done.flatMap(({ outcome }) => outcome.changes.filter((change) => change.what === what));
  return {
    recorded: counts.reduce((sum, { recorded }) => sum + recorded, 0),
    replayed: counts.reduce((sum, { replayed }) => sum + replayed, 0),
    more: changes.filter(({ recordedAt }) => recordedAt === null).length,
    fewer: changes.filter(({ replayedAt }) => replayedAt === null).length,
    moved: changes.filter(({ recordedAt, replayedAt }) => recordedAt !== null && replayedAt !== null).length,
  };
}

/** Whether anything of a ticket would have gone differently. */
export function isChanged({ outcome: { changes, targets } }: Done): boolean {
  return changes.length > 0 || targets.some((target) => hasMoved(target) || hasFlipped(target));
}
