// One ticket on both sides: the customer in one platform and the desk in the other, or people who are in both.
import { describe, expect, test } from "vitest";
import { aBridge, deskFile, type BridgeDesk } from "../support/bridge-desk.ts";
import { CHANNELS, IDS } from "../support/teams-desk.ts";
import { clientOf, files, find, formIn, type Client, type Place } from "../support/clients.ts";

const FRIDAY_EVENING = "2026-12-04 18:05";
const URGENT = { Title: "Nobody can order", Level: "Urgent", "Urgent: is it so?": true };

/** How often something stands in a place, and is not only in the ticket's own words. */
function count(client: Client, place: Place, words: string): number {
  return client.in(place).filter((one) => one.words.includes(words)).length;
}

/** Everything that anybody reads, on both platforms. */
function all(desk: BridgeDesk): string[] {
  const places = ["carl", "nora", "sam", "mia", "leo", "acme", "support", "onCall"] as const;
  return [clientOf("Slack", desk), clientOf("Teams", desk)].flatMap((client) =>
    places.flatMap((place) => client.in(place).map(({ words }) => `${place}: ${words}`)),
  );
}

/** From filing to closing; support's people are in both, and the desk's channels on the side of `support`. */
async function fromFilingToClosing(desk: BridgeDesk, customer: Client, support: Client): Promise<string> {
  const number = await files(customer, "carl", URGENT, "acme");
  await support.presses("mia", find(support, "mia", "Nobody can order"), "Acknowledge");
  await desk.turnTo("2026-12-04 18:10");
  await support.answers("mia", find(support, "support", /Assignee/), "Which browser is it?", {
    name: "trace.log",
    url: "https://files.example/trace.log",
  });
  await customer.answers("carl", find(customer, "acme", /^ACME-1 · Nobody can order/), "All of them.", {
    name: "screen.png",
    url: "https://files.example/screen.png",
  });
  return number;
}

const ALL_STEPS = ["filed", "paging-began", "paged", "acknowledged", "answered", "page-resolved", "wrote"];

describe("a ticket whose customer is in Teams and whose desk is in Slack", () => {
  test("is filed in Teams out of hours, paged, acknowledged and answered in Slack, answered and closed in Teams", async () => {
    // Leo, who closes it, is in both.
    await using desk = await aBridge(FRIDAY_EVENING, {
      file: deskFile({ customer: "teams", desk: "both" }),
    });
    const [customer, support] = [clientOf("Teams", desk), clientOf("Slack", desk)];
    const number = await files(customer, "carl", URGENT, "acme");
    expect(find(customer, "carl", "Nobody can order").words).toContain(
      "The person on call was paged Fri 4 Dec 2026 18:05 CST.",
    );

    const page = find(support, "mia", "Nobody can order");
    expect((await support.presses("mia", page, "Acknowledge")).words).toContain("acknowledged ACME-1");
    for (const place of ["carl", "acme"] as const)
      expect(find(customer, place, /^ACME-1 · Nobody can order/).words).toContain(
        "Somebody of the support team has acknowledged it Fri 4 Dec 2026 18:05 CST",
      );

    await desk.turnTo("2026-12-04 18:10");
    await support.answers("mia", find(support, "support", /Assignee/), "Which browser is it?", {
      name: "trace.log",
      url: "https://files.example/trace.log",
    });
    for (const place of ["carl", "acme"] as const) {
      const answer = find(customer, place, "Which browser is it?");
      expect(answer.words).toMatch(/ACME-1 · Mia Chen answers: .*Which browser is it\? .*trace\.log/);
      expect(JSON.stringify(answer.raw)).toContain("https://files.example/trace.log");
      expect(count(customer, place, "Which browser is it?")).toBe(1);
    }

    const post = find(customer, "acme", /^ACME-1 · Nobody can order/);
    await customer.answers("carl", post, "All of them.", {
      name: "screen.png",
      url: "https://files.example/screen.png",
    });
    const heard = find(support, "support", "All of them.");
    expect(heard.isInThread).toBe(true);
    expect(heard.words).toMatch(/Carl Reyes \(customer\) wrote: .*All of them\. .*screen\.png/);
    expect(JSON.stringify(heard.raw)).toContain("https://files.example/screen.png");
    expect(count(support, "support", "All of them.")).toBe(1);

    const closing = formIn(await customer.types("leo", `close ${number}`));
    expect((await closing.sends({ "How was it resolved?": "A certificate had expired." })).words).toContain(
      "ACME-1 is closed.",
    );
    expect(find(support, "support", /Assignee/).words).toContain("Status: Closed");
    for (const place of ["carl", "acme"] as const) {
      expect(find(customer, place, /^ACME-1 · Nobody can order/).words).toContain("Status: Closed");
      expect(count(customer, place, "ACME-1 is closed: A certificate had expired.")).toBe(1);
    }
    expect(await desk.eventsOf(number)).toEqual([...ALL_STEPS, "closed"]);
  });
});

