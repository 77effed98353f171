// Slack's way in: what comes over HTTP or Socket Mode goes through Bolt to the deeds.
//
// Bolt acknowledges an event before anybody has seen it. Belfry may not: an event that is acknowledged and then lost is
// gone, while one that is not acknowledged Slack brings again. So `processEvent` is wrapped, the same for both
// transports: an event is acknowledged when its listeners are done, that is, committed; where they fail, HTTP answers
// 503 and Socket Mode stays silent.
import type { RequestListener, ServerResponse } from "node:http";
import {
  App,
  HTTPReceiver,
  SocketModeReceiver,
  type BlockAction,
  type ReceiverEvent,
  type ViewSubmitAction,
} from "@slack/bolt";
import { z } from "zod";
import type { Door } from "../../desk/door.ts";
import { counting } from "../underway.ts";
import { clientOptions, failureOf, slackCalls, type Calls } from "./calls.ts";
import { slackDeeds, type Deeds } from "./deeds.ts";
import { checkedAtTheDoor } from "./door-check.ts";
import { boltLogger, type Log } from "./log.ts";
import { slackPlaces } from "./places.ts";
import { backoffMs, keptConnection, rest, type Connection } from "./socket.ts";

/** How Slack reaches Belfry, and what Belfry does with it. */
export interface SlackListenerOptions {
  door: Door;
  token: string;
  mode: "http" | "socket";
  /** Needed in mode "http". */
  signingSecret?: string | undefined;
  /** Needed in mode "socket". */
  appToken?: string | undefined;
  /** Another place than https://slack.com/api/. */
  apiUrl?: string | undefined;
  machineNow: () => Date;
  log: Log;
  /** Told how long the person, or Slack, waited for an answer. */
  observe?: (deed: string, ms: number) => void;
  /** How long the desk may take before a person reads that it could not be stored; Slack gives three seconds in all. */
  storeWithinMs?: number;
}

/** Slack's way in, opened by `start`. */
export interface SlackListener {
  /** Answers POST /slack/events; null in Socket Mode. */
  readonly requestListener: RequestListener | null;
  /** Connects in the background: a Slack that is down delays nothing and is tried again until it is back. */
  start(): void;
  /** Takes nothing new, and resolves when all that came in is handled. */
  stop(): Promise<void>;
  /** Whether Slack can reach Belfry, as far as Belfry knows. */
  connected(): boolean;
}

/** Makes the way in; nothing happens before `start`. */
export function slackListener(options: SlackListenerOptions): SlackListener {
  const { token, apiUrl, machineNow, log } = options;
  const calls = slackCalls({ token, apiUrl, timeoutMs: CALL_TIMEOUT_MS });
  const stopping = new AbortController();
  const { until, later, ended } = counting(log, (error) => failureOf(error).why);
  let ownUser: string | null = null;

  const deeds = slackDeeds({
    door: options.door,
    calls,
    places: slackPlaces(calls, machineNow),
    log,
    storeWithinMs: options.storeWithinMs ?? STORE_WITHIN_MS,
    ownUser: () => ownUser,
    later,
  });
  const transport = options.mode === "http" ? overHttp(options) : overSocket(options, stopping.signal);
  const app = boltApp(transport.receiver, options);
  attach(app, deeds);
  const process = acknowledgingAfter(app, options.observe);
  app.processEvent = (event) => {
    if (stopping.signal.aborted) return Promise.reject(new Error("Belfry is stopping"));
    return until(process(event));
  };

  return {
    requestListener: transport.requestListener,
    start: () => {
      transport.connection?.open();
      later(async () => {
        ownUser = await whoAmI(calls, log, stopping.signal);
      });
    },
    stop: async () => {
      stopping.abort();
      await ended();
      await transport.connection?.close();
    },
    connected: () => transport.connection?.isUp() ?? true,
  };
}

const CALL_TIMEOUT_MS = 10_000;
/** Leaves Slack's three seconds room for the way there and back. */
const STORE_WITHIN_MS = 2_300;

interface Transport {
  receiver: HTTPReceiver | SocketModeReceiver;
  requestListener: RequestListener | null;
  connection: Connection | null;
}

