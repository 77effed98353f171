// The embedded database in its folder: one process at a time, and nothing lost by kill -9.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openInMemory } from "../../src/store/embedded.ts";
import { lockFolder } from "../../src/store/lock.ts";
import { migrate, openStore } from "../../src/store/open.ts";

let folder: string;
const children: Child[] = [];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "belfry-folder-")), "deep", ".belfry");
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  await rm(join(folder, "..", ".."), { recursive: true });
});

const open = () =>
  openStore({ place: { folder }, machineNow: () => new Date(), log: pino({ level: "silent" }) });

describe("the lock of a folder", { timeout: 60_000 }, () => {
  beforeEach(() => mkdir(folder, { recursive: true }));

  it("keeps a second process out, and says who is in", async () => {
    const holder = await start("lock");
    await holder.tell();
    expect(await holder.says()).toBe("locked");
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: "conflict",
      message: `Another Belfry uses ${folder}: process ${holder.pid}. Stop it first, or use another folder.`,
    });
  });

  it("is taken over from a holder that was killed", async () => {
    const holder = await start("lock");
    await holder.tell();
    await holder.says();
    await holder.kill();
    const unlock = await lockFolder(folder);
    await unlock();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over from a dead holder whose id was given to another process", async () => {
    await lock({ pid: process.pid, started: "another boot 42" });
    await (
      await lockFolder(folder)
    )();
  });

  it("is taken over by one alone, however many find the holder dead at once", async () => {
    await lock({ pid: 4_194_305, started: null });
    const rivals = await Promise.all(Array.from({ length: 5 }, () => start("lock")));
    await Promise.all(rivals.map((rival) => rival.tell()));
    const words = await Promise.all(rivals.map((rival) => rival.says()));
    expect(words.filter((word) => word === "locked")).toHaveLength(1);
    expect(words.filter((word) => word.startsWith("Another Belfry"))).toHaveLength(4);
  });

  it("is taken over from one that died while it took over", async () => {
    await lock({ pid: 4_194_305, nonce: "first" });
    await lock({ pid: 4_194_306, nonce: "second" }, "lock.first");
    const unlock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(["lock"]);
    await unlock();
  });

  it("is never taken from a holder on another computer, nor from one that cannot be read", async () => {
    await lock({ host: "elsewhere" });
    await expect(lockFolder(folder)).rejects.toThrow(/process \d+ on elsewhere\. .* remove the file/);
    await writeFile(join(folder, "lock"), "half a");
    await expect(lockFolder(folder)).rejects.toThrow(/somebody unknown\. .* remove the file/);
  });

  it("is nobody's once it is given back, within one process too", async () => {
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow("this same process");
    await unlock();
    await (
      await lockFolder(folder)
    )();
  });

  /** Leaves a lock behind, as another process would. */
  async function lock(change: object, name = "lock"): Promise<void> {
    const holder = { pid: process.pid, started: null, host: hostname(), nonce: "theirs", ...change };
    await writeFile(join(folder, name), JSON.stringify(holder));
  }
});

describe("the database in a folder", { timeout: 120_000 }, () => {
  it("makes its folder for its owner alone, and remembers what it was told", async () => {
    const store = await open();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(1);
    await store.close();
    expect(await migrate({ folder })).toBe(false);
    const again = await open();
    expect(await again.transaction((tx) => tx.nextNumber("ACME"))).toBe(2);
    await expect(open()).rejects.toMatchObject({ code: "conflict" });
    await again.close();
  });

  it("that another version of PostgreSQL wrote is left alone, with a sentence", async () => {
    await mkdir(join(folder, "database"), { recursive: true });
    await writeFile(join(folder, "database", "PG_VERSION"), "17\n");
    await expect(open()).rejects.toThrow(/was written by PostgreSQL 17, and this Belfry has 18 built in/);
    expect(await readdir(folder)).toEqual(["database"]);
  });

  it("is of the version that the sentence names", async () => {
    const embedded = await openInMemory(null);
    const { rows } = await embedded.client.query<{ major: number }>(
      "select current_setting('server_version_num')::int / 10000 as major",
    );
    expect(rows).toEqual([{ major: 18 }]);
    await embedded.close();
  });

  it("loses no committed number to kill -9, round after round", async () => {
    let last = 0;
    for (let round = 0; round < 4; round++) {
      const writer = await start("write");
      const from = last;
      while (last < from + 15 + round * 7) last = Number(await writer.says());
      await writer.kill();
      last = Math.max(last, ...writer.unread().map(Number));
    }
    const store = await open();
    const next = await store.transaction((tx) => tx.nextNumber("ACME"));
    // The last commit may have come before its word did.
    expect([last + 1, last + 2]).toContain(next);
    await store.close();
    expect(await readFile(join(folder, "database", "PG_VERSION"), "utf8")).toContain("18");
  });
});

/** A process that works in the folder until it is killed. */
interface Child {
  pid: number | undefined;
  tell(): Promise<void>;
  /** The next line that it says. */
  says(): Promise<string>;
  /** What it has said and nobody has asked for. */
  unread(): string[];
  kill(): Promise<void>;
}

async function start(what: "lock" | "write"): Promise<Child> {
  const script = join(import.meta.dirname, "child.ts");
  const process_ = spawn(process.execPath, ["--import", "tsx", script, what, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = lined(createInterface(process_.stdout));
  const child: Child = {
    pid: process_.pid,
    tell: () => new Promise((resolve) => process_.stdin.write("go\n", () => resolve())),
    says: lines.next,
    unread: lines.unread,
    kill: () => killed(process_),
  };
  children.push(child);
  if (what === "lock") expect(await child.says()).toBe("ready");
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await gone;
}

function lined(from: Interface) {
  const said: string[] = [];
  let heard = () => {};
  let isOver = false;
  from.on("line", (line) => (said.push(line), heard()));
  from.on("close", () => ((isOver = true), heard()));
  return {
    unread: () => said.splice(0),
    next: async (): Promise<string> => {
      while (said.length === 0) {
        if (isOver) throw new Error("The process has ended.");
        await new Promise<void>((resolve) => (heard = resolve));
      }
      return said.shift() ?? "";
    },
  };
}
