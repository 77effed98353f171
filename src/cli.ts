#!/usr/bin/env node
// The command line: standard output carries answers, standard error what went wrong. Ends with 0, with 1 for a failure,
// or with 2 for wrong usage.

import { Command, CommanderError } from "commander";
import { register as apply } from "./cli/apply.ts";
import { register as clock } from "./cli/clock.ts";
import { register as coverage } from "./cli/coverage.ts";
import { register as deadline } from "./cli/deadline.ts";
import { register as list } from "./cli/list.ts";
import { register as migrate } from "./cli/migrate.ts";
import { register as policy } from "./cli/policy.ts";
import type { Ask } from "./cli/reach.ts";
import { register as rehearse } from "./cli/rehearse.ts";
import { register as replay } from "./cli/replay.ts";
import { register as show } from "./cli/show.ts";
import { register as teamsPackage } from "./cli/teams-package.ts";
import { register as why } from "./cli/why.ts";
import { ConfigError } from "./config.ts";
import { DeskError } from "./core/errors.ts";

const ASKED_FOR_HELP = ["commander.help", "commander.helpDisplayed", "commander.version"];

const program = new Command("belfry")
  .description("Keeps a support desk's time and rings the alarm.")
  .exitOverride();
for (const register of [apply, show, why, list, coverage, replay, migrate]) register(program, askDesk);
for (const register of [clock, deadline, policy, rehearse, teamsPackage]) register(program);

process.stdout.on("error", leaveQuietly);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = statusOf(error);
}

/** The database, Slack and all that only these commands need is loaded when one of them asks. */
async function askDesk(question: Parameters<Ask>[0]): ReturnType<Ask> {
  const reach = await import("./cli/reach.ts");
  return reach.askDesk(question);
}

function statusOf(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError)
    return error.exitCode === 0 && ASKED_FOR_HELP.includes(error.code) ? 0 : 2;
  if (!(error instanceof DeskError || error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 1;
}

/** Whoever reads the answers may stop before the last one (`belfry clock | head -1`). */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}
