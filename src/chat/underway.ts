// Keeps count of what is being handled, so that a way in can close when all of it has ended.
import type { Log } from "../desk/ports.ts";

/** What is under way. */
export interface Underway {
  /** The same work, counted until it ends. */
  readonly until: <T>(work: Promise<T>) => Promise<T>;
  /** Work that nobody waits for; a failure is logged and goes no further. */
  readonly later: (work: () => Promise<void>) => void;
  /** Resolves when nothing is under way any more, also of what begins meanwhile. */
  readonly ended: () => Promise<void>;
}

/** Counts from nothing. `whyOf` says in a platform's own words why something failed. */
export function counting(log: Pick<Log, "warn">, whyOf: (error: unknown) => string): Underway {
  const works = new Set<Promise<unknown>>();
  const until = async <T>(work: Promise<T>): Promise<T> => {
    works.add(work);
    try {
      return await work;
    } finally {
      works.delete(work);
    }
  };
  return {
    until,
    later: (work) => {
      until(work()).catch((error: unknown) => {
        log.warn({ err: error, why: whyOf(error) }, "something after a reply failed");
      });
    },
    ended: async () => {
      while (works.size > 0) await Promise.allSettled(works);
    },
  };
}
