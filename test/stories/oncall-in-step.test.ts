// What is kept in step with the roster where the desk file asks for it, and what the on-call channel is told each week.
import { describe, expect, test } from "vitest";
import { CHORES } from "../../src/desk/chores.ts";
import { aDesk, said } from "../support/desk.ts";

const CHICAGO = "America/Chicago";
const asking = (file: string) =>
  file.replace(
    "people: [sam, mia] }",
    "people: [sam, mia], keep-in-step: { group: S0ONCALL001, topic: true } }",
  );

/** It is Mia's week until Monday 09:00, then Sam's. */
function desk(rewritten: (file: string) => string) {
  return aDesk("2026-12-04 10:00", CHICAGO, { chores: CHORES, rewritten });
}

describe("the group of those on call and the topic of their channel", () => {
  test("follow each hand-over and each change made in chat", async () => {
    await using d = await desk(asking);
    await d.turnTo("2026-12-04 10:01");
    expect(d.chat.settings()).toEqual([
      { is: "group", group: "slack:S0ONCALL001", people: ["slack:U0MIA000001"] },
      { is: "topic", place: "slack:C0ONCALL001", topic: "On call: weekly: Mia Chen, then Sam Okafor" },
    ]);
    await d.does("leo", { kind: "words", command: "oncall", text: "override leo 11:00 - 12:00" });
    await d.turnTo("2026-12-04 11:30");
    expect(d.chat.settings()[0]).toMatchObject({ people: ["slack:U0LEO000001"] });
    await d.turnTo("2026-12-07 09:00");
    expect(d.chat.settings()).toMatchObject([
      { people: ["slack:U0SAM000001"] },
      { topic: "On call: weekly: Sam Okafor, then Mia Chen" },
    ]);
  });

  test("know the group by its handle, too", async () => {
    await using d = await desk((file) => asking(file).replace("group: S0ONCALL001", 'group: "@oncall"'));
    await d.turnTo("2026-12-04 10:01");
    expect(d.chat.settings()[0]).toMatchObject({ group: "slack:@oncall", people: ["slack:U0MIA000001"] });
  });

  test("are left alone where the desk file does not ask", async () => {
    await using d = await desk((file) => file);
    await d.turnTo("2026-12-07 12:00");
    expect(d.chat.settings()).toEqual([]);
  });

  test("that Belfry may not set are told once to the on-call channel, and the roster goes on", async () => {
    await using d = await desk(asking);
    d.chat.refuseSetting = ({ is }) => (is === "group" ? { is: "failed", why: "missing_scope" } : null);
    await d.turnTo("2026-12-21 12:00");
    const told = d.reads("oncall").filter((line) => line.includes("may not keep"));
    expect(told).toEqual([
      expect.stringContaining(
        "Belfry may not keep the group of those on call in step with the roster (missing_scope).",
      ),
    ]);
    expect(d.chat.settings()).toMatchObject([{ topic: "On call: weekly: Sam Okafor, then Mia Chen" }]);
  });
});

test("each Monday at nine the on-call channel reads which pages would find nobody", async () => {
  await using d = await desk((file) => file);
  expect(said(await d.does("leo", { kind: "words", command: "oncall", text: "week" }))).toContain("weekly");
  await d.does("mia", {
    kind: "words",
    command: "oncall",
    text: "leave 2026-12-24 09:00 - 2026-12-27 09:00",
  });
  await d.turnTo("2026-12-07 08:59");
  const weekly = () => d.reads("oncall").filter((line) => line.startsWith("Coverage"));
  expect(weekly()).toEqual([]);
  await d.turnTo("2026-12-07 10:00");
  expect(weekly()).toEqual([
    expect.stringMatching(/^Coverage: in the next 90 days there (is|are) \d+ gaps?\./),
  ]);
  expect(weekly()[0]).toContain("ACME: Thu 24 Dec 2026");
  await d.turnTo("2026-12-14 10:00");
  expect(weekly()).toHaveLength(2);
});
