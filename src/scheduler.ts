// Decides when the desk looks for due work, and nothing about the work itself: asleep until the next due instant.
//
//   asleep ── the next instant has come ──┐
//   asleep ── something was committed ────┼──> look: handle what is due, one by one ──> asleep until the next instant
//   asleep ── the sweep of each second ───┘
//
// One look follows another, never two at once. The sweep catches what the others missed: a laptop that slept, a clock that
// was set, a database that was away. A look that fails leaves everything to the next sweep, so there is nothing to repair.
import cron from "node-cron";
import type { Logger } from "pino";
import { MAX_SKEW_MS, type Clock, type ComparedClocks, type TurnedClock } from "./clocks.ts";
import { DeskError } from "./core/errors.ts";
import type { NextWakeAt, Store } from "./desk/ports.ts";

/** Looks for due work from its making until it is stopped. */
export interface Scheduler {
  /**
   * Turns the desk's clock to a later instant, through each instant on the way at which something is due: that is
   * handled and sent with its own time before the clock goes on.
   * @throws DeskError where the target has passed, or the way there has more stops than anybody would want to wait for.
   */
  advanceTo(target: Date, clock: TurnedClock, settle: () => Promise<void>): Promise<void>;
  /** When it last looked with success, by the machine's clock; null: never yet. */
  lookedAt(): Date | null;
  /** Begins no further look, and resolves when the last one has ended. */
  stop(): Promise<void>;
}

/** What it looks at: how far things are, and how to get them done. */
export interface ScheduledWork {
  store: Pick<Store, "nextWakeAt" | "onCommit">;
  clocks: ComparedClocks;
  /** Each handles one thing that is due, and tells whether it found one. */
  tick: Readonly<Record<"ticket" | "chore", (now: Date) => Promise<boolean>>>;
  /** The desk's clock. */
  now: Clock;
  machineNow: Clock;
  log: Logger;
  /** True: nothing but the sweep wakes it, as where a machine loses every timer and a database every word. */
  sweepsAlone?: boolean;
}

/** Starts to look: once at once, then whenever there may be something to do. */
export function startScheduler(work: ScheduledWork): Scheduler {
  let timer: NodeJS.Timeout | undefined;
  let queuedLook: Promise<void> | null = null;
  let isStopped = false;
  let lookedAt: Date | null = null;
  const looked = (): void => void (lookedAt = work.machineNow());
  const oneAfterAnother = turnTaking();
  const trouble = troubleTold(work.log);

  const look = async (awaited: NextWakeAt | null): Promise<void> => {
    queuedLook = null;
    clearTimeout(timer);
    if (isStopped) return;
    try {
      const { next, isOthers } = await handleDue(work, looked, awaited);
      trouble.isOver();
      // What is due and was not handled is another replica's; the sweep sees to it if that one fails.
      if (work.sweepsAlone !== true && !isOthers)
        timer = sleepUntil(earliest(next), work.now(), () => void queueLook(next));
    } catch (error) {
      trouble.isBack(error);
    }
  };
  const queueLook = (awaited: NextWakeAt | null = null): Promise<void> =>
    (queuedLook ??= oneAfterAnother(() => look(awaited)));
  const wake = (): void => void queueLook();

  const unsubscribe = work.sweepsAlone === true ? () => undefined : work.store.onCommit(wake);
  liveByUtc();
  const sweep = cron.schedule("* * * * * *", () => queueLook(), {
    timezone: "UTC",
    noOverlap: true,
    missedExecutionTolerance: HOUR_MS,
    suppressMissedWarning: true,
    logger: quietly(work.log),
  });
  wake();

  return {
    advanceTo: (target, clock, settle) =>
      oneAfterAnother(() => advance(work, target, clock, settle, looked)).finally(wake),
    lookedAt: () => lookedAt,
    stop: async () => {
      isStopped = true;
      unsubscribe();
      await sweep.destroy();
      await oneAfterAnother(() => Promise.resolve());
      clearTimeout(timer);
    },
  };
}

/** Work that is repeated each minute of the machine's clock. */
export interface Repeated {
  /** Does it now; a failure is told and waits for the next minute, as always. */
  now(): Promise<void>;
  stop(): Promise<void>;
}

/** Repeats some work each minute. One that is still at it is not joined by another. */
export function eachMinute(log: Logger, name: string, work: () => Promise<void>): Repeated {
  let isStopped = false;
  const now = (): Promise<void> =>
    work().catch((error: unknown) => {
      if (!isStopped) log.error({ err: error, work: name }, "This failed, and is tried again in a minute.");
    });
  liveByUtc();
  const task = cron.schedule("0 * * * * *", now, {
    timezone: "UTC",
    noOverlap: true,
    suppressMissedWarning: true,
    logger: quietly(log),
  });
  return {
    now,
    stop: async () => {
      isStopped = true;
      await task.destroy();
    },
  };
}

/**
 * The store whose outbox gives nothing to a process with a wrong clock: one that is ahead would take the leases of others
 * for lapsed, and send what they are sending.
 */
export function onlyByARightClock(store: Store, clocks: Pick<ComparedClocks, "skewMs">): Store {
  const claim: Store["outbox"]["claim"] = async (...when) => {
    refuseAWrongClock(await clocks.skewMs());
    return store.outbox.claim(...when);
  };
  return { ...store, outbox: { ...store.outbox, claim } };
}

