// What must hold whatever was killed, and when: compares what people were told, what the database holds and what Slack shows.
import { isDeepStrictEqual } from "node:util";
import { renderMessage } from "../../src/chat/slack/render.ts";
import type { Message } from "../../src/core/message.ts";
import { pageSlot } from "../../src/desk/announce.ts";
import { keyOf } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { wordsOf } from "../support/slack-double-reading.ts";
import { current, type Json, type Post } from "../support/slack-double-workspace.ts";
import type { Rows, World } from "../support/world.ts";
import { pagesAfterAcknowledgement } from "./after-acknowledgement.ts";
import { wasEverRefused, wasRefused } from "./gone.ts";
import type { Ledger } from "./ledger.ts";

/** Everything that is wrong, as sentences. Empty when all holds. To be asked when nothing is due and nothing waits. */
export function violations(world: World, ledger: Ledger, rows: Rows): string[] {
  return [
    ...lostTickets(ledger, rows),
    ...gapsInNumbers(rows),
    ...leftUndone(world, rows),
    ...brokenHistories(rows),
    ...missingReminders(world, rows),
    ...missingPages(world, rows),
    ...passedOver(world, rows),
    ...lostWords(world, ledger, rows),
    ...seenTwice(world),
    ...differsFromWanted(world, rows),
    ...pagesAfterAcknowledgement(world, ledger, rows),
  ];
}

/** What was done in a run, for its counters. */
export function countsIn(world: World, rows: Rows): Record<string, number> {
  const kinds = rows.events.map(({ what }) => what.kind);
  return {
    tickets: rows.tickets.length,
    reminders: kinds.filter((kind) => kind === "reminded").length,
    "pages due": kinds.filter((kind) => kind === "paged").length,
    "pages sent": world.slack.posts().filter((post) => /:page:\d+:\d+\.\d+$/.test(keyOf(post))).length,
    "pages seen twice": seenTwice(world).filter((what) => what.includes(":page:")).length,
    "pages passed over, for Slack refused them": kinds.filter((kind) => kind === "page-missed").length,
    "pages lost": missingPages(world, rows).length,
    acknowledgements: kinds.filter((kind) => kind === "acknowledged").length,
    messages: world.slack.posts().length,
    edits: world.slack.posts().reduce((sum, { versions }) => sum + versions.length - 1, 0),
  };
}

function lostTickets({ filings }: Ledger, { tickets }: Rows): string[] {
  return filings.flatMap(({ title, isAcknowledged }) => {
    const found = tickets.filter(({ state }) => state.title === title).length;
    if (found === 0 && isAcknowledged) return [`${title} was filed and is lost`];
    return found > 1 ? [`${title} was filed once and is there ${found} times`] : [];
  });
}

function gapsInNumbers({ tickets }: Rows): string[] {
  return ["ACME", "PCC"].flatMap((customer) => {
    const own = tickets.filter((ticket) => ticket.customer === customer);
    const numbers = own.map(({ number }) => Number(number.split("-")[1])).sort((a, b) => a - b);
    const isGapless = numbers.every((number, i) => number === i + 1);
    return isGapless ? [] : [`the numbers of ${customer} have gaps: ${numbers.join(", ")}`];
  });
}

function leftUndone(world: World, { tickets, outbox }: Rows): string[] {
  const late = tickets.filter(({ wakeAt }) => wakeAt !== null && wakeAt <= world.now());
  const stuck = outbox.filter(
    (row) => row.state !== "shown" && row.state !== "dropped" && !wasRefused(world, row),
  );
  return [
    ...late.map(({ number, wakeAt }) => `${number} was due ${wakeAt?.toISOString()} and nobody looked`),
    ...stuck.map(({ slot, state, error }) => `${slot} is ${state}: ${error ?? "no error"}`),
  ];
}

function brokenHistories({ tickets, events }: Rows): string[] {
  return tickets.flatMap(({ id, number, revision }) => {
    const own = events.filter(({ ticket }) => ticket === id).map(({ seq }) => seq);
    const isWhole = own.sort((a, b) => a - b).every((seq, i) => seq === i) && own.length === revision;
    return isWhole ? [] : [`${number} is at revision ${revision} and has the events ${own.join(", ")}`];
  });
}

