// The double is only worth what Slack's own libraries find in it: a small Bolt app lives in it, over both transports.
import { App, HTTPReceiver, LogLevel, type Logger } from "@slack/bolt";
import type { KnownBlock } from "@slack/types";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { cutAfterDelivery, htmlPage, rateLimited, refusal } from "./slack-double-faults.ts";
import { blockIdOf, wordsOf } from "./slack-double-reading.ts";
import { SIGNING_SECRET, startSlackDouble, type SlackDouble } from "./slack-double.ts";
import { post, signed } from "./slack-double-wire.ts";
import { current, type Post } from "./slack-double-workspace.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe.each(["http", "socket"] as const)("a Bolt app over %s", (transport) => {
  it("opens a form by a command, learns what was filled in, and posts", async () => {
    const { slack, app } = await aBoltApp(transport);
    app.command("/ticket", async ({ ack, body, client }) => {
      await client.views.open({ trigger_id: body.trigger_id, view: aForm(body.text) });
      await ack();
    });
    app.view("file", async ({ ack, view, client }) => {
      const title = view.state.values["title"]?.["in"]?.value ?? "";
      if (title === "no") return ack({ response_action: "errors", errors: { title: "Say more." } });
      await client.chat.postMessage({ channel: "C1", text: title, metadata: key("one") });
      await ack();
    });

    await slack.command("U1", "C1", "printer");
    const view = await slack.until(() => slack.viewOf("U1"), "the form");
    const answer = await slack.submit(view, { Title: "no" });
    expect(answer.body["errors"]).toEqual({ [blockIdOf(view.view, "Title")]: "Say more." });
    expect(slack.viewOf("U1")).toBe(view);

    await slack.submit(view, { Title: "The printer is down" });
    expect(slack.viewOf("U1")).toBeUndefined();
    expect(slack.posts("C1").map((each) => wordsOf(current(each)))).toEqual(["The printer is down"]);
  });

  it("hears what is said until it acknowledges, and finds its own message again by its metadata", async () => {
    const { slack, app } = await aBoltApp(transport);
    const heard: string[] = [];
    app.message(async ({ event, client }) => {
      heard.push((event as { text: string }).text);
      if (heard.length === 1 && transport === "http") throw new Error("not now");
      await client.chat.postMessage({ channel: "C1", text: "ok", thread_ts: event.ts, metadata: key("two") });
      const thread = await client.conversations.replies({
        channel: "C1",
        ts: event.ts,
        include_all_metadata: true,
      });
      expect(thread.messages?.[1]).toMatchObject({ metadata: key("two") });
    });
    await slack.say("U1", "C1", "hello");
    await slack.until(() => slack.posts("C1")[0], "the answer");
    expect(heard).toEqual(transport === "http" ? ["hello", "hello"] : ["hello"]);
  });

  it("hears which button was pressed, and edits the message", async () => {
    const { slack, app } = await aBoltApp(transport);
    app.action("go", async ({ ack, body, respond, client }) => {
      await ack();
      if (body.type !== "block_actions" || body.message === undefined) return;
      await client.chat.update({ channel: "C1", ts: body.message.ts, text: "gone" });
      await respond({ response_type: "ephemeral", text: "You did it." });
    });
    await app.client.chat.postMessage({ channel: "C1", text: "Ready?", blocks: [aButton()] });
    const ready = slack.posts("C1")[0] as Post;
    await slack.press("U1", ready, "Go");
    await slack.until(() => slack.whispersTo("U1")[0], "the whisper");
    expect(ready.versions.map(({ text }) => text)).toEqual(["Ready?", "gone"]);
  });
});

