// What rings at each place, for one transaction at a time.
//
// In a storm that is a long list, of which each page changes little. So each page is a row of its own, and a store keeps in
// mind what it read or wrote last of each place, with the version of the place's own row: only where somebody else has written
// since are the pages read again. PostgreSQL itself numbers the versions: by who wrote it (xmin, which no other transaction
// has, be it taken back or not) and where it lies.
import { and, asc, eq, inArray, notInArray, sql } from "drizzle-orm";
import type { Address } from "../core/directory.ts";
import type { Rings, RungPage } from "../core/storm.ts";
import type { Tx } from "../desk/ports.ts";
import type { Database } from "./connections.ts";
import { toStored } from "./json.ts";
import { rings, rungPages } from "./schema.ts";

/** What a store knows of the places where something rings. */
export type KnownRings = Map<Address, Known>;

/** What the rows of a place say, where its own has the version. */
interface Known {
  version: string;
  content: Rings;
  rows: readonly PageRow[];
}

/** A page, and where it stands among the others of its place. */
interface PageRow {
  position: number;
  page: RungPage;
}

/** The part of a transaction that knows what rings where. */
export function ringsIn(
  database: Database,
  known: KnownRings,
): Pick<Tx, "ringsAt" | "lockRings" | "stormyPlaces" | "keepRings"> {
  // As this transaction locked or wrote them last, whatever another that was taken back left in mind.
  const mine = new Map<Address, readonly PageRow[]>();
  return {
    async ringsAt(place) {
      // One statement, so that both are of one instant.
      const rows = await database
        .select({ content: rings.content, page: rungPages.content })
        .from(rings)
        .leftJoin(rungPages, eq(rungPages.place, rings.place))
        .where(eq(rings.place, place))
        .orderBy(asc(rungPages.position));
      const content = rows[0]?.content ?? null;
      return content && { ...content, pages: rows.flatMap(({ page }) => page ?? []) };
    },

    async lockRings(places) {
      if (places.length === 0) return new Map();
      const before = new Map(places.map((place) => [place, known.get(place)]));
      const versions = [...before.values()].flatMap((one) => one?.version ?? []);
      const [, locked, news] = await Promise.all([
        // A row to lock, also where none was: two first pages at one place would not see each other.
        database
          .insert(rings)
          .values(places.map((place) => ({ place })))
          .onConflictDoNothing()
          .execute(),
        database
          .select({ place: rings.place, version: VERSION, content: rings.content })
          .from(rings)
          .where(inArray(rings.place, [...places]))
          .orderBy(sql`${rings.place} collate "C"`)
          .for("update")
          .execute(),
        // A statement of its own: the one that waited for the lock sees all other rows as they were before.
        database
          .select({ place: rungPages.place, position: rungPages.position, page: rungPages.content })
          .from(rungPages)
          .innerJoin(rings, eq(rings.place, rungPages.place))
          .where(and(inArray(rings.place, [...places]), notInArray(VERSION, versions)))
          .orderBy(asc(rungPages.position))
          .execute(),
      ]);
      const found = new Map<Address, Rings>();
      for (const { place, version, content } of locked) {
        if (content === null) continue;
        // While this waited for the lock, another may have kept something else, or failed to.
        const kept = [known.get(place), before.get(place)].find((one) => one?.version === version);
        const now =
          kept ??
          asRead(
            version,
            content,
            news.filter((row) => row.place === place),
          );
        keepInMind(known, place, now);
        mine.set(place, now.rows);
        found.set(place, now.content);
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
      const places = [...changed].map(([place, content]) => {
        const before = mine.get(place) ?? null;
        const rows = placed(content.pages, before ?? []);
        return { place, content, rows, ...differing(place, before, rows) };
      });
      // They go down the line behind one another, without waiting for answers.
      const [written] = await Promise.all([
        database
          .insert(rings)
          .values(places.map(({ place, content }) => ({ place, content: { ...content, pages: [] } })))
          .onConflictDoUpdate({ target: rings.place, set: { content: sql`excluded.content` } })
          .returning({ place: rings.place, version: VERSION })
          .execute(),
        leave(
          database,
          places.flatMap(({ gone }) => gone),
        ),
        write(
          database,
          places.flatMap(({ news }) => news),
        ),
      ]);
      const versions = new Map(written.map(({ place, version }) => [place, version]));
      for (const { place, content, rows } of places) {
        const version = versions.get(place);
        mine.set(place, rows);
        if (version !== undefined) keepInMind(known, place, { version, content, rows });
      }
    },
  };
}

const VERSION = sql<string>`${rings}.xmin::text || ${rings}.ctid::text`;

function asRead(version: string, content: Rings, rows: readonly PageRow[]): Known {
  return { version, content: { ...content, pages: rows.map(({ page }) => page) }, rows };
}

/** Where each page of a place stands: as before, as far as their order is the same. */
function placed(pages: readonly RungPage[], before: readonly PageRow[]): PageRow[] {
  const stood = new Map(before.map(({ page, position }) => [keyOf(page), position]));
  let last = 0;
  return pages.map((page) => {
    last = Math.max(last + 1, stood.get(keyOf(page)) ?? 0);
    return { position: last, page };
  });
}

/** What has to be written so that a place's rows, null where they are not known, become others. */
function differing(place: Address, before: readonly PageRow[] | null, after: readonly PageRow[]) {
  const stood = new Map(before?.map(({ position, page }) => [position, page]));
  const stand = new Set(after.map(({ position }) => position));
  const left = before?.filter(({ position }) => !stand.has(position)) ?? [{ position: null }];
  return {
    gone: left.map(({ position }): Gone => ({ place, position })),
    // A page that did not change is the same object as before.
    news: after
      .filter(({ position, page }) => stood.get(position) !== page)
      .map(({ position, page }) => ({ place, position, content: page })),
  };
}

/** A row that is to go; null: all of its place. */
interface Gone {
  place: Address;
  position: number | null;
}

async function leave(database: Database, gone: readonly Gone[]): Promise<void> {
  if (gone.length > 0) await database.ask({ text: LEAVE, values: [JSON.stringify(toStored(gone))] });
}

const LEAVE = `
  delete from rung_pages p using jsonb_to_recordset($1::text::jsonb) as gone (place text, position int)
  where p.place = gone.place and (gone.position is null or p.position = gone.position)`;

async function write(database: Database, news: (typeof rungPages.$inferInsert)[]): Promise<void> {
  if (news.length === 0) return;
  await database
    .insert(rungPages)
    .values(news)
    .onConflictDoUpdate({
      target: [rungPages.place, rungPages.position],
      set: { content: sql`excluded.content` },
    });
}

function keyOf({ ticket, nr }: RungPage): string {
  return `${ticket} ${nr}`;
}

/** More places than ever ring at once. */
const MOST_KNOWN = 2_000;

function keepInMind(known: KnownRings, place: Address, one: Known): void {
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(place, one);
}
