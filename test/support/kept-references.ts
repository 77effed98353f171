// What platforms remember of their places, in memory.
import type { References } from "../../src/desk/ports.ts";

/** References that a test may look into. */
export function keptReferences(): References & { kept: ReadonlyMap<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    remember: (place, reference) => {
      kept.delete(place);
      kept.set(place, reference);
      return Promise.resolve();
    },
    recall: (place) => Promise.resolve(kept.get(place) ?? null),
    forget: (place) => Promise.resolve(void kept.delete(place)),
    all: (prefix) => Promise.resolve([...kept].filter(([place]) => place.startsWith(prefix)).reverse()),
  };
}
