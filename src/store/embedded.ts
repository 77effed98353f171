// The embedded database: PostgreSQL inside this process (PGlite), in a folder or, for tests, in memory.
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { PGlite, type Transaction } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { DeskError } from "../core/errors.ts";
import type { Connection, Rows, Statement } from "./connections.ts";
import { lockFolder } from "./lock.ts";

/** An open embedded database. Whoever opened it closes it, after the last transaction. */
export interface Embedded {
  client: PGlite;
  close(): Promise<void>;
}

/**
 * Opens the embedded database in a folder, which is made if it is missing and locked against other processes.
 * @throws DeskError("conflict") where another process has it, or where it was written by another version of PostgreSQL.
 */
export async function openInFolder(folder: string): Promise<Embedded> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const unlock = await lockFolder(folder);
  try {
    const dataDir = join(folder, "database");
    await refuseOtherVersion(dataDir);
    const client = await PGlite.create({ dataDir });
    return {
      client,
      close: async () => {
        await client.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Opens a database in memory, empty or as a snapshot left it. Nothing of it stays. */
export async function openInMemory(snapshot: Blob | null): Promise<Embedded> {
  const client = await PGlite.create(snapshot === null ? {} : { loadDataDir: snapshot });
  return { client, close: () => client.close() };
}

/** Its one connection: it serves one transaction at a time, and statements run inside this process, without waiting. */
export function embeddedConnection(client: PGlite): Connection {
  return {
    transaction: async (work, _, last) => {
      const result = await client.transaction(async (transaction) => {
        // The type asks for a whole PGlite; drizzle itself passes transactions here, and uses only what they have.
        const drizzled = drizzle(transaction as unknown as PGlite, { casing: "snake_case" });
        const ask = askIn(transaction);
        const result = await work(Object.assign(drizzled, { ask }));
        // Fails where a statement had failed before: a commit would then take everything back without a word.
        await ask(last() ?? ANYTHING);
        return result;
      });
      // Statements hold up everything else in this process, so others get their turn between transactions.
      await setImmediate();
      return result;
    },
    ask: async (statements) => {
      const answers = await client.transaction(async (transaction) => {
        const ask = askIn(transaction);
        const answers: Rows[] = [];
        for (const statement of statements) answers.push(await ask(statement));
        return answers;
      });
      await setImmediate();
      return answers;
    },
    isClosed: () => client.closed,
    close: () => Promise.resolve(),
  };
}

function askIn(transaction: Transaction) {
  return async ({ text, values }: Statement): Promise<Rows> =>
    (await transaction.query<Rows[number]>(text, [...values])).rows;
}

const ANYTHING: Statement = { text: "select 1", values: [] };

/** The PostgreSQL that this PGlite is made of; its files cannot be read by another. */
const POSTGRES_MAJOR = "18";

async function refuseOtherVersion(dataDir: string): Promise<void> {
  const written = await readFile(join(dataDir, "PG_VERSION"), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    },
  );
  const major = written?.trim() ?? POSTGRES_MAJOR;
  if (major === POSTGRES_MAJOR) return;
  throw new DeskError(
    "conflict",
    `The database in ${dataDir} was written by PostgreSQL ${major}, and this Belfry has ${POSTGRES_MAJOR} built in. ` +
      `Run the Belfry that wrote it, or move that folder away to begin anew.`,
  );
}
