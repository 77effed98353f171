// The five policies that ship with Belfry promise what their sources say.

import { describe, expect, it } from "vitest";
import {
  levelOf,
  pagesAt,
  parsePolicy,
  policyDoubts,
  promises,
  switchAssumptions,
  type Policy,
} from "../../src/core/policy.ts";
import { isPreset, presetIds, presetText, type PresetId } from "../../src/policies/presets.ts";
import { readPolicy } from "../../src/policies/read-policy.ts";

const policies = new Map<PresetId, Policy>();
for (const id of presetIds) policies.set(id, await readPolicy(presetText(id), id));

describe("the shipped policies", () => {
  it("are five, each under its own name", () => {
    expect([...policies.values()].map(({ id }) => id)).toEqual([
      "alleo",
      "aleyant",
      "allure",
      "eleveo",
      "alliantist",
    ]);
    expect(isPreset("eleveo")).toBe(true);
    expect(isPreset("__proto__")).toBe(false);
  });

  it.each(presetIds)(
    "%s names what it assumes, stays valid with every alternative, and leaves no doubt",
    (id) => {
      const source = parsePolicy(presetText(id));
      expect(source.assumptions.length).toBeGreaterThan(0);
      expect(policyDoubts(source)).toEqual([]);
      const switchable = source.assumptions
        .filter((assumption) => "alternative" in assumption)
        .map((assumption) => assumption.id);
      expect(switchAssumptions(source, switchable).id).toBe(id);
    },
  );

  it.each(presetIds)("%s reminds at 50, 80 and 100 percent", (id) => {
    expect(policyOf(id).remind.map((mark) => mark.kind === "percent" && mark.percent)).toEqual([50, 80, 100]);
  });
});

describe("alleo", () => {
  it("answers in 4 hours, or 1, 2 and 5 working days of New York", () => {
    // Wednesday 08:00 in New York.
    expect(dues("alleo", ["1", "2", "3", "4"], "2026-03-25T12:00:00Z")).toEqual([
      ["response 2026-03-25T16:00:00Z"],
      ["response 2026-03-25T21:00:00Z"],
      ["response 2026-03-26T21:00:00Z"],
      ["response 2026-03-31T21:00:00Z"],
    ]);
  });

  it("is open on holidays, unless that assumption is switched", async () => {
    const opened = new Date("2026-12-25T14:00:00Z");
    const closed = await readPolicy(presetText("alleo"), "alleo", ["no-holidays"]);
    expect(promises(policyOf("alleo"), "1", {}, opened, null)[0]?.deadline).toEqual(
      new Date("2026-12-25T18:00:00Z"),
    );
    expect(promises(closed, "1", {}, opened, null)[0]?.deadline).toEqual(new Date("2026-12-28T17:00:00Z"));
  });

  it("pages nobody", () => {
    expect(policyOf("alleo").levels.every(({ page }) => page === undefined)).toBe(true);
  });
});

describe("aleyant", () => {
  it("has a goal of 4 and a limit of 6 hours in Chicago, closed on federal holidays", () => {
    // Friday 16:00 in Chicago before Presidents' Day.
    const [promised] = promises(policyOf("aleyant"), "normal", {}, new Date("2026-02-13T22:00:00Z"), null);
    expect(promised?.goal).toEqual(new Date("2026-02-17T18:00:00Z"));
    expect(promised?.deadline).toEqual(new Date("2026-02-17T20:00:00Z"));
  });

  it("pages what is urgent outside hours, and wants the filer to confirm that it is", () => {
    const policy = policyOf("aleyant");
    const urgent = levelOf(policy, "urgent");
    expect(urgent.confirm).toMatch(/cannot place an order/);
    expect(urgent.page).toEqual({ when: "outside-hours", calendar: "support-hours", atClosing: true });
    expect(pagesAt(policy, urgent, new Date("2026-03-28T00:05:00Z"), null)).toBe(true);
    expect(pagesAt(policy, urgent, new Date("2026-03-27T20:00:00Z"), null)).toBe(false);
    expect(pagesAt(policy, levelOf(policy, "normal"), new Date("2026-03-28T00:05:00Z"), null)).toBe(false);
  });

  it("pages at closing what nobody took, unless that assumption is switched", () => {
    const source = switchAssumptions(parsePolicy(presetText("aleyant")), ["page-at-closing"]);
    expect(source.levels[0]?.page).toMatchObject({ "at-closing": false });
  });
});

