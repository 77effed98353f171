// The bench of due work and pages, on a PostgreSQL that keeps what it commits, with a million open tickets and a Slack of this
// machine that answers at once. Prints Markdown, each aim with whether it was met.
import { startPostgres } from "../support/postgres.ts";
import { layDesk, type BenchDesk } from "./bench-desk.ts";
import { benchDueWork } from "./due-work.ts";
import { benchHoldingOut } from "./hold-out.ts";
import { startLocalSlack } from "./local-slack.ts";
import { belfryLooks, graphilePolls } from "./looks.ts";
import { benchOnTime } from "./on-time.ts";
import { print, printAim, printAimsHead } from "./report.ts";
import { surroundings } from "./surroundings.ts";

const FEW = 1_000;
/** A trial may do with fewer: BELFRY_BENCH_TICKETS. */
const MANY = Number(process.env["BELFRY_BENCH_TICKETS"] ?? 1_000_000);
/** How long the run is that watches the memory: BELFRY_BENCH_SECONDS. */
const LONG_RUN_S = Number(process.env["BELFRY_BENCH_SECONDS"] ?? 180);

/** Measures, and prints. */
export async function benchPaging(): Promise<void> {
  const server = await startPostgres({ isDurable: true });
  if (server === null) throw new Error("There is no PostgreSQL here.");
  const slack = await startLocalSlack();
  try {
    print(await surroundings(server));
    const desk = await layDesk(await server.createDatabase(), slack);
    const emptyDatabase = () => server.createDatabase();
    const small = await layDesk(await emptyDatabase(), slack);
    await orSayWhy("a look that finds nothing due", () => benchLooks(small, desk, emptyDatabase));
    await small.close();
    await orSayWhy("due work", () => benchDueWork(desk, emptyDatabase));
    await orSayWhy("pages on time", () => benchOnTime({ desk, slack }));
    await orSayWhy("holding out", () => benchHoldingOut({ desk, slack }, LONG_RUN_S));
    await desk.close();
  } finally {
    await slack.close();
    await server.close();
  }
}

/** What could not be measured is told, and the rest goes on. */
async function orSayWhy(what: string, measure: () => Promise<void>): Promise<void> {
  try {
    await measure();
  } catch (error) {
    print(`\n**Not measured: ${what}** (${String(error)})`);
    process.exitCode = 1;
  }
}

async function benchLooks(
  small: BenchDesk,
  large: BenchDesk,
  emptyDatabase: () => Promise<string>,
): Promise<void> {
  const graphile = await graphilePolls(await emptyDatabase());
  await graphile.fillTo(FEW);
  const fewPolledMs = await graphile.poll();
  await graphile.fillTo(MANY);
  await small.fillTo(FEW);
  await large.fillTo(MANY);
  const [fewMs, manyMs] = await belfryLooks([small.databaseUrl, large.databaseUrl]);
  const few = { belfryMs: fewMs, graphileMs: fewPolledMs };
  const many = { belfryMs: manyMs, graphileMs: await graphile.poll() };
  await graphile.close();
  print("\n| a look that finds nothing due, p50 | Belfry | graphile-worker |\n| --- | ---: | ---: |");
  for (const [tickets, { belfryMs, graphileMs }] of [[FEW, few] as const, [MANY, many] as const])
    print(
      `| ${tickets.toLocaleString("en-US")} open tickets, as many jobs to come | ${belfryMs.toFixed(2)} ms | ${graphileMs.toFixed(2)} ms |`,
    );
  printAimsHead("a look that finds nothing due");
  printAim({ what: "p50", measured: many.belfryMs, atMost: 0.5, unit: "ms" });
  printAim({
    what: `with ${MANY.toLocaleString("en-US")} open tickets, to that with ${FEW.toLocaleString("en-US")}`,
    measured: many.belfryMs / few.belfryMs,
    atMost: 1.5,
    unit: "times",
  });
  printAim({
    what: "cheaper than graphile-worker's poll",
    measured: many.graphileMs / many.belfryMs,
    atLeast: 30,
    unit: "times",
  });
}
