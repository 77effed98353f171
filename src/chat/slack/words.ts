// Sentences in pieces, as Slack shows them: as rich text in blocks, and as mrkdwn where Slack takes nothing else.
//
// Blocks carry rich text, because its pieces are not parsed: a title of `*x* <!channel> &lt;` stays exactly that, with
// nothing to escape. In mrkdwn `&`, `<` and `>` can be escaped, `*x*` and `_x_` cannot. So mrkdwn is left for the
// fallback text of notifications, and for lines of mentions alone, which Slack documents to ring.
import type { PlainTextElement, RichTextBlock, RichTextElement } from "@slack/types";
import type { Address } from "../../core/directory.ts";
import type { Part, Text } from "../../core/message.ts";
import { cut, oneLine, shown } from "../text.ts";
import { escaped } from "./text.ts";

/** A sentence as pieces of rich text; user text in it is cut so that all stays within `max`. */
export function rich(text: Text, max: number): RichTextElement[] {
  return cutText(text, max).map(richPart);
}

/** Words in bold. */
export function bold(words: string): RichTextElement {
  return { type: "text", text: words, style: { bold: true } };
}

/** Words exactly as they are. */
export function literal(words: string): RichTextElement {
  return { type: "text", text: words };
}

/** One line of plain text, for headers, labels and buttons; Slack takes none that is empty. */
export function plain(words: string, max: number): PlainTextElement {
  return { type: "plain_text", text: cut(oneLine(words), max) || "…", emoji: false };
}

/** One block of lines, or none where there are no lines. */
export function linesBlock(id: string, lines: readonly (readonly RichTextElement[])[]): RichTextBlock[] {
  const elements = lines
    .map((line) => line.filter(isShown))
    .filter((line) => line.length > 0)
    .flatMap((line, nth) => (nth === 0 ? line : [literal("\n"), ...line]));
  if (elements.length === 0) return [];
  return [{ type: "rich_text", block_id: id, elements: [{ type: "rich_text_section", elements }] }];
}

/** A sentence for a notification or a line of mentions: escaped once, mentions and times in Slack's own tokens. */
export function mrkdwn(text: Text, max: number): string {
  let left = max;
  const pieces: string[] = [];
  for (const part of text) {
    const piece = mrkdwnPart(part);
    if (piece.length > left) {
      // Only plain words can be cut: half a token would be no token.
      const words = typeof part === "object" && "typed" in part ? part.typed : part;
      if (typeof words === "string") pieces.push(escapedWithin(words, left));
      break;
    }
    pieces.push(piece);
    left -= piece.length;
  }
  return pieces.join("");
}

/** Slack's id of somebody or something, or null for an address as written or of another platform. */
export function slackId(address: Address | null): string | null {
  return /^slack:([A-Z][A-Z0-9]+)$/.exec(address ?? "")?.[1] ?? null;
}

/** Slack takes no empty text. */
function isShown(piece: RichTextElement): boolean {
  return piece.type !== "text" || piece.text !== "";
}

/** Shows each reader his own zone; an exact instant with its seconds, if it has any. */
function formatOf({ at, exact }: Extract<Part, { at: Date }>): string {
  return exact === true && at.getTime() % 60_000 !== 0
    ? "{date_short_pretty} {time_secs}"
    : "{date_short_pretty} {time}";
}

const FALLBACK_LENGTH = 60;

function cutText(text: Text, max: number): Text {
  let left = max;
  const kept: Part[] = [];
  for (const part of text) {
    if (left <= 0) break;
    const piece = cutPart(part, left);
    left -= lengthOf(piece);
    if (lengthOf(piece) > 0) kept.push(piece);
  }
  return kept;
}

function cutPart(part: Part, max: number): Part {
  if (typeof part === "string") return cut(shown(part), max);
  if ("strong" in part) return { strong: cut(shown(part.strong), max) };
  if ("typed" in part) return cut(shown(part.typed), max);
  if ("person" in part) return { ...part, person: cut(shown(part.person), max) };
  if ("group" in part) return { ...part, group: cut(shown(part.group), max) };
  return part;
}

function lengthOf(part: Part): number {
  if (typeof part === "string") return part.length;
  if ("strong" in part) return part.strong.length;
  if ("typed" in part) return part.typed.length;
  if ("person" in part) return part.person.length;
  if ("group" in part) return part.group.length;
  return 20;
}

function richPart(part: Part): RichTextElement {
  if (typeof part === "string") return literal(part);
  if ("strong" in part) return bold(part.strong);
  if ("typed" in part) return literal(part.typed);
  if ("here" in part) return { type: "broadcast", range: "here" };
  if ("person" in part) {
    const id = part.ring ? slackId(part.address) : null;
    return id === null ? literal(part.person) : { type: "user", user_id: id };
  }
  if ("group" in part) {
    const id = slackId(part.address);
    return id === null ? literal(part.group) : { type: "usergroup", usergroup_id: id };
  }
  const fallback = cut(shown(part.fallback), FALLBACK_LENGTH);
  return {
    type: "date",
    timestamp: seconds(part.at),
    format: formatOf(part),
    ...(fallback === "" ? {} : { fallback }),
  };
}

function mrkdwnPart(part: Part): string {
  if (typeof part === "string") return escaped(shown(part));
  if ("strong" in part) return escaped(shown(part.strong));
  if ("typed" in part) return escaped(shown(part.typed));
  if ("here" in part) return "<!here>";
  if ("person" in part) {
    const id = part.ring ? slackId(part.address) : null;
    return id === null ? escaped(shown(part.person)) : `<@${id}>`;
  }
  if ("group" in part) {
    const id = slackId(part.address);
    return id === null ? escaped(shown(part.group)) : `<!subteam^${id}>`;
  }
  // The bar ends the format, so the fallback must not hold another.
  const fallback = escaped(cut(shown(part.fallback), FALLBACK_LENGTH).replaceAll("|", "/"));
  return `<!date^${seconds(part.at)}^${formatOf(part)}|${fallback}>`;
}

/** The longest beginning whose escaped form fits, so that no entity is torn. */
function escapedWithin(words: string, max: number): string {
  let text = cut(shown(words), max);
  while (escaped(text).length > max)
    text = cut(text, text.length - 1 - Math.ceil((escaped(text).length - max) / 5));
  return escaped(text);
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
