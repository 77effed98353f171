// Acknowledged is not answered, handed on, and acknowledged by several: the life of a page after somebody has it.
import { describe, expect, test } from "vitest";
import type { Ladder } from "../../src/core/paging.ts";
import type { What } from "../../src/core/ticket.ts";
import { aTicket, at, LADDER, type Life } from "../support/life.ts";

const CHICAGO = "America/Chicago";
const PRAGUE = "Europe/Prague";
const ack: What = { kind: "acknowledged", how: "button" };
const answered: What = { kind: "answered", text: "On it.", attachments: [] };
const closed: What = {
  kind: "closed",
  reason: "gone",
  outcomes: [{ target: "response", withdrawn: "gone" }],
};

/** An eleveo code red: the first answer is due 30 minutes later, around the clock. */
const red = (ladder: Partial<Ladder> = {}) =>
  aTicket({
    policy: "eleveo",
    level: "1",
    filed: "2026-12-05 03:00",
    zone: PRAGUE,
    attributes: { scope: "single-client" },
    ladder: { ...LADDER, ...ladder },
  });

/** What happened of the page after the first two lines, without the marks of the promise. */
const after = (life: Life) =>
  life
    .told()
    .slice(2)
    .filter((line) => !line.includes("response"))
    .map((line) => line.replace("Sat 2026-12-05 ", ""));

