// Says a sentence in pieces where there is nothing but text: on a terminal, in a mail. Names are as they are.
import type { Part, Text } from "./message.ts";
import { wallTime } from "./zone.ts";

/** The sentence as plain words; instants by the wall clock of `zone`. */
export function plainText(text: Text, zone: string): string {
  return inWords(text, ({ at, exact }) => wallTime(at, zone, exact === true ? "exact" : "minute"));
}

/** The sentence for readers anywhere: instants by the clock that they were written for, and in UTC. */
export function plainTextForAll(text: Text): string {
  return inWords(text, ({ at, fallback, exact }) => {
    const utc = wallTime(at, "Etc/UTC", exact === true ? "exact" : "minute");
    return fallback === utc ? utc : `${fallback} (${utc})`;
  });
}

type Instant = Extract<Part, { at: Date }>;

function inWords(text: Text, instant: (part: Instant) => string): string {
  return text
    .map((part) => {
      if (typeof part === "string") return part;
      if ("strong" in part) return part.strong;
      if ("typed" in part) return part.typed;
      if ("person" in part) return part.person;
      if ("group" in part) return part.group;
      return "here" in part ? "@here" : instant(part);
    })
    .join("");
}
