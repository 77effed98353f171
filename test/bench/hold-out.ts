// How Belfry holds out: what becomes of a page whose sender is killed, and of the memory in a long run.
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { startBelfryOnTime } from "../support/child.ts";
import { PAGES_AGAIN_MS, directOf, CUSTOMERS } from "./bench-desk.ts";
import type { Scene } from "./on-time.ts";
import { percentile, print, printAim, printAimsHead } from "./report.ts";
import { lay, sweepUp } from "./waiting.ts";

const STARTED_WITHIN_MS = 45_000;

/** Measures, and prints. */
export async function benchHoldingOut(scene: Scene, seconds: number): Promise<void> {
  const takenOverS = await takeover(scene);
  const memory = await longRun(scene, seconds);
  printAimsHead("holding out");
  printAim({
    what: "after kill -9, a survivor sends the claimed page",
    measured: takenOverS,
    atMost: 15,
    unit: "s",
  });
  printAim({ what: "memory at the end of a long run, to that at its beginning", ...memory.grown });
  print(
    `\nBy their sources pg-boss takes such a job over after 15 min (\`src/plans.js:192\`), graphile-worker after 4 h (\`sql/000016.sql:184\`). ` +
      `The long run: ${memory.sent.toLocaleString("en-US")} messages in ${seconds} s, from ${memory.fromMb} MB to ${memory.toMb} MB.`,
  );
}

/** Two Belfries; the one that has a page on its way is killed before Slack answers. */
async function takeover({ desk, slack }: Scene): Promise<number> {
  const dueMs = Date.now() + STARTED_WITHIN_MS;
  await desk.fileAll([{ customer: 1, level: "urgent", at: new Date(dueMs - PAGES_AGAIN_MS) }]);
  const names = ["one", "other"] as const;
  const replicas = new Map(
    await Promise.all(
      names.map(async (name) => [name as string, await startBelfryOnTime(desk.settings(name))] as const),
    ),
  );
  const isPage = ({ method, channel }: { method: string; channel: string }): boolean =>
    method === "chat.postMessage" && channel === directOf(1);
  let killed = "";
  let killedAt = NaN;
  let tookMs = NaN;
  slack.answer((heard) => (isPage(heard) && killed === "" ? "silence" : null));
  slack.onCall((heard) => {
    if (!isPage(heard)) return;
    if (killed === "") {
      // Told before the answer is decided: this call falls silent.
      queueMicrotask(() => (killed = heard.from));
      void replicas.get(heard.from)?.kill();
      killedAt = heard.atMs;
    } else if (Number.isNaN(tookMs) && heard.from !== killed) tookMs = heard.atMs - killedAt;
  });
  const givesUpAt = dueMs + 60_000;
  while (Number.isNaN(tookMs) && Date.now() < givesUpAt) await pause(50);
  slack.answer(() => null);
  for (const replica of replicas.values()) if (replica.isAlive()) await replica.stop();
  await desk.acknowledgeAll();
  await sweepUp(desk);
  return tookMs / 1_000;
}

/** The share of the run after which its beginning is measured: by then all code is compiled and all caches are full. */
const WARM = 0.3;
const AT_ONCE = 2_000;

async function longRun({ desk, slack }: Scene, seconds: number) {
  const belfry = await startBelfryOnTime({ ...desk.settings("long"), DESK_PACE_MS: "0" });
  const resident: number[] = [];
  let sent = 0;
  let waiting = 0;
  slack.onCall(({ method, key }) => {
    if (method !== "chat.postMessage" || !key.startsWith("bench:")) return;
    sent += 1;
    waiting -= 1;
  });
  const endsAt = performance.now() + seconds * 1_000;
  while (performance.now() < endsAt) {
    if (waiting < AT_ONCE / 2) {
      waiting += AT_ONCE;
      await lay(desk, { messages: AT_ONCE, channels: CUSTOMERS, urgency: "normal" });
    }
    resident.push(await residentMb(belfry.pid));
    await pause(250);
  }
  await belfry.stop();
  await sweepUp(desk);
  const part = Math.ceil(resident.length * 0.1);
  const begin = Math.floor(resident.length * WARM);
  const fromMb = Math.round(percentile(resident.slice(begin, begin + part), 0.5));
  const toMb = Math.round(percentile(resident.slice(-part), 0.5));
  return { sent, fromMb, toMb, grown: { measured: toMb / fromMb, atMost: 1.1, unit: "times" as const } };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024;
}
