// What Microsoft Graph is asked for, and what becomes of it: against a double of it that takes nothing but what is documented.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GraphUse } from "../../../src/chat/teams/graph.ts";
import { openTeams } from "../../../src/chat/teams/listen.ts";
import { inStep } from "../../../src/desk/chores/in-step.ts";
import type { ChatPlatform, Outcome } from "../../../src/desk/ports.ts";
import { ALL_IN_TEAMS, aTeamsDesk } from "../../support/bridge-desk.ts";
import { keptReferences } from "../../support/kept-references.ts";
import { addedToTeam, CHANNELS, chatOf, IDS, TEAM } from "../../support/teams-desk.ts";
import {
  APP_ID,
  startTeamsDouble,
  TENANT,
  wordsIn,
  type Misfortune,
  type TeamsDouble,
} from "../../support/teams-double.ts";
import { keptLog } from "../slack/fake-desk.ts";

const NOW = new Date("2026-11-27T12:00:00Z");
const CUSTOMERS = "aaaaaaaa-0000-4000-8000-000000000002";
const SETTINGS = "ChannelSettings.ReadWrite.Group";
const never = new AbortController().signal;

let double: TeamsDouble;
let references: ReturnType<typeof keptReferences>;

beforeEach(async () => {
  double = await startTeamsDouble();
  references = keptReferences();
});
afterEach(() => double.close());

/** A way out that was set up so; what it knows of places is kept from one to the next. */
async function open(graph: readonly GraphUse[], now = NOW): Promise<ChatPlatform> {
  const { platform } = await openTeams({
    identity: {
      mode: "entra",
      appId: APP_ID,
      password: "secret",
      tenantId: TENANT,
      allowedTenants: [TENANT, CUSTOMERS],
    },
    ...{ serviceUrls: [double.serviceUrl], graph, references, machineNow: () => now },
    ...{ log: keptLog(), cloud: double.cloud, timeoutMs: 500 },
  });
  return platform;
}

const topicOf = (platform: ChatPlatform, topic = "On call: Mia"): Promise<Outcome> =>
  platform.set({ is: "topic", place: `teams:${CHANNELS.oncall}`, topic }, never);

/** Teams has told of the team, as it does when the app is added there. */
async function told({
  tenant = TENANT,
  group = true,
  channels = Object.values(CHANNELS),
} = {}): Promise<void> {
  const note = { serviceUrl: double.serviceUrl, tenant, team: TEAM.id };
  await references.remember(
    `teams:team:${TEAM.id}`,
    JSON.stringify({ ...note, ...(group ? { group: TEAM.group } : {}) }),
  );
  double.teams.set(TEAM.id, { aadGroupId: TEAM.group, channels });
  const described = new Map(channels.map((id) => [id, ""]));
  double.graph.teams.set(TEAM.group, {
    ...{ tenant, channels: described, consents: new Set([SETTINGS]) },
    ...{ tags: new Map(), people: new Set(Object.values(IDS)) },
  });
}

const described = () => double.graph.teams.get(TEAM.group)?.channels.get(CHANNELS.oncall);

