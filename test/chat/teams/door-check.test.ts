import { createHmac, generateKeyPairSync } from "node:crypto";
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTeams, type TeamsListener, type TeamsOptions } from "../../../src/chat/teams/listen.ts";
import { fakeDesk, keptLog, says, type FakeDesk } from "../slack/fake-desk.ts";
import { APP_ID, startTeamsDouble, TENANT, type TeamsDouble } from "../../support/teams-double.ts";
import { keptReferences } from "../../support/kept-references.ts";
import { IDS, served, teamsPeople, type TeamsPeople } from "../../support/teams-desk.ts";

let double: TeamsDouble;
let desk: FakeDesk;
let log: ReturnType<typeof keptLog>;
let listener: TeamsListener;
let server: Awaited<ReturnType<typeof served>>;
let people: TeamsPeople;

async function open(identity: TeamsOptions["identity"], serviceUrls: readonly string[]): Promise<void> {
  const teams = await openTeams({
    ...{ identity, serviceUrls, references: keptReferences(), log, cloud: double.cloud },
    machineNow: () => new Date(),
  });
  listener = teams.listen({ door: desk });
  server = await served(listener.requestListener);
  people = teamsPeople(server.url, double);
}

beforeEach(async () => {
  double = await startTeamsDouble();
  desk = fakeDesk();
  desk.onReceive = () => Promise.resolve(says("Heard."));
  log = keptLog();
});
afterEach(async () => {
  await listener.stop();
  await server.close();
  await double.close();
  expect(log.lines.join("\n")).not.toMatch(/app-password|given-\d|eyJ|list mine/);
});

const entra: TeamsOptions["identity"] = {
  ...{ mode: "entra", appId: APP_ID, password: "app-password", tenantId: TENANT },
  allowedTenants: [TENANT],
};

