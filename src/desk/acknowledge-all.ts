// Acknowledges together what rings at one place.
import type { Address, Person } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import type { Text } from "../core/message.ts";
import { SILENT, taken, type RungPage } from "../core/storm.ts";
import { openCase } from "./case.ts";
import type { Tx } from "./ports.ts";
import { STORMS } from "./storm.ts";
import { workTicket } from "./work-ticket.ts";

/** How many pages one transaction acknowledges: people wait for it, and Slack gives three seconds. */
const AT_ONCE = 20;

/**
 * Acknowledges what rings at a place, or wherever this person is paged. Where that is more than one transaction takes, the
 * most severe now, and the others at once after it, by the chore.
 * @throws DeskError "not-allowed" for anybody but support.
 */
export async function acknowledgeAll(
  tx: Tx,
  person: Person,
  place: Address | null,
  now: Date,
): Promise<Text> {
  if (!person.isSupport) throw new DeskError("not-allowed", "Only the support team can acknowledge pages.");
  const places = place === null ? [...person.addresses].sort() : [place];
  const pages: RungPage[] = [];
  for (const each of places) pages.push(...(await ringingAt(tx, each)));
  pages.sort((one, other) => one.levelRank - other.levelRank);
  const ids = [...new Set(pages.map(({ ticket }) => ticket))];
  const numbers = await acknowledge(tx, person, ids.slice(0, AT_ONCE), now);
  if (numbers.length === 0) return ["No page rings there any more."];
  const rest = new Set(ids.slice(AT_ONCE));
  if (rest.size > 0) {
    const rings = await tx.lockRings(places);
    await tx.keepRings(new Map([...rings].map(([each, known]) => [each, taken(known, rest, person.id)])));
    await tx.wakeChores([STORMS], now);
  }
  const others = rest.size === 0 ? "" : ` and ${rest.size} more, one after another`;
  return [`You have acknowledged ${numbers.join(", ")}${others}. The promises to the customers still run.`];
}

/** Acknowledges the next of those that somebody has taken together. Returns whether there are more. */
export async function acknowledgeTaken(tx: Tx, now: Date): Promise<boolean> {
  const { directory } = await tx.directory();
  for (const place of await tx.stormyPlaces()) {
    const marked = (await ringingAt(tx, place)).filter(({ takenBy }) => takenBy !== undefined);
    const person = directory.people.find(({ id }) => id === marked[0]?.takenBy);
    if (person === undefined) continue;
    const theirs = marked.filter(({ takenBy }) => takenBy === person.id).map(({ ticket }) => ticket);
    const done = await acknowledge(tx, person, theirs.slice(0, AT_ONCE), now);
    if (done.length > 0) return true;
  }
  return false;
}

async function ringingAt(tx: Tx, place: Address): Promise<RungPage[]> {
  const { pages } = (await tx.ringsAt(place)) ?? SILENT;
  return pages.filter(({ state }) => state === "ringing");
}

/** Acknowledges those of the tickets whose page still rings; their numbers, in the order given. */
async function acknowledge(tx: Tx, person: Person, ids: readonly string[], now: Date): Promise<string[]> {
  const numbers = new Map<string, string>();
  // Locked in the order of their ids, as everywhere where several are.
  for (const id of [...ids].sort()) {
    const ticket = await tx.ticketById(id);
    if (ticket?.paging?.state !== "ringing") continue;
    await workTicket(tx, await openCase(tx, ticket), { act: "acknowledge", person, values: {}, now });
    numbers.set(id, ticket.number);
  }
  return ids.flatMap((id) => numbers.get(id) ?? []);
}
