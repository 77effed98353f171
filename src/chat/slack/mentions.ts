// Finds Slack's ids of those whom a message rings, where the desk file knows them by mail, and of user groups, where it knows
// them by their handle: a name alone rings nobody.
import type { Address } from "../../core/directory.ts";
import type { Message, Part } from "../../core/message.ts";
import type { Unmentioned } from "../../desk/ports.ts";
import { failureOf, refusalCode } from "./calls.ts";
import { LacksScope, type Places } from "./places.ts";
import { slackId } from "./words.ts";

/**
 * The message with ids in place of the addresses as written of those it rings. Whoever Slack does not know keeps the
 * name. Throws what a failed call throws where Slack is down: the message would ring nobody. A group alone is not waited
 * for: the message goes out with its handle, and `unmentioned` says which do not ring, and why.
 */
export async function withIdsOfRung(
  message: Message,
  places: Places,
  signal: AbortSignal,
): Promise<{ message: Message; unmentioned: readonly Unmentioned[] }> {
  const written = new Set(rungIn(message).filter((address) => slackId(address) === null));
  const ids = new Map<Address, Address>();
  const unmentioned: Unmentioned[] = [];
  for (const address of written) {
    const found = isGroup(address) ? await groupAt(address, places) : await idOr(address, places, signal);
    if (typeof found === "string") ids.set(address, found);
    else unmentioned.push({ group: address, why: found.why });
  }
  // The copy differs in nothing but addresses, so it is a message again.
  return { message: ids.size === 0 ? message : (replaced(message, ids) as Message), unmentioned };
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

function isGroup(address: Address): boolean {
  return address.startsWith("slack:@");
}

async function groupAt(address: Address, places: Places): Promise<Address | { why: string }> {
  try {
    return (
      (await places.find(address)) ?? { why: `Slack knows no user group ${address.slice("slack:".length)}` }
    );
  } catch (error) {
    if (error instanceof LacksScope) return { why: error.message.replace(/[.]$/, "") };
    return { why: `Slack does not tell which user group that is (${failureOf(error).why})` };
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
