// The desk file: what applying it changes, says and refuses.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { presetIds, presetText } from "../../src/policies/presets.ts";
import { aDesk, type TestDesk } from "../support/desk.ts";
import { policyOf, wall } from "../support/life.ts";

const FILE = await readFile(new URL("../../src/sandbox/desk.yaml", import.meta.url), "utf8");
const NORMAL = { title: "Proof looks wrong", body: "The colours differ.", level: "normal" };

async function apply(desk: TestDesk, text: string): Promise<string[]> {
  const policies = presetIds.map(policyOf);
  return (await applyFile(desk.store, { directory: parseDirectory(text), policies }, desk.now())).changes;
}

const without = (line: RegExp) =>
  FILE.split("\n")
    .filter((one) => !line.test(one))
    .join("\n");
const WITHOUT_KENT = FILE.replace(/ {2}- key: KENT[\s\S]*?contacts: \[kate\]\n/, "");

describe("applying a desk file", () => {
  test("again changes nothing", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    expect(await apply(desk, FILE)).toEqual([]);
  });

  test("says what it changes", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    expect(await apply(desk, FILE.replace("name: Leo Brandt", "name: Leo B."))).toEqual([
      "person leo is changed",
    ]);
    expect(await apply(desk, WITHOUT_KENT)).toEqual(["person leo is changed", "customer KENT is removed"]);
  });

  test("that leaves out a customer with tickets is refused, and changes nothing", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const carry = { ticket: null, place: null };
    await desk.does("slack:U0KATE00001", {
      kind: "submit",
      form: "file",
      carry,
      values: { ...NORMAL, level: "3" },
    });
    await expect(apply(desk, WITHOUT_KENT)).rejects.toThrow("customer KENT has filed tickets");
    expect(await apply(desk, FILE)).toEqual([]);
  });

  test("that leaves out whoever holds an open ticket is refused, and allowed once it is released", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL);
    await desk.presses("leo", "take", number);
    await expect(apply(desk, without(/id: leo/))).rejects.toThrow("person leo filed or holds 1 open ticket");
    await desk.presses("leo", "release", number);
    expect(await apply(desk, without(/id: leo/))).toEqual(["person leo is removed"]);
  });

  test("with a changed policy says how many open tickets stay on which version, and new ones take the new one", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await desk.files("carl", NORMAL);
    await desk.files("carl", NORMAL);
    const closed = await desk.files("carl", NORMAL);
    await desk.presses("leo", "reply", closed, { text: "Fixed." });
    await desk.presses("leo", "close", closed, { text: "Fixed." });
    const stricter = presetText("aleyant")
      .replace('version: "1"', 'version: "2"')
      .replaceAll("within: 6h, goal: 4h", "within: 5h, goal: 3h");
    const policies = presetIds.map((id) => policyOf(id === "aleyant" ? { yaml: stricter } : id));
    const { changes } = await applyFile(
      desk.store,
      { directory: parseDirectory(FILE), policies },
      desk.now(),
    );
    expect(changes).toEqual([
      "policy aleyant: Aleyant support, version 2, is a new revision",
      expect.stringMatching(
        /^2 open tickets stay on aleyant version 1 \(revision [0-9a-f]{12}\), as filed; new ones take the policy as it is now$/,
      ),
    ]);
    await desk.files("carl", NORMAL);
    const due = async (number: string) => {
      const ticket = await desk.store.transaction((tx) => tx.ticketByNumber(number));
      return wall(ticket?.targets[0]?.deadlineAt, "America/Chicago");
    };
    expect(await due("ACME-1")).toBe("Thu 2026-12-03 16:00");
    expect(await due("ACME-4")).toBe("Thu 2026-12-03 15:00");
  });

  test("whose customer names a policy that there is not is refused", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await expect(apply(desk, FILE.replace("policy: aleyant", "policy: aleyand"))).rejects.toThrow(
      'customer ACME: there is no policy "aleyand"',
    );
  });
});
