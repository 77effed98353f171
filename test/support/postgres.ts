// A real PostgreSQL for tests: the one of TEST_DATABASE_URL, else a server of their own that they may stop and start again.
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { chown, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";

/** A running server. */
export interface TestPostgres {
  /** Makes an empty database and gives its address. */
  createDatabase(): Promise<string>;
  /** Asks one thing as the administrator of the server. */
  ask(question: string): Promise<postgres.Row[]>;
  /** Null for a server that is not ours to stop. */
  power: {
    /** "immediate" is as if the power had failed: connections break, and nothing is tidied. */
    stop(how: "fast" | "immediate"): Promise<void>;
    start(): Promise<void>;
  } | null;
  /** Removes what the tests made, and stops a server that was started for them. */
  close(): Promise<void>;
}

/**
 * Starts or finds a server; null, and said loudly, where there is none. One of our own keeps what it commits only where it is to
 * be durable; tests are faster without.
 */
export async function startPostgres({ isDurable = false } = {}): Promise<TestPostgres | null> {
  const { TEST_DATABASE_URL } = process.env;
  if (TEST_DATABASE_URL !== undefined) return serverAt(TEST_DATABASE_URL, null, async () => {});
  const binaries = installedBinaries();
  if (binaries === null) {
    process.stderr.write(
      "\nNOT TESTED ON POSTGRESQL: TEST_DATABASE_URL is not set, and no PostgreSQL 15 or later is in /usr/lib/postgresql.\n\n",
    );
    return null;
  }
  return ownServer(binaries, isDurable ? SETTINGS : [...SETTINGS, "fsync=off"]);
}

const OLDEST_MAJOR = 15;
const READY_WITHIN_MS = 30_000;

function installedBinaries(): string | null {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return null;
  const majors = readdirSync(root)
    .map(Number)
    .filter((major) => major >= OLDEST_MAJOR);
  const found = majors.sort((a, b) => b - a).map((major) => join(root, String(major), "bin"));
  return found.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

/** PostgreSQL refuses to run as root: then it runs as the user that owns nothing. */
const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

async function ownServer(binaries: string, settings: readonly string[]): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "belfry-postgres-"));
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid);
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "belfry", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  await finished(spawn(join(binaries, "initdb"), init, { ...account, cwd: folder, stdio: "ignore" }));
  const port = await freePort();
  const url = `postgres://belfry@127.0.0.1:${port}/postgres`;
  let running: ChildProcess | null = null;

  async function start(): Promise<void> {
    const server = startedServer(binaries, data, port, settings);
    running = server;
    await untilReady(url, server);
  }

  async function stop(how: "fast" | "immediate"): Promise<void> {
    const server = running;
    running = null;
    if (server === null || server.exitCode !== null) return;
    const [pid] = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    process.kill(Number(pid), how === "fast" ? "SIGINT" : "SIGQUIT");
    await gone(server);
  }

  await start();
  return serverAt(url, { start, stop }, async () => {
    await stop("immediate");
    await rm(folder, { recursive: true });
  });
}

/** What a server in an unusual place might have set, so that nothing of ours depends on it. */
const ODD_SETTINGS = ["timezone=Asia/Kathmandu", "datestyle=SQL,DMY", "intervalstyle=iso_8601"];
const SETTINGS = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=150"];

/** The server ends with these tests even where they are killed: its guardian waits for its own standard input to close. */
function startedServer(binaries: string, data: string, port: number, set: readonly string[]): ChildProcess {
  const settings = [...set, ...ODD_SETTINGS].flatMap((setting) => ["-c", setting]);
  const guardian = `"$@" & server=$!; (read _; kill -QUIT $server) <&3 & wait $server; kill $! 2>/dev/null`;
  const command = [join(binaries, "postgres"), "-D", data, "-p", String(port), ...settings];
  return spawn("sh", ["-c", guardian, "postgres", ...command], {
    ...account,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const givesUpAt = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const client = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
    try {
      await client.unsafe("select 1");
      return;
    } catch (error) {
      if (server.exitCode !== null || performance.now() > givesUpAt) throw error;
      await pause(50);
    } finally {
      await client.end({ timeout: 0 });
    }
  }
}

function serverAt(url: string, power: TestPostgres["power"], stop: () => Promise<void>): TestPostgres {
  const made: string[] = [];

  async function ask(question: string): Promise<postgres.Row[]> {
    const client = postgres(url, { max: 1, onnotice: () => undefined });
    try {
      return [...(await client.unsafe(question))];
    } finally {
      await client.end({ timeout: 1 });
    }
  }

  return {
    ask,
    power,
    createDatabase: async () => {
      const name = `belfry_test_${randomBytes(6).toString("hex")}`;
      await ask(`create database ${name}`);
      made.push(name);
      const address = new URL(url);
      address.pathname = name;
      return address.href;
    },
    close: async () => {
      if (power === null) for (const name of made) await ask(`drop database ${name} with (force)`);
      await stop();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}

async function finished(process: ChildProcess): Promise<void> {
  await gone(process);
  if (process.exitCode !== 0) throw new Error(`${process.spawnfile} ended with ${process.exitCode}.`);
}

async function gone(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  await new Promise((resolve, reject) => process.once("exit", resolve).once("error", reject));
}
