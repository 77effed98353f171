// Text on its way in from Slack and out to it: cleaned, decoded, escaped, and cut where a limit asks for it.

/** What people typed, without what no database keeps: U+0000 and halves of surrogate pairs. */
export function clean(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, "");
}

/**
 * The words of a message as its author saw them. Slack hands over what it understood, `<@U1|mara>` or
 * `<https://a.example|here>`, and the author's own `&`, `<` and `>` as entities: each is undone once.
 */
export function wordsOfMessage(text: string): string {
  return decoded(clean(text).replace(/<([^<>]*)>/g, (_, inside: string) => wordsOfToken(inside)));
}

/** `&amp;`, `&lt;` and `&gt;` as the characters they stand for, once: `&amp;lt;` becomes `&lt;`. */
export function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (entity, name: string) => CHARACTERS[name] ?? entity);
}

/** Keeps Slack from reading commands, mentions and links in a text that goes into mrkdwn or a fallback. */
export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/**
 * What of a text may be shown: without the marks that turn the direction of everything after them, by which a title
 * could disguise the words around it. Right-to-left scripts need none of these marks.
 */
export function shown(text: string): string {
  return clean(text).replace(/[\u202A-\u202E\u2066-\u2069]/g, "");
}

/** A text for a place that has one line. */
export function oneLine(text: string): string {
  return shown(text).replace(/\s+/g, " ").trim();
}

/**
 * The longest beginning of a text that fits into `max` UTF-16 units and tears no grapheme; ends in "…" where something
 * was left out.
 */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return max < 1 ? "" : beginning(text, max - 1) + "…";
}

/** The longest beginning of a text that fits into `max` UTF-16 units and tears no grapheme. */
export function beginning(text: string, max: number): string {
  if (text.length <= max) return text;
  let length = 0;
  // Two units more than fit are enough to see whether the last grapheme goes on.
  for (const { segment } of GRAPHEMES.segment(text.slice(0, max + 2))) {
    if (length + segment.length > max) break;
    length += segment.length;
  }
  return text.slice(0, length);
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">" };

/** What a reader sees of one of Slack's tokens; `inside` is what stands between its angle brackets. */
function wordsOfToken(inside: string): string {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : inside.slice(bar + 1);
  if (target.startsWith("@")) return `@${label || target.slice(1)}`;
  if (target.startsWith("#")) return `#${label || target.slice(1)}`;
  if (target.startsWith("!")) return label || `@${target.slice(1)}`;
  const address = target.replace(/^(mailto|tel):/, "");
  if (label === "" || label === address || address.endsWith(`//${label}`)) return address;
  return `${label} (${address})`;
}
