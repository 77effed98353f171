// Opens the store: PostgreSQL where there is an address, else the embedded database; migrated, its connections shared out.
import { randomUUID } from "node:crypto";
import type { Log, Store } from "../desk/ports.ts";
import { lend, type Connections } from "./connections.ts";
import { embeddedConnection, openInFolder, type Embedded } from "./embedded.ts";
import { translated } from "./faults.ts";
import { formOf, migrateEmbedded, migratePostgres } from "./migrations.ts";
import type { Pace } from "./outcome.ts";
import { listen, postgresConnection } from "./postgres.ts";
import { storeAt, type Home } from "./store.ts";

/** Where a database lives: at an address, in a folder, or open already, to be closed by whoever opened it. */
export type Place = { databaseUrl: string } | { folder: string } | { embedded: Embedded };

/** How a store is opened. */
export interface StoreOptions {
  place: Place;
  /** The machine's clock: it dates what is wanted of the outbox. */
  machineNow: () => Date;
  log: Log;
  /** How long nothing else goes to a place after a post there. Without it: a second, which is what Slack allows a channel. */
  pace?: Pace;
  /** How long a person is kept waiting before the answer is "unavailable", in milliseconds. */
  personPatienceMs?: number;
}

/**
 * Opens a store, and migrates its database first.
 * @throws DeskError("unavailable") where PostgreSQL cannot be reached; ("conflict") where a newer Belfry has changed the
 *   database, or where another process has the folder.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { place, machineNow, log, pace = () => SLACK_PACE_MS } = options;
  try {
    const home =
      "databaseUrl" in place
        ? await postgresHome(place.databaseUrl, options.personPatienceMs ?? PERSON_PATIENCE_MS, log)
        : await embeddedHome(await openEmbedded(place), log);
    return storeAt(home, { machineNow, pace });
  } catch (error) {
    throw translated(error);
  }
}

/**
 * Migrates a database and leaves it. Returns false where there was nothing to do.
 * @throws DeskError as openStore does.
 */
export async function migrate(place: Place): Promise<boolean> {
  try {
    if ("databaseUrl" in place) return await migratePostgres(place.databaseUrl);
    const embedded = await openEmbedded(place);
    try {
      return await migrateEmbedded(embedded.client);
    } finally {
      await embedded.close();
    }
  } catch (error) {
    throw translated(error);
  }
}

/** Slack takes about one message a second and channel: https://docs.slack.dev/apis/web-api/rate-limits */
const SLACK_PACE_MS = 1_000;
/** Slack wants an answer within three seconds, and the answer has a way to go too. */
const PERSON_PATIENCE_MS = 1_800;
/** The desk's own work may wait, but not for ever. */
const DESK_PATIENCE_MS = 20_000;

/** How many connections each kind of work may have. With the ear that is seventeen a replica; PostgreSQL has a hundred. */
const CONNECTIONS = { door: 1, person: 8, desk: 4, outbox: 3 };

const CHANNEL = "belfry_commits";

async function postgresHome(url: string, personPatienceMs: number, log: Log): Promise<Home> {
  if (await migratePostgres(url)) log.info({}, "The database was migrated.");
  const open = () => postgresConnection(url);
  const door = lend({ open, most: CONNECTIONS.door, patienceMs: personPatienceMs });
  const person = lend({ open, most: CONNECTIONS.person, patienceMs: personPatienceMs });
  const desk = lend({ open, most: CONNECTIONS.desk, patienceMs: DESK_PATIENCE_MS });
  const outbox = lend({ open, most: CONNECTIONS.outbox, patienceMs: DESK_PATIENCE_MS });
  const me = randomUUID();
  let announced = () => {};
  const stopListening = await listen(url, {
    channel: CHANNEL,
    // What this process commits, it knows already.
    heard: (from) => from !== me && announced(),
    log,
  });
  return {
    door,
    person,
    desk,
    outbox,
    announcement: { text: "select pg_notify($1::text, $2::text)", values: [CHANNEL, me] },
    onAnnounced: (heard) => (announced = heard),
    hasOwnClock: true,
    isMigrated: () => isMigrated(desk),
    close: async () => {
      await stopListening();
      await Promise.all([door.close(), person.close(), desk.close(), outbox.close()]);
    },
  };
}

async function openEmbedded(place: Exclude<Place, { databaseUrl: string }>): Promise<Embedded> {
  return "folder" in place ? openInFolder(place.folder) : { ...place.embedded, close: async () => {} };
}

/** All kinds of work share the one connection, in the order of asking. No other process is here, so none announces anything. */
async function embeddedHome(embedded: Embedded, log: Log): Promise<Home> {
  const { client } = embedded;
  try {
    if (await migrateEmbedded(client)) log.info({}, "The database was migrated.");
  } catch (error) {
    await embedded.close();
    throw error;
  }
  const connection = embeddedConnection(client);
  const all = lend({ open: () => connection, most: 1, patienceMs: DESK_PATIENCE_MS });
  return {
    door: all,
    person: all,
    desk: all,
    outbox: all,
    announcement: null,
    onAnnounced: () => {},
    hasOwnClock: false,
    isMigrated: () => isMigrated(all),
    close: async () => {
      await all.close();
      await embedded.close();
    },
  };
}

async function isMigrated(connections: Connections): Promise<boolean> {
  return (await connections.transaction(formOf)) !== "behind";
}
