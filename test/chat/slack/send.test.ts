import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DeskError } from "../../../src/core/errors.ts";
import type { LineMessage, StormMessage } from "../../../src/core/message.ts";
import type { ChatPlatform } from "../../../src/desk/ports.ts";
import { slackPlatform } from "../../../src/chat/slack/send.ts";
import { startStubSlack, type Answer, type StubSlack } from "./stub-slack.ts";
import { NOON } from "./anything.ts";

const LINE: LineMessage = {
  kind: "line",
  tone: "plain",
  text: ["Due soon."],
  quote: null,
  attachments: [],
  buttons: [],
};
const POST = { key: "ticket:t17:card", place: "slack:C1", under: null, message: LINE };
const POSTED: Answer = { json: { ok: true, channel: "C1", ts: "1700000000.000100" } };
const REF = "slack:C1:1700000000.000100";

let slack: StubSlack;
let platform: ChatPlatform;
let now: Date;

beforeEach(async () => {
  slack = await startStubSlack();
  now = NOON;
  platform = platformAt(slack.url);
});
afterEach(() => slack.close());

function platformAt(apiUrl: string, timeoutMs = 5_000): ChatPlatform {
  return slackPlatform({ token: "xoxb-test", apiUrl, timeoutMs, machineNow: () => now });
}

/** A signal that never ends. */
function forever(): AbortSignal {
  return new AbortController().signal;
}

