// Goes on where nobody heard a page: it did not arrive, or notifications are paused where it did.
import { calleeOf, nextAfterSilence } from "../core/paging.ts";
import type { What } from "../core/ticket.ts";
import { openCase } from "./case.ts";
import type { Delivery, Tx } from "./ports.ts";
import { record } from "./record.ts";
import { unheard, type Silence } from "./storm.ts";

/**
 * A page or a reminder that did not reach or ring whom it was for: the ladder goes on at once, unless it rang another of the
 * same step. One that arrived and cannot be edited has reached somebody.
 */
export async function passOver(tx: Tx, delivery: Delivery, silence: Silence, now: Date): Promise<void> {
  if (delivery.work.do === "edit") return;
  for (const call of await callsOf(tx, delivery, silence)) await skip(tx, call, silence, now);
  await skipReminder(tx, delivery, silence, now);
}

/** One of those whom a page calls. */
interface Call {
  ticket: string;
  nr: number;
  round: number;
  step: number;
  place: number;
}

/** Whom a delivery calls: one by a page, several by the message of a storm. */
async function callsOf(tx: Tx, delivery: Delivery, silence: Silence): Promise<Call[]> {
  const { key, ticket } = delivery;
  const called = /:page:(\d+):(-?\d+)\.(\d+)(?:\.(\d+))?$/.exec(key);
  if (called === null || ticket === null) return unheard(tx, delivery, silence);
  const [nr = 0, round = 0, step = 0, place = 0] = called.slice(1).map((part) => Number(part ?? 0));
  return [{ ticket, nr, round, step, place }];
}

async function skip(tx: Tx, call: Call, silence: Silence, now: Date): Promise<void> {
  const ticket = await tx.ticketById(call.ticket);
  const told = ticket?.paging?.told.find(
    ({ round, step, place = 0 }) => round === call.round && step === call.step && place === call.place,
  );
  if (ticket?.paging?.state !== "ringing" || ticket.paging.nr !== call.nr || told === undefined) return;
  const taken = { ...calleeOf(told), nextAt: nextAfterSilence(ticket.paging, told, now) };
  const event: What =
    silence.is === "missed"
      ? { kind: "page-missed", why: silence.why, ...taken }
      : { kind: "page-silent", ringsAgainAt: silence.ringsAgainAt, ...taken };
  await record(tx, await openCase(tx, ticket), [event], { by: "belfry", now });
}

/** A reminder that did not reach or ring whoever acknowledged: the ladder goes on at once, unless it rang another of them. */
async function skipReminder(
  tx: Tx,
  { key, ticket: id }: Delivery,
  silence: Silence,
  now: Date,
): Promise<void> {
  const told = /:page:(\d+):reminder:(\d+)\.(\d+)$/.exec(key);
  if (told === null || id === null) return;
  const [nr = 0, reminder = 0, nth = 0] = told.slice(1).map(Number);
  const ticket = await tx.ticketById(id);
  const person = ticket?.paging?.reminders?.[reminder]?.people[nth];
  if (ticket?.paging?.state !== "acknowledged" || ticket.paging.nr !== nr || person === undefined) return;
  const event: What =
    silence.is === "missed"
      ? { kind: "reminder-missed", reminder, person, why: silence.why }
      : { kind: "reminder-silent", reminder, person, ringsAgainAt: silence.ringsAgainAt };
  await record(tx, await openCase(tx, ticket), [event], { by: "belfry", now });
}
