// Many pages at once: whoever is paged reads one message that counts and lists them, and acknowledges once.
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/desk/ports.ts";
import type { Text } from "../../src/core/message.ts";
import { aDesk, PLACES, type TestDesk } from "../support/desk.ts";

/** A code red of eleveo's customer, which pages at any hour. */
function codeRed(nr: number) {
  return {
    title: `Calls drop in queue ${nr}`,
    body: "Nobody can be reached.",
    level: "1",
    "field.scope": "platform",
    confirm: true,
  };
}

async function codeReds(desk: TestDesk, count: number, first = 1): Promise<void> {
  for (let nr = first; nr < first + count; nr += 1) await desk.files("pavel", codeRed(nr));
}

/** What pages somebody, or a channel, one line a message. */
function pagesIn(desk: TestDesk, place: string): string[] {
  return desk.reads(place).filter((line) => /^(PAGE|STORM)/.test(line));
}

/** The sandbox's desk file, whose ladder has these steps and one round. */
function stepping(...steps: string[]): { rewritten: (file: string) => string } {
  const lines = steps.map((step) => `      - { page: ${step} }\n`).join("");
  return { rewritten: (file) => file.replace(/rounds: 2\n( +steps:\n)[^]*$/, `rounds: 1\n$1${lines}`) };
}

/** It calls one person once. */
const ONE_STEP = stepping("primary, wait: 1m");

/** It calls a user group, then one person. */
const GROUP_FIRST = stepping("group @nights, wait: 5m", "leo, wait: 5m");

/** What the messages of the storm in the on-call channel mention, one row for each message. */
function mentioned(desk: TestDesk): string[][] {
  return desk.chat.seen.flatMap(({ place, message }) =>
    place === PLACES["oncall"] && message.kind === "storm" ? [message.ring.flatMap(mentionIn)] : [],
  );
}

function mentionIn(part: Text[number]): string[] {
  if (typeof part === "string") return [];
  if ("here" in part) return ["@here"];
  return "group" in part ? [part.group] : [];
}

/** Whom a ticket's page did not reach, and why. */
async function missedBy(desk: TestDesk, number: string): Promise<string[]> {
  return desk.store.transaction(async (tx) => {
    const ticket = await tx.ticketByNumber(number);
    const told = ticket?.paging?.told ?? [];
    return told.flatMap(({ missed, group, role }) => (missed === null ? [] : `${group ?? role}: ${missed}`));
  });
}

describe("many code reds in a minute", () => {
  test("become one page for whoever is on call, which counts and lists them, most severe and newest first", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague");
    await codeReds(desk, 20);
    for (const place of ["sam", "oncall"]) {
      const pages = pagesIn(desk, place);
      expect(pages.map((line) => line.split(" ")[0])).toEqual(["PAGE", "PAGE", "STORM"]);
      expect(pages[2]).toContain(
        "STORM (ringing) 20 tickets page at once; PCC-20 Calls drop in queue 20, Critical",
      );
      expect(pages[2]).toContain("and 5 more");
    }
  });

  test("ring again for what came since, a minute later at the soonest, also when nothing else happens", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague");
    await codeReds(desk, 5);
    expect(pagesIn(desk, "sam")).toHaveLength(3);
    await desk.turnTo("2026-11-24 03:02");
    await codeReds(desk, 1, 6);
    const storms = pagesIn(desk, "sam").slice(2);
    const moved = "STORM (over) More pages came: see the newer message, which lists all of them";
    expect(storms.slice(0, 2)).toEqual([moved, moved]);
    expect(storms[2]).toContain("STORM (ringing) 6 tickets page at once");
    expect(storms).toHaveLength(3);
  });

  test("that reach nobody go on to the next person at once, each of them", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague");
    desk.chat.refuse = (place) =>
      place === PLACES["sam"] ? { is: "failed", why: "cannot_dm_bot: no direct messages." } : null;
    await codeReds(desk, 4);
    await desk.turnTo("2026-11-24 03:03");
    expect(pagesIn(desk, "sam")).toEqual([]);
    expect(pagesIn(desk, "mia").join("\n")).toMatch(/4 tickets page at once; PCC-4.*PCC-3.*PCC-2.*PCC-1/s);
    const missed = await desk.store.transaction(async (tx) => {
      const ticket = await tx.ticketByNumber("PCC-3");
      const events = ticket === null ? [] : await tx.eventsOf(ticket.id);
      return events.flatMap(({ what }) =>
        what.kind === "page-missed" ? [`${what.round}.${what.step}`] : [],
      );
    });
    expect(missed).toEqual(["0.0", "0.1"]);
  });

  test("whose message never went out ring by the next one, and go on with it where that reaches nobody", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague");
    let outcome: Outcome = { is: "retry", at: new Date(Date.now() + 600_000), why: "500", lane: false };
    desk.chat.refuse = (place, message) =>
      place === PLACES["sam"] && message.kind === "storm" ? outcome : null;
    await codeReds(desk, 3);
    await desk.turnTo("2026-11-24 03:02");
    expect(pagesIn(desk, "mia")).toEqual([]);
    outcome = { is: "failed", why: "cannot_dm_bot: no direct messages." };
    await codeReds(desk, 1, 4);
    await desk.turnTo("2026-11-24 03:03");
    const passedOn = pagesIn(desk, "mia").join("\n");
    for (const number of ["PCC-3", "PCC-4"]) expect(passedOn).toContain(number);
    expect(passedOn).not.toMatch(/PCC-[12]/);
  });

  test("do not ring where they were refused once all of them have ended", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague", ONE_STEP);
    desk.chat.refuse = (place, message) =>
      place === PLACES["sam"] && message.kind === "storm" ? { is: "failed", why: "cannot_dm_bot" } : null;
    await codeReds(desk, 3);
    desk.chat.refuse = null;
    await desk.turnTo("2026-11-24 03:05");
    expect(desk.reads("support").join("\n")).toMatch(/Nobody answered the page for PCC-3/);
    expect(pagesIn(desk, "sam")).toEqual([
      expect.stringContaining("PAGE (unanswered) Critical (code red) · PCC-1"),
      expect.stringContaining("PAGE (unanswered) Critical (code red) · PCC-2"),
    ]);
  });

  test("are read all the same where their ladders end while the message waits to be sent", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague", ONE_STEP);
    desk.chat.refuse = (_, message) =>
      message.kind === "storm"
        ? { is: "retry", at: new Date(Date.now() + 3_000), why: "429", lane: false }
        : null;
    await codeReds(desk, 3);
    await desk.turnTo("2026-11-24 03:05");
    desk.chat.refuse = null;
    await expect
      .poll(() => pagesIn(desk, "sam").at(-1), { timeout: 30_000 })
      .toMatch(/STORM \(over\).*PCC-3.*Nobody acknowledged/);
  });

  test("are acknowledged together also where they are more than one answer has time for", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague");
    await codeReds(desk, 23);
    const reply = await desk.does("sam", { kind: "words", text: "ack all" });
    expect(JSON.stringify(reply)).toContain("PCC-20 and 3 more, one after another.");
    await desk.turnTo("2026-11-24 03:01");
    for (const place of ["sam", "oncall"]) expect(pagesIn(desk, place).join("\n")).not.toContain("ringing");
  });

  test("are acknowledged one by one, or together, and every message tells who has them", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague");
    await codeReds(desk, 6);
    await desk.presses("mia", "acknowledge", "PCC-4");
    expect(pagesIn(desk, "sam")[2]).toMatch(/5 tickets page at once; .*PCC-4 [^;]* Mia Chen has it since/);

    const { message } = desk.find("sam", "STORM");
    if (message.kind !== "storm") throw new Error("no storm");
    const [all] = message.buttons;
    expect(all).toMatchObject({ act: "acknowledge-all", label: "Acknowledge all" });
    const reply = await desk.does("sam", { kind: "acknowledge-all", place: all?.ticket ?? "" });
    expect(JSON.stringify(reply)).toContain(
      "You have acknowledged PCC-1, PCC-2, PCC-3, PCC-5, PCC-6. The promises to the customers still run.",
    );
    for (const place of ["sam", "oncall"]) {
      expect(pagesIn(desk, place).join("\n")).not.toContain("ringing");
      expect(pagesIn(desk, place)[2]).toContain("STORM (over) None of these pages rings any more");
    }
    await desk.turnTo("2026-11-24 03:14");
    expect(pagesIn(desk, "mia")).toEqual([]);
  });
});

