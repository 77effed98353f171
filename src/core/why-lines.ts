// Says the working of a ticket's deadlines in words: the same lines for chat and for the command line.
import { wallTime } from "./zone.ts";
import { exactly } from "./duration.ts";
import type { Step } from "./explain.ts";
import type { Chart, Part, ProofMessage, Text } from "./message.ts";
import { levelOf } from "./policy.ts";
import { isOpenTarget } from "./targets.ts";
import { lengthOf, type Proof, type TargetProof } from "./why.ts";
import { levelWords, promiseLine, TARGET_WORDS, type Scene } from "./words.ts";

/** What "Why this time?" answers: each promise of a ticket with its working. */
export function proofMessage(scene: Scene, proofs: readonly TargetProof[]): ProofMessage {
  const { ticket } = scene;
  const shown = proofs.filter(({ target }) => target.withdrawn?.by !== "change");
  const ordered = [
    ...shown.filter(({ target }) => isOpenTarget(target)),
    ...shown.filter(({ target }) => !isOpenTarget(target)),
  ];
  return {
    kind: "proof",
    number: ticket.number,
    title: ticket.title,
    proofs: ordered.map((proof) => ({
      label: TARGET_WORDS[proof.kind],
      promise: [...promiseLine(proof.target, scene).words, ". ", ...promised(proof, ticket.zone)],
      rows: proof.steps.map((step) => ({ counts: step.kind === "counted", words: row(step, ticket.zone) })),
      sum: [...sum(proof, ticket.zone), ...alsoBinding(proof, scene)],
    })),
    charts: ordered.filter(({ steps }) => steps.length > 0).map((proof) => chartOf(proof, ticket.zone)),
  };
}

/** What a picture of a working is drawn from; a calendar of no zone is drawn by the customer's clock. */
export function chartOf(proof: Proof, customerZone: string): Chart {
  const { kind, within, timezone, steps, deadlineAt } = proof;
  return {
    title: `${TARGET_WORDS[kind]} within ${within}`,
    timezone: timezone ?? customerZone,
    steps,
    deadlineAt,
  };
}

/** What was promised, from when, and by whose clock. */
export function promised(proof: Proof, zone: string): Text {
  const { within, startedAt, calendar, timezone, clause } = proof;
  const clock =
    timezone === null ? "around the clock" : `in the hours of "${calendar}", by the clock of ${timezone}`;
  const source = clause === null ? "; the policy names no clause" : `; clause ${clause}`;
  return [`Promised within ${within} from `, exact(startedAt, zone), `, ${clock}${source}.`];
}

/** One span: from when to when, and what it counts or why it does not. */
export function row(step: Step, zone: string): Text {
  const span: Text = [exact(step.from, zone), " to ", exact(step.to, zone), ": "];
  return step.kind === "counted"
    ? [...span, { strong: `counts ${exactly(lengthOf(step))}` }]
    : [...span, reason(step)];
}

/** The counted spans added up, as anybody can do it again. */
export function sum(proof: Proof & { dueAtChange?: Date | null }, zone: string): Text {
  const { steps, countedMs, withinMs, deadlineAt, dueAtChange = null } = proof;
  const lengths = steps.filter(({ kind }) => kind === "counted").map((step) => exactly(lengthOf(step)));
  const added =
    lengths.length > 1 && lengths.length <= SUMMANDS
      ? `${lengths.join(" + ")} = ${exactly(countedMs)}`
      : `${exactly(countedMs)}${lengths.length > 1 ? ` in ${lengths.length} spans` : ""}`;
  if (deadlineAt === null) {
    return [`Counted so far: ${added} of ${exactly(withinMs)}. It stands still, so nothing is due.`];
  }
  if (dueAtChange !== null) {
    return [
      `Counted: ${added}, which was full before the change that promised it; so it is due at that change, `,
      exact(dueAtChange, zone),
      ".",
    ];
  }
  return [`Counted: ${added}, all that was promised. Due `, exact(deadlineAt, zone), "."];
}

/** How many summands a sum may name. */
const SUMMANDS = 8;

function alsoBinding({ later }: TargetProof, { ticket, policy }: Scene): Text {
  return later.flatMap(({ basis, at }): Part[] => {
    const { within, fromAt, level } = basis;
    const words = ` Level ${levelWords(levelOf(policy, level))} promises ${within} from `;
    if (at === null) return [words, exact(fromAt, ticket.zone), ", which stands still."];
    return [
      words,
      exact(fromAt, ticket.zone),
      ", which would be due ",
      exact(at, ticket.zone),
      "; the earlier one binds.",
    ];
  });
}

function reason({ kind, name }: Step): string {
  switch (kind) {
    case "counted":
      return "counts";
    case "paused":
      return name === undefined ? "paused" : `paused, ${name}`;
    case "holiday":
      return name === undefined ? "closed, holiday" : `closed, holiday: ${name}`;
    case "closed day":
      return "closed all day";
    case "break":
    case "night":
    case "weekend":
      return `closed, ${kind}`;
    default:
      return kind satisfies never;
  }
}

function exact(at: Date, zone: string): Part {
  return { at, fallback: wallTime(at, zone, "exact"), exact: true };
}