/** A promise whose deadline has passed was told as missed, by a line of its own or folded into a later one. */
function missingReminders(world: World, { tickets, events }: Rows): string[] {
  return tickets.flatMap(({ id, number, state, wakeAt }) =>
    state.targets.flatMap(({ kind, deadlineAt, metAt, withdrawn }) => {
      const isMissed =
        deadlineAt !== null && deadlineAt < world.now() && metAt === null && withdrawn === null;
      if (!isMissed || state.statuses.at(-1)?.status === "closed") return [];
      const told = events.some(
        ({ ticket, what }) =>
          ticket === id &&
          what.kind === "reminded" &&
          what.target === kind &&
          [what.mark, ...what.folded].includes("100%"),
      );
      // What came late, with its calendar closed, waits for the opening.
      const waits = wakeAt !== null && wakeAt > world.now();
      return told || waits ? [] : [`${number} missed its ${kind} at ${deadlineAt.toISOString()}, untold`];
    }),
  );
}

/**
 * Each ticket that pages has begun to, and each step that its ladder took has its message, unless the page was over before, or
 * Slack refused it and the ladder knows.
 */
function missingPages(world: World, rows: Rows): string[] {
  return rows.tickets.flatMap((ticket) => {
    const { id, number, state } = ticket;
    const own = eventsOf(ticket, rows);
    const isSevere = state.level === "1" || state.level === "urgent";
    const began = own.filter(({ what }) => what.kind === "paging-began" || what.kind === "alerted");
    if (isSevere && began.length === 0) return [`${number} pages, and nobody was paged or alerted`];
    return stepsOf(ticket, rows).flatMap(({ slot, place, isMissed, isOver, end }) => {
      const row = rows.outbox.find((each) => each.slot === `ticket:${id}:${slot}`);
      if (row?.state === "shown" || isInStorm(world, number, place)) return [];
      // Why it was passed over is judged below.
      if (isMissed) return [];
      const isRefused = row === undefined ? isRefusedStorm(world, place, rows) : wasRefused(world, row);
      if (isRefused && (isOver || end === "unanswered")) return [];
      return isOver && (row === undefined || row.state === "dropped")
        ? []
        : [`${number}'s ${slot} was never seen: ${row?.state ?? "no row"}, the page is ${end}`];
    });
  });
}

/** A step is passed over only where Slack refused it; and then somebody comes after it, or the loud end. */
function passedOver(world: World, rows: Rows): string[] {
  return rows.tickets.flatMap((ticket) => {
    const { id, number, state } = ticket;
    const last = state.paging?.told.at(-1);
    const stands = state.paging?.state === "ringing" && last !== undefined && last.missed !== null;
    const wrong = stepsOf(ticket, rows).flatMap(({ slot, place, isMissed }) =>
      isMissed && !wasEverRefused(world, `ticket:${id}:${slot}`, place)
        ? [`${number}'s ${slot} was passed over for nothing`]
        : [],
    );
    return [...wrong, ...(stands ? [`${number} was passed over, and nobody came after`] : [])];
  });
}

/** One of the steps of a ticket's pages: its message's slot behind the ticket's, and what became of it. */
interface TakenStep {
  slot: string;
  place: string;
  /** The ladder knows that it reached nobody. */
  isMissed: boolean;
  /** Somebody had it, or it was withdrawn, after it was taken. */
  isOver: boolean;
  end: string;
}

function stepsOf(ticket: Rows["tickets"][number], rows: Rows): TakenStep[] {
  const steps = new Map<string, TakenStep>();
  let page = 0;
  for (const { what } of eventsOf(ticket, rows)) {
    if (what.kind === "paging-began") page += 1;
    if (what.kind === "paged" || what.kind === "page-missed") {
      const slot = pageSlot(page, what);
      const isMissed = what.kind === "page-missed";
      steps.set(slot, { slot, place: placeOf(what.person), isMissed, isOver: false, end: "ringing" });
    }
    if (ENDS.has(what.kind)) for (const step of steps.values()) step.isOver = true;
    if (what.kind === "page-unanswered") for (const step of steps.values()) step.end = "unanswered";
  }
  return [...steps.values()];
}

/** What ends a page so that what was not sent of it is sent no more. */
const ENDS: ReadonlySet<string> = new Set(["acknowledged", "page-resolved", "page-withdrawn"]);

function eventsOf({ id }: Rows["tickets"][number], { events }: Rows): Rows["events"] {
  return events.filter(({ ticket }) => ticket === id).sort((one, other) => one.seq - other.seq);
}

/** Where the desk file says that somebody is paged; null is the channel. */
function placeOf(person: string | null): string {
  if (person === "mia") return "slack:mia@desk.test";
  return person === null ? `slack:${CHANNELS.onCall}` : `slack:U0${person.toUpperCase()}`;
}

