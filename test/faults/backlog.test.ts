// Very much due at one instant: shared by two replicas, each thing once; and a backlog of which the first part is handled.
// The suite fills BACKLOG rows; BELFRY_BACKLOG=1000000 fills the million, which takes minutes to fill and seconds to handle.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { pino } from "pino";
import { readFile } from "node:fs/promises";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { openDoor } from "../../src/desk/inbox.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import type { ChatPlatform, Store } from "../../src/desk/ports.ts";
import { tickTicket } from "../../src/desk/tick.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { openStore } from "../../src/store/open.ts";
import { startLocalSlack } from "../bench/local-slack.ts";
import { startBelfryOnTime } from "../support/child.ts";
import { writeDeskFile } from "../support/double-desk.ts";
import { postgresDatabase, type TestDatabase } from "../support/database.ts";
import { PLACES } from "../support/desk.ts";
import { policyOf } from "../support/life.ts";
import { times } from "../support/tick.ts";
import { startPostgres } from "../support/postgres.ts";
import { show } from "../store/samples.ts";

const server = await startPostgres();
const silent = pino({ level: "silent" });
const FILED = new Date("2026-12-03T16:00:00Z"); // 10:00 in Chicago
const EVENING = new Date("2026-12-03T02:00:00Z"); // 20:00 in Chicago, the evening before
const DUE = new Date("2026-12-03T19:00:00Z"); // half of six hours
const AT_ONE_INSTANT = 10_000;
const IN_ONE_PROCESS = 2_000;
const BACKLOG = Number(process.env["BELFRY_BACKLOG"] ?? 50_000);
const MOST_GROWTH_MB = 200;

