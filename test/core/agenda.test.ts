import { describe, expect, test } from "vitest";
import { aTicket, LADDER } from "../support/life.ts";

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

  test("pages nobody after it is acknowledged, and counts down on Monday", () => {
    const life = friday().does("sam", { kind: "acknowledged", how: "button" }, "2026-12-04 18:12");
    expect(life.until("2026-12-07 17:00").told()).toEqual([
      "Fri 2026-12-04 18:05 paging-began",
      "Fri 2026-12-04 18:05 paged mia",
      "Fri 2026-12-04 18:10 paged sam",
      "Fri 2026-12-04 18:12 acknowledged",
      "Mon 2026-12-07 12:00 response 50%",
      "Mon 2026-12-07 13:00 response goal",
      "Mon 2026-12-07 13:48 response 80%",
      "Mon 2026-12-07 15:00 response 100%",
    ]);
    expect(life.ticket.paging).toMatchObject({ state: "acknowledged", endedBy: "sam" });
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
