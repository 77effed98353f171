// Sentences in pieces, as Teams shows them: as text runs, which are not parsed, or where an instant or a mention stands in
// them as a TextBlock, which is Markdown; then what people wrote is escaped.
import type { Address } from "../../core/directory.ts";
import type { Part, Text } from "../../core/message.ts";
import { cut, shown } from "../text.ts";
import type { Element, Mention, RichTextBlock, TextRun } from "./cards.ts";

/** An element, and the mentions that stand in it. */
export interface Line {
  element: Element;
  mentions: readonly Mention[];
}

/** A sentence as one element; what people wrote in it is cut so that all stays within `max`, `before` comes bold in front. */
export function lineOf(
  text: Text,
  max: number,
  { before = "", after = "", isSubtle = false }: { before?: string; after?: string; isSubtle?: boolean } = {},
): Line | null {
  const parts: Part[] = [
    ...(before === "" ? [] : [{ strong: before }]),
    ...within(text, max),
    ...(after === "" ? [] : [after]),
  ];
  if (parts.every((part) => plainOf(part).trim() === "")) return null;
  const look = isSubtle ? { isSubtle: true as const, size: "Small" as const } : {};
  const mentions = parts.flatMap(mentionsOf);
  if (mentions.length === 0 && !parts.some((part) => typeof part === "object" && "at" in part))
    return {
      element: { ...runs(parts.map((part) => ({ ...runOf(part), ...look }))), spacing: "Small" },
      mentions,
    };
  // Four spaces or a tab in front would make it a block of code.
  const markdown = parts.map(markdownOf).join("").trim();
  return { element: { type: "TextBlock", text: markdown, wrap: true, spacing: "Small", ...look }, mentions };
}

/** Text runs in one block. */
export function runs(inlines: readonly TextRun[]): RichTextBlock {
  return { type: "RichTextBlock", inlines: inlines.filter(({ text }) => text !== "") };
}

/** One run of text, shown as it is. */
export function run(text: string, look: Omit<TextRun, "type" | "text"> = {}): TextRun {
  return { type: "TextRun", text: guarded(text), ...look };
}

/** A sentence without any layout, for notifications and answers that take text alone. */
export function plainText(text: Text, max: number): string {
  return cut(text.map(plainOf).join(""), max);
}

/**
 * Text that no client takes for Markdown, for a time to show, for a mention or for a link. Every mark that CommonMark
 * knows may be escaped by a backslash.
 */
export function escaped(text: string): string {
  return guarded(text)
    .replace(/[\\`*_{}[\]()#+.!|<>~&-]/g, "\\$&")
    .replace(/:\/\//g, "\\://")
    .replace(/\s*[\n\r]\s*/g, " ");
}

/** The id of a person in Entra, or null for an address of another platform or one that is not known yet. */
export function entraId(address: Address | null): string | null {
  return /^teams:([0-9a-f]{8}-[0-9a-f-]{27})$/.exec(address ?? "")?.[1] ?? null;
}

/** Teams looks for its own marks in any text: a space without width parts them. */
function guarded(text: string): string {
  return shown(text)
    .replace(/\{\{/g, "{\u200B{")
    .replace(/\$\{/g, "$\u200B{")
    .replace(/<(?=\/?at\b)/gi, "<\u200B");
}

/** What can be typed, as it is typed after a mention of Belfry. */
export function afterMention(text: Text): Text {
  return text.map((part) =>
    typeof part === "object" && "typed" in part ? asTyped(part.typed, "@Belfry ") : part,
  );
}

/** Commands go without a slash there: "ticket list" in a chat with Belfry, and after a mention elsewhere. */
export function asTyped(words: string, mention = ""): string {
  return words.replace(/(?<![^\s(])\/(?=(?:ticket|oncall)\b)/g, mention);
}

/** The parts that fit; the last of them is cut. What is ours, such as an instant, counts little and stays whole. */
function within(text: Text, max: number): Part[] {
  const parts: Part[] = [];
  let left = max;
  for (const part of text) {
    if (left <= 0) break;
    const kept = cutPart(part, left);
    left -= typeof part === "object" && "at" in part ? 20 : plainOf(kept).length;
    parts.push(kept);
  }
  return parts;
}

function cutPart(part: Part, max: number): Part {
  if (typeof part === "string") return cut(part, max);
  if ("strong" in part) return { strong: cut(part.strong, max) };
  if ("typed" in part) return { typed: cut(part.typed, max) };
  if ("group" in part) return { ...part, group: cut(part.group, Math.min(max, 80)) };
  return "person" in part ? { ...part, person: cut(part.person, Math.min(max, 80)) } : part;
}

function plainOf(part: Part): string {
  if (typeof part === "string") return shown(part);
  if ("strong" in part) return shown(part.strong);
  if ("typed" in part) return shown(asTyped(part.typed));
  if ("at" in part) return shown(part.fallback);
  if ("group" in part) return shown(part.group);
  return "here" in part ? HERE : shown(part.person);
}

/** Teams lets no bot alert a group or everybody in a channel: the words say whom they mean. */
const HERE = "Everybody in this channel";

function runOf(part: Part): TextRun {
  const isStrong = typeof part === "object" && ("strong" in part || "here" in part);
  return run(plainOf(part), isStrong ? { weight: "Bolder" } : {});
}

function markdownOf(part: Part): string {
  if (typeof part === "object" && "at" in part) return instantOf(part);
  const [mention] = mentionsOf(part);
  if (mention !== undefined) return mention.text;
  const isStrong = typeof part === "object" && ("strong" in part || "here" in part);
  const text = escaped(plainOf(part));
  const [, start = "", words = "", end = ""] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
  return isStrong && words !== "" ? `${start}**${words}**${end}` : text;
}

/** Shown by each client in its reader's zone. Times have no seconds there, so these are said, where they matter. */
function instantOf({ at, exact }: Extract<Part, { at: Date }>): string {
  const iso = `${at.toISOString().slice(0, 19)}Z`;
  const seconds = at.getUTCSeconds();
  const rest = exact === true && seconds > 0 ? ` and ${seconds} s` : "";
  return `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}${rest}`;
}

function mentionsOf(part: Part): Mention[] {
  if (typeof part === "string" || !("person" in part) || !part.ring) return [];
  const id = entraId(part.address);
  if (id === null) return [];
  const name = guarded(part.person).replace(/[<>\\`*_[\]]/g, "");
  return [{ type: "mention", text: `<at>${name}</at>`, mentioned: { id, name } }];
}
