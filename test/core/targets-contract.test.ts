// The contract on targets, line by line: what starts, meets, pauses and changes them, and when their marks are told. The lines
// that need several tests have them in targets.test.ts and agenda.test.ts; what is left of each line is here.

import { describe, expect, test } from "vitest";
import type { TargetState } from "../../src/core/targets.ts";
import type { What } from "../../src/core/ticket.ts";
import { aTicket, at, LADDER, wall, type Life } from "../support/life.ts";
import { MOVING, OWN } from "./own-policy.ts";

const PRAGUE = "Europe/Prague";
const CHICAGO = "America/Chicago";

const answered: What = { kind: "answered", text: "We see it.", attachments: [] };
const wrote: What = { kind: "wrote", text: "And now?", attachments: [] };
const asked: What = { kind: "asked", text: "Which version?" };
const reopened: What = { kind: "reopened", reason: "it is back" };
const acknowledged: What = { kind: "acknowledged", how: "button" };

/** A ticket of all kinds of targets, filed on Thursday at 08:00 in Prague. */
function thursday(
  level: string,
  attributes: Record<string, string> = { scope: "all", environment: "test" },
): Life {
  return aTicket({ policy: MOVING, level, filed: "2026-12-03 08:00", zone: PRAGUE, attributes });
}

function own(level: string): Life {
  return aTicket({ policy: OWN, level, filed: "2026-12-03 08:00", zone: PRAGUE });
}

function target(life: Life, kind: string): TargetState | undefined {
  return life.ticket.targets.filter((each) => each.kind === kind).at(-1);
}

function changed(from: string, to: string, scope: string): What {
  return { kind: "level-changed", from, to, attributes: { scope }, reason: "impact" };
}

function closed(...outcomes: Extract<What, { kind: "closed" }>["outcomes"]): What {
  return { kind: "closed", reason: "done", outcomes };
}

describe("filing", () => {
  test("means the instant received: what came by phone an hour ago has an hour less", () => {
    const life = aTicket({
      policy: "eleveo",
      level: "2",
      received: "2026-12-03 09:00",
      filed: "2026-12-03 10:00",
      zone: PRAGUE,
    });
    expect(life.deadline("response")).toBe("Thu 2026-12-03 11:00");
  });
});

describe("meeting", () => {
  test("response is met by the first message that the customer can see", () => {
    const life = own("high")
      .does("leo", answered, "2026-12-03 08:20")
      .does("leo", answered, "2026-12-03 08:40");
    expect(target(life, "response")).toMatchObject({
      metAt: at("2026-12-03 08:20", PRAGUE),
      metBy: "message",
    });
  });

  test("a recorded call meets response at the instant of the call, and the promised channel stays to be compared", () => {
    const life = aTicket({ policy: "eleveo", level: "1", filed: "2026-12-03 10:00", zone: PRAGUE });
    expect(target(life, "response")?.via).toBe("phone");
    life.does("leo", answered, "2026-12-03 10:10");
    expect(target(life, "response")).toMatchObject({ via: "phone", metBy: "message" });
  });

  test("acknowledging, taking and noting meet nothing", () => {
    const life = aTicket({ policy: "aleyant", level: "urgent", filed: "2026-12-04 18:05", zone: CHICAGO })
      .does("sam", acknowledged, "2026-12-04 18:07")
      .does("sam", { kind: "taken" }, "2026-12-04 18:08")
      .does("sam", { kind: "noted", text: "known bug", attachments: [] }, "2026-12-04 18:09");
    expect(target(life, "response")?.metAt).toBeNull();
  });

  test('start is met by "work begun", restore by "function restored", each when it happened', () => {
    const life = thursday("middle")
      .does("leo", { kind: "begun", begunAt: at("2026-12-03 08:30", PRAGUE) }, "2026-12-03 08:45")
      .does("leo", { kind: "restored", restoredAt: at("2026-12-03 09:10", PRAGUE) }, "2026-12-03 09:15");
    expect(target(life, "start")).toMatchObject({ metAt: at("2026-12-03 08:30", PRAGUE), metBy: "work" });
    expect(target(life, "restore")).toMatchObject({
      metAt: at("2026-12-03 09:10", PRAGUE),
      metBy: "function",
    });
    expect(target(life, "response")?.metAt).toBeNull();
  });

  test("closing says of each unmet target when it was met, or why it is withdrawn", () => {
    const life = thursday("middle").does(
      "leo",
      closed(
        { target: "response", metAt: at("2026-12-03 08:20", PRAGUE) },
        { target: "start", withdrawn: "nothing to do" },
        { target: "restore", withdrawn: "duplicate" },
      ),
      "2026-12-03 09:00",
    );
    expect(target(life, "response")).toMatchObject({
      metAt: at("2026-12-03 08:20", PRAGUE),
      metBy: "closing",
    });
    expect(target(life, "start")?.withdrawn).toMatchObject({ why: "nothing to do", by: "closing" });
    expect(target(life, "resolve")).toMatchObject({
      metAt: at("2026-12-03 09:00", PRAGUE),
      metBy: "closing",
    });
  });

  test("what turns out to have been met in time loses its breach, and what was late keeps it", () => {
    const call = (calledAt: string): What => ({ kind: "called", calledAt: at(calledAt, PRAGUE), text: "" });
    const inTime = own("high").does("leo", call("2026-12-03 09:00"), "2026-12-03 09:30");
    expect(target(inTime, "response")?.breachedAt).toBeNull();
    const late = own("high").does("leo", call("2026-12-03 09:01"), "2026-12-03 09:30");
    expect(wall(target(late, "response")?.breachedAt, PRAGUE)).toBe("Thu 2026-12-03 09:00");
  });
});

