// Serves the one port: whether Belfry lives, whether it is ready, its numbers, and the ways in for Slack over HTTP and for Teams.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { askComparing, MAX_SKEW_MS, type Clock } from "./clocks.ts";
import type { Store } from "./desk/ports.ts";
import type { Metrics } from "./metrics.ts";

/** A listening server. */
export interface HttpServer {
  /** "http://127.0.0.1:3000" */
  url: string;
  /** Takes no new connection, lets answers under way end for up to `graceMs`, then closes the rest. */
  stop(graceMs: number): Promise<void>;
}

/** Whether work could be done now: each check with a sentence. */
export interface Readiness {
  ready: boolean;
  checks: Readonly<Record<string, { ok: boolean; says: string }>>;
}

/**
 * Listens on one port. `slack` answers what comes to /slack/events, `teams` what comes to /api/messages; either is null where
 * nothing comes that way.
 * @throws an Error with a sentence where the port cannot be had.
 */
export async function startHttp(options: {
  host: string;
  port: number;
  readiness: () => Promise<Readiness>;
  metrics: Metrics;
  slack: RequestListener | null;
  teams: RequestListener | null;
  /** The calendar at an address /oncall/TOKEN.ics, or null where there is none. */
  calendar: (token: string) => Promise<string | null>;
  log: Logger;
}): Promise<HttpServer> {
  const server = createServer(LIMITS, (request, response) => {
    route(options, request, response).catch((error: unknown) => {
      options.log.error({ err: error, path: tellable(pathOf(request)) }, "A request could not be answered.");
      if (!response.headersSent) answer(response, 500, "text/plain", "Something went wrong here.\n");
      else response.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, options.port, options.host);
  return {
    url: urlOf(server),
    stop: (graceMs) => closed(server, graceMs),
  };
}

/** Asks everything that must hold before work is done. Never throws: a check that fails says why. */
export async function readinessOf(
  store: Pick<Store, "pulse" | "databaseNow" | "tryToWrite">,
  clocks: { now: Clock; machineNow: Clock },
  shutOuts: readonly { platform: string; sinceAt: Date; why: string }[] = [],
): Promise<Readiness> {
  const checks: Record<string, { ok: boolean; says: string }> = {};
  try {
    const { migrated, oldestWakeAt } = await inTime(store.pulse());
    checks["database"] = { ok: true, says: "The database answers." };
    checks["migrations"] = migrated
      ? { ok: true, says: "The tables are those of this version." }
      : { ok: false, says: "The tables are not those of this version: run `belfry migrate`." };
    checks["schedule"] = scheduleCheck(oldestWakeAt, clocks.now());
    const askNow = async () => ({ databaseNow: await store.databaseNow() });
    checks["clock"] = clockCheck((await inTime(askComparing(askNow, clocks.machineNow))).skewMs);
    checks["writing"] = await writingCheck(store);
  } catch {
    // What went wrong may hold names and addresses; the log of whoever uses the database next tells it.
    checks["database"] = { ok: false, says: "The database does not answer." };
  }
  const ready = Object.values(checks).every((check) => check.ok);
  // Where a platform takes nothing, forms and commands can still be answered: taking this Belfry out would make it worse.
  for (const { platform, sinceAt, why } of shutOuts)
    checks[platform] = {
      ok: false,
      says: `It takes nothing from Belfry since ${sinceAt.toISOString()} (${why}). Messages and pages are kept.`,
    };
  return { ready, checks };
}

/** Node closes a connection that takes longer than this to say what it wants; so nobody can hold them all by dawdling. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};

/** Below the usual 1,024 open files of a process, so that a flood leaves room for the database and for sending. */
const MAX_CONNECTIONS = 512;
const CHECK_WITHIN_MS = 5_000;
const MAX_LATENESS_MS = 60_000;

async function route(
  { slack, teams, metrics, readiness, calendar }: Parameters<typeof startHttp>[0],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request);
  if (path === "/slack/events" && slack !== null) {
    slack(request, response);
    return;
  }
  if (path === "/api/messages" && teams !== null) {
    teams(request, response);
    return;
  }
  const token = CALENDAR.exec(path)?.[1];
  if (token === undefined && !["/healthz", "/readyz", "/metrics"].includes(path))
    return answer(response, 404, "text/plain", "There is nothing here.\n");
  if (request.method !== "GET" && request.method !== "HEAD")
    return answer(response, 405, "text/plain", "This can only be read.\n", { allow: "GET, HEAD" });
  if (token !== undefined) {
    const text = await calendar(token);
    if (text === null) return answer(response, 404, "text/plain", "There is nothing here.\n");
    return answer(response, 200, "text/calendar", text);
  }
  if (path === "/healthz") return answer(response, 200, "text/plain", "Belfry is alive.\n");
  if (path === "/readyz") {
    const { ready, checks } = await readiness();
    return answer(
      response,
      ready ? 200 : 503,
      "application/json",
      `${JSON.stringify({ ready, checks }, null, 2)}\n`,
    );
  }
  const { contentType, text } = await metrics.page();
  answer(response, 200, contentType, text);
}

/** Whoever knows such an address may read what is there, so it is never logged. */
const CALENDAR = /^\/oncall\/([^/]{1,200})\.ics$/;

function tellable(path: string): string {
  return path.startsWith("/oncall/") ? "/oncall/…" : path;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": type.includes("charset") ? type : `${type}; charset=utf-8`,
    "cache-control": "no-store",
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

function scheduleCheck(oldestWakeAt: Date | null, now: Date): { ok: boolean; says: string } {
  const lateMs = oldestWakeAt === null ? 0 : now.getTime() - oldestWakeAt.getTime();
  if (lateMs <= MAX_LATENESS_MS) return { ok: true, says: "Nothing that is due waits." };
  return {
    ok: false,
    says: `Something was due ${Math.round(lateMs / 1_000)} s ago and has not been looked at.`,
  };
}

async function writingCheck(store: Pick<Store, "tryToWrite">): Promise<{ ok: boolean; says: string }> {
  try {
    await inTime(store.tryToWrite());
    return { ok: true, says: "The database takes what is written." };
  } catch {
    return {
      ok: false,
      says: "The database answers, but takes nothing: its disk is full, or it may only be read.",
    };
  }
}

function clockCheck(skewMs: number): { ok: boolean; says: string } {
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  return Math.abs(skewMs) <= MAX_SKEW_MS
    ? { ok: true, says: "This machine's clock agrees with the database's." }
    : { ok: false, says: `This machine's clock is ${seconds} s away from the database's: set it right.` };
}

/** A database that hangs is one that does not answer. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("No answer in time.")), CHECK_WITHIN_MS);
  });
  return Promise.race([answer, late]).finally(() => {
    clearTimeout(timer);
  });
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(new Error(sentenceAbout(cause, port, host), { cause }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function sentenceAbout({ code }: NodeJS.ErrnoException, port: number, host: string): string {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is taken: stop what uses it, or set PORT to another one.`;
    case "EACCES":
      return `Port ${port} may not be used by this user: set PORT to one above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `This machine has no address ${host}: set HOST to one of its own, such as 127.0.0.1.`;
    default:
      return `Belfry cannot listen on port ${port} of ${host} (${code ?? "no reason given"}).`;
  }
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

function closed(server: Server, graceMs: number): Promise<void> {
  const rest = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(rest);
      resolve();
    });
    server.closeIdleConnections();
  });
}
