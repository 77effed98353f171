// The desk file: what applying it changes, says and refuses.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { aDesk, type TestDesk } from "../support/desk.ts";
import { policyOf } from "../support/life.ts";

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

  test("whose customer names a policy that there is not is refused", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await expect(apply(desk, FILE.replace("policy: aleyant", "policy: aleyand"))).rejects.toThrow(
      'customer ACME: there is no policy "aleyand"',
    );
  });
});
