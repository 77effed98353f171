// Two weekends on which clocks go back, in Europe and a week later in America: a desk with a centre in either, an override over
// the hour that comes twice, and somebody on leave. Who is paged at every minute is worked out by hand beside it.
import { expect, test } from "vitest";
import { callsAt } from "../../src/core/coverage.ts";
import { parseDirectory } from "../../src/core/directory.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { dutyByHand } from "../core/roster-oracle.ts";
import { aDesk } from "../support/desk.ts";
import { policyOf } from "../support/life.ts";

const DESK = `
people:
  - { id: carl, name: Carl Reyes, slack: U0CARL00001, timezone: America/Chicago }
  - { id: pavel, name: Pavel Dvořák, slack: U0PAVEL0001, timezone: Europe/Prague }
  - { id: sam, name: Sam Okafor, slack: U0SAM000001, timezone: America/Chicago, support: true }
  - { id: mia, name: Mia Chen, slack: U0MIA000001, timezone: America/New_York, support: true }
  - { id: leo, name: Leo Brandt, slack: U0LEO000001, timezone: Europe/Prague, support: true }
  - { id: eva, name: Eva Malá, slack: U0EVA000001, timezone: Europe/Prague, support: true }
customers:
  - { key: ACME, name: ACME Print, policy: aleyant, timezone: America/Chicago, contacts: [carl], region: us }
  - { key: PCC, name: Prague Contact Center, policy: eleveo, timezone: Europe/Prague, contacts: [pavel], region: eu }
channels: { support: C0SUPPORT01, on-call: C0ONCALL001 }
rotations:
  - id: us-centre
    timezone: America/Chicago
    layers:
      - { people: [sam, mia], from: 2026-10-02, handover: fri 17:00 }
      - { people: [mia, sam], from: 2026-10-03, handover: "01:30", every: 12h, hours: { sat-sun: "00:00-24:00" } }
  - id: eu-centre
    timezone: Europe/Prague
    layers:
      - { people: [leo, eva], from: 2026-10-05, handover: "08:00" }
      - { people: [eva, leo], from: 2026-10-05, handover: "02:30", every: 12h, hours: { sat-sun: "20:00-08:00" } }
ladders:
  - { id: us, region: us, rotation: us-centre, steps: [{ page: primary, wait: 5m }, { page: secondary, wait: 5m }] }
  - { id: eu, region: eu, rotation: eu-centre, steps: [{ page: primary, wait: 5m }, { page: secondary, wait: 5m }] }
leave:
  - { person: eva, from: 2026-10-24 20:00, to: 2026-10-25 09:00 }
  - { person: sam, from: 2026-10-31 18:00, to: 2026-11-01 12:00 }
overrides:
  - { rotation: eu-centre, person: mia, from: 2026-10-25 01:30, to: 2026-10-25 02:45 } # 02:45 comes twice: the first
  - { rotation: us-centre, person: leo, from: 2026-11-01 00:30, to: 2026-11-01 01:30 } # 01:30 comes twice: the first
`;

/** The same by hand: hours between hand-overs, and instants worked out from the clocks on the wall. */
const LAYER = { handoverWeekday: null, handoverTime: "08:00", everyHours: 24, hours: null };
const AMERICA = {
  id: "us-centre",
  layers: [
    {
      ...{ ...LAYER, timezone: "America/Chicago", people: ["sam", "mia"], from: "2026-10-02" },
      ...{ handoverWeekday: 5, handoverTime: "17:00", everyHours: 168 },
    },
    {
      ...{ ...LAYER, timezone: "America/Chicago", people: ["mia", "sam"], from: "2026-10-03" },
      ...{ handoverTime: "01:30", everyHours: 12, hours: { "sat-sun": "00:00-24:00" } },
    },
  ],
};
const EUROPE = {
  id: "eu-centre",
  layers: [
    { ...LAYER, timezone: "Europe/Prague", people: ["leo", "eva"], from: "2026-10-05" },
    {
      ...{ ...LAYER, timezone: "Europe/Prague", people: ["eva", "leo"], from: "2026-10-05" },
      ...{ handoverTime: "02:30", everyHours: 12, hours: { "sat-sun": "20:00-08:00" } },
    },
  ],
};
const between = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });
const CHANGES = {
  leave: [
    { person: "eva", ...between("2026-10-24T18:00Z", "2026-10-25T08:00Z") },
    { person: "sam", ...between("2026-10-31T23:00Z", "2026-11-01T18:00Z") },
  ],
  overrides: [
    {
      ...{ rotation: "eu-centre", person: "mia", role: "primary" as const },
      ...between("2026-10-24T23:30Z", "2026-10-25T00:45Z"),
    },
    {
      ...{ rotation: "us-centre", person: "leo", role: "primary" as const },
      ...between("2026-11-01T05:30Z", "2026-11-01T06:30Z"),
    },
  ],
};

