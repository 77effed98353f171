// One connection to PostgreSQL through postgres.js, and the ear that hears of other processes' commits.
//
// The driver's own pool and its begin() are not used. When a connection breaks in the middle of begin(), the driver may
// connect again and go on: what is left of the old transaction then runs inside somebody else's, and its rollback crashes
// the process. Here each connection is a client of its own that connects once: when it breaks, everything that is asked of
// it is refused, and the next transaction gets a new one.
import { setTimeout as pause } from "node:timers/promises";
import { drizzle } from "drizzle-orm/postgres-js";
import type { Log } from "../desk/ports.ts";
import postgres from "postgres";
import type { Connection, Rows, Statement } from "./connections.ts";
import { ConnectionLost, isBroken, NeverBegan } from "./faults.ts";

/** A connection to the database at `url`, made when it is first used. */
export function postgresConnection(url: string): Connection {
  let isClosed = false;
  /** Tells the transaction that is under way. */
  let onLost = () => {};
  const client = openClient(url, { onclose: lose });

  function lose(): void {
    isClosed = true;
    onLost();
  }

  async function close(): Promise<void> {
    lose();
    await client.end({ timeout: 0 });
  }

  const transaction: Connection["transaction"] = async (work, withinMs, last) => {
    let isOver = false;
    const mayAsk = () => !isOver && !isClosed;
    const timer = setTimeout(() => void close(), withinMs);
    try {
      await begin(client, withinMs);
      // Work that waits for something else, or for ever, learns no later than its bound that it has lost its connection.
      const lost = new Promise<never>((_, reject) => {
        onLost = () => reject(new ConnectionLost("The connection broke before the commit."));
      });
      const mine = guarded(client, mayAsk);
      const ask = ({ text, values }: Statement) => mine.unsafe<Rows>(text, [...values]);
      const database = Object.assign(drizzle(mine, { casing: "snake_case" }), { ask });
      const result = await Promise.race([work(database), lost]);
      await commit(mine, last());
      // What the driver still held back when the connection broke, it runs on a new one: that is no commit of ours.
      if (isClosed) throw new ConnectionLost("The connection broke with the commit.");
      return result;
    } catch (error) {
      if (isClosed || isBroken(error)) await close();
      else await client.unsafe("rollback").catch(close);
      throw error;
    } finally {
      isOver = true;
      onLost = () => {};
      clearTimeout(timer);
    }
  };

  async function ask(statements: readonly Statement[], withinMs: number): Promise<Rows[]> {
    if (isClosed) throw new ConnectionLost("This connection broke.");
    const timer = setTimeout(() => void close(), withinMs);
    const lost = new Promise<never>((_, reject) => {
      onLost = () => reject(new ConnectionLost("The connection broke before the answer."));
    });
    try {
      return await Promise.race([askInOneGo(client, statements), lost]);
    } catch (error) {
      if (isClosed || isBroken(error)) await close();
      throw error;
    } finally {
      onLost = () => {};
      clearTimeout(timer);
    }
  }

  return { transaction, ask, isClosed: () => isClosed, close };
}

/**
 * One statement is a transaction by itself. Several go down the line behind a `begin`, without waiting for each other: where
 * one fails, the database refuses those behind it, and the commit takes back what was before it.
 *
 * Should the connection break while the driver still holds some of them back, it may run those on a new one, without their
 * `begin`: so each statement but the first has to be right whatever became of the others.
 */
async function askInOneGo(client: postgres.Sql, statements: readonly Statement[]): Promise<Rows[]> {
  const questions = statements.map(({ text, values }) => ({ text, values: [...values] }));
  const [only] = questions;
  if (questions.length === 1 && only !== undefined)
    return [await client.unsafe(only.text, only.values, PREPARED)];
  const [, ...answers] = await Promise.all([
    client.unsafe("begin"),
    ...questions.map(({ text, values }) => client.unsafe(text, values, PREPARED)),
    client.unsafe("commit"),
  ]);
  const end = answers.pop();
  if (end?.command !== "COMMIT")
    throw new Error("A statement had failed, so the database took everything back.");
  return answers;
}

/**
 * The database reads and plans such a statement once for each connection, and it takes one way there and back in place of
 * two; also one that takes no values, which the driver would else send to be read anew each time. Where a pooler cannot
 * keep statements apart, `?prepare=false` in the address switches it off.
 */
