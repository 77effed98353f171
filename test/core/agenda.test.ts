import { describe, expect, test } from "vitest";
import type { What } from "../../src/core/ticket.ts";
import { aTicket, at, LADDER, type Life } from "../support/life.ts";
import { OWN } from "./own-policy.ts";

const CHICAGO = "America/Chicago";
const PRAGUE = "Europe/Prague";

describe("an urgent aleyant ticket on Friday 18:05 in Chicago", () => {
  const friday = () =>
    aTicket({ policy: "aleyant", level: "urgent", filed: "2026-12-04 18:05", zone: CHICAGO });

  test("pages the person on call at once, then the second, then the channel, and round again, and ends loudly", () => {
    expect(friday().until("2026-12-05 12:00").told()).toEqual([
      "Fri 2026-12-04 18:05 paging-began",
      "Fri 2026-12-04 18:05 paged mia",
      "Fri 2026-12-04 18:10 paged sam",
      "Fri 2026-12-04 18:20 paged channel @here",
      "Fri 2026-12-04 18:35 paged mia",
      "Fri 2026-12-04 18:40 paged sam",
      "Fri 2026-12-04 18:50 paged channel @here",
      "Fri 2026-12-04 19:05 page-unanswered",
    ]);
  });

  test("pages nobody after it is acknowledged and resolved, and counts down on Monday", () => {
    const life = friday()
      .does("sam", { kind: "acknowledged", how: "button" }, "2026-12-04 18:12")
      .does("sam", { kind: "page-resolved", how: "button" }, "2026-12-04 18:13");
    expect(life.until("2026-12-07 17:00").told()).toEqual([
      "Fri 2026-12-04 18:05 paging-began",
      "Fri 2026-12-04 18:05 paged mia",
      "Fri 2026-12-04 18:10 paged sam",
      "Fri 2026-12-04 18:12 acknowledged",
      "Fri 2026-12-04 18:13 page-resolved",
      "Mon 2026-12-07 12:00 response 50%",
      "Mon 2026-12-07 13:00 response goal",
      "Mon 2026-12-07 13:48 response 80%",
      "Mon 2026-12-07 15:00 response 100%",
    ]);
    expect(life.ticket.paging).toMatchObject({ state: "resolved", endedBy: "sam" });
  });

  test.each([
    ["taking it", { kind: "taken" }],
    ["answering the customer", { kind: "answered", text: "On it.", attachments: [] }],
    ["recording a call", { kind: "called", calledAt: new Date("2026-12-05T00:06:00Z"), text: "" }],
  ] as const)("%s acknowledges the page", (_, what) => {
    const life = friday().does("sam", what, "2026-12-04 18:07").until("2026-12-06 00:00");
    expect(life.told().slice(2)).toEqual(["Fri 2026-12-04 18:07 acknowledged"]);
  });

  test("withdraws the page when the level is lowered, and does not page again", () => {
    const lowered = {
      kind: "level-changed",
      from: "urgent",
      to: "normal",
      attributes: {},
      reason: "a test order",
    } as const;
    const life = friday().does("mia", lowered, "2026-12-04 18:06").until("2026-12-06 00:00");
    expect(life.told().slice(2)).toEqual(["Fri 2026-12-04 18:06 page-withdrawn"]);
  });

  test("withdraws the page when the ticket is closed", () => {
    const closed = {
      kind: "closed",
      reason: "it was us",
      outcomes: [{ target: "response", withdrawn: "duplicate" }],
    } as const;
    const life = friday().does("mia", closed, "2026-12-04 18:06").until("2026-12-09 00:00");
    expect(life.told().slice(2)).toEqual(["Fri 2026-12-04 18:06 page-withdrawn"]);
  });

  test("a reply stops the clock", () => {
    const life = friday()
      .does("sam", { kind: "answered", text: "We see it.", attachments: [] }, "2026-12-07 09:30")
      .until("2026-12-20 00:00");
    expect(life.told().filter((line) => line.includes("response"))).toEqual([]);
    expect(life.wakeAt).toBeNull();
  });
});

