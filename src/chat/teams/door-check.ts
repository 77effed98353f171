// Lets in only activities that the Bot Connector sent for this bot, from organisations that may come in. All else gets a
// status and an empty body; nothing runs, and no call goes to an address that it named.
//
// The rules, in this order (an activity without a service URL skips botbuilder's check of that claim, so it comes first):
//   1. a POST of JSON, of bounded size and time;          405, 415, 413, 408
//   2. one bearer token that looks right, before the body is read;    401
//   3. channel "msteams";                                  400
//   4. a service URL, on the allow-list;                   400, 403
//   5. the token's signature, and its claim of that URL;   401 (503 where no keys can be had)
//   6. a tenant on the allow-list;                         403
//   7. who acts is told by the Entra object id alone: a person without one is nobody (activities.ts).
// In anonymous-dev there is no token; then the connection, its Host and the service URL must be this machine's own.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { z } from "zod";
import { dismiss, onlyOne, readBody } from "../request.ts";
import type { TokenCheck } from "./tokens.ts";

/** What the check goes by. */
export interface DoorCheckOptions {
  /** Null in anonymous-dev. */
  tokens: TokenCheck | null;
  /** Not asked in anonymous-dev. */
  allowedTenants: readonly string[];
  isServiceUrl: (url: string) => boolean;
  machineNow: () => Date;
  /** How long a body may take to arrive. */
  bodyTimeoutMs?: number;
  /** Told the reason of each refusal; never a token and nothing of the body. */
  refused: (reason: string) => void;
}

/** Answers one activity that was let in; what it gives is sent as JSON. */
export type Answering = (activity: unknown) => Promise<{ status: number; body: object | null }>;

/** A request listener that hands on to `next` what may come in. */
export function checkedAtTheDoor(options: DoorCheckOptions, next: Answering): RequestListener {
  const { bodyTimeoutMs = 5_000, refused } = options;
  return (request, response) => {
    const refuse = (status: number, reason: string): void => {
      refused(reason);
      dismiss(request, response, status, bodyTimeoutMs);
    };
    check(options, request)
      .then(async (checked) => {
        if ("reason" in checked) refuse(checked.status, checked.reason);
        else send(response, await next(checked.activity));
      })
      .catch((error: unknown) => {
        refuse(500, `failed: ${error instanceof Error ? error.name : "unknown"}`);
      });
  };
}

/**
 * Whether a service URL lies under one of those allowed. `anyPort` is for this machine's own, where ports come and go.
 */
export function isUnder(url: string, allowed: readonly string[], anyPort: boolean): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(url);
  if (search + hash + username + password !== "") return false;
  return allowed.some((each) => {
    const place = new URL(each);
    return (
      protocol === place.protocol &&
      hostname === place.hostname &&
      (anyPort || port === place.port) &&
      `${pathname}/`.startsWith(place.pathname)
    );
  });
}

/** Teams sends messages of up to some 100 kB. */
const MAX_BODY_BYTES = 512_000;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

const ENVELOPE = z.object({
  type: z.string().min(1),
  channelId: z.string(),
  serviceUrl: z.string().min(1).max(2_000),
  conversation: z.object({ tenantId: z.string().nullish() }).nullish(),
  channelData: z.object({ tenant: z.object({ id: z.string() }).nullish() }).nullish(),
});

type Checked = { activity: unknown } | { status: number; reason: string };

async function check(options: DoorCheckOptions, request: IncomingMessage): Promise<Checked> {
  const { tokens, allowedTenants, isServiceUrl, machineNow, bodyTimeoutMs = 5_000 } = options;
  const no = (status: number, reason: string): Checked => ({ status, reason });
  if (request.method !== "POST") return no(405, "not a POST");
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return no(415, "not JSON");
  const header = onlyOne(request, "authorization");
  const against = tokens === null ? distance(request) : tokens.glance(header, machineNow());
  if (against !== null) return no(401, against);
  const body = await readBody(request, { timeoutMs: bodyTimeoutMs, maxBytes: MAX_BODY_BYTES });
  if (body === "too large") return no(413, body);
  if (body === "too slow") return no(408, body);
  if (body === "cut off") return no(400, body);
  const activity = jsonOf(body);
  const envelope = ENVELOPE.safeParse(activity).data;
  if (envelope === undefined) return no(400, "no activity, or one without a service URL");
  if (envelope.channelId !== "msteams") return no(400, "another channel than Teams");
  if (!isServiceUrl(envelope.serviceUrl)) return no(403, "service URL is not on the list");
  if (tokens === null) return { activity };
  const verdict = await tokens.judge(header ?? "", envelope);
  if (verdict.is === "unavailable") return no(503, verdict.why);
  if (verdict.is === "forged") return no(401, verdict.why);
  const tenants = [envelope.channelData?.tenant?.id, envelope.conversation?.tenantId].filter(isGiven);
  const isInvited = tenants.length > 0 && tenants.every((id) => allowedTenants.includes(id.toLowerCase()));
  return isInvited ? { activity } : no(403, "tenant is not on the list");
}

/** Why a connection without a token is not from this machine itself, or null. A page in a browser may try by another name. */
function distance(request: IncomingMessage): string | null {
  if (!LOOPBACK.test(request.socket.remoteAddress ?? "")) return "not from this machine";
  return LOOPBACK_HOST.test(request.headers.host ?? "") ? null : "for another host than this machine";
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined && value !== "";
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

function send(response: ServerResponse, { status, body }: Awaited<ReturnType<Answering>>): void {
  if (body === null) {
    response.writeHead(status, { "content-length": 0 }).end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
