// The laws of a ticket's life: random lives, in which everything happens that can move a deadline. Each deadline is worked
// out anew from the events alone, by hand; and nothing depends on when somebody looked.

import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { agenda } from "../../src/core/agenda.ts";
import { countedMs, durationMs } from "../../src/core/clock.ts";
import { explain } from "../../src/core/explain.ts";
import { replay } from "../../src/core/history.ts";
import { calendarOf, promises } from "../../src/core/policy.ts";
import { endsOf, isOpenTarget, pausesOf, type TargetState } from "../../src/core/targets.ts";
import type { TicketEvent } from "../../src/core/ticket.ts";
import { policyOf } from "../support/life.ts";
import {
  check,
  DAY_MS,
  HOUR_MS,
  instantNear,
  report,
  runs,
  timeFor,
  TRIED_ZONES,
  type Tally,
} from "./clock-scenes.ts";
import { dueByHand, oracleOf } from "./minute-oracle.ts";
import { lengthIn, promisesByHand, type PromiseByHand } from "./promise-oracle.ts";
import { HOLIDAYS_SINCE, lead, someLife, type Led } from "./random-life.ts";
import { rederive } from "./rederive.ts";

/** Later than any instant of a test. */
const NEVER = new Date(8.64e15);

const tally: Tally = { cases: 0, mismatches: 0 };
afterAll(() => report("ticket laws", tally));

describe("in any ticket's life", () => {
  law("every deadline is as the events alone give it by hand, to the millisecond", 4, (led) => {
    const { circumstances, seed, steps } = led;
    const next = promisesByHand(circumstances.policy, seed.zone);
    for (const { event, ticket } of steps) {
      expect(ticket.targets.map(asByHand)).toEqual(next(event));
    }
  });

  law(
    "replaying its events, as the store keeps them, gives every deadline that was stored then",
    8,
    (led) => {
      const { circumstances, seed, steps } = led;
      const events = steps.map(({ event }) => fromStore(event));
      for (const [index, { ticket }] of steps.entries()) {
        const replayed = replay(seed, events.slice(0, index + 1), () => circumstances.policy);
        expect(JSON.stringify(replayed.targets)).toBe(JSON.stringify(ticket.targets));
      }
      expect(replay(seed, events, () => circumstances.policy)).toEqual(led.ticket);
    },
  );

  law(
    "each binding length is proved: its explanation alone gives the instant again",
    4,
    ({ circumstances, ticket }) => {
      const { policy } = circumstances;
      for (const target of ticket.targets) {
        const pauses = pausesOf(target.kind, { policy, statuses: ticket.statuses });
        for (const { basis, countedAt } of endsOf(target, {
          policy,
          zone: ticket.zone,
          statuses: ticket.statuses,
        })) {
          if (countedAt === null) continue;
          const calendar = calendarOf(policy, basis.calendar, ticket.zone);
          const steps = explain(calendar, basis.fromAt, countedAt, pauses);
          const derived = rederive(basis.fromAt.getTime(), durationMs(basis.within, calendar), steps);
          expect(derived).toBe(countedAt.getTime());
        }
      }
    },
  );

  law(
    "what was met stays met, and what was breached stays breached unless it turns out met in time",
    4,
    (led) => {
      for (const [index, { ticket }] of led.steps.entries()) {
        const before = led.steps[index - 1]?.ticket.targets ?? [];
        for (const [which, old] of before.entries()) expectVerdictKept(old, ticket.targets[which]);
      }
    },
  );

  test("looking at it more often changes nothing", { timeout: timeFor(runs(2)) }, () => {
    const looks = fc.array(fc.nat(60 * HOUR_MS), { minLength: 1, maxLength: 12 });
    check(tally, runs(2), fc.tuple(someLife, looks), ([drawn, after]) => {
      const lookedAt = after.map((ms) => drawn.filedMs + ms).sort((one, other) => one - other);
      const led = lead(drawn);
      const events = led.steps.map(({ event }) => event);
      expect(lead(drawn, lookedAt).steps.map(({ event }) => event)).toEqual(events);
      return events.length;
    });
  });

  law(
    "nothing happens before the instant at which it says to look again, and something does then",
    4,
    (led) => {
      const { ticket, wakeAt, circumstances, endsAt } = led;
      if (wakeAt === null) return;
      expect(wakeAt > endsAt).toBe(true);
      expect(agenda(ticket, circumstances, new Date(wakeAt.getTime() - 1)).steps).toEqual([]);
      expect(agenda(ticket, circumstances, wakeAt).steps).not.toEqual([]);
    },
  );

  law("no mark is told twice, none while it is closed, and early ones within counted time", 4, (led) => {
    const { policy } = led.circumstances;
    const told = new Set<string>();
    for (const { event, ticket } of led.steps) {
      const { what, at } = event;
      if (what.kind !== "reminded") continue;
      expect(ticket.statuses.at(-1)?.status).not.toBe("closed");
      const which = ticket.targets.findIndex((target) => target.kind === what.target && isOpenTarget(target));
      for (const mark of [...what.folded, what.mark]) {
        expect(told).not.toContain(`${which} ${mark}`);
        told.add(`${which} ${mark}`);
      }
      const basis = ticket.targets[which]?.bases.at(-1);
      if (basis === undefined || basis.notBefore !== null || !what.mark.endsWith("left")) continue;
      const calendar = calendarOf(policy, basis.calendar, ticket.zone);
      const leftMs = countedMs(calendar, at, ticket.targets[which]?.deadlineAt ?? at, []);
      expect(leftMs).toBeLessThanOrEqual(durationMs(what.mark.replace(" left", ""), calendar));
    }
  });
});

