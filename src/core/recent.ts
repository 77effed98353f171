// Remembers what was worked out, up to a bound: what has not been asked for the longest is forgotten first.

/** Gives what is remembered under a key, and works it out when it is not. */
export type Recent<V> = (key: string, make: () => V) => V;

/** A memory of at most `limit` values. */
export function recent<V>(limit: number): Recent<V> {
  const kept = new Map<string, V>();
  return (key, make) => {
    const known = kept.get(key);
    const value = known === undefined ? make() : known;
    kept.delete(key);
    kept.set(key, value);
    if (kept.size > limit) forgetOldest(kept, Math.ceil(limit / SHARE_FORGOTTEN));
    return value;
  };
}

/**
 * One value in so many is forgotten at a time: looking for the oldest passes over all that was moved to the end since
 * the last time, which is too much to do for each.
 */
const SHARE_FORGOTTEN = 16;

function forgetOldest(kept: Map<string, unknown>, count: number): void {
  let left = count;
  for (const oldest of kept.keys()) {
    if (left === 0) return;
    kept.delete(oldest);
    left -= 1;
  }
}
