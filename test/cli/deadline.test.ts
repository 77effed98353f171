// `belfry deadline` and `belfry policy`, as a person and a program see them.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { afterAll, describe, expect, it, vi } from "vitest";
import { register as deadline } from "../../src/cli/deadline.ts";
import { register as policy } from "../../src/cli/policy.ts";
import { presetText } from "../../src/policies/presets.ts";

const folder = mkdtempSync(join(tmpdir(), "belfry-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ELEVEO = [
  "deadline",
  "--policy",
  "eleveo",
  "--level",
  "2",
  "--opened",
  "2026-03-27T16:30:00Z",
  "--timezone",
  "America/New_York",
];

describe("belfry deadline", () => {
  it("says each target with its deadline, by the customer's clock and in UTC", async () => {
    expect(await run(...ELEVEO, "--set", "scope=platform")).toBe(
      [
        "Eleveo cloud products 1.4, level 2 (High), opened Fri 27 Mar 2026 12:30 EDT (2026-03-27T16:30:00Z)",
        "",
        "response within 2h (client-hours): Fri 27 Mar 2026 14:30 EDT (2026-03-27T18:30:00Z)",
        "",
        "restore within 2d (client-hours): Tue 31 Mar 2026 12:30 EDT (2026-03-31T16:30:00Z)",
        "",
      ].join("\n"),
    );
  });

  it("proves it: counted spans, nights, weekends, holidays by name, and the clause", async () => {
    const text = await run(
      "deadline",
      "--policy",
      "alliantist",
      "--level",
      "3",
      "--opened",
      "2026-04-02T16:30:00Z",
      "--explain",
    );
    expect(text.split("\n").slice(2)).toEqual([
      "response within 8h (uk): Tue 7 Apr 2026 15:30 UTC (2026-04-07T15:30:00Z)",
      '  Promised within 8h from Thu 2 Apr 2026 16:30 UTC, in the hours of "uk", by the clock of Etc/UTC; clause Response, level 3.',
      "  + Thu 2 Apr 2026 16:30 UTC to Thu 2 Apr 2026 18:00 UTC: counts 1 h 30 min",
      "    Thu 2 Apr 2026 18:00 UTC to Fri 3 Apr 2026 00:00 UTC: closed, night",
      "    Fri 3 Apr 2026 00:00 UTC to Sat 4 Apr 2026 00:00 UTC: closed, holiday: Good Friday",
      "    Sat 4 Apr 2026 00:00 UTC to Mon 6 Apr 2026 00:00 UTC: closed, weekend",
      "    Mon 6 Apr 2026 00:00 UTC to Tue 7 Apr 2026 00:00 UTC: closed, holiday: Easter Monday",
      "    Tue 7 Apr 2026 00:00 UTC to Tue 7 Apr 2026 09:00 UTC: closed, night",
      "  + Tue 7 Apr 2026 09:00 UTC to Tue 7 Apr 2026 15:30 UTC: counts 6 h 30 min",
      "  Counted: 1 h 30 min + 6 h 30 min = 8 h, all that was promised. Due Tue 7 Apr 2026 15:30 UTC.",
      "",
    ]);
  });

  it("takes pauses off and shows them; one that lasts leaves no deadline", async () => {
    const paused = await run(...ELEVEO, "--explain", "--pause", "2026-03-27T17:00:00Z/2026-03-27T17:30:00Z");
    expect(paused).toContain("Fri 27 Mar 2026 13:00 EDT to Fri 27 Mar 2026 13:30 EDT: paused");
    expect(paused).toContain("15:00 EDT (2026-03-27T19:00:00Z)");
    expect(await run(...ELEVEO, "--pause", "2026-03-27T17:00:00Z")).toContain(
      "no deadline while it is paused",
    );
  });

  it("reads an opening without an offset by the customer's clock", async () => {
    const text = await run(...ELEVEO.map((word) => (word.endsWith("00Z") ? "2026-03-27T12:30" : word)));
    expect(text).toContain("opened Fri 27 Mar 2026 12:30 EDT (2026-03-27T16:30:00Z)");
  });

  it("answers programs in JSON, with goals, channels, clauses and the proof", async () => {
    const json: unknown = JSON.parse(
      await run(
        "deadline",
        "--policy",
        "aleyant",
        "--level",
        "urgent",
        "--opened",
        "2026-03-27T20:00:00Z",
        "--explain",
        "--json",
      ),
    );
    expect(json).toEqual({
      policy: "aleyant",
      version: "1",
      level: "urgent",
      opened: "2026-03-27T20:00:00Z",
      timezone: null,
      targets: [
        {
          kind: "response",
          deadline: "2026-03-30T18:00:00Z",
          goal: "2026-03-30T16:00:00Z",
          within: "6h",
          calendar: "support-hours",
          clause: "First response",
          withinMs: 21_600_000,
          countedMs: 21_600_000,
          spans: [
            {
              kind: "counted",
              from: "2026-03-27T20:00:00Z",
              to: "2026-03-27T22:00:00Z",
              countedMs: 7_200_000,
            },
            { kind: "night", from: "2026-03-27T22:00:00Z", to: "2026-03-28T05:00:00Z" },
            { kind: "weekend", from: "2026-03-28T05:00:00Z", to: "2026-03-30T05:00:00Z" },
            { kind: "night", from: "2026-03-30T05:00:00Z", to: "2026-03-30T14:00:00Z" },
            {
              kind: "counted",
              from: "2026-03-30T14:00:00Z",
              to: "2026-03-30T18:00:00Z",
              countedMs: 14_400_000,
            },
          ],
        },
      ],
    });
  });

  it("says that nothing is promised where nothing is", async () => {
    expect(
      await run("deadline", "--policy", "allure", "--level", "2", "--opened", "2026-03-27T20:00:00Z"),
    ).toContain("Nothing is promised");
  });

  it("switches an assumption, and reads a file of one's own", async () => {
    const file = join(folder, "ours.yaml");
    writeFileSync(file, presetText("alliantist").replace("id: alliantist", "id: ours"));
    const text = await run(
      "deadline",
      "--policy",
      file,
      "--level",
      "1",
      "--opened",
      "2026-04-02T16:30:00Z",
      "--assume",
      "gmt-literal",
    );
    expect(text).toContain("(2026-04-07T08:30:00Z)");
  });

  it("is refused for a wall time that does not exist, an unknown level, and a zone that is needed", async () => {
    const at = (opened: string): string[] => ELEVEO.map((word) => (word.endsWith("00Z") ? opened : word));
    await expect(run(...at("2026-03-08T02:30"))).rejects.toThrow("skips");
    await expect(run(...ELEVEO.map((word) => (word === "2" ? "7" : word)))).rejects.toThrow(
      '"7" is no level',
    );
    await expect(run(...ELEVEO.slice(0, -2))).rejects.toThrow("time zone");
  });

  it.each([
    [["deadline"]],
    [["deadline", "--policy", "eleveo", "--level", "1"]],
    [[...ELEVEO, "--colour", "red"]],
    [[...ELEVEO, "--timezone", "Mars/Base"]],
    [[...ELEVEO, "--set", "scope"]],
    [[...ELEVEO, "--pause", "yesterday"]],
    [["policy", "check"]],
    [["nothing"]],
  ])("wrong usage is told apart: %j", async (words) => {
    await expect(run(...words)).rejects.toThrow(CommanderError);
  });
});

describe("belfry policy", () => {
  it("checks a file that is right", async () => {
    expect(await run("policy", "check", "eleveo")).toBe(
      "eleveo is valid: eleveo 1.4, levels 1, 2, 3, 4, 7 targets.\n",
    );
    expect(JSON.parse(await run("policy", "check", "eleveo", "--json"))).toEqual({
      valid: true,
      id: "eleveo",
      version: "1.4",
      warnings: [],
    });
  });

  it("warns of a day that closes for its last minute", async () => {
    const file = join(folder, "minute.yaml");
    writeFileSync(file, presetText("alleo").replace("08:00-17:00", "00:00-23:59"));
    expect(await run("policy", "check", file)).toContain(
      'Worth a look: calendars.support-hours.hours.mon-fri: "00:00-23:59" closes',
    );
  });

  it("refuses a file that is wrong, with every fault, and a region that is not known", async () => {
    const file = join(folder, "wrong.yaml");
    writeFileSync(
      file,
      presetText("alliantist").replace("GB-ENG", "GB-XX").replace("within: 1h", "within: 1x"),
    );
    await expect(run("policy", "check", file)).rejects.toThrow(
      /holidays\.region, line 12: [^]*within, line 18: /,
    );
    await expect(run("policy", "check", join(folder, "none.yaml"))).rejects.toThrow(
      "no policy or readable file",
    );
  });

  it("shows a policy as the file that it is, and as JSON", async () => {
    expect(await run("policy", "show", "alleo")).toBe(presetText("alleo"));
    expect(JSON.parse(await run("policy", "show", "alleo", "--json"))).toMatchObject({
      id: "alleo",
      version: "1",
    });
  });

  it("prints a schema for editors", async () => {
    expect(JSON.parse(await run("policy", "schema"))).toMatchObject({
      type: "object",
      additionalProperties: false,
    });
  });
});

/** Runs a command in this process, and gives what it printed. */
async function run(...words: string[]): Promise<string> {
  const program = new Command("belfry").exitOverride().configureOutput({ writeErr: () => undefined });
  deadline(program);
  policy(program);
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } finally {
    write.mockRestore();
  }
  return printed.join("");
}