describe("an urgent aleyant ticket in hours", () => {
  const afternoon = () =>
    aTicket({ policy: "aleyant", level: "urgent", filed: "2026-12-03 15:00", zone: CHICAGO });

  test("alerts the channel, and pages at closing if nobody attended to it", () => {
    expect(afternoon().until("2026-12-03 17:00").told()).toEqual([
      "Thu 2026-12-03 15:00 alerted",
      "Thu 2026-12-03 17:00 paging-began",
      "Thu 2026-12-03 17:00 paged mia",
    ]);
  });

  test("does not page at closing once somebody has taken it", () => {
    const life = afternoon().does("leo", { kind: "taken" }, "2026-12-03 15:20").until("2026-12-03 23:00");
    expect(life.told()).toEqual(["Thu 2026-12-03 15:00 alerted"]);
  });

  test("does not page at closing once somebody has acknowledged the alert", () => {
    const life = afternoon()
      .does("leo", { kind: "acknowledged", how: "button" }, "2026-12-03 16:59")
      .until("2026-12-03 23:00");
    expect(life.told()).toEqual(["Thu 2026-12-03 15:00 alerted", "Thu 2026-12-03 16:59 acknowledged"]);
  });
});

describe("an eleveo code red at 03:00 in Prague", () => {
  test("pages at once and promises 30 minutes, and platform-wide 4 hours to restore", () => {
    const life = aTicket({
      policy: "eleveo",
      level: "1",
      filed: "2026-12-05 03:00",
      zone: PRAGUE,
      attributes: { scope: "platform" },
    });
    expect(life.told()).toEqual(["Sat 2026-12-05 03:00 paging-began", "Sat 2026-12-05 03:00 paged mia"]);
    expect(life.deadline("response")).toBe("Sat 2026-12-05 03:30");
    expect(life.deadline("restore")).toBe("Sat 2026-12-05 07:00");
  });

  test("pages at the raise that makes it page, and not again at the next", () => {
    const raised = (from: string, to: string) =>
      ({
        kind: "level-changed",
        from,
        to,
        attributes: { scope: "single-client" },
        reason: "it got worse",
      }) as const;
    const life = aTicket({ policy: "eleveo", level: "3", filed: "2026-12-03 10:00", zone: PRAGUE })
      .does("leo", raised("3", "2"), "2026-12-03 10:30")
      .does("leo", raised("2", "1"), "2026-12-03 11:00");
    expect(life.told()).toEqual(["Thu 2026-12-03 11:00 paging-began", "Thu 2026-12-03 11:00 paged mia"]);
    expect(life.ticket.paging?.why).toBe("raised");
  });
});

describe("reminders", () => {
  const normal = () =>
    aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-04 15:00", zone: CHICAGO });

  test("fall in counted time: what is filed on Friday 15:00 is half used on Monday 10:00", () => {
    expect(normal().until("2026-12-09 00:00").told()).toEqual([
      "Mon 2026-12-07 10:00 response 50%",
      "Mon 2026-12-07 11:00 response goal",
      "Mon 2026-12-07 11:48 response 80%",
      "Mon 2026-12-07 13:00 response 100%",
    ]);
  });

  test("that came due while Belfry was down are told late, once, the pointless ones folded in", () => {
    expect(normal().downUntil("2026-12-07 12:00").told()).toEqual([
      "Mon 2026-12-07 12:00 response 80% (with 50%, goal)",
    ]);
  });

  test("that come late after closing wait for the next opening", () => {
    const life = normal().downUntil("2026-12-07 18:00");
    expect(life.told()).toEqual([]);
    expect(life.until("2026-12-08 09:00").told()).toEqual([
      "Tue 2026-12-08 09:00 response 100% (with 50%, goal, 80%)",
    ]);
  });

  test("at a closing instant are told then", () => {
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-04 11:00", zone: CHICAGO });
    expect(life.until("2026-12-04 23:00").told().at(-1)).toBe("Fri 2026-12-04 17:00 response 100%");
  });

  test("already past at filing are folded into one", () => {
    const life = aTicket({
      policy: "aleyant",
      level: "normal",
      received: "2026-12-04 09:00",
      filed: "2026-12-04 14:00",
      zone: CHICAGO,
    });
    expect(life.told()).toEqual(["Fri 2026-12-04 14:00 response 80% (with 50%, goal)"]);
  });
});

