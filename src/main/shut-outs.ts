// Knows which platforms take nothing from Belfry any more, because its access was taken away; says so once, and once when it is over.
import type { Outcome } from "../desk/ports.ts";
import type { Log } from "../log.ts";

/** A platform that takes nothing, since when and why. */
export interface ShutOut {
  platform: string;
  sinceAt: Date;
  why: string;
}

/** What this process has seen of it. */
export interface ShutOuts {
  /** Hears how each delivery to a place ended. */
  heard(place: string, outcome: Outcome): void;
  standing(): readonly ShutOut[];
}

/** Starts with all platforms open. */
export function watchShutOuts(log: Log, machineNow: () => Date): ShutOuts {
  const standing = new Map<string, ShutOut>();
  return {
    heard: (place, outcome) => {
      const [platform = ""] = place.split(":");
      const known = standing.get(platform);
      if (outcome.is === "retry" && outcome.shutOut === true && known === undefined) {
        const { why } = outcome;
        standing.set(platform, { platform, sinceAt: machineNow(), why });
        log.error(
          { platform, why },
          "The platform takes nothing from Belfry any more. All is kept, pages too, and tried again each minute.",
        );
      }
      if (outcome.is === "sent" && known !== undefined) {
        standing.delete(platform);
        log.warn(
          { platform, since: known.sinceAt },
          "The platform takes messages again; what was kept is sent now.",
        );
      }
    },
    standing: () => [...standing.values()],
  };
}