describe("what may go wrong", () => {
  it("is told to the client as Slack tells it", async () => {
    const { slack, app } = await aBoltApp("http");
    const send = () => app.client.chat.postMessage({ channel: "C1", text: "x" });
    slack.mishap("chat.postMessage", rateLimited(7));
    await expect(send()).rejects.toMatchObject({ retryAfter: 7 });
    slack.mishap("chat.postMessage", refusal("is_archived"));
    await expect(send()).rejects.toMatchObject({ data: { error: "is_archived" } });
    slack.mishap("chat.postMessage", htmlPage());
    await expect(send()).rejects.toThrow();
    expect(slack.posts()).toHaveLength(0);
    slack.mishap("chat.postMessage", cutAfterDelivery());
    await expect(send()).rejects.toThrow();
    expect(slack.posts()).toHaveLength(1);
  });

  it("a message over Slack's limits, a channel that is not there, and a trigger used twice are refused", async () => {
    const { slack, app } = await aBoltApp("http");
    const blocks: KnownBlock[] = Array.from({ length: 51 }, () => ({ type: "divider" }));
    const code = (error: string) => ({ data: { error } });
    await expect(app.client.chat.postMessage({ channel: "C1", text: "x", blocks })).rejects.toMatchObject(
      code("invalid_blocks"),
    );
    await expect(app.client.chat.postMessage({ channel: "C9", text: "x" })).rejects.toMatchObject(
      code("channel_not_found"),
    );
    const trigger_id = slack.workspace.newTrigger("U1");
    await app.client.views.open({ trigger_id, view: aForm("") });
    await expect(app.client.views.open({ trigger_id, view: aForm("") })).rejects.toMatchObject(
      code("exchanged_trigger_id"),
    );
  });

  it("a request that is signed wrongly is one that Bolt refuses", async () => {
    const { url } = await aBoltApp("http");
    const body = JSON.stringify({ type: "url_verification", challenge: "c" });
    const json = { "content-type": "application/json" };
    expect(await post(url, body, { ...json, ...signed(body, SIGNING_SECRET) })).toMatchObject({
      status: 200,
      body: { challenge: "c" },
    });
    expect(await post(url, body, { ...json, ...signed(body, "another") })).toMatchObject({ status: 401 });
  });
});

async function aBoltApp(
  transport: "http" | "socket",
): Promise<{ slack: SlackDouble; app: App; url: string }> {
  const slack = await startSlackDouble({
    people: [{ id: "U1", name: "Ann" }],
    channels: [{ id: "C1", name: "support" }],
    echoes: false,
  });
  closing.push(() => slack.close());
  const { SLACK_API_URL = "", SLACK_BOT_TOKEN = "", SLACK_APP_TOKEN = "" } = slack.settings(transport);
  const common = {
    token: SLACK_BOT_TOKEN,
    clientOptions: { slackApiUrl: SLACK_API_URL, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    logger: silent,
  };
  if (transport === "socket") {
    const app = new App({ ...common, socketMode: true, appToken: SLACK_APP_TOKEN });
    app.error(() => Promise.resolve());
    await app.start();
    closing.push(() => app.stop());
    slack.reach("sockets");
    return { slack, app, url: "" };
  }
  const receiver = new HTTPReceiver({
    signingSecret: SIGNING_SECRET,
    endpoints: ["/slack/events"],
    processBeforeResponse: true,
    logger: silent,
  });
  const app = new App({ ...common, receiver });
  const server = createServer((request, response) => receiver.requestListener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => closed(server));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  slack.reach([url]);
  return { slack, app, url };
}

/** Bolt tells of each failure that a test provokes. */
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function aForm(title: string) {
  const words = (text: string) => ({ type: "plain_text" as const, text });
  return {
    type: "modal" as const,
    callback_id: "file",
    title: words("File"),
    submit: words("Go"),
    blocks: [
      {
        type: "input" as const,
        block_id: "title",
        label: words("Title"),
        element: { type: "plain_text_input" as const, action_id: "in", initial_value: title },
      },
    ],
  };
}

function aButton(): KnownBlock {
  return {
    type: "actions",
    elements: [{ type: "button", action_id: "go", text: { type: "plain_text", text: "Go" }, value: "1" }],
  };
}

function key(value: string) {
  return { event_type: "test", event_payload: { key: value } };
}
