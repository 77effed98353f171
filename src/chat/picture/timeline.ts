// Draws the working of deadlines as SVG: one row a day, what counted on it, what did not and why, and where it is due.
//
// Nothing is told by colour alone: counted time is a full bar with its hours written on it, paused time is hatched,
// holidays are dotted, and each row says at its end what it comes to.
import { dayOf, midnightAfter, timeOfDayMs, wallDate, wallTime } from "../../core/zone.ts";
import { exactly } from "../../core/duration.ts";
import type { Step, StepKind } from "../../core/explain.ts";
import type { Chart } from "../../core/message.ts";
import { DUE, INK, words } from "./svg.ts";

/** The timelines of some charts, under each other, as the text of an SVG file. */
export function timeline(heading: string, charts: readonly Chart[]): string {
  let top = HEADING_HEIGHT;
  const drawn: string[] = [];
  for (const chart of charts) {
    const rows = rowsOf(chart);
    drawn.push(drawChart(chart, rows, top));
    top += CHART_HEAD + rows.length * ROW_HEIGHT + CHART_GAP;
  }
  const height = top + LEGEND_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans, sans-serif" font-size="12" fill="${INK}">`,
    PATTERNS,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    words(MARGIN, 30, heading, 'font-size="17" font-weight="bold"'),
    ...drawn,
    legend(top),
    "</svg>",
  ].join("\n");
}

/** How wide a picture is, in pixels; its height follows its days. */
const WIDTH = 960;
const MARGIN = 20;
const HEADING_HEIGHT = 48;
const CHART_HEAD = 46;
const CHART_GAP = 22;
const LEGEND_HEIGHT = 44;
const ROW_HEIGHT = 24;
const BAR_HEIGHT = 18;
/** Where midnight and the next midnight stand. */
const DAY_LEFT = 132;
const DAY_RIGHT = 732;
const NOTES_LEFT = 744;
const NOTE_LENGTH = 28;
const DAY_MS = 86_400_000;
/** A chart shows so many days at its beginning and its end; those between are counted in one row. */
const FIRST_ROWS = 24;
const LAST_ROWS = 12;

const FAINT = "#7b8791";

const FILLS: Readonly<Record<StepKind, string>> = {
  counted: "#1f6f54",
  paused: "url(#paused)",
  holiday: "url(#holiday)",
  break: "#e9ecef",
  night: "#e9ecef",
  weekend: "#dde2e6",
  "closed day": "#dde2e6",
};

const PATTERNS = `<defs>
<pattern id="paused" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff4d6"/><rect width="3" height="7" fill="#c98a00"/></pattern>
<pattern id="holiday" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#ece7f6"/><circle cx="3.5" cy="3.5" r="1.5" fill="#6b4fa0"/></pattern>
</defs>`;

/** A piece of a step on one wall day. */
interface Piece extends Step {
  date: string;
}

type Row = { date: string; pieces: readonly Piece[] } | { hiddenDays: number; countedMs: number };

function rowsOf({ steps, timezone }: Chart): Row[] {
  const days = new Map<string, Piece[]>();
  for (const piece of steps.flatMap((step) => piecesOf(step, timezone))) {
    days.set(piece.date, [...(days.get(piece.date) ?? []), piece]);
  }
  const rows = [...days].map(([date, pieces]) => ({ date, pieces }));
  if (rows.length <= FIRST_ROWS + LAST_ROWS + 1) return rows;
  const hidden = rows.slice(FIRST_ROWS, -LAST_ROWS);
  const countedMs = hidden.reduce((sum, { pieces }) => sum + countedIn(pieces), 0);
  return [...rows.slice(0, FIRST_ROWS), { hiddenDays: hidden.length, countedMs }, ...rows.slice(-LAST_ROWS)];
}

/** A step cut at the midnights of the zone. */
function piecesOf(step: Step, zone: string): Piece[] {
  const pieces: Piece[] = [];
  for (let from = step.from; from < step.to;) {
    const date = wallDate(from, zone);
    const midnight = midnightAfter(date, zone);
    const to = midnight > from && midnight < step.to ? midnight : step.to;
    pieces.push({ ...step, from, to, date });
    from = to;
  }
  return pieces;
}

function drawChart(chart: Chart, rows: readonly Row[], top: number): string {
  const { title, timezone, deadlineAt } = chart;
  const due =
    deadlineAt === null ? "paused, nothing is due" : `due ${wallTime(deadlineAt, timezone, "exact")}`;
  const rowsTop = top + CHART_HEAD;
  const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24];
  return [
    words(MARGIN, top + 14, `${title}: ${due}`, 'font-size="14" font-weight="bold"'),
    words(DAY_LEFT - 8, top + 38, `clock of ${timezone}`, `text-anchor="end" font-size="9" fill="${FAINT}"`),
    ...hours.map((hour) => {
      const x = place(hour * 3_600_000);
      const bottom = rowsTop + rows.length * ROW_HEIGHT;
      return `<line x1="${x}" y1="${rowsTop - 4}" x2="${x}" y2="${bottom}" stroke="#d0d6db" stroke-width="1"/>${words(x, top + 38, `${hour}`, `text-anchor="middle" font-size="10" fill="${FAINT}"`)}`;
    }),
    ...rows.map((row, nth) => drawRow(row, chart, rowsTop + nth * ROW_HEIGHT)),
    ...dueFlag(chart, rows, rowsTop),
  ].join("\n");
}

