// What people, clocks, platforms and processes may do to the model's desk. Each command does it to the real one, looks
// whether all still holds, and says as a sentence what was done.
import fc from "fast-check";
import type { FormValues } from "../../src/core/form.ts";
import type { ActName } from "../../src/core/message.ts";
import type { Deed, Reply } from "../../src/desk/door.ts";
import { said } from "../support/desk.ts";
import { TROUBLES } from "./flaky-chat.ts";
import { violations } from "./invariants.ts";
import type { PageWorld } from "./page-world.ts";
import {
  addressOf,
  BEGINNING,
  CUSTOMERS,
  ON_CALL,
  someChange,
  SUPPORT,
  TEAM,
  WAY,
  type MadeInChat,
  type Plan,
} from "./plan.ts";

/** What the model knows while commands run. */
export interface PageModel {
  /** The tickets' numbers, in the order of their filing. */
  tickets: string[];
  /** The desk as it was last applied. */
  plan: Plan;
  /** How many of the replicas live. */
  living: [boolean, boolean];
  /** What was done so far, as sentences. */
  story: string[];
  /** What was sent that had to stay. */
  sentInVain: readonly string[];
}

export type PageCommand = fc.AsyncCommand<PageModel, PageWorld>;

/** Does something, and says what was done and what came of it. */
type Doing = (model: PageModel, world: PageWorld) => Promise<string>;

function command(doing: Doing, isPossible: (model: PageModel) => boolean = () => true): PageCommand {
  return {
    check: isPossible,
    async run(model, world) {
      const when = new Date(world.now()).toISOString().slice(0, 23).replace("T", " ");
      const place = model.story.push(`${when}  something that does not end`) - 1;
      model.story[place] = `${when}  ${await doing(model, world)}`;
      refuse([...violations(world), ...model.sentInVain]);
    },
    toString: () => "",
  };
}

/** Throws where anything is wrong. */
export function refuse(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error([...new Set(wrong)].join("\n"));
}

const hasTicket = ({ tickets, living }: PageModel): boolean => tickets.length > 0 && living.includes(true);
const isOpen = ({ living }: PageModel): boolean => living.includes(true);
const ticketOf = ({ tickets }: PageModel, chosen: number): string => tickets[chosen % tickets.length] ?? "";
const by = fc.record({ replica: fc.nat(1), again: fc.nat(9).map((dice) => dice === 0) });
const teamMember = fc.constantFrom(...TEAM);

const filing = fc
  .record({
    customer: fc.constantFrom(...CUSTOMERS),
    isUrgent: fc.constantFrom(true, true, true, false),
    needsClearance: fc.boolean(),
    by,
  })
  .map(({ customer: { contact, policy }, isUrgent, needsClearance, by }) =>
    command(async (model, world) => {
      const number = await fileOne(world, contact, policy, isUrgent, needsClearance, by);
      model.tickets.push(number);
      const isCleared = policy === "cleared" && needsClearance;
      return `${contact} files ${number}, ${isUrgent ? "urgent" : "not urgent"}${isCleared ? ", for cleared people" : ""}`;
    }, isOpen),
  );

/** Files by the form; gives the ticket's number. */
async function fileOne(
  world: PageWorld,
  contact: string,
  policy: string,
  isUrgent: boolean,
  needsClearance: boolean,
  by: { replica: number; again: boolean },
): Promise<string> {
  const level = (policy === "aleyant" ? ["urgent", "normal"] : ["1", "2"])[isUrgent ? 0 : 1] ?? "";
  const values: FormValues = {
    ...{ title: "It is down", body: "Since noon.", confirm: true, level },
    ...(policy === "cleared" ? { "field.clearance": needsClearance ? "official-sensitive" : "none" } : {}),
    ...(policy === "allure" ? { "field.environment": "production" } : {}),
    ...(policy === "eleveo" ? { "field.scope": "platform" } : {}),
  };
  const deed: Deed = { kind: "submit", form: "file", carry: { ticket: null, place: null }, values };
  const words = said(await world.does(contact, deed, by));
  const number = /[A-Z]+-\d+/.exec(words)?.[0];
  if (number === undefined) throw new Error(`not filed: ${words}`);
  return number;
}

