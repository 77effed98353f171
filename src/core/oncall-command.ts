// Reads the words after /oncall: a question about who is on call, or a change of it.
import type { Role } from "./roster.ts";
import { isDay, readSpan, tokensOf, type WrittenSpan } from "./when.ts";

/**
 * What the words ask for. `who` is a person as written: a name, an id, or "@" and an address. A stretch is null where it is
 * missing, and a form asks for it.
 */
export type OncallCommand =
  | { kind: "now"; all: boolean }
  | { kind: "week"; all: boolean }
  | { kind: "help" }
  | { kind: "changes" }
  /** The address of one's calendar, or another one. */
  | { kind: "feed"; renew: boolean }
  | { kind: "override"; who: string; span: WrittenSpan | null; rotation: string | null; role: Role }
  | { kind: "leave"; span: WrittenSpan | null }
  | { kind: "take"; rotation: string | null }
  | { kind: "swap"; who: string; which: string | null; rotation: string | null }
  | { kind: "accept" | "decline"; nr: number }
  /** Null: the latest change of whoever asks. */
  | { kind: "undo"; nr: number | null }
  /** Words that mean nothing here, and what was expected. */
  | { kind: "unclear"; sentence: string };

/** Whether a command only asks: nothing changes by it. */
export function onlyAsks({ kind }: OncallCommand): boolean {
  return kind === "now" || kind === "week" || kind === "help" || kind === "changes" || kind === "unclear";
}

/** Reads the words after /oncall. */
export function readOncall(words: string): OncallCommand {
  const [verb = "", ...rest] = tokensOf(words);
  switch (verb.toLowerCase()) {
    case "":
    case "now":
    case "all":
      return { kind: "now", all: verb.toLowerCase() === "all" || isAll(rest) };
    case "week":
      return { kind: "week", all: isAll(rest) };
    case "help":
      return { kind: "help" };
    case "changes":
    case "list":
      return { kind: "changes" };
    case "feed":
      return { kind: "feed", renew: rest[0]?.toLowerCase() === "renew" };
    case "override":
      return readOverride(rest);
    case "leave":
      return readLeave(rest);
    case "take":
      return readTake(rest);
    case "swap":
      return readSwap(rest);
    case "accept":
    case "decline":
      return readAnswer(verb.toLowerCase() === "accept" ? "accept" : "decline", rest);
    case "undo":
    case "cancel":
      return readUndo(rest);
    default:
      return unclear(`There is no /oncall ${verb}.`);
  }
}

function readOverride(rest: readonly string[]): OncallCommand {
  const place = rest.findIndex((_, start) => readSpan(rest.slice(start)) !== null);
  if (place < 0) {
    if (rest.length > 2) return unclear(SPAN_WORDS);
    return { kind: "override", who: rest.join(" "), span: null, rotation: null, role: "primary" };
  }
  const found = readSpan(rest.slice(place));
  const after = rest.slice(place + (found?.length ?? 0));
  const role = after.find((word): word is Role => word === "primary" || word === "secondary") ?? "primary";
  const [rotation = null, ...more] = after.filter((word) => word !== role);
  if (more.length > 0) return unclear(`"${more.join(" ")}" is not understood.`);
  return { kind: "override", who: rest.slice(0, place).join(" "), span: found?.span ?? null, rotation, role };
}

function readLeave(rest: readonly string[]): OncallCommand {
  if (rest.length === 0) return { kind: "leave", span: null };
  if (rest.length === 1 && rest[0]?.toLowerCase() === "list") return { kind: "changes" };
  if (rest[0]?.toLowerCase() === "cancel") return readUndo(rest.slice(1));
  const found = readSpan(rest);
  if (found?.length !== rest.length) return unclear(SPAN_WORDS);
  return { kind: "leave", span: found.span };
}

function readTake(rest: readonly string[]): OncallCommand {
  const [rotation = null, ...more] = rest;
  return more.length > 0 ? unclear(`"${more.join(" ")}" is not understood.`) : { kind: "take", rotation };
}

/** "@sam", "Sam Okafor fri", "@sam 2026-12-07 weekly": the person, the day on which the shift begins, the rotation. */
function readSwap(rest: readonly string[]): OncallCommand {
  const words = rest.filter((word) => word.toLowerCase() !== "on");
  const [first = ""] = words;
  if (first === "") return unclear("Say with whom: /oncall swap @person.");
  const day = words.findIndex((word, place) => place > 0 && isDay(word));
  const end = day > 0 ? day : first.startsWith("@") ? 1 : words.length;
  const [rotation = null, ...more] = words.slice(day > 0 ? day + 1 : end);
  if (more.length > 0) return unclear(`"${more.join(" ")}" is not understood.`);
  return { kind: "swap", who: words.slice(0, end).join(" "), which: words[day] ?? null, rotation };
}

function readAnswer(kind: "accept" | "decline", rest: readonly string[]): OncallCommand {
  const nr = numberIn(rest);
  return nr === null ? unclear(`Say which: /oncall ${kind} and its number.`) : { kind, nr };
}

function readUndo(rest: readonly string[]): OncallCommand {
  if (rest.length === 0) return { kind: "undo", nr: null };
  const nr = numberIn(rest);
  return nr === null
    ? unclear("Say which: /oncall undo and its number; /oncall changes lists them.")
    : { kind: "undo", nr };
}

function numberIn(words: readonly string[]): number | null {
  const [, digits] = /^#?(\d{1,9})$/.exec(words.join(" ")) ?? [];
  return digits === undefined ? null : Number(digits);
}

function isAll(words: readonly string[]): boolean {
  return words[0]?.toLowerCase() === "all";
}

function unclear(sentence: string): OncallCommand {
  return { kind: "unclear", sentence: `${sentence} /oncall help shows what can be typed.` };
}

const SPAN_WORDS =
  'Say from when until when, such as "sat 09:00 - sun 09:00" or "2026-12-24 09:00 - 2026-12-27 09:00".';
