// Judges the pages of one ticket by what happened to it: each rule of the ladder said once more, by hand, as simply as can be.
// It knows the desk file as the model drew it, and shares no code with core's paging, roster or agenda.
import type { Ticket, TicketEvent } from "../../src/core/ticket.ts";
import type { PageWorld } from "./page-world.ts";
import { CUSTOMERS, ladderFor, type Customer, type Plan, type PlannedLadder } from "./plan.ts";
import { calledBy, ladderOf, mayBeCalled, type Callable, type Called } from "./rung.ts";

/** A page as the rules would have it. */
export interface JudgedPage {
  nr: number;
  beganMs: number;
  /** When the next step is due. */
  dueMs: number;
  /** Whom each step rang, when, and whether it is known by now to have reached nobody. */
  told: {
    step: number;
    round: number;
    /** Its place in a rung that calls several. */
    place: number;
    person: string | null;
    /** It goes out beside chat. */
    isWay: boolean;
    atMs: number;
    missed: string | null;
    /** Somebody acknowledged after it: it need not be seen any more. */
    isOver?: boolean;
  }[];
  passedBy: string[];
  /** Who has it. */
  holders: string[];
  /** Whom it was handed to and who is to be rung next. */
  handedTo: string | null;
  /** By which ladder it goes; null where none was for it. */
  ladder: string | null;
  state: "ringing" | "acknowledged" | "resolved" | "withdrawn" | "unanswered";
  /** Since when an acknowledged page waits for an answer to the customer; null where it does not. */
  waitsMs: number | null;
  isReminded: boolean;
  /** Until when whoever has it wants not to be reminded. */
  snoozedMs: number | null;
  endedMs: number | null;
  /** Since when it stands as it does. */
  sinceMs: number;
  /** The ladder was another one when a step was taken: which rung is next is no longer plain. */
  ladders: Set<PlannedLadder>;
}

/** What is wrong with a ticket's pages, and the pages themselves. */
export interface Judgement {
  faults: string[];
  pages: JudgedPage[];
}

/** One sweep of the scheduler. */
const TICK_MS = 1_000;
const MINUTE_MS = 60_000;
/** Nobody who acknowledged is reminded sooner, and no page rings again sooner after that. */
const LEAST_WAIT_MS = 10 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The "round" of those to whom a page was handed. */
const HANDED = -1;
const HANDED_WAIT_MINUTES = 5;

