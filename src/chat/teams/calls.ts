// Calls to the Bot Connector, each tried once and bounded in time, and what a failed one means.
//
// botbuilder's own client is not used for them: it repeats a POST after a lost answer, which posts a second copy, and has
// no limit of time. The outbox owns retries. Microsoft asks to repeat 412, 429, 502 and 504, so these were not done:
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
//
//   limited  429: not done, and nothing else goes there before Retry-After
//   down     408, 412, 502, 503, 504, a token that is stale, no connection: not done
//   lost     time-out, cancelled, connection lost after the request was written, 500: may be done
//   shut out Entra gives no token for the app's id and password any more: not done, nor is anything else meanwhile
//   refused  any other status: not done, and never will be
import { z } from "zod";
import { lostOrUnreached } from "../network.ts";
import type { Passing } from "../unsent.ts";
import type { Cloud } from "./tokens.ts";

/** What a failed call means. `why` is for logs and operators. */
export type Failure =
  Passing | { is: "shut out"; why: string } | { is: "refused"; status: number; code: string; why: string };

/** Makes calls in the bot's name. Each throws what `failureOf` understands. */
export interface Calls {
  /** The bot's id among the members of a conversation. */
  botId: string;
  /** Posts into a conversation; gives the activity's id. */
  post(to: Where, activity: object, signal?: AbortSignal): Promise<string>;
  /** Posts into a channel or group chat for one of its members alone. */
  postTo(user: string, to: Where, activity: object): Promise<void>;
  update(to: Where, activityId: string, activity: object, signal?: AbortSignal): Promise<void>;
  /** The conversation with one person, opened where there is none yet. */
  open(
    whom: { serviceUrl: string; user: string; tenant: string | null },
    signal?: AbortSignal,
  ): Promise<string>;
  members(of: Where, signal?: AbortSignal): Promise<Member[]>;
}

/** A conversation at one of the Connector's addresses. */
export interface Where {
  serviceUrl: string;
  conversation: string;
}

/** Somebody in a conversation. */
export type Member = z.infer<typeof MEMBER>;

/** In whose name, and where to. Null credentials: no tokens, as in anonymous-dev. */
export interface CallOptions {
  credentials: { appId: string; password: string; tenantId: string; cloud: Cloud } | null;
  isServiceUrl: (url: string) => boolean;
  timeoutMs: number;
  machineNow: () => Date;
}

/** What the Connector, or the network, answered instead of doing it. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.why);
    this.failure = failure;
  }
}

/** What the failure of a call means. */
export function failureOf(error: unknown): Failure {
  return error instanceof CallFailed ? error.failure : lostOrUnreached(error);
}

/** The Connector as Belfry calls it. */
export function teamsCalls(options: CallOptions): Calls {
  const { credentials, isServiceUrl, timeoutMs } = options;
  const token = credentials === null ? null : keptToken(credentials, options);

  async function call(
    method: string,
    serviceUrl: string,
    path: readonly string[],
    { body, signal, query = "" }: { body?: object; signal: AbortSignal | undefined; query?: string },
  ): Promise<unknown> {
    // What was stored may be older than the list.
    if (!isServiceUrl(serviceUrl)) throw refusal(403, "service_url", "its service URL is not on the list.");
    const url = `${serviceUrl.replace(/\/$/, "")}/${["v3", ...path].map(encodeURIComponent).join("/")}${query}`;
    const bearer = token === null ? null : await token.get(signal);
    const response = await fetch(url, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: ending(timeoutMs, signal),
    });
    const text = await response.text();
    if (response.ok) return jsonOf(text);
    if (response.status === 401) token?.drop();
    throw new CallFailed(statusFailure(response, text, token !== null));
  }

  const where = ({ conversation }: Where) => ["conversations", conversation];
  return {
    botId: credentials === null ? "belfry" : `28:${credentials.appId}`,
    post: async (to, activity, signal) => {
      const path = [...where(to), "activities"];
      const answer = await call("POST", to.serviceUrl, path, { body: activity, signal });
      return RESOURCE.safeParse(answer).data?.id ?? "";
    },
    // https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages
    postTo: async (user, to, activity) => {
      const body = { ...activity, recipient: { id: user } };
      const query = "?isTargetedActivity=true";
      await call("POST", to.serviceUrl, [...where(to), "activities"], { body, signal: undefined, query });
    },
    update: async (to, activityId, activity, signal) => {
      const path = [...where(to), "activities", activityId];
      await call("PUT", to.serviceUrl, path, { body: { ...activity, id: activityId }, signal });
    },
    open: async ({ serviceUrl, user, tenant }, signal) => {
      const bot = { id: credentials === null ? "belfry" : `28:${credentials.appId}` };
      const inTenant = tenant === null ? {} : { tenantId: tenant, channelData: { tenant: { id: tenant } } };
      const body = { isGroup: false, bot, members: [{ id: user }], ...inTenant };
      const answer = await call("POST", serviceUrl, ["conversations"], { body, signal });
      const { id } = RESOURCE.parse(answer);
      return id;
    },
    members: async (of, signal) => {
      const members: Member[] = [];
      let next = "";
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = `?pageSize=500${next === "" ? "" : `&continuationToken=${encodeURIComponent(next)}`}`;
        const path = [...where(of), "pagedmembers"];
        const read = PAGE.parse(await call("GET", of.serviceUrl, path, { signal, query }));
        members.push(...read.members);
        next = read.continuationToken ?? "";
        if (next === "") break;
      }
      return members;
    },
  };
}

const MAX_PAGES = 20;
/** A new token is fetched this long before the old one ends. */
const RENEW_BEFORE_MS = 5 * 60_000;

const RESOURCE = z.object({ id: z.string().min(1) });
const MEMBER = z.object({
  id: z.string(),
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
  email: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  tenantId: z.string().nullish(),
});
const PAGE = z.object({ members: z.array(MEMBER).default([]), continuationToken: z.string().nullish() });
const TOKEN = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() });
const ERROR = z.object({ error: z.object({ code: z.string() }) });

/** One token for all calls, fetched once for however many wait for it. */
function keptToken(
  { appId, password, tenantId, cloud }: NonNullable<CallOptions["credentials"]>,
  { machineNow, timeoutMs }: CallOptions,
) {
  let kept: { token: Promise<string>; untilMs: number } | null = null;

  async function fetchToken(renewAt: (untilMs: number) => void): Promise<string> {
    const asked = await fetch(cloud.tokenUrl(tenantId), {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: appId,
        client_secret: password,
        scope: cloud.scope,
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
    get: (signal: AbortSignal | undefined): Promise<string> => {
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

function refusal(status: number, code: string, words: string): CallFailed {
  return new CallFailed({ is: "refused", status, code, why: `${code}: ${words}` });
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

/** Seconds, or a date; a second where the Connector does not say. */
function retryAfterMs(response: Response): number {
  const given = response.headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.max(1_000, ms) : 1_000;
}

function ending(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Some answers have no body, and a proxy's is not JSON.
    return null;
  }
}
