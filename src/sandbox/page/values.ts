// Keeps what a person has filled in, in the words of Slack's `view.state.values`: which inputs there are, what they hold
// at first, what stays when the app replaces the view, and which of it Slack itself would refuse to submit.
import type {
  Checkboxes,
  Datepicker,
  DateTimepicker,
  EmailInput,
  FileInput,
  InputBlock,
  KnownBlock,
  MultiSelect,
  NumberInput,
  Option,
  PlainTextInput,
  RadioButtons,
  RichTextInput,
  Select,
  Timepicker,
  URLInput,
} from "@slack/types";
import type { InputState, StateValues } from "../page-protocol.ts";

/** An element that holds a value. Buttons and overflow menus do not. */
export type Input =
  | Checkboxes
  | Datepicker
  | DateTimepicker
  | EmailInput
  | FileInput
  | MultiSelect
  | NumberInput
  | PlainTextInput
  | RadioButtons
  | RichTextInput
  | Select
  | Timepicker
  | URLInput;

/** One input and where it stands. `frame` is the input block around it; null in a section or an actions block. */
export interface Slot {
  blockId: string;
  actionId: string;
  element: Input;
  frame: InputBlock | null;
}

/** A block's id. The server gives each block one; the fallback only keeps a page without one usable. */
export function blockIdOf(block: { block_id?: string }, index: number): string {
  return block.block_id ?? `block-${index}`;
}

/** The inputs of a view or a message, in reading order. */
export function slotsOf(blocks: KnownBlock[]): Slot[] {
  return blocks.flatMap((block, index) => {
    const blockId = blockIdOf(block, index);
    const frame = block.type === "input" ? block : null;
    return elementsOf(block)
      .filter(isInput)
      .map((element) => ({ blockId, actionId: element.action_id ?? "", element, frame }));
  });
}

/** What an untouched view or message holds. */
export function initialValues(blocks: KnownBlock[]): StateValues {
  return collect(slotsOf(blocks), (slot) => initialState(slot.element));
}

/**
 * What is held after the app has replaced `before` by `after`. What was filled in stays where block id, action id and
 * type do and where `stays` agrees; a choice that is no longer offered falls back to the input's initial value.
 */
export function carriedValues(
  held: StateValues,
  before: KnownBlock[],
  after: KnownBlock[],
  stays: (was: Input, is: Input) => boolean = () => true,
): StateValues {
  const earlier = slotsOf(before);
  return collect(slotsOf(after), (slot) => {
    const was = earlier.find((old) => old.blockId === slot.blockId && old.actionId === slot.actionId);
    const state = held[slot.blockId]?.[slot.actionId];
    const isKept = was && state && was.element.type === slot.element.type && stays(was.element, slot.element);
    return isKept && isStillOffered(slot.element, state) ? state : initialState(slot.element);
  });
}

/** The values with one input's state replaced. */
export function withState(values: StateValues, slot: Slot, state: InputState): StateValues {
  return { ...values, [slot.blockId]: { ...values[slot.blockId], [slot.actionId]: state } };
}

/** The faults that Slack's client finds before it asks the app: a sentence for each block that cannot be submitted. */
export function faultsOf(blocks: KnownBlock[], values: StateValues): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const { blockId, actionId, element, frame } of slotsOf(blocks)) {
    const state = values[blockId]?.[actionId];
    if (!frame || !state) continue;
    const isBlank = isEmpty(state);
    const fault = isBlank
      ? frame.optional
        ? null
        : "Please fill this in."
      : faultIn(element, textOf(state));
    if (fault) faults[blockId] = fault;
  }
  return faults;
}

/** The text in a text input's state, or "". */
export function textOf(state: InputState): string {
  return typeof state.value === "string" ? state.value : "";
}

/** The options of a select, its groups flattened. */
export function optionsOf(element: {
  options?: Option[];
  option_groups?: { options: Option[] }[];
}): Option[] {
  return element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
}

const INPUT_TYPES: Record<Input["type"], true> = {
  checkboxes: true,
  channels_select: true,
  conversations_select: true,
  datepicker: true,
  datetimepicker: true,
  email_text_input: true,
  external_select: true,
  file_input: true,
  multi_channels_select: true,
  multi_conversations_select: true,
  multi_external_select: true,
  multi_static_select: true,
  multi_users_select: true,
  number_input: true,
  plain_text_input: true,
  radio_buttons: true,
  rich_text_input: true,
  static_select: true,
  timepicker: true,
  url_text_input: true,
  users_select: true,
};

