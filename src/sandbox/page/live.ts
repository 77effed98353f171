// Keeps the page's state up to date: the server sends the whole state after each change, and this holds the newest.
import { useEffect, useState } from "react";
import type { PageState } from "../page-protocol.ts";
import { sharing } from "./share.ts";

/** What the page knows: the newest state, and whether the line to the server is up. */
export interface Live {
  state: PageState | null;
  /** When the newest state came, on the browser's monotonic clock: the sandbox's time runs on from there. */
  receivedAtMs: number;
  isConnected: boolean;
  /** True where the server does not know the person asked for. */
  isRefused: boolean;
}

const RETRY_MS = 1_000;

/** Listens to the sandbox as one person, or as whom the server puts first. Unchanged parts keep their identity. */
export function useLive(as: string | undefined): Live {
  const [live, setLive] = useState<Live>({
    state: null,
    receivedAtMs: 0,
    isConnected: false,
    isRefused: false,
  });

  useEffect(() => {
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let everOpened = false;

    const listen = () => {
      source = new EventSource(as ? `/page-api/live?as=${encodeURIComponent(as)}` : "/page-api/live");
      source.onopen = () => {
        everOpened = true;
        setLive((live) => ({ ...live, isConnected: true, isRefused: false }));
      };
      source.onmessage = (event: MessageEvent<string>) => {
        const next = JSON.parse(event.data) as PageState;
        setLive((live) => ({
          state: sharing(live.state, next),
          receivedAtMs: performance.now(),
          isConnected: true,
          isRefused: false,
        }));
      };
      source.onerror = () => {
        // A broken line is taken up again by the browser; a refused one is closed for good, and tried again here.
        const isClosed = source.readyState === EventSource.CLOSED;
        setLive((live) => ({ ...live, isConnected: false, isRefused: isClosed && !everOpened }));
        if (isClosed) retry = setTimeout(listen, RETRY_MS);
      };
    };

    listen();
    return () => {
      source.close();
      clearTimeout(retry);
    };
  }, [as]);

  return live;
}
