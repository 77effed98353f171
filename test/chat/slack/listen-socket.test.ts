import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { DeskError } from "../../../src/core/errors.ts";
import { slackListener, type SlackListener } from "../../../src/chat/slack/listen.ts";
import { fakeDesk, keptLog, says, type FakeDesk } from "./fake-desk.ts";
import { startStubSlack, type StubSlack } from "./stub-slack.ts";

let slack: StubSlack;
let desk: FakeDesk;
let listener: SlackListener;
let sockets: WebSocketServer;
let log: ReturnType<typeof keptLog>;
/** What Belfry wrote to the socket, in order. */
let acks: { envelope_id: string; payload?: object }[];

beforeEach(async () => {
  slack = await startStubSlack();
  sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await new Promise((resolve) => sockets.once("listening", resolve));
  acks = [];
  sockets.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => acks.push(JSON.parse(data.toString()) as (typeof acks)[number]));
    socket.send(JSON.stringify({ type: "hello", num_connections: 1 }));
  });
  const socketUrl = `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/link`;
  slack.answer("apps.connections.open", { json: { ok: true, url: socketUrl } });
  desk = fakeDesk();
  log = keptLog();
  listener = slackListener({
    door: desk,
    token: "xoxb-secret-token",
    appToken: "xapp-secret-token",
    mode: "socket",
    apiUrl: slack.url,
    machineNow: () => new Date(),
    log,
    storeWithinMs: 150,
  });
});
afterEach(async () => {
  await listener.stop();
  for (const socket of sockets.clients) socket.terminate();
  await new Promise((resolve) => sockets.close(resolve));
  await slack.close();
  expect(log.lines.join("\n")).not.toContain("secret-token");
});

/** The connection that Belfry made, once it has been greeted. */
async function connected(): Promise<WebSocket> {
  await expect.poll(() => listener.connected(), { timeout: 10_000 }).toBe(true);
  const [socket] = [...sockets.clients].filter(({ readyState }) => readyState === 1);
  if (socket === undefined) throw new Error("not connected");
  return socket;
}

function envelope(id: string, type: string, payload: object): string {
  return JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: type !== "events_api" });
}

function said(id: string, ts = "6.2"): string {
  const event = {
    type: "message",
    channel: "C1",
    channel_type: "channel",
    user: "U1",
    ts,
    thread_ts: "6.1",
    text: "done",
  };
  return envelope(id, "events_api", { type: "event_callback", team_id: "T1", event_id: id, event });
}

function command(id: string, text: string): string {
  const who = { team_id: "T1", user_id: "U1", channel_id: "C1", trigger_id: `tr.${id}` };
  return envelope(id, "slash_commands", {
    command: "/ticket",
    text,
    ...who,
    response_url: `${slack.url}response`,
  });
}

describe("over Socket Mode", () => {
  it("nothing listens for requests, and start does not wait for Slack", async () => {
    expect(listener.requestListener).toBeNull();
    expect(listener.connected()).toBe(false);
    listener.start();
    await connected();
  });

  it("a command is committed, then acknowledged with its reply", async () => {
    desk.onReceive = () => Promise.resolve(says("You have ACME-17 now."));
    listener.start();
    (await connected()).send(command("e1", "take ACME-17"));
    await expect
      .poll(() => acks)
      .toMatchObject([
        { envelope_id: "e1", payload: { response_type: "ephemeral", text: "You have ACME-17 now." } },
      ]);
  });

  it("/ticket opens the form by the API of SLACK_API_URL", async () => {
    listener.start();
    (await connected()).send(command("e1", "the printer is down"));
    expect((await slack.called("views.open")).args).toMatchObject({ trigger_id: "tr.e1" });
    await expect.poll(() => acks).toMatchObject([{ envelope_id: "e1" }]);
  });

  it("an event is acknowledged when it is stored, and not at all where it could not be", async () => {
    desk.onReceive = (intent) =>
      intent.key.endsWith("6.2")
        ? Promise.reject(new DeskError("unavailable", "The database is away."))
        : Promise.resolve({ kind: "nothing" });
    listener.start();
    const socket = await connected();
    socket.send(said("lost", "6.2"));
    await expect.poll(() => log.lines.join()).toContain("The database is away.");
    socket.send(said("kept", "6.3"));
    await expect.poll(() => acks).toEqual([{ envelope_id: "kept", payload: {} }]);
  });

  it("a Slack that is down at first is tried again until it answers", async () => {
    slack.answer("auth.test", { status: 503 }, { json: { ok: true, user_id: "UBELFRY" } });
    listener.start();
    await slack.called("auth.test", 2);
    await connected();
  });

  it("a connection that ends is made anew, though Slack's API fails in between", async () => {
    listener.start();
    const socket = await connected();
    const port = (sockets.address() as AddressInfo).port;
    slack.answer(
      "apps.connections.open",
      { status: 503 },
      { json: { ok: false, error: "internal_error" } },
      { json: { ok: true, url: `ws://127.0.0.1:${port}/link` } },
    );
    socket.close();
    await slack.called("apps.connections.open", 4);
    const next = await connected();
    next.send(said("after"));
    await expect.poll(() => acks).toMatchObject([{ envelope_id: "after" }]);
  });

  it("stops when it is told to, and stays stopped", async () => {
    listener.start();
    await connected();
    await listener.stop();
    expect(listener.connected()).toBe(false);
    await expect.poll(() => sockets.clients.size).toBe(0);
    expect(slack.callsOf("apps.connections.open")).toHaveLength(1);
  });

  it("stops while it waits for a Slack that does not answer", async () => {
    slack.answer("apps.connections.open", "never answer");
    listener.start();
    await slack.called("apps.connections.open");
    await listener.stop();
    expect(listener.connected()).toBe(false);
  });
});
