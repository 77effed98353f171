// Databases for tests: the embedded one, opened once a test file from a snapshot, and PostgreSQL where there is one.
import { readFile } from "node:fs/promises";
import { getTableName, is, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { PgTable } from "drizzle-orm/pg-core";
import { pino } from "pino";
import postgres from "postgres";
import type { Store } from "../../src/desk/ports.ts";
import { openInMemory, type Embedded } from "../../src/store/embedded.ts";
import { openStore, type StoreOptions } from "../../src/store/open.ts";
import * as schema from "../../src/store/schema.ts";
import { snapshotFile } from "./snapshot.ts";
import type { TestPostgres } from "./postgres.ts";

/** How a test opens its store. Without a clock of its own it gets the machine's. */
export type TestOptions = Partial<Omit<StoreOptions, "place">>;

/**
 * An empty store on the embedded database of this test file. The one that was given out before is closed and its rows are
 * gone, so call it before each test.
 */
export async function freshStore(options: TestOptions = {}): Promise<Store> {
  shared ??= embeddedDatabase();
  const database = await shared;
  await database.clear();
  return database.open(options);
}

let shared: Promise<TestDatabase> | undefined;

/** A migrated database on which stores are opened, several at once where its home allows that. */
export interface TestDatabase {
  open(options?: TestOptions): Promise<Store>;
  /** Closes the stores and removes all rows. */
  clear(): Promise<void>;
  /** Asks something past the store, as an operator would. */
  ask(question: string): Promise<unknown[]>;
  close(): Promise<void>;
}

/** A database in memory. */
export async function embeddedDatabase(): Promise<TestDatabase> {
  const embedded: Embedded = await openInMemory(new Blob([await readFile(await snapshotFile())]));
  const database = drizzle(embedded.client);
  const stores = openStores({ embedded });
  return {
    open: stores.open,
    clear: async () => {
      await stores.close();
      await database.execute(TRUNCATE);
    },
    ask: async (question) => (await database.execute(sql.raw(question))).rows,
    close: async () => {
      await stores.close();
      await embedded.close();
    },
  };
}

/** A database of its own on a server. */
export async function postgresDatabase(server: TestPostgres): Promise<TestDatabase & { url: string }> {
  const url = await server.createDatabase();
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  const stores = openStores({ databaseUrl: url });
  const ask = async (question: string) => [...(await client.unsafe(question))];
  return {
    url,
    open: stores.open,
    clear: async () => {
      await stores.close();
      const [made] = await ask("select to_regclass('tickets') is not null as made");
      if (made?.["made"] === true) await client.unsafe(TRUNCATE_TEXT);
    },
    ask,
    close: async () => {
      await stores.close();
      await client.end({ timeout: 1 });
    },
  };
}

const TABLES = Object.values(schema).flatMap((table) => (is(table, PgTable) ? [getTableName(table)] : []));
const TRUNCATE_TEXT = `truncate table ${TABLES.join(", ")} restart identity cascade`;
const TRUNCATE = sql.raw(TRUNCATE_TEXT);

/** Tests read no log; what they assert is what people and programs see. */
const silent = pino({ level: "silent" });

function openStores(place: StoreOptions["place"]) {
  const open = new Set<Store>();
  return {
    open: async (options: TestOptions = {}): Promise<Store> => {
      const store = await openStore({ place, machineNow: () => new Date(), log: silent, ...options });
      open.add(store);
      return store;
    },
    close: async () => {
      const closing = [...open];
      open.clear();
      await Promise.all(closing.map((store) => store.close()));
    },
  };
}
