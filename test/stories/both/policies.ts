// Each policy as people meet it on both platforms: the level in the form, what it promises and assumes, the deadline on the
// receipt, the page or that there is none, and the reminder that arrives. The lines of each are told under ../policies.
import { expect } from "vitest";
import { readPolicy } from "../../../src/policies/read-policy.ts";
import { find, formIn, type Filled } from "../../support/clients.ts";
import { OURS } from "../../support/own-policy.ts";
import { count, type Story } from "./story.ts";

interface Policied {
  name: string;
  policy: string;
  zone: string;
  opens: string;
  /** What is filled in beside the title and what happened. */
  filled: Filled;
  /** What the form says before it is sent. */
  says: readonly string[];
  /** What the receipt says. */
  receipt: RegExp;
  /** The page's headline, or null where nobody is paged. */
  pages: string | null;
  /** A wall time, and what the support channel has read by then. */
  then: [wall: string, words: RegExp];
}

const POLICIES: Policied[] = [
  {
    ...{
      name: "aleyant normal: a limit in Chicago's hours, the Monday notice, nobody woken",
      policy: "aleyant",
    },
    ...{ zone: "America/Chicago", opens: "2026-12-07 10:00", filled: { Level: "Normal" } },
    says: [
      "First answer by Mon 7 Dec 2026 16:00 CST. Nobody is woken for it.",
      "Mondays and the day after a holiday may take longer than usual.",
    ],
    receipt: /Mondays and the day after a holiday may take longer.*due Mon 7 Dec 2026 16:00 CST/,
    pages: null,
    then: ["2026-12-07 16:00", /First answer is missed, it was due Mon 7 Dec 2026 16:00 CST/],
  },
  {
    ...{ name: "aleyant urgent: alerts the channel in hours, pages at closing", policy: "aleyant" },
    ...{ zone: "America/Chicago", opens: "2026-12-03 15:00" },
    filled: { Level: "Urgent", "Urgent: is it so?": true },
    says: [
      "The support channel is alerted at once; if nobody attends to it, the person on call is paged Thu 3 Dec 2026 17:00 CST.",
      "Assumed, where the policy's source is silent: ",
    ],
    receipt: /due Fri 4 Dec 2026 13:00 CST/,
    pages: "Urgent · ACME-1",
    then: ["2026-12-03 17:00", /(@here|@channel|Everybody in this channel)/],
  },
  {
    ...{ name: "alleo: four levels in New York's support hours, nobody woken", policy: "alleo" },
    ...{ zone: "America/New_York", opens: "2026-12-04 16:00", filled: { Level: "Down" } },
    says: [
      "First answer by Mon 7 Dec 2026 11:00 EST. Nobody is woken for it.",
      "Support is open on holidays, because the source names none.",
    ],
    receipt: /due Mon 7 Dec 2026 11:00 EST/,
    pages: null,
    then: ["2026-12-07 11:00", /First answer is missed, it was due Mon 7 Dec 2026 11:00 EST/],
  },
  {
    ...{ name: "allure level 1: work begins within the hour, at any hour", policy: "allure" },
    ...{ zone: "America/New_York", opens: "2026-12-05 22:00", filled: { Level: "Critical" } },
    says: [
      "Work begins by Sat 5 Dec 2026 23:00 EST. The person on call is paged at once.",
      "Level 1 counts around the clock.",
    ],
    receipt: /Work begins: due Sat 5 Dec 2026 23:00 EST/,
    pages: "Critical · ACME-1",
    then: ["2026-12-05 22:48", /Work begins, 80% of the time is used/],
  },
  {
    ...{ name: "allure below level 1: no time is promised, and it says why", policy: "allure" },
    ...{ zone: "America/New_York", opens: "2026-12-03 10:00", filled: { Level: "Severe" } },
    says: [
      "The policy promises no time for Severe. Nobody is woken for it.",
      "Levels 2 to 4 promise no times, because their table is missing from the published text.",
    ],
    receipt: /The policy promises no time for this level\./,
    pages: null,
    then: ["2026-12-04 10:00", /ACME-1/],
  },
  {
    ...{
      name: "eleveo code red: by phone in half an hour, restored in four, on Christmas night",
      policy: "eleveo",
    },
    ...{ zone: "Europe/Prague", opens: "2026-12-25 03:00" },
    filled: { Level: "Critical", "Does it concern the whole platform?": "platform" },
    says: [
      "First answer (by phone) by Fri 25 Dec 2026 03:30 CET. Function restored by Fri 25 Dec 2026 07:00 CET. The person on call is paged at once.",
    ],
    receipt:
      /First answer: due by phone Fri 25 Dec 2026 03:30 CET.*Function restored: due Fri 25 Dec 2026 07:00 CET/,
    pages: "Critical (code red) · ACME-1",
    then: ["2026-12-25 03:30", /First answer is missed, it was due Fri 25 Dec 2026 03:30 CET/],
  },
  {
    ...{ name: "alliantist: business hours by GMT as written, nobody woken", policy: "alliantist" },
    ...{ zone: "Europe/London", opens: "2026-07-02 18:30", filled: { Level: "Down" } },
    says: [
      "First answer by Fri 3 Jul 2026 10:30 BST. Nobody is woken for it.",
      "GMT is meant as written, UTC all year",
      "UK public holidays are those of England and Wales.",
    ],
    receipt: /due Fri 3 Jul 2026 10:30 BST/,
    pages: null,
    then: ["2026-07-03 10:30", /First answer is missed, it was due Fri 3 Jul 2026 10:30 BST/],
  },
  {
    ...{
      name: "A policy of one's own: its hours, field, notice, assumption and page at closing",
      policy: "ours",
    },
    ...{ zone: "America/Chicago", opens: "2026-12-04 15:00" },
    filled: { Level: "Down", "Which floor?": "upper", "Down: is it so?": true },
    says: [
      "First answer by Mon 7 Dec 2026 08:30 CST. Function restored by Mon 7 Dec 2026 15:00 CST.",
      "Half of us are away today.",
      "Lunch does not count.",
    ],
    receipt: /due Mon 7 Dec 2026 08:30 CST/,
    pages: "Down · ACME-1",
    then: ["2026-12-07 08:06", /First answer, 80% of the time is used/],
  },
];

const own = [await readPolicy(OURS, "ours.yaml", [])];

/** One story for each policy, by one text. */
export const POLICY_STORIES: Story[] = POLICIES.map(
  ({ name, policy, zone, opens, filled, says, receipt, pages, then: [wall, words] }) => ({
    ...{ name, opens, zone, own },
    rewritten: (file) =>
      file.replace("policy: aleyant, timezone: America/Chicago", `policy: ${policy}, timezone: ${zone}`),
    async goes(client, desk) {
      const form = formIn(await client.types("carl", "Nothing works", "acme"));
      const { Level = "", ...others } = filled;
      await form.chooses({ Level });
      await form.chooses(
        Object.fromEntries(
          Object.entries(others).filter(([label]) => label.endsWith("?") && !label.endsWith("is it so?")),
        ),
      );
      for (const said of says) expect(form.words()).toContain(said);
      const sent = await form.sends({ "What happened": "It broke.", ...others });
      expect(sent.form).toBeNull();
      for (const place of ["carl", "acme"] as const)
        expect(find(client, place, /^ACME-1 · Nothing works/).words).toMatch(receipt);
      await desk.turnTo(wall);
      expect(count(client, "support", words)).toBeGreaterThan(0);
      const rung = client.in("onCall").filter(({ words }) => words.includes(pages ?? "· ACME-1"));
      expect(rung.length > 0).toBe(pages !== null);
    },
  }),
);