/** What is pressed, or typed after /ticket. */
const ACTS: readonly ActName[] = [
  ...(["acknowledge", "acknowledge", "acknowledge", "pass-on", "pass-on", "page", "page", "take"] as const),
  ...(["reply", "call", "ask", "close", "reopen", "release", "hold", "resume", "note"] as const),
  ...(["resolve-page", "resolve-page"] as const),
];

const working = fc
  .record({ act: fc.constantFrom(...ACTS), who: teamMember, ticket: fc.nat(), way: fc.nat(2), by })
  .map(({ act, who, ticket, way, by }) =>
    command(async (model, world) => {
      const number = ticketOf(model, ticket);
      const deed = deedOf(act, number, way);
      const reply = await world.does(who, deed, by);
      checkAcknowledged(world, act, number, reply);
      return `${who} does ${act} ${number} by ${deed.kind}: ${said(reply)}`;
    }, hasTicket),
  );

/** What is done to a ticket by a button, by words, or by a form with everything that it may ask. */
export function deedOf(act: ActName, number: string, way: number): Deed {
  const needsForm = !["acknowledge", "pass-on", "take", "release", "resume", "resolve-page"].includes(act);
  if (needsForm || way === 2) {
    const values: Record<string, string> = { text: "Because of the storm." };
    for (const kind of ["response", "start", "restore"]) {
      values[`outcome.${kind}`] = "withdrawn";
      values[`why.${kind}`] = "It is not needed.";
    }
    return { kind: "submit", form: act, carry: { ticket: number, place: null }, values };
  }
  return way === 0 ? { kind: "act", act, ticket: number } : { kind: "words", text: `${act} ${number}` };
}

/** Whoever is told that they have it, has it. */
function checkAcknowledged(world: PageWorld, act: ActName, number: string, reply: Reply): void {
  if (act !== "acknowledge" || !hasAcknowledged(said(reply))) return;
  const past = world.tickets().find(({ ticket }) => ticket.number === number);
  const last = past?.events.findLast(({ what }) => what.kind === "acknowledged");
  const [, wanted] = /It (rings on|is open) until/.exec(said(reply)) ?? [];
  const state = past?.ticket.paging?.state;
  const isRight = wanted === undefined ? state !== "ringing" : state === RINGS[wanted];
  if (last === undefined || !isRight)
    throw new Error(`somebody was told to have acknowledged ${number}, and it is not so`);
}

/** What it means that more have to acknowledge. */
const RINGS: Readonly<Record<string, string>> = { "rings on": "ringing", "is open": "unanswered" };

/** Whether somebody is told that an acknowledgement of theirs counts. */
function hasAcknowledged(words: string): boolean {
  return words.startsWith("You have acknowledged") && !words.includes(" already;");
}

const handing = fc
  .record({ who: teamMember, to: teamMember, ticket: fc.nat(), byWords: fc.boolean(), by })
  .map(({ who, to, ticket, byWords, by }) =>
    command(async (model, world) => {
      const number = ticketOf(model, ticket);
      const deed: Deed = byWords
        ? { kind: "words", text: `hand-to ${number} ${to}` }
        : {
            ...{ kind: "submit", form: "hand-to", carry: { ticket: number, place: null } },
            values: { person: to },
          };
      return `${who} hands ${number} to ${to}: ${said(await world.does(who, deed, by))}`;
    }, hasTicket),
  );