const PREPARED = { prepare: true, simple: false };

/** Asks PostgreSQL one question on a connection of its own, outside any transaction, as migrations and locks need it. */
export async function onOwnConnection<T>(url: string, ask: (client: postgres.Sql) => Promise<T>): Promise<T> {
  const client = openClient(url, {});
  try {
    return await ask(client);
  } finally {
    await client.end({ timeout: 1 });
  }
}

/**
 * Calls `heard` for each commit that another process announces, and after each time that the connection was away, since what
 * was said meanwhile is lost. Connects again for as long as it takes. Returns a function that stops it.
 */
export async function listen(
  url: string,
  { channel, heard, log }: { channel: string; heard: (from: string | null) => void; log: Log },
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const stopped = new Promise((resolve) => stopping.signal.addEventListener("abort", resolve));
  let ear = await openEar(url, channel, heard);

  async function keepListening(): Promise<void> {
    while (!stopping.signal.aborted) {
      await Promise.race([ear.closed, stopped]);
      try {
        await pause(LISTEN_AGAIN_MS, undefined, { signal: stopping.signal });
        ear = await openEar(url, channel, heard);
        heard(null);
      } catch (err) {
        if (!stopping.signal.aborted) log.info({ err }, "Commits of other processes are not heard.");
      }
    }
  }
  const listening = keepListening();

  return async () => {
    stopping.abort();
    await ear.close();
    await listening;
  };
}

interface Ear {
  /** Resolves when it hears no more. */
  closed: Promise<void>;
  close(): Promise<void>;
}

async function openEar(url: string, channel: string, heard: (from: string) => void): Promise<Ear> {
  let onclose = () => {};
  const closed = new Promise<void>((resolve) => (onclose = resolve));
  const client = openClient(url, { onclose, onnotify: (_, from) => heard(from) });
  const close = () => client.end({ timeout: 0 });
  try {
    await client.unsafe(`listen ${channel}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { closed, close };
}

const LISTEN_AGAIN_MS = 250;
/** Seconds, as the driver counts. People are not kept waiting for it: a transaction's own bound comes before. */
const CONNECT_WITHIN_S = 5;
/** A replica that freezes with a transaction open lets go of its locks after this. */
const IDLE_IN_TRANSACTION_MS = 10_000;

function openClient(
  url: string,
  hooks: { onclose?: () => void; onnotify?: (channel: string, payload: string) => void },
): postgres.Sql {
  const options = {
    ...hooks,
    max: 1,
    fetch_types: false,
    connect_timeout: CONNECT_WITHIN_S,
    // A connection must not be renewed in the middle of a transaction.
    max_lifetime: null,
    onnotice: () => undefined,
    // Instants come as text, which only this style and zone make plain.
    connection: { application_name: "belfry", TimeZone: "UTC", DateStyle: "ISO" },
  };
  return postgres(url, options);
}

/** Time-outs stand in the transaction and not in the session, so that they pass through a pooler such as PgBouncer. */
async function begin(client: postgres.Sql, withinMs: number): Promise<void> {
  const ms = Math.max(1, Math.floor(withinMs));
  const statements = [
    "begin",
    `set local statement_timeout = ${ms}`,
    `set local lock_timeout = ${ms}`,
    `set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
  ];
  try {
    await client.unsafe(statements.join("; "));
  } catch (cause) {
    throw new NeverBegan("The transaction could not begin.", { cause });
  }
}

/** Commits, with one more statement right before it and in one go. */
async function commit(client: postgres.Sql, last: Statement | null): Promise<void> {
  const asked = last === null ? null : client.unsafe(last.text, [...last.values]);
  const [, { command }] = await Promise.all([asked, client.unsafe("commit")]);
  if (command !== "COMMIT") throw new Error("A statement had failed, so the database took everything back.");
}

/** The client as one transaction may use it: only while that lasts. */
function guarded(client: postgres.Sql, mayAsk: () => boolean): postgres.Sql {
  const unsafe: typeof client.unsafe = (text, values, options) => {
    if (!mayAsk()) throw new ConnectionLost("This transaction is over, or its connection broke.");
    return client.unsafe(text, values, values === undefined ? options : PREPARED);
  };
  return new Proxy(client, {
    get: (target, key) => (key === "unsafe" ? unsafe : (Reflect.get(target, key) as unknown)),
  });
}
