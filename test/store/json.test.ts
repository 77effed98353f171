// What comes back from the database is what went in: instants are instants, and words are words.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { cleaned, fromStored, toStored } from "../../src/store/json.ts";

const NOON = "2026-11-27T12:00:00.000Z";
const kept = (value: unknown) => fromStored(JSON.parse(JSON.stringify(toStored(value))) as unknown);

describe("what is kept as a document", () => {
  it("an instant comes back as an instant wherever its name says that it is one", () => {
    const noon = new Date(NOON);
    const value = {
      at: noon,
      notBefore: noon,
      statuses: [{ fromAt: noon }],
      text: ["by ", { at: noon, fallback: NOON }],
      fields: [{ kind: "instant", initial: noon }],
      pauses: [{ from: noon, to: null }],
    };
    expect(kept(value)).toEqual(value);
  });

  it("words that look like an instant stay words", () => {
    const words = {
      text: NOON,
      title: NOON,
      body: NOON,
      reason: NOON,
      words: [NOON],
      initial: NOON,
      fallback: NOON,
    };
    expect(kept(words)).toEqual(words);
  });

  it("a level, a local day and a time that carry an instant's name stay words", () => {
    const value = { from: "1", to: "2", at: "09:00", rotation: { from: "2026-01-05" }, fromAt: "2026-11-27" };
    expect(kept(value)).toEqual(value);
  });

  it("what PostgreSQL refuses is left out or made visible, in words and in names", () => {
    expect(kept({ "na\u0000me": "a\u0000b\uD800c\uDC00d\u{1F600}" })).toEqual({
      name: "ab\uFFFDc\uFFFDd\u{1F600}",
    });
  });

  it("a key without a value is left out, and __proto__ is a key like others", () => {
    expect(kept({ gone: undefined, here: null })).toEqual({ here: null });
    expect(Object.keys(kept(JSON.parse('{"__proto__":{"a":1}}')) as object)).toEqual(["__proto__"]);
  });

  it("an instant that is none is refused before it is written", () => {
    expect(() => toStored({ at: new Date(Number.NaN) })).toThrow(RangeError);
  });

  const instant = fc.date({ min: new Date(-8.64e15), max: new Date(8.64e15), noInvalidDate: true });
  const words = fc.string({ unit: "grapheme" });
  const plain = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      words,
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("text", "title", "kind", "words", "x"), tie("value")),
      fc.dictionary(fc.constantFrom("at", "metAt", "from", "to", "notBefore"), fc.oneof(instant, words)),
    ),
  })).value;

  test.prop([plain])("is the same after any number of trips", (value) => {
    expect(kept(value)).toEqual(value);
    expect(kept(kept(value))).toEqual(value);
  });

  test.prop([fc.string({ unit: "binary" })])("holds no character that PostgreSQL refuses", (text) => {
    const clean = cleaned(text);
    expect(clean).not.toMatch(/\p{Surrogate}|\u0000/u);
    expect(cleaned(clean)).toBe(clean);
  });
});
