// A page that leaves by another way than chat: it rings there, and stops ringing there, with the page in chat.
import { describe, expect, test } from "vitest";
import { pagerDutyWay } from "../../src/chat/ways/pagerduty.ts";
import { aDesk } from "../support/desk.ts";
import { aReceiver, type Receiver } from "../support/receiver.ts";

const URGENT = {
  title: "Nobody can order",
  body: "The shop shows an error.",
  level: "urgent",
  confirm: true,
};

/** The sandbox's desk with a ladder of its own: whoever is on call, and five minutes later PagerDuty. */
function aDeskWithPagerDuty({ url }: Receiver) {
  const machineNow = () => new Date();
  const way = pagerDutyWay(() => Promise.resolve({ url, routingKey: "R0UT1NGKEY" }), { machineNow });
  return aDesk("2026-12-04 18:05", "America/Chicago", {
    ways: [way],
    rewritten: (file) =>
      `${file.slice(0, file.indexOf("ladders:"))}ways: [{ id: pd, pagerduty: PAGERDUTY_KEY }]
ladders:
  - id: urgent
    rotation: weekly
    rounds: 2
    steps: [{ page: primary, wait: 5m }, { page: way pd, wait: 5m }]
`,
  });
}

function actionsOf(pagerDuty: Receiver): unknown[] {
  return pagerDuty.events().map((event) => event["event_action"]);
}

function keysOf(pagerDuty: Receiver): number {
  return new Set(pagerDuty.events().map((event) => event["dedup_key"])).size;
}

describe("a ladder that goes on to PagerDuty", () => {
  test("triggers an alert there, which is acknowledged with the page in Slack", async () => {
    await using pagerDuty = await aReceiver();
    await using desk = await aDeskWithPagerDuty(pagerDuty);
    await desk.files("carl", URGENT);
    expect(pagerDuty.received).toEqual([]);
    await desk.turnTo("2026-12-04 18:10");
    expect(actionsOf(pagerDuty)).toEqual(["trigger"]);
    expect(pagerDuty.received[0]?.body).toContain("ACME-1");
    await desk.presses("sam", "acknowledge", "ACME-1");
    expect(actionsOf(pagerDuty)).toEqual(["trigger", "acknowledge"]);
    expect(keysOf(pagerDuty)).toBe(1);
  });

  test("resolves the alert where the ticket turns out not to be urgent", async () => {
    await using pagerDuty = await aReceiver();
    await using desk = await aDeskWithPagerDuty(pagerDuty);
    await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:10");
    await desk.presses("sam", "change-level", "ACME-1", { level: "normal", text: "One shop alone." });
    expect(actionsOf(pagerDuty)).toEqual(["trigger", "resolve"]);
    expect(keysOf(pagerDuty)).toBe(1);
  });

  test("is one alert through both rounds, and stays one where nobody answers", async () => {
    await using pagerDuty = await aReceiver();
    await using desk = await aDeskWithPagerDuty(pagerDuty);
    await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 19:00");
    expect(new Set(actionsOf(pagerDuty))).toEqual(new Set(["trigger"]));
    expect(keysOf(pagerDuty)).toBe(1);
    expect(desk.reads("support").join("\n")).toContain("Nobody answered the page for ACME-1");
  });

  test("tells of each page by itself, however many come at once", async () => {
    await using pagerDuty = await aReceiver();
    await using desk = await aDeskWithPagerDuty(pagerDuty);
    for (let nr = 1; nr <= 5; nr += 1) await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 18:10");
    expect(actionsOf(pagerDuty)).toEqual(Array.from({ length: 5 }, () => "trigger"));
    expect(keysOf(pagerDuty)).toBe(5);
  });

  test("goes on at once where PagerDuty refuses the page", async () => {
    await using pagerDuty = await aReceiver();
    pagerDuty.next = [{ status: 400, body: "invalid key" }];
    await using desk = await aDeskWithPagerDuty(pagerDuty);
    await desk.files("carl", URGENT);
    const pages = () => ["sam", "mia"].flatMap((who) => desk.reads(who)).filter((line) => /^PAGE/.test(line));
    await desk.turnTo("2026-12-04 18:09");
    expect(pages()).toHaveLength(1);
    await desk.turnTo("2026-12-04 18:11");
    expect(pages()).toHaveLength(2);
  });
});
