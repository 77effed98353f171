// Hands out trigger ids with each thing a person does, and exchanges them: once, by the app, within three seconds.
import { randomInt } from "node:crypto";
import { newSecret } from "./ids.ts";

/** Why a trigger id opens nothing, in Slack's words. */
type TriggerRefusal = "invalid_trigger_id" | "expired_trigger_id" | "exchanged_trigger_id";

/** The trigger ids that were given out. */
export interface Triggers {
  /** A trigger id for what this person did just now. */
  issue(user: string): string;
  /** The person whose act it stands for; uses it up. */
  exchange(triggerId: string): { user: string } | { refused: TriggerRefusal };
}

/** Trigger ids live in memory: after a restart all are expired. */
export function createTriggers(lifetimeMs: number, machineNow: () => number): Triggers {
  const issued = new Map<string, { user: string; expiresAt: number; isExchanged: boolean }>();

  return {
    issue: (user) => {
      forgetOld(issued, machineNow() - 60_000);
      const triggerId = `${randomInt(1e9, 1e10)}.${randomInt(1e9, 1e10)}.${newSecret()}`;
      issued.set(triggerId, { user, expiresAt: machineNow() + lifetimeMs, isExchanged: false });
      return triggerId;
    },
    exchange: (triggerId) => {
      if (!/^\d+\.\d+\.[0-9a-f]+$/.test(triggerId)) return { refused: "invalid_trigger_id" };
      const trigger = issued.get(triggerId);
      if (trigger?.isExchanged === true) return { refused: "exchanged_trigger_id" };
      if (trigger === undefined || machineNow() > trigger.expiresAt) return { refused: "expired_trigger_id" };
      trigger.isExchanged = true;
      return { user: trigger.user };
    },
  };
}

function forgetOld(issued: Map<string, { expiresAt: number }>, before: number): void {
  for (const [triggerId, trigger] of issued) if (trigger.expiresAt < before) issued.delete(triggerId);
}
