// What the outbox does about a call that did not go through, the same for every platform.
import type { Outcome } from "../desk/ports.ts";

/** Why a call did not go through, where that may pass: refused for now, not reached, or of unknown fate. */
export type Passing =
  { is: "limited"; waitMs: number; why: string } | { is: "down"; why: string } | { is: "lost"; why: string };

type Unsent = Extract<Outcome, { is: "retry" | "unknown" }>;

/** Where a platform takes nothing from us any more: all of it is kept, and it is asked again each minute. */
export function shutOut(why: string, now: Date): Unsent {
  const at = new Date(now.getTime() + TRY_THE_DOOR_MS);
  return { is: "retry", at, why, lane: false, shutOut: true };
}

const TRY_THE_DOOR_MS = 60_000;

/** When to try again, and whether to look first. `lost` says what to do where the call may have been carried out. */
export function unsent(failure: Passing, lost: "retry" | "unknown", now: Date): Unsent {
  const { why } = failure;
  switch (failure.is) {
    case "limited":
      return { is: "retry", at: new Date(now.getTime() + failure.waitMs), why, lane: true };
    case "down":
      return { is: "retry", at: now, why, lane: false };
    case "lost":
      return lost === "unknown"
        ? { is: "unknown", at: now, why }
        : { is: "retry", at: now, why, lane: false };
    default:
      return failure satisfies never;
  }
}
