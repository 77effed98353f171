// Reads the words after /ticket: an act on a ticket, a question, or the title of a new ticket.
import { ACTS, type ActName } from "./message.ts";

/** What the words ask for. `rest` is what follows the number: the text of a reply, the reason of a hold. */
export type Command =
  | { kind: "file"; title: string }
  | { kind: "act"; act: ActName; number: string; rest: string }
  /** All pages that ring for whoever says so. */
  | { kind: "acknowledge-all" }
  | { kind: "list"; which: "open" | "mine" }
  /** What somebody is told of, where and when. */
  | { kind: "settings" }
  /** One's tickets and shifts at a glance. */
  | { kind: "home" }
  | { kind: "help" };

/** The short words that stand for an act, beside the acts' own names. */
const SYNONYMS: Readonly<Record<string, ActName>> = {
  ack: "acknowledge",
  pass: "pass-on",
  hand: "hand-to",
  level: "change-level",
  answer: "reply",
  begun: "begin",
  start: "begin",
  restored: "restore",
};

const NUMBER = /^[a-z][a-z0-9]{1,9}-\d{1,9}$/i;

/** "take ACME-17", "list", "help"; anything else is the title of a new ticket. */
export function readCommand(text: string): Command {
  const words = text.trim();
  const [first = "", second = "", ...others] = words.split(/\s+/);
  const verb = first.toLowerCase();
  if (NUMBER.test(second)) {
    const act = SYNONYMS[verb] ?? ACTS.find((name) => name === verb);
    const rest = words.slice(words.indexOf(second) + second.length).trim();
    if (act !== undefined) return { kind: "act", act, number: second.toUpperCase(), rest };
  }
  const isAlone = second === "" && others.length === 0;
  if (isAlone && verb === "help") return { kind: "help" };
  if (isAlone && verb === "settings") return { kind: "settings" };
  if (isAlone && verb === "home") return { kind: "home" };
  if (isAlone && verb === "mine") return { kind: "list", which: "mine" };
  if (isAlone && verb === "list") return { kind: "list", which: "open" };
  const isAll = second.toLowerCase() === "all" && others.length === 0;
  if (isAll && (SYNONYMS[verb] ?? verb) === "acknowledge") return { kind: "acknowledge-all" };
  if (verb === "list" && second.toLowerCase() === "mine" && others.length === 0)
    return { kind: "list", which: "mine" };
  if (isAlone && NUMBER.test(first))
    return { kind: "act", act: "show", number: first.toUpperCase(), rest: "" };
  return { kind: "file", title: words };
}
