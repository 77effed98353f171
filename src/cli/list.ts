// `belfry list`: the open tickets, the most urgent first.
import type { Command } from "commander";
import type { TicketSummary } from "../desk/show.ts";
import { instantText } from "./instant.ts";
import type { Ask } from "./reach.ts";
import { inColumns, onOneLine } from "./show.ts";

/** Adds the command to the program. */
export function register(program: Command, ask: Ask): void {
  program
    .command("list")
    .description("list the open tickets, the most urgent first")
    .option("--all", "closed ones too")
    .option("--json", "answer in JSON")
    .action(async (options: { all?: true; json?: true }) => {
      const { text, json } = await ask({ ask: "list", all: options.all === true });
      process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : text);
    });
}

/** Tickets in words, a line each. */
export function listText({ tickets, total }: { tickets: readonly TicketSummary[]; total: number }): string {
  const more = total - tickets.length;
  const lines = inColumns(tickets.map(row));
  if (lines.length === 0) return "No tickets.\n";
  return `${[...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n")}\n`;
}

function row({ number, customer, level, status, assignee, dueAt, title }: TicketSummary): string[] {
  const due = dueAt === null ? "" : `due ${instantText(dueAt)}`;
  return [number, customer, level, status, assignee ?? "not taken", due, onOneLine(title)];
}
