// One text for Slack and for Teams: what people do with Belfry, in the words that they read there. The table of both in the
// README is what came of it, and is held here; BELFRY_PARITY=write writes it anew (prettier then sets its columns).
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aBridge, deskFile } from "../support/bridge-desk.ts";
import { clientOf, PLATFORMS } from "../support/clients.ts";
import { PAGE_STORIES } from "./both/paging.ts";
import { POLICY_STORIES } from "./both/policies.ts";
import { ROSTER_STORIES } from "./both/roster.ts";
import type { Platform, Story } from "./both/story.ts";
import { TICKET_STORIES } from "./both/tickets.ts";

const STORIES = [...TICKET_STORIES, ...PAGE_STORIES, ...ROSTER_STORIES, ...POLICY_STORIES];

const passed = new Set<string>();

describe.each(PLATFORMS)("in %s", (platform) => {
  test.each(STORIES)("$name", async ({ name, opens, goes, rewritten = (file) => file, ...options }) => {
    const side = platform === "Slack" ? "slack" : "teams";
    const file = rewritten(deskFile({ customer: side, desk: side }));
    await using desk = await aBridge(opens, { ...options, file });
    await goes(clientOf(platform, desk), desk, platform);
    passed.add(`${platform}: ${name}`);
  });
});

describe("the table in the README", () => {
  const HEAD = "| | Slack | Teams |";
  const README = new URL("../../README.md", import.meta.url);
  const rowsOf = (table: string): string[][] =>
    table.split("\n").map((row) =>
      row
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );

  function cell({ name, inTeams }: Story, platform: Platform): string {
    if (!passed.has(`${platform}: ${name}`)) return "no";
    return platform === "Slack" || inTeams === undefined ? "yes" : `yes: ${inTeams}`;
  }

  test("is what came of all of these stories", () => {
    const made = [
      HEAD,
      "|---|---|---|",
      ...STORIES.map((story) => `| ${story.name} | ${cell(story, "Slack")} | ${cell(story, "Teams")} |`),
    ].join("\n");
    const readme = readFileSync(README, "utf8");
    const found = /^\| +\| Slack +\| Teams +\|\n(?:\|.*\n)+/m.exec(readme)?.[0] ?? "";
    expect(found).not.toBe("");
    if (process.env["BELFRY_PARITY"] === "write") {
      writeFileSync(
        README,
        readme.replace(found, () => `${made}\n`),
      );
      return;
    }
    const withoutRule = ([head, , ...rows]: string[][]) => [head, ...rows];
    expect(withoutRule(rowsOf(found.trim()))).toEqual(withoutRule(rowsOf(made)));
  });
});
