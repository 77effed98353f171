// `belfry deadline`: says by when each target of a ticket is promised and, with --explain, proves it span by span.

import { InvalidArgumentError, type Command } from "commander";
import { type Calendar } from "../core/calendar.ts";
import { wallTime } from "../core/zone.ts";
import { deadline, durationMs, type Pause } from "../core/clock.ts";
import { calendarOf, levelOf, targetsFor, type Policy, type Target } from "../core/policy.ts";
import { prove, type Proof } from "../core/why.ts";
import { promised, row, sum } from "../core/why-lines.ts";
import { instantText, readInstant, readOpened, readZone } from "./instant.ts";
import { loadPolicy } from "./load-policy.ts";
import { plainText } from "../core/plain.ts";
import { spansInJson } from "./proof.ts";

interface Options {
  policy: string;
  level: string;
  opened: string;
  timezone?: string;
  set: Record<string, string>;
  pause: Pause[];
  assume: string[];
  explain?: true;
  json?: true;
}

/** A ticket as the options describe it. */
interface Case {
  policy: Policy;
  level: string;
  openedAt: Date;
  zone: string | null;
  pauses: readonly Pause[];
}

/** One target's promise, and its proof. Nothing is due while it is paused, or before its clock starts. */
interface Verdict {
  target: Target;
  calendar: Calendar;
  due: Date | null;
  goal: Date | null;
  /** Null for a target whose clock has not started. */
  proof: Proof | null;
}

/** Adds the command to the program. */
export function register(program: Command): void {
  program
    .command("deadline")
    .description("say by when each target of a ticket is promised")
    .requiredOption("--policy <id or file>", "the policy: one that ships with Belfry, or a file")
    .requiredOption("--level <id>", "the level of the ticket")
    .requiredOption("--opened <instant>", "when it was opened; without an offset, wall time in --timezone")
    .option("--timezone <zone>", "the customer's time zone, such as America/New_York", readZone)
    .option(
      "--set <field=option>",
      "a field of the ticket, such as scope=platform (may be repeated)",
      readField,
      {},
    )
    .option(
      "--pause <from/to>",
      "a time that does not count; without an end it still lasts (may be repeated)",
      readPause,
      [],
    )
    .option(
      "--assume <id>",
      "switch an assumption of the policy to its alternative (may be repeated)",
      collect,
      [],
    )
    .option("--explain", "show every span that counts, and every one that does not, with the reason")
    .option("--json", "answer in JSON")
    .action(async (options: Options) => {
      const zone = options.timezone ?? null;
      const openedAt = readOpened(options.opened, zone);
      const policy = await loadPolicy(options.policy, options.assume);
      const ticket = { policy, level: options.level, openedAt, zone, pauses: options.pause };
      const verdicts = targetsFor(policy, options.level, options.set).map((target) => judge(ticket, target));
      const isExplained = options.explain === true;
      process.stdout.write(
        options.json === true ? asJson(ticket, verdicts, isExplained) : asText(ticket, verdicts, isExplained),
      );
    });
}

function judge(ticket: Case, target: Target): Verdict {
  const { policy, openedAt, zone, pauses } = ticket;
  const calendar = calendarOf(policy, target.calendar, zone);
  if (target.kind === "next-response") return { target, calendar, due: null, goal: null, proof: null };
  const after = (text: string): Date | null =>
    deadline(calendar, openedAt, durationMs(text, calendar), pauses);
  const due = after(target.within);
  const goal = target.goal === undefined ? null : after(target.goal);
  const { kind, within, clause = null, calendar: calendarId } = target;
  const length = { kind, within, calendar, calendarId, clause, startedAt: openedAt, pauses };
  return { target, calendar, due, goal, proof: prove(length, due, due ?? stoodStillAt(openedAt, pauses)) };
}

/** From when on a pause without an end lets nothing more count. */
function stoodStillAt(openedAt: Date, pauses: readonly Pause[]): Date {
  const endless = pauses.filter(({ to }) => to === null).map(({ from }) => from.getTime());
  return new Date(Math.max(openedAt.getTime(), Math.min(...endless)));
}

