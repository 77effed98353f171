// A machine whose time goes only when it is told to: timers of the code under test fire in their order, and everything
// that follows from one has happened before the next. So what takes hours takes milliseconds, and comes out the same each time.

/** The clock of a machine with its timers, in the place of Node's own until it is put away. */
export interface Machine extends Disposable {
  now(): number;
  /** Does something after a while, as a timer does. */
  after(ms: number, work: () => void): void;
  /** When the next timer fires; Infinity where none is set. */
  nextTimerAt(): number;
  /** Sets the clock ahead and fires what is due by then, each timer once. */
  goTo(ms: number): Promise<void>;
  /** Lets everything happen that follows from what has happened. */
  calm(): Promise<void>;
}

interface Timer {
  at: number;
  work: () => void;
  everyMs: number | null;
}

/** Takes the place of Node's timers. */
export function startMachine(startMs: number): Machine {
  const { setTimeout, setInterval, clearTimeout, clearInterval, setImmediate } = globalThis;
  const timers = new Map<object, Timer>();
  let now = startMs;

  const set = (work: () => void, ms: number, everyMs: number | null): object => {
    const handle = { unref: () => handle, ref: () => handle };
    timers.set(handle, { at: now + Math.max(1, ms), work, everyMs });
    return handle;
  };
  const clear = (handle: unknown): void => {
    if (typeof handle === "object" && handle !== null) timers.delete(handle);
  };
  Object.assign(globalThis, {
    setTimeout: (work: () => void, ms = 1) => set(work, ms, null),
    setInterval: (work: () => void, ms = 1) => set(work, ms, ms),
    clearTimeout: clear,
    clearInterval: clear,
  });

  const calm = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const nextDue = (by: number): [object, Timer] | null =>
    [...timers].reduce<[object, Timer] | null>(
      (first, one) => (one[1].at <= by && (first === null || one[1].at < first[1].at) ? one : first),
      null,
    );

  return {
    now: () => now,
    after: (ms, work) => void set(work, ms, null),
    nextTimerAt: () => Math.min(...[...timers.values()].map(({ at }) => at)),
    calm,
    async goTo(ms) {
      now = Math.max(now, ms);
      await calm();
      for (let due = nextDue(now); due !== null; due = nextDue(now)) {
        const [handle, { work, everyMs }] = due;
        if (everyMs === null) timers.delete(handle);
        else timers.set(handle, { at: now + everyMs, work, everyMs });
        work();
        await calm();
      }
    },
    [Symbol.dispose]: () => {
      Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });
    },
  };
}