describe("a ladder", () => {
  test("passes over an empty role at once, and says so", () => {
    const life = aTicket({
      policy: "aleyant",
      level: "urgent",
      filed: "2026-12-04 18:05",
      zone: CHICAGO,
      rotation: null,
      ladder: { ...LADDER, rounds: 1 },
    });
    expect(life.told()).toEqual([
      "Fri 2026-12-04 18:05 paging-began",
      "Fri 2026-12-04 18:05 could not page primary: nobody is primary",
      "Fri 2026-12-04 18:05 could not page secondary: nobody is secondary",
      "Fri 2026-12-04 18:05 paged channel @here",
    ]);
  });

  test("that is missing ends loudly at once", () => {
    const life = aTicket({
      policy: "aleyant",
      level: "urgent",
      filed: "2026-12-04 18:05",
      zone: CHICAGO,
      ladder: null,
    });
    expect(life.told().at(-1)).toBe("Fri 2026-12-04 18:05 page-unanswered");
  });

  test("rings whoever passed it on no more, and takes the next step at once", () => {
    const life = aTicket({
      policy: "aleyant",
      level: "urgent",
      filed: "2026-12-04 18:05",
      zone: CHICAGO,
      ladder: { ...LADDER, rounds: 2, steps: LADDER.steps.slice(0, 2) },
    });
    const [, first = ""] = life.told();
    const person = first.endsWith("sam") ? "sam" : "mia";
    const other = person === "sam" ? "mia" : "sam";
    life.does(person, { kind: "passed-on" }, "2026-12-04 18:06").until("2026-12-04 20:00");
    expect(life.told().slice(1)).toEqual([
      `Fri 2026-12-04 18:05 paged ${person}`,
      `Fri 2026-12-04 18:06 paged ${other}`,
      `Fri 2026-12-04 18:16 could not page ${person}: has passed it on`,
      `Fri 2026-12-04 18:16 paged ${other}`,
      "Fri 2026-12-04 18:26 page-unanswered",
    ]);
  });

  test("that nobody answered may still be acknowledged late", () => {
    const life = aTicket({ policy: "aleyant", level: "urgent", filed: "2026-12-04 18:05", zone: CHICAGO })
      .until("2026-12-04 20:00")
      .does("leo", { kind: "acknowledged", how: "button" }, "2026-12-04 20:30");
    expect(life.ticket.paging).toMatchObject({ state: "acknowledged", endedBy: "leo" });
  });
});

test("replaying the events of a ticket gives the ticket, deadlines and all", () => {
  const life = aTicket({
    policy: "eleveo",
    level: "2",
    filed: "2026-10-23 16:00",
    zone: PRAGUE,
    attributes: { scope: "platform" },
  })
    .does("leo", { kind: "asked", text: "Which version?" }, "2026-10-26 09:00")
    .does("pavel", { kind: "wrote", text: "5.6", attachments: [] }, "2026-10-27 10:00")
    .does(
      "leo",
      { kind: "level-changed", from: "2", to: "1", attributes: { scope: "platform" }, reason: "worse" },
      "2026-10-27 10:30",
    )
    .does(
      "leo",
      {
        kind: "closed",
        reason: "fixed",
        outcomes: [{ target: "restore", metAt: new Date("2026-10-27T11:00:00Z") }],
      },
      "2026-10-27 12:30",
    )
    .does("pavel", { kind: "reopened", reason: "back" }, "2026-10-28 09:00")
    .until("2026-11-10 00:00");
  expect(life.replayed()).toEqual(life.ticket);
});

