// What the desk needs from outside: a store that remembers and platforms that talk. Adapters implement these and nothing else.
import type { Address, Directory } from "../core/directory.ts";
import type { Hearing, KnownHearing } from "../core/hearing.ts";
import type { Setting } from "../core/in-step.ts";
import type { Message } from "../core/message.ts";
import type { Policy, Status } from "../core/policy.ts";
import type { Recipient, Settings } from "../core/settings.ts";
import type { Rings } from "../core/storm.ts";
import type { Ticket, TicketEvent } from "../core/ticket.ts";

/** Where a message stands on its platform: "slack:C0123:1700000000.000100". Only chat adapters look inside. */
export type MessageRef = string;

/** Where facts for operators go: what happened, with ids, never a token or a ticket's text. */
export interface Log {
  info(facts: object, words: string): void;
  warn(facts: object, words: string): void;
  error(facts: object, words: string): void;
}

/** An effect on a chat platform, wanted by a transaction and carried out after its commit. */
export type Effect = ShowEffect | MarkEffect | SetEffect | AskEffect;

/**
 * One visible message. Its slot is its identity: the first time it is posted, later wants edit that post; a newer want
 * replaces an unsent older one.
 */
export interface ShowEffect {
  do: "show";
  /** e.g. "ticket:ab12:card". Unique over all time. */
  slot: string;
  ticket: string | null;
  /** The channel, or the person for a direct message. */
  place: Address;
  /** Slot of the message in whose thread it stands, or null; it waits until that one is posted. */
  under: string | null;
  message: Message;
  urgency: "page" | "normal";
  /** May be sent together with others that wait for the same place, as one digest. Only for lines without buttons that are never edited. */
  combines: boolean;
  /**
   * "post": post it, or edit it where it is posted. "edit-only": change it where it was posted or is on its way, and
   * drop it where it was never sent (an acknowledged page must not ring).
   */
  mode: "post" | "edit-only";
  /** Whom it is for alone, so that their settings decide about it. Absent where they do not, as for an answer to their own act. */
  to?: Recipient;
}

/** A message that waits until somebody's hours open, by the desk's clock. */
export interface Held {
  person: string;
  until: Date;
  effect: ShowEffect;
}

/** A visible mark on somebody's own message, e.g. that it went out to the customer. */
export interface MarkEffect {
  do: "mark";
  slot: string;
  ticket: string | null;
  on: MessageRef;
  mark: "sent-out" | "kept-inside";
}

/** Something on a platform that is no message shall be so; the newest want of a slot wins. */
export interface SetEffect {
  do: "set";
  slot: string;
  ticket: null;
  /** The group or channel that it is about. */
  place: Address;
  setting: Setting;
}

/** The platform is asked whether somebody hears us; its answer is kept for whoever looks ahead. */
export interface AskEffect {
  do: "ask";
  slot: string;
  ticket: null;
  /** Their direct messages. */
  place: Address;
  question: Question;
}

/** Who is asked about, when by the desk's clock, and until when the shift lasts in whose beginning they learn the answer. */
export interface Question {
  person: string;
  at: Date;
  /** Null: the answer is for whoever looks ahead, and they are told nothing. */
  shiftEndsAt: Date | null;
}

/** One content of a policy, as it was applied. */
export interface PolicyRevision {
  /** Identifies content: the same version text with other content is another revision. */
  id: string;
  policy: Policy;
}

/** What tickets to list; all given conditions hold. Newest urgent first: by level rank, then by the next deadline. */
export interface TicketFilter {
  customers?: readonly string[];
  open?: boolean;
  assignee?: string;
  limit: number;
}

/** Which tickets' pasts to read, in the order of their filing; all given conditions hold. */
export interface PastFilter {
  /** Filed from this instant on. */
  from?: Date;
  /** Filed before this instant. */
  to?: Date;
  customer?: string;
  /** Those that come after this one. */
  after?: { filedAt: Date; id: string };
  limit: number;
}

