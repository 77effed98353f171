// A Belfry that dies (-9) or is told to stop in the middle of sending: what it had promised is kept by the next one.
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cardAbout, file, fillForm, keyOf, pagesAbout, postsAbout, seen } from "../support/acts.ts";
import { startTurnedBelfry } from "../support/child.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import * as faults from "../support/slack-double-faults.ts";
import type { Args } from "../support/slack-double-methods.ts";
import type { Json } from "../support/slack-double-workspace.ts";
import { startWorld, type World } from "../support/world.ts";

const FRIDAY_EVENING = new Date("2026-03-07T00:05:00Z"); // 18:05 in Chicago
const MINUTE_MS = 60_000;
/** A dead one's deliveries are taken over after ten seconds. */
const TAKEN_OVER_MS = 25_000;

/** What goes out as a page: its copies, a storm's message, the loud end. */
const PAGES_FIRST = /:page:|^storm:|:event:\d+:(support|on-call)$/;
/** Slack's second, less what a machine's clocks and a busy moment may shorten. */
const A_SECOND_OR_SO_MS = 800;

const keyed =
  (ending: RegExp) =>
  ({ metadata }: Args): boolean =>
    ending.test(keyOf({ metadata: metadata as Json }));
const kill = async (world: World): Promise<void> => {
  await Promise.all(world.alive().map((child) => child.kill()));
};

// PostgreSQL where there is one, since Belfry starts faster on it; chaos kills on both.
let server: TestPostgres | null = null;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.close());

/** A test in a world of its own. Most of them wait for a dead one's lease to run out, so they run beside each other. */
function inItsWorld(
  test: (world: World, databaseUrl: string | null) => Promise<void>,
  home?: "embedded",
  paceMs = 20,
): () => Promise<void> {
  return async () => {
    const databases = home === "embedded" ? null : server;
    const databaseUrl = databases === null ? null : await databases.createDatabase();
    const world = await startWorld({
      databaseUrl,
      replicas: 1,
      transport: "http",
      at: FRIDAY_EVENING,
      paceMs,
      echoes: true,
    });
    try {
      await test(world, databaseUrl);
    } finally {
      await world.close();
    }
  };
}

/** Keeps every ticket from being changed until it is let go, as a slow transaction of somebody else's would. */
async function holdTickets(databaseUrl: string): Promise<() => Promise<void>> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await sql.unsafe("begin; lock table tickets in share mode");
  return () => sql.end({ timeout: 0 });
}

