// A faulty policy file is refused whole, with every fault at once.

import { describe, expect, it } from "vitest";
import { DeskError } from "../../src/core/errors.ts";
import { parsePolicy } from "../../src/core/policy.ts";

const RIGHT = `
id: acme
name: Acme support
version: "2.0"
effective: 2026-01-01
fields:
  - { id: scope, ask: Whole platform?, options: [single-client, platform], default: single-client }
calendars:
  office: { timezone: customer, hours: { mon-fri: "09:00-17:00" } }
  uneven: { timezone: Etc/UTC, hours: { mon: "09:00-17:00", tue: "09:00-12:00" } }
levels:
  - id: "1"
    name: Down
    means: Nothing works.
    page: { when: outside-hours, calendar: office }
    targets:
      - { kind: response, within: 30m, calendar: office }
      - { kind: restore, within: 1d, goal: 4h, calendar: office, when: { scope: platform } }
remind: [50%, 30m left]
pause: { restore: [awaiting-response] }
assumptions:
  - { id: whole-week, text: Monday to Friday, field: calendars.office.hours, alternative: always }
`;

describe("a policy file is refused for", () => {
  it.each([
    ["a name that is no id", "id: acme", "id: Acme Inc", 'id, line 2: "Acme Inc" is found'],
    [
      "a version without quotes",
      'version: "2.0"',
      "version: 2.0",
      "version, line 4: 2 is found; allowed is a text",
    ],
    ["a day that does not exist", "2026-01-01", "2026-02-30", 'effective, line 5: "2026-02-30" is found'],
    ["a key that it does not know", "name: Acme", "nmae: x\nname: Acme", '"nmae" is not known here'],
    ["a missing part", 'version: "2.0"\n', "", "version, line 2: nothing is found"],
    [
      "a zone that does not exist",
      "timezone: customer",
      "timezone: Mars/Base",
      'calendars.office.timezone, line 9: "Mars/Base" is found',
    ],
    [
      "a calendar without a zone",
      "timezone: customer, ",
      "",
      "calendars.office.timezone, line 9: nothing is found",
    ],
    [
      "hours that are none",
      '"09:00-17:00" } }',
      '"9-17" } }',
      'calendars.office.hours.mon-fri, line 9: "9-17" is found',
    ],
    [
      "a weekday named twice",
      'mon: "09:00-17:00", tue',
      'mon-tue: "09:00-17:00", tue',
      'tue is named by "mon-tue" and by "tue"',
    ],
    [
      "an unknown kind of target",
      "kind: response",
      "kind: reply",
      'levels[0].targets[0].kind, line 17: "reply" is found; allowed is response or',
    ],
    [
      "a time that is none",
      "within: 30m",
      "within: 30min",
      'levels[0].targets[0].within, line 17: "30min" is found; allowed is a number with m, h or d',
    ],
    ["a negative time", "within: 30m", "within: -30m", '"-30m" is found'],
    [
      "an unknown calendar",
      "within: 30m, calendar: office",
      "within: 30m, calendar: shop",
      '"shop" is found; allowed is a calendar of this file: office, uneven',
    ],
    [
      "a page without its calendar",
      "{ when: outside-hours, calendar: office }",
      "{ when: outside-hours }",
      "levels[0].page.calendar, line 15: nothing is found",
    ],
    [
      "a page by an unknown calendar",
      "outside-hours, calendar: office",
      "outside-hours, calendar: shop",
      'levels[0].page.calendar, line 15: "shop" is found',
    ],
    [
      "days of no certain length",
      "within: 30m, calendar: office",
      "within: 1d, calendar: uneven",
      '"1d" is found, and the working days of uneven differ in length',
    ],
    [
      "a goal that is no early one",
      "goal: 4h",
      "goal: 8h",
      '"8h" is found; allowed is less than the "1d" of within',
    ],
    [
      "an unknown field",
      "when: { scope:",
      "when: { size:",
      'levels[0].targets[1].when.size, line 18: "size" is found; allowed is a field: received, scope',
    ],
    [
      "an unknown option",
      "scope: platform",
      "scope: moon",
      '"moon" is found; allowed is one of the options single-client, platform',
    ],
    [
      "a default that is no option",
      "default: single-client",
      "default: moon",
      'fields[0].default, line 7: "moon" is found',
    ],
    ["two promises of one kind at once", "kind: restore", "kind: response", "which targets[0] promises too"],
    ["a calendar that never opens", '{ mon-fri: "09:00-17:00" }', "{}", "which never opens"],
    ["a mark that is none", "50%", "150%", 'remind[0], line 19: "150%" is found'],
    ["a mark without end", "30m left", "every 0m overdue", 'remind[1], line 19: "every 0m overdue" is found'],
    [
      "a working day of no length",
      '"09:00-12:00" } }',
      '"09:00-12:00" }, day: 0h }',
      'calendars.uneven.day, line 10: "0h" is found',
    ],
    [
      "an unknown status",
      "[awaiting-response]",
      "[sleeping]",
      'pause.restore[0], line 20: "sleeping" is found; allowed is new or open or',
    ],
    [
      "an assumption about nothing",
      "field: calendars.office.hours",
      "field: calendars.shop.hours",
      'assumptions[0].field, line 22: "calendars.shop.hours" is found',
    ],
    [
      "an alternative that does not fit",
      "alternative: always",
      "alternative: often",
      'assumptions[0].alternative, line 22: put at calendars.office.hours, it makes the file invalid: "often" is found',
    ],
  ])("%s", (_, right, wrong, sentence) => {
    expect(RIGHT).toContain(right);
    expect(refusal(RIGHT.replace(right, wrong))).toContain(sentence);
  });

  it("a level, field or assumption that is there twice", () => {
    const level = '  - { id: "1", name: Down, means: Nothing works. }\n';
    expect(refusal(RIGHT.replace("remind:", `${level}remind:`))).toContain(
      'levels[1].id, line 19: "1" is found a second time',
    );
  });

  it("a field with the name of one that every policy has", () => {
    expect(refusal(RIGHT.replace("id: scope", "id: received"))).toContain("a field that every policy has");
  });

  it("a region whose holidays are not known", () => {
    const file = RIGHT.replace("timezone: customer,", "timezone: customer, holidays: { region: ZZ },");
    expect(() => parsePolicy(file, "acme.yaml", (region) => region !== "ZZ")).toThrow(
      "calendars.office.holidays.region, line 9",
    );
    expect(parsePolicy(file, "acme.yaml", () => true).id).toBe("acme");
  });
});

