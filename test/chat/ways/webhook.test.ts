// A page on its way to a webhook, against a web server that is there.
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { webhookWay } from "../../../src/chat/ways/webhook.ts";
import { aReceiver, type Answered, type Receiver } from "../../support/receiver.ts";
import { aPage, KEY, machineNow, never, now } from "./pages.ts";

const SECRET = "a secret that both sides have";
const place = "webhook:ops-hook";
const later = (ms: number) => new Date(now.getTime() + ms);

function wayTo({ url }: Receiver, timeoutMs?: number) {
  return webhookWay(() => Promise.resolve({ url: `${url}/belfry`, secret: SECRET }), {
    machineNow,
    timeoutMs,
  });
}

describe("a page to a webhook", () => {
  test("is one event in plain words, with instants by the filer's clock and in UTC", async () => {
    await using ops = await aReceiver();
    const sent = await wayTo(ops).post({ key: KEY, place, under: null, message: aPage() }, never);
    expect(sent).toEqual({ is: "sent", ref: `${place} ${KEY}` });
    expect(ops.received[0]).toMatchObject({ method: "POST", path: "/belfry" });
    expect(ops.events()).toEqual([
      {
        event: "page.ringing",
        page: "ticket:6f1c:page:1",
        headline: "Urgent · ACME-17 · Nobody can order",
        state: "This page rings until somebody acknowledges it in chat, where it has a button for that.",
        facts: [
          { label: "Customer", value: "ACME Print" },
          {
            label: "Filed",
            value: "Fri 27 Nov 2026 18:05 CST (Sat 28 Nov 2026 00:05 UTC) by Carl Reyes",
          },
        ],
        promises: [{ label: "Response", state: "running", words: "30 min left" }],
        standing: ["Sam Okafor was paged"],
      },
    ]);
  });

  test("is signed over its time and its bytes", async () => {
    await using ops = await aReceiver();
    await wayTo(ops).post({ key: KEY, place, under: null, message: aPage() }, never);
    const { headers = {}, body = "" } = ops.received[0] ?? {};
    const t = now.getTime() / 1_000;
    const v1 = createHmac("sha256", SECRET).update(`${t}.${body}`).digest("hex");
    expect(Object.entries(headers)).toContainEqual(["belfry-signature", `t=${t},v1=${v1}`]);
  });

  test("has the same key when it is repeated, and another when it changes, but is the same page", async () => {
    await using ops = await aReceiver();
    const way = wayTo(ops);
    await way.post({ key: KEY, place, under: null, message: aPage() }, never);
    await way.post({ key: KEY, place, under: null, message: aPage("ringing", { mayRepeat: true }) }, never);
    expect(await way.edit(`${place} ${KEY}`, aPage("acknowledged"), never)).toMatchObject({ is: "sent" });
    const [first, repeat, changed] = ops.received.map(({ headers }) => String(headers["belfry-key"]));
    expect(first).toMatch(/^ticket:6f1c:page:1:0\.2#[0-9a-f]{16}$/);
    expect(repeat).toBe(first);
    expect(changed).not.toBe(first);
    expect(ops.events()[2]).toMatchObject({ event: "page.acknowledged", page: "ticket:6f1c:page:1" });
  });

  test("lets no title break its line or turn the words around it", async () => {
    await using ops = await aReceiver();
    const headline = "Nobody\r\ncan \u202Eorder\u0007 <!channel>";
    await wayTo(ops).post({ key: KEY, place, under: null, message: aPage("ringing", { headline }) }, never);
    expect(ops.events()[0]).toMatchObject({ headline: "Nobody can order <!channel>" });
  });
});

describe("what the webhook answers decides", () => {
  const cases: [string, Answered, object][] = [
    ["200 is enough", { status: 200, body: "ok" }, { is: "sent" }],
    [
      "429 waits as long as it asks, and so does all that goes there",
      { status: 429, headers: { "retry-after": "30" } },
      { is: "retry", at: later(30_000), lane: true },
    ],
    [
      "a wait may be written as a date",
      { status: 429, headers: { "retry-after": "Sat, 28 Nov 2026 00:06:00 GMT" } },
      { is: "retry", at: later(60_000), lane: true },
    ],
    [
      "nobody waits for days",
      { status: 429, headers: { "retry-after": "999999" } },
      { is: "retry", at: later(3_600_000) },
    ],
    ["503 did nothing", { status: 503 }, { is: "retry", lane: false }],
    ["500 may have taken it", { status: 500 }, { is: "unknown", why: "HTTP 500" }],
    ["504 may have taken it", { status: 504 }, { is: "unknown" }],
    ["a connection that is cut may have taken it", "cut", { is: "unknown" }],
    ["no answer in time may have taken it", "hang", { is: "unknown", why: "TimeoutError" }],
    ["401 is a secret that differs", { status: 401 }, { is: "failed", why: /same secret/ }],
    ["404 is a wrong address", { status: 404 }, { is: "failed", why: /address in the desk file/ }],
    [
      "a redirect is followed nowhere",
      { status: 307, headers: { location: "/elsewhere" } },
      { is: "failed", why: /follows no redirect/ },
    ],
    [
      "an endless answer is not read to its end",
      { status: 400, body: "x".repeat(5_000_000) },
      { is: "failed" },
    ],
  ];
  test.each(cases)("%s", async (_, answer, { why, ...outcome }: { why?: string | RegExp }) => {
    await using ops = await aReceiver();
    ops.next = [answer];
    const got = await wayTo(ops, answer === "hang" ? 100 : undefined).post(
      { key: KEY, place, under: null, message: aPage() },
      never,
    );
    expect(got).toMatchObject(outcome);
    if (why !== undefined) expect("why" in got ? got.why : "").toMatch(why);
    expect(ops.received).toHaveLength(1);
    expect(JSON.stringify(got)).not.toContain("xxx");
  });

  test("a server that is not there got nothing", async () => {
    const url = await aReceiver().then(async (gone) => {
      await gone[Symbol.asyncDispose]();
      return gone.url;
    });
    const way = webhookWay(() => Promise.resolve({ url, secret: SECRET }), { machineNow });
    expect(await way.post({ key: KEY, place, under: null, message: aPage() }, never)).toEqual({
      is: "retry",
      at: now,
      why: "ECONNREFUSED",
      lane: false,
    });
  });

  test("a way that lacks its secret says which", async () => {
    const way = webhookWay(() => Promise.resolve({ lacks: "OPS_SECRET is not set where Belfry runs." }), {
      machineNow,
    });
    expect(await way.post({ key: KEY, place, under: null, message: aPage() }, never)).toEqual({
      is: "failed",
      why: "OPS_SECRET is not set where Belfry runs.",
    });
  });

  test("nothing but pages goes there, and one of unknown fate is repeated under its key", async () => {
    await using ops = await aReceiver();
    const way = wayTo(ops);
    const message = {
      kind: "line",
      tone: "plain",
      text: ["Hello"],
      quote: null,
      attachments: [],
      buttons: [],
    } as const;
    expect(await way.post({ key: KEY, place, under: null, message }, never)).toMatchObject({ is: "failed" });
    expect(await way.lookFor(KEY, { place, under: null, since: now }, never)).toBe("repeat it");
    expect(ops.received).toEqual([]);
  });
});
