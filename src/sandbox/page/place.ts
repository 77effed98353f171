// Where in the workspace the page is: who one acts as, which conversation is open and what stands beside it. It lives in
// the address after "#", so that Back, reload and a bookmark work.
import { useCallback, useMemo, useSyncExternalStore } from "react";

/** An empty place means: the first person, that person's first conversation. */
export interface Place {
  as?: string;
  channel?: string;
  /** The timestamp of the open thread's first message, or "home" for the app's home tab. */
  pane?: string;
}

/** The place in the address, and the way to another one. */
export function usePlace(): [Place, (place: Place) => void] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const place = useMemo(() => readPlace(hash), [hash]);
  const go = useCallback((to: Place) => {
    window.location.hash = writePlace(to);
  }, []);
  return [place, go];
}

/**
 * The address in this page of a permalink of this workspace, "/archives/C…/p1764288300000100", or null for any other
 * link. It opens the thread of the message that it names.
 */
export function addressOfPermalink(link: string, as?: string): string | null {
  if (!URL.canParse(link, window.location.href)) return null;
  const { origin, pathname, searchParams } = new URL(link, window.location.href);
  const named = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(pathname);
  if (!named || origin !== window.location.origin) return null;
  const [, channel = "", seconds, micros] = named;
  const pane = searchParams.get("thread_ts") ?? `${seconds}.${micros}`;
  return `/#${writePlace({ ...(as && { as }), channel, pane })}`;
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener("hashchange", onChange);
  return () => {
    window.removeEventListener("hashchange", onChange);
  };
}

function readPlace(hash: string): Place {
  const [as, channel, pane] = hash.replace(/^#/, "").split("/");
  return { ...(as && { as }), ...(channel && { channel }), ...(pane && { pane }) };
}

function writePlace({ as, channel, pane }: Place): string {
  return [as ?? "", channel ?? "", pane ?? ""].join("/").replace(/\/+$/, "");
}
