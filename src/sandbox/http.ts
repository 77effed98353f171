// Reads requests and writes answers: bodies are bounded, and only pages and programs of this machine are served.
import type { IncomingMessage, ServerResponse } from "node:http";

/** A request that is answered with a status and a sentence. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly status: number;

  constructor(status: number, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.status = status;
  }
}

/** The whole body. Throws a 413 where it is longer than `maxBytes`; the connection lives on for the answer to that. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes)
      throw new HttpRefusal(413, `More than ${Math.floor(maxBytes / 1024)} KB cannot be taken.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Answers with JSON. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  answer(response, status, JSON.stringify(body), {
    "content-type": "application/json; charset=utf-8",
    ...headers,
  });
}

/** Answers with a text or bytes. Nothing is ever cached: all of it is live. */
export function answer(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body);
}

/**
 * Refuses a request that names another host than this server, as a page on the web can make a browser send after it has
 * bent its own name to 127.0.0.1, and one that comes from another page.
 */
export function refuseStrangers(request: IncomingMessage, hosts: ReadonlySet<string>): void {
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.has(host))
    throw new HttpRefusal(403, "This sandbox answers only under its own name.");
  if (origin !== undefined && !hosts.has(origin.replace(/^http:\/\//, ""))) {
    throw new HttpRefusal(403, "This sandbox takes nothing from other pages.");
  }
}