const HOUR_MS = 3_600_000;
/** How often one look may ask what is due. More, and the next sweep goes on with it. */
const MAX_ROUNDS = 50_000;
/** How many instants one turn of the clock may stop at: hourly reminders for more than a year. */
const MAX_STOPS = 10_000;
const STUCK = "The clock stopped on the way, as too much is due: turn it again to go on.";

/** What comes after a look. Where it is due already, another replica is at it. */
interface Coming {
  next: NextWakeAt;
  isOthers: boolean;
}

/**
 * Handles all that is due by now, and tells what comes next. Tells of each look that succeeds. What a timer `awaited` is due
 * without asking, unless somebody has handled it meanwhile.
 */
async function handleDue(
  work: ScheduledWork,
  looked: () => void,
  awaited: NextWakeAt | null = null,
): Promise<Coming> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const isAwaited = round === 0 && awaited !== null;
    const { answer: next, skewMs } = isAwaited
      ? { answer: awaited, skewMs: await work.clocks.skewMs() }
      : await work.clocks.asking(() => work.store.nextWakeAt());
    refuseAWrongClock(skewMs);
    const now = work.now();
    const { ticket, chore } = work.tick;
    const handled = [
      isDue(next.ticket, now) && (await ticket(now)),
      isDue(next.chore, now) && (await chore(now)),
    ];
    looked();
    if (!handled.includes(true) && !isAwaited) return { next, isOthers: isDue(earliest(next), now) };
  }
  throw new Error(`After ${MAX_ROUNDS} rounds something is still due.`);
}

function isDue(at: Date | null, now: Date): boolean {
  return at !== null && at <= now;
}

/** When the first of both is due, or null. */
export function earliest({ ticket, chore }: Pick<NextWakeAt, "ticket" | "chore">): Date | null {
  if (ticket === null || chore === null) return ticket ?? chore;
  return ticket < chore ? ticket : chore;
}

async function advance(
  work: ScheduledWork,
  target: Date,
  clock: TurnedClock,
  settle: () => Promise<void>,
  looked: () => void,
): Promise<void> {
  let reached = work.now();
  if (target < reached) throw new DeskError("invalid", "The clock can only be turned ahead.");
  clock.standAt(reached);
  try {
    await settle();
    for (let stop = 0; ; stop++) {
      const next = earliest(await work.store.nextWakeAt());
      if (next === null || next > target) break;
      if (stop === MAX_STOPS) throw new DeskError("unavailable", STUCK);
      reached = next > reached ? next : reached;
      clock.standAt(reached);
      const after = earliest((await handleDue(work, looked)).next);
      if (after !== null && after <= reached) throw new DeskError("unavailable", STUCK);
      await settle();
    }
    reached = target;
    clock.standAt(reached);
    await settle();
  } finally {
    clock.runFrom(reached);
  }
}

/**
 * A clock that was set wrong would page people in the night, or let the night pass. The database's clock is the same for
 * all replicas, so the one that differs from it stands back, until it is right again.
 */
function refuseAWrongClock(skewMs: number): void {
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return;
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  throw new Error(
    `This machine's clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} the database's: nothing is decided here until it is set right.`,
  );
}

/**
 * Node fires timers longer than 24.8 days at once, and a sleeping machine late: so it looks at least once an hour. What fell due
 * while the look was under way wakes it at once.
 */
function sleepUntil(next: Date | null, now: Date, wake: () => void): NodeJS.Timeout {
  const waitMs = next === null ? HOUR_MS : next.getTime() - now.getTime();
  return setTimeout(wake, Math.min(Math.max(waitMs, 0), HOUR_MS));
}

/** Runs what it is given one after another, in the order in which it was given. */
function turnTaking(): <T>(turn: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (turn) => {
    const mine = last.then(turn);
    // The error is its caller's; the next turn only waits for the end.
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Tells of failures that repeat each second without drowning the log: the 1st, 2nd, 4th, 8th ... and the end of them. */
function troubleTold(log: Logger): { isBack(error: unknown): void; isOver(): void } {
  let failures = 0;
  return {
    isBack: (error) => {
      failures += 1;
      if (Math.log2(failures) % 1 === 0)
        log.error({ err: error, failures }, "Due work could not be handled; trying again each second.");
    },
    isOver: () => {
      if (failures > 0) log.warn({ failures }, "Due work is handled again.");
      failures = 0;
    },
  };
}

/**
 * node-cron cuts the milliseconds off an instant by the wall clock of the process (`setMilliseconds`), which in the hour that
 * a clock change repeats gives an instant of the hour before: it would sweep nothing for an hour. Nothing else here asks
 * for the process's own zone.
 */
function liveByUtc(): void {
  process.env["TZ"] = "UTC";
}

/** node-cron warns of each sweep that found the last look still at work, which is nothing to worry about. */
function quietly(log: Logger) {
  const debug = (words: string | Error): void => log.debug({ from: "node-cron" }, String(words));
  const error = (words: string | Error): void => log.error({ from: "node-cron" }, String(words));
  return { info: debug, warn: debug, debug, error };
}
