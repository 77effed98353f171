import type { InputBlock, KnownBlock } from "@slack/types";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Form, FormField } from "../../../src/core/form.ts";
import {
  errorsByBlock,
  readFormValues,
  readMemory,
  renderForm,
} from "../../../src/chat/slack/render-form.ts";
import { faultsInView } from "../../support/slack-limits.ts";
import { anyForm, NOON } from "./anything.ts";

const LEVELS: FormField = {
  kind: "choice",
  id: "level",
  label: "How urgent is it?",
  hint: null,
  options: [
    { value: "urgent", label: "Urgent", hint: "Nobody can work." },
    { value: "normal", label: "Normal", hint: null },
  ],
  initial: "normal",
  required: true,
  live: true,
};

const TITLE: FormField = {
  kind: "text",
  id: "title",
  label: "Title",
  hint: null,
  initial: "R&D <is> down",
  long: false,
  maxLength: 250,
  required: true,
};

function formOf(...fields: FormField[]): Form {
  return {
    name: "file",
    title: "New ticket",
    submit: "File ticket",
    carry: { ticket: null, place: "slack:C1" },
    fields,
  };
}

/** The block of a field as drawn. */
function blockOf(field: FormField): InputBlock {
  const [block] = renderForm(formOf(field)).blocks as KnownBlock[];
  if (block?.type !== "input") throw new Error("not an input");
  return block;
}

describe("whatever comes in", () => {
  it("each form stays within Slack's limits", () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        expect(faultsInView(renderForm(form))).toEqual([]);
      }),
      // To shrink forms of this size takes minutes.
      { numRuns: 20, endOnFailure: true },
    );
  });
});

describe("a form", () => {
  it("remembers what it is for, and knows what somebody else wrote", () => {
    const { callback_id, private_metadata } = renderForm(formOf(TITLE));
    expect(callback_id).toBe("form:file");
    expect(readMemory(private_metadata ?? "")).toEqual({
      name: "file",
      carry: { ticket: null, place: "slack:C1" },
    });
    for (const forged of [
      "",
      "null",
      "{}",
      '{"name":"rm","carry":{"ticket":null,"place":null}}',
      "[".repeat(3_000),
    ]) {
      expect(readMemory(forged)).toBeNull();
    }
  });

  it("begins with the title that was typed, unescaped, for Slack parses nothing in it", () => {
    expect(blockOf(TITLE).element).toMatchObject({
      type: "plain_text_input",
      initial_value: "R&D <is> down",
      max_length: 250,
    });
  });

  it("asks to be drawn anew when a live choice changes", () => {
    expect(blockOf(LEVELS)).toMatchObject({ dispatch_action: true, element: { type: "radio_buttons" } });
    expect(blockOf({ ...LEVELS, live: false })).not.toHaveProperty("dispatch_action");
  });

  it("gives a choice a new block when its options change, so that Slack forgets the old choice, and keeps it otherwise", () => {
    const before = blockOf(LEVELS).block_id;
    expect(blockOf({ ...LEVELS, initial: "urgent", label: "Level" }).block_id).toBe(before);
    expect(blockOf({ ...LEVELS, options: LEVELS.options.slice(1) }).block_id).not.toBe(before);
    expect(blockOf(TITLE).block_id).toBe("title");
  });

  it("uses a menu for more than ten options, in groups for more than a hundred", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, nth) => ({ value: `c${nth}`, label: `Customer ${nth}`, hint: null }));
    expect(blockOf({ ...LEVELS, options: many(11), initial: "c10" }).element).toMatchObject({
      type: "static_select",
      initial_option: { value: "c10" },
    });
    const grouped = blockOf({ ...LEVELS, options: many(250), initial: null }).element;
    expect(grouped).toMatchObject({
      type: "static_select",
      option_groups: [{}, {}, { label: { text: "Customer 200 – Customer 249" } }],
    });
  });

  it("shows a confirmation too long for its box whole beneath it", () => {
    const option = `I confirm that ${"production ".repeat(12)}is down.`;
    const block = blockOf({
      kind: "confirm",
      id: "sure",
      label: "Sure?",
      option,
      initial: false,
      required: true,
    });
    expect(block.hint?.text).toBe(option);
    expect(block.optional).toBe(false);
  });

  it("shows an instant to the second and none that Slack cannot draw", () => {
    const when = { kind: "instant", id: "at", label: "Received", hint: null, required: false } as const;
    expect(blockOf({ ...when, initial: NOON }).element).toMatchObject({ initial_date_time: 1_795_780_800 });
    expect(blockOf({ ...when, initial: new Date(0) }).element).not.toHaveProperty("initial_date_time");
  });
});

describe("what was filled in", () => {
  it("is read by field, and what was left empty is absent", () => {
    const state = {
      title: { value: { type: "plain_text_input", value: "broken\u0000 &lt;b&gt;\uD800" } },
      body: { value: { type: "plain_text_input", value: null } },
      blank: { value: { type: "plain_text_input", value: "  \n" } },
      "level~0123abcd": { value: { type: "radio_buttons", selected_option: { value: "urgent", text: {} } } },
      "customer~0123abcd": { value: { type: "static_select", selected_option: null } },
      "sure~0123abcd": { value: { type: "checkboxes", selected_options: [{ value: "yes" }] } },
      "unsure~0123abcd": { value: { type: "checkboxes", selected_options: [] } },
      at: { value: { type: "datetimepicker", selected_date_time: 1_795_780_800 } },
      never: { value: { type: "datetimepicker", selected_date_time: null } },
      files: {
        value: {
          type: "file_input",
          files: [{ id: "F1", name: "a.png", permalink: "https://x.slack.com/F1" }],
        },
      },
      none: { value: { type: "file_input", files: [] } },
    };
    expect(readFormValues(state)).toEqual({
      title: "broken &lt;b&gt;",
      level: "urgent",
      sure: true,
      at: NOON,
      files: [{ name: "a.png", url: "https://x.slack.com/F1" }],
    });
  });

  it("is refused where it has another shape than Slack's", () => {
    expect(() =>
      readFormValues({ title: { value: { type: "plain_text_input", value: { $ne: 1 } } } }),
    ).toThrow();
    expect(() =>
      readFormValues({ at: { value: { type: "datetimepicker", selected_date_time: 1e300 } } }),
    ).toThrow();
  });
});

describe("a fault", () => {
  const blocks = [
    { type: "rich_text", block_id: "promise" },
    { type: "input", block_id: "title" },
    { type: "input", block_id: "level~0123abcd" },
  ];

  it("stands under its field, whatever hash the block has now", () => {
    expect(errorsByBlock({ level: "Choose one." }, blocks)).toEqual({ "level~0123abcd": "Choose one." });
  });

  it("of the form as a whole, or of a field that is no longer there, stands under the first field", () => {
    expect(errorsByBlock({ "": "Not now.", promise: "Gone." }, blocks)).toEqual({ title: "Not now. Gone." });
  });

  it("has no place in a form without fields", () => {
    expect(errorsByBlock({ "": "Not now." }, blocks.slice(0, 1))).toBeNull();
  });
});
