// What the app is told, and what a person sees of an app that does not answer.
import { afterEach, describe, expect, it } from "vitest";
import { ACME, BOT, CARL, eventIn, FRIDAY_EVENING, RANDOM, SAM, SECRET, startRig, type Rig } from "./rig.ts";

let rig: Rig;
afterEach(() => rig.stop());

describe("a slash command", () => {
  it("comes signed, form-encoded, with the fields that Slack documents", async () => {
    rig = await startRig();
    expect(await rig.act("say", { as: CARL, channel: ACME, text: "/ticket  the printer is <down>" })).toEqual(
      {},
    );

    const delivery = await rig.app.next("command");
    expect(delivery.isSigned).toBe(true);
    expect(delivery.headers["content-type"]).toContain("application/x-www-form-urlencoded");
    expect(delivery.payload).toMatchObject({
      command: "/ticket",
      text: "the printer is <down>",
      user_id: CARL,
      channel_id: ACME,
      channel_name: "acme",
      team_id: rig.sandbox.identity.teamId,
      api_app_id: rig.sandbox.identity.appId,
    });
    expect(delivery.payload["response_url"]).toContain(`${rig.sandbox.url}/response/`);
    expect(delivery.payload["trigger_id"]).toMatch(/^\d+\.\d+\.[0-9a-f]{32}$/);
    expect(delivery.body).not.toContain(SECRET);
  });

  it("is signed by the machine's clock, not by the sandbox's", async () => {
    rig = await startRig();
    rig.machine.now = Date.parse("2026-01-02T03:04:05.900Z");
    await rig.act("say", { as: CARL, channel: ACME, text: "/ticket" });
    const { headers } = await rig.app.next("command");
    expect(headers["x-slack-request-timestamp"]).toBe(String(Date.parse("2026-01-02T03:04:05Z") / 1_000));
  });

  it("names people and channels by id only where the manifest asks for it", async () => {
    rig = await startRig();
    await rig.act("say", { as: CARL, channel: ACME, text: "/escaped tell @Mia Chen in #support" });
    expect((await rig.app.next("command")).payload["text"]).toBe("tell <@U0MIA000001|mia> in <#C0SUPPORT01>");
  });

  it("fails for the person with Slack's words where the app is late", async () => {
    rig = await startRig({ timings: { ackMs: 30 } });
    rig.app.answer = () => "never";
    expect(await rig.act("say", { as: CARL, channel: ACME, text: "/ticket" })).toEqual({
      notice: '/ticket failed with the error "operation_timeout"',
    });
  });

  it("fails for the person with Slack's words where the app refuses or is not there, and is not sent again", async () => {
    rig = await startRig();
    const ticket = { as: CARL, channel: ACME, text: "/ticket" };
    const failed = { notice: '/ticket failed with the error "dispatch_failed"' };
    rig.app.answer = () => ({ status: 500 });
    expect(await rig.act("say", ticket)).toEqual(failed);
    rig.sandbox.setEventsUrl("http://127.0.0.1:9/slack/events");
    expect(await rig.act("say", ticket)).toEqual(failed);
    expect(rig.app.deliveries.filter(({ kind }) => kind === "command")).toHaveLength(1);
  });

  it("shows what the app answers at once: to the person alone, or to the channel", async () => {
    rig = await startRig();
    rig.app.answer = () => ({ status: 200, body: "Thank you" });
    await rig.act("say", { as: CARL, channel: ACME, text: "/ticket" });
    rig.app.answer = () => ({ status: 200, body: { response_type: "in_channel", text: "Filed" } });
    await rig.act("say", { as: CARL, channel: ACME, text: "/ticket" });

    expect(await textsIn(CARL, ACME)).toEqual(["Thank you", "Filed"]);
    expect(await textsIn(SAM, ACME)).toEqual(["Filed"]);
  });

  it("is refused as an answer where its blocks are none", async () => {
    rig = await startRig();
    rig.app.answer = () => ({ status: 200, body: { blocks: [{ type: "nonsense" }] } });
    expect(await rig.act("say", { as: CARL, channel: ACME, text: "/ticket" })).toEqual({
      notice: '/ticket failed with the error "invalid_command_response"',
    });
  });

  it("is not known, or not taken in threads, without the app hearing of it", async () => {
    rig = await startRig();
    const said = await rig.web.chat.postMessage({ channel: ACME, text: "hello" });
    expect(await rig.act("say", { as: CARL, channel: ACME, text: "/tikcet" })).toEqual({
      notice: "/tikcet is not a valid command.",
    });
    expect(
      await rig.act("say", { as: CARL, channel: ACME, text: "/ticket", threadTs: String(said.ts) }),
    ).toEqual({
      notice: "/ticket is not supported in threads. Sorry!",
    });
    expect(rig.app.deliveries.filter(({ kind }) => kind === "command")).toEqual([]);
  });
});

