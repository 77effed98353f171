// Belfry with Teams and without: what is loaded, and whether it answers.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readConfig, type Config } from "../../src/config.ts";
import { startBelfry, type Belfry } from "../../src/main.ts";
import { ALL_IN_TEAMS } from "../support/bridge-desk.ts";
import { addedToTeam, chatOf, CHANNELS, TEAM, teamsPeople } from "../support/teams-desk.ts";
import { APP_ID, startTeamsDouble, TENANT, wordsIn, type TeamsDouble } from "../support/teams-double.ts";

let folder: string;
let double: TeamsDouble;
let belfry: Belfry | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "belfry-teams-"));
  writeFileSync(join(folder, "desk.yaml"), ALL_IN_TEAMS);
  double = await startTeamsDouble();
});
afterEach(async () => {
  await belfry?.stop();
  belfry = null;
  await double.close();
  rmSync(folder, { recursive: true });
});

async function start(environment: Record<string, string>, changed: Partial<Config> = {}): Promise<Belfry> {
  const config = { ...readConfig({ PORT: "0", ...environment }, folder), ...changed };
  belfry = await startBelfry(config, { log: pino({ level: "silent" }), teamsCloud: double.cloud });
  return belfry;
}

/** Whether botbuilder was loaded into this process. */
function isLoaded(): boolean {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).some((file) => /node_modules\/botbuilder\//.test(file));
}

it("botbuilder is loaded where tokens are to be checked, and nowhere else", async () => {
  const sandbox = await start({});
  expect(isLoaded()).toBe(false);
  expect((await fetch(`${sandbox.url}/api/messages`, { method: "POST" })).status).toBe(404);
  await sandbox.stop();

  const open = await start({ TEAMS_MODE: "anonymous-dev", BELFRY_FILE: "desk.yaml" });
  expect(isLoaded()).toBe(false);
  expect(open.pageUrl).toBeNull();
  const nobody = teamsPeople(`${open.url}/api/messages`, double, { hasTokens: false });
  expect((await nobody.says("carl", "ticket list")).status).toBe(200);
  expect(wordsIn(double.in(chatOf("carl"))[0]?.activity ?? {})).toContain("Open tickets: none");
  await open.stop();

  const ids = { TEAMS_APP_ID: APP_ID, TEAMS_APP_PASSWORD: "app-password", TEAMS_TENANT_ID: TENANT };
  const { teams } = readConfig(ids, folder);
  const known = await start(
    { ...ids, BELFRY_FILE: "desk.yaml" },
    { teams: teams === null ? null : { ...teams, serviceUrls: [double.serviceUrl] } },
  );
  expect(isLoaded()).toBe(true);
  const somebody = teamsPeople(`${known.url}/api/messages`, double);
  expect((await somebody.says("carl", "ticket list")).status).toBe(200);
  expect((await somebody.sends({}, { authorization: "Bearer x" })).status).not.toBe(200);
  expect(double.in(chatOf("carl"))).toHaveLength(2);
});

it("Microsoft Graph is asked for what TEAMS_GRAPH names, once the app is in the team", async () => {
  const kept = ALL_IN_TEAMS.replace(
    "people: [sam, kate] }",
    "people: [sam, kate], keep-in-step: { topic: true } }",
  );
  expect(kept).not.toBe(ALL_IN_TEAMS);
  writeFileSync(join(folder, "desk.yaml"), kept);
  const ids = { TEAMS_APP_ID: APP_ID, TEAMS_APP_PASSWORD: "app-password", TEAMS_TENANT_ID: TENANT };
  const { teams } = readConfig({ ...ids, TEAMS_GRAPH: "topic" }, folder);
  const known = { teams: teams === null ? null : { ...teams, serviceUrls: [double.serviceUrl] } };
  const described = () => double.graph.teams.get(TEAM.group)?.channels.get(CHANNELS.oncall);

  const first = await start({ ...ids, BELFRY_FILE: "desk.yaml" }, known);
  const people = teamsPeople(`${first.url}/api/messages`, double);
  await addedToTeam(people, double, ["ChannelSettings.ReadWrite.Group"]);
  await first.stop();
  await start({ ...ids, BELFRY_FILE: "desk.yaml" }, known);
  await vi.waitFor(() => expect(described()).toMatch(/^On call: weekly: (Sam|Kate) \w+/), 10_000);
});