/** Goes through everything that happened to a ticket. */
export function judgePages(
  { ticket, events }: { ticket: Ticket; events: readonly TicketEvent[] },
  world: PageWorld,
): Judgement {
  const customer = CUSTOMERS.find(({ key }) => key === ticket.customer);
  if (customer === undefined) return { faults: [`${ticket.number} is of nobody`], pages: [] };
  const faults: string[] = [];
  const pages: JudgedPage[] = [];
  let level = "";
  let assignee: string | null = null;
  let isClosed = false;
  let alertedMs: number | null = null;
  /** Whom the rung that is being taken has still to call, in the same instant. */
  let rung: { left: Called[]; round: number; step: number; atMs: number } | null = null;
  /** What has to happen at once after something else. */
  let owed: { kinds: readonly string[]; atMs: number; because: string } | null = null;

  const wrong = (at: number, words: string): void => {
    faults.push(`${ticket.number}, ${new Date(at).toISOString()}: ${words}`);
  };
  const owe = (atMs: number, because: string, ...kinds: string[]): void => {
    owed = { kinds, atMs, because };
  };
  const current = (): JudgedPage | undefined => pages.at(-1);
  const ringing = (): JudgedPage | undefined => (current()?.state === "ringing" ? current() : undefined);
  /** Rings, rang in vain, or is acknowledged and waits for the answer. */
  const isUnfinished = (): boolean => isAwaited() || (current()?.waitsMs ?? null) !== null;
  const isAwaited = (): boolean => ringing() !== undefined || current()?.state === "unanswered";
  const end = (state: JudgedPage["state"], atMs: number): void => {
    const page = current();
    if (page === undefined) return;
    page.state = state;
    page.waitsMs = null;
    page.endedMs = atMs;
    page.sinceMs = atMs;
  };
  const judgeLevel = (atMs: number): void => {
    if (isPagedAt(customer, level, atMs)) owe(atMs, "it has to page at once", "paging-began");
    else owe(atMs, "the channel has to be alerted", "alerted");
  };
  /** A thing that was due happened in time: not before, and no later than a tick after somebody was there to do it. */
  const inTime = (dueMs: number, atMs: number, what: string): void => {
    if (atMs < dueMs) wrong(atMs, `${what} ${dueMs - atMs} ms before its time`);
    const latest = lookedAt(world, dueMs) + TICK_MS;
    if (atMs > latest) wrong(atMs, `${what} ${atMs - latest} ms too late`);
  };

  const callable = (page: JudgedPage, atMs: number): Callable => ({
    ...{ plan: planAt(world, atMs), customer, passedBy: page.passedBy, holders: page.holders },
    needsClearance: ticket.attributes["clearance"] === "official-sensitive",
  });
  const ladderNow = (page: JudgedPage, atMs: number): PlannedLadder | null =>
    ladderOf(page, callable(page, atMs), level);
  /** It rings again, from an instant on: who has it no more. */
  const ringAgain = (page: JudgedPage, atMs: number, holders: string[]): void => {
    page.state = "ringing";
    page.holders = holders;
    page.waitsMs = null;
    page.snoozedMs = null;
    page.endedMs = null;
    page.sinceMs = atMs;
    page.dueMs = atMs;
  };
  const endRung = (): void => {
    if (rung !== null && rung.left.length > 0)
      wrong(rung.atMs, `step ${rung.round}.${rung.step} leaves out ${JSON.stringify(rung.left)}`);
    rung = null;
  };

  for (const { at, by, what } of events) {
    const atMs = at.getTime();
    if (what.kind !== "paged" && what.kind !== "page-missed") endRung();
    const pending = owed as { kinds: readonly string[]; atMs: number; because: string } | null;
    if (pending !== null && pending.kinds.includes(what.kind) && atMs === pending.atMs) owed = null;
    else if (pending !== null && atMs > pending.atMs) {
      wrong(pending.atMs, `${pending.because}, and did not`);
      owed = null;
    }
    const closesMs: number | null = alertedMs === null ? null : closingAfter(customer, alertedMs);
    switch (what.kind) {
      case "filed":
        level = what.level;
        if (hasToPage(customer, level)) judgeLevel(atMs);
        break;
      case "level-changed": {
        const before = level;
        level = what.to;
        const isHandled = ringing() !== undefined || current()?.state === "acknowledged";
        if (!hasToPage(customer, level)) {
          alertedMs = null;
          if (isUnfinished()) owe(atMs, "the page has to be withdrawn", "page-withdrawn");
        } else if (!hasToPage(customer, before) && !isHandled) judgeLevel(atMs);
        break;
      }
      case "alerted":
        alertedMs = atMs;
        break;
      case "taken":
      case "answered":
      case "asked":
      case "called":
        if (what.kind === "taken") assignee = by;
        alertedMs = null;
        if (isAwaited()) {
          const hasIt = what.kind === "taken" && current()?.holders.includes(by) === true;
          if (!hasIt) owe(atMs, "the page has to end", "acknowledged");
        } else if (what.kind !== "taken" && isUnfinished()) owe(atMs, "the page has to end", "page-resolved");
        break;
      case "released":
        assignee = null;
        break;
      case "closed":
        isClosed = true;
        alertedMs = null;
        if (isUnfinished()) owe(atMs, "the page has to be withdrawn", "page-withdrawn");
        break;
      case "reopened":
        isClosed = false;
        break;
      case "paging-began": {
        if (ringing() !== undefined) wrong(atMs, "a page began while another rings");
        if (isClosed) wrong(atMs, "a closed ticket pages");
        if (what.why === "closing") {
          if (closesMs === null || assignee !== null)
            wrong(atMs, "it pages at a closing that is none of its");
          else inTime(closesMs, atMs, "it pages at closing");
        } else if (by === "belfry" && pending === null) wrong(atMs, "it pages for no reason");
        alertedMs = null;
        const ladder = ladderFor(planAt(world, atMs), customer.region, level, atMs);
        if (what.ladder !== ladder)
          wrong(atMs, `it goes by ${what.ladder ?? "no ladder"}, not ${ladder ?? "none"}`);
        pages.push({
          ...{ nr: pages.length + 1, beganMs: atMs, dueMs: atMs, told: [], passedBy: [], holders: [] },
          ...{ handedTo: null, ladder, state: "ringing", endedMs: null, waitsMs: null, isReminded: false },
          ...{ snoozedMs: null, sinceMs: atMs, ladders: new Set<PlannedLadder>() },
        });
        break;
      }
      case "handed-to": {
        const page = current();
        if (page === undefined || !(isAwaited() || page.state === "acknowledged")) {
          wrong(atMs, "a page is handed on that is over");
          break;
        }
        const isTheirs = page.holders.includes(by);
        const isOver = page.state === "acknowledged" && !isTheirs;
        ringAgain(page, atMs, isOver ? [] : page.holders.filter((one) => one !== by));
        page.passedBy = page.passedBy.filter((one) => one !== what.person);
        page.handedTo = what.person;
        break;
      }
      case "passed-on": {
        const page = ringing();
        if (page === undefined) break;
        page.passedBy.push(by);
        page.dueMs = atMs;
        break;
      }
      case "paged":
      case "page-missed": {
        const page = ringing();
        if (page === undefined) {
          wrong(atMs, "a step is taken of a page that does not ring");
          break;
        }
        const { step, round, role, person, place = 0 } = what;
        const missed = what.kind === "page-missed" ? what.why : null;
        const isThisRung = (one: { step: number; round: number }): boolean =>
          one.step === step && one.round === round;
        const again = page.told.find((one) => isThisRung(one) && one.place === place);
        if (again !== undefined) {
          endRung();
          if (what.kind === "paged") wrong(atMs, `step ${round}.${step} is taken twice`);
          again.missed = missed;
          const last = page.told.at(-1);
          const isLast = last !== undefined && isThisRung(last);
          // A later step may ring already, with its own time to wait; and another of the same step may have it.
          const isReached = page.told.some((one) => isThisRung(one) && one.missed === null);
          if (isLast && !isReached) page.dueMs = atMs;
          break;
        }
        if (rung === null || !isThisRung(rung)) {
          endRung();
          inTime(page.dueMs, atMs, `step ${round}.${step} is taken`);
          const taken = takeRung(page, { step, round }, atMs);
          rung = { ...taken, step, round, atMs };
          page.dueMs = atMs;
          if (taken.isNone) rung = null;
        }
        const due = rung?.left.find((one) => one.place === place);
        if (rung !== null && due === undefined)
          wrong(atMs, `step ${round}.${step} calls somebody at place ${place}, and nobody is due there`);
        if (rung !== null) rung.left = rung.left.filter((one) => one !== due);
        const taken = missed === null ? wordsOf(what) : null;
        if (due !== undefined && taken !== due.whom)
          wrong(
            atMs,
            `${role} is ${taken ?? `missed (${missed ?? ""})`}, and ${due.whom ?? "nobody"} is due`,
          );
        page.told.push({ step, round, place, person, isWay: what.way !== undefined, atMs, missed });
        if (missed === null) page.dueMs = atMs + waitMsOf(page, { step, round }, atMs);
        break;
      }
      case "acknowledged":
        alertedMs = null;
        if (isAwaited()) {
          const page = current();
          if (page === undefined) break;
          const needed = ladderNow(page, atMs)?.acknowledgements ?? 1;
          if ((what.needed ?? 1) !== needed)
            wrong(atMs, `${what.needed ?? 1} have to acknowledge, not ${needed}`);
          if (!page.holders.includes(by)) page.holders.push(by);
          const isAnswered = what.how === "answered" || what.how === "called";
          if (page.holders.length < needed && !isAnswered) break;
          end("acknowledged", atMs);
          if (!isAnswered) page.waitsMs = atMs;
          page.isReminded = false;
          for (const step of page.told) step.isOver = true;
        }
        break;
      case "page-snoozed": {
        const page = current();
        if (page?.state !== "acknowledged") {
          wrong(atMs, "a page is snoozed that nobody has");
          break;
        }
        page.waitsMs ??= atMs;
        page.isReminded = false;
        page.snoozedMs = what.remindAt.getTime();
        break;
      }
      case "page-reminded": {
        const page = current();
        if (page?.state !== "acknowledged" || page.waitsMs === null) {
          wrong(atMs, "somebody is reminded of a page that does not wait");
          break;
        }
        if (page.isReminded) wrong(atMs, "the same are reminded twice");
        if (atMs < (page.snoozedMs ?? page.waitsMs + LEAST_WAIT_MS))
          wrong(atMs, "somebody is reminded at once");
        const able = page.holders.filter((one) => mayBeCalled(one, callable(page, atMs), atMs));
        if (able.join() !== what.people.join())
          wrong(atMs, `${what.people.join(", ")} are reminded, and it is for ${able.join(", ") || "nobody"}`);
        page.waitsMs = atMs;
        page.snoozedMs = null;
        page.isReminded = true;
        break;
      }
      case "reminder-missed": {
        const page = current();
        if (page !== undefined && page.waitsMs !== null) page.waitsMs = -Infinity;
        break;
      }
      case "page-resumed": {
        const page = current();
        if (page?.state !== "acknowledged" || page.waitsMs === null) {
          wrong(atMs, "a page rings again that does not wait");
          break;
        }
        if (atMs < (page.snoozedMs ?? page.waitsMs + LEAST_WAIT_MS))
          wrong(atMs, "a page rings again at once");
        ringAgain(page, atMs, []);
        break;
      }
      case "page-resolved":
        end("resolved", atMs);
        break;
      case "page-withdrawn":
        alertedMs = null;
        if (isUnfinished()) end("withdrawn", atMs);
        break;
      case "page-unanswered": {
        const page = ringing();
        if (page === undefined) {
          wrong(atMs, "a page that does not ring is unanswered");
          break;
        }
        inTime(page.dueMs, atMs, "the loud end comes");
        const ladder = ladderNow(page, atMs);
        const rungs = ladder === null ? 0 : ladder.steps.length * ladder.rounds;
        const isOne =
          page.ladders.size === 0 || (ladder !== null && page.ladders.size === 1 && page.ladders.has(ladder));
        const taken = rungsTaken(page).length;
        if (isOne && taken < rungs) wrong(atMs, `the loud end comes after ${taken} of ${rungs} steps`);
        if (page.handedTo !== null) wrong(atMs, "the loud end comes before whoever it was handed to");
        end("unanswered", atMs);
        break;
      }
      default:
        break;
    }
  }

  /** Whom the rung that is next calls; none where the ladder has no such rung. */
  function takeRung(
    page: JudgedPage,
    { step, round }: { step: number; round: number },
    atMs: number,
  ): { left: Called[]; isNone: boolean } {
    if (page.handedTo !== null) {
      const handed = page.told.filter((one) => one.round === HANDED).length;
      if (round !== HANDED || step !== handed)
        wrong(atMs, `step ${round}.${step} comes before ${page.handedTo}`);
      const whom = mayBeCalled(page.handedTo, callable(page, atMs), atMs) ? page.handedTo : null;
      page.handedTo = null;
      return { left: [{ place: 0, whom }], isNone: false };
    }
    const ladder = ladderNow(page, atMs);
    const found = ladder?.steps[step];
    if (ladder === null || found === undefined || round < 0 || round >= ladder.rounds) {
      wrong(atMs, `step ${round}.${step} is taken, and the ladder has none`);
      return { left: [], isNone: true };
    }
    page.ladders.add(ladder);
    const isNext = round * ladder.steps.length + step === rungsTaken(page).length;
    if (page.ladders.size === 1 && !isNext) wrong(atMs, `step ${round}.${step} is taken out of turn`);
    return { left: calledBy(found.page, callable(page, atMs), atMs), isNone: false };
  }

  /** How long a rung that was just taken waits; after somebody to whom it was handed, as long as the ladder's own last step. */
  function waitMsOf(
    page: JudgedPage,
    { step, round }: { step: number; round: number },
    atMs: number,
  ): number {
    const ladder = ladderNow(page, atMs);
    const last = page.told.findLast((one) => one.round !== HANDED);
    const rung = ladder?.steps[round === HANDED ? (last?.step ?? -1) : step];
    return (rung?.waitMinutes ?? HANDED_WAIT_MINUTES) * MINUTE_MS;
  }

  endRung();
  const now = world.now();
  const stillOwed = owed as { atMs: number; because: string } | null;
  if (stillOwed !== null) wrong(stillOwed.atMs, `${stillOwed.because}, and did not`);
  const page = ringing();
  if (page !== undefined && isOverdue(world, page.dueMs))
    wrong(now, `no step since ${new Date(page.dueMs).toISOString()}`);
  if (alertedMs !== null && assignee === null && !isClosed) {
    const closesMs = closingAfter(customer, alertedMs);
    if (closesMs !== null && isOverdue(world, closesMs)) wrong(now, "nobody was paged at closing");
  }
  return { faults, pages };
}

