import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DeskError } from "../../../src/core/errors.ts";
import type { Reply } from "../../../src/desk/door.ts";
import { slackListener, type SlackListener } from "../../../src/chat/slack/listen.ts";
import { renderForm } from "../../../src/chat/slack/render-form.ts";
import { FILING, fakeDesk, keptLog, says, type FakeDesk } from "./fake-desk.ts";
import { startStubSlack, type StubSlack } from "./stub-slack.ts";

const SECRET = "signing-secret";

let slack: StubSlack;
let desk: FakeDesk;
let log: ReturnType<typeof keptLog>;
let listener: SlackListener;
let server: Server;
let url: string;
let observed: string[];

beforeEach(async () => {
  slack = await startStubSlack();
  slack.answer("auth.test", { json: { ok: true, user_id: "UBELFRY" } });
  desk = fakeDesk();
  log = keptLog();
  observed = [];
  listener = slackListener({
    door: desk,
    token: "xoxb-secret-token",
    mode: "http",
    signingSecret: SECRET,
    apiUrl: slack.url,
    machineNow: () => new Date(),
    log,
    observe: (deed) => void observed.push(deed),
    storeWithinMs: 150,
  });
  if (listener.requestListener === null) throw new Error("no request listener");
  server = createServer(listener.requestListener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  listener.start();
});
afterEach(async () => {
  await listener.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await slack.close();
  expect(log.lines.join("\n")).not.toMatch(/xoxb-secret-token|signing-secret|the printer/);
});

let nth = 0;

async function send(body: string, contentType: string): Promise<{ status: number; json: unknown }> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac("sha256", SECRET).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": contentType,
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signature,
    },
    body,
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? null : JSON.parse(text) };
}

function command(text: string, more: Record<string, string> = {}) {
  nth += 1;
  const fields = {
    command: "/ticket",
    text,
    team_id: "T1",
    user_id: "U1",
    channel_id: "C1",
    trigger_id: `tr.${nth}`,
    response_url: `${slack.url}response`,
    ...more,
  };
  return send(new URLSearchParams(fields).toString(), "application/x-www-form-urlencoded");
}

function interaction(payload: object) {
  nth += 1;
  const body = { team: { id: "T1" }, user: { id: "U1" }, trigger_id: `tr.${nth}`, ...payload };
  return send(
    new URLSearchParams({ payload: JSON.stringify(body) }).toString(),
    "application/x-www-form-urlencoded",
  );
}

function press(action: object, more: object = {}) {
  return interaction({
    type: "block_actions",
    channel: { id: "C1" },
    container: { type: "message", channel_id: "C1", message_ts: "5.1" },
    response_url: `${slack.url}response`,
    actions: [{ type: "button", block_id: "actions", action_ts: "9.1", ...action }],
    ...more,
  });
}

/** A submission of the filing form with a title. */
function submit(title: string, more: object = {}) {
  const drawn = renderForm(FILING);
  return interaction({
    type: "view_submission",
    view: {
      id: "V1",
      type: "modal",
      hash: "h1",
      callback_id: drawn.callback_id,
      private_metadata: drawn.private_metadata,
      blocks: drawn.blocks,
      state: { values: { title: { value: { type: "plain_text_input", value: title } } } },
      ...more,
    },
  });
}

function event(fields: object, envelope: object = {}) {
  nth += 1;
  const body = { type: "event_callback", team_id: "T1", event_id: `Ev${nth}`, event: fields, ...envelope };
  return send(JSON.stringify(body), "application/json");
}

function threadMessage(more: object = {}) {
  return event({
    type: "message",
    channel: "C1",
    channel_type: "channel",
    user: "U1",
    ts: "6.2",
    thread_ts: "6.1",
    text: "done",
    ...more,
  });
}

const EXPIRED = { json: { ok: false, error: "expired_trigger_id" } };