describe("a ticket whose customer is in Slack and whose desk is in Teams", () => {
  test("goes the other way round, each word once", async () => {
    await using desk = await aBridge(FRIDAY_EVENING, {
      file: deskFile({ customer: "slack", desk: "teams" }),
    });
    const [customer, support] = [clientOf("Slack", desk), clientOf("Teams", desk)];
    const number = await fromFilingToClosing(desk, customer, support);
    for (const place of ["carl", "acme"] as const) {
      expect(find(customer, place, /^ACME-1 · Nobody can order/).words).toContain("First answer: met");
      const answer = find(customer, place, "Which browser is it?");
      expect(answer.words).toMatch(/ACME-1 · Mia Chen answers: .*Which browser is it\? .*trace\.log/);
      expect(JSON.stringify(answer.raw)).toContain("https://files.example/trace.log");
      expect(count(customer, place, "Which browser is it?")).toBe(1);
    }
    const heard = find(support, "support", "All of them.");
    expect(heard.words).toMatch(/Carl Reyes \(customer\) wrote: .*All of them\. .*screen\.png/);
    expect(JSON.stringify(heard.raw)).toContain("https://files.example/screen.png");
    expect(count(support, "support", "All of them.")).toBe(1);

    const closing = formIn(await support.presses("mia", find(support, "support", /Assignee/), "Close"));
    await closing.sends({ "How was it resolved?": "A certificate had expired." });
    expect(count(customer, "acme", "ACME-1 is closed: A certificate had expired.")).toBe(1);
    expect(await desk.eventsOf(number)).toEqual([...ALL_STEPS, "closed"]);
  });
});

describe("a customer with a channel on each platform", () => {
  test("reads every answer in both, and what one of its people writes in one is read in the other", async () => {
    await using desk = await aBridge("2026-12-03 10:00", {
      file: deskFile({ customer: "both", desk: "slack" }),
    });
    const [slack, teams] = [clientOf("Slack", desk), clientOf("Teams", desk)];
    const number = await files(teams, "carl", { Title: "Proof looks wrong", Level: "Normal" }, "acme");
    // Whoever has two identities has the receipt where it was filed.
    expect(count(teams, "carl", "Proof looks wrong")).toBe(1);
    expect(slack.in("carl")).toEqual([]);

    await slack.answers("leo", find(slack, "support", /Assignee/), "Which file is it?");
    for (const [client, place] of [
      [teams, "carl"],
      [teams, "acme"],
      [slack, "acme"],
    ] as const)
      expect(count(client, place, "Leo Brandt answers: Which file is it?")).toBe(1);

    await slack.answers("nora", find(slack, "acme", "Proof looks wrong"), "It is proof.pdf.");
    expect(find(teams, "acme", "It is proof.pdf.").words).toBe("Nora Lind wrote: It is proof.pdf.");
    expect(count(slack, "acme", "It is proof.pdf.")).toBe(0);
    await teams.answers("carl", find(teams, "acme", /^ACME-1 · Proof looks wrong/), "And cover.pdf.");
    expect(find(slack, "acme", "And cover.pdf.").words).toBe("Carl Reyes wrote: And cover.pdf.");
    for (const words of ["It is proof.pdf.", "And cover.pdf."])
      expect(count(slack, "support", words)).toBe(1);

    await slack.presses("leo", find(slack, "support", /Assignee/), "Take");
    for (const client of [slack, teams])
      expect(find(client, "acme", /^ACME-1 · Proof looks wrong/).words).toContain("First answer: met");
    expect(await desk.eventsOf(number)).toEqual(["filed", "answered", "wrote", "wrote", "taken"]);

    const second = await files(slack, "nora", { Title: "Cannot log in", Level: "Normal" });
    expect(second).toBe("ACME-2");
    expect(count(slack, "nora", "Cannot log in")).toBe(1);
    expect(teams.in("nora")).toEqual([]);
  });
});

