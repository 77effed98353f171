// Handles the tickets at which something is due by now: reminders, pages, the next step of a ladder.
import { isUnavailable } from "../core/errors.ts";
import type { Ticket } from "../core/ticket.ts";
import { openCase } from "./case.ts";
import type { Store, Tx } from "./ports.ts";
import { indexOf, recordDue } from "./record.ts";

/** How long a ticket that could not be handled is left alone, so that it holds up no other. */
const SET_ASIDE_MS = 5 * 60_000;

/** Hears of tickets that could not be handled: a fault of ours, to be told loudly. */
export type OnFault = (number: string, fault: unknown) => void;

/**
 * Handles the most urgent ticket that is due, in a transaction of its own.
 * @returns false where none is due, or others are at all that are.
 */
export async function tickTicket(store: Store, now: Date, onFault: OnFault): Promise<boolean> {
  let taken: Ticket | undefined;
  try {
    return await store.transaction(async (tx) => {
      const [due, known] = await Promise.all([tx.dueTickets(now, 1), tx.directory()]);
      [taken] = due;
      if (taken === undefined) return false;
      await recordDue(tx, await openCase(tx, taken, known), now);
      return true;
    }, "desk");
  } catch (fault) {
    // A database that went away meanwhile is no fault of the ticket's: it is due still, and the next look takes it.
    if (taken === undefined || isUnavailable(fault)) throw fault;
    const { id, number } = taken;
    await store.transaction((tx) => setAside(tx, id, now), "desk");
    onFault(number, fault);
    return true;
  }
}

async function setAside(tx: Tx, id: string, now: Date): Promise<void> {
  const ticket = await tx.ticketById(id);
  if (ticket === null) return;
  const { policy } = await tx.policyRevision(ticket.policyRevision);
  await tx.saveTicket(ticket, indexOf(ticket, policy, new Date(now.getTime() + SET_ASIDE_MS)), []);
}
