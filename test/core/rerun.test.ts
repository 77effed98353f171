import { describe, expect, test } from "vitest";
import type { Circumstances } from "../../src/core/agenda.ts";
import { compare, hasFlipped, isReproduced } from "../../src/core/comparison.ts";
import { readPast } from "../../src/core/past.ts";
import { rerun, type Rerun } from "../../src/core/rerun.ts";
import type { What } from "../../src/core/ticket.ts";
import { presetText } from "../../src/policies/presets.ts";
import { aTicket, at, LADDER, policyOf, ROTATION, wall, type Life } from "../support/life.ts";

const CHICAGO = "America/Chicago";
const SEED = { id: "t1", number: "ACME-1", customer: "ACME", policyRevision: "r1", zone: CHICAGO };
const answered: What = { kind: "answered", text: "We see it.", attachments: [] };

/** The record of a life up to an instant, run again in the same circumstances but for those that a test changes. */
function again(life: Life, until: string, change: Partial<Circumstances> = {}): Rerun {
  const recorded: Circumstances = { policy: life.policy, ladders: [LADDER], rotations: [ROTATION] };
  const seed = { ...SEED, zone: life.zone };
  const past = readPast(seed, events(life), () => recorded, at(until, life.zone));
  return rerun(seed, past, () => ({ ...recorded, ...change }));
}

function events(life: Life) {
  return life.steps.map(({ event }) => event);
}

function isAsRecorded(life: Life, until: string): boolean {
  return isReproduced({ ticket: life.ticket, events: events(life) }, again(life, until));
}

/** "Mon 2026-12-07 12:00 reminder response 50%": all that the second side tells, and the first does not. */
function told(life: Life, replayed: Rerun, until: string): string[] {
  const recorded = { ticket: life.ticket, events: events(life) };
  return compare(recorded, replayed, at(until, life.zone)).changes.map(
    ({ what, words, recordedAt, replayedAt }) =>
      `${what} ${words}: ${wall(recordedAt, life.zone)} -> ${wall(replayedAt, life.zone)}`,
  );
}

const friday = () =>
  aTicket({ policy: "aleyant", level: "urgent", filed: "2026-12-04 18:05", zone: CHICAGO });
const normal = (filed: string) => aTicket({ policy: "aleyant", level: "normal", filed, zone: CHICAGO });

describe("a ticket replayed under its own policy", () => {
  test("comes about as it did, page by page and reminder by reminder", () => {
    const life = friday().until("2026-12-07 12:30").does("sam", answered, "2026-12-07 13:10");
    expect(isAsRecorded(life.until("2026-12-09 12:00"), "2026-12-09 12:00")).toBe(true);
  });

  test("tells late what it told late, because Belfry was down", () => {
    const life = normal("2026-12-03 09:30").downUntil("2026-12-03 16:20").until("2026-12-04 12:00");
    expect(life.told()).toEqual(["Thu 2026-12-03 16:20 response 100% (with 50%, goal, 80%)"]);
    expect(isAsRecorded(life, "2026-12-04 12:00")).toBe(true);
  });

  test("leaves a reminder untold where an answer came before Belfry was up again", () => {
    const life = normal("2026-12-03 09:30");
    // Down from before 12:30 on: the answer is the first thing that it hears.
    life.wakeAt = null;
    life.does("sam", answered, "2026-12-03 14:00").until("2026-12-04 12:00");
    expect(life.told()).toEqual([]);
    expect(isAsRecorded(life, "2026-12-04 12:00")).toBe(true);
  });

  test("knows the reminder of this very instant as not told yet where the answer came first", () => {
    const life = normal("2026-12-03 09:30");
    life.wakeAt = null;
    life.does("sam", answered, "2026-12-03 12:30");
    expect(life.told()).toEqual([]);
    expect(isAsRecorded(life, "2026-12-03 13:00")).toBe(true);
  });

  test("knows what fell due before the record ends, and nobody looked at", () => {
    const life = normal("2026-12-03 09:30");
    expect(isAsRecorded(life, "2026-12-03 12:45")).toBe(true);
  });

  test("knows an act that is dated before the look that it waited for", () => {
    const life = normal("2026-12-03 09:30").until("2026-12-03 12:30");
    const last = life.steps.at(-1)?.event;
    expect(last?.what.kind).toBe("reminded");
    life.wakeAt = null;
    life.does("sam", { kind: "taken" }, "2026-12-03 12:29").until("2026-12-03 13:29");
    expect(isAsRecorded(life, "2026-12-03 13:30")).toBe(true);
  });

  test("passes over whom the platform could not reach", () => {
    const life = friday();
    const unreached: What = {
      kind: "page-missed",
      step: 0,
      round: 0,
      role: "primary",
      person: "mia",
      here: false,
      why: "user_not_found",
      nextAt: at("2026-12-04 18:06", CHICAGO),
    };
    life.does("belfry", unreached, "2026-12-04 18:06").until("2026-12-04 18:20");
    expect(life.told().slice(1, 4)).toEqual([
      "Fri 2026-12-04 18:05 paged mia",
      "Fri 2026-12-04 18:06 could not page mia: user_not_found",
      "Fri 2026-12-04 18:06 paged sam",
    ]);
    expect(isAsRecorded(life, "2026-12-04 18:21")).toBe(true);
  });
});