function isInput(element: { type: string }): element is Input {
  return Object.hasOwn(INPUT_TYPES, element.type);
}

function elementsOf(block: KnownBlock): { type: string }[] {
  switch (block.type) {
    case "input":
      return [block.element];
    case "section":
      return block.accessory ? [block.accessory] : [];
    case "actions":
      return block.elements;
    default:
      return [];
  }
}

function collect(slots: Slot[], stateOf: (slot: Slot) => InputState): StateValues {
  const values: StateValues = {};
  for (const slot of slots)
    values[slot.blockId] = { ...values[slot.blockId], [slot.actionId]: stateOf(slot) };
  return values;
}

function initialState(element: Input): InputState {
  switch (element.type) {
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return { type: element.type, value: element.initial_value ?? null };
    case "rich_text_input":
      return { type: element.type, rich_text_value: element.initial_value ?? null };
    case "static_select":
    case "external_select":
    case "radio_buttons":
      return { type: element.type, selected_option: element.initial_option ?? null };
    case "multi_static_select":
    case "multi_external_select":
    case "checkboxes":
      return { type: element.type, selected_options: element.initial_options ?? [] };
    case "users_select":
      return { type: element.type, selected_user: element.initial_user ?? null };
    case "conversations_select":
      return { type: element.type, selected_conversation: element.initial_conversation ?? null };
    case "channels_select":
      return { type: element.type, selected_channel: element.initial_channel ?? null };
    case "multi_users_select":
      return { type: element.type, selected_users: element.initial_users ?? [] };
    case "multi_conversations_select":
      return { type: element.type, selected_conversations: element.initial_conversations ?? [] };
    case "multi_channels_select":
      return { type: element.type, selected_channels: element.initial_channels ?? [] };
    case "datepicker":
      return { type: element.type, selected_date: element.initial_date ?? null };
    case "timepicker":
      return { type: element.type, selected_time: element.initial_time ?? null };
    case "datetimepicker":
      return { type: element.type, selected_date_time: element.initial_date_time ?? null };
    case "file_input":
      return { type: element.type, files: [] };
  }
}

/** True unless the state names an option that the element does not offer any more. */
function isStillOffered(element: Input, state: InputState): boolean {
  switch (element.type) {
    case "static_select":
    case "multi_static_select":
    case "radio_buttons":
    case "checkboxes": {
      const offered = new Set(optionsOf(element).map((option) => option.value));
      return chosenOptions(state).every((option) => offered.has(option.value));
    }
    default:
      return true;
  }
}

function chosenOptions(state: InputState): Option[] {
  const chosen = state.selected_options ?? (state.selected_option ? [state.selected_option] : []);
  return chosen as Option[];
}

function isEmpty(state: InputState): boolean {
  const held = Object.entries(state).find(([key]) => key !== "type")?.[1];
  if (typeof held === "string") return held.trim() === "";
  return held === null || held === undefined || (Array.isArray(held) && held.length === 0);
}

function faultIn(element: Input, text: string): string | null {
  switch (element.type) {
    case "plain_text_input":
      return lengthFault(element, text);
    case "number_input":
      return numberFault(element, text);
    case "email_text_input":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim())
        ? null
        : "Please give an e-mail address, such as name@example.com.";
    case "url_text_input":
      return /^https?:\/\/[^\s/]+\S*$/i.test(text.trim())
        ? null
        : "Please give a whole address, starting with https://.";
    default:
      return null;
  }
}

function lengthFault(
  { min_length: min, max_length: max = 3000 }: PlainTextInput,
  text: string,
): string | null {
  if (min !== undefined && text.length < min) return `Please write at least ${min} characters.`;
  if (text.length > max) return `That is ${text.length - max} characters too long: ${max} fit here.`;
  return null;
}

function numberFault(element: NumberInput, text: string): string | null {
  const number = Number(text);
  const { min_value: min, max_value: max } = element;
  if (!Number.isFinite(number)) return "Please give a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please give a whole number.";
  if (min !== undefined && number < Number(min)) return `Please give a number from ${min} up.`;
  if (max !== undefined && number > Number(max)) return `Please give a number up to ${max}.`;
  return null;
}
