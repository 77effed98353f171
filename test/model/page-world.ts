// The whole of Belfry between its platform and its database, on a machine whose time stands still between commands: two
// replicas with their doors and outboxes, which die and come back, on one memory, before one chat.
import { parseDirectory, type Directory } from "../../src/core/directory.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Ticket, TicketEvent } from "../../src/core/ticket.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { CHORES } from "../../src/desk/chores.ts";
import type { Deed, Reply } from "../../src/desk/door.ts";
import { openDoor, type Inbox } from "../../src/desk/inbox.ts";
import { startOutbox, type Outbox } from "../../src/desk/outbox.ts";
import type { Log, Store } from "../../src/desk/ports.ts";
import { policyOf } from "../support/life.ts";
import { nextDueMs } from "../support/memory-outbox.ts";
import { memoryDatabase } from "../support/memory-store.ts";
import { earliest, earliestChore, earliestWakeAt } from "../support/memory-tx.ts";
import { tickAll } from "../support/tick.ts";
import { flakyChat, type FlakyChat } from "./flaky-chat.ts";
import { startMachine, type Machine } from "./machine.ts";
import { addressOf, BEGINNING, CLEARED, deskFileOf, type MadeInChat, type Plan } from "./plan.ts";

/** Puts something between Belfry and its store: what a seeded fault does. */
export type Meddling = (store: Store) => Store;

/** A stretch of the desk's time in which nobody was there to look. */
interface Absence {
  fromMs: number;
  toMs: number;
}

export interface PageWorld extends AsyncDisposable {
  chat: FlakyChat;
  machine: Machine;
  /** The desk's clock. */
  now(): number;
  /** Every desk file with the instant, by the desk's clock, from which it held. */
  plans: { plan: Plan; fromMs: number }[];
  /** When nobody was there, by the desk's clock. */
  absences: Absence[];
  /** When a replica died, by the machine's clock. */
  deaths: number[];
  /** The machine's time of an instant of the desk's clock. */
  machineTimeOf(deskMs: number): number;
  /** The tickets as committed, in the order of their filing. */
  tickets(): { ticket: Ticket; events: readonly TicketEvent[] }[];
  /** Whether a replica lives. */
  isAlive(replica: number): boolean;
  does(who: string, deed: Deed, by: { replica: number; again: boolean }): Promise<Reply>;
  /** Two people at the same moment, by two replicas where both live. */
  atOnce(deeds: readonly { who: string; deed: Deed }[]): Promise<Reply[]>;
  apply(plan: Plan): Promise<void>;
  /** Somebody changes in chat who is on call; gives the reply and all that chat has made by then. */
  changes(
    who: string,
    words: string,
    by: { replica: number; again: boolean },
  ): Promise<{ reply: Reply; made: MadeInChat }>;
  /** Both clocks go on. */
  pass(ms: number): Promise<void>;
  /** The desk's clock is turned ahead, through everything that is due on the way. */
  turn(ms: number): Promise<void>;
  /** A replica dies in the middle of what it does. */
  kill(replica: number): Promise<void>;
  /** A replica ends what it does, and goes. */
  stop(replica: number): Promise<void>;
  start(replica: number): Promise<void>;
}

const POLICIES: readonly Policy[] = [
  ...(["aleyant", "allure", "eleveo"] as const).map((id) => withoutHolidays(policyOf(id))),
  policyOf({ yaml: CLEARED }),
];

/** The chores that send pages; the others have nothing to do here. */
const OF_PAGES = CHORES.map((chore) =>
  chore.name === "storms" ? chore : { ...chore, run: () => Promise.resolve({ wakeAt: null, state: null }) },
);

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Replica {
  door: Inbox;
  outbox: Outbox;
  store: Store;
  die(): void;
}

