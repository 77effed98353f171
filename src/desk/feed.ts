// A person's shifts as a calendar at an address that only this person knows: signed, read-only, and renewed at will.
//
// The address holds the person and a signature by a key that is that person's alone, made once and kept in the database. A
// renewed key makes the old address one of nobody.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Person } from "../core/directory.ts";
import { calendarText } from "../core/ical.ts";
import type { Text } from "../core/message.ts";
import { shiftsOf } from "../core/shift.ts";
import type { Store, Tx } from "./ports.ts";

const DAY_MS = 86_400_000;
const BACK_DAYS = 30;
const AHEAD_DAYS = 90;
/** A shift that is on since before the calendar begins has its true beginning at most so much earlier. */
const LONGEST_DAYS = 60;

/** Tells a person the address of their calendar, or what is to be set before there can be one. */
export async function feedAddress(
  tx: Tx,
  person: Person,
  { renew, publicUrl }: { renew: boolean; publicUrl: string | null },
): Promise<Text> {
  if (publicUrl === null) {
    const typed =
      "Your calendar needs an address that calendars can reach: whoever runs Belfry sets PUBLIC_URL, then type /oncall feed again.";
    return [{ typed }];
  }
  const key = randomBytes(32).toString("base64url");
  const kept = await tx.keepFeedKey(person.id, key, renew ? "replace" : "if none");
  const address = `${publicUrl.replace(/\/$/, "")}/oncall/${tokenFor(person.id, kept)}.ics`;
  const old = renew ? " The old address is dead." : "";
  const typed = `Your shifts as a calendar, for you alone: ${address} Subscribe to it in your calendar.${old} /oncall feed renew makes another one.`;
  return [{ typed }];
}

/** The calendar at an address; null where the address is nobody's, or not any more. */
export async function feedAt(store: Store, token: string, now: Date): Promise<string | null> {
  const person = personIn(token);
  if (person === null) return null;
  return store.transaction(async (tx) => {
    const key = await tx.feedKey(person);
    if (key === null || !isSame(token, tokenFor(person, key))) return null;
    const { directory, revision, appliedAt } = await tx.directory();
    const known = directory.people.find(({ id, isSupport }) => id === person && isSupport);
    if (known === undefined) return null;
    const start = new Date(now.getTime() - BACK_DAYS * DAY_MS);
    const from = new Date(start.getTime() - LONGEST_DAYS * DAY_MS);
    const to = new Date(now.getTime() + AHEAD_DAYS * DAY_MS);
    const shifts = shiftsOf(directory, person, from, to).filter((shift) => shift.to > start);
    return calendarText(`On call: ${known.name}`, shifts, { revision, appliedAt });
  });
}

/** "sam.k3J9…": a person's id, which has no dot, and the signature. */
function tokenFor(person: string, key: string): string {
  return `${person}.${createHmac("sha256", key).update(person).digest("base64url")}`;
}

function personIn(token: string): string | null {
  return /^([a-z0-9-]{1,40})\.[\w-]{43}$/.exec(token)?.[1] ?? null;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
