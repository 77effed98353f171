// Text on its way in from Slack and out to it: decoded and escaped.
import { clean } from "../text.ts";

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
