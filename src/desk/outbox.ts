// The only way out: claims what is to be sent, sends it, records what became of it. Backs off, gives up loudly.
//
// A delivery is sent outside of any transaction, under a lease that is kept alive meanwhile. When this process dies, the
// lease runs out and another one sends: first it looks whether the message arrived, since nobody recorded it.
import { unrungNow } from "../core/hearing.ts";
import { refusedText, type Setting } from "../core/in-step.ts";
import { line } from "../core/lines.ts";
import { deliver, mayRing, type Means } from "./deliver.ts";
import { keepAnswer } from "./hearing.ts";
import type { Delivery, Log, Outcome, Store, Tx } from "./ports.ts";
import { notice } from "./notice.ts";
import { passOver } from "./pass-over.ts";
import { tellOfGonePlace } from "./gone-place.ts";

/** How long another process waits for a dead one's deliveries. */
const LEASE_MS = 10_000;
const EXTEND_EVERY_MS = 3_000;
/** How many deliveries are being sent at once. So many more may be sent already, and wait until that is recorded. */
const AT_ONCE = 128;
/** So many of them are kept for pages: where a platform answers slowly, reminders would else take every place. */
const FOR_PAGES = 32;
/** One that has come further waits so long for others, so that one claim serves them all; longer while many are to come. */
const GATHER_MS = 5;
const GATHER_MANY_MS = 20;
const MANY = 32;
/** What is claimed with a page begins once that is sent and recorded, or after so long: nothing keeps it from leaving. */
const PAGES_FIRST_MS = 100;
/** Back-off between tries: doubled each time, up to a cap; a page is tried more often. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = { page: 15_000, normal: 60_000 } as const;
/** After three days of refusals nobody reads it any more. */
const GIVE_UP_MS = 72 * 3_600_000;
/** Looking again this often finds what no commit told of, e.g. another process's lapsed lease. */
const LOOK_EVERY_MS = 1_000;

/** Sees every outcome, for metrics. `lateMs` is the time since the effect was enqueued, by the machine's clock. */
export interface OutboxObserver {
  recorded(delivery: Delivery, outcome: Outcome, lateMs: number): void;
}

export interface OutboxOptions extends Means {
  /** The desk's clock. */
  now: () => Date;
  random?: () => number;
  observe: OutboxObserver;
}

export interface Outbox {
  wake(): void;
  /** Resolves when nothing is on its way or due within two seconds, or after `limitMs`. */
  settle(limitMs: number): Promise<void>;
  /** Takes nothing new, waits for what is on its way, up to `graceMs`, then breaks it off. */
  stop(graceMs: number): Promise<void>;
}