describe("a post", () => {
  it("carries its key, so that it can be found again, and brings back where it stands", async () => {
    slack.answer("chat.postMessage", POSTED);
    expect(await platform.post(POST, forever())).toEqual({ is: "sent", ref: REF });
    expect(slack.callsOf("chat.postMessage")[0]?.args).toMatchObject({
      channel: "C1",
      text: "Due soon.",
      metadata: { event_type: "belfry_message", event_payload: { key: "ticket:t17:card" } },
      unfurl_links: "false",
    });
  });

  it("under a message stands in its thread and nowhere else", async () => {
    slack.answer("chat.postMessage", POSTED);
    await platform.post({ ...POST, under: "slack:C9:1600000000.000001" }, forever());
    const { args } = slack.callsOf("chat.postMessage")[0] ?? { args: {} };
    expect(args).toMatchObject({ channel: "C9", thread_ts: "1600000000.000001" });
    expect(args).not.toHaveProperty("reply_broadcast");
  });

  it("to a person goes into their direct messages, which are opened once", async () => {
    slack.answer("conversations.open", { json: { ok: true, channel: { id: "D7" } } });
    slack.answer("chat.postMessage", POSTED);
    await platform.post({ ...POST, place: "slack:U7" }, forever());
    await platform.post({ ...POST, place: "slack:U7" }, forever());
    expect(slack.callsOf("conversations.open")).toHaveLength(1);
    expect(slack.callsOf("chat.postMessage").map(({ args }) => args["channel"])).toEqual(["D7", "D7"]);
  });

  it("to an address as written finds the channel or the person first", async () => {
    slack.answer("conversations.list", { json: { ok: true, channels: [{ id: "C5", name: "support" }] } });
    slack.answer("users.lookupByEmail", { json: { ok: true, user: { id: "U5" } } });
    slack.answer("conversations.open", { json: { ok: true, channel: { id: "D5" } } });
    slack.answer("chat.postMessage", POSTED);
    await platform.post({ ...POST, place: "slack:#Support" }, forever());
    await platform.post({ ...POST, place: "slack:mara@vendor.example" }, forever());
    expect(slack.callsOf("chat.postMessage").map(({ args }) => args["channel"])).toEqual(["C5", "D5"]);
  });

  it("rings a person whom the desk file knows by mail, and is not lost for one whom Slack does not know", async () => {
    slack.answer(
      "users.lookupByEmail",
      { json: { ok: true, user: { id: "U5" } } },
      { json: { ok: false, error: "missing_scope" } },
      { status: 503 },
    );
    slack.answer("chat.postMessage", POSTED);
    const ringing = (mail: string) => {
      const text = ["Due soon: ", { person: "Mara", address: `slack:${mail}`, ring: true }];
      return platform.post({ ...POST, message: { ...LINE, text } }, forever());
    };
    for (const mail of ["a@b.example", "a@b.example", "c@d.example"]) await ringing(mail);
    expect(slack.callsOf("chat.postMessage").map(({ args }) => args["text"])).toEqual([
      "Due soon: <@U5>",
      "Due soon: <@U5>",
      "Due soon: Mara",
    ]);
    expect(await ringing("e@f.example")).toMatchObject({ is: "retry" });
  });

  describe("to a user group that the desk file knows by its handle", () => {
    const ringing = (handle: string, to = platform) => {
      const text = ["Due soon: ", { group: handle, address: `slack:${handle}`, ring: true as const }];
      return to.post({ ...POST, message: { ...LINE, text } }, forever());
    };
    const groups = (...usergroups: object[]): Answer => ({ json: { ok: true, usergroups } });
    const texts = () => slack.callsOf("chat.postMessage").map(({ args }) => args["text"]);
    beforeEach(() => slack.answer("chat.postMessage", POSTED));

    it("mentions it; one listing serves all for a minute, and our own goes before another organization's", async () => {
      slack.answer(
        "usergroups.list",
        groups(
          { id: "S9", handle: "oncall", is_external: true },
          { id: "S1", handle: "oncall" },
          { id: "S8", handle: "oncall", is_external: true },
          { id: "S2", handle: "it.nights-2" },
        ),
      );
      expect(await Promise.all([ringing("@oncall"), ringing("@it.nights-2")])).toEqual([
        { is: "sent", ref: REF },
        { is: "sent", ref: REF },
      ]);
      expect(texts().sort()).toEqual(["Due soon: <!subteam^S1>", "Due soon: <!subteam^S2>"]);
      expect(slack.callsOf("usergroups.list")).toHaveLength(1);
    });

    it("names it where Slack knows none, and says that it does not ring", async () => {
      slack.answer("usergroups.list", groups({ id: "S1", handle: "oncall" }));
      expect(await ringing("@nights")).toEqual({
        is: "sent",
        ref: REF,
        unmentioned: [{ group: "slack:@nights", why: "Slack knows no user group @nights" }],
      });
      expect(texts()).toEqual(["Due soon: @nights"]);
    });

    it("mentions in the message of many pages all that it knows, and says which of them does not ring", async () => {
      slack.answer("usergroups.list", groups({ id: "S1", handle: "oncall" }));
      const mention = (group: string) => ({ group, address: `slack:${group}`, ring: true }) as const;
      const message: StormMessage = {
        ...{
          kind: "storm",
          isRinging: true,
          headline: "3 tickets page at once",
          ring: [mention("@nights"), " ", mention("@oncall")],
        },
        ...{ rows: [], more: 0, buttons: [], mayRepeat: false },
      };
      expect(await platform.post({ ...POST, message }, forever())).toEqual({
        is: "sent",
        ref: REF,
        unmentioned: [{ group: "slack:@nights", why: "Slack knows no user group @nights" }],
      });
      const [posted] = slack.callsOf("chat.postMessage");
      expect(JSON.stringify(posted?.args["blocks"])).toContain('"@nights <!subteam^S1>"');
      expect(texts()).toEqual(["3 tickets page at once · @nights <!subteam^S1>"]);
    });

    it("names it without the scope to look it up, and says which one that is", async () => {
      slack.answer("usergroups.list", { json: { ok: false, error: "missing_scope" } });
      expect(await ringing("@oncall")).toEqual({
        is: "sent",
        ref: REF,
        unmentioned: [
          {
            group: "slack:@oncall",
            why: "missing_scope: the app needs usergroups:read, which manifest.json leaves out",
          },
        ],
      });
      expect(texts()).toEqual(["Due soon: @oncall"]);
      await expect(platform.lookUp("slack:@oncall")).rejects.toThrow("the app needs usergroups:read");
    });

    it("is not kept waiting by a Slack that does not tell which one it is; the last one that it told still rings", async () => {
      const limited = { status: 429, headers: { "retry-after": "60" } };
      slack.answer("usergroups.list", limited, "never answer", groups({ id: "S1", handle: "oncall" }), {
        status: 503,
      });
      expect(await ringing("@oncall")).toMatchObject({
        is: "sent",
        unmentioned: [{ why: expect.stringContaining("429") as unknown }],
      });
      const before = performance.now();
      expect(await ringing("@oncall")).toMatchObject({
        is: "sent",
        unmentioned: [{ why: expect.stringContaining("does not tell") as unknown }],
      });
      expect(performance.now() - before).toBeLessThan(4_000);
      expect(await ringing("@oncall")).toEqual({ is: "sent", ref: REF });
      now = new Date(NOON.getTime() + 61_000);
      expect(await ringing("@oncall")).toEqual({ is: "sent", ref: REF });
      expect(texts()).toEqual([
        "Due soon: @oncall",
        "Due soon: @oncall",
        "Due soon: <!subteam^S1>",
        "Due soon: <!subteam^S1>",
      ]);
    });
  });

  it("goes out beside others", async () => {
    slack.answer("chat.postMessage", POSTED);
    const outcomes = await Promise.all(Array.from({ length: 150 }, () => platform.post(POST, forever())));
    expect(outcomes.every(({ is }) => is === "sent")).toBe(true);
  });
});

