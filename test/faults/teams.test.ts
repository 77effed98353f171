// A Teams that throttles, refuses, breaks off or brings things twice: what is sent comes late, but comes, and comes once.
import { describe, expect, it } from "vitest";
import { aBridge, deskFile, type BridgeDesk } from "../support/bridge-desk.ts";
import { clientOf, files, find, type Client, type Place } from "../support/clients.ts";
import { CHANNELS, chatOf, IDS } from "../support/teams-desk.ts";
import type { Misfortune } from "../support/teams-double.ts";

const FRIDAY_EVENING = "2026-12-04 18:05";
const IN_HOURS = "2026-12-03 10:00";
const URGENT = { Title: "Nobody can order", Level: "Urgent", "Urgent: is it so?": true };
const CARD = /· Nobody can order .*Assignee/;

/** A desk that is in Teams with its customers. */
function allInTeams(wall: string): Promise<BridgeDesk> {
  return aBridge(wall, { file: deskFile({ customer: "teams", desk: "teams" }) });
}

/** Posts into a conversation meet with misfortune, so often. */
function mishap(desk: BridgeDesk, conversation: string, what: Misfortune, times = 1): void {
  let left = times;
  desk.teams.misfortune = ({ method, path }) => {
    const isHit = method === "POST" && path === `/v3/conversations/${conversation}/activities` && left > 0;
    if (isHit) left -= 1;
    return isHit ? what : null;
  };
}

function count(client: Client, place: Place, words: RegExp): number {
  return client.in(place).filter((one) => words.test(one.words)).length;
}

describe("a send that fails", () => {
  it("429, 412, 502, 503 or 504: it is sent again, and comes once", async () => {
    await using desk = await allInTeams(FRIDAY_EVENING);
    const teams = clientOf("Teams", desk);
    const places = [chatOf("mia"), chatOf("carl"), CHANNELS.support, CHANNELS.oncall, CHANNELS.acme];
    const misfortunes = new Map(places.map((place, nr) => [place, [412, 429, 502, 503, 504][nr] ?? 0]));
    desk.teams.misfortune = ({ method, path }) => {
      const place = places.find((one) => path === `/v3/conversations/${one}/activities`) ?? "";
      const status = method === "POST" ? misfortunes.get(place) : undefined;
      misfortunes.delete(place);
      return status === undefined ? null : { status, headers: { "retry-after": "1" } };
    };
    await files(teams, "carl", URGENT, "acme");
    expect(misfortunes.size).toBe(0);
    for (const place of ["mia", "carl", "support", "onCall", "acme"] as const)
      expect(count(teams, place, /^(Urgent · )?ACME-1[ ·]+Nobody can order/), place).toBe(1);
    expect(await desk.eventsOf("ACME-1")).toEqual(["filed", "paging-began", "paged"]);
  });

  it("429 in one channel holds up that channel alone: the page and the receipt go out at once", async () => {
    await using desk = await allInTeams(FRIDAY_EVENING);
    const teams = clientOf("Teams", desk);
    mishap(desk, CHANNELS.support, { status: 429, headers: { "retry-after": "2" } });
    await files(teams, "carl", URGENT, "acme");
    await desk.settle();
    expect(count(teams, "support", CARD)).toBe(1);
    const order = desk.teams.delivered.map(({ conversation }) => conversation);
    expect(order.indexOf(chatOf("mia"))).toBeLessThan(order.indexOf(CHANNELS.support));
    expect(order.indexOf(chatOf("carl"))).toBeLessThan(order.indexOf(CHANNELS.support));
  });

  it("delivered, but without an answer: a page comes again and says so, a card does not", async () => {
    await using desk = await allInTeams(FRIDAY_EVENING);
    const teams = clientOf("Teams", desk);
    const places = [chatOf("mia"), CHANNELS.support];
    desk.teams.misfortune = ({ method, path }) => {
      const at = places.findIndex((place) => method === "POST" && path.includes(`${place}/`));
      if (at < 0) return null;
      places.splice(at, 1);
      return "deliver, then hang up";
    };
    await files(teams, "carl", URGENT, "acme");
    await desk.settle();
    const pages = teams.in("mia").map(({ words }) => words.includes("This may be a repeat"));
    expect(pages).toEqual([false, true]);
    expect(count(teams, "support", CARD)).toBe(1);
  });

  it("413: what Teams finds too long is tried once, told loudly, and holds up nobody", async () => {
    await using desk = await allInTeams(IN_HOURS);
    const teams = clientOf("Teams", desk);
    mishap(desk, CHANNELS.support, { status: 413, code: "MessageSizeTooBig" }, Infinity);
    await files(teams, "carl", { Title: "Nobody can order", Level: "Normal" }, "acme");
    expect(count(teams, "acme", /^ACME-1 · Nobody can order/)).toBe(1);
    const refused = desk.outcomes.filter(({ outcome }) => outcome.is === "failed");
    expect(refused.map(({ delivery, outcome }) => [delivery.place, outcome])).toContainEqual([
      `teams:${CHANNELS.support}`,
      { is: "failed", why: "MessageSizeTooBig: Teams finds the message too long." },
    ]);
    const tries = desk.teams.requests.filter((one) => one.endsWith(`/${CHANNELS.support}/activities`));
    expect(tries).toHaveLength(refused.length);
  });
});

