// Who may be on call, as a model knows it: drawn at random, written as a desk file for Belfry, and answered by hand.
import fc from "fast-check";
import { dutyByHand } from "../core/roster-oracle.ts";

/** A desk, in the model's own words. Instants are minutes since the model's first one. */
export interface Plan {
  rotations: Readonly<Record<Region, readonly PlannedLayer[]>>;
  ladders: Readonly<Record<Region, PlannedLadder>>;
  leave: readonly { person: string; from: number; to: number }[];
  overrides: readonly { rotation: Region; person: string; role: Role; from: number; to: number }[];
  cleared: readonly string[];
}

export type Region = "us" | "eu";
export type Role = "primary" | "secondary";

export interface PlannedLayer {
  people: readonly string[];
  from: string;
  handover: string;
  every: "1w" | "1d" | "12h" | "8h";
  timezone: string;
  hours: Readonly<Record<string, string>> | null;
}

export interface PlannedLadder {
  rounds: number;
  steps: readonly { page: string; here: boolean; waitMinutes: number }[];
}

/** The model's first instant: a Friday, two days before Europe's clocks go back and nine before America's. */
export const BEGINNING = Date.parse("2026-10-23T00:00:00Z");
/** How many minutes after it everything happens. */
const SPAN = 14 * 24 * 60;
const MINUTE = 60_000;

/** The support team. */
export const TEAM = ["ann", "ben", "cleo", "dev"] as const;
/** The customers with who files for them, by which policy, and where they belong. */
export const CUSTOMERS = [
  { key: "ACME", contact: "carl", policy: "aleyant", region: "us", timezone: "America/Chicago" },
  { key: "HARBOR", contact: "hana", policy: "allure", region: "us", timezone: "America/New_York" },
  { key: "PCC", contact: "pavel", policy: "eleveo", region: "eu", timezone: "Europe/Prague" },
  { key: "KENT", contact: "kate", policy: "cleared", region: "eu", timezone: "Europe/London" },
] as const;
export type Customer = (typeof CUSTOMERS)[number];

export const SUPPORT = "slack:C0SUPPORT";
export const ON_CALL = "slack:C0ONCALL";

/** Where somebody is reached. */
export function addressOf(person: string): string {
  return `slack:U0${person.toUpperCase()}`;
}

/** A policy whose tickets may be for cleared people only. It pages outside the hours of the UK's winter. */
export const CLEARED = `
id: cleared
name: Cleared people only
version: "1"
effective: 2020-01-01
source: Written for the model
fields:
  - { id: clearance, ask: Who may see it?, options: [none, official-sensitive], default: none }
calendars:
  office: { timezone: Etc/UTC, hours: { mon-fri: "09:00-18:00" } }
levels:
  - id: "1"
    name: Down
    means: It is down.
    page: { when: outside-hours, calendar: office }
    targets:
      - { kind: response, within: 1h, calendar: office }
  - { id: "2", name: Slow, means: It is slow., targets: [{ kind: response, within: 4h, calendar: office }] }
remind: [50%, 100%]
`;

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const TIMES = ["00:00", "01:30", "02:30", "08:00", "09:00", "18:00", "22:00"];
const ZONES = ["America/Chicago", "Europe/Prague", "Etc/UTC"];
const HOURS = [
  null,
  null,
  { "mon-fri": "09:00-17:00" },
  { "mon-sun": "20:00-08:00" },
  { "sat-sun": "00:00-24:00" },
  { "mon-fri": "18:00-02:30", sat: "09:00-24:00" },
] as const;

const SOME = { minLength: 1, maxLength: 3 };
const person = fc.constantFrom(...TEAM);
const stretch = fc
  .record({
    from: fc.nat(SPAN),
    length: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 60, max: 5000 })),
  })
  .map(({ from, length }) => ({ from, to: from + length }));

