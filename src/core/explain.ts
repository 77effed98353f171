// Proves a deadline: every span that counts between two instants, and every one that does not, with the reason.

import { openSpans, type Calendar, type Span } from "./calendar.ts";
import { dayOf, midnightAfter, wallDate } from "./zone.ts";
import { runningBetween, type Pause } from "./clock.ts";
import { DAY_MS } from "./hours.ts";
import { weekdayOf } from "./wall-hours.ts";

/** Why a span counts or does not. A break lies between two spans of one day; a closed day is none of a weekend. */
export type StepKind = "counted" | "paused" | "break" | "night" | "weekend" | "closed day" | "holiday";

/** One span of the proof; a holiday and a pause say their name where they have one. */
export interface Step extends Span {
  kind: StepKind;
  name?: string;
}

/** A pause that may say whose it is: "on hold by Sam". */
export interface NamedPause extends Pause {
  name?: string;
}

/** The spans from a start to an end in order, without gaps: the lengths of the counted ones add up to the counted time. */
export function explain(
  calendar: Calendar,
  from: Date,
  to: Date,
  pauses: readonly NamedPause[] = [],
): Step[] {
  const steps: Step[] = [];
  let at = from;
  for (const open of [...openSpans(calendar, from, to), { from: to, to }]) {
    steps.push(...closedSteps(calendar, { from: at, to: open.from }), ...openSteps(open, pauses));
    at = open.to;
  }
  return joined(steps);
}

function openSteps(open: Span, pauses: readonly NamedPause[]): Step[] {
  const steps: Step[] = [];
  let at = open.from;
  for (const running of [...runningBetween(open.from, open.to, pauses), { from: open.to, to: open.to }]) {
    if (running.from > at) steps.push(...pausedSteps({ from: at, to: running.from }, pauses));
    if (running.to > running.from) steps.push({ kind: "counted", ...running });
    at = running.to;
  }
  return steps;
}

/** Paused time, cut where one pause follows another: each is somebody's. Where they overlap, the one that began last. */
function pausedSteps(paused: Span, pauses: readonly NamedPause[]): Step[] {
  const ends = pauses.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const cuts = [
    ...new Set([...ends.filter((at) => at > paused.from && at < paused.to), paused.to].map(Number)),
  ];
  let from = paused.from;
  return cuts
    .sort((one, other) => one - other)
    .map((cutMs): Step => {
      const span = { from, to: new Date(cutMs) };
      const holding = pauses.filter(
        (pause) => pause.from <= span.from && (pause.to === null || pause.to > span.from),
      );
      const name = holding.toSorted((one, other) => Number(one.from) - Number(other.from)).at(-1)?.name;
      from = span.to;
      return { kind: "paused", ...span, ...(name === undefined ? {} : { name }) };
    });
}

/** Closed time, cut at the midnights of the wall clock: each wall date has its own reason. */
function closedSteps(calendar: Calendar, closed: Span): Step[] {
  const steps: Step[] = [];
  for (let at = closed.from; at < closed.to;) {
    const date = wallDate(at, calendar.timezone);
    const midnight = midnightAfter(date, calendar.timezone);
    const to = midnight > at && midnight < closed.to ? midnight : closed.to;
    steps.push({ from: at, to, ...reason(calendar, date, { from: at, to }) });
    at = to;
  }
  return steps;
}

function reason(calendar: Calendar, date: string, span: Span): Pick<Step, "kind" | "name"> {
  const day = dayOf(date);
  const holiday = calendar.holidays.get(day);
  if (holiday !== undefined)
    return { kind: "holiday", ...(holiday.name === undefined ? {} : { name: holiday.name }) };
  const weekday = weekdayOf(day);
  const hours = calendar.week[weekday] ?? [];
  if (hours.length === 0) return { kind: weekday >= 5 ? "weekend" : "closed day" };
  return { kind: isBreak(calendar, span) ? "break" : "night" };
}

/** Whether the calendar is open on both sides of a span of one wall date. */
function isBreak(calendar: Calendar, { from, to }: Span): boolean {
  const date = wallDate(from, calendar.timezone);
  const opensAfter = openSpans(calendar, to, new Date(to.getTime() + 1)).length > 0;
  const dayBefore = new Date(from.getTime() - DAY_MS);
  const last = openSpans(calendar, dayBefore, from).at(-1);
  return (
    opensAfter && last !== undefined && wallDate(new Date(last.to.getTime() - 1), calendar.timezone) === date
  );
}

/** Neighbours with one reason as one step: the two days of a weekend. */
function joined(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (last !== undefined && last.kind === step.kind && last.name === step.name) last.to = step.to;
    else result.push({ ...step });
  }
  return result;
}
