// What a policy file says, and what it promises a ticket.

import { describe, expect, it } from "vitest";
import type { Holiday } from "../../src/core/calendar.ts";
import { DeskError } from "../../src/core/errors.ts";
import {
  calendarOf,
  levelOf,
  pagesAt,
  parsePolicy,
  policyDoubts,
  policyFromStored,
  policySchemaJson,
  promises,
  resolvePolicy,
  switchAssumptions,
  targetsFor,
  type Policy,
} from "../../src/core/policy.ts";

const FILE = `
id: acme
name: Acme support
version: "2.0"
effective: 2026-01-01
fields:
  - { id: scope, ask: Does it concern the whole platform?, options: [single-client, platform], default: single-client }
  - { id: site, ask: Which site?, options: [north, south] }
calendars:
  office: { timezone: customer, hours: { mon-fri: "09:00-17:00" }, holidays: [2026-12-24] }
  uk: { timezone: Etc/UTC, hours: { mon-thu: ["09:00-12:30", "13:30-18:00"], fri: "09:00-15:00" }, day: 8h,
        holidays: { region: GB-ENG, also: [2026-12-24], except: [2026-05-04] } }
  always: { hours: always }
levels:
  - id: "1"
    name: Down
    means: Nothing works.
    confirm: Nothing works here.
    page: { when: outside-hours, calendar: office }
    targets:
      - { kind: response, within: 30m, calendar: always, via: phone, clause: "2" }
      - { kind: restore, within: 4h, goal: 1h, calendar: office, when: { scope: platform } }
      - { kind: next-response, within: 1h, calendar: always }
  - id: "2"
    name: Slow
    means: It is slow.
    targets:
      - { kind: response, within: 1d, calendar: uk, when: { site: north } }
      - { kind: resolve, within: 2d, calendar: office, when: { received: phone } }
remind: [50%, 100%, 30m left, every 1h overdue]
pause: { restore: [awaiting-response, on-hold] }
assumptions:
  - { id: gmt, text: GMT as written, field: calendars.uk.timezone, alternative: Europe/London }
  - { id: nobody-sleeps, text: Down pages outside hours, field: levels.1.page, alternative: { when: always } }
  - { id: no-way-back, text: Slow is slow, field: levels.2.name }
`;

const policy = resolved(FILE);

describe("a policy with its holidays as dates", () => {
  it("takes a region's holidays, adds to them and leaves some out", () => {
    expect(policy.calendars["uk"]?.holidays).toEqual([
      { date: "2026-12-25", name: "Christmas Day" },
      { date: "2026-12-24" },
    ]);
    expect(policy.calendars["office"]?.holidays).toEqual([{ date: "2026-12-24" }]);
  });

  it("is plain data that survives the store, to the letter", () => {
    const stored: unknown = JSON.parse(JSON.stringify(policy));
    expect(policyFromStored(stored)).toEqual(policy);
  });

  it("is not read back from what is no policy", () => {
    expect(() => policyFromStored({ id: "acme" })).toThrow(DeskError);
  });

  it("has its marks read, and pages at closing unless the file says otherwise", () => {
    expect(policy.remind).toEqual([
      { kind: "percent", percent: 50 },
      { kind: "percent", percent: 100 },
      { kind: "left", text: "30m" },
      { kind: "overdue", text: "1h" },
    ]);
    expect(levelOf(policy, "1").page).toEqual({ when: "outside-hours", calendar: "office", atClosing: true });
    const quiet = resolved(
      FILE.replace("calendar: office }\n    targets", "calendar: office, at-closing: false }\n    targets"),
    );
    expect(levelOf(quiet, "1").page).toEqual({ when: "outside-hours", calendar: "office", atClosing: false });
  });
});

describe("the targets of a ticket", () => {
  it("are those whose condition its fields meet, in the policy's order", () => {
    expect(kinds("1", {})).toEqual(["response", "next-response"]);
    expect(kinds("1", { scope: "platform" })).toEqual(["response", "restore", "next-response"]);
  });

  it("leave out what depends on a field that has neither value nor default", () => {
    expect(kinds("2", {})).toEqual([]);
    expect(kinds("2", { site: "north" })).toEqual(["response"]);
    expect(kinds("2", { site: "south" })).toEqual([]);
  });

  it("may depend on how the request was received, which is by the form unless it is said", () => {
    expect(kinds("2", { received: "phone" })).toEqual(["resolve"]);
    expect(kinds("2", { received: "form" })).toEqual([]);
  });

  it("are refused for an unknown level, field or option", () => {
    expect(() => targetsFor(policy, "3", {})).toThrow('"3" is no level of acme; it has 1, 2.');
    expect(() => targetsFor(policy, "1", { colour: "red" })).toThrow(
      '"colour" is no field of acme; it has scope, site.',
    );
    expect(() => targetsFor(policy, "1", { scope: "moon" })).toThrow('"moon" is no option of scope');
    expect(() => targetsFor(policy, "1", { constructor: "x" })).toThrow("is no field");
    expect(() => calendarOf(policy, "constructor", null)).toThrow("has no calendar");
  });
});

