// One ticket with everything that decides about it, read inside a transaction.
import { crewFor, ladderOfPage, type Circumstances } from "../core/agenda.ts";
import { callingOf, type Customer, type Directory, type Person } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import { revisionsOf, type PolicyOf } from "../core/history.ts";
import type { Policy } from "../core/policy.ts";
import { onCall } from "../core/roster.ts";
import type { Ticket, TicketEvent } from "../core/ticket.ts";
import type { Scene } from "../core/words.ts";
import type { Address } from "../core/directory.ts";
import type { KnownDirectory, Tx } from "./ports.ts";

/** A ticket, its customer and what its clocks and pages go by. */
export interface Case extends Circumstances {
  ticket: Ticket;
  customer: Customer;
  directory: Directory;
}

/** Reads what decides about a ticket; `known` where the desk file was read already. */
export async function openCase(tx: Tx, ticket: Ticket, known?: KnownDirectory): Promise<Case> {
  const { directory } = known ?? (await tx.directory());
  const { policy } = await tx.policyRevision(ticket.policyRevision);
  const customer = directory.customers.find(({ key }) => key === ticket.customer);
  if (customer === undefined) {
    throw new DeskError("internal", `The desk file no longer has ${ticket.customer}, whose ticket this is.`);
  }
  return { ticket, policy, customer, directory, ...callingOf(customer, directory) };
}

/** The policies of all revisions that a ticket was ever under. */
export async function policiesOf(tx: Tx, ticket: Ticket, events: readonly TicketEvent[]): Promise<PolicyOf> {
  const policies = new Map<string, Policy>();
  for (const revision of revisionsOf(ticket, events))
    policies.set(revision, (await tx.policyRevision(revision)).policy);
  return (revision) => {
    const policy = policies.get(revision);
    if (policy === undefined) throw new Error(`${ticket.number} was never under ${revision}`);
    return policy;
  };
}

/** What messages about a case are made from, at an instant. */
export function sceneOf(kase: Case, ticket: Ticket, now: Date): Scene {
  const { policy, customer, directory } = kase;
  const { rotations, ...crew } = crewFor(ticket, kase);
  const ladder = ladderOfPage(ticket, kase, now);
  const rotation = rotations.find(({ id }) => id === ladder?.rotation) ?? null;
  const onCallNow = onCall({ rotation, ...crew }, "primary", now);
  return { ticket, policy, customer, directory, onCall: onCallNow, now };
}

/** The person at an address, as written or by the platform's id; null where the desk knows nobody there. */
export function personAt({ directory, addresses }: KnownDirectory, address: Address): Person | null {
  const isThere = (written: Address) => written === address || addresses.get(written) === address;
  return directory.people.find((one) => one.addresses.some(isThere)) ?? null;
}

/** Who acts, by the platform's id. An unknown person is told whom to ask. */
export function whoIs(known: KnownDirectory, address: Address): Person {
  const person = personAt(known, address);
  if (person === null) {
    throw new DeskError(
      "not-allowed",
      "Belfry does not know you yet. Ask the support team to add you to the desk file; then you can file tickets.",
    );
  }
  return person;
}

/** Whether a channel as the platform names it is the one written in the desk file. */
export function isPlace(
  { addresses }: KnownDirectory,
  written: Address | null,
  address: Address | null,
): boolean {
  return written !== null && address !== null && (written === address || addresses.get(written) === address);
}
