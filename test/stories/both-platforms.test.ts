// One text for Slack and for Teams: what people do with Belfry, in the words that they read there. The table of both in the
// README is what came of it, and is held here; BELFRY_PARITY=write writes it anew (prettier then sets its columns).
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Chore } from "../../src/desk/chores.ts";
import { inStep } from "../../src/desk/chores/in-step.ts";
import { aBridge, deskFile, type BridgeDesk } from "../support/bridge-desk.ts";
import { clientOf, files, find, formIn, PLATFORMS, type Client, type Place } from "../support/clients.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { at } from "../support/life.ts";
import { cutAfterDelivery } from "../support/slack-double-faults.ts";
import { chatOf } from "../support/teams-desk.ts";

const FRIDAY_EVENING = "2026-12-04 18:05";
const IN_HOURS = "2026-12-03 10:00";
const NORMAL = { Title: "Proof looks wrong", Level: "Normal" };
const URGENT = { Title: "Nobody can order", Level: "Urgent", "Urgent: is it so?": true };
const RED = { Level: "Critical" };

type Platform = (typeof PLATFORMS)[number];

/** A story that runs on both. */
interface Story {
  name: string;
  opens: string;
  /** What is otherwise in Teams, because Teams forces it; `no` where it is not there at all, and what is instead. */
  inTeams?: string | { no: string };
  rewritten?: (file: string) => string;
  chores?: readonly Chore[];
  goes: (client: Client, desk: BridgeDesk, platform: Platform) => Promise<void>;
}

/** A picture that Teams shows: within its limits, and whole in its message. */
function isPicture({ attachments = [] }: { attachments?: { contentType: string }[] }): boolean {
  return attachments.some(({ contentType, ...one }) => {
    const png = Buffer.from(
      String((one as { contentUrl?: string }).contentUrl).split(",")[1] ?? "",
      "base64",
    );
    return (
      contentType === "image/png" && png.subarray(1, 4).toString() === "PNG" && png.readUInt32BE(20) <= 1_024
    );
  });
}

function count(client: Client, place: Place, words: RegExp): number {
  return client.in(place).filter((one) => words.test(one.words)).length;
}

