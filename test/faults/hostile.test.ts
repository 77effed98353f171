// Input that means harm, or only looks like it: refused, or shown as what it is.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { calm, cardAbout, file, fillForm, keyOf, pagesAbout, postsAbout, seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { walk } from "../support/slack-double-limits.ts";
import { wordsOf } from "../support/slack-double-reading.ts";
import { SIGNING_SECRET } from "../support/slack-double.ts";
import { post, signed } from "../support/slack-double-wire.ts";
import { current, type Json, type Post } from "../support/slack-double-workspace.ts";
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

describe("a request that Slack did not sign, or not now", () => {
  const body = "command=%2Fticket&text=take+ACME-1&user_id=U0SAM&team_id=T1&channel_id=C1&trigger_id=1.2";
  const now = (): number => Math.floor(Date.now() / 1000);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const good = (): Record<string, string> => signed(body, SIGNING_SECRET);
  const cases: { what: string; headers: () => Record<string, string | string[]>; body?: string }[] = [
    { what: "no signature at all", headers: () => ({}) },
    { what: "an empty signature", headers: () => ({ ...good(), "x-slack-signature": "" }) },
    { what: "another secret", headers: () => signed(body, "another secret") },
    { what: "another body", headers: good, body: `${body}&more=1` },
    {
      what: "another version",
      headers: () => ({
        ...good(),
        "x-slack-signature": good()["x-slack-signature"]?.replace("v0", "v1") ?? "",
      }),
    },
    {
      what: "a signature that is no hex",
      headers: () => ({ ...good(), "x-slack-signature": `v0=${"z".repeat(64)}` }),
    },
    { what: "a short signature", headers: () => ({ ...good(), "x-slack-signature": "v0=ab" }) },
    { what: "no timestamp", headers: () => ({ "x-slack-signature": good()["x-slack-signature"] ?? "" }) },
    {
      what: "a timestamp that is no number",
      headers: () => ({ ...good(), "x-slack-request-timestamp": "now" }),
    },
    { what: "301 seconds old", headers: () => signed(body, SIGNING_SECRET, now() - 301) },
    { what: "an hour ahead", headers: () => signed(body, SIGNING_SECRET, now() + 3_600) },
    {
      what: "two signatures",
      headers: () => ({
        ...good(),
        "x-slack-signature": [good()["x-slack-signature"] ?? "", `v0=${"0".repeat(64)}`],
      }),
    },
  ];
  it.each(cases)("$what: 401, and nothing is said", async ({ headers, body: sent = body }) => {
    const answer = await post(eventsUrl(), sent, { ...form, ...headers() });
    expect(answer).toMatchObject({ status: 401, text: "" });
  });

  it("the same request once more: 401", async () => {
    const headers = { ...form, ...good() };
    expect((await post(eventsUrl(), body, headers)).status).toBe(200);
    expect((await post(eventsUrl(), body, headers)).status).toBe(401);
  });

  it("a body of 20 MB is not taken in", async () => {
    const large = "x".repeat(20_000_000);
    const answer = await post(eventsUrl(), large, { ...form, ...signed(large, SIGNING_SECRET) });
    expect([413, 0]).toContain(answer.status);
    await world.drained(10_000);
  });
});

