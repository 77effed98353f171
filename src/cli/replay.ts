// `belfry replay`: what if? Runs the tickets of a desk again under another policy or desk file, and writes nothing to it.
import { writeFile } from "node:fs/promises";
import { InvalidArgumentError, type Command } from "commander";
import { isDate } from "../core/zone.ts";
import { DeskError } from "../core/errors.ts";
import type { ReplayPage } from "../desk/replay.ts";
import { readOpened } from "./instant.ts";
import { readDesk } from "./load-desk.ts";
import { policyText } from "./load-policy.ts";
import type { Ask } from "./reach.ts";
import { replayPage, type ReplayQuestion } from "./replay-page.ts";
import { asCsv } from "./replay-csv.ts";
import { inWords } from "./replay-report.ts";
import { summaryOf, type Replay } from "./replay-summary.ts";

interface Options {
  policy?: string;
  desk?: string;
  from?: Date;
  to?: Date;
  customer?: string;
  csv?: string;
  json?: true;
}

/** Adds the command to the program. */
export function register(program: Command, ask: Ask): void {
  program
    .command("replay")
    .description(
      "what if: run the recorded tickets again under another policy or desk file; nothing is written",
    )
    .option("--policy <file or id>", "a policy, for the tickets that were filed under one of the same id")
    .option("--desk <file>", "a desk file: its policies, ladders and rotations")
    .option("--from <instant>", "tickets filed from then on; a day, or without an offset: in UTC", readBound)
    .option("--to <instant>", "tickets filed before then", readBound)
    .option("--customer <key>", "tickets of this customer, such as ACME")
    .option("--csv <file>", "write a line for each ticket and target; - for standard output, alone")
    .option("--json", "answer in JSON")
    .action(async (options: Options) => {
      const replay = await replayAll(ask, options);
      if (options.csv !== undefined && options.csv !== "-") await writeTo(options.csv, asCsv(replay));
      process.stdout.write(
        options.csv === "-"
          ? asCsv(replay)
          : options.json === true
            ? `${JSON.stringify({ summary: summaryOf(replay), ...replay })}\n`
            : inWords(replay),
      );
    });
}

/** Asks for page after page, so that no answer takes long and the desk that runs is never held up. */
export async function replayAll(ask: Ask, options: Options): Promise<Replay> {
  const { from = null, to = null, customer } = options;
  const question = {
    ask: "replay" as const,
    policy:
      options.policy === undefined ? null : { name: options.policy, text: await policyText(options.policy) },
    desk: options.desk === undefined ? null : await readDesk(options.desk),
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    customer: customer?.toUpperCase() ?? null,
  };
  const pages: ReplayPage[] = [];
  for (let after: ReplayQuestion["after"] = null; ;) {
    const { json } = await ask({ ...question, after });
    const page = readPage(json);
    pages.push(page);
    if (page.next === null) break;
    after = { filedAt: page.next.filedAt.toISOString(), id: page.next.id };
  }
  return {
    under: { policy: options.policy ?? null, desk: options.desk ?? null },
    ...{ from, to },
    tickets: pages.flatMap(({ tickets }) => tickets),
    leftOut: added(pages.flatMap(({ leftOut }) => leftOut)),
  };
}

function readPage(json: unknown): ReplayPage {
  const { success, data } = replayPage.safeParse(json);
  if (success) return data;
  throw new DeskError(
    "internal",
    "The Belfry that runs here is of another version: restart it, then ask again.",
  );
}

/** The tickets of each policy, over all pages. */
function added(counts: ReplayPage["leftOut"]): ReplayPage["leftOut"] {
  const byPolicy = new Map<string, number>();
  for (const { policy, tickets } of counts) byPolicy.set(policy, (byPolicy.get(policy) ?? 0) + tickets);
  return [...byPolicy].map(([policy, tickets]) => ({ policy, tickets }));
}

async function writeTo(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new DeskError("invalid", `${file} cannot be written: choose another place for the CSV.`, { cause });
  }
}

/** A day is its midnight. Tickets of customers in many zones have no zone in common but UTC. */
function readBound(text: string): Date {
  try {
    return readOpened(isDate(text) ? `${text} 00:00` : text, "Etc/UTC");
  } catch (refusal) {
    throw refusal instanceof DeskError ? new InvalidArgumentError(refusal.message) : refusal;
  }
}
