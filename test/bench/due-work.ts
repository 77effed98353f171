// Due work claimed and completed, one thing at a time: Belfry's outbox beside two job queues, who take turns, so that what
// else the machine does meets all of them.
import { medianOf } from "./measure.ts";
import { belfryQueue, bossQueue, graphileQueue, type Contestant } from "./queues.ts";
import { print, printAim, printAimsHead } from "./report.ts";
import type { BenchDesk } from "./bench-desk.ts";

const ROUNDS = 5;
const THINGS = 2_000;

/** Measures, and prints. */
export async function benchDueWork(desk: BenchDesk, emptyDatabase: () => Promise<string>): Promise<void> {
  const contestants: Contestant[] = [
    await belfryQueue(desk),
    await graphileQueue(await emptyDatabase(), 1),
    await graphileQueue(await emptyDatabase(), 10),
    await bossQueue(await emptyDatabase(), 1),
  ];
  const rates = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [place, contestant] of contestants.entries()) {
      await contestant.fill(THINGS);
      rates[place]?.push(THINGS / (await contestant.drain(THINGS)));
    }
  }
  for (const contestant of contestants) await contestant.close();
  // Ratios within a round: both sides of each met the same weather.
  const ratioTo = (place: number): number =>
    medianOf((rates[0] ?? []).map((ours, round) => ours / (rates[place]?.[round] ?? NaN)));
  print("\n| due work, each claimed and completed by itself | a second | Belfry is |\n| --- | ---: | ---: |");
  for (const [place, { name }] of contestants.entries()) {
    const is = place === 0 ? "" : `${ratioTo(place).toFixed(1)} times as fast`;
    print(`| ${name} | ${Math.round(medianOf(rates[place] ?? []))} | ${is} |`);
  }
  printAimsHead("due work");
  printAim({
    what: "as fast as graphile-worker as it comes",
    measured: ratioTo(1),
    atLeast: 2.5,
    unit: "times",
  });
  printAim({
    what: "as fast as pg-boss with its default batch",
    measured: ratioTo(3),
    atLeast: 1.4,
    unit: "times",
  });
}
