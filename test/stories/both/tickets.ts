// A ticket on both platforms: filed, shown, talked about, worked, closed, and asked about.
import { expect } from "vitest";
import { parseDirectory } from "../../../src/core/directory.ts";
import { applyFile } from "../../../src/desk/apply-file.ts";
import { presetIds, presetText } from "../../../src/policies/presets.ts";
import { deskFile } from "../../support/bridge-desk.ts";
import { find, files, formIn } from "../../support/clients.ts";
import { PEOPLE } from "../../support/double-desk.ts";
import { at, policyOf } from "../../support/life.ts";
import { chatOf } from "../../support/teams-desk.ts";
import { count, FRIDAY_EVENING, IN_HOURS, NORMAL, RED, URGENT, type Story } from "./story.ts";

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

export const TICKET_STORIES: Story[] = [
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
    name: "Commands: list, mine, show, take, ack, reply, note, close, reopen, help",
    opens: FRIDAY_EVENING,
    inTeams: "typed to Belfry, or after @Belfry; what others may not see is answered in one's own chat",
    async goes(client, _, platform) {
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
      // What is read is what is typed there.
      const help = [await says("carl", "help"), (await client.types("carl", "help", "acme")).words];
      const mark = platform === "Slack" ? ["/", "/"] : ["", "@Belfry "];
      for (const [nr, words] of help.entries())
        expect(words).toMatch(
          new RegExp(`(^|[. ])${mark[nr]}ticket list: the open tickets\\. ${mark[nr]}ticket mine`),
        );
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
    name: "Filed by support for a contact: counted from when it was received, the receipt to the contact",
    opens: "2026-12-04 14:00",
    async goes(client) {
      const form = formIn(await client.types("sam", "", "acme"));
      const filled = {
        ...NORMAL,
        "What happened": "By phone.",
        "On behalf of": "Carl",
        "Received by": "phone",
      };
      const late = { ...filled, "Received at": at("2026-12-05 09:00", "America/Chicago") };
      const refused = await form.sends(late);
      expect(refused.words).toContain("This lies in the future. Say when it happened.");
      await formIn(refused).sends({ "Received at": at("2026-12-04 09:00", "America/Chicago") });
      expect(find(client, "carl", /^ACME-1 · Proof/).words).toContain("due Fri 4 Dec 2026 15:00 CST");
    },
  },
  {
    name: "Rights: strangers, other customers, the support team's thread, a button that is too old",
    opens: IN_HOURS,
    rewritten: (file) => file.replace(/^ {2}- \{ id: nora.*\n/m, "").replace("[carl, nora]", "[carl]"),
    async goes(client) {
      await files(client, "carl", NORMAL, "acme");
      expect((await client.types("nora", "list")).words).toContain("Belfry does not know you yet.");
      const says = async (words: string) => (await client.types("pavel", words)).words;
      for (const words of ["show ACME-1", "why ACME-1", "reply ACME-1 Hello."])
        expect(await says(words)).toContain("There is no ticket ACME-1 that you can see.");
      const card = find(client, "support", /Assignee: nobody yet/);
      await client.types("leo", "take ACME-1");
      await client.types("leo", "reply ACME-1 Fixed.");
      await client.types("leo", "close ACME-1 Fixed.");
      const old = await client.presses("mia", card, "Take");
      expect(old.words).toContain("ACME-1 is closed. Reopen it first if the same problem is back.");
      expect((await client.types("carl", "note ACME-1 Hm.")).words).toContain(
        "Only the support team can do this.",
      );
    },
  },
  {
    name: "Asked, on hold, resumed: each side reads the status, and what waits says so",
    opens: "2026-12-04 10:00",
    async goes(client) {
      await files(client, "pavel", {
        ...RED,
        Level: "High",
        "Does it concern the whole platform?": "platform",
      });
      const card = () => find(client, "support", /^PCC-1 · Calls/);
      const receipt = () => find(client, "pavel", /^PCC-1 · Calls/);
      const ask = formIn(await client.presses("leo", card(), "Ask the customer"));
      await ask.sends({ "What do you need to know?": "May we look?" });
      expect(count(client, "pavel", /Leo Brandt (asks|answers): May we look\?/)).toBe(1);
      for (const one of [card(), receipt()]) expect(one.words).toContain("Status: Awaiting your response");
      expect(receipt().words).toMatch(/Function restored: .*(waits|paused|stands still)/);
      await client.answers("pavel", receipt(), "Yes.");
      expect(card().words).toContain("Status: Open");
      await client.types("leo", "hold PCC-1 It waits for a release.");
      expect(card().words).toContain("Status: On hold");
      await client.types("leo", "resume PCC-1");
      expect(card().words).toContain("Status: Open");
    },
  },
  {
    name: "Words on a closed ticket reopen nothing, and say how to",
    opens: IN_HOURS,
    async goes(client) {
      await files(client, "carl", NORMAL, "acme");
      await client.types("leo", "reply ACME-1 Fixed.");
      await client.types("leo", "close ACME-1 Replaced the profile.");
      await client.answers("carl", find(client, "carl", /^ACME-1/), "It is back.");
      expect(count(client, "support", /Carl Reyes \(customer\) wrote: It is back\./)).toBe(1);
      expect(find(client, "support", /^ACME-1 ·/).words).toContain("Status: Closed");
      const reopen = formIn(await client.presses("carl", find(client, "carl", /^ACME-1 · Proof/), "Reopen"));
      await reopen.sends({ "What is back?": "The colours." });
      expect(find(client, "support", /^ACME-1 ·/).words).toContain("Status: Open");
    },
  },
  {
    name: "Another level declined with its reason; closing asks what became of each promise",
    opens: "2026-12-04 20:00",
    async goes(client) {
      await files(client, "pavel", { ...RED, Level: "Medium" });
      await client.types("pavel", "ask-level PCC-1 1 I am in a hurry.");
      const asked = find(client, "support", "Pavel Dvorak asks for Critical (code red): I am in a hurry.");
      const decline = formIn(await client.presses("leo", asked, "Decline level"));
      await decline.sends({ "Why does the level stay as it is?": "There is a workaround." });
      expect(
        count(
          client,
          "pavel",
          /keeps the level as it is, not Critical \(code red\): There is a workaround\./,
        ),
      ).toBe(1);
      const close = formIn(await client.types("leo", "close PCC-1"));
      const refused = await close.sends({ "How was it resolved?": "A cable." });
      expect(refused.words).toContain("Say whether this promise was met or is withdrawn.");
      const closed = await formIn(refused).sends({
        "First answer: not recorded yet. Was it met?": "No",
        "First answer: if withdrawn, why?": "Their own cable.",
      });
      expect(closed.form).toBeNull();
      const { words } = find(client, "pavel", /^PCC-1 ·/);
      expect(words).toContain("Status: Closed");
      expect(words).toMatch(/First answer: withdrawn/);
    },
  },
  {
    name: "A policy that changes under open tickets: both sides read the new deadline",
    opens: IN_HOURS,
    async goes(client, desk, platform) {
      await files(client, "carl", NORMAL, "acme");
      const stricter = presetText("aleyant")
        .replace('version: "1"', 'version: "2"')
        .replaceAll("within: 6h, goal: 4h", "within: 5h, goal: 3h");
      const policies = presetIds.map((id) => policyOf(id === "aleyant" ? { yaml: stricter } : id));
      const side = platform === "Slack" ? "slack" : "teams";
      const directory = parseDirectory(deskFile({ customer: side, desk: side }));
      await applyFile(desk.store, { directory, policies }, desk.now(), { openTickets: "move" });
      await desk.settle();
      const told = /now counts by Aleyant support, version 2\. First answer: due Thu 3 Dec 2026 15:00 CST/;
      for (const place of ["carl", "acme"] as const) expect(count(client, place, told)).toBe(1);
      expect(find(client, "support", /^ACME-1 ·/).words).toContain("due Thu 3 Dec 2026 15:00 CST");
    },
  },
];
