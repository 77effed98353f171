// Keeps a folder for one process at a time. The embedded database has no lock of its own, and the rows of a second process
// would vanish without a word.
//
// The lock is a file that names its holder. It is made by link(), which fails where it is already there. A holder that died
// (kill -9, power) leaves it behind; whoever finds it so takes over. Two may find it at once, so the right to take over is a
// lock too, named after the dead holder: of all who saw that holder only one gets it, looks again whether the lock is still
// the dead one's, and puts its own in place. Should it die just then, the same rule applies to its lock.
import { randomUUID } from "node:crypto";
import { execFile } from "node:child_process";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { DeskError } from "../core/errors.ts";

/** Locks a folder for this process; the function that comes back unlocks it. @throws DeskError("conflict") naming the holder. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  const me: Holder = {
    pid: process.pid,
    started: await startOf(process.pid),
    host: hostname(),
    nonce: randomUUID(),
  };
  const taken = await take(path, me);
  if (taken !== "taken") throw inUse(folder, path, taken.holder);
  return async () => {
    if ((await holderAt(path))?.nonce === me.nonce) await rm(path);
  };
}

/** Who holds a lock. A process id may be given again, so the start of the process goes with it. */
const holderSchema = z.object({
  pid: z.number(),
  started: z.string().nullable(),
  host: z.string(),
  /** No two locks that were ever made have the same. */
  nonce: z.string(),
});
type Holder = z.output<typeof holderSchema>;

/** Each round means that somebody else got ahead. More than these would be a fault of ours. */
const MOST_ROUNDS = 100;

async function take(path: string, me: Holder): Promise<"taken" | { holder: Holder }> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (await place(path, me)) return "taken";
    const holder = await holderAt(path);
    if (holder === null) continue;
    if (await isAlive(holder)) return { holder };
    const right = `${path}.${holder.nonce}`;
    const turn = await take(right, me);
    if (turn !== "taken") return turn;
    const isStillTheirs = (await holderAt(path))?.nonce === holder.nonce;
    if (isStillTheirs) await replace(path, me);
    await rm(right);
    if (isStillTheirs) return "taken";
  }
  throw new Error(`The lock ${path} changes hands without end.`);
}

/** Puts the lock where none is; false where there is one. A reader never sees half of it. */
async function place(path: string, me: Holder): Promise<boolean> {
  const draft = await draftOf(path, me);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

async function replace(path: string, me: Holder): Promise<void> {
  await rename(await draftOf(path, me), path);
}

async function draftOf(path: string, me: Holder): Promise<string> {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, JSON.stringify(me), { mode: 0o600 });
  return draft;
}

/** Who holds it, or null where nobody does. A file that is no lock of ours is held by somebody unknown. */
async function holderAt(path: string): Promise<Holder | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
  const parsed = holderSchema.safeParse(jsonIn(text));
  return parsed.success ? parsed.data : { pid: 0, started: null, host: UNKNOWN_HOST, nonce: "unknown" };
}

const UNKNOWN_HOST = "";

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so no lock of ours either: the schema says no to null.
    return null;
  }
}

/** Whether a holder may still be there. On another computer that cannot be told, so it may. */
async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  if (!(await isRunning(holder.pid))) return false;
  const started = await startOf(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isErrno(error, "ESRCH")) return false;
    if (!isErrno(error, "EPERM")) throw error;
  }
  // One that was killed and whose parent has not looked yet still has its id, and does nothing any more.
  const state = (await statOf(pid))?.[0];
  return state !== "Z" && state !== "X";
}

/** What tells a process from a later one with the same id; null where this system cannot say. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await statOf(pid);
  const boot = await textOf("/proc/sys/kernel/random/boot_id");
  // Ticks of the clock from boot to the start; the boot's id tells one boot from another.
  if (stat !== null) return `${boot?.trim() ?? ""} ${stat[19] ?? ""}`.trim();
  return process.platform === "linux" ? null : startByPs(pid);
}

/** The fields of proc_pid_stat(5) from the third, the state, on: the second is a name that may hold spaces. Linux alone. */
async function statOf(pid: number): Promise<string[] | null> {
  const stat = await textOf(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ESRCH")) return null;
    throw error;
  }
}

async function startByPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() === "" ? null : stdout.trim();
  } catch {
    // No such process by now, or no such command: then its id has to do.
    return null;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function inUse(folder: string, path: string, holder: Holder): DeskError {
  if (holder.host === hostname()) {
    const whose = holder.pid === process.pid ? "this same process" : `process ${holder.pid}`;
    return new DeskError(
      "conflict",
      `Another Belfry uses ${folder}: ${whose}. Stop it first, or use another folder.`,
    );
  }
  const whose = holder.host === UNKNOWN_HOST ? "somebody unknown" : `process ${holder.pid} on ${holder.host}`;
  return new DeskError(
    "conflict",
    `Another Belfry uses ${folder}: ${whose}. Stop it first. If it is gone for good, remove the file ${path}.`,
  );
}
