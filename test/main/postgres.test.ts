// Belfry on PostgreSQL: what it does while the database is away, while its clock is wrong, and where a desk is not the sandbox's.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { startBelfry, type Belfry, type Seams } from "../../src/main.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const LONG = 120_000;
const server: TestPostgres | null = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), "belfry-postgres-"));
const running: Belfry[] = [];

afterAll(async () => {
  await Promise.all(running.map((belfry) => belfry.stop()));
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** A Slack that is not there: these tests are about the database. */
const slack = {
  SLACK_BOT_TOKEN: "xoxb-1-a",
  SLACK_SIGNING_SECRET: "8f14",
  SLACK_API_URL: "http://127.0.0.1:9/",
};

async function start(settings: Record<string, string>, seams: Seams = {}): Promise<Belfry> {
  const environment = { PORT: "0", BELFRY_DATA_DIR: "data", ...settings };
  const belfry = await startBelfry(readConfig(environment, folder), {
    log: pino({ level: "silent" }),
    ...seams,
  });
  running.push(belfry);
  return belfry;
}

interface Readiness {
  ready: boolean;
  checks: Record<string, { ok: boolean; says: string }>;
}

async function readiness({ url }: Belfry): Promise<Readiness> {
  return (await (await fetch(`${url}/readyz`)).json()) as Readiness;
}

describe.skipIf(server === null)("on PostgreSQL", () => {
  let databaseUrl: string;
  let desk: Record<string, string>;
  beforeAll(async () => {
    databaseUrl = (await server?.createDatabase()) ?? "";
    desk = { ...slack, DATABASE_URL: databaseUrl, BELFRY_FILE: join(ROOT, "test/main/desk.yaml") };
  });

  it(
    "a Belfry is not ready while its clock is an hour off, and is again when it is right",
    { timeout: LONG },
    async () => {
      let offMs = 0;
      const belfry = await start(desk, { machineNow: () => new Date(Date.now() + offMs) });
      expect(await readiness(belfry)).toMatchObject({ ready: true });
      offMs = 3_600_000;
      expect(await readiness(belfry)).toMatchObject({ ready: false, checks: { clock: { ok: false } } });
      offMs = -3_600_000;
      expect(await readiness(belfry)).toMatchObject({ ready: false, checks: { clock: { ok: false } } });
      offMs = 0;
      expect(await readiness(belfry)).toMatchObject({ ready: true });
    },
  );

  it.skipIf(server?.power === null)(
    "a Belfry lives through a database that goes and comes back, alive and not ready meanwhile",
    { timeout: LONG },
    async () => {
      const belfry = await start(desk);
      await server?.power?.stop("immediate");
      await vi.waitFor(async () => expect(await readiness(belfry)).toMatchObject({ ready: false }), LONG);
      expect((await fetch(`${belfry.url}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${belfry.url}/metrics`)).text()).toContain("belfry_database_up 0");
      await server?.power?.start();
      await vi.waitFor(async () => expect(await readiness(belfry)).toMatchObject({ ready: true }), LONG);
    },
  );

  it("the sandbox leaves alone a database with a desk that is not its own", { timeout: LONG }, async () => {
    await start(desk);
    await expect(start({ DATABASE_URL: databaseUrl })).rejects.toThrow(
      "holds a desk that is not the sandbox's",
    );
  });

  it(
    "the sandbox runs on a database of its own, and one at a time in a folder",
    { timeout: LONG },
    async () => {
      const own = (await server?.createDatabase()) ?? "";
      const belfry = await start({ DATABASE_URL: own });
      expect(belfry.pageUrl).toMatch(/^http:\/\/127\.0\.0\.1:/);
      await expect(start({ DATABASE_URL: own })).rejects.toThrow("Another Belfry uses");
    },
  );

  it("a Belfry that cannot reach its database says so and does not start", { timeout: LONG }, async () => {
    const nowhere = { ...slack, DATABASE_URL: "postgres://belfry:hunter2@127.0.0.1:9/belfry" };
    await expect(start(nowhere)).rejects.toThrow(/^((?!hunter2).)*cannot reach its database((?!hunter2).)*$/);
  });
});