describe("in entra mode", () => {
  beforeEach(() => open(entra, [double.serviceUrl]));

  /** Nothing ran, and nothing was called that the activity named. */
  function expectNothing(): void {
    expect(desk.intents).toEqual([]);
    expect(double.requests).toEqual([]);
  }

  const message = (more: object = {}) =>
    people.activity("carl", {}, { type: "message", text: "ticket list mine", ...more });

  it("an activity under the Connector's token comes in, and is answered under a token of ours", async () => {
    expect(await people.sends(message())).toEqual({ status: 200, body: null });
    expect(desk.intents).toMatchObject([
      { who: `teams:${IDS["carl"]}`, place: null, do: { kind: "words", text: "list mine" } },
    ]);
    expect(double.delivered).toMatchObject([{ conversation: "a:chat-of-carl", bearer: "given-1" }]);
  });

  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
  const forgeries: [string, () => string][] = [
    ["signed by another key", () => double.token({ key: stranger })],
    [
      "signed by a key that the issuer does not have",
      () => double.token({ header: { kid: "two" }, key: stranger }),
    ],
    ["expired", () => double.token({ claims: { exp: hourAgo } })],
    ["not valid yet", () => double.token({ claims: { nbf: hourAgo + 7_200 } })],
    ["for another bot", () => double.token({ claims: { aud: "99999999-2222-3333-4444-555555555555" } })],
    ["for several bots", () => double.token({ claims: { aud: [APP_ID, "other"] } })],
    ["of another issuer", () => double.token({ claims: { iss: "https://evil.example" } })],
    [
      "as the Emulator sends it",
      () =>
        double.token({ claims: { iss: "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/" } }),
    ],
    [
      "for another service URL",
      () => double.token({ claims: { serviceurl: "https://smba.trafficmanager.net/" } }),
    ],
    ["for no service URL", () => double.token({ claims: { serviceurl: undefined } })],
    ["without its signature", () => double.token().replace(/[^.]+$/, "")],
    ["of algorithm none", () => double.token({ header: { alg: "none" } }).replace(/[^.]+$/, "")],
    ["of algorithm none, with a signature", () => double.token({ header: { alg: "none" } })],
    ["with a byte of its claims changed", () => double.token().replace(/\.(..)/, ".eX")],
    ["of HS256 with the public key as its secret", () => hs256(double)],
    ["no token", () => "nonsense"],
    ["empty", () => ""],
    ["endless", () => "a".repeat(10_000)],
  ];
  it.each(forgeries)("a token %s is a plain 401, and nothing runs", async (_, token) => {
    expect(await people.sends(message(), { authorization: `Bearer ${token()}` })).toEqual({
      status: 401,
      body: null,
    });
    expectNothing();
  });

  it("a token in another scheme, two tokens and none at all are 401", async () => {
    const body = JSON.stringify(message());
    const token = `Bearer ${double.token()}`;
    for (const authorization of [`Basic ${double.token()}`, [token, token], undefined])
      expect(await raw(server.url, body, authorization)).toBe(401);
    expectNothing();
  });

  it("a flood of unknown keys asks for keys once, and those who come with the right one get in", async () => {
    const flood = Array.from({ length: 60 }, (_, nr) =>
      people.sends(message(), {
        authorization: `Bearer ${double.token({ header: { kid: `unknown-${nr}` }, key: stranger })}`,
      }),
    );
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]));
    // The configuration, and the keys that it leads to.
    expect(double.keysAsked).toBe(2);
    expectNothing();
    expect((await people.sends(message())).status).toBe(200);
    expect(double.keysAsked).toBe(2);
  });

  it("where the keys cannot be had it is 503, and they are not asked for at each request", async () => {
    double.isIssuerDown = true;
    let asked = 0;
    const cloud = { ...double.cloud, openIdUrl: `${double.cloud.openIdUrl}?down` };
    Object.defineProperty(double, "isIssuerDown", { get: () => ((asked += 1), true) });
    await listener.stop();
    await server.close();
    const teams = await openTeams({
      ...{ identity: entra, serviceUrls: [double.serviceUrl], references: keptReferences(), log, cloud },
      machineNow: () => new Date(),
    });
    listener = teams.listen({ door: desk });
    server = await served(listener.requestListener);
    people = teamsPeople(server.url, double);
    const all = await Promise.all(Array.from({ length: 20 }, () => people.sends(message())));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([503]));
    expect(asked).toBe(1);
    expectNothing();
  });

  const elsewhere: [string, object, number][] = [
    ["no service URL", { serviceUrl: undefined }, 400],
    ["an empty service URL", { serviceUrl: "" }, 400],
    ["a foreign service URL", { serviceUrl: "http://127.0.0.1:9/amer/" }, 403],
    ["a service URL that only begins alike", { serviceUrl: "http://127.0.0.1.evil.example/amer/" }, 403],
    ["a service URL with a name in front", { serviceUrl: "http://127.0.0.1@evil.example/amer/" }, 403],
    ["a service URL of another path", { serviceUrl: "http://127.0.0.1/secret/" }, 403],
    ["a service URL that is none", { serviceUrl: "nonsense" }, 403],
    ["another channel", { channelId: "emulator" }, 400],
    ["no type", { type: undefined }, 400],
  ];
  it.each(elsewhere)("an activity with %s runs nothing and is never called back", async (_, more, status) => {
    // The token vouches for whatever it names.
    const named = (more as { serviceUrl?: string }).serviceUrl ?? double.serviceUrl;
    const authorization = `Bearer ${double.token({ claims: { serviceurl: named || "x" } })}`;
    expect((await people.sends(message(more), { authorization })).status).toBe(status);
    expectNothing();
  });

  it("somebody of another organisation, or of none, is turned away", async () => {
    const foreign = { tenant: { id: "bbbbbbbb-0000-4000-8000-000000000001" } };
    expect((await people.sends(message({ channelData: foreign }))).status).toBe(403);
    const conversation = { id: "a:1", conversationType: "personal" };
    expect((await people.sends(message({ channelData: {}, conversation }))).status).toBe(403);
    const mixed = { ...conversation, tenantId: TENANT };
    expect((await people.sends(message({ channelData: foreign, conversation: mixed }))).status).toBe(403);
    expectNothing();
  });

  it("a body that is too long is 413, one that is no JSON 400, another type 415, a GET 405", async () => {
    expect((await people.sends(message({ text: "x".repeat(600_000) }))).status).toBe(413);
    const authorization = `Bearer ${double.token()}`;
    expect(await raw(server.url, "{", authorization)).toBe(400);
    expect(await raw(server.url, "[".repeat(200_000), authorization)).toBe(400);
    expect(await raw(server.url, "a=1", authorization, "application/x-www-form-urlencoded")).toBe(415);
    expect((await fetch(server.url)).status).toBe(405);
    expectNothing();
  });

  it("a person without an Entra id can do nothing, and is told so; a bot is not answered", async () => {
    const guest = { from: { id: "29:guest", name: "Guest" } };
    expect((await people.sends(message(guest))).status).toBe(200);
    expect(desk.intents).toEqual([]);
    expect(JSON.stringify(double.delivered)).toContain("does not say who you are");
    double.delivered.length = 0;
    const bot = { from: { id: "28:other", name: "Bot", role: "bot", aadObjectId: IDS["carl"] } };
    expect((await people.sends(message(bot))).status).toBe(200);
    expect(desk.intents).toEqual([]);
    expect(double.delivered).toEqual([]);
  });
});

