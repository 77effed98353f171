// The escalation ladder: who is told next, when, and how it ends.

/** One rung. `reach` is a role of the rotation, "channel", or a person's id. */
export interface LadderStep {
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

/** A ticket's page, from its first step to its end. */
export interface Paging {
  /** Which page of this ticket it is, from 1. */
  nr: number;
  beganAt: Date;
  why: "outside-hours" | "always" | "closing" | "raised";
  state: "ringing" | "acknowledged" | "withdrawn" | "unanswered";
  /** The step to take next, 0 for the first; meaningless once it no longer rings. */
  step: number;
  round: number;
  /** When the next step is due; null once it no longer rings. */
  nextAt: Date | null;
  /** Whom each step reached, in order. */
  told: readonly {
    step: number;
    round: number;
    role: string;
    person: string | null;
    at: Date;
    missed: string | null;
  }[];
  /** Who acknowledged, withdrew or (for unanswered) nobody; and when it ended. */
  endedBy: string | null;
  endedAt: Date | null;
}
