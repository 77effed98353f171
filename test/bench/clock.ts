// The bench of the clock: deadlines and spans over holidays and clock changes, Belfry beside two packages that count
// business time, with the share of answers that an oracle of minutes finds wrong; then first questions, memory and `belfry clock`.
import { countedByHand, dueByHand, oracleOf, type Oracle } from "../core/minute-oracle.ts";
import { contestantsOn, ZONE, type BenchCalendar, type Contestant } from "./contestants.ts";
import { firstQuestions, linesASecond, memoryInUse } from "./in-use.ts";
import { medianOf, rateOf } from "./measure.ts";

/** US federal holidays as they are observed. */
const HOLIDAYS = [
  ...["2025-01-01", "2025-01-20", "2025-02-17", "2025-05-26", "2025-06-19", "2025-07-04", "2025-09-01"],
  ...["2025-10-13", "2025-11-11", "2025-11-27", "2025-12-25", "2026-01-01", "2026-01-19", "2026-02-16"],
  ...["2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26"],
  ...["2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15"],
];

/** Both have working days of eight hours. */
const CALENDARS: readonly BenchCalendar[] = [
  { name: "09:00-17:00", spans: ["09:00-17:00"], holidays: HOLIDAYS },
  { name: "09:00-12:00, 12:30-17:30", spans: ["09:00-12:00", "12:30-17:30"], holidays: HOLIDAYS },
];

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HALF_AN_HOUR_MS = HOUR_MS / 2;
const WORKING_DAY_MS = 8 * HOUR_MS;
const SIXTY_DAYS_MS = 60 * WORKING_DAY_MS;

/** Starts at any second of two years, spread evenly over days and nights, and always the same. */
const STARTS: readonly Date[] = Array.from({ length: 5000 }, (_, index) => {
  const day = Math.floor((index * 640) / 5000);
  const second = (index * 48_611) % (24 * 3600);
  return new Date(Date.UTC(2025, 0, 2 + day) + second * SECOND_MS);
});

/** A deadline in so much open time, or a span to an end for each start. */
interface Question {
  name: string;
  asks: { openMs: number } | { wallMs: number; ends: readonly Date[] };
  /** How many times as fast as dayjs-business-time Belfry wants to be. */
  aim: number | null;
}

const QUESTIONS: readonly Question[] = [
  { name: "deadline in 30 min", asks: { openMs: HALF_AN_HOUR_MS }, aim: 200 },
  { name: "deadline in 4 h", asks: { openMs: 4 * HOUR_MS }, aim: null },
  { name: "deadline in 5 d", asks: { openMs: 5 * WORKING_DAY_MS }, aim: 2000 },
  { name: "deadline in 60 d", asks: { openMs: SIXTY_DAYS_MS }, aim: 20_000 },
  { name: "span of 4 h", asks: spanOf(4 * HOUR_MS), aim: 500 },
  { name: "span of 7 d", asks: spanOf(7 * DAY_MS), aim: null },
  { name: "span of 90 d", asks: spanOf(90 * DAY_MS), aim: 5000 },
];

const ROUNDS = 5;
const ROUND_SECONDS = 0.1;
const CHECKED = 200;
/** How far the oracle looks for a deadline. */
const LOOK_MS = 200 * DAY_MS;

interface Result {
  /** Answers a second: the median of the rounds. */
  rate: number;
  /** The share that the oracle finds wrong. */
  wrong: number;
}

/** Measures, and prints tables in Markdown. */
export async function benchClock(): Promise<void> {
  for (const calendar of CALENDARS) {
    print(
      `\nMonday to Friday ${calendar.name}, ${ZONE}, with holidays; answers a second, and how many are wrong\n`,
    );
    printTable(calendar);
  }
  print("");
  for (const line of [firstQuestions(), memoryInUse(), await linesASecond()]) print(`- ${line}`);
}

function printTable(calendar: BenchCalendar): void {
  const contestants = contestantsOn(calendar);
  const oracle = oracleOf({ timezone: ZONE, hours: { "mon-fri": calendar.spans }, holidays: HOLIDAYS });
  const [, ...peers] = contestants.map(({ name }) => name);
  print(`| | Belfry | wrong | ${peers.map((peer) => `${peer} | wrong | Belfry is`).join(" | ")} |`);
  print(`|---|${"---:|".repeat(2 + 3 * peers.length)}`);
  let shortest = NaN;
  let longest = NaN;
  for (const question of QUESTIONS) {
    const [ours, ...others] = resultsOf(question, contestants, oracle);
    if (ours === undefined) continue;
    if ("openMs" in question.asks && question.asks.openMs === HALF_AN_HOUR_MS) shortest = ours.rate;
    if ("openMs" in question.asks && question.asks.openMs === SIXTY_DAYS_MS) longest = ours.rate;
    const cells = others.flatMap(({ rate, wrong }, index) => {
      const aim = index === 0 && question.aim !== null ? ` (aim ${figure(question.aim)})` : "";
      return [figure(rate), share(wrong), `${figure(ours.rate / rate)} times as fast${aim}`];
    });
    print(`| ${[question.name, figure(ours.rate), share(ours.wrong), ...cells].join(" | ")} |`);
  }
  print(`\nA deadline in 60 d costs ${(shortest / longest).toFixed(2)} times one in 30 min (aim 1.5).`);
}

/** The contestants take turns, so that what else the machine does meets all of them. */
function resultsOf(question: Question, contestants: readonly Contestant[], oracle: Oracle): Result[] {
  const rounds = Array.from({ length: ROUNDS }, () =>
    contestants.map((contestant) => rateOf((index) => answer(question, contestant, index), ROUND_SECONDS)),
  );
  return contestants.map((contestant, place) => ({
    rate: medianOf(rounds.map((rates) => rates[place] ?? NaN)),
    wrong: wrongShare(question, contestant, oracle),
  }));
}

function answer({ asks }: Question, contestant: Contestant, index: number): number {
  const start = at(STARTS, index);
  return "openMs" in asks
    ? contestant.due(start, asks.openMs)
    : contestant.between(start, at(asks.ends, index));
}

function wrongShare(question: Question, contestant: Contestant, oracle: Oracle): number {
  const step = Math.floor(STARTS.length / CHECKED);
  let wrong = 0;
  for (let place = 0; place < CHECKED; place += 1) {
    const startMs = at(STARTS, place * step).getTime();
    if (answer(question, contestant, place * step) !== expected(question, oracle, startMs)) wrong += 1;
  }
  return wrong / CHECKED;
}

function expected({ asks }: Question, oracle: Oracle, startMs: number): number | null {
  return "openMs" in asks
    ? dueByHand(oracle, startMs, asks.openMs, [], LOOK_MS)
    : countedByHand(oracle, startMs, startMs + asks.wallMs);
}

function spanOf(wallMs: number): { wallMs: number; ends: readonly Date[] } {
  return { wallMs, ends: STARTS.map((start) => new Date(start.getTime() + wallMs)) };
}

function at(dates: readonly Date[], index: number): Date {
  return dates[index % dates.length] ?? new Date(NaN);
}

function figure(rate: number): string {
  const rounded = rate < 100 ? Math.round(rate) : Number(rate.toPrecision(2));
  return rounded.toLocaleString("en-US");
}

function share(wrong: number): string {
  return wrong === 0 ? "none" : `${(wrong * 100).toFixed(1)} %`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
