// `belfry teams-package`: writes the app package that is uploaded to Teams.
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Command } from "commander";
import { z } from "zod";
import { loadDotEnv } from "../config.ts";
import { DeskError } from "../core/errors.ts";
import { guidFault, readGraphUses } from "../teams-settings.ts";

/** Adds the command to the program. */
export function register(program: Command): void {
  program
    .command("teams-package")
    .description("write the app package for Microsoft Teams: manifest and icons in a zip")
    .option("--app-id <id>", "the bot's Application (client) ID; TEAMS_APP_ID unless given")
    .option("--website <url>", "a page of whoever runs Belfry, by https; PUBLIC_URL unless given")
    .option("--privacy <url>", "their privacy statement; the website unless given")
    .option("--terms <url>", "their terms of use; the website unless given")
    .option("--developer <name>", "their name; the website's host unless given")
    .option("--app-version <number>", "higher than that of the package before; Belfry's own unless given")
    .option("--graph <uses>", "what Microsoft Graph shall be asked for; TEAMS_GRAPH unless given")
    .option("--out <file>", "where to write it", "belfry-teams.zip")
    .option("--json", "answer in JSON")
    .action(async (options: Options) => {
      loadDotEnv(process.cwd());
      const details = detailsIn(options, process.env);
      const { appPackage } = await import("../chat/teams/app/package.ts");
      await writeFile(options.out, await appPackage(details));
      const { appId, version } = details;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ file: options.out, appId, version })}\n`
          : `${options.out} is written, for the app ${appId}, version ${version}. Upload it in Teams under Apps, ` +
              "Manage your apps, Upload an app.\n",
      );
    });
}

interface Options {
  appId?: string;
  website?: string;
  privacy?: string;
  terms?: string;
  developer?: string;
  appVersion?: string;
  graph?: string;
  out: string;
  json?: true;
}

/**
 * What the manifest needs to know. @throws DeskError "invalid" with a line for each thing that is missing or wrong.
 */
function detailsIn(options: Options, environment: Readonly<Record<string, string | undefined>>) {
  const appId = (options.appId ?? environment["TEAMS_APP_ID"] ?? "").trim().toLowerCase();
  const websiteUrl = options.website ?? environment["PUBLIC_URL"]?.trim() ?? "";
  const pages = { privacyUrl: options.privacy ?? websiteUrl, termsOfUseUrl: options.terms ?? websiteUrl };
  const name = options.developer ?? (URL.canParse(websiteUrl) ? new URL(websiteUrl).hostname : "");
  const version = options.appVersion ?? OWN.version;
  const graph = readGraphUses(options.graph ?? environment["TEAMS_GRAPH"] ?? "");
  const faults = [
    ...guidFault(
      "TEAMS_APP_ID (or --app-id)",
      appId,
      "the Application (client) ID of the bot's app registration",
    ),
    ...(isSecure(websiteUrl) ? [] : ["--website must be a page of yours, such as https://vendor.example."]),
    ...(Object.values(pages).every((url) => url === websiteUrl || isSecure(url))
      ? []
      : ["--privacy and --terms must be pages of yours, such as https://vendor.example/privacy."]),
    ...(name.length > MAX_NAME ? [`--developer must be a name of at most ${MAX_NAME} characters.`] : []),
    ...(/^\d+\.\d+\.\d+$/.test(version) ? [] : ["--app-version must be a number such as 1.2.3."]),
    ...graph.faults,
  ];
  if (faults.length > 0) throw new DeskError("invalid", faults.join("\n"));
  const describesChannel = graph.uses.includes("topic");
  return { appId, version, developer: { name, websiteUrl, ...pages }, describesChannel };
}

/** By the manifest's schema. */
const MAX_NAME = 32;

/** The same file from src/ and from dist/. */
const OWN = z.object({ version: z.string() }).parse(createRequire(import.meta.url)("../../package.json"));

function isSecure(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === "https:";
}
