// Compares a ticket as it was recorded with the same ticket as it would have come about: which promises flip between met
// and breached, which deadlines move, which reminders and pages would have come.
import { HANDED_ROUND } from "./paging.ts";
import type { TargetKind } from "./policy.ts";
import type { Rerun } from "./rerun.ts";
import type { TargetState } from "./targets.ts";
import type { Ticket, TicketEvent, What } from "./ticket.ts";

/** How a promise ended, or that it still runs. */
export type Verdict = "met" | "breached" | "withdrawn" | "running";

/** One promise, as it stood at the end. */
export interface TargetOutcome {
  /** Null while it is paused. */
  deadlineAt: Date | null;
  metAt: Date | null;
  breachedAt: Date | null;
  verdict: Verdict;
  /** How many of its marks were told or folded. */
  marks: number;
}

/** The same promise on both sides; null where one of them has none. */
export interface TargetComparison {
  kind: TargetKind;
  /** The how many-th of its kind, from 1: only `next-response` has more than one. */
  nr: number;
  recorded: TargetOutcome | null;
  replayed: TargetOutcome | null;
}

/** Something that Belfry said, with the instants at which it did on either side; null where it did not. */
export interface Telling {
  what: TellingKind;
  words: string;
  recordedAt: Date | null;
  replayedAt: Date | null;
}

/** A reminder; an alert to the channel; a step of a ladder that rang, or that reached or rang nobody; a ladder that nobody answered. */
export const TELLING_KINDS = [
  "reminder",
  "alert",
  "page",
  "missed page",
  "silent page",
  "unanswered page",
] as const;
export type TellingKind = (typeof TELLING_KINDS)[number];

/** All that is to be said of a ticket on both sides. */
export interface Comparison {
  targets: readonly TargetComparison[];
  /** How often each was told. */
  told: readonly { what: TellingKind; recorded: number; replayed: number }[];
  /** What was told on one side alone, or at another time. */
  changes: readonly Telling[];
}

/** A ticket with its events, as one side of a comparison. */
export type Side = Pick<Rerun, "ticket" | "events">;

/** Compares two sides of one ticket as they stand at `now`. */
export function compare(recorded: Side, replayed: Side, now: Date): Comparison {
  const tellings = comparedTellings(recorded.events, replayed.events);
  const times = (what: TellingKind, side: "recordedAt" | "replayedAt") =>
    tellings.filter((telling) => telling.what === what && telling[side] !== null).length;
  return {
    targets: comparedTargets(recorded.ticket, replayed.ticket, now),
    told: TELLING_KINDS.map((what) => ({
      what,
      recorded: times(what, "recordedAt"),
      replayed: times(what, "replayedAt"),
    })),
    changes: tellings.filter(({ recordedAt, replayedAt }) => recordedAt?.getTime() !== replayedAt?.getTime()),
  };
}

/** Whether a promise was met on one side and breached on the other. */
export function hasFlipped({ recorded, replayed }: TargetComparison): boolean {
  const verdicts = [recorded?.verdict, replayed?.verdict];
  return verdicts.includes("met") && verdicts.includes("breached");
}

/** Whether a promise is due at another time, or there on one side alone. */
export function hasMoved({ recorded, replayed }: TargetComparison): boolean {
  if (recorded === null || replayed === null) return true;
  return recorded.deadlineAt?.getTime() !== replayed.deadlineAt?.getTime();
}

/** Whether two sides are one: each event, and each promise with what came of it, to the millisecond. */
export function isReproduced(recorded: Side, replayed: Side): boolean {
  const [before, after] = [recorded, replayed].map(({ events, ticket }) => ({
    events: events.map((event, nr) => withoutNews(event, recorded.events[nr])),
    targets: ticket.targets.map(({ kind, deadlineAt, metAt, metBy, breachedAt, withdrawn, told }) => ({
      ...{ kind, deadlineAt, metAt, metBy, breachedAt, withdrawn, told },
    })),
  }));
  return isEqual(before, after);
}

/** An event without what earlier versions did not write down, where the record does not say it. */
function withoutNews(event: TicketEvent, recorded: TicketEvent | undefined): TicketEvent {
  const isOld = recorded?.what.kind === "paging-began" && recorded.what.ladder === undefined;
  if (!isOld || event.what.kind !== "paging-began") return event;
  const { kind, why, reason } = event.what;
  return { ...event, what: { kind, why, ...(reason === undefined ? {} : { reason }) } };
}

