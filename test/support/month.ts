// A month of a desk's tickets, by a seed: filed, worked on and decided about by the functions that do so for real.
import { act, agenda, file, type Agenda, type Circumstances, type Step } from "../../src/core/agenda.ts";
import { callingOf, type Customer, type Directory } from "../../src/core/directory.ts";
import { plant } from "../../src/core/history.ts";
import type { Policy } from "../../src/core/policy.ts";
import { isOpenTarget } from "../../src/core/targets.ts";
import { statusOf, type ReceivedBy, type Ticket, type What } from "../../src/core/ticket.ts";
import { diceOf, type Dice } from "../chaos/dice.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One ticket of the month, with each event and the ticket as it was after it. */
export interface Lived {
  ticket: Ticket;
  policy: Policy;
  customer: Customer;
  steps: readonly Step[];
  wakeAt: Date | null;
}

export interface MonthOptions {
  directory: Directory;
  policies: readonly Policy[];
  revisionOf: (policy: Policy) => string;
  tickets: number;
  seed: number;
  from: Date;
  /** Everything ends here; the last tickets are filed some days before. */
  to: Date;
  /** Belfry is down from the first to the second. */
  outages: readonly (readonly [Date, Date])[];
}

/** Lives a month. */
export function aMonth(options: MonthOptions): Lived[] {
  const dice = diceOf(options.seed);
  const counts = new Map<string, number>();
  return Array.from({ length: options.tickets }, (_, index) => {
    const customer = oneOf(options.directory.customers, dice);
    const nr = (counts.get(customer.key) ?? 0) + 1;
    counts.set(customer.key, nr);
    return live(options, dice, customer, { id: `t${index}`, number: `${customer.key}-${nr}` });
  });
}

function live(
  { directory, policies, revisionOf, from, to, outages }: MonthOptions,
  dice: Dice,
  customer: Customer,
  names: { id: string; number: string },
): Lived {
  const policy = policies.find(({ id }) => id === customer.policy);
  if (policy === undefined) throw new Error(`there is no policy ${customer.policy}`);
  const circumstances: Circumstances = { policy, ...callingOf(customer, directory) };
  const seed = {
    ...names,
    customer: customer.key,
    policyRevision: revisionOf(policy),
    zone: customer.timezone,
  };
  const isUp = (at: Date) => outages.every(([down, up]) => at < down || at >= up);
  const upAfter = (at: Date) => outages.find(([down, up]) => at >= down && at < up)?.[1] ?? at;

  let filedAt = upAfter(new Date(from.getTime() + dice.below(to.getTime() - from.getTime() - 2 * DAY)));
  if (dice.chance(0.2)) filedAt = new Date(Math.floor(filedAt.getTime() / (30 * MINUTE)) * 30 * MINUTE);
  filedAt = upAfter(filedAt);
  const isByPhone = dice.chance(0.15);
  const receivedBy: ReceivedBy = isByPhone ? "phone" : "form";
  const receivedAt = isByPhone ? new Date(filedAt.getTime() - dice.below(10 * HOUR)) : filedAt;
  const attributes = Object.fromEntries(policy.fields.map(({ id, options }) => [id, oneOf(options, dice)]));
  const filed: What = {
    kind: "filed",
    title: `Trouble ${names.number}`,
    body: "It does not work.",
    level: oneOf(policy.levels, dice).id,
    attributes,
    receivedAt,
    receivedBy,
    filer: customer.contacts[0] ?? "carl",
    attachments: [],
  };
  const first = { seq: 0, at: filedAt, by: isByPhone ? "sam" : "carl", what: filed };
  const steps: Step[] = [];
  let now = file({ event: first, ticket: plant(seed, first, policy) }, circumstances);
  steps.push(...now.steps);
  const take = (outcome: Agenda) => {
    now = outcome;
    steps.push(...outcome.steps);
  };
  /** Belfry looks some milliseconds late, or when it is up again. */
  const carryOn = (until: Date) => {
    while (now.wakeAt !== null) {
      const lookAt = upAfter(new Date(now.wakeAt.getTime() + (dice.chance(0.5) ? 0 : dice.below(40))));
      if (lookAt > until) return;
      take(agenda(now.ticket, circumstances, lookAt));
    }
  };

  let at = filedAt;
  const acts = dice.below(9);
  for (let count = 0; count < acts; count++) {
    at = new Date(at.getTime() + 1 + dice.below(dice.pick([20 * MINUTE, 3 * HOUR, DAY, 4 * DAY])));
    if (dice.chance(0.1) && now.wakeAt !== null && now.wakeAt > at) at = now.wakeAt; // at the very instant of a mark
    at = upAfter(at);
    if (at >= to) break;
    // Sometimes the act wins the race with a look that is due at the same instant.
    carryOn(dice.chance(0.5) ? at : new Date(at.getTime() - 1));
    const what = oneOf(possibleActs(now.ticket, policy, at, dice), dice);
    const by = what.kind === "page-missed" ? "belfry" : dice.pick(["sam", "mia", "leo"]);
    if (isUp(at)) take(act(now.ticket, [what], { by, now: at }, circumstances));
  }
  carryOn(to);
  return { ticket: now.ticket, policy, customer, steps, wakeAt: now.wakeAt };
}

