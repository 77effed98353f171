import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { comparedClocks, type TurnedClock } from "../../src/clocks.ts";
import type { Store } from "../../src/desk/ports.ts";
import { eachMinute, onlyByARightClock, startScheduler, type Scheduler } from "../../src/scheduler.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const start = new Date("2026-03-02T10:00:00.000Z");
const after = (ms: number) => new Date(start.getTime() + ms);

let running: Scheduler[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(async () => {
  const stopped = Promise.all(running.map((scheduler) => scheduler.stop()));
  // A look may still be waiting for its answer.
  await vi.advanceTimersByTimeAsync(SECOND);
  await stopped;
  running = [];
  vi.useRealTimers();
});

/** A desk with things due at given instants; each look that handles some is written down. */
function aDesk(...due: Date[]) {
  const desk = {
    due,
    handled: [] as { due: string; at: string }[],
    looks: 0,
    atOnce: 0,
    mostAtOnce: 0,
    tookMs: 0,
    askedMs: 0,
    isDown: false,
    databaseAheadMs: 0 as number | null,
    listeners: new Set<() => void>(),
    commits: () => {
      for (const listener of desk.listeners) listener();
    },
    errors: [] as string[],
    now: () => new Date(),
  };
  const log = pino(
    { level: "warn" },
    { write: (line: string) => desk.errors.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const answer = <T>(value: T) => (desk.isDown ? Promise.reject(new Error("down")) : Promise.resolve(value));
  const start = () => {
    const scheduler = startScheduler({
      store: {
        nextWakeAt: async () => {
          desk.looks += 1;
          if (desk.askedMs > 0) await new Promise((resolve) => setTimeout(resolve, desk.askedMs));
          const ticket = desk.due.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
          const aheadMs = desk.databaseAheadMs;
          const databaseNow = aheadMs === null ? null : new Date(Date.now() + aheadMs);
          return answer({ ticket, chore: null, databaseNow });
        },
        onCommit: (listener) => {
          desk.listeners.add(listener);
          return () => desk.listeners.delete(listener);
        },
      },
      clocks: comparedClocks({ databaseNow: () => answer(null) }, () => new Date()),
      tick: {
        ticket: async (now) => {
          desk.atOnce += 1;
          desk.mostAtOnce = Math.max(desk.mostAtOnce, desk.atOnce);
          if (desk.tookMs > 0) await new Promise((resolve) => setTimeout(resolve, desk.tookMs));
          const [mine] = desk.due.filter((at) => at <= now).toSorted((a, b) => a.getTime() - b.getTime());
          desk.due = desk.due.filter((at) => at !== mine);
          if (mine !== undefined) desk.handled.push({ due: mine.toISOString(), at: now.toISOString() });
          desk.atOnce -= 1;
          return mine !== undefined;
        },
        chore: () => Promise.reject(new Error("No chore is due.")),
      },
      now: () => desk.now(),
      machineNow: () => new Date(),
      log,
    });
    running.push(scheduler);
    return scheduler;
  };
  return Object.assign(desk, { start });
}

const times = (handled: { at: string }[]) => handled.map(({ at }) => at.slice(11, 23));

describe("due work", () => {
  it("is handled at the very instant at which it is due, between two sweeps", async () => {
    const desk = aDesk(after(1_234));
    desk.start();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    expect(times(desk.handled)).toEqual(["10:00:01.234"]);
  });

  it("that became due while nothing ran is handled at once, oldest first", async () => {
    const desk = aDesk(after(-MINUTE), after(-HOUR));
    desk.start();
    await vi.advanceTimersByTimeAsync(10);
    expect(desk.handled.map(({ due }) => due.slice(11, 16))).toEqual(["09:00", "09:59"]);
    expect(times(desk.handled)).toEqual(["10:00:00.000", "10:00:00.000"]);
  });

  it("that a commit has brought forward is handled at its new time", async () => {
    const desk = aDesk(after(HOUR));
    desk.start();
    await vi.advanceTimersByTimeAsync(2_100);
    desk.due.push(after(2_500));
    desk.commits();
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(times(desk.handled)).toEqual(["10:00:02.500"]);
  });

  it("that falls due while a slow database is asked is handled as soon as it has answered", async () => {
    const desk = aDesk(after(1_230));
    desk.askedMs = 40;
    desk.start();
    await vi.advanceTimersByTimeAsync(1_210);
    desk.commits();
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(times(desk.handled)).toEqual(["10:00:01.250"]);
  });

  it("that a timer waited for is handled at its instant, however slow the database is to tell of it again", async () => {
    const desk = aDesk(after(1_500));
    desk.askedMs = 40;
    desk.start();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    expect(times(desk.handled)).toEqual(["10:00:01.500"]);
  });

  it("that a timer waited for, and somebody else has handled meanwhile, keeps nothing from being looked for", async () => {
    const desk = aDesk(after(1_500));
    desk.start();
    await vi.advanceTimersByTimeAsync(1_300);
    desk.due = [after(1_700)];
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(times(desk.handled)).toEqual(["10:00:01.700"]);
  });

  it("that nobody told of is caught by the sweep within a second", async () => {
    const desk = aDesk();
    desk.start();
    await vi.advanceTimersByTimeAsync(5_500);
    desk.due.push(after(5_600));
    await vi.advanceTimersByTimeAsync(500);
    expect(desk.handled).toHaveLength(1);
  });

  it("is handled one by one until nothing is left", async () => {
    const desk = aDesk(...Array.from({ length: 230 }, (_, nr) => after(-nr)));
    desk.start();
    await vi.waitFor(() => expect(desk.handled).toHaveLength(230));
  });

  it("is never handled by two looks at once, however many commits come", async () => {
    const desk = aDesk(after(0), after(10), after(3 * SECOND));
    desk.tookMs = 1_700;
    desk.start();
    for (let i = 0; i < 40; i++) {
      desk.commits();
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(desk.handled).toHaveLength(3);
    expect(desk.mostAtOnce).toBe(1);
  });

  it("that another replica is at does not make this one spin", async () => {
    const desk = aDesk();
    const scheduler = startScheduler({
      store: {
        nextWakeAt: () => {
          desk.looks += 1;
          return Promise.resolve({ ticket: after(-1), chore: after(-1), databaseNow: null });
        },
        onCommit: () => () => undefined,
      },
      clocks: comparedClocks({ databaseNow: () => Promise.resolve(null) }, () => new Date()),
      tick: { ticket: () => Promise.resolve(false), chore: () => Promise.resolve(false) },
      now: () => new Date(),
      machineNow: () => new Date(),
      log: pino({ level: "silent" }),
    });
    running.push(scheduler);
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(desk.looks).toBeLessThanOrEqual(12);
  });

  it("is left alone once the scheduler is stopped", async () => {
    const desk = aDesk(after(5 * SECOND));
    const scheduler = desk.start();
    await vi.advanceTimersByTimeAsync(SECOND);
    await scheduler.stop();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(desk.handled).toEqual([]);
    expect(desk.listeners.size).toBe(0);
  });
});

describe("the sweep", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  it.each([
    ["into the hour that a change skips", "2026-03-08T06:59:55.500Z"],
    ["into the hour that a change repeats", "2026-11-01T05:59:55.500Z"],
    ["out of the hour that a change repeats", "2026-11-01T06:59:55.500Z"],
  ])("%s comes each second, neither lost nor doubled", async (_, from) => {
    // node-cron goes by the wall clock of the process, which must not be the machine's.
    process.env["TZ"] = "America/New_York";
    vi.setSystemTime(new Date(from));
    const desk = aDesk();
    desk.start();
    await vi.advanceTimersByTimeAsync(1_000);
    const before = desk.looks;
    await vi.advanceTimersByTimeAsync(20 * SECOND);
    expect(desk.looks - before).toBe(20);
  });
});

describe("trouble", () => {
  it("with the database is told now and then, and is over within a second of its return", async () => {
    const desk = aDesk(after(10 * SECOND));
    desk.isDown = true;
    desk.start();
    await vi.advanceTimersByTimeAsync(59_500);
    expect(desk.errors.length).toBeGreaterThanOrEqual(6);
    expect(desk.errors.length).toBeLessThanOrEqual(8);
    desk.isDown = false;
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(desk.handled).toHaveLength(1);
    await vi.waitFor(() => expect(desk.errors.at(-1)).toBe("Due work is handled again."));
  });

  it.each([
    ["an hour ahead", -HOUR],
    ["an hour behind", HOUR],
  ])("with a machine's clock %s decides nothing until it is right", async (_, databaseAheadMs) => {
    const desk = aDesk(after(-MINUTE));
    desk.databaseAheadMs = databaseAheadMs;
    desk.start();
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    expect(desk.handled).toEqual([]);
    expect(desk.errors.length).toBeGreaterThan(0);
    desk.databaseAheadMs = 20 * SECOND;
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(desk.handled).toHaveLength(1);
  });
});

describe("turning the desk's clock", () => {
  function turned(desk: ReturnType<typeof aDesk>) {
    let at = new Date(start);
    const path: string[] = [];
    const clock: TurnedClock = {
      now: () => at,
      standAt: (to) => {
        at = to;
        path.push(to.toISOString().slice(11, 16));
      },
      runFrom: (to) => {
        at = to;
      },
    };
    desk.now = clock.now;
    return { clock, path, now: clock.now };
  }
  const nothing = () => Promise.resolve();

  it("stops at each instant at which something is due, in order, and sends what that brought", async () => {
    const desk = aDesk(after(3 * HOUR), after(HOUR), after(2 * HOUR), after(9 * HOUR));
    const { clock, now } = turned(desk);
    const scheduler = desk.start();
    const sent: string[] = [];
    await scheduler.advanceTo(after(4 * HOUR), clock, () => {
      sent.push(now().toISOString().slice(11, 16));
      return Promise.resolve();
    });
    expect(times(desk.handled)).toEqual(["11:00:00.000", "12:00:00.000", "13:00:00.000"]);
    expect(sent).toEqual(["10:00", "11:00", "12:00", "13:00", "14:00"]);
    expect(now()).toEqual(after(4 * HOUR));
  });

  it("handles what comes due only because of what was handled on the way", async () => {
    const desk = aDesk(after(HOUR));
    const { clock, path } = turned(desk);
    const scheduler = desk.start();
    let isRung = false;
    await scheduler.advanceTo(after(2 * HOUR), clock, () => {
      if (desk.handled.length === 1 && !isRung) {
        isRung = true;
        desk.due.push(after(HOUR + 5 * MINUTE));
      }
      return Promise.resolve();
    });
    expect(path).toEqual(["10:00", "11:00", "11:05", "12:00"]);
  });

  it("waits for the look that is under way, and holds the others back", async () => {
    const desk = aDesk(after(0), after(HOUR));
    const { clock } = turned(desk);
    desk.tookMs = 500;
    const scheduler = desk.start();
    const turning = scheduler.advanceTo(after(2 * HOUR), clock, nothing);
    desk.commits();
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    await turning;
    expect(desk.handled).toHaveLength(2);
    expect(desk.mostAtOnce).toBe(1);
  });

  it("back is refused", async () => {
    const desk = aDesk();
    const { clock } = turned(desk);
    await expect(desk.start().advanceTo(after(-MINUTE), clock, nothing)).rejects.toThrow(
      "only be turned ahead",
    );
  });

  it("leaves the clock where it came to if something fails on the way", async () => {
    const desk = aDesk(after(HOUR), after(3 * HOUR));
    const { clock, now } = turned(desk);
    const failing = desk.start().advanceTo(after(2 * HOUR), clock, () => {
      if (desk.handled.length > 0) throw new Error("out of paper");
      return Promise.resolve();
    });
    await expect(failing).rejects.toThrow("out of paper");
    expect(now()).toEqual(after(HOUR));
  });
});

describe("work of each minute", () => {
  it("is done at each full minute, also after it failed, and never twice at once", async () => {
    let [times, atOnce, mostAtOnce] = [0, 0, 0];
    const repeated = eachMinute(pino({ level: "silent" }), "names", async () => {
      times += 1;
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await new Promise((resolve) => setTimeout(resolve, times === 2 ? 90 * SECOND : 1));
      atOnce -= 1;
      throw new Error("Slack is down");
    });
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await repeated.stop();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect({ times, mostAtOnce }).toEqual({ times: 4, mostAtOnce: 1 });
  });
});

describe("the outbox", () => {
  it("gives nothing to a process whose clock is wrong", async () => {
    let offMs = 0;
    const claim = vi.fn(() => Promise.resolve([]));
    const outbox = { claim } as unknown as Store["outbox"];
    const right = onlyByARightClock({ outbox } as Store, { skewMs: () => Promise.resolve(offMs) });
    await expect(right.outbox.claim(new Date(), 1_000, 10)).resolves.toEqual([]);
    offMs = HOUR;
    await expect(right.outbox.claim(new Date(), 1_000, 10)).rejects.toThrow("3600 s ahead of the database's");
    expect(claim).toHaveBeenCalledTimes(1);
  });
});