describe("the topic of a channel", () => {
  it("is its description, of the team that lists it; the team is looked for once", async () => {
    await told({ group: false });
    const teams = await open(["topic"]);
    expect(await topicOf(teams)).toEqual({ is: "sent", ref: null });
    expect(described()).toBe("On call: Mia");
    const asked = double.requests.length;
    expect(await topicOf(teams, "On call: Sam")).toEqual({ is: "sent", ref: null });
    expect(await topicOf(await open(["topic"]), "On call: Leo")).toEqual({ is: "sent", ref: null });
    expect(described()).toBe("On call: Leo");
    expect(double.requests).toHaveLength(asked);
    expect(double.graph.requests).toEqual(
      Array.from({ length: 3 }, () => `PATCH /v1.0/teams/${TEAM.group}/channels/${CHANNELS.oncall}`),
    );
  });

  it("is left alone where nobody has said that Graph may be asked, without a call", async () => {
    await told();
    expect(await topicOf(await open([]))).toEqual({
      is: "failed",
      why: "Teams lets no bot change a group or a channel's topic.",
    });
    expect([...double.requests, ...double.graph.requests]).toEqual([]);
  });

  it("needs a team that Teams has told of, or says what to do", async () => {
    const teams = await open(["topic"]);
    expect(await topicOf(teams)).toMatchObject({
      is: "failed",
      why: expect.stringMatching(/^no_team: .*mention @Belfry/) as string,
    });
    await told({ channels: [CHANNELS.acme] });
    expect(await topicOf(teams)).toMatchObject({
      is: "failed",
      why: expect.stringMatching(/^no_team/) as string,
    });
    expect(double.graph.requests).toEqual([]);
  });

  it("is looked for on through teams that Belfry was taken out of", async () => {
    await told();
    const left = { serviceUrl: double.serviceUrl, tenant: TENANT, team: "19:left@thread.tacv2" };
    await references.remember("teams:team:19:left@thread.tacv2", JSON.stringify(left));
    expect(await topicOf(await open(["topic"]))).toEqual({ is: "sent", ref: null });
    expect(double.requests).toEqual([
      "GET /v3/teams/19:left@thread.tacv2/conversations",
      `GET /v3/teams/${TEAM.id}/conversations`,
    ]);
  });

  it("is written under a token of the team's own tenant", async () => {
    await told({ tenant: CUSTOMERS });
    const teams = await open(["topic"]);
    expect(await topicOf(teams)).toEqual({
      ...{ is: "failed", isPlaceGone: true },
      why: "no_token: that tenant gives Belfry's app registration no token.",
    });
    double.knownIn.add(CUSTOMERS);
    expect(await topicOf(teams)).toEqual({ is: "sent", ref: null });
    await told({ tenant: "aaaaaaaa-0000-4000-8000-000000000009" });
    expect(await topicOf(await open(["topic"]))).toMatchObject({
      why: expect.stringMatching(/^foreign_tenant/) as string,
    });
  });

  it("is refused without the consent, which is named with where to give it", async () => {
    await told();
    const teams = await open(["topic"]);
    double.graph.teams.get(TEAM.group)?.consents.clear();
    expect(await topicOf(teams)).toMatchObject({
      is: "failed",
      why:
        "missing_consent: Microsoft Graph wants ChannelSettings.ReadWrite.Group for it. Upload an app package that was made " +
        "with TEAMS_GRAPH=topic, and consent to it in the team.",
    });
    double.graph.teams.get(TEAM.group)?.consents.add(SETTINGS);
    expect(await topicOf(teams)).toEqual({ is: "sent", ref: null });
  });

  const cases: [string, Misfortune, Outcome["is"], string | RegExp][] = [
    ["502", { status: 502 }, "retry", "HTTP 502"],
    ["503", { status: 503 }, "retry", "HTTP 503"],
    ["500", { status: 500 }, "retry", "HTTP 500"],
    ["401, a token that went stale", { status: 401 }, "retry", "HTTP 401"],
    [
      "404",
      { status: 404, code: "NotFound" },
      "failed",
      "NotFound: Microsoft Graph knows no such team or channel.",
    ],
    ["400", { status: 400, code: "BadRequest" }, "failed", "BadRequest: Microsoft Graph refused it."],
    ["nothing, after it was done", "deliver, then hang up", "retry", /./],
    ["nothing", "never answer", "retry", /Timeout/],
    ["a redirect elsewhere", { status: 307, headers: { location: "http://127.0.0.1:9/" } }, "retry", /./],
  ];
  it.each(cases)(
    "answered by %s is tried again or given up, and never repeated here",
    async (_, misfortune, is, why) => {
      await told();
      const teams = await open(["topic"]);
      double.graph.misfortune = () => misfortune;
      const outcome = await topicOf(teams);
      expect(outcome).toMatchObject({ is, why: expect.stringMatching(why) as string });
      expect(outcome).not.toHaveProperty("shutOut");
      expect(double.graph.requests).toHaveLength(1);
      double.graph.misfortune = null;
      expect(await topicOf(teams)).toEqual({ is: "sent", ref: null });
    },
  );

  it("waits as long as a 429 says, without another call, and holds up no message to the channel", async () => {
    await told();
    const teams = await open(["topic"]);
    double.graph.misfortune = () => ({ status: 429, headers: { "retry-after": "30" } });
    const wait = { is: "retry", at: new Date("2026-11-27T12:00:30Z"), why: "429: rate limited", lane: false };
    expect(await topicOf(teams)).toEqual(wait);
    double.graph.misfortune = null;
    expect(await topicOf(teams)).toEqual(wait);
    expect(double.graph.requests).toHaveLength(1);
  });

  it("waits for a secret that is valid, and shuts nothing else out", async () => {
    await told();
    const heard = { serviceUrl: double.serviceUrl, tenant: TENANT, team: TEAM.id };
    await references.remember(`teams:${CHANNELS.oncall}`, JSON.stringify(heard));
    double.isSecretOver = true;
    expect(await topicOf(await open(["topic"]))).toEqual({
      ...{ is: "retry", at: NOW, lane: false },
      why: "no_token: Entra does not take the app's id and password (HTTP 401).",
    });
  });
});

