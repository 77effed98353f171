// Judges the pages of one ticket by what happened to it: each rule of the ladder said once more, by hand, as simply as can be.
// It knows the desk file as the model drew it, and shares no code with core's paging, roster or agenda.
import type { Ticket, TicketEvent } from "../../src/core/ticket.ts";
import type { PageWorld } from "./page-world.ts";
import { CUSTOMERS, dutyIn, isOnLeave, type Customer, type Plan, type PlannedLadder } from "./plan.ts";

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
    person: string | null;
    atMs: number;
    missed: string | null;
    /** Somebody acknowledged after it: it need not be seen any more. */
    isOver?: boolean;
  }[];
  passedBy: string[];
  state: "ringing" | "acknowledged" | "resolved" | "withdrawn" | "unanswered";
  /** Since when an acknowledged page waits for an answer to the customer; null where it does not. */
  waitsMs: number | null;
  isReminded: boolean;
  endedMs: number | null;
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

  for (const { at, by, what } of events) {
    const atMs = at.getTime();
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
        if (isAwaited()) owe(atMs, "the page has to end", "acknowledged");
        else if (what.kind !== "taken" && isUnfinished()) owe(atMs, "the page has to end", "page-resolved");
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
        pages.push({
          ...{ nr: pages.length + 1, beganMs: atMs, dueMs: atMs, told: [], passedBy: [], state: "ringing" },
          ...{ endedMs: null, waitsMs: null, isReminded: false, ladders: new Set<PlannedLadder>() },
        });
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
        const { step, round, role, person } = what;
        const plan = planAt(world, atMs);
        const ladder = plan.ladders[customer.region];
        const again = page.told.find((one) => one.step === step && one.round === round);
        if (again !== undefined) {
          if (what.kind === "paged") wrong(atMs, `step ${round}.${step} is taken twice`);
          again.missed = what.kind === "page-missed" ? what.why : null;
          // A later step may ring already, with its own time to wait.
          if (again === page.told.at(-1)) page.dueMs = atMs;
          break;
        }
        inTime(page.dueMs, atMs, `step ${round}.${step} is taken`);
        page.ladders.add(ladder);
        const next = page.told.length;
        const isNext = round * ladder.steps.length + step === next;
        if (page.ladders.size === 1 && !isNext) wrong(atMs, `step ${round}.${step} is taken out of turn`);
        const rung = ladder.steps[step];
        if (rung === undefined || round >= ladder.rounds) {
          wrong(atMs, `step ${round}.${step} is taken, and the ladder has none`);
          break;
        }
        const due = whoIsDue(plan, customer, ticket, rung.page, atMs, page.passedBy);
        const taken = what.kind === "paged" ? (person ?? "the channel") : null;
        if (taken !== due)
          wrong(
            atMs,
            `${role} is ${taken ?? `missed (${what.kind === "page-missed" ? what.why : ""})`}, and ${due ?? "nobody"} is due`,
          );
        page.told.push({ step, round, person, atMs, missed: what.kind === "page-missed" ? what.why : null });
        page.dueMs = what.kind === "paged" ? atMs + rung.waitMinutes * MINUTE_MS : atMs;
        break;
      }
      case "acknowledged":
        alertedMs = null;
        if (isAwaited()) {
          end("acknowledged", atMs);
          const page = current();
          const isAnswered = what.how === "answered" || what.how === "called";
          if (page !== undefined && !isAnswered) page.waitsMs = atMs;
          if (page !== undefined) page.isReminded = false;
          for (const step of page?.told ?? []) step.isOver = true;
        }
        break;
      case "page-reminded": {
        const page = current();
        if (page?.state !== "acknowledged" || page.waitsMs === null) {
          wrong(atMs, "somebody is reminded of a page that does not wait");
          break;
        }
        if (page.isReminded) wrong(atMs, "the same are reminded twice");
        if (atMs < page.waitsMs + LEAST_WAIT_MS) wrong(atMs, "somebody is reminded at once");
        page.waitsMs = atMs;
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
        if (atMs < page.waitsMs + LEAST_WAIT_MS) wrong(atMs, "a page rings again at once");
        page.state = "ringing";
        page.waitsMs = null;
        page.endedMs = null;
        page.dueMs = atMs;
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
        const ladder = planAt(world, atMs).ladders[customer.region];
        const rungs = ladder.steps.length * ladder.rounds;
        const isOne = page.ladders.size === 0 || (page.ladders.size === 1 && page.ladders.has(ladder));
        if (isOne && page.told.length < rungs)
          wrong(atMs, `the loud end comes after ${page.told.length} of ${rungs} steps`);
        end("unanswered", atMs);
        break;
      }
      default:
        break;
    }
  }

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

/** Whom a rung rings: a person, "the channel", or nobody (null). */
function whoIsDue(
  plan: Plan,
  customer: Customer,
  ticket: Ticket,
  rung: string,
  atMs: number,
  passedBy: readonly string[],
): string | null {
  if (rung === "channel") return "the channel";
  const needsClearance = ticket.attributes["clearance"] === "official-sensitive";
  const isLeftOut = isOnLeave(plan, rung, atMs) || (needsClearance && !plan.cleared.includes(rung));
  const order = dutyIn(plan, customer.region, atMs, needsClearance);
  const person =
    rung === "primary" ? order[0] : rung === "secondary" ? order[1] : isLeftOut ? undefined : rung;
  return person === undefined || passedBy.includes(person) ? null : person;
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
