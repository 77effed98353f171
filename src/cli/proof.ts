// Tells the working of deadlines on the command line, in words and as JSON.
import type { ProofMessage } from "../core/message.ts";
import { TARGET_WORDS } from "../core/words.ts";
import { lengthOf, type Proof, type TargetProof } from "../core/why.ts";
import { instantText } from "./instant.ts";
import { plainText } from "../core/plain.ts";

/** The working in words, by the clock of a zone. */
export function proofText({ number, title, proofs }: ProofMessage, zone: string): string {
  const lines = proofs.flatMap(({ label, promise, rows, sum }) => [
    "",
    `${label}: ${plainText(promise, zone)}`,
    ...rows.map(({ counts, words }) => `  ${counts ? "+" : " "} ${plainText(words, zone)}`),
    `  ${plainText(sum, zone)}`,
  ]);
  const none = proofs.length === 0 ? ["", "The policy promises no time for this level."] : [];
  return [`${number}  ${title}`, ...none, ...lines, ""].join("\n");
}

/** One working as data; every length in milliseconds. */
function proofInJson(proof: Proof): object {
  const { kind, within, withinMs, calendar, timezone, clause, startedAt, deadlineAt, countedMs } = proof;
  return {
    kind,
    within,
    withinMs,
    calendar,
    timezone,
    clause,
    startedAt: instantText(startedAt),
    deadline: deadlineAt === null ? null : instantText(deadlineAt),
    countedMs,
    spans: spansInJson(proof),
  };
}

/** The spans of a working as data, in order and without gaps. */
export function spansInJson({ steps }: Proof): object[] {
  return steps.map((step) => ({
    kind: step.kind,
    ...(step.name === undefined ? {} : { name: step.name }),
    from: instantText(step.from),
    to: instantText(step.to),
    ...(step.kind === "counted" ? { countedMs: lengthOf(step) } : {}),
  }));
}

/** The working of a ticket's promise as data. */
export function targetProofInJson(proof: TargetProof): object {
  const { target, dueAtChange, later } = proof;
  return {
    label: TARGET_WORDS[proof.kind],
    ...proofInJson(proof),
    met: target.metAt === null ? null : instantText(target.metAt),
    dueAtChange: dueAtChange === null ? null : instantText(dueAtChange),
    later: later.map(({ basis, at }) => ({
      level: basis.level,
      within: basis.within,
      startedAt: instantText(basis.fromAt),
      deadline: at === null ? null : instantText(at),
    })),
  };
}
