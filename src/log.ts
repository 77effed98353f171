// Decides what a log line may hold: JSON by pino, with ids to follow a ticket or a delivery, never a token or what people wrote.
import { pino, type Logger } from "pino";
import type { LogLevel } from "./config.ts";

/** Writes one JSON line per call. Children carry ids: `log.child({ ticket: "ACME-17" })`. */
export type Log = Logger;

/**
 * Opens the log.
 * @param secrets Values that must never appear, wherever they turn up; those shorter than six characters are left alone,
 *   since they would mask ordinary words.
 */
export function openLog(options: {
  level: LogLevel;
  secrets: readonly string[];
  to: { write(line: string): void };
}): Log {
  const mask = maskFor(options.secrets.filter((secret) => secret.length >= 6));
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: plainError },
      redact: {
        paths: WORDS_OF_PEOPLE.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: "[left out]",
      },
    },
    { write: (line: string) => options.to.write(mask(line)) },
  );
}

/** Fields that hold what people wrote, at whatever depth somebody might log an object that has them. */
const WORDS_OF_PEOPLE = ["text", "title", "body", "blocks", "values", "message", "params", "parameters"];

/** What Slack's tokens look like, should one turn up that is not ours. */
const TOKEN = /\bx(?:ox[a-z]|app)-[\w-]+/g;

function maskFor(secrets: readonly string[]): (line: string) => string {
  return (line) => {
    let masked = line.replace(TOKEN, "[token]");
    for (const secret of secrets) masked = masked.replaceAll(secret, "[secret]");
    return masked;
  };
}

interface PlainError {
  type: string;
  code?: string;
  says: string;
  stack?: string;
  cause?: PlainError;
}

/**
 * An error by its name, code, first words and stack, and so for its causes. Its other fields are left out: database
 * errors carry the row's values in them, and the Web API's errors the request.
 */
function plainError(error: unknown, depth = 0): PlainError {
  if (!(error instanceof Error)) return { type: typeof error, says: "not an error object" };
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(typeof code === "string" ? { code } : {}),
    says: withoutValues(error.message),
    ...(frames.length > 0 ? { stack: frames.slice(0, 12).join("\n") } : {}),
    ...(error.cause !== undefined && depth < 4 ? { cause: plainError(error.cause, depth + 1) } : {}),
  };
}

/** drizzle's "Failed query" goes on with the values of its parameters, which are what people wrote. */
function withoutValues(message: string): string {
  return message.replace(/\nparams:[\s\S]*$/, "").slice(0, 500);
}