describe("marks", () => {
  test("the goal is a mark of its own, told before the limit", () => {
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-03 09:00", zone: CHICAGO });
    expect(life.until("2026-12-03 13:00").told().at(-1)).toBe("Thu 2026-12-03 13:00 response goal");
  });

  test("a share is of the counted time, so a pause moves it", () => {
    const life = own("high")
      .does("leo", asked, "2026-12-03 08:00")
      .does("pavel", wrote, "2026-12-03 10:00")
      .until("2026-12-03 12:00");
    expect(life.told().filter((line) => line.includes("restore"))).toEqual([
      "Thu 2026-12-03 12:00 restore 50%",
    ]);
  });

  test("so much left is dropped where it would be the start itself, and kept a minute after it", () => {
    const marks = (left: string) =>
      aTicket({
        policy: { yaml: OWN.yaml.replace("15m left", left) },
        level: "high",
        filed: "2026-12-03 08:00",
        zone: PRAGUE,
      })
        .until("2026-12-03 08:45")
        .told()
        .filter((line) => line.includes("response"));
    expect(marks("60m left")).toEqual(["Thu 2026-12-03 08:30 response 50%"]);
    expect(marks("59m left")).toEqual([
      "Thu 2026-12-03 08:01 response 59m left",
      "Thu 2026-12-03 08:30 response 50%",
    ]);
  });

  test("overdue is repeated in the target's own calendar until it is met", () => {
    const life = own("high").does("leo", answered, "2026-12-03 10:30").until("2026-12-04 16:00");
    expect(life.told().filter((line) => line.includes("response overdue"))).toEqual([
      "Thu 2026-12-03 10:00 response overdue 1",
    ]);
  });

  test("overdue ends with closing", () => {
    const life = own("high").until("2026-12-03 10:30");
    life.does(
      "leo",
      closed({ target: "response", withdrawn: "spam" }, { target: "restore", withdrawn: "spam" }),
      "2026-12-03 10:30",
    );
    expect(life.until("2026-12-08 00:00").told().slice(-2)).toEqual([
      "Thu 2026-12-03 10:00 response overdue 1",
      "Thu 2026-12-03 10:00 restore 50%",
    ]);
    expect(life.wakeAt).toBeNull();
  });

  test("what is told late waits for the opening, but for a level that pages", () => {
    const late = (level: string) =>
      aTicket({ policy: "aleyant", level, filed: "2026-12-04 14:00", zone: CHICAGO })
        .does("sam", acknowledged, "2026-12-04 14:01")
        .downUntil("2026-12-07 17:30")
        .told()
        .filter((line) => line.includes("response"));
    expect(late("normal")).toEqual([]);
    expect(late("urgent")).toEqual(["Mon 2026-12-07 17:30 response 100% (with 50%, goal, 80%)"]);
  });

  test("a minute late is in time, also where its calendar has closed with it; any later is not", () => {
    const lookedAt = (when: string) =>
      aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-04 11:00", zone: CHICAGO })
        .until("2026-12-04 16:50")
        .downUntil(when)
        .told()
        .filter((line) => line.includes("100%"));
    expect(lookedAt("2026-12-04 17:01:00")).toEqual(["Fri 2026-12-04 17:01 response 100%"]);
    expect(lookedAt("2026-12-04 17:01:00.001")).toEqual([]);
  });

  test("a late mark waits for the calendar of its own target", () => {
    const life = thursday("low").downUntil("2026-12-03 18:00");
    // restore counts around the clock and is told; response, of office hours, waits.
    expect(life.told()).toEqual(["Thu 2026-12-03 18:00 restore overdue 1 (with 50%, 80%, 20m left, 100%)"]);
  });
});

