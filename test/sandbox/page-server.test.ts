// The page's server: what a person sees, what a person may not, and the doors that stay shut.
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PageState } from "../../src/sandbox/page-protocol.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import {
  ACME,
  BOT,
  CARL,
  FRIDAY_EVENING,
  KATE,
  MANIFEST,
  SAM,
  SECRET,
  startRig,
  TOKEN,
  type Rig,
} from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const channelIn = (state: PageState, id: string) => state.channels.find((channel) => channel.id === id);

describe("what a person sees", () => {
  it("are their channels, the bot, the others, what the app offers, and the clock", async () => {
    await rig.web.chat.postMessage({ channel: ACME, text: "hello" });
    const state = await rig.see(CARL);
    expect(state.me).toEqual({
      id: CARL,
      name: "Carl Reyes",
      role: "contact of ACME Print (aleyant)",
      timezone: "America/Chicago",
      unread: 0,
      pausedUntil: null,
    });
    expect(state.people.map(({ name }) => name)).toEqual([
      ...["Carl Reyes", "Nora Lind", "Hana Mori", "Pavel Dvořák", "Kate Shaw"],
      ...["Sam Okafor", "Mia Chen", "Leo Brandt"],
    ]);
    expect(state.channels.map(({ name }) => name)).toEqual(["#acme", "#random", "Belfry"]);
    expect(state.shortcuts).toEqual([{ callbackId: "file_ticket", name: "File a ticket" }]);
    expect(state.commands[0]).toEqual({ command: "/ticket", hint: "[title] · File a ticket" });
    expect(state.names).toMatchObject({ [SAM]: "Sam Okafor", [BOT]: "Belfry", [ACME]: "#acme" });
    expect(state.clock.now).toBe(FRIDAY_EVENING.toISOString());
    expect(channelIn(state, ACME)?.messages[0]).toMatchObject({
      author: { id: BOT, name: "Belfry", isBot: true },
      text: "hello",
    });
  });

  it("are until when the person has paused notifications, as long as they are", async () => {
    await rig.act("pause", { as: CARL, minutes: 120 });
    const until = new Date(FRIDAY_EVENING.getTime() + 120 * 60_000).toISOString();
    expect((await rig.see(CARL)).me.pausedUntil).toBe(until);
    await rig.act("pause", { as: CARL, minutes: null });
    expect((await rig.see(CARL)).me.pausedUntil).toBeNull();
  });

  it("is told as it happens, with what is due next", async () => {
    rig.desk.dueAt = new Date("2026-11-30T15:00:00Z");
    const states = statesOf(CARL, rig);
    await states.find((state) => state.clock.nextDueAt === "2026-11-30T15:00:00.000Z");
    await rig.act("say", { as: SAM, channel: ACME, text: "hello" });
    const after = await states.find((state) => (channelIn(state, ACME)?.messages.length ?? 0) > 0);
    expect(channelIn(after, ACME)).toMatchObject({ unread: 1, messages: [{ text: "hello" }] });
    await states.stop();
  });

  it("counts as unread: direct messages and mentions for the person, all that others say for a channel", async () => {
    await rig.web.chat.postMessage({ channel: SAM, text: "a page" });
    await rig.web.chat.postMessage({ channel: ACME, text: "a line" });
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: `<@${SAM}> look` });
    await rig.web.chat.postMessage({ channel: ACME, text: "in the thread", thread_ts: String(ts) });

    const sams = await rig.see(SAM);
    expect(sams.me.unread).toBe(2);
    expect(channelIn(sams, ACME)?.unread).toBe(2);
    expect((await rig.see(CARL)).people.find(({ id }) => id === SAM)?.unread).toBe(2);

    await rig.act("read", { as: SAM, channel: ACME });
    expect((await rig.see(SAM)).me.unread).toBe(1);
    expect(channelIn(await rig.see(SAM), ACME)?.unread).toBe(0);
    expect(channelIn(await rig.see(CARL), ACME)?.unread).toBe(2);
  });

  it("are ephemeral messages until their person dismisses them", async () => {
    const { message_ts: ts } = await rig.web.chat.postEphemeral({
      channel: ACME,
      user: CARL,
      text: "for Carl",
    });
    const seen = async (person: string) =>
      channelIn(await rig.see(person), ACME)?.messages.map(({ text }) => text);
    expect([await seen(CARL), await seen(SAM)]).toEqual([["for Carl"], []]);
    await rig.act("dismiss", { as: SAM, channel: ACME, ts: String(ts) });
    expect(await seen(CARL)).toEqual(["for Carl"]);
    await rig.act("dismiss", { as: CARL, channel: ACME, ts: String(ts) });
    expect(await seen(CARL)).toEqual([]);
  });

  it("are messages with their files, and under them their threads", async () => {
    const file = await upload("log.txt", "text/plain", "a line");
    await rig.act("say", { as: CARL, channel: ACME, text: "see", files: [file.id] });
    const top = channelIn(await rig.see(CARL), ACME)?.messages[0];
    expect(top?.files).toEqual([file]);
    await rig.act("say", { as: SAM, channel: ACME, text: "thanks", threadTs: String(top?.ts) });
    const [message] = channelIn(await rig.see(CARL), ACME)?.messages ?? [];
    expect(message?.replies.map(({ text }) => text)).toEqual(["thanks"]);
  });

  it("begins with the first person where nobody is asked for, and is refused to the bot", async () => {
    const response = await fetch(`${rig.sandbox.url}/page-api/live`);
    expect(response.status).toBe(200);
    await response.body?.cancel();
    expect((await fetch(`${rig.sandbox.url}/page-api/live?as=${BOT}`)).status).toBe(404);
  });
});