describe("text that means harm", () => {
  const TITLES = [
    "<!channel> *x* <https://evil|here>",
    "<@U0SAM> <!here> &lt;!channel&gt;",
    "'; drop table tickets;-- % _ \\",
    "zero\u0000 half \ud800 last \uffff",
    "‮detrevni‬ שלום 👩‍👩‍👧‍👦 e\u0301",
    "${title} {{title}} `code` ~struck~ _low_",
  ];
  it.each(TITLES)("%j is shown as it was typed, everywhere, and alerts nobody", async (title) => {
    const { slack } = world;
    await calm(world);
    const before = slack.posts().length;
    const answer = await file(slack, { title, body: `${title}\n${title}`, level: "Urgent" });
    expect(answer).toMatchObject({ status: 200, text: "" });
    await slack.until(
      () =>
        slack
          .posts()
          .slice(before)
          .some((each) => /:0\.0/.test(JSON.stringify(each.metadata))),
      "the page",
    );
    await world.drained(10_000);
    const came = slack.posts().slice(before);
    expect(came.length).toBeGreaterThanOrEqual(5);
    // What no database takes and what turns the reading direction of other words is dropped; all else is as typed.

    const typed = title.replace(/[\u0000\u202a-\u202e]|\p{Surrogate}/gu, "").replace(/\s+/g, " ");
    for (const each of came.filter((post) => seen(post).includes("Filed by")))
      expect(seen(each).replace(/\s+/g, " ")).toContain(typed);
    for (const each of came) expect(pings(each)).toEqual([]);
  });

  it("10,000 characters in one field of the form are a fault of the form, or kept whole and shown cut", async () => {
    const { slack } = world;
    const title = "ten thousand";
    const { view, filling } = await fillForm(slack, { title });
    const answer = await slack.submit(view, { ...filling, "What happened": "y".repeat(10_000) });
    expect(answer.status).toBe(200);
    await slack.until(() => cardAbout(slack, title), "the card");
    await world.drained(10_000);
    expect(world.log()).not.toMatch(/invalid_blocks|msg_too_long|msg_blocks_too_long/);
  });

  it("a title of 10,000 characters keeps the form open, with a sentence under the title", async () => {
    const { slack } = world;
    const { view, filling } = await fillForm(slack, { title: "long" });
    const answer = await slack.submit(view, { ...filling, Title: "z".repeat(10_000) });
    expect(Object.values(answer.body["errors"] as Json).join()).toMatch(/250 characters/);
  });
});

