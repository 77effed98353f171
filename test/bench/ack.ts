// The bench of answers to people: `/ticket`, which opens a form, and a button, whose event is committed on a PostgreSQL that
// keeps what it commits before the answer. Beside it a bare Bolt app that stores nothing. Prints Markdown.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startBelfryOnTime } from "../support/child.ts";
import { NODE_FLAGS } from "../support/node-flags.ts";
import { startPostgres } from "../support/postgres.ts";
import { layDesk, type BenchDesk } from "./bench-desk.ts";
import { knockingAt, type Knocked, type Knocking } from "./knocking.ts";
import { startLocalSlack, type LocalSlack } from "./local-slack.ts";
import { medianOf } from "./measure.ts";
import { percentile, print, printAim, printAimsHead } from "./report.ts";
import { surroundings } from "./surroundings.ts";

const A_SECOND = 300;
const AT_ONCE = 32;
const ROUNDS = 2;
const SECONDS = 10;
const STALL_S = 30;
const TICKETS = 30_000;

/** Measures, and prints. */
export async function benchAck(): Promise<void> {
  const server = await startPostgres({ isDurable: true });
  if (server === null) throw new Error("There is no PostgreSQL here.");
  const slack = await startLocalSlack();
  try {
    print(await surroundings(server));
    const desk = await layDesk(await server.createDatabase(), slack);
    await desk.fillTo(TICKETS);
    const numbers = await desk.sql.unsafe("select number from tickets where assignee is null order by id");
    const respondTo = slack.settings("respond")["SLACK_API_URL"] ?? "";
    const belfry = await startBelfryOnTime(desk.settings("ack"));
    const number = (): string => String(numbers.pop()?.["number"]);
    const ours = knockingAt(belfry.url, respondTo, number);
    const bolt = await startBareBolt(slack);
    const bare = knockingAt(bolt.url, respondTo, () => "K1-1");
    await measure(ours, bare, slack);
    // One that waited too long for the database was answered as well: with a sentence that it could not be stored.
    const stored = await count(
      desk,
      "select (select count(*) from intents where key like 'slack:act:%') + (select count(*) from accepted)",
    );
    printAim({
      what: "of all presses, the whole run",
      measured: (100 * stored) / ours.pressed(),
      atLeast: 100,
      unit: "% stored",
    });
    const left = await count(desk, "select count(*) from accepted");
    const beganMs = performance.now();
    while ((await count(desk, "select count(*) from accepted")) > 0) await pause(200);
    const rate = (left * 1_000) / (performance.now() - beganMs);
    const taken = await count(desk, "select count(*) from tickets where assignee is not null");
    print(
      `\nOf ${ours.pressed()} presses ${left} waited to be carried out as the crowd left, and were at ${rate.toFixed(0)} a second; ${taken} tickets were taken.`,
    );
    ours.close();
    bare.close();
    bolt.end();
    await belfry.kill();
    await desk.close();
  } finally {
    await slack.close();
    await server.close();
  }
}

async function count({ sql }: Pick<BenchDesk, "sql">, query: string): Promise<number> {
  const [row] = await sql.unsafe(`select (${query})::int as count`);
  return Number(row?.["count"]);
}

async function measure(ours: Knocking, bare: Knocking, slack: LocalSlack): Promise<void> {
  // Code is compiled and connections are made by then.
  for (const knocking of [ours, bare]) await knocking.hard(AT_ONCE, 3);
  const steady = { ours: [] as Knocked[], bare: [] as Knocked[] };
  const hard = { ours: [] as Knocked[], bare: [] as Knocked[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    steady.bare.push(await bare.steadily(A_SECOND, SECONDS));
    steady.ours.push(await ours.steadily(A_SECOND, SECONDS));
    hard.bare.push(await bare.hard(AT_ONCE, SECONDS / 2));
    hard.ours.push(await ours.hard(AT_ONCE, SECONDS / 2));
  }
  slack.stall();
  const stalled = await ours.steadily(A_SECOND, STALL_S);
  slack.goOn();

  print(`\n| answers | p50 | p99 | not answered | a second |\n| --- | ---: | ---: | ---: | ---: |`);
  row(`Belfry, ${A_SECOND} a second`, steady.ours);
  row(`bare Bolt, ${A_SECOND} a second`, steady.bare);
  row(`Belfry, ${AT_ONCE} at once`, hard.ours);
  row(`bare Bolt, ${AT_ONCE} at once`, hard.bare);
  row(`Belfry, ${A_SECOND} a second, Slack's API stalled`, [stalled]);
  printAimsHead("answers");
  const ratio = (of: typeof hard): number =>
    medianOf(of.ours.map(({ rate }, round) => rate / (of.bare[round]?.rate ?? NaN)));
  printAim({
    what: `of bare Bolt's throughput at ${A_SECOND} a second`,
    measured: ratio(steady),
    atLeast: 0.8,
    unit: "times",
  });
  printAim({ what: `of bare Bolt's most`, measured: ratio(hard), atLeast: 0.8, unit: "times" });
  printAim({ what: `p99 at ${A_SECOND} a second`, measured: p99(steady.ours), atMost: 50, unit: "ms" });
  printAim({
    what: `p99 while Slack's API stalls for ${STALL_S} s`,
    measured: p99([stalled]),
    atMost: 1_000,
    unit: "ms",
  });
}

/** The median of the rounds. */
function p99(rounds: readonly Knocked[]): number {
  return medianOf(rounds.map(({ tookMs }) => percentile(tookMs, 0.99)));
}

function row(what: string, rounds: readonly Knocked[]): void {
  const p50 = medianOf(rounds.map(({ tookMs }) => percentile(tookMs, 0.5)));
  const refused = rounds.reduce((sum, one) => sum + one.refused, 0);
  const rate = Math.round(medianOf(rounds.map((one) => one.rate)));
  print(`| ${what} | ${p50.toFixed(1)} ms | ${p99(rounds).toFixed(1)} ms | ${refused} | ${rate} |`);
}

async function startBareBolt(slack: LocalSlack): Promise<{ url: string; end(): void }> {
  const { PATH = "" } = process.env;
  const child = fork(join(import.meta.dirname, "bare-bolt.mjs"), [], {
    env: { PATH, NODE_ENV: "production", ...slack.settings("bolt") },
    execArgv: [...NODE_FLAGS],
  });
  const [{ url }] = (await once(child, "message")) as [{ url: string }];
  await pause(200);
  return { url, end: () => void child.kill() };
}
