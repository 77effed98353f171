// Tells what a failed request over the network means: whether it can have reached the other side.

/** Errors of Node's that come before a request is written: no connection, or none that can be trusted. */
const UNREACHED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EPROTO|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** "down": nothing was done; "lost": it may have been done. `why` is for logs and operators. */
export function lostOrUnreached(error: unknown): { is: "down" | "lost"; why: string } {
  const code = codeOf(error);
  if (code !== null && UNREACHED.test(code)) return { is: "down", why: code };
  return { is: "lost", why: code ?? (error instanceof Error ? error.name : "connection lost") };
}

/** Answers of HTTP that say: not now, and nothing was done. A gateway that gave up waiting (502, 504) may have delivered. */
export const NOT_NOW_STATUS: ReadonlySet<number> = new Set([408, 425, 503]);

/** The first code in a chain of causes; `fetch` hides the socket's error in one. */
function codeOf(error: unknown): string | null {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ("code" in current && typeof current.code === "string") return current.code;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return null;
}

/**
 * Does work that ends with any of some signals, at the latest after so many milliseconds. A signal that lives as long as the
 * process is left as it was: Node 20 keeps all that `AbortSignal.any` ever made of one, a hundred bytes for each call.
 */
export async function endingWith<T>(
  timeoutMs: number,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ends = new AbortController();
  const end = (): void => ends.abort(signals.find(({ aborted }) => aborted)?.reason);
  const timer = setTimeout(
    () => ends.abort(new DOMException("It took too long.", "TimeoutError")),
    timeoutMs,
  );
  for (const signal of signals) signal.addEventListener("abort", end, { once: true });
  if (signals.some(({ aborted }) => aborted)) end();
  try {
    return await work(ends.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", end);
  }
}
