// `belfry show`: one ticket with its targets and everything that happened to it.
import type { Command } from "commander";
import type { TicketReport } from "../desk/show.ts";
import { instantText } from "./instant.ts";
import type { Ask } from "./reach.ts";

/** Adds the command to the program. */
export function register(program: Command, ask: Ask): void {
  program
    .command("show")
    .description("show a ticket: its targets and its history")
    .argument("<number>", "the ticket's number, such as ACME-17")
    .option("--json", "answer in JSON")
    .action(async (number: string, options: { json?: true }) => {
      const { text, json } = await ask({ ask: "show", number });
      process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : text);
    });
}

/** A ticket in words. Instants are in UTC. */
export function ticketText(ticket: TicketReport): string {
  const { number, title, customer, level, status, filer, assignee, receivedAt, paging } = ticket;
  return [
    `${number}  ${onOneLine(title)}`,
    `${customer}, ${level}, ${status}`,
    `filed by ${filer}, received ${instantText(receivedAt)}, ${assignee === null ? "not taken" : `taken by ${assignee}`}`,
    ...(paging === null ? [] : [`page: ${paging}`]),
    "",
    ...(ticket.targets.length === 0 ? ["no targets"] : inColumns(ticket.targets.map(targetRow))),
    "",
    ...inColumns(ticket.events.map(eventRow)),
    "",
  ].join("\n");
}

/** Rows as lines, their cells under each other. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** What people wrote, cut to one line, without the control characters that could move a terminal's cursor. */
export function onOneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length <= LINE_LENGTH ? line : `${line.slice(0, LINE_LENGTH - 1)}…`;
}

const LINE_LENGTH = 100;

function targetRow(target: TicketReport["targets"][number]): string[] {
  const { label, deadlineAt, metAt, breachedAt, withdrawn } = target;
  const due = deadlineAt === null ? "paused" : `due ${instantText(deadlineAt)}`;
  const late = breachedAt === null ? [] : [`breached ${instantText(breachedAt)}`];
  const met = metAt === null ? [] : [`met ${instantText(metAt)}`];
  const gone = withdrawn === null ? [] : [`withdrawn: ${onOneLine(withdrawn)}`];
  return [label, due, [...late, ...met, ...gone].join(", ")];
}

function eventRow({ at, by, kind, what }: TicketReport["events"][number]): string[] {
  return [instantText(at), onOneLine(by), kind.replaceAll("-", " "), onOneLine(wordsOf(what))];
}

/** What belongs to it: whom it reached, which mark it was, what somebody said with it. */
function wordsOf(what: TicketReport["events"][number]["what"]): string {
  switch (what.kind) {
    case "filed":
      return what.title;
    case "paged":
    case "page-missed":
    case "page-silent":
      return what.person === null ? what.role : `${what.person}, ${what.role}`;
    case "reminded":
      return `${what.target} ${what.mark}`;
    case "moved":
      return `${what.from.revision} to ${what.to.revision}, ${what.to.zone}`;
    case "level-changed":
      return `from ${what.from} to ${what.to}: ${what.reason}`;
    case "level-asked":
    case "level-declined":
      return `${what.level}: ${what.reason}`;
    default:
      if ("text" in what) return what.text;
      return "reason" in what ? what.reason : "";
  }
}
