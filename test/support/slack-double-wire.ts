// How Slack reaches the app: signed HTTP requests to its one URL, or envelopes over the sockets that it opened.
import { createHmac, randomUUID } from "node:crypto";
import { request, type IncomingMessage, type Server } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import type { Json } from "./slack-double-workspace.ts";

/** What is brought to the app. A command and an event are bodies of their own; an interaction travels as `payload`. */
export type Parcel =
  { kind: "command"; body: Json } | { kind: "interaction"; body: Json } | { kind: "event"; body: Json };

/** What the app said within Slack's patience. */
export interface Answer {
  /** The HTTP status; over Socket Mode 200 for an acknowledgement; 0 where none came. */
  status: number;
  text: string;
  /** What the app answered with, or {}. */
  body: Json;
  /** Why no answer came. */
  why: string;
}

export interface Retry {
  num: number;
  reason: string;
}

/** Carries parcels to one app. */
export interface Wire {
  deliver(parcel: Parcel, retry: Retry | null): Promise<Answer>;
}

/** Slack waits this long for an acknowledgement. */
const PATIENCE_MS = 3_000;

/** Requests to the app's URL, signed as Slack signs them. Several URLs are several replicas behind one address, taken in turn. */
export function overHttp(urls: readonly string[], signingSecret: string): Wire {
  let turn = 0;
  return {
    async deliver(parcel, retry) {
      const url = urls[turn++ % urls.length] ?? "";
      const isEvent = parcel.kind === "event";
      const raw = isEvent ? JSON.stringify(parcel.body) : asForm(parcel);
      const headers = {
        ...signed(raw, signingSecret),
        "content-type": isEvent ? "application/json" : "application/x-www-form-urlencoded",
        ...(retry === null
          ? {}
          : { "x-slack-retry-num": String(retry.num), "x-slack-retry-reason": retry.reason }),
      };
      return post(url, raw, headers);
    },
  };
}

/** Slack's signature on a body, and its headers. */
export function signed(
  raw: string,
  signingSecret: string,
  timestamp = Math.floor(Date.now() / 1000),
): Record<string, string> {
  const mac = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${raw}`).digest("hex");
  return { "x-slack-request-timestamp": String(timestamp), "x-slack-signature": `v0=${mac}` };
}

/** Posts a body on a connection of its own, and waits as long as Slack would. */
export function post(url: string, raw: string, headers: Record<string, string | string[]>): Promise<Answer> {
  return new Promise((resolve) => {
    const none = (why: unknown): void => resolve({ status: 0, text: "", body: {}, why: String(why) });
    const outgoing = request(url, { method: "POST", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", none);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        resolve({ status: response.statusCode ?? 0, text, body: parsed(text), why: "" });
      });
    });
    const patience = setTimeout(() => outgoing.destroy(new Error("no answer in time")), PATIENCE_MS);
    outgoing.on("close", () => clearTimeout(patience));
    outgoing.on("error", none);
    outgoing.end(raw);
  });
}

/** The sockets of Socket Mode: accepts an app's connections on the double's own server, and takes turns between them. */
export function overSockets(
  server: Server,
  appId: string,
): Wire & { close(): void; hangUp(): void; sockets(): number } {
  const open: WebSocket[] = [];
  const waiting = new Map<string, (answer: Answer) => void>();
  const accepting = new WebSocketServer({ noServer: true });
  server.on("upgrade", (incoming: IncomingMessage, socket, head) => {
    if (!(incoming.url ?? "").startsWith("/link")) return void socket.destroy();
    accepting.handleUpgrade(incoming, socket, head, (link) => {
      open.push(link);
      // Slack pings often enough that a client may take silence for a dead connection.
      const pinging = setInterval(() => link.ping("Ping from the double"), 5_000);
      link.on("close", () => {
        clearInterval(pinging);
        open.splice(open.indexOf(link), 1);
      });
      link.on("message", (data: Buffer) => {
        const said = parsed(data.toString("utf8"));
        const id = String(said["envelope_id"]);
        const body = isJson(said["payload"]) ? said["payload"] : {};
        waiting.get(id)?.({ status: 200, text: "", body, why: "" });
        waiting.delete(id);
      });
      link.send(
        JSON.stringify({
          type: "hello",
          num_connections: open.length,
          connection_info: { app_id: appId },
          debug_info: { host: "double", build_number: 1, approximate_connection_time: 3600 },
        }),
      );
    });
  });
  let turn = 0;
  return {
    sockets: () => open.length,
    hangUp: () => [...open].forEach((link) => link.terminate()),
    close() {
      [...open].forEach((link) => link.terminate());
      accepting.close();
    },
    deliver(parcel, retry) {
      const link = open[turn++ % Math.max(open.length, 1)];
      if (link === undefined)
        return Promise.resolve({ status: 0, text: "", body: {}, why: "no socket is open" });
      const id = randomUUID();
      const type = { command: "slash_commands", interaction: "interactive", event: "events_api" }[
        parcel.kind
      ];
      return new Promise((resolve) => {
        const patience = setTimeout(() => {
          waiting.delete(id);
          resolve({ status: 0, text: "", body: {}, why: "no acknowledgement in time" });
        }, PATIENCE_MS);
        waiting.set(id, (answer) => {
          clearTimeout(patience);
          resolve(answer);
        });
        link.send(
          JSON.stringify({
            envelope_id: id,
            type,
            payload: parcel.body,
            accepts_response_payload: parcel.kind !== "event",
            ...(retry === null ? {} : { retry_attempt: retry.num, retry_reason: retry.reason }),
          }),
        );
      });
    },
  };
}

function asForm(parcel: Parcel): string {
  if (parcel.kind === "interaction")
    return new URLSearchParams({ payload: JSON.stringify(parcel.body) }).toString();
  return new URLSearchParams(
    Object.entries(parcel.body).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
}

function parsed(text: string): Json {
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : {};
  } catch (error) {
    // A plain sentence is an answer as well.
    return error instanceof SyntaxError ? { text } : {};
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