describe.skipIf(server === null)("very much due at one instant", { timeout: 900_000 }, async () => {
  if (server === null) return;
  const database: TestDatabase = await postgresDatabase(server);
  let [store, other]: Store[] = [];
  beforeAll(async () => {
    [store, other] = [await database.open(OPTIONS), await database.open(OPTIONS)];
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  it("10,000 messages over 500 channels: two Belfries send each once, and both send", async () => {
    const slack = await startLocalSlack();
    const folder = mkdtempSync(join(tmpdir(), "belfry-backlog-"));
    const databaseUrl = await server.createDatabase();
    const machineNow = () => new Date(Date.now() + HOUR_MS);
    const later = await openStore({ place: { databaseUrl }, machineNow, log: silent });
    await enqueue(later, AT_ONE_INSTANT);
    await later.close();
    let dueAtMs = Infinity;
    const sent = new Map<string, { times: number; by: string }>();
    let earlyMs = 0;
    slack.onCall(({ method, key, from, atMs }) => {
      if (method !== "chat.postMessage" || !/^m\d+$/.test(key)) return;
      sent.set(key, { times: (sent.get(key)?.times ?? 0) + 1, by: from });
      earlyMs = Math.max(earlyMs, dueAtMs - atMs);
    });
    const started = ["one", "other"].map((name) =>
      startBelfryOnTime({
        ...slack.settings(name),
        DATABASE_URL: databaseUrl,
        BELFRY_DATA_DIR: join(folder, name),
        BELFRY_FILE: writeDeskFile(folder),
        DESK_PACE_MS: "0",
        LOG_LEVEL: "warn",
      }),
    );
    try {
      await Promise.all(started);
      dueAtMs = Date.now() + 2_000;
      const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
      await sql`update outbox set due_at = ${new Date(dueAtMs).toISOString()} where slot like 'm%'`;
      await sql.end();
      await vi.waitFor(() => expect(sent.size).toBe(AT_ONE_INSTANT), { timeout: 300_000, interval: 200 });
      await Promise.all(started.map(async (belfry) => (await belfry).stop()));
      expect([...sent.values()].filter(({ times }) => times !== 1)).toEqual([]);
      expect(new Set([...sent.values()].map(({ by }) => by))).toEqual(new Set(["one", "other"]));
      expect(earlyMs).toBeLessThanOrEqual(0);
    } finally {
      for (const belfry of await Promise.allSettled(started))
        if (belfry.status === "fulfilled" && belfry.value.isAlive()) await belfry.value.kill();
      await slack.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("2,000 messages over 500 channels: two replicas send each once, one at a time into each channel", async () => {
    if (store === undefined || other === undefined) throw new Error("no stores");
    await enqueue(store, IN_ONE_PROCESS);
    const sent = new Map<string, number>();
    const senders = new Map<string, number>();
    const busy = new Set<string>();
    let clashes = 0;
    const replica = (name: string, on: Store) => {
      const chat = platformThat(async ({ key, place }) => {
        if (busy.has(place)) clashes += 1;
        busy.add(place);
        await new Promise((resolve) => setImmediate(resolve));
        busy.delete(place);
        sent.set(key, (sent.get(key) ?? 0) + 1);
        senders.set(name, (senders.get(name) ?? 0) + 1);
        return { is: "sent", ref: `${place}:${key}` };
      });
      const clocks = { now: () => DUE, machineNow: () => new Date() };
      return startOutbox({
        store: on,
        platforms: new Map([["slack", chat]]),
        ...clocks,
        log: silent,
        observe: { recorded: () => undefined },
      });
    };
    const outboxes = [replica("one", store), replica("other", other)];
    await Promise.all(outboxes.map((outbox) => outbox.settle(600_000)));
    await Promise.all(outboxes.map((outbox) => outbox.stop(1_000)));
    expect(sent.size).toBe(IN_ONE_PROCESS);
    expect([...sent.values()].filter((times) => times !== 1)).toEqual([]);
    expect({ clashes, replicas: senders.size }).toEqual({ clashes: 0, replicas: 2 });
    expect((await store.census()).outboxByState).toEqual({ shown: IN_ONE_PROCESS });
    await database.ask("truncate outbox, lanes");
  });

  it("a backlog of messages leaves at each channel's own pace: one a second, whoever sends", async () => {
    const [channels, each] = [40, 25];
    let nowMs = 0;
    const at = (ms: number) => new Date(DUE.getTime() + ms);
    const paced = { machineNow: () => at(nowMs), pace: () => 1_000, personPatienceMs: 60_000 };
    const senders = [await database.open(paced), await database.open(paced)];
    const [first] = senders;
    for (let nr = 0; nr < each; nr += 5) {
      const some = Array.from({ length: channels * 5 }, (_, one) => one);
      await first?.transaction(
        (tx) => tx.enqueue(some.map((one) => show(`p${nr}.${one}`, { place: `slack:C${one % channels}` }))),
        "desk",
      );
    }
    const left: number[] = [];
    for (nowMs = 0; nowMs < 4_000; nowMs += 500) {
      let count = 0;
      for (const sender of senders)
        for (const delivery of await sender.outbox.claim(at(nowMs), 10_000, 1_000)) {
          await sender.outbox.record(delivery, { is: "sent", ref: delivery.key }, at(nowMs));
          count += 1;
        }
      left.push(count);
    }
    expect(left).toEqual([40, 0, 40, 0, 40, 0, 40, 0]);
    await database.ask("truncate outbox, lanes");
  });

  it("a backlog of tickets: ringing ones first, then the oldest; two replicas decide each once; memory stays flat", async () => {
    if (store === undefined || other === undefined) throw new Error("no stores");
    const handled = Math.min(1_000, BACKLOG / 10);
    const ringing = 50;
    await fill(store, database, { normal: BACKLOG, ringing });
    const before = process.memoryUsage().rss / 2 ** 20;
    const stranger = (ticket: string, cause: unknown) => {
      throw new Error(ticket, { cause });
    };
    const counts = await Promise.all(
      [store, other].map((one) => times(() => tickTicket(one, DUE, stranger), handled / 2)),
    );
    expect(counts).toEqual([handled / 2, handled / 2]);
    expect(process.memoryUsage().rss / 2 ** 20 - before).toBeLessThan(MOST_GROWTH_MB);
    const [row] = (await database.ask(`
      select count(*)::int as reminded, count(distinct ticket)::int as tickets, max(t.number_nr)::int as last
      from ticket_events e join (select id, split_part(number, '-', 2)::int as number_nr from tickets) t on t.id = e.ticket
      where e.what->>'kind' = 'reminded' and e.ticket like 'copy%'`)) as [
      { reminded: number; tickets: number; last: number },
    ];
    // The higher its number, the longer ago it was due; two that look at once may each pass over what the other is at.
    expect(row.reminded).toBe(handled - ringing);
    expect(row.tickets).toBe(handled - ringing);
    const [{ paged }] = (await database.ask(
      "select count(distinct ticket)::int as paged from ticket_events where ticket like 'ringing%' and what->>'kind' = 'paged'",
    )) as [{ paged: number }];
    expect(paged).toBe(ringing);
    const [{ younger }] = (await database.ask(
      `select count(*)::int as younger from ticket_events e join tickets t on t.id = e.ticket
       where e.what->>'kind' = 'reminded' and e.ticket like 'copy%' and split_part(t.number, '-', 2)::int <= ${BACKLOG - handled - 100}`,
    )) as [{ younger: number }];
    expect(younger).toBe(0);
  });
});

const HOUR_MS = 3_600_000;

/** Wants messages sent, over 500 channels. */
async function enqueue(store: Store, messages: number): Promise<void> {
  for (let from = 0; from < messages; from += 100) {
    const some = Array.from({ length: 100 }, (_, nr) => from + nr);
    await store.transaction(
      (tx) => tx.enqueue(some.map((nr) => show(`m${nr}`, { place: `slack:C${nr % 500}` }))),
      "desk",
    );
  }
}

const OPTIONS = { machineNow: () => new Date(), pace: () => 0, personPatienceMs: 60_000 };

/**
 * Files a ticket and one whose page rings, and copies them. The copy of number N was due N milliseconds before DUE; those that
 * ring are the youngest of all.
 */
async function fill(
  store: Store,
  database: TestDatabase,
  counts: { normal: number; ringing: number },
): Promise<void> {
  const desk = await readFile(new URL("../../src/sandbox/desk.yaml", import.meta.url), "utf8");
  await applyFile(store, { directory: parseDirectory(desk), policies: presetIds.map(policyOf) }, EVENING);
  const values = { title: "One of very many", body: "It broke.", confirm: true };
  const carry = { ticket: null, place: null };
  for (const [level, now] of [
    ["normal", FILED],
    ["urgent", EVENING],
  ] as const) {
    const door = await openDoor({ store, now: () => now, log: silent });
    const deed = { kind: "submit", form: "file", carry, values: { ...values, level } } as const;
    await door.receive({ key: level, who: PLACES["carl"] ?? "", place: null, do: deed });
    await door.close();
  }
  await database.ask("update tickets set wake_at = null");
  const copy = (of: string, name: string, from: number, count: number, dueAt: string) =>
    database.ask(`
      insert into tickets (id, number, customer, status, level, level_rank, rings, filer, assignee, policy_revision, revision, wake_at, due_at, filed_at, state)
      select '${name}' || nr, 'ACME-' || (nr + ${from}), customer, status, level, level_rank, rings, filer, assignee, policy_revision, revision,
        ${dueAt}, due_at, filed_at,
        state || jsonb_build_object('id', '${name}' || nr, 'number', 'ACME-' || (nr + ${from}))
      from tickets, generate_series(1, ${count}) nr where number = '${of}'`);
  const due = `'${DUE.toISOString()}'::timestamptz`;
  await copy("ACME-1", "copy", 10, counts.normal, `${due} - nr * interval '1 millisecond'`);
  await copy("ACME-2", "ringing", 10 + counts.normal, counts.ringing, due);
}

function platformThat(post: ChatPlatform["post"]): ChatPlatform {
  return {
    name: "slack",
    post,
    edit: (ref) => Promise.resolve({ is: "sent", ref }),
    mark: () => Promise.resolve({ is: "sent", ref: null }),
    lookFor: () => Promise.resolve("absent"),
    hearingAt: () => Promise.resolve({ is: "untold" }),
    lookUp: (written) => Promise.resolve(written),
    set: () => Promise.resolve({ is: "sent", ref: null }),
  };
}
