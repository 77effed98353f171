// Looks ahead for times at which a page would not find whom its ladder asks for, and says who would be paged at an instant.
//
// What can be answered changes only at some instants: hand-overs, edges of hours, of leave and of overrides, and where the
// calendar that a policy pages by opens or closes. So the days to come are swept from one of them to the next, and each is
// judged by the very function that takes the steps of a live page.
import { closingAfter, isOpen, nextOpening } from "./calendar.ts";
import { CLEARANCE, ladderOf, type Customer, type Directory } from "./directory.ts";
import { isRole, nextStep, type Ladder, type NextStep } from "./paging.ts";
import { calendarOf, pagesAt, type Level, type Policy } from "./policy.ts";
import { dutyAt, UNCHANGED, type Roster } from "./roster.ts";

/** Why a ladder does not reach whom it asks for. */
export type GapKind = "no ladder" | "nobody on call" | "no secondary" | "person not there" | "no address";

/** A time in which pages of a customer's tickets would not find somebody; `to` is excluded. */
export interface Gap {
  customer: string;
  kind: GapKind;
  /** Who is not there or cannot be reached; null where it is a role that nobody holds. */
  person: string | null;
  /** The clearance that tickets need to fall into the gap; null: any ticket. */
  clearance: string | null;
  from: Date;
  to: Date;
}

/** Who would be paged for a customer's ticket at an instant, if nobody acknowledged. */
export interface Calls {
  customer: string;
  /** Ids of the levels that page at once then. */
  levels: readonly string[];
  ladder: string | null;
  clearance: string | null;
  /** One round of the ladder. */
  steps: readonly { at: Date; role: string; person: string | null; missed: string | null }[];
}

/** A desk, and the policies that its customers' tickets are filed under. */
export interface AnsweringDesk {
  directory: Directory;
  policies: readonly Policy[];
}

/** Every gap between two instants, by customer, in the order of their beginning. Times at which nothing pages are no gaps. */
export function gapsBetween(desk: AnsweringDesk, from: Date, to: Date): Gap[] {
  return paging(desk).flatMap(({ customer, policy, levels }) =>
    clearancesOf(policy).flatMap((clearance) => {
      const { ladder, roster } = callingFor(customer, desk.directory, clearance);
      const gaps: Gap[] = [];
      let still: Gap[] = [];
      for (let at = from; at < to;) {
        const until = nextChange(roster, { customer, policy, levels }, at);
        const end = until === null || until > to ? to : until;
        if (levels.some((level) => pagesAt(policy, level, at, customer.timezone))) {
          // A gap goes on over times at which nothing pages; it ends where a page would find its person again.
          still = lacks(ladder, roster, desk.directory, at).map(({ kind, person }) => {
            const known = still.find((gap) => gap.kind === kind && gap.person === person);
            if (known === undefined) {
              const gap = { customer: customer.key, kind, person, clearance, from: at, to: end };
              gaps.push(gap);
              return gap;
            }
            known.to = end;
            return known;
          });
        }
        at = end;
      }
      return gaps;
    }),
  );
}

/** Who would be paged at an instant, for each customer whose policy can page and each clearance that its tickets may need. */
export function callsAt(desk: AnsweringDesk, at: Date): Calls[] {
  return paging(desk).flatMap(({ customer, policy, levels }) =>
    clearancesOf(policy).map((clearance) => {
      const { ladder, roster } = callingFor(customer, desk.directory, clearance);
      return {
        customer: customer.key,
        levels: levels.filter((level) => pagesAt(policy, level, at, customer.timezone)).map(({ id }) => id),
        ladder: ladder?.id ?? null,
        clearance,
        steps: ladder === null ? [] : oneRound(ladder, roster, at),
      };
    }),
  );
}

interface PagingCustomer {
  customer: Customer;
  policy: Policy;
  /** Those that page. */
  levels: readonly Level[];
}

