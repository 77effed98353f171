import { describe, expect, test } from "vitest";
import { aTicket, at, termsOfLife, wall } from "../support/life.ts";
import { OWN } from "./own-policy.ts";
import { marksOf } from "../../src/core/targets.ts";
import type { What } from "../../src/core/ticket.ts";

const PRAGUE = "Europe/Prague";
const answered: What = { kind: "answered", text: "We see it.", attachments: [] };
const wrote: What = { kind: "wrote", text: "And now?", attachments: [] };

function changed(
  from: string,
  to: string,
  attributes: Record<string, string> = { scope: "single-client" },
): What {
  return { kind: "level-changed", from, to, attributes, reason: "impact" };
}

describe("a raise", () => {
  test("counts from the change, and the earlier of the old and the new deadline binds", () => {
    const life = aTicket({ policy: "eleveo", level: "3", filed: "2026-12-03 08:00", zone: PRAGUE });
    expect(life.deadline("response")).toBe("Thu 2026-12-03 12:00");
    life.does("leo", changed("3", "2"), "2026-12-03 08:30");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 10:30");
  });

  test("late in the old target keeps the old deadline", () => {
    const life = aTicket({ policy: "eleveo", level: "3", filed: "2026-12-03 08:00", zone: PRAGUE });
    life.does("leo", changed("3", "2"), "2026-12-03 11:30");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 12:00");
  });

  test("starts a kind that the old level lacked at the change", () => {
    const life = aTicket({ policy: OWN, level: "low", filed: "2026-12-03 08:00", zone: PRAGUE });
    life.does("leo", changed("low", "high", { scope: "one" }), "2026-12-03 09:00");
    expect(life.deadline("restore")).toBe("Thu 2026-12-03 13:00");
  });

  test("withdraws a kind that the new level lacks", () => {
    const life = aTicket({ policy: OWN, level: "low", filed: "2026-12-03 08:00", zone: PRAGUE });
    life.does("leo", changed("low", "high", { scope: "one" }), "2026-12-03 09:00");
    expect(life.ticket.targets.find(({ kind }) => kind === "resolve")?.withdrawn).toMatchObject({
      by: "change",
    });
  });

  test("leaves what was met as it was", () => {
    const life = aTicket({ policy: "eleveo", level: "3", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", answered, "2026-12-03 09:00")
      .does("leo", changed("3", "1"), "2026-12-03 10:00");
    expect(life.ticket.targets).toMatchObject([
      { kind: "response", metAt: at("2026-12-03 09:00", PRAGUE), breachedAt: null },
    ]);
  });
});

describe("a lowering", () => {
  test("counts from filing, and a result before the change becomes the change", () => {
    const life = aTicket({ policy: "eleveo", level: "2", filed: "2026-12-03 08:00", zone: PRAGUE });
    life.does("leo", changed("2", "3"), "2026-12-03 09:00");
    expect(life.deadline("response")).toBe("Thu 2026-12-03 12:00");
  });

  test("after the lower level's own deadline is due at the change", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE });
    life.does("leo", changed("high", "low", { scope: "one" }), "2026-12-04 08:30");
    expect(life.deadline("response")).toBe("Fri 2026-12-04 08:30");
  });

  test("keeps in the record what was breached before", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE });
    life.does("leo", changed("high", "low", { scope: "one" }), "2026-12-03 09:30");
    const [response] = life.ticket.targets;
    expect(wall(response?.breachedAt, PRAGUE)).toBe("Thu 2026-12-03 09:00");
    expect(wall(response?.deadlineAt, PRAGUE)).toBe("Thu 2026-12-03 12:00");
  });

  test("counts the pauses since filing", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", { kind: "asked", text: "Which?" }, "2026-12-03 09:00")
      .does("pavel", wrote, "2026-12-03 10:00")
      .does("leo", changed("high", "low", { scope: "all" }), "2026-12-03 11:00");
    expect(life.deadline("restore")).toBe("Fri 2026-12-04 09:00");
  });

  test("tells no mark that lies before it, and none twice", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", changed("high", "low", { scope: "one" }), "2026-12-03 08:40")
      .until("2026-12-03 12:00");
    expect(life.told()).toEqual([
      "Thu 2026-12-03 08:30 response 50%",
      "Thu 2026-12-03 11:45 response 15m left",
      "Thu 2026-12-03 12:00 response 100%",
    ]);
  });
});

