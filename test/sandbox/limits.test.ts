// Slack's limits, one row each: the longest that passes, the shortest that does not, and what Slack says to it.
import { describe, expect, it } from "vitest";
import type { Fields } from "../../src/sandbox/json.ts";
import { faultsInBlocks, faultsInView, textIn } from "../../src/sandbox/limits.ts";
import { inSlacksWords } from "../../src/sandbox/shape.ts";

const x = (length: number): string => "x".repeat(length);
const plain = (text: string): Fields => ({ type: "plain_text", text });
const option = (text = "One", value = "1"): Fields => ({ text: plain(text), value });
const options = (count: number): Fields[] =>
  Array.from({ length: count }, (_, index) => option("Option", `${index}`));
const actions = (...elements: Fields[]): Fields => ({ type: "actions", elements });
const button = (more: Fields = {}): Fields => ({
  type: "button",
  action_id: "a",
  text: plain("Press"),
  ...more,
});
const input = (element: Fields, more: Fields = {}): Fields => ({
  type: "input",
  label: plain("Label"),
  element,
  ...more,
});
const text = (more: Fields = {}): Fields => ({ type: "plain_text_input", action_id: "a", ...more });
const select = (more: Fields = {}): Fields => ({
  type: "static_select",
  action_id: "a",
  options: options(2),
  ...more,
});
const modal = (more: Fields = {}): Fields => ({
  type: "modal",
  title: plain("Title"),
  submit: plain("Send"),
  blocks: [],
  ...more,
});

/** What a row tries: a value that is just right, one that is just too much, and where and what Slack says to that. */
type Row = [what: string, right: Fields, wrong: Fields, says: string];

