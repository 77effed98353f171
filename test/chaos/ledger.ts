// What people did in a run, as far as they were told that it was done. Whatever stands here must be found afterwards.

/** A ticket that somebody tried to file. The title is its own. */
export interface Filing {
  title: string;
  customer: "ACME" | "PCC";
  /** Slack said that it was taken: the form closed. */
  isAcknowledged: boolean;
}

/** Words of support for the customer, or of the customer for support. */
export interface Saying {
  text: string;
  /** Slack was told that they arrived. */
  isAcknowledged: boolean;
}

/** Somebody acknowledged a page, and was told so. */
export interface Acknowledging {
  title: string;
  /** By the desk's clock, give or take what a replica's clock is set wrong by. */
  deskAt: Date;
  /** What had happened in the workspace when he was told, and when that was. */
  nr: number;
  at: number;
}

/** The counters and records of a run, and the trace of the round that is under way. */
export interface Ledger {
  filings: Filing[];
  sayings: Saying[];
  acknowledgings: Acknowledging[];
  kills: Map<string, number>;
  /** What else went wrong, and how often. */
  faults: Map<string, number>;
  rounds: number;
  trace: string[];
}

export function emptyLedger(): Ledger {
  return {
    filings: [],
    sayings: [],
    acknowledgings: [],
    kills: new Map(),
    faults: new Map(),
    rounds: 0,
    trace: [],
  };
}
