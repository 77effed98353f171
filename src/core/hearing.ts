// Whether somebody hears a page: what a platform tells of its people, beyond what the desk file knows.
import type { Directory } from "./directory.ts";
import { reachesOf } from "./paging.ts";
import { peopleOf } from "./roster.ts";

/** What a platform tells of one of its people. */
export type Hearing =
  /** Messages arrive there; those that come in `quiet` ring nobody. `quiet` is the span that lasts now, or else the next one. */
  | { is: "there"; quiet: Quiet | null }
  /** Messages do not arrive there: the account is switched off, or takes none from us. `why` has no full stop. */
  | { is: "gone"; why: string }
  /** The platform tells nobody. */
  | { is: "untold" };

/** A time in which notifications are paused; `to` is excluded. */
export interface Quiet {
  from: Date;
  to: Date;
}

/** What was told, and when it was asked for. */
export type KnownHearing = Hearing & { askedAt: Date };

/** Until when a message that comes at `at` rings nobody; null where it rings, or nobody knows. */
export function ringsAgainAt(hearing: Hearing, at: Date): Date | null {
  if (hearing.is !== "there" || hearing.quiet === null) return null;
  const { from, to } = hearing.quiet;
  return from <= at && at < to ? to : null;
}

/** The quiet time that reaches into a span, cut to it; null where none is known. */
export function quietIn(hearing: Hearing, from: Date, to: Date): Quiet | null {
  if (hearing.is !== "there" || hearing.quiet === null) return null;
  const { quiet } = hearing;
  const shared = { from: quiet.from > from ? quiet.from : from, to: quiet.to < to ? quiet.to : to };
  return shared.from < shared.to ? shared : null;
}

/** Everybody whom a ladder of the desk may call: those of its rotations, who stand in there, and those whom it names. */
export function callable({ rotations, ladders, overrides = [], people }: Directory): string[] {
  const named = ladders
    .flatMap(({ steps }) => steps.flatMap(reachesOf))
    .flatMap((reach) => (reach.role === "person" ? [reach.person] : []));
  const standIns = overrides.map(({ person }) => person);
  const called = new Set([...rotations.flatMap(peopleOf), ...standIns, ...named]);
  return people.flatMap(({ id }) => (called.has(id) ? [id] : []));
}
