// What other products in this field get wrong, a test for each: Belfry's clock does not.

import { describe, expect, test } from "vitest";
import { act, agenda } from "../../src/core/agenda.ts";
import { compileCalendar, openSpans } from "../../src/core/calendar.ts";
import { countedMs, deadline } from "../../src/core/clock.ts";
import { parsePolicy, policyDoubts } from "../../src/core/policy.ts";
import type { What } from "../../src/core/ticket.ts";
import { aTicket, at, LADDER, policyOf, ROTATION, wall } from "../support/life.ts";
import { OWN } from "./own-policy.ts";

const PRAGUE = "Europe/Prague";
const CHICAGO = "America/Chicago";
const HOUR_MS = 3_600_000;

const answered: What = { kind: "answered", text: "We see it.", attachments: [] };
const asked: What = { kind: "asked", text: "Which version?" };
const wrote: What = { kind: "wrote", text: "5.6", attachments: [] };
const reopened: What = { kind: "reopened", reason: "it is back" };

describe("what is told", () => {
  test("a second target's breach is reported after a first one's", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE });
    life.until("2026-12-03 12:00");
    expect(life.told()).toContain("Thu 2026-12-03 09:00 response 100%");
    expect(life.told().at(-1)).toBe("Thu 2026-12-03 12:00 restore 100%");
    expect(life.ticket.targets.map(({ breachedAt }) => wall(breachedAt, PRAGUE))).toEqual([
      "Thu 2026-12-03 09:00",
      "Thu 2026-12-03 12:00",
    ]);
  });

  test("a second target's breach is reported also where both come due while nothing looks", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE });
    expect(life.downUntil("2026-12-03 12:30").told()).toEqual([
      "Thu 2026-12-03 12:30 response overdue 3 (with 50%, 15m left, 100%)",
      "Thu 2026-12-03 12:30 restore 100% (with 50%, 15m left)",
    ]);
  });

  test("a reminder that came due while the process was down is still given", () => {
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-04 15:00", zone: CHICAGO });
    expect(life.downUntil("2026-12-07 10:30").told()).toEqual(["Mon 2026-12-07 10:30 response 50%"]);
    expect(life.until("2026-12-07 11:00").told().at(-1)).toBe("Mon 2026-12-07 11:00 response goal");
  });

  test("a warning falls in counted time, not at 07:30 before opening", () => {
    const early = { yaml: OWN.yaml.replace("15m left", "105m left") };
    const life = aTicket({ policy: early, level: "high", filed: "2026-12-04 13:30", zone: PRAGUE });
    expect(life.deadline("restore")).toBe("Mon 2026-12-07 09:30");
    const warnings = life
      .until("2026-12-07 09:00")
      .told()
      .filter((line) => line.includes("restore 105m left"));
    expect(warnings).toEqual(["Fri 2026-12-04 15:45 restore 105m left"]);
  });
});

describe("what is counted", () => {
  test("a ticket of 16:59:30 loses no seconds", () => {
    const life = aTicket({ policy: "eleveo", level: "2", filed: "2026-12-04 16:59:30", zone: PRAGUE });
    expect(life.ticket.targets[0]?.deadlineAt).toEqual(at("2026-12-07 09:59:30", PRAGUE));
    const calendar = compileCalendar({ timezone: PRAGUE, hours: { "mon-fri": "08:00-17:00" }, holidays: [] });
    const [filed, opening] = [at("2026-12-04 16:59:30", PRAGUE), at("2026-12-07 08:00", PRAGUE)];
    expect(countedMs(calendar, filed, opening)).toBe(30_000);
  });

  test("a lunch break pauses", () => {
    const lunch = { yaml: OWN.yaml.replace('"08:00-16:00"', '["08:00-12:00", "13:00-17:00"]') };
    const life = aTicket({ policy: lunch, level: "high", filed: "2026-12-03 11:30", zone: PRAGUE });
    expect(life.deadline("response")).toBe("Thu 2026-12-03 13:30");
    expect(life.deadline("restore")).toBe("Thu 2026-12-03 16:30");
    expect(life.until("2026-12-03 14:00").told()).toContain("Thu 2026-12-03 13:15 response 15m left");
  });

  test("14:00 on the Friday before a Monday holiday is due on Tuesday", () => {
    // Memorial Day is 25 May 2026: three hours on Friday, three on Tuesday.
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-05-22 14:00", zone: CHICAGO });
    expect(life.deadline("response")).toBe("Tue 2026-05-26 12:00");
  });

  test("the day after a holiday counts from its own opening", () => {
    // Thanksgiving is 26 November 2026.
    const filedAt = (filed: string) =>
      aTicket({ policy: "aleyant", level: "normal", filed, zone: CHICAGO }).deadline("response");
    expect(filedAt("2026-11-25 16:00")).toBe("Fri 2026-11-27 14:00");
    expect(filedAt("2026-11-26 10:00")).toBe("Fri 2026-11-27 15:00");
    expect(filedAt("2026-11-27 08:59")).toBe("Fri 2026-11-27 15:00");
    expect(filedAt("2026-11-27 09:01")).toBe("Fri 2026-11-27 15:01");
  });

  test('"00:00-23:59" is warned about, and "24:00" works', () => {
    const whole = (end: string) => OWN.yaml.replace("08:00-16:00", `00:00-${end}`);
    expect(policyDoubts(parsePolicy(whole("23:59")))).toEqual([
      'calendars.office.hours.mon-fri: "00:00-23:59" closes for the last minute of the day; "00:00-24:00" runs to its end.',
    ]);
    expect(policyDoubts(parsePolicy(whole("24:00")))).toEqual([]);
    const life = aTicket({
      policy: { yaml: whole("24:00") },
      level: "high",
      filed: "2026-12-03 23:30",
      zone: PRAGUE,
    });
    expect(life.deadline("response")).toBe("Fri 2026-12-04 00:30");
  });

  test("an overnight week is counted, and an empty one refused: neither is searched for ever", () => {
    const nights = compileCalendar({ timezone: PRAGUE, hours: { "mon-sun": "22:00-06:00" }, holidays: [] });
    const friday = at("2026-12-04 23:00", PRAGUE);
    expect(wall(deadline(nights, friday, 9 * HOUR_MS), PRAGUE)).toBe("Sun 2026-12-06 00:00");
    const empty = compileCalendar({ timezone: PRAGUE, hours: {}, holidays: [] });
    expect(() => deadline(empty, friday, HOUR_MS)).toThrow("no open hours at all");
  });

  test("an hour over a spring change is an hour, in a zone that skips midnight too", () => {
    const always = compileCalendar({
      timezone: "America/Havana",
      hours: "always",
      holidays: ["2026-03-09"].map((date) => ({ date })),
    });
    const before = new Date("2026-03-08T04:30:00Z");
    expect(deadline(always, before, HOUR_MS)).toEqual(new Date("2026-03-08T05:30:00Z"));
    expect(openSpans(always, before, new Date("2026-03-10T05:00:00Z"))).toEqual([
      { from: before, to: new Date("2026-03-09T04:00:00Z") },
      { from: new Date("2026-03-10T04:00:00Z"), to: new Date("2026-03-10T05:00:00Z") },
    ]);
  });
});

