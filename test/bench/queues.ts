// Who takes part in the bench of due work: Belfry's outbox on its full desk, graphile-worker and pg-boss, each on an empty
// database of its own, and set up as its own documentation says.
//
// One unit is one thing that is due: claimed, committed, done (which takes no time here), and its completion committed, each
// thing by itself. For Belfry that is a message of the outbox, claimed under a lease and recorded as sent; for the others a job.
import { makeWorkerUtils, run, runMigrations, Logger } from "graphile-worker";
import PgBoss from "pg-boss";
import { pino } from "pino";
import postgres from "postgres";
import type { ChatPlatform } from "../../src/desk/ports.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import { openStore } from "../../src/store/open.ts";
import { aGate } from "../support/gate.ts";
import type { BenchDesk } from "./bench-desk.ts";
import { lay } from "./waiting.ts";

/** One who does due work. */
export interface Contestant {
  name: string;
  /** Makes so many things due. */
  fill(things: number): Promise<void>;
  /** Does all that is due, and tells how many seconds that took. */
  drain(things: number): Promise<number>;
  close(): Promise<void>;
}

const silent = pino({ level: "silent" });

/** Belfry's outbox, with a platform that answers at once. */
export async function belfryQueue(desk: Pick<BenchDesk, "databaseUrl" | "sql">): Promise<Contestant> {
  const { databaseUrl, sql } = desk;
  const machineNow = () => new Date();
  const store = await openStore({ place: { databaseUrl }, machineNow, log: silent, pace: () => 0 });
  let sent = 0;
  const platform: ChatPlatform = {
    name: "slack",
    post: () => Promise.resolve({ is: "sent", ref: `slack:C:${++sent}` }),
    edit: (ref) => Promise.resolve({ is: "sent", ref }),
    mark: () => Promise.resolve({ is: "sent", ref: null }),
    set: () => Promise.resolve({ is: "sent", ref: null }),
    lookFor: () => Promise.resolve("absent"),
    hearingAt: () => Promise.resolve({ is: "untold" }),
    lookUp: () => Promise.resolve(null),
  };
  return {
    name: "Belfry",
    async fill(things) {
      await lay(desk, { messages: things, channels: 200, urgency: "normal" });
      await sql.unsafe("analyze outbox");
    },
    async drain(things) {
      let left = things;
      const done = aGate();
      const began = performance.now();
      const outbox = startOutbox({
        store,
        platforms: new Map([["slack", platform]]),
        now: machineNow,
        machineNow,
        log: silent,
        observe: { recorded: () => --left === 0 && done.open() },
      });
      await done.opened;
      const seconds = (performance.now() - began) / 1000;
      await outbox.stop(1000);
      return seconds;
    },
    close: () => store.close(),
  };
}

/** graphile-worker by its runner, with so many jobs at once; it takes one by default. */
export async function graphileQueue(connectionString: string, concurrency: number): Promise<Contestant> {
  const sql = connect(connectionString);
  const logger = new Logger(() => () => undefined);
  await runMigrations({ connectionString, logger });
  const utils = await makeWorkerUtils({ connectionString, logger });
  return {
    name: `graphile-worker, ${concurrency} at once`,
    async fill(things) {
      await sql.unsafe(
        `select count(*) from (select graphile_worker.add_job('due', '{"n":1}'::json) from generate_series(1, ${things})) t`,
      );
      await sql.unsafe("analyze graphile_worker._private_jobs");
    },
    async drain(things) {
      let left = things;
      const done = aGate();
      const due = (): void => {
        if (--left === 0) done.open();
      };
      const began = performance.now();
      const runner = await run({
        connectionString,
        logger,
        concurrency,
        noHandleSignals: true,
        taskList: { due },
      });
      await done.opened;
      const seconds = (performance.now() - began) / 1000;
      await runner.stop();
      return seconds;
    },
    close: async () => {
      await utils.release();
      await sql.end();
    },
  };
}

/** pg-boss with its default batch of one, in so many loops, since its own worker rests two seconds between two batches. */
export async function bossQueue(connectionString: string, loops: number): Promise<Contestant> {
  const sql = connect(connectionString);
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue("due");
  return {
    name: `pg-boss, ${loops} at once`,
    async fill(things) {
      await boss.insert(Array.from({ length: things }, () => ({ name: "due", data: { n: 1 } })));
      await sql.unsafe("analyze pgboss.job");
    },
    async drain() {
      const began = performance.now();
      await Promise.all(
        Array.from({ length: loops }, async () => {
          for (;;) {
            const jobs = await boss.fetch("due");
            if (jobs.length === 0) return;
            for (const { id } of jobs) await boss.complete("due", id);
          }
        }),
      );
      return (performance.now() - began) / 1000;
    },
    close: async () => {
      await boss.stop({ graceful: false });
      await sql.end();
    },
  };
}

function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => undefined, fetch_types: false });
}
