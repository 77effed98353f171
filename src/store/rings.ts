// What rings at each place, for one transaction at a time.
//
// In a storm that is a long list, of which each page changes little. So a store keeps in mind what it read or wrote last of
// each place, with the version of the row: only where somebody else has written since is it read again. PostgreSQL itself
// numbers the versions: by who wrote it (xmin, which no other transaction has, be it taken back or not) and where it lies.
import { asc, eq, inArray, sql } from "drizzle-orm";
import type { Address } from "../core/directory.ts";
import type { Rings, RungPage } from "../core/storm.ts";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { toStored } from "./json.ts";
import { rings } from "./schema.ts";

/** What a store knows of the places where something rings: which version of the row says so. */
export type KnownRings = Map<Address, { version: string; content: Rings }>;

/** The part of a transaction that knows what rings where. */
export function ringsIn(
  database: Database,
  known: KnownRings,
): Pick<Tx, "ringsAt" | "lockRings" | "stormyPlaces" | "keepRings"> {
  return {
    async ringsAt(place) {
      const [row] = await database.select().from(rings).where(eq(rings.place, place));
      return row?.content ?? null;
    },

    async lockRings(places) {
      if (places.length === 0) return new Map();
      const versions = places.flatMap((place) => known.get(place)?.version ?? []);
      const [, locked] = await Promise.all([
        // A row to lock, also where none was: two first pages at one place would not see each other.
        database
          .insert(rings)
          .values(places.map((place) => ({ place })))
          .onConflictDoNothing()
          .execute(),
        database
          .select({
            place: rings.place,
            version: VERSION,
            news: sql<Rings | null>`case when ${inArray(VERSION, versions)} then null else ${rings.content} end`.mapWith(
              rings.content,
            ),
          })
          .from(rings)
          .where(inArray(rings.place, [...places]))
          .orderBy(sql`${rings.place} collate "C"`)
          .for("update")
          .execute(),
      ]);
      const found = new Map<Address, Rings>();
      for (const { place, version, news } of locked) {
        const kept = known.get(place);
        const content = kept?.version === version ? kept.content : news;
        if (content === null) continue;
        keepInMind(known, place, { version, content });
        found.set(place, content);
      }
      return found;
    },

    async stormyPlaces() {
      const stormy = await database
        .select({ place: rings.place })
        .from(rings)
        .where(sql`${rings.content} -> 'storm' <> 'null'::jsonb`)
        .orderBy(asc(rings.place));
      return stormy.map(({ place }) => place);
    },

    async keepRings(changed) {
      if (changed.size === 0) return;
      const written = await database
        .insert(rings)
        .values(
          [...changed].map(([place, content]) => ({ place, content: sql`${textOf(content)}::text::jsonb` })),
        )
        .onConflictDoUpdate({ target: rings.place, set: { content: sql`excluded.content` } })
        .returning({ place: rings.place, version: VERSION });
      for (const { place, version } of written) {
        const content = changed.get(place);
        if (content !== undefined) keepInMind(known, place, { version, content });
      }
    },
  };
}

const VERSION = sql<string>`xmin::text || ctid::text`;

/** More places than ever ring at once. */
const MOST_KNOWN = 2_000;

function keepInMind(known: KnownRings, place: Address, one: { version: string; content: Rings }): void {
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(place, one);
}

/** As JSON. Pages that did not change are the same objects as before, and written out already. */
function textOf({ pages, ...others }: Rings): string {
  const rows = pages.map((page) => {
    const text = texts.get(page) ?? JSON.stringify(toStored(page));
    texts.set(page, text);
    return text;
  });
  return `{"pages":[${rows.join(",")}],${JSON.stringify(toStored(others)).slice(1)}`;
}

const texts = new WeakMap<RungPage, string>();