describe("whoever cannot be reached", () => {
  it("since the app was not added (403) is passed over: the next one is paged at once, and the thread says why", async () => {
    await using desk = await allInTeams(FRIDAY_EVENING);
    const teams = clientOf("Teams", desk);
    desk.teams.chats.delete(IDS["mia"] ?? "");
    await files(teams, "carl", URGENT, "acme");
    expect(teams.in("mia")).toEqual([]);
    expect(count(teams, "sam", /Nobody can order/)).toBe(1);
    const line = find(teams, "support", "Could not page Mia Chen (primary)");
    expect(line.words).toContain("the app Belfry is not installed for this person");
    expect(line.words).toContain("The next step follows at once.");
    expect(count(teams, "support", /Belfry cannot post to Mia Chen directly/)).toBe(1);
  });

  it("in a channel that Belfry was taken out of is named once, in the on-call channel", async () => {
    await using desk = await allInTeams(IN_HOURS);
    const teams = clientOf("Teams", desk);
    mishap(desk, CHANNELS.support, { status: 403, code: "BotNotInConversationRoster" }, Infinity);
    await files(teams, "carl", { Title: "Nobody can order", Level: "Normal" }, "acme");
    await files(teams, "carl", { Title: "Proof looks wrong", Level: "Normal" }, "acme");
    expect(count(teams, "carl", /· (Nobody can order|Proof looks wrong)/)).toBe(2);
    expect(count(teams, "onCall", /Belfry cannot post to the support channel .*add the app there/)).toBe(1);
  });
});

describe("an activity that comes several times", () => {
  it("at once is handled once: a reply and a press", async () => {
    await using desk = await allInTeams(IN_HOURS);
    const teams = clientOf("Teams", desk);
    const { people } = desk;
    const number = await files(teams, "carl", { Title: "Nobody can order", Level: "Normal" }, "acme");
    const post = find(teams, "acme", /^ACME-1 · Nobody can order/);
    const again = (activity: object) => Promise.all([1, 2, 3, 4].map(() => people.sends(activity)));
    const thread = "id" in post.raw ? post.raw.id : "";
    const words = people.activity(
      "carl",
      { in: CHANNELS.acme, thread },
      { type: "message", text: "Still so." },
    );
    for (const { status } of await again(words)) expect(status).toBe(200);
    const press = people.activity(
      "sam",
      { in: CHANNELS.support },
      {
        ...{ type: "invoke", name: "adaptiveCard/action" },
        value: { action: { data: { belfry: { do: "act", act: "take", ticket: number } } } },
      },
    );
    const said = (await again(press)).map(({ body }) => body?.["value"]);
    expect(said).toEqual(Array(4).fill("You have taken ACME-1."));
    await desk.settle();
    expect(await desk.eventsOf(number)).toEqual(["filed", "wrote", "taken"]);
    expect(count(teams, "support", /Still so\./)).toBe(1);
  });
});
