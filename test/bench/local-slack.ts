// A Slack of this machine for benches: it answers every call at once and knows nothing of its own, so that what is measured is
// the program. It notes when each call began to arrive, and can be told to refuse, to be silent, or to stall.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One call of the Web API. */
export interface Heard {
  /** When its first byte was here, in milliseconds since 1970, by the clock that never jumps. */
  atMs: number;
  method: string;
  channel: string;
  /** The key that Belfry marks a message with; "" where there is none. */
  key: string;
  /** Which Belfry called: the first part of the address that it was given. */
  from: string;
}

/** What comes in place of an answer. */
export type Instead = { status: 429; afterS: number } | "silence" | null;

/** The Slack, listening. */
export interface LocalSlack {
  /** Settings for a Belfry that calls here under a name of its own. */
  settings(name: string): Record<string, string>;
  /** Hears of each call; the last one given is the one that is told. */
  onCall(hear: (heard: Heard) => void): void;
  /** Decides about calls from now on. */
  answer(instead: (heard: Heard) => Instead): void;
  /** Holds every answer back until `goOn` is called. */
  stall(): void;
  goOn(): void;
  /** How many calls came so far. */
  count(): number;
  close(): Promise<void>;
}

/** Signs what this Slack sends, though nothing here does. */
export const SIGNING_SECRET = "0123456789abcdef0123456789abcdef";
/** The token that it gives out; it takes any. */
export const BOT_TOKEN = "xoxb-bench-token";

/** Starts it on a free port of this machine. */
export async function startLocalSlack(): Promise<LocalSlack> {
  let hear: (heard: Heard) => void = () => undefined;
  let instead: (heard: Heard) => Instead = () => null;
  let count = 0;
  let stalled: (() => void)[] | null = null;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = performance.timeOrigin + performance.now();
    const body = new URLSearchParams(await textOf(request));
    const [, from = "", , method = ""] = (request.url ?? "").split("/");
    const channel = body.get("channel") ?? body.get("users") ?? "";
    const heard = { atMs, method, channel, key: keyIn(body.get("metadata")), from };
    count += 1;
    hear(heard);
    const other = instead(heard);
    if (other === "silence") return;
    if (stalled !== null) await new Promise<void>((resolve) => stalled?.push(resolve));
    if (other !== null) {
      response.writeHead(other.status, { "retry-after": String(other.afterS) });
      return void response.end();
    }
    const text = JSON.stringify(answerTo(method, channel, body.get("ts"), count));
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    settings: (name) => ({
      SLACK_API_URL: `http://127.0.0.1:${port}/${name}/api/`,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_MODE: "http",
    }),
    onCall: (listener) => (hear = listener),
    answer: (decides) => (instead = decides),
    stall: () => (stalled ??= []),
    goOn: () => {
      for (const goOn of stalled ?? []) goOn();
      stalled = null;
    },
    count: () => count,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function keyIn(metadata: string | null): string {
  return metadata === null ? "" : (/"key":"((?:[^"\\]|\\.)*)"/.exec(metadata)?.[1] ?? "");
}

/** Every channel and person is there, and everything said before is gone. */
function answerTo(method: string, channel: string, ts: string | null, count: number): object {
  switch (method) {
    case "auth.test":
      return { ok: true, user_id: "U0BELFRY", bot_id: "B0BELFRY", team: "Bench", team_id: "T0BENCH" };
    case "conversations.open":
      return { ok: true, channel: { id: channel.replace(/^U/, "D") } };
    case "conversations.history":
    case "conversations.replies":
      return { ok: true, messages: [], has_more: false };
    case "chat.postMessage":
      return { ok: true, channel, ts: `1790000000.${String(count).padStart(6, "0")}`, message: {} };
    case "chat.update":
      return { ok: true, channel, ts };
    case "views.open":
      return { ok: true, view: { id: "V0BENCH" } };
    default:
      return { ok: true };
  }
}
