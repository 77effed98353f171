import { describe, expect, it } from "vitest";
import { answerQuestion, readAnswer, type Question } from "../../src/cli/questions.ts";
import { aDesk, type TestDesk } from "../support/desk.ts";

async function ask(desk: TestDesk, question: Question) {
  const asked = { store: desk.store, platforms: new Map(), now: () => desk.now() };
  return readAnswer(JSON.parse(JSON.stringify(await answerQuestion(question, asked))));
}

const NORMAL = { title: "Wrong paper size", body: "A4 instead of letter.", level: "normal" };

describe("belfry why", () => {
  it("proves a deadline by the clock of whoever asks", async () => {
    await using desk = await aDesk("2026-11-25 15:12");
    await desk.files("carl", NORMAL);
    const { text } = await ask(desk, { ask: "why", number: "acme-1", timezone: "Europe/Prague" });
    expect(text.split("\n")).toEqual([
      "ACME-1  Wrong paper size",
      "",
      expect.stringMatching(
        /^First answer: due Fri 27 Nov 2026 20:12 CET · 6 h of counted time left\. Promised /,
      ),
      "  + Wed 25 Nov 2026 22:12 CET to Thu 26 Nov 2026 00:00 CET: counts 1 h 48 min",
      "    Thu 26 Nov 2026 00:00 CET to Thu 26 Nov 2026 07:00 CET: closed, night",
      "    Thu 26 Nov 2026 07:00 CET to Fri 27 Nov 2026 07:00 CET: closed, holiday: Thanksgiving Day",
      "    Fri 27 Nov 2026 07:00 CET to Fri 27 Nov 2026 16:00 CET: closed, night",
      "  + Fri 27 Nov 2026 16:00 CET to Fri 27 Nov 2026 20:12 CET: counts 4 h 12 min",
      "  Counted: 1 h 48 min + 4 h 12 min = 6 h, all that was promised. Due Fri 27 Nov 2026 20:12 CET.",
      "",
    ]);
  });

  it("gives programs the spans, and the picture", async () => {
    await using desk = await aDesk("2026-11-25 15:12");
    await desk.files("carl", NORMAL);
    const { json } = await ask(desk, { ask: "why", number: "ACME-1", timezone: null });
    expect(json).toMatchObject({
      number: "ACME-1",
      targets: [
        {
          kind: "response",
          within: "6h",
          withinMs: 21_600_000,
          countedMs: 21_600_000,
          deadline: "2026-11-27T19:12:00Z",
          spans: [
            { kind: "counted", countedMs: 6_480_000 },
            { kind: "night" },
            { kind: "holiday", name: "Thanksgiving Day" },
            { kind: "night" },
            { kind: "counted", to: "2026-11-27T19:12:00Z", countedMs: 15_120_000 },
          ],
        },
      ],
      svg: expect.stringMatching(/^<svg /) as string,
    });
  });

  it("refuses a number that there is not", async () => {
    await using desk = await aDesk("2026-12-03 09:30");
    await expect(ask(desk, { ask: "why", number: "ACME-17", timezone: null })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});
