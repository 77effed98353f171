// A sandbox with everything around it in a test's hand: the app at the other end, both clocks, and a person at the page.
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LogLevel, WebClient, type Logger } from "@slack/web-api";
import type { Acts, Answers, PageState } from "../../src/sandbox/page-protocol.ts";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/sandbox.ts";

export const SECRET = "a secret of eight words for the sandbox tests";
export const TOKEN = "xoxb-sandbox-tests";

export const CARL = "U0CARL00001";
export const SAM = "U0SAM000001";
export const KATE = "U0KATE00001";
export const BOT = "U0BELFRY001";
export const ACME = "C0ACME00001";
export const SUPPORT = "C0SUPPORT01";
export const RANDOM = "C0RANDOM001";
export const OLD_DESK = "C0OLDDESK01";

export const MANIFEST = {
  display_information: { name: "Belfry" },
  features: {
    bot_user: { display_name: "Belfry" },
    slash_commands: [
      { command: "/ticket", description: "File a ticket", usage_hint: "[title]", should_escape: false },
      { command: "/escaped", description: "Gets names as ids", should_escape: true },
    ],
    shortcuts: [
      { name: "File a ticket", type: "global", callback_id: "file_ticket", description: "Opens the form" },
      {
        name: "From this message",
        type: "message",
        callback_id: "from_message",
        description: "Opens the form",
      },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        ...[
          "app_mentions:read",
          "channels:history",
          "channels:join",
          "channels:read",
          "chat:write",
          "commands",
        ],
        ...["dnd:read", "files:read", "files:write", "im:history", "im:read", "im:write", "reactions:read"],
        ...["reactions:write", "users:read", "users:read.email"],
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: [
        "message.channels",
        "message.im",
        "app_mention",
        "app_home_opened",
        "member_joined_channel",
      ],
    },
  },
};

/** One request that the sandbox made to the app. */
export interface Delivery {
  headers: IncomingMessage["headers"];
  body: string;
  isSigned: boolean;
  /** An event, a slash command, or an interaction by its type. */
  kind: string;
  /** The command's fields, the interaction's payload or the event's body. */
  payload: Record<string, unknown>;
}

/** How the app answers: a status and a body, or not at all. */
type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | "never";

/** The app at the other end: it records what comes and answers as it is told. */
interface App {
  url: string;
  deliveries: Delivery[];
  answer: (delivery: Delivery) => Answer;
  /** The first delivery, past or to come, that is not looked at yet and fits. */
  next(fits: string | ((delivery: Delivery) => boolean)): Promise<Delivery>;
  close(): Promise<void>;
}

export interface Rig {
  sandbox: Sandbox;
  app: App;
  web: WebClient;
  log: string[];
  /** The sandbox's time; a test sets it. */
  desk: { now: Date; dueAt: Date | null; turns: Date[] };
  /** The machine's time in milliseconds, where the test says what it is. */
  machine: { now: number | null };
  act<Act extends keyof Acts>(name: Act, body: Acts[Act]): Promise<Answers[Act]>;
  /** What the server says to an act, refused or not. */
  post(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; json: unknown }>;
  see(person: string): Promise<PageState>;
  stop(): Promise<void>;
}

/** The client logs each refusal; here refusals are what is wanted. */
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** Friday 27 November 2026, 18:05 in Chicago. */
export const FRIDAY_EVENING = new Date("2026-11-28T00:05:00.000Z");

