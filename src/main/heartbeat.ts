// The dead-man switch: asks for an address each minute while all is well, so that whoever listens there rings when it stops.
//
// It stops when the scheduler does not look, when this machine's clock is wrong, when the database is away, and when
// something that is due is left lying. What is not sent yet does not stop it: Slack may be down, and Belfry well.
import { eachMinute, type Repeated } from "../scheduler.ts";
import type { Log } from "../log.ts";
import type { Clock } from "../clocks.ts";
import type { Readiness } from "../http.ts";

/** What it needs. */
export interface HeartbeatOptions {
  /** Asked with GET each minute, such as https://hc-ping.com/UUID. */
  url: string;
  /** When the scheduler last looked and found or did what was due; null: never yet. By the machine's clock. */
  lookedAt: () => Date | null;
  readiness: () => Promise<Readiness>;
  machineNow: Clock;
  log: Log;
  timeoutMs?: number;
}

/** Begins to beat: now, and each minute. Each kind of silence is told once in the log, and so is its end. */
export function startHeartbeat(options: HeartbeatOptions): Repeated {
  const { log } = options;
  let told: string | null = null;
  const beat = async (): Promise<void> => {
    const why = (await whyStill(options)) ?? (await whyUnheard(options));
    if (why !== null && why !== told) log.error({ why }, "No heartbeat is sent or heard; this is told once.");
    if (why === null && told !== null) log.warn("The heartbeat goes on.");
    told = why;
  };
  const beats = eachMinute(log, "heartbeat", beat);
  void beats.now();
  return beats;
}

/** The scheduler looks each second, unless one look has much to do. */
const RECENT_MS = 30_000;
const TIMEOUT_MS = 10_000;

/** Why there is to be no heartbeat, or null where all is well. */
async function whyStill({ lookedAt, machineNow, readiness }: HeartbeatOptions): Promise<string | null> {
  const last = lookedAt();
  if (last === null || machineNow().getTime() - last.getTime() > RECENT_MS)
    return "The scheduler has not looked for due work of late.";
  const { checks } = await readiness();
  return Object.values(checks).find(({ ok }) => !ok)?.says ?? null;
}

async function whyUnheard({ url, timeoutMs = TIMEOUT_MS }: HeartbeatOptions): Promise<string | null> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.ok ? null : `HEARTBEAT_URL answers with HTTP ${response.status}.`;
  } catch {
    // The address may hold a key, and errors name it.
    return "HEARTBEAT_URL cannot be reached.";
  }
}