describe("how a post that failed is told", () => {
  const cases: { what: string; answer: Answer; outcome: object }[] = [
    {
      what: "429: after Retry-After, and nothing else goes there before",
      answer: { status: 429, headers: { "retry-after": "30" } },
      outcome: { is: "retry", at: new Date("2026-11-27T12:00:30Z"), lane: true },
    },
    {
      what: "429 without Retry-After: after a second",
      answer: { status: 429 },
      outcome: { is: "retry", at: new Date("2026-11-27T12:00:01Z"), lane: true },
    },
    {
      what: "503: again",
      answer: { status: 503 },
      outcome: { is: "retry", at: NOON, why: "HTTP 503", lane: false },
    },
    ...["service_unavailable", "request_timeout"].map((error) => ({
      what: `${error}: again`,
      answer: { json: { ok: false, error } },
      outcome: { is: "retry", at: NOON, why: error, lane: false },
    })),
    ...[500, 502, 504].map((status) => ({
      what: `${status}: unknown, for it may have been delivered`,
      answer: { status },
      outcome: { is: "unknown", at: NOON, why: `HTTP ${status}` },
    })),
    ...["internal_error", "fatal_error"].map((error) => ({
      what: `${error}: unknown, for it may have been delivered`,
      answer: { json: { ok: false, error } },
      outcome: { is: "unknown", at: NOON, why: error },
    })),
    {
      what: "a page of HTML with 200: unknown",
      answer: { status: 200, body: "<html><body>Be right back</body></html>" },
      outcome: { is: "unknown" },
    },
    {
      what: "an answer that leads elsewhere, as a login page's: unknown",
      answer: { status: 302, headers: { location: "https://login.example/" } },
      outcome: { is: "unknown", why: "HTTP 302" },
    },
    {
      what: "an empty answer: unknown",
      answer: { status: 200, body: "" },
      outcome: { is: "unknown" },
    },
    {
      what: "connection lost after it was written: unknown",
      answer: "hang up",
      outcome: { is: "unknown", at: NOON },
    },
    ...[
      "is_archived",
      "channel_not_found",
      "not_in_channel",
      "cannot_dm_bot",
      "user_not_found",
      "missing_scope",
      "invalid_blocks",
      "msg_too_long",
      "a_code_of_tomorrow",
    ].map((error) => ({
      what: `${error}: never`,
      answer: { json: { ok: false, error } },
      outcome: { is: "failed", why: expect.stringMatching(new RegExp(`^${error}: .+\\.$`)) as string },
    })),
    ...["token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"].map((error) => ({
      what: `${error}: kept, and nothing goes to Slack for a minute`,
      answer: { json: { ok: false, error } },
      outcome: {
        is: "retry",
        shutOut: true,
        lane: false,
        why: expect.stringMatching(new RegExp(`^${error}: .+\\.$`)) as string,
      },
    })),
  ];
  it.each(cases)("$what", async ({ answer, outcome }) => {
    slack.answer("chat.postMessage", answer);
    expect(await platform.post(POST, forever())).toMatchObject(outcome);
    expect(slack.callsOf("chat.postMessage")).toHaveLength(1);
  });

  it("no answer in time: unknown, and posted once", async () => {
    slack.answer("chat.postMessage", "never answer");
    expect(await platformAt(slack.url, 100).post(POST, forever())).toMatchObject({
      is: "unknown",
      why: "TimeoutError",
    });
    expect(slack.callsOf("chat.postMessage")).toHaveLength(1);
  });

  it("cancelled while Slack has it: unknown", async () => {
    slack.answer("chat.postMessage", "never answer");
    const cancelling = new AbortController();
    const outcome = platform.post(POST, cancelling.signal);
    await slack.called("chat.postMessage");
    cancelling.abort();
    expect(await outcome).toMatchObject({ is: "unknown" });
  });

  it("nobody listens, or the name is unknown: again", async () => {
    const closed = await freePort();
    expect(await platformAt(`http://127.0.0.1:${closed}/api/`).post(POST, forever())).toMatchObject({
      is: "retry",
      why: "ECONNREFUSED",
    });
    expect(await platformAt("http://nowhere.invalid/api/").post(POST, forever())).toMatchObject({
      is: "retry",
    });
  });

  it("no TLS there: again", async () => {
    const outcome = await platformAt(slack.url.replace("http:", "https:")).post(POST, forever());
    expect(outcome).toMatchObject({ is: "retry" });
  });

  it("nothing was posted yet when the place could not be found: again, or never where there is none", async () => {
    slack.answer("conversations.list", "hang up", { json: { ok: true, channels: [] } });
    const written = { ...POST, place: "slack:#gone" };
    expect(await platform.post(written, forever())).toMatchObject({ is: "retry" });
    expect(await platform.post(written, forever())).toMatchObject({
      is: "failed",
      why: "channel_not_found: Slack shows Belfry no channel #gone.",
    });
    expect(slack.callsOf("chat.postMessage")).toEqual([]);
  });
});

