// A memory with a bound.

import { describe, expect, it } from "vitest";
import { recent } from "../../src/core/recent.ts";

describe("a memory of two values", () => {
  it("works a value out once, and forgets what has not been asked for the longest", () => {
    const worked: string[] = [];
    const remembered = recent<string>(2);
    const ask = (key: string): string =>
      remembered(key, () => {
        worked.push(key);
        return key.toUpperCase();
      });
    expect(["a", "b", "a", "c", "a", "b"].map(ask)).toEqual(["A", "B", "A", "C", "A", "B"]);
    expect(worked).toEqual(["a", "b", "c", "b"]);
  });

  it("keeps nothing of what could not be worked out", () => {
    const remembered = recent<string>(2);
    const fail = (): string => {
      throw new Error("not now");
    };
    expect(() => remembered("a", fail)).toThrow("not now");
    expect(remembered("a", () => "A")).toBe("A");
  });
});
