// Reads Slack's mrkdwn and gives it back as rich text blocks, so that the drawing library is told what everything is.
//
// The library has a mrkdwn reader of its own, built on a Markdown parser. It undoes the escapes first, so that an
// escaped "&lt;!channel&gt;" becomes a mention, and it knows things that Slack does not ("# heading", "![image](…)",
// tables). Here Slack's rules hold: only an unescaped <…> means anything, and each escape is undone once, at the very
// end, in what is plain text by then.
import type {
  RichTextBlock,
  RichTextElement,
  RichTextLink,
  RichTextPreformatted,
  RichTextQuote,
  RichTextSection,
  RichTextStyleable,
  RichTextText,
} from "@slack/types";
import { slackDate, type DateReader } from "./dates.ts";

/** How a mrkdwn text is read. */
export interface Reading extends DateReader {
  /** Slack's `verbatim`: bare addresses stay text. */
  isVerbatim?: boolean;
}

/** The rich text that a Slack client shows for a mrkdwn text, its dates written for one reader. */
export function readMrkdwn(text: string, reading: Reading): RichTextBlock["elements"] {
  const parts: RichTextBlock["elements"] = [];
  // The pieces alternate: text, fenced code, text, fenced code, and so on.
  text.split(/```([\s\S]+?)```/).forEach((piece, index) => {
    if (index % 2 === 1) parts.push(preformatted(piece, reading));
    else parts.push(...paragraphs(piece, reading));
  });
  return parts;
}

/** Undoes Slack's three escapes, once. */
export function unescape(text: string): string {
  return text.replace(
    /&(amp|lt|gt);/g,
    (_, name: "amp" | "lt" | "gt") => ({ amp: "&", lt: "<", gt: ">" })[name],
  );
}

/** A message's text as its author would type it again: names instead of ids, no escapes. */
export function asTyped(text: string, names: Record<string, string>): string {
  const named = text.replace(/<([@#])([A-Z0-9]+)(?:\|[^<>]*)?>/g, (_, sign: string, id: string) => {
    return sign + (names[id] ?? id).replace(/^[@#]/, "");
  });
  return unescape(
    named.replace(/<!(here|channel|everyone)>/g, "@$1").replace(/<([^<>|]+)(?:\|[^<>]*)?>/g, "$1"),
  );
}

type Style = NonNullable<RichTextStyleable["style"]>;

const STYLE_OF_MARK = { "*": "bold", _: "italic", "~": "strike" } as const;
type Mark = keyof typeof STYLE_OF_MARK;

function preformatted(code: string, reading: Reading): RichTextPreformatted {
  const elements = readInline(code.replace(/^\n|\n$/g, ""), { code: true }, reading).map(withoutStyle);
  return { type: "rich_text_preformatted", elements };
}

/** What stands in a code block is text or a link, and carries no style of its own. */
function withoutStyle(element: RichTextElement): RichTextText | RichTextLink {
  switch (element.type) {
    case "link":
      return {
        type: "link",
        url: element.url,
        ...(element.text === undefined ? {} : { text: element.text }),
      };
    case "text":
      return { type: "text", text: element.text };
    case "user":
      return { type: "text", text: `@${element.user_id}` };
    case "channel":
      return { type: "text", text: `#${element.channel_id}` };
    case "broadcast":
      return { type: "text", text: `@${element.range}` };
    default:
      return { type: "text", text: "" };
  }
}

function paragraphs(text: string, reading: Reading): (RichTextSection | RichTextQuote)[] {
  if (text.trim() === "") return [];
  const groups: { isQuote: boolean; lines: string[] }[] = [];
  for (const line of text.replace(/^\n|\n$/g, "").split("\n")) {
    const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line);
    const isQuote = quoted !== null;
    const last = groups.at(-1);
    if (last?.isQuote === isQuote) last.lines.push(quoted?.[1] ?? line);
    else groups.push({ isQuote, lines: [quoted?.[1] ?? line] });
  }
  return groups.map(({ isQuote, lines }) => ({
    type: isQuote ? "rich_text_quote" : "rich_text_section",
    elements: readInline(lines.join("\n"), {}, reading),
  }));
}

/** Reads one run of text. Each pass over it is linear: a mark without a partner is looked for once a line. */
function readInline(text: string, style: Style, reading: Reading): RichTextElement[] {
  const elements: RichTextElement[] = [];
  const lonelyUntil: Partial<Record<Mark, number>> = {};
  let plainFrom = 0;
  let at = 0;

  const take = (until: number, ...found: RichTextElement[]) => {
    if (at > plainFrom) add(elements, plain(unescape(text.slice(plainFrom, at)), style));
    for (const element of found) add(elements, element);
    at = until;
    plainFrom = until;
  };

  while (at < text.length) {
    const char = text.charAt(at);
    const before = text.charAt(at - 1);
    if (char === "<") {
      const angle = matchAt(/<([^<>\n]+)>/y, text, at);
      const meaning = angle && readAngle(angle[1] ?? "", style, reading);
      if (angle && meaning) {
        take(at + angle[0].length, meaning);
        continue;
      }
    } else if (char === "`" && !style.code) {
      const code = matchAt(/`([^`\n]+)`/y, text, at);
      if (code) {
        take(at + code[0].length, ...readInline(code[1] ?? "", { ...style, code: true }, reading));
        continue;
      }
    } else if (!style.code && isMark(char) && !style[STYLE_OF_MARK[char]] && isEdge(char, before)) {
      const end = at < (lonelyUntil[char] ?? 0) ? -1 : partnerOf(char, text, at);
      if (end > 0) {
        const inner = readInline(text.slice(at + 1, end), { ...style, [STYLE_OF_MARK[char]]: true }, reading);
        take(end + 1, ...inner);
        continue;
      }
      if (end === -1) lonelyUntil[char] = Math.max(lonelyUntil[char] ?? 0, endOfLine(text, at));
    } else if (!style.code && char === ":" && !isWordy(before)) {
      const emoji = matchAt(/:([a-z0-9_'+-]{1,60}(?:::skin-tone-[2-6])?):/y, text, at);
      if (emoji && isEmojiName(emoji[1] ?? "")) {
        take(at + emoji[0].length, { type: "emoji", name: emoji[1] ?? "", ...styled(style) });
        continue;
      }
    } else if (char === "h" && !style.code && !reading.isVerbatim && !isWordy(before)) {
      const address = matchAt(/https?:\/\/[^\s<>|`]+/y, text, at)?.[0].replace(/[.,;:!?)\]'"*_~]+$/, "");
      if (address) {
        take(at + address.length, { type: "link", url: unescape(address), ...styled(style) });
        continue;
      }
    }
    at += 1;
  }
  take(at);
  return elements;
}