describe("an edit", () => {
  it("changes the message where it stands", async () => {
    expect(await platform.edit(REF, LINE, forever())).toEqual({ is: "sent", ref: REF });
    expect(slack.callsOf("chat.update")[0]?.args).toMatchObject({
      channel: "C1",
      ts: "1700000000.000100",
      text: "Due soon.",
    });
  });

  it("of unknown fate is done again, for that does no harm", async () => {
    slack.answer("chat.update", "hang up");
    expect(await platform.edit(REF, LINE, forever())).toMatchObject({ is: "retry", lane: false });
  });

  it.each(["message_not_found", "cant_update_message"])("%s: never", async (error) => {
    slack.answer("chat.update", { json: { ok: false, error } });
    expect(await platform.edit(REF, LINE, forever())).toMatchObject({
      is: "failed",
      why: expect.stringContaining(error) as string,
    });
  });
});

describe("a mark", () => {
  it("shows that a message went out, or stayed inside", async () => {
    expect(await platform.mark(REF, "sent-out", forever())).toEqual({ is: "sent", ref: null });
    await platform.mark(REF, "kept-inside", forever());
    expect(slack.callsOf("reactions.add").map(({ args }) => args)).toMatchObject([
      { channel: "C1", timestamp: "1700000000.000100", name: "outbox_tray" },
      { name: "lock" },
    ]);
  });

  it("that is there already is done; on a message that is gone it never will be", async () => {
    slack.answer(
      "reactions.add",
      { json: { ok: false, error: "already_reacted" } },
      { json: { ok: false, error: "message_not_found" } },
    );
    expect(await platform.mark(REF, "sent-out", forever())).toEqual({ is: "sent", ref: null });
    expect(await platform.mark(REF, "sent-out", forever())).toMatchObject({ is: "failed" });
  });
});

