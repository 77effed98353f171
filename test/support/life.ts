// The life of one ticket, told with neither database nor platform: it is filed, things are done to it, time passes.
import { DateTime } from "luxon";
import { act, agenda, file, type Circumstances, type Step } from "../../src/core/agenda.ts";
import { plant, replay, termsOf } from "../../src/core/history.ts";
import type { Ladder } from "../../src/core/paging.ts";
import { parsePolicy, resolvePolicy, type Policy, type TargetKind } from "../../src/core/policy.ts";
import type { Rotation } from "../../src/core/roster.ts";
import type { Ticket, What } from "../../src/core/ticket.ts";
import { loadHolidays } from "../../src/policies/holidays.ts";
import { presetText, type PresetId } from "../../src/policies/presets.ts";

const holidays = await loadHolidays();

/** A shipped policy, or one written in the test. */
export function policyOf(source: PresetId | { yaml: string }): Policy {
  const text = typeof source === "string" ? presetText(source) : source.yaml;
  return resolvePolicy(parsePolicy(text), holidays);
}

/** An instant by the wall clock of a zone: at("2026-11-27 18:05", "America/Chicago"). */
export function at(wall: string, zone: string): Date {
  const time = DateTime.fromSQL(wall, { zone });
  if (!time.isValid) throw new Error(`${wall} in ${zone} is no time`);
  return time.toJSDate();
}

/** An instant as the wall clock of a zone shows it: "Fri 2026-11-27 18:05". */
export function wall(instant: Date | null | undefined, zone: string): string | null {
  return instant === null || instant === undefined
    ? null
    : DateTime.fromJSDate(instant, { zone }).toFormat("ccc yyyy-MM-dd HH:mm");
}

export const ROTATION: Rotation = {
  id: "weekly",
  timezone: "America/Chicago",
  handoverWeekday: 1,
  handoverTime: "09:00",
  from: "2026-01-05",
  people: ["sam", "mia"],
};

const minutes = (count: number) => count * 60_000;

export const LADDER: Ladder = {
  id: "urgent",
  rotation: "weekly",
  rounds: 2,
  steps: [
    { reach: "primary", here: false, waitMs: minutes(5) },
    { reach: "secondary", here: false, waitMs: minutes(10) },
    { reach: "channel", here: true, waitMs: minutes(15) },
  ],
};

/** One ticket's life. */
export interface Life {
  ticket: Ticket;
  policy: Policy;
  zone: string;
  /** Everything that happened, in order. */
  steps: Step[];
  wakeAt: Date | null;
  /** Somebody does something. */
  does(by: string, what: What, when: string): Life;
  /** Time passes: everything due happens at its own instant. */
  until(when: string): Life;
  /** Nothing looked after it until then: everything overdue happens at once. */
  downUntil(when: string): Life;
  /** "Fri 2026-11-27 18:05 paged sam": what Belfry did, as one line each. */
  told(): string[];
  deadline(kind: TargetKind): string | null;
  replayed(): Ticket;
}

/** Files a ticket; walls are read in `zone`, the customer's. */
export function aTicket(options: {
  policy: PresetId | { yaml: string };
  level: string;
  filed: string;
  received?: string;
  zone: string;
  attributes?: Record<string, string>;
  ladder?: Ladder | null;
  rotation?: Rotation | null;
}): Life {
  const {
    level,
    filed,
    received = filed,
    zone,
    attributes = {},
    ladder = LADDER,
    rotation = ROTATION,
  } = options;
  const policy = policyOf(options.policy);
  const circumstances: Circumstances = {
    policy,
    ladders: ladder === null ? [] : [ladder],
    rotations: rotation === null ? [] : [rotation],
  };
  const seed = { id: "t1", number: "ACME-1", customer: "ACME", policyRevision: "r1", zone };
  const first = {
    seq: 0,
    at: at(filed, zone),
    by: "carl",
    what: {
      kind: "filed" as const,
      title: "Nobody can place an order",
      body: "The shop shows an error.",
      level,
      attributes,
      receivedAt: at(received, zone),
      receivedBy: "form" as const,
      filer: "carl",
      attachments: [],
    },
  };
  const filing = file({ event: first, ticket: plant(seed, first, policy) }, circumstances);
  const life: Life = {
    ticket: filing.ticket,
    steps: filing.steps,
    wakeAt: filing.wakeAt,
    policy,
    zone,
    does(by, what, when) {
      life.until(when);
      return take(act(life.ticket, [what], { by, now: at(when, zone) }, circumstances));
    },
    until(when) {
      const end = at(when, zone);
      for (let count = 0; count < 1000 && life.wakeAt !== null && life.wakeAt <= end; count++) {
        take(agenda(life.ticket, circumstances, life.wakeAt));
      }
      return life;
    },
    downUntil: (when) => take(agenda(life.ticket, circumstances, at(when, zone))),
    told: () => life.steps.flatMap(({ event }) => sayOf(event.what, `${wall(event.at, zone)}`)),
    deadline: (kind) => wall(life.ticket.targets.find((target) => target.kind === kind)?.deadlineAt, zone),
    replayed: () =>
      replay(
        seed,
        life.steps.map(({ event }) => event),
        () => policy,
      ),
  };
  const take = (outcome: { ticket: Ticket; steps: Step[]; wakeAt: Date | null }): Life => {
    life.ticket = outcome.ticket;
    life.steps = [...life.steps, ...outcome.steps];
    life.wakeAt = outcome.wakeAt;
    return life;
  };
  return life;
}

/** The terms of a life's ticket, for rules that are tried directly. */
export function termsOfLife(life: Life) {
  return termsOf(life.ticket, life.policy);
}

function sayOf(what: What, when: string): string[] {
  switch (what.kind) {
    case "reminded":
      return [
        `${when} ${what.target} ${what.mark}${what.folded.length > 0 ? ` (with ${what.folded.join(", ")})` : ""}`,
      ];
    case "paged":
      return [`${when} paged ${what.person ?? `channel${what.here ? " @here" : ""}`}`];
    case "page-missed":
      return [`${when} could not page ${what.person ?? what.role}: ${what.why}`];
    case "page-reminded":
      return [`${when} reminded ${what.people.join(" and ")}`];
    case "alerted":
    case "paging-began":
    case "acknowledged":
    case "page-resumed":
    case "page-resolved":
    case "page-withdrawn":
    case "page-unanswered":
      return [`${when} ${what.kind}`];
    default:
      return [];
  }
}