describe("who is on a tag", () => {
  const [MIA = "", SAM = "", LEO = "", KATE = ""] = ["mia", "sam", "leo", "kate"].map((who) => IDS[who]);
  const onTag = (platform: ChatPlatform, people: readonly string[], tag = "On call"): Promise<Outcome> =>
    platform.set(
      {
        ...{ is: "group", group: `teams:tag:${tag}`, beside: `teams:${CHANNELS.oncall}` },
        people: people.map((id) => `teams:${id}`),
      },
      never,
    );
  const members = () => [
    ...(double.graph.teams.get(TEAM.group)?.tags.get("Zm91cg==")?.members.values() ?? []),
  ];

  beforeEach(async () => {
    await told();
    double.graph.granted.add(`${TENANT} TeamworkTag.ReadWrite.All`);
    const tags = double.graph.teams.get(TEAM.group)?.tags;
    for (const [id, displayName] of [
      ["b25l", "Leads"],
      ["dHdv", "Desk"],
      ["Zm91cg==", "On call"],
    ] as const)
      tags?.set(id, { displayName, members: new Map() });
    const here = tags?.get("Zm91cg==")?.members;
    for (const id of [SAM, LEO, KATE]) here?.set(`member of ${id}`, id);
  });

  it("is whoever is on call and nobody else, however many there were; never is it empty", async () => {
    const teams = await open(["tag"]);
    expect(await onTag(teams, [MIA], "on call")).toEqual({ is: "sent", ref: null });
    expect(members()).toEqual([MIA]);
    const changes = double.graph.requests.filter((request) => !request.startsWith("GET"));
    expect(changes.map((request) => request.split(" ")[0])).toEqual(["POST", "DELETE", "DELETE", "DELETE"]);
    expect(await onTag(teams, [MIA])).toEqual({ is: "sent", ref: null });
    expect(double.graph.requests.filter((request) => !request.startsWith("GET"))).toEqual(changes);
  });

  it("is finished by the next try where the first was broken off", async () => {
    const teams = await open(["tag"]);
    double.graph.misfortune = ({ method }) => (method === "DELETE" ? { status: 503 } : null);
    expect(await onTag(teams, [MIA])).toMatchObject({ is: "retry", lane: false });
    expect(members()).toHaveLength(4);
    double.graph.misfortune = null;
    expect(await onTag(teams, [MIA])).toEqual({ is: "sent", ref: null });
    expect(members()).toEqual([MIA]);
  });

  it("is refused in a sentence: no setting, no such tag, nobody of the team, no consent", async () => {
    expect(await onTag(await open(["topic"]), [MIA])).toEqual({
      is: "failed",
      why: "Teams lets no bot change a group or a channel's topic.",
    });
    expect(double.graph.requests).toEqual([]);
    const teams = await open(["tag"]);
    expect(await onTag(teams, [MIA], "Nights")).toMatchObject({
      is: "failed",
      why: "no_tag: the on-call channel's team has no tag “Nights”; make it in Teams.",
    });
    double.graph.teams.get(TEAM.group)?.people.delete(MIA);
    expect(await onTag(teams, [MIA])).toMatchObject({
      is: "failed",
      why: expect.stringMatching(/^NotFound: .*none of its members/) as string,
    });
    double.graph.granted.clear();
    expect(await onTag(await open(["tag"]), [MIA])).toMatchObject({
      is: "failed",
      why: expect.stringMatching(
        /^missing_consent: Microsoft Graph wants TeamworkTag\.ReadWrite\.All/,
      ) as string,
    });
  });
});