function drawRow(row: Row, { timezone }: Chart, top: number): string {
  const base = top + 14;
  if ("hiddenDays" in row) {
    return words(DAY_LEFT, base, `… ${row.hiddenDays} more days, on which ${exactly(row.countedMs)} count`);
  }
  const label = `${WEEKDAYS[(((dayOf(row.date) + 3) % 7) + 7) % 7] ?? ""} ${row.date}`;
  return [
    words(DAY_LEFT - 8, base, label, 'text-anchor="end"'),
    ...row.pieces.map((piece) => drawPiece(piece, timezone, top)),
    words(NOTES_LEFT, base, noteOf(row.pieces), 'font-size="11"'),
  ].join("\n");
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function drawPiece({ kind, from, to, date }: Piece, zone: string, top: number): string {
  const left = place(timeOfDayMs(from, zone));
  const right = wallDate(to, zone) === date ? place(timeOfDayMs(to, zone)) : DAY_RIGHT;
  const width = Math.max(1, right - left);
  const bar = `<rect x="${left}" y="${top}" width="${width}" height="${BAR_HEIGHT}" fill="${FILLS[kind]}"/>`;
  const span = `${clock(from, zone)}–${right === DAY_RIGHT ? "24:00" : clock(to, zone)}`;
  if (kind !== "counted" || width < span.length * 6) return bar;
  return bar + words(left + width / 2, top + 13, span, 'text-anchor="middle" font-size="10" fill="#ffffff"');
}

/** A flag where the deadline stands, in the last row. */
function dueFlag({ deadlineAt, timezone }: Chart, rows: readonly Row[], rowsTop: number): string[] {
  if (deadlineAt === null) return [];
  const nth = rows.findLastIndex((row) => "date" in row && isEndedOn(row, deadlineAt));
  const row = rows[nth];
  if (row === undefined || !("date" in row)) return [];
  const isOnDay = wallDate(deadlineAt, timezone) === row.date;
  const x = isOnDay ? place(timeOfDayMs(deadlineAt, timezone)) : DAY_RIGHT;
  const y = rowsTop + nth * ROW_HEIGHT;
  return [
    `<line x1="${x}" y1="${y - 3}" x2="${x}" y2="${y + BAR_HEIGHT + 3}" stroke="${DUE}" stroke-width="3"/>`,
    `<path d="M${x} ${y - 3} l9 4 l-9 4 z" fill="${DUE}"/>`,
  ];
}

function isEndedOn({ pieces }: { pieces: readonly Piece[] }, at: Date): boolean {
  return pieces.some(({ to }) => to.getTime() === at.getTime());
}

function noteOf(pieces: readonly Piece[]): string {
  const counted = countedIn(pieces);
  const names = pieces.flatMap(({ kind, name }) =>
    kind === "holiday" ? [name ?? "holiday"] : kind === "paused" ? ["paused"] : [],
  );
  const rest = pieces.some(({ kind }) => kind === "weekend") ? "weekend" : "closed";
  const notes = [...(counted > 0 ? [exactly(counted)] : []), ...new Set(names)];
  const note = notes.length === 0 ? rest : notes.join(", ");
  return note.length <= NOTE_LENGTH ? note : `${note.slice(0, NOTE_LENGTH - 1)}…`;
}

function countedIn(pieces: readonly Piece[]): number {
  return pieces.reduce(
    (sum, { kind, from, to }) => sum + (kind === "counted" ? to.getTime() - from.getTime() : 0),
    0,
  );
}

function legend(top: number): string {
  const entries: [StepKind, string][] = [
    ["counted", "counts"],
    ["night", "closed"],
    ["holiday", "holiday"],
    ["paused", "paused"],
  ];
  return [
    ...entries.map(([kind, label], nth) => {
      const x = DAY_LEFT + nth * 120;
      return `<rect x="${x}" y="${top}" width="22" height="12" fill="${FILLS[kind]}"/>${words(x + 28, top + 10, label, 'font-size="11"')}`;
    }),
    `<line x1="${DAY_LEFT + 480}" y1="${top - 2}" x2="${DAY_LEFT + 480}" y2="${top + 14}" stroke="${DUE}" stroke-width="3"/>`,
    words(DAY_LEFT + 488, top + 10, "due", 'font-size="11"'),
  ].join("\n");
}

/** Where a time of the day stands, in pixels. */
function place(ms: number): number {
  return Math.round((DAY_LEFT + (ms / DAY_MS) * (DAY_RIGHT - DAY_LEFT)) * 10) / 10;
}

/** "09:00". */
function clock(at: Date, zone: string): string {
  const minutes = Math.floor(timeOfDayMs(at, zone) / 60_000);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