test("a ticket that is overdue already can be raised, and stays breached at its old limit", () => {
  const life = aTicket({ policy: "eleveo", level: "3", filed: "2026-12-03 08:00", zone: PRAGUE });
  const raised = {
    kind: "level-changed",
    from: "3",
    to: "2",
    attributes: {},
    reason: "it got worse",
  } as const;
  life.until("2026-12-03 13:00").does("sam", raised, "2026-12-03 15:00").until("2026-12-04 17:00");
  expect(life.deadline("response")).toBe("Thu 2026-12-03 12:00");
  expect(life.told().at(-1)).toBe("Thu 2026-12-03 12:00 response 100%");
});

describe("the record", () => {
  const whats = (life: Life) =>
    life.steps.flatMap(({ event }) => {
      const { kind } = event.what;
      const why = "why" in event.what ? event.what.why : "how" in event.what ? event.what.how : null;
      return why === null ? [] : [`${event.by}: ${kind}, ${why}`];
    });
  const urgent = (filed: string) => aTicket({ policy: "aleyant", level: "urgent", filed, zone: CHICAGO });
  const answered: What = { kind: "answered", text: "On it.", attachments: [] };

  test("says who began a page, and why", () => {
    expect(whats(urgent("2026-12-04 18:05"))).toEqual(["belfry: paging-began, outside-hours"]);
    expect(whats(urgent("2026-12-03 15:00").until("2026-12-03 17:00"))).toEqual([
      "belfry: paging-began, closing",
    ]);
    const red = aTicket({ policy: "eleveo", level: "1", filed: "2026-12-03 10:00", zone: PRAGUE });
    expect(whats(red)).toEqual(["belfry: paging-began, always"]);
    const raise: What = {
      kind: "level-changed",
      from: "normal",
      to: "urgent",
      attributes: {},
      reason: "worse",
    };
    const raised = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-04 18:05", zone: CHICAGO });
    expect(whats(raised.does("leo", raise, "2026-12-04 18:10"))).toEqual(["leo: paging-began, raised"]);
  });

  test("says who ended it, and how", () => {
    const ended = (what: What) =>
      whats(urgent("2026-12-04 18:05").does("leo", what, "2026-12-04 18:07")).slice(1);
    expect(ended({ kind: "taken" })).toEqual(["leo: acknowledged, taken"]);
    expect(ended(answered)).toEqual(["leo: acknowledged, answered"]);
    expect(ended({ kind: "asked", text: "Which shop?" })).toEqual(["leo: acknowledged, answered"]);
    expect(ended({ kind: "called", calledAt: at("2026-12-04 18:06", CHICAGO), text: "" })).toEqual([
      "leo: acknowledged, called",
    ]);
    expect(ended({ kind: "noted", text: "hm", attachments: [] })).toEqual([]);
    expect(ended({ kind: "closed", reason: "spam", outcomes: [] })).toEqual(["leo: page-withdrawn, closed"]);
    expect(
      ended({ kind: "level-changed", from: "urgent", to: "normal", attributes: {}, reason: "a test" }),
    ).toEqual(["leo: page-withdrawn, lowered"]);
  });

  test("says of a reminder that Belfry told it", () => {
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-03 09:00", zone: CHICAGO });
    const told = life.until("2026-12-03 12:00").steps.filter(({ event }) => event.what.kind === "reminded");
    expect(told.map(({ event }) => event.by)).toEqual(["belfry"]);
  });
});

