// Lets a new value reuse the parts of an old one that have not changed, so that a whole new state from the server redraws
// only what is different.

/** `next`, but with every part that deeply equals its counterpart in `old` replaced by that very object. */
export function sharing<T>(old: unknown, next: T): T {
  return reuse(old, next) as T;
}

function reuse(old: unknown, next: unknown): unknown {
  if (Object.is(old, next)) return old;
  if (Array.isArray(old) && Array.isArray(next)) {
    const shared = next.map((part, index) => reuse(old[index], part));
    return old.length === next.length && shared.every((part, index) => part === old[index]) ? old : shared;
  }
  if (isRecord(old) && isRecord(next)) {
    const shared: Record<string, unknown> = {};
    for (const [key, part] of Object.entries(next)) shared[key] = reuse(old[key], part);
    const keys = Object.keys(shared);
    const isSame = keys.length === Object.keys(old).length && keys.every((key) => shared[key] === old[key]);
    return isSame ? old : shared;
  }
  return next;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