/** Opens a desk at so many minutes after the model's beginning. */
export async function openPageWorld(
  plan: Plan,
  startMinute: number,
  meddling: Meddling = (store) => store,
): Promise<PageWorld> {
  const machine = startMachine(BEGINNING + startMinute * 60_000);
  const database = memoryDatabase();
  const chat = flakyChat(machine);
  const replicas: (Replica | null)[] = [null, null];
  let turnedMs = 0;
  let deeds = 0;
  let looks = 0;
  let absentSinceMs: number | null = null;
  const turns: { fromMs: number; byMs: number }[] = [];
  const now = () => machine.now() + turnedMs;
  const machineNow = () => new Date(machine.now());
  const deskNow = () => new Date(now());
  const someStore = await database.open({ machineNow, pace: () => PACE_MS });
  const alive = () => replicas.filter((replica) => replica !== null);

  const fail = (number: string, fault: unknown): never => {
    throw new Error(`${number} could not be handled`, { cause: fault });
  };

  const nextWakeAt = () => earliest([earliestWakeAt(database.rows()), earliestChore(database.rows())]);

  /** Handles what is due, by one replica after the other. */
  async function look(): Promise<void> {
    for (let count = 0; count < MOST_LOOKS; count += 1) {
      const wakeAt = nextWakeAt();
      const living = alive();
      if (wakeAt === null || wakeAt.getTime() > now() || living.length === 0) return;
      looks += 1;
      const store = living[looks % living.length]?.store ?? someStore;
      await tickAll(store, deskNow(), fail, OF_PAGES);
    }
    throw new Error("something stays due, however often it is looked at");
  }

  /** When anything happens next, by the machine's clock. An outbox that waits for nothing need not look each five seconds. */
  function nextStop(): number {
    const isAbsent = alive().length === 0;
    const wakeAt = isAbsent ? null : nextWakeAt();
    const dueMs = isAbsent ? null : nextDueMs(database.rows());
    const isWaiting = chat.underWay() === 0 && (dueMs === null || dueMs > machine.now());
    const sendAt = isWaiting ? (dueMs ?? Infinity) : machine.nextTimerAt();
    return Math.min(sendAt, wakeAt === null ? Infinity : wakeAt.getTime() - turnedMs);
  }

  async function runUntil(ms: number): Promise<void> {
    for (let count = 0; count < MOST_LOOKS; count += 1) {
      await machine.calm();
      await look();
      await machine.calm();
      const next = nextStop();
      if (next > ms) break;
      await machine.goTo(next);
    }
    await machine.goTo(ms);
    await look();
    await machine.calm();
  }

  const world: PageWorld = {
    chat,
    machine,
    now,
    plans: [],
    absences: [],
    deaths: [],
    machineTimeOf: (deskMs) =>
      turns.reduce(
        (ms, { fromMs, byMs }) => (deskMs <= fromMs ? ms : ms - Math.min(byMs, deskMs - fromMs)),
        deskMs,
      ),
    tickets: () => {
      const { tickets, events } = database.rows();
      return [...tickets.values()].map(({ ticket }) => ({ ticket, events: events.get(ticket.id) ?? [] }));
    },
    isAlive: (replica) => replicas[replica % 2] !== null,
    async does(who, deed, { replica, again }) {
      deeds += 1;
      const intent = { key: `deed ${deeds}`, who: addressOf(who), place: null, do: deed };
      const reply = await doorOf(replica).receive(intent);
      if (again) {
        const repeated = await doorOf(replica + 1).receive(intent);
        if (JSON.stringify(repeated) !== JSON.stringify(reply))
          throw new Error(`what came twice was answered differently: ${JSON.stringify([reply, repeated])}`);
      }
      await runUntil(machine.now());
      return reply;
    },
    async atOnce(several) {
      const replies = await Promise.all(
        several.map(({ who, deed }, nr) => {
          deeds += 1;
          return doorOf(nr).receive({ key: `deed ${deeds}`, who: addressOf(who), place: null, do: deed });
        }),
      );
      await runUntil(machine.now());
      return replies;
    },
    async apply(plan) {
      // At no instant two desk files hold.
      await runUntil(machine.now() + 1);
      const directory = parseDirectory(deskFileOf(plan));
      await applyFile(someStore, { directory, policies: POLICIES }, deskNow());
      world.plans.push({ plan, fromMs: now() });
      await runUntil(machine.now());
    },
    async changes(who, words, by) {
      // At no instant two rosters hold.
      await runUntil(machine.now() + 1);
      const reply = await world.does(who, { kind: "words", text: words, command: "oncall" }, by);
      const made = madeInChat(database.rows().directories.at(-1)?.directory);
      const plan = world.plans.at(-1)?.plan;
      if (plan !== undefined) world.plans.push({ plan: { ...plan, made }, fromMs: now() });
      return { reply, made };
    },
    pass: (ms) => runUntil(machine.now() + ms),
    async turn(ms) {
      const target = now() + ms;
      for (;;) {
        const wakeAt = alive().length === 0 ? null : nextWakeAt();
        const stopMs = wakeAt === null ? target : Math.min(target, wakeAt.getTime());
        if (stopMs > now()) {
          turns.push({ fromMs: now(), byMs: stopMs - now() });
          turnedMs += stopMs - now();
        }
        await runUntil(machine.now() + SETTLE_MS);
        if (now() >= target) break;
      }
    },
    async kill(replica) {
      const dying = replicas[replica % 2] ?? null;
      if (dying === null) return;
      goes(replica);
      world.deaths.push(machine.now());
      dying.die();
      void dying.door.close();
      void dying.outbox.stop(0);
      await machine.calm();
    },
    async stop(replica) {
      const leaving = replicas[replica % 2] ?? null;
      if (leaving === null) return;
      goes(replica);
      let hasStopped = false;
      void leaving.outbox.stop(STOP_WITHIN_MS).then(() => (hasStopped = true));
      for (let count = 0; !hasStopped && count < MOST_LOOKS; count += 1) {
        await machine.calm();
        if (!hasStopped) await runUntil(machine.nextTimerAt());
      }
      await leaving.door.close();
    },
    async start(replica) {
      if (world.isAlive(replica)) return;
      replicas[replica % 2] = await startReplica();
      if (absentSinceMs !== null) world.absences.push({ fromMs: absentSinceMs, toMs: now() });
      absentSinceMs = null;
      await runUntil(machine.now());
    },
    [Symbol.asyncDispose]: async () => {
      await world.kill(0);
      await world.kill(1);
      await database.close();
      machine[Symbol.dispose]();
    },
  };

  function goes(replica: number): void {
    replicas[replica % 2] = null;
    if (alive().length === 0) absentSinceMs = now();
  }

  function doorOf(replica: number): Inbox {
    const chosen = replicas[replica % 2] ?? replicas[(replica + 1) % 2];
    if (chosen === null || chosen === undefined) throw new Error("nobody is at the door");
    return chosen.door;
  }

  async function startReplica(): Promise<Replica> {
    let isDead = false;
    const opened = await database.open({ machineNow, pace: () => PACE_MS });
    const store = mortal(meddling(opened), () => isDead);
    const door = await openDoor({ store, now: deskNow, log: silent });
    const outbox = startOutbox({
      store,
      platforms: new Map([
        ["slack", chat],
        ["webhook", chat],
      ]),
      now: deskNow,
      machineNow,
      random: () => 1,
      log: silent,
      observe: { recorded: () => undefined },
    });
    return { store, door, outbox, die: () => (isDead = true) };
  }

  await world.apply(plan);
  await world.start(0);
  await world.start(1);
  return world;
}

