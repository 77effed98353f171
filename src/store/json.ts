// Decides how values become jsonb and come back the same: instants are revived, and no text breaks the database.
//
// An instant is written as JSON writes a Date, "2026-11-27T18:05:00.000Z". On the way back a string becomes a Date only if
// both hold:
//   - it is exactly such a string, to the millisecond and in UTC;
//   - its key says that it is an instant: `at`, `from`, `to`, `notBefore`, or a name that ends in "At"; or it is the
//     `initial` value of a form field of the kind "instant".
// So people's own words, which stand under `text`, `title`, `body`, `reason` and the like or in arrays, are never touched,
// even where somebody types an instant. Local days ("2026-12-24") are no instants and stay text.

/** A value as it is stored: plain JSON with instants as strings. A key whose value is undefined is left out. */
export function toStored(value: unknown): unknown {
  if (typeof value === "string") return cleaned(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item: unknown) => toStored(item === undefined ? null : item));
  if (!isRecord(value)) return value;
  const stored: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item !== undefined) put(stored, cleaned(key), toStored(item));
  }
  return stored;
}

/** A stored value with its instants as Dates again. */
export function fromStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromStored);
  if (!isRecord(value)) return value;
  const revived: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    put(revived, key, isInstant(item) && isInstantKey(key, value) ? new Date(item) : fromStored(item));
  }
  return revived;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Sets a field, whatever it is called. Large documents are read and written with each page, so this is no `fromEntries`. */
function put(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") record[key] = value;
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * Text that PostgreSQL takes: it refuses U+0000, and half of a surrogate pair is no character. The first is dropped, the
 * other shown as U+FFFD.
 */
export function cleaned(text: string): string {
  const kept = text.includes("\u0000") ? text.replaceAll("\u0000", "") : text;
  return kept.toWellFormed();
}

const INSTANT_KEY = /^(?:at|from|to|notBefore|.+At)$/;
const INSTANT = /^(?:\d{4}|[+-]\d{6})-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function isInstantKey(key: string, { kind }: Record<string, unknown>): boolean {
  return INSTANT_KEY.test(key) || (key === "initial" && kind === "instant");
}

function isInstant(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.endsWith("Z") &&
    INSTANT.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
