// A whole small world for tests of what happens between processes: the double, a database, and Belfries that live and die in it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { drizzle as drizzlePostgres } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { openInFolder } from "../../src/store/embedded.ts";
import { outbox, ticketEvents, tickets } from "../../src/store/schema.ts";
import { startTurnedBelfry, type TurnedChild } from "./child.ts";
import { startDeskDouble, writeDeskFile } from "./double-desk.ts";
import type { SlackDouble } from "./slack-double.ts";
import { layDatabase } from "./snapshot.ts";

export interface WorldOptions {
  /** Null for the embedded database, or the address of an empty one on a server. */
  databaseUrl: string | null;
  replicas: number;
  transport: "http" | "socket";
  /** The desk's time when the world begins. */
  at: Date;
  /** How long nothing else goes to a place after a post there. Slack's own second would make tests wait. */
  paceMs: number;
  echoes: boolean;
  /** Settings beside those that every world has. */
  settings?: Readonly<Record<string, string>>;
  /** Makes the desk file say something else. */
  rewritten?: (file: string) => string;
}

/** All rows of what a test asks for, as they stand. */
export interface Rows {
  tickets: (typeof tickets.$inferSelect)[];
  events: (typeof ticketEvents.$inferSelect)[];
  outbox: (typeof outbox.$inferSelect)[];
}

export interface World {
  readonly slack: SlackDouble;
  readonly folder: string;
  now(): Date;
  /** The Belfries that live. */
  alive(): TurnedChild[];
  /** Everything that all Belfries of this world wrote, the dead ones too. */
  log(): string;
  /** Starts as many as are missing, at the present time of the desk. */
  start(): Promise<void>;
  /** Turns the clock ahead: one Belfry goes through all that is due on the way, of several each sleeps until then. */
  turnTo(at: Date): Promise<void>;
  /** Puts the clock at an instant. Belfries that are dead wake up then. */
  jumpTo(at: Date): Promise<void>;
  /** Resolves when nothing is due and nothing waits to be sent. */
  drained(withinMs: number): Promise<void>;
  /** Stops all Belfries where the database is theirs alone, and reads. */
  rows(): Promise<Rows>;
  close(): Promise<void>;
}

/** Makes a world with its Belfries running. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { databaseUrl, replicas, transport, paceMs } = options;
  const slack = await startDeskDouble(options);
  const folder = mkdtempSync(join(tmpdir(), "belfry-world-"));
  if (databaseUrl === null) await layDatabase(folder);
  const environment = {
    ...slack.settings(transport),
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    BELFRY_DATA_DIR: folder,
    BELFRY_FILE: writeDeskFile(folder, options.rewritten),
    ...options.settings,
    DESK_PACE_MS: String(paceMs),
  };
  let now = options.at;
  let children: TurnedChild[] = [];
  let buried = "";

  const alive = (): TurnedChild[] => children.filter((child) => child.isAlive());
  const bury = (): void => {
    buried += children.map((child) => (child.isAlive() ? "" : child.log())).join("");
    children = alive();
  };

  const world: World = {
    slack,
    folder,
    now: () => now,
    alive,
    log: () => buried + children.map((child) => child.log()).join(""),
    async start() {
      bury();
      while (children.length < replicas) children.push(await startTurnedBelfry(environment, now));
      slack.reach(transport === "socket" ? "sockets" : children.map(({ url }) => `${url}/slack/events`));
    },
    async turnTo(at) {
      const [only, ...others] = alive();
      if (only === undefined || others.length > 0) return world.jumpTo(at);
      now = at;
      await only.turnTo(at);
    },
    async jumpTo(at) {
      now = at;
      await Promise.all(alive().map((child) => child.jumpTo(at)));
    },
    async drained(withinMs) {
      const givesUpAt = performance.now() + withinMs;
      for (;;) {
        const waiting = await stillToDo(alive()[0], now);
        if (waiting === null) return;
        if (performance.now() > givesUpAt)
          throw new Error(`not drained within ${withinMs} ms: ${waiting}\n${undone(await world.rows())}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async rows() {
      if (databaseUrl !== null) return rowsAt(databaseUrl);
      await Promise.all(alive().map((child) => child.stop()));
      return rowsIn(folder);
    },
    async close() {
      await Promise.all(alive().map((child) => child.kill()));
      await slack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await world.start();
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** What is left to do, by a Belfry's own account, or null. */
async function stillToDo(child: TurnedChild | undefined, now: Date): Promise<string | null> {
  if (child === undefined) return "no Belfry lives";
  // Turning the clock to where it stands handles what is due by then, and fails where something stays due.
  const stuck = await child.turnTo(now).catch((error: unknown) => String(error));
  if (typeof stuck === "string") return stuck;
  const text = await (await fetch(`${child.url}/metrics`)).text();
  const states = [...text.matchAll(/^belfry_outbox\{state="(waiting|claimed)"\} (\d+)$/gm)];
  const open = states.filter(([, , count]) => count !== "0").map(([, state, count]) => `${count} ${state}`);
  const presses = /^belfry_presses_waiting (\d+)$/m.exec(text)?.[1];
  if (presses !== "0") return `presses: ${presses ?? "nobody counts them"}`;
  return open.length > 0 ? `messages: ${open.join(", ")}` : null;
}

/** What the outbox still has to send, and when. */
function undone({ outbox }: Rows): string {
  return outbox
    .filter(({ dueAt, state }) => dueAt !== null || state === "waiting")
    .map(({ slot, state, dueAt, under, error }) =>
      [slot, state, dueAt?.toISOString() ?? `under ${under ?? "nothing"}`, error ?? ""].join(" "),
    )
    .join("\n");
}

async function rowsAt(databaseUrl: string): Promise<Rows> {
  // As the store does: the test server has another style for dates, which nothing else reads.
  const connection = { TimeZone: "UTC", DateStyle: "ISO" };
  const client = postgres(databaseUrl, { max: 1, onnotice: () => undefined, connection });
  const database = drizzlePostgres(client, { casing: "snake_case" });
  try {
    return {
      tickets: await database.select().from(tickets),
      events: await database.select().from(ticketEvents),
      outbox: await database.select().from(outbox),
    };
  } finally {
    await client.end();
  }
}

async function rowsIn(folder: string): Promise<Rows> {
  const embedded = await openInFolder(folder);
  const database = drizzlePglite(embedded.client, { casing: "snake_case" });
  try {
    return {
      tickets: await database.select().from(tickets),
      events: await database.select().from(ticketEvents),
      outbox: await database.select().from(outbox),
    };
  } finally {
    await embedded.close();
  }
}
