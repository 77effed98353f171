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
    if (kept.size > limit) forgetOldest(kept);
    return value;
  };
}

function forgetOldest(kept: Map<string, unknown>): void {
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
