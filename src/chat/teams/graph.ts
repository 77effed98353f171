// Microsoft Graph, for what no bot may do by the Bot Connector. It is asked for nothing that TEAMS_GRAPH does not name, and
// each wants a permission of its own:
//
//   topic     the description of the on-call channel    ChannelSettings.ReadWrite.Group, consented to in the team
//             https://learn.microsoft.com/graph/api/channel-patch
//   presence  whether somebody is not to be disturbed   Presence.Read.All, consented to by an administrator of the tenant
//             https://learn.microsoft.com/graph/api/presence-get
//   tag       who is on a tag of a team                 TeamworkTag.ReadWrite.All, consented to by an administrator
//             https://learn.microsoft.com/graph/api/resources/teamworktag
//
// Tokens are given out by tenant, so a call is made under one of the tenant that it is about.
import { z } from "zod";
import type { TeamChannel } from "./places.ts";
import { CallFailed, failureOf, keptToken, refusal, request, type Failure, type Token } from "./requests.ts";
import type { Cloud } from "./tokens.ts";

/** What Graph may be asked for. */
export type GraphUse = "topic" | "presence" | "tag";

/** Microsoft Graph as Belfry calls it. Each throws what `failureOf` understands; why it refused says what is missing. */
export interface Graph {
  uses: ReadonlySet<GraphUse>;
  /** What stands in a channel's heading: to write the same twice does no harm. */
  describe(channel: TeamChannel, description: string, signal?: AbortSignal): Promise<void>;
  /** Makes these people, by their ids in Entra, and nobody else the members of a tag. To do so twice does no harm. */
  tag(
    team: Pick<TeamChannel, "group" | "tenant">,
    members: { tag: string; people: readonly string[] },
    signal?: AbortSignal,
  ): Promise<void>;
  /** Whether nothing rings for somebody at present, because of their status. Until when, Graph tells nobody. */
  isSilent(person: { id: string; tenant: string | null }, signal?: AbortSignal): Promise<boolean>;
}

/** In whose name, and in which tenants. */
export interface GraphOptions {
  uses: readonly GraphUse[];
  credentials: { appId: string; password: string; tenantId: string; cloud: Cloud };
  /** Tenants that may come in; others are not asked about either. */
  allowedTenants: readonly string[];
  timeoutMs: number;
  machineNow: () => Date;
}

