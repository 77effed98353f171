// Writes somebody's shifts as a calendar that other programs subscribe to (RFC 5545). Times are UTC, so that no zone has to be told.
import type { Shift } from "./shift.ts";

/** What is said of the plan that the shifts come from: its revision, and when that came into force. */
export interface PlanRevision {
  revision: number;
  appliedAt: Date;
}

/** The calendar. A shift keeps its UID as long as it begins when it does; the revision is the sequence of all. */
export function calendarText(
  name: string,
  shifts: readonly Shift[],
  { revision, appliedAt }: PlanRevision,
): string {
  const stamp = utc(appliedAt);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Belfry//On call//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    `X-WR-CALNAME:${escaped(name)}`,
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ...shifts.flatMap((shift) => [
      "BEGIN:VEVENT",
      `UID:${escaped(uidOf(shift))}`,
      `DTSTAMP:${stamp}`,
      `LAST-MODIFIED:${stamp}`,
      `SEQUENCE:${revision}`,
      `DTSTART:${utc(shift.from)}`,
      `DTEND:${utc(shift.to)}`,
      `SUMMARY:${escaped(`On call: ${shift.role} of ${shift.rotation.id}`)}`,
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
    ]),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** A shift that goes on for ever has no beginning to be named by. */
function uidOf({ rotation, role, person, from, isCut }: Shift): string {
  return `${rotation.id}-${role}-${person}-${isCut ? "always" : utc(from)}@belfry`;
}

/** "20261207T150000Z" */
function utc(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** RFC 5545, 3.3.11. */
function escaped(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
}

/** RFC 5545, 3.1: no line is longer than 75 octets; the rest goes on after a line break and a space. */
function folded(line: string): string {
  const pieces: string[] = [];
  let piece = "";
  let octets = 0;
  for (const letter of line) {
    const size = octetsOf(letter);
    if (octets + size > 75) {
      pieces.push(piece);
      [piece, octets] = [" ", 1];
    }
    piece += letter;
    octets += size;
  }
  return [...pieces, piece].join("\r\n");
}

function octetsOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
