// Slack's documented limits on messages and views, as far as a test needs them: what breaks one is refused with Slack's own code.
// Sources: docs.slack.dev, "Block Kit reference", "chat.postMessage", "views.open", "Designing with text objects".
import { SlackRefusal, type Json } from "./slack-double-workspace.ts";

/** Refuses a message that Slack would refuse. */
export function checkMessage(text: string, blocks: readonly Json[]): void {
  if (text === "" && blocks.length === 0) throw new SlackRefusal("no_text");
  if (text.length > 40_000) throw new SlackRefusal("msg_too_long");
  if (blocks.length > 50) throw new SlackRefusal("invalid_blocks");
  if (textLength(blocks) > MOST_TEXT) throw new SlackRefusal("msg_blocks_too_long");
  blocks.forEach((block) => checkBlock(block, "invalid_blocks"));
}

/** Not documented, but met by many: all text of a message's blocks together. */
const MOST_TEXT = 13_200;

function textLength(blocks: readonly Json[]): number {
  let length = 0;
  walk(blocks, (each) => {
    length += lengthAt(each, "text");
  });
  return length;
}

/** Refuses a modal or home tab that Slack would refuse. */
export function checkView(view: Json): void {
  const blocks = Array.isArray(view["blocks"]) ? (view["blocks"] as Json[]) : [];
  const tooLong =
    blocks.length > 100 ||
    blocks.length === 0 ||
    lengthAt(view, "private_metadata") > 3_000 ||
    lengthAt(view, "callback_id") > 255 ||
    ["title", "submit", "close"].some((part) => lengthAt(view[part], "text") > 24);
  if (tooLong || (view["type"] === "modal" && lengthAt(view["title"], "text") === 0))
    throw new SlackRefusal("invalid_arguments");
  blocks.forEach((block) => checkBlock(block, "invalid_arguments"));
}

/** The longest text of each kind of block, and the longest of every identifier. */
function checkBlock(block: Json, code: string): void {
  const type = block["type"];
  if (typeof type !== "string") throw new SlackRefusal(code);
  if (lengthAt(block, "block_id") > 255) throw new SlackRefusal(code);
  if (type === "header" && lengthAt(block["text"], "text") > 150) throw new SlackRefusal(code);
  if (type === "section") {
    const fields = listAt(block, "fields");
    if (block["text"] === undefined && fields.length === 0) throw new SlackRefusal(code);
    if (fields.length > 10 || fields.some((field) => lengthAt(field, "text") > 2_000))
      throw new SlackRefusal(code);
  }
  if (type === "actions" && (listAt(block, "elements").length === 0 || listAt(block, "elements").length > 25))
    throw new SlackRefusal(code);
  if (type === "context" && (listAt(block, "elements").length === 0 || listAt(block, "elements").length > 10))
    throw new SlackRefusal(code);
  if (type === "input" && (block["element"] === undefined || lengthAt(block["label"], "text") > 2_000))
    throw new SlackRefusal(code);
  walk(block, (each) => {
    if (breaksAnElement(each)) throw new SlackRefusal(code);
  });
}

function breaksAnElement(each: Json): boolean {
  if (lengthAt(each, "action_id") > 255) return true;
  switch (each["type"]) {
    case "plain_text":
    case "mrkdwn":
      return lengthAt(each, "text") === 0 || lengthAt(each, "text") > 3_000;
    case "button":
      return lengthAt(each["text"], "text") > 75 || lengthAt(each, "value") > 2_000;
    case "overflow":
      return listAt(each, "options").length > 5 || listAt(each, "options").some(breaksAnOption);
    case "static_select":
      return listAt(each, "options").length > 100 || listAt(each, "options").some(breaksAnOption);
    case "checkboxes":
    case "radio_buttons":
      return listAt(each, "options").length > 10 || listAt(each, "options").some(breaksAnOption);
    case "plain_text_input":
      return Number(each["max_length"] ?? 0) > 3_000 || lengthAt(each, "initial_value") > 3_000;
    default:
      return false;
  }
}

function breaksAnOption(option: Json): boolean {
  return (
    lengthAt(option["text"], "text") > 75 ||
    lengthAt(option, "value") > 150 ||
    lengthAt(option["description"], "text") > 75
  );
}

/** Every object in a block, itself included. */
export function walk(value: unknown, visit: (object: Json) => void): void {
  if (Array.isArray(value)) value.forEach((each) => walk(each, visit));
  else if (typeof value === "object" && value !== null) {
    visit(value as Json);
    Object.values(value).forEach((each) => walk(each, visit));
  }
}

function lengthAt(holder: unknown, key: string): number {
  if (typeof holder !== "object" || holder === null) return 0;
  const value = (holder as Json)[key];
  return typeof value === "string" ? value.length : 0;
}

function listAt(holder: Json, key: string): Json[] {
  return Array.isArray(holder[key]) ? (holder[key] as Json[]) : [];
}
