// `belfry migrate`: brings the database's tables to this version, so that a deployment may do it before it starts anything.
import type { Command } from "commander";
import type { Ask } from "./reach.ts";

/** Adds the command to the program. */
export function register(program: Command, ask: Ask): void {
  program
    .command("migrate")
    .description("bring the database to this version; a start does the same")
    .option("--json", "answer in JSON")
    .action(async (options: { json?: true }) => {
      const { text, json } = await ask({ ask: "migrate" });
      process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : text);
    });
}
