// Whom a ladder reaches: several at once, by policy, level and hours, and who is passed over at once.
import { describe, expect, test } from "vitest";
import { aDesk, type TestDesk } from "../support/desk.ts";

const URGENT = {
  title: "Nobody can order",
  body: "The shop shows an error.",
  level: "urgent",
  confirm: true,
};

/** The desk file of the sandbox with other ladders. */
function laddered(ladders: string): { rewritten: (file: string) => string } {
  return { rewritten: (file) => file.replace(/^ladders:\n[\s\S]*$/m, ladders) };
}

/** Those in whose direct messages a page rings. */
function rings(desk: TestDesk): string[] {
  return ["sam", "mia", "leo"].filter((who) =>
    desk.reads(who).some((line) => line.includes("PAGE (ringing)")),
  );
}

function standing(desk: TestDesk): string {
  return desk.reads("oncall").join("\n");
}

describe("a step that calls several", () => {
  const ladders = `rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }
  - { id: night-desk, timezone: Europe/Prague, handover: mon 09:00, from: 2026-01-05, people: [leo] }
ladders:
  - id: urgent
    rotation: weekly
    steps:
      - { page: [primary, primary of night-desk, group S0NIGHTS001], wait: 5m }
      - { page: [secondary, channel], here: true, wait: 10m }
`;
  const several = {
    rewritten: (file: string) => file.replace(/^rotations:\n[\s\S]*$/m, ladders),
  };

  const two = { rewritten: (file: string) => several.rewritten(file).replace(", group S0NIGHTS001", "") };

  test("rings all of them at once, waits once, and one acknowledgement ends it for all", async () => {
    await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", several);
    await desk.files("carl", URGENT);
    expect(rings(desk)).toEqual(["mia", "leo"]);
    const mentioned = desk.chat.seen.find(({ key }) => key.endsWith(":page:1:0.0.2"));
    expect(mentioned).toMatchObject({
      place: "slack:C0ONCALL001",
      message: { ring: [{ group: "S0NIGHTS001", address: "slack:S0NIGHTS001" }] },
    });
    await desk.turnTo("2026-12-04 18:09");
    expect(rings(desk)).toEqual(["mia", "leo"]);
    await desk.turnTo("2026-12-04 18:10");
    expect(rings(desk)).toEqual(["sam", "mia", "leo"]);

    await desk.presses("leo", "acknowledge", "ACME-1");
    expect(rings(desk)).toEqual([]);
    expect(standing(desk)).not.toContain("PAGE (ringing)");
  });

  test("names a person alone where the ladder does, and the on-call channel by nobody's platform", async () => {
    const ladders = `ladders:
  - { id: urgent, rotation: weekly, steps: [{ page: [leo, channel], here: true, wait: 5m }] }
`;
    await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", laddered(ladders));
    await desk.files("carl", URGENT);
    const said = desk.reads("support").join("\n");
    expect(said).toContain("Paged Leo Brandt.");
    expect(said).toContain("Paged everybody in the on-call channel.");
  });

  test("goes on while one of them was reached, says who was not, and follows at once where none was", async () => {
    await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", two);
    desk.chat.refuse = (place) =>
      place === "slack:U0MIA000001"
        ? { is: "failed", why: "user_disabled: the account is switched off." }
        : null;
    await desk.files("carl", URGENT);
    expect(rings(desk)).toEqual(["leo"]);
    expect(desk.reads("support").join("\n")).toMatch(
      /Could not page Mia Chen \(primary\): user_disabled[^\n]*off\.\.?$/m,
    );
    await desk.turnTo("2026-12-04 18:09");
    expect(rings(desk)).toEqual(["leo"]);

    await using other = await aDesk("2026-12-04 18:05", "America/Chicago", two);
    other.chat.refuse = (place) =>
      /U0MIA|U0LEO/.test(place) ? { is: "failed", why: "cannot_dm_bot: no direct messages." } : null;
    await other.files("carl", URGENT);
    expect(rings(other)).toEqual(["sam"]);
    expect(other.reads("support").join("\n")).toMatch(
      /Could not page (Mia|Leo)[^\n]*\. The next step follows at once\.$/m,
    );
  });
});

describe("a step that calls a user group by its handle", () => {
  const ladders = laddered(`ladders:
  - { id: urgent, rotation: weekly, steps: [{ page: group @nights, wait: 5m }, { page: leo, wait: 5m }] }
`);

  test("mentions the group in the on-call channel and waits for it", async () => {
    await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", ladders);
    await desk.files("carl", URGENT);
    expect(desk.chat.seen.find(({ key }) => key.endsWith(":page:1:0.0"))).toMatchObject({
      place: "slack:C0ONCALL001",
      message: { ring: [{ group: "@nights", address: "slack:@nights" }] },
    });
    expect(desk.reads("support").join("\n")).toContain("Paged the group @nights.");
    await desk.turnTo("2026-12-04 18:09");
    expect(rings(desk)).toEqual([]);
    await desk.turnTo("2026-12-04 18:10");
    expect(rings(desk)).toEqual(["leo"]);
  });

  test("which the platform does not know: the page stands there, the thread says so, the next step follows at once", async () => {
    await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", ladders);
    desk.chat.unknownGroups.set("@nights", "Slack knows no user group @nights");
    await desk.files("carl", URGENT);
    expect(desk.reads("support").join("\n")).toMatch(
      /Could not page the group @nights: Slack knows no user group @nights\. The next step follows at once\.$/m,
    );
    expect(rings(desk)).toEqual(["leo"]);
    const page = desk.chat.seen.find(({ key }) => key.endsWith(":page:1:0.0"));
    expect(page).toMatchObject({ place: "slack:C0ONCALL001", message: { state: "ringing" } });

    await desk.presses("leo", "acknowledge", "ACME-1");
    expect(page).toMatchObject({ message: { state: "acknowledged" } });
  });
});

test("a step calls a way out of the chat; where nothing is set up for it the next step follows at once", async () => {
  const out = laddered(`ladders:
  - { id: urgent, rotation: weekly, steps: [{ page: way pd, wait: 5m }, { page: leo, wait: 5m }] }
ways: [{ id: pd, pagerduty: PAGERDUTY_KEY }]
`);
  await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", out);
  await desk.files("carl", URGENT);
  expect(desk.reads("support").join("\n")).toMatch(
    /Could not page pd: no platform is set up for pagerduty:pd. The next step follows at once/,
  );
  expect(rings(desk)).toEqual(["leo"]);
});

describe("a ladder for some hours and levels", () => {
  const ladders = laddered(`ladders:
  - id: evening
    rotation: weekly
    for: { levels: [urgent], hours: { mon-fri: "17:00-22:00" } }
    steps: [{ page: leo, wait: 5m }, { page: leo, wait: 4h }]
  - { id: night, rotation: weekly, steps: [{ page: primary, wait: 5m }] }
`);

  test("is chosen when the page begins, and kept for it", async () => {
    await using desk = await aDesk("2026-12-04 21:58", "America/Chicago", ladders);
    await desk.files("carl", URGENT);
    await desk.turnTo("2026-12-04 22:10");
    expect(rings(desk)).toEqual(["leo"]);
    await desk.files("carl", URGENT);
    expect(rings(desk)).toEqual(["mia", "leo"]);
    expect(desk.reads("mia").join()).toContain("ACME-2");
    expect(desk.reads("mia").join()).not.toContain("ACME-1");
  });
});
