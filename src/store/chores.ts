// The chores within one transaction: one that is taken is locked until that ends, so that replicas share them.
import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { chores, choreWakes } from "./schema.ts";

/** The part of a transaction that knows chores. `onChange` hears of each that is due at another time. */
export function choresIn(
  database: Database,
  onChange: () => void,
): Pick<Tx, "takeChore" | "saveChore" | "wakeChores"> {
  return {
    async takeChore(names, now) {
      const [due] = await database
        .select({ name: chores.name, state: chores.state })
        .from(chores)
        .where(and(inArray(chores.name, [...names]), lte(sql.raw(DUE_AT), sql.param(now, chores.wakeAt))))
        .orderBy(asc(sql.raw(DUE_AT)), asc(chores.name))
        .limit(1)
        .for("update", { skipLocked: true });
      if (due === undefined) return null;
      // Whatever is committed after this wakes it again.
      await database.delete(choreWakes).where(and(eq(choreWakes.name, due.name), lte(choreWakes.at, now)));
      return due;
    },

    async saveChore(name, next) {
      await database.update(chores).set(next).where(eq(chores.name, name));
      onChange();
    },

    async wakeChores(names, at) {
      if (names.length === 0) return;
      // They go down the line behind one another, without waiting for answers.
      await Promise.all([
        database
          .insert(chores)
          .values(names.map((name) => ({ name, wakeAt: null, state: null })))
          .onConflictDoNothing()
          .execute(),
        database
          .insert(choreWakes)
          .values(names.map((name) => ({ name, at })))
          .execute(),
      ]);
      onChange();
    },
  };
}

/** When a chore is due: when it said itself, or is woken before; of a null and a time PostgreSQL takes the time. */
export const DUE_AT =
  "least(chores.wake_at, (select min(chore_wakes.at) from chore_wakes where chore_wakes.name = chores.name))";