describe("whether somebody's notifications are paused", () => {
  const MIA = IDS["mia"] ?? "";
  const hears = (platform: ChatPlatform, signal = never) => platform.hearingAt(`teams:${MIA}`, signal);
  const status = (availability: string, activity = availability) =>
    double.graph.presences.set(MIA, { tenant: TENANT, availability, activity });

  beforeEach(() => {
    double.chats.set(MIA, chatOf("mia"));
    double.graph.granted.add(`${TENANT} Presence.Read.All`);
  });

  const statuses: [string, string, "now" | null][] = [
    ["DoNotDisturb", "DoNotDisturb", "now"],
    ["DoNotDisturb", "Presenting", "now"],
    ["doNotDisturb", "focusing", "now"],
    ["Busy", "InACall", null],
    ["Available", "OutOfOffice", null],
    ["Away", "Away", null],
    ["Offline", "OffWork", null],
    ["PresenceUnknown", "PresenceUnknown", null],
  ];
  it.each(statuses)("with the status %s, %s", async (availability, activity, quiet) => {
    status(availability, activity);
    expect(await hears(await open(["presence"]))).toEqual({ is: "there", quiet });
    expect(double.graph.requests).toEqual([`GET /v1.0/users/${MIA}/presence`]);
  });

  it("is asked of nobody where nobody has said so", async () => {
    status("DoNotDisturb");
    expect(await hears(await open(["topic"]))).toEqual({ is: "there", quiet: null });
    expect(double.graph.requests).toEqual([]);
  });

  it("is not asked of whoever has not added the app, and is of no matter where Graph knows nobody", async () => {
    const teams = await open(["presence"]);
    expect(await hears(teams)).toEqual({ is: "there", quiet: null });
    double.chats.clear();
    expect(await (await open(["presence"])).hearingAt(`teams:${IDS["sam"]}`, never)).toMatchObject({
      is: "gone",
    });
    expect(double.graph.requests).toHaveLength(1);
  });

  it("needs an administrator's consent, which is named with where to give it; one that was just given counts", async () => {
    status("DoNotDisturb");
    double.graph.granted.clear();
    const teams = await open(["presence"]);
    expect(await hears(teams)).toEqual({
      ...{ is: "there", quiet: null },
      withheld:
        "Microsoft Graph wants Presence.Read.All for it, an application permission of the app registration. " +
        "An administrator of the tenant grants it in Entra, under API permissions",
    });
    double.graph.granted.add(`${TENANT} Presence.Read.All`);
    expect(await hears(teams)).toEqual({ is: "there", quiet: "now" });
  });

  it.each([
    { status: 429 },
    { status: 503 },
    { status: 500 },
    "never answer",
    "deliver, then hang up",
  ] as const)("cannot be told now after %s, and is asked again later", async (misfortune) => {
    status("DoNotDisturb");
    const teams = await open(["presence"]);
    double.graph.misfortune = () => misfortune;
    await expect(hears(teams)).rejects.toThrow(/^Teams could not be asked who hears it/);
  });

  it("keeps nobody waiting longer than they will, not even for a token", async () => {
    const teams = await open(["presence"]);
    await hears(teams);
    double.isIssuerSlow = true;
    const began = performance.now();
    const fresh = await open(["presence"]);
    await expect(hears(fresh, AbortSignal.timeout(50))).rejects.toThrow(/no token in time/);
    expect(performance.now() - began).toBeLessThan(400);
  });

  it("is asked under a token of the person's own tenant", async () => {
    const note = {
      serviceUrl: double.serviceUrl,
      tenant: CUSTOMERS,
      conversation: chatOf("mia"),
      user: "29:mia",
    };
    await references.remember(`teams:${MIA}`, JSON.stringify(note));
    double.knownIn.add(CUSTOMERS);
    double.graph.granted.add(`${CUSTOMERS} Presence.Read.All`);
    double.graph.presences.set(MIA, {
      tenant: CUSTOMERS,
      availability: "DoNotDisturb",
      activity: "DoNotDisturb",
    });
    expect(await hears(await open(["presence"]))).toEqual({ is: "there", quiet: "now" });
  });
});

