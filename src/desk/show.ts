// Answers questions about tickets: one of them, a list, the home tab, what can be typed; in chat and on the command line.
import { button } from "../core/buttons.ts";
import { cardOf, receiptOf } from "../core/card.ts";
import type { Directory, Person } from "../core/directory.ts";
import { rotationsOf } from "../core/duty-plan.ts";
import { line } from "../core/lines.ts";
import type { ListMessage, Message, ProofMessage } from "../core/message.ts";
import { customersOf, noSuchTicket, STATUS_WORDS } from "../core/rights.ts";
import { homeTexts } from "../core/shift.ts";
import { nextDueAt } from "../core/targets.ts";
import { statusOf, type TicketEvent } from "../core/ticket.ts";
import { proofMessage } from "../core/why-lines.ts";
import { proofsOf, type TargetProof } from "../core/why.ts";
import { instant, levelWords, nameOf, TARGET_WORDS, ticketLevel } from "../core/words.ts";
import { openCase, policiesOf, sceneOf, type Case } from "./case.ts";
import type { Tx } from "./ports.ts";

/** How many tickets a list in chat shows; the rest is counted. */
const LISTED = 15;

/** A ticket as this person may see it: the card for support, the receipt for a contact. */
export function shown(kase: Case, person: Person, now: Date): Message {
  const scene = sceneOf(kase, kase.ticket, now);
  return person.isSupport ? cardOf(scene) : receiptOf(scene);
}

/** Why each deadline of a ticket is when it is. */
export async function explained(tx: Tx, kase: Case, now: Date): Promise<ProofMessage> {
  return proofMessage(sceneOf(kase, kase.ticket, now), await proofsFor(tx, kase, now));
}

async function proofsFor(tx: Tx, kase: Case, now: Date): Promise<TargetProof[]> {
  const events = await tx.eventsOf(kase.ticket.id);
  const policyOf = await policiesOf(tx, kase.ticket, events);
  return proofsOf({ ticket: kase.ticket, policyOf, events }, (person) => nameOf(kase.directory, person), now);
}

/** Open tickets that a person may see, or those assigned to (support) or filed by (contact) them. */
export async function listed(
  tx: Tx,
  person: Person,
  directory: Directory,
  which: "open" | "mine",
  now: Date,
): Promise<ListMessage> {
  const isMine = which === "mine" && person.isSupport;
  const { tickets, total } = await tx.listTickets({
    open: true,
    limit: LISTED,
    ...(person.isSupport ? {} : { customers: customersOf(person, directory).map(({ key }) => key) }),
    ...(isMine ? { assignee: person.id } : {}),
  });
  const rows = await Promise.all(
    tickets.map(async (ticket) => rowOf(await openCase(tx, ticket), person, now)),
  );
  const heading = isMine ? "Your tickets" : "Open tickets";
  return {
    kind: "list",
    heading: total === 0 ? `${heading}: none` : `${heading}: ${total}`,
    rows,
    more: total - tickets.length,
  };
}

/** What somebody sees at home: open tickets, and for support who is on call and their own coming shifts. */
export async function atHome(tx: Tx, person: Person, directory: Directory, now: Date): Promise<ListMessage> {
  const tickets = { ...(await listed(tx, person, directory, "open", now)), isHome: true as const };
  if (!person.isSupport) return tickets;
  const rotations = rotationsOf(directory, person.id);
  return { ...tickets, notes: homeTexts(directory, { person: person.id, rotations, now }) };
}

/** What can be typed. */
export function helped(person: Person | null): Message {
  const common = [
    "/ticket: opens the form. /ticket the printer is down: the same, with the title filled in.",
    "/ticket list: the open tickets. /ticket mine: those that are yours.",
    "/ticket show ACME-17: one of them. /ticket why ACME-17: how its deadlines are counted.",
    "/ticket reply ACME-17 text: says something on it.",
    "/ticket ask-level ACME-17: asks support for another level. /ticket reopen ACME-17 text: it is back.",
    "/ticket home: your tickets and, for support, your coming shifts. /ticket settings: what you are told of, where and when.",
  ];
  const support = [
    "/ticket take, release, acknowledge (ack), pass-on, begin, restore, resume ACME-17: at once.",
    "/ticket ack all: acknowledges every page that rings for you.",
    "/ticket hand-to ACME-17 mia: pages Mia for it. /ticket snooze ACME-17 30m: reminds you then. /ticket resolve-page ACME-17: no more of its page.",
    "/ticket page ACME-17 why: pages whoever is on call, in hours and out.",
    "/ticket ask, hold, note, call, close ACME-17 text; /ticket level ACME-17: without the text, a form opens.",
    "/ticket accept-level, decline-level ACME-17: answers a contact who asks for another level.",
    "/oncall help: who is on call, and how to change it.",
  ];
  const words = person?.isSupport === true ? [...common, ...support] : common;
  return line([{ typed: words.join("\n") }]);
}

