// Belfry as a child process of a test: started, turned, stopped and killed, with all that it wrote. It runs from dist/, which
// `npm test` builds before.
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { NODE_FLAGS } from "./node-flags.ts";

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** From the signal to the end. */
  ms: number;
}

/** A process that was started for a test. */
export interface Child {
  readonly pid: number;
  /** "http://127.0.0.1:4711" */
  readonly url: string;
  /** Everything that it wrote so far, both streams. */
  log(): string;
  /** True until it has ended. */
  isAlive(): boolean;
  /** SIGKILL: nothing is tidied. Resolves when it is gone. */
  kill(): Promise<Ending>;
  /** SIGTERM. */
  stop(): Promise<Ending>;
}

/** A Belfry whose desk's clock is the test's. */
export interface TurnedChild extends Child {
  /** Turns the clock ahead through all that is due on the way; fails where the process dies meanwhile. */
  turnTo(at: Date): Promise<void>;
  /** Puts the clock at an instant, as if the machine had slept until then. */
  jumpTo(at: Date): Promise<void>;
  /** Sets its machine's clock wrong by so much, ahead or behind; 0 sets it right. */
  skewBy(ms: number): Promise<void>;
}

/** What a turned child is asked: to go ahead through all that is due on the way, to have slept until then, or to go wrong. */
type Wish = { turnTo: number } | { jumpTo: number } | { skewBy: number };
type Order = { nr: number } & Wish;
/** What it tells: that it runs, or what became of an order. */
type Report = { url: string } | { done: number; failed: string | null };

type Environment = Readonly<Record<string, string>>;

const ROOT = join(import.meta.dirname, "..", "..");
const START_WITHIN_MS = 60_000;

/** Starts a Belfry that goes by the machine's clock and by Slack's pace; ready when this resolves. */
export async function startBelfryOnTime(environment: Environment): Promise<Child> {
  const child = forked(environment);
  const running = watched(child);
  const url = await running.unlessItEnds(
    new Promise<string>((resolve) => {
      child.once("message", (report: Extract<Report, { url: string }>) => resolve(report.url));
    }),
  );
  await running.unlessItEnds(ready(url));
  return running.child(url);
}

/** Starts a Belfry with its clock standing at an instant; ready when this resolves. */
export async function startTurnedBelfry(environment: Environment, deskAt: Date): Promise<TurnedChild> {
  const child = forked({ ...environment, DESK_AT: String(deskAt.getTime()) });
  const running = watched(child);
  const waiting = new Map<number, (failed: string | null) => void>();
  let nr = 0;
  const url = await running.unlessItEnds(
    new Promise<string>((resolve) => {
      child.on("message", (report: Report) => {
        if ("url" in report) return resolve(report.url);
        waiting.get(report.done)?.(report.failed);
        waiting.delete(report.done);
      });
    }),
  );
  await running.unlessItEnds(ready(url));
  const order = async (wish: Wish): Promise<void> => {
    const mine: Order = { nr: ++nr, ...wish };
    const done = new Promise<string | null>((resolve) => waiting.set(mine.nr, resolve));
    child.send(mine);
    const failed = await running.unlessItEnds(done);
    if (failed !== null) throw new Error(failed);
  };
  return {
    ...running.child(url),
    turnTo: (at) => order({ turnTo: at.getTime() }),
    jumpTo: (at) => order({ jumpTo: at.getTime() }),
    skewBy: (ms) => order({ skewBy: ms }),
  };
}

function forked(environment: Environment): ChildProcess {
  return fork(join(ROOT, "test/support/belfry-child.mjs"), [], {
    cwd: ROOT,
    env: { ...bare(), ...environment, PORT: "0" },
    execArgv: [...NODE_FLAGS],
    silent: true,
  });
}

/** Waits until a Belfry says that it can work. */
async function ready(url: string): Promise<void> {
  const givesUpAt = performance.now() + START_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch((error: unknown) => String(error));
    if (typeof answer !== "string" && answer.ok) return;
    if (performance.now() > givesUpAt)
      throw new Error(`not ready: ${typeof answer === "string" ? answer : await answer.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What every process needs of this one's environment, and none of its settings. */
function bare(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, NODE_ENV: "test", LOG_LEVEL: "info", TZ: "Asia/Kathmandu" };
}

function watched(child: ChildProcess) {
  let written = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (words: string) => {
      written += words;
    });
  const ended = new Promise<Omit<Ending, "ms">>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<Ending> => {
    const since = performance.now();
    child.kill(signal);
    return { ...(await ended), ms: performance.now() - since };
  };

  return {
    /** What is waited for, or an error with the log where the process ends before. */
    unlessItEnds: <T>(wanted: Promise<T>): Promise<T> =>
      Promise.race([
        wanted,
        ended.then(({ code, signal }): never => {
          throw new Error(`the process ended (${code ?? signal}) and had written:\n${written.slice(-4_000)}`);
        }),
      ]),

    child: (url: string): Child => ({
      pid: child.pid ?? 0,
      url,
      log: () => written,
      isAlive,
      kill: () => end("SIGKILL"),
      stop: () => end("SIGTERM"),
    }),
  };
}
