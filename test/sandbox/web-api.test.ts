// The Web API as Slack's own client meets it.
import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ACME,
  BOT,
  CARL,
  KATE,
  MANIFEST,
  OLD_DESK,
  RANDOM,
  SAM,
  startRig,
  SUPPORT,
  type Rig,
} from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const refused = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "not refused",
    (error: unknown) => (error as { data: { error: string } }).data.error,
  );

describe("who may call", () => {
  it("knows the bot by its token", async () => {
    expect(await rig.web.auth.test()).toMatchObject({
      ok: true,
      user_id: BOT,
      bot_id: "B0BELFRY001",
      team_id: "T0SANDBOX01",
    });
    const client = (token?: string): WebClient => new WebClient(token, { slackApiUrl: rig.sandbox.apiUrl });
    expect(await refused(client().auth.test())).toBe("not_authed");
    expect(await refused(client("xoxb-somebody-else").auth.test())).toBe("invalid_auth");
    expect(await refused(client("xapp-1-a-b").auth.test())).toBe("not_allowed_token_type");
  });

  it("grants no more than the manifest's scopes", async () => {
    const poor = await startRig({
      manifest: { ...MANIFEST, oauth_config: { scopes: { bot: ["im:history"] } } },
    });
    await expect(poor.web.chat.postMessage({ channel: ACME, text: "x" })).rejects.toMatchObject({
      data: { error: "missing_scope", needed: "chat:write", provided: "im:history" },
    });
    expect(await refused(poor.web.conversations.history({ channel: ACME }))).toBe("missing_scope");
    await poor.stop();
  });

  it("sets the topic of a channel where the scope is given", async () => {
    const topic = { channel: ACME, topic: "On call: Mia Chen" };
    expect(await refused(rig.web.conversations.setTopic(topic))).toBe("missing_scope");
    const scopes = ["channels:read", "channels:write.topic"];
    const rich = await startRig({ manifest: { ...MANIFEST, oauth_config: { scopes: { bot: scopes } } } });
    await rich.web.conversations.setTopic(topic);
    expect((await rich.web.conversations.info({ channel: ACME })).channel?.topic?.value).toBe(topic.topic);
    const long = { ...topic, topic: "x".repeat(251) };
    expect(await refused(rich.web.conversations.setTopic(long))).toBe("too_long");
    await rich.stop();
  });

  it("tells the user groups and fills them where the scopes are given", async () => {
    await expect(rig.web.usergroups.list()).rejects.toMatchObject({
      data: { error: "missing_scope", needed: "usergroups:read" },
    });
    const members = { usergroup: "S0ONCALL001", users: "U0MIA000001,U0LEO000001" };
    expect(await refused(rig.web.usergroups.users.update(members))).toBe("missing_scope");

    const scopes = ["usergroups:read", "usergroups:write"];
    const rich = await startRig({ manifest: { ...MANIFEST, oauth_config: { scopes: { bot: scopes } } } });
    const [group] = (await rich.web.usergroups.list()).usergroups ?? [];
    expect(group).toMatchObject({ id: "S0ONCALL001", handle: "oncall", is_external: false, date_delete: 0 });
    expect(group).not.toHaveProperty("users");
    expect(group).not.toHaveProperty("user_count");
    await rich.web.usergroups.users.update(members);
    const told = await rich.web.usergroups.list({ include_users: true, include_count: true });
    expect(told.usergroups).toMatchObject([{ users: ["U0MIA000001", "U0LEO000001"], user_count: "2" }]);
    const update = (changed: object) => refused(rich.web.usergroups.users.update({ ...members, ...changed }));
    expect(await update({ usergroup: "S404" })).toBe("no_such_subteam");
    expect(await update({ users: "U0MIA000001,U404" })).toBe("invalid_users");
    await rich.stop();
  });

  it("does not know methods that it does not have", async () => {
    expect(await refused(rig.web.apiCall("usergroups.disable"))).toBe("unknown_method");
  });

  it("takes arguments as JSON too, and says where that is none", async () => {
    const headers = { authorization: `Bearer ${(rig.web as { token?: string }).token ?? ""}` };
    const posted = await rig.post("/api/chat.postMessage", { channel: ACME, text: "by JSON" }, headers);
    expect(posted.json).toMatchObject({ ok: true, channel: ACME, message: { text: "by JSON" } });
    const response = await fetch(`${rig.sandbox.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: "{",
    });
    expect(await response.json()).toEqual({ ok: false, error: "invalid_json" });
  });
});

describe("messages", () => {
  it("get timestamps of the sandbox's time that only go up", async () => {
    const first = await rig.web.chat.postMessage({ channel: ACME, text: "1" });
    const second = await rig.web.chat.postMessage({ channel: ACME, text: "2" });
    rig.desk.now = new Date(rig.desk.now.getTime() - 60_000);
    const third = await rig.web.chat.postMessage({ channel: ACME, text: "3" });
    expect([first.ts, second.ts, third.ts]).toEqual([
      "1795824300.000000",
      "1795824300.000001",
      "1795824300.000002",
    ]);
  });

  it("keep metadata that is told only where it is asked for", async () => {
    const metadata = { event_type: "belfry", event_payload: { key: "ticket:1:card" } };
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card", metadata });
    const plain = await rig.web.conversations.history({ channel: ACME });
    expect(plain.messages?.[0]).not.toHaveProperty("metadata");
    const told = await rig.web.conversations.history({ channel: ACME, include_all_metadata: true });
    expect(told.messages?.[0]).toMatchObject({ ts, metadata });
  });

  it("are paged newest first, between the given ends", async () => {
    const posted: string[] = [];
    for (const text of ["a", "b", "c", "d"])
      posted.push(String((await rig.web.chat.postMessage({ channel: ACME, text })).ts));
    const [a = "", , c = ""] = posted;

    const first = await rig.web.conversations.history({ channel: ACME, limit: 3 });
    expect(first.messages?.map(({ text }) => text)).toEqual(["d", "c", "b"]);
    const cursor = first.response_metadata?.next_cursor ?? "";
    await rig.web.chat.postMessage({ channel: ACME, text: "e" });
    const rest = await rig.web.conversations.history({ channel: ACME, limit: 3, cursor });
    expect(rest.messages?.map(({ text }) => text)).toEqual(["a"]);
    expect(rest.has_more).toBe(false);

    const between = await rig.web.conversations.history({ channel: ACME, oldest: a, latest: c });
    expect(between.messages?.map(({ text }) => text)).toEqual(["b"]);
    const inclusive = await rig.web.conversations.history({
      channel: ACME,
      oldest: a,
      latest: c,
      inclusive: true,
    });
    expect(inclusive.messages?.map(({ text }) => text)).toEqual(["c", "b", "a"]);
  });

  it("stand in threads, whose parent counts them", async () => {
    const parent = await rig.web.chat.postMessage({ channel: ACME, text: "card" });
    const thread_ts = String(parent.ts);
    const reply = await rig.web.chat.postMessage({ channel: ACME, text: "reply", thread_ts });
    await rig.web.chat.postMessage({ channel: ACME, text: "deeper", thread_ts: String(reply.ts) });
    await rig.web.chat.postEphemeral({ channel: ACME, user: CARL, text: "unseen", thread_ts });

    const { messages } = await rig.web.conversations.replies({ channel: ACME, ts: thread_ts });
    expect(messages?.map(({ text }) => text)).toEqual(["card", "reply", "deeper"]);
    expect(messages?.[0]).toMatchObject({ reply_count: 2, reply_users: [BOT], thread_ts });
    const history = await rig.web.conversations.history({ channel: ACME });
    expect(history.messages?.map(({ text }) => text)).toEqual(["card"]);
    expect(await refused(rig.web.chat.postMessage({ channel: ACME, text: "x", thread_ts: "1.000000" }))).toBe(
      "thread_not_found",
    );
    expect(await refused(rig.web.conversations.replies({ channel: ACME, ts: "1.000000" }))).toBe(
      "thread_not_found",
    );
  });

  it("are edited: text alone takes blocks away, blocks alone leave no mark of an edit, metadata stays", async () => {
    const blocks = [{ type: "divider" as const, block_id: "line" }];
    const metadata = { event_type: "belfry", event_payload: { key: "k" } };
    const { ts: posted } = await rig.web.chat.postMessage({ channel: ACME, text: "card", blocks, metadata });
    const ts = String(posted);
    const now = async (): Promise<unknown> =>
      (await rig.web.conversations.history({ channel: ACME, include_all_metadata: true })).messages?.[0];

    await rig.web.chat.update({ channel: ACME, ts, text: "card, edited", blocks });
    expect(await now()).toMatchObject({ text: "card, edited", blocks, metadata });
    expect(await now()).not.toHaveProperty("edited");

    await rig.web.chat.update({ channel: ACME, ts, text: "words" });
    expect(await now()).toMatchObject({ text: "words", edited: { user: BOT }, metadata });
    expect(await now()).not.toHaveProperty("blocks");
  });

  it("are edited and deleted by their author alone", async () => {
    await rig.act("say", { as: CARL, channel: ACME, text: "mine" });
    const ts = String((await rig.web.conversations.history({ channel: ACME })).messages?.[0]?.ts);
    expect(await refused(rig.web.chat.update({ channel: ACME, ts, text: "x" }))).toBe("cant_update_message");
    expect(await refused(rig.web.chat.delete({ channel: ACME, ts }))).toBe("cant_delete_message");
    expect(await refused(rig.web.chat.delete({ channel: ACME, ts: "1.000000" }))).toBe("message_not_found");
    expect(await refused(rig.web.chat.update({ channel: ACME, ts: "1.000000", text: "x" }))).toBe(
      "message_not_found",
    );
  });

  it("leave a tombstone where a deleted one has replies", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card" });
    await rig.web.chat.postMessage({ channel: ACME, text: "reply", thread_ts: String(ts) });
    await rig.web.chat.delete({ channel: ACME, ts: String(ts) });
    const { messages } = await rig.web.conversations.replies({ channel: ACME, ts: String(ts) });
    expect(messages).toMatchObject([{ subtype: "tombstone" }, { text: "reply" }]);
  });

  it("go to a person by id, into the direct message with the bot", async () => {
    const opened = await rig.web.conversations.open({ users: SAM });
    const posted = await rig.web.chat.postMessage({ channel: SAM, text: "a page" });
    expect(posted.channel).toBe(opened.channel?.id);
    expect(posted.channel).toMatch(/^D/);
    expect(await refused(rig.web.conversations.open({ users: BOT }))).toBe("cannot_dm_bot");
    expect(await refused(rig.web.conversations.open({ users: "U404" }))).toBe("user_not_found");
  });

  it.each([
    ["channel_not_found", { channel: "C404", text: "x" }],
    ["not_in_channel", { channel: RANDOM, text: "x" }],
    ["is_archived", { channel: OLD_DESK, text: "x" }],
    ["no_text", { channel: ACME, text: "" }],
    ["msg_too_long", { channel: ACME, text: "x".repeat(40_001) }],
    ["invalid_blocks_format", { channel: ACME, blocks: "no json" }],
    ["invalid_metadata_format", { channel: ACME, text: "x", metadata: "no json" }],
    ["invalid_metadata_schema", { channel: ACME, text: "x", metadata: { event_type: "belfry" } }],
  ])("are refused with %s", async (code, args) => {
    expect(await refused(rig.web.apiCall("chat.postMessage", args))).toBe(code);
  });

  it("are seen by one person where they are ephemeral, who has to be in the channel", async () => {
    await rig.web.chat.postEphemeral({ channel: ACME, user: CARL, text: "only you" });
    expect((await rig.web.conversations.history({ channel: ACME })).messages).toEqual([]);
    expect(await refused(rig.web.chat.postEphemeral({ channel: ACME, user: KATE, text: "x" }))).toBe(
      "user_not_in_channel",
    );
    expect(await refused(rig.web.chat.postEphemeral({ channel: ACME, user: "U404", text: "x" }))).toBe(
      "user_not_found",
    );
  });

  it("have a permalink to this sandbox", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card" });
    const { permalink } = await rig.web.chat.getPermalink({ channel: ACME, message_ts: String(ts) });
    expect(permalink).toBe(`${rig.sandbox.url}/archives/${ACME}/p${String(ts).replace(".", "")}`);
  });

  it("bear reactions, each once", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card" });
    const mark = { channel: ACME, timestamp: String(ts), name: "outbox_tray" };
    await rig.web.reactions.add(mark);
    expect(await refused(rig.web.reactions.add(mark))).toBe("already_reacted");
    expect(await rig.web.reactions.get(mark)).toMatchObject({
      message: { reactions: [{ name: "outbox_tray", users: [BOT], count: 1 }] },
    });
    await rig.web.reactions.remove(mark);
    expect(await refused(rig.web.reactions.remove(mark))).toBe("no_reaction");
    expect(await refused(rig.web.reactions.add({ ...mark, name: "no such" }))).toBe("invalid_name");
  });
});

describe("people and channels", () => {
  it("are found by id and by e-mail", async () => {
    expect((await rig.web.users.info({ user: CARL })).user).toMatchObject({
      id: CARL,
      real_name: "Carl Reyes",
      tz: "America/Chicago",
      tz_offset: -6 * 3600,
      is_bot: false,
      profile: { email: "carl@acme-print.example" },
    });
    const found = await rig.web.users.lookupByEmail({ email: "SAM@belfry.example" });
    expect(found.user?.id).toBe(SAM);
    expect(await refused(rig.web.users.lookupByEmail({ email: "nobody@belfry.example" }))).toBe(
      "users_not_found",
    );
    expect(await refused(rig.web.users.info({ user: "U404" }))).toBe("user_not_found");
  });

  it("are listed page by page", async () => {
    const names: string[] = [];
    for await (const page of rig.web.paginate("conversations.list", { limit: 2, exclude_archived: true })) {
      const { channels } = page as unknown as { channels: { name: string }[] };
      expect(channels.length).toBeLessThanOrEqual(2);
      names.push(...channels.map(({ name }) => name));
    }
    expect(names).toEqual(["support", "on-call", "acme", "northwind", "harbor", "pcc", "kent", "random"]);
    expect((await rig.web.users.list({})).members?.length).toBe(9);
    expect(await refused(rig.web.conversations.list({ cursor: "bm9uc2Vuc2U" }))).toBe("invalid_cursor");
    expect(await refused(rig.web.conversations.list({ limit: -1 }))).toBe("invalid_limit");
  });

  it("tell who is in, and let the bot in", async () => {
    expect((await rig.web.conversations.info({ channel: RANDOM })).channel).toMatchObject({
      is_member: false,
    });
    expect(await refused(rig.web.conversations.history({ channel: RANDOM }))).toBe("not_in_channel");
    await rig.web.conversations.join({ channel: RANDOM });
    expect((await rig.web.conversations.info({ channel: RANDOM })).channel).toMatchObject({
      is_member: true,
    });
    expect((await rig.web.conversations.members({ channel: SUPPORT })).members).toContain(SAM);
    expect(await refused(rig.web.conversations.join({ channel: OLD_DESK }))).toBe("is_archived");
  });

  it("tell who is not to be disturbed, in that person's own night", async () => {
    rig.desk.now = new Date("2026-11-27T22:30:00Z"); // 23:30 in Prague
    expect(await rig.web.dnd.info({ user: "U0LEO000001" })).toMatchObject({
      dnd_enabled: true,
      next_dnd_start_ts: Date.parse("2026-11-27T21:00:00Z") / 1_000,
      next_dnd_end_ts: Date.parse("2026-11-28T07:00:00Z") / 1_000,
    });
    expect(await rig.web.dnd.info({ user: SAM })).toMatchObject({ dnd_enabled: false });
  });

  it("tell of notifications that were paused by hand as long as they are, but not that it was by hand", async () => {
    const from = rig.desk.now.getTime() / 1_000;
    await rig.act("pause", { as: SAM, minutes: 120 });
    const paused = await rig.web.dnd.info({ user: SAM });
    expect(paused).toMatchObject({
      ...{
        dnd_enabled: true,
        next_dnd_start_ts: Math.floor(from),
        next_dnd_end_ts: Math.floor(from) + 7_200,
      },
    });
    expect(paused).not.toHaveProperty("snooze_enabled");
    await rig.act("pause", { as: SAM, minutes: null });
    expect(await rig.web.dnd.info({ user: SAM })).toMatchObject({ dnd_enabled: false });
  });
});

describe("files", () => {
  it("are uploaded in Slack's three steps and shared in a thread", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "report" });
    await rig.web.filesUploadV2({
      channel_id: ACME,
      thread_ts: String(ts),
      filename: "report.csv",
      file: Buffer.from("a,b\n1,2\n"),
    });
    const { messages } = await rig.web.conversations.replies({ channel: ACME, ts: String(ts) });
    const file = messages?.[1]?.files?.[0];
    expect(file).toMatchObject({ name: "report.csv", size: 8 });
    const info = await rig.web.files.info({ file: String(file?.id) });
    const bytes = await fetch(String(info.file?.url_private));
    expect(await bytes.text()).toBe("a,b\n1,2\n");
    expect(await refused(rig.web.files.info({ file: "F404" }))).toBe("file_not_found");
  });
});

describe("the switches", () => {
  it("answer chat.postMessage with 429 and Retry-After, and nothing else", async () => {
    await rig.act("faults", { rateLimited: true });
    await expect(rig.web.chat.postMessage({ channel: ACME, text: "x" })).rejects.toMatchObject({
      retryAfter: 5,
    });
    await rig.web.conversations.history({ channel: ACME });
    await rig.act("faults", { rateLimited: false });
    await rig.web.chat.postMessage({ channel: ACME, text: "x" });
  });

  it("answer every call with 503", async () => {
    await rig.act("faults", { down: true });
    await expect(rig.web.auth.test()).rejects.toMatchObject({ statusCode: 503 });
    await rig.act("faults", { down: false });
    await rig.web.auth.test();
  });
});
