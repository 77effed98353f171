// The homes that every promise of the store is tried in.
import { embeddedDatabase, postgresDatabase, type TestDatabase } from "../support/database.ts";
import { memoryDatabase } from "../support/memory-store.ts";
import { startPostgres } from "../support/postgres.ts";

/** A database in one of its homes. */
export interface Home {
  name: string;
  /** Whether several stores, or processes, may use it at once. */
  isShared: boolean;
  database: Pick<TestDatabase, "open" | "clear" | "close">;
}

/** The embedded database, PostgreSQL where there is one, and the memory that stands in for both; and what closes them. */
export async function openHomes(): Promise<{ homes: Home[]; close: () => Promise<void> }> {
  const embedded: Home = {
    name: "the embedded database",
    isShared: false,
    database: await embeddedDatabase(),
  };
  const server = await startPostgres();
  const memory: Home = { name: "memory", isShared: false, database: memoryDatabase() };
  const homes = [embedded, memory];
  if (server !== null) {
    homes.push({ name: "PostgreSQL", isShared: true, database: await postgresDatabase(server) });
  }
  return {
    homes,
    close: async () => {
      for (const { database } of homes) await database.close();
      await server?.close();
    },
  };
}