/** How a promise ended by `now`. One that was breached before a change of level stays breached. */
export function verdictOf({ breachedAt, metAt, withdrawn, deadlineAt }: TargetState, now: Date): Verdict {
  if (breachedAt !== null) return "breached";
  if (metAt !== null) return deadlineAt !== null && metAt > deadlineAt ? "breached" : "met";
  if (withdrawn !== null) return "withdrawn";
  return deadlineAt !== null && deadlineAt < now ? "breached" : "running";
}

function comparedTargets(recorded: Ticket, replayed: Ticket, now: Date): TargetComparison[] {
  const [before, after] = [numbered(recorded.targets), numbered(replayed.targets)];
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [one, other] = [before.get(key), after.get(key)];
    const { kind, nr } = one ?? other ?? raise(`there is no target ${key}`);
    return { kind, nr, recorded: outcomeOf(one?.target, now), replayed: outcomeOf(other?.target, now) };
  });
}

function numbered(targets: readonly TargetState[]) {
  const byKey = new Map<string, { kind: TargetKind; nr: number; target: TargetState }>();
  for (const target of targets) {
    const { kind } = target;
    const nr = [...byKey.values()].filter((known) => known.kind === kind).length + 1;
    byKey.set(`${kind} ${nr}`, { kind, nr, target });
  }
  return byKey;
}

function outcomeOf(target: TargetState | undefined, now: Date): TargetOutcome | null {
  if (target === undefined) return null;
  const { deadlineAt, metAt, breachedAt, told } = target;
  return { deadlineAt, metAt, breachedAt, verdict: verdictOf(target, now), marks: told.length };
}

/** What was told on both sides under the same words stands in one line; the second time is another one. */
function comparedTellings(recorded: readonly TicketEvent[], replayed: readonly TicketEvent[]): Telling[] {
  const tellings = new Map<string, Telling>();
  const note = (events: readonly TicketEvent[], side: "recordedAt" | "replayedAt"): void => {
    for (const { at, what } of events) {
      const told = wordsOf(what);
      if (told === null) continue;
      for (let nr = 1; ; nr++) {
        const key = `${nr} ${told.what} ${told.words}`;
        const known = tellings.get(key) ?? { ...told, recordedAt: null, replayedAt: null };
        if (known[side] !== null) continue;
        tellings.set(key, { ...known, [side]: at });
        break;
      }
    }
  };
  note(recorded, "recordedAt");
  note(replayed, "replayedAt");
  return [...tellings.values()];
}

function wordsOf(what: What): Pick<Telling, "what" | "words"> | null {
  switch (what.kind) {
    case "reminded":
      return { what: "reminder", words: `${what.target} ${what.mark}` };
    case "alerted":
      return { what: "alert", words: "channel alerted" };
    case "paged":
      return { what: "page", words: `${what.person ?? what.role}, ${stepWords(what)}` };
    case "page-missed":
      return {
        what: "missed page",
        words: `${what.person ?? what.role}, ${stepWords(what)}: ${what.why}`,
      };
    case "page-silent":
      return {
        what: "silent page",
        words: `${what.person ?? what.role}, ${stepWords(what)}: notifications paused`,
      };
    case "page-reminded":
      return { what: "reminder", words: "acknowledged, and not answered" };
    case "page-unanswered":
      return { what: "unanswered page", words: "nobody answered" };
    default:
      return null;
  }
}

function stepWords({ step, round }: { step: number; round: number }): string {
  return round === HANDED_ROUND ? "handed on" : `step ${step + 1}`;
}

/** Plain data of equal content, whatever the order of its keys; a database keeps none. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one instanceof Date || other instanceof Date)
    return one instanceof Date && other instanceof Date && one.getTime() === other.getTime();
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return one === other;
  const [mine, theirs] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return (
    mine.length === theirs.size &&
    mine.every(([key, value]) => theirs.has(key) && isEqual(value, theirs.get(key)))
  );
}

function raise(sentence: string): never {
  throw new Error(sentence);
}