test("a field that turns out otherwise counts from filing: the scope found to be the platform adds its restore target", () => {
  const life = aTicket({ policy: "eleveo", level: "1", filed: "2026-12-03 10:00", zone: PRAGUE });
  expect(life.deadline("restore")).toBeNull();
  life.does("leo", changed("1", "1", { scope: "platform" }), "2026-12-03 11:00");
  expect(life.deadline("restore")).toBe("Thu 2026-12-03 14:00");
  expect(life.ticket.paging?.nr).toBe(1);
});

describe("pauses", () => {
  test("stop restore while the customer is asked, and no other target", () => {
    const life = aTicket({
      policy: "eleveo",
      level: "2",
      filed: "2026-12-03 09:00",
      zone: PRAGUE,
      attributes: { scope: "platform" },
    });
    expect(life.deadline("restore")).toBe("Mon 2026-12-07 09:00");
    life.does("leo", { kind: "asked", text: "Which version?" }, "2026-12-03 10:00");
    expect(life.deadline("restore")).toBeNull();
    life.does("pavel", wrote, "2026-12-03 12:30");
    expect(life.deadline("restore")).toBe("Mon 2026-12-07 11:30");
  });

  test("a question to the customer is an answer", () => {
    const life = aTicket({ policy: "eleveo", level: "2", filed: "2026-12-03 09:00", zone: PRAGUE });
    life.does("leo", { kind: "asked", text: "Which version?" }, "2026-12-03 10:00");
    expect(life.ticket.targets).toMatchObject([{ kind: "response", metBy: "message" }]);
  });
});

describe("closing and reopening", () => {
  const closing: What = {
    kind: "closed",
    reason: "duplicate",
    outcomes: [{ target: "response", withdrawn: "duplicate" }],
  };

  test("reopening goes on with the counted time that was left", () => {
    const life = aTicket({ policy: "eleveo", level: "3", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", closing, "2026-12-03 09:00")
      .does("pavel", { kind: "reopened", reason: "it is back" }, "2026-12-08 10:00");
    expect(life.deadline("response")).toBe("Tue 2026-12-08 13:00");
    expect(life.told()).toEqual([]);
  });

  test("closing meets resolve, and it stays met after reopening", () => {
    const life = aTicket({ policy: OWN, level: "low", filed: "2026-12-03 08:00", zone: PRAGUE })
      .does("leo", closing, "2026-12-03 09:00")
      .does("pavel", { kind: "reopened", reason: "it is back" }, "2026-12-04 08:00");
    expect(life.ticket.targets.find(({ kind }) => kind === "resolve")).toMatchObject({ metBy: "closing" });
  });

  test("a closed ticket reminds of nothing", () => {
    const life = aTicket({ policy: "eleveo", level: "3", filed: "2026-12-03 08:00", zone: PRAGUE }).does(
      "leo",
      closing,
      "2026-12-03 09:00",
    );
    expect(life.wakeAt).toBeNull();
  });
});

describe("the next answer", () => {
  const life = () => aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE });
  const next = (of: ReturnType<typeof life>) =>
    of.ticket.targets.filter(({ kind }) => kind === "next-response");

  test("is not promised before the first one", () => {
    expect(next(life().does("pavel", wrote, "2026-12-03 08:30"))).toEqual([]);
  });

  test("starts at the first unanswered message after an answer, and later messages do not move it", () => {
    const waiting = life()
      .does("leo", answered, "2026-12-03 08:30")
      .does("pavel", wrote, "2026-12-03 09:00")
      .does("pavel", wrote, "2026-12-03 10:00");
    expect(next(waiting).map(({ deadlineAt }) => wall(deadlineAt, PRAGUE))).toEqual(["Thu 2026-12-03 11:00"]);
  });

  test("keeps its own start when the level is lowered", () => {
    const waiting = life()
      .does("leo", answered, "2026-12-03 08:30")
      .does("pavel", wrote, "2026-12-03 09:00")
      .does("leo", changed("high", "low", { scope: "one" }), "2026-12-03 09:30");
    expect(waiting.deadline("next-response")).toBe("Fri 2026-12-04 09:00");
  });

  test("is not met by a call that came before the message", () => {
    const waiting = life()
      .does("leo", answered, "2026-12-03 08:30")
      .does("pavel", wrote, "2026-12-03 09:00")
      .does(
        "leo",
        { kind: "called", calledAt: at("2026-12-03 08:45", PRAGUE), text: "" },
        "2026-12-03 09:30",
      );
    expect(next(waiting)).toMatchObject([{ metAt: null }]);
  });
});

