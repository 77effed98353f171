// Decides whether, where and when a message that is no page reaches one person, by their own settings.
//
// Pages, and answers to what somebody does themselves, never come here: they are always told at once.
import { nextOpening } from "./calendar.ts";
import { channelsOf, type Directory, type Person } from "./directory.ts";
import { hoursFaults, type WeeklyHours } from "./hours.ts";
import type { Message, Part } from "./message.ts";
import { customersOf } from "./rights.ts";
import { weeklyCalendar } from "./roster.ts";

/** What somebody may have switched off. */
export const TOPICS = ["answers", "changes", "reminders", "shifts"] as const;
export type Topic = (typeof TOPICS)[number];

/** How somebody wants to be told. */
export interface Settings {
  /** What they are not told of. */
  off: readonly Topic[];
  /** "elsewhere": not by direct message what stands in a channel of the customer's as well. */
  where: "direct" | "elsewhere";
  /** When they are told; null: always. */
  hours: OwnHours | null;
}

/** Hours of the week as they were typed: "mon-fri" and "08:00-12:00, 13:00-18:00". */
export interface OwnHours {
  days: string;
  times: string;
}

/** Those of everybody who has said nothing. */
export const DEFAULT_SETTINGS: Settings = { off: [], where: "direct", hours: null };

/** Somebody to whom a message goes alone, and what of. A swap waits for an answer, so it cannot be switched off. */
export interface Recipient {
  person: string;
  topic: Topic | "swaps";
  /** It stands in a channel of the customer's as well. */
  isElsewhere: boolean;
}

/** When somebody is told something: at once, never by direct message, or at an instant. */
export function whenTold(
  { off, where, hours }: Settings,
  { topic, isElsewhere }: Pick<Recipient, "topic" | "isElsewhere">,
  timezone: string,
  now: Date,
): "now" | "never" | Date {
  if (isElsewhere && where === "elsewhere") return "never";
  // An answer that stands nowhere else would never be read.
  const isLost = topic === "answers" && !isElsewhere;
  if (off.some((one) => one === topic) && !isLost) return "never";
  const opensAt = openingOf(hours, timezone, now);
  return opensAt <= now ? "now" : opensAt;
}

/** A line whose mentions notify only those who want to be reminded, and are in their hours; the names stand all the same. */
export function rungAsWanted(
  message: Message,
  directory: Directory,
  settingsOf: (person: string) => Settings,
  now: Date,
): Message {
  if (message.kind !== "line") return message;
  const mayRing = (part: Part): boolean => {
    const person = rungBy(part, directory);
    if (person === null) return true;
    const about = { topic: "reminders", isElsewhere: false } as const;
    return whenTold(settingsOf(person.id), about, person.timezone, now) === "now";
  };
  const text = message.text.map((part) =>
    typeof part !== "string" && "person" in part && !mayRing(part) ? { ...part, ring: false } : part,
  );
  return { ...message, text };
}

/** Ids of those whom a message mentions so that they are notified. */
export function rungIn(message: Message, directory: Directory): string[] {
  if (message.kind !== "line") return [];
  return message.text.flatMap((part) => rungBy(part, directory)?.id ?? []);
}

/** What somebody can switch off: nobody outside the support team has shifts. */
export function topicsOf({ isSupport }: Person): Topic[] {
  return TOPICS.filter((topic) => isSupport || topic === "answers" || topic === "changes");
}

/** What is wrong with settings, by the field of the form that says it. */
export function settingsFaults(
  { off, hours }: Settings,
  person: Person,
  directory: Directory,
): { answers: string | null; days: string | null; times: string | null } {
  const hasChannel = customersOf(person, directory).some((customer) => channelsOf(customer).length > 0);
  const faults = hours === null ? [] : hoursFaults(weeklyHours(hours));
  const sentence = (isOfTimes: boolean) => {
    const found = faults.find(({ path }) => path.length > 1 === isOfTimes);
    return found === undefined ? null : `${found.sentence}.`;
  };
  return {
    answers:
      off.includes("answers") && !hasChannel
        ? "Your tickets have no channel of their own, so answers to them come as direct messages only. Leave this on."
        : null,
    days: hours?.days === "" ? "Say on which days, e.g. mon-fri." : sentence(false),
    times: hours?.times === "" ? "Say at which times, e.g. 08:00-18:00." : sentence(true),
  };
}

/** Now where it is within somebody's hours, or else when they open. */
function openingOf(hours: OwnHours | null, timezone: string, now: Date): Date {
  if (hours === null) return now;
  return nextOpening(weeklyCalendar(weeklyHours(hours), timezone), now);
}

/** The same times on each of the days. */
function weeklyHours({ days, times }: OwnHours): WeeklyHours {
  return Object.fromEntries(listed(days).map((key) => [key, listed(times)]));
}

/** "Mon-Thu, Sat" as ["mon-thu", "sat"]. */
function listed(text: string): string[] {
  return text
    .toLowerCase()
    .split(",")
    .map((one) => one.replaceAll(/\s/g, ""));
}

/** Whom a piece of a sentence notifies, or null. */
function rungBy(part: Part, { people }: Directory): Person | null {
  if (typeof part === "string" || !("person" in part) || !part.ring) return null;
  const { address } = part;
  return people.find(({ addresses }) => address !== null && addresses.includes(address)) ?? null;
}
