// A Bot Connector on loopback that keeps what was delivered, and an issuer of tokens of its own. It shares no code with
// Belfry, and knows of Teams only what Microsoft documents of its HTTP API.
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { graphDouble, type GraphDouble } from "./graph-double.ts";

/** A message as it stands in a conversation. */
export interface Delivered {
  id: string;
  /** As it stands in the address, a thread's ";messageid=…" included. */
  conversation: string;
  activity: TeamsActivity;
  edits: number;
  bearer: string | null;
  /** The one member who sees it, or null where all do. */
  seenBy: string | null;
}

export interface TeamsActivity {
  type?: string;
  summary?: string;
  text?: string;
  attachments?: { contentType: string; content: Record<string, unknown> }[];
  [field: string]: unknown;
}

/** What the double does about a request instead of doing it, or after it. */
export type Misfortune =
  | { status: number; code?: string; headers?: Record<string, string> }
  /** Done, but the answer never comes. */
  | "deliver, then hang up"
  | "never answer";

export interface TeamsDouble {
  /** The service URL, with a path as Teams has it. */
  serviceUrl: string;
  port: number;
  delivered: Delivered[];
  /** People by what a conversation is opened with: their chat's id. Whoever is missing has not installed the app. */
  chats: Map<string, string>;
  /** Who is in a conversation. */
  members: Map<string, object[]>;
  /** Teams that have added the app, by their own ids: their group in Entra and the conversations of their channels. */
  teams: Map<string, { aadGroupId: string; channels: string[] }>;
  graph: GraphDouble;
  /** Every request, as "POST /v3/conversations/…". */
  requests: string[];
  /** Asked before each request to the Connector. */
  misfortune: ((request: { method: string; path: string }) => Misfortune | null) | null;
  /** Told of each message that was posted. */
  posted: ((one: Delivered) => void) | null;
  /** How often tokens were given out, and keys asked for. */
  tokensGiven: number;
  keysAsked: number;
  /** Never answers whoever asks for a token. */
  isIssuerSlow: boolean;
  /** Refuses to give tokens or keys. */
  isIssuerDown: boolean;
  /** Tenants that know the app. */
  knownIn: Set<string>;
  /** Refuses the app's id and password, as Entra does of a secret that has run out. */
  isSecretOver: boolean;
  cloud: {
    issuer: string;
    openIdUrl: string;
    tokenUrl: (tenantId: string) => string;
    scope: string;
    graph: { url: string; scope: string };
  };
  /** A token as the Connector sends one; `claims` and `header` replace its own. */
  token(options?: {
    claims?: Record<string, unknown>;
    header?: Record<string, unknown>;
    key?: KeyObject;
  }): string;
  /** The public key of the issuer, for those who would misuse it. */
  publicPem: string;
  /** What stands in a conversation, the newest last. */
  in(conversation: string): Delivered[];
  close(): Promise<void>;
}

