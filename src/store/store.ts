// The store as the desk knows it: transactions, what can be asked outside of them, and word of each commit.
import { randomUUID } from "node:crypto";
import { and, count, eq, isNotNull, min } from "drizzle-orm";
import type { OutboxStore, Store, Tx } from "../desk/ports.ts";
import { acceptedIn, acceptingOn } from "./accepted.ts";
import { choresIn, DUE_AT } from "./chores.ts";
import { instantIn, type Connections, type Database, type Rows, type Statement } from "./connections.ts";
import { deskFileIn, type ReadDesk } from "./desk-file.ts";
import { wantsIn } from "./enqueue.ts";
import { feedsIn } from "./feeds.ts";
import { hearingsIn } from "./hearings.ts";
import { intentsIn } from "./intents.ts";
import { isHeld, recordedIn, recording, recordingOf, type Pace } from "./outcome.ts";
import { queueOn } from "./queue.ts";
import { ringsIn, type KnownRings } from "./rings.ts";
import { recorderOn } from "./recorder.ts";
import { settingsIn } from "./settings.ts";
import { referencesIn } from "./references.ts";
import { accepted, outbox, tickets } from "./schema.ts";
import { ticketsIn } from "./tickets.ts";

/** Where the rows live, and what differs between the two places. */
export interface Home {
  /** Connections of their own for each kind of work, so that none waits for another's. */
  /** Stores what people press, and does nothing else. */
  door: Connections;
  person: Connections;
  desk: Connections;
  outbox: Connections;
  /** What tells other processes, as a transaction commits, that something has changed; null where there are none. */
  announcement: Statement | null;
  /** Hears of commits that other processes announce. */
  onAnnounced(heard: () => void): void;
  /** Whether the database's clock is another than this process's. */
  hasOwnClock: boolean;
  isMigrated(): Promise<boolean>;
  close(): Promise<void>;
}

/** The store at home in a database. `machineNow` dates what is wanted, `pace` spaces out what is sent. */
export function storeAt(home: Home, { machineNow, pace }: { machineNow: () => Date; pace: Pace }): Store {
  const known: Known = { desk: { last: null }, rings: new Map() };
  const listeners = new Set<() => void>();
  const wake = () => listeners.forEach((listener) => listener());
  home.onAnnounced(wake);

  /** Runs work that may change something; whoever waits for changes is told once they can be seen. */
  async function changing<T>(
    connections: Connections,
    work: (tx: Tx, database: Database) => Promise<T>,
  ): Promise<T> {
    let hasChanged = false;
    const result = await connections.transaction(
      (database) => {
        hasChanged = false;
        return work(
          txIn(database, () => (hasChanged = true), { machineNow, known }),
          database,
        );
      },
      () => (hasChanged ? home.announcement : null),
    );
    if (hasChanged) wake();
    return result;
  }

  const written = recorderOn(home.outbox);
  const record: OutboxStore["record"] = async (delivery, outcome, now, also) => {
    const ended = recordingOf(delivery, outcome, now, pace);
    if (also === undefined) return written(ended);
    return changing(home.outbox, async (tx, database) => {
      if (!(await isHeld(database, delivery))) return false;
      // Tickets are locked before outbox rows everywhere, or two transactions would wait for each other.
      await also(tx);
      const answers: Rows[] = [];
      for (const statement of recording([ended])) answers.push(await database.ask(statement));
      if (!recordedIn(answers).has(ended.attempt)) throw new Overtaken();
      return true;
    }).catch(falseIfOvertaken);
  };

  return {
    transaction: (work, forWhom = "person") => changing(home[forWhom], work),

    accept: acceptingOn(home.door),

    nextWakeAt: async () => {
      const [[row] = []] = await home.desk.ask([{ text: NEXT_WAKE_AT, values: [] }]);
      return {
        ticket: instantIn(row, "ticket"),
        chore: instantIn(row, "chore"),
        databaseNow: home.hasOwnClock ? instantIn(row, "now") : null,
      };
    },

    outbox: { ...queueOn(home.outbox), record },

    references: referencesIn(home.outbox, machineNow),

    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    databaseNow: async () => {
      if (!home.hasOwnClock) return null;
      const [[row] = []] = await home.desk.ask([{ text: DATABASE_NOW, values: [] }]);
      return instantIn(row, "now");
    },

    tryToWrite: () =>
      home.desk
        .transaction(async (database) => {
          await intentsIn(database).claimIntent(`try ${randomUUID()}`, machineNow());
          throw new Tried();
        })
        .catch((error: unknown) => {
          if (!(error instanceof Tried)) throw error;
        }),

    pulse: async () => ({
      oldestWakeAt: await home.desk.transaction(earliestWakeAt),
      migrated: await home.isMigrated(),
    }),

    census: async () => ({
      ...(await home.desk.transaction(async (database) => ({
        ticketsByStatus: Object.fromEntries(await countedTickets(database)),
        outboxByState: Object.fromEntries(await countedOutbox(database)),
        oldestWakeAt: await earliestWakeAt(database),
        acceptedWaiting: await database.$count(accepted),
        pagesUnsent: await database.$count(outbox, and(eq(outbox.urgency, "page"), isNotNull(outbox.dueAt))),
      }))),
      migrated: await home.isMigrated(),
    }),

    close: () => home.close(),
  };
}

/** Another attempt took a delivery over while its outcome was being recorded: all of that is taken back. */
class Overtaken extends Error {}

/** Something could be written, and is taken back by this. */
class Tried extends Error {}

function falseIfOvertaken(error: unknown): false {
  if (error instanceof Overtaken) return false;
  throw error;
}

/** What a store has read or written, from one transaction to the next. */
interface Known {
  desk: ReadDesk;
  rings: KnownRings;
}

function txIn(
  database: Database,
  onChange: () => void,
  { machineNow, known }: { machineNow: () => Date; known: Known },
): Tx {
  return {
    ...deskFileIn(database, onChange, known.desk),
    ...ticketsIn(database, onChange),
    ...acceptedIn(database),
    ...choresIn(database, onChange),
    ...feedsIn(database),
    ...hearingsIn(database),
    ...intentsIn(database),
    ...ringsIn(database, known.rings),
    ...settingsIn(database),
    ...wantsIn(database, onChange, machineNow),
  };
}

const DATABASE_NOW = "select (extract(epoch from clock_timestamp()) * 1000)::float8 as now";
const NEXT_WAKE_AT = `
  ${DATABASE_NOW},
    (select (extract(epoch from min(wake_at)) * 1000)::float8 from tickets where wake_at is not null) as ticket,
    (select (extract(epoch from min(${DUE_AT})) * 1000)::float8 from chores) as chore`;

async function earliestWakeAt(database: Database): Promise<Date | null> {
  const [row] = await database.select({ wakeAt: min(tickets.wakeAt) }).from(tickets);
  return row?.wakeAt ?? null;
}

async function countedTickets(database: Database): Promise<[string, number][]> {
  const rows = await database
    .select({ key: tickets.status, rows: count() })
    .from(tickets)
    .groupBy(tickets.status);
  return rows.map(({ key, rows }) => [key, rows]);
}

async function countedOutbox(database: Database): Promise<[string, number][]> {
  const rows = await database.select({ key: outbox.state, rows: count() }).from(outbox).groupBy(outbox.state);
  return rows.map(({ key, rows }) => [key, rows]);
}
