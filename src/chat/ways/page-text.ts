// A page in plain words, for places that know no layout: instants by two clocks, one line each, no disguise in a title.
import type { PageMessage, Text } from "../../core/message.ts";
import { plainTextForAll } from "../../core/plain.ts";

/** A page as words. */
export interface PageWords {
  /** What, who, how urgent. */
  headline: string;
  /** How it stands, in a sentence. */
  state: string;
  facts: { label: string; value: string }[];
  promises: { label: string; state: string; words: string }[];
  standing: string[];
}

/** The words of a page. */
export function wordsOf(page: PageMessage): PageWords {
  return {
    headline: oneLine(page.headline),
    state: stateWords(page.state),
    facts: page.facts.map(({ label, value }) => ({ label: oneLine(label), value: words(value) })),
    promises: page.promises.map(({ label, state, words: said }) => ({
      ...{ label: oneLine(label), state },
      words: words(said),
    })),
    standing: page.standing.map(words),
  };
}

/** Those words as a text of some lines. */
export function linesOf(page: PageMessage): string {
  const { headline, state, facts, promises, standing } = wordsOf(page);
  return [
    headline,
    state,
    ...(page.mayRepeat ? ["This may have reached you before: whether it did could not be told."] : []),
    "",
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...promises.map(({ label, words: said }) => `${label}: ${said}`),
    ...(standing.length === 0 ? [] : ["", ...standing]),
    "",
  ].join("\n");
}

function stateWords(state: PageMessage["state"]): string {
  switch (state) {
    case "ringing":
      return "This page rings until somebody acknowledges it in chat, where it has a button for that.";
    case "acknowledged":
      return "This page was acknowledged: it rings no more.";
    case "resolved":
      return "This page was resolved: it rings no more.";
    case "withdrawn":
      return "This page was withdrawn: it rings no more.";
    case "unanswered":
      return "Nobody acknowledged this page, and its ladder is over.";
    default:
      return state satisfies never;
  }
}

function words(text: Text): string {
  return oneLine(plainTextForAll(text));
}

/** Titles come from people: no line of theirs becomes a header or a line of ours, and none turns the words around it. */
function oneLine(text: string): string {
  return text
    .replace(/[\u202A-\u202E\u2066-\u2069]/g, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}
