// Decides which Slack Belfry talks to: the real one where it is set up, else a sandbox of its own that it starts here.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { isSandbox, type Config, type SlackSettings } from "../config.ts";
import { DeskError } from "../core/errors.ts";
import type { Home } from "../homes.ts";
import type { Log } from "../log.ts";
import type { TurnableClock } from "../sandbox/sandbox.ts";
import { lockFolder } from "../store/lock.ts";
import type { Undoing } from "./undoing.ts";

/** A workspace and the way into it. */
export interface Workspace {
  slack: SlackSettings;
  /** The sandbox's page; null for the real Slack, which has its own. */
  pageUrl: string | null;
  /** Says where Belfry listens. The real Slack knows it from the app's settings. */
  belfryListensAt(url: string): void;
}

/**
 * Opens the Slack workspace that the settings mean, or null where they mean Teams alone. The sandbox listens on this machine alone, under secrets made up for this
 * run. It is loaded only where it is used.
 */
export async function openWorkspace(
  config: Config,
  home: Home,
  { clock, log, started }: { clock: TurnableClock; log: Log; started: Undoing },
): Promise<Workspace | null> {
  if (config.slack === null && !isSandbox(config)) return null;
  if (config.slack !== null) return { slack: config.slack, pageUrl: null, belfryListensAt: () => undefined };

  if (config.databaseUrl !== null) {
    // The database's own lock keeps others out of this folder, where there is an embedded database in it.
    mkdirSync(home.folder, { recursive: true, mode: 0o700 });
    started.add("sandbox folder", await lockFolder(home.folder));
  }
  const { startSandbox } = await import("../sandbox/sandbox.ts");
  const [botToken, signingSecret] = [`xoxb-sandbox-${madeUp()}`, madeUp()];
  const sandbox = await startSandbox({
    directory: home.folder,
    host: "127.0.0.1",
    port: config.port,
    eventsUrl: null,
    signingSecret,
    botToken,
    clock,
    log: (line) => log.warn({ from: "sandbox" }, line),
  });
  started.add("sandbox", () => sandbox.stop());
  return {
    slack: { botToken, apiUrl: sandbox.apiUrl, transport: { by: "http", signingSecret } },
    pageUrl: sandbox.url,
    belfryListensAt: (url) => sandbox.setEventsUrl(`${url}/slack/events`),
  };
}

/** Refuses to run the sandbox where a real desk was meant, for which only the settings are missing. */
export function refuseWrongSandbox(config: Config): void {
  if (!isSandbox(config) || !config.isProduction) return;
  throw new DeskError(
    "invalid",
    "Without the settings of Slack or Teams Belfry would run its sandbox, which is not for production: set SLACK_BOT_TOKEN " +
      "and SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET), or Teams' settings, or leave NODE_ENV=production out.",
  );
}

function madeUp(): string {
  return randomBytes(24).toString("hex");
}