/** Graph for a desk. No call is made before the first question. */
export function teamsGraph(options: GraphOptions): Graph {
  const { uses, credentials, allowedTenants, timeoutMs, machineNow } = options;
  const { appId, password, tenantId: home, cloud } = credentials;
  const tokens = new Map<string, Token>();
  let restUntilMs = -Infinity;

  function tokenOf(tenant: string): Token {
    const known = tokens.get(tenant);
    if (known !== undefined) return known;
    const place = { tokenUrl: cloud.tokenUrl(tenant), scope: cloud.graph.scope };
    const token = keptToken({ appId, password, ...place }, options);
    tokens.set(tenant, token);
    return token;
  }

  async function call(
    use: GraphUse,
    tenant: string,
    asked: {
      method: string;
      path: readonly string[];
      query?: string;
      body?: object;
      signal: AbortSignal | undefined;
    },
  ): Promise<unknown> {
    if (tenant !== home && !allowedTenants.includes(tenant))
      throw refusal(403, "foreign_tenant", "its tenant is not among TEAMS_ALLOWED_TENANTS.");
    // Graph counts what comes too early, and makes it wait the longer.
    const waitMs = restUntilMs - machineNow().getTime();
    if (waitMs > 0) throw new CallFailed({ is: "limited", waitMs, why: "429: rate limited" });
    const token = tokenOf(tenant);
    const { path, query = "", ...rest } = asked;
    const url = `${cloud.graph.url}/${path.map(encodeURIComponent).join("/")}${query}`;
    try {
      return await request({ ...rest, url }, { token, timeoutMs });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.is === "limited") restUntilMs = machineNow().getTime() + failure.waitMs;
      // What was consented to meanwhile stands in the next token only.
      if (failure.is === "refused" && failure.status === 403) token.drop();
      throw new CallFailed(meaning(failure, use, tenant === home), { cause: error });
    }
  }

  /** All of a list, as far as it is ever long; Graph gives some at a time. */
  async function list<T>(
    tenant: string,
    path: readonly string[],
    { of, signal }: { of: z.ZodType<T>; signal: AbortSignal | undefined },
  ): Promise<T[]> {
    const found: T[] = [];
    let query = "";
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const read = z
        .object({ value: z.array(of), "@odata.nextLink": z.string().optional() })
        .parse(await call("tag", tenant, { method: "GET", path, query, signal }));
      found.push(...read.value);
      // Where it goes on is a whole address: what of it says how far we are is all that is taken.
      const next = read["@odata.nextLink"];
      if (next === undefined) break;
      query = new URL(next).search;
    }
    return found;
  }

  return {
    uses: new Set(uses),
    tag: async ({ group, tenant: written }, { tag, people }, signal) => {
      const tenant = written ?? home;
      const tags = await list(tenant, ["teams", group, "tags"], { of: TAG, signal });
      const found = tags.find(({ displayName }) => displayName.toLowerCase() === tag.toLowerCase());
      if (found === undefined)
        throw refusal(404, "no_tag", `the on-call channel's team has no tag “${tag}”; make it in Teams.`);
      const path = ["teams", group, "tags", found.id, "members"];
      const members = await list(tenant, path, { of: TAG_MEMBER, signal });
      // The new ones first, so that it is never empty.
      for (const userId of people.filter((id) => !members.some((member) => member.userId === id)))
        await call("tag", tenant, { method: "POST", path, body: { userId }, signal });
      for (const { id } of members.filter(({ userId }) => !people.includes(userId)))
        await call("tag", tenant, { method: "DELETE", path: [...path, id], signal });
    },
    describe: async ({ group, channel, tenant }, description, signal) => {
      const path = ["teams", group, "channels", channel];
      await call("topic", tenant ?? home, { method: "PATCH", path, body: { description }, signal });
    },
    isSilent: async ({ id, tenant }, signal) => {
      const path = ["users", id, "presence"];
      const read = await call("presence", tenant ?? home, { method: "GET", path, signal });
      return PRESENCE.safeParse(read).data?.availability.toLowerCase() === DO_NOT_DISTURB;
    },
  };
}

const MAX_PAGES = 20;
const TAG = z.object({ id: z.string(), displayName: z.string() });
const TAG_MEMBER = z.object({ id: z.string(), userId: z.string().toLowerCase() });
const PRESENCE = z.object({ availability: z.string() });

/** So it is as well while somebody presents: https://learn.microsoft.com/graph/cloud-communications-manage-presence-state */
const DO_NOT_DISTURB = "donotdisturb";

/** What a failure means here, in words for whoever can mend it. */
function meaning(failure: Failure, use: GraphUse, isHome: boolean): Failure {
  switch (failure.is) {
    case "limited":
    case "down":
    case "lost":
      return failure;
    case "shut out":
      // The Connector is asked under the same secret, and says it of all of Teams.
      return isHome
        ? { is: "down", why: failure.why }
        : refusal(403, "no_token", "that tenant gives Belfry's app registration no token.").failure;
    case "refused": {
      const { status, code } = failure;
      if (status === 403) return refusal(status, "missing_consent", NEEDS[use]).failure;
      return refusal(status, code, status === 404 ? UNKNOWN[use] : "Microsoft Graph refused it.").failure;
    }
    default:
      return failure satisfies never;
  }
}

const NEEDS: Readonly<Record<GraphUse, string>> = {
  topic:
    "Microsoft Graph wants ChannelSettings.ReadWrite.Group for it. Upload an app package that was made with " +
    "TEAMS_GRAPH=topic, and consent to it in the team.",
  presence: grantedInEntra("Presence.Read.All"),
  tag: grantedInEntra("TeamworkTag.ReadWrite.All"),
};

function grantedInEntra(permission: string): string {
  return (
    `Microsoft Graph wants ${permission} for it, an application permission of the app registration. ` +
    "An administrator of the tenant grants it in Entra, under API permissions."
  );
}

const UNKNOWN: Readonly<Record<GraphUse, string>> = {
  topic: "Microsoft Graph knows no such team or channel.",
  presence: "Microsoft Graph knows no such person.",
  tag: "Microsoft Graph knows no such team, or somebody who is on call is none of its members.",
};
