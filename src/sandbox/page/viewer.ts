// What everything that is drawn may need to know about the person one acts as.
import { createContext, use } from "react";
import type { DateReader } from "./dates.ts";

/** Somebody or something that has an id and a name. */
interface Named {
  id: string;
  name: string;
}

/** The person one acts as, whose zone dates are read in, and whom and what that person can pick. */
export interface Viewer extends DateReader {
  as: string;
  /** Display names by id: people, the bot and channels. */
  names: Record<string, string>;
  people: Named[];
  conversations: (Named & { kind: "channel" | "direct" })[];
}

/** Set once by the page's frame. */
export const ViewerContext = createContext<Viewer | null>(null);

/** The viewer of the drawing one is in. Throws outside of the page's frame. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext);
  if (!viewer) throw new Error("There is no viewer here: draw this inside the page's frame.");
  return viewer;
}
