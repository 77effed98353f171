// Measures how fast something is, by the processor's time: what else the machine does then counts little.

const MICROSECONDS = 1e6;
/** The shortest stretch that is timed at once: looking at the clock costs about a microsecond. */
const STRETCH_SECONDS = 0.002;

/** The processor time that this process has used, in seconds. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS;
}

/** How often a second something can be done, from doing it for so many seconds. `index` counts on from call to call. */
export function rateOf(act: (index: number) => unknown, seconds: number): number {
  const began = processorSeconds();
  let done = 0;
  let stretch = 1;
  for (let used = 0; used < seconds;) {
    const end = done + stretch;
    for (; done < end; done += 1) kept.last = act(done);
    const now = processorSeconds() - began;
    if (now - used < STRETCH_SECONDS) stretch *= 2;
    used = now;
  }
  return done / (processorSeconds() - began);
}

/** The middle one of some numbers. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Every result is kept somewhere, so that no compiler leaves the work out. */
const kept: { last: unknown } = { last: null };