/** A ticket as it stands, with everything that happened to it. */
export interface PastTicket {
  ticket: Ticket;
  events: readonly TicketEvent[];
}

/** What has to be said about a ticket besides its own fields, for queries by the store. */
export interface TicketIndex {
  status: Status;
  /** The place of its level in the policy, 0 for the most severe. */
  levelRank: number;
  /** When anything can happen to it next, or null. */
  wakeAt: Date | null;
  /** The earliest open deadline, or null. */
  dueAt: Date | null;
}

/** A transaction. Every method works inside it; nothing is visible to others before it commits. */
export interface Tx {
  /** The desk file in force. Throws DeskError("unavailable") where none was ever applied. */
  directory(): Promise<KnownDirectory>;
  /** The same, to be replaced by what is made of it: until the transaction ends, nobody else replaces it. */
  directoryToChange(): Promise<KnownDirectory>;
  /** Every desk file that was ever applied, the oldest first. */
  directories(): Promise<{ directory: Directory; appliedAt: Date }[]>;
  /** Replaces the desk file in force; returns false where it is the same already. */
  replaceDirectory(directory: Directory, at: Date): Promise<boolean>;
  /** Remembers which platform id an address as written stands for. */
  rememberAddress(written: Address, resolved: Address): Promise<void>;

  /** The revision that serves tickets filed at an instant: the latest one effective by then, of those the latest applied. */
  policyInForce(id: string, at: Date): Promise<PolicyRevision | null>;
  policyRevision(revision: string): Promise<PolicyRevision>;
  /** Keeps a revision and makes it the latest applied of its policy; returns false where its content was known already. */
  addPolicy(revision: PolicyRevision, at: Date): Promise<boolean>;

  /** The next number of a customer, counted without gaps: taken back if the transaction is. */
  nextNumber(customer: string): Promise<number>;
  insertTicket(ticket: Ticket, index: TicketIndex, events: readonly TicketEvent[]): Promise<void>;
  /** Writes a locked ticket back with the events that changed it. */
  saveTicket(ticket: Ticket, index: TicketIndex, events: readonly TicketEvent[]): Promise<void>;
  /** Finds and locks; null where there is none. Numbers are compared without regard to case. */
  ticketByNumber(number: string): Promise<Ticket | null>;
  ticketById(id: string): Promise<Ticket | null>;
  /** The ticket whose message (card, post, receipt, answer, page) stands at this reference, with that message's slot. */
  ticketAtMessage(ref: MessageRef): Promise<{ ticket: Ticket; slot: string } | null>;
  /** Whether some post may stand on its platform already without its reference being known here. */
  hasUnrecordedPosts(): Promise<boolean>;
  listTickets(filter: TicketFilter): Promise<{ tickets: Ticket[]; total: number }>;
  /** Open tickets in the order of their ids, from the one after `after` on; to be read only: none is locked. */
  openTickets(after: string, limit: number): Promise<Ticket[]>;
  eventsOf(ticket: string): Promise<TicketEvent[]>;
  /** Tickets with their events, to be read only: none is locked. */
  pastTickets(filter: PastFilter): Promise<PastTicket[]>;
  /** Up to `limit` tickets with `wakeAt <= now`, the most severe and longest due first, locked; those that another holds are skipped. */
  dueTickets(now: Date, limit: number): Promise<Ticket[]>;
  /** What a desk file may not remove: how many tickets each customer has, and how many open ones each person and policy revision. */
  inUse(): Promise<{
    customers: ReadonlyMap<string, number>;
    people: ReadonlyMap<string, number>;
    revisions: ReadonlyMap<string, number>;
  }>;

  /** Claims the key of something that came in. Where it was handled before: the reply that was given then. Waits for a concurrent claimer. */
  claimIntent(key: string, at: Date): Promise<{ first: true } | { first: false; reply: unknown }>;
  /** Keeps the reply to a claimed intent, for a duplicate. */
  keepReply(key: string, reply: unknown): Promise<void>;

