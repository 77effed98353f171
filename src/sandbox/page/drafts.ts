// Remembers what stands unsent in each composer, so that looking elsewhere or being someone else loses no words.
import { useSyncExternalStore } from "react";

/** A composer's unsent text. `offered` counts the times a scene has put something there. */
export interface Draft {
  text: string;
  offered: number;
}

/** Which composer: each person has one in each conversation and one in each thread. */
export function draftKey(as: string, channel: string, thread?: string): string {
  return [as, channel, thread ?? ""].join("/");
}

/** The draft of one composer, kept up to date. */
export function useDraft(key: string): Draft {
  return useSyncExternalStore(subscribe, () => drafts.get(key) ?? EMPTY);
}

/** Replaces a draft by what the person typed. */
export function writeDraft(key: string, text: string): void {
  drafts.set(key, { text, offered: drafts.get(key)?.offered ?? 0 });
  for (const listener of listeners) listener();
}

/** Puts a text into a composer for the person to send; the composer takes the focus. */
export function offerDraft(key: string, text: string): void {
  drafts.set(key, { text, offered: (drafts.get(key)?.offered ?? 0) + 1 });
  for (const listener of listeners) listener();
}

const EMPTY: Draft = { text: "", offered: 0 };
const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
