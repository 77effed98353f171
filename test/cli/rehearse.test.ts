import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rehearsalInJson, rehearsalInWords } from "../../src/cli/rehearsal-text.ts";
import { rehearsalOf } from "../../src/cli/rehearse.ts";
import { presetText } from "../../src/policies/presets.ts";

const DESK = fileURLToPath(new URL("../../src/sandbox/desk.yaml", import.meta.url));
const FRIDAY = {
  ...{ policy: "aleyant", level: "urgent", opened: "2026-11-27 18:05", timezone: "America/Chicago" },
  ...{ set: {}, assume: [] },
};

/** The timeline with its columns one space apart, without the places. */
function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));
}

describe("belfry rehearse", () => {
  it("tells an urgent ticket's night and Monday, if nobody does anything", async () => {
    const text = rehearsalInWords(await rehearsalOf(FRIDAY, DESK));
    const told = lines(text);
    expect(told.slice(0, 6)).toEqual([
      'Aleyant support 1, Urgent, if nobody does anything, for ACME Print, paged by "urgent"',
      "First answer within 6h: Mon 30 Nov 2026 15:00 CST",
      "",
      "Fri 27 Nov 2026 18:05 CST | filed | card, receipt | support channel, direct message to Carl Reyes, customer's channel",
      "page begins | urgent, outside hours | on-call channel",
      "page | step 1 of 4: Sam Okafor (primary) | direct message to Sam Okafor",
    ]);
    expect(told).toContain(
      "Fri 27 Nov 2026 19:15 CST | unanswered | to everybody there: nobody answered the page | support channel, on-call channel",
    );
    expect(told.at(-2)).toBe(
      "Mon 30 Nov 2026 15:00 CST | breach | First answer is missed | thread, support channel, on-call channel",
    );
  });

  it("says that a page has no ladder where no desk file is given", async () => {
    const text = rehearsalInWords(await rehearsalOf(FRIDAY, null));
    expect(text).toContain("page begins");
    expect(text).not.toContain("nobody answered");
    expect(text).toContain("No desk file is given");
  });

  it("pages at closing a ticket that came in hours", async () => {
    const text = rehearsalInWords(await rehearsalOf({ ...FRIDAY, opened: "2026-12-03 15:00" }, DESK));
    expect(lines(text)).toContain(
      "Thu 3 Dec 2026 17:00 CST | page begins | closing, and nobody attended to it | on-call channel",
    );
  });

  it("tells some of the reminders that repeat for ever, and that they go on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "belfry-rehearse-"));
    const policy = join(folder, "hourly.yaml");
    await writeFile(
      policy,
      presetText("aleyant")
        .replace("[50%, 80%, 100%]", "[every 1h overdue]")
        .replace("id: aleyant", "id: ours"),
    );
    const rehearsed = await rehearsalOf({ ...FRIDAY, policy, level: "normal" }, null);
    await rm(folder, { recursive: true });
    const text = rehearsalInWords(rehearsed);
    expect(lines(text).filter((line) => line.includes("overdue |"))).toEqual([
      "Mon 30 Nov 2026 16:00 CST | overdue | First answer, reminder 1 | thread, support channel",
      "Mon 30 Nov 2026 17:00 CST | overdue | First answer, reminder 2 | thread, support channel",
      "Tue 1 Dec 2026 10:00 CST | overdue | First answer, reminder 3 | thread, support channel",
    ]);
    expect(text).toContain("every 1h overdue; they go on until it is met or closed.");
    expect(rehearsalInJson(rehearsed)).toMatchObject({ goesOnAt: "2026-12-01T17:00:00Z" });
  });

  it("takes the zone and the customer from the desk file", async () => {
    const ticket = { policy: "eleveo", level: "2", opened: "2026-11-27 16:30" };
    const options = { ...ticket, set: {}, assume: [] };
    expect(rehearsalInJson(await rehearsalOf(options, DESK))).toMatchObject({
      customer: "PCC",
      timezone: "Europe/Prague",
      targets: [{ kind: "response", deadline: "2026-11-30T08:30:00Z" }],
    });
    await expect(rehearsalOf({ ...options, customer: "NOPE" }, DESK)).rejects.toThrow(
      'The desk has no customer "NOPE"; it has ACME, NORTH, HARBOR, PCC, KENT.',
    );
    await expect(rehearsalOf(options, null)).rejects.toThrow("has no Z or offset");
  });

  it("refuses a level and a field that the policy lacks", async () => {
    await expect(rehearsalOf({ ...FRIDAY, level: "9" }, null)).rejects.toThrow('"9" is no level of aleyant');
    await expect(rehearsalOf({ ...FRIDAY, set: { scope: "platform" } }, null)).rejects.toThrow(
      '"scope" is no field of aleyant',
    );
  });
});
