import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, isSandbox, readConfig, secretsIn } from "../../src/config.ts";

const folder = join("/srv", "belfry");
const socketSlack = { SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_APP_TOKEN: "xapp-1-a" };

describe("the environment", () => {
  it("without any setting means the sandbox on the embedded database in .belfry", () => {
    expect(readConfig({}, folder)).toEqual({
      slack: null,
      teams: null,
      host: "127.0.0.1",
      port: 3000,
      publicUrl: null,
      databaseUrl: null,
      dataDir: join(folder, ".belfry"),
      deskFile: null,
      mail: null,
      heartbeatUrl: null,
      environment: {},
      logLevel: null,
      isProduction: false,
    });
  });

  it("counts an empty variable as not set, as a copied .env.example leaves it", () => {
    const empty = { SLACK_BOT_TOKEN: "", SLACK_MODE: " ", PORT: "", DATABASE_URL: "", LOG_LEVEL: "" };
    expect(readConfig(empty, folder)).toEqual(readConfig({}, folder));
  });

  it("uses Socket Mode where an app-level token is set and nothing else is said", () => {
    expect(readConfig(socketSlack, folder).slack?.transport).toEqual({ by: "socket", appToken: "xapp-1-a" });
  });

  it("uses HTTP where only a signing secret is set, or where SLACK_MODE says so", () => {
    const secret = { SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_SIGNING_SECRET: "8f14" };
    const http = { by: "http", signingSecret: "8f14" };
    expect(readConfig(secret, folder).slack?.transport).toEqual(http);
    expect(readConfig({ ...secret, ...socketSlack, SLACK_MODE: "http" }, folder).slack?.transport).toEqual(
      http,
    );
  });

  it("takes relative paths from the folder it runs in, and ends the API's address in a slash", () => {
    const config = readConfig(
      {
        ...socketSlack,
        BELFRY_FILE: "desk.yaml",
        BELFRY_DATA_DIR: "/var/lib/belfry",
        SLACK_API_URL: "http://127.0.0.1:9/api",
      },
      folder,
    );
    expect(config.deskFile).toBe(join(folder, "desk.yaml"));
    expect(config.dataDir).toBe("/var/lib/belfry");
    expect(config.slack?.apiUrl).toBe("http://127.0.0.1:9/api/");
  });

  it("leaves other programs' SLACK_ variables alone", () => {
    expect(readConfig({ SLACK_WEBHOOK_URL: "https://hooks.example/1" }, folder).slack).toBeNull();
  });
});

const ID = "11111111-2222-3333-4444-555555555555";
const OTHER_ID = "aaaaaaaa-2222-3333-4444-555555555555";
const entra = { TEAMS_APP_ID: ID.toUpperCase(), TEAMS_APP_PASSWORD: "hunter2", TEAMS_TENANT_ID: OTHER_ID };