describe("an acknowledged page whose customer is not answered", () => {
  test("is told to who has it at half of the time that was left, then the ladder goes on where it was", () => {
    const life = red().does("mia", ack, "2026-12-05 03:02").until("2026-12-05 03:40");
    // 28 minutes were left: half of them is 03:16. Then 14 are left, but nobody is told sooner than after ten.
    expect(after(life)).toEqual([
      "03:02 acknowledged",
      "03:16 reminded mia",
      "03:26 page-resumed",
      "03:26 paged sam",
      "03:36 paged channel @here",
    ]);
    expect(life.ticket.paging).toMatchObject({ state: "ringing", endedBy: null, nr: 1 });
    expect(life.replayed()).toEqual(life.ticket);
  });

  test("counts by the promise's own calendar: acknowledged on Friday night, it is told on Monday", () => {
    const life = aTicket({ policy: "aleyant", level: "urgent", filed: "2026-12-04 18:05", zone: CHICAGO })
      .does("mia", ack, "2026-12-04 18:06")
      .until("2026-12-07 13:31");
    expect(
      life
        .told()
        .filter((line) => !line.includes("response"))
        .slice(3),
    ).toEqual([
      "Mon 2026-12-07 12:00 reminded mia",
      "Mon 2026-12-07 13:30 page-resumed",
      // The weeks changed hands on Monday at 09:00: the second is Mia now.
      "Mon 2026-12-07 13:30 paged mia",
    ]);
  });

  test("is bound by the ladder's rounds, and comes to the loud end where nothing is left", () => {
    const life = red({ rounds: 1, steps: LADDER.steps.slice(0, 1) })
      .does("mia", ack, "2026-12-05 03:02")
      .until("2026-12-05 05:00");
    expect(after(life)).toEqual([
      "03:02 acknowledged",
      "03:16 reminded mia",
      "03:26 page-resumed",
      "03:26 page-unanswered",
    ]);
    expect(life.wakeAt === null || life.ticket.paging?.state === "unanswered").toBe(true);
  });

  test("may be acknowledged again, and is watched again", () => {
    const life = red()
      .does("mia", ack, "2026-12-05 03:02")
      .does("sam", ack, "2026-12-05 03:27")
      .until("2026-12-05 03:38");
    expect(after(life).slice(3)).toEqual(["03:26 paged sam", "03:27 acknowledged", "03:37 reminded sam"]);
  });

  test.each<[string, What]>([
    ["a reply", answered],
    ["a question", { kind: "asked", text: "Since when?" }],
    ["a recorded call", { kind: "called", calledAt: at("2026-12-05 03:04", PRAGUE), text: "" }],
  ])("%s ends all of it", (_, what) => {
    const life = red()
      .does("mia", ack, "2026-12-05 03:02")
      .does("sam", what, "2026-12-05 03:05")
      .until("2026-12-05 08:00");
    expect(after(life)).toEqual(["03:02 acknowledged", "03:05 page-resolved"]);
    expect(life.ticket.paging).toMatchObject({ state: "resolved", endedBy: "sam", watch: null });
  });

  test("closing and lowering withdraw the page, also after the reminder", () => {
    const lowered: What = { kind: "level-changed", from: "1", to: "3", attributes: {}, reason: "less" };
    for (const what of [closed, lowered]) {
      const life = red()
        .does("mia", ack, "2026-12-05 03:02")
        .does("leo", what, "2026-12-05 03:20")
        .until("2026-12-05 08:00");
      expect(after(life)).toEqual(["03:02 acknowledged", "03:16 reminded mia", "03:20 page-withdrawn"]);
      expect(life.ticket.paging).toMatchObject({ state: "withdrawn", endedBy: "leo" });
    }
  });

  test("acknowledged after the deadline, it is told after ten minutes", () => {
    const life = red().does("mia", ack, "2026-12-05 03:33").until("2026-12-05 03:54");
    expect(after(life).slice(3)).toEqual([
      "03:33 acknowledged",
      "03:43 reminded mia",
      "03:53 page-resumed",
      "03:53 paged sam",
    ]);
  });

  test("is not told while its promise is paused, and follows a deadline that comes nearer", () => {
    const yaml = `
id: own
name: Own
version: "1"
effective: "2026-01-01"
calendars: { always: { hours: always } }
levels:
  - { id: top, name: Top, means: Bad., page: { when: always }, targets: [{ kind: response, within: 1h, calendar: always }] }
  - { id: high, name: High, means: Less., page: { when: always }, targets: [{ kind: response, within: 4h, calendar: always }] }
pause: { response: [on-hold] }
`;
    const high = () =>
      aTicket({ policy: { yaml }, level: "high", filed: "2026-12-05 03:00", zone: PRAGUE }).does(
        "mia",
        ack,
        "2026-12-05 03:00",
      );
    const held = high()
      .does("mia", { kind: "held", reason: "the vendor" }, "2026-12-05 04:00")
      .until("2026-12-05 12:00");
    expect(after(held)).toEqual(["03:00 acknowledged"]);
    held.does("mia", { kind: "resumed" }, "2026-12-05 12:00").until("2026-12-05 13:00");
    expect(after(held)).toEqual(["03:00 acknowledged", "13:00 reminded mia"]);

    const raise: What = { kind: "level-changed", from: "high", to: "top", attributes: {}, reason: "worse" };
    const raised = high().does("leo", raise, "2026-12-05 03:10").until("2026-12-05 03:35");
    expect(after(raised)).toEqual(["03:00 acknowledged", "03:35 reminded mia"]);
  });

  test("is told after the time that the ladder says, where it says one", () => {
    const life = red({ unansweredMs: 20 * 60_000 })
      .does("mia", ack, "2026-12-05 03:02")
      .until("2026-12-05 03:42");
    expect(after(life)).toEqual([
      "03:02 acknowledged",
      "03:22 reminded mia",
      "03:42 page-resumed",
      "03:42 paged sam",
    ]);
  });

  test("waits for the begin of work where no answer was promised; a reply ends it all the same", () => {
    const allure = () =>
      aTicket({
        policy: "allure",
        level: "1",
        filed: "2026-12-05 03:00",
        zone: PRAGUE,
        attributes: { environment: "production" },
      }).does("mia", ack, "2026-12-05 03:00");
    expect(after(allure().until("2026-12-05 03:31")).filter((line) => !line.includes("start"))).toEqual([
      "03:00 acknowledged",
      "03:30 reminded mia",
    ]);
    const begun: What = { kind: "begun", begunAt: at("2026-12-05 03:10", PRAGUE) };
    for (const what of [answered, begun]) {
      const life = allure().does("mia", what, "2026-12-05 03:10").until("2026-12-05 08:00");
      expect(after(life).join()).not.toContain("reminded");
    }
  });

  test("snoozed, it is told at the end of the snooze, and then as ever", () => {
    const remindAt = at("2026-12-05 03:20", PRAGUE);
    const life = red()
      .does("mia", ack, "2026-12-05 03:02")
      .does("mia", { kind: "page-snoozed", remindAt }, "2026-12-05 03:05")
      .until("2026-12-05 03:31");
    expect(after(life)).toEqual([
      "03:02 acknowledged",
      "03:20 reminded mia",
      "03:30 page-resumed",
      "03:30 paged sam",
    ]);
  });

  test("goes on at once where the reminder reaches nobody", () => {
    const life = red()
      .does("mia", ack, "2026-12-05 03:02")
      .until("2026-12-05 03:16")
      .does(
        "belfry",
        { kind: "reminder-missed", reminder: 0, person: "mia", why: "is deactivated" },
        "2026-12-05 03:17",
      );
    expect(after(life)).toEqual([
      "03:02 acknowledged",
      "03:16 reminded mia",
      "03:17 page-resumed",
      "03:17 paged sam",
    ]);
    expect(life.replayed()).toEqual(life.ticket);
  });

  test("kept by an earlier version it is read as it was: nobody is reminded", () => {
    const life = red().does("mia", ack, "2026-12-05 03:02");
    const { watch, acknowledgements, ...kept } = life.ticket.paging ?? {};
    expect([watch, acknowledgements]).not.toContain(undefined);
    life.ticket = { ...life.ticket, paging: kept as typeof life.ticket.paging };
    expect(after(life.downUntil("2026-12-05 08:00"))).toEqual(["03:02 acknowledged"]);
  });
});