describe("/ticket with words for a new ticket", () => {
  it("opens the form at once, with the words as its title, from memory alone", async () => {
    expect(await command(" the printer &amp; scanner are down ")).toEqual({ status: 200, json: null });
    const { args } = await slack.called("views.open");
    expect(args["view"]).toMatchObject({ type: "modal", callback_id: "form:file" });
    expect(desk.drafts).toEqual([
      { who: "slack:U1", place: "slack:C1", title: "the printer & scanner are down", values: {} },
    ]);
    expect(desk.intents).toEqual([]);
    expect(observed).toContain("command");
  });

  it("in a direct message has no place", async () => {
    await command("", { channel_id: "D1" });
    expect(desk.drafts[0]?.place).toBeNull();
  });

  it("from somebody who cannot file is answered by a sentence", async () => {
    desk.onDraft = () => says("Ask the support team to add you.");
    expect((await command("x")).json).toMatchObject({
      response_type: "ephemeral",
      text: "Ask the support team to add you.",
    });
  });

  it("leaves a button that opens the form once more, title and all, where the trigger was over", async () => {
    slack.answer("views.open", EXPIRED, { json: { ok: true } });
    expect((await command("the printer is down")).status).toBe(200);
    const { args } = await slack.called("response");
    expect(args).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringContaining("press the button") as string,
      blocks: [{}, { elements: [{ action_id: "reopen", value: "the printer is down" }] }],
    });
    await press({ action_id: "reopen", value: "the printer is down" });
    await slack.called("views.open", 2);
    expect(desk.drafts.map(({ title }) => title)).toEqual(["the printer is down", "the printer is down"]);
  });
});

describe("/ticket while Slack answers no call", () => {
  it("is answered all the same: the forms on their way wait, the next one says at once how to open it", async () => {
    slack.answer("views.open", "never answer");
    const waiting = await Promise.all(Array.from({ length: 64 }, () => command("the printer is down")));
    expect(waiting.every(({ status, json }) => status === 200 && json === null)).toBe(true);
    const { status, json } = await command("the printer is down again");
    expect(status).toBe(200);
    expect(json).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringContaining("could not be opened in time. Nothing is lost") as string,
      blocks: [{}, { elements: [{ action_id: "reopen", value: "the printer is down again" }] }],
    });
    expect(slack.callsOf("views.open")).toHaveLength(64);
    // A trigger lives three seconds: then those that waited say so, and make room.
    await slack.called("response", 64);
    slack.answer("views.open", { json: { ok: true } });
    expect((await command("once more")).json).toBeNull();
  });
});

describe("/oncall", () => {
  const oncall = (text: string) => command(text, { command: "/oncall" });

  it("is asked of the desk by its name, with people by their addresses", async () => {
    desk.onReceive = () => Promise.resolve(says("Leo Brandt is primary."));
    const { json } = await oncall("override <@U7|leo> sat 09:00 - sun 09:00 &lt;@U8&gt;");
    expect(json).toMatchObject({ response_type: "ephemeral", text: "Leo Brandt is primary." });
    expect(desk.intents.map((intent) => intent.do)).toEqual([
      { kind: "words", command: "oncall", text: "override @slack:U7 sat 09:00 - sun 09:00 <@U8>" },
    ]);
    await oncall("");
    expect(desk.drafts).toEqual([]);
  });

  it("is also what a button stands for", async () => {
    desk.onReceive = () => Promise.resolve(says("Accepted."));
    await press({ action_id: "words:oncall#2", value: "decline 12" });
    expect(desk.intents.map((intent) => intent.do)).toEqual([
      { kind: "words", command: "oncall", text: "decline 12" },
    ]);
  });
});

