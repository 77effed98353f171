// What was applied: the desk file in force, what its addresses stand for, and every content of every policy.
import { isDeepStrictEqual } from "node:util";
import { and, asc, desc, eq, lte, max, sql } from "drizzle-orm";
import { DeskError } from "../core/errors.ts";
import type { KnownDirectory, PolicyRevision, Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { toStored } from "./json.ts";
import { addresses, directories, policyRevisions } from "./schema.ts";

/**
 * The desk file that one store read last. A revision never changes, not even one that was taken back, whose number is not
 * given again; so a transaction asks which one is in force, and reads it only where that is another.
 */
export interface ReadDesk {
  last: { inForce: string; known: KnownDirectory } | null;
}

/** The part of a transaction that knows what was applied. `onChange` hears of a new desk file. */
export function deskFileIn(
  database: Database,
  onChange: () => void,
  read: ReadDesk,
): Pick<
  Tx,
  | "directory"
  | "directoryToChange"
  | "directories"
  | "replaceDirectory"
  | "rememberAddress"
  | "policyInForce"
  | "policyRevision"
  | "addPolicy"
> {
  return {
    directory: () => knownDirectory(database, read),

    async directoryToChange() {
      await lockDirectories(database);
      return knownDirectory(database, read);
    },

    async directories() {
      const applied = await database.select().from(directories).orderBy(asc(directories.revision));
      return applied.map(({ content, appliedAt }) => ({ directory: content, appliedAt }));
    },

    async replaceDirectory(directory, at) {
      await lockDirectories(database);
      const inForce = await latestDirectory(database);
      if (isDeepStrictEqual(toStored(inForce?.content), toStored(directory))) return false;
      await database.insert(directories).values({ content: directory, appliedAt: at });
      onChange();
      return true;
    },

    async rememberAddress(written, resolved) {
      await database
        .insert(addresses)
        .values({ written, resolved })
        .onConflictDoUpdate({ target: addresses.written, set: { resolved } });
    },

    async policyInForce(id, at) {
      const [row] = await database
        .select({ id: policyRevisions.id })
        .from(policyRevisions)
        .where(and(eq(policyRevisions.policy, id), lte(policyRevisions.effective, dayOf(at))))
        .orderBy(desc(policyRevisions.effective), desc(policyRevisions.turn))
        .limit(1);
      return row === undefined ? null : policyRevisionOf(database, row.id);
    },

    policyRevision: (id) => policyRevisionOf(database, id),

    async addPolicy({ id, policy }, at) {
      await database.execute(sql`lock table ${policyRevisions} in share row exclusive mode`);
      const known = await database
        .select({ turn: policyRevisions.turn })
        .from(policyRevisions)
        .where(eq(policyRevisions.id, id));
      const [last] = await database
        .select({ turn: max(policyRevisions.turn) })
        .from(policyRevisions)
        .where(eq(policyRevisions.policy, policy.id));
      const lastTurn = last?.turn ?? 0;
      if (known[0]?.turn === lastTurn) return false;
      const { version, effective } = policy;
      const turn = lastTurn + 1;
      await database
        .insert(policyRevisions)
        .values({ id, policy: policy.id, version, effective, content: policy, appliedAt: at, turn })
        .onConflictDoUpdate({ target: policyRevisions.id, set: { turn, appliedAt: at } });
      return known.length === 0;
    },
  };
}

async function policyRevisionOf(database: Database, id: string): Promise<PolicyRevision> {
  const known = revisions.get(id);
  if (known !== undefined) return known;
  const [row] = await database.select().from(policyRevisions).where(eq(policyRevisions.id, id));
  if (row === undefined) throw new DeskError("internal", "This ticket's policy is not known any more.");
  const revision = { id, policy: row.content };
  revisions.set(id, revision);
  return revision;
}

/** Lets others read it, and nobody replace it, until the transaction ends. */
async function lockDirectories(database: Database): Promise<void> {
  await database.execute(sql`lock table ${directories} in share row exclusive mode`);
}

async function knownDirectory(database: Database, read: ReadDesk): Promise<KnownDirectory> {
  const [row] = await database.ask({ text: IN_FORCE, values: [] });
  const inForce = JSON.stringify(row);
  if (read.last?.inForce === inForce) return read.last.known;
  const latest = await latestDirectory(database);
  if (latest === undefined) {
    throw new DeskError("unavailable", "This desk is not set up yet: apply a desk file first.");
  }
  const written = await database.select().from(addresses);
  const known = {
    revision: latest.revision,
    appliedAt: latest.appliedAt,
    directory: latest.content,
    addresses: new Map(written.map(({ written, resolved }) => [written, resolved])),
  };
  // Another may have been put into force between the two readings.
  if (row?.["revision"] === latest.revision) read.last = { inForce, known };
  return known;
}

/** What is known of the addresses is told by a sum of their hashes, 64 bits each: nobody needs them word by word each time. */
const IN_FORCE = `
  select (select max(revision) from directories) as revision,
    (select sum(hashtextextended(written || ' ' || resolved, 0))::text from addresses) as addresses`;

async function latestDirectory(database: Database) {
  const [latest] = await database.select().from(directories).orderBy(desc(directories.revision)).limit(1);
  return latest;
}

/**
 * Revisions are named by their content, so one that was read need not be read again, in whichever database. A desk has
 * few of them, however many its tickets are.
 */
const revisions = new Map<string, PolicyRevision>();

/** A policy takes effect at 00:00 UTC, so the day is UTC's too. */
function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
