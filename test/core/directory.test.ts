import { describe, expect, test } from "vitest";
import { addressesOf, parseDirectory } from "../../src/core/directory.ts";

const GOOD = `
people:
  - { id: carl, name: Carl, slack: carl@acme.example, timezone: America/Chicago }
  - { id: sam, name: Sam, slack: U0SAM, timezone: America/Chicago, support: true }
  - { id: mia, name: Mia, slack: U0MIA, timezone: America/New_York, support: true }
customers:
  - { key: ACME, name: Acme, policy: aleyant, timezone: America/Chicago, channel: "#acme", contacts: [carl] }
channels: { support: "#support", on-call: "#on-call" }
rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }
ladders:
  - id: urgent
    rotation: weekly
    rounds: 2
    steps: [{ page: primary, wait: 5m }, { page: channel, here: true, wait: 1h }, { page: sam, wait: 5m }]
`;

function faultsOf(text: string): string[] {
  try {
    parseDirectory(text);
  } catch (refusal) {
    return refusal instanceof Error ? refusal.message.split("\n").slice(1) : [];
  }
  return [];
}

/** The good file with layers in two regions, people who are away or stand in, and clearance. */
const LAYERED = GOOD.replace(
  "support: true }\n  - { id: mia",
  "support: true, clearance: [official-sensitive] }\n  - { id: mia",
)
  .replace(
    /^rotations:\n.*$/m,
    `rotations:
  - id: weekly
    timezone: America/Chicago
    layers:
      - { people: [mia], from: 2026-01-05, handover: mon 09:00 }
      - { people: [sam, mia], from: 2026-01-05, handover: "20:00", every: 12h, timezone: Europe/Prague, hours: { mon-sun: "20:00-08:00" } }
      - { people: [sam], from: 2026-01-05, handover: "09:00" }
leave:
  - { person: mia, from: 2026-12-24 09:00, to: 2026-12-27 09:00 }
overrides:
  - { rotation: weekly, person: sam, from: 2026-10-31 09:00, to: 2026-11-01 09:00 }
  - { rotation: weekly, person: mia, role: secondary, from: 2026-10-31 09:00, to: 2026-11-01 01:30 }`,
  )
  .replace("rotation: weekly\n", "rotation: weekly\n    region: us\n")
  .replace("contacts: [carl]", "contacts: [carl], region: us");

/** The good file with a ladder for some pages, which calls several, and one for the rest. */
const SCOPED = GOOD.replace(
  "people: [sam, mia] }",
  "people: [sam, mia] }\n  - { id: nights, timezone: Europe/Prague, handover: mon 09:00, from: 2026-01-05, people: [sam] }",
)
  .replace(
    "rounds: 2",
    "rounds: 2\n    for: { policies: [aleyant], levels: [urgent], hours: { mon-fri: 07:00-22:00 } }",
  )
  .replace("page: primary", 'page: [primary, primary of nights, "group S0DESK002"]')
  .replace("page: channel", "page: group S0DESK001")
  .concat("  - { id: rest, rotation: weekly, steps: [{ page: primary, wait: 5m }] }\n");

test("reads what is to be kept in step with a rotation, and no group that is none", () => {
  const withStep = (step: string) =>
    GOOD.replace("people: [sam, mia] }", `people: [sam, mia], keep-in-step: ${step} }`);
  const [rotation] = parseDirectory(withStep("{ group: S0123ABCD }")).rotations;
  expect(rotation?.keepInStep).toEqual({ group: "slack:S0123ABCD", topic: false });
  expect(parseDirectory(withStep("{ tag: On call, topic: true }")).rotations[0]?.keepInStep).toEqual({
    ...{ group: null, tag: "On call", topic: true },
  });
  expect(() => parseDirectory(withStep(`{ tag: ${"a".repeat(41)} }`))).toThrow(
    "allowed is at most 40 characters",
  );
  expect(parseDirectory(GOOD).rotations[0]).not.toHaveProperty("keepInStep");
  const byHandle = parseDirectory(withStep("{ group: '@on-call.desk_2' }"));
  expect(byHandle.rotations[0]?.keepInStep).toMatchObject({ group: "slack:@on-call.desk_2" });
  expect(addressesOf(byHandle)).toContain("slack:@on-call.desk_2");
  for (const none of ["oncall", "'@On-Call'", "'@on call'", "'@'", "'@.'"]) {
    expect(() => parseDirectory(withStep(`{ group: ${none} }`))).toThrow(
      'allowed is a Slack user group by its handle in quotes ("@oncall") or its id (S…)',
    );
  }
});

