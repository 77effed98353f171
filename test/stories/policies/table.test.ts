// The table of the policies' lines: each story that it names is there, under that title.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const TABLE = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const POLICIES = ["alleo", "aleyant", "allure", "eleveo", "alliantist"];

/** The rows of the table: a line of a policy, and the stories that tell it. */
const rows = TABLE.split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (Line|-+) /.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, line = "", told = ""]) => ({ line, told }));

describe("the table of the policies' lines", () => {
  test.each(rows.filter(({ told }) => told !== "not yet"))(
    "names stories that are there: $line",
    ({ told }) => {
      const stories = [...told.matchAll(/\[([\w./-]+)\]\(([\w./-]+)\): “([^”]+)”/g)];
      expect(stories.length).toBeGreaterThan(0);
      for (const [, , file = "", title = ""] of stories) {
        const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
        expect(text.includes(`"${title}"`) || text.includes(`\`${title}\``), `${title}, in ${file}`).toBe(
          true,
        );
      }
    },
  );

  test("names every story that stands in a policy's file", () => {
    for (const policy of POLICIES) {
      const text = readFileSync(new URL(`${policy}.test.ts`, import.meta.url), "utf8");
      const titles = [...text.matchAll(/\b(?:test|\]\))\(\s*"([^"]+)"/g)].map(([, title = ""]) => title);
      expect(titles.length).toBeGreaterThan(5);
      for (const title of titles) expect(TABLE).toContain(`“${title}”`);
    }
  });
});
