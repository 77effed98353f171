// Who may do what to a ticket, and when. A refusal is a sentence that says why.
import type { Customer, Directory, Person } from "./directory.ts";
import { DeskError } from "./errors.ts";
import type { ActName } from "./message.ts";
import type { Status } from "./policy.ts";
import { statusOf, type Ticket } from "./ticket.ts";

/** What contacts may do to their own customer's tickets; all else is support's. */
const CONTACT_ACTS: readonly ActName[] = ["show", "why", "reply", "ask-level", "reopen"];

/** In which statuses an act makes sense. Absent: in every one but closed. */
const POSSIBLE_IN: Partial<Record<ActName, readonly Status[]>> = {
  show: ["new", "open", "awaiting-response", "on-hold", "closed"],
  why: ["new", "open", "awaiting-response", "on-hold", "closed"],
  note: ["new", "open", "awaiting-response", "on-hold", "closed"],
  reply: ["new", "open", "awaiting-response", "on-hold", "closed"],
  hold: ["new", "open", "awaiting-response"],
  ask: ["new", "open", "on-hold", "awaiting-response"],
  resume: ["awaiting-response", "on-hold"],
  reopen: ["closed"],
};

/** The customers a person files for: a contact's own, and every one for support. */
export function customersOf(person: Person, directory: Directory): Customer[] {
  if (person.isSupport) return [...directory.customers];
  return directory.customers.filter(({ contacts }) => contacts.includes(person.id));
}

/** Whether a person may see a ticket: support all of them, contacts their own customer's. */
function maySee(person: Person, ticket: Ticket, directory: Directory): boolean {
  return customersOf(person, directory).some(({ key }) => key === ticket.customer);
}

/**
 * Refuses an act that this person may not do, or that makes no sense in the ticket's status.
 * @throws DeskError "not-found" for somebody else's ticket, "not-allowed", or "conflict".
 */
export function checkAct(act: ActName, person: Person, ticket: Ticket, directory: Directory): void {
  if (!maySee(person, ticket, directory)) throw noSuchTicket(ticket.number);
  if (!person.isSupport && !CONTACT_ACTS.includes(act)) {
    throw new DeskError(
      "not-allowed",
      `Only the support team can do this. You can reply to ${ticket.number}.`,
    );
  }
  const status = statusOf(ticket);
  if (isPossible(act, status)) return;
  if (status === "closed") {
    throw new DeskError(
      "conflict",
      `${ticket.number} is closed. Reopen it first if the same problem is back.`,
    );
  }
  throw new DeskError("conflict", `${ticket.number} is ${STATUS_WORDS[status]}; there is nothing to ${act}.`);
}

/** Whether an act makes sense in a status. */
export function isPossible(act: ActName, status: Status): boolean {
  return POSSIBLE_IN[act]?.includes(status) ?? status !== "closed";
}

/** The same for a number that does not exist and for one of another customer: nobody learns what others file. */
export function noSuchTicket(number: string): DeskError {
  return new DeskError(
    "not-found",
    `There is no ticket ${number} that you can see. /ticket list shows yours.`,
  );
}

/** A status as people say it. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  new: "New",
  open: "Open",
  "awaiting-response": "Awaiting your response",
  "on-hold": "On hold",
  closed: "Closed",
};
