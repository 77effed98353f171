// How each form looks in Slack, and what was filled in when it comes back.
//
// A field's values come back under its block's id. Slack keeps what was typed as long as block and action id stay, even
// where the options are others now (another customer's levels): so the block id of a choice is the field's id with a
// short hash of its options, `level~1f3a9c02`, and an error finds its block by the id in front.
//
// Slack's limits (docs.slack.dev, Block Kit): modal 100 blocks, title, submit and close 24 characters, text input 3,000,
// radio buttons and checkboxes 10 options, select 100 options in up to 100 groups, option 75 with a value of 150,
// private_metadata 3,000, all of a view 250 kB.
import { createHash } from "node:crypto";
import type { InputBlock, KnownBlock, ModalView, PlainTextElement, PlainTextOption } from "@slack/types";
import { z } from "zod";
import {
  ROSTER_FORMS,
  type Form,
  type FormCarry,
  type FormField,
  type FormValue,
  type FormValues,
} from "../../core/form.ts";
import { ACTS } from "../../core/message.ts";
import { clean, cut, oneLine, shown } from "../text.ts";
import { bold, linesBlock, literal, plain, rich } from "./words.ts";

/** The callback id of every form begins with this. */
const FORM_CALLBACK = "form:";

/** Draws a form as a modal. */
export function renderForm(form: Form): ModalView {
  return {
    type: "modal",
    callback_id: `${FORM_CALLBACK}${form.name}`,
    private_metadata: memoryOf(form),
    title: plain(form.title, 24),
    submit: plain(form.submit, 24),
    close: plain("Cancel", 24),
    blocks: blocksThatFit(form.fields),
  };
}

