// What comes twice is done once: events that Slack brings again, forms sent twice, buttons pressed twice.
import { afterAll, beforeAll, expect, it } from "vitest";
import { cardAbout, file, fillForm, pagesAbout, postsAbout, seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { asSlackMessage, type Post } from "../support/slack-double-workspace.ts";
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
afterAll(() => world.close());

it("an event that comes four times at once, three of them as retries, is heard once", async () => {
  const { slack } = world;
  const title = "an event four times";
  await file(slack, { title });
  const card = await slack.until(() => cardAbout(slack, title), "the card");
  await world.drained(10_000);
  const said: Post = {
    ...card,
    ts: slack.workspace.nextTs(),
    threadTs: card.ts,
    author: PEOPLE.sam,
    metadata: null,
  };
  const words = "We look into the event.";
  const message = { ...asSlackMessage(slack.workspace, said, false), text: words, blocks: undefined };
  const parcel = slack.asEvent({
    ...message,
    channel: card.channel,
    channel_type: "channel",
    event_ts: said.ts,
  });
  const answers = await Promise.all([
    slack.deliver(parcel),
    ...[1, 2, 3].map((num) => slack.deliver(parcel, { num, reason: "http_timeout" })),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  await slack.until(() => postsAbout(slack, words, /:receipt$/)[0], "the answer to Carl");
  await world.drained(10_000);
  expect(postsAbout(slack, words, /:receipt$/)).toHaveLength(1);
});

it("a form that is sent twice within 50 ms files one ticket, and both are told that it is filed", async () => {
  const { slack } = world;
  const title = "a form sent twice";
  const { view, filling } = await fillForm(slack, { title });
  const answers = await Promise.all([
    slack.deliver(slack.submission(view, filling)),
    slack.deliver(slack.submission(view, filling)),
  ]);
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [200, ""],
    [200, ""],
  ]);
  await slack.until(() => cardAbout(slack, title), "the card");
  await world.drained(10_000);
  expect(postsAbout(slack, title, /:card$/)).toHaveLength(1);
  expect(postsAbout(slack, title, /:receipt$/)).toHaveLength(1);
});

it("two people who acknowledge at the same time: one of them has it, and the other reads who", async () => {
  const { slack } = world;
  const title = "two acknowledge";
  await file(slack, { title, level: "Urgent" });
  const page = await slack.until(() => pagesAbout(slack, title)[0], "the page");
  const before = slack.workspace.whispers.length;
  await Promise.all([
    slack.deliver(slack.pressing(PEOPLE.sam, page, "Acknowledge")),
    slack.deliver(slack.pressing(PEOPLE.mia, page, "Acknowledge")),
  ]);
  const told = await slack.until(() => {
    const whispers = slack.workspace.whispers.slice(before);
    return whispers.length === 2 ? whispers.map(({ text }) => text) : undefined;
  }, "a word to both");
  await world.drained(10_000);
  const winner = /(Sam Okafor|Mia Chen) has it since/.exec(seen(page))?.[1] ?? "nobody";
  expect(told.filter((words) => words.startsWith("You have acknowledged"))).toHaveLength(1);
  expect(told.filter((words) => words.includes(winner))).toHaveLength(1);
  expect(postsAbout(slack, title, /:card$/)).toHaveLength(1);
});

it("a button pressed twice by one person changes the ticket once", async () => {
  const { slack } = world;
  const title = "taken twice";
  await file(slack, { title });
  const card = await slack.until(() => cardAbout(slack, title), "the card");
  const press = slack.pressing(PEOPLE.leo, card, "Take");
  await Promise.all([slack.deliver(press), slack.deliver(press)]);
  await slack.until(() => /Assignee: Leo Brandt/.test(seen(card)), "the assignee");
  await world.drained(10_000);
  const taken = slack
    .posts(CHANNELS.support)
    .filter((post) => post.threadTs === card.ts && /has taken it/.test(seen(post)));
  expect(taken).toHaveLength(1);
});
