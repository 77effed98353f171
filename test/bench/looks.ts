// What a look costs that finds nothing due, with few things to come and with many: Belfry's, as its scheduler looks, beside
// graphile-worker's poll, as its own events tell it.
import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Logger, run, runMigrations, type WorkerEvents } from "graphile-worker";
import { pino } from "pino";
import postgres from "postgres";
import { comparedClocks } from "../../src/clocks.ts";
import { earliest } from "../../src/scheduler.ts";
import { openStore } from "../../src/store/open.ts";
import { percentile } from "./report.ts";

const LOOKS = 500;

/**
 * The median look of Belfry's scheduler on each of some databases, in milliseconds. They take turns, so that what else the
 * machine does meets all of them.
 */
export async function belfryLooks<const T extends readonly string[]>(
  databaseUrls: T,
): Promise<{ [K in keyof T]: number }> {
  const machineNow = () => new Date();
  const log = pino({ level: "silent" });
  const looking = await Promise.all(
    databaseUrls.map(async (databaseUrl) => {
      const store = await openStore({ place: { databaseUrl }, machineNow, log });
      return { store, clocks: comparedClocks(store, machineNow), looks: [] as number[] };
    }),
  );
  for (let look = 0; look < LOOKS; look += 1) {
    for (const { store, clocks, looks } of looking) {
      const began = performance.now();
      const { answer: next } = await clocks.asking(() => store.nextWakeAt());
      looks.push(performance.now() - began);
      const first = earliest(next);
      if (first !== null && first <= machineNow())
        throw new Error("Something is due, so this look was not empty.");
    }
  }
  await Promise.all(looking.map(({ store }) => store.close()));
  return looking.map(({ looks }) => percentile(looks, 0.5)) as { [K in keyof T]: number };
}

/** graphile-worker with jobs that are due next month. */
export interface GraphilePolls {
  fillTo(jobs: number): Promise<void>;
  /** The median poll, in milliseconds. */
  poll(): Promise<number>;
  close(): Promise<void>;
}

/** Sets graphile-worker up in an empty database. */
export async function graphilePolls(connectionString: string): Promise<GraphilePolls> {
  const logger = new Logger(() => () => undefined);
  await runMigrations({ connectionString, logger });
  const sql = postgres(connectionString, { max: 1, onnotice: () => undefined, fetch_types: false });
  let jobs = 0;
  return {
    async fillTo(wanted) {
      await sql.unsafe("select graphile_worker.add_job('due', run_at := now() + interval '30 days')");
      // All the others are rows as this one: add_job itself would take minutes.
      await sql.unsafe(`
        insert into graphile_worker._private_jobs (task_id, payload, run_at, max_attempts, priority)
        select task_id, payload, run_at + n * interval '2.5 seconds', max_attempts, priority
        from (select * from graphile_worker._private_jobs order by id limit 1) job
        cross join generate_series(1, ${wanted - jobs - 1}) n`);
      jobs = wanted;
      await sql.unsafe("vacuum analyze graphile_worker._private_jobs");
    },
    async poll() {
      const polls: number[] = [];
      const events: WorkerEvents = new EventEmitter();
      let beganAt = 0;
      events.on("worker:getJob:start", () => (beganAt = performance.now()));
      events.on("worker:getJob:empty", () => polls.push(performance.now() - beganAt));
      const taskList = { due: () => undefined };
      const options = { connectionString, logger, events, concurrency: 1, noHandleSignals: true, taskList };
      const runner = await run({ ...options, pollInterval: 1 });
      const givesUpAt = performance.now() + 60_000;
      while (polls.length < LOOKS && performance.now() < givesUpAt) await pause(50);
      await runner.stop();
      return percentile(polls, 0.5);
    },
    close: () => sql.end(),
  };
}