describe("what is kept in step with the roster", () => {
  const topic = { is: "topic" as const, place: "slack:C1", topic: "On call: Mia Chen" };

  it("is the topic of a channel, and the members of a group, known by mail or id", async () => {
    slack.answer("conversations.setTopic", { json: { ok: true } });
    slack.answer("users.lookupByEmail", { json: { ok: true, user: { id: "U8" } } });
    slack.answer("usergroups.users.update", { json: { ok: true } });
    expect(await platform.set(topic, forever())).toEqual({ is: "sent", ref: null });
    const people = ["slack:U7", "slack:mia@desk.example"];
    await platform.set({ is: "group", group: "slack:S1", people }, forever());
    expect(slack.callsOf("conversations.setTopic")[0]?.args).toMatchObject({
      channel: "C1",
      topic: "On call: Mia Chen",
    });
    expect(slack.callsOf("usergroups.users.update")[0]?.args).toMatchObject({
      usergroup: "S1",
      users: "U7,U8",
    });
  });

  it("is the members of a group by its handle; without one, or the scope to look it up, it fails for good", async () => {
    slack.answer(
      "usergroups.list",
      { json: { ok: false, error: "missing_scope" } },
      { json: { ok: true, usergroups: [{ id: "S1", handle: "oncall" }] } },
    );
    const oncall = { is: "group" as const, group: "slack:@oncall", people: ["slack:U7"] };
    expect(await platform.set(oncall, forever())).toEqual({
      is: "failed",
      why: "missing_scope: the app needs usergroups:read, which manifest.json leaves out.",
    });
    expect(await platform.set(oncall, forever())).toEqual({ is: "sent", ref: null });
    expect(slack.callsOf("usergroups.users.update")[0]?.args).toMatchObject({ usergroup: "S1", users: "U7" });
    expect(await platform.set({ ...oncall, group: "slack:@nights" }, forever())).toMatchObject({
      is: "failed",
      why: "no_such_subteam: Slack knows no user group @nights.",
    });
  });

  it("fails for good without the scope, which it names, and waits where Slack is down", async () => {
    slack.answer(
      "conversations.setTopic",
      { json: { ok: false, error: "missing_scope" } },
      { json: { ok: false, error: "service_unavailable" } },
    );
    expect(await platform.set(topic, forever())).toEqual({
      is: "failed",
      why: "missing_scope: the app needs channels:write.topic, which manifest.json leaves out.",
    });
    expect(await platform.set(topic, forever())).toMatchObject({ is: "retry" });
  });
});

describe("to look whether a post arrived", () => {
  const at = { place: "slack:C1", under: null, since: NOON };
  const ours = (key: string) => ({
    ts: "1.2",
    metadata: { event_type: "belfry_message", event_payload: { key } },
  });

  it("reads the channel from a minute before, page by page", async () => {
    slack.answer(
      "conversations.history",
      {
        json: {
          ok: true,
          messages: [{ ts: "1.1" }, ours("another")],
          response_metadata: { next_cursor: "p2" },
        },
      },
      { json: { ok: true, messages: [ours("mine")] } },
    );
    expect(await platform.lookFor("mine", at, forever())).toEqual({ found: "slack:C1:1.2" });
    expect(slack.callsOf("conversations.history").map(({ args }) => args)).toMatchObject([
      { channel: "C1", oldest: "1795780740", include_all_metadata: "true" },
      { cursor: "p2" },
    ]);
  });

  it("reads the thread where the post belongs under a message", async () => {
    slack.answer("conversations.replies", { json: { ok: true, messages: [ours("mine")] } });
    expect(await platform.lookFor("mine", { ...at, under: REF }, forever())).toEqual({
      found: "slack:C1:1.2",
    });
    expect(slack.callsOf("conversations.replies")[0]?.args).toMatchObject({ ts: "1700000000.000100" });
  });

  it("finds nothing where it is not, and gives up where there is no end", async () => {
    slack.answer("conversations.history", { json: { ok: true, messages: [] } });
    expect(await platform.lookFor("mine", at, forever())).toBe("absent");
    slack.answer("conversations.history", {
      json: { ok: true, messages: [], response_metadata: { next_cursor: "more" } },
    });
    expect(await platform.lookFor("mine", at, forever())).toBe("cannot tell");
  });

  it("cannot tell without the permission, and says so when Slack is down", async () => {
    slack.answer("conversations.history", { json: { ok: false, error: "missing_scope" } }, { status: 503 });
    expect(await platform.lookFor("mine", at, forever())).toBe("cannot tell");
    await expect(platform.lookFor("mine", at, forever())).rejects.toThrow(DeskError);
  });
});