describe("a person may not", () => {
  it.each([
    ["speak for nobody", "say", { as: "U404", channel: ACME, text: "x" }, 404],
    ["speak as the bot", "say", { as: BOT, channel: ACME, text: "x" }, 404],
    ["speak where they are not", "say", { as: KATE, channel: ACME, text: "x" }, 403],
    ["say nothing", "say", { as: CARL, channel: ACME, text: "  " }, 400],
    ["share what was not uploaded", "say", { as: CARL, channel: ACME, text: "x", files: ["F404"] }, 400],
    [
      "answer in a thread that is not there",
      "say",
      { as: CARL, channel: ACME, text: "x", threadTs: "1.0" },
      404,
    ],
    ["post what is no act", "say", { as: CARL }, 400],
    ["do what nobody can do", "explode", {}, 404],
    ["use a shortcut that the app does not have", "shortcut", { as: CARL, callbackId: "x" }, 404],
  ])("%s", async (_what, act, body, status) => {
    expect((await rig.post(`/page-api/${act}`, body)).status).toBe(status);
  });

  it("change what somebody else said", async () => {
    await rig.act("say", { as: CARL, channel: ACME, text: "mine" });
    const ts = channelIn(await rig.see(CARL), ACME)?.messages[0]?.ts;
    expect((await rig.post("/page-api/erase", { as: SAM, channel: ACME, ts })).status).toBe(403);
  });
});

describe("the clock", () => {
  it.each([
    [{ by: 15 }, "2026-11-28T00:20:00.000Z"],
    [{ to: "next-morning" as const }, "2026-11-28T15:00:00.000Z"], // Saturday 09:00 in Chicago
    [{ to: "friday-17:30" as const }, "2026-12-04T23:30:00.000Z"],
    [{ to: "instant" as const, at: "2026-12-24T12:00:00Z" }, "2026-12-24T12:00:00.000Z"],
  ])("goes forward by %j", async (how, now) => {
    expect(await rig.act("clock", how)).toEqual({ now });
    expect(rig.desk.turns.map((at) => at.toISOString())).toEqual([now]);
  });

  it("goes to the next thing due, or says that there is none", async () => {
    const nextDue = { to: "next-due" as const };
    expect((await rig.act("clock", nextDue)).notice).toContain("Nothing is due");
    rig.desk.dueAt = new Date("2026-11-30T15:00:00Z");
    expect(await rig.act("clock", nextDue)).toEqual({ now: "2026-11-30T15:00:00.000Z" });
    // What is due already needs no turning.
    rig.desk.dueAt = new Date("2026-11-30T14:00:00Z");
    expect(await rig.act("clock", nextDue)).toEqual({ now: "2026-11-30T15:00:00.000Z" });
    expect(rig.desk.turns).toHaveLength(1);
  });

  it("goes neither backward nor years ahead", async () => {
    expect((await rig.post("/page-api/clock", { by: -1 })).status).toBe(400);
    expect((await rig.post("/page-api/clock", { by: 1e9 })).status).toBe(400);
    expect((await rig.post("/page-api/clock", { to: "instant", at: "2020-01-01T00:00:00Z" })).status).toBe(
      400,
    );
    expect(rig.desk.turns).toEqual([]);
  });

  it("is turned by one at a time, and the page sees that it is", async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const clock = {
      now: () => FRIDAY_EVENING,
      nextDueAt: () => Promise.resolve(null),
      turnTo: () => arrived,
    };
    const slow = await startRig({ clock });
    const states = statesOf(CARL, slow);
    const turning = slow.act("clock", { by: 60 });
    await states.find((state) => state.clock.turning);
    expect((await slow.post("/page-api/clock", { by: 15 })).status).toBe(409);
    arrive();
    await turning;
    expect((await slow.see(CARL)).clock.turning).toBe(false);
    await states.stop();
    await slow.stop();
  });

  it("shows the sentence with which the app refuses to be turned", async () => {
    const turnTo = () => Promise.reject(new Error("Belfry is still starting."));
    const clock = { now: () => FRIDAY_EVENING, nextDueAt: () => Promise.resolve(null), turnTo };
    const starting = await startRig({ clock });
    expect(await starting.post("/page-api/clock", { by: 15 })).toEqual({
      status: 503,
      json: { error: "Belfry is still starting." },
    });
    await starting.stop();
  });
});

