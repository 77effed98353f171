// Says a sentence in pieces on a terminal: instants by the clock of a zone, names as they are.
import { wallTime } from "../core/zone.ts";
import type { Text } from "../core/message.ts";

/** The sentence as plain words; instants by the wall clock of `zone`. */
export function plainText(text: Text, zone: string): string {
  return text
    .map((part) => {
      if (typeof part === "string") return part;
      if ("strong" in part) return part.strong;
      if ("person" in part) return part.person;
      if ("here" in part) return "@here";
      return wallTime(part.at, zone, part.exact === true ? "exact" : "minute");
    })
    .join("");
}
