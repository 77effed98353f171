// How late pages leave: from the instant at which one is due to the first byte of its request at Slack. Belfry runs in a
// process of its own, by the machine's clock and by Slack's pace.
import { setTimeout as pause } from "node:timers/promises";
import { startBelfryOnTime } from "../support/child.ts";
import { directOf, PAGES_AGAIN_MS, type BenchDesk, type Filing } from "./bench-desk.ts";
import type { LocalSlack } from "./local-slack.ts";
import { percentile, print, printAim, printAimsHead } from "./report.ts";
import { lay, sweepUp } from "./waiting.ts";

/** The full desk, and its Slack. */
export interface Scene {
  desk: BenchDesk;
  slack: LocalSlack;
}

/** Ten a second. */
const EACH_MS = 100;
const REMINDERS = 10_000;
const REST_MS = 180_000;

/** Measures one hardship after the other, and prints. */
export async function benchOnTime(scene: Scene): Promise<void> {
  // A desk in use has written to disk what it wrote, and its machine is not worn out by the making of a million tickets.
  await scene.desk.sql.unsafe("vacuum");
  await scene.desk.sql.unsafe("checkpoint");
  await pause(REST_MS);
  const usual = await lateness(scene, { pages: 300, everyMs: EACH_MS });
  const swept = await lateness(scene, { pages: 60, everyMs: EACH_MS, settings: { DESK_SWEEPS_ALONE: "1" } });
  const beside429 = await besideOneIn429(scene);
  const overtaking = await lateness(scene, {
    pages: 10,
    everyMs: EACH_MS,
    before: () => lay(scene.desk, { messages: REMINDERS, channels: 200, urgency: "normal" }),
  });
  const together = await lateness(scene, { pages: 100, everyMs: 0 });
  const floods = await thousandAtOnce(scene);

  printAimsHead("a page, from its due instant to the start of the request");
  p99("ten a second, p99", usual.lateMs, 50);
  p99("ten a second, without the wake-up path, p99", swept.lateMs, 1_100);
  const delayed = percentile(beside429.lateMs, 0.99) - percentile(usual.lateMs, 0.99);
  printAim({
    what: "ten a second, more by one channel in 429, p99",
    measured: delayed,
    atMost: 100,
    unit: "ms",
  });
  const { calls } = overtaking;
  printAim({
    what: `past ${REMINDERS.toLocaleString("en-US")} waiting reminders, p99`,
    measured: percentile(overtaking.lateMs, 0.99),
    atMost: 1_000,
    unit: "ms",
  });
  printAim({
    what: "1,000 pages due at once over 200 channels, the last one, beyond Slack's own 4 s",
    measured: floods - 4_000,
    atMost: 1_000,
    unit: "ms",
  });
  print(
    `\nOf the ten a second half began within ${percentile(usual.lateMs, 0.5).toFixed(0)} ms. A hundred tickets that page a hundred people at one instant: the last request begins ${(Math.max(...together.lateMs) / 1000).toFixed(1)} s after it. ` +
      `Beside the overtaking pages ${calls.toLocaleString("en-US")} calls went to Slack.`,
  );
}

function p99(what: string, lateMs: readonly number[], atMost: number): void {
  printAim({ what, measured: percentile(lateMs, 0.99), atMost, unit: "ms" });
}

interface Course {
  pages: number;
  everyMs: number;
  settings?: Record<string, string>;
  /** Makes it hard, before Belfry starts. */
  before?: () => Promise<void>;
}

interface Lateness {
  lateMs: number[];
  /** All calls from the first due instant to the last page. */
  calls: number;
}

/** Enough to start Belfry on a busy machine. */
const STARTED_WITHIN_MS = 25_000;

/** Lets tickets page that were filed five minutes before, one customer each, and tells how late each page left. */
async function lateness({ desk, slack }: Scene, course: Course): Promise<Lateness> {
  const { pages, everyMs, settings = {}, before } = course;
  const leadMs = STARTED_WITHIN_MS + 3 * pages * desk.filedInMs;
  const firstMs = Date.now() + leadMs;
  const filings = Array.from({ length: pages }, (_, index): Filing => {
    const at = new Date(firstMs + index * everyMs - PAGES_AGAIN_MS);
    return { customer: index + 1, level: "urgent", at };
  });
  await desk.fileAll(filings);
  await before?.();
  const belfry = await startBelfryOnTime({ ...desk.settings("on-time"), ...settings });
  if (Date.now() > firstMs) throw new Error("This machine is too busy: Belfry started too late.");
  const leftMs = new Map<string, number>();
  let calls = 0;
  slack.onCall(({ atMs, method, channel, key }) => {
    if (atMs >= firstMs) calls += 1;
    const isPage = method === "chat.postMessage" && key.includes(":page:");
    if (isPage && !leftMs.has(channel)) leftMs.set(channel, atMs);
  });
  const givesUpAt = firstMs + pages * everyMs + 30_000;
  while (leftMs.size < pages && Date.now() < givesUpAt) await pause(100);
  await belfry.stop();
  // What is refused for ever would keep the acknowledgements waiting.
  await sweepUp(desk);
  await desk.acknowledgeAll();
  await sweepUp(desk);
  const lateMs = filings.map(({ customer, at }) => {
    const left = leftMs.get(directOf(customer));
    if (left === undefined)
      throw new Error(`The page of customer ${customer} did not leave: ${belfry.log()}`);
    return left - at.getTime() - PAGES_AGAIN_MS;
  });
  return { lateMs, calls };
}

/** Another channel refuses all that waits for it, each time for two seconds. */
async function besideOneIn429(scene: Scene): Promise<Lateness> {
  const { desk, slack } = scene;
  slack.answer(({ channel }) => (channel === "C0REFUSES" ? { status: 429, afterS: 2 } : null));
  try {
    return await lateness(scene, {
      pages: 60,
      everyMs: EACH_MS,
      before: () => lay(desk, { messages: 500, channels: 1, urgency: "page", called: "C0REFUSES" }),
    });
  } finally {
    slack.answer(() => null);
  }
}

/** When the last of them left, in milliseconds after their due instant. */
async function thousandAtOnce({ desk, slack }: Scene): Promise<number> {
  const belfry = await startBelfryOnTime(desk.settings("flood"));
  const dueAt = new Date(Date.now() + 5_000);
  let left = 1_000;
  let lastMs = NaN;
  slack.onCall(({ atMs, method, key }) => {
    if (method !== "chat.postMessage" || !key.startsWith("bench:")) return;
    left -= 1;
    if (left === 0) lastMs = atMs;
  });
  await lay(desk, { messages: 1_000, channels: 200, urgency: "page", dueAt });
  const givesUpAt = dueAt.getTime() + 60_000;
  while (left > 0 && Date.now() < givesUpAt) await pause(100);
  await belfry.stop();
  await sweepUp(desk);
  return lastMs - dueAt.getTime();
}
