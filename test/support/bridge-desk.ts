// A whole desk with people in Teams: the real store, inbox, tick and outbox, and Teams' adapter before a double of its
// Connector. Where a story wants Slack too, it is the chat in memory of desk.ts.
import { pino } from "pino";
import { openTeams, type TeamsOptions } from "../../src/chat/teams/listen.ts";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { openDoor } from "../../src/desk/inbox.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import type { ChatPlatform, Delivery, Outcome, Store } from "../../src/desk/ports.ts";
import { tickDue } from "../../src/desk/tick.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { freshStore } from "./database.ts";
import { at, policyOf } from "./life.ts";
import { IDS, CHANNELS, served, teamsPeople, type TeamsPeople } from "./teams-desk.ts";
import { APP_ID, startTeamsDouble, TENANT, type TeamsDouble } from "./teams-double.ts";

/** Both ways in, by their names. */
export const MODES = ["entra", "anonymous-dev"] as const;

/** A desk with Teams. */
export interface TeamsDesk extends AsyncDisposable {
  store: Store;
  teams: TeamsDouble;
  people: TeamsPeople;
  /** What became of each delivery. */
  outcomes: { delivery: Delivery; outcome: Outcome }[];
  /** Turns the clock to a wall time in Chicago, through every due instant; then everything is sent. */
  turnTo(wall: string): Promise<void>;
  settle(): Promise<void>;
  /** The kinds of a ticket's events, in order. */
  eventsOf(number: string): Promise<string[]>;
}

/** ACME's contacts, their channel and the whole desk in Teams; `sam` and `kate` are support. */
export const ALL_IN_TEAMS = `
people:
  - { id: carl, name: Carl Reyes, teams: ${IDS["carl"]}, timezone: America/Chicago }
  - { id: nora, name: Nora Lind, teams: nora@harbor.example, timezone: America/New_York }
  - { id: sam, name: Sam Okafor, teams: ${IDS["sam"]}, timezone: America/Chicago, support: true }
  - { id: kate, name: Kate Shaw, teams: ${IDS["kate"]}, timezone: Europe/London, support: true }
customers:
  - { key: ACME, name: ACME Print, policy: aleyant, timezone: America/Chicago, channel: "${CHANNELS.acme}", contacts: [carl] }
  - { key: HARBOR, name: Harbor Media, policy: eleveo, timezone: America/New_York, contacts: [nora] }
channels: { support: "${CHANNELS.support}", on-call: "${CHANNELS.oncall}" }
rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, kate] }
ladders:
  - id: urgent
    rotation: weekly
    rounds: 2
    steps: [{ page: primary, wait: 5m }, { page: secondary, wait: 10m }]
`;

/** Opens a desk at a wall time in Chicago. */
export async function aTeamsDesk(
  wall: string,
  {
    file = ALL_IN_TEAMS,
    mode = "entra",
    others = [],
  }: { file?: string; mode?: (typeof MODES)[number]; others?: readonly ChatPlatform[] } = {},
): Promise<TeamsDesk> {
  const zone = "America/Chicago";
  let now = at(wall, zone);
  const double = await startTeamsDouble();
  const store = await freshStore({ pace: () => 0 });
  await applyFile(store, { directory: parseDirectory(file), policies: presetIds.map(policyOf) }, now);
  const log = pino({ level: "silent" });
  const machineNow = () => new Date();
  const identity: TeamsOptions["identity"] =
    mode === "entra"
      ? { mode, appId: APP_ID, password: "app-password", tenantId: TENANT, allowedTenants: [TENANT] }
      : { mode };
  const serviceUrls = mode === "entra" ? [double.serviceUrl] : ["http://127.0.0.1/"];
  const teams = await openTeams({
    ...{ identity, serviceUrls, references: store.references, machineNow, log, cloud: double.cloud },
    timeoutMs: 5_000,
  });
  const door = await openDoor({ store, now: () => now, log });
  const listener = teams.listen({ door });
  const server = await served(listener.requestListener);
  const outcomes: TeamsDesk["outcomes"] = [];
  const outbox = startOutbox({
    store,
    platforms: new Map([teams.platform, ...others].map((platform) => [platform.name, platform])),
    now: () => now,
    machineNow,
    log,
    observe: { recorded: (delivery, outcome) => void outcomes.push({ delivery, outcome }) },
  });
  const fail = (number: string, fault: unknown) => {
    throw new Error(`${number} could not be handled`, { cause: fault });
  };
  const desk: TeamsDesk = {
    store,
    teams: double,
    people: teamsPeople(server.url, double, { hasTokens: mode === "entra" }),
    outcomes,
    async turnTo(target) {
      const end = at(target, zone);
      for (;;) {
        const next = await store.nextWakeAt();
        if (next === null || next > end) break;
        if (next > now) now = next;
        await tickDue(store, now, 1000, fail);
        await desk.settle();
      }
      now = end;
      await desk.settle();
    },
    settle: () => outbox.settle(20_000),
    eventsOf: (number) =>
      store.transaction(async (tx) => {
        const ticket = await tx.ticketByNumber(number);
        const events = ticket === null ? [] : await tx.eventsOf(ticket.id);
        return events.map(({ what }) => what.kind);
      }),
    [Symbol.asyncDispose]: async () => {
      await listener.stop();
      await outbox.stop(1000);
      door.close();
      await server.close();
      await double.close();
    },
  };
  return desk;
}
