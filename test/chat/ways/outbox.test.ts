// A page to PagerDuty through the outbox: nothing rings on there because an answer was lost.
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { pagerDutyWay } from "../../../src/chat/ways/pagerduty.ts";
import type { PageMessage } from "../../../src/core/message.ts";
import { startOutbox, type Outbox } from "../../../src/desk/outbox.ts";
import type { ShowEffect } from "../../../src/desk/ports.ts";
import { freshStore } from "../../support/database.ts";
import { aReceiver } from "../../support/receiver.ts";
import { aPage, KEY } from "./pages.ts";

const started: Outbox[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((outbox) => outbox.stop(1_000)));
});

function wanted(state: PageMessage["state"]): ShowEffect {
  return {
    do: "show",
    slot: KEY,
    ticket: null,
    place: "pagerduty:pd",
    under: null,
    message: aPage(state),
    urgency: "page",
    combines: false,
    mode: state === "ringing" ? "post" : "edit-only",
  };
}

async function aDesk(url: string) {
  const machineNow = () => new Date();
  const store = await freshStore({ pace: () => 0 });
  const way = pagerDutyWay(() => Promise.resolve({ url, routingKey: "R0UT1NGKEY" }), { machineNow });
  const outbox = startOutbox({
    store,
    platforms: new Map([[way.name, way]]),
    now: machineNow,
    machineNow,
    random: () => 0,
    log: pino({ level: "silent" }),
    observe: { recorded: () => undefined },
  });
  started.push(outbox);
  return {
    outbox,
    wants: (state: PageMessage["state"]) => store.transaction((tx) => tx.enqueue([wanted(state)])),
  };
}

test("a page whose answer was lost is triggered again under its key", async () => {
  await using pagerDuty = await aReceiver();
  pagerDuty.next = ["cut"];
  const { outbox, wants } = await aDesk(pagerDuty.url);
  await wants("ringing");
  await expect.poll(() => pagerDuty.received.length, { timeout: 10_000 }).toBe(2);
  await outbox.settle(5_000);
  expect(pagerDuty.events().map((event) => event["event_action"])).toEqual(["trigger", "trigger"]);
  expect(new Set(pagerDuty.events().map((event) => event["dedup_key"])).size).toBe(1);
});

test("a page that was acknowledged while nobody knew whether it rang there rings there no more", async () => {
  await using pagerDuty = await aReceiver();
  pagerDuty.next = ["cut"];
  const { outbox, wants } = await aDesk(pagerDuty.url);
  await wants("ringing");
  await expect.poll(() => pagerDuty.received.length, { timeout: 10_000 }).toBe(1);
  await wants("acknowledged");
  const actions = () => pagerDuty.events().map((event) => event["event_action"]);
  await expect.poll(actions, { timeout: 10_000 }).toContain("acknowledge");
  await outbox.settle(5_000);
  // The outbox edits after a search, and to acknowledge twice is to acknowledge.
  const [first, ...others] = actions();
  expect(others.length).toBeLessThanOrEqual(2);
  expect(first).toBe("trigger");
  expect(new Set(others)).toEqual(new Set(["acknowledge"]));
});
