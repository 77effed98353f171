// Draws the lives of tickets: filed near a clock change, and then whatever people may do to them, at any moment.

import fc from "fast-check";
import { act, agenda, file, type Circumstances, type Step } from "../../src/core/agenda.ts";
import { plant, type Seedling } from "../../src/core/history.ts";
import type { Policy } from "../../src/core/policy.ts";
import { isPossible } from "../../src/core/rights.ts";
import { isOpenTarget } from "../../src/core/targets.ts";
import {
  statusOf,
  type ClosingOutcome,
  type Ticket,
  type TicketEvent,
  type What,
} from "../../src/core/ticket.ts";
import { LADDER, policyOf, ROTATION } from "../support/life.ts";
import { HOUR_MS, instantNear, MINUTE_MS, TRIED_ZONES } from "./clock-scenes.ts";
import { MOVING } from "./own-policy.ts";

/** One thing that is done: after how long, and numbers that choose what, how and when. */
interface Deed {
  gapMs: number;
  what: number;
  how: number;
  backMs: number;
}

/** A life as drawn: which policy, where, when, how severe, and everything that is done. */
export interface Drawn {
  policy: Policy;
  zone: string;
  filedMs: number;
  receivedBeforeMs: number;
  level: number;
  field: number;
  deeds: readonly Deed[];
}

/** A life as it was led. */
export interface Led {
  seed: Seedling;
  circumstances: Circumstances;
  steps: readonly Step[];
  ticket: Ticket;
  wakeAt: Date | null;
  endsAt: Date;
}

const POLICIES = [
  ...[MOVING, MOVING, MOVING].map(policyOf),
  ...(["alleo", "aleyant", "allure", "eleveo", "alliantist"] as const).map(policyOf),
];

/** From this year on, with days to spare, the holidays of every shipped policy are known. */
export const HOLIDAYS_SINCE = 2016;

const gap = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 4 * HOUR_MS }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 400 }).map((minutes) => minutes * MINUTE_MS) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 * HOUR_MS }) },
  { weight: 1, arbitrary: fc.constant(0) },
);

/** A life of up to ten deeds. */
export const someLife: fc.Arbitrary<Drawn> = fc.constantFrom(...TRIED_ZONES).chain((zone) =>
  fc.record({
    policy: fc.constantFrom(...POLICIES),
    zone: fc.constant(zone),
    filedMs: instantNear(zone, HOLIDAYS_SINCE),
    receivedBeforeMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6 * HOUR_MS })),
    level: fc.nat(9),
    field: fc.nat(9),
    deeds: fc.array(
      fc.record({ gapMs: gap, what: fc.nat(30), how: fc.nat(30), backMs: fc.nat(3 * HOUR_MS) }),
      { minLength: 1, maxLength: 10 },
    ),
  }),
);

/**
 * Leads a life: everything due happens at its own instant, and after each deed's gap the deed is done. `looks` are instants at
 * which somebody looks at the ticket in between, which must change nothing.
 */
export function lead(drawn: Drawn, looks: readonly number[] = []): Led {
  const { policy, zone, filedMs } = drawn;
  const circumstances: Circumstances = { policy, ladders: [LADDER], rotations: [ROTATION] };
  const seed: Seedling = { id: "t1", number: "ACME-1", customer: "ACME", policyRevision: "r1", zone };
  const first = filing(drawn);
  let { ticket, steps, wakeAt } = file({ event: first, ticket: plant(seed, first, policy) }, circumstances);
  const go = (outcome: { ticket: Ticket; steps: Step[]; wakeAt: Date | null }): void => {
    steps = [...steps, ...outcome.steps];
    ({ ticket, wakeAt } = outcome);
  };
  const until = (end: Date): void => {
    const stops = looks.filter((ms) => ms > (steps.at(-1)?.event.at.getTime() ?? 0) && ms < end.getTime());
    for (const look of [...stops, end.getTime()]) {
      while (wakeAt !== null && wakeAt.getTime() <= look) go(agenda(ticket, circumstances, wakeAt));
      go(agenda(ticket, circumstances, new Date(look)));
    }
  };

  let now = new Date(filedMs);
  for (const deed of drawn.deeds) {
    now = new Date(now.getTime() + deed.gapMs);
    until(now);
    const possible = whatCanHappen(ticket, policy, deed, now);
    const what = possible[deed.what % possible.length];
    if (what !== undefined) go(act(ticket, [what], { by: "sam", now }, circumstances));
  }
  const endsAt = new Date(now.getTime() + 30 * HOUR_MS);
  until(endsAt);
  return { seed, circumstances, steps, ticket, wakeAt, endsAt };
}

function filing({ policy, filedMs, receivedBeforeMs, level, field }: Drawn): TicketEvent {
  return {
    seq: 0,
    at: new Date(filedMs),
    by: "carl",
    what: {
      kind: "filed",
      title: "Nobody can place an order",
      body: "The shop shows an error.",
      level: policy.levels[level % policy.levels.length]?.id ?? "",
      attributes: attributesOf(policy, field),
      receivedAt: new Date(filedMs - receivedBeforeMs),
      receivedBy: "form",
      filer: "carl",
      attachments: [],
    },
  };
}

/** Every field with one of its options. */
function attributesOf(policy: Policy, choice: number): Record<string, string> {
  return Object.fromEntries(
    policy.fields.map(({ id, options }, index) => [id, options[(choice >> index) % options.length] ?? ""]),
  );
}

function whatCanHappen(ticket: Ticket, policy: Policy, { how, backMs }: Deed, now: Date): What[] {
  const status = statusOf(ticket);
  const earlier = new Date(Math.max(ticket.receivedAt.getTime(), now.getTime() - backMs));
  const wrote: What = { kind: "wrote", text: "And now?", attachments: [] };
  const answered: What = { kind: "answered", text: "We see it.", attachments: [] };
  if (status === "closed") return [{ kind: "reopened", reason: "it is back" }, wrote, answered];
  const to = policy.levels[how % policy.levels.length]?.id ?? ticket.level;
  const changed = { kind: "level-changed", from: ticket.level, to, reason: "impact" } as const;
  const whats: What[] = [
    wrote,
    wrote,
    answered,
    { kind: "called", calledAt: earlier, text: "" },
    { kind: "asked", text: "Which version?" },
    { kind: "begun", begunAt: earlier },
    { kind: "restored", restoredAt: earlier },
    { ...changed, attributes: ticket.attributes },
    { ...changed, attributes: attributesOf(policy, how) },
    { ...changed, to: ticket.level, attributes: attributesOf(policy, how) },
    { kind: "closed", reason: "fixed", outcomes: outcomesOf(ticket, how, earlier) },
    { kind: how % 2 === 0 ? "taken" : "released" },
    { kind: "acknowledged", how: "button" },
    { kind: "noted", text: "known bug", attachments: [] },
  ];
  if (isPossible("hold", status)) whats.push({ kind: "held", reason: "a fix is needed" });
  if (isPossible("resume", status)) whats.push({ kind: "resumed" }, { kind: "resumed" });
  return whats;
}

/** What support says of the promises that are unmet at closing: met at some instant, or withdrawn. */
function outcomesOf({ targets }: Ticket, how: number, metAt: Date): ClosingOutcome[] {
  return targets
    .filter((target) => isOpenTarget(target) && ["response", "start", "restore"].includes(target.kind))
    .map(({ kind }, index) =>
      (how >> index) % 2 === 0 ? { target: kind, metAt } : { target: kind, withdrawn: "duplicate" },
    );
}
