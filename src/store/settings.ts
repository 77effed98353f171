// How each person wants to be told, and what waits for them, within one transaction.
import { asc, eq, inArray, lte, min, sql } from "drizzle-orm";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { cleaned } from "./json.ts";
import { held, settings } from "./schema.ts";

/** The part of a transaction that knows people's settings. */
export function settingsIn(
  database: Database,
): Pick<Tx, "settingsOf" | "keepSettings" | "hold" | "takeHeld" | "nextHeldAt"> {
  return {
    async settingsOf(people) {
      if (people.length === 0) return new Map();
      const rows = await database
        .select()
        .from(settings)
        .where(inArray(settings.person, [...people]));
      return new Map(rows.map(({ person, content }) => [person, content]));
    },

    async keepSettings(person, content) {
      await database
        .insert(settings)
        .values({ person, content })
        .onConflictDoUpdate({ target: settings.person, set: { content } });
    },

    async hold(messages) {
      // One by one: two wants of one slot may be among them.
      for (const { person, until, effect } of messages) {
        await database
          .insert(held)
          .values({ slot: effect.slot, person, until, effect })
          .onConflictDoUpdate({
            target: held.slot,
            set: { until: sql`excluded.until`, effect: sql`excluded.effect` },
          });
      }
    },

    async takeHeld(which) {
      const isWanted =
        "person" in which
          ? eq(held.person, which.person)
          : "slot" in which
            ? eq(held.slot, cleaned(which.slot))
            : lte(held.until, which.until);
      const chosen = database.select({ id: held.id }).from(held).where(isWanted).orderBy(asc(held.id));
      const ids = "until" in which ? chosen.limit(which.limit) : chosen;
      const taken = await database.delete(held).where(inArray(held.id, ids)).returning();
      return taken.sort((one, other) => one.id - other.id).map(({ effect }) => effect);
    },

    async nextHeldAt() {
      const [row] = await database.select({ until: min(held.until) }).from(held);
      return row?.until ?? null;
    },
  };
}
