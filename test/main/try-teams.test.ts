// `npm run start:teams`: a desk for trying Teams without an account, and the Playground's people and places beside it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { loadDesk, readDesk } from "../../src/cli/load-desk.ts";
import { readConfig } from "../../src/config.ts";
import { startBelfry } from "../../src/main.ts";
import { invitation, trialEnvironment } from "../../src/main/try-teams.ts";
import { buttonOf } from "../support/teams-desk.ts";
import { startTeamsDouble, wordsIn } from "../support/teams-double.ts";

const PLAYGROUND = join(import.meta.dirname, "..", "..", "src", "chat", "teams", "playground");
const USER = z.strictObject({
  id: z.string(),
  name: z.string(),
  userPrincipleName: z.string(),
  aadObjectId: z.guid(),
  givenName: z.string(),
  surname: z.string(),
  email: z.email(),
});
const NAMED = z.strictObject({ id: z.string(), name: z.string() });
/** What version 0.1.1 of the Playground's own schema asks for. */
const CONFIGURATION = z.strictObject({
  version: z.literal("0.1.1"),
  tenantId: z.guid(),
  bot: NAMED,
  currentUser: USER,
  users: z.array(USER).length(5),
  personalChat: z.strictObject({ id: z.string() }),
  groupChat: NAMED,
  team: z.strictObject({ ...NAMED.shape, aadGroupId: z.guid(), channels: z.array(NAMED).max(1) }),
});

function configuration() {
  const text = readFileSync(join(PLAYGROUND, ".m365agentsplayground.yml"), "utf8");
  return CONFIGURATION.parse(parse(text));
}

it("the desk's people and places are those that the Playground has", async () => {
  const { directory } = await loadDesk(await readDesk(join(PLAYGROUND, "desk.yaml")));
  const { currentUser, users, groupChat, team } = configuration();
  const everybody = [currentUser, ...users];
  for (const { name, addresses } of directory.people) {
    const user = everybody.find((one) => one.name === name);
    expect(addresses, name).toEqual([`teams:${user?.aadObjectId}`]);
  }
  const places = [groupChat, team, ...team.channels].map(({ id }) => `teams:${id}`);
  const { support, onCall } = directory.channels;
  const ours = [support, onCall, ...directory.customers.flatMap(({ channel }) => channel ?? [])];
  expect(ours.filter((place) => place !== null && !places.includes(place))).toEqual([]);
  const ids = everybody.flatMap(({ id, aadObjectId }) => [id, aadObjectId]);
  expect(new Set(ids).size).toBe(ids.length);
});

it("nothing real is taken from the environment, and in production it refuses to start", () => {
  const around = {
    ...{ SLACK_BOT_TOKEN: "xoxb-1", TEAMS_APP_ID: "1", DATABASE_URL: "postgres://real/desk" },
    ...{ HOST: "0.0.0.0", BELFRY_FILE: "real.yaml", SMTP_URL: "smtp://mail", PORT: "4000" },
  };
  const config = readConfig(trialEnvironment(around), "/somewhere");
  expect(config).toMatchObject({
    ...{ slack: null, mail: null, databaseUrl: null, host: "127.0.0.1", port: 4000, publicUrl: null },
    ...{ teams: { identity: { mode: "anonymous-dev" } }, deskFile: join(PLAYGROUND, "desk.yaml") },
    dataDir: join("/somewhere", ".belfry", "teams-trial"),
  });
  expect(existsSync(config.deskFile ?? "")).toBe(true);
  expect(() => readConfig(trialEnvironment({ NODE_ENV: "production" }), "/somewhere")).toThrow(
    /anonymous-dev checks nobody's identity, so it is not for production/,
  );
});

it("the line that it prints runs Microsoft's own tool by npx, which no dependency brings", () => {
  const said = invitation("http://127.0.0.1:3978");
  expect(said).toContain(`cd "${PLAYGROUND}" && npx --yes @microsoft/m365agentsplayground@`);
  expect(said).toContain(" --app-endpoint http://127.0.0.1:3978/api/messages --channel-id msteams");
  const lock = readFileSync(join(import.meta.dirname, "..", "..", "package-lock.json"), "utf8");
  expect(lock).not.toContain("m365agentsplayground");
});

it("whoever is Sam there files an urgent ticket, is paged, and acknowledges it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "belfry-trial-"));
  const double = await startTeamsDouble();
  const { currentUser: sam, personalChat, tenantId, bot, team } = configuration();
  const config = readConfig(trialEnvironment({ PORT: "0" }), folder);
  const belfry = await startBelfry(config, { log: pino({ level: "silent" }) });
  try {
    let nr = 0;
    const send = async (more: object): Promise<unknown> => {
      nr += 1;
      const response = await fetch(`${belfry.url}/api/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          ...{ id: `activity-${nr}`, channelId: "msteams", serviceUrl: double.serviceUrl },
          from: { id: sam.id, name: sam.name, aadObjectId: sam.aadObjectId },
          recipient: bot,
          conversation: { id: personalChat.id, conversationType: "personal", tenantId },
          ...more,
        }),
      });
      expect(response.status).toBe(200);
      const text = await response.text();
      return text === "" ? null : JSON.parse(text);
    };
    const press = (data: object, inputs = {}) =>
      send({
        ...{ type: "invoke", name: "adaptiveCard/action" },
        value: { action: { type: "Action.Execute", verb: "", data: { ...data, ...inputs } } },
      });
    const read = (place: string): string =>
      double
        .in(place)
        .map(({ activity }) => wordsIn(activity))
        .join("\n---\n");

    await send({ type: "installationUpdate", action: "add" });
    await expect.poll(() => read(personalChat.id), { timeout: 60_000 }).toContain("opens the form");
    await send({ type: "message", text: "ticket The shop says 502" });
    const form = double.in(personalChat.id).at(-1)?.activity;
    const inputs = { "text:title": "The shop says 502", "text:body": "Since nine.", "one:level": "urgent" };
    await press(buttonOf(form, "File ticket").data, { ...heldIn(form), ...inputs, "yes:confirm": "true" });
    await expect
      .poll(() => read(personalChat.id), { timeout: 60_000 })
      .toContain("Urgent · ACME-1 The shop says 502");
    const page = double.in(personalChat.id).find(({ activity }) => /Acknowledge/.test(wordsIn(activity)));
    await press(buttonOf(page?.activity, "Acknowledge").data);
    for (const place of [personalChat.id, team.id])
      await expect.poll(() => read(place), { timeout: 60_000 }).toContain("Sam Okafor has it since");
  } finally {
    await belfry.stop();
    await double.close();
    rmSync(folder, { recursive: true });
  }
});

/** What the fields of a card hold: a client sends all of them. */
function heldIn(card: unknown): object {
  if (typeof card !== "object" || card === null) return {};
  const { type = "", id = "", value } = card as { type?: string; id?: string; value?: string };
  const own = String(type).startsWith("Input.") && value !== undefined ? { [id]: value } : {};
  return Object.assign({}, ...Object.values(card).map(heldIn), own) as object;
}
