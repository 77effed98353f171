// What the platforms told of who hears us, within one transaction.
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { hearings } from "./schema.ts";

/** The part of a transaction that knows who hears us. */
export function hearingsIn(database: Database): Pick<Tx, "hearings" | "keepHearing"> {
  return {
    async hearings() {
      const rows = await database.select().from(hearings);
      return new Map(rows.map(({ person, content }) => [person, content]));
    },

    async keepHearing(person, content) {
      await database
        .insert(hearings)
        .values({ person, content })
        .onConflictDoUpdate({ target: hearings.person, set: { content } });
    },
  };
}
