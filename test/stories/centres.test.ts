// Two centres, and people with a clearance: a page goes to those whom the customer, the hour and the ticket allow.
import { describe, expect, test } from "vitest";
import { aDesk, type TestDesk } from "../support/desk.ts";
import { policyOf } from "../support/life.ts";
import { clearedPolicy } from "../support/own-policy.ts";

const CODE_RED = { title: "Calls are lost", body: "All of them.", level: "1", "field.scope": "platform" };

/** Those in whose direct messages a page rings. */
function rings(desk: TestDesk): string[] {
  return ["sam", "mia", "leo"].filter((who) =>
    desk.reads(who).some((line) => line.includes("PAGE (ringing)")),
  );
}

/** Sam and Mia are the US centre, Leo is the EU's; each centre has its days, and the other one its nights. */
function twoCentres(file: string): string {
  return file
    .replace("    contacts: [pavel]\n", "    contacts: [pavel]\n    region: eu\n")
    .replace("    policy: allure\n", "    policy: eleveo\n    region: us\n")
    .replace(
      /^rotations:\n[\s\S]*$/m,
      `rotations:
  - id: us-desk
    timezone: America/Chicago
    layers:
      - { people: [sam, mia], from: 2026-01-05, handover: mon 09:00 }
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

describe("a US and an EU support centre", () => {
  test("a code red of a customer in the EU pages the EU centre by day", async () => {
    await using desk = await aDesk("2026-11-25 10:00", "Europe/Prague", { rewritten: twoCentres });
    await desk.files("pavel", CODE_RED, "pcc");
    expect(rings(desk)).toEqual(["leo"]);
  });

  test("a code red of a customer in the EU follows the sun to the US by night", async () => {
    await using desk = await aDesk("2026-11-25 23:00", "Europe/Prague", { rewritten: twoCentres });
    await desk.files("pavel", CODE_RED, "pcc");
    expect(rings(desk)).toEqual(["mia"]);
  });

  test("a code red of a customer in the US pages the US centre, at the same hour", async () => {
    await using desk = await aDesk("2026-11-25 10:00", "Europe/Prague", { rewritten: twoCentres });
    await desk.files("hana", CODE_RED, "harbor");
    expect(rings(desk)).toEqual(["sam"]);
  });
});

describe("a ticket that is Official-Sensitive", () => {
  const own = policyOf({ yaml: clearedPolicy("alliantist") });
  const rewritten = (file: string): string =>
    file.replace("slack: U0MIA000001,", "slack: U0MIA000001, clearance: [official-sensitive],");

  test.each([
    ["none", ["sam"], ["sam", "mia"]],
    ["official-sensitive", ["mia"], ["mia"]],
  ])("with clearance %s pages %j first, and in all %j", async (clearance, first, all) => {
    await using desk = await aDesk("2026-11-25 10:00", "Europe/London", { own: [own], rewritten });
    await desk.files("kate", { title: "Down", body: "All of it.", level: "1", "field.clearance": clearance });
    expect(rings(desk)).toEqual(first);
    await desk.turnTo("2026-11-25 10:20");
    expect(rings(desk)).toEqual(all);
  });
});
