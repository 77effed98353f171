// Before any test: an embedded database with every migration, kept as a file, so that each test file opens a copy of it in
// half a second. It is made anew only when a migration or PGlite has changed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { migrate } from "../../src/store/open.ts";
import { openInMemory } from "../../src/store/embedded.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Vitest calls this once for a run. */
export default async function setup(): Promise<void> {
  await snapshotFile();
}

/** Path of the snapshot; made where it is missing. */
export async function snapshotFile(): Promise<string> {
  const folder = join(tmpdir(), `belfry-snapshots-${userInfo().uid}`);
  const path = join(folder, `${await fingerprint()}.tar`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const embedded = await openInMemory(null);
  await migrate({ embedded });
  const dump = await embedded.client.dumpDataDir("none");
  await embedded.close();
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, Buffer.from(await dump.arrayBuffer()));
  await rename(draft, path);
  return path;
}

/** Puts a migrated database into a folder where Belfry looks for one; making one anew takes seconds. */
export async function layDatabase(folder: string): Promise<void> {
  const database = join(folder, "database");
  await mkdir(database, { recursive: true, mode: 0o700 });
  execFileSync("tar", ["-xf", await snapshotFile(), "-C", database], { stdio: "pipe" });
}

async function fingerprint(): Promise<string> {
  const migrations = join(ROOT, "drizzle");
  const names = (await readdir(migrations)).filter((name) => name.endsWith(".sql")).sort();
  const paths = [
    join(ROOT, "node_modules", "@electric-sql", "pglite", "package.json"),
    join(migrations, "meta", "_journal.json"),
    ...names.map((name) => join(migrations, name)),
  ];
  const hash = createHash("sha256");
  for (const path of paths) hash.update(await readFile(path));
  return hash.digest("hex").slice(0, 16);
}