describe("pauses", () => {
  test("which status stops which target is the policy's to say", () => {
    const life = thursday("middle").does("leo", { kind: "held", reason: "a fix" }, "2026-12-03 08:30");
    expect([life.deadline("response"), life.deadline("start")]).toEqual([null, null]);
    expect(life.deadline("restore")).toBe("Thu 2026-12-03 19:00");
    life.does("leo", { kind: "resumed" }, "2026-12-03 09:30");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 10:30");
  });

  test("everything stops while a ticket is closed, the next answer too", () => {
    const life = own("high")
      .does("leo", answered, "2026-12-03 08:10")
      .does("pavel", wrote, "2026-12-03 08:30")
      .does("leo", closed({ target: "restore", withdrawn: "gone" }), "2026-12-03 09:00");
    expect(life.deadline("next-response")).toBeNull();
    life.does("pavel", reopened, "2026-12-03 11:00");
    expect(life.deadline("next-response")).toBe("Thu 2026-12-03 12:30");
    expect(life.deadline("restore")).toBe("Thu 2026-12-03 14:00");
  });
});

describe("a change of level", () => {
  test("raised, the next answer keeps its own start", () => {
    const life = own("low")
      .does("leo", answered, "2026-12-03 08:10")
      .does("pavel", wrote, "2026-12-03 08:30")
      .does("leo", changed("low", "high", "one"), "2026-12-03 09:00");
    expect(life.deadline("next-response")).toBe("Thu 2026-12-03 10:30");
  });

  test("lowered, a kind that the new level lacks is withdrawn, and counts from filing if it is promised again", () => {
    const life = own("high").does("leo", changed("high", "low", "one"), "2026-12-03 08:30");
    expect(target(life, "restore")?.withdrawn).toMatchObject({ by: "change" });
    life.does("leo", changed("low", "low", "all"), "2026-12-03 09:00");
    expect(wall(target(life, "restore")?.deadlineAt, PRAGUE)).toBe("Thu 2026-12-03 16:00");
  });

  test("marks are taken anew over the counted time from the new start to the new deadline", () => {
    const life = own("low").does("leo", changed("low", "high", "one"), "2026-12-03 09:00");
    life.until("2026-12-03 10:00");
    expect(life.told().filter((line) => line.includes("response"))).toEqual([
      "Thu 2026-12-03 09:30 response 50%",
      "Thu 2026-12-03 09:45 response 15m left",
      "Thu 2026-12-03 10:00 response 100%",
    ]);
  });
});

describe("a target that is overdue a second time", () => {
  test("is told so again after a lowering, beginning with the mark that was not told before", () => {
    const life = own("high").does("leo", changed("high", "low", "one"), "2026-12-03 10:30");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 12:00");
    expect(life.until("2026-12-03 14:30").told().at(-1)).toBe("Thu 2026-12-03 14:00 response overdue 2");
  });
});

