// The coverage check, and that it says at every minute what a live page would do.
import { describe, expect, test } from "vitest";
import { gapWords } from "../../src/core/coverage-lines.ts";
import { callsAt, gapsBetween, type Gap, type Hearings } from "../../src/core/coverage.ts";
import { callingOf, parseDirectory, type Customer, type Directory } from "../../src/core/directory.ts";
import type { KnownHearing } from "../../src/core/hearing.ts";
import { ladderFor, nextStep } from "../../src/core/paging.ts";
import { pagesAt, type Policy } from "../../src/core/policy.ts";
import { at, policyOf, wall } from "../support/life.ts";

const CHICAGO = "America/Chicago";
const MINUTE = 60_000;
const aleyant = policyOf("aleyant");
const eleveo = policyOf("eleveo");

/** The shipped policy with a level that always pages tickets that may need a clearance. */
const cleared: Policy = {
  ...aleyant,
  id: "cleared",
  fields: [{ id: "clearance", ask: "Marking", options: ["none", "official-sensitive"], default: "none" }],
};

function aDesk(rotations: string, more = "", ladders = ""): Directory {
  return parseDirectory(`
people:
  - { id: carl, name: Carl, slack: carl@acme.example, timezone: America/Chicago }
  - { id: sam, name: Sam, slack: U0SAM, timezone: America/Chicago, support: true, clearance: [official-sensitive] }
  - { id: mia, name: Mia, slack: U0MIA, timezone: America/Chicago, support: true }
  - { id: leo, name: Leo, timezone: Europe/Prague, support: true }
customers:
  - { key: ACME, name: Acme, policy: aleyant, timezone: America/Chicago, contacts: [carl] }
  - { key: PCC, name: Prague, policy: eleveo, timezone: Europe/Prague, contacts: [carl], ladder: named }
  - { key: KENT, name: Kent, policy: cleared, timezone: Europe/London, contacts: [carl] }
channels: { support: "#support", on-call: "#on-call" }
rotations:
${rotations}
ladders:
  - id: urgent
    rotation: weekly
    steps: [{ page: primary, wait: 5m }, { page: secondary, wait: 10m }, { page: channel, wait: 15m }]
  - { id: named, rotation: weekly, steps: [{ page: mia, wait: 5m }, { page: primary, wait: 5m }] }${ladders}
${more}`);
}

const WEEKLY =
  "  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }";
const NIGHTS = `  - id: weekly
    timezone: America/Chicago
    layers:
      - { people: [sam, mia], from: 2026-01-05, handover: "20:00", every: 12h, hours: { mon-sun: "20:00-08:00" } }
      - { people: [leo, mia], from: 2026-01-05, handover: sat 00:00, timezone: Europe/Prague, hours: { sat-sun: "02:30-20:00" } }`;

function gapsOf(directory: Directory, from: string, to: string): string[] {
  const desk = { directory, policies: [aleyant, eleveo, cleared] };
  return gapsBetween(desk, at(from, CHICAGO), at(to, CHICAGO)).map(
    ({ customer, clearance, kind, person, from, to }) =>
      `${[customer, clearance, kind, person].filter((part) => part !== null).join(", ")}: ${wall(from, CHICAGO)} - ${wall(to, CHICAGO)}`,
  );
}

