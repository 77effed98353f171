// The sandbox page's pure parts: how it reads Slack's mrkdwn and dates, and what it keeps of a form that is filled in.
import type { KnownBlock, RichTextElement } from "@slack/types";
import { describe, expect, it } from "vitest";
import { briefAt, slackDate } from "../../src/sandbox/page/dates.ts";
import { asTyped, readMrkdwn } from "../../src/sandbox/page/mrkdwn.ts";
import { sharing } from "../../src/sandbox/page/share.ts";
import { carriedValues, faultsOf, initialValues, withState, slotsOf } from "../../src/sandbox/page/values.ts";
import { dayAt, instantOf, shortAt, timeAt } from "../../src/sandbox/page/zone.ts";

const FRIDAY_EVENING = Date.parse("2026-11-28T00:05:00Z"); // Friday 27 November 2026, 18:05 in Chicago.
const CHICAGO = { timezone: "America/Chicago", nowMs: FRIDAY_EVENING };
const PRAGUE = { timezone: "Europe/Prague", nowMs: FRIDAY_EVENING };

describe("mrkdwn", () => {
  it("shows bold, italic, struck and code words as such, also within each other", () => {
    expect(inline("*a* _b_ ~c~ `d*e*` _*f*_")).toEqual([
      text("a", { bold: true }),
      text(" "),
      text("b", { italic: true }),
      text(" "),
      text("c", { strike: true }),
      text(" "),
      text("d*e*", { code: true }),
      text(" "),
      text("f", { italic: true, bold: true }),
    ]);
  });

  it("leaves marks alone that open nothing: in names, in sums, without a partner", () => {
    const plainly = "snake_case_here 2*3*4 * a * *open and_ ~ end";
    expect(inline(plainly)).toEqual([text(plainly)]);
  });

  it("carries no mark over a line's end", () => {
    expect(inline("*a\nb*")).toEqual([text("*a\nb*")]);
  });

  it("knows people, channels, groups and everybody", () => {
    expect(inline("<@U0SAM000001> <#C0SUPPORT01|support> <!here> <!subteam^S1|@desk> <!subteam^S1>")).toEqual(
      [
        { type: "user", user_id: "U0SAM000001" },
        text(" "),
        { type: "channel", channel_id: "C0SUPPORT01" },
        text(" "),
        { type: "broadcast", range: "here" },
        text(" @desk "),
        { type: "usergroup", usergroup_id: "S1" },
      ],
    );
  });

  it("links addresses, with and without a label, and bare ones unless told not to", () => {
    const link = { type: "link", url: "https://a.example/?b=1&c=2" };
    expect(inline("<https://a.example/?b=1&amp;c=2|A &amp; B>")).toEqual([{ ...link, text: "A & B" }]);
    expect(inline("see https://a.example/?b=1&amp;c=2.")).toEqual([text("see "), link, text(".")]);
    expect(readMrkdwn("https://a.example", { ...CHICAGO, isVerbatim: true })).toEqual([
      { type: "rich_text_section", elements: [text("https://a.example")] },
    ]);
  });

  it("shows hostile titles as they were typed: nobody is called and nothing is disguised", () => {
    const title =
      "&lt;!channel&gt; &lt;@U0SAM000001&gt; &lt;mailto:a@b.example|here&gt; &amp;lt;!here&amp;gt;";
    expect(inline(title)).toEqual([
      text("<!channel> <@U0SAM000001> <mailto:a@b.example|here> &lt;!here&gt;"),
    ]);
    expect(inline("<javascript:alert(1)|here> <b>x</b> <!nobody> <>")).toEqual([
      text("<javascript:alert(1)|here> <b>x</b> <!nobody> <>"),
    ]);
  });

  it("knows nothing of Markdown: headings, pictures, tables and lists stay text", () => {
    const markdown = "# a\n![b](c)\n| d | e |\n|---|---|\n1. f\n**g**";
    expect(inline(markdown)).toEqual([text(markdown)]);
  });

  it("gives quotes and code blocks a block each", () => {
    expect(readMrkdwn("a\n&gt; b\n> c\n```d *e*\n&lt;f&gt;```\ng", CHICAGO)).toEqual([
      { type: "rich_text_section", elements: [text("a")] },
      { type: "rich_text_quote", elements: [text("b\nc")] },
      { type: "rich_text_preformatted", elements: [text("d *e*\n<f>")] },
      { type: "rich_text_section", elements: [text("g")] },
    ]);
  });

  it("reads emoji by their names, and no clock times", () => {
    expect(inline(":bell: 12:30:45 :+1:")).toEqual([
      { type: "emoji", name: "bell" },
      text(" 12:30:45 "),
      { type: "emoji", name: "+1" },
    ]);
  });

  it("reads forty thousand hostile characters in well under a second", () => {
    const hostile = ["*a ", "<", "`", ":a", "_*~", "&lt;!date^", "<https://a|*"];
    const startedAt = performance.now();
    for (const piece of hostile) readMrkdwn(piece.repeat(40_000 / piece.length), CHICAGO);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("gives a message back as its author typed it", () => {
    const names = { U0SAM000001: "Sam Okafor", C0SUPPORT01: "#support" };
    expect(asTyped("<@U0SAM000001> in <#C0SUPPORT01>: 1 &lt; 2 <!here> <https://a.example|b>", names)).toBe(
      "@Sam Okafor in #support: 1 < 2 @here https://a.example",
    );
  });
});

describe("dates", () => {
  const seconds = FRIDAY_EVENING / 1000;

  it("are written in the zone of whom one acts as", () => {
    const token = `<!date^${seconds}^by {date_short_pretty} {time}|fallback>`;
    expect(inline(token)).toEqual([text("by today 18:05")]);
    expect(inline(token, PRAGUE)).toEqual([text("by today 01:05")]);
    expect(inline(`*<!date^${seconds}^{date_num}|x>*`)).toEqual([text("2026-11-27", { bold: true })]);
    expect(inline(`<!date^${seconds}^{date_num}|x>`, PRAGUE)).toEqual([text("2026-11-28")]);
  });

  it("are near days by the sandbox's clock, with a capital where they begin", () => {
    const near = (days: number) => slackDate(seconds + days * 86_400, "{date_short_pretty}", CHICAGO);
    expect([near(-1), near(0), near(1), near(3)]).toEqual(["Yesterday", "Today", "Tomorrow", "Nov 30, 2026"]);
  });

  it("know Slack's other tokens", () => {
    expect(slackDate(seconds, "{date} {date_long} {date_short} {time_secs}", CHICAGO)).toBe(
      "November 27th, 2026 Friday, November 27th, 2026 Nov 27, 2026 18:05:00",
    );
    expect(slackDate(seconds + 3 * 3600, "{ago}", CHICAGO)).toBe("in 3 hours");
  });

  it("fall back where there is no instant or no token", () => {
    expect(inline("<!date^soon^{time}|by Monday>")).toEqual([text("by Monday")]);
    expect(inline("<!date^99999999999999^{time}|later>")).toEqual([text("later")]);
    expect(inline(`<!date^${seconds}^{nonsense}|later>`)).toEqual([text("later")]);
  });

  it("link where Slack links them, to web addresses only", () => {
    expect(inline(`<!date^${seconds}^{time}^https://a.example|x>`)).toEqual([
      { type: "link", url: "https://a.example", text: "18:05" },
    ]);
    expect(inline(`<!date^${seconds}^{time}^javascript:alert(1)|x>`)).toEqual([text("18:05")]);
  });

  it("are brief: a time today, a weekday within the week, else a day", () => {
    const hours = (count: number) => briefAt(FRIDAY_EVENING + count * 3_600_000, CHICAGO);
    expect([hours(2), hours(63), hours(24 * 9)]).toEqual(["20:05", "Mon 09:05", "6 Dec 18:05"]);
  });
});

describe("wall clocks", () => {
  it("show an instant in any zone", () => {
    expect(shortAt(FRIDAY_EVENING, "America/Chicago")).toBe("Fri 27 Nov 18:05");
    expect([dayAt(FRIDAY_EVENING, "Asia/Tokyo"), timeAt(FRIDAY_EVENING, "Asia/Tokyo")]).toEqual([
      "2026-11-28",
      "09:05",
    ]);
  });

  it("give back the instant that was picked, also around clock changes", () => {
    const at = (day: string, time: string) =>
      new Date(instantOf(day, time, "America/Chicago") ?? 0).toISOString();
    expect(at("2026-11-27", "18:05")).toBe("2026-11-28T00:05:00.000Z");
    expect(at("2026-11-01", "01:30")).toBe("2026-11-01T06:30:00.000Z"); // The first of two.
    expect(at("2026-03-08", "02:30")).toBe("2026-03-08T08:30:00.000Z"); // Skipped: read as 03:30.
    expect(instantOf("2026-13-01", "00:00", "America/Chicago")).toBeNull();
  });
});

describe("a form", () => {
  const title = input("title", { type: "plain_text_input", action_id: "v", initial_value: "Printer" });
  const level = input("level", {
    type: "radio_buttons",
    action_id: "v",
    options: [option("urgent"), option("normal")],
  });
  const count: KnownBlock = {
    ...input("count", { type: "number_input", action_id: "v", is_decimal_allowed: false, min_value: "1" }),
    optional: true,
  };

  it("holds initial values, and nothing where there are none", () => {
    expect(initialValues([title, level, count])).toEqual({
      title: { v: { type: "plain_text_input", value: "Printer" } },
      level: { v: { type: "radio_buttons", selected_option: null } },
      count: { v: { type: "number_input", value: null } },
    });
  });

  it("holds the inputs of sections and actions too, and no buttons", () => {
    const blocks: KnownBlock[] = [
      {
        type: "section",
        block_id: "s",
        text: { type: "mrkdwn", text: "x" },
        accessory: { type: "datepicker", action_id: "d", initial_date: "2026-11-27" },
      },
      {
        type: "actions",
        block_id: "a",
        elements: [
          { type: "button", action_id: "b", text: { type: "plain_text", text: "B" } },
          { type: "checkboxes", action_id: "c", options: [option("x")], initial_options: [option("x")] },
        ],
      },
    ];
    expect(initialValues(blocks)).toEqual({
      s: { d: { type: "datepicker", selected_date: "2026-11-27" } },
      a: { c: { type: "checkboxes", selected_options: [option("x")] } },
    });
  });

  it("keeps what was typed when the app replaces the view, and drops what is not asked any more", () => {
    const held = fill(fill(initialValues([title, level]), title, "Down"), level, option("urgent"));
    const promise: KnownBlock = { type: "section", block_id: "p", text: { type: "mrkdwn", text: "by noon" } };
    expect(carriedValues(held, [title, level], [title, promise, level, count])).toEqual({
      ...held,
      count: { v: { type: "number_input", value: null } },
    });
    expect(carriedValues(held, [title, level], [level])).toEqual({ level: held.level });
  });

  it("starts an input afresh whose kind changed or whose choice is not offered any more", () => {
    const held = fill(fill(initialValues([title, level]), title, "Down"), level, option("urgent"));
    const email = input("title", { type: "email_text_input", action_id: "v" });
    const lower = input("level", { type: "radio_buttons", action_id: "v", options: [option("normal")] });
    expect(carriedValues(held, [title, level], [email, lower])).toEqual({
      title: { v: { type: "email_text_input", value: null } },
      level: { v: { type: "radio_buttons", selected_option: null } },
    });
  });

  it("is not sent with something needed missing, nor with what Slack would refuse", () => {
    const blocks = [title, level, count];
    expect(faultsOf(blocks, fill(initialValues(blocks), title, "  "))).toEqual({
      title: "Please fill this in.",
      level: "Please fill this in.",
    });
    const filled = fill(initialValues(blocks), level, option("normal"));
    expect(faultsOf(blocks, filled)).toEqual({});
    expect(faultsOf(blocks, fill(filled, count, "1.5"))).toEqual({ count: "Please give a whole number." });
    expect(faultsOf(blocks, fill(filled, count, "0"))).toEqual({ count: "Please give a number from 1 up." });
    expect(faultsOf(blocks, fill(filled, title, "x".repeat(3_001)))).toEqual({
      title: "That is 1 characters too long: 3000 fit here.",
    });
  });
});

describe("a new state", () => {
  it("reuses every part that did not change", () => {
    const old = { a: [{ x: 1 }, { x: 2 }], b: { c: "d" } };
    const next = sharing(old, { a: [{ x: 1 }, { x: 3 }], b: { c: "d" } });
    expect(next).toEqual({ a: [{ x: 1 }, { x: 3 }], b: { c: "d" } });
    expect(next.a[0]).toBe(old.a[0]);
    expect(next.b).toBe(old.b);
    expect(sharing(old, structuredClone(old))).toBe(old);
  });
});

type InputBlock = Extract<KnownBlock, { type: "input" }>;

function inline(mrkdwn: string, reader = CHICAGO): RichTextElement[] {
  const [section, ...others] = readMrkdwn(mrkdwn, reader);
  expect(others).toEqual([]);
  return section?.type === "rich_text_section" ? section.elements : [];
}

function text(words: string, style?: Record<string, true>) {
  return { type: "text", text: words, ...(style && { style }) };
}

function input(block_id: string, element: InputBlock["element"]): InputBlock {
  return { type: "input", block_id, label: { type: "plain_text", text: block_id }, element };
}

function option(value: string) {
  return { text: { type: "plain_text" as const, text: value }, value };
}

function fill(values: ReturnType<typeof initialValues>, block: InputBlock, filled: unknown) {
  const [slot] = slotsOf([block]);
  if (!slot) throw new Error("This block holds no input.");
  const type = slot.element.type;
  const field = type === "radio_buttons" ? "selected_option" : "value";
  return withState(values, slot, { type, [field]: filled });
}
