#!/usr/bin/env node
// Puts Belfry together, and takes it apart in the reverse order. All that is wired is wired here:
//
//   config, desk file -> store -> workspace (Slack or sandbox), Teams -> door, outbox, scheduler -> the ways in
import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { slackListener } from "./chat/slack/listen.ts";
import { slackPlatform } from "./chat/slack/send.ts";
import type { Teams } from "./chat/teams/listen.ts";
import type { Cloud } from "./chat/teams/tokens.ts";
import { listenLocally } from "./cli/local-socket.ts";
import { answerQuestion, type Answer, type AskedDesk } from "./cli/questions.ts";
import {
  comparedClocks,
  keptClock,
  machineClock,
  steadyClock,
  type Clock,
  type TurnedClock,
} from "./clocks.ts";
import {
  ConfigError,
  isSandbox,
  loadDotEnv,
  readConfig,
  secretsIn,
  type Config,
  type SlackSettings,
} from "./config.ts";
import { DeskError, isUnavailable } from "./core/errors.ts";
import { tickChore, wakeChores } from "./desk/chores.ts";
import { feedAt } from "./desk/feed.ts";
import { openDoor } from "./desk/inbox.ts";
import { startOutbox, type OutboxObserver } from "./desk/outbox.ts";
import type { Store } from "./desk/ports.ts";
import { tickTicket } from "./desk/tick.ts";
import { deskHome, sandboxHome } from "./homes.ts";
import { startHeartbeat } from "./main/heartbeat.ts";
import { readinessOf, startHttp } from "./http.ts";
import { openLog, type Log } from "./log.ts";
import { keepNamesKnown, putDeskIntoForce, readDeskToApply } from "./main/desk-in-force.ts";
import { openWays, refuseLackingWays } from "./main/ways.ts";
import { openWorkspace, refuseWrongSandbox } from "./main/workspace.ts";
import { countingBreaches, openMetrics, type Metrics } from "./metrics.ts";
import { earliest, onlyByARightClock, startScheduler } from "./scheduler.ts";
import type { Pace } from "./store/outcome.ts";
import { openStore } from "./store/open.ts";
import { watchShutOuts, type ShutOuts } from "./main/shut-outs.ts";
import { undoing } from "./main/undoing.ts";

/** A Belfry that runs. */
export interface Belfry {
  /** Where it listens for Slack and Teams, for health checks and for Prometheus. */
  url: string;
  /** The page of the sandbox, or null where it does not run. */
  pageUrl: string | null;
  /** Turns the desk's clock ahead, through everything that is due on the way. Refused where it is the machine's clock. */
  turnTo(at: Date): Promise<void>;
  /** Takes nothing new, ends what is under way, and closes. */
  stop(): Promise<void>;
}

/** What a test may put in the place of the machine's. */
export interface Seams {
  /** What the machine's clock shows. */
  machineNow?: Clock;
  /** The desk's clock. */
  clock?: TurnedClock;
  pace?: Pace;
  log?: Log;
  /** Another issuer of Teams' tokens than Microsoft. */
  teamsCloud?: Cloud;
  /** As if no timer and no word of a commit ever woke the scheduler. */
  sweepsAlone?: boolean;
}

/**
 * Starts Belfry: on Slack and Teams where they are set up, else in its sandbox. Both may be down meanwhile; the database may
 * not.
 * @throws DeskError with a sentence for whoever started it; nothing is left running then.
 */
