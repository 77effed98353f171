// The double's own address: Slack's Web API with whatever is to go wrong in it, and the response URLs given out with commands and buttons.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault, Mishap } from "./slack-double-faults.ts";
import { METHODS, type Args } from "./slack-double-methods.ts";
import { SlackRefusal, type Json, type Workspace } from "./slack-double-workspace.ts";

export const BOT_TOKEN = "xoxb-double-bot-token";
export const APP_TOKEN = "xapp-double-app-token";

/** A call of the Web API, as it came in. */
export interface Call {
  nr: number;
  at: number;
  method: string;
  args: Args;
  /** What was answered: "ok", Slack's code, or how the connection fared. */
  outcome: string;
}

export interface ApiServer {
  readonly server: Server;
  /** "http://127.0.0.1:4711" */
  readonly base: string;
  readonly calls: readonly Call[];
  mishap(
    method: string,
    mishap: Mishap,
    options?: { times?: number; where?: (args: Args) => boolean },
  ): () => void;
  /** An address at which the app may answer a person's act for half an hour. */
  responseUrl(user: string, channel: string): string;
  close(): Promise<void>;
}

/** `carriedOut` is told of each method with Slack's answer to it. */
export async function startApiServer(
  workspace: Workspace,
  carriedOut: (method: string, answer: Json) => void,
): Promise<ApiServer> {
  const calls: Call[] = [];
  const faults: Fault[] = [];
  const responses = new Map<string, { user: string; channel: string }>();
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await bodyOf(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", base);
    if (pathname.startsWith("/respond/")) return respond(pathname.slice("/respond/".length), raw, response);
    const method = pathname.replace(/^\/api\//, "");
    const args = argsOf(request.headers["content-type"] ?? "", raw, searchParams);
    const call: Call = { nr: workspace.next(), at: Date.now(), method, args, outcome: "under way" };
    calls.push(call);
    const mishap = mishapFor(method, args);
    await mishap?.before();
    const header = request.headers.authorization?.replace(/^Bearer /, "");
    const answer = mishap?.delivers === false ? {} : carryOut(method, args, header ?? args["token"]);
    call.outcome = mishap === undefined ? codeOf(answer) : mishap.answer.is;
    workspace.happened();
    await mishap?.after();
    const how = mishap?.answer ?? { is: "normal" };
    switch (how.is) {
      case "normal":
        response.writeHead(200, {
          "content-type": "application/json",
          "x-oauth-scopes": "commands,chat:write",
        });
        return void response.end(JSON.stringify(answer));
      case "http":
        response.writeHead(how.status, how.headers);
        return void response.end(how.body);
      case "cut":
        return void request.socket.destroy();
      case "silence":
        return;
    }
  }

  function mishapFor(method: string, args: Args): Mishap | undefined {
    const fits = (fault: Fault): boolean => fault.method === method || fault.method === "*";
    const fault = faults.find((each) => each.times > 0 && fits(each) && each.where(args));
    if (fault !== undefined) fault.times -= 1;
    return fault?.mishap;
  }

  function carryOut(method: string, args: Args, token: unknown): Json {
    if (token === undefined) return { ok: false, error: "not_authed" };
    const forSockets = method === "apps.connections.open";
    if (token !== (forSockets ? APP_TOKEN : BOT_TOKEN)) return { ok: false, error: "invalid_auth" };
    if (forSockets)
      return { ok: true, url: `${base.replace("http:", "ws:")}/link/?ticket=${workspace.next()}` };
    const work = METHODS[method];
    if (work === undefined) return { ok: false, error: "unknown_method" };
    try {
      const answer = { ok: true, ...work(workspace, args) };
      carriedOut(method, answer);
      return answer;
    } catch (error) {
      if (error instanceof SlackRefusal) return { ok: false, error: error.code };
      throw error;
    }
  }

  function respond(id: string, raw: string, response: ServerResponse): void {
    const to = responses.get(id);
    if (to !== undefined) workspace.whisper(to.user, to.channel, JSON.parse(raw) as Json);
    response.writeHead(to === undefined ? 404 : 200).end("ok");
    workspace.happened();
  }

  return {
    server,
    base,
    calls,
    mishap(method, mishap, { times = 1, where = () => true } = {}) {
      const fault: Fault = { method, where, times, mishap };
      faults.push(fault);
      return () => {
        fault.times = 0;
      };
    },
    responseUrl(user, channel) {
      const id = `r${workspace.next()}`;
      responses.set(id, { user, channel });
      return `${base}/respond/${id}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function codeOf(answer: Json): string {
  return typeof answer["error"] === "string" ? answer["error"] : "ok";
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** Arguments come as JSON, as a form or in the address; in the last two, lists and objects are JSON inside a string. */
function argsOf(contentType: string, raw: string, query: URLSearchParams): Args {
  if (contentType.startsWith("application/json")) return JSON.parse(raw) as Args;
  const pairs = [...query, ...new URLSearchParams(raw)];
  return Object.fromEntries(
    pairs.map(([key, value]): [string, unknown] => [key, /^[[{]/.test(value) ? parsedOr(value) : value]),
  );
}

/** A person's words may begin with a bracket as well: what is no JSON stays text. */
function parsedOr(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