describe("the coverage check", () => {
  test("finds nothing where two take turns, but for tickets that only one may see", () => {
    expect(gapsOf(aDesk(WEEKLY), "2026-11-20 12:00", "2027-02-18 12:00")).toEqual([
      "KENT, official-sensitive, no secondary: Fri 2026-11-20 17:00 - Thu 2027-02-18 09:00",
    ]);
  });

  test("names who is alone while the other is on leave, and whom a ladder calls in vain", () => {
    const leave = "leave: [{ person: mia, from: 2026-12-24 09:00, to: 2026-12-27 09:00 }]";
    expect(gapsOf(aDesk(WEEKLY, leave), "2026-12-20 12:00", "2026-12-31 12:00")).toEqual([
      "ACME, no secondary: Thu 2026-12-24 17:00 - Sun 2026-12-27 09:00",
      "PCC, on leave, mia: Thu 2026-12-24 09:00 - Sun 2026-12-27 09:00",
      "KENT, no secondary: Thu 2026-12-24 17:00 - Sun 2026-12-27 09:00",
      "KENT, official-sensitive, no secondary: Sun 2026-12-20 12:00 - Thu 2026-12-31 09:00",
    ]);
  });

  test("names times at which nobody is on call, and people without an address", () => {
    const gaps = gapsOf(aDesk(NIGHTS), "2026-10-24 00:00", "2026-10-25 00:00");
    expect(gaps).toContain("PCC, nobody on call: Sat 2026-10-24 13:00 - Sat 2026-10-24 19:30");
    expect(gaps).toContain("ACME, no address, leo: Sat 2026-10-24 00:00 - Sat 2026-10-24 13:00");
  });

  test("says of a customer without a ladder that nothing pages anybody", () => {
    const directory = { ...aDesk(WEEKLY), ladders: [] };
    expect(gapsOf(directory, "2026-12-05 00:00", "2026-12-06 00:00")).toContain(
      "ACME, no ladder: Sat 2026-12-05 00:00 - Sun 2026-12-06 00:00",
    );
  });

  test("names a user group of Slack that a ladder calls where the on-call channel is in Teams", () => {
    const ladders = `
  - { id: group, rotation: weekly, steps: [{ page: "group @desk", wait: 5m }, { page: primary, wait: 5m }] }`;
    const inSlack = aDesk(WEEKLY, "", ladders);
    const directory = {
      ...inSlack,
      customers: inSlack.customers.map((one) => ({ ...one, ladder: "group" })),
      channels: { ...inSlack.channels, onCall: "teams:19:oncall@thread.tacv2" },
    };
    const [from, to] = ["2026-12-05 00:00", "2026-12-06 00:00"] as const;
    expect(gapsOf(directory, from, to)).toContain(
      "ACME, unrung, @desk: Sat 2026-12-05 00:00 - Sun 2026-12-06 00:00",
    );
    expect(gapsOf({ ...directory, channels: inSlack.channels }, from, to).join()).not.toContain("@desk");

    const desk = { directory, policies: [aleyant] };
    const [gap] = gapsBetween(desk, at(from, CHICAGO), at(to, CHICAGO));
    expect(gap && gapWords(directory, gap)).toBe(
      "@desk is called, and rings nobody: the on-call channel is in Teams, where no user group of Slack rings (ladder group)",
    );
    const [calls] = callsAt(desk, at(from, CHICAGO));
    expect(calls?.steps.map(({ at, role, missed }) => [wall(at, CHICAGO), role, missed])).toEqual([
      [
        ...["Sat 2026-12-05 00:00", "group"],
        "cannot be reached: the on-call channel is in Teams, where no user group of Slack rings",
      ],
      ["Sat 2026-12-05 00:00", "primary", null],
    ]);
  });
});

test("who would be paged at an instant is told step by step, by customer", () => {
  const desk = { directory: aDesk(WEEKLY), policies: [aleyant, eleveo] };
  const calls = callsAt(desk, at("2026-12-04 18:05", CHICAGO)).map(({ customer, levels, steps }) => [
    ...[customer, levels.join()],
    ...steps.map(({ at, role, person }) => `${wall(at, CHICAGO)} ${role} ${person ?? "-"}`),
  ]);
  expect(calls).toEqual([
    [
      ...["ACME", "urgent", "Fri 2026-12-04 18:05 primary mia"],
      ...["Fri 2026-12-04 18:10 secondary sam", "Fri 2026-12-04 18:20 channel -"],
    ],
    ["PCC", "1", "Fri 2026-12-04 18:05 person mia", "Fri 2026-12-04 18:10 primary mia"],
  ]);
});

