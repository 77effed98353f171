// A workspace that takes Belfry's token no more, and channels that are gone: nothing is lost, and somebody is told.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { calm, cardAbout, file, fillForm, keyOf, pagesAbout, postsAbout, seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import * as faults from "../support/slack-double-faults.ts";
import { startWorld, type World } from "../support/world.ts";

const FRIDAY_EVENING = new Date("2026-03-07T00:05:00Z"); // 18:05 in Chicago
/** A Slack that takes the token no more is asked again each minute. */
const ASKED_AGAIN_MS = 60_000;
const WITHIN_MS = 20_000;

let world: World;
beforeAll(async () => {
  const options = { databaseUrl: null, replicas: 1, transport: "http", paceMs: 0, echoes: false } as const;
  world = await startWorld({ ...options, at: FRIDAY_EVENING });
});
beforeEach(() => calm(world));
afterAll(() => world.close());

describe("a token that Slack takes no more", { timeout: 100_000 }, () => {
  it.each(["token_revoked", "invalid_auth", "account_inactive"])(
    "%s: pages and all else are kept and said to be overdue, asked for once a minute, and come once when it is taken again",
    async (code) => {
      const { slack } = world;
      const title = `shut out by ${code}`;
      const logged = world.log().length;
      // The form was open before; while Slack takes no token, it opens none either.
      const { view, filling } = await fillForm(slack, { title, level: "Urgent" });
      const back = slack.mishap("*", faults.refusal(code), { times: Infinity });
      const calls = slack.calls.length;
      expect(await slack.submit(view, filling)).toMatchObject({ status: 200, text: "" });
      await until(async () => (await readyz()).checks["slack"]?.ok === false, "/readyz says so");
      // The app is gone: Slack says so by an event as well, which does no harm.
      await slack.deliver(slack.asEvent({ type: "app_uninstalled" }));
      await slack.deliver(slack.asEvent({ type: "tokens_revoked", tokens: { bot: ["U0BELFRY"] } }));
      const { status, checks } = await readyz();
      expect({ status, says: checks["slack"]?.says }).toEqual({
        status: 200,
        says: expect.stringMatching(new RegExp(`takes nothing.*${code}.*kept`)) as string,
      });
      const metrics = await (await fetch(`${url()}/metrics`)).text();
      expect(metrics).toContain('belfry_platform_shut_out{platform="slack"} 1');
      expect(Number(/^belfry_pages_unsent (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
      expect(metrics).not.toMatch(/belfry_outbox\{state="failed"\} [1-9]/);
      expect(pagesAbout(slack, title)).toEqual([]);
      const told = world
        .log()
        .slice(logged)
        .match(/takes nothing from Belfry any more/g);
      expect(told).toHaveLength(1);
      // One try for each place that something is for, and then none for a minute.
      expect(slack.calls.length - calls).toBeLessThan(30);

      back();
      const asked = slack.calls.length;
      await sleep(ASKED_AGAIN_MS / 2);
      await pause(2_000);
      expect(slack.calls.length).toBe(asked);
      await sleep(ASKED_AGAIN_MS / 2 + 1_000);
      await slack.until(() => pagesAbout(slack, title)[0], "the page", WITHIN_MS);
      await slack.until(() => cardAbout(slack, title), "the card", WITHIN_MS);
      await world.drained(WITHIN_MS);
      expect(postsAbout(slack, title, /:(card|receipt|post|on-call|0\.0)$/)).toHaveLength(5);
      expect((await readyz()).checks["slack"]).toBeUndefined();
    },
  );
});

describe("a channel that is gone", { timeout: 60_000 }, () => {
  const archived = async (id: string, work: () => Promise<void>): Promise<void> => {
    const channel = world.slack.workspace.channels.get(id);
    if (channel === undefined) throw new Error(`there is no ${id}`);
    channel.isArchived = true;
    await work().finally(() => {
      channel.isArchived = false;
    });
  };
  const notices = (channel: string) =>
    world.slack.posts(channel).filter((post) => seen(post).includes("Belfry cannot post to"));

  it("the on-call channel: people are paged all the same, and support reads once that it is archived", () =>
    archived(CHANNELS.onCall, async () => {
      const { slack } = world;
      for (const title of ["no on-call channel", "still none"]) {
        await file(slack, { title, level: "Urgent" });
        await slack.until(() => pagesAbout(slack, title)[0], "the page in direct messages");
      }
      await world.drained(20_000);
      expect(notices(CHANNELS.support).map((post) => seen(post))).toEqual([
        expect.stringContaining("Belfry cannot post to the on-call channel (is_archived") as string,
      ]);
    }));

  it("the support channel: the filer has the receipt, the page comes, and the on-call channel reads it once", () =>
    archived(CHANNELS.support, async () => {
      const { slack } = world;
      for (const title of ["no support channel", "none as yet"]) {
        await file(slack, { title, level: "Urgent" });
        await slack.until(() => pagesAbout(slack, title)[0], "the page");
        await slack.until(() => postsAbout(slack, title, /:receipt$/)[0], "the receipt");
      }
      await world.drained(20_000);
      expect(notices(CHANNELS.onCall).map((post) => seen(post))).toEqual([
        expect.stringContaining("Belfry cannot post to the support channel (is_archived") as string,
      ]);
    }));

  it("the card comes with the next change of its ticket, once the channel is there again", async () => {
    const { slack } = world;
    const receipt = await slack.until(() => postsAbout(slack, "none as yet", /:receipt$/)[0], "the receipt");
    const number = /ACME-\d+/.exec(seen(receipt))?.[0] ?? "";
    await slack.command(PEOPLE.leo, CHANNELS.support, `take ${number}`);
    await slack.until(() => cardAbout(slack, "none as yet"), "the card");
    await world.drained(20_000);
    const keys = slack
      .posts()
      .map(keyOf)
      .filter((key) => key !== "");
    expect(new Set(keys).size).toBe(keys.length);
  });
});

let sleptMs = 0;

/** The machine sleeps for so long: its clock stands later, and the embedded database, which has no other, agrees. */
async function sleep(ms: number): Promise<void> {
  sleptMs += ms;
  await world.alive()[0]?.skewBy(sleptMs);
}

const url = (): string => world.alive()[0]?.url ?? "";

async function readyz(): Promise<{ status: number; checks: Record<string, { ok: boolean; says: string }> }> {
  const answer = await fetch(`${url()}/readyz`);
  const { checks } = (await answer.json()) as { checks: Record<string, { ok: boolean; says: string }> };
  return { status: answer.status, checks };
}

async function until(look: () => Promise<boolean>, what: string): Promise<void> {
  const givesUpAt = performance.now() + 30_000;
  while (!(await look())) {
    if (performance.now() > givesUpAt) throw new Error(`${what}: not within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
