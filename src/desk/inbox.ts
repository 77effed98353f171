// The only way in: an intent is taken once, its person and ticket are found, one use case runs in one transaction, and a reply goes back.
import { DeskError, isUnavailable } from "../core/errors.ts";
import { readCommand } from "../core/command.ts";
import type { Person } from "../core/directory.ts";
import { line } from "../core/lines.ts";
import {
  isQuestion,
  type ActName,
  type CommandName,
  type Message,
  type Question,
  type Text,
} from "../core/message.ts";
import { isRosterForm, type FormValues } from "../core/form.ts";
import { onlyAsks, readOncall } from "../core/oncall-command.ts";
import { checkAct, noSuchTicket } from "../core/rights.ts";
import { acknowledgeAll } from "./acknowledge-all.ts";
import { actForm, isComplete, valuesFromWords } from "./act-forms.ts";
import { carryingOut } from "./carry-out.ts";
import { openCase, whoIs, type Case } from "./case.ts";
import type { Deed, Door, Intent, Reply } from "./door.ts";
import { filingForm, fileTicket, type Filing } from "./file-ticket.ts";
import { hear } from "./hear.ts";
import { answerOncall, oncallForm, submitRosterForm, type Asked } from "./oncall.ts";
import type { KnownDirectory, Log, PolicyRevision, Store, Tx } from "./ports.ts";
import { saveSettings, settingsForm } from "./settings.ts";
import { atHome, explained, helped, listed, shown } from "./show.ts";
import { workTicket } from "./work-ticket.ts";

/** The door, and the means to learn at once of a desk file that was applied. */
export interface Inbox extends Door {
  refresh(): Promise<void>;
  /** Looks from now on for presses that another process accepted and did not carry out; each answerer is named by then. */
  start(): void;
  /** Resolves when every press that was accepted here is carried out, or left for later. */
  settle(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** How long a changed desk file may go unseen by forms that open from memory. */
const REFRESH_MS = 1000;

/** What forms open from, so that they wait for nothing. */
interface Memory {
  known: KnownDirectory;
  policies: ReadonlyMap<string, PolicyRevision>;
}

/** Opens the desk to platforms. `now` is the desk's clock. Forms are refused until a desk file was applied. */
export async function openDoor({
  store,
  now,
  log,
  publicUrl = null,
}: {
  store: Store;
  now: () => Date;
  log: Log;
  /** Where Belfry is reached from outside; null where nobody said. */
  publicUrl?: string | null;
}): Promise<Inbox> {
  let memory: Memory | null = null;
  let timer: NodeJS.Timeout | undefined;
  const refresh = async () => {
    // Nobody waits for it: where the database is slow, a Belfry that starts has patience.
    memory = await store.transaction((tx) => remember(tx, now()), "desk");
  };
  const refreshSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      refresh().catch((fault: unknown) => {
        log.warn({ err: fault }, "the desk file could not be read again; forms open from what was known");
      });
    }, REFRESH_MS);
    timer.unref();
  };
  const stopListening = store.onCommit(refreshSoon);
  await refresh();
  const desk = { store, now, publicUrl };
  const presses = carryingOut({
    store,
    handle: (tx, intent) => handleOnce(desk, tx, intent),
    refused: (refusal, intent) => toReply(refusal, intent.do),
    log,
  });
  return {
    receive: (intent) => receive(desk, intent),
    accept: (press, answerTo) => presses.accept(press, answerTo),
    answerBy: (platform, answerer) => presses.answerBy(platform, answerer),
    filingForm: ({ who, place, title, values }) =>
      refusalsSaid(() => {
        if (memory === null)
          throw new DeskError("unavailable", "Belfry has no desk file yet. Apply one with belfry apply.");
        const { known, policies } = memory;
        const person = whoIs(known, who);
        const policyOf: Filing["policyOf"] = (customer) => policies.get(customer.policy) ?? null;
        return {
          kind: "form",
          form: filingForm({ known, person, place, policyOf, now: now() }, title, values),
        };
      }),
    formFor: (request) => formFor(store, request, now),
    opensFilingForm: (words) => readCommand(words).kind === "file",
    refresh,
    start: () => presses.start(),
    settle: () => presses.settle(),
    close: async () => {
      stopListening();
      clearTimeout(timer);
      await presses.stop();
    },
  };
}