describe("events", () => {
  it("are sent after the address has echoed a challenge, once", async () => {
    rig = await startRig();
    await rig.act("say", { as: CARL, channel: ACME, text: "one" });
    await rig.act("say", { as: CARL, channel: ACME, text: "two" });
    await rig.app.next("message");
    await rig.app.next("message");
    expect(rig.app.deliveries.map(({ kind }) => kind)).toEqual(["url_verification", "message", "message"]);
  });

  it("tell a message as it was written, with names as links and Slack's three characters escaped", async () => {
    rig = await startRig();
    await rig.act("say", { as: CARL, channel: ACME, text: "@Sam: a < b & <!channel>" });
    const delivery = await rig.app.next("message");
    expect(delivery.isSigned).toBe(true);
    expect(delivery.payload).toMatchObject({
      type: "event_callback",
      event_id: expect.stringMatching(/^Ev/) as string,
    });
    expect(eventIn(delivery)).toMatchObject({
      channel: ACME,
      channel_type: "channel",
      user: CARL,
      text: `<@${SAM}>: a &lt; b &amp; &lt;!channel&gt;`,
      ts: `${FRIDAY_EVENING.getTime() / 1_000}.000000`,
    });
  });

  it("tell a mention twice, a reply with its thread, and the bot's own message with its bot_id", async () => {
    rig = await startRig();
    const own = await rig.web.chat.postMessage({ channel: ACME, text: "the card" });
    expect(eventIn(await rig.app.next("message"))).toMatchObject({
      user: BOT,
      bot_id: "B0BELFRY001",
      text: "the card",
    });

    await rig.act("say", { as: CARL, channel: ACME, text: "@Belfry help", threadTs: String(own.ts) });
    expect(eventIn(await rig.app.next("message"))).toMatchObject({ thread_ts: own.ts, parent_user_id: BOT });
    expect(eventIn(await rig.app.next("app_mention"))).toMatchObject({
      text: `<@${BOT}> help`,
      channel: ACME,
    });
  });

  it("tell of a direct message, an edit, a deletion, the home tab and a joined channel", async () => {
    rig = await startRig();
    const direct = (await rig.see(CARL)).channels.find(({ kind }) => kind === "direct")?.id ?? "";
    await rig.act("say", { as: CARL, channel: direct, text: "first" });
    const { ts } = eventIn(await rig.app.next("message"));
    expect(rig.app.deliveries.at(-1)?.payload["event"]).toMatchObject({ channel_type: "im" });

    await rig.act("edit", { as: CARL, channel: direct, ts: String(ts), text: "second" });
    expect(eventIn(await rig.app.next("message"))).toMatchObject({
      subtype: "message_changed",
      message: { ts, text: "second", edited: { user: CARL } },
      previous_message: { text: "first" },
    });
    await rig.act("erase", { as: CARL, channel: direct, ts: String(ts) });
    expect(eventIn(await rig.app.next("message"))).toMatchObject({
      subtype: "message_deleted",
      deleted_ts: ts,
    });
    await rig.act("home", { as: CARL });
    expect(eventIn(await rig.app.next("app_home_opened"))).toMatchObject({
      user: CARL,
      tab: "home",
      channel: direct,
    });
    await rig.web.conversations.join({ channel: RANDOM });
    expect(eventIn(await rig.app.next("member_joined_channel"))).toMatchObject({
      user: BOT,
      channel: RANDOM,
    });
  });

  it("are none for a channel without the bot, nor for what only one person sees", async () => {
    rig = await startRig();
    await rig.act("say", { as: CARL, channel: RANDOM, text: "among us" });
    await rig.web.chat.postEphemeral({ channel: ACME, user: CARL, text: "for you" });
    await rig.act("say", { as: CARL, channel: ACME, text: "to all" });
    expect(eventIn(await rig.app.next("message"))["text"]).toBe("to all");
    expect(rig.app.deliveries.filter(({ kind }) => kind === "message")).toHaveLength(1);
  });

  it("come again up to three times, numbered and with the reason, and then no more", async () => {
    rig = await startRig();
    rig.app.answer = () => ({ status: 503 });
    await rig.act("say", { as: CARL, channel: ACME, text: "is anybody there" });
    const tries = [];
    for (let index = 0; index < 4; index += 1) tries.push(await rig.app.next("message"));

    expect(tries.map(({ headers }) => headers["x-slack-retry-num"])).toEqual([undefined, "1", "2", "3"]);
    expect(tries.map(({ headers }) => headers["x-slack-retry-reason"])).toEqual([
      undefined,
      "http_error",
      "http_error",
      "http_error",
    ]);
    expect(new Set(tries.map(({ payload }) => payload["event_id"])).size).toBe(1);

    rig.app.answer = () => ({ status: 200 });
    await rig.act("say", { as: CARL, channel: ACME, text: "now" });
    expect(eventIn(await rig.app.next("message"))["text"]).toBe("now");
    expect(rig.log.join()).toContain("not delivered again");
  });

  it("come again after a time-out", async () => {
    rig = await startRig({ timings: { ackMs: 30 } });
    rig.app.answer = ({ headers }) =>
      headers["x-slack-retry-num"] === undefined ? "never" : { status: 200 };
    await rig.act("say", { as: CARL, channel: ACME, text: "slow" });
    await rig.app.next("message");
    expect((await rig.app.next("message")).headers["x-slack-retry-reason"]).toBe("http_timeout");
  });

  it("do not come again where the app asks for that", async () => {
    rig = await startRig();
    rig.app.answer = () => ({ status: 500, headers: { "x-slack-no-retry": "1" } });
    await rig.act("say", { as: CARL, channel: ACME, text: "unwanted" });
    await rig.app.next("message");
    rig.app.answer = () => ({ status: 200 });
    await rig.act("say", { as: CARL, channel: ACME, text: "wanted" });
    expect(eventIn(await rig.app.next("message"))["text"]).toBe("wanted");
  });

  it("wait for an app whose address is not known yet", async () => {
    rig = await startRig({ eventsUrl: null });
    await rig.act("say", { as: CARL, channel: ACME, text: "early" });
    rig.sandbox.setEventsUrl(rig.app.url);
    expect(eventIn(await rig.app.next("message"))["text"]).toBe("early");
  });
});

async function textsIn(person: string, channel: string): Promise<string[]> {
  const state = await rig.see(person);
  return state.channels.find(({ id }) => id === channel)?.messages.map(({ text }) => text) ?? [];
}