const MINUTE_MS = 60_000;
/** How long the first step waits. */
const WAIT_MINUTES = 5;

/** From Friday 18:00 in Prague to Monday 09:00 in Chicago, and when the American customer's support is closed. */
const WEEKENDS = [
  {
    what: "Europe's clocks go back",
    from: "2026-10-23T16:00Z",
    to: "2026-10-26T14:00Z",
    closedFrom: "2026-10-23T22:00Z",
  },
  {
    what: "America's clocks go back",
    from: "2026-10-30T17:00Z",
    to: "2026-11-02T15:00Z",
    closedFrom: "2026-10-30T22:00Z",
  },
];

test.each(WEEKENDS)(
  "on the weekend on which $what, who is paged at every minute is the answer worked out by hand",
  ({ from, to, closedFrom }) => {
    const desk = { directory: parseDirectory(DESK), policies: presetIds.map(policyOf) };
    const fromMs = Date.parse(from);
    const minutes = (Date.parse(to) - fromMs) / MINUTE_MS;
    expect(minutes).toBe(70 * 60);
    const america = dutyByHand(AMERICA, CHANGES, fromMs, minutes + WAIT_MINUTES);
    const europe = dutyByHand(EUROPE, CHANGES, fromMs, minutes + WAIT_MINUTES);
    const differences: string[] = [];
    for (let minute = 0; minute < minutes; minute += 1) {
      const ms = fromMs + minute * MINUTE_MS;
      const isClosed = ms >= Date.parse(closedFrom);
      const byHand = [
        `ACME pages ${isClosed ? "urgent" : "nothing"} to ${ladderFrom(america, minute)}`,
        `PCC pages 1 to ${ladderFrom(europe, minute)}`,
      ];
      const calls = callsAt(desk, new Date(ms)).map(({ customer, levels, steps }) => {
        const people = steps.map(({ person }) => person ?? "nobody").join(", ");
        return `${customer} pages ${levels.join(" ") || "nothing"} to ${people}`;
      });
      if (calls.join("; ") !== byHand.join("; "))
        differences.push(
          `${new Date(ms).toISOString()}: ${calls.join("; ")} instead of ${byHand.join("; ")}`,
        );
    }
    expect(differences).toEqual([]);
    const changes = [america, europe].map((orders) =>
      orders.filter((one, nr) => nr > 0 && one !== orders[nr - 1]),
    );
    expect(Math.min(...changes.map(({ length }) => length)), "the answer changes on the way").toBeGreaterThan(
      2,
    );
  },
);

/** The last minute before an edge, and the edge: of leave, an override and a hand-over, in the hours that come twice too. */
const MOMENTS = [
  ...["2026-10-24 17:59", "2026-10-24 18:00", "2026-10-24 23:30", "2026-10-25 00:44", "2026-10-25 00:45"],
  ...["2026-10-25 01:30", "2026-10-25 08:00", "2026-11-01 05:30", "2026-11-01 06:30", "2026-11-01 07:30"],
];

test("a ticket filed at an edge of the roster pages that very person, and nobody else", async () => {
  await using desk = await aDesk("2026-10-24 17:00", "Etc/UTC", { rewritten: () => DESK });
  const filed = { title: "It is down", body: "Since now." };
  const places = { sam: "sam", mia: "mia", leo: "leo", eva: "slack:U0EVA000001" };
  for (const moment of MOMENTS) {
    await desk.turnTo(moment);
    const acme = await desk.files("carl", { ...filed, level: "urgent", confirm: true });
    const pcc = await desk.files("pavel", { ...filed, level: "1", "field.scope": "platform" });
    const paged = (number: string) =>
      Object.entries(places).flatMap(([person, place]) =>
        desk.reads(place).some((line) => line.includes(`${number} It`)) ? [person] : [],
      );
    const byHand = [AMERICA, EUROPE].map((centre) => {
      const [order = ""] = dutyByHand(centre, CHANGES, desk.now().getTime(), 1);
      return order.split(",").slice(0, 1);
    });
    expect([moment, paged(acme), paged(pcc)]).toEqual([moment, ...byHand]);
    for (const number of [acme, pcc])
      await desk.presses("mia", "close", number, { text: "It is up.", ...WITHDRAWN });
  }
});

/** What support says of the promises as it closes. */
const WITHDRAWN = Object.fromEntries(
  ["response", "restore"].flatMap((kind) => [
    [`outcome.${kind}`, "withdrawn"],
    [`why.${kind}`, "It was a test."],
  ]),
) as Readonly<Record<string, string>>;

/** The primary of a minute, and whoever is secondary when the first step has waited. */
function ladderFrom(orders: readonly string[], minute: number): string {
  const [first = ""] = (orders[minute] ?? "").split(",");
  const [, second = "nobody"] = (orders[minute + WAIT_MINUTES] ?? "").split(",");
  return `${first || "nobody"}, ${second}`;
}
