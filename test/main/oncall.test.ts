// Who is on call, from the command to Slack and back, and the calendar at its address: a whole Belfry over HTTP.
import { afterAll, beforeAll, expect, it } from "vitest";
import { seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { startWorld, type World } from "../support/world.ts";

const FRIDAY = new Date("2026-12-04T16:00:00Z"); // 10:00 in Chicago; it is Mia's week
const LONG = 60_000;
let world: World;

beforeAll(async () => {
  world = await startWorld({
    databaseUrl: null,
    replicas: 1,
    transport: "http",
    at: FRIDAY,
    paceMs: 20,
    echoes: true,
    settings: { PUBLIC_URL: "https://belfry.test/" },
    rewritten: (file) =>
      file.replace(
        "people: [sam, mia] }",
        "people: [sam, mia], keep-in-step: { group: '@oncall', topic: true } }",
      ),
  });
}, LONG);
afterAll(() => world.close());

const oncall = (user: string, words: string) =>
  world.slack.command(user, CHANNELS.support, words, "/oncall").then(({ text }) => text);

it(
  "an override names people as Slack does, is told, and is seen in the group and the topic",
  async () => {
    const { slack } = world;
    const answer = await oncall(PEOPLE.mia, `override <@${PEOPLE.leo}|leo> 12:00 - 18:00`);
    expect(answer).toContain(
      "Leo Brandt is primary of weekly, Fri 4 Dec 12:00 – Fri 4 Dec 18:00, Chicago time.",
    );
    const told = () =>
      slack.posts(CHANNELS.onCall).find((post) => seen(post).includes("made Leo Brandt primary"));
    await slack.until(told, "the word of it");
    const { groups, channels } = slack.workspace;
    await slack.until(() => groups.get("S0ONCALL")?.[0] === PEOPLE.mia, "Mia in the group");
    await world.turnTo(new Date("2026-12-04T18:30:00Z"));
    await slack.until(() => groups.get("S0ONCALL")?.[0] === PEOPLE.leo, "Leo in the group");
    expect(groups.get("S0ONCALL")).toEqual([PEOPLE.leo]);
    const topic = "On call: weekly: Leo Brandt, then Mia Chen";
    await slack.until(() => channels.get(CHANNELS.onCall)?.topic === topic, "the topic");
  },
  LONG,
);

it(
  "a swap is accepted by its button",
  async () => {
    const { slack } = world;
    await oncall(PEOPLE.sam, `swap <@${PEOPLE.mia}>`);
    const offer = await slack.until(
      () => slack.posts().find((post) => seen(post).includes("asks you to swap shifts")),
      "the offer",
    );
    await slack.press(PEOPLE.mia, offer, "Accept");
    await slack.until(
      () => slack.posts(CHANNELS.onCall).find((post) => seen(post).includes("swap shifts of weekly")),
      "the word of it",
    );
    await slack.until(() => seen(offer).includes("You accepted it."), "the offer without its buttons");
  },
  LONG,
);

it(
  "the calendar stands at the address that was told, and nowhere else",
  async () => {
    const words = await oncall(PEOPLE.sam, "feed");
    const path = /https:\/\/belfry\.test(\/oncall\/[\w.-]+\.ics)/.exec(words)?.[1] ?? "";
    const at = (path: string) => fetch(`${world.alive()[0]?.url ?? ""}${path}`);
    const calendar = await at(path);
    expect([calendar.status, calendar.headers.get("content-type")]).toEqual([
      200,
      "text/calendar; charset=utf-8",
    ]);
    expect(await calendar.text()).toContain("SUMMARY:On call: primary of weekly");
    expect((await at(path.replace("sam.", "mia."))).status).toBe(404);
    expect(world.log()).not.toContain(path);
  },
  LONG,
);
