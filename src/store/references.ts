// What platforms remember of their places, such as where a conversation is reached. Only they look inside.
import { desc, eq, like } from "drizzle-orm";
import type { References } from "../desk/ports.ts";
import type { Connections } from "./connections.ts";
import { references } from "./schema.ts";

/** The notes of platforms. Each call is a transaction of its own. */
export function referencesIn(connections: Connections, machineNow: () => Date): References {
  return {
    remember: (place, reference) =>
      connections.transaction(async (database) => {
        const at = machineNow();
        await database
          .insert(references)
          .values({ place, reference, at })
          .onConflictDoUpdate({ target: references.place, set: { reference, at } });
      }),

    recall: (place) =>
      connections.transaction(async (database) => {
        const [row] = await database.select().from(references).where(eq(references.place, place));
        return row?.reference ?? null;
      }),

    forget: (place) =>
      connections.transaction(async (database) => {
        await database.delete(references).where(eq(references.place, place));
      }),

    all: (prefix) =>
      connections.transaction(async (database) => {
        const rows = await database
          .select()
          .from(references)
          .where(like(references.place, `${prefix.replace(/[\\%_]/g, "\\$&")}%`))
          .orderBy(desc(references.at))
          .limit(MOST);
        return rows.map(({ place, reference }): [string, string] => [place, reference]);
      }),
  };
}

/** More than that nobody goes through one by one. */
const MOST = 500;
