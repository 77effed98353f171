// Draws who is on call in a week as SVG: a row for each rotation and role, a column for each day of the reader's clock.
//
// Nothing is told by colour alone: each name stands on its bar, and where a bar is too short for it the row says below when
// it begins; a time in which nobody is on call has a dashed edge and says so.
import type { DutyChart } from "../../core/message.ts";
import { midnightAfter, shortWallTime, wallDate } from "../../core/zone.ts";
import { cut } from "../text.ts";
import { DUE, INK, words } from "./svg.ts";

/** The picture of a week, as the text of an SVG file. */
export function week(heading: string, chart: DutyChart): string {
  const { from, to, timezone, rows } = chart;
  const x = (at: Date) =>
    Math.round((LEFT + ((at.getTime() - from.getTime()) / (to.getTime() - from.getTime())) * SPAN) * 10) / 10;
  const days = daysOf(chart);
  const people = [...new Set(rows.flatMap(({ holds }) => holds.flatMap(({ name }) => name ?? [])))];
  const colourOf = (name: string) => COLOURS[people.indexOf(name) % COLOURS.length] ?? INK;
  let top = HEAD;
  const drawn: string[] = [];
  for (const { rotation, role, holds } of rows) {
    drawn.push(
      words(MARGIN, top + 16, cut(rotation, 18), 'font-weight="bold"'),
      words(MARGIN, top + 31, role, `font-size="11" fill="${FAINT}"`),
    );
    const untold: string[] = [];
    for (const hold of holds) {
      const [left, width] = [x(hold.from), Math.max(1, x(hold.to) - x(hold.from))];
      const name = hold.name ?? "nobody";
      const look =
        hold.name === null
          ? `fill="#fdeceb" stroke="${DUE}" stroke-dasharray="5 4"`
          : `fill="${colourOf(name)}" stroke="#ffffff"`;
      drawn.push(`<rect x="${left}" y="${top}" width="${width}" height="${BAR}" ${look}/>`);
      const room = Math.floor((width - 8) / LETTER);
      if (room >= Math.min(name.length, 6))
        drawn.push(
          words(left + 5, top + 22, cut(name, room), `fill="${hold.name === null ? DUE : "#ffffff"}"`),
        );
      else untold.push(`${shortWallTime(hold.from, timezone)} ${name}`);
    }
    const notes = linesOf(untold);
    drawn.push(...notes.map((note, nth) => words(LEFT, top + BAR + 14 + nth * 14, note, 'font-size="11"')));
    top += BAR + notes.length * 14 + GAP;
  }
  const height = top + 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans, sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    words(MARGIN, 30, heading, 'font-size="17" font-weight="bold"'),
    ...days.map(
      (day) =>
        `<line x1="${x(day)}" y1="54" x2="${x(day)}" y2="${top - GAP + 4}" stroke="#d0d6db"/>${words(x(day) + 4, 64, shortWallTime(day, timezone, "date"), `font-size="11" fill="${FAINT}"`)}`,
    ),
    ...drawn,
    words(LEFT, top + 6, `clock of ${timezone}`, `font-size="10" fill="${FAINT}"`),
    "</svg>",
  ].join("\n");
}

const WIDTH = 960;
const MARGIN = 20;
const LEFT = 150;
const SPAN = WIDTH - MARGIN - LEFT;
const HEAD = 76;
const BAR = 34;
const GAP = 16;
/** How wide a letter is at most of the time, in pixels. */
const LETTER = 7.2;
const NOTE_LENGTH = 118;

const FAINT = "#5d6973";
/** Dark enough for white words on them. */
const COLOURS = ["#1f6f54", "#2b5797", "#6b4fa0", "#8a4b08", "#4a5a66", "#9c2c5c", "#3c6e00", "#00677d"];

/** The midnights at which the days of the week begin. */
function daysOf({ from, to, timezone }: DutyChart): Date[] {
  const days: Date[] = [];
  for (let at = from; at < to && days.length < 8; at = midnightAfter(wallDate(at, timezone), timezone))
    days.push(at);
  return days;
}

/** Notes beside each other, as many on a line as fit. */
function linesOf(notes: readonly string[]): string[] {
  const lines: string[] = [];
  for (const note of notes) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + note.length + 3 <= NOTE_LENGTH)
      lines[lines.length - 1] = `${last} · ${note}`;
    else lines.push(cut(note, NOTE_LENGTH));
  }
  return lines;
}
