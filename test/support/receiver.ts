// A web server on this machine that keeps what it is sent, and answers as a test wants: with a status, late, or not at all.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What becomes of a request: an answer; its connection is cut after it was read; or it is never answered. */
export type Answered = { status: number; headers?: Record<string, string>; body?: string } | "cut" | "hang";

export interface Receiver {
  url: string;
  received: Received[];
  /** The bodies of what was received, as JSON. */
  events(): Record<string, unknown>[];
  /** How the next requests are answered, in order; those after them with 202. */
  next: Answered[];
}

/** Listens on a free port of 127.0.0.1. */
export async function aReceiver(): Promise<Receiver & AsyncDisposable> {
  const receiver: Receiver = {
    url: "",
    received: [],
    events: () => receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>),
    next: [],
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      receiver.received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      const answer = receiver.next.shift() ?? { status: 202 };
      if (answer === "hang") return;
      if (answer === "cut") return request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(receiver, {
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
