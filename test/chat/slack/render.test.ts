import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CardMessage, LineMessage, Message, PageMessage } from "../../../src/core/message.ts";
import { renderHome, renderMessage, type SlackMessage } from "../../../src/chat/slack/render.ts";
import { faultsInMessage, faultsInView } from "../../support/slack-limits.ts";
import { HOSTILE, NOON, quietMessage } from "./anything.ts";

const CARD: CardMessage = {
  kind: "card",
  number: "ACME-17",
  title: "Nobody can place an order",
  body: "Since 9:00.",
  facts: [{ label: "Customer", value: ["Acme & Sons"] }],
  promises: [
    {
      label: "First answer",
      state: "running",
      words: ["due ", { at: NOON, fallback: "Fri 27 Nov 12:00" }],
      share: 0.63,
    },
  ],
  attachments: [{ name: "log.txt", url: "https://files.slack.com/log.txt" }],
  notices: [],
  buttons: [{ act: "take", label: "Take", ticket: "t17", style: "primary" }],
  more: [],
  hint: ["Answer in the thread."],
};

const PAGE: PageMessage = {
  kind: "page",
  state: "ringing",
  headline: "Critical (code red) · ACME-17 · Nobody can place an order",
  ring: [{ person: "Mara", address: "slack:U7", ring: true }, " ", { here: true }],
  facts: [
    { label: "Customer", value: ["Acme"] },
    { label: "Filed by", value: ["Jo"] },
  ],
  promises: [{ label: "First answer", state: "running", words: ["due in 30 min"], share: 0 }],
  standing: [["Mara was paged at 03:00."]],
  buttons: [{ act: "acknowledge", label: "Acknowledge", ticket: "t17", style: "primary" }],
  mayRepeat: false,
};

const LINE: LineMessage = {
  kind: "line",
  tone: "plain",
  text: ["ok"],
  quote: null,
  attachments: [],
  buttons: [],
};

describe("a table", () => {
  it("stands in letters of one width, its columns under each other", () => {
    const { blocks } = renderMessage({
      kind: "table",
      heading: "On call this week",
      tables: [
        {
          title: "weekly",
          columns: ["Day", "From", "Primary"],
          rows: [
            ["Mon 7 Dec", "00:00", "Mia Chen"],
            ["", "09:00", "Sam"],
          ],
        },
      ],
      hint: ["Times are Chicago time."],
    });
    const lines = ["Day        From   Primary", "Mon 7 Dec  00:00  Mia Chen", "           09:00  Sam"];
    expect(blocks[2]).toMatchObject({
      elements: [{ type: "rich_text_preformatted", elements: [{ text: lines.join("\n") }] }],
    });
  });
});

describe("a button for words after a command", () => {
  it("carries them, and is told from its neighbour", () => {
    const button = { command: "oncall", label: "Accept", style: "primary", words: "accept 12" } as const;
    const { blocks } = renderMessage({ ...LINE, buttons: [button, { ...button, words: "decline 12" }] });
    expect(blocks.at(-1)).toMatchObject({
      elements: [
        { action_id: "words:oncall", value: "accept 12" },
        { action_id: "words:oncall#2", value: "decline 12" },
      ],
    });
  });
});