test("a step calls a user group by its handle or its id, and no other", () => {
  const calling = (whom: string) =>
    parseDirectory(GOOD.replace("page: primary", `page: ${whom}`)).ladders[0]?.steps[0]?.reach;
  expect(calling("[group @oncall, group S0DESK001]")).toEqual(["group @oncall", "group S0DESK001"]);
  expect(addressesOf(parseDirectory(GOOD.replace("page: primary", "page: group @oncall")))).toContain(
    "slack:@oncall",
  );
  for (const none of ["group @Oncall", "group oncall", "'@oncall'"])
    expect(() => calling(none)).toThrow("the handle of a Slack user group (@oncall) or its id (S…)");
});

describe("the desk file", () => {
  test("says who is who, and customers page by its first ladder unless they name another", () => {
    const directory = parseDirectory(GOOD);
    expect(directory.customers[0]).toMatchObject({ key: "ACME", channel: "slack:#acme", ladder: "urgent" });
    expect(directory.people[1]).toMatchObject({ id: "sam", addresses: ["slack:U0SAM"], isSupport: true });
    expect(directory.rotations[0]).toMatchObject({
      handoverWeekday: 1,
      handoverTime: "09:00",
      from: "2026-01-05",
    });
    expect(directory.ladders[0]?.steps.map(({ waitMs }) => waitMs)).toEqual([300_000, 3_600_000, 300_000]);
  });

  test("gives a customer a channel on each of several platforms, and one alone as before", () => {
    const teams = "https://teams.microsoft.com/l/channel/19%3aacme%40thread.tacv2/General?groupId=1";
    const both = GOOD.replace('channel: "#acme"', `channel: ["#acme", "${teams}"]`);
    expect(parseDirectory(both).customers[0]?.channel).toEqual(["slack:#acme", "teams:19:acme@thread.tacv2"]);
    const alone = GOOD.replace('channel: "#acme"', 'channel: ["#acme"]');
    expect(parseDirectory(alone)).toEqual(parseDirectory(GOOD));
    expect(faultsOf(GOOD.replace('channel: "#acme"', 'channel: ["#acme", "#acme-2"]')).join()).toMatch(
      /customers\[0\]\.channel, line \d+: .*one channel on each platform/,
    );
  });

  test("says of layers who takes turns when, in their rotation's zone or their own", () => {
    const { rotations } = parseDirectory(LAYERED);
    expect(rotations).toEqual([
      {
        id: "weekly",
        timezone: "America/Chicago",
        layers: [
          {
            ...{ people: ["mia"], from: "2026-01-05", timezone: "America/Chicago", hours: null },
            ...{ handoverWeekday: 1, handoverTime: "09:00", everyHours: 168 },
          },
          {
            ...{ people: ["sam", "mia"], from: "2026-01-05", timezone: "Europe/Prague" },
            ...{ handoverWeekday: null, handoverTime: "20:00", everyHours: 12 },
            hours: { "mon-sun": "20:00-08:00" },
          },
          {
            ...{ people: ["sam"], from: "2026-01-05", timezone: "America/Chicago", hours: null },
            ...{ handoverWeekday: null, handoverTime: "09:00", everyHours: 24 },
          },
        ],
      },
    ]);
  });

  test("gives leave by the person's wall clock and overrides by the rotation's, over a clock change too", () => {
    const { leave, overrides, people, customers } = parseDirectory(LAYERED);
    expect(leave).toEqual([
      { person: "mia", from: new Date("2026-12-24T14:00Z"), to: new Date("2026-12-27T14:00Z") },
    ]);
    const from = new Date("2026-10-31T14:00Z");
    expect(overrides).toEqual([
      { rotation: "weekly", person: "sam", role: "primary", from, to: new Date("2026-11-01T15:00Z") },
      { rotation: "weekly", person: "mia", role: "secondary", from, to: new Date("2026-11-01T06:30Z") },
    ]);
    expect(people[1]?.clearance).toEqual(["official-sensitive"]);
    expect(customers[0]).toMatchObject({ region: "us", ladder: "urgent" });
  });

  test("that says nothing new reads as it always did, so that applying it again changes nothing", () => {
    const directory = parseDirectory(GOOD);
    expect(Object.keys(directory)).not.toContain("leave");
    expect(Object.keys(directory)).not.toContain("overrides");
    expect(directory.people.map((person) => Object.keys(person))).toEqual(
      Array.from({ length: 3 }, () => ["id", "name", "timezone", "addresses", "isSupport"]),
    );
    expect(directory.rotations).toEqual([
      {
        ...{ id: "weekly", timezone: "America/Chicago", from: "2026-01-05", people: ["sam", "mia"] },
        ...{ handoverWeekday: 1, handoverTime: "09:00" },
      },
    ]);
  });

  test("gives customers of a region its first ladder", () => {
    const second = "  - { id: eu, rotation: weekly, region: eu, steps: [{ page: primary, wait: 5m }] }\n";
    const text = (LAYERED + second).replace("region: us }", "region: eu }");
    expect(parseDirectory(text).customers[0]).toMatchObject({ region: "eu", ladder: "eu" });
    expect(faultsOf(LAYERED.replace("region: us }", "region: eu }"))).toEqual([
      expect.stringMatching(/^customers\[0\]\.region, line \d+: "eu" is no region of a ladder .*: us\.$/),
    ]);
  });

  test("says of a step whom it calls at once, and of a ladder which pages it is for", () => {
    const { ladders, customers } = parseDirectory(SCOPED);
    expect(ladders[0]).toEqual({
      ...{ id: "urgent", rotation: "weekly", rounds: 2 },
      for: {
        policies: ["aleyant"],
        levels: ["urgent"],
        hours: { weekly: { "mon-fri": "07:00-22:00" }, timezone: "America/Chicago" },
      },
      steps: [
        { reach: ["primary", "primary of nights", "group S0DESK002"], here: false, waitMs: 300_000 },
        { reach: "group S0DESK001", here: true, waitMs: 3_600_000 },
        { reach: "sam", here: false, waitMs: 300_000 },
      ],
    });
    expect(customers[0]?.ladder).toEqual(["urgent", "rest"]);
    expect(addressesOf(parseDirectory(SCOPED))).toEqual(
      expect.arrayContaining(["slack:S0DESK001", "slack:S0DESK002"]),
    );
    const chosen = SCOPED.replace("contacts: [carl]", "contacts: [carl], ladder: [rest, urgent]");
    expect(parseDirectory(chosen).customers[0]?.ladder).toBe("rest");
  });

  test("tells each fault of a step and of the pages that a ladder is for", () => {
    const told = faultsOf(
      SCOPED.replace("primary of nights", "primary of days")
        .replace("group S0DESK001", "way pager")
        .replace("page: sam", "page: [sam, sam]")
        .replace("levels: [urgent]", "levels: []")
        .replace("hours: { mon-fri", "timezone: Mars/Base, hours: { mon-fry")
        .replace("contacts: [carl]", "contacts: [carl], ladder: [rest, spare]"),
    ).join("\n");
    for (const line of [
      /^ladders\[0\]\.steps\[0\]\.page\[1\], line \d+: "days" is no rotation of this file: weekly, nights/m,
      /^ladders\[0\]\.steps\[1\]\.page, line \d+: "pager" is no way out of this file: there are none/m,
      /^ladders\[0\]\.steps\[2\]\.page, line \d+: a list is found; allowed is each once/m,
      /^ladders\[0\]\.for\.levels, line \d+: a list is found; allowed is at least 1 entries/m,
      /^ladders\[0\]\.for\.timezone, line \d+: "Mars\/Base" is found/m,
      /^ladders\[0\]\.for\.hours.*, line \d+: /m,
      /^customers\[0\]\.ladder\[1\], line \d+: "spare" is no ladder of this file: urgent, rest/m,
    ])
      expect(told).toMatch(line);
    for (const whom of ["the boss", "group @Desk"])
      expect(faultsOf(SCOPED.replace("page: sam", `page: ${whom}`)).join()).toMatch(
        /^ladders\[0\]\.steps\[2\]\.page, line \d+: .*a person, channel/,
      );
  });

  test("tells each fault of layers, leave and overrides, with what is allowed", () => {
    const faults = faultsOf(
      LAYERED.replace("every: 12h", "every: 5h")
        .replace('handover: "20:00"', 'handover: "8 pm"')
        .replace('hours: { mon-sun: "20:00-08:00" }', "hours: {}")
        .replace("people: [sam],", "people: [sid],")
        .replace("person: mia, from: 2026-12-24", "person: max, from: 2026-02-30")
        .replace("2026-11-01 01:30", "2026-10-31 08:00")
        .replace("role: secondary", "role: third")
        .replace("rotation: weekly, person: sam", "rotation: daily, person: sam"),
    );
    const told = faults.join("\n");
    for (const line of [
      /^rotations\[0\]\.layers\[1\]\.every, line \d+: "5h" is found; allowed is weeks, days, or hours/m,
      /^rotations\[0\]\.layers\[1\]\.handover, line \d+: "8 pm" is found; allowed is a weekday and a time/m,
      /^rotations\[0\]\.layers\[1\]\.hours, line \d+: a mapping is found; allowed is some hours/m,
      /^rotations\[0\]\.layers\[2\]\.people\[0\], line \d+: "sid" is no person of this file/m,
      /^leave\[0\]\.person, line \d+: "max" is no person of this file/m,
      /^leave\[0\]\.from, line \d+: "2026-02-30 09:00" is found; allowed is a day and a time/m,
      /^overrides\[1\]\.role, line \d+: "third" is found; allowed is primary or secondary/m,
      /^overrides\[0\]\.rotation, line \d+: "daily" is no rotation of this file: weekly/m,
    ])
      expect(told).toMatch(line);
    expect(faultsOf(LAYERED.replace("2026-11-01 01:30", "2026-10-31 08:00")).join()).toMatch(
      /^overrides\[1\]\.to, line \d+: "2026-10-31 08:00" is found; allowed is a time after "2026-10-31 09:00"\.$/,
    );
  });

  test("has rotations either with layers or without", () => {
    expect(faultsOf(LAYERED.replace("    layers:", "    people: [sam]\n    layers:")).join()).toMatch(
      /^rotations\[0\]\.people, line \d+: "people" stands beside layers/,
    );
    expect(faultsOf(GOOD.replace("handover: mon 09:00, ", "")).join()).toMatch(
      /^rotations\[0\]\.handover, line \d+: nothing is found; allowed is handover, from and people, or else layers/,
    );
    expect(faultsOf(GOOD.replace("handover: mon 09:00", 'handover: "09:00"')).join()).toMatch(
      /^rotations\[0\]\.handover, line \d+: "09:00" is found; allowed is a weekday and a time/,
    );
  });

  test("is refused whole, with every fault at once, each with its path and line", () => {
    const faults = faultsOf(
      GOOD.replace("contacts: [carl]", "contacts: [karl]")
        .replace("timezone: America/New_York", "timezone: Mars/Base")
        .replace("rotation: weekly", "rotation: weakly")
        .replace("handover: mon 09:00", "handover: monday 9")
        .replace("wait: 1h", "wait: 1d")
        .replace("{ page: sam", "{ page: tertiary")
        .replace("id: mia", "id: sam"),
    );
    const told = faults.join("\n");
    for (const path of [
      "customers[0].contacts[0]",
      "people[2].timezone",
      "people[2].id",
      "ladders[0].rotation",
      "ladders[0].steps[1].wait",
      "ladders[0].steps[2].page",
      "rotations[0].handover",
    ]) {
      expect(told).toContain(path);
    }
    expect(told).toMatch(/line \d+/);
  });

  test("tells of a key that it does not know, and of what is missing", () => {
    const told = faultsOf(GOOD.replace("support: true", "suport: true").replace(/^channels:.*$/m, "")).join(
      "\n",
    );
    expect(told).toContain("suport");
    expect(told).toContain("channels");
  });

  test("that is no YAML is refused with the line", () => {
    expect(faultsOf("people: [").join("\n")).toMatch(/line \d/);
  });
});
