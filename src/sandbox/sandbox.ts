// Starts a local Slack workspace: the Web API and the page on one port, and deliveries to one app.
//
//   app  --- Web API calls ---------------------->  /api/…       methods/
//   app  <-- signed commands, presses, events ----  deliver.ts   (commands, events ...)
//   page --- what people do, live state --------->  /page-api/…  acts.ts, live.ts
//
// It knows nothing of the app but its manifest, its address, its token and its signing secret.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createActs } from "./acts.ts";
import { createTurning, type TurnableClock } from "./clock.ts";
import { createDeliverer } from "./deliver.ts";
import { createEventQueue } from "./event-queue.ts";
import { eventsAbout } from "./events.ts";
import { openFiles } from "./files.ts";
import { answerJson, HttpRefusal, refuseStrangers } from "./http.ts";
import { close, hostsOf, listen, originOf } from "./listen.ts";
import { createLive } from "./live.ts";
import { parseManifest, readManifest } from "./manifest.ts";
import type { Parts } from "./method.ts";
import { createUploads } from "./methods/files.ts";
import { createModals } from "./modals.ts";
import { answerPage, type PageServer } from "./page-server.ts";
import { pageState } from "./page-state.ts";
import { answerResponse } from "./respond.ts";
import { createResponseUrls } from "./response-urls.ts";
import { IDENTITY, PEOPLE, seedChannels } from "./seed.ts";
import { SLACK_TIMINGS, type Timings } from "./timings.ts";
import { createTriggers } from "./triggers.ts";
import { answerCall, type Faults } from "./web-api.ts";
import type { Channel, Person } from "./memory.ts";
import { openWorkspace } from "./workspace.ts";

export type { TurnableClock } from "./clock.ts";

/** What a sandbox needs to know. */
export interface SandboxOptions {
  /** Where journal and files are kept; null keeps everything in memory. One sandbox at a time may use a folder. */
  directory: string | null;
  host: string;
  /** The first choice; the next free one is taken where it is not free. 0 takes any. */
  port: number;
  /** The app's request URL for events, commands and interactivity; null until it is known. */
  eventsUrl: string | null;
  signingSecret: string;
  botToken: string;
  clock: TurnableClock;
  log?(line: string): void;
  /** The app's manifest as JSON; the repository's own where it is not given. */
  manifest?: unknown;
  /** Slack's waits, where they are to be others. */
  timings?: Partial<Timings>;
  /** The machine's clock in milliseconds, for signatures, trigger ids and response URLs. */
  machineNow?(): number;
}

/** A running workspace. */
export interface Sandbox {
  /** Where the page is, e.g. http://127.0.0.1:3000 */
  url: string;
  /** What the app is told as SLACK_API_URL. */
  apiUrl: string;
  /** Who the bot is. */
  identity: typeof IDENTITY;
  /** Everybody and every channel of the first day. */
  people: readonly Person[];
  channels: readonly Channel[];
  /** Tells where the app is; what waited for it is delivered. */
  setEventsUrl(url: string): void;
  stop(): Promise<void>;
}

/** Starts it. Rejects where the manifest cannot be read, the journal is damaged or no port is free. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const timings: Timings = { ...SLACK_TIMINGS, ...options.timings };
  const machineNow = (): number => options.machineNow?.() ?? Date.now();
  const log = (line: string): void => options.log?.(line);
  const manifest = options.manifest === undefined ? readManifest() : parseManifest(options.manifest);
  const inDirectory = (name: string): string | null =>
    options.directory === null ? null : join(options.directory, name);

  const server = createServer();
  let origin = "";
  const workspace = openWorkspace({
    journal: inDirectory("journal.jsonl"),
    now: () => options.clock.now(),
    origin: () => origin,
    eventsAbout: (change, state, nextTs) =>
      eventsAbout(change, state, { wanted: manifest.events, nextTs, now: options.clock.now() }),
  });
  await listen(server, options.host, options.port).catch((error: unknown) => {
    workspace.close();
    throw error;
  });
  origin = originOf(server, options.host);

  const faults: Faults = { rateLimited: false, down: false };
  let nextDueAt: Date | null = null;

  const parts: Parts = {
    workspace,
    modals: createModals(() => {
      live.changed();
    }),
    triggers: createTriggers(timings.triggerMs, machineNow),
    files: openFiles(workspace, inDirectory("files")),
    manifest,
  };
  const turning = createTurning(options.clock, () => {
    live.changed();
  });
  const live = createLive({
    stateOf: (user) => {
      const person = workspace.people.get(user);
      if (person === undefined) throw new Error(`Nobody here has the id ${user}.`);
      return pageState(person, parts, { nextDueAt, isTurning: turning.isTurning(), faults });
    },
    waitMs: timings.pageMs,
    followed: () => {
      lookAhead();
    },
  });

  const { signingSecret, botToken } = options;
  const deliverer = createDeliverer({
    url: options.eventsUrl,
    signingSecret,
    ackMs: timings.ackMs,
    machineNow,
  });
  const events = createEventQueue({ workspace, deliverer, retryMs: timings.eventRetryMs, log });
  const urlLimits = { lifetimeMs: timings.responseUrlMs, uses: timings.responseUrlUses };
  const responseUrls = createResponseUrls(urlLimits, machineNow);
  const uploads = createUploads();
  const acts = createActs({ parts, deliverer, responseUrls, log });
  const page: PageServer = { parts, acts, turning, live, faults };
  const hosts = hostsOf(server, options.host);

  const stopListening = workspace.onChange(() => {
    live.changed();
  });
  const heartbeat = setInterval(lookAhead, timings.lookAheadMs);
  heartbeat.unref();

  server.on("request", (request, response) => {
    void route(request, response).catch((error: unknown) => {
      answerError(response, error, log);
    });
  });
  events.flush();

  return {
    url: origin,
    apiUrl: `${origin}/api/`,
    identity: IDENTITY,
    people: PEOPLE,
    channels: seedChannels(),
    setEventsUrl: (url) => {
      deliverer.url = url;
      events.flush();
    },
    stop: async () => {
      clearInterval(heartbeat);
      stopListening();
      events.stop();
      deliverer.stop();
      live.stop();
      await close(server);
      workspace.close();
    },
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    refuseStrangers(request, hosts);
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", origin);
    if (path.startsWith("/api/")) {
      const method = path.slice("/api/".length);
      return answerCall(request, response, {
        method,
        parts,
        faults,
        botToken,
        uploadMethods: uploads.methods,
      });
    }
    if (path.startsWith("/response/")) {
      return answerResponse(request, response, { path, urls: responseUrls, workspace, isDown: faults.down });
    }
    if (path.startsWith("/upload/")) return uploads.take(request, response, { path, files: parts.files });
    return answerPage(request, response, { path, query }, page);
  }

  /** Asks what is due next, and tells the pages where that has changed. */
  function lookAhead(): void {
    if (live.count() === 0) return;
    options.clock.nextDueAt().then(
      (at) => {
        const isNews = at?.getTime() !== nextDueAt?.getTime();
        nextDueAt = at;
        if (isNews) live.changed();
      },
      (error: unknown) => {
        log(`The app could not say what is due next: ${String(error)}`);
      },
    );
  }
}

function answerError(response: ServerResponse, error: unknown, log: (line: string) => void): void {
  if (error instanceof HttpRefusal) {
    if (error.cause instanceof Error) log(`A request failed: ${error.cause.stack ?? error.cause.message}`);
    return answerJson(response, error.status, { error: error.message });
  }
  log(`A request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  answerJson(response, 500, { error: "The sandbox failed; its log says why." });
}
