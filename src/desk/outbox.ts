// The only way out: claims what is to be sent, sends it, records what became of it. Backs off, gives up loudly.
//
// A delivery is sent outside of any transaction, under a lease that is kept alive meanwhile. When this process dies, the
// lease runs out and another one sends: first it looks whether the message arrived, since nobody recorded it.
import { refusedText, type Setting } from "../core/in-step.ts";
import { line } from "../core/lines.ts";
import type { Message } from "../core/message.ts";
import { calleeOf, nextAfterMiss } from "../core/paging.ts";
import { openCase } from "./case.ts";
import type { ChatPlatform, Delivery, Log, Outcome, Store, Tx } from "./ports.ts";
import { notice } from "./notice.ts";
import { record } from "./record.ts";
import { tellOfGonePlace } from "./gone-place.ts";
import { unheard } from "./storm.ts";

/** How long another process waits for a dead one's deliveries. */
const LEASE_MS = 10_000;
const EXTEND_EVERY_MS = 3_000;
/** How many deliveries are on their way at once. */
const AT_ONCE = 64;
/** So many of them are kept for pages: where a platform answers slowly, reminders would else take every place. */
const FOR_PAGES = 16;
/** While this many are on their way, one that has ended waits so long for others to end, so that one claim serves them all. */
const MANY = 32;
const GATHER_MS = 20;
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

export interface OutboxOptions {
  store: Store;
  /** By the first part of their addresses. */
  platforms: ReadonlyMap<string, ChatPlatform>;
  /** The desk's clock. */
  now: () => Date;
  machineNow: () => Date;
  random?: () => number;
  log: Log;
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

  const start = (delivery: Delivery) => {
    const sending = carryOut(delivery, options, breakOff.signal)
      .catch((fault: unknown) => {
        log.error(
          { delivery: delivery.ids, err: fault },
          "an outcome could not be recorded; its lease will run out",
        );
      })
      .finally(() => {
        underWay.delete(sending);
        if (underWay.size < MANY) wake();
        else gathering ??= setTimeout(wake, GATHER_MS);
      });
    underWay.add(sending);
  };

  const claim = async (): Promise<Delivery[]> => {
    const free = AT_ONCE - underWay.size;
    if (free <= 0) return [];
    const forAll = free - FOR_PAGES;
    return forAll > 0
      ? store.outbox.claim(machineNow(), LEASE_MS, forAll)
      : store.outbox.claim(machineNow(), LEASE_MS, free, "pages");
  };