export async function startRig(options: Partial<SandboxOptions> = {}): Promise<Rig> {
  const app = await startApp();
  const desk: Rig["desk"] = { now: FRIDAY_EVENING, dueAt: null, turns: [] };
  const machine: Rig["machine"] = { now: null };
  const log: string[] = [];
  const sandbox = await startSandbox({
    directory: null,
    host: "127.0.0.1",
    port: 0,
    eventsUrl: app.url,
    signingSecret: SECRET,
    botToken: TOKEN,
    clock: {
      now: () => desk.now,
      nextDueAt: () => Promise.resolve(desk.dueAt),
      turnTo: (at) => {
        desk.turns.push(at);
        desk.now = at;
        return Promise.resolve();
      },
    },
    log: (line) => log.push(line),
    manifest: MANIFEST,
    machineNow: () => machine.now ?? Date.now(),
    ...options,
    timings: { eventRetryMs: [1, 1, 1], pageMs: 1, ...options.timings },
  });

  const post: Rig["post"] = async (path, body, headers = {}) => {
    const response = await fetch(sandbox.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, json: await response.json() };
  };
  return {
    sandbox,
    app,
    log,
    desk,
    machine,
    web: new WebClient(TOKEN, {
      slackApiUrl: sandbox.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: SILENT,
    }),
    post,
    act: async (name, body) => {
      const { status, json } = await post(`/page-api/${name}`, body);
      if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(json)}`);
      return json as Answers[typeof name];
    },
    see: (person) => firstState(`${sandbox.url}/page-api/live?as=${person}`),
    stop: async () => {
      await sandbox.stop();
      await app.close();
    },
  };
}

async function startApp(): Promise<App> {
  const waiting: { fits: (delivery: Delivery) => boolean; found: (delivery: Delivery) => void }[] = [];
  const unseen: Delivery[] = [];

  const server = createServer((request, response) => {
    void readDelivery(request).then((delivery) => {
      if (delivery.kind === "url_verification") {
        app.deliveries.push(delivery);
        response.end(JSON.stringify({ challenge: delivery.payload["challenge"] }));
        return;
      }
      app.deliveries.push(delivery);
      const answer = app.answer(delivery);
      if (answer !== "never") {
        const isJson = typeof answer.body === "object";
        response.writeHead(answer.status, {
          ...(isJson ? { "content-type": "application/json" } : {}),
          ...answer.headers,
        });
        response.end(isJson ? JSON.stringify(answer.body) : answer.body);
      }
      const index = waiting.findIndex(({ fits }) => fits(delivery));
      if (index < 0) unseen.push(delivery);
      else waiting.splice(index, 1)[0]?.found(delivery);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const app: App = {
    url: `http://127.0.0.1:${portOf(server)}/slack/events`,
    deliveries: [],
    answer: () => ({ status: 200 }),
    next: (wanted) => {
      const fits = typeof wanted === "string" ? (delivery: Delivery) => delivery.kind === wanted : wanted;
      const index = unseen.findIndex(fits);
      const [known] = index < 0 ? [] : unseen.splice(index, 1);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((found) => waiting.push({ fits, found }));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return app;
}

/** The event inside an event's body. */
export function eventIn(delivery: Delivery): Record<string, unknown> {
  return delivery.payload["event"] as Record<string, unknown>;
}

async function readDelivery(request: IncomingMessage): Promise<Delivery> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const timestamp = String(request.headers["x-slack-request-timestamp"]);
  const expected = "v0=" + createHmac("sha256", SECRET).update(`v0:${timestamp}:${body}`).digest("hex");
  const isSigned = request.headers["x-slack-signature"] === expected;
  return { headers: request.headers, body, isSigned, ...readPayload(request, body) };
}

function readPayload(
  request: IncomingMessage,
  body: string,
): { kind: string; payload: Record<string, unknown> } {
  if (request.headers["content-type"] === "application/json") {
    const payload = JSON.parse(body) as Record<string, unknown>;
    const event = payload["event"] as { type?: string } | undefined;
    return { kind: event?.type ?? String(payload["type"]), payload };
  }
  const fields = Object.fromEntries(new URLSearchParams(body));
  if (fields["payload"] === undefined) return { kind: "command", payload: fields };
  const payload = JSON.parse(fields["payload"]) as Record<string, unknown>;
  return { kind: String(payload["type"]), payload };
}

/** The state that a page is told when it comes. */
async function firstState(url: string): Promise<PageState> {
  const response = await fetch(url);
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString("utf8");
    if (/^data: .*\n\n/m.test(text)) break;
  }
  const line = /^data: (.*)\n\n/m.exec(text)?.[1];
  if (line === undefined) throw new Error(`${url} told no state: ${response.status} ${text}`);
  return JSON.parse(line) as PageState;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
