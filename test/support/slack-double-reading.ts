// Reads blocks as a person reads them: the words on the screen, the buttons to press, the fields to fill.
import { walk } from "./slack-double-limits.ts";
import type { Json } from "./slack-double-workspace.ts";

/** All words of a message or view, one line a piece of text. */
export function wordsOf(shown: { text?: string; blocks: readonly Json[] }): string {
  const lines = linesIn(shown.blocks);
  return lines.length > 0 ? lines.join("\n") : (shown.text ?? "");
}

/** The pieces of one sentence stand in one line, whatever they are made of. */
function linesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linesIn);
  if (typeof value !== "object" || value === null) return [];
  const object = value as Json;
  if (Array.isArray(object["elements"]) && String(object["type"]).startsWith("rich_text_")) {
    const isList = object["type"] === "rich_text_list";
    return isList ? linesIn(object["elements"]) : [(object["elements"] as Json[]).map(pieceOf).join("")];
  }
  if (typeof object["text"] === "string")
    return [object["type"] === "mrkdwn" ? unescaped(object["text"]) : object["text"]];
  return Object.values(object).flatMap(linesIn);
}

/** In mrkdwn three characters are written as entities, and shown as themselves. */
function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function pieceOf(piece: Json): string {
  if (typeof piece["text"] === "string") return piece["text"];
  if (piece["type"] === "user") return `@${String(piece["user_id"])}`;
  if (piece["type"] === "broadcast") return `@${String(piece["range"])}`;
  return typeof piece["fallback"] === "string" ? piece["fallback"] : "";
}

/** What can be pressed or chosen: a button by its label, or an entry of a menu. */
export interface Control {
  label: string;
  /** The action as Slack sends it, less its time. */
  action: Json;
}

/** Every button and menu entry of a message or view. */
export function controlsOf(blocks: readonly Json[]): Control[] {
  return blocks.flatMap((block) => {
    const controls: Control[] = [];
    walk(block, (each) => {
      const action = { type: each["type"], action_id: each["action_id"], block_id: block["block_id"] };
      if (each["type"] === "button")
        controls.push({
          label: labelOf(each),
          action: { ...action, text: each["text"], value: each["value"] },
        });
      if (["overflow", "static_select", "radio_buttons"].includes(String(each["type"])))
        for (const option of optionsOf(each))
          controls.push({ label: labelOf(option), action: { ...action, selected_option: option } });
    });
    return controls;
  });
}

/** What somebody fills into a form: by the label on the screen; a choice by the words or the value of its option. */
export type Filling = Readonly<Record<string, string | boolean | readonly Json[]>>;

/** The state of a view as Slack sends it, after a person filled in what is named and chose by `action`; the rest stays as it stood. */
export function stateAfter(view: Json, filling: Filling, action: Json = {}): Json {
  const left = new Set(Object.keys(filling));
  const values: Record<string, Json> = {};
  for (const block of blocksOf(view)) {
    if (block["type"] !== "input" && block["type"] !== "section" && block["type"] !== "actions") continue;
    const label = labelOf({ text: block["label"] ?? block["text"] });
    const blockId = String(block["block_id"]);
    walk([block["element"], block["accessory"], block["elements"]], (element) => {
      if (typeof element["action_id"] !== "string" || !(String(element["type"]) in EMPTY)) return;
      const wanted = [...left].find(
        (name) => name === label || name === blockId || name === element["action_id"],
      );
      if (wanted !== undefined) left.delete(wanted);
      values[blockId] = {
        ...values[blockId],
        [element["action_id"]]: valueOf(element, wanted === undefined ? undefined : filling[wanted]),
      };
    });
  }
  if (left.size > 0) throw new Error(`the form has no ${[...left].join(", ")}; it asks: ${labelsOf(view)}`);
  const { type, action_id, block_id, selected_option } = action;
  if (selected_option !== undefined)
    values[String(block_id)] = { [String(action_id)]: { type, selected_option } };
  return { values };
}

/** The labels of everything that can be filled in. */
export function labelsOf(view: Json): string {
  return blocksOf(view)
    .filter((block) => block["type"] === "input")
    .map((block) => labelOf({ text: block["label"] }))
    .join(", ");
}

/** The id of the input with a label: under it Slack shows a fault. */
export function blockIdOf(view: Json, label: string): string {
  const block = blocksOf(view).find((each) => labelOf({ text: each["label"] }) === label);
  if (block === undefined) throw new Error(`the form has no ${label}; it asks: ${labelsOf(view)}`);
  return String(block["block_id"]);
}

/** The kinds of element that carry a value, and where an untouched one has it. */
const EMPTY: Readonly<Record<string, { key: string; initial: string; none: unknown }>> = {
  plain_text_input: { key: "value", initial: "initial_value", none: null },
  static_select: { key: "selected_option", initial: "initial_option", none: null },
  radio_buttons: { key: "selected_option", initial: "initial_option", none: null },
  checkboxes: { key: "selected_options", initial: "initial_options", none: [] },
  datetimepicker: { key: "selected_date_time", initial: "initial_date_time", none: null },
  datepicker: { key: "selected_date", initial: "initial_date", none: null },
  timepicker: { key: "selected_time", initial: "initial_time", none: null },
  file_input: { key: "files", initial: "initial_files", none: [] },
};

function valueOf(element: Json, filled: string | boolean | readonly Json[] | undefined): Json {
  const type = String(element["type"]);
  const shape = EMPTY[type];
  if (shape === undefined) throw new Error(`a ${type} carries no value`);
  if (filled === undefined) return { type, [shape.key]: element[shape.initial] ?? shape.none };
  if (type === "checkboxes") return { type, selected_options: filled === true ? optionsOf(element) : [] };
  if (typeof filled !== "string") return { type, [shape.key]: filled };
  if (type === "static_select" || type === "radio_buttons")
    return { type, selected_option: optionCalled(element, filled) };
  if (type === "datetimepicker") return { type, selected_date_time: Date.parse(filled) / 1000 };
  return { type, [shape.key]: filled };
}

function optionCalled(element: Json, words: string): Json {
  const options = optionsOf(element);
  const option =
    options.find((each) => each["value"] === words) ??
    options.find((each) => labelOf(each).startsWith(words));
  if (option === undefined)
    throw new Error(`there is no option ${words}; there are: ${options.map(labelOf).join(", ")}`);
  return option;
}

function optionsOf(element: Json): Json[] {
  return Array.isArray(element["options"]) ? (element["options"] as Json[]) : [];
}

function blocksOf(view: Json): Json[] {
  return Array.isArray(view["blocks"]) ? (view["blocks"] as Json[]) : [];
}

/** The words of an element, however deep its text stands. */
export function labelOf(holder: Json): string {
  const text = holder["text"];
  if (typeof text === "string") return text;
  return typeof text === "object" && text !== null ? labelOf(text as Json) : "";
}
