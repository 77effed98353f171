// What the on-call channel is told each week of the times to come at which a page would not find whom its ladder asks for.
import type { Gap, GapKind } from "./coverage.ts";
import type { Directory } from "./directory.ts";
import type { Text } from "./message.ts";
import { weekdayOf } from "./wall-hours.ts";
import { instant, nameOf } from "./words.ts";
import { dateOf, dayOf, soleInstantOfWall, wallDate } from "./zone.ts";

/** The gaps of some days to come, the first of them by a line each. */
export function coverageText(directory: Directory, gaps: readonly Gap[], days: number): Text {
  if (gaps.length === 0)
    return [`Coverage: in the next ${days} days every page finds whom its ladder asks for.`];
  const shown = [...gaps].sort((a, b) => a.from.getTime() - b.from.getTime()).slice(0, MOST_GAPS);
  const count = gaps.length === 1 ? "is 1 gap" : `are ${gaps.length} gaps`;
  const rest = gaps.length - shown.length;
  return [
    `Coverage: in the next ${days} days there ${count}.`,
    ...shown.flatMap((gap) => gapLine(directory, gap)),
    ...(rest === 0 ? [] : [`\n… and ${rest} more: belfry coverage lists them all.`]),
  ];
}

/** What is lacking, in words: who it is about, and where to look for it in the desk file. */
export function gapWords(directory: Directory, { kind, person, ladder, level, rotation, why }: Gap): string {
  const who = person === null ? "" : `${nameOf(directory, person)} `;
  const reason = why === undefined ? "" : `: ${why}`;
  const where = [
    ...(ladder === null ? [] : [`ladder ${ladder}`]),
    ...(level === null ? [] : [`level ${level}`]),
    ...(rotation === null ? [] : [`rotation ${rotation}`]),
  ];
  return `${who}${GAP_WORDS[kind]}${reason}${where.length === 0 ? "" : ` (${where.join(", ")})`}`;
}

const GAP_WORDS: Readonly<Record<GapKind, string>> = {
  "no ladder": "no ladder pages anybody",
  "nobody on call": "nobody is on call",
  "no secondary": "one person alone is on call: there is no secondary",
  "on leave": "is on the ladder, and is on leave",
  "not cleared": "is on the ladder, and is not cleared",
  left: "is on the ladder, and is not in the desk file any more",
  "no address": "is called, and has no address to be reached at",
  unreachable: "is called, and no direct message arrives there",
  unrung: "is called, and rings nobody",
  "do not disturb": "is called, and has notifications paused",
};

/** The first Monday 09:00 after an instant, by the wall clock of a zone. */
export function mondayAfter(at: Date, zone: string): Date {
  const today = dayOf(wallDate(at, zone));
  const monday = today + ((7 - weekdayOf(today)) % 7);
  const [first, next] = [monday, monday + 7].map((day) => soleInstantOfWall(dateOf(day), "09:00", zone));
  if (first === undefined || next === undefined) throw new Error("There is no Monday.");
  return first > at ? first : next;
}

const MOST_GAPS = 12;

function gapLine(directory: Directory, gap: Gap): Text {
  const { customer, clearance, from, to } = gap;
  const zone = directory.customers.find(({ key }) => key === customer)?.timezone ?? "Etc/UTC";
  const whose = clearance === null ? customer : `${customer} (${clearance})`;
  return [`\n${whose}: `, instant(from, zone), " to ", instant(to, zone), `: ${gapWords(directory, gap)}`];
}