describe("/ticket with words for an act", () => {
  it("is committed, then acknowledged with the reply", async () => {
    desk.onReceive = () => Promise.resolve(says("You have ACME-17 now."));
    expect(await command("take ACME-17")).toMatchObject({
      status: 200,
      json: { response_type: "ephemeral", text: "You have ACME-17 now." },
    });
    expect(desk.intents).toEqual([
      {
        key: `slack:command:T1:tr.${nth}`,
        who: "slack:U1",
        place: "slack:C1",
        do: { kind: "words", text: "take ACME-17" },
      },
    ]);
  });

  it("opens the form that the act needs, and commits nothing yet", async () => {
    desk.formFor = () =>
      Promise.resolve({ kind: "form", form: { ...FILING, name: "reply", title: "Reply" } });
    await command("reply ACME-17");
    expect((await slack.called("views.open")).args["view"]).toMatchObject({ callback_id: "form:reply" });
    expect(desk.intents).toEqual([]);
  });

  it("that could not be stored in time says so", async () => {
    desk.onReceive = () => new Promise(() => undefined);
    expect((await command("take ACME-17")).json).toMatchObject({
      text: expect.stringContaining(
        "could not store this yet. Nothing is lost: please type it again",
      ) as string,
    });
  });

  it("that met a bug says so, without showing it", async () => {
    desk.onReceive = () => Promise.reject(new Error("null is not a ticket"));
    const { json } = await command("take ACME-17");
    expect(JSON.stringify(json)).toContain("Something went wrong in Belfry");
    expect(JSON.stringify(json)).not.toContain("null is not");
    expect(log.lines.join()).toContain("null is not a ticket");
  });

  it("loses U+0000 and halves of surrogate pairs on its way in", async () => {
    await command("take AC\u0000ME-17\uD800");
    expect(desk.intents[0]?.do).toMatchObject({ text: "take ACME-17\uFFFD" });
  });
});

describe("the global shortcut", () => {
  it("opens the form, and tells in a direct message where it could not", async () => {
    slack.answer("views.open", { json: { ok: true } }, EXPIRED);
    slack.answer("conversations.open", { json: { ok: true, channel: { id: "D1" } } });
    await interaction({ type: "shortcut", callback_id: "file_ticket" });
    await slack.called("views.open");
    expect(desk.drafts[0]).toMatchObject({ who: "slack:U1", place: null, title: "" });
    await interaction({ type: "shortcut", callback_id: "file_ticket" });
    expect((await slack.called("chat.postMessage")).args).toMatchObject({ channel: "D1" });
  });
});