/** What intents are handled with. */
interface Desk {
  store: Store;
  now: () => Date;
  publicUrl: string | null;
}

async function receive(desk: Desk, intent: Intent): Promise<Reply> {
  try {
    return await desk.store.transaction((tx) => handleOnce(desk, tx, intent));
  } catch (refusal) {
    return toReply(refusal, intent.do);
  }
}

/** What came again gets the reply that was given then. */
async function handleOnce({ now, publicUrl }: Desk, tx: Tx, intent: Intent): Promise<Reply> {
  if (changesNothing(intent.do)) return perform(tx, intent, { now: now(), publicUrl });
  const claim = await tx.claimIntent(intent.key, now());
  if (!claim.first) return claim.reply as Reply;
  const reply = await perform(tx, intent, { now: now(), publicUrl });
  await tx.keepReply(intent.key, reply);
  return reply;
}

async function perform(
  tx: Tx,
  intent: Intent,
  { now, publicUrl }: { now: Date; publicUrl: string | null },
): Promise<Reply> {
  const known = await tx.directory();
  const deed = intent.do;
  if (deed.kind === "said") {
    const answer = await hear(tx, () => whoIs(known, intent.who), deed, now);
    return answer === null ? { kind: "nothing" } : say(answer);
  }
  const person = whoIs(known, intent.who);
  switch (deed.kind) {
    case "words":
      return deed.command === undefined
        ? performWords(tx, known, person, deed.text, now)
        : performCommand(deed.command, tx, known, { person, words: deed.text, now, publicUrl });
    case "act":
      return work(tx, await caseOf(tx, deed.ticket), { act: deed.act, person, values: {}, now });
    case "acknowledge-all":
      return say(await acknowledgeAll(tx, person, deed.place, now));
    case "submit": {
      if (isRosterForm(deed.form)) {
        return { kind: "say", message: await submitRosterForm({ tx, person, now }, deed.form, deed.values) };
      }
      if (deed.form === "settings")
        return say(await saveSettings(tx, { person, directory: known.directory, now }, deed.values));
      if (deed.form !== "file") {
        if (deed.carry.ticket === null) throw noSuchTicket("");
        const kase = await caseOf(tx, deed.carry.ticket);
        return work(tx, kase, { act: deed.form, person, values: deed.values, now });
      }
      const filing: Filing = { known, person, place: deed.carry.place, policyOf: () => null, now };
      return say((await fileTicket(tx, { ...filing, from: intent.who }, deed.values)).say);
    }
    case "home":
      return { kind: "say", message: await atHome(tx, person, known.directory, now) };
    default:
      return deed satisfies never;
  }
}

async function performWords(
  tx: Tx,
  known: KnownDirectory,
  person: Person,
  words: string,
  now: Date,
): Promise<Reply> {
  const command = readCommand(words);
  switch (command.kind) {
    case "help":
      return { kind: "say", message: helped(person) };
    case "list":
      return { kind: "say", message: await listed(tx, person, known.directory, command.which, now) };
    case "acknowledge-all":
      return say(await acknowledgeAll(tx, person, null, now));
    case "act": {
      const values = valuesFromWords(command.act, command.rest);
      return work(tx, await caseOf(tx, command.number), { act: command.act, person, values, now });
    }
    case "home":
      return { kind: "say", message: await atHome(tx, person, known.directory, now) };
    case "settings":
      throw new DeskError("invalid", "This needs the form: type /ticket settings.");
    case "file":
      throw new DeskError("invalid", "This needs the form: type /ticket and the title.");
    default:
      return command satisfies never;
  }
}

async function performCommand(
  command: CommandName,
  tx: Tx,
  known: KnownDirectory,
  asked: Asked,
): Promise<Reply> {
  switch (command) {
    case "oncall":
      return { kind: "say", message: await answerOncall(tx, known, asked) };
    default:
      return command satisfies never;
  }
}

async function work(
  tx: Tx,
  kase: Case,
  deal: { act: ActName; person: Person; values: FormValues; now: Date },
): Promise<Reply> {
  const { ticket, say: words } = await workTicket(tx, kase, deal);
  if (!isQuestion(deal.act)) return say(words);
  return { kind: "say", message: await answerTo(deal.act, tx, { ...kase, ticket }, deal) };
}

