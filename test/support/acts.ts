// Whole acts of people on the double's desk: filing a ticket, and finding the messages that came of it.
import { CHANNELS, PEOPLE } from "./double-desk.ts";
import type { Filling } from "./slack-double-reading.ts";
import { wordsOf } from "./slack-double-reading.ts";
import type { SlackDouble } from "./slack-double.ts";
import type { Answer } from "./slack-double-wire.ts";
import { current, type OpenView, type Post } from "./slack-double-workspace.ts";
import type { World } from "./world.ts";

/** Carl of ACME opens the form, chooses a level and fills it in. Not yet submitted. */
export async function fillForm(
  slack: SlackDouble,
  {
    title,
    body = "It broke.",
    level = "Normal",
  }: { title: string; body?: string; level?: "Urgent" | "Normal" },
): Promise<{ view: OpenView; filling: Filling }> {
  const before = slack.viewOf(PEOPLE.carl);
  await slack.command(PEOPLE.carl, CHANNELS.acme, "something is wrong");
  const view = await slack.until(() => {
    const shown = slack.viewOf(PEOPLE.carl);
    return shown === before ? undefined : shown;
  }, "the form");
  const words = { Title: title, "What happened": body };
  const drawn = view.earlier.length;
  await slack.press(PEOPLE.carl, view, level, words);
  await slack.until(() => view.earlier.length > drawn, "the form drawn anew");
  return { view, filling: { ...words, Level: level, ...(level === "Urgent" ? CONFIRMED : {}) } };
}

/** Those on call acknowledge all that rings, so that what is filed next pages by messages of its own. */
export async function calm(world: Pick<World, "slack" | "drained">): Promise<void> {
  for (const person of [PEOPLE.sam, PEOPLE.mia])
    await world.slack.command(person, CHANNELS.support, "ack all");
  await world.drained(10_000);
}

const CONFIRMED = { "Urgent: is it so?": true };

/** Carl files a ticket; committed when this resolves. On a busy machine he is asked to press again, and does. */
export async function file(
  slack: SlackDouble,
  what: { title: string; body?: string; level?: "Urgent" | "Normal" },
): Promise<Answer> {
  const { view, filling } = await fillForm(slack, what);
  for (let tries = 1; ; tries++) {
    const answer = await slack.submit(view, filling);
    if (tries === 5 || !answer.text.includes("could not store this yet")) return answer;
  }
}

/** The messages of the app whose key ends in a way, and that speak of a title. */
export function postsAbout(slack: SlackDouble, title: string, key: RegExp): Post[] {
  return slack.posts().filter((post) => key.test(keyOf(post)) && seen(post).includes(title));
}

/** The ticket's card in the support channel. */
export function cardAbout(slack: SlackDouble, title: string): Post | undefined {
  return postsAbout(slack, title, /:card$/)[0];
}

/** The copies of a ticket's page that went to people. */
export function pagesAbout(slack: SlackDouble, title: string): Post[] {
  return postsAbout(slack, title, /:page:\d+:\d+\.\d+$/);
}

/** How a message reads now. */
export function seen(post: Post): string {
  return wordsOf(current(post));
}

/** The key that Belfry marked a message with; "" for a reply to somebody's act. */
export function keyOf({ metadata }: Pick<Post, "metadata">): string {
  const payload = metadata?.["event_payload"];
  return typeof payload === "object" && payload !== null && "key" in payload ? String(payload.key) : "";
}