describe("allure", () => {
  it("begins work within 1 hour for production and 4 for another environment, around the clock", () => {
    const opened = "2026-03-28T23:00:00Z";
    expect(dues("allure", ["1"], opened)).toEqual([["start 2026-03-29T00:00:00Z"]]);
    expect(dues("allure", ["1"], opened, { environment: "non-production" })).toEqual([
      ["start 2026-03-29T03:00:00Z"],
    ]);
  });

  it("promises nothing at levels 2 to 4", () => {
    expect(dues("allure", ["2", "3", "4"], "2026-03-28T23:00:00Z")).toEqual([[], [], []]);
  });

  it("counts in business hours, and for what came by phone, where its two footnotes are switched on", async () => {
    const strict = await readPolicy(presetText("allure"), "allure", ["around-the-clock", "any-channel"]);
    const opened = new Date("2026-03-28T23:00:00Z");
    expect(promises(strict, "1", {}, opened, null)).toEqual([]);
    expect(promises(strict, "1", { received: "phone" }, opened, null)[0]?.deadline).toEqual(
      new Date("2026-03-30T14:00:00Z"),
    );
  });
});

describe("eleveo", () => {
  it("answers a code red in 30 minutes at any time, and restores the platform in 4 hours", () => {
    expect(dues("eleveo", ["1"], "2026-03-28T03:00:00Z")).toEqual([["response 2026-03-28T03:30:00Z"]]);
    expect(dues("eleveo", ["1"], "2026-03-28T03:00:00Z", { scope: "platform" })).toEqual([
      ["response 2026-03-28T03:30:00Z", "restore 2026-03-28T07:00:00Z"],
    ]);
    expect(levelOf(policyOf("eleveo"), "1")).toMatchObject({ alias: "code red", page: { when: "always" } });
  });

  it("answers and restores the rest in the client's business hours, and restores nothing at level 4", () => {
    // Friday 16:00 in Prague.
    expect(
      dues("eleveo", ["2", "3", "4"], "2026-03-27T15:00:00Z", { scope: "platform" }, "Europe/Prague"),
    ).toEqual([
      ["response 2026-03-30T07:00:00Z", "restore 2026-03-31T14:00:00Z"],
      ["response 2026-03-30T09:00:00Z", "restore 2026-04-03T14:00:00Z"],
      ["response 2026-03-30T14:00:00Z"],
    ]);
  });

  it("pauses only the restoring, while it waits for the customer, unless that assumption is switched", () => {
    expect(policyOf("eleveo").pause).toEqual({ restore: ["awaiting-response"] });
    expect(switchAssumptions(parsePolicy(presetText("eleveo")), ["restore-waits"]).pause).toEqual({
      restore: [],
    });
  });
});

describe("alliantist", () => {
  it("answers in 1, 4 and 8 business hours of the UK, by GMT all year", () => {
    // Thursday 17:30 UTC before Easter.
    expect(dues("alliantist", ["1", "2", "3"], "2026-04-02T17:30:00Z")).toEqual([
      ["response 2026-04-07T09:30:00Z"],
      ["response 2026-04-07T12:30:00Z"],
      ["response 2026-04-07T16:30:00Z"],
    ]);
  });

  it("keeps the UK's summer time where that assumption is switched", async () => {
    const summer = await readPolicy(presetText("alliantist"), "alliantist", ["gmt-literal"]);
    const [promised] = promises(summer, "1", {}, new Date("2026-04-02T16:30:00Z"), null);
    expect(promised?.deadline).toEqual(new Date("2026-04-07T08:30:00Z"));
  });
});

function policyOf(id: PresetId): Policy {
  const policy = policies.get(id);
  if (policy === undefined) throw new Error(`${id} is not there`);
  return policy;
}

function dues(
  id: PresetId,
  levels: string[],
  opened: string,
  attributes: Record<string, string> = {},
  zone: string | null = null,
): string[][] {
  return levels.map((level) =>
    promises(policyOf(id), level, attributes, new Date(opened), zone).map(
      ({ target, deadline }) => `${target.kind} ${deadline.toISOString().replace(".000", "")}`,
    ),
  );
}