  /** Takes out what was accepted first, but for these keys and what another holds; null where nothing is left. */
  takeAccepted(except: readonly string[]): Promise<Accepted | null>;
  /** Takes one out; false where it is not there any more. */
  dropAccepted(key: string): Promise<boolean>;

  /**
   * The chore among these that is due the longest, locked, and for what it was woken by now taken out; those that another
   * holds are skipped. Null where none is due.
   */
  takeChore(names: readonly string[], now: Date): Promise<{ name: string; state: unknown } | null>;
  /** Keeps what a chore that was taken remembers, and when it is due again; null: not before it is woken. */
  saveChore(name: string, next: { wakeAt: Date | null; state: unknown }): Promise<void>;
  /** Makes chores due at an instant, too, and waits for nobody who is at them. Those that were never done remember null. */
  wakeChores(names: readonly string[], at: Date): Promise<void>;
  /** What rings at a place, or null where nothing ever did; to be read only. */
  ringsAt(place: Address): Promise<Rings | null>;
  /**
   * What rings at some places, by place: none where nothing ever did. They are locked until the transaction ends, in the order
   * given, which is that of their names. Tickets are locked before.
   */
  lockRings(places: readonly Address[]): Promise<ReadonlyMap<Address, Rings>>;
  /** The places at which there is a storm, in the order of their names. */
  stormyPlaces(): Promise<Address[]>;
  /** Replaces what was locked. */
  keepRings(rings: ReadonlyMap<Address, Rings>): Promise<void>;

  /** The key that signs the address of somebody's calendar, or null. */
  feedKey(person: string): Promise<string | null>;
  /** Keeps a key for somebody; returns the one that is kept now. */
  keepFeedKey(person: string, key: string, when: "if none" | "replace"): Promise<string>;

  /** What the platforms told last of who hears us, by person. */
  hearings(): Promise<ReadonlyMap<string, KnownHearing>>;
  keepHearing(person: string, hearing: KnownHearing): Promise<void>;

  /** The settings of those of some people who have any. */
  settingsOf(people: readonly string[]): Promise<ReadonlyMap<string, Settings>>;
  keepSettings(person: string, settings: Settings): Promise<void>;
  /** Lets messages wait. A newer want of a slot replaces the one that waits, at its place in the order. */
  hold(messages: readonly Held[]): Promise<void>;
  /** Takes out what waits for somebody, of a slot, or until an instant, in the order in which it was wanted. */
  takeHeld(
    which: { person: string } | { slot: string } | { until: Date; limit: number },
  ): Promise<ShowEffect[]>;
  /** When the first message that waits is due, or null. */
  nextHeldAt(): Promise<Date | null>;