export const APP_ID = "11111111-2222-3333-4444-555555555555";
export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Starts a double on a free port. */
export async function startTeamsDouble(): Promise<TeamsDouble> {
  let count = 1_700_000_000_000;

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", base);
    const path = url.pathname.replace(/^\/amer/, "");
    const method = request.method ?? "GET";
    if (path.startsWith("/issuer/")) return issue(path, body, response);
    const graph = /^\/graph(\/.*)$/.exec(path)?.[1];
    if (graph !== undefined)
      return answerGraph(request, { path: decodeURIComponent(graph), query: url.search }, body, response);
    double.requests.push(`${method} ${decodeURIComponent(path)}`);
    const misfortune = double.misfortune?.({ method, path: decodeURIComponent(path) }) ?? null;
    if (happens(misfortune, response)) return;
    const result = connector(method, path, body, request.headers.authorization ?? null, url);
    if (misfortune === "deliver, then hang up") return void request.socket.destroy();
    give(response, result.status, result.body);
  }

  function answerGraph(
    request: IncomingMessage,
    { path, query }: { path: string; query: string },
    body: string,
    response: ServerResponse,
  ): void {
    const { graph } = double;
    const { method = "GET", headers } = request;
    graph.requests.push(`${method} ${path}`);
    const misfortune = graph.misfortune?.({ method, path }) ?? null;
    if (happens(misfortune, response)) return;
    const { authorization = null, "content-type": contentType = null } = headers;
    const result = graph.answer({ method, path, query, authorization, contentType, body });
    if (misfortune === "deliver, then hang up") return void request.socket.destroy();
    give(response, result.status, result.body);
  }

  function issue(path: string, body: string, response: ServerResponse): void {
    if (double.isIssuerSlow) return;
    if (double.isIssuerDown) return give(response, 503, {});
    const [, tenant] = /^\/issuer\/token\/(.+)$/.exec(path) ?? [];
    if (tenant !== undefined) {
      if (double.isSecretOver || !double.knownIn.has(tenant))
        return give(response, 401, { error: "invalid_client" });
      if (new URLSearchParams(body).get("scope") === double.graph.scope)
        return give(response, 200, { access_token: double.graph.tokenOf(tenant), expires_in: 3_600 });
      double.tokensGiven += 1;
      return give(response, 200, { access_token: `given-${double.tokensGiven}`, expires_in: 3_600 });
    }
    double.keysAsked += 1;
    if (path === "/issuer/openid") return give(response, 200, { jwks_uri: `${base}/issuer/keys` });
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one", use: "sig", endorsements: ["msteams"] };
    give(response, 200, { keys: [jwk] });
  }

  function connector(
    method: string,
    path: string,
    body: string,
    authorization: string | null,
    url: URL,
  ): { status: number; body: object } {
    const [, , , written = "", what = "", written2 = ""] = path.split("/");
    const [conversation, last] = [decodeURIComponent(written), decodeURIComponent(written2)];
    if (method === "GET" && path.startsWith("/v3/teams/")) {
      const team = double.teams.get(conversation);
      if (team === undefined) return { status: 404, body: refused("NotFound") };
      if (what === "conversations")
        return { status: 200, body: { conversations: team.channels.map((id) => ({ id })) } };
      return { status: 200, body: { id: conversation, aadGroupId: team.aadGroupId } };
    }
    const bearer = authorization?.replace(/^Bearer /, "") ?? null;
    const activity = body === "" ? {} : (JSON.parse(body) as TeamsActivity);
    if (Buffer.byteLength(body) > 100_000) return { status: 413, body: refused("MessageSizeTooBig") };
    if (method === "POST" && written === "") {
      const { members = [] } = activity as { members?: { id: string }[] };
      const chat = double.chats.get(members[0]?.id ?? "");
      return chat === undefined
        ? { status: 403, body: refused("ForbiddenOperationException") }
        : { status: 201, body: { id: chat } };
    }
    if (method === "GET" && what === "pagedmembers") {
      const all = double.members.get(conversation) ?? [];
      const from = Number(url.searchParams.get("continuationToken") ?? 0);
      const next = from + 2 < all.length ? { continuationToken: String(from + 2) } : {};
      return { status: 200, body: { members: all.slice(from, from + 2), ...next } };
    }
    if (method === "POST" && what === "activities") {
      const { id: recipient = null } = (activity["recipient"] ?? {}) as { id?: string };
      const isTargeted = url.searchParams.get("isTargetedActivity") === "true";
      if (isTargeted && recipient === null) return { status: 400, body: refused("BadArgument") };
      count += 1;
      const id = String(count);
      const one = { id, conversation, activity, edits: 0, bearer, seenBy: isTargeted ? recipient : null };
      double.delivered.push(one);
      double.posted?.(one);
      return { status: 201, body: { id } };
    }
    if (method === "PUT" && what === "activities") {
      const found = double.delivered.find(
        (one) => one.id === last && one.conversation.split(";")[0] === conversation.split(";")[0],
      );
      if (found === undefined) return { status: 404, body: refused("ActivityNotFound") };
      Object.assign(found, { activity, edits: found.edits + 1 });
      return { status: 200, body: { id: last } };
    }
    return { status: 404, body: refused("NotFound") };
  }

  const serviceUrl = `${base}/amer/`;
  const graph = graphDouble();
  const double: TeamsDouble = {
    serviceUrl,
    port,
    delivered: [],
    chats: new Map(),
    members: new Map(),
    requests: [],
    misfortune: null,
    posted: null,
    tokensGiven: 0,
    keysAsked: 0,
    isIssuerDown: false,
    isIssuerSlow: false,
    isSecretOver: false,
    knownIn: new Set([TENANT]),
    teams: new Map(),
    graph,
    cloud: {
      issuer: "https://issuer.example",
      openIdUrl: `${base}/issuer/openid`,
      tokenUrl: (tenantId) => `${base}/issuer/token/${tenantId}`,
      scope: "https://connector.example/.default",
      graph: { url: `${base}/graph/v1.0`, scope: graph.scope },
    },
    token: ({ claims = {}, header = {}, key = privateKey } = {}) => {
      const nowS = Math.floor(Date.now() / 1_000);
      const own = {
        ...{ iss: "https://issuer.example", aud: APP_ID, serviceurl: serviceUrl },
        ...{ nbf: nowS - 60, exp: nowS + 3_600, ...claims },
      };
      const parts = [{ typ: "JWT", alg: "RS256", kid: "one", ...header }, own].map((part) =>
        Buffer.from(JSON.stringify(part)).toString("base64url"),
      );
      const signature = createSign("RSA-SHA256").update(parts.join(".")).sign(key).toString("base64url");
      return [...parts, signature].join(".");
    },
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    in: (conversation) => double.delivered.filter((one) => one.conversation.split(";")[0] === conversation),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return double;
}

function refused(code: string): object {
  return { error: { code, message: "as Teams says it" } };
}

/** Whether a misfortune takes the place of the answer. */
function happens(misfortune: Misfortune | null, response: ServerResponse): boolean {
  if (misfortune === "never answer") return true;
  if (misfortune === null || typeof misfortune !== "object") return false;
  const error = { error: { code: misfortune.code ?? "Error", message: "as the test wants it" } };
  give(response, misfortune.status, error, misfortune.headers);
  return true;
}

function give(
  response: ServerResponse,
  status: number,
  body: object | null,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(body === null ? undefined : JSON.stringify(body));
}

/** Everything that a card says, in the order in which it stands there, one line an element. */
export function wordsIn(activity: object): string {
  const lines: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== "object" || value === null) return;
    const one = value as Record<string, unknown>;
    if (one["type"] === "RichTextBlock") {
      lines.push((one["inlines"] as { text: string }[]).map(({ text }) => text).join(""));
      return;
    }
    if (one["type"] === "TextBlock")
      return void lines.push(
        String(one["text"])
          .replace(/(?<!\\)\*\*/g, "")
          .replace(/\\(.)/g, "$1"),
      );
    if (typeof one["label"] === "string")
      lines.push(`[${one["label"]}: ${typeof one["value"] === "string" ? one["value"] : ""}]`);
    if (String(one["type"]).startsWith("Action.") && typeof one["title"] === "string")
      return void lines.push(`(${one["title"]})`);
    Object.values(one).forEach(visit);
  };
  visit(activity);
  return lines.join("\n");
}
