// The working of a ticket's deadlines: derived anew from its spans alone, it gives the deadline that is stored.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { proofsOf, type TargetProof } from "../../src/core/why.ts";
import type { What } from "../../src/core/ticket.ts";
import { aTicket, type Life } from "../support/life.ts";
import { rederive } from "./rederive.ts";

const ZONE = "Europe/Prague";

function proofs(life: Life): TargetProof[] {
  const events = life.steps.map(({ event }) => event);
  const now = events.at(-1)?.at ?? new Date(0);
  return proofsOf({ ticket: life.ticket, policyOf: () => life.policy, events }, (person) => person, now);
}

/** Days and minutes after the ticket was filed, as a wall time in April 2026. */
function wallAfter(minutes: number): string {
  return new Date(Date.UTC(2026, 2, 24, 8) + minutes * 60_000).toISOString().slice(0, 16).replace("T", " ");
}

const acts: fc.Arbitrary<What> = fc.oneof(
  fc.constantFrom<What>(
    { kind: "asked", text: "Which one?" },
    { kind: "wrote", text: "This one.", attachments: [] },
    { kind: "answered", text: "Look.", attachments: [] },
    { kind: "held", reason: "a release" },
    { kind: "resumed" },
    { kind: "closed", reason: "done", outcomes: [] },
    { kind: "reopened", reason: "back" },
  ),
  fc.constantFrom("1", "2", "3").map((to): What => ({
    kind: "level-changed",
    from: "",
    to,
    attributes: { scope: "platform" },
    reason: "so",
  })),
);

describe("the working of a ticket's deadlines", () => {
  test("gives each stored deadline again, whatever happened to the ticket", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 2000 }), acts), { maxLength: 8 }), (story) => {
        const life = aTicket({
          policy: "eleveo",
          level: "3",
          filed: wallAfter(0),
          zone: ZONE,
          attributes: { scope: "platform" },
        });
        let minutes = 0;
        for (const [after, what] of story) {
          minutes += after;
          const isClosed = life.ticket.statuses.at(-1)?.status === "closed";
          if (isClosed !== (what.kind === "reopened")) continue;
          const from = life.ticket.level;
          life.does("sam", what.kind === "level-changed" ? { ...what, from } : what, wallAfter(minutes));
        }
        for (const proof of proofs(life)) {
          const { deadlineAt, dueAtChange, startedAt, withinMs, steps, target } = proof;
          expect(deadlineAt?.getTime()).toBe(target.deadlineAt?.getTime());
          if (deadlineAt === null) continue;
          const derived = rederive(startedAt.getTime(), withinMs, steps);
          if (dueAtChange === null) expect(derived).toBe(deadlineAt.getTime());
          else expect(Number(derived)).toBeLessThan(dueAtChange.getTime());
        }
      }),
      { numRuns: 400 },
    );
  });

  test("says of a length that was full before the change that promised it, that it is due at the change", () => {
    const life = aTicket({ policy: "eleveo", level: "2", filed: "2026-04-13 08:00", zone: ZONE });
    life.does(
      "sam",
      { kind: "level-changed", from: "2", to: "3", attributes: {}, reason: "less" },
      "2026-04-14 15:00",
    );
    const [proof] = proofs(life);
    expect(proof?.dueAtChange?.toISOString()).toBe("2026-04-14T13:00:00.000Z");
    expect(proof?.countedMs).toBe(4 * 3_600_000);
  });
});