describe("Teams", () => {
  it("is let in by Entra's tokens where nothing else is said, from the app's own tenant and the public cloud", () => {
    const config = readConfig(entra, folder);
    expect(config.teams).toEqual({
      identity: {
        mode: "entra",
        appId: ID,
        password: "hunter2",
        tenantId: OTHER_ID,
        allowedTenants: [OTHER_ID],
      },
      serviceUrls: ["https://smba.trafficmanager.net/"],
      graph: [],
    });
    expect(config.slack).toBeNull();
    expect(isSandbox(config)).toBe(false);
    expect(secretsIn(config)).toContain("hunter2");
  });

  it("takes several tenants and other places of the Connector, and stands beside Slack", () => {
    const more = {
      TEAMS_ALLOWED_TENANTS: `${ID}, ${OTHER_ID}`,
      TEAMS_SERVICE_URLS: "https://smba.infra.gcc.teams.microsoft.com",
    };
    const { teams, slack } = readConfig({ ...entra, ...more, ...socketSlack }, folder);
    expect(teams?.identity).toMatchObject({ allowedTenants: [ID, OTHER_ID] });
    expect(teams?.serviceUrls).toEqual(["https://smba.infra.gcc.teams.microsoft.com/"]);
    expect(slack).not.toBeNull();
  });

  it("asks Microsoft Graph for what somebody names, and for nothing else", () => {
    const { teams } = readConfig({ ...entra, TEAMS_GRAPH: " Presence,topic tag" }, folder);
    expect(teams?.graph).toEqual(["topic", "presence", "tag"]);
  });

  it("may be open to this machine alone, for a developer", () => {
    expect(readConfig({ TEAMS_MODE: "anonymous-dev" }, folder).teams).toMatchObject({
      identity: { mode: "anonymous-dev" },
    });
  });

  const { TEAMS_APP_ID, ...without } = entra;
  it.each([
    [
      "a password alone",
      { TEAMS_APP_PASSWORD: "hunter2" },
      /TEAMS_APP_ID is missing[^]*TEAMS_TENANT_ID is missing/,
    ],
    ["an app id that is none", { ...entra, TEAMS_APP_ID: "hunter2" }, /TEAMS_APP_ID must be an id/],
    ["no app id, by which botbuilder would check nobody", without, /TEAMS_APP_ID is missing/],
    ["a misspelt name", { ...without, TEAMS_APPID: TEAMS_APP_ID }, /TEAMS_APPID is not known/],
    ["a misspelt mode", { ...entra, TEAMS_MODE: "anonymous" }, /TEAMS_MODE must be/],
    ["a tenant that is none", { ...entra, TEAMS_ALLOWED_TENANTS: "vendor.example" }, /TEAMS_ALLOWED_TENANTS/],
    [
      "something of Microsoft Graph that is not known",
      { ...entra, TEAMS_GRAPH: "topic, mail" },
      /TEAMS_GRAPH may say topic.*nothing else/,
    ],
    ["an open service URL", { ...entra, TEAMS_SERVICE_URLS: "http://evil.example/" }, /TEAMS_SERVICE_URLS/],
  ])("with %s nothing starts", (_, environment, sentence) => {
    const faults = faultsOf(environment).join("\n");
    expect(faults).toMatch(sentence);
    expect(faults).not.toContain("hunter2");
  });

  const open = { TEAMS_MODE: "anonymous-dev" };
  it.each([
    ["in production", { ...open, NODE_ENV: "production" }, /not for production/],
    ["on a public address", { ...open, HOST: "0.0.0.0" }, /HOST must be 127\.0\.0\.1/],
    ["on a host that only looks like this machine", { ...open, HOST: "127.0.0.1.evil.example" }, /HOST/],
    ["with a real database", { ...open, DATABASE_URL: "postgres://a@b/c" }, /DATABASE_URL must be left out/],
    ["with real credentials", { ...open, ...entra }, /TEAMS_APP_ID, TEAMS_APP_PASSWORD/],
    ["beside a real Slack", { ...open, ...socketSlack }, /SLACK_BOT_TOKEN, SLACK_APP_TOKEN/],
    ["with Microsoft Graph", { ...open, TEAMS_GRAPH: "topic" }, /TEAMS_GRAPH must be left out/],
    ["with another service URL", { ...open, TEAMS_SERVICE_URLS: "https://a.example" }, /TEAMS_SERVICE_URLS/],
  ])("open to whoever comes it does not start %s", (_, environment, sentence) => {
    expect(faultsOf(environment).join("\n")).toMatch(sentence);
  });
});

describe("faults", () => {
  it("are all told at once, one sentence each", () => {
    expect(
      faultsOf({
        SLACK_APP_TOKEN: "xoxb-wrong",
        SLACK_MODE: "carrier-pigeon",
        SLACK_API_URL: "ftp://slack.example",
        HOST: "127.0.0.1; rm",
        PORT: "99999",
        DATABASE_URL: "mysql://db",
        LOG_LEVEL: "loud",
      }).map((sentence) => sentence.split(" ")[0]),
    ).toEqual([
      "SLACK_APP_TOKEN",
      "SLACK_MODE",
      "SLACK_API_URL",
      "HOST",
      "PORT",
      "DATABASE_URL",
      "LOG_LEVEL",
      "SLACK_BOT_TOKEN",
    ]);
  });

  it.each([
    [{ SLACK_SIGNING_SECRET: "8f14" }, ["SLACK_BOT_TOKEN"]],
    [{ SLACK_API_URL: "http://127.0.0.1:9/" }, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]],
    [{ SLACK_BOT_TOKEN: "xoxb-1-a" }, ["SLACK_SIGNING_SECRET"]],
    [{ SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_MODE: "socket" }, ["SLACK_APP_TOKEN"]],
    [{ ...socketSlack, SLACK_MODE: "http" }, ["SLACK_SIGNING_SECRET"]],
  ])("a half-set Slack is refused and never becomes the sandbox: %j", (environment, missing) => {
    const faults = faultsOf(environment);
    expect(faults.map((sentence) => sentence.split(" ")[0])).toEqual(missing);
    expect(faults.join()).toContain("is missing");
  });

  it("never repeat a value, which may be a secret", () => {
    const faults = faultsOf({
      SLACK_BOT_TOKEN: "hunter2",
      DATABASE_URL: "hunter2",
      SLACK_APP_TOKEN: "hunter2",
    });
    expect(faults.join(" ")).not.toContain("hunter2");
  });
});

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment, folder);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
