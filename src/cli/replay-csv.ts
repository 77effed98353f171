// A replay for a spreadsheet: a line for each ticket and target.
import { hasFlipped, type TargetComparison } from "../core/comparison.ts";
import type { ReplayedTicket } from "../desk/replay.ts";
import { instantText } from "./instant.ts";
import { laterByMs, type Replay } from "./replay-summary.ts";

/** A line for each ticket and target, with a heading line. Instants are in UTC. */
export function asCsv({ tickets }: Replay): string {
  return [HEADINGS, ...tickets.flatMap(csvRows)]
    .map((cells) => `${cells.map(csvCell).join(",")}\r\n`)
    .join("");
}

const HEADINGS = [
  "ticket",
  "customer",
  "filed",
  "level",
  "recorded under",
  "replayed under",
  "target",
  "nr",
  "recorded deadline",
  "replayed deadline",
  "later by minutes",
  "met",
  "recorded verdict",
  "replayed verdict",
  "flips",
  "recorded marks",
  "replayed marks",
  "recorded pages",
  "replayed pages",
  "note",
];

function csvRows(ticket: ReplayedTicket): string[][] {
  const { number, customer, filedAt, level, recordedUnder, replayedUnder, outcome } = ticket;
  const head = [number, customer, instantText(filedAt), level, recordedUnder, replayedUnder];
  if (outcome.is === "incomparable") return [[...head, ...Array<string>(12).fill(""), "", outcome.why]];
  const page = outcome.told.find(({ what }) => what === "page");
  const pages = [String(page?.recorded ?? 0), String(page?.replayed ?? 0)];
  const note = outcome.isFaithful ? "" : "cannot be reproduced under its own policy";
  if (outcome.targets.length === 0) return [[...head, ...Array<string>(11).fill(""), ...pages, note]];
  return outcome.targets.map((target) => [...head, ...targetCells(target), ...pages, note]);
}

function targetCells(target: TargetComparison): string[] {
  const { kind, nr, recorded, replayed } = target;
  const byMs = laterByMs(target);
  const time = (at: Date | null | undefined) => (at === null || at === undefined ? "" : instantText(at));
  return [
    kind,
    String(nr),
    time(recorded?.deadlineAt),
    time(replayed?.deadlineAt),
    byMs === null ? "" : String(Math.round(byMs / MINUTE_MS)),
    time(recorded?.metAt ?? replayed?.metAt),
    recorded?.verdict ?? "",
    replayed?.verdict ?? "",
    hasFlipped(target) ? "yes" : "",
    recorded === null ? "" : String(recorded.marks),
    replayed === null ? "" : String(replayed.marks),
  ];
}

const MINUTE_MS = 60_000;

/** A cell that a spreadsheet reads as it is: quoted where needed, and never taken for a formula. */
function csvCell(text: string): string {
  const plain = /^[=+@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
