// The scheduler across a clock change: what is due in the hour that a change skips or repeats comes once, at the right instant.
import { describe, expect, it } from "vitest";
import { pino } from "pino";
import { comparedClocks, type TurnedClock } from "../../src/clocks.ts";
import { tickChore } from "../../src/desk/chores.ts";
import { tickTicket } from "../../src/desk/tick.ts";
import { startScheduler } from "../../src/scheduler.ts";
import { aDesk } from "../support/desk.ts";
import { policyOf } from "../support/life.ts";
import { presetText } from "../../src/policies/presets.ts";

const URGENT = { title: "Nobody can order", body: "An error.", level: "urgent", confirm: true };

/** The policy of ACME, open at some hours of each day in New York. */
const openAt = (hours: string) =>
  policyOf({
    yaml: presetText("aleyant")
      .replace("timezone: America/Chicago", "timezone: America/New_York")
      .replace('hours: { mon-fri: "09:00-17:00" }', `hours: { mon-sun: "${hours}" }`)
      .replaceAll("within: 6h, goal: 4h", "within: 10m")
      .replace("holidays: { region: US }", "holidays: []"),
  });

/** Files an urgent ticket, lets the scheduler run on by the desk's clock, and tells what it did, by UTC. */
async function schedule(hours: string, filed: string, until: string): Promise<string[]> {
  await using desk = await aDesk(filed, "America/New_York", { own: [openAt(hours)] });
  const number = await desk.files("carl", URGENT);
  let at = desk.now();
  const stand = (to: Date): void => {
    at = to;
  };
  const clock: TurnedClock = { now: () => at, standAt: stand, runFrom: stand };
  const fail = (what: string, cause: unknown): never => {
    throw new Error(what, { cause });
  };
  const log = pino({ level: "silent" });
  const scheduler = startScheduler({
    store: desk.store,
    clocks: comparedClocks(desk.store, () => desk.now()),
    tick: {
      ticket: (by) => tickTicket(desk.store, by, fail),
      chore: (by) => tickChore(desk.store, by, fail),
    },
    now: clock.now,
    machineNow: () => new Date(),
    log,
  });
  try {
    await scheduler.advanceTo(new Date(until), clock, () => desk.settle());
  } finally {
    await scheduler.stop();
  }
  const events = await desk.store.transaction(async (tx) => {
    const ticket = await tx.ticketByNumber(number);
    return tx.eventsOf(ticket?.id ?? "");
  });
  const told = events.flatMap(({ at, what }) => {
    const when = at.toISOString().slice(0, 16);
    if (what.kind === "reminded") return [`${when} ${what.mark}`];
    return what.kind === "paging-began" || what.kind === "alerted" ? [`${when} ${what.kind}`] : [];
  });
  return told;
}

describe("the scheduler across a clock change", { timeout: 120_000 }, () => {
  it("in the gap: of 02:30-03:15 on 8 March 2026 in New York only 03:00-03:15 is there, and it pages once, at 03:15", async () => {
    // Filed at 01:50 EST, when it is closed: it pages at once. Its ten minutes are 03:00 to 03:10 EDT.
    expect(await schedule("02:30-03:15", "2026-03-08 01:50", "2026-03-08T09:00:00Z")).toEqual([
      "2026-03-08T06:50 paging-began",
      "2026-03-08T07:05 50%",
      "2026-03-08T07:08 80%",
      "2026-03-08T07:10 100%",
    ]);
    // Filed at 03:05 EDT, when it is open: the channel is alerted, and it pages as it closes.
    expect(await schedule("02:30-03:15", "2026-03-08 03:05", "2026-03-08T09:00:00Z")).toEqual([
      "2026-03-08T07:05 alerted",
      "2026-03-08T07:10 50%",
      "2026-03-08T07:13 80%",
      "2026-03-08T07:15 100%",
      "2026-03-08T07:15 paging-began",
    ]);
  });

  it("in the fold: 01:30 comes twice on 1 November 2026 in New York, and the page comes once, at the first", async () => {
    // 00:30 EDT is 04:30 UTC. It closes at 01:30 EDT, opens at the repeated 01:00 EST, and closes again at 01:30 EST.
    const told = await schedule("00:00-01:30", "2026-11-01 00:30", "2026-11-01T09:00:00Z");
    expect(told.filter((line) => line.endsWith("paging-began"))).toEqual(["2026-11-01T05:30 paging-began"]);
    expect(told).toEqual([
      "2026-11-01T04:30 alerted",
      "2026-11-01T04:35 50%",
      "2026-11-01T04:38 80%",
      "2026-11-01T04:40 100%",
      "2026-11-01T05:30 paging-began",
    ]);
  });
});
