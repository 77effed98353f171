// What the figures of a bench depend on.
import { statfsSync } from "node:fs";
import type { TestPostgres } from "../support/postgres.ts";

/** The magic number of a file system in memory. */
const TMPFS = 0x01021994;

/** The database, where it keeps what it commits, and Node, in one line. */
export async function surroundings(server: TestPostgres): Promise<string> {
  const [set] = await server.ask(`
    select current_setting('server_version') as version, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commits, current_setting('data_directory') as folder`);
  const { version, fsync, commits, folder } = set ?? {};
  const medium = statfsSync(String(folder)).type === TMPFS ? "in memory (tmpfs)" : "on a disk";
  return `PostgreSQL ${String(version)} ${medium}, fsync ${String(fsync)}, synchronous_commit ${String(commits)}; Node ${process.versions.node}`;
}