/** Starts sending. */
export function startOutbox(options: OutboxOptions): Outbox {
  const { store, machineNow, log } = options;
  const underWay = new Set<Promise<void>>();
  let sending = 0;
  /** The last claim may have left something that is due. */
  let isMoreDue = false;
  const breakOff = new AbortController();
  let isStopping = false;
  let ring = () => {};
  let isRung = false;
  let gathering: NodeJS.Timeout | undefined;
  const wake = () => {
    clearTimeout(gathering);
    gathering = undefined;
    isRung = true;
    ring();
  };
  const untilWoken = (ms: number) =>
    new Promise<void>((resolve) => {
      if (isRung) return resolve();
      const timer = setTimeout(resolve, Math.max(0, ms));
      ring = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** One has come further; so many are still where it was. */
  const wakeSoon = (left: number): void => {
    if (left === 0) wake();
    else gathering ??= setTimeout(wake, left < MANY ? GATHER_MS : GATHER_MANY_MS);
  };

  // What was sent is recorded while the next are claimed: the database, the platform and this process work side by side.
  const whenSent = (): void => {
    sending -= 1;
    if (isMoreDue) wakeSoon(sending);
  };

  const start = (delivery: Delivery, turn: Promise<unknown> = Promise.resolve()): Promise<void> => {
    sending += 1;
    const carrying = turn
      .then(() => carryOut(delivery, options, breakOff.signal, whenSent))
      .catch((fault: unknown) => {
        log.error(
          { delivery: delivery.ids, err: fault },
          "an outcome could not be recorded; its lease will run out",
        );
      })
      .finally(() => {
        underWay.delete(carrying);
        wakeSoon(underWay.size);
      });
    underWay.add(carrying);
    return carrying;
  };

  const startAll = (claimed: readonly Delivery[]): void => {
    const ringing = claimed.filter(mayRing).map((delivery) => start(delivery));
    const turn = ringing.length === 0 ? undefined : within(PAGES_FIRST_MS, Promise.all(ringing));
    for (const delivery of claimed) if (!mayRing(delivery)) void start(delivery, turn);
  };

  const claim = async (): Promise<Delivery[]> => {
    const free = Math.min(AT_ONCE - sending, 2 * AT_ONCE - underWay.size);
    if (free <= 0) return [];
    const which = free > FOR_PAGES ? "all" : "pages";
    const most = which === "all" ? free - FOR_PAGES : free;
    const claimed = await store.outbox.claim(machineNow(), LEASE_MS, most, which);
    isMoreDue = which === "pages" || claimed.length === most;
    return claimed;
  };

  const round = async (): Promise<number> => {
    isRung = false;
    const claimed = await claim();
    startAll(claimed);
    // What else is due waits behind these, and is claimed as they end.
    if (claimed.length > 0) return isMoreDue ? 0 : GATHER_MANY_MS;
    const nextAt = await store.outbox.nextAt(machineNow());
    const waitMs = nextAt === null ? LOOK_EVERY_MS : nextAt.getTime() - machineNow().getTime();
    return Math.min(LOOK_EVERY_MS, Math.max(waitMs, underWay.size > 0 ? 20 : 1));
  };

  const run = async () => {
    let failures = 0;
    while (!isStopping) {
      try {
        await untilWoken(await round());
        failures = 0;
      } catch (fault) {
        failures += 1;
        log.error({ err: fault, failures }, "the outbox could not be read; it tries again");
        await untilWoken(Math.min(1000, 50 * 2 ** failures));
        isRung = false;
      }
    }
  };
  const running = run();
  const stopListening = store.onCommit(wake);

  return {
    wake,
    settle: (limitMs) => settle(store, machineNow, underWay, limitMs),
    stop: async (graceMs) => {
      isStopping = true;
      stopListening();
      wake();
      await running;
      const timer = setTimeout(() => breakOff.abort(new Error("Belfry is stopping")), graceMs);
      await Promise.all(underWay);
      clearTimeout(timer);
    },
  };
}

/** Resolves with the work, which never fails, or after so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

async function carryOut(
  delivery: Delivery,
  options: OutboxOptions,
  signal: AbortSignal,
  whenSent: () => void,
): Promise<void> {
  const { store, machineNow, log, observe } = options;
  const keepAlive = setInterval(() => {
    store.outbox.extend([delivery], machineNow(), LEASE_MS).catch((fault: unknown) => {
      log.warn({ delivery: delivery.ids, err: fault }, "a lease could not be kept");
    });
  }, EXTEND_EVERY_MS);
  try {
    const delivered = await deliver(delivery, options, signal).finally(whenSent);
    const outcome = bounded(delivered, delivery, options);
    const also = consequence(delivery, outcome, options.now());
    const isRecorded = await store.outbox.record(delivery, outcome, machineNow(), also);
    if (!isRecorded) {
      log.warn(
        { delivery: delivery.ids, ticket: delivery.ticket },
        "another process had taken this delivery over",
      );
      return;
    }
    tell(delivery, outcome, log);
    observe.recorded(delivery, outcome, machineNow().getTime() - delivery.enqueuedAt.getTime());
  } finally {
    clearInterval(keepAlive);
  }
}

/** What follows from an outcome, in the transaction that records it; undefined where nothing does. */
function consequence(
  delivery: Delivery,
  outcome: Outcome,
  now: Date,
): ((tx: Tx) => Promise<void>) | undefined {
  const { work, key } = delivery;
  if (outcome.is === "failed") {
    return async (tx) => {
      await passOver(tx, delivery, { is: "missed", why: outcome.why }, now);
      if (work.do === "set") await tellOfRefusal(tx, key, work.setting, outcome.why);
      if (outcome.isPlaceGone === true) await tellOfGonePlace(tx, delivery, outcome.why);
    };
  }
  if (outcome.is !== "sent") return undefined;
  const { hearing, unmentioned } = outcome;
  if (unmentioned !== undefined) {
    return async (tx) => {
      for (const one of unmentioned) await passOver(tx, delivery, { is: "missed", ...one }, now);
    };
  }
  if (hearing === undefined) return undefined;
  if (work.do === "ask") return (tx) => keepAnswer(tx, work.question, hearing, now);
  const unrung = unrungNow(hearing, now);
  return unrung === null ? undefined : (tx) => passOver(tx, delivery, { is: "silent", ...unrung }, now);
}

/** Adds our own back-off, with jitter, to the time that the platform asks for; gives up after three days. */
function bounded(
  outcome: Outcome,
  delivery: Delivery,
  { machineNow, random = Math.random }: OutboxOptions,
): Outcome {
  if (outcome.is !== "retry" && outcome.is !== "unknown") return outcome;
  if (outcome.is === "retry" && outcome.shutOut === true) return outcome;
  const now = machineNow().getTime();
  if (now - delivery.enqueuedAt.getTime() > GIVE_UP_MS) {
    return { is: "failed", why: `given up after three days: ${outcome.why}` };
  }
  const tries = delivery.failures + delivery.unknownFates;
  const waitMs = Math.min(LONGEST_WAIT_MS[delivery.urgency], FIRST_WAIT_MS * 2 ** Math.min(tries, 10));
  const jittered = waitMs * (0.5 + random() / 2);
  return { ...outcome, at: new Date(Math.max(outcome.at.getTime(), now + jittered)) };
}

/** A setting that a platform refuses is told once for all: the roster does not depend on it. */
async function tellOfRefusal(tx: Tx, slot: string, setting: Setting, why: string): Promise<void> {
  const { directory } = await tx.directory();
  const message = { ...line(refusedText(setting, why)), tone: "attention" as const };
  await tx.enqueue([notice(directory.channels.onCall, `${slot}:refused`, message)]);
}

function tell(delivery: Delivery, outcome: Outcome, log: Log): void {
  const facts = {
    delivery: delivery.ids,
    ticket: delivery.ticket,
    urgency: delivery.urgency,
    work: delivery.work.do,
  };
  switch (outcome.is) {
    case "sent":
    case "dropped":
      return log.info(facts, outcome.is);
    case "retry":
      // Whoever watches says once that nothing gets through; here it would be said for each message, each minute.
      if (outcome.shutOut === true) return log.info({ ...facts, why: outcome.why }, "is kept");
      return log.warn({ ...facts, why: outcome.why, at: outcome.at }, "will be tried again");
    case "unknown":
      return log.warn({ ...facts, why: outcome.why, at: outcome.at }, "will be tried again");
    case "failed":
    case "unsure":
      return log.error({ ...facts, why: outcome.why }, outcome.is);
    default:
      return outcome satisfies never;
  }
}

async function settle(
  store: Store,
  machineNow: () => Date,
  underWay: ReadonlySet<Promise<void>>,
  limitMs: number,
): Promise<void> {
  const endAt = machineNow().getTime() + limitMs;
  while (machineNow().getTime() < endAt) {
    const nextAt = await store.outbox.nextAt(machineNow());
    const isQuiet = nextAt === null || nextAt.getTime() - machineNow().getTime() > 2_000;
    if (isQuiet && underWay.size === 0) return;
    await Promise.race([...underWay, new Promise((resolve) => setTimeout(resolve, 20))]);
  }
}
