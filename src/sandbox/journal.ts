// Keeps what happened in an append-only file of JSON lines, so that a killed sandbox comes back with all that it answered.
//
// One line is one thing that happened, with everything that follows from it: it is there whole or not at all. A line is
// written before its answer is given. Killing the process in the middle of a write leaves a last line without its end,
// and nobody was told of it: opening cuts it off.
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { jsonOf } from "./json.ts";

/** What happened so far, and a place to write what happens next. */
export interface Journal<Line> {
  /** All whole lines that the file held when it was opened, oldest first. */
  replayed: readonly Line[];
  /** Returns when the line has been handed to the operating system; it survives the process, not a power cut. */
  append(line: Line): void;
  close(): void;
}

/** Opens or makes the journal; null keeps nothing. Throws where a line other than a torn last one is not JSON. */
export function openJournal<Line>(path: string | null): Journal<Line> {
  if (path === null) return { replayed: [], append: () => undefined, close: () => undefined };

  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, "a+", 0o600);
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf("\n") + 1;
  if (whole < bytes.length) ftruncateSync(file, whole);

  return {
    replayed: parseLines<Line>(path, bytes.subarray(0, whole).toString("utf8")),
    append: (line) => {
      writeWhole(file, Buffer.from(JSON.stringify(line) + "\n"));
    },
    close: () => {
      closeSync(file);
    },
  };
}

function parseLines<Line>(path: string, text: string): Line[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, index) => {
      const value = jsonOf(line);
      if (value === undefined)
        throw new Error(`${path}:${index + 1} is not JSON; move the file away to start afresh.`);
      // The file is this program's own: what was written as a Line is read as one.
      return value as Line;
    });
}

function writeWhole(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