describe("a shipped policy", () => {
  test.each(["alleo", "aleyant", "allure", "eleveo", "alliantist"] as const)(
    "%s promises what the oracle finds, in any zone of a customer",
    { timeout: timeFor(runs(10)) },
    (id) => {
      const policy = policyOf(id);
      const zones = fc.constantFrom(...TRIED_ZONES);
      const question = zones.chain((zone) => fc.tuple(fc.constant(zone), instantNear(zone, HOLIDAYS_SINCE)));
      const fields = fc.record(
        Object.fromEntries(policy.fields.map((field) => [field.id, fc.constantFrom(...field.options)])),
      );
      const levels = fc.constantFrom(...policy.levels.map((level) => level.id));
      check(tally, runs(10), fc.tuple(question, levels, fields), ([[zone, openedMs], level, attributes]) => {
        for (const { target, deadline, goal } of promises(
          policy,
          level,
          attributes,
          new Date(openedMs),
          zone,
        )) {
          const { timezone, hours, holidays, day } = calendarNamed(target.calendar);
          const oracle = oracleOf({
            timezone: timezone === "customer" ? zone : timezone,
            hours,
            holidays: holidays.map(({ date }) => date),
          });
          const byHand = (within: string) =>
            dueByHand(oracle, openedMs, lengthIn(day, within, oracle), [], 40 * DAY_MS);
          expect(deadline.getTime()).toBe(byHand(target.within));
          expect(goal?.getTime()).toBe(target.goal === undefined ? undefined : byHand(target.goal));
        }
      });

      function calendarNamed(name: string) {
        const calendar = policy.calendars[name];
        if (calendar === undefined) throw new Error(`${id} has no calendar ${name}`);
        return calendar;
      }
    },
  );
});

/** A law of lives: each event is a case. So many lives are led for each thousand cases of the run. */
function law(title: string, perMille: number, holds: (led: Led) => void): void {
  test(title, { timeout: timeFor(runs(perMille) * 20) }, () => {
    check(tally, runs(perMille), someLife, (drawn) => {
      const led = lead(drawn);
      holds(led);
      return led.steps.length;
    });
  });
}

function asByHand({ kind, deadlineAt, metAt, withdrawn }: TargetState): PromiseByHand {
  const [dueMs, metMs] = [deadlineAt, metAt].map((at) => at?.getTime() ?? null);
  return { kind, dueMs: dueMs ?? null, metMs: metMs ?? null, withdrawn: withdrawn?.by ?? null };
}

function expectVerdictKept(old: TargetState, now: TargetState | undefined): void {
  expect(now?.kind).toBe(old.kind);
  if (old.metAt !== null) expect(now).toEqual(old);
  if (old.breachedAt === null) return;
  const isMetInTime = (now?.metAt ?? NEVER) <= old.breachedAt;
  expect(now?.breachedAt).toEqual(isMetInTime ? null : old.breachedAt);
}

/** An event after a night in the store: written down as JSON and read again. */
function fromStore(event: TicketEvent): TicketEvent {
  const isInstant = (text: unknown): text is string =>
    typeof text === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);
  return JSON.parse(JSON.stringify(event), (_, value: unknown) =>
    isInstant(value) ? new Date(value) : value,
  ) as TicketEvent;
}