  const round = async (): Promise<number> => {
    isRung = false;
    const claimed = await claim();
    claimed.forEach(start);
    if (claimed.length > 0) return 0;
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

async function carryOut(delivery: Delivery, options: OutboxOptions, signal: AbortSignal): Promise<void> {
  const { store, machineNow, log, observe } = options;
  const keepAlive = setInterval(() => {
    store.outbox.extend([delivery], machineNow(), LEASE_MS).catch((fault: unknown) => {
      log.warn({ delivery: delivery.ids, err: fault }, "a lease could not be kept");
    });
  }, EXTEND_EVERY_MS);
  try {
    const outcome = bounded(await send(delivery, options, signal), delivery, options);
    const also =
      outcome.is === "failed"
        ? async (tx: Tx) => {
            await passOver(tx, delivery, outcome.why, options.now());
            if (delivery.work.do === "set")
              await tellOfRefusal(tx, delivery.key, delivery.work.setting, outcome.why);
            if (outcome.isPlaceGone === true) await tellOfGonePlace(tx, delivery, outcome.why);
          }
        : undefined;
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

async function send(delivery: Delivery, options: OutboxOptions, signal: AbortSignal): Promise<Outcome> {
  const { platforms, machineNow, log } = options;
  const platform = platforms.get(delivery.place.slice(0, delivery.place.indexOf(":")));
  if (platform === undefined) return { is: "failed", why: `no platform is set up for ${delivery.place}` };
  try {
    return await sendBy(platform, delivery, signal);
  } catch (fault) {
    log.error({ delivery: delivery.ids, ticket: delivery.ticket, err: fault }, "sending failed unexpectedly");
    return { is: "retry", at: machineNow(), why: "unexpected", lane: false };
  }
}

async function sendBy(platform: ChatPlatform, delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
  const { work, key, place } = delivery;
  switch (work.do) {
    case "edit":
      return platform.edit(work.ref, work.message, signal);
    case "mark":
      return platform.mark(work.on, work.mark, signal);
    case "set":
      return platform.set(work.setting, signal);
    case "find":
    case "post": {
      const { under, message } = work;
      const isWanted = work.do === "post";
      if (isWanted && delivery.unknownFates === 0)
        return platform.post({ key, place, under, message }, signal);
      const found = await platform.lookFor(key, { place, under, since: delivery.enqueuedAt }, signal);
      if (typeof found === "object") return { is: "sent", ref: found.found };
      // One that is no longer wanted says so by its message: what may have begun to ring there has to end.
      if (found === "repeat it") return platform.post({ key, place, under, message }, signal);
      if (found === "absent")
        return isWanted ? platform.post({ key, place, under, message }, signal) : { is: "dropped" };
      if (!isWanted || delivery.urgency !== "page")
        return { is: "unsure", why: "the platform cannot tell whether it arrived" };
      return platform.post({ key, place, under, message: asRepeat(message) }, signal);
    }
    default:
      return work satisfies never;
  }
}

/** A page whose first copy may have arrived says so. */
function asRepeat(message: Message): Message {
  return message.kind === "page" || message.kind === "storm" ? { ...message, mayRepeat: true } : message;
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

/**
 * A page or a reminder that did not reach whom it was for: the ladder goes on at once, unless it reached another of the same
 * step. One that arrived and cannot be edited has reached somebody.
 */
async function passOver(tx: Tx, delivery: Delivery, why: string, now: Date): Promise<void> {
  if (delivery.work.do === "edit") return;
  for (const call of await callsOf(tx, delivery)) await miss(tx, call, why, now);
  await missReminder(tx, delivery, why, now);
}

/** One of those whom a page calls. */
interface Call {
  ticket: string;
  nr: number;
  round: number;
  step: number;
  place: number;
}

/** Whom a delivery calls: one by a page, several by the message of a storm. */
async function callsOf(tx: Tx, delivery: Delivery): Promise<Call[]> {
  const { key, ticket } = delivery;
  const called = /:page:(\d+):(-?\d+)\.(\d+)(?:\.(\d+))?$/.exec(key);
  if (called === null || ticket === null) return unheard(tx, delivery);
  const [nr = 0, round = 0, step = 0, place = 0] = called.slice(1).map((part) => Number(part ?? 0));
  return [{ ticket, nr, round, step, place }];
}

async function miss(tx: Tx, call: Call, why: string, now: Date): Promise<void> {
  const ticket = await tx.ticketById(call.ticket);
  const told = ticket?.paging?.told.find(
    ({ round, step, place = 0 }) => round === call.round && step === call.step && place === call.place,
  );
  if (ticket?.paging?.state !== "ringing" || ticket.paging.nr !== call.nr || told === undefined) return;
  const nextAt = nextAfterMiss(ticket.paging, told, now);
  const event = { kind: "page-missed" as const, why, ...calleeOf(told), nextAt };
  await record(tx, await openCase(tx, ticket), [event], { by: "belfry", now });
}

/** A reminder that did not reach whoever acknowledged: the ladder goes on at once, unless it reached another of them. */
async function missReminder(tx: Tx, { key, ticket: id }: Delivery, why: string, now: Date): Promise<void> {
  const told = /:page:(\d+):reminder:(\d+)\.(\d+)$/.exec(key);
  if (told === null || id === null) return;
  const [nr = 0, reminder = 0, nth = 0] = told.slice(1).map(Number);
  const ticket = await tx.ticketById(id);
  const person = ticket?.paging?.reminders?.[reminder]?.people[nth];
  if (ticket?.paging?.state !== "acknowledged" || ticket.paging.nr !== nr || person === undefined) return;
  const event = { kind: "reminder-missed" as const, reminder, person, why };
  await record(tx, await openCase(tx, ticket), [event], { by: "belfry", now });
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
