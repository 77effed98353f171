// `belfry apply`: puts a desk file into force, whole or not at all, and prints what it changes.
import type { Command } from "commander";
import { readDesk } from "./load-desk.ts";
import type { Ask } from "./reach.ts";

/** What became of a desk file: its changes, names that no platform knows, and names that could not be asked for yet. */
export interface Applied {
  changes: readonly string[];
  unknown: readonly string[];
  later: readonly string[];
  /** What kept those for later, a sentence each. */
  why: readonly string[];
}

/** Adds the command to the program. */
export function register(program: Command, ask: Ask): void {
  program
    .command("apply")
    .description("put a desk file into force, and print what it changes")
    .argument("<file>", "the desk file: who the customers, people, channels, rotations and ladders are")
    .option(
      "--open-tickets",
      "move open tickets to the policies as they are now, and to their customers' zones",
    )
    .option("--json", "answer in JSON")
    .action(async (file: string, options: { openTickets?: true; json?: true }) => {
      const openTickets = options.openTickets === true ? "move" : "stay";
      const { text, json } = await ask({ ask: "apply", texts: await readDesk(file), openTickets });
      process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : text);
    });
}

/** What was applied, in words: a line each. */
export function appliedText({ changes, unknown, later, why }: Applied): string {
  const lines = [
    ...(changes.length === 0 ? ["Nothing changes: this desk file is in force already."] : changes),
    ...unknown.map(
      (name) => `${name} is not known there: it is looked up again each minute while Belfry runs`,
    ),
    ...(later.length === 0 ? [] : [`still to be looked up by the Belfry that runs: ${later.join(", ")}`]),
    ...why,
  ];
  return `${lines.join("\n")}\n`;
}