/** The desk file in force at an instant. */
export function planAt(world: PageWorld, atMs: number): Plan {
  const plan = world.plans.findLast(({ fromMs }) => fromMs <= atMs)?.plan;
  if (plan === undefined) throw new Error("there was no desk file yet");
  return plan;
}

/** The rungs of its ladder that a page has taken, each once. */
function rungsTaken({ told }: JudgedPage): string[] {
  const own = told.filter(({ round }) => round !== HANDED);
  return [...new Set(own.map(({ round, step }) => `${round}.${step}`))];
}

/** Whom a step called, in the words of the ladder. */
function wordsOf({ person, group, way }: { person: string | null; group?: string; way?: string }): string {
  if (group !== undefined) return `group ${group}`;
  return way === undefined ? (person ?? "the channel") : `way ${way}`;
}

/** When somebody was there to look for what was due at an instant. */
function lookedAt(world: PageWorld, dueMs: number): number {
  let at = dueMs;
  for (const { fromMs, toMs } of world.absences) if (fromMs <= at && at <= toMs) at = toMs;
  return at;
}

function isOverdue(world: PageWorld, dueMs: number): boolean {
  const isSomebodyThere = world.isAlive(0) || world.isAlive(1);
  return isSomebodyThere && world.now() > lookedAt(world, dueMs) + TICK_MS;
}