function asJson(ticket: Case, verdicts: readonly Verdict[], isExplained: boolean): string {
  const targets = verdicts.map(({ target, due, goal, proof }) => ({
    kind: target.kind,
    deadline: due === null ? null : instantText(due),
    ...(goal === null ? {} : { goal: instantText(goal) }),
    within: target.within,
    calendar: target.calendar,
    ...(target.via === undefined ? {} : { via: target.via }),
    ...(target.clause === undefined ? {} : { clause: target.clause }),
    ...(isExplained && proof !== null
      ? { withinMs: proof.withinMs, countedMs: proof.countedMs, spans: spansInJson(proof) }
      : {}),
  }));
  const { policy, level, openedAt, zone } = ticket;
  const answer = {
    policy: policy.id,
    version: policy.version,
    level,
    opened: instantText(openedAt),
    timezone: zone,
    targets,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function asText(ticket: Case, verdicts: readonly Verdict[], isExplained: boolean): string {
  const { policy, openedAt, zone } = ticket;
  const level = levelOf(policy, ticket.level);
  const opened = moment(openedAt, zone ?? "Etc/UTC");
  const lines = [`${policy.name} ${policy.version}, level ${level.id} (${level.name}), opened ${opened}`];
  if (verdicts.length === 0) lines.push("Nothing is promised at this level.");
  for (const verdict of verdicts) {
    lines.push("", ...verdictLines(verdict, shownZone(verdict, zone)));
    if (isExplained) lines.push(...proofLines(verdict, shownZone(verdict, zone)));
  }
  return `${lines.join("\n")}\n`;
}

/** A calendar that never closes belongs to no zone: it is shown in the customer's. */
function shownZone({ calendar }: Verdict, customerZone: string | null): string {
  return calendar.neverCloses && customerZone !== null ? customerZone : calendar.timezone;
}

function verdictLines({ target, due, goal }: Verdict, zone: string): string[] {
  const by = target.via === undefined ? "" : ` by ${target.via}`;
  const promise = `${target.kind}${by} within ${target.within} (${target.calendar})`;
  if (target.kind === "next-response") return [`${promise}: counts from the customer's next message`];
  const lines = [
    due === null ? `${promise}: no deadline while it is paused` : `${promise}: ${moment(due, zone)}`,
  ];
  if (goal !== null) lines.push(`  goal within ${target.goal ?? ""}: ${moment(goal, zone)}`);
  return lines;
}

function proofLines({ proof }: Verdict, zone: string): string[] {
  if (proof === null) return [];
  return [
    `  ${plainText(promised(proof, zone), zone)}`,
    ...proof.steps.map(
      (step) => `  ${step.kind === "counted" ? "+" : " "} ${plainText(row(step, zone), zone)}`,
    ),
    `  ${plainText(sum(proof, zone), zone)}`,
  ];
}

function moment(at: Date, zone: string): string {
  return `${wallTime(at, zone, "exact")} (${instantText(at)})`;
}

export function readField(text: string, fields: Record<string, string>): Record<string, string> {
  const [, field, option] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (field === undefined || option === undefined)
    throw new InvalidArgumentError("Write it as scope=platform.");
  return { ...fields, [field]: option };
}

function readPause(text: string, pauses: readonly Pause[]): Pause[] {
  const [from = "", to] = text.split("/");
  const fromAt = readInstant(from);
  const toAt = to === undefined || to === "" ? null : readInstant(to);
  if (fromAt === null || (toAt === null && to !== undefined && to !== "")) {
    throw new InvalidArgumentError("Write it as 2026-03-27T16:30:00Z/2026-03-27T17:00:00Z.");
  }
  return [...pauses, { from: fromAt, to: toAt }];
}

export function collect(text: string, texts: readonly string[]): string[] {
  return [...texts, text];
}