describe("killed", { timeout: 120_000 }, () => {
  it.concurrent(
    "after Slack delivered a page and before that was recorded: it is found again, and comes once",
    inItsWorld(async (world) => {
      const { slack } = world;
      const title = "killed after the page";
      const atDoor = faults.held();
      const afterDelivery = { ...atDoor, before: () => Promise.resolve(), after: () => atDoor.before() };
      slack.mishap("chat.postMessage", afterDelivery, { where: keyed(/:page:1:0\.0$/) });
      await file(slack, { title, level: "Urgent" });
      await atDoor.reached;
      expect(pagesAbout(slack, title)).toHaveLength(1);
      await kill(world);
      atDoor.release();
      await world.start();
      await world.drained(TAKEN_OVER_MS);
      const pages = pagesAbout(slack, title);
      expect(pages).toHaveLength(1);
      const [page] = pages;
      if (page !== undefined) await slack.press(PEOPLE.sam, page, "Acknowledge");
      await slack.until(
        () => page !== undefined && seen(page).includes("Sam Okafor has it"),
        "the page says who has it",
      );
    }),
  );

  it.concurrent(
    "after it took a page up and before Slack had it: the page comes once, within the lease",
    inItsWorld(async (world) => {
      const { slack } = world;
      const title = "killed before the page";
      const atDoor = faults.held();
      slack.mishap("chat.postMessage", { ...atDoor, delivers: false }, { where: keyed(/:page:1:0\.0$/) });
      await file(slack, { title, level: "Urgent" });
      await atDoor.reached;
      await kill(world);
      atDoor.release();
      await world.start();
      await slack.until(() => pagesAbout(slack, title)[0], "the page", TAKEN_OVER_MS);
      await world.drained(TAKEN_OVER_MS);
      expect(pagesAbout(slack, title)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "after a ticket was stored and before anybody was told: card, receipt and post come, once",
    inItsWorld(async (world) => {
      const { slack } = world;
      const title = "killed before the card";
      const atDoor = faults.held();
      const away = slack.mishap("chat.postMessage", { ...atDoor, delivers: false }, { times: Infinity });
      const answer = await file(slack, { title });
      expect(answer).toMatchObject({ status: 200, text: "" });
      await atDoor.reached;
      await kill(world);
      away();
      atDoor.release();
      await world.start();
      await slack.until(() => cardAbout(slack, title), "the card", TAKEN_OVER_MS);
      await world.drained(TAKEN_OVER_MS);
      expect(postsAbout(slack, title, /:(card|receipt|post)$/)).toHaveLength(3);
    }),
  );

  it.concurrent(
    "after a press was stored and answered, and before it was carried out: the next one does it, once",
    inItsWorld(async (world, databaseUrl) => {
      const { slack } = world;
      const title = "killed after the press";
      await file(slack, { title, level: "Urgent" });
      const page = await slack.until(() => pagesAbout(slack, title)[0], "the page");
      const letGo = databaseUrl === null ? () => Promise.resolve() : await holdTickets(databaseUrl);
      expect(await slack.press(PEOPLE.sam, page, "Acknowledge")).toMatchObject({ status: 200 });
      await kill(world);
      await letGo();
      expect(seen(page)).not.toContain("Sam Okafor has it");
      await world.start();
      await slack.until(() => seen(page).includes("Sam Okafor has it"), "the page says who has it");
      await world.drained(TAKEN_OVER_MS);
      const { events } = await world.rows();
      expect(events.filter(({ what }) => what.kind === "acknowledged")).toHaveLength(1);
    }),
  );

  it.concurrent(
    "while a form was on its way, and sent again by the person: one ticket",
    inItsWorld(async (world) => {
      const { slack } = world;
      const title = "killed at the door";
      const { view, filling } = await fillForm(slack, { title });
      const lost = slack.submit(view, filling);
      await kill(world);
      await lost;
      await world.start();
      expect(await slack.submit(view, filling)).toMatchObject({ status: 200, text: "" });
      await slack.until(() => cardAbout(slack, title), "the card", TAKEN_OVER_MS);
      await world.drained(TAKEN_OVER_MS);
      expect(postsAbout(slack, title, /:card$/)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "over a weekend: on waking the page goes out at once, once, and the ladder goes on from there",
    inItsWorld(async (world) => {
      const { slack } = world;
      const title = "slept over the weekend";
      const away = slack.mishap("chat.postMessage", faults.serverError(503), { times: Infinity });
      await file(slack, { title, level: "Urgent" });
      await kill(world);
      away();
      await world.jumpTo(new Date(world.now().getTime() + 3 * 24 * 60 * MINUTE_MS));
      await world.start();
      await slack.until(
        () => pagesAbout(slack, title).length >= 2,
        "the first and the second person's page",
        TAKEN_OVER_MS,
      );
      await world.drained(TAKEN_OVER_MS);
      const keys = pagesAbout(slack, title).map(keyOf);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeLessThanOrEqual(3);
    }),
  );

  it.concurrent(
    "for three days with much to say: the page is first, and no channel gets more than a message a second",
    inItsWorld(
      async (world) => {
        const { slack } = world;
        const away = slack.mishap("chat.postMessage", faults.serverError(503), { times: Infinity });
        const titles = ["one", "two", "three", "four"].map((nr) => `unsaid for three days, ${nr}`);
        for (const title of titles) await file(slack, { title });
        await file(slack, { title: "urgent for three days", level: "Urgent" });
        await kill(world);
        away();
        await world.jumpTo(new Date(world.now().getTime() + 3 * 24 * 60 * MINUTE_MS));
        const before = slack.calls.length;
        await world.start();
        await world.drained(90_000);
        const posts = slack.calls.slice(before).filter(({ method }) => method === "chat.postMessage");
        const isPage = ({ args }: (typeof posts)[number]) =>
          PAGES_FIRST.test(keyOf({ metadata: args["metadata"] as Json }));
        const into = (channel: string) => posts.filter(({ args }) => args["channel"] === channel);
        const firstPage = posts.findIndex(isPage);
        const secondCard = posts.findIndex(
          (post) => post === into(CHANNELS.support).filter((one) => !isPage(one))[1],
        );
        expect(firstPage).toBeGreaterThanOrEqual(0);
        expect(firstPage).toBeLessThan(secondCard);
        for (const channel of new Set(posts.map(({ args }) => String(args["channel"])))) {
          const instants = into(channel).map(({ at }) => at);
          // Pages have a share of their own where they go.
          const shares = into(channel).some(isPage) ? 2 : 1;
          const waits = instants.slice(shares).map((at, nr) => at - (instants[nr] ?? 0));
          expect(waits.filter((ms) => ms < A_SECOND_OR_SO_MS)).toEqual([]);
        }
        expect(into(CHANNELS.support).length).toBeGreaterThan(4);
        for (const title of titles) expect(postsAbout(slack, title, /:card$/)).toHaveLength(1);
      },
      undefined,
      1_000,
    ),
  );
});

describe("words under a message whose sender died before it was recorded", { timeout: 120_000 }, () => {
  it.concurrent(
    "are not taken for nobody's: Slack brings them again, and they arrive once",
    inItsWorld(async (world) => {
      const { slack } = world;
      const title = "answered before it is known";
      const atDoor = faults.held();
      const afterDelivery = { ...atDoor, before: () => Promise.resolve(), after: () => atDoor.before() };
      slack.mishap("chat.postMessage", afterDelivery, { where: keyed(/:card$/) });
      await file(slack, { title });
      await atDoor.reached;
      await kill(world);
      atDoor.release();
      await world.start();
      await slack.until(
        () => slack.calls.filter(({ method }) => method === "auth.test").length > 1,
        "the start",
      );
      const card = await slack.until(() => cardAbout(slack, title), "the card");
      const answers = await slack.say(PEOPLE.sam, card.channel, "We have it.", { under: card });
      if (answers.at(-1)?.status !== 200) {
        expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
        await world.drained(TAKEN_OVER_MS);
        const later = await slack.say(PEOPLE.sam, card.channel, "We have it.", { under: card });
        expect(later.map(({ status }) => status)).toEqual([200]);
      }
      await slack.until(() => postsAbout(slack, "We have it.", /:receipt$/)[0], "the answer to Carl");
    }),
  );
});

describe("an acknowledgement that races the ladder", { timeout: 120_000 }, () => {
  it.concurrent(
    "while the second person's page is on its way: that one is edited, and no later step is paged",
    inItsWorld(async (world) => {
      const { slack } = world;
      const title = "acknowledged in the race";
      await file(slack, { title, level: "Urgent" });
      const first = await slack.until(() => pagesAbout(slack, title)[0], "the first page");
      const onItsWay = faults.held();
      slack.mishap("chat.postMessage", onItsWay, { where: keyed(/:page:1:0\.1$/) });
      await world.jumpTo(new Date(world.now().getTime() + 5 * MINUTE_MS));
      await onItsWay.reached;
      await slack.press(PEOPLE.leo, first, "Acknowledge");
      await slack.until(() => seen(first).includes("Leo Brandt has it"), "the first copy says so");
      onItsWay.release();
      const second = await slack.until(() => pagesAbout(slack, title)[1], "the page that was under way");
      await slack.until(() => seen(second).includes("Leo Brandt has it"), "the second copy says so");
      await world.jumpTo(new Date(world.now().getTime() + 60 * MINUTE_MS));
      await world.drained(TAKEN_OVER_MS);
      expect(pagesAbout(slack, title)).toHaveLength(2);
    }),
  );
});

describe("told to stop", { timeout: 120_000 }, () => {
  it.concurrent(
    "with messages on their way: it waits for them, ends with 0 within ten seconds, and the rest comes later",
    inItsWorld(async (world) => {
      const { slack } = world;
      const titles = Array.from({ length: 2 }, (_, nr) => `stopped meanwhile ${nr}`);
      slack.mishap("chat.postMessage", faults.delayed(400), { times: 12 });
      for (const title of titles) await file(slack, { title, level: "Urgent" });
      const ending = await world.alive()[0]?.stop();
      expect(ending).toMatchObject({ code: 0 });
      expect(ending?.ms).toBeLessThan(10_000);
      await world.start();
      await world.drained(TAKEN_OVER_MS);
      for (const title of titles)
        expect(postsAbout(slack, title, /:(card|receipt|post|on-call|0\.0)$/).map(keyOf)).toHaveLength(5);
    }),
  );
});

describe("a second Belfry on the same data folder", { timeout: 120_000 }, () => {
  it.concurrent(
    "is refused with a sentence, and the first one works on",
    inItsWorld(async (world) => {
      const { slack } = world;
      const environment = { ...slack.settings("http"), BELFRY_DATA_DIR: world.folder, DESK_PACE_MS: "20" };
      await expect(startTurnedBelfry(environment, world.now())).rejects.toThrow(
        /another|already|in use|process/i,
      );
      await file(slack, { title: "the first works on" });
      await slack.until(() => cardAbout(slack, "the first works on"), "the card");
    }, "embedded"),
  );
});
