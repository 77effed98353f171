// Calls to Slack's Web API, each tried once and bounded in time, and what a failed one means.
//
// The client's own retries are off: the outbox owns them (a lost answer, retried by the client, posts a second copy). A
// failure is told apart by whether Slack can have carried the call out:
//
//   limited  429: not done, and nothing else goes there before Retry-After
//   down     503, "service_unavailable", no connection: not done
//   lost     time-out, cancelled, connection lost after the request was written; 3xx, 500, 502, 504, "internal_error",
//            "fatal_error", an answer that is not Slack's: may be done
//   shut out Slack takes the token no more: not done, nor will anything else be before somebody mends that
//   refused  Slack's own code: not done, and never will be
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type FetchFunction,
  type Logger,
  type LogLevel,
} from "@slack/web-api";
import { request, type Dispatcher } from "undici";
import { endingWith, lostOrUnreached, NOT_NOW_STATUS } from "../network.ts";
import type { Passing } from "../unsent.ts";

/** What a failed call means. `why` is for logs and operators. */
export type Failure =
  Passing | { is: "shut out"; code: string; why: string } | { is: "refused"; code: string; why: string };

/** Gives a client whose calls end with `signal`, at the latest after the time-out. */
export type Calls = (signal?: AbortSignal) => WebClient;

/** Where and as whom to call. */
export interface CallOptions {
  token: string;
  /** Another place than https://slack.com/api/. */
  apiUrl?: string | undefined;
  /** How long a call may take. */
  timeoutMs: number;
}

/**
 * The Web API as Belfry calls it. The library has no signal for a single call, so there is a client for each signal: many calls
 * end with one, and a client makes a function for each of Slack's near three hundred methods.
 */
export function slackCalls({ token, apiUrl, timeoutMs }: CallOptions): Calls {
  const bySignal = new WeakMap<AbortSignal, WebClient>();
  const endless = new WebClient(token, clientOptions({ apiUrl, timeoutMs }));
  return (signal) => {
    if (signal === undefined) return endless;
    const client = bySignal.get(signal) ?? new WebClient(token, clientOptions({ apiUrl, timeoutMs, signal }));
    bySignal.set(signal, client);
    return client;
  };
}

/**
 * Arguments of a call, those that are objects written as JSON, which is how they are sent anyway. The library would else copy
 * each of them, key by key, for a log that nobody reads: for a form or a card that costs more than the call.
 */
export function written<T extends object>(args: T): T {
  const entries = Object.entries(args).map(([name, value]: [string, unknown]) => {
    return [name, typeof value === "object" && value !== null ? JSON.stringify(value) : value];
  });
  return Object.fromEntries(entries) as T;
}

/** Options of every Web API client, Bolt's among them: one try, bounded in time, silent. */
export function clientOptions(options: {
  apiUrl?: string | undefined;
  timeoutMs: number;
  signal?: AbortSignal;
}) {
  return {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: Infinity,
    logger: SILENT,
    fetch: fetchWithin(options.timeoutMs, options.signal),
  };
}

/**
 * Answers at an address that a payload of Slack's brought.
 * @throws Error where Slack does not take it, or cannot be reached.
 */
export async function respondAt(url: string, answer: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(answer) };
  const response = await fetchWithin(RESPOND_WITHIN_MS, undefined)(url, init);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

const RESPOND_WITHIN_MS = 10_000;

/** Slack's code where it refused a call, e.g. "channel_not_found"; null for any other failure. */
export function refusalCode(error: unknown): string | null {
  const failure = failureOf(error);
  return failure.is === "refused" ? failure.code : null;
}

