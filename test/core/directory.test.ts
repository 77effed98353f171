import { describe, expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";

const GOOD = `
people:
  - { id: carl, name: Carl, slack: carl@acme.example, timezone: America/Chicago }
  - { id: sam, name: Sam, slack: U0SAM, timezone: America/Chicago, support: true }
  - { id: mia, name: Mia, slack: U0MIA, timezone: America/New_York, support: true }
customers:
  - { key: ACME, name: Acme, policy: aleyant, timezone: America/Chicago, channel: "#acme", contacts: [carl] }
channels: { support: "#support", on-call: "#on-call" }
rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }
ladders:
  - id: urgent
    rotation: weekly
    rounds: 2
    steps: [{ page: primary, wait: 5m }, { page: channel, here: true, wait: 1h }, { page: sam, wait: 5m }]
`;

function faultsOf(text: string): string[] {
  try {
    parseDirectory(text);
  } catch (refusal) {
    return refusal instanceof Error ? refusal.message.split("\n").slice(1) : [];
  }
  return [];
}

describe("the desk file", () => {
  test("says who is who, and customers page by its first ladder unless they name another", () => {
    const directory = parseDirectory(GOOD);
    expect(directory.customers[0]).toMatchObject({ key: "ACME", channel: "slack:#acme", ladder: "urgent" });
    expect(directory.people[1]).toMatchObject({ id: "sam", addresses: ["slack:U0SAM"], isSupport: true });
    expect(directory.rotations[0]).toMatchObject({
      handoverWeekday: 1,
      handoverTime: "09:00",
      from: "2026-01-05",
    });
    expect(directory.ladders[0]?.steps.map(({ waitMs }) => waitMs)).toEqual([300_000, 3_600_000, 300_000]);
  });

  test("is refused whole, with every fault at once, each with its path and line", () => {
    const faults = faultsOf(
      GOOD.replace("contacts: [carl]", "contacts: [karl]")
        .replace("timezone: America/New_York", "timezone: Mars/Base")
        .replace("rotation: weekly", "rotation: weakly")
        .replace("handover: mon 09:00", "handover: monday 9")
        .replace("wait: 1h", "wait: 1d")
        .replace("{ page: sam", "{ page: tertiary")
        .replace("id: mia", "id: sam"),
    );
    const told = faults.join("\n");
    for (const path of [
      "customers[0].contacts[0]",
      "people[2].timezone",
      "people[2].id",
      "ladders[0].rotation",
      "ladders[0].steps[1].wait",
      "ladders[0].steps[2].page",
      "rotations[0].handover",
    ]) {
      expect(told).toContain(path);
    }
    expect(told).toMatch(/line \d+/);
  });

  test("tells of a key that it does not know, and of what is missing", () => {
    const told = faultsOf(GOOD.replace("support: true", "suport: true").replace(/^channels:.*$/m, "")).join(
      "\n",
    );
    expect(told).toContain("suport");
    expect(told).toContain("channels");
  });

  test("that is no YAML is refused with the line", () => {
    expect(faultsOf("people: [").join("\n")).toMatch(/line \d/);
  });
});
