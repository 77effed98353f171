// Answers questions about business time, a JSON line each, as a process of its own: so that a test may start it with another
// machine's time zone, which it says first.

import { createInterface } from "node:readline";
import { closingAfter } from "../../src/core/calendar.ts";
import { instantOfWall, wallTime } from "../../src/core/zone.ts";
import { countedMs, deadline } from "../../src/core/clock.ts";
import { explain } from "../../src/core/explain.ts";
import { asPauses, compiled, type Question } from "./clock-scenes.ts";

/** All that Belfry says to one question: time, deadline, proof, the next closing, and the wall clock back and forth. */
export function answer({ plain, startMs, lengthMs, share, pauses }: Question): string {
  const calendar = compiled(plain);
  const [start, end] = [new Date(startMs), new Date(startMs + lengthMs)];
  const stops = asPauses(pauses);
  const due = deadline(calendar, start, Math.ceil((lengthMs / 9) * share), stops);
  const shown = wallTime(start, plain.timezone, "exact");
  return JSON.stringify({
    counted: countedMs(calendar, start, end, stops),
    due,
    steps: explain(calendar, start, due ?? end, stops),
    closing: closingAfter(calendar, start),
    shown,
    wall: instantOfWall(start.toISOString().slice(0, 10), start.toISOString().slice(11, 16), plain.timezone),
  });
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${Intl.DateTimeFormat().resolvedOptions().timeZone}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${answer(JSON.parse(line) as Question)}\n`);
  }
}
