// Keeps the open pages up to date by server-sent events: the whole state of its person after each change, soon but not
// more often than a page can draw.
import type { ServerResponse } from "node:http";
import type { PageState } from "./page-protocol.ts";

/** The pages that are open. */
export interface Live {
  /** Keeps a page up to date until it goes away. */
  follow(user: string, response: ServerResponse): void;
  /** Something changed: all pages are told soon. */
  changed(): void;
  /** How many pages follow. */
  count(): number;
  stop(): void;
}

/** `stateOf` draws up what a person sees, `waitMs` is how long changes are gathered, `followed` is told of each new page. */
export function createLive({
  stateOf,
  waitMs,
  followed,
}: {
  stateOf: (user: string) => PageState;
  waitMs: number;
  followed: () => void;
}): Live {
  const pages = new Map<ServerResponse, string>();
  let timer: NodeJS.Timeout | null = null;

  const tellAll = (): void => {
    timer = null;
    const states = new Map<string, string>();
    for (const [page, user] of pages) {
      // A page that does not keep up is told when it has drained.
      if (page.writableNeedDrain) continue;
      const state = states.get(user) ?? JSON.stringify(stateOf(user));
      states.set(user, state);
      page.write(`data: ${state}\n\n`);
    }
  };

  const live: Live = {
    follow: (user, response) => {
      const state = JSON.stringify(stateOf(user));
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        connection: "keep-alive",
      });
      pages.set(response, user);
      response.on("close", () => pages.delete(response));
      response.on("drain", () => {
        live.changed();
      });
      response.write(`retry: 1000\ndata: ${state}\n\n`);
      followed();
    },
    changed: () => {
      if (pages.size > 0) timer ??= setTimeout(tellAll, waitMs);
    },
    count: () => pages.size,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      for (const page of pages.keys()) page.end();
      pages.clear();
    },
  };
  return live;
}
