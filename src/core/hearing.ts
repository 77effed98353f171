// Whether somebody hears a page: what a platform tells of its people, beyond what the desk file knows.
import type { Directory } from "./directory.ts";
import type { Text } from "./message.ts";
import { reachesOf, type Unrung } from "./paging.ts";
import { peopleOf } from "./roster.ts";

/** What a platform tells of one of its people. */
export type Hearing =
  /**
   * Messages arrive there; those that come in `quiet` ring nobody: the span that lasts now, or else the next one. "now": they
   * ring nobody at present, and nobody tells until when. `withheld`: why the platform lets us not know, without a full stop.
   */
  | { is: "there"; quiet: Quiet | "now" | null; withheld?: string }
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

/** What becomes of a message that has just come, by what was just told; null where it rings, or nobody knows. */
export function unrungNow(hearing: Hearing, now: Date): Unrung | null {
  if (hearing.is === "there" && hearing.quiet === "now") return { ringsAgainAt: null };
  const at = ringsAgainAt(hearing, now);
  return at === null ? null : { ringsAgainAt: at };
}

/** Until when a message that comes at `at` rings nobody; null where it rings, or nobody can foresee it. */
export function ringsAgainAt(hearing: Hearing, at: Date): Date | null {
  const quiet = foreseen(hearing);
  return quiet !== null && quiet.from <= at && at < quiet.to ? quiet.to : null;
}

/** The quiet time of which its end is told too; null where none is. */
export function foreseen(hearing: Hearing): Quiet | null {
  return hearing.is === "there" && hearing.quiet !== "now" ? hearing.quiet : null;
}

/** The quiet time that reaches into a span, cut to it; null where none is known. */
export function quietIn(hearing: Hearing, from: Date, to: Date): Quiet | null {
  const quiet = foreseen(hearing);
  if (quiet === null) return null;
  const shared = { from: quiet.from > from ? quiet.from : from, to: quiet.to < to ? quiet.to : to };
  return shared.from < shared.to ? shared : null;
}

/** That a platform lets Belfry not know whose notifications are paused, told once in the on-call channel. */
export function withheldText(why: string): Text {
  return [
    `Belfry may not ask whose notifications are paused (${why}). Until it may, a page that rings nobody waits as long as its step says.`,
  ];
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
