// `npm run start:teams`: a Belfry for trying Teams without an account, on this machine alone, with a desk and a database of its
// own; and the line with which people run Microsoft's 365 Agents Playground beside it.
//
// The Playground's terms forbid bundling it, so it is never a dependency, and never started from here.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "../config.ts";
import { isStarted, live } from "../main.ts";

/** The version that was tried. */
const PLAYGROUND = "@microsoft/m365agentsplayground@0.2.28";
/** Where the Playground looks for a bot, unless it is told. */
const PORT = "3978";

/** The same place from src/ and from dist/. */
const DESK = fileURLToPath(new URL("../../src/chat/teams/playground/desk.yaml", import.meta.url));

/**
 * The environment of the trial. Of the one around it only what cannot lead to anything real is taken, and NODE_ENV, with
 * which it may refuse to start.
 */
export function trialEnvironment(around: Readonly<Record<string, string | undefined>>) {
  return {
    TEAMS_MODE: "anonymous-dev",
    HOST: "127.0.0.1",
    PORT: around["PORT"] ?? PORT,
    BELFRY_FILE: DESK,
    BELFRY_DATA_DIR: join(around["BELFRY_DATA_DIR"] ?? ".belfry", "teams-trial"),
    LOG_LEVEL: around["LOG_LEVEL"] ?? "warn",
    NODE_ENV: around["NODE_ENV"],
  };
}

/** What is said on standard output once Belfry answers at an address. */
export function invitation(url: string): string {
  return [
    `Belfry answers Teams at ${url}/api/messages, from this machine alone. To try it, run in a second terminal`,
    "",
    `  cd "${dirname(DESK)}" && npx --yes ${PLAYGROUND} --app-endpoint ${url}/api/messages --channel-id msteams --disable-telemetry`,
    "",
    "That fetches Microsoft's 365 Agents Playground, under Microsoft's terms, and opens it in your browser. Begin with “help”.",
    "",
  ].join("\n");
}

if (isStarted(import.meta.url)) {
  await live(
    () => readConfig(trialEnvironment(process.env), process.cwd()),
    ({ url }) => invitation(url),
  );
}
