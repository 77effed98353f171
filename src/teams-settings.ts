// Decides how Microsoft Teams is let in: by Entra's tokens, or by nobody's on a developer's own machine. Never half-way.
//
// botbuilder takes an empty or misspelt app id for "no authentication wanted", silently. So there are two modes with names,
// and whatever does not clearly mean one of them is a fault.

/** The way into Microsoft Teams. */
export interface TeamsSettings {
  identity: TeamsIdentity;
  /** Where the Bot Connector may be: an activity that names another place is refused. Each ends in "/". */
  serviceUrls: readonly string[];
  /** What Microsoft Graph is asked for besides; nothing unless somebody says so. */
  graph: readonly GraphUse[];
}

/** What only Microsoft Graph can do for a desk in Teams; each wants a consent of its own. */
export type GraphUse = (typeof GRAPH_USES)[number];
const GRAPH_USES = ["topic", "presence", "tag"] as const;

export type TeamsIdentity =
  | {
      mode: "entra";
      /** The bot's app registration, in the tenant where it was made. */
      appId: string;
      password: string;
      tenantId: string;
      /** Organisations whose people may come in. */
      allowedTenants: readonly string[];
    }
  /** No tokens at all: for Microsoft's Agents Playground on this machine. */
  | { mode: "anonymous-dev" };

type Given = Readonly<Record<string, string | undefined>>;

const NAMES = [
  "TEAMS_MODE",
  "TEAMS_APP_ID",
  "TEAMS_APP_PASSWORD",
  "TEAMS_TENANT_ID",
  "TEAMS_ALLOWED_TENANTS",
  "TEAMS_SERVICE_URLS",
  "TEAMS_GRAPH",
] as const;
type Name = (typeof NAMES)[number];

/** Where Teams' public cloud has its Bot Connector, whatever the region: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages */
const PUBLIC_CLOUD = "https://smba.trafficmanager.net/";
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a host is this machine itself and reached by nobody else. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOST.test(host);
}

/**
 * The Teams settings of an environment without empty variables, or null where it has none; with a sentence for each fault.
 * No sentence repeats a value, which may be a secret.
 */
export function readTeamsSettings(given: Given): { teams: TeamsSettings | null; faults: string[] } {
  const found = Object.keys(given).filter((name) => name.startsWith("TEAMS_"));
  if (found.length === 0) return { teams: null, faults: [] };
  const value = (name: Name): string => given[name]?.trim() ?? "";
  const strangers = found.filter((name) => !NAMES.some((known) => known === name));
  const faults = strangers.map((name) => `${name} is not known; there are ${NAMES.join(", ")}.`);
  const mode = value("TEAMS_MODE") || "entra";
  if (mode !== "entra" && mode !== "anonymous-dev")
    return { teams: null, faults: [...faults, "TEAMS_MODE must be entra or anonymous-dev."] };
  const read = mode === "entra" ? readEntra(value) : readAnonymous(given, value);
  return { teams: read.teams, faults: [...faults, ...read.faults] };
}

function readEntra(value: (name: Name) => string): { teams: TeamsSettings; faults: string[] } {
  const [appId, tenantId] = [value("TEAMS_APP_ID").toLowerCase(), value("TEAMS_TENANT_ID").toLowerCase()];
  const password = value("TEAMS_APP_PASSWORD");
  const allowedTenants = listed(value("TEAMS_ALLOWED_TENANTS").toLowerCase());
  const serviceUrls = listed(value("TEAMS_SERVICE_URLS")).map(endingInSlash);
  const graph = readGraphUses(value("TEAMS_GRAPH"));
  const faults = [
    ...guidFault("TEAMS_APP_ID", appId, "the Application (client) ID of the bot's app registration"),
    ...(password === "" ? ["TEAMS_APP_PASSWORD is missing: a client secret of the app registration."] : []),
    ...guidFault("TEAMS_TENANT_ID", tenantId, "the Directory (tenant) ID of the app registration"),
    ...(allowedTenants.every((id) => GUID.test(id))
      ? []
      : ["TEAMS_ALLOWED_TENANTS must be tenant ids, with commas between them."]),
    ...(serviceUrls.every(isSecureUrl)
      ? []
      : ["TEAMS_SERVICE_URLS must be https addresses, with commas between them."]),
    ...graph.faults,
  ];
  return {
    teams: {
      identity: {
        mode: "entra",
        appId,
        password,
        tenantId,
        allowedTenants: allowedTenants.length === 0 ? [tenantId] : allowedTenants,
      },
      serviceUrls: serviceUrls.length === 0 ? [PUBLIC_CLOUD] : serviceUrls,
      graph: graph.uses,
    },
    faults,
  };
}

/** Whoever reaches this port could act as anybody: so nobody but this machine may, and nothing real may hang on it. */
function readAnonymous(
  given: Given,
  value: (name: Name) => string,
): { teams: TeamsSettings; faults: string[] } {
  const because = "TEAMS_MODE=anonymous-dev checks nobody's identity";
  const isGiven = (name: string): boolean => given[name] !== undefined;
  const credentials = ["TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID", "TEAMS_ALLOWED_TENANTS"];
  const real = [...credentials, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"].filter(isGiven);
  const faults = [
    ...(given["NODE_ENV"]?.trim() === "production" ? [`${because}, so it is not for production.`] : []),
    ...(isLoopback(given["HOST"]?.trim() ?? "127.0.0.1")
      ? []
      : [`${because}, so HOST must be 127.0.0.1, or left out.`]),
    ...(isGiven("DATABASE_URL")
      ? [`${because}, so DATABASE_URL must be left out: it uses the embedded database.`]
      : []),
    ...(real.length > 0 ? [`${because}, so real credentials must be left out: ${real.join(", ")}.`] : []),
    ...(value("TEAMS_SERVICE_URLS") === "" ? [] : [`${because}, so TEAMS_SERVICE_URLS must be left out.`]),
    ...(value("TEAMS_GRAPH") === ""
      ? []
      : [`${because}, so TEAMS_GRAPH must be left out: Microsoft Graph knows nobody without a token.`]),
  ];
  return {
    teams: {
      identity: { mode: "anonymous-dev" },
      serviceUrls: ["http://127.0.0.1/", "http://localhost/", "http://[::1]/"],
      graph: [],
    },
    faults,
  };
}

/** What TEAMS_GRAPH asks for, with a sentence for each word that means nothing. */
export function readGraphUses(value: string): { uses: GraphUse[]; faults: string[] } {
  const words = new Set(listed(value.toLowerCase()));
  const uses = GRAPH_USES.filter((use) => words.delete(use));
  return {
    uses,
    faults:
      words.size === 0
        ? []
        : [`TEAMS_GRAPH may say ${GRAPH_USES.join(", ")}, with commas between them, and nothing else.`],
  };
}

/** The fault of what should be an id of Entra's, in a list; the empty list where there is none. */
export function guidFault(name: string, value: string, what: string): string[] {
  if (value === "") return [`${name} is missing: ${what}.`];
  return GUID.test(value)
    ? []
    : [`${name} must be an id such as 00000000-0000-0000-0000-000000000000: ${what}.`];
}

function listed(text: string): string[] {
  return text.split(/[\s,]+/).filter((each) => each !== "");
}

function endingInSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

function isSecureUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === "https:";
}
