// A whole desk without Slack: the real store, inbox, tick and outbox, and a chat that keeps what was said where people see it.
import { readFile } from "node:fs/promises";
import { pino } from "pino";
import { parseDirectory } from "../../src/core/directory.ts";
import type { Hearing } from "../../src/core/hearing.ts";
import type { Form, FormValues } from "../../src/core/form.ts";
import { subjectOf, type Setting } from "../../src/core/in-step.ts";
import type { ActName, Message, Part, Text } from "../../src/core/message.ts";
import type { Policy } from "../../src/core/policy.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import type { Deed, Reply } from "../../src/desk/door.ts";
import { CHORES, wakeChores, type Chore } from "../../src/desk/chores.ts";
import { openDoor } from "../../src/desk/inbox.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import type { ChatPlatform, MessageRef, Outcome, Store } from "../../src/desk/ports.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { earliest } from "../../src/scheduler.ts";
import { freshStore } from "./database.ts";
import { at, policyOf } from "./life.ts";
import { tickAll } from "./tick.ts";

/** One message as it stands. */
export interface Seen {
  ref: MessageRef;
  key: string;
  place: string;
  under: MessageRef | null;
  message: Message;
  /** How often it was posted (1) and edited. */
  edits: number;
  marks: string[];
}

/** A chat in memory. `refuse` lets a test decide the outcome of a post. */
export interface FakeChat extends ChatPlatform {
  seen: Seen[];
  refuse: ((place: string, message: Message) => Outcome | null) | null;
  /** Groups that are not rung where they are named, and why. */
  unknownGroups: Map<string, string>;
  /** Who hears what comes to their direct messages; whoever is not in it does. */
  hearings: Map<string, Hearing>;
  /** The same for what is no message. */
  refuseSetting: ((setting: Setting) => Outcome | null) | null;
  /** What was made so, the latest of each, by what it is about. */
  settings(): Setting[];
}

export interface TestDesk {
  chat: FakeChat;
  store: Store;
  now(): Date;
  /** Turns the clock to a wall time in Chicago, through every due instant; then everything is sent. */
  turnTo(wall: string, zone?: string): Promise<void>;
  /** Sends everything that waits. */
  settle(): Promise<void>;
  does(who: string, deed: Deed, place?: string): Promise<Reply>;
  /** The same as a platform does it: the form that the deed needs, or else its reply. */
  asks(who: string, deed: Extract<Deed, { kind: "words" | "act" }>, place?: string): Promise<Reply>;
  /** Files by the form; gives the ticket's number. */
  files(who: string, values: FormValues, place?: string): Promise<string>;
  formOf(who: string, values?: FormValues, place?: string): Form;
  presses(who: string, act: ActName, ticket: string, values?: FormValues): Promise<string>;
  says(who: string, under: Seen, text: string): Promise<string>;
  /** What stands in a place, one line a message, threads indented. */
  reads(place: string): string[];
  find(place: string, words: string): Seen;
}

/** Chores that tell people of the roster: a story about tickets reads of tickets alone. */
const OF_THE_ROSTER: readonly string[] = ["shifts", "coverage", "in-step"];
export const CHORES_OF_TICKETS = CHORES.filter(({ name }) => !OF_THE_ROSTER.includes(name));

const DESK = new URL("../../src/sandbox/desk.yaml", import.meta.url);

/** Ids of the sandbox's desk file by short names. */
export const PLACES: Readonly<Record<string, string>> = {
  carl: "slack:U0CARL00001",
  nora: "slack:U0NORA00001",
  hana: "slack:U0HANA00001",
  pavel: "slack:U0PAVEL0001",
  kate: "slack:U0KATE00001",
  sam: "slack:U0SAM000001",
  mia: "slack:U0MIA000001",
  leo: "slack:U0LEO000001",
  support: "slack:C0SUPPORT01",
  oncall: "slack:C0ONCALL001",
  acme: "slack:C0ACME00001",
  north: "slack:C0NORTH0001",
  harbor: "slack:C0HARBOR001",
  pcc: "slack:C0PCC000001",
  kent: "slack:C0KENT00001",
};

/**
 * Opens a desk at a wall time in Chicago, with the sandbox's desk file and the shipped policies, some of them replaced
 * by others of the same id, whatever else the desk file is made to say, the chores of tickets unless others are given, and
 * ways out beside the chat.
 */