describe("to look up an address as written", () => {
  it("gives the id of a channel, over several pages, and asks once for many", async () => {
    slack.answer(
      "conversations.list",
      { json: { ok: true, channels: [{ id: "C1", name: "a" }], response_metadata: { next_cursor: "p2" } } },
      { json: { ok: true, channels: [{ id: "C2", name: "support" }] } },
    );
    const asked = ["slack:#support", "slack:#a", "slack:#nowhere"].map((written) => platform.lookUp(written));
    expect(await Promise.all(asked)).toEqual(["slack:C2", "slack:C1", null]);
    expect(slack.callsOf("conversations.list")).toHaveLength(2);
    expect(slack.callsOf("conversations.list")[0]?.args).toMatchObject({
      exclude_archived: "true",
      types: "public_channel,private_channel",
    });
  });

  it("asks again for a channel made since", async () => {
    slack.answer(
      "conversations.list",
      { json: { ok: true, channels: [] } },
      { json: { ok: true, channels: [{ id: "C3", name: "new" }] } },
    );
    expect(await platform.lookUp("slack:#new")).toBeNull();
    now = new Date(NOON.getTime() + 61_000);
    expect(await platform.lookUp("slack:#new")).toBe("slack:C3");
  });

  it("gives the id of a person by mail, or null", async () => {
    slack.answer(
      "users.lookupByEmail",
      { json: { ok: true, user: { id: "U5" } } },
      { json: { ok: false, error: "users_not_found" } },
    );
    expect(await platform.lookUp("slack:mara@vendor.example")).toBe("slack:U5");
    expect(await platform.lookUp("slack:nobody@vendor.example")).toBeNull();
    expect(await platform.lookUp("slack:U9")).toBe("slack:U9");
    expect(await platform.lookUp("slack:???")).toBeNull();
  });

  it("gives the id of a user group by its handle, or null", async () => {
    slack.answer("usergroups.list", { json: { ok: true, usergroups: [{ id: "S1", handle: "oncall" }] } });
    expect(await platform.lookUp("slack:@oncall")).toBe("slack:S1");
    expect(await platform.lookUp("slack:@nights")).toBeNull();
  });

  it("says so when Slack is down, and does not remember that", async () => {
    slack.answer(
      "conversations.list",
      { status: 503 },
      { json: { ok: true, channels: [{ id: "C4", name: "x" }] } },
    );
    await expect(platform.lookUp("slack:#x")).rejects.toMatchObject({ code: "unavailable" });
    expect(await platform.lookUp("slack:#x")).toBe("slack:C4");
  });
});

describe("whether a person hears a message", () => {
  const there = (dnd: object, user: object = {}): void => {
    slack.answer("users.info", { json: { ok: true, user: { id: "U5", ...user } } });
    slack.answer("conversations.open", { json: { ok: true, channel: { id: "D5" } } });
    slack.answer("dnd.info", { json: { ok: true, ...dnd } });
  };

  it("is told with the time in which notifications are paused, the one that lasts or the next", async () => {
    there({ dnd_enabled: true, next_dnd_start_ts: 1_764_277_200, next_dnd_end_ts: 1_764_313_200 });
    expect(await platform.hearingAt("slack:U5", forever())).toEqual({
      is: "there",
      quiet: { from: new Date("2025-11-27T21:00:00Z"), to: new Date("2025-11-28T07:00:00Z") },
    });
    expect(slack.callsOf("dnd.info")[0]?.args).toMatchObject({ user: "U5" });
  });

  it("is told of somebody who never pauses them", async () => {
    there({ dnd_enabled: false, next_dnd_start_ts: 1, next_dnd_end_ts: 1 });
    expect(await platform.hearingAt("slack:U5", forever())).toEqual({ is: "there", quiet: null });
  });

  it("says of an account that is switched off, or that takes no direct messages, why nothing arrives", async () => {
    there({ dnd_enabled: false }, { deleted: true });
    expect(await platform.hearingAt("slack:U5", forever())).toEqual({
      is: "gone",
      why: "this person's account is switched off",
    });
    slack.answer("users.info", { json: { ok: true, user: { id: "U6" } } });
    slack.answer("conversations.open", { json: { ok: false, error: "cannot_dm_bot" } });
    slack.answer("dnd.info", { json: { ok: true, dnd_enabled: false } });
    expect(await platform.hearingAt("slack:U6", forever())).toEqual({
      is: "gone",
      why: "this person has no direct messages with Belfry",
    });
  });

  it("is told of no channel, nor where the app may not ask; where Slack is down, that is said", async () => {
    expect(await platform.hearingAt("slack:C1", forever())).toEqual({ is: "untold" });
    slack.answer("users.info", { json: { ok: true, user: { id: "U7" } } });
    slack.answer("conversations.open", { json: { ok: true, channel: { id: "D7" } } });
    slack.answer("dnd.info", { json: { ok: false, error: "missing_scope" } }, { status: 503 });
    expect(await platform.hearingAt("slack:U7", forever())).toEqual({ is: "untold" });
    await expect(platform.hearingAt("slack:U7", forever())).rejects.toMatchObject({ code: "unavailable" });
  });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
