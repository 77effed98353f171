import { expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";
import { settingsAt } from "../../src/core/in-step.ts";

const TEAMS_ID = "11111111-2222-3333-4444-555555555555";

function deskWhere(sam: string, step = "group: S0ONCALL") {
  return parseDirectory(`
people:
  - { id: carl, name: Carl Reyes, slack: U0CARL, timezone: America/Chicago }
  - { id: sam, name: Sam Okafor, ${sam}, timezone: America/Chicago, support: true }
customers:
  - { key: ACME, name: ACME Print, policy: aleyant, timezone: America/Chicago, contacts: [carl] }
channels: { support: "#support", on-call: "#on-call" }
rotations:
  - id: weekly
    timezone: America/Chicago
    handover: mon 09:00
    from: 2026-01-05
    people: [sam]
    keep-in-step: { ${step} }
`);
}

test.each([
  ["slack: U0SAM", ["slack:U0SAM"]],
  [`teams: ${TEAMS_ID}, slack: U0SAM`, ["slack:U0SAM"]],
])("a Slack group has whoever is on call by their address in Slack: %s", (sam, people) => {
  const settings = settingsAt(deskWhere(sam), new Date("2026-11-26T12:00:00Z"));
  expect(settings).toEqual([{ is: "group", group: "slack:S0ONCALL", people }]);
});

test("a Slack group stays as it was while whoever is on call is in Teams alone", () => {
  expect(settingsAt(deskWhere(`teams: ${TEAMS_ID}`), new Date("2026-11-26T12:00:00Z"))).toEqual([]);
});

test("a tag in Teams has them by their address there, beside the on-call channel of its team", () => {
  const desk = deskWhere(`teams: ${TEAMS_ID}, slack: U0SAM`, "group: S0ONCALL, tag: On call");
  expect(settingsAt(desk, new Date("2026-11-26T12:00:00Z"))).toEqual([
    { is: "group", group: "slack:S0ONCALL", people: ["slack:U0SAM"] },
    { is: "group", group: "teams:tag:On call", people: [`teams:${TEAMS_ID}`], beside: "slack:#on-call" },
  ]);
});
