// "Why this time?": whoever asks gets every span that counts and every one that does not, and can add it up.
import { describe, expect, test } from "vitest";
import { aDesk, type TestDesk } from "../support/desk.ts";

async function whyOf(desk: TestDesk, who: string, ticket: string): Promise<string[]> {
  return (await desk.presses(who, "why", ticket)).split("\n");
}

describe("why this time", () => {
  test("Thanksgiving is named, and what counts before and after it adds up to the six hours", async () => {
    await using desk = await aDesk("2026-11-25 15:12");
    await desk.files("carl", { title: "Wrong paper", body: "A4 instead of letter.", level: "normal" });
    expect(await whyOf(desk, "carl", "ACME-1")).toEqual([
      expect.stringMatching(
        /^First answer: due Fri 27 Nov 2026 13:12 CST · 6 h of counted time left\. Promised within 6h from Wed 25 Nov 2026 15:12 CST, in the hours of "support-hours", by the clock of America\/Chicago; clause /,
      ),
      "Wed 25 Nov 2026 15:12 CST to Wed 25 Nov 2026 17:00 CST: counts 1 h 48 min",
      "Wed 25 Nov 2026 17:00 CST to Thu 26 Nov 2026 00:00 CST: closed, night",
      "Thu 26 Nov 2026 00:00 CST to Fri 27 Nov 2026 00:00 CST: closed, holiday: Thanksgiving Day",
      "Fri 27 Nov 2026 00:00 CST to Fri 27 Nov 2026 09:00 CST: closed, night",
      "Fri 27 Nov 2026 09:00 CST to Fri 27 Nov 2026 13:12 CST: counts 4 h 12 min",
      "Counted: 1 h 48 min + 4 h 12 min = 6 h, all that was promised. Due Fri 27 Nov 2026 13:12 CST.",
    ]);
  });

  test("the hour that a clock change skips is no hour of the customer's day", async () => {
    await using desk = await aDesk("2026-03-27 16:00", "Europe/Prague");
    await desk.files("pavel", { title: "Slow", body: "Very.", level: "2", "field.scope": "platform" });
    const proof = await whyOf(desk, "sam", "PCC-1");
    expect(proof).toContain("Sat 28 Mar 2026 00:00 CET to Mon 30 Mar 2026 00:00 CEST: closed, weekend");
    expect(proof).toContain(
      "Counted: 1 h + 1 h = 2 h, all that was promised. Due Mon 30 Mar 2026 09:00 CEST.",
    );
    expect(proof).toContain(
      "Counted: 1 h + 9 h + 8 h = 18 h, all that was promised. Due Tue 31 Mar 2026 16:00 CEST.",
    );
  });

  test("a pause says whose it is, and does not count", async () => {
    await using desk = await aDesk("2026-04-13 09:00", "Europe/Prague");
    await desk.files("pavel", { title: "Slow", body: "Very.", level: "2", "field.scope": "platform" });
    await desk.turnTo("2026-04-13 10:30");
    await desk.presses("sam", "ask", "PCC-1", { text: "Which browser?" });
    await desk.turnTo("2026-04-13 14:00");
    const paused = await whyOf(desk, "sam", "PCC-1");
    expect(paused).toContain(
      "Mon 13 Apr 2026 10:30 CEST to Mon 13 Apr 2026 14:00 CEST: paused, waiting for the customer, asked by Sam Okafor",
    );
    expect(paused).toContain("Counted so far: 1 h 30 min of 18 h. It stands still, so nothing is due.");

    await desk.says("pavel", desk.find("pcc", "RECEIPT PCC-1"), "Every one of them.");
    const running = await whyOf(desk, "pavel", "PCC-1");
    expect(running).toContain(
      "Counted: 1 h 30 min + 3 h + 9 h + 4 h 30 min = 18 h, all that was promised. Due Wed 15 Apr 2026 12:30 CEST.",
    );
  });

  test("after a raise the earlier promise binds, and the later one is named beside it", async () => {
    await using desk = await aDesk("2026-04-13 09:00", "Europe/Prague");
    await desk.files("pavel", { title: "Slow", body: "Very.", level: "3", "field.scope": "platform" });
    await desk.turnTo("2026-04-13 11:30");
    await desk.presses("sam", "change-level", "PCC-1", {
      level: "2",
      text: "Worse.",
      "field.scope": "platform",
    });
    const proof = (await whyOf(desk, "sam", "PCC-1")).join("\n");
    expect(proof).toContain("First answer: due Mon 13 Apr 2026 13:00 CEST");
    expect(proof).toContain(
      "Level High promises 2h from Mon 13 Apr 2026 11:30 CEST, which would be due Mon 13 Apr 2026 13:30 CEST; the earlier one binds.",
    );
    expect(proof).toContain("Function restored: due Wed 15 Apr 2026 11:30 CEST");
    expect(proof).toContain("Level Medium promises 5d from Mon 13 Apr 2026 09:00 CEST");
  });

  test("what was met stays proved as it stood then", async () => {
    await using desk = await aDesk("2026-04-13 09:00", "Europe/Prague");
    await desk.files("pavel", { title: "Slow", body: "Very.", level: "3" });
    await desk.turnTo("2026-04-13 10:00");
    await desk.presses("sam", "reply", "PCC-1", { text: "We look into it." });
    await desk.turnTo("2026-04-13 11:00");
    await desk.presses("sam", "close", "PCC-1", { text: "Done." });
    await desk.turnTo("2026-04-20 11:00");
    const proof = await whyOf(desk, "sam", "PCC-1");
    expect(proof[0]).toContain("First answer: met Mon 13 Apr 2026 10:00 CEST. Promised within 4h");
    expect(proof.at(-1)).toBe("Counted: 4 h, all that was promised. Due Mon 13 Apr 2026 13:00 CEST.");
  });

  test("a contact of another customer gets no proof", async () => {
    await using desk = await aDesk("2026-04-13 09:00", "Europe/Prague");
    await desk.files("pavel", { title: "Slow", body: "Very.", level: "3" });
    expect(await desk.presses("carl", "why", "PCC-1")).toContain(
      "There is no ticket PCC-1 that you can see.",
    );
  });
});
