// Reads weekly hours: "mon-fri" and "22:00-06:00" become, for each weekday, the open spans of its wall clock.

/** `always`, or spans by weekday: `{ "mon-thu": ["09:00-12:30", "13:30-18:00"], fri: "09:00-18:00" }`. */
export type WeeklyHours = "always" | Readonly<Record<string, string | readonly string[]>>;

/** An open span of one wall day, in milliseconds from its midnight; `toMs` is excluded. */
interface WallSpan {
  fromMs: number;
  toMs: number;
}

/** The open spans of each weekday, Monday first; in order, and merged where they overlap or touch. */
export type Week = readonly (readonly WallSpan[])[];

/** What is wrong at one place of the weekly hours, and what may stand there. */
export interface HoursFault {
  path: (string | number)[];
  sentence: string;
}

/** The length of a wall day without clock change. */
export const DAY_MS = 86_400_000;

const MINUTE_MS = 60_000;
/** The weekdays as policies write them, Monday first. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** The weekdays of each key that there is, 0 for Monday; a range may run over the week's end ("sat-mon"). */
const WEEKDAYS_BY_KEY: ReadonlyMap<string, readonly number[]> = new Map(
  WEEKDAYS.flatMap((first, start) =>
    WEEKDAYS.map((_, steps) => {
      const days = Array.from({ length: steps + 1 }, (_each, step) => (start + step) % 7);
      return [steps === 0 ? first : `${first}-${WEEKDAYS[(start + steps) % 7] ?? first}`, days] as const;
    }),
  ),
);
const SPAN_PATTERN = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const KEY_ALLOWED = 'a weekday such as "mon", or a range such as "mon-fri"';
const SPAN_ALLOWED = 'a span such as "09:00-17:00", "22:00-06:00" or "00:00-24:00"';

/** Everything that is wrong with weekly hours; an empty list where they can be read by `weekOf`. */
export function hoursFaults(hours: WeeklyHours): HoursFault[] {
  if (hours === "always") return [];
  const faults: HoursFault[] = [];
  const namedBy = new Map<number, string>();
  for (const [key, spans] of Object.entries(hours)) {
    const days = readWeekdays(key);
    if (days === null) faults.push({ path: [key], sentence: `"${key}" is found; allowed is ${KEY_ALLOWED}` });
    for (const day of days ?? []) {
      const other = namedBy.get(day);
      if (other !== undefined) {
        const sentence = `${WEEKDAYS[day] ?? key} is named by "${other}" and by "${key}"; allowed is one key for a weekday`;
        faults.push({ path: [key], sentence });
      }
      namedBy.set(day, key);
    }
    for (const [index, text] of spansOf(spans).entries()) {
      const path = typeof spans === "string" ? [key] : [key, index];
      const fault = spanFault(text);
      if (fault !== null) faults.push({ path, sentence: fault });
    }
  }
  return faults;
}

/** What is allowed and yet seldom meant: a day that closes for its last minute. */
export function hoursDoubts(hours: WeeklyHours): HoursFault[] {
  if (hours === "always") return [];
  return Object.entries(hours).flatMap(([key, spans]) =>
    spansOf(spans)
      .filter((text) => text.endsWith("-23:59"))
      .map((text) => ({
        path: [key],
        sentence: `"${text}" closes for the last minute of the day; "${text.slice(0, 6)}24:00" runs to its end`,
      })),
  );
}

/** The week of hours without faults. What runs past midnight is cut there, and stands under the next weekday. */
export function weekOf(hours: WeeklyHours): Week {
  if (hours === "always") return WEEKDAYS.map(() => [{ fromMs: 0, toMs: DAY_MS }]);
  const week: WallSpan[][] = WEEKDAYS.map(() => []);
  for (const [key, spans] of Object.entries(hours)) {
    const read = spansOf(spans).map(readSpan);
    for (const day of readWeekdays(key) ?? []) {
      for (const span of read) {
        if (span.toMs <= DAY_MS) week[day]?.push(span);
        else {
          week[day]?.push({ fromMs: span.fromMs, toMs: DAY_MS });
          week[(day + 1) % 7]?.push({ fromMs: 0, toMs: span.toMs - DAY_MS });
        }
      }
    }
  }
  return week.map(merged);
}

/** The length of one working day: that of the open weekdays where all are equally long, else null. */
export function workingDayMs(week: Week): number | null {
  const lengths = week
    .map((spans) => spans.reduce((sum, span) => sum + span.toMs - span.fromMs, 0))
    .filter((length) => length > 0);
  const [first] = lengths;
  return first !== undefined && lengths.every((length) => length === first) ? first : null;
}

function spansOf(spans: string | readonly string[]): readonly string[] {
  return typeof spans === "string" ? [spans] : spans;
}

/** The weekdays that a key names, 0 for Monday. */
function readWeekdays(key: string): readonly number[] | null {
  return WEEKDAYS_BY_KEY.get(key) ?? null;
}

function spanFault(text: string): string | null {
  if (!SPAN_PATTERN.test(text)) return `"${text}" is found; allowed is ${SPAN_ALLOWED}`;
  const [from, to] = text.split("-");
  return from === to ? `"${text}" ends where it begins; the whole day is "00:00-24:00"` : null;
}

/** A span whose end may lie in the next day: "22:00-06:00" ends at 30 hours. */
function readSpan(text: string): WallSpan {
  const from = clockMs(text, 0);
  const to = clockMs(text, "00:00-".length);
  return { fromMs: from, toMs: to > from ? to : to + DAY_MS };
}

/** The milliseconds of "09:30", which stands at a place of a text. */
function clockMs(text: string, at: number): number {
  return (Number(text.slice(at, at + 2)) * 60 + Number(text.slice(at + 3, at + 5))) * MINUTE_MS;
}

function merged(spans: readonly WallSpan[]): readonly WallSpan[] {
  if (areApart(spans)) return spans;
  const result: WallSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else if (span.toMs > span.fromMs) result.push({ ...span });
  }
  return result;
}

/** Whether spans are as they are wanted already: in order, none empty, and none touching the next. */
function areApart(spans: readonly WallSpan[]): boolean {
  let endMs = -1;
  for (const { fromMs, toMs } of spans) {
    if (fromMs <= endMs || toMs <= fromMs) return false;
    endMs = toMs;
  }
  return true;
}