describe("every fault is told at once", () => {
  it("those of its parts and those between them, also within one target", () => {
    const file = RIGHT.replace('version: "2.0"', "version: 2")
      .replace("kind: response, within: 30m, calendar: office", "kind: reply, within: 1d, calendar: uneven")
      .replace("scope: platform", "size: big")
      .replace("field: calendars.office.hours", "field: nowhere");
    expect(
      refusal(file)
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual([
      "acme.yaml is not valid",
      "version, line 4",
      "levels[0].targets[0].kind, line 17",
      "levels[0].targets[0].within, line 17",
      "levels[0].targets[1].when.size, line 18",
      "assumptions[0].field, line 22",
    ]);
  });
});

describe("a policy file is accepted", () => {
  it("as it stands, and as its alternatives make it", () => {
    expect(parsePolicy(RIGHT).levels).toHaveLength(1);
  });

  it("with two promises of one kind that different options tell apart", () => {
    const file = RIGHT.replace(
      "kind: response, within: 30m, calendar: office",
      "kind: restore, within: 2d, calendar: office, when: { scope: single-client }",
    );
    expect(parsePolicy(file).levels[0]?.targets).toHaveLength(2);
  });

  it("with days of a length that the calendar says", () => {
    const file = RIGHT.replace('tue: "09:00-12:00" }', 'tue: "09:00-12:00" }, day: 8h').replace(
      "30m, calendar: office",
      "1d, calendar: uneven",
    );
    expect(parsePolicy(file).calendars["uneven"]?.day).toBe("8h");
  });

  it("with an assumption that has nothing to switch to", () => {
    expect(parsePolicy(RIGHT.replace(", alternative: always", "")).assumptions[0]).not.toHaveProperty(
      "alternative",
    );
  });
});

function refusal(file: string): string {
  try {
    parsePolicy(file, "acme.yaml");
  } catch (error) {
    if (error instanceof DeskError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}
