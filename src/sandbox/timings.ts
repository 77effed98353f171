// How long Slack waits and how often it tries. All of these are the machine's time, never the sandbox's.

/** The waits of the sandbox; tests shorten them. */
export interface Timings {
  /** How long the app may take to acknowledge what is delivered to it. */
  ackMs: number;
  /** How long a trigger_id can be exchanged for a view. */
  triggerMs: number;
  /** How long a response_url can be used, and how often. */
  responseUrlMs: number;
  responseUrlUses: number;
  /** The wait before each further delivery of an event that was not acknowledged. */
  eventRetryMs: readonly number[];
  /** How long changes are gathered before the open pages are told of them. */
  pageMs: number;
  /** How often the app is asked when it has something to do next, while a page is open. */
  lookAheadMs: number;
}

/**
 * Slack's own waits: 3 s for an acknowledgement and a trigger, five uses of a response_url in 30 minutes, and an event
 * again "nearly immediately", after one minute and after five (docs.slack.dev, "Handling user interaction" and "The
 * Events API").
 */
export const SLACK_TIMINGS: Timings = {
  ackMs: 3_000,
  triggerMs: 3_000,
  responseUrlMs: 30 * 60_000,
  responseUrlUses: 5,
  eventRetryMs: [100, 60_000, 5 * 60_000],
  pageMs: 40,
  lookAheadMs: 1_000,
};
