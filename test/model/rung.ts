// Whom each rung of a ladder calls, and by which ladder a page goes, said once more by hand. Shares no code with core.
import {
  dutyIn,
  isOnLeave,
  ladderFor,
  ladderId,
  type Customer,
  type Plan,
  type PlannedLadder,
} from "./plan.ts";

/** One of those whom a rung calls, at its place: a person, "the channel", "group S0NIGHT", "way hook", or nobody (null). */
export interface Called {
  place: number;
  whom: string | null;
}

/** What decides whom a page may call. */
export interface Callable {
  plan: Plan;
  customer: Customer;
  needsClearance: boolean;
  /** Who said that they cannot take it. */
  passedBy: readonly string[];
  /** Who has it. */
  holders: readonly string[];
}

/** Everybody whom a rung calls at an instant: whom several of its parts mean is called once. */
export function calledBy(page: readonly string[], of: Callable, atMs: number): Called[] {
  const each = page.map((reach, place) => ({ place, ...meant(reach, of, atMs) }));
  return each
    .filter(({ person }, nr) => person === null || each.findIndex((one) => one.person === person) === nr)
    .map(({ place, whom }) => ({ place, whom }));
}

/** Whether somebody may be called by name at an instant. */
export function mayBeCalled(person: string, { plan, needsClearance }: Callable, atMs: number): boolean {
  return !isOnLeave(plan, person, atMs) && (!needsClearance || plan.cleared.includes(person));
}

/** The ladder by which a page goes at an instant: the one that it began with, as long as it is there. Null: none. */
export function ladderOf(
  page: { ladder: string | null; beganMs: number },
  { plan, customer }: Pick<Callable, "plan" | "customer">,
  level: string,
): PlannedLadder | null {
  if (page.ladder === null) return null;
  const { region } = customer;
  const ids = plan.ladders[region].map((_, nr) => ladderId(region, nr));
  const id = ids.includes(page.ladder) ? page.ladder : ladderFor(plan, region, level, page.beganMs);
  return id === null ? null : (plan.ladders[region][ids.indexOf(id)] ?? null);
}

/** Whom a part of a rung means, and whether that is called. */
function meant(reach: string, of: Callable, atMs: number): { person: string | null; whom: string | null } {
  if (reach === "channel") return { person: null, whom: "the channel" };
  if (/^(group|way) /.test(reach)) return { person: null, whom: reach };
  const [, role, other] = /^(primary|secondary)(?: of (us|eu))?$/.exec(reach) ?? [];
  const region = other === "us" || other === "eu" ? other : of.customer.region;
  const order = role === undefined ? [] : dutyIn(of.plan, region, atMs, of.needsClearance);
  const person = role === undefined ? reach : (order[role === "primary" ? 0 : 1] ?? null);
  const isCalled =
    person !== null &&
    (role !== undefined || mayBeCalled(person, of, atMs)) &&
    !of.passedBy.includes(person) &&
    !of.holders.includes(person);
  return { person, whom: isCalled ? person : null };
}