const snoozing = fc
  .record({ who: teamMember, ticket: fc.nat(), length: fc.constantFrom("15m", "1h", "4h", "opening"), by })
  .map(({ who, ticket, length, by }) =>
    command(async (model, world) => {
      const number = ticketOf(model, ticket);
      const carry = { ticket: number, place: null };
      const reply = await world.does(
        who,
        { kind: "submit", form: "snooze", carry, values: { for: length } },
        by,
      );
      return `${who} snoozes ${number} for ${length}: ${said(reply)}`;
    }, hasTicket),
  );

const bothAcknowledging = fc
  .record({ ticket: fc.nat(), people: fc.uniqueArray(teamMember, { minLength: 2, maxLength: 3 }) })
  .map(({ ticket, people }) =>
    command(async (model, world) => {
      const number = ticketOf(model, ticket);
      const count = (): number =>
        world
          .tickets()
          .find((past) => past.ticket.number === number)
          ?.events.filter(({ what }) => what.kind === "acknowledged").length ?? 0;
      const before = count();
      const deeds = people.map((who, nr) => ({ who, deed: deedOf("acknowledge", number, nr % 2) }));
      const replies = (await world.atOnce(deeds)).map(said);
      const firsts = replies.filter(hasAcknowledged).length;
      const { paging } = world.tickets().find((past) => past.ticket.number === number)?.ticket ?? {};
      if (firsts > (paging?.needed ?? 1) || count() - before !== firsts)
        throw new Error(
          `${firsts} were told to be the first, ${count() - before} were: ${replies.join(" / ")}`,
        );
      return `${people.join(" and ")} acknowledge ${number} at once: ${replies.join(" / ")}`;
    }, hasTicket),
  );

const acknowledgingAll = fc
  .record({ who: teamMember, place: fc.constantFrom(null, ON_CALL, ...TEAM.map(addressOf)), by })
  .map(({ who, place, by }) =>
    command(async (_model, world) => {
      const reply = await world.does(who, { kind: "acknowledge-all", place }, by);
      return `${who} acknowledges all that rings ${place === null ? "them" : `at ${place}`}: ${said(reply)}`;
    }, isOpen),
  );

const storming = fc
  .record({
    customer: fc.constantFrom(...CUSTOMERS),
    tickets: fc.integer({ min: 3, max: 4 }),
    who: teamMember,
  })
  .map(({ customer: { contact, policy }, tickets, who }) =>
    command(async (model, world) => {
      const by = { replica: 0, again: false };
      for (let count = 0; count < tickets; count += 1) {
        const number = await fileOne(world, contact, policy, true, false, by);
        model.tickets.push(number);
        const values = { text: "It burns." };
        const carry = { ticket: number, place: null };
        await world.does(who, { kind: "submit", form: "page", carry, values }, by);
      }
      return `${contact} files ${tickets} tickets at once, up to ${model.tickets.at(-1) ?? ""}; ${who} pages for each`;
    }, isOpen),
  );

const levelling = fc
  .record({ who: teamMember, ticket: fc.nat(), isRaise: fc.boolean(), by })
  .map(({ who, ticket, isRaise, by }) =>
    command(async (model, world) => {
      const number = ticketOf(model, ticket);
      const levels = number.startsWith("ACME") ? ["urgent", "normal"] : ["1", "2"];
      const values = { level: levels[isRaise ? 0 : 1] ?? "", text: "The impact is another." };
      const carry = { ticket: number, place: null };
      const reply = await world.does(who, { kind: "submit", form: "change-level", carry, values }, by);
      return `${who} changes the level of ${number} to ${values.level}: ${said(reply)}`;
    }, hasTicket),
  );

const writing = fc.record({ ticket: fc.nat(), by }).map(({ ticket, by }) =>
  command(async (model, world) => {
    const number = ticketOf(model, ticket);
    const contact = CUSTOMERS.find(({ key }) => number.startsWith(`${key}-`))?.contact ?? "";
    const carry = { ticket: number, place: null };
    await world.does(contact, { kind: "submit", form: "reply", carry, values: { text: "Any news?" } }, by);
    return `${contact} writes on ${number}`;
  }, hasTicket),
);