/** What a form remembered of itself, or null where somebody else wrote it. */
export function readMemory(privateMetadata: string): { name: Form["name"]; carry: FormCarry } | null {
  // Slack keeps no more: whoever sends it is not Slack's form.
  if (privateMetadata.length > MOST_MEMORY) return null;
  try {
    return MEMORY.parse(JSON.parse(privateMetadata));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** What was filled in, by field id. */
export function readFormValues(state: ViewState): FormValues {
  const values: Record<string, FormValue> = {};
  for (const [blockId, actions] of Object.entries(state)) {
    const value = valueOf(actions[VALUE]);
    if (value !== undefined) values[fieldOf(blockId)] = value;
  }
  return values;
}

/**
 * Sentences under the blocks of a view, from sentences by field. What belongs to no field that can be filled stands
 * under the first one that can. Null where the view has none.
 */
export function errorsByBlock(
  faults: Readonly<Record<string, string>>,
  blocks: ViewBlocks,
): Record<string, string> | null {
  const inputs = blocks.filter((block) => block.type === "input").map((block) => block.block_id);
  const [first] = inputs;
  if (first === undefined) return null;
  const errors: Record<string, string> = {};
  for (const [field, sentence] of Object.entries(faults)) {
    const block = inputs.find((id) => fieldOf(id) === field) ?? first;
    errors[block] = cut(errors[block] === undefined ? sentence : `${errors[block]} ${sentence}`, 1_000);
  }
  return errors;
}

/** The state of a view, as Slack sends it. */
export const VIEW_STATE = z.record(z.string(), z.record(z.string(), z.looseObject({ type: z.string() })));
export type ViewState = z.infer<typeof VIEW_STATE>;

/** The blocks of a view, as Slack sends them. */
export type ViewBlocks = readonly { type: string; block_id: string }[];

const VALUE = "value";

const MEMORY = z.object({
  name: z.enum(["file", "settings", ...ACTS, ...ROSTER_FORMS]),
  carry: z.object({ ticket: z.string().nullable(), place: z.string().nullable() }),
});

/** Characters of private_metadata: https://docs.slack.dev/reference/views/modal-views */
const MOST_MEMORY = 3_000;

function memoryOf({ name, carry }: Form): string {
  const memory = JSON.stringify({ name, carry });
  if (memory.length <= MOST_MEMORY) return memory;
  // Ids are short; what is longer came from no platform that Belfry speaks to.
  return JSON.stringify({ name, carry: { ticket: carry.ticket?.slice(0, 200) ?? null, place: null } });
}

function fieldOf(blockId: string): string {
  return blockId.replace(/~[0-9a-f]{8}$/, "");
}

function fieldBlocks(field: FormField): KnownBlock[] {
  switch (field.kind) {
    case "info":
      return linesBlock(field.id.slice(0, 255), [infoLine(field)]);
    case "text":
      return [input(field, textInput(field))];
    case "choice":
      return choiceBlocks({ ...field, options: field.options.filter(isSendable) });
    case "confirm":
      return [confirmInput(field)];
    case "instant":
      return [input(field, instantInput(field))];
    case "files":
      return [
        input(field, { type: "file_input", action_id: VALUE, max_files: within(field.maxFiles, 1, 10) }),
      ];
  }
}

/** Fields in order, as many as a view takes, and a line that says how many more there are. */
function blocksThatFit(fields: readonly FormField[]): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let left = ROOM_BYTES;
  for (const [nth, field] of fields.entries()) {
    const drawn = fieldBlocks(field);
    left -= Buffer.byteLength(JSON.stringify(drawn));
    if (left < 0 || blocks.length + drawn.length > MAX_FIELDS) {
      const missing = [literal(`${fields.length - nth} more fields do not fit here.`)];
      return [...blocks, ...linesBlock("missing", [missing])];
    }
    blocks.push(...drawn);
  }
  return blocks;
}

/** A view holds 250 kB; some of it is its frame. */
const ROOM_BYTES = 240_000;
const MAX_FIELDS = 99;

type Field<Kind extends FormField["kind"]> = Extract<FormField, { kind: Kind }>;

function infoLine({ tone, text }: Field<"info">): ReturnType<typeof rich> {
  const words = rich(text, 2_000);
  return tone === "attention" && words.length > 0 ? [literal("⚠ "), ...words] : words;
}

function choiceBlocks(field: Field<"choice">): KnownBlock[] {
  if (field.options.length > 0) return [choiceInput(field)];
  const label = bold(cut(oneLine(field.label), 200));
  return linesBlock(field.id.slice(0, 255), [[label, literal(": there is nothing to choose from.")]]);
}

/** Values are ids of the policy or the desk file; for one that Slack cannot carry it would refuse the whole form. */
function isSendable({ value }: Field<"choice">["options"][number]): boolean {
  return value !== "" && value.length <= 150 && clean(value) === value;
}

function textInput({ initial, long, maxLength }: Field<"text">): InputBlock["element"] {
  const max = within(maxLength, 1, 3_000);
  const value = cut(shown(initial), max);
  return {
    type: "plain_text_input",
    action_id: VALUE,
    multiline: long,
    max_length: max,
    ...(value === "" ? {} : { initial_value: value }),
  };
}

function instantInput({ initial }: Field<"instant">): InputBlock["element"] {
  const seconds = initial === null ? null : Math.floor(initial.getTime() / 1000);
  // Slack takes ten digits: from 2001 to 2286.
  const isDrawable = seconds !== null && seconds >= 1_000_000_000 && seconds <= 9_999_999_999;
  return { type: "datetimepicker", action_id: VALUE, ...(isDrawable ? { initial_date_time: seconds } : {}) };
}

/** Radio buttons show their hints at once; a select takes what is too many or too long for them. */
function choiceInput(field: Field<"choice">): InputBlock {
  const drawn = field.options.slice(0, 10_000).map(choiceOption);
  const initial = drawn.find(({ value }) => value === field.initial);
  const chosen = initial === undefined ? {} : { initial_option: initial };
  const block = { ...field, id: `${field.id.slice(0, 240)}~${hashOf(drawn)}` };
  const dispatch = field.live ? { dispatch_action: true } : {};
  if (drawn.length <= 10) {
    return {
      ...input(block, { type: "radio_buttons", action_id: VALUE, options: drawn, ...chosen }),
      ...dispatch,
    };
  }
  const menu = drawn.length <= 100 ? { options: drawn } : { option_groups: grouped(drawn) };
  return { ...input(block, { type: "static_select", action_id: VALUE, ...menu, ...chosen }), ...dispatch };
}

function choiceOption(option: Field<"choice">["options"][number]): PlainTextOption & { value: string } {
  const description = option.hint === null ? "" : oneLine(option.hint);
  return {
    text: plain(option.label, 75),
    value: option.value,
    ...(description === "" ? {} : { description: plain(description, 75) }),
  };
}

/** More than a hundred options stand in groups of a hundred, named after their first and last. */
function grouped(
  options: readonly PlainTextOption[],
): { label: PlainTextElement; options: PlainTextOption[] }[] {
  const groups = Array.from({ length: Math.ceil(options.length / 100) }, (_, nth) =>
    options.slice(nth * 100, nth * 100 + 100),
  );
  return groups.map((group) => {
    const ends = [group[0], group.at(-1)].map((option) => cut(option?.text.text ?? "", 35));
    return { label: plain(ends.join(" – "), 75), options: group };
  });
}

function confirmInput(field: Field<"confirm">): InputBlock {
  const sentence = oneLine(field.option);
  const option = { text: plain(sentence, 75), value: "yes" };
  const block = {
    ...field,
    id: `${field.id.slice(0, 240)}~${hashOf(sentence)}`,
    // A sentence too long for a checkbox stands whole under it.
    hint: sentence.length > 75 ? sentence : null,
  };
  const initial = field.initial ? { initial_options: [option] } : {};
  return input(block, { type: "checkboxes", action_id: VALUE, options: [option], ...initial });
}

function input(
  field: { id: string; label: string; hint: string | null; required: boolean },
  element: InputBlock["element"],
): InputBlock {
  const hint = field.hint === null ? "" : oneLine(field.hint);
  return {
    type: "input",
    block_id: field.id.slice(0, 255),
    label: plain(field.label, 2_000),
    element,
    optional: !field.required,
    ...(hint === "" ? {} : { hint: plain(hint, 2_000) }),
  };
}

function valueOf(action: ViewState[string][string] | undefined): FormValue | undefined {
  if (action === undefined) return undefined;
  switch (action.type) {
    case "plain_text_input":
      return textValue(action["value"]);
    case "radio_buttons":
    case "static_select":
      return CHOSEN.parse(action["selected_option"] ?? null)?.value;
    case "checkboxes":
      return z.array(z.unknown()).parse(action["selected_options"] ?? []).length > 0 ? true : undefined;
    case "datetimepicker":
      return instantValue(action["selected_date_time"]);
    case "file_input":
      return filesValue(action["files"]);
    default:
      return undefined;
  }
}

const CHOSEN = z.object({ value: z.string().transform(clean) }).nullable();
const FILES = z.array(
  z.object({
    name: z.string().nullish(),
    title: z.string().nullish(),
    permalink: z.string().nullish(),
    url_private: z.string().nullish(),
  }),
);

function textValue(value: unknown): string | undefined {
  const text = clean(z.string().nullish().parse(value) ?? "");
  return text.trim() === "" ? undefined : text;
}

function instantValue(value: unknown): Date | undefined {
  const seconds = z.number().int().min(0).max(9_999_999_999).nullish().parse(value);
  return seconds === null || seconds === undefined ? undefined : new Date(seconds * 1000);
}

/** Files that Slack sends along, with a link to each. */
export function filesValue(value: unknown): { name: string; url: string }[] | undefined {
  const files = FILES.parse(value ?? []).flatMap(({ name, title, permalink, url_private }) => {
    const url = clean(permalink ?? url_private ?? "");
    return url === "" ? [] : [{ name: clean(name ?? title ?? "") || "file", url }];
  });
  return files.length === 0 ? undefined : files;
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}

function within(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.floor(value)));
}