function overHttp({ signingSecret, machineNow, log }: SlackListenerOptions): Transport {
  if (signingSecret === undefined) throw new Error("Slack over HTTP needs a signing secret");
  const receiver = new HTTPReceiver({
    signingSecret,
    // The door's check is stricter, and goes by Belfry's clock.
    signatureVerification: false,
    logger: boltLogger(log),
    processEventErrorHandler: ({ error, response }) => {
      answerFailure(error, response, log);
      return Promise.resolve(true);
    },
    unhandledRequestHandler: ({ response }) => {
      log.error("a request of Slack's was not answered in three seconds");
      if (!response.headersSent) response.writeHead(503).end();
    },
  });
  const refused = (reason: string): void => {
    log.warn({ reason }, "a request was turned away at the door");
  };
  const requestListener = checkedAtTheDoor({ signingSecret, machineNow, refused }, (request, response) => {
    receiver.requestListener(request, response);
  });
  return { receiver, requestListener, connection: null };
}

function overSocket({ appToken, apiUrl, log }: SlackListenerOptions, signal: AbortSignal): Transport {
  if (appToken === undefined) throw new Error("Slack over Socket Mode needs an app token");
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions({ apiUrl, timeoutMs: CALL_TIMEOUT_MS, signal }) },
    processEventErrorHandler: ({ error }) => {
      log.error({ err: causeOf(error) }, "something of Slack's could not be handled");
      return Promise.resolve(false);
    },
  });
  return { receiver, requestListener: null, connection: keptConnection(receiver, log, signal) };
}

/** Bolt without what Belfry does itself: it asks Slack nothing, remembers nothing, and passes errors on. */
function boltApp(receiver: Transport["receiver"], { token, apiUrl, log }: SlackListenerOptions): App {
  const app = new App({
    receiver,
    // With a token alone, Bolt would ask Slack who we are before each first event, and drop it where Slack is down.
    authorize: () => Promise.resolve({ botToken: token }),
    convoStore: false,
    ignoreSelf: false,
    logger: boltLogger(log),
    clientOptions: clientOptions({ apiUrl, timeoutMs: CALL_TIMEOUT_MS }),
  });
  app.error((error) => Promise.reject(error));
  return app;
}

function attach(app: App, deeds: Deeds): void {
  app.command(/^\//, ({ body, ack }) => deeds.command(body, ack));
  app.shortcut("file_ticket", ({ body, ack }) => deeds.shortcut(body, ack));
  app.action<BlockAction>(/.*/, ({ body, ack }) => deeds.press(body, ack));
  app.view<ViewSubmitAction>(/.*/, ({ body, ack }) => deeds.submission(body, ack));
  // An app_mention comes on top of the message that holds it, so messages alone are listened to.
  app.event("message", ({ body }) => deeds.message(body));
  app.event("app_home_opened", ({ body }) => deeds.home(body));
}

/** Bolt's processing, with events acknowledged after it and not before. Measures how long each acknowledgement took. */
function acknowledgingAfter(app: App, observe: SlackListenerOptions["observe"]) {
  const process = app.processEvent.bind(app);
  return async (event: ReceiverEvent): Promise<void> => {
    const cameAtMs = performance.now();
    const deed = deedOf(event.body);
    const ack: ReceiverEvent["ack"] = async (answer) => {
      observe?.(deed, performance.now() - cameAtMs);
      await event.ack(answer);
    };
    if (event.body["type"] !== "event_callback") return process({ ...event, ack });
    await process({ ...event, ack: () => Promise.resolve() });
    await ack();
  };
}

/** "command", "block_actions", "view_submission", "shortcut" or the event's own name. */
function deedOf(body: ReceiverEvent["body"]): string {
  const { type, event, command } = DEED.parse(body);
  if (command !== undefined) return "command";
  return event?.type ?? type ?? "other";
}

const DEED = z.object({
  type: z.string().optional(),
  command: z.string().optional(),
  event: z.object({ type: z.string().optional() }).optional(),
});

/** Asks Slack until it answers. Until then Belfry's own messages are known by their bot id alone, which suffices. */
async function whoAmI(calls: Calls, log: Log, signal: AbortSignal): Promise<string | null> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const { user_id, team } = await calls(signal).auth.test();
      log.info({ team }, "Slack knows Belfry");
      return user_id ?? null;
    } catch (error) {
      if (signal.aborted) break;
      log.error({ why: failureOf(error).why }, "Slack does not say who Belfry is; asking again");
    }
    await rest(backoffMs(failures), signal);
  }
  return null;
}

/** A payload of another form will not become better, all else may: Slack brings events again on 503. */
function answerFailure(error: unknown, response: ServerResponse, log: Log): void {
  const cause = causeOf(error);
  log.error({ err: cause }, "something of Slack's could not be handled");
  if (!response.headersSent) response.writeHead(cause instanceof z.ZodError ? 400 : 503).end();
}

/** What was thrown, out of Bolt's wrapping. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && "original" in error ? error.original : error;
}
