// Requests that go out to Microsoft in the app's name, each tried once and bounded in time, and what a failed one means.
//
// The outbox owns retries. Microsoft asks to repeat 412, 429, 502 and 504, so these were not done:
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
//
//   limited  429: not done, and nothing else goes there before Retry-After
//   down     408, 412, 502, 503, 504, a token that is stale, no connection: not done
//   lost     time-out, cancelled, connection lost after the request was written, 500: may be done
//   shut out Entra gives no token for the app's id and password any more: not done, nor is anything else meanwhile
//   refused  any other status: not done, and never will be
import { z } from "zod";
import { endingWith, lostOrUnreached } from "../network.ts";
import type { Passing } from "../unsent.ts";

/** What a failed request means. `why` is for logs and operators. */
export type Failure =
  Passing | { is: "shut out"; why: string } | { is: "refused"; status: number; code: string; why: string };

/** What Microsoft, or the network, answered instead of doing it. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.why, options);
    this.failure = failure;
  }
}

/** What the failure of a request means. */
export function failureOf(error: unknown): Failure {
  return error instanceof CallFailed ? error.failure : lostOrUnreached(error);
}

/** The failure of what is never sent, or never will be done. */
export function refusal(status: number, code: string, words: string): CallFailed {
  return new CallFailed({ is: "refused", status, code, why: `${code}: ${words}` });
}

/** One request. */
export interface Asked {
  method: string;
  url: string;
  body?: object;
  signal: AbortSignal | undefined;
}

/** Sends one request under a token, if there is one; gives the JSON of its answer, null where it has none. */
export async function request(
  { method, url, body, signal }: Asked,
  { token, timeoutMs }: { token: Token | null; timeoutMs: number },
): Promise<unknown> {
  const bearer = token === null ? null : await unlessStopped(token.get(signal), signal);
  const asked = {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "error" as const,
  };
  const ends = signal === undefined ? [] : [signal];
  const { response, text } = await endingWith(timeoutMs, ends, async (within) => {
    const response = await fetch(url, { ...asked, signal: within });
    return { response, text: await response.text() };
  });
  if (response.ok) return jsonOf(text);
  if (response.status === 401) token?.drop();
  throw new CallFailed(statusFailure(response, text, token !== null));
}

/** A token that is fetched when it is needed, once for however many wait for it, and kept until shortly before its end. */
export interface Token {
  get(signal: AbortSignal | undefined): Promise<string>;
  /** It is not taken any more: the next one who asks gets another. */
  drop(): void;
}

/** Whose token, and for what. */
export interface Credentials {
  appId: string;
  password: string;
  tokenUrl: string;
  scope: string;
}

/** The token of an app at one place. */
export function keptToken(
  { appId, password, tokenUrl, scope }: Credentials,
  { machineNow, timeoutMs }: { machineNow: () => Date; timeoutMs: number },
): Token {
  let kept: { token: Promise<string>; untilMs: number } | null = null;

  async function fetchToken(renewAt: (untilMs: number) => void): Promise<string> {
    const asked = await fetch(tokenUrl, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: appId,
        client_secret: password,
        scope,
      }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      // Nothing was posted yet, whatever became of this.
      throw new CallFailed({ is: "down", why: `no token: ${lostOrUnreached(error).why}` });
    });
    const text = await asked.text();
    const given = TOKEN.safeParse(jsonOf(text)).data;
    if (asked.ok && given !== undefined) {
      renewAt(machineNow().getTime() + given.expires_in * 1_000 - RENEW_BEFORE_MS);
      return given.access_token;
    }
    if (asked.ok || asked.status >= 500 || asked.status === 429)
      throw new CallFailed({ is: "down", why: `no token: HTTP ${asked.status}` });
    throw new CallFailed({
      is: "shut out",
      why: `no_token: Entra does not take the app's id and password (HTTP ${asked.status}).`,
    });
  }

  return {
    drop: () => {
      kept = null;
    },
    get: (signal) => {
      signal?.throwIfAborted();
      if (kept !== null && machineNow().getTime() < kept.untilMs) return kept.token;
      const fresh = {
        untilMs: Infinity,
        token: fetchToken((untilMs) => (fresh.untilMs = untilMs)),
      };
      kept = fresh;
      fresh.token.catch(() => {
        if (kept === fresh) kept = null;
      });
      return fresh.token;
    },
  };
}

/** A new token is fetched this long before the old one ends. */
const RENEW_BEFORE_MS = 5 * 60_000;

const TOKEN = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() });
const ERROR = z.object({ error: z.object({ code: z.string() }) });

/** Gives up waiting, but not the work: others may wait for it as well. Nothing was sent then. */
function unlessStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new CallFailed({ is: "down", why: "no token in time" }));
    };
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

function statusFailure(response: Response, text: string, hasToken: boolean): Failure {
  const { status } = response;
  const why = `HTTP ${status}`;
  if (status === 429) return { is: "limited", waitMs: retryAfterMs(response), why: "429: rate limited" };
  if (NOT_DONE.has(status)) return { is: "down", why };
  // A token that went stale meanwhile was dropped: the next try fetches another.
  if (status === 401 && hasToken) return { is: "down", why };
  if (status >= 500) return { is: "lost", why };
  const given = ERROR.safeParse(jsonOf(text)).data?.error.code ?? "";
  const code = /^\w{1,80}$/.test(given) ? given : `http_${status}`;
  return { is: "refused", status, code, why: code };
}

const NOT_DONE: ReadonlySet<number> = new Set([408, 412, 425, 502, 503, 504]);

/** Seconds, or a date; a second where the answer does not say. */
function retryAfterMs(response: Response): number {
  const given = response.headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.max(1_000, ms) : 1_000;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Some answers have no body, and a proxy's is not JSON.
    return null;
  }
}