describe("many code reds whose ladder calls a user group", () => {
  test("mention it in the message of all, again in the next one, and by no edit anew", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague", GROUP_FIRST);
    await codeReds(desk, 3);
    expect(mentioned(desk)).toEqual([["@nights"]]);
    await desk.presses("mia", "acknowledge", "PCC-1");
    expect(mentioned(desk)).toEqual([["@nights"]]);
    expect(desk.find("oncall", "STORM").edits).toBeGreaterThan(0);

    await codeReds(desk, 1, 4);
    expect(mentioned(desk)).toEqual([["@nights"]]);
    await desk.turnTo("2026-11-24 03:02");
    expect(mentioned(desk)).toEqual([[], ["@nights"]]);
    await desk.turnTo("2026-11-24 03:04");
    expect(mentioned(desk)).toHaveLength(2);
    expect(await missedBy(desk, "PCC-4")).toEqual([]);
  });

  test("mention it only from the step on that calls it", async () => {
    await using desk = await aDesk(
      "2026-11-24 03:00",
      "Europe/Prague",
      stepping("sam, wait: 5m", "group @nights, wait: 5m"),
    );
    await codeReds(desk, 3);
    expect(mentioned(desk)).toEqual([[]]);
    await desk.turnTo("2026-11-24 03:04");
    expect(mentioned(desk)).toEqual([[]]);
    await desk.turnTo("2026-11-24 03:07");
    expect(mentioned(desk).at(-1)).toEqual(["@nights"]);
  });

  test("go on at once where it is not known, each of them, while the message stands there", async () => {
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague", GROUP_FIRST);
    desk.chat.unknownGroups.set("@nights", "Slack knows no user group @nights");
    await codeReds(desk, 5);
    await desk.turnTo("2026-11-24 03:02");
    for (const number of ["PCC-3", "PCC-4", "PCC-5"]) {
      expect(await missedBy(desk, number)).toEqual(["@nights: Slack knows no user group @nights"]);
      expect(pagesIn(desk, "leo").join("\n")).toContain(number);
    }
    expect(desk.reads("support").join("\n")).toContain("The next step follows at once.");
    expect(pagesIn(desk, "oncall").at(-1)).toContain("STORM (ringing) @nights5 tickets page at once");
  });

  test("pass over that group alone: whoever is called beside it, here or by name, is waited for", async () => {
    const several = stepping(
      "[group @nights, group @days, channel, sam], here: true, wait: 5m",
      "leo, wait: 5m",
    );
    await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague", several);
    desk.chat.unknownGroups.set("@nights", "Slack knows no user group @nights");
    await codeReds(desk, 3);
    expect(mentioned(desk)).toEqual([["@here", "@nights", "@days"]]);
    await desk.turnTo("2026-11-24 03:04");
    expect(await missedBy(desk, "PCC-3")).toEqual(["@nights: Slack knows no user group @nights"]);
    expect(pagesIn(desk, "leo")).toEqual([]);
  });
});
