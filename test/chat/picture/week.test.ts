// The picture of a week on call: a row for each rotation and role, names on the bars, and nobody said as such.
import { expect, it } from "vitest";
import { pngOf } from "../../../src/chat/picture/png.ts";
import { drawingOf } from "../../../src/chat/slack/picture.ts";
import { renderMessage } from "../../../src/chat/slack/render.ts";
import { week } from "../../../src/chat/picture/week.ts";
import { parseDirectory } from "../../../src/core/directory.ts";
import type { DutyChart } from "../../../src/core/message.ts";
import { weekTable } from "../../../src/core/oncall-lines.ts";

const DESK = parseDirectory(`
people:
  - { id: sam, name: Sam Okafor, slack: U0SAM000001, timezone: America/Chicago, support: true }
  - { id: mia, name: "Mia <Chen>", slack: U0MIA000001, timezone: America/New_York, support: true }
customers: [{ key: ACME, name: ACME, policy: aleyant, timezone: America/Chicago, contacts: [sam] }]
channels: { support: C0SUPPORT01, on-call: C0ONCALL001 }
rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }
  - { id: alone, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [mia] }
overrides:
  - { rotation: weekly, person: mia, role: primary, from: 2026-11-28 09:00, to: 2026-11-28 10:00 }
leave:
  - { person: mia, from: 2026-11-27 00:00, to: 2026-11-28 00:00 }
`);

function chartOf(zone: string, now: string): DutyChart {
  const { chart } = weekTable(DESK, DESK.rotations, zone, new Date(now));
  if (chart === undefined) throw new Error("There is no chart.");
  return chart;
}

function wordsIn(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words = ""]) => words);
}

it("has a row for each rotation and role, with each day and name, and says below what is too short for its name", () => {
  const words = wordsIn(week("On call this week", chartOf("America/Chicago", "2026-11-26T18:00:00Z")));
  expect(words).toEqual(
    expect.arrayContaining([
      ...["On call this week", "weekly", "alone", "primary", "secondary", "clock of America/Chicago"],
      ...["Thu 26 Nov", "Wed 2 Dec", "Sam Okafor", "Mia &lt;Chen&gt;", "nobody"],
    ]),
  );
  expect(words.filter((each) => /^\w{3} \d+ \w{3}$/.test(each))).toHaveLength(7);
  expect(words).toContainEqual(expect.stringContaining("Sat 28 Nov 09:00 Mia &lt;Chen&gt;"));
});

it("holds the same people at the same instants as the table beside it, by the reader's own clock", () => {
  const { rows, from, to } = chartOf("Europe/Prague", "2026-11-26T18:00:00Z");
  expect([from, to].map((at) => at.toISOString())).toEqual([
    "2026-11-25T23:00:00.000Z",
    "2026-12-02T23:00:00.000Z",
  ]);
  const weekly = rows.find(({ rotation, role }) => rotation === "weekly" && role === "primary");
  expect(weekly?.holds.map(({ name, from }) => `${from.toISOString().slice(0, 16)} ${name}`)).toEqual([
    "2026-11-25T23:00 Sam Okafor",
    "2026-11-28T15:00 Mia <Chen>",
    "2026-11-28T16:00 Sam Okafor",
    "2026-11-30T15:00 Mia <Chen>",
  ]);
  for (const { holds } of rows) {
    expect(holds[0]?.from).toEqual(from);
    expect(holds.at(-1)?.to).toEqual(to);
    for (const [nth, hold] of holds.entries())
      expect(hold.from).toEqual(nth === 0 ? from : holds[nth - 1]?.to);
  }
});

it("is seven days also in the week in which the clocks change, and a real picture", async () => {
  const chart = chartOf("America/Chicago", "2026-10-29T18:00:00Z");
  expect(chart.to.getTime() - chart.from.getTime()).toBe((7 * 24 + 1) * 3_600_000);
  const png = await pngOf(week("On call this week", chart));
  expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
});

it("goes with the answer to /oncall week, as the picture of a deadline goes with its lines", () => {
  const table = weekTable(DESK, DESK.rotations, "America/Chicago", new Date("2026-11-26T18:00:00Z"));
  expect(drawingOf(table)).toMatchObject({ title: "On call this week", filename: "on-call.png" });
  const slack = JSON.stringify(renderMessage(table).blocks);
  expect(slack).toContain("A picture of it comes by direct message.");
  expect(slack).toContain("Sam Okafor");
  const { kind, heading, tables, hint } = table;
  const alone = { kind, heading, tables, hint };
  expect(drawingOf(alone)).toBeNull();
  expect(JSON.stringify(renderMessage(alone).blocks)).not.toContain("picture");
});

it("tears no sign of a name that is longer than its bar", () => {
  const chart = chartOf("America/Chicago", "2026-11-26T18:00:00Z");
  const [row] = chart.rows;
  if (row === undefined) throw new Error("There is no row.");
  const accented = "n\u0303\u0323";
  for (let before = 0; before < 8; before += 1) {
    const name = `${"A".repeat(before)}${accented.repeat(40)}`;
    const hold = { name, from: chart.from, to: chart.to };
    const words = wordsIn(week("On call", { ...chart, rows: [{ ...row, holds: [hold] }] }));
    const shown = words.find((each) => each.endsWith("…"))?.slice(0, -1) ?? "";
    expect(shown.replaceAll(accented, "")).toBe("A".repeat(before));
  }
});
