// Turns the sandbox's clock: forward only, one turn at a time, to where a button or a scene wants it.
import { HttpRefusal } from "./http.ts";
import type { Acts } from "./page-protocol.ts";
import { nextWallTime } from "./wall-time.ts";

/** The clock by which the sandbox lives, given by whoever composes it with an app. */
export interface TurnableClock {
  now(): Date;
  /** The next instant at which the app has something to do, or null. */
  nextDueAt(): Promise<Date | null>;
  /**
   * Goes to a later instant, through everything that is due on the way, and returns when that is done. What it throws is
   * shown to the person who turned the clock.
   */
  turnTo(at: Date): Promise<void>;
}

/** Where support reads its clocks: what "next morning" means. */
const SUPPORT_TIMEZONE = "America/Chicago";

/** No button goes further than this; it keeps a slip of the hand from costing years. */
const FURTHEST_MS = 366 * 24 * 60 * 60_000;

/** The clock as the page turns it. */
export interface Turning {
  isTurning(): boolean;
  /** Carries out one of the page's clock buttons. Throws an HttpRefusal for a turn backward or during another one. */
  turn(how: Acts["clock"]): Promise<{ now: string; notice?: string }>;
  /** Goes to an instant; where it has passed already, nothing happens. */
  turnTo(at: Date): Promise<void>;
}

/** `changed` is called when a turn begins and when it ends. */
export function createTurning(clock: TurnableClock, changed: () => void): Turning {
  let isTurning = false;

  const turnTo = async (at: Date): Promise<void> => {
    if (isTurning) throw new HttpRefusal(409, "The clock is being turned already.");
    const ahead = at.getTime() - clock.now().getTime();
    if (!(ahead <= FURTHEST_MS)) throw new HttpRefusal(400, "The clock is turned by a year at most.");
    if (ahead <= 0) return;
    isTurning = true;
    changed();
    try {
      await clock.turnTo(at);
    } catch (cause) {
      throw new HttpRefusal(503, cause instanceof Error ? cause.message : String(cause), { cause });
    } finally {
      isTurning = false;
      changed();
    }
  };

  return {
    isTurning: () => isTurning,
    turnTo,
    turn: async (how) => {
      const to = await destination(how, clock);
      if (to !== null) await turnTo(to);
      const now = clock.now().toISOString();
      return to === null ? { now, notice: "Nothing is due: no ticket waits for anything." } : { now };
    },
  };
}

async function destination(how: Acts["clock"], clock: TurnableClock): Promise<Date | null> {
  const now = clock.now();
  if ("by" in how) {
    if (!(how.by > 0)) throw new HttpRefusal(400, "The clock goes forward only.");
    return new Date(now.getTime() + how.by * 60_000);
  }
  switch (how.to) {
    case "next-morning":
      return nextWallTime(now, { timezone: SUPPORT_TIMEZONE, time: "09:00" });
    case "friday-17:30":
      return nextWallTime(now, { timezone: SUPPORT_TIMEZONE, time: "17:30", on: 5 });
    case "next-due":
      return clock.nextDueAt();
    case "instant": {
      const at = new Date(how.at);
      if (!(at.getTime() >= now.getTime())) throw new HttpRefusal(400, "The clock goes forward only.");
      return at;
    }
  }
}