  enqueue(effects: readonly Effect[]): Promise<void>;
  /** Slots of a ticket's messages that begin with a prefix and are not dropped, in the order of their making. */
  slotsOf(ticket: string, prefix: string): Promise<string[]>;
  /** Those of some slots whose message is not known to have gone out, nor to have been refused. */
  unsent(slots: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Something that somebody did, stored and not carried out yet. */
export interface Accepted {
  /** Its intent's. */
  key: string;
  intent: unknown;
  /** How its platform reaches whoever did it; only that looks inside. */
  answerTo: string;
}

/** The desk file with what is known of the platforms' ids. */
export interface KnownDirectory {
  revision: number;
  appliedAt: Date;
  directory: Directory;
  /** Address as written -> address with the platform's id. */
  addresses: ReadonlyMap<Address, Address>;
}

/** The earliest `wakeAt` of any ticket, and that of any chore; null where none has one. */
export interface NextWakeAt {
  ticket: Date | null;
  chore: Date | null;
  /** The database's clock as it says so: `databaseNow`. */
  databaseNow: Date | null;
}

/** What a platform has to remember of its places, by their addresses; only that platform looks inside. */
export interface References {
  remember(place: Address, reference: string): Promise<void>;
  recall(place: Address): Promise<string | null>;
  forget(place: Address): Promise<void>;
  /** All whose address begins so, the latest first, within a bound. */
  all(prefix: string): Promise<[Address, string][]>;
}

/** Remembers. All instants called `machineNow` are by the machine's clock, the others by the desk's. */
export interface Store {
  /**
   * Runs `work` in one transaction; retries serialization failures and deadlocks with a bound. Wakes the scheduler and
   * outbox after commit. `forWhom`: a person waits for the answer (the default), so it fails as DeskError("unavailable")
   * within two seconds; or it is the desk's own work, which can wait, on connections that people never exhaust.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, forWhom?: "person" | "desk"): Promise<T>;
  /** Stores what was accepted, once for each key; on a connection of its own, many that come at once together. */
  accept(accepted: Accepted): Promise<void>;
  nextWakeAt(): Promise<NextWakeAt>;
  outbox: OutboxStore;
  references: References;
  /** Called after each commit of this or another process that changed tickets, directory or outbox. Returns a function that stops it. */
  onCommit(listener: () => void): () => void;
  /** The database's clock, to compare the machine's with. Null for the embedded database, which has no other. */
  databaseNow(): Promise<Date | null>;
  /** Writes something and takes it back. Throws DeskError("unavailable") where nothing can be written, e.g. on a full disk. */
  tryToWrite(): Promise<void>;
  /** What operators see: all is counted, so it takes longer the more there is. */
  census(): Promise<Census>;
  /** What says whether the desk can work; it takes no longer however much there is. */
  pulse(): Promise<Pulse>;
  close(): Promise<void>;
}

export interface Pulse {
  /** The earliest of any ticket, by the desk's clock. */
  oldestWakeAt: Date | null;
  /** Whether the tables are those of this version. */
  migrated: boolean;
}

export interface Census extends Pulse {
  ticketsByStatus: Readonly<Record<string, number>>;
  outboxByState: Readonly<Record<string, number>>;
  /** What was accepted and is not carried out yet. */
  acceptedWaiting: number;
  /** Pages that are due or on their way, and new words of pages that stand there. */
  pagesUnsent: number;
}

/** One effect taken for sending, or several lines for one place. */
export interface Delivery {
  /** The slots that it carries out: one, or several that were combined. */
  ids: readonly string[];
  /** The first id's slot: goes with the message as its key. */
  key: string;
  /** Fences a late completion: a number that no other claim of these rows has. */
  attempt: number;
  /** The version of what is wanted; where it has moved on by the time it is recorded, an edit follows. */
  version: number;
  ticket: string | null;
  place: Address;
  urgency: "page" | "normal";
  /** How often it was tried before without a known failure: above 0, an earlier copy may have arrived. */
  unknownFates: number;
  /** Failures so far that were worth another try. */
  failures: number;
  enqueuedAt: Date;
  work:
    | { do: "post"; message: Message; under: MessageRef | null }
    | { do: "edit"; message: Message; ref: MessageRef }
    /**
     * A post of unknown fate that is no longer wanted unless it arrived: look for it by its key. Found: record "sent", and
     * an edit follows; absent: record "dropped"; cannot tell: record "unsure".
     */
    | { do: "find"; message: Message; under: MessageRef | null }
    | { do: "mark"; on: MessageRef; mark: MarkEffect["mark"] }
    | { do: "set"; setting: Setting }
    | { do: "ask"; question: Question };
}

/** A user group that is not rung where it is named, since the platform cannot say which one it is; why, without a full stop. */
export interface Unmentioned {
  group: Address;
  why: string;
}

/** How a delivery ended. */
export type Outcome =
  /**
   * `hearing`: what the platform tells of whoever is there, where it was asked. `unmentioned`: it stands there, and does
   * not ring these groups that it names; absent where it rings all of them. `found`: it stood there already, and nothing
   * went there now.
   */
  | {
      is: "sent";
      ref: MessageRef | null;
      hearing?: Hearing;
      unmentioned?: readonly Unmentioned[];
      found?: true;
    }
  /** Nothing was delivered; try again at `at` by the machine's clock. `lane`: nothing else goes to that place before. */
  /**
   * `shutOut`: the platform takes nothing from us any more, as our access was taken away. Nothing else goes to any of its
   * places before, and it is never given up.
   */
  | { is: "retry"; at: Date; why: string; lane: boolean; shutOut?: true }
  /** It may have arrived: look before the next try. */
  | { is: "unknown"; at: Date; why: string }
  /** It never arrived, and is no longer wanted; where it is wanted again by now, it is sent anew. */
  | { is: "dropped" }
  /** It will never arrive. Loud. `isPlaceGone`: nothing else arrives there either, until somebody mends it. */
  | { is: "failed"; why: string; isPlaceGone?: true }
  /** Sent at most once, perhaps never; not repeated. */
  | { is: "unsure"; why: string };

/** The queue of effects. Each call is a transaction of its own. */
export interface OutboxStore {
  /**
   * Takes up to `limit` deliveries that are due, pages first, then in order; or pages alone. At most one at a time for a
   * place and urgency. Each holds a lease until `machineNow + leaseMs`; one whose lease ran out is taken again.
   */
  claim(machineNow: Date, leaseMs: number, limit: number, which?: "all" | "pages"): Promise<Delivery[]>;
  /** Keeps the lease of deliveries that are still being sent. */
  extend(deliveries: readonly Delivery[], machineNow: Date, leaseMs: number): Promise<void>;
  /** A claimed delivery with the work that is wanted by now; null where a later attempt has taken over. */
  wantedNow(delivery: Delivery): Promise<Delivery | null>;
  /** Records an outcome, unless a later attempt has taken over (then false). `also` runs in the same transaction. */
  record(
    delivery: Delivery,
    outcome: Outcome,
    machineNow: Date,
    also?: (tx: Tx) => Promise<void>,
  ): Promise<boolean>;
  /** When the next delivery may be due by the machine's clock, or null. */
  nextAt(machineNow: Date): Promise<Date | null>;
}

/** Slack or Teams, or a way out beside them that carries pages alone. */
export interface ChatPlatform {
  /** The first part of its addresses: "slack". */
  readonly name: string;
  /** Posts into a channel or a person's direct messages, marked with `key` so that lookFor can find it. */
  post(
    post: { key: string; place: Address; under: MessageRef | null; message: Message },
    signal: AbortSignal,
  ): Promise<Outcome>;
  edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<Outcome>;
  mark(on: MessageRef, mark: MarkEffect["mark"], signal: AbortSignal): Promise<Outcome>;
  /** Makes something so that is no message; fails for good where the platform has no such thing or permits it not. */
  set(setting: Setting, signal: AbortSignal): Promise<Outcome>;
  /**
   * Whether a post of that key arrived, where the platform can tell. "repeat it": it cannot, but knows a repeat by its key,
   * so posting what is wanted now does no harm. Throws DeskError("unavailable") where it cannot be asked now.
   */
  lookFor(
    key: string,
    at: { place: Address; under: MessageRef | null; since: Date },
    signal: AbortSignal,
  ): Promise<{ found: MessageRef } | "absent" | "repeat it" | "cannot tell">;
  /**
   * Whether whoever is at a place hears a message there, as far as the platform tells. Throws DeskError("unavailable") where
   * it cannot be asked now.
   */
  hearingAt(place: Address, signal: AbortSignal): Promise<Hearing>;
  /** The address with the platform's own id for one as written, or null where the platform knows none. Throws DeskError("unavailable") where it cannot be asked. */
  lookUp(written: Address): Promise<Address | null>;
}
