// The keys that sign the addresses of people's calendars, within one transaction.
import { eq } from "drizzle-orm";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { feeds } from "./schema.ts";

/** The part of a transaction that knows the keys. */
export function feedsIn(database: Database): Pick<Tx, "feedKey" | "keepFeedKey"> {
  const feedKey = async (person: string) => {
    const [kept] = await database.select({ key: feeds.key }).from(feeds).where(eq(feeds.person, person));
    return kept?.key ?? null;
  };
  return {
    feedKey,

    async keepFeedKey(person, key, when) {
      const insert = database.insert(feeds).values({ person, key });
      await (when === "replace"
        ? insert.onConflictDoUpdate({ target: feeds.person, set: { key } })
        : insert.onConflictDoNothing());
      return (await feedKey(person)) ?? key;
    },
  };
}
