// Makes the two clocks: the machine's, which is never turned, and the desk's, which the sandbox may turn ahead. Whoever sets
// the machine's clock wrong does not move Belfry's.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Tells the present instant. */
export type Clock = () => Date;

/** The time of this machine, for leases, back-off and time-outs. */
export const machineClock: Clock = () => new Date();

/**
 * A desk's clock that can be turned ahead and runs on at the speed of real time. While it is being turned it stands, so
 * that whatever comes due is told with its own time and not some milliseconds later.
 *
 *   running ──standAt──> standing ──standAt──> standing ──runFrom──> running
 */
export interface TurnedClock {
  now: Clock;
  /** Stands still at an instant until it is told to run. */
  standAt(at: Date): void;
  /** Runs on from an instant. */
  runFrom(at: Date): void;
}

/**
 * The clock whose distance from the machine's is kept in a file, where it went on from at the last start. The distance is
 * kept before anything is decided by the new time: after a crash no kept event lies in this clock's future.
 */
export function keptClock(file: string, machineNow: Clock): TurnedClock {
  let aheadMs = readDistance(file);
  let standing: Date | null = null;
  const turn = (at: Date): void => {
    aheadMs = at.getTime() - machineNow().getTime();
    keepDistance(file, aheadMs);
  };
  return {
    now: () => standing ?? new Date(machineNow().getTime() + aheadMs),
    standAt: (at) => {
      turn(at);
      standing = at;
    },
    runFrom: (at) => {
      turn(at);
      standing = null;
    },
  };
}

/** The machine's time that stays right while the machine's clock is set wrong. */
export interface SteadyClock {
  now: Clock;
  /** Sets it by what the database says: so far the machine's clock is from the database's, in milliseconds. */
  comparedBy(skewMs: number): void;
}

/**
 * Goes by the machine's clock, but does not follow where that jumps: from then on it goes by the time since, until the
 * database says which of the two is right. What is kept for others, when to send and until when a lease holds, would else
 * be minutes off: a place would be closed for so long, or a page sent twice. A machine that slept looks like a jump, and is
 * compared within a second.
 */
export function steadyClock(
  machineNow: Clock,
  runningMs: () => number = () => performance.now(),
): SteadyClock {
  let known = { atMs: machineNow().getTime(), runningMs: runningMs() };
  const knownNow = () => known.atMs + runningMs() - known.runningMs;
  const isFar = (ms: number) => Math.abs(ms) > MAX_SKEW_MS;
  return {
    now: () => {
      const shown = machineNow();
      if (isFar(shown.getTime() - knownNow())) return new Date(knownNow());
      // Small steps are the machine's own way to the right time.
      known = { atMs: shown.getTime(), runningMs: runningMs() };
      return shown;
    },
    comparedBy: (skewMs) => {
      const shownMs = machineNow().getTime();
      known = { atMs: isFar(skewMs) ? shownMs - skewMs : shownMs, runningMs: runningMs() };
    },
  };
}

/** The furthest that this machine's clock may be from the database's before nothing is decided by it any more. */
export const MAX_SKEW_MS = 30_000;

/** What the database says together with what its clock shows as it does; null where it has no clock of its own. */
export interface Timed {
  databaseNow: Date | null;
}

/** The database's answer, and how far this machine's clock was from its own then, in milliseconds; ahead is positive. */
export interface Compared<T extends Timed> {
  answer: T;
  skewMs: number;
}

/**
 * Asks the database, and compares the clocks by its answer. How long that took does not count: the database may have read
 * its clock at any moment in between. 0 where it has no clock of its own.
 */
export async function askComparing<T extends Timed>(
  ask: () => Promise<T>,
  machineNow: Clock,
  runningMs: () => number = () => performance.now(),
): Promise<Compared<T>> {
  for (;;) {
    const [before, beganMs] = [machineNow().getTime(), runningMs()];
    const answer = await ask();
    const [after, endedMs] = [machineNow().getTime(), runningMs()];
    const there = answer.databaseNow?.getTime();
    if (there === undefined) return { answer, skewMs: 0 };
    // Somebody set the machine's clock in between: neither of its two times can be compared.
    if (Math.abs(after - before - (endedMs - beganMs)) > SMALL_STEP_MS) continue;
    const skewMs = there < before ? before - there : there > after ? after - there : 0;
    return { answer, skewMs };
  }
}

/** Compares this machine's clock with the database's. */
export interface ComparedClocks {
  /** Asks the database, and compares the clocks by its answer. */
  asking<T extends Timed>(ask: () => Promise<T>): Promise<Compared<T>>;
  /**
   * How far this machine's clock is from the database's, in milliseconds; ahead is positive. They are compared again where
   * the last comparison is a second old, or where this machine's clock was set since: in between, one is as good as another.
   */
  skewMs(): Promise<number>;
}

/** Compares the clocks where somebody asks; `compared` hears of each comparison. */
export function comparedClocks(
  store: { databaseNow(): Promise<Date | null> },
  machineNow: Clock,
  compared: (skewMs: number) => void = () => undefined,
  runningMs: () => number = () => performance.now(),
): ComparedClocks {
  let last: { skewMs: number; atMs: number; setMs: number } | null = null;
  /** What the machine's clock shows at the start of the running one: it changes where somebody sets it. */
  const setMs = () => machineNow().getTime() - runningMs();
  const asking: ComparedClocks["asking"] = async (ask) => {
    const told = await askComparing(ask, machineNow, runningMs);
    last = { skewMs: told.skewMs, atMs: runningMs(), setMs: setMs() };
    compared(told.skewMs);
    return told;
  };
  return {
    asking,
    skewMs: async () => {
      const isFresh =
        last !== null &&
        runningMs() - last.atMs < COMPARE_EVERY_MS &&
        Math.abs(setMs() - last.setMs) < SMALL_STEP_MS;
      if (last !== null && isFresh) return last.skewMs;
      return (await asking(async () => ({ databaseNow: await store.databaseNow() }))).skewMs;
    },
  };
}

const COMPARE_EVERY_MS = 1_000;
/** Smaller steps are the machine's own way to the right time. */
const SMALL_STEP_MS = 1_000;

function readDistance(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
  const kept: unknown = JSON.parse(text);
  const aheadMs = typeof kept === "object" && kept !== null && "aheadMs" in kept ? kept.aheadMs : null;
  if (typeof aheadMs !== "number" || !Number.isFinite(aheadMs))
    throw new Error(`${file} does not hold the clock's distance; delete it to begin at this machine's time.`);
  return aheadMs;
}

/** Written beside and moved into place, so that a crash leaves the old distance or the new one. */
function keepDistance(file: string, aheadMs: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ aheadMs })}\n`);
  renameSync(`${file}.new`, file);
}
