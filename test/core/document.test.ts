// YAML files are refused whole: every fault at once, with path, line, what was found and what is allowed.

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { allowing, mapping, readDocument, type Fault } from "../../src/core/document.ts";
import { DeskError } from "../../src/core/errors.ts";

const team = mapping({
  name: z.string().min(1),
  size: z.number().int().min(1).max(9).optional(),
  colour: z.enum(["red", "green"]).optional(),
  days: z.union([z.string(), z.array(z.string())], { error: "a day, or a list of days" }).optional(),
  members: z
    .array(mapping({ id: z.string().refine((id) => id !== "nobody", allowing("somebody")) }))
    .default([]),
});

describe("a file that is right", () => {
  it("is read, with its defaults", () => {
    expect(read("name: Night\nsize: 3")).toEqual({ name: "Night", size: 3, members: [] });
  });

  it("keeps dates, times and words such as yes and no as the texts that they are", () => {
    const words = readDocument("[2026-12-24, 08:30, yes, no, on]", z.array(z.string()), "The list");
    expect(words).toEqual(["2026-12-24", "08:30", "yes", "no", "on"]);
  });

  it("may use anchors", () => {
    const text = "name: Night\nmembers:\n  - &mara { id: mara }\n  - *mara";
    expect(read(text).members).toEqual([{ id: "mara" }, { id: "mara" }]);
  });
});

describe("a file that is wrong", () => {
  it("is told all its faults, each with its line, in the order of the lines", () => {
    expect(
      refusal("name: 5\nsize: 12\ncolour: blue\nmembers:\n  - id: nobody\n  - name: Mara\nextra: 1"),
    ).toBe(
      [
        "The team is not valid:",
        "name, line 1: 5 is found; allowed is a text (in quotes where it looks like a number).",
        "size, line 2: 12 is found; allowed is at most 9.",
        'colour, line 3: "blue" is found; allowed is red or green.',
        'members[0].id, line 5: "nobody" is found; allowed is somebody.',
        "members[1].id, line 6: nothing is found; allowed is a text (in quotes where it looks like a number).",
        'members[1].name, line 6: "name" is not known here; allowed is one of id.',
        'extra, line 7: "extra" is not known here; allowed is one of name, size, colour, days, members.',
      ].join("\n"),
    );
  });

  it("names its faults by path for programs", () => {
    const error = refused("name: 5\nsize: 0");
    expect(error.code).toBe("invalid");
    expect(Object.keys(error.faults)).toEqual(["name", "size"]);
    expect(error.faults["size"]).toBe("line 2: 0 is found; allowed is at least 1");
  });

  it("is told what several alternatives allow together, and what the one that was meant lacks", () => {
    expect(refusal("name: x\ndays: 5")).toContain(
      "days, line 2: 5 is found; allowed is a day, or a list of days.",
    );
    expect(refusal("name: x\ndays: [mon, 5]")).toContain("days[1], line 2: 5 is found; allowed is a text");
  });

  it("is told the faults that only a check of one's own finds, together with those of the schema", () => {
    const check = (): Fault[] => [{ path: ["members"], sentence: "two are found; allowed is one" }];
    const read = () => readDocument("name: 5\nmembers: []", team, "The team", check);
    expect(read).toThrow("name, line 1");
    expect(read).toThrow("members, line 2: two are found; allowed is one.");
  });

  it("may be empty, a list, or no YAML at all", () => {
    expect(refusal("")).toContain("the whole file, line 1: nothing is found; allowed is a mapping.");
    expect(refusal("- a")).toContain("a list is found; allowed is a mapping.");
    expect(refusal("name: [a\nsize: 1")).toMatch(/the whole file, line \d/);
    expect(refusal("name: !!binary aGk=")).toContain("name, line 1");
    expect(refusal("name: a\n---\nname: b")).toContain("line 2");
  });

  it("may name a key twice, which is told together with its other faults", () => {
    const sentence = refusal("name: a\nsize: 100\nname: b");
    expect(sentence).toContain("line 3: Map keys must be unique.");
    expect(sentence).toContain("size, line 2: 100 is found");
  });

  it("may try to be too long, or to grow without bound by its anchors", () => {
    expect(refusal(`name: ${"x".repeat(1_000_001)}`)).toContain("allowed are at most 1000000");
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map((key, at) => {
        const before = "abcdefg"[at] ?? "a";
        return `${key}: &${key} [${Array(9).fill(`*${before}`).join(",")}]`;
      }),
    ].join("\n");
    expect(refusal(bomb)).toContain("alias count");
  });

  it("shows what was found cut short where it is long", () => {
    const long = `name: a\ncolour: ${"blue".repeat(100)}`;
    expect(refusal(long).length).toBeLessThan(200);
  });

  it("is harmless with keys that mean something to programs", () => {
    expect(refusal("name: a\n__proto__: { size: 1 }\nconstructor: 1")).toContain("constructor");
  });
});

function read(text: string): z.output<typeof team> {
  return readDocument(text, team, "The team");
}

function refused(text: string): DeskError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof DeskError) return error;
    throw error;
  }
  throw new Error("it was read");
}

function refusal(text: string): string {
  return refused(text).message;
}