/** What of a roster was made in chat. */
function madeInChat(directory: Directory | undefined): MadeInChat {
  const isMade = ({ made }: { made?: object }): boolean => made !== undefined;
  return {
    leave: (directory?.leave ?? []).filter(isMade),
    overrides: (directory?.overrides ?? []).filter(isMade),
  };
}

/** The same as main.ts asks of the store for Slack. */
export const PACE_MS = 1_000;
/** How long a stop of the turned clock waits for messages. */
const SETTLE_MS = 3_000;
const STOP_WITHIN_MS = 3_500;
/** More steps on the way than anybody needs: a loop. */
const MOST_LOOKS = 200_000;

/** A store that does nothing any more for a process that has died. */
function mortal(store: Store, isDead: () => boolean): Store {
  const dead = () => Promise.reject(new Error("this process has died"));
  const { outbox } = store;
  return {
    ...store,
    transaction: (work, forWhom) => (isDead() ? dead() : store.transaction(work, forWhom)),
    nextWakeAt: () => (isDead() ? dead() : store.nextWakeAt()),
    outbox: {
      claim: (...claim) => (isDead() ? dead() : outbox.claim(...claim)),
      extend: (...lease) => (isDead() ? dead() : outbox.extend(...lease)),
      wantedNow: (delivery) => (isDead() ? dead() : outbox.wantedNow(delivery)),
      record: (...outcome) => (isDead() ? dead() : outbox.record(...outcome)),
      nextAt: (now) => (isDead() ? dead() : outbox.nextAt(now)),
    },
  };
}

/** Holidays of thirty years are most of a policy, and no part of this. */
function withoutHolidays(policy: Policy): Policy {
  const calendars = Object.entries(policy.calendars).map(([name, calendar]): [string, typeof calendar] => {
    const { timezone, hours, day } = calendar;
    return [name, { timezone, hours, ...(day === undefined ? {} : { day }), holidays: [] }];
  });
  return { ...policy, calendars: Object.fromEntries(calendars) };
}
