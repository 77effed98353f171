// What a person is told of, where and when, by their own settings; pages never come here.
import { describe, expect, it } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";
import type { LineMessage, Part } from "../../src/core/message.ts";
import {
  DEFAULT_SETTINGS,
  rungAsWanted,
  rungIn,
  settingsFaults,
  topicsOf,
  whenTold,
  type Settings,
} from "../../src/core/settings.ts";

const DESK = parseDirectory(`
people:
  - { id: carl, name: Carl Reyes, slack: U0CARL00001, timezone: America/Chicago }
  - { id: nora, name: Nora Lind, slack: U0NORA00001, timezone: America/New_York }
  - { id: sam, name: Sam Okafor, slack: U0SAM000001, timezone: America/Chicago, support: true }
customers:
  - { key: ACME, name: ACME, policy: aleyant, timezone: America/Chicago, channel: C0ACME00001, contacts: [carl] }
  - { key: NORTH, name: North, policy: alleo, timezone: America/New_York, contacts: [nora] }
channels: { support: C0SUPPORT01, on-call: C0ONCALL001 }
`);
const CHICAGO = "America/Chicago";
/** Monday 09:00 in Chicago. */
const MONDAY = new Date("2026-11-30T15:00:00Z");
/** Friday 18:05 in Chicago. */
const FRIDAY = new Date("2026-11-28T00:05:00Z");
const OFFICE: Settings = { ...DEFAULT_SETTINGS, hours: { days: "mon-fri", times: "09:00-17:00" } };

function personOf(id: string) {
  const found = DESK.people.find((one) => one.id === id);
  if (found === undefined) throw new Error(`There is no ${id}.`);
  return found;
}

function toldOf(
  settings: Partial<Settings>,
  topic: Parameters<typeof whenTold>[1]["topic"],
  isElsewhere = false,
) {
  return whenTold({ ...DEFAULT_SETTINGS, ...settings }, { topic, isElsewhere }, CHICAGO, FRIDAY);
}

describe("somebody is told", () => {
  it("of everything at once where they said nothing", () => {
    for (const topic of ["answers", "changes", "reminders", "shifts", "swaps"] as const)
      expect(toldOf({}, topic), topic).toBe("now");
  });

  it("never of what they switched off, and of all else", () => {
    expect(toldOf({ off: ["changes"] }, "changes")).toBe("never");
    expect(toldOf({ off: ["changes"] }, "reminders")).toBe("now");
  });

  it("of an answer that stands nowhere else all the same, or they would never read it", () => {
    expect(toldOf({ off: ["answers"] }, "answers")).toBe("now");
    expect(toldOf({ off: ["answers"] }, "answers", true)).toBe("never");
  });

  it("not by direct message of what stands in the customer's channel, if they want it so", () => {
    expect(toldOf({ where: "elsewhere" }, "answers", true)).toBe("never");
    expect(toldOf({ where: "elsewhere" }, "answers")).toBe("now");
  });

  it("within their hours at once, and else when these begin, by their own clock", () => {
    const about = { topic: "changes", isElsewhere: false } as const;
    expect(whenTold(OFFICE, about, CHICAGO, MONDAY)).toBe("now");
    expect(whenTold(OFFICE, about, CHICAGO, FRIDAY)).toEqual(MONDAY);
    expect(whenTold(OFFICE, about, "Europe/Prague", FRIDAY)).toEqual(new Date("2026-11-30T08:00:00Z"));
    // The last minute of an office hour counts, its end does not.
    expect(whenTold(OFFICE, about, CHICAGO, new Date("2026-11-30T22:59:00Z"))).toBe("now");
    expect(whenTold(OFFICE, about, CHICAGO, new Date("2026-11-30T23:00:00Z"))).toEqual(
      new Date("2026-12-01T15:00:00Z"),
    );
  });
});

describe("a reminder that names people", () => {
  const sam: Part = { person: "Sam Okafor", address: "slack:U0SAM000001", ring: true };
  const stranger: Part = { person: "Somebody", address: "slack:U0OTHER0001", ring: true };
  const line: LineMessage = {
    ...{ kind: "line", tone: "attention", text: [sam, " and ", stranger, ": an answer is due."] },
    ...{ quote: null, attachments: [], buttons: [] },
  };

  it("names without a mention who is outside their hours, and leaves all else as it is", () => {
    expect(rungIn(line, DESK)).toEqual(["sam"]);
    const settingsOf = (person: string) => (person === "sam" ? OFFICE : DEFAULT_SETTINGS);
    expect(rungAsWanted(line, DESK, settingsOf, MONDAY)).toEqual(line);
    const quiet = rungAsWanted(line, DESK, settingsOf, FRIDAY);
    expect(quiet).toEqual({ ...line, text: [{ ...sam, ring: false }, ...line.text.slice(1)] });
    expect(rungIn(quiet, DESK)).toEqual([]);
  });

  it("names without a mention who wants no reminders", () => {
    const off: Settings = { ...DEFAULT_SETTINGS, off: ["reminders"] };
    expect(
      rungIn(
        rungAsWanted(line, DESK, () => off, MONDAY),
        DESK,
      ),
    ).toEqual([]);
  });
});

describe("the form", () => {
  it("offers shifts and reminders to support alone", () => {
    expect(topicsOf(personOf("carl"))).toEqual(["answers", "changes"]);
    expect(topicsOf(personOf("sam"))).toEqual(["answers", "changes", "reminders", "shifts"]);
  });

  it("finds nothing wrong with what can be meant", () => {
    const none = { answers: null, days: null, times: null };
    expect(settingsFaults(DEFAULT_SETTINGS, personOf("carl"), DESK)).toEqual(none);
    const typed = { days: " Mon-Thu, Sat ", times: "08:00-12:00, 13:00-18:00" };
    expect(settingsFaults({ ...DEFAULT_SETTINGS, hours: typed }, personOf("carl"), DESK)).toEqual(none);
  });

  it("refuses to switch off answers that stand nowhere else", () => {
    const off: Settings = { ...DEFAULT_SETTINGS, off: ["answers"] };
    expect(settingsFaults(off, personOf("carl"), DESK).answers).toBeNull();
    expect(settingsFaults(off, personOf("nora"), DESK).answers).toMatch(/^Your tickets have no channel/);
  });

  it("says which of days and times is wrong, or missing", () => {
    const faultsIn = (days: string, times: string) =>
      settingsFaults({ ...DEFAULT_SETTINGS, hours: { days, times } }, personOf("sam"), DESK);
    expect(faultsIn("someday", "09:00-17:00")).toMatchObject({
      days: expect.stringMatching(/^"someday" is found; .*\.$/) as string,
      times: null,
    });
    expect(faultsIn("mon-fri", "nine to five")).toMatchObject({
      days: null,
      times: expect.stringMatching(/"ninetofive" is found/) as string,
    });
    expect(faultsIn("", "09:00-17:00").days).toBe("Say on which days, e.g. mon-fri.");
    expect(faultsIn("mon-fri", "").times).toBe("Say at which times, e.g. 08:00-18:00.");
  });
});
