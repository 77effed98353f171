import { describe, expect, test } from "vitest";
import {
  calledBy,
  carriedOver,
  ring,
  rung,
  SILENT,
  standOtherwise,
  stormMessage,
  turnOf,
  type Rings,
} from "../../src/core/storm.ts";

const START = new Date("2026-11-24T02:00:00Z");
const after = (seconds: number) => new Date(START.getTime() + seconds * 1000);

function page(number: string, levelRank = 0) {
  return { ticket: number, number, title: "Down", nr: 1, levelRank, state: "ringing" as const, words: [] };
}
const FIRST = [{ step: 0, round: 0, role: "primary", person: "sam", here: false }];

const AGAIN = [{ step: 1, round: 0, role: "channel", person: null, here: true }];

/** A step that calls a user group. */
function calling(group: string) {
  return [{ step: 0, round: 0, role: "group", person: null, group, here: false }];
}

/** What rings after a page each at these seconds. */
function rungAt(...seconds: number[]): Rings {
  return seconds.reduce((rings, at, nr) => ring(rings, page(`T-${nr + 1}`), FIRST, after(at)), SILENT);
}

describe("a storm", () => {
  test("begins with the third page within a minute", () => {
    expect(rungAt(0, 10).storm).toBeNull();
    expect(rungAt(0, 10, 60).storm).toBeNull();
    const third = rungAt(0, 10, 59);
    expect(third.storm).toMatchObject({ rings: 0, news: "page" });
    expect(third.pages.map(({ isFolded }) => isFolded)).toEqual([false, false, true]);
    expect(turnOf(third, after(59))).toBe("rings");
  });

  test("does not begin by pages that ring no longer", () => {
    const two = rungAt(0, 1);
    const one = standOtherwise(two, { ...page("T-1"), state: "acknowledged" });
    expect(one.pages.map(({ number }) => number)).toEqual(["T-2"]);
    expect(ring(one, page("T-3"), FIRST, after(2)).storm).toBeNull();
  });

  test("rings again for what is new after a minute, and is edited until then", () => {
    const began = rungAt(0, 1, 2);
    const first = rung(began, after(2));
    expect(turnOf(first, after(90))).toBe("is edited");
    const more = ring(first, page("T-4"), FIRST, after(30));
    expect(turnOf(more, after(30))).toBe("waits");
    expect(turnOf(more, after(62))).toBe("rings");
  });

  test("folds the next step of a page that rang by itself before", () => {
    const rings = ring(rungAt(0, 1, 2), page("T-1"), AGAIN, after(40));
    expect(rings.pages.at(-1)).toMatchObject({
      number: "T-1",
      isFolded: true,
      folded: [{ step: 1, round: 0, place: 0, ring: 1 }],
    });
    expect(rings.storm?.news).toBe("here");
  });

  test("rings at once for what is new where its last message reached nobody, and calls by each message its own", () => {
    const began = rungAt(0, 1, 2);
    const { storm: standing, ...first } = rung(began, after(2));
    if (standing === null) throw new Error("no storm");
    const refused = { ...first, storm: { ...standing, isUnheard: true as const } };
    const more = ring(refused, page("T-3"), AGAIN, after(3));
    expect(turnOf(more, after(3))).toBe("rings");
    expect(calledBy(more, 1)).toEqual([{ ticket: "T-3", nr: 1, step: 0, round: 0, place: 0, ring: 1 }]);
    expect(calledBy(more, 2)).toEqual([{ ticket: "T-3", nr: 1, step: 1, round: 0, place: 0, ring: 2 }]);
    expect(rung(more, after(3)).storm).toMatchObject({ rings: 2, news: "none" });
    expect(rung(more, after(3)).storm?.isUnheard).toBeUndefined();
  });

  describe("whose pages call user groups", () => {
    const mentions = (rings: Rings) => stormMessage(rings, "slack:C1").ring;
    const nights = { group: "@nights", address: "slack:@nights", ring: true };
    /** Two pages of the group by themselves, and two that are folded, with one of another group and one of the channel. */
    const began = [
      ...[calling("@nights"), calling("@nights"), calling("@nights"), calling("@nights")],
      ...[calling("S0DAY"), AGAIN],
    ].reduce((rings, steps, nr) => ring(rings, page(`T-${nr + 1}`), steps, after(nr)), SILENT);

    test("mentions each once, beside @here, and does not when the next page asks for none", () => {
      const first = rung(began, after(5));
      const day = { group: "S0DAY", address: "slack:S0DAY", ring: true };
      expect(mentions(first)).toEqual([{ here: true }, " ", nights, " ", day]);
      const edited = ring(first, page("T-7"), FIRST, after(6));
      expect(mentions(edited)).toEqual(mentions(first));
      expect(mentions(rung(edited, after(66)))).toEqual([]);
    });

    test("mentions none whose pages were acknowledged before it rings, and keeps those that it mentioned after", () => {
      const taken = (rings: Rings, ...numbers: string[]) =>
        numbers.reduce((rest, nr) => standOtherwise(rest, { ...page(nr), state: "acknowledged" }), rings);
      expect(mentions(rung(taken(began, "T-5", "T-6"), after(5)))).toContainEqual(nights);
      expect(mentions(rung(taken(began, "T-3", "T-4"), after(5)))).not.toContainEqual(nights);
      expect(mentions(taken(rung(began, after(5)), "T-3", "T-4"))).toContainEqual(nights);
    });

    test("mentions by its next message those of one that never went out", () => {
      const lost = rung(began, after(5));
      const next = rung(carriedOver(ring(lost, page("T-7"), FIRST, after(70))), after(70));
      expect(mentions(next)).toEqual(mentions(lost));
    });

    test("reads one that an earlier version kept", () => {
      const kept: Rings = { ...began, storm: { rings: 1, rungAt: START, news: "none", here: true } };
      expect(mentions(kept)).toEqual([{ here: true }]);
    });
  });

  test("lists the most severe first, then those that somebody has, and is over when none rings", () => {
    const rings = ring(rungAt(0, 1), page("T-3", 2), FIRST, after(3));
    const one = standOtherwise(rings, { ...page("T-1"), state: "acknowledged", words: ["Mia has it"] });
    const message = stormMessage(one, "slack:D1");
    expect(message.headline).toBe("2 tickets page at once");
    expect(message.rows.map(({ number }) => number)).toEqual(["T-2", "T-3", "T-1"]);
    expect(message.rows.map(({ buttons }) => buttons.map(({ act }) => act))).toEqual([
      ["acknowledge", "show"],
      ["acknowledge", "show"],
      ["show"],
    ]);
    const over = ["T-2", "T-3"].reduce(
      (rest, number) => standOtherwise(rest, { ...page(number), state: "acknowledged" }),
      one,
    );
    expect(turnOf(over, after(9))).toBe("is over");
    expect(stormMessage(over, "slack:D1")).toMatchObject({ isRinging: false, buttons: [] });
  });
});
