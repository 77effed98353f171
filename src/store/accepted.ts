// What people did that is stored and not carried out yet: put in beside everything else, taken out by whoever carries it out.
import { asc, eq, inArray, notInArray } from "drizzle-orm";
import type { Accepted, Store, Tx } from "../desk/ports.ts";
import type { Connections, Database } from "./connections.ts";
import { cleaned, toStored } from "./json.ts";
import { accepted } from "./schema.ts";
import { together } from "./together.ts";

/** Stores what is accepted, at once; what comes at once is committed at once. */
export function acceptingOn(connections: Connections): Store["accept"] {
  return together({
    kindOf: () => "",
    write: async (some: readonly Accepted[]) => {
      await connections.ask([{ text: ACCEPT, values: [JSON.stringify(some.map(toStored))] }]);
      return some.map(() => undefined);
    },
  });
}

/** The part of a transaction that takes it out. */
export function acceptedIn(database: Database): Pick<Tx, "takeAccepted" | "dropAccepted"> {
  return {
    async takeAccepted(except) {
      const first = database
        .select({ turn: accepted.turn })
        .from(accepted)
        .where(except.length === 0 ? undefined : notInArray(accepted.key, [...except]))
        .orderBy(asc(accepted.turn))
        .limit(1)
        .for("update", { skipLocked: true });
      const [taken] = await database.delete(accepted).where(inArray(accepted.turn, first)).returning();
      return taken ?? null;
    },

    async dropAccepted(key) {
      const dropped = await database
        .delete(accepted)
        .where(eq(accepted.key, cleaned(key)))
        .returning();
      return dropped.length > 0;
    },
  };
}

/** In the order in which it came, which is the order of the list. */
const ACCEPT = `
  insert into accepted (key, intent, answer_to)
  select item->>'key', item->'intent', item->>'answerTo'
  from jsonb_array_elements($1::text::jsonb) with ordinality as list (item, nr)
  order by nr
  on conflict (key) do nothing`;
