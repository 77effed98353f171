// A Web API that answers what a test tells it to, and records what was asked. It knows nothing of Slack.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A call that arrived: the method's name and its arguments, those in JSON read. */
interface Call {
  method: string;
  args: Readonly<Record<string, unknown>>;
}

/** What the stub does about a call: an answer, or a misfortune after the call was read. */
export type Answer =
  | { json: object }
  | { status: number; body?: string; headers?: Record<string, string> }
  | "hang up"
  | "never answer";

/** A running stub. */
export interface StubSlack {
  /** With a slash at the end, as SLACK_API_URL has it. */
  url: string;
  calls: Call[];
  /** The next answers to a method, in order; the last one stays. */
  answer(method: string, ...answers: Answer[]): void;
  /** The calls of one method so far. */
  callsOf(method: string): Call[];
  /** Resolves when a method was called `count` times. */
  called(method: string, count?: number): Promise<Call>;
  close(): Promise<void>;
}

/** Starts a stub on a free port. Where a test says nothing else, it answers `{ "ok": true }`. */
export async function startStubSlack(): Promise<StubSlack> {
  const calls: Call[] = [];
  const planned = new Map<string, Answer[]>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    readCall(request)
      .then((call) => {
        calls.push(call);
        const answers = planned.get(call.method) ?? [];
        const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { json: { ok: true } };
        give(answer, request, response);
        for (const check of waiting) check();
      })
      .catch(() => request.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const callsOf = (method: string): Call[] => calls.filter((call) => call.method === method);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    calls,
    answer: (method, ...answers) => planned.set(method, answers),
    callsOf,
    called: (method, count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const call = callsOf(method)[count - 1];
          if (call === undefined) return;
          waiting.delete(check);
          resolve(call);
        };
        waiting.add(check);
        check();
      }),
    close: () => closed(server),
  };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const method = (request.url ?? "").replace(/^\/(api\/)?/, "");
  const isJson = request.headers["content-type"]?.includes("json") ?? false;
  const args = isJson
    ? (JSON.parse(body) as Call["args"])
    : Object.fromEntries([...new URLSearchParams(body)].map(([name, value]) => [name, readArgument(value)]));
  return { method, args };
}

function readArgument(value: string): unknown {
  return /^[[{]/.test(value) ? JSON.parse(value) : value;
}

function give(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  if (answer === "never answer") return;
  if (answer === "hang up") {
    request.socket.destroy();
  } else if ("json" in answer) {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer.json));
  } else {
    response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
