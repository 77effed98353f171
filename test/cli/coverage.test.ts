import { describe, expect, it } from "vitest";
import { coverageAnswer } from "../../src/cli/coverage.ts";
import { answerQuestion, readAnswer, type Question } from "../../src/cli/questions.ts";
import { hearings } from "../../src/desk/chores/hearings.ts";
import { aDesk, PLACES, type TestDesk } from "../support/desk.ts";

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
    expect(text).toBe(
      "In the next 90 days every page finds whom its ladder asks for.\n" +
        "No platform was asked yet about accounts, direct messages and paused notifications: Belfry does when it runs.\n",
    );
    expect(json).toEqual({
      ...{ from: "2026-12-03T18:00:00.000Z", to: "2027-03-03T18:00:00.000Z", gaps: [], askedAt: null },
    });
  });

  it("names each gap of the desk in force, by the rotation's clock, and as data", async () => {
    await using desk = await aDesk("2026-12-03 12:00", "America/Chicago", { rewritten });
    const { text, json } = await ask(desk, { ask: "coverage", days: 90, at: null });
    const lines = text.split("\n").map((line) => line.replace(/ {2,}/g, "  "));
    expect(lines[0]).toMatch(/^In the next 90 days there (are \d+ gaps|is 1 gap):$/);
    expect(lines).toContain(
      "ACME  Thu 24 Dec 2026 17:00 CST to Sun 27 Dec 2026 09:00 CST  one person alone is on call: there is no secondary (ladder urgent, rotation weekly)",
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

  it("names who cannot be reached, and whose notifications are paused, as far as the platform told", async () => {
    await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", { chores: [hearings] });
    const quiet = { from: new Date("2026-12-05T04:00:00Z"), to: new Date("2026-12-05T13:00:00Z") };
    desk.chat.hearings.set(PLACES["mia"] ?? "", { is: "there", quiet });
    desk.chat.hearings.set(PLACES["sam"] ?? "", { is: "gone", why: "this person's account is switched off" });
    await desk.turnTo("2026-12-04 18:06");
    const { text, json } = await ask(desk, { ask: "coverage", days: 1, at: null });
    const lines = text.split("\n").map((line) => line.replace(/ {2,}/g, "  "));
    expect(lines).toContain(
      "ACME  Fri 4 Dec 2026 22:00 CST to Sat 5 Dec 2026 07:00 CST  Mia Chen is called, and has notifications paused (ladder urgent)",
    );
    expect(lines).toContain(
      "ACME  Fri 4 Dec 2026 18:06 CST and on  Sam Okafor is called, and no direct message arrives there: this person's account is switched off (ladder urgent)",
    );
    expect(lines.at(-2)).toBe(
      "What the platforms know of accounts, direct messages and the next paused notifications was asked Sat 5 Dec 2026 00:05 UTC.",
    );
    expect(json).toMatchObject({ askedAt: "2026-12-05T00:05:00.000Z" });

    const then = await ask(desk, { ask: "coverage", days: 1, at: "2026-12-05T06:00:00Z" });
    expect(then.text.split("\n").slice(0, 5)).toEqual([
      "ACME: pages at once: urgent; ladder urgent",
      "  Sat 5 Dec 2026 00:00 CST  Mia Chen (primary), silently: notifications are paused until Sat 5 Dec 2026 07:00 CST",
      "  Sat 5 Dec 2026 00:00 CST  Mia Chen (primary), silently: notifications are paused until Sat 5 Dec 2026 07:00 CST",
      "  Sat 5 Dec 2026 00:00 CST  nobody is called: Sam Okafor cannot be reached: this person's account is switched off",
      "  Sat 5 Dec 2026 00:00 CST  everybody in the on-call channel",
    ]);
  });

  it("says who would be paged at an instant", async () => {
    await using desk = await aDesk("2026-12-03 12:00", "America/Chicago", { rewritten });
    const { text } = await ask(desk, { ask: "coverage", days: 90, at: "2026-12-25T18:00:00Z" });
    expect(text.split("\n").slice(0, 5)).toEqual([
      "ACME: pages at once: urgent; ladder urgent",
      "  Fri 25 Dec 2026 12:00 CST  Sam Okafor (primary)",
      "  Fri 25 Dec 2026 12:05 CST  Sam Okafor (primary)",
      "  Fri 25 Dec 2026 12:10 CST  nobody is called: nobody is secondary",
      "  Fri 25 Dec 2026 12:10 CST  everybody in the on-call channel",
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
