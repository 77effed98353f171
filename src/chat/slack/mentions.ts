// Finds Slack's ids of those whom a message rings, where the desk file knows them by mail: a name alone rings nobody.
import type { Address } from "../../core/directory.ts";
import type { Message, Part } from "../../core/message.ts";
import { refusalCode } from "./calls.ts";
import type { Places } from "./places.ts";
import { slackId } from "./words.ts";

/**
 * The message with ids in place of the addresses as written of those it rings. Whoever Slack does not know keeps the
 * name. Throws what a failed call throws where Slack is down: the message would ring nobody.
 */
export async function withIdsOfRung(message: Message, places: Places, signal: AbortSignal): Promise<Message> {
  const written = new Set(rungIn(message).filter((address) => slackId(address) === null));
  if (written.size === 0) return message;
  const ids = new Map<Address, Address>();
  for (const address of written) ids.set(address, await idOr(address, places, signal));
  // The copy differs in nothing but addresses, so it is a message again.
  return replaced(message, ids) as Message;
}

type Rung = Extract<Part, { ring: boolean }> & { address: Address };

function rungIn(value: unknown): Address[] {
  if (isRung(value)) return [value.address];
  if (Array.isArray(value)) return value.flatMap(rungIn);
  return isPlain(value) ? Object.values(value).flatMap(rungIn) : [];
}

function replaced(value: unknown, ids: ReadonlyMap<Address, Address>): unknown {
  if (isRung(value)) return { ...value, address: ids.get(value.address) ?? value.address };
  if (Array.isArray(value)) return value.map((each) => replaced(each, ids));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, ids)]));
}

async function idOr(address: Address, places: Places, signal: AbortSignal): Promise<Address> {
  try {
    return (await places.find(address, signal)) ?? address;
  } catch (error) {
    if (refusalCode(error) !== null) return address;
    throw error;
  }
}

function isRung(value: unknown): value is Rung {
  return (
    isPlain(value) &&
    value["ring"] === true &&
    typeof value["address"] === "string" &&
    value["address"].startsWith("slack:")
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