describe("a desk in Teams", () => {
  const file = ALL_IN_TEAMS.replace(
    "people: [sam, kate] }",
    "people: [sam, kate], keep-in-step: { topic: true } }",
  );

  it("tries again what Graph had no time for", async () => {
    await using desk = await aTeamsDesk("2026-12-04 10:00", { file, chores: [inStep], graph: ["topic"] });
    await addedToTeam(desk.people, desk.teams, [SETTINGS]);
    let isBusy = true;
    desk.teams.graph.misfortune = () => {
      const now = isBusy;
      isBusy = false;
      return now ? { status: 503 } : null;
    };
    await desk.turnTo("2026-12-04 10:01");
    const { channels } = desk.teams.graph.teams.get(TEAM.group) ?? {};
    expect(channels?.get(CHANNELS.oncall)).toBe("On call: weekly: Kate Shaw, then Sam Okafor");
    expect(desk.teams.graph.requests).toHaveLength(2);
  });

  it("has whoever is on call on a tag of its team, through each hand-over", async () => {
    const tagged = file.replace("{ topic: true }", "{ tag: On call }");
    await using desk = await aTeamsDesk("2026-12-04 10:00", {
      file: tagged,
      chores: [inStep],
      graph: ["tag"],
    });
    await addedToTeam(desk.people, desk.teams, []);
    desk.teams.graph.granted.add(`${TENANT} TeamworkTag.ReadWrite.All`);
    const tag = { displayName: "On call", members: new Map() };
    desk.teams.graph.teams.get(TEAM.group)?.tags.set("b25l", tag);
    await desk.turnTo("2026-12-04 10:01");
    expect([...tag.members.values()]).toEqual([IDS["kate"]]);
    await desk.turnTo("2026-12-07 09:01");
    expect([...tag.members.values()]).toEqual([IDS["sam"]]);
    expect(desk.teams.in(CHANNELS.oncall)).toEqual([]);
  });

  it("is out of its team once Teams says so", async () => {
    await using desk = await aTeamsDesk("2026-12-04 10:00", { file, chores: [inStep], graph: ["topic"] });
    await addedToTeam(desk.people, desk.teams, [SETTINGS]);
    const channelData = { tenant: { id: TENANT }, team: { id: TEAM.id } };
    const gone = { type: "installationUpdate", action: "remove", channelData };
    await desk.people.sends(desk.people.activity("sam", { in: TEAM.id }, gone));
    await desk.turnTo("2026-12-04 10:01");
    expect(desk.teams.graph.requests).toEqual([]);
    expect(wordsIn(desk.teams.in(CHANNELS.oncall)[0]?.activity ?? {})).toContain(
      "mention @Belfry in it once",
    );
  });

  it("is told once in its on-call channel what is missing, and the pages go on", async () => {
    await using desk = await aTeamsDesk("2026-12-04 10:00", { file, chores: [inStep], graph: ["topic"] });
    await addedToTeam(desk.people, desk.teams, []);
    await desk.turnTo("2026-12-21 12:00");
    const told = desk.teams.in(CHANNELS.oncall).map(({ activity }) => wordsIn(activity));
    expect(told).toEqual([
      expect.stringMatching(
        /^⚠ Belfry may not keep the topic of this channel in step with the roster \(missing_consent: Microsoft Graph wants ChannelSettings\.ReadWrite\.Group for it\./,
      ),
    ]);
    expect(desk.teams.graph.requests.length).toBeGreaterThan(1);
  });
});
