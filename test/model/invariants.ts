// What must hold of pages whatever people, platforms and processes do: judged by what the chat shows, and by what happened
// to each ticket. Every violation is a sentence.
import type { Message, StormMessage } from "../../src/core/message.ts";
import type { Ticket } from "../../src/core/ticket.ts";
import type { Call, FlakyChat } from "./flaky-chat.ts";
import { judgePages, type JudgedPage } from "./judge-pages.ts";
import { PACE_MS, type PageWorld } from "./page-world.ts";
import { addressOf, ON_CALL, SUPPORT, WAY } from "./plan.ts";

/** Watches each post as it goes out. Gives what was sent that had to stay: it grows as the world goes on. */
export function watchPosts(world: PageWorld): string[] {
  const faults: string[] = [];
  world.chat.onPost = ({ key, place, message }) => {
    if (message.kind === "storm" && message.isRinging && !ringsAny(world, message))
      faults.push(`${key} is sent to ${place} although none of its pages rings`);
    const copy = copyOf(key);
    if (copy === null || message.kind !== "page") return;
    const paging = world.tickets().find(({ ticket }) => ticket.id === copy.ticket)?.ticket.paging;
    const isCurrent = paging?.nr === copy.nr;
    const isReminder = key.includes(":reminder:");
    const isOver =
      paging?.state === "resolved" ||
      paging?.state === "withdrawn" ||
      (paging?.state === "acknowledged" && !isReminder);
    if (isCurrent ? isOver : message.state === "ringing")
      faults.push(`${key} is sent to ${place} although that page is over (${paging?.state ?? "unknown"})`);
  };
  return faults;
}

/** Everything that is wrong as things stand. */
export function violations(world: PageWorld): string[] {
  const judged = world.tickets().map((past) => ({ ...past, ...judgePages(past, world) }));
  const all = judged.flatMap(({ pages }) => pages);
  return [
    ...judged.flatMap(({ faults }) => faults),
    ...seenTwice(world.chat),
    ...outdatedStorms(world, all),
    ...judged.flatMap(({ ticket, pages }) =>
      pages.flatMap((page) => [
        ...stepsUnseen(world, ticket, page, all),
        ...outdatedCopies(world, ticket.id, page),
        ...silentEnd(world, ticket.number, page),
      ]),
    ),
  ];
}

/** What must not be so any more once the platform works, everybody is back and the time of every ladder has passed. */
export function unfinished(world: PageWorld): string[] {
  return world
    .tickets()
    .filter(({ ticket }) => ticket.paging?.state === "ringing")
    .map(({ ticket }) => `${ticket.number} rings for ever`);
}

/**
 * One visible copy for each step and place. Where the platform cannot tell, further ones say that they may be repeats, and a
 * loud end and the message of a storm may stand there again.
 */
function seenTwice({ standing, canTell }: FlakyChat): string[] {
  const copies = new Map<string, number>();
  for (const { key, posted } of standing) {
    const isMarked = (posted.kind === "page" || posted.kind === "storm") && posted.mayRepeat;
    const isRepeat = !canTell && (isMarked || isLoudEnd(JSON.stringify(posted)));
    if (!isRepeat) copies.set(key, (copies.get(key) ?? 0) + 1);
  }
  return [...copies].flatMap(([key, count]) => (count > 1 ? [`${key} is seen ${count} times`] : []));
}

/**
 * Each step has its copy where it belongs, or is listed in a storm there, unless the page was over first or the platform
 * refused it, which is said.
 */
function stepsUnseen(
  world: PageWorld,
  { id, number }: Ticket,
  page: JudgedPage,
  all: readonly JudgedPage[],
): string[] {
  return page.told.flatMap(({ step, round, place: nth, person, isWay, atMs, missed, isOver = false }) => {
    const key = `ticket:${id}:page:${page.nr}:${round}.${step}${nth === 0 ? "" : `.${nth}`}`;
    const place = isWay ? WAY.address : person === null ? ON_CALL : addressOf(person);
    const calls = world.chat.calls.filter((call) => call.key === key);
    const isRefused = calls.some(({ outcome }) => outcome === "failed");
    const copies = world.chat.standing.filter((one) => one.key === key);
    const isElsewhere = copies.some((copy) => copy.place !== place);
    if (isElsewhere) return [`${key} is for ${place} and stands elsewhere`];
    if (missed !== null || isOver) return [];
    if (isRefused && page.state === "ringing" && isDue(world, atMs, place))
      return [`${key} was refused, and the ladder does not know`];
    const listed = inStorms(world, number, place, world.machineTimeOf(atMs));
    const mayWait = !isDue(world, atMs + STORM_WAIT_MS, place);
    // What a message says already it is not made to say again, until it rings.
    const isListed =
      listed.length > 0 ||
      isUnderWay(world, number, place) ||
      (page.state === "ringing" && isInStanding(world, number, place));
    if (listed.includes("post") || (isListed && (mayWait || page.state !== "ringing"))) return [];
    // A storm whose pages have all gone unanswered before it could be sent is told by their loud ends alone.
    const rung = all.filter(
      (one) => place === ON_CALL || one.told.some((step) => step.person === person && step.atMs <= atMs),
    );
    if (page.state === "unanswered" && copies.length === 0 && rung.length > 2) return [];
    if (copies.length > 0 || isRefused || page.state === "acknowledged" || page.state === "withdrawn")
      return [];
    return isDue(world, atMs, place) ? [`${key} is not seen in ${place}`] : [];
  });
}

