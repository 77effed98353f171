// Reads what an app wants a message to say, refuses what Slack would refuse, and fills in the ids that Slack makes up.
import { madeUpId } from "./ids.ts";
import { isFields, objectsIn, textOf, type Fields } from "./json.ts";
import { faultsInBlocks, faultsInMetadata, LIMITS, textIn } from "./limits.ts";
import { optionalText, SlackRefusal, structure } from "./method.ts";
import { inSlacksWords, type Fault } from "./shape.ts";
import type { MessageContent } from "./memory.ts";

/** The content of a message, from the arguments of a method or the body of a response. Throws a SlackRefusal. */
export function readContent(
  args: Fields,
  limits: { text: number } = { text: LIMITS.postedText },
): MessageContent {
  const text = optionalText(args, "text") ?? "";
  const blocks = readBlocks(args);
  const attachments = readAttachments(args);
  const metadata = readMetadata(args);
  if (text === "" && (blocks ?? []).length === 0 && (attachments ?? []).length === 0)
    throw new SlackRefusal("no_text");
  if (text.length > limits.text) throw new SlackRefusal("msg_too_long");
  return {
    text,
    ...(blocks === undefined ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Blocks with an id each, and actions too. */
export function withIds(blocks: readonly Fields[]): Fields[] {
  return blocks.map((block) => ({
    ...block,
    block_id: textOf(block["block_id"]) ?? madeUpId(),
    ...(isFields(block["element"]) ? { element: withActionId(block["element"]) } : {}),
    ...(isFields(block["accessory"]) ? { accessory: withActionId(block["accessory"]) } : {}),
    ...(block["type"] === "actions" ? { elements: objectsIn(block["elements"]).map(withActionId) } : {}),
  }));
}

function readBlocks(args: Fields): Fields[] | undefined {
  const given = structure(args, "blocks", "invalid_blocks_format");
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw new SlackRefusal("invalid_blocks_format");
  refuseFaults("invalid_blocks", faultsInBlocks(given));
  const blocks = objectsIn(given);
  if (textIn(blocks) > LIMITS.blocksText) throw new SlackRefusal("msg_blocks_too_long");
  return withIds(blocks);
}

/** Attachments are looked into as far as their blocks. */
function readAttachments(args: Fields): Fields[] | undefined {
  const given = structure(args, "attachments", "invalid_attachments");
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw new SlackRefusal("invalid_attachments");
  if (given.length > LIMITS.attachments) throw new SlackRefusal("too_many_attachments");
  return objectsIn(given).map((attachment, index) => {
    if (attachment["blocks"] === undefined) return attachment;
    refuseFaults("invalid_blocks", faultsInBlocks(attachment["blocks"], `/attachments/${index}/blocks`));
    return { ...attachment, blocks: withIds(objectsIn(attachment["blocks"])) };
  });
}

/** Metadata is an event type and a payload; an empty object stands for none. */
function readMetadata(args: Fields): Fields | undefined {
  const given = structure(args, "metadata", "invalid_metadata_format");
  if (given === undefined) return undefined;
  if (!isFields(given)) throw new SlackRefusal("invalid_metadata_format");
  if (Object.keys(given).length === 0) return undefined;
  refuseFaults("invalid_metadata_schema", faultsInMetadata(given));
  if (Buffer.byteLength(JSON.stringify(given)) > LIMITS.metadataBytes)
    throw new SlackRefusal("metadata_too_large");
  return given;
}

function refuseFaults(code: string, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const messages = inSlacksWords(faults);
  throw new SlackRefusal(code, {
    errors: messages.map((message) => message.replace("[ERROR] ", "")),
    response_metadata: { messages },
  });
}

function withActionId(element: Fields): Fields {
  return element["type"] === "image"
    ? element
    : { ...element, action_id: textOf(element["action_id"]) ?? madeUpId() };
}
