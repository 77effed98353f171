// The bench of due work on PostgreSQL: messages claimed and completed beside two job queues, and what a look costs that finds
// nothing due, with a thousand rows of open tickets and with a million. Prints Markdown, with the aims that are missed.
import { pino } from "pino";
import postgres from "postgres";
import { openStore } from "../../src/store/open.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { medianOf } from "./measure.ts";
import { belfryQueue, bossQueue, graphileQueue, type Contestant } from "./queues.ts";

const ROUNDS = 3;
const THINGS = 2_000;
const LOOKS = 400;

/** Measures, and prints. */
export async function benchPaging(): Promise<void> {
  const server = await startPostgres();
  if (server === null) throw new Error("There is no PostgreSQL here.");
  try {
    await dueWork(server);
    await emptyLooks(server);
  } finally {
    await server.close();
  }
}

async function dueWork(server: TestPostgres): Promise<void> {
  const url = () => server.createDatabase();
  const contestants: Contestant[] = [
    await belfryQueue(await url()),
    await graphileQueue(await url(), 1),
    await graphileQueue(await url(), 10),
    await bossQueue(await url(), 1),
  ];
  const rates = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [place, contestant] of contestants.entries()) {
      await contestant.fill(THINGS);
      rates[place]?.push(THINGS / (await contestant.drain(THINGS)));
    }
  }
  const medians = rates.map(medianOf);
  const [ours = NaN, graphile = NaN, , boss = NaN] = medians;
  print("| due work | a second | Belfry is |\n| --- | ---: | ---: |");
  for (const [place, { name }] of contestants.entries()) {
    const rate = medians[place] ?? NaN;
    print(`| ${name} | ${Math.round(rate)} | ${(ours / rate).toFixed(1)} times as fast |`);
  }
  print("");
  aim("2.5 times graphile-worker as it comes", ours / graphile, (ratio) => ratio >= 2.5);
  aim("1.4 times pg-boss with its default batch", ours / boss, (ratio) => ratio >= 1.4);
  for (const contestant of contestants) await contestant.close();
}

async function emptyLooks(server: TestPostgres): Promise<void> {
  const databaseUrl = await server.createDatabase();
  const log = pino({ level: "silent" });
  const store = await openStore({ place: { databaseUrl }, machineNow: () => new Date(), log });
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined, fetch_types: false });
  const medians: number[] = [];
  print("\n| open tickets | a look that finds nothing due, p50 |\n| ---: | ---: |");
  let filed = 0;
  for (const tickets of [1_000, 1_000_000]) {
    await fileTickets(sql, filed + 1, tickets);
    filed = tickets;
    const looks: number[] = [];
    for (let look = 0; look < LOOKS; look += 1) {
      const began = performance.now();
      // As the scheduler looks.
      await Promise.all([store.nextWakeAt(), store.databaseNow()]);
      looks.push(performance.now() - began);
    }
    medians.push(medianOf(looks));
    print(`| ${tickets.toLocaleString("en-US")} | ${medianOf(looks).toFixed(2)} ms |`);
  }
  print("");
  const [few = NaN, many = NaN] = medians;
  aim("an empty look takes at most 0.5 ms", many, (ms) => ms <= 0.5);
  aim("a million tickets cost less than 1.5 times a thousand", many / few, (ratio) => ratio < 1.5);
  await sql.end();
  await store.close();
}

/** Open tickets whose next instants lie in the coming month; of each ticket only what a look touches is real. */
async function fileTickets(sql: postgres.Sql, from: number, to: number): Promise<void> {
  await sql.unsafe(`
    insert into policy_revisions (id, policy, version, effective, content, applied_at, turn)
    values ('bench', 'bench', '1', '2026-01-01', '{}', now(), 1) on conflict do nothing`);
  await sql.unsafe(`
    insert into tickets (id, number, customer, status, level, level_rank, rings, filer, policy_revision, revision, wake_at,
      due_at, filed_at, state)
    select 'bench-' || n, 'B' || n % 500 || '-' || n, 'B' || n % 500, 'new', '2', 1, false, 'carl', 'bench', 1,
      now() + interval '1 hour' + n * interval '2.5 seconds', now() + interval '2 hours' + n * interval '2.5 seconds', now(),
      jsonb_build_object('id', 'bench-' || n, 'title', 'The printer is down', 'body', repeat('Since noon. ', 60))
    from generate_series(${from}, ${to}) n`);
  await sql.unsafe("vacuum analyze tickets");
}

function aim(what: string, measured: number, isMet: (measured: number) => boolean): void {
  print(`- ${isMet(measured) ? "met" : "MISSED"}: ${what} (measured ${measured.toFixed(2)})`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
