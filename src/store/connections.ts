// Lends connections to transactions: a few for each kind of work, in the order of asking, and never for longer than the
// work may take. So neither a slow query nor a crowd of people can keep the scheduler from its connections.
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { ConnectionLost, isRace, NeverBegan, translated } from "./faults.ts";

/** The database within one transaction, in either home; a statement that is whole already is asked as it is. */
export type Database = PgDatabase<PgQueryResultHKT> & { ask(statement: Statement): Promise<Rows> };

/**
 * A statement as PostgreSQL takes it, with `$1`, `$2` ... for its values, each cast where it stands. Its text is the same each
 * time, so that the database prepares it once.
 */
export interface Statement {
  text: string;
  values: readonly (string | number | null)[];
}

/** What a statement returns. Its columns are text, numbers up to 2^53, booleans or null: the two homes agree on no others. */
export type Rows = Record<string, unknown>[];

/** A connection, used by one transaction at a time. */
export interface Connection {
  /**
   * Runs `work` between begin and commit; where it throws, everything is taken back. After `withinMs` it is given up,
   * whatever it waits for (PostgreSQL alone: nothing waits in an embedded database). What `last` gives when the work is
   * done is asked with the commit, in one go.
   * @throws NeverBegan where nothing has happened, because the connection was not there.
   */
  transaction<T>(
    work: (database: Database) => Promise<T>,
    withinMs: number,
    last: () => Statement | null,
  ): Promise<T>;
  /**
   * Runs statements one after another as one transaction, sent in one go and answered in one. What is held for each does not
   * depend on what another returned.
   */
  ask(statements: readonly Statement[], withinMs: number): Promise<Rows[]>;
  /** True once nothing more can be asked of it. */
  isClosed(): boolean;
  close(): Promise<void>;
}

/** Connections for one kind of work. */
export interface Connections {
  /**
   * Runs `work` in one transaction, and again where it lost a race with another, up to five times. What `last` gives when
   * the work is done goes with its commit.
   * @throws DeskError("unavailable") where the database is away or does not answer in time.
   */
  transaction<T>(work: (database: Database) => Promise<T>, last?: () => Statement | null): Promise<T>;
  /** The same for statements that need nothing of each other, in a single way there and back. */
  ask(statements: readonly Statement[]): Promise<Rows[]>;
  /** Lets nobody in any more, and closes when those who are in have left. */
  close(): Promise<void>;
}

/** Lends up to `most` connections, opened when they are first needed; asking, waiting and working may take `patienceMs`. */
export function lend(options: { open: () => Connection; most: number; patienceMs: number }): Connections {
  const { open, most, patienceMs } = options;
  const idle: Connection[] = [];
  const queue = fairQueue(most);

  async function once<T>(use: Use<T>, leftMs: () => number): Promise<T> {
    for (;;) {
      const kept = usable(idle);
      const connection = kept ?? open();
      try {
        return await use(connection, leftMs());
      } catch (error) {
        // One that was kept may have broken without a sign, e.g. in a restart of the server: the next one may be whole.
        const mayTryNext = kept !== undefined && error instanceof NeverBegan && leftMs() > 0;
        if (!mayTryNext) throw error;
      } finally {
        if (!connection.isClosed()) idle.push(connection);
      }
    }
  }

  async function within<T>(use: Use<T>): Promise<T> {
    const givesUpAt = performance.now() + patienceMs;
    const leftMs = () => Math.ceil(givesUpAt - performance.now());
    await queue.enter(patienceMs);
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(use, leftMs);
        } catch (error) {
          const backOffMs = Math.random() * 10 * 2 ** attempt;
          if (!isRace(error) || attempt === MOST_ATTEMPTS || leftMs() <= backOffMs) throw error;
          await pause(backOffMs);
        }
      }
    } finally {
      queue.leave();
    }
  }

  return {
    transaction: (work, last = () => null) =>
      withoutNesting(() =>
        within((connection, withinMs) => connection.transaction(work, withinMs, last)).catch(
          rethrowTranslated,
        ),
      ),
    ask: (statements) =>
      withoutNesting(() =>
        within((connection, withinMs) => connection.ask(statements, withinMs)).catch(rethrowTranslated),
      ),
    close: async () => {
      await queue.close();
      await Promise.all(idle.map((connection) => connection.close()));
    },
  };
}

/** The instant in a column of a row, which tells it in milliseconds; null where there is none. */
export function instantIn(row: Rows[number] | undefined, column: string): Date | null {
  const ms = row?.[column];
  return typeof ms === "number" ? new Date(ms) : null;
}

const MOST_ATTEMPTS = 5;

type Use<T> = (connection: Connection, withinMs: number) => Promise<T>;

function usable(idle: Connection[]): Connection | undefined {
  for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
    if (!connection.isClosed()) return connection;
  }
  return undefined;
}

function rethrowTranslated(error: unknown): never {
  throw translated(error);
}

/**
 * A transaction opened within another would wait for itself: for ever on the embedded database, which has one connection,
 * and on PostgreSQL as soon as the last one is lent. So it is refused at once, on both.
 */
async function withoutNesting<T>(run: () => Promise<T>): Promise<T> {
  if (current.getStore()?.isOpen === true) {
    throw new Error("A transaction is open already: use its tx, not the store.");
  }
  const mine = { isOpen: true };
  try {
    return await current.run(mine, run);
  } finally {
    mine.isOpen = false;
  }
}

const current = new AsyncLocalStorage<{ isOpen: boolean }>();

/** Lets `most` in at once, the others in the order in which they came, and none who has waited for too long. */
function fairQueue(most: number) {
  const waiting = new Set<() => void>();
  let inside = 0;
  let isClosed = false;
  let onEmpty: (() => void) | null = null;

  function enter(patienceMs: number): Promise<void> {
    if (isClosed) return Promise.reject(new ConnectionLost("The store is closed."));
    if (inside < most) {
      inside += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = () => {
        waiting.delete(admit);
        reject(new ConnectionLost("All connections are in use."));
      };
      const timer = setTimeout(giveUp, patienceMs);
      waiting.add(admit);
    });
  }

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      inside -= 1;
      if (inside === 0) onEmpty?.();
      return;
    }
    waiting.delete(next);
    next();
  }

  function close(): Promise<void> {
    isClosed = true;
    return inside === 0 ? Promise.resolve() : new Promise((resolve) => (onEmpty = resolve));
  }

  return { enter, leave, close };
}
