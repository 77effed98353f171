// Acknowledges together what rings at one place.
import type { Address, Person } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import type { Text } from "../core/message.ts";
import { SILENT, type RungPage } from "../core/storm.ts";
import { openCase } from "./case.ts";
import type { Tx } from "./ports.ts";
import { workTicket } from "./work-ticket.ts";

/** How many pages one transaction acknowledges: people wait for it, and Slack gives three seconds. */
const AT_ONCE = 20;

/**
 * Acknowledges what rings at a place, or wherever this person is paged; the most severe first.
 * @returns what to say; `rest` tells that more ring there than one transaction takes.
 * @throws DeskError "not-allowed" for anybody but support.
 */
export async function acknowledgeAll(
  tx: Tx,
  person: Person,
  place: Address | null,
  now: Date,
): Promise<{ say: Text; rest: boolean }> {
  if (!person.isSupport) throw new DeskError("not-allowed", "Only the support team can acknowledge pages.");
  const pages: RungPage[] = [];
  for (const each of place === null ? person.addresses : [place]) {
    const { pages: there } = (await tx.ringsAt(each)) ?? SILENT;
    pages.push(...there.filter(({ state }) => state === "ringing"));
  }
  pages.sort((one, other) => one.levelRank - other.levelRank);
  const ids = [...new Set(pages.map(({ ticket }) => ticket))];
  const done = new Map<string, string>();
  // Locked in the order of their ids, as everywhere where several are.
  for (const id of ids.slice(0, AT_ONCE).sort()) {
    const ticket = await tx.ticketById(id);
    if (ticket?.paging?.state !== "ringing") continue;
    await workTicket(tx, await openCase(tx, ticket), { act: "acknowledge", person, values: {}, now });
    done.set(id, ticket.number);
  }
  if (done.size === 0) return { say: ["No page rings there any more."], rest: false };
  const numbers = ids.flatMap((id) => done.get(id) ?? []);
  return {
    say: [`You have acknowledged ${numbers.join(", ")}. The promises to the customers still run.`],
    rest: ids.length > AT_ONCE,
  };
}
