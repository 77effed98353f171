// The workspace: lets things happen, keeps them in the journal, and tells who listens. Its memory is the fold of all
// changes, first to last.
//
//   record(change, ...) -> one line of the journal -> apply to the memory -> listeners (open pages, event delivery)
//
// The events which the app must be told of are worked out from the changes and stand in the same line, so that a message
// is never kept without its event.
import { openJournal } from "./journal.ts";
import { apply, firstDay, readable, type Change, type QueuedEvent, type WorkspaceState } from "./memory.ts";
import { tsOfMicros } from "./timestamp.ts";

/** Everything remembered, and how more comes to it. */
export interface Workspace extends WorkspaceState {
  /** The sandbox's time. */
  now(): Date;
  /** A timestamp that no message of this channel had: the sandbox's time, or just after the last one. */
  nextTs(channel: string): string;
  /** Lets things happen at once: kept before it returns, seen by everybody. */
  record(...changes: Change[]): void;
  /** Calls the listener after each record. Returns a function that stops it. */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
  close(): void;
}

/** What a workspace needs: a place to be kept, the time, its address, and what the app is to hear of. */
export interface WorkspaceOptions {
  /** The journal's file; null keeps everything in memory. */
  journal: string | null;
  now(): Date;
  origin(): string;
  /** The events that the app is told of when this happens, asked before it is applied. */
  eventsAbout(change: Change, state: WorkspaceState, nextTs: (channel: string) => string): QueuedEvent[];
}

/** Opens the workspace as it was left, or as it is on its first day. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const journal = openJournal<Change[]>(options.journal);
  const memory = firstDay();
  for (const line of journal.replayed) for (const change of line) apply(memory, change);

  const state = readable(memory, () => options.origin());
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const nextTs = (channel: string): string => {
    const micros = Math.max(options.now().getTime() * 1_000, (memory.lastMicros.get(channel) ?? 0) + 1);
    memory.lastMicros.set(channel, micros);
    return tsOfMicros(micros);
  };

  return {
    ...state,
    now: () => options.now(),
    nextTs,
    record: (...changes) => {
      const line = changes.flatMap((change) => [
        change,
        ...options
          .eventsAbout(change, state, nextTs)
          .map((event): Change => ({ kind: "event-queued", event })),
      ]);
      journal.append(line);
      for (const change of line) apply(memory, change);
      for (const listener of listeners) listener(line);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      journal.close();
    },
  };
}