describe("a page to people on different platforms", () => {
  const file = deskFile({ customer: "slack", desk: "slack" }).replace(
    /(id: mia, name: Mia Chen, )slack: \w+/,
    `$1teams: c0000000-0000-4000-8000-000000000005`,
  );

  test("is edited in Teams when it is acknowledged in Slack", async () => {
    await using desk = await aBridge(FRIDAY_EVENING, { file });
    const [slack, teams] = [clientOf("Slack", desk), clientOf("Teams", desk)];
    await files(slack, "carl", URGENT, "acme");
    expect(find(teams, "mia", "Nobody can order").buttons).toContain("Acknowledge");
    await desk.turnTo("2026-12-04 18:10");
    await slack.presses("sam", find(slack, "sam", "Nobody can order"), "Acknowledge");
    const copy = find(teams, "mia", "Nobody can order");
    expect(copy.words).toContain("Sam Okafor has it since Fri 4 Dec 2026 18:10 CST");
    expect(copy.buttons).not.toContain("Acknowledge");
  });

  test("is edited in Slack when it is acknowledged in Teams", async () => {
    await using desk = await aBridge(FRIDAY_EVENING, { file });
    const [slack, teams] = [clientOf("Slack", desk), clientOf("Teams", desk)];
    await files(slack, "carl", URGENT, "acme");
    await desk.turnTo("2026-12-04 18:10");
    await teams.presses("mia", find(teams, "mia", "Nobody can order"), "Acknowledge");
    for (const place of ["sam", "onCall"] as const)
      expect(find(slack, place, "Nobody can order").words).toContain("Mia Chen has it since");
  });
});

describe("a desk whose support channel is in Teams and whose on-call channel is in Slack", () => {
  test("mentions whoever has both identities by the one of the channel that is read", async () => {
    const file = deskFile({ customer: "slack", desk: "both" }).replace(
      /support: "\w+"/,
      `support: "${CHANNELS.support}"`,
    );
    await using desk = await aBridge("2026-12-03 10:00", { file });
    const [slack, teams] = [clientOf("Slack", desk), clientOf("Teams", desk)];
    await files(slack, "carl", { Title: "Proof looks wrong", Level: "Normal" }, "acme");
    await desk.turnTo("2026-12-03 16:01");
    const reminder = find(teams, "support", "First answer is missed");
    expect(reminder.words).toContain("on call is @Mia Chen");
    expect(JSON.stringify(reminder.raw)).toContain(`"mentioned":{"id":"${IDS["mia"]}"`);
    await files(slack, "carl", URGENT, "acme");
    await desk.turnTo("2026-12-03 17:01");
    expect(find(slack, "onCall", "Nobody can order").words).toContain("@Mia Chen");
  });
});

describe("platforms that bring Belfry its own messages back", () => {
  test("make it say nothing more: all stands there as often as without them", async () => {
    const told: string[][] = [];
    for (const echoes of [false, true]) {
      await using desk = await aBridge(FRIDAY_EVENING, {
        file: deskFile({ customer: "both", desk: "slack" }),
        echoes,
      });
      await fromFilingToClosing(desk, clientOf("Teams", desk), clientOf("Slack", desk));
      told.push(all(desk).sort());
      expect(await desk.eventsOf("ACME-1")).toEqual(ALL_STEPS);
    }
    expect(told[1]).toEqual(told[0]);
  });
});

describe("a ladder that calls a user group of Slack's, with the on-call channel in Teams", () => {
  test("does not wait for the group: nothing rings it there, support reads why, and the next step follows at once", async () => {
    const steps = "steps: [{ page: group S0NIGHTS001, wait: 5m }, { page: mia, wait: 5m }]";
    const file = deskFile({ customer: "slack", desk: "teams" }).replace(/steps: .*/, steps);
    await using desk = await aBridge(FRIDAY_EVENING, { file });
    const [customer, support] = [clientOf("Slack", desk), clientOf("Teams", desk)];
    await files(customer, "carl", URGENT, "acme");
    expect(find(support, "onCall", "Nobody can order").words).toContain("S0NIGHTS001");
    expect(count(support, "support", "Could not page the group S0NIGHTS001")).toBe(1);
    expect(find(support, "support", "Could not page the group").words).toContain(
      "the on-call channel is in Teams, where no user group of Slack rings. The next step follows at once.",
    );
    expect(find(support, "mia", "Nobody can order").words).toContain("Acknowledge");
  });
});
