import { createRequire } from "node:module";
import type * as AdaptiveCards from "adaptivecards";
import { fromMarkdown } from "mdast-util-from-markdown";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { FormField } from "../../../src/core/form.ts";
import type { Message, Text } from "../../../src/core/message.ts";
import type { Card } from "../../../src/chat/teams/cards.ts";
import { readFormValues, renderForm, type Draft } from "../../../src/chat/teams/render-form.ts";
import { renderCard, renderMessage, summaryOf } from "../../../src/chat/teams/render.ts";
import { wordsIn } from "../../support/teams-double.ts";
import { anyForm, HOSTILE, NOON, quietMessage } from "../slack/anything.ts";

// It is no ES module.
const { AdaptiveCard, HostConfig, SerializationContext, Versions } = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.js",
) as typeof AdaptiveCards;

const CHANNEL = { isFlat: false, footer: null };
const IDENT = "c0000000-0000-4000-8000-000000000003";
const DRAFT: Draft = {
  ...{ id: "a-draft-of-ours", name: "file", stand: "message", zone: "Europe/Prague" },
  carry: { ticket: null, place: null },
};

/** What the library of Adaptive Cards finds wrong with a card. */
function faultsOf(card: Card): string[] {
  const context = new SerializationContext(Versions.v1_5);
  const parsed = new AdaptiveCard();
  // Teams shows five in a row, and those of mode "secondary" behind a "…".
  parsed.hostConfig = new HostConfig({ actions: { maxActions: 25 } });
  parsed.parse(JSON.parse(JSON.stringify(card)) as object, context);
  const invalid = parsed.validateProperties().validationEvents;
  return [
    ...Array.from({ length: context.eventCount }, (_, nr) => context.getEventAt(nr).message),
    ...invalid.map(({ message }) => message),
  ];
}

/** Every TextBlock and every text run of a card. */
function textsOf(card: unknown): { markdown: string[]; literal: string[]; urls: string[] } {
  const found = { markdown: [] as string[], literal: [] as string[], urls: [] as string[] };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== "object" || value === null) return;
    const one = value as Record<string, unknown>;
    if (one["type"] === "TextBlock") found.markdown.push(String(one["text"]));
    if (one["type"] === "TextRun") found.literal.push(String(one["text"]));
    if (typeof one["url"] === "string") found.urls.push(one["url"]);
    Object.values(one).forEach(visit);
  };
  visit(card);
  return found;
}

/** The kinds of marks that a Markdown reader sees in a text. */
function marksIn(markdown: string): string[] {
  const kinds = new Set<string>();
  const visit = (node: { type: string; children?: unknown[] }): void => {
    kinds.add(node.type);
    (node.children ?? []).forEach((child) => visit(child as typeof node));
  };
  visit(fromMarkdown(markdown));
  return [...kinds].filter((kind) => !["root", "paragraph", "text", "strong"].includes(kind));
}

