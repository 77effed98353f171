import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askComparing, comparedClocks, keptClock, steadyClock } from "../../src/clocks.ts";

const MINUTE = 60_000;
let folder: string;
let machine: Date;
const machineNow = () => machine;
const pass = (ms: number) => {
  machine = new Date(machine.getTime() + ms);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-clock-"));
  machine = new Date("2026-03-02T10:00:00Z");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the desk's clock in the sandbox", () => {
  const open = () => keptClock(join(folder, "sandbox", "clock.json"), machineNow);

  it("is the machine's until it is turned", () => {
    expect(open().now()).toEqual(new Date("2026-03-02T10:00:00Z"));
  });

  it("runs on at the speed of real time from where it was turned to", () => {
    const clock = open();
    clock.runFrom(new Date("2026-03-06T17:30:00Z"));
    pass(5 * MINUTE);
    expect(clock.now()).toEqual(new Date("2026-03-06T17:35:00Z"));
  });

  it("stands while it is being turned", () => {
    const clock = open();
    clock.standAt(new Date("2026-03-06T17:30:00Z"));
    pass(5 * MINUTE);
    expect(clock.now()).toEqual(new Date("2026-03-06T17:30:00Z"));
  });

  it("goes on after a restart, also from the middle of being turned", () => {
    open().standAt(new Date("2026-03-06T17:30:00Z"));
    pass(2 * MINUTE);
    expect(open().now()).toEqual(new Date("2026-03-06T17:32:00Z"));
  });

  it("says which file to delete where the kept distance cannot be read", () => {
    writeFileSync(join(folder, "clock.json"), `{"aheadMs":"much"}`);
    expect(() => keptClock(join(folder, "clock.json"), machineNow)).toThrow(/clock\.json .* delete it/);
  });
});

describe("the distance from the database's clock", () => {
  const skewMs = async (
    store: { databaseNow(): Promise<Date | null> },
    runningMs?: () => number,
  ): Promise<number> => {
    const ask = async () => ({ databaseNow: await store.databaseNow() });
    return (await askComparing(ask, machineNow, runningMs)).skewMs;
  };
  const database = (at: string | null, tookMs = 0) => ({
    databaseNow: () => {
      pass(tookMs);
      return Promise.resolve(at === null ? null : new Date(at));
    },
  });

  it("is positive where this machine is ahead, and negative where it is behind", async () => {
    expect(await skewMs(database("2026-03-02T09:59:00Z"))).toBe(MINUTE);
    expect(await skewMs(database("2026-03-02T11:00:00Z"))).toBe(-60 * MINUTE);
  });

  it("does not count the time that a slow database took to answer", async () => {
    const runningMs = () => machine.getTime();
    expect(await skewMs(database("2026-03-02T10:00:01Z", MINUTE), runningMs)).toBe(0);
  });

  it("is asked again where somebody sets this machine's clock while the database answers", async () => {
    const databaseNow = vi
      .fn<() => Promise<Date>>()
      .mockImplementationOnce(() => {
        pass(10 * MINUTE);
        return Promise.resolve(new Date("2026-03-02T10:00:00Z"));
      })
      .mockResolvedValue(new Date("2026-03-02T10:00:00Z"));
    expect(await skewMs({ databaseNow })).toBe(10 * MINUTE);
    expect(databaseNow).toHaveBeenCalledTimes(2);
  });

  it("is none where the database has no clock of its own", async () => {
    expect(await skewMs(database(null))).toBe(0);
  });
});

describe("the clocks, compared", () => {
  it("are compared again after a second, and at once where this machine's was set", async () => {
    let comparisons = 0;
    let runningMs = 0;
    let setMs = Date.parse("2026-03-02T10:00:00Z");
    const aheadMs: number[] = [];
    const databaseNow = () => {
      comparisons += 1;
      return Promise.resolve(new Date(Date.parse("2026-03-02T10:00:00Z") + runningMs));
    };
    const clocks = comparedClocks(
      { databaseNow },
      () => new Date(setMs + runningMs),
      (skew) => aheadMs.push(skew),
      () => runningMs,
    );
    const after = async (ms: number) => {
      runningMs += ms;
      return [await clocks.skewMs(), comparisons];
    };
    expect(await after(0)).toEqual([0, 1]);
    expect(await after(400)).toEqual([0, 1]);
    expect(await after(600)).toEqual([0, 2]);
    setMs += 10 * MINUTE;
    expect(await after(1)).toEqual([10 * MINUTE, 3]);
    expect(await after(1)).toEqual([10 * MINUTE, 3]);
    setMs -= 10 * MINUTE;
    expect(await after(1)).toEqual([0, 4]);
    expect(aheadMs).toEqual([0, 0, 10 * MINUTE, 0]);
  });

  it("are not taken for compared where the database did not answer", async () => {
    const answers = [
      Promise.reject(new Error("away")),
      Promise.resolve(new Date(machineNow().getTime() - MINUTE)),
    ];
    const clocks = comparedClocks(
      { databaseNow: () => answers.shift() ?? Promise.resolve(null) },
      machineNow,
    );
    await expect(clocks.skewMs()).rejects.toThrow("away");
    expect(await clocks.skewMs()).toBe(MINUTE);
  });
});

describe("the machine's clock, where somebody sets it", () => {
  let runningMs: number;
  const open = () => {
    runningMs = 0;
    return steadyClock(machineNow, () => runningMs);
  };
  const run = (ms: number) => {
    runningMs += ms;
    pass(ms);
  };

  it("is followed in steps of some seconds, in which machines come to the right time", () => {
    const clock = open();
    pass(20_000);
    expect(clock.now()).toEqual(new Date("2026-03-02T10:00:20Z"));
    run(MINUTE);
    pass(20_000);
    expect(clock.now()).toEqual(new Date("2026-03-02T10:01:40Z"));
  });

  it.each([10, -10])("is not followed where it jumps by %i minutes: time goes on as it did", (minutes) => {
    const clock = open();
    pass(minutes * MINUTE);
    run(5_000);
    expect(clock.now()).toEqual(new Date("2026-03-02T10:00:05Z"));
    clock.comparedBy(minutes * MINUTE);
    run(5_000);
    expect(clock.now()).toEqual(new Date("2026-03-02T10:00:10Z"));
    pass(-minutes * MINUTE);
    expect(clock.now()).toEqual(new Date("2026-03-02T10:00:10Z"));
  });

  it("is followed where the database says that it is right: the machine slept, or was wrong before", () => {
    const clock = open();
    pass(60 * MINUTE);
    clock.comparedBy(0);
    run(5_000);
    expect(clock.now()).toEqual(new Date("2026-03-02T11:00:05Z"));
  });

  it("that was wrong from the beginning is set right by the first comparison", () => {
    const clock = open();
    clock.comparedBy(-3 * MINUTE);
    run(5_000);
    expect(clock.now()).toEqual(new Date("2026-03-02T10:03:05Z"));
  });
});
