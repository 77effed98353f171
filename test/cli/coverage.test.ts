import { describe, expect, it } from "vitest";
import { coverageAnswer } from "../../src/cli/coverage.ts";
import { answerQuestion, readAnswer, type Question } from "../../src/cli/questions.ts";
import { aDesk, type TestDesk } from "../support/desk.ts";

async function ask(desk: TestDesk, question: Question) {
  const asked = { store: desk.store, platforms: new Map(), now: () => desk.now() };
  return readAnswer(JSON.parse(JSON.stringify(await answerQuestion(question, asked))));
}

/** Mia is away on the holidays; then Sam is alone. */
const rewritten = (file: string) =>
  `${file}\nleave: [{ person: mia, from: 2026-12-24 10:00, to: 2026-12-27 10:00 }]\n`;

describe("belfry coverage", () => {
  it("says where all is well", async () => {
    await using desk = await aDesk("2026-12-03 12:00");
    const { text, json } = await ask(desk, { ask: "coverage", days: 90, at: null });
    expect(text).toBe("In the next 90 days every page finds whom its ladder asks for.\n");
    expect(json).toEqual({ from: "2026-12-03T18:00:00.000Z", to: "2027-03-03T18:00:00.000Z", gaps: [] });
  });

  it("names each gap of the desk in force, by the rotation's clock, and as data", async () => {
    await using desk = await aDesk("2026-12-03 12:00", "America/Chicago", { rewritten });
    const { text, json } = await ask(desk, { ask: "coverage", days: 90, at: null });
    const lines = text.split("\n").map((line) => line.replace(/ {2,}/g, "  "));
    expect(lines[0]).toMatch(/^In the next 90 days there (are \d+ gaps|is 1 gap):$/);
    expect(lines).toContain(
      "ACME  Thu 24 Dec 2026 17:00 CST to Sun 27 Dec 2026 09:00 CST  one person alone is on call: there is no secondary",
    );
    expect(json).toMatchObject({
      gaps: expect.arrayContaining([
        expect.objectContaining({
          ...{ customer: "ACME", kind: "no secondary", person: null, clearance: null },
          ...{ from: "2026-12-24T23:00:00.000Z", to: "2026-12-27T15:00:00.000Z" },
        }),
      ]) as unknown,
    });
  });

  it("says who would be paged at an instant", async () => {
    await using desk = await aDesk("2026-12-03 12:00", "America/Chicago", { rewritten });
    const { text } = await ask(desk, { ask: "coverage", days: 90, at: "2026-12-25T18:00:00Z" });
    expect(text.split("\n").slice(0, 5)).toEqual([
      "ACME: pages at once: urgent; ladder urgent",
      "  Fri 25 Dec 2026 12:00 CST  Sam Okafor (primary)",
      "  Fri 25 Dec 2026 12:05 CST  Sam Okafor (primary)",
      "  Fri 25 Dec 2026 12:10 CST  nobody is called: nobody is secondary",
      "  Fri 25 Dec 2026 12:10 CST  the on-call channel with @here",
    ]);
  });

  it("refuses a desk file that names a policy that there is not, rather than calling it covered", async () => {
    await using desk = await aDesk("2026-12-03 12:00");
    const { directory } = await desk.store.transaction((tx) => tx.directory());
    const days = { days: 1, at: null };
    expect(() => coverageAnswer(days, { directory, policies: [] }, desk.now())).toThrow(
      "ACME's policy aleyant is not in force, or there is none",
    );
  });
});