describe("a button", () => {
  it("is committed, then acknowledged, then answered to the person alone", async () => {
    desk.onReceive = () => Promise.resolve(says("You have it now."));
    expect((await press({ action_id: "act:take", value: "t17" })).status).toBe(200);
    expect((await slack.called("response")).args).toMatchObject({
      response_type: "ephemeral",
      replace_original: false,
      text: "You have it now.",
    });
    expect(desk.intents).toEqual([
      {
        key: "slack:act:T1:C1:5.1:take:9.1:U1",
        who: "slack:U1",
        place: "slack:C1",
        do: { kind: "act", act: "take", ticket: "t17" },
      },
    ]);
  });

  it("is acknowledged once it is stored, though it is not carried out yet", async () => {
    let carryOut = (): void => undefined;
    desk.onReceive = () => new Promise((resolve) => (carryOut = () => resolve(says("You have it now."))));
    expect((await press({ action_id: "act:take", value: "t17" })).status).toBe(200);
    expect(slack.callsOf("response")).toEqual([]);
    carryOut();
    expect((await slack.called("response")).args).toMatchObject({ text: "You have it now." });
  });

  it("that could not be stored in time says so", async () => {
    desk.onAccept = () => new Promise(() => undefined);
    expect((await press({ action_id: "act:acknowledge", value: "t17" })).status).toBe(200);
    expect((await slack.called("response")).args).toMatchObject({
      text: expect.stringContaining("Nothing is lost: please press the button again") as string,
    });
  });

  it("that met a bug says so, without showing it", async () => {
    desk.onReceive = () => Promise.reject(new Error("null is not a ticket"));
    await press({ action_id: "act:take", value: "t17" });
    const { args } = await slack.called("response");
    expect(args).toMatchObject({ text: expect.stringContaining("Something went wrong in Belfry") as string });
    expect(JSON.stringify(args)).not.toContain("null is not");
  });

  it("from the menu brings act and ticket, too", async () => {
    await press({ type: "overflow", action_id: "more", selected_option: { value: "change-level t17" } });
    expect((await desk.received()).do).toEqual({ kind: "act", act: "change-level", ticket: "t17" });
  });

  it("under many pages brings the place whose pages are meant", async () => {
    desk.onReceive = () => Promise.resolve(says("You have acknowledged them."));
    await press({ action_id: "act:acknowledge-all", value: "slack:C9" });
    expect((await slack.called("response")).args).toMatchObject({ text: "You have acknowledged them." });
    expect(desk.intents).toEqual([
      {
        key: "slack:act:T1:C1:5.1:acknowledge-all:9.1:U1",
        who: "slack:U1",
        place: "slack:C1",
        do: { kind: "acknowledge-all", place: "slack:C9" },
      },
    ]);
  });

  it("that needs a form opens it; where the trigger was over, the same button is offered again", async () => {
    slack.answer("views.open", { json: { ok: false, error: "exchanged_trigger_id" } });
    desk.formFor = () => Promise.resolve({ kind: "form", form: { ...FILING, name: "call" } });
    await press({ action_id: "act:call", value: "t17" });
    expect((await slack.called("response")).args).toMatchObject({
      blocks: [{}, { elements: [{ action_id: "act:call", value: "t17" }] }],
    });
    expect(desk.intents).toEqual([]);
  });

  it("is answered ephemerally, else in a direct message, where the payload's own address fails", async () => {
    desk.onReceive = () => Promise.resolve(says("Done."));
    slack.answer("response", { status: 404 });
    slack.answer(
      "chat.postEphemeral",
      { json: { ok: true } },
      { json: { ok: false, error: "user_not_in_channel" } },
    );
    slack.answer("conversations.open", { json: { ok: true, channel: { id: "D1" } } });
    await press({ action_id: "act:take", value: "t17" }, { message: { thread_ts: "5.0" } });
    expect((await slack.called("chat.postEphemeral")).args).toMatchObject({
      channel: "C1",
      user: "U1",
      thread_ts: "5.0",
    });
    await press({ action_id: "act:take", value: "t18" });
    expect((await slack.called("chat.postMessage")).args).toMatchObject({ channel: "D1", text: "Done." });
  });

  it("of no act, or without a ticket, is acknowledged and nothing else", async () => {
    for (const action of [
      { action_id: "act:rm", value: "t1" },
      { action_id: "act:take" },
      { action_id: "elsewhere" },
    ]) {
      expect((await press(action)).status).toBe(200);
    }
    expect(desk.intents).toEqual([]);
  });
});

describe("a choice in the filing form", () => {
  const view = {
    id: "V1",
    type: "modal",
    hash: "h7",
    callback_id: "form:file",
    private_metadata: renderForm(FILING).private_metadata,
    blocks: [],
    state: {
      values: {
        "level~01234567": { value: { type: "radio_buttons", selected_option: { value: "urgent" } } },
      },
    },
  };
  const choose = () =>
    press(
      { type: "radio_buttons", action_id: "value" },
      { view, channel: undefined, container: { type: "view", view_id: "V1" } },
    );

  it("draws the form anew with what was filled in so far", async () => {
    expect((await choose()).status).toBe(200);
    expect((await slack.called("views.update")).args).toMatchObject({
      view_id: "V1",
      hash: "h7",
      view: { type: "modal" },
    });
    expect(desk.drafts).toEqual([
      { who: "slack:U1", place: "slack:C1", title: "", values: { level: "urgent" } },
    ]);
  });

  it("that was overtaken by a later one changes nothing", async () => {
    slack.answer("views.update", { json: { ok: false, error: "hash_conflict" } });
    expect((await choose()).status).toBe(200);
    await slack.called("views.update");
  });
});

