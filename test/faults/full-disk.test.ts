// A database that answers and takes nothing: its disk is full, or it may only be read. A PostgreSQL that raises "disk full" by
// a trigger stands for the disk: what Belfry sees is the same, in the middle of a statement.
import { afterAll, describe, expect, it } from "vitest";
import postgres from "postgres";
import { cardAbout, file, fillForm, postsAbout } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { startPostgres } from "../support/postgres.ts";
import { wordsOf } from "../support/slack-double-reading.ts";
import type { Json } from "../support/slack-double-workspace.ts";
import { startWorld, type World } from "../support/world.ts";

const FRIDAY_EVENING = new Date("2026-03-07T00:05:00Z"); // 18:05 in Chicago

const server = await startPostgres();
afterAll(() => server?.close());

/** How a database is kept from taking anything, and lets go again. */
interface Ban {
  begin(ask: postgres.Sql): Promise<unknown>;
  end(ask: postgres.Sql): Promise<unknown>;
}

const FULL = `
  create function full_disk() returns trigger language plpgsql as $$ begin
    raise exception using errcode = '53100', message = 'could not extend file: No space left on device';
  end $$`;
const disk = (tables: readonly string[]): Ban => ({
  begin: (ask) =>
    ask.unsafe(
      [
        FULL,
        ...tables.map(
          (table) =>
            `create trigger full_disk before insert or update on ${table} execute function full_disk()`,
        ),
      ].join(";"),
    ),
  end: (ask) => ask.unsafe("drop function full_disk() cascade"),
});
const ALL = ["tickets", "ticket_events", "intents", "outbox", "lanes", "counters"];
const readOnly: Ban = {
  begin: (ask) =>
    ask.unsafe(
      "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$",
    ),
  end: (ask) =>
    ask.unsafe(
      "set default_transaction_read_only = off; do $$ begin execute format('alter database %I reset default_transaction_read_only', current_database()); end $$",
    ),
};
const BREAK_OFF =
  "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'belfry' and datname = current_database()";

describe.skipIf(server === null)("a database that takes nothing", { timeout: 120_000 }, () => {
  it.each([
    ["its disk is full", disk(ALL)],
    // The ticket itself still goes in, and its first event does not: nothing of it may stay.
    ["its disk is full in the middle of a transaction", disk(["ticket_events", "intents"])],
    ["it may only be read", readOnly],
  ])(
    "(%s) says so loudly, keeps forms open, writes nothing half, and recovers by itself",
    async (how, ban) => {
      if (server === null) return;
      const databaseUrl = await server.createDatabase();
      const options = {
        databaseUrl,
        replicas: 1,
        transport: "http",
        at: FRIDAY_EVENING,
        paceMs: 0,
        echoes: false,
      } as const;
      const world = await startWorld(options);
      const ask = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
      try {
        const { slack } = world;
        await file(slack, { title: "before" });
        const card = await slack.until(() => cardAbout(slack, "before"), "the card");
        const { view, filling } = await fillForm(slack, { title: "on a full disk", level: "Urgent" });
        await world.drained(30_000);
        const stands = async () => (await ask.unsafe(COUNTS))[0];
        const before = await stands();

        await ban.begin(ask);
        // Sessions take the setting of a database only as they begin.
        if (ban === readOnly) await ask.unsafe(BREAK_OFF);
        const refused = await slack.submit(view, filling);
        expect(Object.values(refused.body["errors"] as Json).join()).toMatch(/could not store this/);
        expect(slack.viewOf(PEOPLE.carl)).toBe(view);
        const taken = await slack.command(PEOPLE.leo, CHANNELS.support, "take ACME-1");
        expect(wordsOf({ text: String(taken.body["text"]), blocks: [] })).toMatch(/could not/i);
        const heard = await slack.say(PEOPLE.leo, CHANNELS.support, "Said on a full disk.", { under: card });
        expect(heard.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
        const { status, checks } = await readyz(world);
        expect({ how, status, writing: checks["writing"]?.ok }).toEqual({ how, status: 503, writing: false });
        expect(checks["database"]?.ok).toBe(true);
        expect(await metrics(world)).toContain("belfry_database_writable 0");
        expect(await stands()).toEqual(before);

        await ban.end(ask);
        if (ban === readOnly) await ask.unsafe(BREAK_OFF);
        await becomesReady(world);
        expect(await slack.submit(view, filling)).toMatchObject({ status: 200, text: "" });
        await slack.until(() => cardAbout(slack, "on a full disk"), "the card");
        expect(
          (await slack.say(PEOPLE.leo, CHANNELS.support, "Said again.", { under: card })).at(-1)?.status,
        ).toBe(200);
        await slack.until(() => postsAbout(slack, "Said again.", /:receipt$/)[0], "the answer to Carl");
        await world.drained(30_000);
        expect(postsAbout(slack, "on a full disk", /:card$/)).toHaveLength(1);
        expect(postsAbout(slack, "Said on a full disk.", /:receipt$/)).toEqual([]);
      } finally {
        await ask.end({ timeout: 1 });
        await world.close();
      }
    },
  );
});

const COUNTS = `
  select (select count(*)::int from tickets) as tickets, (select count(*)::int from ticket_events) as events,
    (select count(*)::int from intents) as intents, (select count(*)::int from outbox) as outbox,
    (select coalesce(sum(last), 0)::int from counters) as numbers`;

async function readyz(world: World): Promise<{ status: number; checks: Record<string, { ok: boolean }> }> {
  const answer = await fetch(`${world.alive()[0]?.url ?? ""}/readyz`);
  const { checks } = (await answer.json()) as { checks: Record<string, { ok: boolean }> };
  return { status: answer.status, checks };
}

async function metrics(world: World): Promise<string> {
  return (await fetch(`${world.alive()[0]?.url ?? ""}/metrics`)).text();
}

async function becomesReady(world: World): Promise<void> {
  const givesUpAt = performance.now() + 20_000;
  while ((await readyz(world)).status !== 200) {
    if (performance.now() > givesUpAt) throw new Error("Belfry does not become ready");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