/** What somebody could do by Belfry's own rules. */
function possibleActs(ticket: Ticket, policy: Policy, at: Date, dice: Dice): What[] {
  const status = statusOf(ticket);
  const { paging, alertedAt, level, attributes } = ticket;
  const earlier = new Date(Math.max(ticket.receivedAt.getTime(), at.getTime() - dice.below(HOUR)));
  if (status === "closed") {
    return [
      { kind: "reopened", reason: "It is back." },
      { kind: "wrote", text: "Thank you.", attachments: [] },
      { kind: "noted", text: "For the record.", attachments: [] },
    ];
  }
  const other = oneOf(policy.levels, dice).id;
  const unsettled = ticket.targets.filter((target) => isOpenTarget(target) && target.kind !== "resolve");
  const outcomes = unsettled
    .filter(({ kind }) => kind !== "next-response")
    .map(({ kind }) =>
      dice.chance(0.5) ? { target: kind, metAt: earlier } : { target: kind, withdrawn: "A duplicate." },
    );
  const tried =
    paging?.state === "ringing" ? paging.told.findLast(({ missed }) => missed === null) : undefined;
  return [
    ...(ticket.assignee === null ? [{ kind: "taken" as const }] : [{ kind: "released" as const }]),
    { kind: "answered", text: "We see it.", attachments: [] },
    { kind: "asked", text: "Since when?" },
    { kind: "wrote", text: "Any news?", attachments: [] },
    { kind: "noted", text: "Looks like a cable.", attachments: [] },
    { kind: "called", calledAt: earlier, text: "" },
    { kind: "begun", begunAt: earlier },
    { kind: "restored", restoredAt: earlier },
    ...(status === "on-hold"
      ? [{ kind: "resumed" as const }]
      : [{ kind: "held" as const, reason: "A part." }]),
    ...(status === "awaiting-response" ? [{ kind: "resumed" as const }] : []),
    ...(other === level
      ? []
      : [
          {
            kind: "level-changed" as const,
            from: level,
            to: other,
            attributes: { ...attributes },
            reason: "Impact.",
          },
        ]),
    { kind: "level-asked", level: other, reason: "It got worse." },
    { kind: "closed", reason: "Done.", outcomes },
    ...(paging?.state === "ringing" || alertedAt !== null
      ? [
          { kind: "acknowledged" as const, how: "button" as const },
          { kind: "acknowledged" as const, how: "button" as const },
        ]
      : []),
    ...(tried === undefined
      ? []
      : [
          {
            ...{ kind: "page-missed" as const, why: "cannot be reached", nextAt: at },
            ...{
              step: tried.step,
              round: tried.round,
              role: tried.role,
              person: tried.person,
              here: tried.here,
            },
          },
        ]),
  ];
}

function oneOf<T>(list: readonly T[], dice: Dice): T {
  const chosen = list[dice.below(list.length)];
  if (chosen === undefined) throw new Error("there is nothing to choose from");
  return chosen;
}