describe("what could come at one instant", () => {
  test("marks at one instant are told as one", () => {
    const both = { yaml: OWN.yaml.replace("15m left", "30m left") };
    const life = aTicket({ policy: both, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE });
    expect(life.until("2026-12-03 08:30").told()).toEqual([
      "Thu 2026-12-03 08:30 response 30m left (with 50%)",
    ]);
  });

  test("a loop is refused: nothing has five hundred things due at one instant", () => {
    const ringing = (rungs: number) => () =>
      aTicket({
        policy: "aleyant",
        level: "urgent",
        filed: "2026-12-04 18:05",
        zone: CHICAGO,
        rotation: null,
        ladder: {
          ...LADDER,
          rounds: 1,
          steps: Array.from({ length: rungs }, () => ({ reach: "primary", here: false, waitMs: 0 })),
        },
      }).told().length;
    // Each rung is missed at once, one event each; the page begins, and ends unanswered.
    expect(ringing(498)()).toBe(500);
    expect(ringing(499)).toThrow("more than 500 things due");
  });
});

describe("a ticket that nobody needs to be told about", () => {
  const answered: What = { kind: "answered", text: "We see it.", attachments: [] };
  const wrote: What = { kind: "wrote", text: "And now?", attachments: [] };

  test("closed while a late mark waits for the opening, it is not reminded of", () => {
    const waiting = () =>
      aTicket({ policy: OWN, level: "high", filed: "2026-12-03 13:00", zone: PRAGUE })
        .does("leo", answered, "2026-12-03 13:30")
        .does("pavel", wrote, "2026-12-03 14:00")
        .until("2026-12-03 15:50")
        .downUntil("2026-12-03 18:00");
    const mentions = (life: Life) =>
      life
        .until("2026-12-04 08:00")
        .told()
        .filter((line) => line.includes("next-response 100%"));
    expect(mentions(waiting())).toEqual(["Fri 2026-12-04 08:00 next-response 100%"]);
    const closed: What = {
      kind: "closed",
      reason: "gone",
      outcomes: [{ target: "restore", withdrawn: "gone" }],
    };
    expect(mentions(waiting().does("leo", closed, "2026-12-03 18:30"))).toEqual([]);
  });

  test("raised in hours while somebody has it, it does not page at closing", () => {
    const raise: What = {
      kind: "level-changed",
      from: "normal",
      to: "urgent",
      attributes: {},
      reason: "worse",
    };
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-03 14:00", zone: CHICAGO })
      .does("leo", { kind: "taken" }, "2026-12-03 14:05")
      .does("leo", raise, "2026-12-03 14:10")
      .until("2026-12-03 16:59");
    expect(life.told()).toEqual(["Thu 2026-12-03 14:10 alerted"]);
    const paged = (told: string[]) => told.filter((line) => line.includes("paging-began"));
    expect(paged(life.until("2026-12-03 18:00").told())).toEqual([]);
  });

  test("closed, it rings nobody, even where its level is raised then", () => {
    const closed: What = {
      kind: "closed",
      reason: "gone",
      outcomes: [{ target: "response", withdrawn: "gone" }],
    };
    const raise: What = {
      kind: "level-changed",
      from: "normal",
      to: "urgent",
      attributes: {},
      reason: "worse",
    };
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-04 14:00", zone: CHICAGO })
      .does("leo", closed, "2026-12-04 15:00")
      .does("leo", raise, "2026-12-04 20:00")
      .until("2026-12-07 12:00");
    expect(life.told()).toEqual(["Fri 2026-12-04 20:00 paging-began"]);
    expect(life.wakeAt).toBeNull();
  });

  test("alerted by a calendar that never closes, it never pages", () => {
    const yaml = OWN.yaml
      .replace("calendars:", "calendars:\n  always: { hours: always }")
      .replace("means: Bad.", "means: Bad.\n    page: { when: outside-hours, calendar: always }");
    const bare = { yaml: yaml.replace(/targets:[^]*?- id: low/, "targets: []\n  - id: low") };
    const alerted = aTicket({ policy: bare, level: "high", filed: "2026-12-03 10:00", zone: PRAGUE });
    expect(alerted.told()).toEqual(["Thu 2026-12-03 10:00 alerted"]);
    expect(alerted.wakeAt).toBeNull();
  });
});