describe("whatever comes in", () => {
  it("each message stays within Slack's limits", () => {
    fc.assert(
      fc.property(quietMessage, fc.constantFrom("channel", "alone"), (message, setting) => {
        expect(faultsInMessage(renderMessage(message, setting))).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it("the home tab stays within Slack's limits", () => {
    fc.assert(
      fc.property(quietMessage, (message) => {
        expect(faultsInView(renderHome({ kind: "say", message }))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("nothing that people wrote alerts anybody or hides where a link leads", () => {
    fc.assert(
      fc.property(quietMessage, (message) => {
        const drawn = renderMessage(message);
        expect(tokensIn(drawn).filter((token) => !token.startsWith("!date^"))).toEqual([]);
        const pieces = piecesOf(drawn);
        expect(pieces.filter(({ type }) => type === "user" || type === "broadcast")).toEqual([]);
        const urls = "attachments" in message ? message.attachments.map(({ url }) => url) : [];
        for (const { type, url } of pieces) if (type === "link") expect(urls).toContain(url);
        for (const { type, url } of pieces) if (type === "link") expect(url).toMatch(/^https?:/);
      }),
      { numRuns: 80 },
    );
  });
});

describe("hostile words", () => {
  it("stand in blocks exactly as typed, where nothing is parsed, and in the fallback escaped once", () => {
    const title = "<!channel> *x* <https://evil.example|here> &lt; R&D";
    const { text, blocks } = renderMessage({ ...CARD, title, body: title });
    expect(blocks[0]).toMatchObject({
      type: "header",
      text: { type: "plain_text", text: `ACME-17 · ${title}` },
    });
    expect(blocks.find(({ block_id }) => block_id === "body")).toMatchObject({
      elements: [{ type: "rich_text_quote", elements: [{ type: "text", text: title }] }],
    });
    expect(text).toBe("ACME-17 &lt;!channel&gt; *x* &lt;https://evil.example|here&gt; &amp;lt; R&amp;D");
  });

  it("lose the marks that turn the direction of the words around them", () => {
    const { blocks } = renderMessage({ ...CARD, title: "invoice\u202Egnp.exe" });
    expect(blocks[0]).toMatchObject({ text: { text: "ACME-17 · invoicegnp.exe" } });
  });

  it("never stand in mrkdwn of a block with their own markup", () => {
    for (const hostile of HOSTILE) {
      const drawn = renderMessage({
        ...PAGE,
        headline: hostile,
        ring: [{ person: hostile, address: null, ring: true }],
      });
      expect(tokensIn(drawn)).toEqual([]);
    }
  });
});

describe("a card", () => {
  it("shows number and title, facts, promises with words and a bar, the body, files and buttons in this order", () => {
    expect(idsOf(renderMessage(CARD))).toEqual([
      "head",
      "facts",
      "promises",
      "body",
      "files",
      "actions",
      "hint",
    ]);
    expect(wordsIn(renderMessage(CARD), "promises")).toContain("• First answer: due ");
    expect(wordsIn(renderMessage(CARD), "promises")).toContain("▰▰▰▰▰▰▱▱▱▱\u00A063%\u00A0used");
  });

  it("shows each reader the time in his own zone", () => {
    expect(piecesOf(renderMessage(CARD))).toContainEqual({
      type: "date",
      timestamp: 1_795_780_800,
      format: "{date_short_pretty} {time}",
      fallback: "Fri 27 Nov 12:00",
    });
  });

  it("cuts a body of 200,000 characters, says so, and names the command that shows more of it", () => {
    const body = "x".repeat(200_000);
    expect(wordsIn(renderMessage({ ...CARD, body }), "body")).toMatch(
      /… cut here, 198800 more characters; \/ticket show ACME-17 shows the rest$/,
    );
    const alone = wordsIn(renderMessage({ ...CARD, body }, "alone"), "body");
    expect(alone).toMatch(/^x{5000}… cut here, 195000 more characters$/);
  });

  it("cuts between graphemes, never inside a family", () => {
    const family = "👩‍👩‍👧‍👦";
    const shown = wordsIn(renderMessage({ ...CARD, body: family.repeat(1_000) }), "body");
    const [kept = ""] = shown.split("…");
    expect(kept.length).toBeGreaterThan(1_000);
    expect(kept.replaceAll(family, "")).toBe("");
  });

  it("keeps five buttons in the row and the rest in a menu that brings back act and ticket", () => {
    const more = (["call", "hold", "close"] as const).map((act) => ({
      act,
      label: act,
      ticket: "t17",
      style: "plain" as const,
    }));
    expect(
      renderMessage({ ...CARD, more }).blocks.find(({ block_id }) => block_id === "actions"),
    ).toMatchObject({
      elements: [
        { type: "button", action_id: "act:take", value: "t17", style: "primary" },
        {
          type: "overflow",
          action_id: "more",
          options: [{ value: "call t17" }, { value: "hold t17" }, { value: "close t17" }],
        },
      ],
    });
    const many = [...more, ...more].map((button) => ({ ...button }));
    expect(
      renderMessage({ ...CARD, more: many }).blocks.find(({ block_id }) => block_id === "actions"),
    ).toMatchObject({
      elements: [
        { type: "button" },
        { type: "static_select", action_id: "more", placeholder: { text: "More…" } },
      ],
    });
  });

  it("tells two buttons of one act apart", () => {
    const [take] = CARD.buttons;
    const buttons = [take, take].filter((button) => button !== undefined);
    expect(
      renderMessage({ ...CARD, buttons }).blocks.find(({ block_id }) => block_id === "actions"),
    ).toMatchObject({
      elements: [{ action_id: "act:take" }, { action_id: "act:take#2" }],
    });
  });
});

describe("a page", () => {
  it("rings by mentions, in its notification too", () => {
    const drawn = renderMessage(PAGE);
    expect(drawn.text).toMatch(/ · <@U7> <!here> · Mara was paged at 03:00\.$/);
    expect(drawn.blocks[1]).toMatchObject({
      block_id: "ring",
      text: { type: "mrkdwn", text: "<@U7> <!here>", verbatim: true },
    });
  });

  it("shows the button before what may be scrolled to", () => {
    expect(idsOf(renderMessage(PAGE))).toEqual(["head", "ring", "promises", "facts", "actions", "standing"]);
  });

  it("that was acknowledged shows first who has it", () => {
    const acknowledged: Message = { ...PAGE, state: "acknowledged", ring: [], buttons: [] };
    expect(idsOf(renderMessage(acknowledged))).toEqual(["head", "standing", "promises", "facts"]);
  });

  it("of a long ladder shows the steps that were taken last", () => {
    const standing = Array.from({ length: 40 }, (_, nr) => [`step ${nr}.`]);
    const drawn = JSON.stringify(renderMessage({ ...PAGE, standing }));
    expect(drawn).toContain("step 39.");
    expect(drawn).not.toContain("step 27.");
  });

  it("of many has its count and its button at both ends, since a phone shows the end first", () => {
    const row = { number: "ACME-1", title: "The shop is down", words: ["Urgent"], buttons: [] };
    const all = {
      ...{ act: "acknowledge-all" as const, label: "Acknowledge all", ticket: "slack:D1" },
      style: "primary" as const,
    };
    const storm = (rows: number): Message => ({
      ...{ kind: "storm", isRinging: true, headline: `${rows} tickets page at once`, ring: [] },
      ...{ rows: Array.from({ length: rows }, () => row), more: 0, buttons: [all], mayRepeat: false },
    });
    const drawn = renderMessage(storm(20)).blocks;
    expect(faultsInMessage(renderMessage(storm(20)))).toEqual([]);
    for (const end of [drawn.slice(0, 2), drawn.slice(-2)]) {
      expect(JSON.stringify(end)).toContain("20 tickets page at once");
      expect(JSON.stringify(end)).toContain("Acknowledge all");
    }
    const short = JSON.stringify(renderMessage(storm(2)).blocks);
    expect(short.match(/"Acknowledge all"/g)).toHaveLength(1);
  });

  it("of many that may be a repeat says so, too", () => {
    const storm: Message = {
      kind: "storm",
      ...{ isRinging: true, headline: "3 tickets page at once", ring: [], rows: [], more: 0, buttons: [] },
      mayRepeat: true,
    };
    expect(JSON.stringify(renderMessage(storm).blocks.at(-1))).toContain("may be a repeat");
  });

  it("that may be a repeat says so", () => {
    expect(JSON.stringify(renderMessage({ ...PAGE, mayRepeat: true }).blocks.at(-1))).toContain(
      "may be a repeat",
    );
  });
});

describe("a line", () => {
  it("mentions where it should ring, and names where it should not", () => {
    const mara = { person: "Mara", address: "slack:U7" };
    const ringing = renderMessage({ ...LINE, text: ["Due soon: ", { ...mara, ring: true }] });
    expect(piecesOf(ringing)).toContainEqual({ type: "user", user_id: "U7" });
    expect(ringing.text).toBe("Due soon: <@U7>");
    const quiet = renderMessage({ ...LINE, text: ["Taken by ", { ...mara, ring: false }] });
    expect(piecesOf(quiet)).not.toContainEqual({ type: "user", user_id: "U7" });
    expect(quiet.text).toBe("Taken by Mara");
  });

  it("says by a sign beside its words how much it matters", () => {
    expect(renderMessage({ ...LINE, tone: "alarm", text: ["Nobody answered."] }).text).toBe(
      "🔔 Nobody answered.",
    );
  });
});

describe("a digest", () => {
  it("of sixty lines shows what fits and counts the rest", () => {
    const lines = Array.from({ length: 60 }, (_, nth) => ({ ...LINE, text: [`line ${nth}`] }));
    const shown = wordsIn(renderMessage({ kind: "digest", lines }), "digest").split("\n");
    expect(shown[0]).toBe("line 0");
    expect(shown.at(-1)).toBe(`… and ${60 - (shown.length - 1)} more`);
  });
});

describe("a list", () => {
  it("counts the rows that do not fit", () => {
    const rows = Array.from({ length: 60 }, (_, nth) => ({
      number: `ACME-${nth}`,
      title: "t",
      words: ["due"],
      buttons: [{ act: "show" as const, label: "Show", ticket: `t${nth}`, style: "plain" as const }],
    }));
    const list: Message = { kind: "list", heading: "Open tickets", rows, more: 5 };
    expect(JSON.stringify(renderMessage(list).blocks.at(-1))).toContain("… and 41 more");
    const home = renderHome({ kind: "say", message: list }).blocks;
    expect(JSON.stringify(home.at(-2))).toContain("… and 17 more");
    expect(JSON.stringify(home.at(-1))).toContain('"value":"settings"');
  });
});

interface Piece {
  type: string;
  text?: string;
  url?: string;
}

/** What Slack would parse: the inside of each pair of angle brackets in the fallback and in mrkdwn. */
function tokensIn({ text, blocks }: SlackMessage): string[] {
  const parsed = [text];
  JSON.stringify(blocks, (_, value: unknown) => {
    if (
      typeof value === "object" &&
      value !== null &&
      "type" in value &&
      value.type === "mrkdwn" &&
      "text" in value
    ) {
      parsed.push(String(value.text));
    }
    return value;
  });
  return parsed.flatMap((mrkdwn) => [...mrkdwn.matchAll(/<([^>]*)>?/g)].map(([, inside]) => inside ?? ""));
}

function piecesOf({ blocks }: SlackMessage): Piece[] {
  return blocks
    .flatMap((block) => (block.type === "rich_text" ? block.elements : []))
    .flatMap((element) => element.elements as Piece[]);
}

function idsOf({ blocks }: SlackMessage): (string | undefined)[] {
  return blocks.map(({ block_id }) => block_id);
}

function wordsIn({ blocks }: SlackMessage, id: string): string {
  return piecesOf({ text: "", blocks: blocks.filter(({ block_id }) => block_id === id) })
    .map(({ text }) => text ?? "")
    .join("");
}
