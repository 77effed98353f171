// Hands out response URLs with commands and message buttons: five posts within half an hour, for the place they came from.
import { newSecret } from "./ids.ts";

/** Where an answer to a response_url goes. */
export interface ResponsePlace {
  channel: string;
  user: string;
  /** The message whose button was pressed; none for a command. */
  message?: string;
}

/** The response URLs that were given out. */
export interface ResponseUrls {
  /** The path of a new response URL on this server. */
  issue(place: ResponsePlace): string;
  /** Uses it once. */
  use(path: string): ResponsePlace | "expired_url" | "used_url";
}

/** Response URLs live in memory: after a restart all are expired. */
export function createResponseUrls(
  limits: { lifetimeMs: number; uses: number },
  machineNow: () => number,
): ResponseUrls {
  const issued = new Map<string, { place: ResponsePlace; expiresAt: number; usesLeft: number }>();

  return {
    issue: (place) => {
      const now = machineNow();
      for (const [path, { expiresAt }] of issued) if (expiresAt < now) issued.delete(path);
      const path = `/response/${newSecret()}`;
      issued.set(path, { place, expiresAt: now + limits.lifetimeMs, usesLeft: limits.uses });
      return path;
    },
    use: (path) => {
      const known = issued.get(path);
      if (known === undefined || machineNow() > known.expiresAt) return "expired_url";
      if (known.usesLeft === 0) return "used_url";
      known.usesLeft -= 1;
      return known.place;
    },
  };
}
