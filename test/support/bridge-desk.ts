// A whole desk with people in Teams, or in Slack and Teams: the real store, inbox, tick and outbox, and the adapters before
// doubles of both.
import type { RequestListener } from "node:http";
import { pino } from "pino";
import { slackListener } from "../../src/chat/slack/listen.ts";
import { slackPlatform } from "../../src/chat/slack/send.ts";
import { openTeams, type TeamsOptions } from "../../src/chat/teams/listen.ts";
import { parseDirectory } from "../../src/core/directory.ts";
import type { Policy } from "../../src/core/policy.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { wakeChores, type Chore } from "../../src/desk/chores.ts";
import { openDoor } from "../../src/desk/inbox.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import type { ChatPlatform, Delivery, Outcome, Store } from "../../src/desk/ports.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { earliest } from "../../src/scheduler.ts";
import { freshStore } from "./database.ts";
import { CHORES_OF_TICKETS, only } from "./desk.ts";
import { PEOPLE, CHANNELS as SLACK_CHANNELS, startDeskDouble } from "./double-desk.ts";
import { at, policyOf } from "./life.ts";
import { tickAll } from "./tick.ts";
import { SIGNING_SECRET, type SlackDouble } from "./slack-double.ts";
import { BOT_TOKEN } from "./slack-double-server.ts";
import { CHANNELS, chatOf, echoOf, IDS, served, teamsPeople, type TeamsPeople } from "./teams-desk.ts";
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
  /** Turns the clock to a wall time in its zone, through every due instant; then everything is sent. */
  turnTo(wall: string): Promise<void>;
  settle(): Promise<void>;
  now(): Date;
  /** Whose wall clock the desk's times are read by. */
  zone: string;
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

/** Where a side of the desk is. */
export type Side = "slack" | "teams" | "both";

/**
 * A desk file: ACME with Carl and Nora, and PCC with Pavel, on one side; Sam and Mia, who are on call, and Leo on another.
 * Where a side is on both, its people have both identities and ACME has a channel on each.
 */
export function deskFile({ customer, desk }: { customer: Side; desk: Side }): string {
  const person = (id: Exclude<keyof typeof PEOPLE, "eve">, name: string, side: Side, more: string): string =>
    `  - { id: ${id}, name: ${name}, ${side === "teams" ? "" : `slack: ${PEOPLE[id]}, `}${side === "slack" ? "" : `teams: ${IDS[id]}, `}${more} }`;
  const slack = { acme: SLACK_CHANNELS.acme, support: SLACK_CHANNELS.support, oncall: SLACK_CHANNELS.onCall };
  const channels = desk === "teams" ? CHANNELS : slack;
  const acme = {
    slack: slack.acme,
    teams: `"${CHANNELS.acme}"`,
    both: `["${slack.acme}", "${CHANNELS.acme}"]`,
  }[customer];
  return `
people:
${person("carl", "Carl Reyes", customer, "timezone: America/Chicago")}
${person("nora", "Nora Lind", customer, "timezone: America/Chicago")}
${person("pavel", "Pavel Dvorak", customer, "timezone: Europe/Prague")}
${person("sam", "Sam Okafor", desk, "timezone: America/Chicago, support: true")}
${person("mia", "Mia Chen", desk, "timezone: America/Chicago, support: true")}
${person("leo", "Leo Brandt", desk, "timezone: Europe/Prague, support: true")}
customers:
  - { key: ACME, name: ACME Print, policy: aleyant, timezone: America/Chicago, channel: ${acme}, contacts: [carl, nora] }
  - { key: PCC, name: Prague Contact Center, policy: eleveo, timezone: Europe/Prague, contacts: [pavel] }
channels: { support: "${channels.support}", on-call: "${channels.oncall}" }
rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }
ladders:
  - id: urgent
    rotation: weekly
    rounds: 2
    steps: [{ page: primary, wait: 5m }, { page: secondary, wait: 10m }, { page: channel, here: true, wait: 15m }]
`;
}

/** A desk with Slack and Teams. */
export interface BridgeDesk extends TeamsDesk {
  slack: SlackDouble;
}

/** What a desk is opened with. */
export interface DeskOptions {
  file?: string;
  /** Whose wall clock; Chicago's unless it is given. */
  zone?: string | undefined;
  /** Policies beside those that ship. */
  own?: readonly Policy[] | undefined;
  chores?: readonly Chore[] | undefined;
  /** Ways out beside the chats. */
  ways?: readonly ChatPlatform[] | undefined;
  /** What Microsoft Graph is asked for. */
  graph?: TeamsOptions["graph"];
}