describe("a form that is sent", () => {
  it("is committed under a key of its view, and closes", async () => {
    expect(await submit("the printer is down\u0000")).toEqual({ status: 200, json: null });
    expect(desk.intents).toEqual([
      {
        key: "slack:view:T1:V1:U1",
        who: "slack:U1",
        place: "slack:C1",
        do: {
          kind: "submit",
          form: "file",
          carry: { ticket: null, place: "slack:C1" },
          values: { title: "the printer is down" },
        },
      },
    ]);
  });

  it("shows each fault under its field and stays open", async () => {
    desk.onReceive = () =>
      Promise.resolve({ kind: "faults", faults: { level: "Choose one.", "": "Something else." } });
    const { json } = await submit("x");
    const [title, level] = renderForm(FILING).blocks.map(({ block_id }) => block_id ?? "");
    expect(json).toEqual({
      response_action: "errors",
      errors: { [title ?? ""]: "Something else.", [level ?? ""]: "Choose one." },
    });
  });

  it.each<{ what: string; receive: () => Promise<Reply> }>([
    { what: "in time", receive: () => new Promise(() => undefined) },
    { what: "at all", receive: () => Promise.reject(new DeskError("unavailable", "The database is away.")) },
  ])("that could not be stored $what stays open and says so", async ({ receive }) => {
    desk.onReceive = receive;
    expect((await submit("x")).json).toEqual({
      response_action: "errors",
      errors: { title: "Belfry could not store this yet. Nothing is lost: press the button again." },
    });
  });

  it("that met a bug stays open with a sentence", async () => {
    desk.onReceive = () => Promise.reject(new TypeError("undefined is not a level"));
    expect(JSON.stringify((await submit("x")).json)).toMatch(
      /"title":"Something went wrong in Belfry.*press the button again/,
    );
  });

  it("closes before its reply is shown, in the channel where it was opened", async () => {
    desk.onReceive = () => Promise.resolve(says("ACME-17 is filed."));
    expect(await submit("x")).toEqual({ status: 200, json: null });
    expect((await slack.called("chat.postEphemeral")).args).toMatchObject({
      channel: "C1",
      user: "U1",
      text: "ACME-17 is filed.",
    });
  });

  it("may be followed by another form", async () => {
    desk.onReceive = () => Promise.resolve({ kind: "form", form: { ...FILING, title: "One more thing" } });
    expect((await submit("x")).json).toMatchObject({
      response_action: "update",
      view: { title: { text: "One more thing" } },
    });
  });

  it("that somebody else wrote is refused before the desk sees it", async () => {
    expect((await submit("x", { private_metadata: '{"name":"rm"}' })).json).toMatchObject({
      response_action: "errors",
    });
    expect(desk.intents).toEqual([]);
  });

  it("without a field gives way to its faults", async () => {
    desk.onReceive = () => Promise.resolve({ kind: "faults", faults: { "": "It is closed already." } });
    const { json } = await submit("x", { blocks: [{ type: "rich_text", block_id: "info" }] });
    expect(json).toMatchObject({ response_action: "update" });
    expect(JSON.stringify(json)).toContain("It is closed already.");
  });
});

describe("a word in a thread", () => {
  it("reaches the desk as its author saw it, with its files", async () => {
    const files = [{ name: "log.txt", permalink: "https://x.slack.com/F1" }];
    await threadMessage({ subtype: "file_share", text: "<@U2|mara> R&amp;D &lt;works&gt;", files });
    expect(desk.intents).toEqual([
      {
        key: "slack:message:T1:C1:6.2",
        who: "slack:U1",
        place: "slack:C1",
        do: {
          kind: "said",
          under: "slack:C1:6.1",
          isUnderOurs: false,
          ref: "slack:C1:6.2",
          text: "@mara R&D <works>",
          attachments: [{ name: "log.txt", url: "https://x.slack.com/F1" }],
        },
      },
    ]);
  });

  it("is no word of a bot's, of Belfry's own, an edit, or outside a thread", async () => {
    await slack.called("auth.test");
    await expect.poll(() => log.lines.join()).toContain("Slack knows Belfry");
    for (const more of [
      { bot_id: "B1" },
      { user: "UBELFRY" },
      { user: undefined },
      { subtype: "message_changed" },
      { subtype: "bot_message" },
      { subtype: "channel_join" },
      { thread_ts: undefined },
      { thread_ts: "6.2" },
    ]) {
      expect((await threadMessage(more)).status).toBe(200);
    }
    expect(desk.intents).toEqual([]);
  });

  it("that was refused tells its author why, in the thread, after the event is acknowledged", async () => {
    desk.onReceive = () => Promise.resolve(says("This ticket is closed."));
    expect((await threadMessage()).status).toBe(200);
    expect((await slack.called("chat.postEphemeral")).args).toMatchObject({
      channel: "C1",
      user: "U1",
      thread_ts: "6.1",
    });
  });

  it("to Belfry alone is a call for help, answered once however often it is delivered", async () => {
    desk.onReceive = () => Promise.resolve(says("Type /ticket."));
    slack.answer("conversations.open", { json: { ok: true, channel: { id: "D1" } } });
    const direct = { channel: "D1", channel_type: "im", thread_ts: undefined };
    await threadMessage(direct);
    await slack.called("chat.postMessage");
    await threadMessage(direct);
    await threadMessage({ ...direct, ts: "6.3" });
    await slack.called("chat.postMessage", 2);
    expect(desk.intents.map((intent) => intent.do)).toEqual(Array(3).fill({ kind: "words", text: "help" }));
    expect(slack.callsOf("chat.postMessage")).toHaveLength(2);
  });
});

