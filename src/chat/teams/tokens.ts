// Whether a token that came in is the Bot Connector's, and meant for us. botbuilder checks the signature; what it is lax
// about is checked before it:
//
//   - it also takes tokens of the Emulator and of other bots, which are bound to no service URL: here only the
//     Connector's own issuer counts;
//   - it fetches signing keys without a time limit, at once for each request that comes before the first answer: here
//     one check runs at a time, a fetch has a limit, and after a failed one nothing is fetched for a while;
//   - it answers 500 where a signature is wrong: here that is a plain refusal.
//
// botbuilder takes half a second and 40 MB to load, so it is loaded here, when the first such way in is opened.
import type { ConfigurationBotFrameworkAuthentication } from "botbuilder";
import { z } from "zod";

/** Who issues tokens, and where: Microsoft's public cloud, or a test's own. */
export interface Cloud {
  /** The `iss` of tokens that come in. */
  issuer: string;
  /** The OpenID configuration that leads to the keys they are signed with. */
  openIdUrl: string;
  /** Where the tenant's tokens are given out, for what goes out. */
  tokenUrl: (tenantId: string) => string;
  scope: string;
  /** Where Microsoft Graph is, and for what its tokens are asked. */
  graph: { url: string; scope: string };
}

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
export const PUBLIC_CLOUD: Cloud = {
  issuer: "https://api.botframework.com",
  openIdUrl: "https://login.botframework.com/v1/.well-known/openidconfiguration",
  tokenUrl: (tenantId) => `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
  scope: "https://api.botframework.com/.default",
  graph: { url: "https://graph.microsoft.com/v1.0", scope: "https://graph.microsoft.com/.default" },
};

/** What became of a check; `unavailable`: the keys cannot be had now. */
export type Verdict = { is: "ours" } | { is: "forged"; why: string } | { is: "unavailable"; why: string };

/** Checks tokens for one bot. */
export interface TokenCheck {
  /** What can be told without the body, before any of it is read; null where nothing speaks against it. */
  glance(header: string | null, now: Date): string | null;
  /** The whole check, with the activity that came under the token. */
  judge(header: string, activity: { channelId: string; serviceUrl: string }): Promise<Verdict>;
}

/** Loads botbuilder, and makes the check for the bot of an app id. */
export async function openTokenCheck(appId: string, cloud: Cloud): Promise<TokenCheck> {
  const { ConfigurationBotFrameworkAuthentication } = await import("botbuilder");
  const authentication = new ConfigurationBotFrameworkAuthentication(optionsOf(cloud), {
    isValidAppId: (id: string) => Promise.resolve(id === appId),
    isAuthenticationDisabled: () => Promise.resolve(false),
    createCredentials: () => Promise.reject(new Error("What goes out has credentials of its own.")),
  });
  let last: Promise<unknown> = Promise.resolve();
  let downUntilMs = -Infinity;

  async function verify(header: string, activity: Parameters<TokenCheck["judge"]>[1]): Promise<Verdict> {
    if (performance.now() < downUntilMs) return { is: "unavailable", why: "no signing keys" };
    try {
      await inTime(authenticate(authentication, header, activity));
      return { is: "ours" };
    } catch (error) {
      if (!isAboutKeys(error)) return { is: "forged", why: reasonOf(error) };
      downUntilMs = performance.now() + REST_AFTER_FAILURE_MS;
      return { is: "unavailable", why: "the signing keys could not be had" };
    }
  }

  return {
    glance: (header, now) => glanceAt(header, { appId, issuer: cloud.issuer, now }),
    judge: (header, activity) => {
      const verdict = last.then(() => verify(header, activity));
      last = verdict;
      return verdict;
    },
  };
}

const KEYS_WITHIN_MS = 5_000;
const REST_AFTER_FAILURE_MS = 10_000;
/** Microsoft allows for five minutes between clocks. */
const CLOCK_TOLERANCE_S = 300;
const MAX_TOKEN_LENGTH = 8_192;

/** Every one of them is given: what is missing, botbuilder takes from places of its own. */
function optionsOf({ issuer, openIdUrl, scope }: Cloud) {
  return {
    ChannelService: "",
    ValidateAuthority: true,
    ToChannelFromBotLoginUrl: issuer,
    ToChannelFromBotOAuthScope: scope,
    ToBotFromChannelTokenIssuer: issuer,
    OAuthUrl: issuer,
    ToBotFromChannelOpenIdMetadataUrl: openIdUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl,
    CallerId: "urn:botframework:azure",
  };
}

function authenticate(
  authentication: ConfigurationBotFrameworkAuthentication,
  header: string,
  activity: { channelId: string; serviceUrl: string },
): Promise<unknown> {
  // It reads nothing else of an activity than these two.
  return authentication.authenticateRequest(
    activity as Parameters<ConfigurationBotFrameworkAuthentication["authenticateRequest"]>[0],
    header,
  );
}

const HEADER = z.object({ alg: z.literal("RS256"), kid: z.string().min(1).max(256) });
const CLAIMS = z.object({
  iss: z.string(),
  aud: z.string(),
  exp: z.number(),
  nbf: z.number().optional(),
  serviceurl: z.string().min(1),
});

function glanceAt(
  header: string | null,
  { appId, issuer, now }: { appId: string; issuer: string; now: Date },
): string | null {
  if (header === null) return "no token, or several";
  if (header.length > MAX_TOKEN_LENGTH) return "token too long";
  const [, head = "", payload = ""] = /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]+$/.exec(header) ?? [];
  if (!HEADER.safeParse(jsonOf(head)).success) return "token of another form, or unsigned";
  const claims = CLAIMS.safeParse(jsonOf(payload)).data;
  if (claims === undefined) return "claims missing";
  const nowS = now.getTime() / 1_000;
  if (claims.iss !== issuer) return "another issuer";
  if (claims.aud !== appId) return "another audience";
  if (claims.exp < nowS - CLOCK_TOLERANCE_S) return "token expired";
  return (claims.nbf ?? 0) > nowS + CLOCK_TOLERANCE_S ? "token not valid yet" : null;
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    // No JSON is no token of anybody's.
    return null;
  }
}

/** Failures to fetch: botbuilder's own have status 500, those of its fetch another name, and ours are late. */
function isAboutKeys(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  if ("statusCode" in error) return error.statusCode === 500;
  return error instanceof TooSlow || error.name === "FetchError" || error instanceof SyntaxError;
}

/** botbuilder's sentences may quote claims; the first words tell enough. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(/[:\n]/)[0] ?? "").slice(0, 80) : "unknown";
}

class TooSlow extends Error {}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new TooSlow("The keys did not come in time."));
    }, KEYS_WITHIN_MS);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
