// Decides how Belfry runs: turns the environment into a Config, or into one error that lists every fault at once.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { readTeamsSettings, type TeamsSettings } from "./teams-settings.ts";

/** How Belfry runs. Without `slack` and `teams` it runs the sandbox, a workspace of its own on this machine. */
export interface Config {
  slack: SlackSettings | null;
  teams: TeamsSettings | null;
  /** Address to listen on; the sandbox always listens on 127.0.0.1. */
  host: string;
  port: number;
  /** Where Belfry is reached from outside, for the addresses that it tells people; null where nobody said. */
  publicUrl: string | null;
  /** PostgreSQL to use, or null for the embedded database. */
  databaseUrl: string | null;
  /** Folder of the embedded database, the sandbox and the socket for the command line; absolute. */
  dataDir: string;
  /** The desk file to apply at start, absolute; null: the one that was applied last stays in force. */
  deskFile: string | null;
  /** The mail server, and whom pages by mail come from; null where pages do not go by mail. */
  mail: { smtpUrl: string; from: string } | null;
  /** Asked each minute while Belfry is well, or null. */
  heartbeatUrl: string | null;
  /** Every variable that is set, by name: a desk file names those that hold the secrets of its ways out. */
  environment: Readonly<Record<string, string>>;
  /** Null where it is not set: then it depends on who runs. */
  logLevel: LogLevel | null;
  isProduction: boolean;
}