const layer: fc.Arbitrary<PlannedLayer> = fc.record({
  people: fc.uniqueArray(person, { minLength: 1, maxLength: 3 }),
  from: fc.constantFrom("2026-10-05", "2026-10-05", "2026-10-24"),
  handover: fc
    .record({ day: fc.option(fc.constantFrom(...DAYS)), time: fc.constantFrom(...TIMES) })
    .map(({ day, time }) => (day === null ? time : `${day} ${time}`)),
  every: fc.constantFrom("1w", "1d", "12h", "8h"),
  timezone: fc.constantFrom(...ZONES),
  hours: fc.constantFrom(...HOURS),
});

const ladder: fc.Arbitrary<PlannedLadder> = fc.record({
  rounds: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(
    fc.record({
      page: fc.oneof(
        { weight: 4, arbitrary: fc.constant("primary") },
        { weight: 3, arbitrary: fc.constant("secondary") },
        { weight: 2, arbitrary: fc.constant("channel") },
        { weight: 1, arbitrary: person },
      ),
      here: fc.boolean(),
      waitMinutes: fc.constantFrom(1, 2, 5, 15, 60),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

const leave = fc.record({ person, stretch }).map(({ person, stretch }) => ({ person, ...stretch }));
const override = fc
  .record({
    rotation: fc.constantFrom<Region>("us", "eu"),
    person,
    role: fc.constantFrom<Role>("primary", "primary", "secondary"),
    stretch,
  })
  .map(({ stretch, ...one }) => ({ ...one, ...stretch }));

/** Any desk. */
export const somePlan: fc.Arbitrary<Plan> = fc.record({
  rotations: fc.record({ us: fc.array(layer, SOME), eu: fc.array(layer, SOME) }),
  ladders: fc.record({ us: ladder, eu: ladder }),
  leave: fc.array(leave, { maxLength: 3 }),
  overrides: fc.array(override, { maxLength: 3 }),
  cleared: fc.subarray([...TEAM]),
});

/** One thing about a desk that is changed, in words and as a change. */
export interface PlanChange {
  words: string;
  to: (plan: Plan) => Plan;
}

/** Any change of a desk that people may make while pages ring. */
export const someChange: fc.Arbitrary<PlanChange> = fc.oneof(
  leave.map((one) => ({
    words: `${one.person} takes leave from ${shown(one.from)} to ${shown(one.to)}`,
    to: (plan: Plan) => ({ ...plan, leave: [...plan.leave, one] }),
  })),
  override.map((one) => ({
    words: `${one.person} is ${one.role} of ${one.rotation} from ${shown(one.from)} to ${shown(one.to)}`,
    to: (plan: Plan) => ({ ...plan, overrides: [...plan.overrides, one] }),
  })),
  fc.constant({ words: "all leave is taken back", to: (plan: Plan) => ({ ...plan, leave: [] }) }),
  fc.constant({ words: "all overrides are taken back", to: (plan: Plan) => ({ ...plan, overrides: [] }) }),
  fc.subarray([...TEAM]).map((cleared) => ({
    words: `cleared are ${cleared.join(", ") || "none"}`,
    to: (plan: Plan) => ({ ...plan, cleared }),
  })),
  fc.record({ region: fc.constantFrom<Region>("us", "eu"), ladder }).map(({ region, ladder }) => ({
    words: `the ladder of ${region} becomes ${JSON.stringify(ladder)}`,
    to: (plan: Plan) => ({ ...plan, ladders: { ...plan.ladders, [region]: ladder } }),
  })),
  fc
    .record({ region: fc.constantFrom<Region>("us", "eu"), layers: fc.array(layer, SOME) })
    .map(({ region, layers }) => ({
      words: `the rotation of ${region} becomes ${JSON.stringify(layers)}`,
      to: (plan: Plan) => ({ ...plan, rotations: { ...plan.rotations, [region]: layers } }),
    })),
);

/** The desk file that says it. Leave and overrides are written by the clock of UTC. */
export function deskFileOf(plan: Plan): string {
  const people = [
    ...TEAM.map((id) => ({
      ...{ id, name: id, timezone: "Etc/UTC", support: true },
      slack: addressOf(id).slice("slack:".length),
      ...(plan.cleared.includes(id) ? { clearance: ["official-sensitive"] } : {}),
    })),
    ...CUSTOMERS.map(({ contact: id, timezone }) => ({
      ...{ id, name: id, timezone, slack: addressOf(id).slice("slack:".length) },
    })),
  ];
  const during = ({ from, to }: { from: number; to: number }) => ({ from: shown(from), to: shown(to) });
  return JSON.stringify({
    people,
    customers: CUSTOMERS.map(({ contact, ...customer }) => ({
      ...customer,
      name: customer.key,
      contacts: [contact],
    })),
    channels: { support: SUPPORT.slice("slack:".length), "on-call": ON_CALL.slice("slack:".length) },
    rotations: REGIONS.map((id) => ({
      id,
      timezone: "Etc/UTC",
      layers: plan.rotations[id].map(({ hours, ...layer }) => (hours === null ? layer : { ...layer, hours })),
    })),
    ladders: REGIONS.map((id) => ({
      ...{ id, rotation: id, region: id, rounds: plan.ladders[id].rounds },
      steps: plan.ladders[id].steps.map(({ page, here, waitMinutes }) => ({
        page,
        here,
        wait: `${waitMinutes}m`,
      })),
    })),
    leave: plan.leave.map((one) => ({ person: one.person, ...during(one) })),
    overrides: plan.overrides.map((one) => ({
      ...{ rotation: one.rotation, person: one.person, role: one.role },
      ...during(one),
    })),
    policies: ["cleared.yaml"],
  });
}

const REGIONS = ["us", "eu"] as const;
const EVERY_HOURS = { "1w": 168, "1d": 24, "12h": 12, "8h": 8 };

/** The order of duty in a region at an instant for a ticket, by hand, minute by minute. */
export function dutyIn(plan: Plan, region: Region, atMs: number, needsClearance: boolean): string[] {
  const minute = Math.floor(atMs / MINUTE) * MINUTE;
  const known = answers.get(plan) ?? new Map<string, string>();
  answers.set(plan, known);
  const question = `${region} ${minute} ${needsClearance}`;
  const isFit = (person: string) => !needsClearance || plan.cleared.includes(person);
  const order =
    known.get(question) ?? dutyByHand(rotationOf(plan, region), changesOf(plan), minute, 1, isFit)[0] ?? "";
  known.set(question, order);
  return order === "" ? [] : order.split(",");
}

const answers = new WeakMap<Plan, Map<string, string>>();

/** Whether somebody is on leave at an instant. */
export function isOnLeave(plan: Plan, person: string, atMs: number): boolean {
  return plan.leave.some(
    (one) => one.person === person && instant(one.from).getTime() <= atMs && atMs < instant(one.to).getTime(),
  );
}

function rotationOf(plan: Plan, id: Region) {
  const layers = plan.rotations[id].map(({ people, from, handover, every, timezone, hours }) => {
    const [time = "", day] = handover.split(" ").reverse();
    return {
      ...{ people, from, timezone, hours, handoverTime: time, everyHours: EVERY_HOURS[every] },
      handoverWeekday: day === undefined ? null : DAYS.indexOf(day) + 1,
    };
  });
  return { id, layers };
}

function changesOf({ leave, overrides }: Plan) {
  return {
    leave: leave.map(({ person, from, to }) => ({ person, from: instant(from), to: instant(to) })),
    overrides: overrides.map((one) => ({ ...one, from: instant(one.from), to: instant(one.to) })),
  };
}

function instant(minutes: number): Date {
  return new Date(BEGINNING + minutes * MINUTE);
}

/** "2026-10-24 18:05". */
function shown(minutes: number): string {
  return instant(minutes).toISOString().slice(0, 16).replace("T", " ");
}