/** What stands between < and >, or null where it means nothing and is shown as it is. */
function readAngle(inside: string, style: Style, reading: Reading): RichTextElement | null {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  if (/^@[UWB][A-Z0-9]*$/.test(target)) return { type: "user", user_id: target.slice(1), ...styled(style) };
  if (/^#[CGD][A-Z0-9]*$/.test(target))
    return { type: "channel", channel_id: target.slice(1), ...styled(style) };
  if (/^!subteam\^\w+$/.test(target)) {
    const group = { type: "usergroup" as const, usergroup_id: target.slice("!subteam^".length) };
    return label === "" ? { ...group, ...styled(style) } : plain(label, style);
  }
  if (target.startsWith("!date^")) return readDate(target, label, style, reading);
  if (target === "!here" || target === "!channel" || target === "!everyone") {
    return { type: "broadcast", range: target.slice(1) as "here" | "channel" | "everyone", ...styled(style) };
  }
  if (/^(?:https?:\/\/|mailto:|tel:)\S+$/i.test(target)) {
    const url = unescape(target);
    return { type: "link", url, text: label || url.replace(/^(?:mailto|tel):/i, ""), ...styled(style) };
  }
  return null;
}

function readDate(target: string, fallback: string, style: Style, reading: Reading): RichTextElement {
  const [, seconds = "", format = "", ...link] = target.split("^");
  const text =
    (/^\d+$/.test(seconds) ? slackDate(Number(seconds), unescape(format), reading) : null) ?? fallback;
  const url = unescape(link.join("^"));
  return /^https?:\/\//i.test(url) ? { type: "link", url, text, ...styled(style) } : plain(text, style);
}

/** Where the mark that opens at `from` is closed: -1 if nowhere on its line, 0 if it opens nothing. */
function partnerOf(mark: Mark, text: string, from: number): number {
  const next = text.charAt(from + 1);
  if (next === "" || next === mark || /\s/.test(next)) return 0;
  const lineEnd = endOfLine(text, from);
  for (let at = from + 1; at < lineEnd; at += 1) {
    const char = text.charAt(at);
    // Marks inside of <…> and `…` close nothing out here.
    const closed = char === "<" ? text.indexOf(">", at) : char === "`" ? text.indexOf("`", at + 1) : -1;
    if (closed > 0 && closed < lineEnd) at = closed;
    else if (char === mark && !/\s/.test(text.charAt(at - 1)) && isEdge(mark, text.charAt(at + 1))) return at;
  }
  return -1;
}

/** A mark stands at a word's edge, and is no mark where it is doubled. */
function isEdge(mark: Mark, beside: string): boolean {
  return beside !== mark && !isWordy(beside);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function isMark(char: string): char is Mark {
  return char === "*" || char === "_" || char === "~";
}

/** A clock's ":30:" is no emoji, but these few without letters are. */
function isEmojiName(name: string): boolean {
  return /[a-z]/.test(name) || ["+1", "-1", "100", "1234"].includes(name);
}

function isWordy(char: string): boolean {
  return /[\p{L}\p{N}]/u.test(char);
}

/** Adds an element; neighbouring texts of one style become one. */
function add(elements: RichTextElement[], element: RichTextElement): void {
  const last = elements.at(-1);
  const joins = last?.type === "text" && element.type === "text" && sameStyle(last.style, element.style);
  if (joins) elements[elements.length - 1] = { ...last, text: last.text + element.text };
  else elements.push(element);
}

function sameStyle(one: Style = {}, other: Style = {}): boolean {
  return (["bold", "code", "italic", "strike"] as const).every((name) => one[name] === other[name]);
}

function plain(text: string, style: Style): RichTextText {
  return { type: "text", text, ...styled(style) };
}

function styled(style: Style): RichTextStyleable {
  return Object.keys(style).length === 0 ? {} : { style };
}