describe("an event", () => {
  it("is acknowledged only when it is stored", async () => {
    let stored = false;
    desk.onReceive = async () => {
      await slack.called("test.stored");
      stored = true;
      return { kind: "nothing" };
    };
    const answer = threadMessage().then(({ status }) => ({ status, stored }));
    await desk.received();
    await fetch(`${slack.url}test.stored`, { method: "POST" });
    expect(await answer).toEqual({ status: 200, stored: true });
  });

  it("that could not be stored gets 503, so that Slack brings it again", async () => {
    desk.onReceive = () => Promise.reject(new DeskError("unavailable", "The database is away."));
    expect((await threadMessage()).status).toBe(503);
    expect(log.lines.join()).toContain("The database is away.");
  });

  it("of a shape that is not Slack's gets 400", async () => {
    expect((await event({ type: "message", channel: { $ne: 1 } })).status).toBe(400);
  });

  it("that nobody asked for is acknowledged", async () => {
    expect((await event({ type: "reaction_added" })).status).toBe(200);
    expect(
      (await event({ type: "app_mention", channel: "C1", user: "U1", ts: "6.2", thread_ts: "6.1" })).status,
    ).toBe(200);
    expect(desk.intents).toEqual([]);
  });
});

describe("the home tab", () => {
  it("is drawn when it is opened, and the messages tab is not", async () => {
    desk.onReceive = () =>
      Promise.resolve({ kind: "say", message: { kind: "list", heading: "Your tickets", rows: [], more: 0 } });
    await event({ type: "app_home_opened", user: "U1", tab: "messages" });
    await event({ type: "app_home_opened", user: "U1", tab: "home" });
    const { args } = await slack.called("views.publish");
    expect(args).toMatchObject({
      user_id: "U1",
      view: { type: "home", blocks: [{ text: { text: "Your tickets" } }, { block_id: "settings" }] },
    });
    expect(desk.intents.map((intent) => intent.do)).toEqual([{ kind: "home" }]);
  });
});

describe("the way in", () => {
  it("answers Slack's challenge", async () => {
    expect((await send('{"type":"url_verification","challenge":"abc"}', "application/json")).json).toEqual({
      challenge: "abc",
    });
  });

  it("turns away what Slack did not sign", async () => {
    const response = await fetch(url, { method: "POST", body: "{}" });
    expect([response.status, await response.text()]).toEqual([401, ""]);
  });

  it("takes nothing new when it stops, and ends what it has begun", async () => {
    let finish = (): void => undefined;
    desk.onReceive = () =>
      new Promise((resolve) => {
        finish = () => {
          resolve({ kind: "nothing" });
        };
      });
    const first = threadMessage();
    await desk.received();
    const stopped = listener.stop();
    expect((await threadMessage({ ts: "6.9" })).status).toBe(503);
    finish();
    await stopped;
    expect((await first).status).toBe(200);
  });
});
