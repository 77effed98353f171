// The chores within one transaction: one that is taken is locked until that ends, so that replicas share them.
import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { chores } from "./schema.ts";

/** The part of a transaction that knows chores. `onChange` hears of each that is due at another time. */
export function choresIn(
  database: Database,
  onChange: () => void,
): Pick<Tx, "dueChore" | "saveChore" | "wakeChores"> {
  return {
    async dueChore(names, now) {
      const [due] = await database
        .select({ name: chores.name, state: chores.state })
        .from(chores)
        .where(and(inArray(chores.name, [...names]), lte(chores.wakeAt, now)))
        .orderBy(asc(chores.wakeAt), asc(chores.name))
        .limit(1)
        .for("update", { skipLocked: true });
      return due ?? null;
    },

    async saveChore(name, next) {
      await database.update(chores).set(next).where(eq(chores.name, name));
      onChange();
    },

    async wakeChores(names, at) {
      if (names.length === 0) return;
      // A null is no time: the least of it and another is the other.
      await database
        .insert(chores)
        .values(names.map((name) => ({ name, wakeAt: at, state: null })))
        .onConflictDoUpdate({
          target: chores.name,
          set: { wakeAt: sql`least(${chores.wakeAt}, excluded.wake_at)` },
        });
      onChange();
    },
  };
}
