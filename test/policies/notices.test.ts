// What a policy says on certain days: its places are checked, and a revision without notices reads as ever.
import { describe, expect, it } from "vitest";
import { parsePolicy, policyFromStored } from "../../src/core/policy.ts";
import { presetText } from "../../src/policies/presets.ts";
import { readPolicy } from "../../src/policies/read-policy.ts";

describe("the notices of a policy", () => {
  it("name days and a calendar of the file; each fault is told with its line", () => {
    const text = presetText("aleyant")
      .replace("[mon, after-holiday]", "[monday]")
      .replace("    calendar: support-hours\n    say", "    calendar: nights\n    say");
    expect(() => parsePolicy(text)).toThrow(
      /notices\[0\]\.on\[0\], line \d+: "monday" is found; allowed is mon or tue .* or after-holiday\.\nnotices\[0\]\.calendar, line \d+: "nights" is found; allowed is a calendar of this file: support-hours\./,
    );
  });

  it("are none where a policy was stored before there were any", async () => {
    const { notices, ...stored } = await readPolicy(presetText("aleyant"), "aleyant");
    expect(notices).toHaveLength(1);
    expect(policyFromStored(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  });
});
