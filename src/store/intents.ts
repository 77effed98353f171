// What came in, by its key: handled once, and answered the same when it comes again.
import { eq } from "drizzle-orm";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { intents } from "./schema.ts";

/** The part of a transaction that knows what came in before. */
export function intentsIn(database: Database): Pick<Tx, "claimIntent" | "keepReply"> {
  return {
    async claimIntent(key, at) {
      // Where another transaction is at the same key, the insert waits for it to commit or to be taken back.
      const claimed = await database.insert(intents).values({ key, at }).onConflictDoNothing().returning();
      if (claimed.length > 0) return { first: true };
      const [before] = await database.select().from(intents).where(eq(intents.key, key));
      return { first: false, reply: before?.reply ?? null };
    },

    async keepReply(key, reply) {
      await database.update(intents).set({ reply }).where(eq(intents.key, key));
    },
  };
}
