// A page on its way to PagerDuty: Events API v2, against a web server that is there.
import { describe, expect, test } from "vitest";
import { pagerDutyWay } from "../../../src/chat/ways/pagerduty.ts";
import { aReceiver, type Receiver } from "../../support/receiver.ts";
import { aPage, KEY, machineNow, never, now } from "./pages.ts";

const place = "pagerduty:pd";
const ref = `${place} ${KEY}`;

function wayTo({ url }: Receiver) {
  const settings = { url: `${url}/v2/enqueue`, routingKey: "R0UT1NGKEY" };
  return pagerDutyWay(() => Promise.resolve(settings), { machineNow });
}

describe("a page to PagerDuty", () => {
  test("triggers one alert, which is acknowledged and resolved under the same dedup key", async () => {
    await using pagerDuty = await aReceiver();
    const way = wayTo(pagerDuty);
    const sent = await way.post({ key: KEY, place, under: null, message: aPage() }, never);
    expect(sent).toEqual({ is: "sent", ref });
    expect(await way.edit(ref, aPage("acknowledged"), never)).toEqual({ is: "sent", ref });
    expect(await way.edit(ref, aPage("withdrawn"), never)).toEqual({ is: "sent", ref });
    const common = { routing_key: "R0UT1NGKEY", dedup_key: "ticket:6f1c:page:1" };
    const events = pagerDuty.events();
    expect(events.slice(1)).toEqual([
      { ...common, event_action: "acknowledge" },
      { ...common, event_action: "resolve" },
    ]);
    expect(events[0]).toMatchObject({
      ...common,
      event_action: "trigger",
      payload: {
        summary: "Urgent · ACME-17 · Nobody can order",
        source: "Belfry",
        severity: "critical",
        custom_details: {
          Customer: "ACME Print",
          Filed: "Fri 27 Nov 2026 18:05 CST (Sat 28 Nov 2026 00:05 UTC) by Carl Reyes",
          Response: "30 min left",
        },
      },
    });
  });

  test("is the same alert in the second round of its ladder, and another for another page", async () => {
    await using pagerDuty = await aReceiver();
    const way = wayTo(pagerDuty);
    for (const step of ["1:0.2", "1:1.2", "1:1.2.1", "2:0.2"])
      await way.post({ key: `ticket:6f1c:page:${step}`, place, under: null, message: aPage() }, never);
    const [first, again, beside, other] = pagerDuty.events().map((event) => event["dedup_key"]);
    expect([again, beside]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  test("that nobody answered is an alert there, also where PagerDuty hears of it only now", async () => {
    await using pagerDuty = await aReceiver();
    await wayTo(pagerDuty).post({ key: KEY, place, under: null, message: aPage("unanswered") }, never);
    expect(pagerDuty.events()).toMatchObject([{ event_action: "trigger" }]);
  });

  test("keeps PagerDuty's limits, whatever a title holds", async () => {
    await using pagerDuty = await aReceiver();
    const key = `ticket:${"x".repeat(400)}`;
    const message = aPage("ringing", { headline: "y".repeat(5_000) });
    await wayTo(pagerDuty).post({ key, place, under: null, message }, never);
    const [event = {}] = pagerDuty.events();
    expect(String(event["dedup_key"]).length).toBeLessThanOrEqual(255);
    expect((event["payload"] as { summary: string }).summary).toHaveLength(1_024);
  });

  test("waits where PagerDuty asks for it, and is told again where nobody knows what became of it", async () => {
    await using pagerDuty = await aReceiver();
    const way = wayTo(pagerDuty);
    pagerDuty.next = [{ status: 429, headers: { "retry-after": "20" } }, { status: 500 }, "cut"];
    const post = () => way.post({ key: KEY, place, under: null, message: aPage() }, never);
    expect(await post()).toMatchObject({
      is: "retry",
      at: new Date(now.getTime() + 20_000),
      lane: true,
    });
    expect(await post()).toMatchObject({ is: "unknown" });
    expect(await post()).toMatchObject({ is: "unknown" });
    expect(await way.lookFor(KEY, { place, under: null, since: now }, never)).toBe("repeat it");
  });

  test("that is refused says what PagerDuty finds wrong, and never the key", async () => {
    await using pagerDuty = await aReceiver();
    pagerDuty.next = [{ status: 400, body: '{"status":"invalid event","errors":["bad\\nkey"]}' }];
    const got = await wayTo(pagerDuty).post({ key: KEY, place, under: null, message: aPage() }, never);
    expect(got).toMatchObject({ is: "failed" });
    expect(JSON.stringify(got)).toContain("invalid event");
    expect(JSON.stringify(got)).toContain("integration key");
    expect(JSON.stringify(got)).not.toContain("R0UT1NGKEY");
  });
});
