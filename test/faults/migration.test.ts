// A change of the database's form that fails half-way, and one that is made while an older Belfry runs.
import { afterAll, describe, expect, it } from "vitest";
import { pino } from "pino";
import postgres from "postgres";
import { openStore } from "../../src/store/open.ts";
import { startPostgres } from "../support/postgres.ts";
import { aTicket, file, machine } from "../store/samples.ts";

const server = await startPostgres();
afterAll(() => server?.close());

const silent = pino({ level: "silent" });
const open = (databaseUrl: string) =>
  openStore({ place: { databaseUrl }, machineNow: () => machine(0), log: silent, personPatienceMs: 30_000 });

/** Every column of every table, as they stand. */
const FORM = `
  select table_name, column_name, data_type from information_schema.columns
  where table_schema = 'public' order by table_name, column_name`;

/** When the change that made the table rung_pages was made, by which changes are put in order. */
const RUNG_PAGES = 1_795_781_306_948;

describe.skipIf(server === null)("a change of the database's form", { timeout: 120_000 }, () => {
  it("that fails at its last step is taken back whole: the old form, the old rows, a sentence, and the next try succeeds", async () => {
    if (server === null) return;
    const databaseUrl = await server.createDatabase();
    const ask = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    try {
      // What stood there before Belfry: rows of somebody's, and the table in which changes are written down.
      await ask.unsafe(`
        create table before (words text); insert into before values ('kept');
        create schema drizzle;
        create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
        create function refuse() returns trigger language plpgsql as $$ begin
          raise exception using errcode = '42501', message = 'permission denied for table secret_words';
        end $$;
        create trigger refuse before insert on drizzle.__drizzle_migrations for each row execute function refuse()`);
      const form = await ask.unsafe(FORM);
      await expect(open(databaseUrl)).rejects.toMatchObject({
        name: "DeskError",
        message: expect.stringMatching(/could not be brought to this version.*nothing was changed/) as string,
      });
      expect(await ask.unsafe(FORM)).toEqual(form);
      expect(await ask.unsafe("select words from before")).toEqual([{ words: "kept" }]);
      await ask.unsafe("drop trigger refuse on drizzle.__drizzle_migrations");
      const store = await open(databaseUrl);
      await file(store, { ticket: aTicket() });
      expect((await store.census()).migrated).toBe(true);
      await store.close();
    } finally {
      await ask.end({ timeout: 1 });
    }
  });

  it("that gives each page that rings a row of its own keeps what rings", async () => {
    if (server === null) return;
    const databaseUrl = await server.createDatabase();
    await (await open(databaseUrl)).close();
    const ask = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    try {
      // As it stood before.
      await ask.unsafe(`
        drop table rung_pages, chore_wakes;
        delete from drizzle.__drizzle_migrations where created_at >= ${RUNG_PAGES};
        insert into rings values ('slack:U0', null), ('slack:U1', '{"pages": [], "storm": null, "storms": 4}'),
          ('slack:U2', '{"pages": [{"ticket": "t2", "nr": 1}, {"ticket": "t1", "nr": 3}], "storm": {"rings": 2}, "storms": 1}')`);
      const store = await open(databaseUrl);
      const rings = await store.transaction((tx) => tx.lockRings(["slack:U0", "slack:U1", "slack:U2"]));
      await store.close();
      expect([...rings]).toEqual([
        ["slack:U1", { pages: [], storm: null, storms: 4 }],
        [
          "slack:U2",
          {
            pages: [
              { ticket: "t2", nr: 1 },
              { ticket: "t1", nr: 3 },
            ],
            storm: { rings: 2 },
            storms: 1,
          },
        ],
      ]);
    } finally {
      await ask.end({ timeout: 1 });
    }
  });

  it("that a newer Belfry makes while an older one runs: that one works on, and a second old one is refused", async () => {
    if (server === null) return;
    const databaseUrl = await server.createDatabase();
    const old = await open(databaseUrl);
    await file(old, { ticket: aTicket() });
    const ask = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    try {
      await ask.unsafe(`
        begin; alter table tickets add column mood text; alter table ticket_events add column mood text;
        create table moods (id text primary key);
        insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999); commit`);
      await file(old, { ticket: aTicket({ id: "t2", number: "ACME-2" }) });
      const numbers = await old.transaction(async (tx) =>
        (await tx.listTickets({ limit: 9 })).tickets.map(({ number }) => number),
      );
      expect(numbers.toSorted()).toEqual([aTicket().number, "ACME-2"].toSorted());
      expect((await old.census()).ticketsByStatus).toEqual({ new: 2 });
      await expect(open(databaseUrl)).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("newer Belfry") as string,
      });
    } finally {
      await old.close();
      await ask.end({ timeout: 1 });
    }
  });
});