describe("a scene", () => {
  it("turns the clock to the next such evening and sets the stage", async () => {
    rig.desk.now = new Date("2026-11-25T12:00:00Z");
    const { scenes } = await rig.see(CARL);
    expect(scenes[0]?.name).toBe("Aleyant, Friday 18:05, urgent");
    expect(await rig.act("scene", { id: String(scenes[0]?.id) })).toEqual({
      as: CARL,
      channel: ACME,
      compose: "/ticket Nobody can place an order",
    });
    expect(rig.desk.now).toEqual(FRIDAY_EVENING);
  });

  it("names a person who is in its channel", async () => {
    for (const { id } of (await rig.see(CARL)).scenes) {
      const { as, channel } = await rig.act("scene", { id });
      expect((await rig.see(as)).channels.map((each) => each.id)).toContain(channel);
    }
    expect((await rig.post("/page-api/scene", { id: "x" })).status).toBe(404);
  });
});

describe("the server", () => {
  it("answers only under its own name, and takes nothing from other pages", async () => {
    const { port } = new URL(rig.sandbox.url);
    expect(await statusUnder("evil.example")).toBe(403);
    expect(await statusUnder(`evil.example:${port}`)).toBe(403);
    expect(await statusUnder(`localhost:${port}`)).not.toBe(403);
    const act = { as: CARL, channel: ACME, text: "x" };
    expect((await rig.post("/page-api/say", act, { origin: "https://evil.example" })).status).toBe(403);
    expect((await rig.post("/page-api/say", act, { origin: rig.sandbox.url })).status).toBe(200);
    expect((await rig.post("/page-api/say", act, { "content-type": "text/plain" })).status).toBe(415);
  });

  it("bounds what it takes", async () => {
    const long = { as: CARL, channel: ACME, text: "x".repeat(2 * 1024 * 1024) };
    expect((await rig.post("/page-api/say", long)).status).toBe(413);
    const big = Buffer.alloc(21 * 1024 * 1024);
    expect((await fetch(`${rig.sandbox.url}/page-api/upload`, { method: "POST", body: big })).status).toBe(
      413,
    );
  });

  it("lets the page run its own code alone, and uploaded files none", async () => {
    const page = await fetch(`${rig.sandbox.url}/`);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(await page.text()).toContain("/page/main.js");

    const { url, name } = await upload("../evil.html", "text/html", "<script>alert(1)</script>");
    expect(name).toBe(".._evil.html");
    const file = await fetch(rig.sandbox.url + url);
    expect(file.headers.get("content-type")).toBe("application/octet-stream");
    expect(file.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(file.headers.get("content-security-policy")).toContain("sandbox");
  });

  it("takes the next free port where the wanted one is taken", async () => {
    const wanted = Number(new URL(rig.sandbox.url).port);
    const second = await startSandbox({
      directory: null,
      host: "127.0.0.1",
      port: wanted,
      eventsUrl: null,
      signingSecret: SECRET,
      botToken: TOKEN,
      clock: {
        now: () => FRIDAY_EVENING,
        nextDueAt: () => Promise.resolve(null),
        turnTo: () => Promise.resolve(),
      },
      manifest: MANIFEST,
    });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(wanted);
    await second.stop();
  });
});

async function upload(
  name: string,
  type: string,
  body: string,
): Promise<{ id: string; name: string; url: string }> {
  const response = await fetch(`${rig.sandbox.url}/page-api/upload`, {
    method: "POST",
    headers: { "x-file-name": encodeURIComponent(name), "content-type": type },
    body,
  });
  return (await response.json()) as { id: string; name: string; url: string };
}

/** The status of the page for a browser that believes the server to have this name. */
function statusUnder(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(rig.sandbox.url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

interface States {
  /** The next state that fits, of those that the page is told one after the other. */
  find(fits: (state: PageState) => boolean): Promise<PageState>;
  stop(): Promise<void>;
}

function statesOf(person: string, of: Rig): States {
  const reader = fetch(`${of.sandbox.url}/page-api/live?as=${person}`).then((response) => {
    if (response.body === null) throw new Error("The live state has no body.");
    return response.body.getReader();
  });
  let text = "";
  return {
    find: async (fits) => {
      for (;;) {
        const { done, value } = await (await reader).read();
        if (done) throw new Error("The live state ended.");
        text += Buffer.from(value as Uint8Array).toString("utf8");
        const told = text.split("\n\n");
        text = told.pop() ?? "";
        const states = told.map((event) => JSON.parse(event.replace(/^[^]*?data: /, "")) as PageState);
        const found = states.find(fits);
        if (found !== undefined) return found;
      }
    },
    stop: async () => {
      await (await reader).cancel();
    },
  };
}
