import { describe, expect, it } from "vitest";
import { answerQuestion, readAnswer, type Question } from "../../src/cli/questions.ts";
import { aDesk, type TestDesk } from "../support/desk.ts";

const NORMAL = { title: "Wrong paper size", body: "A4 instead of letter.", level: "normal" };

async function ask(desk: TestDesk, question: Question) {
  const asked = { store: desk.store, platforms: new Map(), now: () => desk.now() };
  // As it arrives from another process.
  return readAnswer(JSON.parse(JSON.stringify(await answerQuestion(question, asked))));
}

describe("belfry show", () => {
  it("tells a ticket's targets and its history, instants in UTC", async () => {
    await using desk = await aDesk("2026-12-03 09:30");
    await desk.files("carl", NORMAL);
    await desk.presses("sam", "take", "ACME-1");
    const { text } = await ask(desk, { ask: "show", number: "acme-1" });
    expect(text).toMatch(/^ACME-1 {2}Wrong paper size\nACME Print, Normal, /);
    expect(text).toContain("filed by Carl Reyes, received 2026-12-03T15:30:00Z, taken by Sam Okafor");
    expect(text).toContain("due 2026-12-03T21:30:00Z");
    expect(text).toMatch(/2026-12-03T15:30:00Z {2}Sam Okafor +taken/);
  });

  it("gives programs all of it, with every event", async () => {
    await using desk = await aDesk("2026-12-03 09:30");
    await desk.files("carl", NORMAL);
    const { json } = await ask(desk, { ask: "show", number: "ACME-1" });
    expect(json).toMatchObject({
      number: "ACME-1",
      title: "Wrong paper size",
      receivedAt: "2026-12-03T15:30:00.000Z",
      targets: [{ kind: "response", deadlineAt: "2026-12-03T21:30:00.000Z" }],
      events: [{ seq: 0, by: "Carl Reyes", kind: "filed" }],
    });
  });

  it("shows what people wrote without what could steer a terminal", async () => {
    await using desk = await aDesk("2026-12-03 09:30");
    await desk.files("carl", { ...NORMAL, title: "red \u001b[31malert\u202e\u0007 now" });
    const { text } = await ask(desk, { ask: "show", number: "ACME-1" });
    expect(text).toContain("red [31malert now");
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("refuses a number that there is not", async () => {
    await using desk = await aDesk("2026-12-03 09:30");
    await expect(ask(desk, { ask: "show", number: "ACME-17" })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("ACME-17") as string,
    });
  });
});

describe("belfry list", () => {
  it("lists open tickets, the most urgent first, and closed ones where they are wanted", async () => {
    await using desk = await aDesk("2026-12-03 09:30");
    await desk.files("carl", NORMAL);
    await desk.files("pavel", { title: "All is down", body: "All of it.", level: "1" });
    const { text, json } = await ask(desk, { ask: "list", all: false });
    expect(text.split("\n").map((line) => line.split(" ")[0])).toEqual(["PCC-1", "ACME-1", ""]);
    expect(text).toContain("due 2026-12-03T21:30:00Z");
    expect(json).toMatchObject({ total: 2 });

    await desk.presses("sam", "close", "ACME-1", {
      text: "Done.",
      response: "withdrawn",
      "response-why": "dup",
    });
    expect((await ask(desk, { ask: "list", all: true })).json).toMatchObject({ total: 2 });
  });

  it("says so where there are none", async () => {
    await using desk = await aDesk("2026-12-03 09:30");
    expect((await ask(desk, { ask: "list", all: false })).text).toBe("No tickets.\n");
  });
});