/**
 * A page that came with many others stood in a message that lists them, at its place, in any of its versions: a message has
 * room for fifteen, and those that ring no longer make way for those that do.
 */
function isInStorm(world: World, number: string, place: string): boolean {
  return world.slack
    .posts()
    .some(
      (post) =>
        keyOf(post).startsWith(`storm:${place}:`) &&
        post.versions.some((version) => wordsOf(version).match(WORDS)?.includes(number)),
    );
}

/** Whether a message that listed pages at a place was refused, since the place was gone. */
function isRefusedStorm(world: World, place: string, { outbox }: Rows): boolean {
  return outbox.some((row) => row.slot.startsWith(`storm:${place}:`) && wasRefused(world, row));
}

/** Numbers of tickets among the words. */
const WORDS = /[A-Z]+-\d+/g;

/** Words that Slack was told had arrived stand in the ticket once, and on the other side once. */
function lostWords(world: World, { sayings }: Ledger, { events }: Rows): string[] {
  return sayings.flatMap(({ text, isAcknowledged }) => {
    const kept = events.filter(({ what }) => "text" in what && what.text === text).length;
    if (kept === 0) return isAcknowledged ? [`"${text}" was said and is lost`] : [];
    const shown = world.slack.posts().filter((post) => wordsOf(current(post)).includes(text)).length;
    if (kept > 1) return [`"${text}" was said once and is kept ${kept} times`];
    return shown >= 1 ? [] : [`"${text}" reached nobody`];
  });
}

function seenTwice(world: World): string[] {
  const seen = new Map<string, Post>();
  return world.slack.posts().flatMap((post) => {
    const key = keyOf(post);
    if (key === "" || !seen.has(key)) {
      seen.set(key, post);
      return [];
    }
    return [`${key} can be seen twice: ${wordsOf(current(post)).slice(0, 80)}`];
  });
}

/** Every message that is wanted stands where the database says, as it is wanted now; and nothing else stands there. */
function differsFromWanted(world: World, { outbox }: Rows): string[] {
  const posts = new Map(world.slack.posts().map((post) => [`slack:${post.channel}:${post.ts}`, post]));
  const known = new Set<string>();
  // What Slack refused to change stands as it stood, and what may have come before it was refused stands as well.
  const refused = outbox.filter((row) => wasRefused(world, row));
  const wrong = outbox.flatMap(({ slot, kind, state, ref, wanted, combines }) => {
    if (kind !== "post" || state !== "shown") return [];
    const post = ref === null ? undefined : posts.get(ref);
    if (post === undefined) return [`${slot} should stand at ${ref ?? "no place"}, and does not`];
    known.add(ref ?? "");
    const rendered = renderMessage(withIds(wanted) as Message);
    const isRight = combines
      ? linesOf(rendered.blocks as unknown as Json[]).every((line) => wordsOf(current(post)).includes(line))
      : sameBlocks(current(post).blocks, rendered.blocks);
    return isRight ? [] : [`${slot} reads: ${wordsOf(current(post)).slice(0, 200)}`];
  });
  // What has no key is a reply to somebody's act, said at once and by nobody else.
  const isOfRefused = (at: string, post: Post): boolean =>
    refused.some(({ slot, ref }) => ref === at || (ref === null && slot === keyOf(post)));
  const strange = [...posts].filter(
    ([ref, post]) => !known.has(ref) && keyOf(post) !== "" && !isOfRefused(ref, post),
  );
  return [
    ...wrong,
    ...strange.map(([ref, post]) => `${ref} stands there unwanted: ${wordsOf(current(post)).slice(0, 80)}`),
  ];
}

/** Slack mentions by id; the desk file knows some people by mail. */
function withIds(wanted: unknown): unknown {
  return JSON.parse(JSON.stringify(wanted), (key, value: unknown) => {
    if (key === "address" && value === "slack:mia@desk.test") return `slack:${PEOPLE.mia}`;
    if (key === "address" && value === "slack:pavel@pcc.test") return `slack:${PEOPLE.pavel}`;
    return key === "at" && typeof value === "string" ? new Date(value) : value;
  });
}

function linesOf(blocks: Json[]): string[] {
  return wordsOf({ blocks }).split("\n");
}

/** The double names blocks that have no name, as Slack does. */
function sameBlocks(shown: readonly Json[], wanted: readonly unknown[]): boolean {
  const nameless = (blocks: readonly unknown[]): unknown =>
    JSON.parse(JSON.stringify(blocks, (key, value: unknown) => (key === "block_id" ? undefined : value)));
  return isDeepStrictEqual(nameless(shown), nameless(wanted));
}
