// What the adapter writes into Belfry's log, and what it lets Bolt write.
import { LogLevel, type Logger as BoltLogger } from "@slack/bolt";

/** A log line: ids and causes, then a sentence. Never what people wrote, never a token. */
interface LogLine {
  (sentence: string): void;
  (context: object, sentence: string): void;
}

/** Belfry's log, as far as the adapter needs it. */
export interface Log {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
}

/** A log for Bolt. What follows a colon in its lines may quote a payload, so it stays out. */
export function boltLogger(log: Log): BoltLogger {
  const first = (words: unknown[]): string => `Bolt: ${String(words[0]).split(":")[0] ?? ""}`;
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...words: unknown[]) => {
      log.debug(first(words));
    },
    error: (...words: unknown[]) => {
      log.warn(first(words));
    },
    setLevel: () => undefined,
    // Below this level Bolt and its clients write out whole payloads.
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
