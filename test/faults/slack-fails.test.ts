// A Slack that is slow, refuses, breaks off or lies: what is sent comes late, but comes, and comes once.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { calm, cardAbout, file, keyOf, pagesAbout, postsAbout, seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import * as faults from "../support/slack-double-faults.ts";
import { controlsOf } from "../support/slack-double-reading.ts";
import type { Json } from "../support/slack-double-workspace.ts";
import type { Args } from "../support/slack-double-methods.ts";
import { startWorld, type World } from "../support/world.ts";

const FRIDAY_EVENING = new Date("2026-03-07T00:05:00Z"); // 18:05 in Chicago
let world: World;
beforeAll(async () => {
  world = await startWorld({
    databaseUrl: null,
    replicas: 1,
    transport: "http",
    at: FRIDAY_EVENING,
    paceMs: 20,
    echoes: true,
  });
});
beforeEach(() => calm(world));
afterAll(() => world.close());

const intoChannel = (channel: string) => (args: Args) => args["channel"] === channel;
const thePage = ({ metadata }: Args): boolean =>
  keyOf({ metadata: metadata as Json }).endsWith(":page:1:0.0");

describe("a send that fails", () => {
  it("429 on one channel holds up that channel alone: pages and receipts go out at once", async () => {
    const { slack } = world;
    const title = "rate limited";
    slack.mishap("chat.postMessage", faults.rateLimited(4), { where: intoChannel(CHANNELS.support) });
    await file(slack, { title, level: "Urgent" });
    const page = await slack.until(() => pagesAbout(slack, title)[0], "the page");
    await slack.until(() => postsAbout(slack, title, /:receipt$/)[0], "the receipt");
    expect(cardAbout(slack, title)).toBeUndefined();
    const card = await slack.until(() => cardAbout(slack, title), "the card");
    const waited = Number(card.ts) - Number(page.ts);
    expect(waited).toBeGreaterThan(3.5);
  });

  it.each([
    ["500", faults.serverError(500)],
    ["502", faults.serverError(502)],
    ["503", faults.serverError(503)],
    ["504", faults.serverError(504)],
    ["internal_error", faults.refusal("internal_error")],
    ["fatal_error", faults.refusal("fatal_error")],
    ["a page of HTML", faults.htmlPage()],
    ["a broken connection", faults.cutBeforeDelivery()],
  ])("%s: the page is tried again and comes once", async (name, mishap) => {
    const { slack } = world;
    const title = `fails with ${name}`;
    slack.mishap("chat.postMessage", mishap, { where: thePage });
    await file(slack, { title, level: "Urgent" });
    await slack.until(() => pagesAbout(slack, title)[0], "the page");
    await world.drained(10_000);
    expect(pagesAbout(slack, title)).toHaveLength(1);
  });

  it.each([
    ["a broken connection", faults.cutAfterDelivery()],
    ["502", { ...faults.serverError(502), delivers: true }],
    ["504", { ...faults.serverError(504), delivers: true }],
    ["internal_error", { ...faults.refusal("internal_error"), delivers: true }],
    ["silence", faults.silentAfterDelivery()],
  ])("delivered, but answered by %s: there is no second copy", { timeout: 40_000 }, async (name, mishap) => {
    const { slack } = world;
    const title = `arrives in spite of ${name}`;
    slack.mishap("chat.postMessage", mishap, { where: thePage });
    await file(slack, { title, level: "Urgent" });
    await slack.until(() => pagesAbout(slack, title)[0], "the page");
    await world.drained(30_000);
    expect(pagesAbout(slack, title)).toHaveLength(1);
    const page = await slack.until(() => pagesAbout(slack, title)[0], "the page");
    await slack.press(PEOPLE.sam, page, "Acknowledge");
    await slack.until(() => seen(page).includes("Sam Okafor has it since"), "the copy that says who has it");
  });

  it("a Slack that is wholly away delays, and loses nothing", { timeout: 40_000 }, async () => {
    const { slack } = world;
    const title = "filed while Slack is away";
    const back = slack.mishap("chat.postMessage", faults.serverError(503), { times: Infinity });
    await file(slack, { title, level: "Urgent" });
    await slack.until(() => slack.calls.filter(({ outcome }) => outcome === "http").length > 5, "some tries");
    expect(pagesAbout(slack, title)).toHaveLength(0);
    back();
    await slack.until(() => pagesAbout(slack, title)[0], "the page");
    await slack.until(() => cardAbout(slack, title), "the card");
    await world.drained(30_000);
    expect(postsAbout(slack, title, /:(card|receipt|post|on-call|0\.0)$/)).toHaveLength(5);
  });
});

describe("what can never be sent", () => {
  it("a person who cannot be reached is passed over: the next one is paged at once, and the ticket says why", async () => {
    const { slack } = world;
    const title = "Sam has no messages";
    slack.mishap("chat.postMessage", faults.refusal("cannot_dm_bot"), {
      where: intoChannel(slack.workspace.directOf(PEOPLE.sam).id),
    });
    await file(slack, { title, level: "Urgent" });
    const page = await slack.until(() => pagesAbout(slack, title)[0], "Mia's page");
    expect(page.channel).toBe(slack.workspace.directOf(PEOPLE.mia).id);
    const says = (): boolean =>
      postsAbout(slack, title, /:on-call$/).some((post) => seen(post).includes("Could not page Sam Okafor"));
    await slack.until(says, "the reason in the on-call channel");
    await world.drained(10_000);
  });

  it("a channel that was archived is tried once, said loudly, and holds up nobody", async () => {
    const { slack } = world;
    const title = "the customer's channel is gone";
    const acme = slack.workspace.channels.get(CHANNELS.acme);
    if (acme === undefined) throw new Error("there is no #acme");
    acme.isArchived = true;
    const tries = (): number =>
      slack.calls.filter(
        ({ method, args }) => method === "chat.postMessage" && args["channel"] === CHANNELS.acme,
      ).length;
    const before = tries();
    await file(slack, { title });
    await slack.until(() => cardAbout(slack, title), "the card");
    await world.drained(10_000);
    acme.isArchived = false;
    expect(tries() - before).toBe(1);
    expect(world.log()).toMatch(/is_archived/);
  });
});

describe("a form that cannot be opened", () => {
  it.each(["expired_trigger_id", "exchanged_trigger_id"])(
    "%s: the person reads so, with a button that opens it",
    async (code) => {
      const { slack } = world;
      const before = slack.workspace.whispers.length;
      slack.mishap("views.open", faults.refusal(code));
      await slack.command(PEOPLE.carl, CHANNELS.acme, `the printer is down again, ${code}`);
      const whisper = await slack.until(() => slack.workspace.whispers[before], "a word");
      expect(controlsOf(whisper.blocks).map(({ label }) => label)).toContain("Open the form");
      expect(whisper.user).toBe(PEOPLE.carl);
    },
  );
});
