// Carries out what people pressed: stored before it is answered, done after that, one after the other in the order in which
// it came. Whoever pressed waits for the storing alone, so a crowd of presses delays no answer, and none is lost.
import { DeskError, isUnavailable } from "../core/errors.ts";
import type { Answerer, Ended, Intent, Press, Reply } from "./door.ts";
import type { Accepted, Log, Store, Tx } from "./ports.ts";

/** Takes presses in, and carries them out. */
export interface CarryingOut {
  accept(press: Press, answerTo: string): Promise<void>;
  answerBy(platform: string, answerer: Answerer): void;
  /** Looks from now on also for what another process left behind. */
  start(): void;
  /** Resolves when all that was accepted here by now is carried out, or left for later. */
  settle(): Promise<void>;
  /** Begins nothing more, and resolves when the last one has ended. What is stored waits for the next start. */
  stop(): Promise<void>;
}

/** What presses are carried out with. */
export interface CarryOutNeeds {
  store: Store;
  /** Handles an intent within a transaction. Throws DeskError where it is refused. */
  handle: (tx: Tx, intent: Intent) => Promise<Reply>;
  /** A refusal as a reply. */
  refused: (refusal: DeskError, intent: Intent) => Reply;
  log: Log;
}

/** How often a replica looks for presses of one that died, and again at those that it had to leave. */
const LOOK_EVERY_MS = 2_000;

/** Carries out from its making until it is stopped. */
export function carryingOut({ store, handle, refused, log }: CarryOutNeeds): CarryingOut {
  const answerers = new Map<string, Answerer>();
  /** Those for which the database had no time: left alone until the next look, so that they hold up no other. */
  const aside = new Set<string>();
  let running: Promise<void> | null = null;
  /** How many were accepted here and not looked for yet. */
  let fresh = 0;
  /** There may be others: until none is found. */
  let isLooking = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    if (isStopped || running !== null || (fresh === 0 && !isLooking)) return;
    running = run().finally(() => {
      running = null;
      wake();
    });
  }

  async function run(): Promise<void> {
    const before = fresh;
    try {
      const isFound = await carryOutNext();
      // What is accepted while nothing is found is looked for again.
      fresh = Math.max(0, fresh - (isFound ? 1 : before));
      isLooking &&= isFound;
    } catch (error) {
      fresh = 0;
      isLooking = false;
      log.warn({ err: error }, "presses could not be looked for; trying again in a moment");
    }
  }

  /** True where there was one, whatever became of it. */
  async function carryOutNext(): Promise<boolean> {
    let taken: Accepted | null = null;
    try {
      const reply = await store.transaction(async (tx) => {
        taken = await tx.takeAccepted([...aside]);
        return taken === null ? null : handle(tx, taken.intent as Intent);
      });
      if (taken === null || reply === null) return false;
      answer(taken, reply);
    } catch (error) {
      if (taken === null) throw error;
      await end(taken, error);
    }
    return true;
  }

  /** Ends one that was taken back: refused, failed, or to be tried again where the database had no time for it. */
  async function end(press: Accepted, error: unknown): Promise<void> {
    if (isUnavailable(error)) {
      aside.add(press.key);
      log.warn({ err: error, intent: press.key }, "a press could not be carried out yet");
      return;
    }
    const isOurs = await store.transaction((tx) => tx.dropAccepted(press.key));
    if (!isOurs) return;
    if (error instanceof DeskError && error.code !== "internal") {
      answer(press, refused(error, press.intent as Intent));
      return;
    }
    log.error({ err: error, intent: press.key }, "a press could not be carried out");
    answer(press, { kind: "failed", error });
  }

  function answer({ intent, answerTo }: Accepted, ended: Ended): void {
    const [platform = ""] = (intent as Intent).who.split(":");
    const answerer = answerers.get(platform);
    if (answerer === undefined) log.warn({ platform }, "nobody is there to tell what became of a press");
    else answerer(answerTo, ended);
  }

  function look(): void {
    aside.clear();
    isLooking = true;
    wake();
  }

  return {
    accept: async (press, answerTo) => {
      await store.accept({ key: press.key, intent: press, answerTo });
      fresh += 1;
      wake();
    },
    answerBy: (platform, answerer) => void answerers.set(platform, answerer),
    start: () => {
      timer ??= setInterval(look, LOOK_EVERY_MS);
      look();
    },
    settle: async () => {
      while (running !== null) await running;
    },
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