/** The way into one Slack workspace. */
export interface SlackSettings {
  botToken: string;
  /** Where the Web API is, ending in "/"; undefined for Slack itself. */
  apiUrl: string | undefined;
  transport: { by: "http"; signingSecret: string } | { by: "socket"; appToken: string };
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The environment cannot be run with: one sentence for each fault. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** Adds the settings of the folder's .env file, if it has one, to this process; those that are set already win. */
export function loadDotEnv(folder: string): void {
  const file = join(folder, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}

/**
 * The configuration that an environment describes; relative paths are taken from `folder`. A variable that is empty
 * counts as not set.
 * @throws ConfigError naming every fault; no sentence repeats a value, which may be a secret.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value = ""]) =>
      value.trim() === "" ? [] : [[name, value.trim()] as const],
    ),
  );
  const settings = Settings.safeParse(given);
  const { teams, faults: teamsFaults } = readTeamsSettings(given);
  const faults = [
    ...(settings.error?.issues.map((issue) => issue.message) ?? []),
    ...missingFrom(given),
    ...teamsFaults,
  ];
  if (!settings.success || faults.length > 0) throw new ConfigError(faults);

  const { data } = settings;
  return {
    slack: slackSettings(data),
    teams,
    host: data.HOST,
    port: data.PORT,
    publicUrl: data.PUBLIC_URL ?? null,
    databaseUrl: data.DATABASE_URL ?? null,
    dataDir: resolve(folder, data.BELFRY_DATA_DIR),
    deskFile: data.BELFRY_FILE === undefined ? null : resolve(folder, data.BELFRY_FILE),
    mail: mailSettings(data),
    heartbeatUrl: data.HEARTBEAT_URL ?? null,
    environment: given,
    logLevel: data.LOG_LEVEL ?? null,
    isProduction: data.NODE_ENV === "production",
  };
}

/** What no log may show. Names that say that they hold a secret are those that a desk file may name. */
export function secretsIn({ slack, teams, databaseUrl, mail, heartbeatUrl, environment }: Config): string[] {
  const named = Object.entries(environment).filter(([name]) => /_(KEY|SECRET|TOKEN)$/.test(name));
  const passwords = [databaseUrl, mail?.smtpUrl].flatMap((url) => {
    const { password } = new URL(url ?? "none:");
    return [password, decodeURIComponent(password)];
  });
  return [
    ...(slack === null ? [] : [slack.botToken]),
    ...(slack?.transport.by === "http" ? [slack.transport.signingSecret] : []),
    ...(slack?.transport.by === "socket" ? [slack.transport.appToken] : []),
    ...(teams?.identity.mode === "entra" ? [teams.identity.password] : []),
    ...passwords,
    heartbeatUrl ?? "",
    ...named.map(([, value]) => value),
  ];
}

/** Whether nothing real is set up, so that Belfry runs its sandbox. */
export function isSandbox({ slack, teams }: Pick<Config, "slack" | "teams">): boolean {
  return slack === null && teams === null;
}

/** Each value by itself. What belongs together is checked by `missingFrom`, so that both kinds of fault show at once. */
const Settings = z.object({
  SLACK_BOT_TOKEN: startingWith("xoxb-", "SLACK_BOT_TOKEN", "the bot token under OAuth & Permissions"),
  SLACK_APP_TOKEN: startingWith(
    "xapp-",
    "SLACK_APP_TOKEN",
    "an app-level token with connections:write, under Basic Information",
  ),
  SLACK_SIGNING_SECRET: trimmed().optional(),
  SLACK_MODE: z.enum(["http", "socket"], "SLACK_MODE must be http or socket.").optional(),
  SLACK_API_URL: trimmed()
    .refine(isWebUrl, "SLACK_API_URL must be an http or https address, such as https://slack.com/api/.")
    .transform((url) => (url.endsWith("/") ? url : `${url}/`))
    .optional(),
  HOST: trimmed()
    .regex(/^[\w.:-]+$/, "HOST must be an address or a host name, such as 127.0.0.1 or 0.0.0.0.")
    .default("127.0.0.1"),
  PORT: trimmed()
    .regex(/^\d{1,5}$/, "PORT must be a number from 0 to 65535; 0 takes any free port.")
    .transform(Number)
    .refine((port) => port <= 65_535, "PORT must be a number from 0 to 65535; 0 takes any free port.")
    .default(3000),
  PUBLIC_URL: trimmed()
    .refine(isWebUrl, "PUBLIC_URL must be an http or https address, such as https://belfry.example.")
    .optional(),
  DATABASE_URL: trimmed()
    .refine(
      (url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url),
      "DATABASE_URL must look like postgres://user:password@host:5432/database.",
    )
    .optional(),
  BELFRY_FILE: trimmed().optional(),
  SMTP_URL: trimmed()
    .refine(
      (url) => /^smtps?:\/\/./.test(url) && URL.canParse(url),
      "SMTP_URL must look like smtp://user:password@host:587, or smtps:// for TLS from the start.",
    )
    .optional(),
  MAIL_FROM: trimmed()
    .regex(
      /^[^\r\n<>]*<?[^@\s<>]+@[^@\s<>]+>?$/,
      'MAIL_FROM must be a mail address, such as "Belfry <belfry@vendor.example>".',
    )
    .optional(),
  HEARTBEAT_URL: trimmed()
    .refine(isWebUrl, "HEARTBEAT_URL must be an http or https address, such as https://hc-ping.com/UUID.")
    .optional(),
  BELFRY_DATA_DIR: trimmed().default(".belfry"),
  LOG_LEVEL: z.enum(LOG_LEVELS, `LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}.`).optional(),
  NODE_ENV: trimmed().optional(),
});
type Settings = z.infer<typeof Settings>;

function trimmed(): z.ZodString {
  return z.string().trim();
}

function startingWith(prefix: string, name: string, where: string): z.ZodOptional<z.ZodString> {
  return trimmed()
    .regex(new RegExp(`^${prefix}\\S+$`), `${name} must start with ${prefix} (${where} of your Slack app).`)
    .optional();
}

function isWebUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** Where one is missing, `missingFrom` tells. */
function mailSettings({ SMTP_URL: smtpUrl, MAIL_FROM: from }: Settings): Config["mail"] {
  return smtpUrl === undefined || from === undefined ? null : { smtpUrl, from };
}

const SLACK_SETTINGS = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_SIGNING_SECRET",
  "SLACK_MODE",
  "SLACK_API_URL",
] as const;

/**
 * What is missing beside what is set. Any Slack setting at all means that real Slack is wanted: a half-set Slack is a
 * fault and never a reason to start the sandbox instead.
 */
function missingFrom(given: Readonly<Record<string, string | undefined>>): string[] {
  return [...missingMail(given), ...missingSlack(given)];
}

function missingMail({ SMTP_URL, MAIL_FROM }: Readonly<Record<string, string | undefined>>): string[] {
  if ((SMTP_URL === undefined) === (MAIL_FROM === undefined)) return [];
  const [missing, other] = SMTP_URL === undefined ? ["SMTP_URL", "MAIL_FROM"] : ["MAIL_FROM", "SMTP_URL"];
  return [`${missing} is missing, although ${other} is set: pages go by mail only with both.`];
}

function missingSlack(given: Readonly<Record<string, string | undefined>>): string[] {
  if (SLACK_SETTINGS.every((name) => given[name] === undefined)) return [];
  const faults: string[] = [];
  if (given["SLACK_BOT_TOKEN"] === undefined)
    faults.push(
      "SLACK_BOT_TOKEN is missing, although other Slack settings are set: set it too, or remove them to run the sandbox.",
    );
  const mode = modeOf(given["SLACK_MODE"], given["SLACK_APP_TOKEN"]);
  if (mode === "http" && given["SLACK_SIGNING_SECRET"] === undefined)
    faults.push(
      "SLACK_SIGNING_SECRET is missing: Slack over HTTP needs it (or set SLACK_APP_TOKEN to use Socket Mode).",
    );
  if (mode === "socket" && given["SLACK_APP_TOKEN"] === undefined)
    faults.push("SLACK_APP_TOKEN is missing: SLACK_MODE=socket needs it.");
  return faults;
}

function modeOf(mode: string | undefined, appToken: string | undefined): string {
  return mode ?? (appToken === undefined ? "http" : "socket");
}

function slackSettings(data: Settings): SlackSettings | null {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = data;
  if (botToken === undefined) return null;
  const apiUrl = data.SLACK_API_URL;
  const mode = modeOf(data.SLACK_MODE, appToken);
  if (mode === "http" && signingSecret !== undefined)
    return { botToken, apiUrl, transport: { by: "http", signingSecret } };
  if (mode === "socket" && appToken !== undefined)
    return { botToken, apiUrl, transport: { by: "socket", appToken } };
  throw new Error("missingFrom() let a half-set Slack pass.");
}