/** What the failure of a call means. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) {
    return { is: "limited", waitMs: Math.max(1, error.retryAfter) * 1000, why: "429: rate limited" };
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data.error, error.data);
  if (error instanceof WebAPIHTTPError) return httpFailure(error.statusCode);
  return lostOrUnreached(error instanceof WebAPIRequestError ? error.original : error);
}

/** Codes with which Slack says: not now, and nothing was done. */
const NOT_NOW_CODES: ReadonlySet<string> = new Set([
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);

/** Codes with which Slack says that the app may do nothing at all: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const SHUT_OUT_CODES: ReadonlySet<string> = new Set([
  "token_revoked",
  "token_expired",
  "invalid_auth",
  "not_authed",
  "account_inactive",
]);

/** Codes of which Slack's documentation says that some of it may have been done before the error came up. */
const HALF_DONE_CODES: ReadonlySet<string> = new Set(["internal_error", "fatal_error"]);

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  // The library looks at the level before it writes out what it sends.
  getLevel: () => "error" as LogLevel,
  setName: () => undefined,
};

function platformFailure(code: string, data: WebAPIPlatformError["data"]): Failure {
  // The library puts a body that is no JSON, e.g. a proxy's page, where Slack's code would stand.
  if (!/^[a-z0-9_:.-]{1,100}$/i.test(code)) return { is: "lost", why: "an answer that is not Slack's" };
  if (code === "ratelimited" || code === "rate_limited") {
    return { is: "limited", waitMs: (data.response_metadata?.retryAfter ?? 1) * 1000, why: code };
  }
  if (NOT_NOW_CODES.has(code)) return { is: "down", why: code };
  if (HALF_DONE_CODES.has(code)) return { is: "lost", why: code };
  if (SHUT_OUT_CODES.has(code)) return { is: "shut out", code, why: code };
  return { is: "refused", code, why: code };
}

function httpFailure(status: number): Failure {
  const why = `HTTP ${status}`;
  if (NOT_NOW_STATUS.has(status)) return { is: "down", why };
  // One that leads elsewhere, as to a login page, is not Slack's.
  if (status >= 500 || status < 400) return { is: "lost", why };
  return { is: "refused", code: `http_${status}`, why };
}

/**
 * Asks by undici's own request: the `fetch` made of it takes three times the processor's time, for which a page would wait.
 * Forms with bytes in them, such as a picture's, go by `fetch`.
 */
function fetchWithin(timeoutMs: number, signal: AbortSignal | undefined): FetchFunction {
  return (url, init = {}) => {
    const { method = "GET", headers = {}, body } = init;
    const ends = [signal, init.signal].filter((each) => each instanceof AbortSignal);
    return endingWith(timeoutMs, ends, async (within) => {
      if (typeof body === "object") return read(await fetch(url, { ...init, signal: within }));
      const answer = await request(url, { method, headers, body: body ?? null, signal: within });
      // Read in any case: a connection whose answer nobody reads serves no other call.
      return responseOf(url, answer, Buffer.from(await answer.body.arrayBuffer()));
    });
  };
}

/** An answer that was read to its end. */
async function read(response: Response): Promise<Response> {
  const bytes = await response.arrayBuffer();
  return new Response(bytes.byteLength === 0 ? null : bytes, response);
}

type FetchResponse = Awaited<ReturnType<FetchFunction>>;

function responseOf(url: string | URL, answer: Dispatcher.ResponseData, bytes: Buffer): FetchResponse {
  const { statusCode: status, statusText } = answer;
  const headers = new Map(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  if (status === 429) headers.set("retry-after", String(secondsIn(headers.get("retry-after"))));
  const text = () => Promise.resolve(bytes.toString("utf8"));
  return {
    ...{ ok: status >= 200 && status < 300, status, statusText, url: String(url) },
    headers: { get: (name) => headers.get(name.toLowerCase()) ?? null, entries: () => headers.entries() },
    arrayBuffer: () => Promise.resolve(new Uint8Array(bytes).buffer),
    json: async () => JSON.parse(await text()) as unknown,
    text,
  };
}

/** The library takes a 429 without a readable Retry-After for a failure of another kind. */
function secondsIn(retryAfter = ""): number {
  const seconds = Number.parseInt(retryAfter, 10);
  return Number.isNaN(seconds) ? 1 : seconds;
}
