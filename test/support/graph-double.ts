// A Microsoft Graph in memory, beside the Bot Connector of teams-double.ts. It shares no code with Belfry, and knows only what
// Microsoft documents of the calls that it takes; whatever else is asked of it is a fault of the asker's.
import type { Misfortune } from "./teams-double.ts";

/** A team's group as Graph knows it. */
export interface GraphTeam {
  tenant: string;
  /** Descriptions by the id of the channel. */
  channels: Map<string, string>;
  /** Tags by their id: their name, and who is on them, by the id of the membership. */
  tags: Map<string, { displayName: string; members: Map<string, string> }>;
  /** Who is in the team, by their id in Entra. */
  people: Set<string>;
  /** Resource-specific permissions that somebody consented to in the team. */
  consents: Set<string>;
}

export interface GraphDouble {
  scope: string;
  /** Gives out a token of a tenant, with the permissions that its administrator has consented to by now. */
  tokenOf(tenant: string): string;
  /** By the id of the group in Entra. */
  teams: Map<string, GraphTeam>;
  /** What people's status is, by their id in Entra. */
  presences: Map<string, { tenant: string; availability: string; activity: string }>;
  /** Application permissions to which a tenant's administrator consented: "the tenant Presence.Read.All". */
  granted: Set<string>;
  /** Every request, as "PATCH /v1.0/teams/…". */
  requests: string[];
  /** Asked before each request. */
  misfortune: ((request: { method: string; path: string }) => Misfortune | null) | null;
  answer(request: GraphRequest): { status: number; body: object | null };
}

export interface GraphRequest {
  method: string;
  path: string;
  query: string;
  authorization: string | null;
  contentType: string | null;
  body: string;
}

/** A Graph with nothing in it. */
export function graphDouble(): GraphDouble {
  const tokens = new Map<string, { tenant: string; roles: ReadonlySet<string> }>();
  const double: GraphDouble = {
    scope: "https://graph.example/.default",
    teams: new Map(),
    presences: new Map(),
    granted: new Set(),
    requests: [],
    misfortune: null,
    tokenOf: (tenant) => {
      const token = `for-graph-${tokens.size + 1}`;
      tokens.set(token, { tenant, roles: new Set(double.granted) });
      return token;
    },
    answer: (request) => {
      const token = tokens.get(/^Bearer (.+)$/.exec(request.authorization ?? "")?.[1] ?? "");
      if (token === undefined) return refused(401, "InvalidAuthenticationToken");
      const [, version, things, id = "", ...rest] = request.path.split("/");
      if (version === "v1.0" && things === "teams" && rest[0] === "channels" && rest.length === 2)
        return describe(request, token, { id, channel: rest[1] ?? "" });
      if (version === "v1.0" && things === "teams" && rest[0] === "tags")
        return tags(request, token, { id, rest: rest.slice(1) });
      if (version === "v1.0" && things === "users" && rest.join("/") === "presence")
        return presence(request, token, id);
      return refused(400, "BadRequest");
    },
  };

  function presence(
    { method }: GraphRequest,
    token: { tenant: string; roles: ReadonlySet<string> },
    id: string,
  ) {
    if (method !== "GET") return refused(405, "MethodNotAllowed");
    if (!token.roles.has(`${token.tenant} Presence.Read.All`)) return refused(403, "Forbidden");
    const found = double.presences.get(id);
    if (found?.tenant !== token.tenant) return refused(404, "NotFound");
    const { availability, activity } = found;
    return { status: 200, body: { id, availability, activity, statusMessage: null } };
  }

  function tags(
    { method, query, contentType, body }: GraphRequest,
    token: { tenant: string; roles: ReadonlySet<string> },
    { id, rest: [tag, what, member] }: { id: string; rest: string[] },
  ) {
    if (!token.roles.has(`${token.tenant} TeamworkTag.ReadWrite.All`)) return refused(403, "Forbidden");
    const team = double.teams.get(id);
    if (team?.tenant !== token.tenant) return refused(404, "NotFound");
    if (method === "GET" && tag === undefined)
      return paged(
        [...team.tags].map(([id, { displayName }]) => ({ id, displayName })),
        query,
      );
    const found = team.tags.get(tag ?? "");
    if (found === undefined || what !== "members") return refused(404, "NotFound");
    const { members } = found;
    if (method === "GET" && member === undefined)
      return paged(
        [...members].map(([id, userId]) => ({ id, userId })),
        query,
      );
    if (method === "POST" && member === undefined && contentType === "application/json") {
      const { userId = "", ...others } = JSON.parse(body) as { userId?: string };
      if (!team.people.has(userId)) return refused(404, "NotFound");
      if (Object.keys(others).length > 0 || [...members.values()].includes(userId))
        return refused(400, "BadRequest");
      members.set(`member of ${userId}`, userId);
      return { status: 201, body: { id: `member of ${userId}`, userId } };
    }
    if (method !== "DELETE" || member === undefined || !members.delete(member))
      return refused(404, "NotFound");
    return { status: 204, body: null };
  }

  /** Two at a time, with where it goes on. */
  function paged(all: object[], query: string) {
    const from = Number(new URLSearchParams(query).get("$skiptoken") ?? 0);
    const next =
      from + 2 < all.length ? { "@odata.nextLink": `https://graph.example/x?$skiptoken=${from + 2}` } : {};
    return { status: 200, body: { value: all.slice(from, from + 2), ...next } };
  }

  function describe(
    { method, contentType, body }: GraphRequest,
    { tenant }: { tenant: string },
    { id, channel }: { id: string; channel: string },
  ) {
    const team = double.teams.get(id);
    if (team?.tenant !== tenant) return refused(404, "NotFound");
    if (!team.consents.has("ChannelSettings.ReadWrite.Group")) return refused(403, "Forbidden");
    if (!team.channels.has(channel)) return refused(404, "NotFound");
    const wanted = contentType === "application/json" ? (JSON.parse(body) as Record<string, unknown>) : {};
    const { description, ...others } = wanted;
    const isWhole = typeof description === "string" && description.length <= 1_024;
    if (method !== "PATCH" || !isWhole || Object.keys(others).length > 0) return refused(400, "BadRequest");
    team.channels.set(channel, description);
    return { status: 204, body: null };
  }

  return double;
}

function refused(status: number, code: string) {
  return { status, body: { error: { code, message: "" } } };
}