describe("what changes a deadline", () => {
  const lowered = {
    kind: "level-changed",
    from: "high",
    to: "low",
    attributes: { scope: "all" },
    reason: "less",
  } as const;
  const raised = { ...lowered, from: "low", to: "high", reason: "more" } as const;

  test("lowering the level counts from filing again, and keeps the pauses since then", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", asked, "2026-12-03 09:00")
      .does("pavel", wrote, "2026-12-03 11:00")
      .does("leo", lowered, "2026-12-03 12:00");
    // Eight hours, of which one was used before the pause and one after it.
    expect(life.deadline("restore")).toBe("Fri 2026-12-04 10:00");
  });

  test("raising the level counts from the change, and no pause of before shortens it", () => {
    const life = aTicket({
      policy: OWN,
      level: "low",
      filed: "2026-12-03 08:00",
      zone: PRAGUE,
      attributes: { scope: "all" },
    })
      .does("leo", asked, "2026-12-03 09:00")
      .does("pavel", wrote, "2026-12-03 11:00")
      .does("leo", raised, "2026-12-03 11:30");
    expect(life.deadline("restore")).toBe("Thu 2026-12-03 15:30");
    life.does("leo", asked, "2026-12-03 13:00").does("pavel", wrote, "2026-12-03 14:00");
    expect(life.deadline("restore")).toBe("Fri 2026-12-04 08:30");
  });

  test("a ticket that waits while its level changes goes on waiting", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", asked, "2026-12-03 09:00")
      .does("leo", lowered, "2026-12-03 10:00");
    expect(life.deadline("restore")).toBeNull();
    expect(life.does("pavel", wrote, "2026-12-03 11:00").deadline("restore")).toBe("Fri 2026-12-04 10:00");
  });

  test("a reopened old ticket is not breached at once by the time that it was closed", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", answered, "2026-12-03 08:10")
      .does(
        "leo",
        { kind: "closed", reason: "gone", outcomes: [{ target: "restore", withdrawn: "gone" }] },
        "2026-12-03 09:00",
      )
      .does("pavel", reopened, "2027-02-03 09:00");
    expect(life.deadline("restore")).toBe("Wed 2027-02-03 12:00");
    expect(life.told()).toEqual([]);
    expect(life.ticket.targets.every(({ breachedAt }) => breachedAt === null)).toBe(true);
  });

  test("a calendar edit does not change past verdicts", () => {
    const closing: What = {
      kind: "closed",
      reason: "fixed",
      outcomes: [{ target: "restore", metAt: at("2026-12-03 11:30", PRAGUE) }],
    };
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE })
      .until("2026-12-03 10:00")
      .does("leo", answered, "2026-12-03 10:30")
      .does("leo", closing, "2026-12-03 12:30");
    const verdicts = life.ticket.targets;
    expect(verdicts.map(({ breachedAt }) => wall(breachedAt, PRAGUE))).toEqual([
      "Thu 2026-12-03 09:00",
      null,
    ]);

    // Had the day been a holiday from the first, no target would have been breached, and none met in its time.
    const closedThen = OWN.yaml.replace('"08:00-16:00" }', '"08:00-16:00" }, holidays: [2026-12-03]');
    const edited = { policy: policyOf({ yaml: closedThen }), ladders: [LADDER], rotations: [ROTATION] };
    const doer = { by: "pavel", now: at("2026-12-04 09:00", PRAGUE) };
    const later = act(life.ticket, [reopened], doer, edited);
    expect(later.ticket.targets).toEqual(verdicts);
    expect(agenda(later.ticket, edited, at("2026-12-10 09:00", PRAGUE)).ticket.targets).toEqual(verdicts);
  });
});