const speaking = fc.record({ who: teamMember, chosen: fc.nat(), by }).map(({ who, chosen, by }) =>
  command(async (_model, world) => {
    const cards = world.chat.standing.filter(({ message }) => message.kind === "card");
    const card = cards[chosen % Math.max(1, cards.length)];
    if (card === undefined) return "nobody says anything, for there is no card to answer";
    const ref = `${SUPPORT}:said-${world.now()}-${world.chat.calls.length}`;
    const deed: Deed = {
      kind: "said",
      under: card.ref,
      isUnderOurs: true,
      ref,
      text: "We see it.",
      attachments: [],
    };
    const reply = await world.does(who, deed, by).catch((refusal: unknown) => {
      // A message of which nobody knows yet that it stands there: the platform would bring these words again.
      if (refusal instanceof Error && refusal.message.includes("is not known yet")) return null;
      throw refusal;
    });
    const { message } = card;
    return `${who} answers under ${message.kind === "card" ? message.number : "a card"}${reply === null ? ", too early" : ""}`;
  }, hasTicket),
);

const planning = someChange.map(({ words, to }) =>
  command(async (model, world) => {
    model.plan = { ...to(model.plan), made: model.plan.made };
    await world.apply(model.plan);
    return words;
  }),
);

/** What people type after /oncall while tickets are open, from so many minutes ahead on. */
const changing = fc
  .record({
    who: teamMember,
    other: teamMember,
    rotation: fc.constantFrom("us", "eu"),
    role: fc.constantFrom("primary", "secondary"),
    what: fc.constantFrom("override", "override", "leave", "leave", "take", "swap", "undo"),
    startsIn: fc.constantFrom(0, 1, 30, 600),
    minutes: fc.constantFrom(2, 60, 900, 5_000),
    by,
  })
  .map(({ who, other, rotation, role, what, startsIn, minutes, by }) =>
    command(async (model, world) => {
      const begin = Math.ceil((world.now() - BEGINNING) / MINUTE) + startsIn;
      const span = `${writtenAt(begin)} - ${writtenAt(begin + minutes)}`;
      const typed = {
        override: `override ${other} ${span} ${rotation} ${role}`,
        leave: `leave ${span}`,
        take: `take ${rotation}`,
        // Without a rotation of hers alone, Belfry asks which.
        swap: `swap @${addressOf(other)} ${rotation}`,
        undo: "undo",
      }[what];
      const before = model.plan.made;
      const { reply, made } = await world.changes(who, typed, by);
      model.plan = { ...model.plan, made };
      const written = said(reply);
      if (what === "override" || what === "leave") checkMade(before, made, written, span);
      const nr = /\/oncall undo (\d+) takes the offer back/.exec(written)?.[1];
      if (what !== "swap" || nr === undefined) return `${who} types /oncall ${typed}: ${written}`;
      const accepted = await world.changes(other, `accept ${nr}`, by);
      model.plan = { ...model.plan, made: accepted.made };
      return `${who} and ${other} swap: ${said(accepted.reply)}`;
    }, isOpen),
  );

/** "2026-10-24 18:05", by the clock of UTC. */
function writtenAt(minutes: number): string {
  return new Date(BEGINNING + minutes * MINUTE).toISOString().slice(0, 16).replace("T", " ");
}

