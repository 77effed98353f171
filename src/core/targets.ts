// The promises of one ticket: what starts, meets, pauses, changes and ends them, by the contract's rules.
import type { TargetKind } from "./policy.ts";

/** A length counted from an instant. */
export interface Basis {
  fromAt: Date;
  within: string;
  calendar: string;
}

/** One promise of a ticket, as it stands. */
export interface TargetState {
  kind: TargetKind;
  level: string;
  /** All that bind it: the earliest of their deadlines is the deadline. After a raise the old and the new one bind. */
  bases: readonly Basis[];
  /** After a lowering or a change of a field: no deadline lies before it. */
  notBefore: Date | null;
  goal: string | null;
  via: string | null;
  clause: string | null;
  /** Null while it is paused. */
  deadlineAt: Date | null;
  metAt: Date | null;
  /** How it was met: "message", "call", "work", "function", "closing". */
  metBy: string | null;
  withdrawnAt: Date | null;
  withdrawnWhy: string | null;
  /** Ids of the marks that were told or folded. */
  told: readonly string[];
}
