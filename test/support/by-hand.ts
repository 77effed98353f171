// Deadlines worked out by hand: opening hours written out day by day, and counted through one after another. It shares no
// code with Belfry; offsets from UTC and holidays are literals of this one autumn.
import type { Lived } from "./month.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** From and to, in milliseconds since 1970. */
type Span = readonly [number, number];

/** The opening hours of a preset's calendar, for its customer on the sandbox's desk. */
interface Hours {
  opens: number;
  closes: number;
  /** Hours to add to the wall clock for UTC, before the clock change of the zone and after it. */
  toUtc: readonly [number, number];
  changes: string;
  holidays: readonly string[];
}

const HOURS: Readonly<Record<string, Hours>> = {
  "support-hours of aleyant": {
    ...{ opens: 9, closes: 17, toUtc: [5, 6], changes: "2026-11-01" },
    holidays: ["2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25", "2027-01-01"],
  },
  "support-hours of alleo": { opens: 8, closes: 17, toUtc: [4, 5], changes: "2026-11-01", holidays: [] },
  "uk of alliantist": { opens: 9, closes: 18, toUtc: [0, 0], changes: "2026-10-25", holidays: [] },
  "client-hours of eleveo": { opens: 8, closes: 17, toUtc: [-2, -1], changes: "2026-10-25", holidays: [] },
};

/** A target of a ticket that was lived through, as it stood when it was last counted. */
export interface Counted {
  kind: string;
  bases: readonly { fromAt: Date; within: string; calendar: string; notBefore: Date | null }[];
  statuses: readonly { status: string; fromAt: Date }[];
  deadlineAt: Date | null;
}

/** Each target of a ticket as it was last counted: met and withdrawn ones as they were just before. */
export function lastCounted({ ticket, steps }: Lived): Counted[] {
  return ticket.targets.map((_, index) => {
    const isSettled = (nr: number) => {
      const target = steps[nr]?.ticket.targets[index];
      return target !== undefined && (target.metAt !== null || target.withdrawn !== null);
    };
    let nr = steps.length - 1;
    while (isSettled(nr)) nr -= 1;
    const then = steps[nr]?.ticket;
    const target = then?.targets[index];
    if (then === undefined || target === undefined) throw new Error(`${ticket.number} was never open`);
    return { ...target, statuses: then.statuses };
  });
}

/** The deadline of a target with some more holidays; null while it is paused. */
export function deadlineByHand(policy: string, target: Counted, more: readonly string[]): Date | null {
  const pauses = pausesOf(policy, target);
  const ends = target.bases.map(({ fromAt, within, calendar, notBefore }) => {
    const hours = HOURS[`${calendar} of ${policy}`];
    const open = hours === undefined ? [[-Infinity, Infinity] as const] : openDays(hours, more);
    const end = countThrough(fromAt.getTime(), lengthOf(within, hours), without(open, pauses));
    return Math.max(end, notBefore?.getTime() ?? -Infinity);
  });
  const first = Math.min(...ends);
  return first === Infinity ? null : new Date(first);
}

/** Whether time of a date counts for a target between its latest start and an instant. */
export function countsOn(policy: string, target: Counted, date: string, until: Date): boolean {
  const basis = target.bases.at(-1);
  const hours = HOURS[`${basis?.calendar} of ${policy}`];
  if (basis === undefined || hours === undefined) return false;
  const closed = openDays(hours, [date]).map(([from]) => from);
  const onDate = openDays(hours, []).filter(([from]) => !closed.includes(from));
  const outside: Span[] = [
    [-Infinity, basis.fromAt.getTime()],
    [until.getTime(), Infinity],
  ];
  return without(onDate, [...pausesOf(policy, target), ...outside]).length > 0;
}

function pausesOf(policy: string, { kind, statuses }: Counted): Span[] {
  const pausing = policy === "eleveo" && kind === "restore" ? ["closed", "awaiting-response"] : ["closed"];
  return statuses.flatMap(({ status, fromAt }, index): Span[] =>
    pausing.includes(status) ? [[fromAt.getTime(), statuses[index + 1]?.fromAt.getTime() ?? Infinity]] : [],
  );
}

function openDays({ opens, closes, toUtc, changes, holidays }: Hours, more: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (let ms = Date.parse("2026-10-01"); ms < Date.parse("2027-02-01"); ms += DAY) {
    const date = new Date(ms).toISOString().slice(0, 10);
    const weekday = new Date(ms).getUTCDay();
    if (weekday === 0 || weekday === 6 || holidays.includes(date) || more.includes(date)) continue;
    const offset = toUtc[date < changes ? 0 : 1];
    spans.push([ms + (opens + offset) * HOUR, ms + (closes + offset) * HOUR]);
  }
  return spans;
}

function without(open: readonly Span[], pauses: readonly Span[]): Span[] {
  return pauses.reduce<Span[]>(
    (left, [from, to]) =>
      left.flatMap(([start, end]): Span[] =>
        [[start, Math.min(end, from)] as const, [Math.max(start, to), end] as const].filter(
          ([a, b]) => a < b,
        ),
      ),
    [...open],
  );
}

function countThrough(fromMs: number, lengthMs: number, open: readonly Span[]): number {
  let leftMs = lengthMs;
  for (const [start, end] of open) {
    const ms = end - Math.max(start, fromMs);
    if (ms <= 0) continue;
    if (ms >= leftMs) return Math.max(start, fromMs) + leftMs;
    leftMs -= ms;
  }
  return Infinity;
}

function lengthOf(within: string, hours: Hours | undefined): number {
  const amount = Number(within.slice(0, -1));
  if (within.endsWith("m")) return (amount * HOUR) / 60;
  const dayHours = hours === undefined ? 24 : hours.closes - hours.opens;
  return amount * HOUR * (within.endsWith("d") ? dayHours : 1);
}
