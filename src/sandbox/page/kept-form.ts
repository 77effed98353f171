// Keeps what stands in an open form over a reload of the page: the server keeps the form open, and only the page knows
// what has been typed into it.
import type { KnownBlock } from "@slack/types";
import { useEffect } from "react";
import type { StateValues } from "../page-protocol.ts";
import { carriedValues, initialValues } from "./values.ts";

/** What a view holds at first: what was typed before a reload, else its initial values. */
export function startingValues(view: string, blocks: KnownBlock[]): StateValues {
  const kept = readKept(view);
  return kept === null ? initialValues(blocks) : carriedValues(kept, blocks, blocks);
}

/** Keeps the values for as long as the view is drawn. */
export function useKeeping(view: string, values: StateValues): void {
  useEffect(() => {
    try {
      sessionStorage.setItem(keyOf(view), JSON.stringify(values));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // A browser that keeps nothing forgets it on reload; no more.
    }
  }, [view, values]);
  useEffect(
    () => () => {
      try {
        sessionStorage.removeItem(keyOf(view));
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
      }
    },
    [view],
  );
}

function readKept(view: string): StateValues | null {
  try {
    const text = sessionStorage.getItem(keyOf(view));
    return text === null ? null : (JSON.parse(text) as StateValues);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function keyOf(view: string): string {
  return `belfry-form-${view}`;
}
