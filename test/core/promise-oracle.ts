// Works out by hand what a ticket is promised after each of its events, by the contract's rules for pauses, levels and
// reopening and by the oracle that looks at every minute. Of Belfry it takes the shapes of events and policies, and no rule.

import type { Policy, TargetKind } from "../../src/core/policy.ts";
import type { TicketEvent } from "../../src/core/ticket.ts";
import { dueByHand, openMinutesByWeekday, oracleOf, type Oracle, type PlainPause } from "./minute-oracle.ts";

/** One promise as it stands: when it is due, when it was met, and whether it was withdrawn. In milliseconds. */
export interface PromiseByHand {
  kind: TargetKind;
  dueMs: number | null;
  metMs: number | null;
  withdrawn: "closing" | "change" | null;
}

/** A length that binds: counted from an instant, and due at `notBeforeMs` at the earliest. */
interface Length {
  fromMs: number;
  within: string;
  calendar: string;
  notBeforeMs: number;
}

interface Kept extends PromiseByHand {
  lengths: Length[];
}

type Target = Policy["levels"][number]["targets"][number];

const MINUTE_MS = 60_000;
const LOOK_MS = 150 * 24 * 60 * MINUTE_MS;

const oracles = new Map<string, Oracle>();

/** Gives the promises after each event, in the order of the events. */
export function promisesByHand(policy: Policy, zone: string): (event: TicketEvent) => PromiseByHand[] {
  let promises: Kept[] = [];
  let level = "";
  let attributes: Record<string, string> = {};
  let receivedMs = 0;
  let isAnswered = false;
  const statuses: { status: string; fromMs: number }[] = [];

  const isRunning = (promise: Kept): boolean => promise.metMs === null && promise.withdrawn === null;
  const status = (): string => statuses.at(-1)?.status ?? "none";
  const turn = (to: string, atMs: number): void => {
    if (status() !== to) statuses.push({ status: to, fromMs: atMs });
  };
  const meet = (kinds: TargetKind[], atMs: number): void => {
    for (const promise of promises.filter(isRunning)) {
      const began = promise.lengths[0]?.fromMs ?? Infinity;
      if (kinds.includes(promise.kind) && began <= atMs) promise.metMs = atMs;
    }
  };
  const hear = (atMs: number, spokenMs: number): void => {
    isAnswered = true;
    meet(["response", "next-response"], spokenMs);
    if (status() === "new") turn("open", atMs);
  };
  const promised = (): Target[] => {
    const given = (field: string): string | undefined =>
      attributes[field] ?? policy.fields.find(({ id }) => id === field)?.default;
    const targets = policy.levels.find(({ id }) => id === level)?.targets ?? [];
    return targets.filter(({ when = {} }) =>
      Object.entries(when).every(([field, value]) => given(field) === value),
    );
  };
  const begin = ({ kind, within, calendar }: Target, fromMs: number, notBeforeMs: number): Kept => {
    return {
      kind,
      lengths: [{ fromMs, within, calendar, notBeforeMs }],
      dueMs: null,
      metMs: null,
      withdrawn: null,
    };
  };
  const change = (atMs: number, isRaise: boolean): void => {
    const [fromMs, notBeforeMs] = isRaise ? [atMs, -Infinity] : [receivedMs, atMs];
    const targets = promised();
    for (const promise of promises.filter(isRunning)) {
      const target = targets.find(({ kind }) => kind === promise.kind);
      if (target === undefined) {
        promise.withdrawn = "change";
        continue;
      }
      const own = promise.kind === "next-response" ? (promise.lengths[0]?.fromMs ?? fromMs) : fromMs;
      const { lengths } = begin(target, own, notBeforeMs);
      promise.lengths = isRaise ? [...promise.lengths, ...lengths] : lengths;
    }
    const isKnown = (kind: TargetKind): boolean =>
      promises.some((promise) => promise.kind === kind && promise.withdrawn !== "change");
    const added = targets.filter(({ kind }) => kind !== "next-response" && !isKnown(kind));
    promises = [...promises, ...added.map((target) => begin(target, fromMs, notBeforeMs))];
  };

  const dueOf = ({ kind, lengths }: Kept): number | null => {
    const pausing: readonly string[] = ["closed", ...(policy.pause[kind] ?? [])];
    const pauses = statuses.flatMap(({ status, fromMs }, index): PlainPause[] => {
      return pausing.includes(status) ? [{ fromMs, toMs: statuses[index + 1]?.fromMs ?? Infinity }] : [];
    });
    const dues = lengths.flatMap(({ fromMs, within, calendar, notBeforeMs }) => {
      const oracle = oracleIn(policy, calendar, zone);
      const withinMs = lengthIn(policy.calendars[calendar]?.day, within, oracle);
      const due = dueByHand(oracle, fromMs, withinMs, pauses, LOOK_MS);
      return due === null ? [] : [Math.max(due, notBeforeMs)];
    });
    return dues.length === 0 ? null : Math.min(...dues);
  };

  return ({ what, at }) => {
    const atMs = at.getTime();
    const isAsked = status() === "awaiting-response";
    switch (what.kind) {
      case "filed":
        ({ level, attributes } = what);
        receivedMs = what.receivedAt.getTime();
        turn("new", receivedMs);
        promises = promised()
          .filter(({ kind }) => kind !== "next-response")
          .map((target) => begin(target, receivedMs, -Infinity));
        break;
      case "answered":
        hear(atMs, atMs);
        break;
      case "called":
        hear(atMs, what.calledAt.getTime());
        break;
      case "asked":
        hear(atMs, atMs);
        turn("awaiting-response", atMs);
        break;
      case "wrote": {
        const next = promised().find(({ kind }) => kind === "next-response");
        const waits = promises.some((promise) => promise.kind === "next-response" && isRunning(promise));
        if (isAnswered && !waits && next !== undefined)
          promises = [...promises, begin(next, atMs, -Infinity)];
        if (isAsked) turn("open", atMs);
        break;
      }
      case "begun":
        meet(["start"], what.begunAt.getTime());
        if (status() === "new") turn("open", atMs);
        break;
      case "restored":
        meet(["restore"], what.restoredAt.getTime());
        break;
      case "held":
        turn("on-hold", atMs);
        break;
      case "resumed":
      case "reopened":
        turn("open", atMs);
        for (const promise of promises) if (promise.withdrawn === "closing") promise.withdrawn = null;
        break;
      case "level-changed": {
        const rank = (id: string): number => policy.levels.findIndex((other) => other.id === id);
        ({ to: level, attributes } = what);
        change(atMs, rank(what.to) < rank(what.from));
        break;
      }
      case "closed":
        meet(["resolve"], atMs);
        for (const outcome of what.outcomes) {
          if ("metAt" in outcome) meet([outcome.target], outcome.metAt.getTime());
          else {
            for (const promise of promises) {
              if (promise.kind === outcome.target && isRunning(promise)) promise.withdrawn = "closing";
            }
          }
        }
        turn("closed", atMs);
        break;
      default:
        break;
    }
    for (const promise of promises) if (isRunning(promise)) promise.dueMs = dueOf(promise);
    return promises.map(({ kind, dueMs, metMs, withdrawn }) => ({ kind, dueMs, metMs, withdrawn }));
  };
}

function oracleIn(policy: Policy, name: string, zone: string): Oracle {
  const calendar = policy.calendars[name];
  if (calendar === undefined) throw new Error(`${policy.id} has no calendar ${name}`);
  const timezone = calendar.timezone === "customer" ? zone : calendar.timezone;
  const key = `${policy.id} ${name} ${timezone}`;
  const oracle =
    oracles.get(key) ??
    oracleOf({ timezone, hours: calendar.hours, holidays: calendar.holidays.map(({ date }) => date) });
  oracles.set(key, oracle);
  return oracle;
}

/** "90m", "4h" or "1d"; a day is as long as the calendar says, else as its open weekdays are. */
export function lengthIn(day: string | undefined, text: string, oracle: Oracle): number {
  const amount = Number(text.slice(0, -1));
  if (text.endsWith("m")) return amount * MINUTE_MS;
  if (text.endsWith("h")) return amount * 60 * MINUTE_MS;
  if (day !== undefined) return amount * lengthIn(undefined, day, oracle);
  return amount * Math.max(...openMinutesByWeekday(oracle)) * MINUTE_MS;
}