describe("a page that is handed on", () => {
  test("rings whoever it is handed to at once, and the ladder goes on behind them", () => {
    const life = red().does("mia", { kind: "handed-to", person: "leo" }, "2026-12-05 03:01");
    expect(after(life.until("2026-12-05 03:20"))).toEqual([
      "03:01 paged leo",
      "03:06 paged sam",
      "03:16 paged channel @here",
    ]);
    expect(life.ticket.paging?.told[1]).toMatchObject({ person: "leo", by: "mia", round: -1, step: 0 });
    expect(life.replayed()).toEqual(life.ticket);
  });

  test("after an acknowledgement rings them until they acknowledge", () => {
    const life = red()
      .does("mia", ack, "2026-12-05 03:01")
      .does("mia", { kind: "handed-to", person: "leo" }, "2026-12-05 03:02");
    expect(life.ticket.paging).toMatchObject({ state: "ringing", endedBy: null });
    life.does("leo", ack, "2026-12-05 03:04").until("2026-12-05 03:17");
    expect(after(life)).toEqual([
      "03:01 acknowledged",
      "03:02 paged leo",
      "03:04 acknowledged",
      "03:17 reminded leo",
    ]);
  });

  test("may be handed to who had passed it on", () => {
    const life = red()
      .does("mia", { kind: "passed-on" }, "2026-12-05 03:01")
      .does("sam", { kind: "handed-to", person: "mia" }, "2026-12-05 03:02");
    expect(after(life)).toEqual(["03:01 paged sam", "03:02 paged mia"]);
  });
});

describe("a page that two people have to acknowledge", () => {
  const two = () => red({ acknowledgements: 2 });
  const isOver = (life: Life) => life.ticket.paging?.told.map((step) => step.isOver === true);

  test("what is on its way to the others is over once enough have it, not when one of them hands it on", () => {
    const life = two().does("mia", ack, "2026-12-05 03:02");
    life.does("mia", { kind: "handed-to", person: "leo" }, "2026-12-05 03:03");
    expect(isOver(life)).toEqual([false, false]);
    life.does("leo", ack, "2026-12-05 03:04").does("sam", ack, "2026-12-05 03:04");
    expect(isOver(life)).toEqual([true, true]);
  });

  test("rings on, but not those who have, until the second one does", () => {
    const life = two().does("mia", ack, "2026-12-05 03:02").until("2026-12-05 03:31");
    expect(life.ticket.paging).toMatchObject({ state: "ringing", needed: 2, endedBy: null });
    expect(after(life)).toEqual([
      "03:02 acknowledged",
      "03:05 paged sam",
      "03:15 paged channel @here",
      "03:30 could not page mia: has acknowledged it",
      "03:30 paged sam",
    ]);
    life.does("mia", ack, "2026-12-05 03:31");
    expect(life.ticket.paging?.state).toBe("ringing");
    life.does("sam", ack, "2026-12-05 03:32").until("2026-12-05 03:42");
    expect(after(life).slice(-2)).toEqual(["03:32 acknowledged", "03:42 reminded mia and sam"]);
    expect(life.replayed()).toEqual(life.ticket);
  });

  test("is over with the first answer to the customer", () => {
    const life = two().does("mia", ack, "2026-12-05 03:02").does("mia", answered, "2026-12-05 03:04");
    expect(life.ticket.paging).toMatchObject({ state: "acknowledged", watch: null });
    expect(life.until("2026-12-05 08:00").told().join()).not.toContain("reminded");
  });

  test("ends loudly where only one did", () => {
    const life = red({ acknowledgements: 2, rounds: 1 }).does("mia", ack, "2026-12-05 03:02");
    expect(after(life.until("2026-12-05 03:30")).at(-1)).toBe("03:30 page-unanswered");
  });
});
