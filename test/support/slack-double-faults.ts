// What may go wrong between an app and Slack, to be put in a call's way: for a method, for certain arguments, for so many calls.
import type { Args } from "./slack-double-methods.ts";

/** How one call goes wrong. Where `delivers` is true, the method is carried out all the same. */
export interface Mishap {
  /** Waits here before the method is carried out. */
  before: () => Promise<void>;
  delivers: boolean;
  /** Waits here after it was carried out, before the answer. */
  after: () => Promise<void>;
  answer:
    | { is: "normal" }
    | { is: "http"; status: number; headers: Record<string, string>; body: string }
    /** The connection is cut. */
    | { is: "cut" }
    /** Nothing ever comes back. */
    | { is: "silence" };
}

/** A mishap waiting for its calls. */
export interface Fault {
  method: string;
  where: (args: Args) => boolean;
  times: number;
  mishap: Mishap;
}

/** Comes late. */
export function delayed(ms: number): Mishap {
  return { ...smooth, before: () => new Promise((resolve) => setTimeout(resolve, ms)) };
}

/** Waits until told to go on, before anything is delivered. `reached` resolves when a call has come. */
export function held(): Mishap & { reached: Promise<void>; release: () => void } {
  const reached = gate();
  const go = gate();
  return {
    ...smooth,
    reached: reached.opened,
    release: go.open,
    before() {
      reached.open();
      return go.opened;
    },
  };
}

/** Delivers, calls the hook, and answers when the hook is done: the place to kill an app between sending and recording. */
export function breakpoint(hook: () => Promise<void> | void): Mishap {
  return { ...smooth, after: async () => hook() };
}

/** The connection breaks before Slack has done anything. */
export function cutBeforeDelivery(): Mishap {
  return { ...smooth, delivers: false, answer: { is: "cut" } };
}

/** Slack has done it, and the connection breaks before the answer. */
export function cutAfterDelivery(): Mishap {
  return { ...smooth, answer: { is: "cut" } };
}

/** Slack has done it, and never answers. */
export function silentAfterDelivery(): Mishap {
  return { ...smooth, answer: { is: "silence" } };
}

/** 429 with Retry-After. */
export function rateLimited(seconds: number): Mishap {
  const body = JSON.stringify({ ok: false, error: "ratelimited" });
  return answering(429, body, { "retry-after": String(seconds), "content-type": "application/json" });
}

/** 500, 502, 503 or 504, from a machine in front of Slack. */
export function serverError(status: number): Mishap {
  return answering(status, "upstream is not there", { "content-type": "text/plain" });
}

/** A proxy's page instead of Slack's JSON, with a good status. */
export function htmlPage(): Mishap {
  return answering(200, "<html><body>Please log in.</body></html>", { "content-type": "text/html" });
}

/** `ok: false` with a code of Slack's. */
export function refusal(code: string): Mishap {
  return answering(200, JSON.stringify({ ok: false, error: code }), { "content-type": "application/json" });
}

const smooth: Mishap = {
  before: () => Promise.resolve(),
  delivers: true,
  after: () => Promise.resolve(),
  answer: { is: "normal" },
};

function answering(status: number, body: string, headers: Record<string, string>): Mishap {
  return { ...smooth, delivers: false, answer: { is: "http", status, headers, body } };
}

function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