function answerTo(
  question: Question,
  tx: Tx,
  kase: Case,
  { person, now }: { person: Person; now: Date },
): Message | Promise<Message> {
  switch (question) {
    case "show":
      return shown(kase, person, now);
    case "why":
      return explained(tx, kase, now);
    default:
      return question satisfies never;
  }
}

async function formFor(
  store: Store,
  request: Parameters<Door["formFor"]>[0],
  now: () => Date,
): Promise<Reply> {
  if (request.do.kind === "words" && request.do.command !== undefined)
    return formForCommand(store, request, request.do.text, now);
  const asked = request.do.kind === "words" ? readCommand(request.do.text) : null;
  if (asked !== null && asked.kind !== "act" && asked.kind !== "settings") return { kind: "nothing" };
  try {
    return await store.transaction(async (tx) => {
      const person = whoIs(await tx.directory(), request.who);
      if (asked?.kind === "settings")
        return { kind: "form", form: await settingsForm(tx, person, request.place) };
      const act = asked?.act ?? (request.do.kind === "act" ? request.do.act : "show");
      const number = asked?.number ?? (request.do.kind === "act" ? request.do.ticket : "");
      const kase = await caseOf(tx, number);
      checkAct(act, person, kase.ticket, kase.directory);
      const values = valuesFromWords(act, asked?.rest ?? "");
      if (asked !== null && isComplete(act, kase, person, values)) return { kind: "nothing" };
      const form = actForm(act, kase, person, values, now());
      return form === null ? { kind: "nothing" } : { kind: "form", form };
    });
  } catch (refusal) {
    return toReply(refusal, request.do);
  }
}

/** The form that words after a command need; of these, /oncall alone has any. */
async function formForCommand(
  store: Store,
  { who, place, do: deed }: Parameters<Door["formFor"]>[0],
  words: string,
  now: () => Date,
): Promise<Reply> {
  try {
    const known = await store.transaction((tx) => tx.directory());
    const form = oncallForm(known, whoIs(known, who), { words, place, now: now() });
    return form === null ? { kind: "nothing" } : { kind: "form", form };
  } catch (refusal) {
    return toReply(refusal, deed);
  }
}

async function caseOf(tx: Tx, number: string): Promise<Case> {
  const ticket = await tx.ticketByNumber(number);
  if (ticket === null) throw noSuchTicket(number);
  return openCase(tx, ticket);
}

async function remember(tx: Tx, now: Date): Promise<Memory | null> {
  const known = await tx.directory().catch((reason: unknown) => {
    if (isUnavailable(reason)) return null;
    throw reason;
  });
  if (known === null) return null;
  const policies = new Map<string, PolicyRevision>();
  for (const id of new Set(known.directory.customers.map(({ policy }) => policy))) {
    const revision = await tx.policyInForce(id, now);
    if (revision !== null) policies.set(id, revision);
  }
  return { known, policies };
}

/** Questions change nothing, so answering one twice does no harm. */
function changesNothing(deed: Deed): boolean {
  if (deed.kind === "home") return true;
  if (deed.kind === "act") return isQuestion(deed.act);
  if (deed.kind !== "words") return false;
  if (deed.command !== undefined) return onlyAsks(readOncall(deed.text));
  const command = readCommand(deed.text);
  if (command.kind === "acknowledge-all") return false;
  return command.kind !== "act" || isQuestion(command.act);
}

/** A refusal as a reply; what is no refusal, and what may be tried again, goes on as an error. */
function toReply(refusal: unknown, deed: Deed): Reply {
  if (!(refusal instanceof DeskError) || refusal.code === "unavailable" || refusal.code === "internal")
    throw refusal;
  if (deed.kind !== "submit") return say([{ typed: refusal.message }]);
  const hasFaults = Object.keys(refusal.faults).length > 0;
  return { kind: "faults", faults: hasFaults ? refusal.faults : { "": refusal.message } };
}

function refusalsSaid(open: () => Reply): Reply {
  try {
    return open();
  } catch (refusal) {
    if (refusal instanceof DeskError) return say([{ typed: refusal.message }]);
    throw refusal;
  }
}

function say(text: Text): Reply {
  return { kind: "say", message: line(text) };
}