describe("verdicts", () => {
  test("a call recorded late counts from when it was made", () => {
    const life = aTicket({ policy: "eleveo", level: "1", filed: "2026-12-03 10:00", zone: PRAGUE }).does(
      "leo",
      { kind: "called", calledAt: at("2026-12-03 10:20", PRAGUE), text: "" },
      "2026-12-03 10:50",
    );
    expect(life.ticket.targets).toMatchObject([{ kind: "response", metBy: "call", breachedAt: null }]);
  });

  test("an answer at the deadline itself is in time", () => {
    const life = aTicket({ policy: "eleveo", level: "2", filed: "2026-12-03 10:00", zone: PRAGUE }).does(
      "leo",
      answered,
      "2026-12-03 12:00",
    );
    const [response] = life.ticket.targets;
    expect(response?.metAt).toEqual(response?.deadlineAt);
  });

  test("an internal note meets nothing", () => {
    const life = aTicket({ policy: "eleveo", level: "2", filed: "2026-12-03 10:00", zone: PRAGUE }).does(
      "leo",
      { kind: "noted", text: "known bug", attachments: [] },
      "2026-12-03 10:10",
    );
    expect(life.ticket.targets).toMatchObject([{ metAt: null }]);
  });

  test("both targets of one ticket are reported when both are missed", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE }).until(
      "2026-12-03 12:30",
    );
    expect(life.told().filter((line) => line.endsWith("100%"))).toEqual([
      "Thu 2026-12-03 09:00 response 100%",
      "Thu 2026-12-03 12:00 restore 100%",
    ]);
  });
});

describe("marks", () => {
  test("repeat while a target is overdue, in counted time", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 14:00", zone: PRAGUE }).until(
      "2026-12-04 09:30",
    );
    expect(life.told().filter((line) => line.includes("response"))).toEqual([
      "Thu 2026-12-03 14:30 response 50%",
      "Thu 2026-12-03 14:45 response 15m left",
      "Thu 2026-12-03 15:00 response 100%",
      "Thu 2026-12-03 16:00 response overdue 1",
      "Fri 2026-12-04 09:00 response overdue 2",
    ]);
  });

  test("of which many were missed are told as the last one", () => {
    const life = aTicket({ policy: OWN, level: "high", filed: "2026-12-03 08:00", zone: PRAGUE }).downUntil(
      "2026-12-03 13:30",
    );
    expect(life.told().filter((line) => line.includes("response"))).toEqual([
      "Thu 2026-12-03 13:30 response overdue 4 (with 50%, 15m left, 100%)",
    ]);
  });

  test("that would lie at or before the start are dropped", () => {
    const life = aTicket({
      policy: { yaml: OWN.yaml.replace("15m left", "2h left") },
      level: "high",
      filed: "2026-12-03 08:00",
      zone: PRAGUE,
    });
    const [response] = life.ticket.targets;
    const marks =
      response === undefined ? [] : marksOf(response, termsOfLife(life), at("2026-12-03 08:00", PRAGUE));
    expect(marks.map(({ id }) => id)).toEqual(["50%", "100%", "overdue 1"]);
  });
});