const STORIES: Story[] = [
  {
    name: "The form: what is promised, faults beside what was typed, sent once",
    opens: FRIDAY_EVENING,
    inTeams: "faults stand above their field, a button shows what is promised, files go into a reply",
    async goes(client, desk) {
      const form = formIn(await client.types("carl", "Nobody can order", "acme"));
      await form.chooses({ Level: "Urgent" });
      expect(form.words()).toContain(
        "First answer by Mon 7 Dec 2026 15:00 CST. The person on call is paged at once.",
      );
      const faulty = await form.sends({ "Urgent: is it so?": true });
      expect(faulty.words).toContain("Say what happened; it saves a question.");
      await formIn(faulty).sends({ "What happened": "The shop says 502." });
      expect(find(client, "support", /ACME-1 · Nobody can order/).words).toContain("The shop says 502.");
      expect(await desk.eventsOf("ACME-1")).toEqual(["filed", "paging-began", "paged"]);
    },
  },
  {
    name: "Card, receipt and the customer's post, each edited as the ticket goes",
    opens: IN_HOURS,
    async goes(client) {
      await files(client, "carl", NORMAL, "acme");
      const card = find(client, "support", /Assignee: nobody yet/);
      expect(card.words).toMatch(/ACME-1 · Proof looks wrong .*First answer: due Thu 3 Dec 2026 16:00 CST/);
      const taken = await client.presses("mia", card, "Take");
      expect(taken.words).toBe("You have taken ACME-1.");
      expect(find(client, "support", /ACME-1 · Proof/).words).toContain("Assignee: Mia Chen");
      await client.types("mia", "reply ACME-1 Which file is it?");
      for (const place of ["carl", "acme"] as const)
        expect(find(client, place, /ACME-1 · Proof/).words).toContain("First answer: met");
    },
  },
  {
    name: "Replies in threads both ways, with authors and files; // stays inside",
    opens: IN_HOURS,
    inTeams: "a line below says what became of a message: no bot may react to one",
    async goes(client, desk) {
      await files(client, "carl", NORMAL, "acme");
      const file = { name: "trace.log", url: "https://files.example/trace.log" };
      await client.answers("leo", find(client, "support", /Assignee/), "Which file is it?", file);
      for (const place of ["carl", "acme"] as const)
        expect(count(client, place, /Leo Brandt answers: Which file is it\? .*trace\.log/)).toBe(1);
      await client.answers("leo", find(client, "support", /Assignee/), "// the known bug");
      await client.answers("carl", find(client, "carl", /^ACME-1 · Proof/), "It is proof.pdf.");
      await client.answers("nora", find(client, "acme", /^ACME-1 · Proof/), "And cover.pdf.");
      expect(count(client, "support", /Carl Reyes \(customer\) wrote: It is proof\.pdf\./)).toBe(1);
      expect(count(client, "support", /Nora Lind \(customer\) wrote: And cover\.pdf\./)).toBe(1);
      expect(count(client, "acme", /the known bug/) + count(client, "carl", /the known bug/)).toBe(0);
      expect(await desk.eventsOf("ACME-1")).toEqual(["filed", "answered", "noted", "wrote", "wrote"]);
    },
  },
  {
    name: "Reminders: to the thread, and the last ones to the channel",
    opens: IN_HOURS,
    async goes(client, desk) {
      await files(client, "carl", NORMAL, "acme");
      await desk.turnTo("2026-12-03 16:01");
      const told = client.in("support").filter(({ words }) => /of the time is used|is missed/.test(words));
      expect(told.some(({ isInThread }) => isInThread)).toBe(true);
      const last = told.findLast(({ isInThread }) => !isInThread)?.words ?? "";
      expect(last).toMatch(
        /ACME-1 Proof looks wrong: First answer is missed, it was due Thu 3 Dec 2026 16:00/,
      );
      expect(last).toContain("Nobody has taken it; on call is @Mia Chen.");
    },
  },
  {
    name: "Pages by direct message and in the on-call channel; one acknowledgement tells all copies",
    opens: FRIDAY_EVENING,
    inTeams: "only to whoever has added the app; the next one is paged at once else",
    async goes(client, desk) {
      await files(client, "carl", URGENT, "acme");
      expect(find(client, "onCall", "Nobody can order").words).toContain("@Mia Chen");
      await desk.turnTo("2026-12-04 18:10");
      const page = find(client, "sam", "Urgent · ACME-1 Nobody can order");
      const said = await client.presses("sam", page, "Acknowledge");
      expect(said.words).toContain("You have acknowledged ACME-1.");
      for (const place of ["mia", "sam", "onCall"] as const) {
        const copy = find(client, place, "Nobody can order");
        expect(copy.words).toContain("Sam Okafor has it since Fri 4 Dec 2026 18:10 CST");
        expect(copy.buttons).not.toContain("Acknowledge");
      }
      expect(find(client, "carl", /^ACME-1/).words).toContain("has acknowledged it");
    },
  },
  {
    name: "The ladder goes on: passed on at once, to the whole channel, and a loud end",
    opens: FRIDAY_EVENING,
    inTeams: "no bot may alert a whole channel; the words say it",
    async goes(client, desk) {
      await files(client, "carl", URGENT, "acme");
      await client.presses("mia", find(client, "mia", "Nobody can order"), "I can't – pass on");
      expect(count(client, "sam", /Nobody can order/)).toBe(1);
      await desk.turnTo("2026-12-04 19:30");
      expect(count(client, "onCall", /(@here|@channel|Everybody in this channel)/)).toBeGreaterThan(0);
      expect(count(client, "support", /Nobody answered the page for ACME-1 Nobody can order/)).toBe(1);
    },
  },
  {
    name: "Many pages at once are one message, acknowledged together",
    opens: FRIDAY_EVENING,
    async goes(client) {
      for (const title of ["Queue 1", "Queue 2", "Queue 3", "Queue 4"])
        await files(client, "pavel", { ...RED, Title: title });
      const storm = find(client, "mia", "4 tickets page at once");
      expect(storm.words).toMatch(/PCC-1 Queue 1.*PCC-4 Queue 4/);
      const said = await client.presses("mia", storm, "Acknowledge all");
      expect(said.words).toContain("You have acknowledged PCC-1, PCC-2, PCC-3, PCC-4.");
      expect(count(client, "mia", /None of these pages rings any more/)).toBe(1);
    },
  },
  {
    name: "A page in hands: snoozed, handed on, resolved",
    opens: FRIDAY_EVENING,
    async goes(client, desk) {
      await files(client, "carl", URGENT, "acme");
      const page = () => find(client, "mia", "ACME-1 Nobody can order");
      await client.presses("mia", page(), "Acknowledge");
      const snooze = formIn(await client.presses("mia", page(), "Snooze…"));
      await snooze.sends({ "For how long?": "30 min" });
      expect(page().words).toContain("Snoozed by Mia Chen until Fri 4 Dec 2026 18:35 CST");
      const hand = formIn(await client.presses("mia", page(), "Hand to…"));
      await hand.sends({ "To whom?": "Leo Brandt" });
      const copy = find(client, "leo", "ACME-1 Nobody can order");
      expect(copy.words).toContain("Mia Chen hands this to you.");
      await client.presses("leo", copy, "Acknowledge");
      await client.presses("leo", find(client, "leo", "ACME-1 Nobody can order"), "Resolve page");
      expect(page().words).toContain("Resolved Fri 4 Dec 2026 18:05 CST by Leo Brandt");
      expect((await desk.eventsOf("ACME-1")).slice(-5)).toEqual([
        ...["page-snoozed", "handed-to", "paged", "acknowledged", "page-resolved"],
      ]);
    },
  },
  {
    name: "Commands: list, mine, show, take, ack, reply, note, close, reopen, help",
    opens: FRIDAY_EVENING,
    inTeams: "typed to Belfry, or after @Belfry; what others may not see is answered in one's own chat",
    async goes(client) {
      await files(client, "carl", URGENT, "acme");
      const says = async (who: "carl" | "pavel" | "mia", words: string) =>
        (await client.types(who, words)).words;
      expect(await says("carl", "list")).toMatch(/Open tickets: 1 .*ACME-1 Nobody can order/);
      expect(await says("pavel", "list")).toContain("Open tickets: none");
      expect(await says("pavel", "show ACME-1")).toContain("There is no ticket ACME-1 that you can see.");
      expect(await says("carl", "take ACME-1")).toContain("Only the support team can do this.");
      expect(await says("mia", "ack ACME-1")).toContain("You have acknowledged ACME-1.");
      expect(await says("mia", "take acme-1")).toContain("You have taken ACME-1.");
      expect(await says("mia", "reply ACME-1 We see it.")).toContain("Your answer to ACME-1 is on its way.");
      expect(await says("mia", "note ACME-1 Seen before.")).toContain("Noted on ACME-1");
      expect(await says("mia", "mine")).toMatch(/Your tickets: 1 .*ACME-1/);
      expect(await says("carl", "show ACME-1")).toMatch(/ACME-1 · Nobody can order .*First answer: met/);
      expect(await says("mia", "close ACME-1 A cable.")).toContain("ACME-1 is closed.");
      expect(await says("carl", "reopen ACME-1 It is back.")).toContain("ACME-1 is open again.");
      expect(await says("carl", "help")).toContain("/ticket list");
    },
  },
  {
    name: "Forms of acts: a call at an instant, another level, closing with what became of each promise",
    opens: IN_HOURS,
    async goes(client) {
      await files(client, "pavel", { Title: "Slow", Level: "Medium" });
      const card = () => find(client, "support", /PCC-1 · Slow/);
      const ask = formIn(
        await client.presses("pavel", find(client, "pavel", /^PCC-1 ·/), "Ask for another level"),
      );
      const sent = await ask.sends({ Level: "High", "What has changed for you?": "More agents." });
      expect(sent.form).toBeNull();
      const asked = find(client, "support", "Pavel Dvorak asks for High: More agents.");
      await client.presses("leo", asked, "Accept level");
      expect(card().words).toContain("Level: High");
      const call = formIn(await client.presses("leo", card(), "Record a call"));
      await call.sends({ "When was the call?": at(IN_HOURS, "America/Chicago") });
      expect(count(client, "support", /Leo Brandt spoke with the customer Thu 3 Dec 2026 (10|17):00/)).toBe(
        1,
      );
      const close = formIn(await client.presses("leo", card(), "Close"));
      const refused = await close.sends({ "How was it resolved?": "" });
      expect(refused.words).toContain("Say how it was resolved; the customer reads it.");
      await formIn(refused).sends({ "How was it resolved?": "A restart." });
      expect(card().words).toContain("Status: Closed");
      expect(count(client, "pavel", /PCC-1 is closed: A restart\./)).toBe(1);
    },
  },
  {
    name: "Why this time?, span by span, and as a picture",
    opens: IN_HOURS,
    inTeams: "a picture of more than 70 kB stays out: it has to stand in its message",
    async goes(client, desk, platform) {
      await files(client, "carl", NORMAL, "acme");
      const { words } = await client.presses("carl", find(client, "carl", /^ACME-1/), "Why this time?");
      expect(words).toContain("First answer: due Thu 3 Dec 2026 16:00 CST");
      expect(words).toContain("Thu 3 Dec 2026 10:00 CST to Thu 3 Dec 2026 16:00 CST: counts 6 h");
      if (platform === "Slack") {
        expect(words).toContain("A picture of it comes by direct message.");
      } else {
        const pictures = () => desk.teams.in(chatOf("carl")).filter((one) => isPicture(one.activity));
        await expect.poll(() => pictures().length).toBe(1);
      }
    },
  },
  {
    name: "Who is on call: now, the week, override by form, swap and accept, leave, undo",
    opens: "2026-12-04 10:00",
    async goes(client) {
      const says = async (who: "carl" | "sam" | "mia", words: string) =>
        (await client.types(who, words)).words;
      expect(await says("carl", "oncall")).toContain("Only the support team sees");
      expect(await says("sam", "oncall")).toMatch(/Mia Chen.*Sam Okafor/);
      expect(await says("sam", "oncall week")).toMatch(/weekly/);
      const form = formIn(await client.types("mia", "oncall override leo"));
      const made = await form.sends({
        "Who has it?": "Leo Brandt",
        From: at("2026-12-05 09:00", "America/Chicago"),
        Until: at("2026-12-06 09:00", "America/Chicago"),
      });
      const told = find(client, "onCall", "Mia Chen made Leo Brandt primary of weekly");
      expect(made.form).toBeNull();
      expect(told.words).toContain("from Sat 5 Dec 2026 09:00 CST to Sun 6 Dec 2026 09:00 CST");
      expect(await says("mia", "oncall changes")).toContain("Leo Brandt");
      const [, nr] = /(\d+) Leo Brandt has/.exec(await says("mia", "oncall changes")) ?? [];
      expect(await says("mia", `oncall undo ${nr}`)).toMatch(/undone|taken back|no longer/i);
      await says("mia", "oncall swap sam");
      await client.presses("sam", find(client, "sam", /swap/i), "Accept");
      expect(count(client, "onCall", /Mia Chen and Sam Okafor swap shifts of weekly/)).toBe(1);
      expect(await says("mia", "oncall leave 2026-12-24 09:00 - 2026-12-27 09:00")).toContain("24 Dec");
    },
  },
  {
    name: "Settings: what is no page waits for one's own hours",
    opens: "2026-12-03 16:50",
    async goes(client, desk) {
      await files(client, "carl", NORMAL, "acme");
      const form = formIn(await client.types("carl", "settings"));
      const faulty = await form.sends({ When: "Only in my hours", Days: "workdays", Times: "08:00-18:00" });
      expect(faulty.words).toContain('"workdays" is found');
      await formIn(faulty).sends({ Days: "mon-fri" });
      await desk.turnTo("2026-12-03 19:00");
      await client.types("mia", "reply ACME-1 Look again, please.");
      expect(count(client, "acme", /Look again, please\./)).toBe(1);
      expect(count(client, "carl", /Look again, please\./)).toBe(0);
      await desk.turnTo("2026-12-04 08:01");
      expect(count(client, "carl", /Look again, please\./)).toBe(1);
    },
  },
  {
    name: "The form from anywhere, beside the command",
    opens: IN_HOURS,
    inTeams: "from the compose box or a message's menu, where Slack has a shortcut",
    async goes(_, desk, platform) {
      if (platform === "Slack") {
        await desk.slack.shortcut(PEOPLE.carl, "file_ticket");
        const view = await desk.slack.until(() => desk.slack.viewOf(PEOPLE.carl), "the form");
        expect(JSON.stringify(view.view["title"])).toContain("New ticket");
      } else {
        const opened = await desk.people.invokes("carl", "composeExtension/fetchTask", { commandId: "file" });
        expect(opened.body).toMatchObject({ task: { type: "continue", value: { title: "New ticket" } } });
      }
    },
  },
  {
    name: "A page whose answer was lost on the way",
    opens: FRIDAY_EVENING,
    inTeams: "comes again and says so: no bot may look whether it arrived",
    async goes(client, desk, platform) {
      desk.slack.mishap("chat.postMessage", cutAfterDelivery(), {
        where: ({ channel }) => channel === desk.slack.workspace.directOf(PEOPLE.mia).id,
      });
      let isLost = false;
      desk.teams.misfortune = ({ path }) => {
        if (isLost || !path.includes(chatOf("mia"))) return null;
        isLost = true;
        return "deliver, then hang up";
      };
      await files(client, "carl", URGENT, "acme");
      await desk.settle();
      const copies = client.in("mia").map(({ words }) => words.includes("This may be a repeat"));
      expect(copies).toEqual(platform === "Slack" ? [false] : [false, true]);
    },
  },
  {
    name: "The home tab: one's own tickets and shifts",
    opens: IN_HOURS,
    inTeams: {
      no: "a tab there is a web page with a sign-in of its own; `list`, `mine` and `oncall` say the same",
    },
    async goes(client, desk, platform) {
      await files(client, "carl", NORMAL, "acme");
      await client.types("mia", "take ACME-1");
      if (platform === "Slack") {
        await desk.slack.home(PEOPLE.mia);
        await desk.slack.until(() => desk.slack.workspace.homes.get(PEOPLE.mia), "the home tab");
        const home = JSON.stringify(desk.slack.workspace.homes.get(PEOPLE.mia));
        for (const words of ["ACME-1", "On call"]) expect(home).toContain(words);
      } else {
        expect((await client.types("mia", "mine")).words).toContain("ACME-1 Proof looks wrong");
        expect((await client.types("mia", "oncall")).words).toContain("Mia Chen");
      }
    },
  },
  {
    name: "The on-call channel's topic in step with the roster",
    opens: IN_HOURS,
    inTeams: { no: "Teams lets no bot change a topic or a group; the channel is told so once" },
    rewritten: (file) =>
      file.replace("people: [sam, mia] }", "people: [sam, mia], keep-in-step: { topic: true } }"),
    chores: [inStep],
    async goes(client, desk, platform) {
      await desk.turnTo("2026-12-07 09:01");
      if (platform === "Slack") {
        const { topic } = desk.slack.workspace.channels.get(CHANNELS.onCall) ?? {};
        expect(topic).toBe("On call: weekly: Sam Okafor, then Mia Chen");
      } else {
        expect(count(client, "onCall", /may not keep the topic of this channel in step/)).toBe(1);
      }
    },
  },
];

