// `belfry coverage`: the times to come at which a page would not find whom it asks for, and who would be paged at an instant.
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { callsAt, gapsBetween, type AnsweringDesk, type Calls, type Gap } from "../core/coverage.ts";
import { gapWords } from "../core/coverage-lines.ts";
import { callingOf, type Directory } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import type { Tx } from "../desk/ports.ts";
import { calleeWords } from "../core/words.ts";
import { wallTime } from "../core/zone.ts";
import { readOpened } from "./instant.ts";
import { loadDesk, readDesk } from "./load-desk.ts";
import type { Ask } from "./reach.ts";
import { plainText } from "../core/plain.ts";
import { inColumns } from "./show.ts";

interface Options {
  days: number;
  desk?: string;
  at?: string;
  json?: true;
}

/** What is asked: how many days to look ahead, or who would be paged at an instant. */
export const coverageQuestion = z.object({
  ask: z.literal("coverage"),
  days: z.int().min(1).max(366),
  at: z.iso.datetime().nullable(),
});
type CoverageQuestion = Omit<z.infer<typeof coverageQuestion>, "ask">;

/** Adds the command to the program. */
export function register(program: Command, ask: Ask): void {
  program
    .command("coverage")
    .description("find the times to come at which a page would not find whom it asks for")
    .option("--days <number>", "how far to look ahead, from 1 to 366 days", readDays, USUAL_DAYS)
    .option("--at <instant>", "say instead who would be paged then, by customer; without an offset: in UTC")
    .option("--desk <file>", "a desk file; by default the one in force")
    .option("--json", "answer in JSON")
    .action(async ({ days, at, desk, json: isJson }: Options) => {
      const question = { days, at: at === undefined ? null : readOpened(at, "Etc/UTC").toISOString() };
      const { text, json } =
        desk === undefined
          ? await ask({ ask: "coverage", ...question })
          : coverageAnswer(question, await loadDesk(await readDesk(desk)), new Date());
      process.stdout.write(isJson === true ? `${JSON.stringify(json)}\n` : text);
    });
}

/** The desk in force, with the policies that new tickets of its customers are filed under. */
export async function answeringDesk(tx: Tx, now: Date): Promise<AnsweringDesk> {
  const { directory } = await tx.directory();
  const ids = [...new Set(directory.customers.map(({ policy }) => policy))];
  const found = await Promise.all(ids.map((id) => tx.policyInForce(id, now)));
  const policies = found.flatMap((revision) => (revision === null ? [] : [revision.policy]));
  return { directory, policies, hearings: await tx.hearings() };
}

/** The gaps from now on, or who would be paged at the instant that is asked about. */
export function coverageAnswer(
  { days, at }: CoverageQuestion,
  desk: AnsweringDesk,
  now: Date,
): { text: string; json: unknown } {
  refuseUnknown(desk);
  const { directory, hearings } = desk;
  const askedAt = lastAsked(hearings);
  const asked = `${askedText(hearings, askedAt)}\n`;
  if (at !== null) {
    const calls = callsAt(desk, new Date(at));
    return { text: `${callsText(calls, directory)}${asked}`, json: { at, calls, askedAt } };
  }
  const to = new Date(now.getTime() + days * DAY_MS);
  const gaps = gapsBetween(desk, now, to);
  return {
    text: `${gapsText(gaps, directory, { days, to })}${asked}`,
    json: { from: now, to, gaps, askedAt },
  };
}

const USUAL_DAYS = 90;
const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

/** When the platforms were asked last about people; null where they never were. */
function lastAsked(hearings: AnsweringDesk["hearings"]): Date | null {
  const times = [...(hearings?.values() ?? [])].map(({ askedAt }) => askedAt.getTime());
  return times.length === 0 ? null : new Date(Math.max(...times));
}

/** How far it can be relied on in what only the platforms know. */
function askedText(hearings: AnsweringDesk["hearings"], askedAt: Date | null): string {
  if (hearings === undefined)
    return "By the desk file alone: no platform was asked about accounts, direct messages and paused notifications.";
  if (askedAt === null)
    return "No platform was asked yet about accounts, direct messages and paused notifications: Belfry does when it runs.";
  return `What the platforms know of accounts, direct messages and the next paused notifications was asked ${wallTime(askedAt, "Etc/UTC")}.`;
}

/** A customer whose policy is not known would otherwise look as if all were well. */
function refuseUnknown({ directory, policies }: AnsweringDesk): void {
  const lost = directory.customers.filter(({ policy }) => !policies.some(({ id }) => id === policy));
  if (lost.length === 0) return;
  const faults = lost.map(({ key, policy }) => `${key}'s policy ${policy} is not in force, or there is none`);
  throw new DeskError("invalid", `The coverage cannot be told: ${faults.join("; ")}.`);
}

function gapsText(
  gaps: readonly Gap[],
  directory: Directory,
  { days, to }: { days: number; to: Date },
): string {
  const span = days === 1 ? "the next day" : `the next ${days} days`;
  if (gaps.length === 0) return `In ${span} every page finds whom its ladder asks for.\n`;
  const rows = gaps.map((gap) => {
    const zone = zoneFor(gap.customer, directory);
    const until = gap.to.getTime() === to.getTime() ? "and on" : `to ${wallTime(gap.to, zone)}`;
    return [customerWords(gap), `${wallTime(gap.from, zone)} ${until}`, gapWords(directory, gap)];
  });
  const count = gaps.length === 1 ? "1 gap" : `${gaps.length} gaps`;
  return [`In ${span} there ${gaps.length === 1 ? "is" : "are"} ${count}:`, ...inColumns(rows), ""].join(
    "\n",
  );
}

function callsText(calls: readonly Calls[], directory: Directory): string {
  if (calls.length === 0) return "No customer's policy pages.\n";
  const blocks = calls.map((call) => {
    const zone = zoneFor(call.customer, directory);
    const when =
      call.levels.length === 0 ? "nothing pages at once then" : `pages at once: ${call.levels.join(", ")}`;
    const ladder = call.ladder === null ? "no ladder" : `ladder ${call.ladder}`;
    const rows = call.steps.map((step) => {
      const { at, person, way = "", missed, ringsAgainAt } = step;
      const who = person === null ? way : nameOf(directory, person);
      const silent =
        ringsAgainAt === undefined
          ? ""
          : `, silently: notifications are paused until ${wallTime(ringsAgainAt, zone)}`;
      const whom = `${plainText(calleeWords(step, directory), zone)}${silent}`;
      return [
        "",
        wallTime(at, zone),
        missed === null ? whom : `nobody is called: ${`${who} ${missed}`.trim()}`,
      ];
    });
    return [`${customerWords(call)}: ${when}; ${ladder}`, ...inColumns(rows)].join("\n");
  });
  return `${blocks.join("\n")}\n`;
}

function customerWords({ customer, clearance }: { customer: string; clearance: string | null }): string {
  return clearance === null ? customer : `${customer} (${clearance})`;
}

/** The clock by which a customer's people on call live. */
function zoneFor(key: string, directory: Directory): string {
  const customer = directory.customers.find((one) => one.key === key);
  const calling = customer === undefined ? null : callingOf(customer, directory);
  const rotation = calling?.rotations.find(({ id }) => id === calling.ladders[0]?.rotation);
  return rotation?.timezone ?? customer?.timezone ?? "Etc/UTC";
}

function nameOf({ people }: Directory, person: string): string {
  return people.find(({ id }) => id === person)?.name ?? person;
}

function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > MOST_DAYS) {
    throw new InvalidArgumentError(`Write a number of days from 1 to ${MOST_DAYS}.`);
  }
  return days;
}