/** A ticket and its history, for the command line. */
export interface TicketReport {
  number: string;
  title: string;
  customer: string;
  level: string;
  status: string;
  filer: string;
  assignee: string | null;
  receivedAt: Date;
  targets: {
    kind: string;
    label: string;
    deadlineAt: Date | null;
    metAt: Date | null;
    breachedAt: Date | null;
    withdrawn: string | null;
  }[];
  paging: string | null;
  policyRevision: string;
  events: { seq: number; at: Date; by: string; kind: string; what: TicketEvent["what"] }[];
}

/** One ticket with its events. @throws DeskError "not-found". */
export async function reportTicket(tx: Tx, number: string): Promise<TicketReport> {
  const ticket = await tx.ticketByNumber(number);
  if (ticket === null) throw noSuchTicket(number);
  const kase = await openCase(tx, ticket);
  const events = await tx.eventsOf(ticket.id);
  return {
    ...summary(kase),
    targets: ticket.targets.map(({ kind, deadlineAt, metAt, breachedAt, withdrawn }) => ({
      kind,
      label: TARGET_WORDS[kind],
      deadlineAt,
      metAt,
      breachedAt,
      withdrawn: withdrawn?.why ?? null,
    })),
    paging: ticket.paging?.state ?? null,
    policyRevision: ticket.policyRevision,
    events: events.map(({ seq, at, by, what }) => ({
      seq,
      at,
      by: nameOf(kase.directory, by),
      kind: what.kind,
      what,
    })),
  };
}

/** The working of a ticket's deadlines, in words and as data. @throws DeskError "not-found". */
export async function reportWhy(
  tx: Tx,
  number: string,
  now: Date,
): Promise<{ zone: string; message: ProofMessage; proofs: TargetProof[] }> {
  const ticket = await tx.ticketByNumber(number);
  if (ticket === null) throw noSuchTicket(number);
  const kase = await openCase(tx, ticket);
  const proofs = await proofsFor(tx, kase, now);
  return { zone: ticket.zone, message: proofMessage(sceneOf(kase, ticket, now), proofs), proofs };
}

/** One line of a list on the command line. */
export type TicketSummary = Pick<
  TicketReport,
  "number" | "title" | "customer" | "level" | "status" | "filer" | "assignee" | "receivedAt"
> & { dueAt: Date | null };

/** Open tickets, or all of them, for the command line. */
export async function reportList(
  tx: Tx,
  filter: { all: boolean; limit: number },
): Promise<{ tickets: TicketSummary[]; total: number }> {
  const { tickets, total } = await tx.listTickets(
    filter.all ? { limit: filter.limit } : { open: true, limit: filter.limit },
  );
  const cases = await Promise.all(tickets.map((ticket) => openCase(tx, ticket)));
  return { tickets: cases.map((kase) => ({ ...summary(kase), dueAt: nextDueAt(kase.ticket) })), total };
}

function summary(kase: Case) {
  const { ticket, customer, directory } = kase;
  return {
    number: ticket.number,
    title: ticket.title,
    customer: customer.name,
    level: levelWords(ticketLevel(kase)),
    status: STATUS_WORDS[statusOf(ticket)],
    filer: nameOf(directory, ticket.filer),
    assignee: ticket.assignee === null ? null : nameOf(directory, ticket.assignee),
    receivedAt: ticket.receivedAt,
  };
}

function rowOf(kase: Case, person: Person, now: Date): ListMessage["rows"][number] {
  const { ticket, customer } = kase;
  const due = nextDueAt(ticket);
  const status = STATUS_WORDS[statusOf(ticket)];
  const whose = ticket.assignee === null ? "nobody has it" : nameOf(kase.directory, ticket.assignee);
  const next =
    due === null ? ["no deadline runs"] : [due <= now ? "was due " : "next due ", instant(due, ticket.zone)];
  return {
    number: ticket.number,
    title: ticket.title,
    words: [`${customer.name} · ${levelWords(ticketLevel(kase))} · ${status} · ${whose} · `, ...next],
    buttons: [
      button("show", ticket.number, "plain"),
      ...(person.isSupport ? [] : [button("reply", ticket.number, "plain")]),
    ],
  };
}
