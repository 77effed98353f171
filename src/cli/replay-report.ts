// What `belfry replay` says to whoever has to decide, say before a contract is signed: figures, then what matters one by one.
import { wallTime } from "../core/zone.ts";
import { TELLING_KINDS, type TargetComparison, type Telling, type TellingKind } from "../core/comparison.ts";
import { TARGET_WORDS } from "../core/words.ts";
import { instantText } from "./instant.ts";
import {
  isChanged,
  replayedOf,
  summaryOf,
  targetsOf,
  type Done,
  type Of,
  type Replay,
  type Summary,
} from "./replay-summary.ts";
import { inColumns } from "./show.ts";

/** A replay in words, for whoever has to decide. Instants are in each customer's zone. */
export function inWords(replay: Replay): string {
  const done = replayedOf(replay);
  const summary = summaryOf(replay);
  const sections = [
    heading(replay, done),
    summary.replayed === 0 ? [] : figures(summary),
    verdictLines("Breached only as replayed", targetsOf(done).filter(isWorse)),
    verdictLines("Breached only as recorded", targetsOf(done).filter(isBetter)),
    pageLines(done),
    incomparableLines(replay),
    remarks(replay, done),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** How many lines a list in words has at most; the CSV has all targets, the JSON everything. */
const LISTED = 20;

function isWorse({ recorded, replayed }: TargetComparison): boolean {
  return recorded?.verdict !== "breached" && replayed?.verdict === "breached";
}

function isBetter({ recorded, replayed }: TargetComparison): boolean {
  return recorded?.verdict === "breached" && replayed?.verdict !== "breached";
}

function heading({ under, from, to, leftOut }: Replay, done: readonly Done[]): string[] {
  const other = [under.policy, under.desk].filter((name) => name !== null).join(" and ");
  const span = [
    ...(from === null ? [] : [` from ${instantText(from)}`]),
    ...(to === null ? [] : [` before ${instantText(to)}`]),
  ].join("");
  const versions = [...new Set(done.map(({ replayedUnder }) => replayedUnder))].join(", ");
  const circumstances =
    other === ""
      ? "the policies that they were filed under"
      : `${other}${versions === "" ? "" : ` (${versions})`}`;
  const others = leftOut.map(({ policy, tickets }) => `${policy} ${tickets}`).join(", ");
  const changed = numbersOf(done.filter(isChanged));
  const difference =
    changed.length === 0
      ? "Every deadline, reminder and page is as recorded."
      : `${tickets(changed.length)} would have gone differently: ${some(changed)}.`;
  return [
    `${tickets(done.length)}${span === "" ? "" : `, filed${span},`} replayed under ${circumstances}.`,
    ...(others === "" ? [] : [`Left out, as they are under other policies: ${others}.`]),
    ...(done.length === 0 ? [] : [difference]),
  ];
}

function figures({ verdicts, told, deadlines }: Summary): string[] {
  const rows = [
    ["", "recorded", "replayed", ""],
    row("targets met", verdicts.met),
    row("targets breached", verdicts.breached),
    row("targets withdrawn", verdicts.withdrawn),
    row("targets that still run", verdicts.running),
    ...TELLING_KINDS.map((what) => [
      ...row(TOLD_WORDS[what], told[what]).slice(0, 3),
      changeWords(told[what]),
    ]),
  ];
  const moves = [
    ...(deadlines.later > 0 ? [`${deadlines.later} later`] : []),
    ...(deadlines.earlier > 0 ? [`${deadlines.earlier} earlier`] : []),
    ...(deadlines.onOneSide > 0 ? [`${deadlines.onOneSide} on one side alone, or paused there`] : []),
  ];
  return [...inColumns(rows), ...(moves.length === 0 ? [] : [`Deadlines that move: ${moves.join(", ")}.`])];
}

const TOLD_WORDS: Readonly<Record<TellingKind, string>> = {
  reminder: "reminders",
  alert: "alerts to the channel",
  page: "steps paged",
  "silent page": "pages that rang nobody",
  "missed page": "steps that reached nobody",
  "unanswered page": "pages nobody answered",
};

function row(label: string, { recorded, replayed }: { recorded: number; replayed: number }): string[] {
  return [
    label,
    String(recorded).padStart("recorded".length),
    String(replayed).padStart("replayed".length),
    "",
  ];
}

function changeWords({ more, fewer, moved }: Summary["told"][TellingKind]): string {
  return [
    ...(more > 0 ? [`${more} more`] : []),
    ...(fewer > 0 ? [`${fewer} fewer`] : []),
    ...(moved > 0 ? [`${moved} at another time`] : []),
  ].join(", ");
}

function verdictLines(what: string, targets: readonly Of<TargetComparison>[]): string[] {
  if (targets.length === 0) return [];
  const rows = targets.slice(0, LISTED).map(({ ticket, kind, nr, recorded, replayed }) => {
    const due = (side: TargetComparison["recorded"]) => sideInWords(side, ticket.zone);
    return [
      `  ${ticket.number}`,
      `level ${ticket.level}`,
      nr > 1 ? `${TARGET_WORDS[kind]} (${nr})` : TARGET_WORDS[kind],
      due(recorded),
      `would be ${due(replayed)}`,
    ];
  });
  return [
    `${what}, ${targets.length === 1 ? "1 target" : `${targets.length} targets`}:`,
    ...listed(rows, targets.length),
  ];
}

function sideInWords(side: TargetComparison["recorded"], zone: string): string {
  if (side === null) return "not promised";
  const { deadlineAt, breachedAt, metAt, verdict } = side;
  const dueAt = breachedAt ?? deadlineAt;
  const due = dueAt === null ? "paused" : `due ${wallTime(dueAt, zone)}`;
  return metAt === null ? `${due}, ${verdict}` : `${due}, met ${wallTime(metAt, zone)}`;
}

/** Pages cost somebody's night: each ticket is told on which they differ, with the first that does. */
function pageLines(done: readonly Done[]): string[] {
  const rows = done.flatMap(({ number, zone, outcome }) => {
    const changes = outcome.changes.filter(({ what }) => what !== "reminder");
    const first = changes.find(({ what }) => what === "page") ?? changes[0];
    if (first === undefined) return [];
    const others = changes.length > 1 ? `and ${changes.length - 1} more` : "";
    return [[`  ${number}`, `${first.what}: ${first.words}`, timesInWords(first, zone), others]];
  });
  if (rows.length === 0) return [];
  return [
    `Alerts and pages differ on ${tickets(rows.length)}; of each the first:`,
    ...listed(rows.slice(0, LISTED), rows.length),
  ];
}

function timesInWords(
  { recordedAt, replayedAt }: Pick<Telling, "recordedAt" | "replayedAt">,
  zone: string,
): string {
  if (recordedAt === null) return replayedAt === null ? "" : `would have come ${wallTime(replayedAt, zone)}`;
  if (replayedAt === null) return `would not have come, came ${wallTime(recordedAt, zone)}`;
  return `would have come ${wallTime(replayedAt, zone)}, came ${wallTime(recordedAt, zone)}`;
}

function incomparableLines({ tickets: all }: Replay): string[] {
  const byReason = new Map<string, string[]>();
  for (const { number, outcome } of all) {
    if (outcome.is === "incomparable")
      byReason.set(outcome.why, [...(byReason.get(outcome.why) ?? []), number]);
  }
  return [...byReason].flatMap(([why, numbers]) => [
    `${tickets(numbers.length)} cannot be compared. ${why}`,
    `  ${some(numbers)}`,
  ]);
}

function remarks({ under }: Replay, done: readonly Done[]): string[] {
  const unfaithful = numbersOf(done.filter(({ outcome }) => !outcome.isFaithful));
  const idle = done.reduce((sum, { outcome }) => sum + outcome.idle, 0);
  const isOther = under.policy !== null || under.desk !== null;
  return [
    ...(unfaithful.length === 0
      ? []
      : [
          `${tickets(unfaithful.length)} cannot be reproduced under their own policy either, so not all that differs need come from the other one: ${some(unfaithful)}.`,
        ]),
    ...(idle === 0
      ? []
      : [
          `${idle === 1 ? "1 act has" : `${idle} acts have`} no object there, such as a page that never rang, and ${idle === 1 ? "is" : "are"} left out.`,
        ]),
    ...(isOther
      ? [
          "People are taken to have done what they did, when they did it; what was due while Belfry was down comes when it was up again.",
        ]
      : []),
    ...(isOther && under.desk === null
      ? ["Who is paged, and in which order, is by the desk file that was in force at the time."]
      : []),
  ];
}

function listed(rows: string[][], total: number): string[] {
  const more = total - rows.length;
  return [...inColumns(rows), ...(more > 0 ? [`  and ${more} more; --json tells all`] : [])];
}

function some(numbers: readonly string[]): string {
  const more = numbers.length - LISTED;
  return `${numbers.slice(0, LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function numbersOf(done: readonly Done[]): string[] {
  return done.map(({ number }) => number);
}

function tickets(count: number): string {
  return count === 1 ? "1 ticket" : `${count} tickets`;
}