export async function startBelfry(config: Config, seams: Seams = {}): Promise<Belfry> {
  const { machineNow: shownNow = machineClock, log = logOf(config), sweepsAlone = false } = seams;
  const machine = steadyClock(shownNow);
  const machineNow = machine.now;
  refuseWrongSandbox(config);
  const home = isSandbox(config) ? sandboxHome(config.dataDir) : deskHome(config.dataDir);
  const place = config.databaseUrl === null ? { folder: home.folder } : { databaseUrl: config.databaseUrl };
  const desk = await readDeskToApply(config);
  if (desk !== null) refuseLackingWays(desk.directory, config);
  const started = undoing(log);
  try {
    const opened = await openStore({ place, machineNow, log, ...paceOf(config, seams) });
    started.add("store", () => opened.close());
    const shutOuts = watchShutOuts(log, machineNow);
    const metrics = openMetrics(opened, () => shutOuts.standing());
    const clocks = comparedClocks(opened, shownNow, (skewMs) => machine.comparedBy(skewMs));
    const store = countingBreaches(onlyByARightClock(opened, clocks), metrics);

    const clock = seams.clock ?? (home.clock === null ? null : keptClock(home.clock, machineNow));
    const now = clock?.now ?? machineNow;
    let turnTo: Belfry["turnTo"] = cannotTurn;
    const workspace = await openWorkspace(config, home, {
      clock: { now, nextDueAt: async () => earliest(await store.nextWakeAt()), turnTo: (at) => turnTo(at) },
      log,
      started,
    });

    const slack = workspace?.slack ?? null;
    const teams = await openTeamsFor(config, { store, machineNow, log, cloud: seams.teamsCloud });
    const spoken = [
      ...(slack === null ? [] : [slackPlatform({ token: slack.botToken, apiUrl: slack.apiUrl, machineNow })]),
      ...(teams === null ? [] : [teams.platform]),
    ];
    const ways = openWays(store, config, machineNow);
    const platforms = new Map([...spoken, ...ways].map((each) => [each.name, each]));
    const { directory } = await putDeskIntoForce(store, desk, { config, now, log });
    refuseLackingWays(directory, config);
    await keepNamesKnown(store, platforms, log, started);

    const door = await openDoor({ store, now, log, publicUrl: config.publicUrl });
    started.add("door", () => door.close());
    const observe = watching(metrics, shutOuts);
    const outbox = startOutbox({ store, platforms, now, machineNow, log, observe });
    started.add("outbox", () => outbox.stop(SEND_OUT_WITHIN_MS));
    await store.transaction((tx) => wakeChores(tx, now()), "desk");
    const scheduler = startScheduler({
      store,
      clocks,
      tick: {
        ticket: (by) => tickTicket(store, by, tellOfFault(log)),
        chore: (by) => tickChore(store, by, tellOfChoreFault(log)),
      },
      now,
      machineNow: shownNow,
      log,
      sweepsAlone,
    });
    started.add("scheduler", () => scheduler.stop());
    const settle = async (): Promise<void> => {
      await door.settle();
      await outbox.settle(SETTLE_WITHIN_MS);
    };
    if (clock !== null) turnTo = (at) => scheduler.advanceTo(at, clock, settle);

    const replied = (deed: string, ms: number): void => metrics.replied(deed, ms);
    const fromSlack =
      slack === null ? null : slackListener({ door, ...wayOf(slack), machineNow, log, observe: replied });
    if (fromSlack !== null) started.add("Slack's way in", () => fromSlack.stop());
    const fromTeams = teams?.listen({ door, observe: replied }) ?? null;
    if (fromTeams !== null) started.add("Teams' way in", () => fromTeams.stop());
    const readiness = () => readinessOf(store, { now, machineNow: shownNow }, shutOuts.standing());
    const http = await startHttp({
      ...addressFor(config),
      readiness,
      metrics,
      slack: fromSlack?.requestListener ?? null,
      teams: fromTeams?.requestListener ?? null,
      calendar: (token) => feedAt(store, token, now()),
      log,
    });
    started.add("http", () => http.stop(ANSWER_WITHIN_MS));
    if (config.heartbeatUrl !== null) {
      const lookedAt = () => scheduler.lookedAt();
      const heartbeat = startHeartbeat({
        ...{ url: config.heartbeatUrl, lookedAt, readiness, log },
        machineNow: shownNow,
      });
      started.add("heartbeat", () => heartbeat.stop());
    }
    if (config.databaseUrl === null) {
      const socket = await listenLocally(home.socket, answering({ store, platforms, now }, log));
      started.add("command line", () => socket.stop());
    }

    fromSlack?.start();
    door.start();
    workspace?.belfryListensAt(http.url);
    log.info({ url: http.url }, "Belfry runs.");
    return { url: http.url, pageUrl: workspace?.pageUrl ?? null, turnTo, stop: () => started.all() };
  } catch (error) {
    await started.all();
    throw error;
  }
}

/** How long requests and messages under way may still take in a stop, so that all of it takes less than ten seconds. */
const ANSWER_WITHIN_MS = 2_000;
const SEND_OUT_WITHIN_MS = 3_500;
const STOP_WITHIN_MS = 10_000;

/** How long each stop of a turned clock waits for its messages; what Slack delays longer comes later. */
const SETTLE_WITHIN_MS = 15_000;

/**
 * Slack wants a second between two posts to a channel, which is what the store keeps. The sandbox takes more, and whoever
 * turns its clock by a week need not wait for each message; a moment still lets lines for one place come together.
 */
function paceOf(config: Config, { pace }: Seams): { pace?: Pace } {
  if (pace !== undefined) return { pace };
  return isSandbox(config) ? { pace: () => SANDBOX_PACE_MS } : {};
}

const SANDBOX_PACE_MS = 100;

function cannotTurn(): Promise<void> {
  return Promise.reject(new DeskError("unavailable", "The desk's clock cannot be turned here, or not yet."));
}

/** The sandbox's console is for people: its log tells only what goes wrong, unless more is wanted. */
function logOf(config: Config): Log {
  return openLog({
    level: config.logLevel ?? (isSandbox(config) ? "warn" : "info"),
    secrets: secretsIn(config),
    to: process.stdout,
  });
}

