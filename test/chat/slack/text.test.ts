import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decoded, escaped, wordsOfMessage } from "../../../src/chat/slack/text.ts";
import { beginning, clean, cut } from "../../../src/chat/text.ts";
import { words } from "./anything.ts";

describe("text that comes in", () => {
  it("loses U+0000 and halves of surrogate pairs, and nothing else", () => {
    expect(clean("a\u0000b\uD800c\uDC00d😀\uFFFF")).toBe("abcd😀\uFFFF");
  });

  it("shows mentions and links as words", () => {
    expect(wordsOfMessage("<@U1|mara> see <https://a.example/x|the log> or <https://b.example>")).toBe(
      "@mara see the log (https://a.example/x) or https://b.example",
    );
    expect(wordsOfMessage("<#C1|general> <!here> <!subteam^S1|@support> <!date^1^{date}|Friday>")).toBe(
      "#general @here @support Friday",
    );
    expect(wordsOfMessage("<mailto:jo@a.example|jo@a.example> <http://a.example|a.example>")).toBe(
      "jo@a.example http://a.example",
    );
  });

  it("is decoded once", () => {
    expect(wordsOfMessage("R&amp;D &lt;b&gt; &amp;lt;")).toBe("R&D <b> &lt;");
  });
});

describe("text that goes out", () => {
  it("is escaped once, and decoding gives it back", () => {
    expect(escaped("<!channel> & &lt;")).toBe("&lt;!channel&gt; &amp; &amp;lt;");
    fc.assert(
      fc.property(words, (text) => {
        expect(decoded(escaped(text))).toBe(text);
      }),
    );
  });
});

describe("a cut", () => {
  it("fits, is a beginning, and tears no grapheme", () => {
    const graphemes = (text: string) =>
      new Set([...new Intl.Segmenter("en").segment(text)].map(({ index }) => index).concat(text.length));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.nat(80), (text, max) => {
        const kept = beginning(text, max);
        expect(kept.length).toBeLessThanOrEqual(max);
        expect(text.startsWith(kept)).toBe(true);
        expect(graphemes(text).has(kept.length)).toBe(true);
      }),
    );
  });

  it("says where something was left out", () => {
    expect(cut("abcdef", 4)).toBe("abc…");
    expect(cut("abcd", 4)).toBe("abcd");
    expect(cut("abcd", 0)).toBe("");
  });
});
