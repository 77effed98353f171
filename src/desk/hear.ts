// Carries words between the two sides of a ticket: what is said in a thread under one of Belfry's messages.
import { DeskError } from "../core/errors.ts";
import type { Person } from "../core/directory.ts";
import type { Attachment, Text } from "../core/message.ts";
import { openCase } from "./case.ts";
import type { CustomerSide, Origin } from "./announce.ts";
import type { MessageRef, Tx } from "./ports.ts";
import { workTicket } from "./work-ticket.ts";

/** Something said in a thread. */
export interface Said {
  under: MessageRef;
  isUnderOurs: boolean;
  ref: MessageRef;
  text: string;
  attachments: readonly Attachment[];
}

/** A message that begins so stays with the support team. */
const INSIDE = "//";

/**
 * Support's words under the card go to the customer, but for those that begin with //; the customer's words under the
 * receipt or the post go to support.
 * @returns what to tell the author, or null where the thread is none of a ticket's conversations or all went well.
 * `whoIs` is asked only for words that are meant for a ticket: strangers may talk in other threads.
 * @throws DeskError("unavailable") where the message under which it stands may be one that is not recorded yet.
 */
export async function hear(tx: Tx, whoIs: () => Person, said: Said, now: Date): Promise<Text | null> {
  const found = await tx.ticketAtMessage(said.under);
  // Somebody may answer a message before it is recorded that it stands there: its sender may have died in between. The
  // platform brings the words again, and by then it is known.
  if (found === null && said.isUnderOurs && (await tx.hasUnrecordedPosts())) {
    throw new DeskError("unavailable", "What this message is about is not known yet. Try again in a minute.");
  }
  const side = found === null ? null : sideOf(found.slot);
  if (found === null || side === null) return null;
  const person = whoIs();
  const kase = await openCase(tx, found.ticket);
  if (side === "support" && !person.isSupport) {
    throw new DeskError("not-allowed", "This thread is the support team's. Your message was not passed on.");
  }
  const isInside = side === "support" && said.text.startsWith(INSIDE);
  const text = isInside ? said.text.slice(INSIDE.length) : said.text;
  const { say, ticket } = await workTicket(tx, kase, {
    act: isInside ? "note" : "reply",
    person,
    values: { text, files: said.attachments },
    now,
    origin: { ref: said.ref, side },
  });
  const wentUnheard = !person.isSupport && ticket.statuses.at(-1)?.status === "closed";
  return wentUnheard ? say : null;
}

function isCustomerSide(name: string): name is CustomerSide {
  return /^(receipt|post|post\.[a-z]+)$/.test(name);
}

/** Which conversation hangs under a message of a ticket. */
function sideOf(slot: string): Origin["side"] | null {
  const name = slot.slice(slot.lastIndexOf(":") + 1);
  if (name === "card") return "support";
  return isCustomerSide(name) ? name : null;
}
