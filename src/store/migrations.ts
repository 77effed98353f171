// Brings a database to the form that this code knows, and refuses one that a newer Belfry has changed.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzleEmbedded } from "drizzle-orm/pglite";
import { migrate as migrateWithin } from "drizzle-orm/pglite/migrator";
import { drizzle as drizzlePostgres } from "drizzle-orm/postgres-js";
import { migrate as migrateOver } from "drizzle-orm/postgres-js/migrator";
import { z } from "zod";
import { DeskError, isUnavailable } from "../core/errors.ts";
import { translated } from "./faults.ts";
import { onOwnConnection } from "./postgres.ts";

/** The database in either home. */
type Database = PgDatabase<PgQueryResultHKT>;

/** Whether a database has every change of form that this code knows, lacks some, or has some that it does not know. */
export type Form = "current" | "behind" | "ahead";

/**
 * Migrates PostgreSQL; returns false where there was nothing to do. Of several processes that start at once one migrates,
 * and the others wait for it.
 * @throws DeskError("conflict") where a newer Belfry has changed the database.
 */
export function migratePostgres(url: string): Promise<boolean> {
  return onOwnConnection(url, async (client) => {
    const database = drizzlePostgres(client);
    if (!(await isBehind(database))) return false;
    // A lock of the session, not of a transaction: it spans all of them, and goes when the connection goes.
    await database.execute(sql.raw(`set lock_timeout = ${WAIT_FOR_OTHERS_MS}`));
    await database.execute(sql.raw(`select pg_advisory_lock(${LOCK_KEY})`));
    if (!(await isBehind(database))) return false;
    await migrateOver(database, { migrationsFolder: FOLDER }).catch(refuseHalf);
    return true;
  });
}

/** Migrates the embedded database; returns false where there was nothing to do. */
export async function migrateEmbedded(client: PGlite): Promise<boolean> {
  const database = drizzleEmbedded(client);
  if (!(await isBehind(database))) return false;
  await migrateWithin(database, { migrationsFolder: FOLDER }).catch(refuseHalf);
  return true;
}

/** Compares the newest change of form that a database has with the newest that this code knows. */
export async function formOf(database: Database): Promise<Form> {
  const [newest, applied] = [await newestKnown(), await newestApplied(database)];
  if (applied === newest) return "current";
  return applied === null || applied < newest ? "behind" : "ahead";
}

/** Changes of form made by drizzle-kit; the folder lies beside both src/ and dist/. */
const FOLDER = fileURLToPath(new URL("../../drizzle", import.meta.url));
/** Any number will do, as long as nobody else locks the same one in this database: "Belfry" as digits. */
const LOCK_KEY = 2_335_379;
const WAIT_FOR_OTHERS_MS = 120_000;

async function isBehind(database: Database): Promise<boolean> {
  const form = await formOf(database);
  if (form !== "ahead") return form === "behind";
  throw new DeskError(
    "conflict",
    "This database was changed by a newer Belfry. Run that version, or restore the backup from before the upgrade.",
  );
}

/** All changes of form are one transaction: where one fails, the database is as it was, and the older Belfry still fits it. */
function refuseHalf(error: unknown): never {
  const refusal = translated(error);
  if (isUnavailable(refusal)) throw refusal;
  const cause = refusal instanceof DeskError ? refusal.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new DeskError(
    "internal",
    `The database could not be brought to this version (${why}); nothing was changed in it. Mend that and start again, or run the older Belfry.`,
    { cause },
  );
}

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number() })) });

async function newestKnown(): Promise<number> {
  const journal: unknown = JSON.parse(await readFile(`${FOLDER}/meta/_journal.json`, "utf8"));
  return Math.max(...journalSchema.parse(journal).entries.map(({ when }) => when));
}

/** By the table in which drizzle keeps what it has applied; null where nothing was. */
async function newestApplied(database: Database): Promise<number | null> {
  const [table] = rowsOf<{ known: boolean }>(
    await database.execute(sql`select to_regclass('drizzle.__drizzle_migrations') is not null as known`),
  );
  if (table?.known !== true) return null;
  const [last] = rowsOf<{ at: number | null }>(
    await database.execute(sql`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`),
  );
  return last?.at ?? null;
}

/** The rows that a raw statement returns: postgres.js gives them as they are, PGlite in an object. */
function rowsOf<T>(result: unknown): T[] {
  const rows = typeof result === "object" && result !== null && "rows" in result ? result.rows : result;
  if (!Array.isArray(rows)) throw new Error("The database's answer has no rows.");
  return rows as T[];
}