const passed = new Set<string>();

describe.each(PLATFORMS)("in %s", (platform) => {
  test.each(STORIES)("$name", async ({ name, opens, goes, rewritten = (file) => file, chores }) => {
    const side = platform === "Slack" ? "slack" : "teams";
    const file = rewritten(deskFile({ customer: side, desk: side }));
    await using desk = await aBridge(opens, { file, chores });
    await goes(clientOf(platform, desk), desk, platform);
    passed.add(`${platform}: ${name}`);
  });
});

describe("the table in the README", () => {
  const HEAD = "| | Slack | Teams |";
  const README = new URL("../../README.md", import.meta.url);
  const rowsOf = (table: string): string[][] =>
    table.split("\n").map((row) =>
      row
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );

  function cell({ name, inTeams }: Story, platform: Platform): string {
    if (!passed.has(`${platform}: ${name}`)) return "no";
    if (platform === "Slack" || inTeams === undefined) return "yes";
    return typeof inTeams === "string" ? `yes: ${inTeams}` : `no: ${inTeams.no}`;
  }

  test("is what came of all of these stories", () => {
    const made = [
      HEAD,
      "|---|---|---|",
      ...STORIES.map((story) => `| ${story.name} | ${cell(story, "Slack")} | ${cell(story, "Teams")} |`),
    ].join("\n");
    const readme = readFileSync(README, "utf8");
    const found = /^\| +\| Slack +\| Teams +\|\n(?:\|.*\n)+/m.exec(readme)?.[0] ?? "";
    expect(found).not.toBe("");
    if (process.env["BELFRY_PARITY"] === "write") {
      writeFileSync(
        README,
        readme.replace(found, () => `${made}\n`),
      );
      return;
    }
    const withoutRule = ([head, , ...rows]: string[][]) => [head, ...rows];
    expect(withoutRule(rowsOf(found.trim()))).toEqual(withoutRule(rowsOf(made)));
  });
});
