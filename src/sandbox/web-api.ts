// Answers calls of Slack's Web API: whose token it is, which method, with which arguments, and what it may.
import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, answerJson, readBody } from "./http.ts";
import { isFields, jsonOf, type Fields } from "./json.ts";
import { optionalText, SlackRefusal, type Method, type Methods, type Parts } from "./method.ts";
import { authMethods } from "./methods/auth.ts";
import { chatMethods } from "./methods/chat.ts";
import { conversationsMethods } from "./methods/conversations.ts";
import { reactionsMethods } from "./methods/reactions.ts";
import { usergroupsMethods } from "./methods/usergroups.ts";
import { usersMethods } from "./methods/users.ts";
import { viewsMethods } from "./methods/views.ts";

/** What can be switched on to see how an app bears it. */
export interface Faults {
  /** chat.postMessage is answered with 429 until it is switched off. */
  rateLimited: boolean;
  /** Every call is answered with 503. */
  down: boolean;
}

/** Slack takes more; no call of an app comes near this. */
const MAX_CALL_BYTES = 4 * 1024 * 1024;

/** How long a rate-limited app is told to wait, in seconds. */
const RETRY_AFTER_S = 5;

/** Answers one request to /api/<method>. */
export async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  api: WebApi & { method: string },
): Promise<void> {
  const body = (await readBody(request, MAX_CALL_BYTES)).toString("utf8");
  if (api.faults.down) return answer(response, 503, "Service Unavailable");
  if (api.faults.rateLimited && api.method === "chat.postMessage") {
    return answerJson(
      response,
      429,
      { ok: false, error: "ratelimited" },
      { "retry-after": String(RETRY_AFTER_S) },
    );
  }
  const scopes = { "x-oauth-scopes": api.parts.manifest.scopes.join(",") };
  answerJson(response, 200, outcomeOf(request, body, api), scopes);
}

/** What a call is answered with. */
export interface WebApi {
  parts: Parts;
  faults: Faults;
  botToken: string;
  uploadMethods: Methods;
}

function outcomeOf(request: IncomingMessage, body: string, api: WebApi & { method: string }): Fields {
  const { parts, botToken, uploadMethods } = api;
  try {
    const args = argumentsOf(request, body);
    const method = methodNamed(api.method, uploadMethods);
    checkToken(tokenOf(request, args), botToken);
    checkScopes(method.scopes(args, parts), parts.manifest.scopes);
    return { ok: true, ...method.call(args, parts) };
  } catch (error) {
    if (error instanceof SlackRefusal) return { ok: false, error: error.code, ...error.more };
    throw error;
  }
}

/** Arguments come as JSON, as a form, or in the address. */
function argumentsOf(request: IncomingMessage, body: string): Fields {
  const query = Object.fromEntries(new URL(request.url ?? "/", "http://sandbox").searchParams);
  if (request.headers["content-type"]?.startsWith("application/json") !== true || body === "") {
    return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
  }
  const json = jsonOf(body);
  if (json === undefined) throw new SlackRefusal("invalid_json");
  if (!isFields(json)) throw new SlackRefusal("json_not_object");
  return { ...query, ...json };
}

/** The token of the Authorization header, or among the arguments. */
function tokenOf(request: IncomingMessage, args: Fields): string | undefined {
  return request.headers.authorization?.replace(/^Bearer\s+/i, "") ?? optionalText(args, "token");
}

function methodNamed(name: string, uploadMethods: Methods): Method {
  const methods: Methods = {
    ...authMethods,
    ...chatMethods,
    ...conversationsMethods,
    ...reactionsMethods,
    ...usergroupsMethods,
    ...usersMethods,
    ...viewsMethods,
    ...uploadMethods,
  };
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw new SlackRefusal("unknown_method", { req_method: name });
  return method;
}

function checkToken(token: string | undefined, botToken: string): void {
  if (token === undefined || token === "") throw new SlackRefusal("not_authed");
  if (token.startsWith("xapp-")) throw new SlackRefusal("not_allowed_token_type");
  if (token !== botToken) throw new SlackRefusal("invalid_auth");
}

/** The manifest's scopes are those that the app was installed with. */
function checkScopes(needed: readonly string[], granted: readonly string[]): void {
  const missing = needed.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return;
  throw new SlackRefusal("missing_scope", { needed: missing.join(","), provided: granted.join(",") });
}
