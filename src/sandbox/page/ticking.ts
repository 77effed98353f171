// The sandbox's clock between two states: it runs on at the speed of real time from what the server last said.
import { useEffect, useState } from "react";

/** What the server said the time was, and when it said so. */
export interface ClockReading {
  /** ISO in UTC. */
  now: string;
  /** `performance.now()` at that moment. */
  receivedAtMs: number;
}

/** The sandbox's time in milliseconds since the epoch, redrawing the caller every `everyMs`. */
export function useTicking({ now, receivedAtMs }: ClockReading, everyMs: number): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      redraw((count) => count + 1);
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return Date.parse(now) + Math.max(0, performance.now() - receivedAtMs);
}
