// Who may be on call, as a model knows it: drawn at random, written as a desk file for Belfry, and answered by hand.
import fc from "fast-check";
import { dutyByHand, hoursByHand, wallMinute } from "../core/roster-oracle.ts";

/** A desk, in the model's own words. Instants are minutes since the model's first one. */
export interface Plan {
  rotations: Readonly<Record<Region, readonly PlannedLayer[]>>;
  /** Of each region, the first that is for a page is its ladder. */
  ladders: Readonly<Record<Region, readonly PlannedLadder[]>>;
  leave: readonly { person: string; from: number; to: number }[];
  overrides: readonly { rotation: Region; person: string; role: Role; from: number; to: number }[];
  cleared: readonly string[];
  /** What was changed in chat, beside the desk file. */
  made: MadeInChat;
}

/** Leave and overrides that people made in chat, with instants. */
export interface MadeInChat {
  leave: readonly { person: string; from: Date; to: Date }[];
  overrides: readonly { rotation: string; person: string; role: Role; from: Date; to: Date }[];
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
  /** For which levels, and in which hours of UTC; null bounds nothing. */
  levels: readonly string[] | null;
  hours: Readonly<Record<string, string>> | null;
  rounds: number;
  /** How many have to acknowledge. */
  acknowledgements: number;
  /** Each calls all of `page` at once. */
  steps: readonly { page: readonly string[]; here: boolean; waitMinutes: number }[];
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
/** The desk's only way out beside chat. */
export const WAY = { id: "hook", address: "webhook:hook" } as const;

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

/** Whom one part of a rung calls, as the desk file writes it. */
const reach = fc.oneof(
  { weight: 8, arbitrary: fc.constant("primary") },
  { weight: 6, arbitrary: fc.constant("secondary") },
  { weight: 4, arbitrary: fc.constant("channel") },
  { weight: 2, arbitrary: person },
  { weight: 1, arbitrary: fc.constantFrom("primary of us", "secondary of eu", "primary of eu") },
  { weight: 1, arbitrary: fc.constantFrom("group S0NIGHT", `way ${WAY.id}`) },
);

const ladder: fc.Arbitrary<PlannedLadder> = fc.record({
  levels: fc.constant(null),
  hours: fc.constant(null),
  rounds: fc.integer({ min: 1, max: 3 }),
  acknowledgements: fc.constantFrom(1, 1, 1, 2, 3),
  steps: fc.array(
    fc.record({
      page: fc.oneof(
        { weight: 3, arbitrary: fc.uniqueArray(reach, { minLength: 1, maxLength: 1 }) },
        { weight: 1, arbitrary: fc.uniqueArray(reach, { minLength: 2, maxLength: 3 }) },
      ),
      here: fc.boolean(),
      waitMinutes: fc.constantFrom(1, 2, 5, 15, 60),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});
/** Mostly one for all; sometimes one before it for some levels or hours, or that one alone, so that some pages have none. */
const ladders: fc.Arbitrary<readonly PlannedLadder[]> = fc.oneof(
  { weight: 3, arbitrary: ladder.map((one) => [one]) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        first: ladder,
        second: ladder,
        levels: fc.constantFrom(null, ["urgent", "1"], ["normal", "2"]),
        hours: fc.constantFrom(...HOURS),
        isAlone: fc.nat(7).map((dice) => dice === 0),
      })
      .map(({ first, second, levels, hours, isAlone }) => [
        { ...first, levels, hours },
        ...(isAlone ? [] : [second]),
      ]),
  },
);

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
  ladders: fc.record({ us: ladders, eu: ladders }),
  leave: fc.array(leave, { maxLength: 3 }),
  overrides: fc.array(override, { maxLength: 3 }),
  cleared: fc.subarray([...TEAM]),
  made: fc.constant({ leave: [], overrides: [] }),
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
  fc.record({ region: fc.constantFrom<Region>("us", "eu"), ladders }).map(({ region, ladders }) => ({
    words: `the ladders of ${region} become ${JSON.stringify(ladders)}`,
    to: (plan: Plan) => ({ ...plan, ladders: { ...plan.ladders, [region]: ladders } }),
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
    ladders: REGIONS.flatMap((region) =>
      plan.ladders[region].map(({ levels, hours, rounds, acknowledgements, steps }, nr) => ({
        ...{ id: ladderId(region, nr), rotation: region, region, rounds, acknowledgements },
        for: {
          ...(levels === null ? {} : { levels }),
          ...(hours === null ? {} : { hours, timezone: "Etc/UTC" }),
        },
        steps: steps.map(({ page, here, waitMinutes }) => ({ page, here, wait: `${waitMinutes}m` })),
      })),
    ),
    ways: [{ id: WAY.id, webhook: "https://hook.test/page", secret: "HOOK_SECRET" }],
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

/** What a desk file calls the ladders of a region. */
export function ladderId(region: Region, nr: number): string {
  return `${region}-${nr}`;
}

/** The id of the first ladder of a region that is for a page of a level that begins at an instant, or null. */
export function ladderFor(plan: Plan, region: Region, level: string, atMs: number): string | null {
  const nr = plan.ladders[region].findIndex(
    ({ levels, hours }) =>
      levels?.includes(level) !== false &&
      hoursByHand(hours)(wallMinute("Etc/UTC", Math.floor(atMs / MINUTE))),
  );
  return nr < 0 ? null : ladderId(region, nr);
}

/** The order of duty in a region at an instant for a ticket, by hand, minute by minute. */
export function dutyIn(plan: Plan, region: Region, atMs: number, needsClearance: boolean): readonly string[] {
  const known = answers.get(plan) ?? new Map<string, readonly string[]>();
  answers.set(plan, known);
  const question = `${region} ${atMs} ${needsClearance}`;
  const order = known.get(question) ?? dutyAt(plan, region, atMs, needsClearance);
  known.set(question, order);
  return order;
}

const answers = new WeakMap<Plan, Map<string, readonly string[]>>();

function dutyAt(plan: Plan, region: Region, atMs: number, needsClearance: boolean): readonly string[] {
  const minute = Math.floor(atMs / MINUTE) * MINUTE;
  const isFit = (person: string) => !needsClearance || plan.cleared.includes(person);
  // What was changed in chat begins and ends in the middle of minutes: what holds now is taken to hold all of its minute.
  const during = { from: new Date(minute), to: new Date(minute + MINUTE) };
  const now = <One extends { from: Date; to: Date }>(each: readonly One[]): One[] =>
    each
      .filter(({ from, to }) => from.getTime() <= atMs && atMs < to.getTime())
      .map((one) => ({ ...one, ...during }));
  const { leave, overrides } = changesOf(plan);
  const changes = { leave: now(leave), overrides: now(overrides) };
  const order = dutyByHand(rotationOf(plan, region), changes, minute, 1, isFit)[0] ?? "";
  return order === "" ? [] : order.split(",");
}

/** Whether somebody is on leave at an instant. */
export function isOnLeave(plan: Plan, person: string, atMs: number): boolean {
  return changesOf(plan).leave.some(
    ({ person: away, from, to }) => away === person && from.getTime() <= atMs && atMs < to.getTime(),
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

/** What a desk file says comes before what was made in chat. */
function changesOf(plan: Plan): MadeInChat {
  const { leave, overrides, made } = plan;
  const all = allChanges.get(plan) ?? {
    leave: [
      ...leave.map(({ person, from, to }) => ({ person, from: instant(from), to: instant(to) })),
      ...made.leave,
    ],
    overrides: [
      ...overrides.map((one) => ({ ...one, from: instant(one.from), to: instant(one.to) })),
      ...made.overrides,
    ],
  };
  allChanges.set(plan, all);
  return all;
}

const allChanges = new WeakMap<Plan, MadeInChat>();

function instant(minutes: number): Date {
  return new Date(BEGINNING + minutes * MINUTE);
}

/** "2026-10-24 18:05". */
function shown(minutes: number): string {
  return instant(minutes).toISOString().slice(0, 16).replace("T", " ");
}