export async function aDesk(
  wall: string,
  zone = "America/Chicago",
  {
    own = [],
    rewritten = (file) => file,
    chores = CHORES_OF_TICKETS,
    ways = [],
  }: {
    own?: readonly Policy[];
    rewritten?: (file: string) => string;
    chores?: readonly Chore[];
    ways?: readonly ChatPlatform[];
  } = {},
): Promise<TestDesk & AsyncDisposable> {
  let now = at(wall, zone);
  const store = await freshStore({ pace: () => 0 });
  const shipped = presetIds.filter((id) => !own.some((policy) => policy.id === id)).map(policyOf);
  const directory = parseDirectory(rewritten(await readFile(DESK, "utf8")));
  await applyFile(store, { directory, policies: [...shipped, ...own] }, now);
  const allChores = only(chores);
  await store.transaction((tx) => wakeChores(tx, now, allChores));
  const log = pino({ level: "silent" });
  const door = await openDoor({ store, now: () => now, log, publicUrl: "https://belfry.example/" });
  const chat = fakeChat();
  const outbox = startOutbox({
    store,
    platforms: new Map([chat, ...ways].map((platform) => [platform.name, platform])),
    now: () => now,
    machineNow: () => new Date(),
    log,
    observe: { recorded: () => undefined },
  });
  let deeds = 0;
  const fail = (number: string, fault: unknown) => {
    throw new Error(`${number} could not be handled`, { cause: fault });
  };

  const desk: TestDesk = {
    chat,
    store,
    now: () => now,
    async turnTo(target, inZone = zone) {
      const end = at(target, inZone);
      for (;;) {
        const next = earliest(await store.nextWakeAt());
        if (next === null || next > end) break;
        if (next > now) now = next;
        await tickAll(store, now, fail, allChores);
        await desk.settle();
      }
      now = end;
      await desk.settle();
    },
    settle: () => outbox.settle(10_000),
    async does(who, deed, place) {
      deeds += 1;
      const intent = {
        key: `deed ${deeds}`,
        who: address(who),
        place: place === undefined ? null : address(place),
        do: deed,
      };
      const reply = await door.receive(intent);
      await desk.settle();
      return reply;
    },
    async asks(who, deed, place) {
      const request = { who: address(who), place: place === undefined ? null : address(place), do: deed };
      const needed = await door.formFor(request);
      return needed.kind === "nothing" ? desk.does(who, deed, place) : needed;
    },
    async files(who, values, place) {
      const carry = { ticket: null, place: place === undefined ? null : address(place) };
      const reply = await desk.does(who, { kind: "submit", form: "file", carry, values }, place);
      const number = /[A-Z]+-\d+/.exec(said(reply))?.[0];
      if (number === undefined) throw new Error(`not filed: ${JSON.stringify(reply)}`);
      return number;
    },
    formOf(who, values = {}, place) {
      const reply = door.filingForm({
        who: address(who),
        place: place === undefined ? null : address(place),
        title: "",
        values,
      });
      if (reply.kind !== "form") throw new Error(`no form: ${said(reply)}`);
      return reply.form;
    },
    async presses(who, act, ticket, values) {
      const deed: Deed =
        values === undefined
          ? { kind: "act", act, ticket }
          : { kind: "submit", form: act, carry: { ticket, place: null }, values };
      return said(await desk.does(who, deed));
    },
    async says(who, { ref, place }, text) {
      const mine = `${place}:said-${deeds}`;
      return said(
        await desk.does(
          who,
          { kind: "said", under: ref, isUnderOurs: true, ref: mine, text, attachments: [] },
          place,
        ),
      );
    },
    reads: (place) => readsIn(chat.seen, address(place)),
    find(place, words) {
      const found = chat.seen.find(
        (seen) => seen.place === address(place) && inPlain(seen.message).includes(words),
      );
      if (found === undefined)
        throw new Error(`"${words}" does not stand in ${place}:\n${desk.reads(place).join("\n")}`);
      return found;
    },
  };
  return {
    ...desk,
    [Symbol.asyncDispose]: async () => {
      await outbox.stop(1000);
      await door.close();
    },
  };
}

/** All chores, of which these alone do anything. */
export function only(chores: readonly Chore[]): Chore[] {
  return [...chores, ...CHORES.filter((chore) => !chores.includes(chore)).map(idle)];
}

/** A chore that this desk leaves undone, so that the clock does not wait for it. */
function idle({ name }: Chore): Chore {
  return { name, run: (_tx, _now, state) => Promise.resolve({ wakeAt: null, state }) };
}

/** A reply as one sentence. */
export function said(reply: Reply): string {
  if (reply.kind === "say") return inPlain(reply.message);
  if (reply.kind === "faults")
    return Object.entries(reply.faults)
      .map(([field, fault]) => `${field}: ${fault}`)
      .join("\n");
  return reply.kind === "form" ? `form: ${reply.form.title}` : "";
}

/** What one piece of information in a form says; "" where the form has none of that name. */
export function formSays({ fields }: Form, id: string): string {
  const field = fields.find((one) => one.id === id);
  return field?.kind === "info" ? words(field.text) : "";
}

