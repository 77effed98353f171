// Who is on call, and what each person is told of it, on both platforms.
import { expect } from "vitest";
import { CHORES } from "../../../src/desk/chores.ts";
import { inStep } from "../../../src/desk/chores/in-step.ts";
import { feedAt } from "../../../src/desk/feed.ts";
import { find, files, formIn } from "../../support/clients.ts";
import { CHANNELS } from "../../support/double-desk.ts";
import { at } from "../../support/life.ts";
import { addedToTeam, CHANNELS as IN_TEAMS, TEAM } from "../../support/teams-desk.ts";
import { count, FRIDAY_EVENING, IN_HOURS, NORMAL, rings, URGENT, type Story } from "./story.ts";

export const ROSTER_STORIES: Story[] = [
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
    name: "At home: one's own tickets, who is on call, coming shifts",
    opens: IN_HOURS,
    inTeams:
      "typed `home` in the chat with Belfry, and shown when the app is added; a tab there is a web page with a sign-in",
    async goes(client) {
      await files(client, "carl", NORMAL, "acme");
      const { words } = await client.home("sam");
      expect(words).toContain("Open tickets: 1");
      expect(words).toContain("ACME-1 Proof looks wrong");
      expect(words).toContain("On call now, weekly: Mia Chen");
      expect(words).toContain(
        "Your shift, primary of weekly: Mon 7 Dec 2026 09:00 CST to Mon 14 Dec 2026 09:00 CST",
      );
      expect((await client.home("carl")).words).not.toContain("On call now");
      expect((await client.types("sam", "home")).words).toContain("Your shift, primary of weekly");
    },
  },
  {
    name: "The on-call channel's topic in step with the roster",
    opens: IN_HOURS,
    inTeams: "as the channel's description, where Microsoft Graph is allowed to (off by default)",
    rewritten: (file) =>
      file.replace("people: [sam, mia] }", "people: [sam, mia], keep-in-step: { topic: true } }"),
    chores: [inStep],
    graph: ["topic"],
    async goes(client, desk, platform) {
      const { people, slack, teams } = desk;
      await addedToTeam(people, teams, ["ChannelSettings.ReadWrite.Group"]);
      const topic = () =>
        platform === "Slack"
          ? slack.workspace.channels.get(CHANNELS.onCall)?.topic
          : teams.graph.teams.get(TEAM.group)?.channels.get(IN_TEAMS.oncall);
      await desk.turnTo("2026-12-03 10:01");
      expect(topic()).toBe("On call: weekly: Mia Chen, then Sam Okafor");
      await desk.turnTo("2026-12-07 09:01");
      expect(topic()).toBe("On call: weekly: Sam Okafor, then Mia Chen");
      expect(count(client, "onCall", /may not keep/)).toBe(0);
    },
  },
  {
    name: "Who is on call, typed: override, take, what is refused and why, undo",
    opens: "2026-12-04 10:00",
    async goes(client, desk) {
      const says = async (who: "mia" | "leo" | "sam", words: string) =>
        (await client.types(who, `oncall ${words}`)).words;
      expect(await says("mia", "override Leo sat 09:00 - sun 09:00")).toContain(
        "Leo Brandt is primary of weekly, Sat 5 Dec 09:00 – Sun 6 Dec 09:00, Chicago time.",
      );
      const line = /Mia Chen made Leo Brandt primary of weekly from Sat 5 Dec 2026 09:00 CST/;
      for (const place of ["onCall", "leo"] as const) expect(count(client, place, line)).toBe(1);
      expect(await says("sam", "override leo today 08:00 - 12:00")).toContain("This begins in the past.");
      expect(await says("mia", "take")).toContain("You are on call already.");
      expect(await says("sam", "take weekly")).toContain("Sam Okafor is primary of weekly, Fri 4 Dec 10:00");
      expect(count(client, "mia", /Sam Okafor takes primary of weekly from/)).toBe(1);
      expect(await says("sam", "undo")).toContain("is taken back");
      await desk.turnTo("2026-12-05 10:00");
      await files(client, "carl", URGENT, "acme");
      expect(rings(client)).toEqual(["leo"]);
    },
  },
  {
    name: "Whoever is on leave is not paged, and whoever stands in is",
    opens: FRIDAY_EVENING,
    rewritten: (file) => `${file}
leave: [{ person: mia, from: 2026-12-04 12:00, to: 2026-12-07 10:00 }]
overrides: [{ rotation: weekly, person: leo, from: 2026-12-05 09:00, to: 2026-12-06 09:00 }]
`,
    async goes(client, desk) {
      await files(client, "carl", URGENT, "acme");
      expect(rings(client)).toEqual(["sam"]);
      await client.types("sam", "ack all");
      await desk.turnTo("2026-12-05 10:00");
      await files(client, "carl", { ...URGENT, Title: "Still nobody" }, "acme");
      expect(rings(client)).toEqual(["leo"]);
    },
  },
  {
    name: "At a hand-over each is told whose shift it is; the first of all is told a day before",
    opens: "2026-12-04 10:00",
    chores: CHORES,
    async goes(client, desk) {
      await desk.turnTo("2026-12-04 10:01");
      await client.types("leo", "oncall override leo 12:00 - 18:00");
      await desk.turnTo("2026-12-04 19:00");
      expect(count(client, "leo", /Tomorrow your first shift begins/)).toBe(1);
      expect(
        count(client, "leo", /Your shift begins: you are primary of weekly until Fri 4 Dec 2026 18:00/),
      ).toBe(1);
      expect(count(client, "leo", /Your shift as primary of weekly is over; Mia Chen has it now\./)).toBe(1);
      await desk.turnTo("2026-12-07 12:00");
      expect(
        count(
          client,
          "sam",
          /You are primary of weekly until Mon 14 Dec 2026 09:00 CST\. A page comes as a direct/,
        ),
      ).toBe(1);
    },
  },
  {
    name: "On Mondays the on-call channel reads which pages would find nobody",
    opens: "2026-12-04 10:00",
    chores: CHORES,
    async goes(client, desk) {
      await client.types("mia", "oncall leave 2026-12-24 09:00 - 2026-12-27 09:00");
      await client.types("sam", "oncall leave 2026-12-24 09:00 - 2026-12-27 09:00");
      await desk.turnTo("2026-12-07 10:00");
      const weekly = find(client, "onCall", /Coverage: in the next 90 days there (is|are) \d+ gaps?\./);
      expect(weekly.words).toContain("ACME: Thu 24 Dec 2026");
    },
  },
  {
    name: "One's own shifts as a calendar, at an address for oneself alone",
    opens: "2026-12-04 10:00",
    async goes(client, desk) {
      const { words } = await client.types("sam", "oncall feed");
      const [, token = ""] = /https:\/\/belfry\.example\/oncall\/(\S+)\.ics/.exec(words) ?? [];
      expect(await feedAt(desk.store, token, desk.now())).toContain("SUMMARY:On call: primary of weekly");
      await client.types("sam", "oncall feed renew");
      expect(await feedAt(desk.store, token, desk.now())).toBeNull();
    },
  },
  {
    name: "Settings: what somebody switched off, or wants in the channel alone",
    opens: IN_HOURS,
    async goes(client) {
      await files(client, "carl", NORMAL, "acme");
      const form = formIn(await client.types("carl", "settings"));
      await form.sends({ Changes: false, Where: "Only" });
      await client.types("mia", "reply ACME-1 Look here.");
      await client.types("mia", "close ACME-1 Done.");
      expect(count(client, "acme", /Look here\./) + count(client, "acme", /ACME-1 is closed: Done\./)).toBe(
        2,
      );
      expect(count(client, "carl", /Look here\./) + count(client, "carl", /is closed/)).toBe(0);
      expect(find(client, "carl", /^ACME-1 ·/).words).toContain("Status: Closed");
    },
  },
];