describe("in anonymous-dev", () => {
  beforeEach(async () => {
    await open({ mode: "anonymous-dev" }, ["http://127.0.0.1/", "http://localhost/"]);
    people = teamsPeople(server.url, double, { hasTokens: false });
  });

  it("whoever is on this machine comes in, is answered without a token, and reads that nobody is checked", async () => {
    expect((await people.says("carl", "ticket list mine")).status).toBe(200);
    expect(desk.intents).toHaveLength(1);
    expect(double.delivered).toMatchObject([{ bearer: null }]);
    expect(JSON.stringify(double.delivered)).toContain("nobody's identity is checked");
    expect(log.lines.join("\n")).toContain("identities are not checked");
  });

  it("only service URLs of this machine are called", async () => {
    for (const serviceUrl of [
      "https://smba.trafficmanager.net/amer/",
      "http://10.0.0.1/",
      "http://127.0.0.1.evil.example/",
    ])
      expect((await people.says("carl", "ticket list", { more: { serviceUrl } })).status).toBe(403);
    expect(desk.intents).toEqual([]);
    expect(double.requests).toEqual([]);
  });

  it("a page in a browser that calls this machine by another name is turned away", async () => {
    const body = JSON.stringify(people.activity("carl", {}, { type: "message", text: "ticket list" }));
    const headers = { host: "rebound.example", "content-type": "application/json" };
    expect(await posted(server.url, body, headers)).toBe(401);
    expect(await posted(server.url, body, { "content-type": "text/plain" })).toBe(415);
    expect(desk.intents).toEqual([]);
  });
});

/** What is left of the public key, taken for a shared secret. */
function hs256(double: TeamsDouble): string {
  const [, claims] = double.token().split(".");
  const head = Buffer.from(JSON.stringify({ typ: "JWT", alg: "HS256", kid: "one" })).toString("base64url");
  const signature = createHmac("sha256", double.publicPem).update(`${head}.${claims}`).digest("base64url");
  return `${head}.${claims}.${signature}`;
}

function raw(
  url: string,
  body: string,
  authorization: string | string[] | undefined,
  type = "application/json",
): Promise<number> {
  return posted(url, body, {
    "content-type": type,
    ...(authorization === undefined ? {} : { authorization }),
  });
}

/** A request with headers as they are: fetch lets nobody repeat one, nor name another host. */
function posted(url: string, body: string, headers: Record<string, string | string[]>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST" }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    sent.on("error", reject);
    sent.end(body);
  });
}
