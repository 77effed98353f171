// Pages on both platforms: whom they reach, what can be done with one, and what everybody reads of it.
import { afterAll, expect } from "vitest";
import { pagerDutyWay } from "../../../src/chat/ways/pagerduty.ts";
import { find, files, formIn } from "../../support/clients.ts";
import { PEOPLE } from "../../support/double-desk.ts";
import { at, policyOf } from "../../support/life.ts";
import { clearedPolicy } from "../../support/own-policy.ts";
import { aReceiver } from "../../support/receiver.ts";
import { cutAfterDelivery } from "../../support/slack-double-faults.ts";
import { chatOf, IDS } from "../../support/teams-desk.ts";
import { TENANT } from "../../support/teams-double.ts";
import { count, FRIDAY_EVENING, IN_HOURS, NORMAL, RED, rings, URGENT, type Story } from "./story.ts";

/** Sam and Mia are the US centre, Leo is the EU's by day; each stands in for the other by night. */
function twoCentres(file: string): string {
  return file.replace("contacts: [pavel] }", "contacts: [pavel], region: eu }").replace(
    /^rotations:\n[\s\S]*$/m,
    `rotations:
  - id: us-desk
    timezone: America/Chicago
    layers: [{ people: [sam, mia], from: 2026-01-05, handover: mon 09:00 }]
  - id: eu-desk
    timezone: Europe/Prague
    layers:
      - { people: [mia], from: 2026-01-05, handover: mon 09:00 }
      - { people: [leo], from: 2026-01-05, handover: mon 09:00, hours: { mon-sun: "07:00-19:00" } }
ladders:
  - { id: us, region: us, rotation: us-desk, steps: [{ page: primary, wait: 5m }] }
  - { id: eu, region: eu, rotation: eu-desk, steps: [{ page: primary, wait: 5m }] }
`,
  );
}

const CLEARED = policyOf({ yaml: clearedPolicy("cleared") });

const pagerDuty = await aReceiver();
afterAll(() => pagerDuty[Symbol.asyncDispose]());

