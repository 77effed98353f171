// Calls to the Bot Connector.
//
// botbuilder's own client is not used for them: it repeats a POST after a lost answer, which posts a second copy, and has
// no limit of time.
import { z } from "zod";
import { keptToken, refusal, request } from "./requests.ts";
import type { Cloud } from "./tokens.ts";

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
  /** The id of a team's group in Entra, or null where Teams does not say. */
  groupOf(team: Team, signal?: AbortSignal): Promise<string | null>;
  /** The conversations of a team's channels. */
  channelsOf(team: Team, signal?: AbortSignal): Promise<string[]>;
}

/** A conversation at one of the Connector's addresses. */
export interface Where {
  serviceUrl: string;
  conversation: string;
}

/** A team by Teams' own id, at one of the Connector's addresses. */
export interface Team {
  serviceUrl: string;
  team: string;
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

/** The Connector as Belfry calls it. */
export function teamsCalls(options: CallOptions): Calls {
  const { credentials, isServiceUrl, timeoutMs } = options;
  const token = credentials === null ? null : keptToken(connectorOf(credentials), options);

  async function call(
    method: string,
    serviceUrl: string,
    path: readonly string[],
    { body, signal, query = "" }: { body?: object; signal: AbortSignal | undefined; query?: string },
  ): Promise<unknown> {
    // What was stored may be older than the list.
    if (!isServiceUrl(serviceUrl)) throw refusal(403, "service_url", "its service URL is not on the list.");
    const url = `${serviceUrl.replace(/\/$/, "")}/${["v3", ...path].map(encodeURIComponent).join("/")}${query}`;
    return request({ method, url, ...(body === undefined ? {} : { body }), signal }, { token, timeoutMs });
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
    groupOf: async ({ serviceUrl, team }, signal) =>
      TEAM.parse(await call("GET", serviceUrl, ["teams", team], { signal })).aadGroupId ?? null,
    channelsOf: async ({ serviceUrl, team }, signal) => {
      const read = CHANNELS.parse(
        await call("GET", serviceUrl, ["teams", team, "conversations"], { signal }),
      );
      return read.conversations.map(({ id }) => id);
    },
  };
}

const MAX_PAGES = 20;

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
const TEAM = z.object({ aadGroupId: z.string().nullish() });
const CHANNELS = z.object({ conversations: z.array(z.object({ id: z.string() })).default([]) });

function connectorOf({ appId, password, tenantId, cloud }: NonNullable<CallOptions["credentials"]>) {
  return { appId, password, tokenUrl: cloud.tokenUrl(tenantId), scope: cloud.scope };
}
