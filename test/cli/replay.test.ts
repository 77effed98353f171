import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answerQuestion, readAnswer } from "../../src/cli/questions.ts";
import { register } from "../../src/cli/replay.ts";
import type { Ask } from "../../src/cli/reach.ts";
import { presetText } from "../../src/policies/presets.ts";
import { aDesk, type TestDesk } from "../support/desk.ts";

const NORMAL = { title: "Wrong paper size", body: "A4 instead of letter.", level: "normal" };
const SHORTER = presetText("aleyant").replaceAll("within: 6h, goal: 4h", "within: 4h").replace('"1"', '"2"');
const DESK = readFileSync(new URL("../../src/sandbox/desk.yaml", import.meta.url), "utf8");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-replay-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Runs the command; questions and answers pass as JSON, as between two processes. */
async function replay(desk: TestDesk, ...options: string[]): Promise<string> {
  const ask: Ask = async (question) => {
    const asked: unknown = JSON.parse(JSON.stringify(question));
    const answer = await answerQuestion(asked, {
      store: desk.store,
      platforms: new Map(),
      now: () => desk.now(),
    });
    return readAnswer(JSON.parse(JSON.stringify(answer)));
  };
  const said: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  try {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    register(program, ask);
    await program.parseAsync(["replay", ...options], { from: "user" });
  } finally {
    write.mockRestore();
  }
  return said.join("");
}

/** Two tickets of Thursday morning: one answered at 15:00, within its six hours; one of a customer under another policy. */
async function aThursday(): Promise<TestDesk & AsyncDisposable> {
  const desk = await aDesk("2026-12-03 09:30");
  await desk.files("carl", NORMAL);
  await desk.files("pavel", { title: "All is down", body: "All of it.", level: "4" });
  await desk.turnTo("2026-12-03 15:00");
  await desk.presses("sam", "reply", "ACME-1", { text: "We see it." });
  await desk.turnTo("2026-12-04 12:00");
  return desk;
}

describe("belfry replay", () => {
  it("finds everything as recorded under the policies that the tickets were filed under", async () => {
    await using desk = await aThursday();
    expect(await replay(desk)).toMatch(
      /^2 tickets replayed under the policies .*\nEvery deadline, reminder and page is as recorded\.\n/,
    );
  });

  it("says what another policy changes, and which tickets it does not serve", async () => {
    await using desk = await aThursday();
    const text = await replay(desk, "--policy", written("shorter.yaml", SHORTER));
    expect(text).toContain("shorter.yaml (aleyant 2).\n");
    expect(text).toContain("Left out, as they are under other policies: eleveo 1.");
    expect(text).toContain("1 ticket would have gone differently: ACME-1.");
    expect(text).toContain("Deadlines that move: 1 earlier.");
    expect(text).toMatch(
      /Breached only as replayed, 1 target:\n {2}ACME-1 .* due Thu 3 Dec 2026 15:30 CST, met Thu 3 Dec 2026 15:00 CST {2}would be due Thu 3 Dec 2026 13:30 CST/,
    );
  });

  it("changes nothing of the tickets", async () => {
    await using desk = await aThursday();
    const before = await desk.store.transaction((tx) => tx.pastTickets({ limit: 10 }));
    await replay(desk, "--policy", written("shorter.yaml", SHORTER));
    expect(await desk.store.transaction((tx) => tx.pastTickets({ limit: 10 }))).toEqual(before);
  });

  it("writes a line for each ticket and target, for a spreadsheet", async () => {
    await using desk = await aThursday();
    const csv = await replay(desk, "--policy", written("shorter.yaml", SHORTER), "--csv", "-");
    const [headings = "", line = "", ...rest] = csv.split("\r\n");
    const cells = line.split(",");
    const told = Object.fromEntries(headings.split(",").map((heading, nr) => [heading, cells[nr]]));
    expect(rest).toEqual([""]);
    expect(told).toMatchObject({
      ticket: "ACME-1",
      target: "response",
      "recorded deadline": "2026-12-03T21:30:00Z",
      "replayed deadline": "2026-12-03T19:30:00Z",
      "later by minutes": "-120",
      "recorded verdict": "met",
      "replayed verdict": "breached",
      flips: "yes",
    });
  });

  it("gives programs all of it", async () => {
    await using desk = await aThursday();
    const json: unknown = JSON.parse(
      await replay(desk, "--policy", written("shorter.yaml", SHORTER), "--json"),
    );
    expect(json).toMatchObject({
      summary: { replayed: 1, changed: 1, flips: { metToBreached: 1, breachedToMet: 0 } },
      tickets: [{ number: "ACME-1", outcome: { changes: [{ words: "response 50%" }, {}, {}, {}] } }],
    });
  });

  it("takes the policy, ladder and rotation of each customer from a desk file", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", { title: "No order", body: "None.", level: "urgent", confirm: true });
    await desk.turnTo("2026-12-04 18:07");
    const other = DESK.replace("people: [sam, mia]", "people: [mia, sam]");
    const text = await replay(desk, "--desk", written("desk.yaml", other));
    expect(text).toMatch(/ACME-1 {2}page: mia, step 1 .*would not have come, came Fri 4 Dec 2026 18:05 CST/);
    expect(text).not.toContain("by the desk file that was in force");
  });

  it("names the tickets that cannot be compared, and why", async () => {
    await using desk = await aThursday();
    const other = DESK.replace("policy: aleyant", "policy: alleo");
    const text = await replay(desk, "--desk", written("desk.yaml", other));
    expect(text).toContain(
      '1 ticket cannot be compared. "normal" is no level of alleo; it has 1, 2, 3, 4.\n  ACME-1',
    );
  });

  it("takes the tickets of a customer, or filed in a span", async () => {
    await using desk = await aThursday();
    expect(await replay(desk, "--customer", "pcc")).toMatch(/^1 ticket replayed/);
    expect(await replay(desk, "--from", "2026-12-04")).toMatch(
      /^0 tickets, filed from 2026-12-04T00:00:00Z, replayed/,
    );
  });

  it("refuses a policy with faults, and a bound that is no instant", async () => {
    await using desk = await aThursday();
    const faulty = written("faulty.yaml", SHORTER.replace("within: 4h", "within: soon"));
    await expect(replay(desk, "--policy", faulty)).rejects.toThrow(/faulty\.yaml.*\n.*"soon"/);
    await expect(replay(desk, "--from", "yesterday")).rejects.toThrow("no date and time");
  });
});