/** The levels that page: the first of each policy of the model. */
function hasToPage({ policy }: Customer, level: string): boolean {
  return level === (policy === "aleyant" ? "urgent" : "1");
}

/** Office hours by hand: Chicago's 09:00 to 17:00 for one policy, 09:00 to 18:00 UTC for another, none for the others. */
function officeOf({ policy }: Customer): { zone: string; from: number; to: number } | null {
  if (policy === "aleyant") return { zone: "America/Chicago", from: 9 * 60, to: 17 * 60 };
  return policy === "cleared" ? { zone: "Etc/UTC", from: 9 * 60, to: 18 * 60 } : null;
}

function isPagedAt(customer: Customer, level: string, atMs: number): boolean {
  const office = officeOf(customer);
  return hasToPage(customer, level) && (office === null || !isOpen(office, atMs));
}

/** The closing of the office that comes after an instant at which it is open. */
function closingAfter(customer: Customer, atMs: number): number | null {
  const office = officeOf(customer);
  if (office === null) return null;
  const wall = wallOf(office.zone, atMs);
  const toClosing = (office.to - wall.minute) * MINUTE_MS - (atMs % MINUTE_MS);
  return atMs + toClosing;
}

function isOpen({ zone, from, to }: { zone: string; from: number; to: number }, atMs: number): boolean {
  const { minute, weekday } = wallOf(zone, atMs);
  return weekday >= 1 && weekday <= 5 && from <= minute && minute < to;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a wall clock shows: the minute of its day, and the day of the week, 1 for Monday. */
function wallOf(zone: string, atMs: number): { minute: number; weekday: number } {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  clocks.set(zone, clock);
  const wallMs = Date.parse(`${clock.format(atMs).replace(" ", "T")}Z`);
  const weekday = new Date(wallMs).getUTCDay();
  return { minute: (wallMs % DAY_MS) / MINUTE_MS, weekday: weekday === 0 ? 7 : weekday };
}
