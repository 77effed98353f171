// The dead-man switch: it beats while all is well, and falls silent when it is not.
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { startHeartbeat } from "../../src/main/heartbeat.ts";
import type { Repeated } from "../../src/scheduler.ts";
import { aReceiver } from "../support/receiver.ts";

const start = new Date("2026-11-28T00:05:00Z");
const started: Repeated[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((beats) => beats.stop()));
});

function aBelfry(url: string) {
  const belfry = {
    now: start,
    lookedAt: start as Date | null,
    checks: { database: { ok: true, says: "The database answers." } },
    told: [] as string[],
    beats: null as Repeated | null,
  };
  const log = pino(
    { level: "warn" },
    { write: (line: string) => void belfry.told.push((JSON.parse(line) as { msg: string }).msg) },
  );
  belfry.beats = startHeartbeat({
    url,
    lookedAt: () => belfry.lookedAt,
    readiness: () =>
      Promise.resolve({ ready: Object.values(belfry.checks).every(({ ok }) => ok), checks: belfry.checks }),
    machineNow: () => belfry.now,
    log,
  });
  started.push(belfry.beats);
  return belfry;
}

describe("the heartbeat", () => {
  test("asks for its address while the scheduler looks, and no longer than that", async () => {
    await using monitor = await aReceiver();
    const belfry = aBelfry(`${monitor.url}/ping/1`);
    await expect.poll(() => monitor.received.length).toBe(1);
    expect(monitor.received[0]).toMatchObject({ method: "GET", path: "/ping/1" });

    belfry.now = new Date(start.getTime() + 31_000);
    await belfry.beats?.now();
    await belfry.beats?.now();
    expect(monitor.received).toHaveLength(1);
    expect(belfry.told).toHaveLength(1);

    belfry.lookedAt = belfry.now;
    await belfry.beats?.now();
    expect(monitor.received).toHaveLength(2);
    expect(belfry.told.at(-1)).toBe("The heartbeat goes on.");
  });

  test.each([
    "The database does not answer.",
    "This machine's clock is 40 s away from the database's: set it right.",
    "Something was due 90 s ago and has not been looked at.",
  ])("stops while the process is not ready: %s", async (says) => {
    await using monitor = await aReceiver();
    const belfry = aBelfry(monitor.url);
    await expect.poll(() => monitor.received.length).toBe(1);
    belfry.checks = { database: { ok: false, says } };
    await belfry.beats?.now();
    expect(monitor.received).toHaveLength(1);
  });

  test("that nobody hears is told once, and not each minute", async () => {
    await using monitor = await aReceiver();
    monitor.next = [{ status: 500 }, { status: 500 }, { status: 500 }];
    const belfry = aBelfry(monitor.url);
    await expect.poll(() => belfry.told.length).toBe(1);
    await belfry.beats?.now();
    await belfry.beats?.now();
    expect(monitor.received).toHaveLength(3);
    expect(belfry.told).toHaveLength(1);
  });
});
