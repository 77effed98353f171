// What rings at each place, for one transaction at a time.
import { eq } from "drizzle-orm";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { rings } from "./schema.ts";

/** The part of a transaction that knows what rings where. */
export function ringsIn(database: Database): Pick<Tx, "ringsAt" | "lockRings" | "keepRings"> {
  return {
    async ringsAt(place) {
      const [row] = await database.select().from(rings).where(eq(rings.place, place));
      return row?.content ?? null;
    },

    async lockRings(place) {
      // A row to lock, also where none was: two first pages at one place would not see each other.
      await database.insert(rings).values({ place }).onConflictDoNothing();
      const [row] = await database.select().from(rings).where(eq(rings.place, place)).for("update");
      return row?.content ?? null;
    },

    async keepRings(place, content) {
      await database.update(rings).set({ content }).where(eq(rings.place, place));
    },
  };
}
