// The table of faults: each test that it names is there, under that title.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const TABLE = readFileSync(new URL("README.md", import.meta.url), "utf8");
const rows = TABLE.split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (fault|-+) /.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, fault = "", tried = ""]) => ({ fault, tried }));

describe("the table of faults", () => {
  test.each(rows.filter(({ tried }) => !tried.startsWith("none: ")))(
    "names tests that are there: $fault",
    ({ tried }) => {
      const tests = [...tried.matchAll(/\[[\w-]+\]\(([\w./-]+)\): “([^”]+)”/g)];
      expect(tests.length).toBeGreaterThan(0);
      for (const [, file = "", title = ""] of tests) {
        const text = readFileSync(new URL(file, import.meta.url), "utf8");
        expect(text.includes(`"${title}"`), `${title}, in ${file}`).toBe(true);
      }
    },
  );

  test("says of few faults alone that nothing tries them", () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter(({ tried }) => tried.startsWith("none: ")).length).toBeLessThanOrEqual(1);
  });
});
