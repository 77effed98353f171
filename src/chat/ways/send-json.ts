// One request with a JSON body to somebody else's server: bounded in time and in what is read of the answer, and followed
// nowhere else. Each ends in null where it was taken, or in an Outcome.
import type { Outcome } from "../../desk/ports.ts";
import { lostOrUnreached, NOT_NOW_STATUS } from "../network.ts";
import { unsent } from "../unsent.ts";

/** What is sent where. */
export interface JsonRequest {
  url: string;
  headers?: Record<string, string>;
  body: string;
  /** The sentence for an operator where it is refused for good; `said` is the beginning of the answer. */
  refusal: (status: number, said: string) => string;
}

/** How long it may take, and by which clock. */
export interface Bounds {
  timeoutMs?: number | undefined;
  machineNow: () => Date;
}

/** Sends it once. */
export async function sendJson(
  { url, headers = {}, body, refusal }: JsonRequest,
  { timeoutMs = TIMEOUT_MS, machineNow }: Bounds,
  signal: AbortSignal,
): Promise<Exclude<Outcome, { is: "sent" }> | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "Belfry", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const { status } = response;
    if (status >= 200 && status < 300) {
      await letGo(response);
      return null;
    }
    const now = machineNow();
    const why = `HTTP ${status}`;
    const waitMs = retryAfterMs(response.headers.get("retry-after"), now);
    if (status === 429 || (NOT_NOW_STATUS.has(status) && waitMs > 0)) {
      await letGo(response);
      return unsent({ is: "limited", waitMs, why }, "unknown", now);
    }
    if (NOT_NOW_STATUS.has(status) || status >= 500) {
      await letGo(response);
      return unsent({ is: NOT_NOW_STATUS.has(status) ? "down" : "lost", why }, "unknown", now);
    }
    const said = await beginningOf(response);
    return { is: "failed", why: status >= 400 ? `${why}: ${refusal(status, said)}` : `${why}: ${REDIRECTS}` };
  } catch (error) {
    return unsent(lostOrUnreached(error), "unknown", machineNow());
  }
}

/** Most answer in under a second; the outbox keeps its lease for longer than this. */
const TIMEOUT_MS = 10_000;
/** Whoever asks for more than an hour is asked again after one. */
const LONGEST_WAIT_MS = 3_600_000;
const READ_BYTES = 2_000;
const REDIRECTS =
  "it points elsewhere, and Belfry follows no redirect: write its last address into the desk file.";

/** "120" or a date, as HTTP has it; 0 where there is none. */
function retryAfterMs(written: string | null, now: Date): number {
  if (written === null) return 0;
  const waitMs = /^\d+$/.test(written.trim()) ? Number(written) * 1_000 : Date.parse(written) - now.getTime();
  return Number.isNaN(waitMs) ? 0 : Math.min(LONGEST_WAIT_MS, Math.max(0, waitMs));
}

/** The answer is known by its status: that the rest of it cannot be thrown away changes nothing. */
async function letGo({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => undefined);
}

/** So much of an answer as a log needs, on one line, however much is sent. */
async function beginningOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length >= READ_BYTES) break;
    }
  } catch {
    // It was refused, whatever else it wanted to say.
  }
  return Buffer.concat(chunks)
    .subarray(0, READ_BYTES)
    .toString("utf8")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}