function paging({ directory, policies }: AnsweringDesk): PagingCustomer[] {
  return directory.customers.flatMap((customer) => {
    const policy = policies.find(({ id }) => id === customer.policy);
    const levels = policy?.levels.filter(({ page }) => page !== undefined) ?? [];
    return policy === undefined || levels.length === 0 ? [] : [{ customer, policy, levels }];
  });
}

/** The clearances that tickets of a policy may need; null for those that need none. */
function clearancesOf({ fields }: Policy): (string | null)[] {
  const field = fields.find(({ id }) => id === CLEARANCE);
  return [null, ...(field?.options.filter((option) => option !== "none") ?? [])];
}

function callingFor(
  customer: Customer,
  directory: Directory,
  clearance: string | null,
): { ladder: Ladder | null; roster: Roster } {
  const { ladder, rotation, changes, isFit } = ladderOf(customer, directory);
  const ticket = { attributes: clearance === null ? {} : { [CLEARANCE]: clearance } };
  return { ladder, roster: { rotation, changes, isFit: (person) => isFit(person, ticket) } };
}

/** The next instant at which who is called, or whether anybody is, can change; null where none comes. */
function nextChange(
  { rotation, changes = UNCHANGED }: Roster,
  { customer, policy, levels }: PagingCustomer,
  at: Date,
): Date | null {
  const until = rotation === null ? null : dutyAt(rotation, changes, at).until;
  const leave = changes.leave.flatMap(({ from, to }) => [from, to]);
  const hours = levels.map(({ page }) => {
    if (page?.when !== "outside-hours") return null;
    const calendar = calendarOf(policy, page.calendar, customer.timezone);
    return isOpen(calendar, at) ? closingAfter(calendar, at) : nextOpening(calendar, at);
  });
  return [until, ...leave, ...hours].reduce<Date | null>(
    (first, one) => (one !== null && one > at && (first === null || one < first) ? one : first),
    null,
  );
}

/** Whom the steps of a ladder ask for and do not find at an instant, each once. */
function lacks(
  ladder: Ladder | null,
  roster: Roster,
  { people }: Directory,
  at: Date,
): { kind: GapKind; person: string | null }[] {
  if (ladder === null) return [{ kind: "no ladder", person: null }];
  const found = stepsAt(ladder, roster, at).flatMap((step): { kind: GapKind; person: string | null }[] => {
    if ("missed" in step) {
      const { role, person } = step.missed;
      if (!isRole(role)) return [{ kind: "person not there", person }];
      return [{ kind: role === "primary" ? "nobody on call" : "no secondary", person: null }];
    }
    const { person } = step.reached;
    const isReachable =
      person === null || people.some(({ id, addresses }) => id === person && addresses.length > 0);
    return isReachable ? [] : [{ kind: "no address", person }];
  });
  const isEmpty = found.some(({ kind }) => kind === "nobody on call");
  return found.filter(
    (one, index) =>
      !(isEmpty && one.kind === "no secondary") &&
      found.findIndex(({ kind, person }) => kind === one.kind && person === one.person) === index,
  );
}

/** What each step of a ladder would find if it were taken at an instant. */
function stepsAt(ladder: Ladder, roster: Roster, at: Date): Exclude<NextStep, null>[] {
  return ladder.steps.flatMap((_, place) => {
    const before = Array.from({ length: place }, (_before, step) => ({ step, round: 0 }));
    const step = nextStep(ladder, roster, before, at);
    return step === null ? [] : [step];
  });
}

/** The first round of a page that begins at an instant and that nobody acknowledges. */
function oneRound(ladder: Ladder, roster: Roster, from: Date): Calls["steps"] {
  let at = from;
  return ladder.steps.flatMap((_, place) => {
    const before = Array.from({ length: place }, (_before, step) => ({ step, round: 0 }));
    const next = nextStep(ladder, roster, before, at);
    if (next === null) return [];
    const { role, person, nextAt } = "reached" in next ? next.reached : next.missed;
    const step = { at, role, person, missed: "reached" in next ? null : next.why };
    at = nextAt;
    return [step];
  });
}
