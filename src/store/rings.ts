// What rings at each place, for one transaction at a time.
import { asc, eq, sql } from "drizzle-orm";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { rings } from "./schema.ts";

/** The part of a transaction that knows what rings where. */
export function ringsIn(
  database: Database,
): Pick<Tx, "ringsAt" | "lockRings" | "stormyPlaces" | "keepRings"> {
  return {
    async ringsAt(place) {
      const [row] = await database.select().from(rings).where(eq(rings.place, place));
      return row?.content ?? null;
    },

    async lockRings(places) {
      if (places.length === 0) return new Map();
      // A row to lock, also where none was: two first pages at one place would not see each other.
      const locked = await database
        .insert(rings)
        .values(places.map((place) => ({ place })))
        .onConflictDoUpdate({ target: rings.place, set: { place: sql`excluded.place` } })
        .returning();
      return new Map(locked.flatMap(({ place, content }) => (content === null ? [] : [[place, content]])));
    },

    async stormyPlaces() {
      const stormy = await database
        .select({ place: rings.place })
        .from(rings)
        .where(sql`${rings.content} -> 'storm' <> 'null'::jsonb`)
        .orderBy(asc(rings.place));
      return stormy.map(({ place }) => place);
    },

    async keepRings(known) {
      if (known.size === 0) return;
      await database
        .insert(rings)
        .values([...known].map(([place, content]) => ({ place, content })))
        .onConflictDoUpdate({ target: rings.place, set: { content: sql`excluded.content` } });
    },
  };
}