function wayOf({ botToken, apiUrl, transport }: SlackSettings) {
  return transport.by === "http"
    ? { token: botToken, apiUrl, mode: transport.by, signingSecret: transport.signingSecret }
    : { token: botToken, apiUrl, mode: transport.by, appToken: transport.appToken };
}

/** In the sandbox the page has the port that people know; Belfry itself listens beside it, for the sandbox alone. */
function addressFor(config: Config): { host: string; port: number } {
  return isSandbox(config) ? { host: "127.0.0.1", port: 0 } : { host: config.host, port: config.port };
}

/** Teams is loaded only where it is set up: its library costs half a second and 40 MB. */
async function openTeamsFor(
  { teams }: Config,
  desk: { store: Store; machineNow: Clock; log: Log; cloud: Cloud | undefined },
): Promise<Teams | null> {
  if (teams === null) return null;
  const { openTeams } = await import("./chat/teams/listen.ts");
  const { store, machineNow, log, cloud } = desk;
  return openTeams({ ...teams, references: store.references, machineNow, log, cloud });
}

function watching(metrics: Metrics, shutOuts: ShutOuts): OutboxObserver {
  return {
    recorded: ({ urgency, place }, outcome, lateMs) => {
      shutOuts.heard(place, outcome);
      if (outcome.is === "sent") metrics.sent(urgency, lateMs);
      else if (outcome.is !== "dropped")
        metrics.refused(place.split(":")[0] ?? "", outcome.why.split(":")[0] ?? "");
    },
  };
}

function tellOfFault(log: Log): (ticket: string, fault: unknown) => void {
  return (ticket, fault) =>
    log.error(
      { ticket, err: fault },
      "What is due for a ticket could not be done; it is tried again in five minutes.",
    );
}

function tellOfChoreFault(log: Log): (chore: string, fault: unknown) => void {
  return (chore, fault) =>
    log.error(
      { chore, err: fault },
      "A chore of the desk could not be done; it is tried again in five minutes.",
    );
}

/** Answers the command line. A fault of ours is told here; whoever asked learns that there was one. */
function answering(desk: AskedDesk, log: Log): (question: unknown) => Promise<Answer> {
  return (question) =>
    answerQuestion(question, desk).catch((error: unknown) => {
      log.error({ err: error }, "A question of the command line could not be answered.");
      return { refused: "internal", why: "Something went wrong inside Belfry; its log tells what." };
    });
}

/**
 * The life of the process: starts, runs until it is told to stop, and ends with 0, or with 1 and a sentence. `greeting` goes
 * to standard output once it runs.
 */
export async function live(
  settings: () => Config,
  greeting: (belfry: Belfry) => string | null,
): Promise<void> {
  let belfry: Belfry | null = null;
  let log: Log | null = null;
  const end = async (): Promise<void> => {
    if (belfry === null) process.exit(0);
    setTimeout(() => {
      log?.error("Not all ended in time; what was being sent is looked after at the next start.");
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    await belfry.stop();
    process.exit(0);
  };
  // A second signal finds no listener here, and ends the process at once.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void end());
  // Whatever nobody expected may have left things half done: a new process finds them as the database has them.
  process.on("uncaughtException", (error) => {
    log?.fatal({ err: error }, "Belfry ends, since something happened that nobody expected.");
    if (log === null) process.stderr.write(`Belfry could not start: ${error.message}\n`);
    process.exit(1);
  });

  try {
    const config = settings();
    log = logOf(config);
    belfry = await startBelfry(config, { log });
    process.stdout.write(greeting(belfry) ?? "");
  } catch (error) {
    if (!isTold(error)) log?.fatal({ err: error }, "Belfry could not start.");
    process.stderr.write(`${sentenceOf(error)}\n`);
    process.exit(1);
  }
}

/** Whether an error is meant to be read by people, and not a fault of ours. */
function isTold(error: unknown): error is ConfigError | DeskError {
  return error instanceof ConfigError || error instanceof DeskError;
}

/** Why it could not start. Whoever starts it may also know why the database is away, which people in chat need not. */
function sentenceOf(error: unknown): string {
  if (!isTold(error)) return `Belfry could not start: ${String(error)}`;
  const why = isUnavailable(error) ? error.cause : undefined;
  return why instanceof Error ? `${error.message} (${why.message})` : error.message;
}

/** Whether the file of a module was started, also by a linked path, and not only imported. */
export function isStarted(module: string): boolean {
  const [, started = ""] = process.argv;
  return existsSync(started) && realpathSync(started) === fileURLToPath(module);
}

function ownSettings(): Config {
  const folder = process.cwd();
  loadDotEnv(folder);
  return readConfig(process.env, folder);
}

if (isStarted(import.meta.url)) {
  await live(ownSettings, ({ pageUrl }) =>
    pageUrl === null ? null : `Belfry's sandbox is open at ${pageUrl}\n`,
  );
}