describe("the promises of a ticket", () => {
  it("have a deadline, and a goal where the policy names one; the next response is not among them", () => {
    const promised = promises(policy, "1", { scope: "platform" }, at("2026-03-27T16:00:00Z"), "Etc/UTC");
    expect(promised.map(({ target, deadline, goal }) => [target.kind, deadline, goal])).toEqual([
      ["response", at("2026-03-27T16:30:00Z"), null],
      ["restore", at("2026-03-30T12:00:00Z"), at("2026-03-27T17:00:00Z")],
    ]);
  });

  it("count in the customer's zone where the calendar says so", () => {
    const due = (zone: string): Date | undefined =>
      promises(policy, "2", { received: "phone" }, at("2026-03-27T16:00:00Z"), zone)[0]?.deadline;
    expect(due("Asia/Kolkata")).toEqual(at("2026-03-31T11:30:00Z"));
    expect(due("America/New_York")).toEqual(at("2026-03-31T16:00:00Z"));
  });

  it("need the customer's zone only where a calendar that applies keeps it", () => {
    expect(promises(policy, "1", {}, at("2026-03-27T16:00:00Z"), null)).toHaveLength(1);
    expect(() => promises(policy, "1", { scope: "platform" }, at("2026-03-27T16:00:00Z"), null)).toThrow(
      "time zone",
    );
  });

  it("count a working day of the length that the calendar says", () => {
    const promised = promises(policy, "2", { site: "north" }, at("2026-03-27T09:00:00Z"), null);
    expect(promised[0]?.deadline).toEqual(at("2026-03-30T11:00:00Z"));
  });

  it("are refused in a zone that does not exist", () => {
    expect(() =>
      promises(policy, "2", { received: "phone" }, at("2026-03-27T16:00:00Z"), "Mars/Base"),
    ).toThrow("Mars/Base");
  });

  it("share the compiled calendar between tickets of one zone", () => {
    const twin = policyFromStored(JSON.parse(JSON.stringify(policy)));
    expect(calendarOf(policy, "office", "Europe/Prague")).toBe(calendarOf(twin, "office", "Europe/Prague"));
    expect(calendarOf(policy, "office", "Europe/Prague")).not.toBe(
      calendarOf(policy, "office", "Europe/Dublin"),
    );
  });
});

describe("paging", () => {
  it("is outside the hours of the named calendar, in the customer's zone", () => {
    const level = levelOf(policy, "1");
    expect(pagesAt(policy, level, at("2026-03-27T16:59:00Z"), "Etc/UTC")).toBe(false);
    expect(pagesAt(policy, level, at("2026-03-27T17:00:00Z"), "Etc/UTC")).toBe(true);
    expect(pagesAt(policy, level, at("2026-03-27T16:59:00Z"), "Europe/Prague")).toBe(true);
  });

  it("is always where the level says so, and never where it says nothing", () => {
    const awake = resolvePolicy(switchAssumptions(parsePolicy(FILE), ["nobody-sleeps"]), holidaysOf);
    expect(pagesAt(awake, levelOf(awake, "1"), at("2026-03-27T12:00:00Z"), "Etc/UTC")).toBe(true);
    expect(pagesAt(policy, levelOf(policy, "2"), at("2026-03-28T12:00:00Z"), "Etc/UTC")).toBe(false);
  });
});

describe("assumptions", () => {
  it("are switched by putting the alternative in the place of what was assumed", () => {
    const switched = switchAssumptions(parsePolicy(FILE), ["gmt", "nobody-sleeps"]);
    expect(switched.calendars["uk"]?.timezone).toBe("Europe/London");
    expect(switched.levels[0]?.page).toEqual({ when: "always" });
    expect(switched.levels[1]).toEqual(parsePolicy(FILE).levels[1]);
  });

  it("are not switched where there is no such one, or no alternative", () => {
    expect(() => switchAssumptions(parsePolicy(FILE), ["gtm"])).toThrow(
      "it has gmt, nobody-sleeps, no-way-back",
    );
    expect(() => switchAssumptions(parsePolicy(FILE), ["no-way-back"])).toThrow("no alternative");
  });
});

describe("what is allowed and seldom meant", () => {
  it("is a day that closes for its last minute", () => {
    const source = parsePolicy(FILE.replace('mon-fri: "09:00-17:00"', 'mon-fri: "00:00-23:59"'));
    expect(policyDoubts(source)).toEqual([
      'calendars.office.hours.mon-fri: "00:00-23:59" closes for the last minute of the day; "00:00-24:00" runs to its end.',
    ]);
    expect(policyDoubts(parsePolicy(FILE))).toEqual([]);
  });
});

describe("the schema for editors", () => {
  it("names every part of a policy file", () => {
    const schema = policySchemaJson() as { properties: object; required: string[] };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(["id", "levels", "calendars", "fields", "remind", "pause", "assumptions"]),
    );
    expect(schema.required).toEqual(["id", "name", "version", "effective", "calendars", "levels"]);
  });
});

function resolved(file: string): Policy {
  return resolvePolicy(parsePolicy(file), holidaysOf);
}

function holidaysOf(region: string): Holiday[] {
  expect(region).toBe("GB-ENG");
  return [
    { date: "2026-05-04", name: "Early May bank holiday" },
    { date: "2026-12-25", name: "Christmas Day" },
  ];
}

function kinds(level: string, attributes: Record<string, string>): string[] {
  return targetsFor(policy, level, attributes).map(({ kind }) => kind);
}

function at(instant: string): Date {
  return new Date(instant);
}
