// A PostgreSQL that goes away, comes back or takes no writes, and two Belfries on one.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DeskError } from "../../src/core/errors.ts";
import { openDoor } from "../../src/desk/inbox.ts";
import type { Store } from "../../src/desk/ports.ts";
import { cardAbout, file, fillForm, keyOf, pagesAbout, postsAbout, seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { memoryDatabase } from "../support/memory-store.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { held } from "../support/slack-double-faults.ts";
import { wordsOf } from "../support/slack-double-reading.ts";
import type { Args } from "../support/slack-double-methods.ts";
import type { Json, OpenView } from "../support/slack-double-workspace.ts";
import { startWorld, type World } from "../support/world.ts";

const FRIDAY_EVENING = new Date("2026-03-07T00:05:00Z"); // 18:05 in Chicago
const TUESDAY_MORNING = new Date("2026-03-10T15:00:00Z"); // 10:00 in Chicago
const MINUTE_MS = 60_000;

let server: TestPostgres | null = null;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.close());

describe("a database that goes away", { timeout: 90_000 }, () => {
  it("says so to everybody, loses nothing, and is used again by itself when it is back", async ({ skip }) => {
    const power = server?.power ?? null;
    if (server === null || power === null) return skip("there is no PostgreSQL here that a test may stop");
    const world = await worldOn(server, { replicas: 1, at: FRIDAY_EVENING });
    try {
      const { slack } = world;
      await file(slack, { title: "before" });
      const card = await slack.until(() => cardAbout(slack, "before"), "the card");
      const { view, filling } = await fillForm(slack, { title: "while it is away", level: "Urgent" });
      await world.drained(20_000);

      await power.stop("immediate");
      const refused = await slack.submit(view, filling);
      expect(refused.status).toBe(200);
      expect(Object.values(refused.body["errors"] as Json).join()).toMatch(/could not store this/);
      expect(slack.viewOf(PEOPLE.carl)).toBe(view);
      const listed = await slack.command(PEOPLE.leo, CHANNELS.support, "list");
      expect(wordsOf({ text: String(listed.body["text"]), blocks: [] })).toMatch(/could not/i);
      const words = "Said while the database is away.";
      const heard = await slack.say(PEOPLE.leo, CHANNELS.support, words, { under: card });
      expect(heard.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
      const before = slack.whispersTo(PEOPLE.leo).length;
      await slack.press(PEOPLE.leo, card, "Take");
      expect(await slack.until(() => slack.whispersTo(PEOPLE.leo)[before], "a word")).toMatch(/could not/i);
      await slack.command(PEOPLE.carl, CHANNELS.acme, "the form opens all the same");
      await slack.until(() => slack.viewOf(PEOPLE.carl) !== view, "another form");
      expect(await statusOf(world, "/healthz")).toBe(200);
      expect(await statusOf(world, "/readyz")).toBe(503);

      await power.start();
      await becomes(world, "/readyz", 200);
      expect(await slack.submit(view, filling)).toMatchObject({ status: 200, text: "" });
      await slack.until(() => pagesAbout(slack, "while it is away")[0], "the page");
      const again = await slack.say(PEOPLE.leo, CHANNELS.support, words, { under: card });
      expect(again.at(-1)?.status).toBe(200);
      await slack.until(() => postsAbout(slack, words, /:receipt$/)[0], "the answer to Carl");
      await world.drained(20_000);
      expect(slack.posts().filter((post) => /: Said|Said while/.test(seen(post)))).toHaveLength(2);
      expect(world.alive()).toHaveLength(1);
    } finally {
      await world.close();
    }
  });

  it("that breaks while due work is done: all of it is done in the end, once", async ({ skip }) => {
    const power = server?.power ?? null;
    if (server === null || power === null) return skip("there is no PostgreSQL here that a test may stop");
    const world = await worldOn(server, { replicas: 2, at: TUESDAY_MORNING });
    try {
      const titles = await fileMany(world, 40, "broken");
      const turning = world.jumpTo(new Date(TUESDAY_MORNING.getTime() + 181 * MINUTE_MS));
      await world.slack.until(() => halfTimes(world).length > 3, "the first reminders");
      await power.stop("immediate");
      await turning;
      await power.start();
      await world.drained(60_000);
      expect(halfTimes(world)).toHaveLength(titles.length);
      expect(world.alive()).toHaveLength(2);
    } finally {
      await world.close();
    }
  });
});

describe("two Belfries on one database", { timeout: 120_000 }, () => {
  it("share 200 reminders that are due at one instant: each comes once, and both send", async ({ skip }) => {
    if (server === null) return skip("there is no PostgreSQL here");
    const world = await worldOn(server, { replicas: 2, at: TUESDAY_MORNING });
    try {
      const titles = await fileMany(world, 200, "due at once");
      await world.jumpTo(new Date(TUESDAY_MORNING.getTime() + 181 * MINUTE_MS));
      await world.drained(60_000);
      const told = halfTimes(world).map((post) => /due at once \d+/.exec(seen(post))?.[0]);
      expect(told.sort()).toEqual([...titles].sort());
      const keys = world.slack
        .posts()
        .map(keyOf)
        .filter((key) => key !== "");
      expect(new Set(keys).size).toBe(keys.length);
      for (const child of world.alive()) expect(child.log()).toMatch(/"msg":"sent"/);
    } finally {
      await world.close();
    }
  });

  it("hear of an event that Slack brings to both at once, four times: it is done once", async ({ skip }) => {
    if (server === null) return skip("there is no PostgreSQL here");
    const world = await worldOn(server, { replicas: 2, at: TUESDAY_MORNING });
    try {
      const { slack } = world;
      const { view, filling } = await fillForm(slack, { title: "sent to both" });
      const form = slack.submission(view, filling);
      const answers = await Promise.all([1, 2, 3, 4].map(() => slack.deliver(form)));
      expect(answers.filter(({ status, text }) => status === 200 && text === "").length).toBeGreaterThan(0);
      await slack.until(() => cardAbout(slack, "sent to both"), "the card");
      await world.drained(20_000);
      expect(postsAbout(slack, "sent to both", /:card$/)).toHaveLength(1);
    } finally {
      await world.close();
    }
  });
});

it("a Belfry that starts while the database is too slow for people opens its door all the same", async () => {
  const memory = memoryDatabase();
  const opened = await memory.open();
  const store: Store = {
    ...opened,
    transaction: (work, forWhom = "person") =>
      forWhom === "person"
        ? Promise.reject(new DeskError("unavailable", "It took too long."))
        : opened.transaction(work, forWhom),
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const door = await openDoor({ store, now: () => FRIDAY_EVENING, log });
  await door.close();
  await memory.close();
});

describe("two Belfries whose clocks jump while a page is on its way", { timeout: 60_000 }, () => {
  it.each([
    ["ten minutes ahead", 10 * MINUTE_MS],
    ["ten minutes back", -10 * MINUTE_MS],
  ])(
    "%s: the page comes once, and what comes after it to the same person waits for nothing",
    async (_, ms) => {
      if (server === null) return;
      const world = await worldOn(server, { replicas: 2, at: FRIDAY_EVENING, paceMs: 20 });
      try {
        const { slack } = world;
        const toSam = (args: Args): boolean => args["channel"] === slack.workspace.directOf(PEOPLE.sam).id;
        const onItsWay = held();
        slack.mishap("chat.postMessage", onItsWay, { where: toSam });
        await file(slack, { title: "before the jump", level: "Urgent" });
        await onItsWay.reached;
        await Promise.all(world.alive().map((child) => child.skewBy(ms)));
        // Its lease is kept meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 3_500));
        onItsWay.release();
        const isRecorded = () => expect(world.log()).toMatch(/:page:1:0\.0"\][^\n]*"msg":"sent"/);
        await vi.waitFor(isRecorded, 10_000);
        await Promise.all(world.alive().map((child) => child.skewBy(0)));
        await file(slack, { title: "after the jump", level: "Urgent" });
        const next = await slack.until(() => pagesAbout(slack, "after the jump")[0], "the next page", 10_000);
        expect(toSam({ channel: next.channel })).toBe(true);
        await world.drained(20_000);
        expect(pagesAbout(slack, "before the jump")).toHaveLength(1);
      } finally {
        await world.close();
      }
    },
  );
});

async function worldOn(
  server: TestPostgres,
  { replicas, at, paceMs = 0 }: { replicas: number; at: Date; paceMs?: number },
): Promise<World> {
  const databaseUrl = await server.createDatabase();
  return startWorld({ databaseUrl, replicas, transport: "http", at, paceMs, echoes: false });
}

/** Files many tickets at one instant, by forms that differ in their title and their id alone. */
async function fileMany(world: World, count: number, name: string): Promise<string[]> {
  const { slack } = world;
  const { view, filling } = await fillForm(slack, { title: name });
  const titles = Array.from({ length: count }, (_, nr) => `${name} ${nr}`);
  const fileOne = async (title: string, nr: number): Promise<void> => {
    const copy: OpenView = { ...view, id: `${view.id}X${nr}` };
    // On a busy machine somebody may be asked to press again.
    for (let tries = 0; tries < 10; tries++) {
      const answer = await slack.deliver(slack.submission(copy, { ...filling, Title: title }));
      if (answer.status === 200 && answer.text === "") return;
    }
    throw new Error(`${title} could not be filed`);
  };
  for (let done = 0; done < count; done += 4)
    await Promise.all(titles.slice(done, done + 4).map((title, nr) => fileOne(title, done + nr)));
  await world.drained(60_000);
  return titles;
}

/** Reminders at half of the time, in the threads of their cards. */
function halfTimes(world: World) {
  return world.slack
    .posts(CHANNELS.support)
    .filter((post) => post.threadTs !== null && /50% of the time/.test(seen(post)));
}

async function statusOf(world: World, path: string): Promise<number> {
  return (await fetch(`${world.alive()[0]?.url ?? ""}${path}`)).status;
}

async function becomes(world: World, path: string, status: number): Promise<void> {
  const givesUpAt = performance.now() + 20_000;
  while ((await statusOf(world, path)) !== status) {
    if (performance.now() > givesUpAt) throw new Error(`${path} does not become ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