describe("somebody who may not", () => {
  it("an unknown person gets a sentence, and no form", async () => {
    const { slack } = world;
    const answer = await slack.command(PEOPLE.eve, "C0RANDOM", "let me in");
    expect(slack.viewOf(PEOPLE.eve)).toBeUndefined();
    expect(wordsOf(answer.body as never)).not.toBe("");
  });

  it("a contact who presses a button of support's, forged into a message, reads why not, and nothing changes", async () => {
    const { slack } = world;
    const title = "not for contacts";
    await file(slack, { title });
    const card = await slack.until(() => cardAbout(slack, title), "the card");
    await slack.press(PEOPLE.carl, card, "Take");
    await slack.until(
      () => slack.whispersTo(PEOPLE.carl).at(-1)?.includes("support") || undefined,
      "a refusal",
    );
    await world.drained(10_000);
    expect(seen(card)).toContain("nobody yet");
  });

  it("another customer's ticket number is to a contact as if it were not there", async () => {
    const { slack } = world;
    const title = "ACME's own business";
    await file(slack, { title });
    const card = await slack.until(() => cardAbout(slack, title), "the card");
    const number = /ACME-\d+/.exec(seen(card))?.[0] ?? "";
    const shown = await slack.command(PEOPLE.pavel, "D0PAVEL", `show ${number}`);
    const missing = await slack.command(PEOPLE.pavel, "D0PAVEL", "show ACME-9999");
    expect(wordsOf(shown.body as never).replace(number, "N")).toBe(
      wordsOf(missing.body as never).replace("ACME-9999", "N"),
    );
    const reply = await slack.command(PEOPLE.pavel, "D0PAVEL", `reply ${number} let me in`);
    expect(wordsOf(reply.body as never)).not.toContain(title);
    await world.drained(10_000);
    expect(slack.posts().filter((each) => seen(each).includes("let me in"))).toEqual([]);
  });

  it("a form whose memory was changed to another ticket does nothing to that ticket", async () => {
    const { slack } = world;
    const title = "mine to reply to";
    await file(slack, { title });
    const receipt = await slack.until(() => postsAbout(slack, title, /:receipt$/)[0], "the receipt");
    const before = slack.viewOf(PEOPLE.carl);
    await slack.press(PEOPLE.carl, receipt, "Reply");
    const view = await slack.until(() => {
      const open = slack.viewOf(PEOPLE.carl);
      return open === before ? undefined : open;
    }, "the form");
    const memory = JSON.parse(view.view["private_metadata"] as string) as { carry: Json };
    view.view["private_metadata"] = JSON.stringify({
      ...memory,
      name: "close",
      carry: { ...memory.carry, ticket: "PCC-1" },
    });
    const answer = await slack.submit(view, { "Your message": "closed by force" });
    expect(answer.status).toBe(200);
    expect(answer.body["response_action"]).toBe("errors");
    await world.drained(10_000);
    expect(slack.posts().filter((each) => seen(each).includes("closed by force"))).toEqual([]);
  });

  it.each(["words beside what it holds", "a place that no platform has", "nothing that can be read"])(
    "a form whose memory is longer than Slack lets it be, with %s, is refused in a sentence: nothing changes",
    async (what) => {
      const { slack } = world;
      const title = `too much to remember, ${what}`;
      await file(slack, { title });
      const receipt = await slack.until(() => postsAbout(slack, title, /:receipt$/)[0], "the receipt");
      await world.drained(10_000);
      const [shown, posts] = [slack.viewOf(PEOPLE.carl), slack.posts().length];
      await slack.press(PEOPLE.carl, receipt, "Reply");
      const view = await slack.until(() => {
        const open = slack.viewOf(PEOPLE.carl);
        return open === shown ? undefined : open;
      }, "the form");
      const memory = JSON.parse(view.view["private_metadata"] as string) as { carry: Json };
      const much = "x".repeat(3_001);
      const forged = {
        "words beside what it holds": JSON.stringify({ ...memory, more: much }),
        "a place that no platform has": JSON.stringify({
          ...memory,
          carry: { ...memory.carry, place: much },
        }),
        "nothing that can be read": much,
      }[what];
      view.view["private_metadata"] = forged;
      const answer = await slack.submit(view, { "Your message": "forged and long" });
      expect(answer.status).toBe(200);
      expect(answer.body["response_action"]).toBe("errors");
      expect(Object.values(answer.body["errors"] as Json).join()).toMatch(/close it and open it anew/);
      await world.drained(10_000);
      expect(slack.posts()).toHaveLength(posts);
      expect(slack.posts().filter((each) => seen(each).includes("forged and long"))).toEqual([]);
      slack.workspace.views.delete(view.id);
    },
  );

  it("a button of a ticket that was closed meanwhile says so", async () => {
    const { slack } = world;
    const title = "closed meanwhile";
    await file(slack, { title });
    const card = await slack.until(() => cardAbout(slack, title), "the card");
    const old = slack.pressing(PEOPLE.leo, card, "Take");
    const number = /ACME-\d+/.exec(seen(card))?.[0] ?? "";
    await slack.command(PEOPLE.leo, CHANNELS.support, `reply ${number} It works again.`);
    await slack.command(PEOPLE.leo, CHANNELS.support, `close ${number} It works again.`);
    await slack.until(() => /Status: closed/i.test(seen(card)), "the closed card");
    const before = slack.whispersTo(PEOPLE.leo).length;
    await slack.deliver(old);
    const told = await slack.until(() => slack.whispersTo(PEOPLE.leo)[before], "a refusal");
    expect(told).toMatch(/closed/i);
    expect(pagesAbout(slack, title)).toEqual([]);
  });
});

it("no token, no secret and nothing of what people wrote stands in the log", () => {
  const log = world.log();
  for (const secret of ["xoxb-", "xapp-", SIGNING_SECRET, "drop table", "ten thousand", "It works again"])
    expect(log).not.toContain(secret);
});

function eventsUrl(): string {
  return `${world.alive()[0]?.url ?? ""}/slack/events`;
}

/** Everything by which a message rings for somebody or hides where a link leads, in blocks and in its fallback. */
function pings(post: Post): string[] {
  const { text, blocks } = current(post);
  const found: string[] = [];
  const read = (mrkdwn: string): void => {
    found.push(...(mrkdwn.match(/<(?:!(?:channel|here|everyone|subteam)|@|https?:)[^>]*>/g) ?? []));
  };
  read(text);
  walk(blocks, (each) => {
    if (each["type"] === "mrkdwn") read(String(each["text"]));
    if (["broadcast", "usergroup", "link", "user"].includes(String(each["type"])))
      found.push(JSON.stringify(each));
  });
  // The on-call channel rings for the person whom it is about: that mention is Belfry's own.
  const own = keyOf(post).endsWith(":on-call") ? PEOPLE.sam : "nobody";
  return found.filter((each) => !each.includes(own));
}