/**
 * Opens a desk with both at a wall time. `echoes`: both bring Belfry its own messages back, as a channel does that
 * sends a bot everything.
 */
export async function aBridge(
  wall: string,
  { echoes = false, ...options }: DeskOptions & { file: string; echoes?: boolean },
): Promise<BridgeDesk> {
  const slack = await startDeskDouble({ echoes });
  const desk = await aTeamsDesk(wall, { ...options, slack });
  // Everybody has added the app, so Belfry may begin a chat with each.
  for (const [who, id] of Object.entries(IDS)) desk.teams.chats.set(id, chatOf(who));
  const underWay: Promise<unknown>[] = [];
  desk.teams.posted = (one) => {
    if (!echoes) return;
    for (const role of ["bot", undefined] as const)
      underWay.push(desk.people.sends(echoOf(one, desk.teams, role)));
  };
  return {
    ...desk,
    slack,
    // Echoes that are answered echo again: nothing is quiet before the last of them.
    settle: async () => {
      for (let heard = -1; heard !== underWay.length;) {
        heard = underWay.length;
        await desk.settle();
        await Promise.all(underWay);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await desk[Symbol.asyncDispose]();
      await slack.close();
    },
  };
}

/** Opens a desk at a wall time. */
export async function aTeamsDesk(
  wall: string,
  {
    file = ALL_IN_TEAMS,
    zone = "America/Chicago",
    own = [],
    mode = "entra",
    slack = null,
    chores: doing = CHORES_OF_TICKETS,
    ways: others = [],
    graph = [],
  }: DeskOptions & { mode?: (typeof MODES)[number]; slack?: SlackDouble | null } = {},
): Promise<TeamsDesk> {
  let now = at(wall, zone);
  const double = await startTeamsDouble();
  const store = await freshStore({ pace: () => 0 });
  await applyFile(
    store,
    { directory: parseDirectory(file), policies: [...presetIds.map(policyOf), ...own] },
    now,
  );
  const chores = only(doing);
  await store.transaction((tx) => wakeChores(tx, now, chores));
  const log = pino({ level: "silent" });
  const machineNow = () => new Date();
  const identity: TeamsOptions["identity"] =
    mode === "entra"
      ? { mode, appId: APP_ID, password: "app-password", tenantId: TENANT, allowedTenants: [TENANT] }
      : { mode };
  const serviceUrls = mode === "entra" ? [double.serviceUrl] : ["http://127.0.0.1/"];
  const teams = await openTeams({
    ...{ identity, serviceUrls, references: store.references, machineNow, log, cloud: double.cloud },
    ...{ graph, timeoutMs: 5_000 },
  });
  const door = await openDoor({ store, now: () => now, log, publicUrl: "https://belfry.example/" });
  const listener = teams.listen({ door });
  const apiUrl = slack?.settings("http")["SLACK_API_URL"];
  const slackOptions = { token: BOT_TOKEN, apiUrl, machineNow };
  const fromSlack =
    slack === null
      ? null
      : slackListener({ ...slackOptions, mode: "http", signingSecret: SIGNING_SECRET, door, log });
  const ways: RequestListener = (request, response) => {
    const isSlacks = request.url?.startsWith("/slack/") === true;
    (isSlacks ? fromSlack?.requestListener : listener.requestListener)?.(request, response);
  };
  const server = await served(ways);
  slack?.reach([server.url.replace("/api/messages", "/slack/events")]);
  fromSlack?.start();
  const outcomes: TeamsDesk["outcomes"] = [];
  const outbox = startOutbox({
    store,
    platforms: new Map(
      [teams.platform, ...(slack === null ? [] : [slackPlatform(slackOptions)]), ...others].map((one) => [
        one.name,
        one,
      ]),
    ),
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
    zone,
    now: () => now,
    async turnTo(target) {
      const end = at(target, zone);
      for (;;) {
        const next = earliest(await store.nextWakeAt());
        if (next === null || next > end) break;
        if (next > now) now = next;
        await tickAll(store, now, fail, chores);
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
      await fromSlack?.stop();
      await outbox.stop(1000);
      await door.close();
      await server.close();
      await double.close();
    },
  };
  return desk;
}
