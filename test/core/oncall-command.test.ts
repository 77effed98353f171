import { describe, expect, it } from "vitest";
import { readOncall } from "../../src/core/oncall-command.ts";

const SPAN = {
  from: { day: { weekday: 5 }, time: "09:00" },
  to: { day: { weekday: 6 }, time: "09:00" },
};

describe("the words after /oncall", () => {
  it.each([
    ["", { kind: "now", all: false }],
    ["all", { kind: "now", all: true }],
    ["week all", { kind: "week", all: true }],
    ["help", { kind: "help" }],
    ["leave list", { kind: "changes" }],
    ["take nights", { kind: "take", rotation: "nights" }],
    ["override", { kind: "override", who: "", span: null, rotation: null, role: "primary" }],
    ["Override Sam Okafor", { kind: "override", who: "Sam Okafor", span: null }],
    [
      "override Sam Okafor sat 09:00 - sun 09:00 nights secondary",
      { kind: "override", who: "Sam Okafor", span: SPAN, rotation: "nights", role: "secondary" },
    ],
    ["override @slack:U7 sat 09:00–sun 09:00", { kind: "override", who: "@slack:U7", span: SPAN }],
    ["leave sat 09:00 - sun 09:00", { kind: "leave", span: SPAN }],
    ["leave cancel 7", { kind: "undo", nr: 7 }],
    ["swap Mia Chen", { kind: "swap", who: "Mia Chen", which: null, rotation: null }],
    ["swap @mia nights", { kind: "swap", who: "@mia", which: null, rotation: "nights" }],
    ["swap mia chen on mon nights", { kind: "swap", who: "mia chen", which: "mon", rotation: "nights" }],
    ["accept 12", { kind: "accept", nr: 12 }],
    ["undo", { kind: "undo", nr: null }],
    ["undo #12", { kind: "undo", nr: 12 }],
  ])("%s", (words, command) => {
    expect(readOncall(words)).toMatchObject(command);
  });

  it.each(["leave soon", "swap", "accept", "undo it", "take nights please", "override a b c", "who"])(
    "say what is missing: %s",
    (words) => {
      expect(readOncall(words)).toMatchObject({
        kind: "unclear",
        sentence: expect.stringContaining("/oncall help") as string,
      });
    },
  );
});
