// Delivers to the app what happens in the workspace: signed POSTs to its request URL, each to be acknowledged in 3 s.
import { createHmac } from "node:crypto";
import type { Fields } from "./json.ts";

/** What became of one delivery. */
export type Ack =
  | { kind: "acknowledged"; body: string }
  /** Answered with another status than 2xx; an app may ask not to be sent an event again. */
  | { kind: "refused"; noRetry: boolean }
  | { kind: "timed-out" }
  | { kind: "unreachable" };

/** The way to the app. */
export interface Deliverer {
  /** Where deliveries go; null until the app has an address. */
  url: string | null;
  /** A slash command or an interaction, as Slack sends them: form-encoded. Delivered once, whatever comes of it. */
  form(fields: Readonly<Record<string, string>>): Promise<Ack>;
  /** An event, or the verification of the address. */
  json(body: Fields, headers?: Readonly<Record<string, string>>): Promise<Ack>;
  /** Gives up what is under way. */
  stop(): void;
}

/** What a deliverer needs: the app's address, the shared secret, how long it waits, and the machine's clock. */
export interface DelivererOptions {
  url: string | null;
  signingSecret: string;
  ackMs: number;
  machineNow: () => number;
}

/** A deliverer to one app, whose address may change meanwhile. */
export function createDeliverer({ url, signingSecret, ackMs, machineNow }: DelivererOptions): Deliverer {
  const stopping = new AbortController();

  const post = async (
    type: string,
    payload: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Ack> => {
    if (deliverer.url === null || stopping.signal.aborted) return { kind: "unreachable" };
    const timestamp = String(Math.floor(machineNow() / 1_000));
    const tooLate = AbortSignal.timeout(ackMs);
    try {
      const response = await fetch(deliverer.url, {
        method: "POST",
        headers: {
          "content-type": type,
          "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": signatureOf(signingSecret, timestamp, payload),
          ...headers,
        },
        body: payload,
        redirect: "manual",
        signal: AbortSignal.any([tooLate, stopping.signal]),
      });
      const body = await response.text();
      if (response.ok) return { kind: "acknowledged", body };
      return { kind: "refused", noRetry: response.headers.get("x-slack-no-retry") === "1" };
    } catch (error) {
      // fetch tells of a refused or broken connection by a TypeError, and of a signal by its reason.
      if (tooLate.aborted) return { kind: "timed-out" };
      if (error instanceof TypeError || stopping.signal.aborted) return { kind: "unreachable" };
      throw error;
    }
  };

  const deliverer: Deliverer = {
    url,
    form: (fields) => post("application/x-www-form-urlencoded", new URLSearchParams(fields).toString(), {}),
    json: (body, headers = {}) => post("application/json", JSON.stringify(body), headers),
    stop: () => {
      stopping.abort();
    },
  };
  return deliverer;
}

/** Slack's signature of a request body (docs.slack.dev, "Verifying requests from Slack"). */
function signatureOf(signingSecret: string, timestamp: string, body: string): string {
  return "v0=" + createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
}

/** What Slack calls it to the person who acted. */
export function errorOf(ack: Ack): "operation_timeout" | "dispatch_failed" {
  return ack.kind === "timed-out" ? "operation_timeout" : "dispatch_failed";
}