/** The words of a message, as a reader in Chicago sees them. */
export function inPlain(message: Message): string {
  switch (message.kind) {
    case "line":
      return words(message.text) + (message.quote === null ? "" : ` “${message.quote}”`);
    case "digest":
      return message.lines.map(inPlain).join(" / ");
    case "answer":
      return `${message.author} answers ${message.number}: “${message.body}”`;
    case "list":
      return [
        message.heading,
        ...(message.notes ?? []).map(words),
        ...message.rows.map(({ number, title }) => `${number} ${title}`),
      ].join("; ");
    case "table":
      return message.tables
        .flatMap(({ title, rows }) => [title, ...rows.map((row) => row.join(" | "))])
        .join("\n");
    case "proof":
      return message.proofs
        .flatMap(({ label, promise, rows, sum }) => [
          `${label}: ${words(promise)}`,
          ...rows.map((row) => words(row.words)),
          words(sum),
        ])
        .join("\n");
    case "page":
      return [`PAGE (${message.state}) ${message.headline}`, ...message.standing.map(words)].join("; ");
    case "storm":
      return [
        `STORM (${message.isRinging ? "ringing" : "over"}) ${words(message.ring)}${message.headline}`,
        ...message.rows.map((row) => `${row.number} ${row.title}, ${words(row.words)}`),
        ...(message.more > 0 ? [`and ${message.more} more`] : []),
      ].join("; ");
    case "card":
    case "receipt": {
      const status = message.facts.find(({ label }) => label === "Status");
      const promises = message.promises.map(({ label, state }) => `${label} ${state}`);
      const name = message.kind.toUpperCase();
      return [`${name} ${message.number} ${message.title}`, words(status?.value ?? []), ...promises].join(
        "; ",
      );
    }
    default:
      return message satisfies never;
  }
}

function words(text: Text): string {
  return text
    .map((part) => {
      if (typeof part === "string") return part;
      if ("strong" in part) return part.strong;
      if ("typed" in part) return part.typed;
      if ("at" in part) return part.fallback;
      if ("group" in part) return part.group;
      return "here" in part ? "@here" : part.ring ? `@${part.person}` : part.person;
    })
    .join("");
}

function readsIn(seen: readonly Seen[], place: string): string[] {
  return seen
    .filter((one) => one.place === place && one.under === null)
    .flatMap((top) => [
      inPlain(top.message),
      ...seen.filter(({ under }) => under === top.ref).map(({ message }) => `  ${inPlain(message)}`),
    ]);
}

function groupsIn(message: Message): Extract<Part, { group: string }>[] {
  const ring = message.kind === "page" || message.kind === "storm" ? message.ring : [];
  return ring.flatMap((part) => (typeof part === "object" && "group" in part ? part : []));
}

function address(name: string): string {
  return PLACES[name] ?? name;
}

function fakeChat(): FakeChat {
  const seen: Seen[] = [];
  const settings = new Map<string, Setting>();
  const chat: FakeChat = {
    name: "slack",
    seen,
    refuse: null,
    refuseSetting: null,
    unknownGroups: new Map(),
    hearings: new Map(),
    settings: () => [...settings.keys()].sort().flatMap((subject) => settings.get(subject) ?? []),
    set: (setting) => {
      const refused = chat.refuseSetting?.(setting);
      if (refused !== null && refused !== undefined) return Promise.resolve(refused);
      settings.set(`${setting.is} ${subjectOf(setting)}`, setting);
      return Promise.resolve({ is: "sent", ref: null });
    },
    post: ({ key, place, under, message }) => {
      const refused = chat.refuse?.(place, message);
      if (refused !== null && refused !== undefined) return Promise.resolve(refused);
      const ref = `${place}:${seen.length + 1}`;
      seen.push({ ref, key, place, under, message, edits: 0, marks: [] });
      const unmentioned = groupsIn(message).flatMap(({ group, address }) => {
        const why = chat.unknownGroups.get(group);
        return why === undefined ? [] : [{ group: address, why }];
      });
      return Promise.resolve({ is: "sent", ref, ...(unmentioned.length === 0 ? {} : { unmentioned }) });
    },
    edit: (ref, message) => {
      const found = seen.find((one) => one.ref === ref);
      if (found === undefined) return Promise.resolve({ is: "failed", why: "message_not_found" });
      Object.assign(found, { message, edits: found.edits + 1 });
      return Promise.resolve({ is: "sent", ref });
    },
    mark: (on, mark) => {
      marked.set(on, mark);
      return Promise.resolve({ is: "sent", ref: null });
    },
    lookFor: (key) => {
      const found = seen.find((one) => one.key === key);
      return Promise.resolve(found === undefined ? "absent" : { found: found.ref });
    },
    hearingAt: (place) => Promise.resolve(chat.hearings.get(place) ?? { is: "there", quiet: null }),
    lookUp: (written) => Promise.resolve(written),
  };
  const marked = new Map<MessageRef, string>();
  return Object.assign(chat, { marked });
}
