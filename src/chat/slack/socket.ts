// Keeps a Socket Mode connection. Bolt's own reconnecting gives up for good, and with an unhandled rejection, when
// Slack's API fails once while it reconnects; so it is switched off, and the connection is made anew here, for ever.
import { setTimeout as pause } from "node:timers/promises";
import type { SocketModeReceiver } from "@slack/bolt";
import { failureOf } from "./calls.ts";
import type { Log } from "./log.ts";

/** A connection that comes back by itself until it is closed. */
export interface Connection {
  open(): void;
  isUp(): boolean;
  close(): Promise<void>;
}

/** Keeps `receiver` connected, once opened, until `signal` ends; then `close` takes leave of Slack. */
export function keptConnection(receiver: SocketModeReceiver, log: Log, signal: AbortSignal): Connection {
  let isUp = false;
  let keeping: Promise<void> | null = null;
  let ended = (): void => undefined;
  receiver.client.on("disconnected", () => {
    ended();
  });

  async function keep(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const openedAtMs = performance.now();
      try {
        // Asked for before the connection begins, so that no end is missed.
        const gone = new Promise<void>((resolve) => {
          ended = resolve;
        });
        await greeting(receiver);
        isUp = true;
        log.info("connected to Slack by Socket Mode");
        await gone;
        log.info("disconnected from Slack");
      } catch (error) {
        log.warn({ why: failureOf(error).why }, "could not connect to Slack by Socket Mode");
      }
      isUp = false;
      // Slack renews connections after hours; one that held for a while is made anew at once.
      failures = performance.now() - openedAtMs > STEADY_MS ? 0 : failures + 1;
      await rest(backoffMs(failures), signal);
    }
  }

  return {
    open: () => {
      keeping ??= keep();
    },
    isUp: () => isUp,
    close: async () => {
      const left = receiver.client.disconnect().then(() => keeping);
      await Promise.race([left, pause(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}

/** Waits, or returns early where `signal` ends. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Doubles from half a second to half a minute, the upper half of it by chance. */
export function backoffMs(failures: number): number {
  if (failures === 0) return 0;
  const longest = Math.min(30_000, 500 * 2 ** (failures - 1));
  return longest / 2 + Math.random() * (longest / 2);
}

const STEADY_MS = 10_000;
const GREETING_MS = 30_000;
/** A peer that does not say goodbye is not waited for. */
const LEAVE_MS = 2_000;

/** Connects, and resolves when Slack has said hello. Hangs up on a Slack that says nothing. */
async function greeting(receiver: SocketModeReceiver): Promise<void> {
  const timer = setTimeout(() => void receiver.client.disconnect(), GREETING_MS);
  try {
    await receiver.start();
  } finally {
    clearTimeout(timer);
  }
}