/** How storms' messages of a place came to list a ticket's page from an instant on, or tried to: a post rings, an edit does not. */
function inStorms({ chat }: PageWorld, number: string, place: string, sinceMs: number): Call["what"][] {
  return chat.calls.flatMap(({ what, place: at, atMs, message, outcome }) => {
    const isTried = at === place && atMs >= sinceMs && outcome !== null;
    return isTried && lists(message, number) ? [what] : [];
  });
}

/** Whether a message of a storm that lists a ticket's page is on its way: the one before it says no more by then. */
function isUnderWay({ chat }: PageWorld, number: string, place: string): boolean {
  return chat.calls.some(
    (call) => call.place === place && call.outcome === null && lists(call.message, number),
  );
}

/** Whether the newest message of a storm in a place lists a ticket's page as it stands there. */
function isInStanding({ chat }: PageWorld, number: string, place: string): boolean {
  const newest = chat.standing.findLast((one) => one.place === place && one.message.kind === "storm");
  return newest !== undefined && lists(newest.message, number);
}

function lists(message: Message, number: string): boolean {
  return message.kind === "storm" && (message.more > 0 || message.rows.some((row) => row.number === number));
}

/** What is new in a storm rings within a minute. */
const STORM_WAIT_MS = 60_000;

/** A storm over which all pages have ended says so. */
function outdatedStorms(world: PageWorld, pages: readonly JudgedPage[]): string[] {
  if (pages.some(({ state }) => state === "ringing")) return [];
  const endedMs = Math.max(0, ...pages.map(({ endedMs }) => endedMs ?? 0));
  return world.chat.standing.flatMap(({ key, ref, place, message }) => {
    const isRefused = world.chat.calls.some((call) => call.key === ref && call.outcome === "failed");
    const isOutdated = message.kind === "storm" && message.isRinging && !isRefused && world.chat.canTell;
    return isOutdated && isDue(world, endedMs, place) ? [`${key} says that pages ring, and none does`] : [];
  });
}

/** Whether any page that a storm's message lists rings. */
function ringsAny(world: PageWorld, { rows, more }: StormMessage): boolean {
  const ringing = world.tickets().filter(({ ticket }) => ticket.paging?.state === "ringing");
  return more > 0 || ringing.some(({ ticket }) => rows.some(({ number }) => number === ticket.number));
}

/** Every copy says how the page stands, as soon as the platform lets it. */
function outdatedCopies(world: PageWorld, ticket: string, page: JudgedPage): string[] {
  return world.chat.standing.flatMap(({ key, ref, place, message }) => {
    const copy = copyOf(key);
    if (copy?.ticket !== ticket || copy.nr !== page.nr || message.kind !== "page") return [];
    const isRefused = world.chat.calls.some((call) => call.key === ref && call.outcome === "failed");
    const isUpToDate = message.state === page.state || isRefused || !world.chat.canTell;
    if (isUpToDate || !isDue(world, page.sinceMs, place)) return [];
    return [`${key} says ${message.state} in ${place}, and the page is ${page.state}`];
  });
}

/** A page that nobody answered ends loudly in both channels. */
function silentEnd(world: PageWorld, number: string, page: JudgedPage): string[] {
  if (page.state !== "unanswered" || page.endedMs === null) return [];
  const { endedMs } = page;
  return [SUPPORT, ON_CALL].flatMap((place) => {
    const isLoud = (text: string): boolean => isLoudEnd(text) && text.includes(`"${number} `);
    const isSaid = world.chat.standing.some(
      (one) => one.place === place && isLoud(JSON.stringify(one.message)),
    );
    const isRefused = world.chat.calls.some(
      (call) => call.place === place && call.outcome === "failed" && isLoud(JSON.stringify(call.message)),
    );
    const isMissing = !isSaid && !isRefused && isDue(world, endedMs, place);
    return isMissing ? [`nobody is told in ${place} that the page for ${number} went unanswered`] : [];
  });
}

function isLoudEnd(text: string): boolean {
  return /Nobody answered the page for|Only \d of \d people acknowledged the page for/.test(text);
}

const TICK_MS = 1_000;
/** After a failure the next try comes within so long, jitter included. */
const LONGEST_WAIT_MS = 15_000;
/** A dead process's lease, and the look that finds it lapsed. */
const LEASE_MS = 10_000 + 5_000;

/**
 * Whether what was decided at an instant of the desk's clock must be seen in a place by now: a tick later, and as much as the
 * platform itself delays it: what went to the same place before or was looked for there, its trouble, and the deaths of
 * those who were sending.
 */
function isDue(world: PageWorld, deskMs: number, place: string): boolean {
  const { chat, machine } = world;
  if (!world.isAlive(0) && !world.isAlive(1)) return false;
  const decidedMs = world.machineTimeOf(deskMs);
  const backMs = Math.max(decidedMs, ...world.absences.map(({ toMs }) => world.machineTimeOf(toMs)));
  const troubledMs = Math.max(
    chat.troubledUntil(place) + LONGEST_WAIT_MS,
    ...world.deaths.map((at) => at + LEASE_MS),
  );
  const queueMs = [
    ...chat.calls.map((call) => ({ ...call, tookMs: PACE_MS + 2 * call.latencyMs })),
    ...chat.looks.map((look) => ({ ...look, tookMs: look.latencyMs })),
  ]
    .filter((call) => call.place === place && call.atMs + call.tookMs >= decidedMs)
    .reduce((sum, { tookMs }) => sum + tookMs, 2 * chat.latencyMs);
  return machine.now() > Math.max(backMs, troubledMs) + TICK_MS + queueMs;
}

/** Which page a key is a copy of, or null. */
function copyOf(key: string): { ticket: string; nr: number } | null {
  const [, ticket = "", nr = ""] = /^ticket:(.+):page:(\d+):/.exec(key) ?? [];
  return ticket === "" ? null : { ticket, nr: Number(nr) };
}
