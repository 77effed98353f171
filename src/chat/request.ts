// Reads what a platform sends over HTTP within bounds, and turns away what may not come in.
import type { IncomingMessage, ServerResponse } from "node:http";

/** The value of a header that stands there exactly once, or null. */
export function onlyOne(request: IncomingMessage, header: string): string | null {
  const values = request.headersDistinct[header] ?? [];
  return values.length === 1 ? (values[0] ?? null) : null;
}

/**
 * Answers with nothing but a status. What is still on its way is read and dropped for a while: to close at once could
 * lose the answer.
 */
export function dismiss(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  drainMs: number,
): void {
  if (!response.headersSent) {
    response.writeHead(status, { "content-length": 0, ...(status === 408 ? { connection: "close" } : {}) });
  }
  response.end();
  if (request.complete) return;
  const timer = setTimeout(() => {
    request.destroy();
  }, drainMs);
  request.once("close", () => {
    clearTimeout(timer);
  });
  request.resume();
}

/** The body of a request, or why there is none. */
export function readBody(
  request: IncomingMessage,
  { timeoutMs, maxBytes }: { timeoutMs: number; maxBytes: number },
): Promise<Buffer | "too large" | "too slow" | "cut off"> {
  return new Promise((resolve) => {
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
      resolve("too large");
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => {
      finish("too slow");
    }, timeoutMs);
    const finish = (result: Buffer | "too large" | "too slow" | "cut off"): void => {
      clearTimeout(timer);
      request.removeAllListeners("data");
      resolve(result);
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) finish("too large");
      else chunks.push(chunk);
    });
    request.on("end", () => {
      finish(Buffer.concat(chunks));
    });
    request.on("error", () => {
      finish("cut off");
    });
    request.on("close", () => {
      if (!request.complete) finish("cut off");
    });
  });
}
