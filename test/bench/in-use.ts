// What the clock costs in use: the first question to a calendar that nobody asked before, the memory of ten thousand
// calendars, and the lines a second of `belfry clock`.
import { Readable, Writable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { answerAll } from "../../src/cli/clock.ts";
import { compileCalendar, type Calendar } from "../../src/core/calendar.ts";
import { deadline } from "../../src/core/clock.ts";
import { processorSeconds } from "./measure.ts";

const ZONES = Intl.supportedValuesOf("timeZone");
const CUSTOMERS = 10_000;
const LINES = 20_000;
const MIXED_LINES = 100_000;
const MEGABYTE = 1024 * 1024;
const START = new Date("2026-03-27T15:30:00Z");
const HOUR_MS = 3_600_000;

/** The slowest first question, over a fresh calendar in each zone there is: nothing of that zone is known yet. */
export function firstQuestions(): string {
  const costs = ZONES.map((_, index) => {
    const before = processorSeconds();
    ask(customersCalendar(index, 11));
    return (processorSeconds() - before) * 1000;
  }).sort((one, other) => one - other);
  const [median, slowest] = [costs[Math.floor(costs.length / 2)] ?? NaN, costs.at(-1) ?? NaN];
  const figures = `${median.toFixed(2)} ms, the slowest ${slowest.toFixed(2)} ms`;
  return `The first question to a fresh calendar in a fresh zone takes ${figures} (aim 10 ms).`;
}

/** The heap that ten thousand calendars keep, all of them asked about, none shared. */
export function memoryInUse(): string {
  const collect = collector();
  collect();
  const before = process.memoryUsage().heapUsed;
  const calendars = Array.from({ length: CUSTOMERS }, (_, index) => customersCalendar(index, 7));
  for (const calendar of calendars) ask(calendar);
  collect();
  const used = process.memoryUsage().heapUsed - before;
  const each = (used / CUSTOMERS / 1024).toFixed(1);
  const whole = (used / MEGABYTE).toFixed(0);
  return `${calendars.length.toLocaleString("en-US")} calendars in use keep ${whole} MB of heap, ${each} kB each.`;
}

/** Lines a second of `belfry clock`: each with a calendar of its own, and mixed ones with bad ones among them. */
export async function linesASecond(): Promise<string> {
  const distinct = Array.from({ length: LINES }, (_, index) => addLine(index));
  const mixed = Array.from({ length: MIXED_LINES }, (_, index) => mixedLine(index));
  const [own, all] = [await linesAnswered(distinct), await linesAnswered(mixed)].map((rate) =>
    Math.round(rate).toLocaleString("en-US"),
  );
  return `belfry clock answers ${own} lines a second where each has a calendar of its own (aim 20,000), and ${all} where a tenth of ${MIXED_LINES.toLocaleString("en-US")} mixed ones is bad.`;
}

async function linesAnswered(lines: readonly string[]): Promise<number> {
  const input = Buffer.from(`${lines.join("\n")}\n`);
  const pieces = Array.from({ length: Math.ceil(input.length / 65_536) }, (_, index) =>
    input.subarray(index * 65_536, (index + 1) * 65_536),
  );
  let answers = 0;
  const output = new Writable({
    write(piece: Buffer, _encoding, done) {
      for (const byte of piece) if (byte === 10) answers += 1;
      done();
    },
  });
  const began = processorSeconds();
  await answerAll(Readable.from(pieces), output);
  const rate = lines.length / (processorSeconds() - began);
  if (answers !== lines.length) throw new Error(`${answers} answers came to ${lines.length} lines`);
  return rate;
}

function addLine(index: number): string {
  const calendar = { timezone: zoneOf(index), hours: hoursOf(index), holidays: holidaysOf(index) };
  return JSON.stringify({ op: "add", calendar, start: START, minutes: 1 + (index % 4000) });
}

function mixedLine(index: number): string {
  if (index % 10 === 9) return BAD_LINES[index % BAD_LINES.length] ?? "";
  if (index % 2 === 0) return addLine(index % 2000);
  const policies = [
    { policy: "eleveo", level: "2", attributes: { scope: "platform" } },
    { policy: "aleyant", level: "urgent" },
    { policy: "alliantist", level: "3" },
  ];
  return JSON.stringify({ op: "deadline", ...policies[index % 3], opened: START, timezone: zoneOf(index) });
}

const BAD_LINES = [
  "{",
  "{}",
  '{"op":"add","calendar":{"timezone":"Mars/Olympus","hours":"always"},"start":"now","minutes":1}',
];

function customersCalendar(index: number, holidays: number): Calendar {
  const dates = holidaysOf(index).slice(0, holidays);
  return compileCalendar({
    timezone: zoneOf(index),
    hours: hoursOf(index),
    holidays: dates.map((date) => ({ date })),
  });
}

function ask(calendar: Calendar): void {
  deadline(calendar, START, 100 * HOUR_MS);
}

function zoneOf(index: number): string {
  return ZONES[index % ZONES.length] ?? "Etc/UTC";
}

function hoursOf(index: number): Record<string, string[]> {
  const minute = String(index % 60).padStart(2, "0");
  return { "mon-fri": [`0${6 + (index % 4)}:${minute}-12:00`, `12:30-1${6 + (index % 3)}:${minute}`] };
}

/** Eleven dates of 2026, another set for each of a thousand customers. */
function holidaysOf(index: number): string[] {
  return Array.from({ length: 11 }, (_, month) => {
    const day = 1 + ((index + 3 * month) % 28);
    return `2026-${String(month + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  });
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
