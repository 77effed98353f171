// Decides where a Belfry keeps what is its own on this machine. The sandbox has a home apart, so that its made-up customers
// and its turned clock never meet a real desk.
import { join } from "node:path";

/** One home: at most one process lives in it. */
export interface Home {
  /** Holds the embedded database and its lock. */
  folder: string;
  /** There since the first start here. */
  database: string;
  /** Where the command line finds the process that lives here. */
  socket: string;
  /** Keeps the desk's clock where it can be turned; null where it is the machine's. */
  clock: string | null;
}

/** The home of a real desk. */
export function deskHome(dataDir: string): Home {
  return {
    folder: dataDir,
    database: join(dataDir, "database"),
    socket: join(dataDir, "belfry.sock"),
    clock: null,
  };
}

/** The home of the sandbox. */
export function sandboxHome(dataDir: string): Home {
  const folder = join(dataDir, "sandbox");
  return {
    folder,
    database: join(folder, "database"),
    socket: join(dataDir, "sandbox.sock"),
    clock: join(folder, "clock.json"),
  };
}