describe("at every minute the coverage check says what a live page would do", () => {
  /** What live pages that begin now would lack, by the functions that choose their ladder and take its steps. */
  function lacksLive(
    directory: Directory,
    { customer, policy, clearance }: { customer: Customer; policy: Policy; clearance: string | null },
    now: Date,
    hearings: Hearings,
  ): string[] {
    const { ladders, isFit, ...calling } = callingOf(customer, directory);
    const attributes: Record<string, string> = clearance === null ? {} : { clearance };
    const crew = { ...calling, isFit: (person: string) => isFit(person, { attributes }) };
    const lacks = new Set<string>();
    for (const level of policy.levels.filter((one) => pagesAt(policy, one, now, customer.timezone))) {
      const ladder = ladderFor(ladders, { policy: policy.id, level: level.id, at: now });
      if (ladder === null) {
        lacks.add(`no ladder for ${level.id}`);
        continue;
      }
      const told: { step: number; round: number }[] = [];
      const missed = new Set<string>();
      for (let count = 0; count < ladder.steps.length; count += 1) {
        const next = nextStep(ladder, crew, { told }, now) ?? [];
        told.push(...next);
        for (const { role, rotation = ladder.rotation, person, missed: why } of next)
          if (why !== null) missed.add(person === null ? `${role} of ${rotation}` : `${person} ${why}`);
          else if (person !== null)
            for (const one of unheard(hearings.get(person), now)) missed.add(`${person} ${one}`);
      }
      // Where nobody is primary nobody is secondary either: that is one gap.
      for (const { id } of directory.rotations)
        if (missed.has(`primary of ${id}`)) missed.delete(`secondary of ${id}`);
      for (const one of missed) lacks.add(`${ladder.id}: ${one}`);
    }
    return [...lacks].sort();
  }

  /** What the outbox would find out of somebody whom it calls. */
  function unheard(hearing: KnownHearing | undefined, now: Date): string[] {
    if (hearing?.is === "gone") return ["unreachable"];
    if (hearing?.is !== "there" || hearing.quiet === null || hearing.quiet === "now") return [];
    return hearing.quiet.from <= now && now < hearing.quiet.to ? ["do not disturb"] : [];
  }

  const ROLES: Readonly<Record<string, string>> = {
    "nobody on call": "primary",
    "no secondary": "secondary",
  };
  const said = ({ kind, ladder, level, rotation, person }: Gap): string => {
    if (kind === "no ladder") return `no ladder for ${level ?? ""}`;
    const what = person === null ? `${ROLES[kind] ?? kind} of ${rotation ?? ""}` : `${person} ${kind}`;
    return `${ladder ?? ""}: ${what}`;
  };

  /** Compares both at each minute of four days; gives the kinds of gaps that there were. */
  function swept(directory: Directory, from: Date, hearings: Hearings = new Map()): ReadonlySet<string> {
    const policies = [aleyant, eleveo, cleared];
    const minutes = 4 * 1440;
    const gaps = gapsBetween(
      { directory, policies, hearings },
      from,
      new Date(from.getTime() + minutes * MINUTE),
    );
    for (const customer of directory.customers) {
      const policy = policies.find(({ id }) => id === customer.policy) ?? aleyant;
      for (const clearance of policy === cleared ? [null, "official-sensitive"] : [null]) {
        const ours = gaps.filter((gap) => gap.customer === customer.key && gap.clearance === clearance);
        for (let minute = 0; minute < minutes; minute += 1) {
          const now = new Date(from.getTime() + minute * MINUTE);
          if (!policy.levels.some((level) => pagesAt(policy, level, now, customer.timezone))) continue;
          const told = ours.filter((gap) => gap.from <= now && now < gap.to).map(said);
          const live = lacksLive(directory, { customer, policy, clearance }, now, hearings);
          if (told.sort().join() !== live.join())
            expect(`${customer.key} ${now.toISOString()} ${told.join()}`).toBe(live.join());
        }
      }
    }
    return new Set(gaps.map(({ kind }) => kind));
  }

  const WEEKENDS: [string, string][] = [
    ["the clock change of Prague", "2026-10-23 12:00"],
    ["the clock change of Chicago", "2026-10-30 12:00"],
  ];
  const awayOn = (friday: string): string => {
    const day = friday.slice(0, 8) + String(Number(friday.slice(8, 10)) + 1);
    return `leave: [{ person: mia, from: ${friday.slice(0, 10)} 22:00, to: ${day} 23:10 }]
overrides: [{ rotation: weekly, person: sam, from: ${day} 06:00, to: ${day} 21:20 }]`;
  };

  test.each(WEEKENDS)("over a weekend with %s, an override and a leave", (_, friday) => {
    const kinds = swept(aDesk(NIGHTS, awayOn(friday)), at(friday, CHICAGO));
    expect([...kinds].sort()).toEqual(["no address", "no secondary", "nobody on call", "on leave"]);
  });

  test.each(WEEKENDS)("over a weekend with %s, by what the platform tells of people", (_, friday) => {
    const begin = at(friday, CHICAGO);
    const after = (minutes: number) => new Date(begin.getTime() + minutes * MINUTE);
    const hearings: Hearings = new Map([
      ["sam", { is: "there", quiet: { from: after(700), to: after(1_417) }, askedAt: begin }],
      ["mia", { is: "gone", why: "the account is switched off", askedAt: begin }],
      ["leo", { is: "untold", askedAt: begin }],
    ]);
    const kinds = swept(aDesk(NIGHTS, awayOn(friday)), begin, hearings);
    expect([...kinds].sort()).toEqual([
      ...["do not disturb", "no address", "no secondary", "nobody on call", "on leave", "unreachable"],
    ]);
  });

  test("a status of now, whose end nobody knows, is no gap of any time to come", () => {
    const [begin, to] = [at("2026-12-04 18:00", CHICAGO), at("2026-12-07 18:00", CHICAGO)];
    const desk = { directory: aDesk(NIGHTS), policies: [aleyant, eleveo, cleared] };
    const hearings: Hearings = new Map([["sam", { is: "there", quiet: "now", askedAt: begin }]]);
    expect(gapsBetween({ ...desk, hearings }, begin, to)).toEqual(gapsBetween(desk, begin, to));
    expect(callsAt({ ...desk, hearings }, begin)).toEqual(callsAt(desk, begin));
  });

  test.each(WEEKENDS)(
    "over a weekend with %s, by ladders with hours that call several at once",
    (_, friday) => {
      const rotations = `${NIGHTS}
  - id: desk
    timezone: Europe/Prague
    layers: [{ people: [sam, leo], from: 2026-01-05, handover: "02:30", hours: { mon-sun: ["06:00-11:10", "22:00-03:00"] } }]`;
      const ladders = `
  - id: day
    rotation: weekly
    for: { policies: [aleyant, cleared], hours: { mon-sun: "05:20-19:40" }, timezone: Europe/Prague }
    steps: [{ page: [primary, primary of desk, mia], wait: 5m }, { page: secondary of desk, wait: 5m }]
  - id: night
    rotation: desk
    for: { levels: [urgent], hours: { mon-sun: "20:10-05:20" }, timezone: Europe/Prague }
    steps: [{ page: [sam, secondary, primary of weekly], wait: 5m }, { page: [channel, group S0DESK001], wait: 5m }]`;
      const file = aDesk(rotations, awayOn(friday), ladders);
      const customers = file.customers.map((one) => ({ ...one, ladder: ["day", "night"] }));
      const kinds = swept({ ...file, customers }, at(friday, CHICAGO));
      expect([...kinds].sort()).toEqual([
        ...["no address", "no ladder", "no secondary", "nobody on call", "not cleared", "on leave"],
      ]);
    },
  );
});
