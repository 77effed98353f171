// Socket Mode, where Belfry has no address: the whole way over it, and what happens when the line breaks.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { cardAbout, file, pagesAbout, postsAbout, seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import * as faults from "../support/slack-double-faults.ts";
import { startWorld, type World } from "../support/world.ts";

const FRIDAY_EVENING = new Date("2026-03-07T00:05:00Z"); // 18:05 in Chicago
let world: World;
beforeAll(async () => {
  world = await startWorld({
    databaseUrl: null,
    replicas: 1,
    transport: "socket",
    at: FRIDAY_EVENING,
    paceMs: 20,
    echoes: true,
  });
});
beforeEach(() => connected());
afterAll(() => world.close());

it("the whole way: filed by a form, paged, acknowledged by a button, answered in the thread", async () => {
  const { slack } = world;
  const title = "over sockets";
  expect(await file(slack, { title, level: "Urgent" })).toMatchObject({ status: 200, body: {} });
  const page = await slack.until(() => pagesAbout(slack, title)[0], "the page");
  await slack.press(PEOPLE.sam, page, "Acknowledge");
  await slack.until(() => seen(page).includes("Sam Okafor has it since"), "the page says who has it");
  const card = await slack.until(() => cardAbout(slack, title), "the card");
  const answers = await slack.say(PEOPLE.sam, CHANNELS.support, "We are on it.", { under: card });
  // Slack repeats what is acknowledged too late, as on a busy machine; nothing else may bring it twice.
  const before = answers.slice(0, -1).map(({ why }) => why);
  expect(before.filter((why) => why !== "no acknowledgement in time")).toEqual([]);
  expect(answers.at(-1)?.status).toBe(200);
  await slack.until(() => postsAbout(slack, "We are on it.", /:receipt$/)[0], "the answer to Carl");
  await world.drained(10_000);
  expect(postsAbout(slack, "We are on it.", /:receipt$/)).toHaveLength(1);
});

it("a line that breaks is made anew, though Slack gives no address at first; what was said meanwhile comes again", async () => {
  const { slack } = world;
  const title = "the line breaks";
  await file(slack, { title });
  const card = await slack.until(() => cardAbout(slack, title), "the card");
  await world.drained(10_000);
  slack.mishap("apps.connections.open", faults.serverError(503));
  slack.hangUp();
  expect(await slack.command(PEOPLE.leo, CHANNELS.support, "list")).toMatchObject({ status: 0 });
  await connected();
  const answers = await slack.say(PEOPLE.sam, CHANNELS.support, "Said after the break.", { under: card });
  expect(answers.at(-1)?.status).toBe(200);
  await slack.until(() => postsAbout(slack, "Said after the break.", /:receipt$/)[0], "the answer to Carl");
});

async function connected(): Promise<void> {
  const givesUpAt = performance.now() + 30_000;
  while (world.slack.sockets() === 0) {
    if (performance.now() > givesUpAt) throw new Error("Belfry opens no socket");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
