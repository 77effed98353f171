import { createHmac } from "node:crypto";
import { createServer, request as httpRequest, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkedAtTheDoor } from "../../../src/chat/slack/door-check.ts";
import { NOON } from "./anything.ts";

const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const BODY = '{"type":"event_callback","event":{"type":"x"}}';

let now: Date;
let server: Server;
let port: number;
/** The bodies that were let in. */
let letIn: string[];
let reasons: string[];

beforeEach(async () => {
  now = NOON;
  letIn = [];
  reasons = [];
  const options = {
    signingSecret: SECRET,
    machineNow: () => now,
    bodyTimeoutMs: 300,
    refused: (reason: string) => void reasons.push(reason),
  };
  server = createServer(
    checkedAtTheDoor(options, (request, response) => {
      letIn.push(
        "rawBody" in request && Buffer.isBuffer(request.rawBody) ? request.rawBody.toString() : "no body",
      );
      response.end("in");
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function seconds(offset = 0): string {
  return String(NOON.getTime() / 1000 + offset);
}

function signature(timestamp: string, body = BODY, secret = SECRET): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

function signed(timestamp = seconds(), body = BODY): Record<string, string> {
  return { "x-slack-request-timestamp": timestamp, "x-slack-signature": signature(timestamp, body) };
}

/** Sends headers as they are, repeated ones too, and reads status and body of the answer. */
function post(
  headers: Record<string, string | string[]>,
  body = BODY,
  method = "POST",
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1", method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

describe("a request that Slack signed just now", () => {
  it("is let in with its body", async () => {
    expect(await post(signed())).toEqual({ status: 200, text: "in" });
    expect(letIn).toEqual([BODY]);
  });

  it("is let in up to five minutes late and a minute early", async () => {
    for (const offset of [-300, 60])
      expect(await post(signed(seconds(offset)))).toMatchObject({ status: 200 });
  });

  it("is let in once; again only where it is a retry", async () => {
    await post(signed());
    expect(await post(signed())).toEqual({ status: 401, text: "" });
    expect(await post({ ...signed(), "x-slack-retry-num": "1" })).toMatchObject({ status: 200 });
    expect(reasons).toEqual(["replayed"]);
  });

  it("is forgotten when its timestamp would be refused anyway", async () => {
    await post(signed());
    now = new Date(NOON.getTime() + 301_000);
    expect(await post(signed())).toMatchObject({ status: 401 });
    expect(reasons).toEqual(["timestamp too old"]);
  });
});

describe("everything else is turned away with 401 and nothing more", () => {
  const timestamp = seconds();
  const good = signature(timestamp);
  const cases: { what: string; headers: Record<string, string | string[]>; body?: string }[] = [
    { what: "no headers", headers: {} },
    { what: "no signature", headers: { "x-slack-request-timestamp": timestamp } },
    { what: "no timestamp", headers: { "x-slack-signature": good } },
    { what: "an empty signature", headers: { ...signed(), "x-slack-signature": "" } },
    {
      what: "another secret",
      headers: { ...signed(), "x-slack-signature": signature(timestamp, BODY, "guess") },
    },
    { what: "another body", headers: signed(), body: BODY.replace("x", "y") },
    { what: "another timestamp", headers: { ...signed(), "x-slack-request-timestamp": seconds(-1) } },
    { what: "another version", headers: { ...signed(), "x-slack-signature": good.replace("v0", "v1") } },
    { what: "no hexadecimal", headers: { ...signed(), "x-slack-signature": `v0=${"z".repeat(64)}` } },
    { what: "too short", headers: { ...signed(), "x-slack-signature": good.slice(0, -2) } },
    { what: "too long", headers: { ...signed(), "x-slack-signature": `${good}00` } },
    { what: "two signatures", headers: { ...signed(), "x-slack-signature": [good, good] } },
    { what: "two timestamps", headers: { ...signed(), "x-slack-request-timestamp": [timestamp, timestamp] } },
    { what: "301 seconds late", headers: signed(seconds(-301)) },
    { what: "an hour early", headers: signed(seconds(3_600)) },
    { what: "a timestamp in words", headers: signed("now") },
    { what: "a timestamp of another notation", headers: signed(`${timestamp}.0`) },
    { what: "a certificate check that brings a payload", headers: {}, body: "ssl_check=1&payload={}" },
  ];
  it.each(cases)("$what", async ({ headers, body }) => {
    expect(await post(headers, body)).toEqual({ status: 401, text: "" });
    expect(letIn).toEqual([]);
    expect(reasons.join()).not.toContain(SECRET);
  });
});

describe("what costs more than it may", () => {
  it("a body over a megabyte gets 413, declared or not", async () => {
    const large = "x".repeat(1_000_001);
    expect(await post(signed(seconds(), large), large)).toMatchObject({ status: 413 });
    const chunked = { ...signed(seconds(), large), "transfer-encoding": "chunked" };
    expect(await post(chunked, large)).toMatchObject({ status: 413 });
    expect(letIn).toEqual([]);
  });

  it("a body that does not arrive gets 408", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => {
        const headers = Object.entries({ ...signed(), "content-length": "100" }).map(
          ([name, value]) => `${name}: ${value}\r\n`,
        );
        socket.write(`POST /slack/events HTTP/1.1\r\nhost: x\r\n${headers.join("")}\r\n{`);
      });
      let text = "";
      socket.on("data", (chunk) => (text += chunk.toString()));
      socket.on("end", () => {
        resolve(text);
      });
      socket.on("error", reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(letIn).toEqual([]);
  });

  it("another method gets 405", async () => {
    expect(await post(signed(), "", "GET")).toMatchObject({ status: 405 });
  });
});