export const PAGE_STORIES: Story[] = [
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
      expect(storm.words).toMatch(/PCC-4 Queue 4.*PCC-1 Queue 1/);
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
    name: "The main job: paged on Friday evening, acknowledged, counted down on Monday, answered",
    opens: FRIDAY_EVENING,
    async goes(client, desk) {
      await files(client, "carl", URGENT, "acme");
      await desk.turnTo("2026-12-04 18:16");
      await client.presses("sam", find(client, "sam", "Nobody can order"), "Acknowledge");
      expect(rings(client)).toEqual([]);
      const late = await client.types("mia", "ack ACME-1");
      expect(late.words).toContain("Sam Okafor has ACME-1 since");
      const quiet = client.in("support").length;
      await desk.turnTo("2026-12-07 08:59");
      expect(client.in("support")).toHaveLength(quiet);
      await desk.turnTo("2026-12-07 14:00");
      expect(count(client, "support", /left, due Mon 7 Dec 2026 15:00 CST/)).toBeGreaterThan(0);
      await client.answers("leo", find(client, "support", /^ACME-1 ·/), "The fix is on its way.");
      expect(count(client, "carl", /Leo Brandt answers: The fix is on its way\./)).toBe(1);
      const after = client.in("support").length;
      await desk.turnTo("2026-12-20 12:00");
      expect(client.in("support")).toHaveLength(after);
    },
  },
  {
    name: "Acknowledged is not answered: a reminder, then the page rings on with the next",
    opens: "2026-12-04 20:00",
    async goes(client, desk) {
      await files(client, "pavel", RED);
      const said = await client.presses("mia", find(client, "mia", "Calls are lost"), "Acknowledge");
      expect(said.words).toMatch(
        /If the customer has no answer by Sat 5 Dec 2026 03:15 CET|you are reminded/,
      );
      await desk.turnTo("2026-12-04 20:15");
      expect(count(client, "mia", /You have acknowledged it, and the customer has no answer yet\./)).toBe(1);
      expect(count(client, "support", /Acknowledged and not answered: Mia Chen is reminded\./)).toBe(1);
      await desk.turnTo("2026-12-04 20:31");
      expect(rings(client)).toContain("sam");
      await client.types("sam", "reply PCC-1 We see it.");
      expect(rings(client)).toEqual([]);
    },
  },
  {
    name: "The filer reads that somebody was paged and acknowledged, and no name",
    opens: "2026-12-04 20:00",
    async goes(client) {
      await files(client, "pavel", RED);
      const receipt = () => find(client, "pavel", /^PCC-1 ·/).words;
      expect(receipt()).toMatch(/The person on call was paged .* Nobody has answered the page yet;/);
      await client.types("mia", "ack PCC-1");
      expect(receipt()).toMatch(/Somebody of the support team has acknowledged it /);
      for (const { words } of client.in("pavel")) expect(words).not.toMatch(/Mia|Sam|Leo/);
    },
  },
  {
    name: "Two have to acknowledge: it rings on for the others until they have",
    opens: FRIDAY_EVENING,
    rewritten: (file) => file.replace("rounds: 2", "rounds: 2\n    acknowledgements: 2"),
    async goes(client, desk) {
      await files(client, "carl", URGENT, "acme");
      const first = await client.presses("mia", find(client, "mia", "Nobody can order"), "Acknowledge");
      expect(first.words).toContain("You have acknowledged ACME-1. It rings on until 1 more have.");
      await desk.turnTo("2026-12-04 18:10");
      expect(rings(client)).toContain("sam");
      await client.presses("sam", find(client, "sam", "Nobody can order"), "Acknowledge");
      expect(rings(client)).toEqual([]);
      expect(find(client, "onCall", "Nobody can order").words).toMatch(/Mia Chen has it since .* Sam Okafor/);
    },
  },
  {
    name: "A page that support asks for, in hours too, with its reason",
    opens: IN_HOURS,
    async goes(client) {
      await files(client, "carl", NORMAL, "acme");
      const form = formIn(await client.presses("leo", find(client, "support", /^ACME-1 ·/), "Page on call"));
      const refused = await form.sends({ "Why now?": "" });
      expect(refused.words).toContain("Say why somebody has to be paged now.");
      await formIn(refused).sends({ "Why now?": "Their press stops at noon." });
      expect(find(client, "mia", "ACME-1").words).toContain("Why: Their press stops at noon.");
      expect((await client.types("leo", "page ACME-1 Again.")).words).toContain("rings already");
      expect((await client.types("mia", "ack all")).words).toContain("You have acknowledged ACME-1.");
    },
  },
  {
    name: "Whom no direct message reaches is passed over at once, and support reads why",
    opens: FRIDAY_EVENING,
    inTeams: "that is whoever has not added the app",
    async goes(client, desk) {
      const mia = desk.slack.workspace.members.get(PEOPLE.mia);
      if (mia !== undefined) mia.gone = "takes no messages";
      desk.teams.chats.delete(IDS["mia"] ?? "");
      await files(client, "carl", URGENT, "acme");
      await desk.turnTo("2026-12-04 18:06");
      expect(rings(client)).toEqual(["sam"]);
      expect(
        count(client, "support", /Could not page Mia Chen \(primary\): .*next step follows at once/),
      ).toBe(1);
    },
  },
  {
    name: "A step that calls several: all at once, and one acknowledgement ends it for all",
    opens: FRIDAY_EVENING,
    rewritten: (file) => file.replace("{ page: primary, wait: 5m }", "{ page: [primary, leo], wait: 5m }"),
    async goes(client) {
      await files(client, "carl", URGENT, "acme");
      expect(rings(client)).toEqual(["mia", "leo"]);
      await client.presses("leo", find(client, "leo", "Nobody can order"), "Acknowledge");
      expect(rings(client)).toEqual([]);
    },
  },
  {
    name: "Two centres: a code red follows the sun",
    opens: "2026-11-25 10:00",
    zone: "Europe/Prague",
    rewritten: twoCentres,
    async goes(client, desk) {
      await files(client, "pavel", RED);
      expect(rings(client)).toEqual(["leo"]);
      await client.types("leo", "ack all");
      await client.types("leo", "reply PCC-1 We see it.");
      await desk.turnTo("2026-11-25 23:00");
      await files(client, "pavel", { ...RED, Title: "Calls are lost again" });
      expect(rings(client)).toEqual(["mia"]);
    },
  },
  {
    name: "A ticket for people with a clearance pages them alone",
    opens: FRIDAY_EVENING,
    own: [CLEARED],
    rewritten: (file) =>
      file
        .replace("policy: eleveo", "policy: cleared")
        .replace(/(id: sam, .*?support: true)/, "$1, clearance: [official-sensitive]"),
    async goes(client, desk) {
      const sensitive = { "Is it Official-Sensitive?": "official-sensitive" };
      await files(client, "pavel", { Title: "Papers", Level: "Down", ...sensitive });
      await desk.turnTo("2026-12-04 18:35");
      expect(rings(client)).toEqual(["sam"]);
    },
  },
  {
    name: "A ladder that goes on to PagerDuty, and ends there with the page in chat",
    opens: FRIDAY_EVENING,
    ways: [
      pagerDutyWay(() => Promise.resolve({ url: pagerDuty.url, routingKey: "R0UT1NGKEY" }), {
        machineNow: () => new Date(),
      }),
    ],
    rewritten: (file) =>
      `${file.replace("{ page: secondary, wait: 10m }", "{ page: way pd, wait: 10m }")}ways: [{ id: pd, pagerduty: PAGERDUTY_KEY }]\n`,
    async goes(client, desk) {
      pagerDuty.received.length = 0;
      await files(client, "carl", URGENT, "acme");
      await desk.turnTo("2026-12-04 18:10");
      await client.types("sam", "ack ACME-1");
      const actions = pagerDuty.events().map((event) => event["event_action"]);
      expect(actions).toEqual(["trigger", "acknowledge"]);
    },
  },
  {
    name: "Whose notifications are paused is passed over at once",
    opens: FRIDAY_EVENING,
    inTeams: "by the status Do not disturb, where Microsoft Graph may tell it (off by default)",
    graph: ["presence"],
    async goes(client, desk) {
      const mia = desk.slack.workspace.members.get(PEOPLE.mia);
      if (mia !== undefined) mia.silentUntil = at("2026-12-05 08:00", "America/Chicago").getTime() / 1000;
      const { graph } = desk.teams;
      graph.granted.add(`${TENANT} Presence.Read.All`);
      graph.presences.set(IDS["mia"] ?? "", {
        ...{ tenant: TENANT, availability: "DoNotDisturb", activity: "Presenting" },
      });
      await files(client, "carl", URGENT, "acme");
      await desk.turnTo("2026-12-04 18:06");
      expect(rings(client)).toEqual(["sam", "mia"]);
      expect(
        count(client, "support", /It does not ring for Mia Chen \(primary\): notifications are paused there/),
      ).toBeGreaterThan(0);
    },
  },
];
