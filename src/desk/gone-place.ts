// Says in a channel that works that another place cannot be reached any more: an archived channel, one without Belfry, a
// person who takes no direct messages. Said once for each desk file, since a corrected one is how that is mended.
import { channelsOf, type Address, type Directory } from "../core/directory.ts";
import { line } from "../core/lines.ts";
import type { Text } from "../core/message.ts";
import { notice } from "./notice.ts";
import type { Delivery, Tx } from "./ports.ts";

/** Tells support of a post that could not be made because of its place; the on-call channel, where that is support's own. */
export async function tellOfGonePlace(tx: Tx, { place, work }: Delivery, why: string): Promise<void> {
  if (work.do !== "post") return;
  const { directory, revision } = await tx.directory();
  const { support, onCall } = directory.channels;
  const name = nameOf(place, directory);
  if (name === null) return;
  const text: Text = [
    "Belfry cannot post to ",
    name,
    ` (${why.replace(/[.]$/, "")}). What is meant for it is not seen there until that is mended.`,
  ];
  const message = { ...line(text), tone: "alarm" as const };
  await tx.enqueue([notice(place === support ? onCall : support, `gone:${revision}:${place}`, message)]);
}

/** What people call a place, or null where the desk file has none such any more. */
function nameOf(place: Address, { channels, customers, people }: Directory): string | null {
  if (place === channels.support) return "the support channel";
  if (place === channels.onCall) return "the on-call channel";
  const customer = customers.find((one) => channelsOf(one).includes(place));
  if (customer !== undefined) return `the channel of ${customer.name}`;
  const person = people.find(({ addresses }) => addresses.includes(place));
  return person === undefined ? null : `${person.name} directly`;
}