const inMessages: Row[] = [
  [
    "a header",
    { type: "header", text: plain(x(150)) },
    { type: "header", text: plain(x(151)) },
    "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "a header's kind of text",
    { type: "header", text: plain("a") },
    { type: "header", text: { type: "mrkdwn", text: "a" } },
    "must be a valid enum value [json-pointer:/blocks/0/text/type]",
  ],
  [
    "a section",
    { type: "section", text: plain(x(3_000)) },
    { type: "section", text: plain(x(3_001)) },
    "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "an empty section",
    { type: "section", text: plain("a") },
    { type: "section", text: plain("") },
    "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "a section of nothing",
    { type: "section", fields: [plain("a")] },
    { type: "section" },
    "missing required field: text or fields [json-pointer:/blocks/0]",
  ],
  [
    "a section's fields",
    { type: "section", fields: Array(10).fill(plain("a")) },
    { type: "section", fields: Array(11).fill(plain("a")) },
    "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
  ],
  [
    "a section's field",
    { type: "section", fields: [plain(x(2_000))] },
    { type: "section", fields: [plain(x(2_001))] },
    "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
  ],
  [
    "a block id",
    { type: "divider", block_id: x(255) },
    { type: "divider", block_id: x(256) },
    "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
  ],
  [
    "an action id",
    actions(button({ action_id: x(255) })),
    actions(button({ action_id: x(256) })),
    "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
  ],
  [
    "a button's text",
    actions(button({ text: plain(x(75)) })),
    actions(button({ text: plain(x(76)) })),
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
  ],
  [
    "a button's value",
    actions(button({ value: x(2_000) })),
    actions(button({ value: x(2_001) })),
    "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
  ],
  [
    "a button's style",
    actions(button({ style: "danger" })),
    actions(button({ style: "blue" })),
    "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
  ],
  [
    "actions",
    actions(...Array.from({ length: 25 }, (_, i) => button({ action_id: `${i}` }))),
    actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `${i}` }))),
    "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "actions that do nothing",
    actions(button()),
    actions(),
    "no less than 1 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "two actions of one name",
    actions(button(), button({ action_id: "b" })),
    actions(button(), button()),
    '`action_id` "a" already exists for another element [json-pointer:/blocks/0/elements]',
  ],
  [
    "context",
    { type: "context", elements: Array(10).fill(plain("a")) },
    { type: "context", elements: Array(11).fill(plain("a")) },
    "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "an image",
    { type: "image", image_url: "https://a.example/b.png", alt_text: x(2_000) },
    { type: "image", image_url: "https://a.example/b.png" },
    "missing required field: alt_text [json-pointer:/blocks/0]",
  ],
  [
    "an image from nowhere",
    { type: "image", slack_file: { id: "F1" }, alt_text: "a" },
    { type: "image", alt_text: "a" },
    "must provide exactly one of: image_url, slack_file [json-pointer:/blocks/0]",
  ],
  [
    "a select's options",
    actions(select({ options: options(100) })),
    actions(select({ options: options(101) })),
    "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "an option's text",
    actions(select({ options: [option(x(75))] })),
    actions(select({ options: [option(x(76))] })),
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
  ],
  [
    "an option's value",
    actions(select({ options: [option("a", x(150))] })),
    actions(select({ options: [option("a", x(151))] })),
    "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
  ],
  [
    "an option's description",
    actions(select({ options: [{ ...option(), description: plain(x(75)) }] })),
    actions(select({ options: [{ ...option(), description: plain(x(76)) }] })),
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/description/text]",
  ],
  [
    "a first option",
    actions(select({ options: [option()], initial_option: option() })),
    actions(select({ options: [option()], initial_option: option("Two") })),
    "initial option must be one of the options [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "a select without options",
    actions(select()),
    actions({ type: "static_select", action_id: "a" }),
    "must provide exactly one of: options, option_groups [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "a placeholder",
    actions(select({ placeholder: plain(x(150)) })),
    actions(select({ placeholder: plain(x(151)) })),
    "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]",
  ],
  [
    "an overflow menu",
    actions({ type: "overflow", options: options(5) }),
    actions({ type: "overflow", options: options(6) }),
    "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "checkboxes",
    actions({ type: "checkboxes", options: options(10) }),
    actions({ type: "checkboxes", options: options(11) }),
    "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "radio buttons",
    actions({ type: "radio_buttons", options: options(10) }),
    actions({ type: "radio_buttons", options: options(11) }),
    "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "a date",
    actions({ type: "datepicker", initial_date: "2026-11-27" }),
    actions({ type: "datepicker", initial_date: "27.11.2026" }),
    "must match the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
  ],
  [
    "a time",
    actions({ type: "timepicker", initial_time: "18:05" }),
    actions({ type: "timepicker", initial_time: "24:00" }),
    "must match the format HH:mm [json-pointer:/blocks/0/elements/0/initial_time]",
  ],
  [
    "a confirmation",
    actions(
      button({
        confirm: { title: plain(x(100)), text: plain(x(300)), confirm: plain(x(30)), deny: plain(x(30)) },
      }),
    ),
    actions(button({ confirm: { text: plain(x(301)) } })),
    "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]",
  ],
  [
    "markdown",
    { type: "markdown", text: x(12_000) },
    { type: "markdown", text: x(12_001) },
    "must be less than 12001 characters [json-pointer:/blocks/0/text]",
  ],
  [
    "an unknown block",
    { type: "divider" },
    { type: "fireworks" },
    "unsupported type: fireworks [json-pointer:/blocks/0/type]",
  ],
  [
    "an unknown element",
    actions(button()),
    actions({ type: "lever" }),
    "unsupported type: lever [json-pointer:/blocks/0/elements/0/type]",
  ],
  [
    "an unknown field",
    { type: "divider" },
    { type: "divider", colour: "red" },
    "invalid additional property: colour [json-pointer:/blocks/0]",
  ],
  [
    "an input's label",
    input(text(), { label: plain(x(2_000)) }),
    input(text(), { label: plain(x(2_001)) }),
    "must be less than 2001 characters [json-pointer:/blocks/0/label/text]",
  ],
  [
    "an input's hint",
    input(text(), { hint: plain(x(2_000)) }),
    input(text(), { hint: plain(x(2_001)) }),
    "must be less than 2001 characters [json-pointer:/blocks/0/hint/text]",
  ],
  [
    "a text input's bounds",
    input(text({ min_length: 1, max_length: 3_000 })),
    input(text({ max_length: 3_001 })),
    "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
  ],
  [
    "a text input's order",
    input(text({ min_length: 2, max_length: 2 })),
    input(text({ min_length: 3, max_length: 2 })),
    "min_length must not be greater than max_length [json-pointer:/blocks/0/element]",
  ],
  [
    "a number input",
    input({ type: "number_input", is_decimal_allowed: false }),
    input({ type: "number_input" }),
    "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",
  ],
  [
    "a button as an input",
    input(text()),
    input(button()),
    "unsupported type: button [json-pointer:/blocks/0/element/type]",
  ],
  [
    "files outside of a modal",
    input(text()),
    input({ type: "file_input" }),
    "unsupported type: file_input [json-pointer:/blocks/0/element/type]",
  ],
];