describe("a ticket replayed under another policy", () => {
  const within = (limit: string) =>
    policyOf({ yaml: presetText("aleyant").replaceAll("within: 6h, goal: 4h", `within: ${limit}`) });

  test("is late under a shorter limit, and reminds earlier", () => {
    const life = normal("2026-12-03 09:30").does("sam", answered, "2026-12-03 15:00");
    const replayed = again(life, "2026-12-04 12:00", { policy: within("4h") });
    expect(told(life, replayed, "2026-12-04 12:00")).toEqual([
      "reminder response 50%: Thu 2026-12-03 12:30 -> Thu 2026-12-03 11:30",
      "reminder response goal: Thu 2026-12-03 13:30 -> null",
      "reminder response 80%: Thu 2026-12-03 14:18 -> Thu 2026-12-03 12:42",
      "reminder response 100%: null -> Thu 2026-12-03 13:30",
    ]);
    const recorded = { ticket: life.ticket, events: events(life) };
    const [target] = compare(recorded, replayed, at("2026-12-04 12:00", CHICAGO)).targets;
    expect(target).toMatchObject({ recorded: { verdict: "met" }, replayed: { verdict: "breached" } });
    expect(target !== undefined && hasFlipped(target)).toBe(true);
  });

  test("pages nobody where the level does not page, and drops the acknowledgement of that page", () => {
    const life = friday().does("mia", { kind: "acknowledged", how: "button" }, "2026-12-04 18:07");
    const levels = life.policy.levels.map((level) => ({ ...level, page: undefined }));
    const policy = { ...life.policy, levels };
    const replayed = again(life, "2026-12-05 12:00", { policy });
    expect(told(life, replayed, "2026-12-05 12:00")).toEqual([
      "page mia, step 1: Fri 2026-12-04 18:05 -> null",
    ]);
    expect(replayed.idle.map(({ what }) => what.kind)).toEqual(["acknowledged"]);
  });

  test("rings in another order by another ladder", () => {
    const life = friday().until("2026-12-04 18:06").does("sam", { kind: "taken" }, "2026-12-04 18:09");
    const ladder = { ...LADDER, steps: LADDER.steps.toReversed() };
    expect(told(life, again(life, "2026-12-05 12:00", { ladders: [ladder] }), "2026-12-05 12:00")).toEqual([
      "page mia, step 1: Fri 2026-12-04 18:05 -> null",
      "page channel, step 1: null -> Fri 2026-12-04 18:05",
    ]);
  });

  test("is told when Belfry was up again where it falls due while Belfry was down", () => {
    const life = normal("2026-12-03 09:30").downUntil("2026-12-03 16:20");
    // The half of seven hours is used at 13:00. Of an outage only what was due in it is known: from 12:30 on.
    const replayed = again(life, "2026-12-03 16:29", { policy: within("7h") });
    expect(told(life, replayed, "2026-12-03 16:29")).toEqual([
      "reminder response 100%: Thu 2026-12-03 16:20 -> null",
      "reminder response 80%: null -> Thu 2026-12-03 16:20",
    ]);
  });

  test("cannot be compared where the policy lacks its level, and says so", () => {
    const life = normal("2026-12-03 09:30");
    const policy = policyOf("eleveo");
    expect(() => again(life, "2026-12-03 16:30", { policy })).toThrow(
      '"normal" is no level of eleveo; it has 1, 2, 3, 4.',
    );
  });
});
