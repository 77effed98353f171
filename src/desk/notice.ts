// A message of the desk's own that belongs to no ticket.
import { addressOf, type Address, type Directory } from "../core/directory.ts";
import type { Message } from "../core/message.ts";
import type { Recipient } from "../core/settings.ts";
import type { ShowEffect } from "./ports.ts";

/** A message for a place, which stands alone and does not ring. */
export function notice(place: Address, slot: string, message: Message): ShowEffect {
  return {
    ...{ do: "show", slot, ticket: null, place, under: null, message },
    ...{ urgency: "normal", combines: false, mode: "post" },
  };
}

/** The same for a person, about something of theirs; none where the desk knows no address of theirs. */
export function noticeTo(
  directory: Directory,
  { person, topic }: Pick<Recipient, "person" | "topic">,
  slot: string,
  message: Message,
): ShowEffect | null {
  const address = addressOf(directory, person, directory.channels.onCall);
  if (address === null) return null;
  return { ...notice(address, slot, message), to: { person, topic, isElsewhere: false } };
}
