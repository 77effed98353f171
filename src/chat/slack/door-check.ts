// Lets in only what Slack signed, just now, once. Everything else gets 401 and an empty body before any of it is parsed.
//
// Bolt's own check takes an exact replay for five minutes and a timestamp an hour ahead; this one takes neither, so it
// stands in front of Bolt instead of it. Slack signs `v0:timestamp:body` with HMAC-SHA256 (docs.slack.dev, "Verifying
// requests from Slack"). A retry of an event may come within the same second with the same signature: it says so in
// X-Slack-Retry-Num and is let in, for whatever it asks was done once already.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { dismiss, onlyOne, readBody } from "../request.ts";

/** What the check goes by. */
export interface DoorCheckOptions {
  signingSecret: string;
  machineNow: () => Date;
  /** How long a body may take to arrive. */
  bodyTimeoutMs?: number;
  /** Told the reason of each refusal; never a secret and nothing of the body. */
  refused: (reason: string) => void;
}

/** A request listener that hands on to `next` what Slack signed, with its body read into `rawBody`, where Bolt looks for it. */
export function checkedAtTheDoor(options: DoorCheckOptions, next: RequestListener): RequestListener {
  const { signingSecret, machineNow, bodyTimeoutMs = 5_000, refused } = options;
  const seen = new Map<string, number>();

  async function check(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, reason: string): void => {
      refused(reason);
      dismiss(request, response, status, bodyTimeoutMs);
    };
    if (request.method !== "POST") return refuse(405, "not a POST");
    const nowMs = machineNow().getTime();
    const signed = signatureOf(request, nowMs);
    if ("reason" in signed) return refuse(401, signed.reason);
    const body = await readBody(request, { timeoutMs: bodyTimeoutMs, maxBytes: MAX_BODY_BYTES });
    if (body === "too large") return refuse(413, body);
    if (body === "too slow") return refuse(408, body);
    if (body === "cut off") return refused(body);
    if (!isSignedWith(signingSecret, signed, body)) return refuse(401, "signature does not match");
    const retry = request.headersDistinct["x-slack-retry-num"]?.[0] ?? "";
    if (isReplay(signed.signature, nowMs) && !/^[1-9]$/.test(retry)) return refuse(401, "replayed");
    next(Object.assign(request, { rawBody: body }), response);
  }

  /** Remembers signatures as long as their timestamp would be taken; the oldest give way when there are too many. */
  function isReplay(signature: string, nowMs: number): boolean {
    for (const [old, untilMs] of seen) {
      if (untilMs > nowMs && seen.size < MAX_REMEMBERED) break;
      seen.delete(old);
    }
    const isKnown = seen.has(signature);
    if (!isKnown) seen.set(signature, nowMs + MAX_AGE_MS + MAX_AHEAD_MS);
    return isKnown;
  }

  return (request, response) => {
    check(request, response).catch((error: unknown) => {
      refused(`failed: ${error instanceof Error ? error.message : "unknown"}`);
      dismiss(request, response, 500, bodyTimeoutMs);
    });
  };
}

interface Signed {
  timestamp: string;
  signature: string;
}

const MAX_AGE_MS = 5 * 60_000;
const MAX_AHEAD_MS = 60_000;
const MAX_BODY_BYTES = 1_000_000;
const MAX_REMEMBERED = 50_000;

function signatureOf(request: IncomingMessage, nowMs: number): Signed | { reason: string } {
  const timestamp = onlyOne(request, "x-slack-request-timestamp");
  const signature = onlyOne(request, "x-slack-signature");
  if (timestamp === null || signature === null) return { reason: "headers missing or repeated" };
  if (!/^\d{1,12}$/.test(timestamp)) return { reason: "timestamp is no number" };
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return { reason: "signature of another form" };
  const ageMs = nowMs - Number(timestamp) * 1000;
  if (ageMs > MAX_AGE_MS) return { reason: "timestamp too old" };
  if (ageMs < -MAX_AHEAD_MS) return { reason: "timestamp in the future" };
  return { timestamp, signature };
}

function isSignedWith(secret: string, { timestamp, signature }: Signed, body: Buffer): boolean {
  const expected = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice("v0=".length), "hex"));
}