describe("blocks of a message", () => {
  it.each(inMessages)("%s", (_what, right, wrong, says) => {
    expect(inSlacksWords(faultsInBlocks([right]))).toEqual([]);
    expect(inSlacksWords(faultsInBlocks([wrong]))).toContain(`[ERROR] ${says}`);
  });

  it("are fifty at most, each with an id of its own", () => {
    const dividers = (count: number): Fields[] => Array.from({ length: count }, () => ({ type: "divider" }));
    expect(faultsInBlocks(dividers(50))).toEqual([]);
    expect(inSlacksWords(faultsInBlocks(dividers(51)))).toEqual([
      "[ERROR] no more than 50 items allowed [json-pointer:/blocks]",
    ]);
    const twice = [
      { type: "divider", block_id: "same" },
      { type: "divider", block_id: "same" },
    ];
    expect(inSlacksWords(faultsInBlocks(twice))).toEqual([
      '[ERROR] `block_id` "same" already exists for another block [json-pointer:/blocks]',
    ]);
  });

  it("are told of all their faults at once", () => {
    const faults = faultsInBlocks([{ type: "header" }, { type: "section", text: plain(x(3_001)) }]);
    expect(faults.map(({ pointer }) => pointer)).toEqual(["/blocks/0", "/blocks/1/text/text"]);
  });

  it("are counted by all the text that they show", () => {
    expect(textIn([{ type: "section", text: plain("abc"), fields: [plain("de")] }, actions(button())])).toBe(
      10,
    );
  });
});

const inViews: Row[] = [
  [
    "a title",
    modal({ title: plain(x(24)) }),
    modal({ title: plain(x(25)) }),
    "must be less than 25 characters [json-pointer:/view/title/text]",
  ],
  [
    "a submit button",
    modal({ submit: plain(x(24)) }),
    modal({ submit: plain(x(25)) }),
    "must be less than 25 characters [json-pointer:/view/submit/text]",
  ],
  [
    "a close button",
    modal({ close: plain(x(24)) }),
    modal({ close: plain(x(25)) }),
    "must be less than 25 characters [json-pointer:/view/close/text]",
  ],
  [
    "blocks",
    modal({ blocks: Array(100).fill({ type: "divider" }) }),
    modal({ blocks: Array(101).fill({ type: "divider" }) }),
    "no more than 100 items allowed [json-pointer:/view/blocks]",
  ],
  [
    "private metadata",
    modal({ private_metadata: x(3_000) }),
    modal({ private_metadata: x(3_001) }),
    "must be less than 3001 characters [json-pointer:/view/private_metadata]",
  ],
  [
    "a callback id",
    modal({ callback_id: x(255) }),
    modal({ callback_id: x(256) }),
    "must be less than 256 characters [json-pointer:/view/callback_id]",
  ],
  [
    "an external id",
    modal({ external_id: x(255) }),
    modal({ external_id: x(256) }),
    "must be less than 256 characters [json-pointer:/view/external_id]",
  ],
  [
    "inputs without submit",
    modal({ blocks: [input(text())] }),
    { type: "modal", title: plain("a"), blocks: [input(text())] },
    "missing required field: submit [json-pointer:/view]",
  ],
  [
    "files in a modal",
    modal({ blocks: [input({ type: "file_input", max_files: 10 })] }),
    modal({ blocks: [input({ type: "file_input", max_files: 11 })] }),
    "must be between 1 and 10 [json-pointer:/view/blocks/0/element/max_files]",
  ],
  [
    "markdown in a view",
    modal({ blocks: [{ type: "divider" }] }),
    modal({ blocks: [{ type: "markdown", text: "a" }] }),
    "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
  ],
  [
    "a home tab's title",
    { type: "home", blocks: [] },
    { type: "home", blocks: [], title: plain("a") },
    "invalid additional property: title [json-pointer:/view]",
  ],
  [
    "a view of no kind",
    { type: "home", blocks: [] },
    { blocks: [] },
    "missing required field: type [json-pointer:/view]",
  ],
];

describe("views", () => {
  it.each(inViews)("%s", (_what, right, wrong, says) => {
    expect(inSlacksWords(faultsInView(right))).toEqual([]);
    expect(inSlacksWords(faultsInView(wrong))).toContain(`[ERROR] ${says}`);
  });

  it("have one field in focus", () => {
    const focused = [input(text({ focus_on_load: true })), input(text({ focus_on_load: true }))];
    expect(inSlacksWords(faultsInView(modal({ blocks: focused })))).toEqual([
      "[ERROR] only one element can have focus_on_load set to true [json-pointer:/view/blocks]",
    ]);
  });
});