describe("paging", () => {
  const urgent = (filed: string) => aTicket({ policy: "aleyant", level: "urgent", filed, zone: CHICAGO });
  const pages = (life: Life) =>
    life.told().filter((line) => line.includes("paged") || line.includes("paging"));

  test("opening hours do not stop a ladder that runs", () => {
    expect(pages(urgent("2026-12-07 08:55").until("2026-12-07 09:16"))).toEqual([
      "Mon 2026-12-07 08:55 paging-began",
      "Mon 2026-12-07 08:55 paged mia",
      "Mon 2026-12-07 09:00 paged mia",
      "Mon 2026-12-07 09:10 paged channel @here",
    ]);
  });

  test("a level that never pages pages nobody, whenever it is filed", () => {
    const life = aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-05 03:00", zone: CHICAGO });
    expect(life.told()).toEqual([]);
    expect(life.ticket.paging).toBeNull();
  });

  test("whoever answers before closing keeps it from paging then", () => {
    const life = urgent("2026-12-03 15:00").does("leo", answered, "2026-12-03 16:00");
    expect(pages(life.until("2026-12-04 12:00"))).toEqual([]);
  });

  test("does not begin at closing while somebody holds it, and does once it is released again", () => {
    const life = urgent("2026-12-03 15:00")
      .does("leo", { kind: "taken" }, "2026-12-03 15:10")
      .does("leo", { kind: "released" }, "2026-12-03 15:20");
    expect(pages(life.until("2026-12-03 17:05"))).toEqual([]);
  });

  test("at closing is an assumption: switched off, nobody is paged then", () => {
    const text = {
      yaml: MOVING.yaml.replace(
        "calendar: chicago }\n    targets",
        "calendar: chicago, at-closing: false }\n    targets",
      ),
    };
    const filed = {
      level: "high",
      filed: "2026-12-03 10:00",
      zone: CHICAGO,
      attributes: { environment: "test" },
    };
    expect(pages(aTicket({ policy: text, ...filed }).until("2026-12-03 18:00"))).toEqual([]);
    expect(pages(aTicket({ policy: MOVING, ...filed }).until("2026-12-03 17:00"))).toEqual([
      "Thu 2026-12-03 17:00 paging-began",
      "Thu 2026-12-03 17:00 paged mia",
    ]);
  });

  test("a raise in hours alerts the channel, and one outside hours pages at once", () => {
    const raise: What = {
      kind: "level-changed",
      from: "normal",
      to: "urgent",
      attributes: {},
      reason: "worse",
    };
    const normal = () =>
      aTicket({ policy: "aleyant", level: "normal", filed: "2026-12-03 10:00", zone: CHICAGO });
    expect(normal().does("leo", raise, "2026-12-03 11:00").told()).toEqual(["Thu 2026-12-03 11:00 alerted"]);
    expect(pages(normal().does("leo", raise, "2026-12-03 20:00"))).toEqual([
      "Thu 2026-12-03 20:00 paging-began",
      "Thu 2026-12-03 20:00 paged mia",
    ]);
  });

  test("a lowering in hours takes the alert back, and nobody is paged at closing", () => {
    const lower: What = {
      kind: "level-changed",
      from: "urgent",
      to: "normal",
      attributes: {},
      reason: "less",
    };
    const life = urgent("2026-12-03 15:00").does("leo", lower, "2026-12-03 16:00").until("2026-12-03 18:00");
    expect(life.ticket.alertedAt).toBeNull();
    expect(pages(life)).toEqual([]);
  });

  test("lowered below paging, an acknowledged page is withdrawn, and a raise pages anew", () => {
    const raised = (life: Life, when: string): Life =>
      life
        .does(
          "leo",
          { kind: "level-changed", from: "1", to: "3", attributes: { scope: "platform" }, reason: "less" },
          when,
        )
        .does(
          "leo",
          { kind: "level-changed", from: "3", to: "1", attributes: { scope: "platform" }, reason: "worse" },
          when,
        );
    const red = () =>
      aTicket({
        policy: "eleveo",
        level: "1",
        filed: "2026-12-05 03:00",
        zone: PRAGUE,
        ladder: { ...LADDER, rounds: 1 },
      });
    const handled = raised(red().does("sam", acknowledged, "2026-12-05 03:01"), "2026-12-05 03:10");
    expect(handled.told().slice(2)).toEqual([
      "Sat 2026-12-05 03:01 acknowledged",
      "Sat 2026-12-05 03:10 page-withdrawn",
      "Sat 2026-12-05 03:10 paging-began",
      "Sat 2026-12-05 03:10 paged mia",
    ]);
    const unanswered = raised(red().until("2026-12-05 05:00"), "2026-12-05 05:10");
    expect(unanswered.ticket.paging).toMatchObject({ nr: 2, state: "ringing", why: "raised" });
  });

  test("closed, a ringing ticket is withdrawn from the ladder, and reopened it does not ring again", () => {
    const life = urgent("2026-12-04 18:05")
      .does("mia", closed({ target: "response", withdrawn: "spam" }), "2026-12-04 18:06")
      .does("carl", reopened, "2026-12-05 10:00")
      .until("2026-12-06 00:00");
    expect(pages(life)).toEqual(["Fri 2026-12-04 18:05 paging-began", "Fri 2026-12-04 18:05 paged mia"]);
    expect(life.ticket.paging?.state).toBe("withdrawn");
  });
});