/** What somebody was told to be so, is so: exactly one more of it, in the time that was asked for. */
function checkMade(before: MadeInChat, after: MadeInChat, written: string, span: string): void {
  const all = ({ leave, overrides }: MadeInChat) => [...leave, ...overrides];
  const spanOf = ({ from, to }: { from: Date; to: Date }): string =>
    [from, to].map((at) => at.toISOString().slice(0, 16).replace("T", " ")).join(" - ");
  const added = all(after).filter(
    (one) => !all(before).some((old) => JSON.stringify(old) === JSON.stringify(one)),
  );
  const isMade = /\/oncall undo \d+/.test(written);
  const isRight = isMade
    ? added.length === 1 && added.every((one) => spanOf(one) === span)
    : added.length === 0;
  if (!isRight)
    throw new Error(`${span} was asked for; "${written}"; made was ${added.map(spanOf).join(", ")}`);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const aWhile = fc.oneof(
  fc.integer({ min: 1, max: 3 * SECOND }),
  fc.integer({ min: 1, max: 40 }).map((seconds) => seconds * SECOND),
  fc.constantFrom(1, 2, 5).map((minutes) => minutes * MINUTE),
  fc.integer({ min: 1, max: 6 * MINUTE }),
);
const aLongWhile = fc.oneof(
  fc.integer({ min: 1, max: 90 }).map((minutes) => minutes * MINUTE),
  fc.integer({ min: 1, max: 30 * HOUR }),
);

const passing = aWhile.map((ms) =>
  command(async (_model, world) => {
    await world.pass(ms);
    return `${lengthOf(ms)} pass`;
  }),
);
const turning = aLongWhile.map((ms) =>
  command(async (_model, world) => {
    await world.turn(ms);
    return `the desk's clock is turned ahead by ${lengthOf(ms)}`;
  }),
);

const leaving = fc.record({ replica: fc.nat(1), dies: fc.boolean() }).map(({ replica, dies }) =>
  command(
    async (model, world) => {
      await (dies ? world.kill(replica) : world.stop(replica));
      model.living[replica === 0 ? 0 : 1] = false;
      return `process ${replica} ${dies ? "is killed" : "is stopped"}`;
    },
    ({ living }) => living[replica === 0 ? 0 : 1],
  ),
);
const coming = fc.nat(1).map((replica) =>
  command(
    async (model, world) => {
      await world.start(replica);
      model.living[replica === 0 ? 0 : 1] = true;
      return `process ${replica} starts`;
    },
    ({ living }) => !living[replica === 0 ? 0 : 1],
  ),
);

const restarting = aWhile.map((ms) =>
  command(async (model, world) => {
    for (const replica of [0, 1]) await world.stop(replica);
    await world.pass(ms);
    for (const replica of [0, 1]) await world.start(replica);
    model.living = [true, true];
    return `Belfry is stopped, and started after ${lengthOf(ms)}`;
  }),
);

const PLACES = ["", ON_CALL, SUPPORT, WAY.address, ...TEAM.map(addressOf)];
const failing = fc
  .record({ place: fc.constantFrom(...PLACES), how: fc.constantFrom(...TROUBLES), ms: aWhile })
  .map(({ place, how, ms }) =>
    command(async (_model, world) => {
      world.chat.trouble(place, how, ms);
      return Promise.resolve(
        `the chat ${how} in ${place === "" ? "every place" : place} for ${lengthOf(ms)}`,
      );
    }),
  );
const slowing = fc.constantFrom(20, 200, 1_500, 8_000, 14_000).map((latencyMs) =>
  command(async (_model, world) => {
    world.chat.latencyMs = latencyMs;
    return Promise.resolve(`a call to the chat takes ${latencyMs} ms from now on`);
  }),
);

/** Any number of commands, the frequent ones more often. */
export const someCommands = fc.commands(
  [
    ...[filing, filing, filing, working, working, working, working, working, working, bothAcknowledging],
    ...[handing, handing, snoozing, changing, changing, restarting],
    ...[acknowledgingAll, storming, levelling, levelling, writing, speaking, planning, planning],
    ...[passing, passing, passing, passing, turning, leaving, coming, coming, failing, failing, slowing],
  ],
  { maxCommands: 30, size: "max" },
);

function lengthOf(ms: number): string {
  if (ms < MINUTE) return `${ms / SECOND} s`;
  return ms < HOUR ? `${Math.round(ms / SECOND / 6) / 10} min` : `${Math.round(ms / MINUTE / 6) / 10} h`;
}