function expectSafe(card: Card): void {
  expect(faultsOf(card)).toEqual([]);
  expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(28_000);
  const { markdown, literal, urls } = textsOf(card);
  expect(markdown.flatMap(marksIn)).toEqual([]);
  for (const text of [
    ...markdown.map((each) => each.replace(/\{\{(DATE|TIME)\([^{}]*\)\}\}/g, "")),
    ...literal,
  ]) {
    expect(text).not.toMatch(/\{\{|\$\{|<\/?at\b/i);
    expect(text).not.toMatch(/\p{Cs}|\0/u);
  }
  for (const url of urls) expect(url).toMatch(/^https:\/\//);
}

describe("whatever comes in", () => {
  test.prop([quietMessage], { numRuns: 120 })(
    "a message is a valid card that fits, and marks nothing up",
    (message) => {
      expectSafe(renderCard(message, { isFlat: true, footer: "anonymous-dev" }));
      expect(Buffer.byteLength(JSON.stringify(renderMessage(message, CHANNEL)))).toBeLessThan(28_000);
    },
  );

  test.prop([anyForm, fc.constantFrom("dialog", "message", "in place" as const)], { numRuns: 120 })(
    "a form is a valid card that fits",
    (form, stand) => {
      const faults = Object.fromEntries(form.fields.map(({ id }) => [id, HOSTILE[0]]));
      expectSafe(renderForm(form, { ...DRAFT, stand }, { faults }));
    },
  );
});

describe("words of people", () => {
  const evil = [
    "[x](http://evil.example)",
    "![i](http://evil.example/a.png)",
    "<at>everyone</at>",
    "{{DATE(2026-01-01T00:00:00Z)}} ${title}",
    "**b** _i_ `c` # h",
    "1. one\n- two",
    "<http://evil.example>",
  ];
  const at = { at: new Date("2026-11-27T18:05:00Z"), fallback: "Fri 18:05" };
  it.each(evil)("%s is shown as it is typed, beside a time as without one", (words) => {
    for (const text of [[words], [words, at]] satisfies Text[]) {
      const card = renderCard(
        { kind: "line", tone: "plain", text, quote: null, attachments: [], buttons: [] },
        CHANNEL,
      );
      expectSafe(card);
      const shown = wordsIn(card).replaceAll("\u200B", "").replace(/\s+/g, " ");
      expect(shown).toContain(words.replace(/\s+/g, " "));
    }
  });

  it.each(["\tindented", "    indented", "one\r\r\tindented"])("%j beside a time is no code", (words) => {
    const text: Text = [words, at];
    expectSafe(
      renderCard({ kind: "line", tone: "plain", text, quote: null, attachments: [], buttons: [] }, CHANNEL),
    );
  });

  it("a file that is no secure link of the web is only named", () => {
    const attachments = [
      { name: "a", url: "javascript:alert(1)" },
      { name: "b", url: "http://plain.example/" },
      { name: "c", url: "https://files.example/c" },
    ];
    const line: Message = { kind: "line", tone: "plain", text: ["x"], quote: null, attachments, buttons: [] };
    expect(textsOf(renderCard(line, CHANNEL)).urls).toEqual(["https://files.example/c"]);
  });

  it("somebody called <at>everyone</at> rings nobody", () => {
    const person = { person: "<at>everyone</at>", address: null, ring: true };
    const card = renderCard(
      { kind: "line", tone: "plain", text: [person, at], quote: null, attachments: [], buttons: [] },
      CHANNEL,
    );
    expect(card.msteams?.entities).toBeUndefined();
    expectSafe(card);
  });
});

test("a user group of Slack is named as it is written, and rings nobody", () => {
  const group = { group: "@on_call.desk", address: "slack:@on_call.desk", ring: true as const };
  for (const text of [[group], [group, " ", { at: NOON, fallback: "noon" }]] satisfies Text[]) {
    const line: Message = { kind: "line", tone: "plain", text, quote: null, attachments: [], buttons: [] };
    const card = renderCard(line, CHANNEL);
    expect(card.msteams?.entities).toBeUndefined();
    expect(wordsIn(card)).toContain("@on_call.desk");
    expectSafe(card);
  }
});

describe("our own marks", () => {
  const page: Message = {
    kind: "page",
    state: "ringing",
    headline: "Urgent · ACME-1 Nobody can order",
    ring: [{ person: "Sam Okafor", address: `teams:${IDENT}`, ring: true }],
    facts: [{ label: "Customer", value: ["ACME Print"] }],
    promises: [
      {
        label: "First answer",
        state: "running",
        words: ["due ", { at: NOON, fallback: "12:00" }],
        share: 0.5,
      },
    ],
    standing: [["Paged Sam"]],
    buttons: [{ act: "acknowledge", label: "Acknowledge", ticket: "ACME-1", style: "primary" }],
    mayRepeat: true,
  };

  it("an instant is shown by each reader's own clock, a person is mentioned by the id in Entra", () => {
    const card = renderCard(page, CHANNEL);
    expect(faultsOf(card)).toEqual([]);
    expect(JSON.stringify(card)).toContain(
      "{{DATE(2026-11-27T12:00:00Z, SHORT)}} {{TIME(2026-11-27T12:00:00Z)}}",
    );
    expect(card.msteams?.entities).toEqual([
      { type: "mention", text: "<at>Sam Okafor</at>", mentioned: { id: IDENT, name: "Sam Okafor" } },
    ]);
    expect(wordsIn(card)).toContain("<at>Sam Okafor</at>");
  });

  it("a page alerts, says that it may be a repeat, and no state is told by colour alone", () => {
    expect(renderMessage(page, CHANNEL)).toMatchObject({ importance: "urgent", summary: /Nobody can order/ });
    const words = wordsIn(renderCard(page, CHANNEL));
    expect(words).toContain("This may be a repeat");
    expect(words).toMatch(/First answer: due .*50%.used/s);
  });
});

describe("what can be typed", () => {
  const said = (text: Text): Message => ({
    ...{ kind: "line", tone: "plain", text, quote: null, attachments: [], buttons: [] },
  });
  const typed = "/ticket list (/oncall week) shows it; https://belfry.example/oncall/sam.ics is the address.";

  it("goes without a slash in a chat, and after a mention elsewhere", () => {
    const rest = "is the address.";
    expect(wordsIn(renderCard(said([{ typed }]), { isFlat: true, footer: null }))).toBe(
      `ticket list (oncall week) shows it; https://belfry.example/oncall/sam.ics ${rest}`,
    );
    expect(wordsIn(renderCard(said([{ typed }]), { isFlat: false, footer: null }))).toBe(
      `@Belfry ticket list (@Belfry oncall week) shows it; https://belfry.example/oncall/sam.ics ${rest}`,
    );
    expect(summaryOf(said([{ typed: "/ticket list shows yours." }]))).toBe("ticket list shows yours.");
  });

  it("is not looked for in what people write", () => {
    for (const isFlat of [true, false])
      expect(wordsIn(renderCard(said(["/ticket list fails"]), { isFlat, footer: null }))).toBe(
        "/ticket list fails",
      );
  });
});

test("how to reply is said as it goes in a channel's threads, and in a chat, which has none", () => {
  const receipt: Message = {
    ...{
      kind: "receipt",
      number: "ACME-1",
      title: "Down",
      facts: [],
      promises: [],
      notices: [],
      buttons: [],
    },
    hint: [],
  };
  expect(wordsIn(renderCard(receipt, CHANNEL))).toContain(
    "In Teams: mention @Belfry in your reply, or press Reply.",
  );
  const inChat = wordsIn(renderCard(receipt, { isFlat: true, footer: null }));
  expect(inChat).toContain("In Teams: write “@Belfry ticket reply ACME-1 …”, or press Reply.");
});

describe("a form", () => {
  const instant: FormField = {
    ...{ kind: "instant", id: "when", label: "When?", hint: null, initial: NOON, required: true },
  };
  const form = {
    name: "call" as const,
    title: "Call",
    submit: "Save",
    carry: DRAFT.carry,
    fields: [instant],
  };

  it("shows an instant by the wall clock of its zone, and reads it back by the same", () => {
    expect(wordsIn(renderForm(form, DRAFT))).toContain(
      "[When?: 2026-11-27]\n[Time, in Europe/Prague: 13:00]",
    );
    const read = readFormValues({ "day:when": "2026-11-27", "time:when": "13:00" }, "Europe/Prague");
    expect(read).toEqual({ when: NOON });
  });

  it("says of files what is true for what the form does", () => {
    const files: FormField = {
      ...{ kind: "files", id: "files", label: "Files", hint: null, maxFiles: 5, required: false },
    };
    const says = (name: Draft["name"]) =>
      wordsIn(renderForm({ ...form, name, fields: [files] }, { ...DRAFT, name }));
    expect(says("file")).toContain("Add them to your reply, once the ticket is there.");
    expect(says("reply")).toContain(
      "To send some, reply to the ticket's message instead, and mention @Belfry.",
    );
    expect(says("note")).toContain("mention @Belfry and begin with //, which keeps it inside.");
  });

  it("shows what is usual where what was chosen before is no choice any more", () => {
    const contact: FormField = {
      ...{ kind: "choice", id: "contact", label: "On behalf of", hint: null, live: false, required: true },
      ...{ options: [{ value: "pavel", label: "Pavel Novak", hint: null }], initial: "pavel" },
    };
    const values = { contact: "carl" };
    const card = renderForm({ ...form, fields: [contact] }, DRAFT, { values });
    expect(card.body).toContainEqual(expect.objectContaining({ id: "one:contact", value: "pavel" }));
  });

  it.each([
    ["", "13:00"],
    ["2026-11-27", ""],
    ["2026-02-30", "13:00"],
    ["2026-11-27", "25:00"],
    ["tomorrow", "noon"],
  ])("“%s” and “%s” are no instant", (day, time) => {
    expect(() => readFormValues({ "day:when": day, "time:when": time }, "Etc/UTC")).toThrow(
      "both a day and a time",
    );
  });

  it("leaves out what was left empty, and takes no foreign input", () => {
    const inputs = {
      "text:a": " ",
      "one:b": "",
      "yes:c": "false",
      "yes:d": "true",
      e: "x",
      "text:f": 7,
      "day:g": "",
    };
    expect(readFormValues({ ...inputs, "time:g": "" }, "Etc/UTC")).toEqual({ d: true });
  });
});
