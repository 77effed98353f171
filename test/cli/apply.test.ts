import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { register } from "../../src/cli/apply.ts";
import { loadDesk, readDesk } from "../../src/cli/load-desk.ts";
import { answerQuestion, readAnswer } from "../../src/cli/questions.ts";
import { DeskError } from "../../src/core/errors.ts";
import type { ChatPlatform, Store } from "../../src/desk/ports.ts";
import { presetText } from "../../src/policies/presets.ts";
import { freshStore } from "../support/database.ts";

const now = () => new Date("2026-03-02T10:00:00Z");
const DESK = `
people:
  - { id: carl, name: Carl Reyes, slack: carl@acme.example, timezone: America/Chicago }
  - { id: sam, name: Sam Okafor, slack: U0SAM000001, timezone: America/Chicago, support: true }
customers:
  - { key: ACME, name: ACME Print, policy: aleyant, timezone: America/Chicago, channel: "#acme", contacts: [carl] }
channels: { support: "#support", on-call: "#on-call" }
`;

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "belfry-apply-"));
  store = await freshStore();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function apply(text: string, platform?: Pick<ChatPlatform, "lookUp">) {
  const platforms = new Map(platform === undefined ? [] : [["slack", platform as ChatPlatform]]);
  const question = { ask: "apply", texts: await readDesk(written("desk.yaml", text)) };
  return readAnswer(await answerQuestion(question, { store, platforms, now }));
}

describe("belfry apply", () => {
  it("says what it changes, and nothing the second time", async () => {
    expect((await apply(DESK)).text).toContain("customer ACME is added\n");
    expect((await apply(DESK)).text).toMatch(/^Nothing changes/);
    const { json } = await apply(DESK.replace("Sam Okafor", "Samuel Okafor"));
    expect(json).toMatchObject({ changes: ["person sam is changed"] });
  });

  it("looks names up, and tells those that are not known and those that could not be asked for", async () => {
    const { json, text } = await apply(DESK, {
      lookUp: (name) => {
        if (name === "slack:#acme") return Promise.resolve(null);
        if (name === "slack:#on-call") return Promise.reject(new DeskError("unavailable", "Slack is down."));
        return Promise.resolve("slack:C1");
      },
    });
    expect(json).toMatchObject({ unknown: ["slack:#acme"], later: ["slack:#on-call"] });
    expect(text).toMatch(/still to be looked up by the Belfry that runs: slack:#on-call\nSlack is down\.\n$/);
    const { addresses } = await store.transaction((tx) => tx.directory());
    expect(addresses.get("slack:carl@acme.example")).toBe("slack:C1");
  });

  it("leaves names to the Belfry that runs where it has no way to Slack", async () => {
    const { text } = await apply(DESK);
    expect(text).toMatch(/still to be looked up by the Belfry that runs: .*slack:#support/);
  });

  it("asks to move open tickets where that is wanted, and else leaves them", async () => {
    const asked: unknown[] = [];
    const file = written("desk.yaml", DESK);
    const told = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    for (const options of [[], ["--open-tickets"]]) {
      const program = new Command();
      register(program, (question) => Promise.resolve({ text: `${asked.push(question)}`, json: null }));
      await program.parseAsync(["apply", file, ...options], { from: "user" });
    }
    told.mockRestore();
    expect(asked).toMatchObject([{ openTickets: "stay" }, { openTickets: "move" }]);
    const [, question] = asked;
    const { json } = readAnswer(await answerQuestion(question, { store, platforms: new Map(), now }));
    expect(json).toMatchObject({ changes: expect.arrayContaining(["customer ACME is added"]) as unknown });
  });

  it("lists every fault and changes nothing", async () => {
    await apply(DESK);
    const faulty = DESK.replace("contacts: [carl]", "contacts: [karl]").replace(
      "timezone: America/Chicago",
      "timezone: Mars/Base",
    );
    await expect(readDesk(written("faulty.yaml", faulty))).rejects.toThrow(
      /people\[0\]\.timezone, line 3[\s\S]*karl/,
    );
  });

  it("names the file that cannot be read", async () => {
    await expect(readDesk(join(folder, "gone.yaml"))).rejects.toThrow(/gone\.yaml.* not there/);
    const desk = written("desk.yaml", `${DESK}policies: [ours.yaml]\n`);
    await expect(readDesk(desk)).rejects.toThrow(/ours\.yaml.* not there/);
  });
});

describe("a desk's policies", () => {
  it("are those that its customers name, and its own files beside it", async () => {
    written("ours.yaml", presetText("alleo").replace("id: alleo", "id: ours"));
    const desk = written("desk.yaml", `${DESK}policies: [ours.yaml]\n`);
    const { policies } = await loadDesk(await readDesk(desk));
    expect(policies.map(({ id }) => id).sort()).toEqual(["aleyant", "ours"]);
  });

  it("may be a file of one's own in place of one that ships", async () => {
    written("aleyant.yaml", presetText("aleyant").replace("name: ", "name: Our "));
    const desk = written("desk.yaml", `${DESK}policies: [aleyant.yaml]\n`);
    const { policies } = await loadDesk(await readDesk(desk));
    expect(policies.map(({ name }) => name)).toEqual([expect.stringMatching(/^Our /)]);
  });

  it("are refused where a customer names one that there is not, naming those that there are", async () => {
    await expect(apply(DESK.replace("policy: aleyant", "policy: aleyent"))).rejects.toThrow(
      /aleyent.*alleo, aleyant/,
    );
  });

  it("are refused where two files describe the same one", async () => {
    written("one.yaml", presetText("alleo"));
    written("two.yaml", readFileSync(join(folder, "one.yaml"), "utf8"));
    const desk = written("desk.yaml", `${DESK}policies: [one.yaml, two.yaml]\n`);
    await expect(loadDesk(await readDesk(desk))).rejects.toThrow("alleo");
  });
});
