// Slack's limits as a table: whole messages and views, blocks, views, metadata. What stands in blocks is in elements.ts.
//
// The numbers are those of docs.slack.dev, "Block Kit" reference and "Modals"; where a limit is known from elsewhere, it
// says so. What Slack draws but the sandbox's page does not (charts, cards, carousels) is refused as a type it does not
// support.
import {
  besideSection,
  imageSource,
  inActions,
  inContext,
  inInput,
  oneImageSource,
  plain,
  words,
  type Surface,
} from "./elements.ts";
import { isFields, objectsIn, type Fields } from "./json.ts";
import {
  all,
  anything,
  byType,
  faultsOf,
  flag,
  list,
  must,
  note,
  object,
  text,
  within,
  type Fault,
  type Place,
  type Rule,
  type Shape,
} from "./shape.ts";

/** Limits of whole messages and views. */
export const LIMITS = {
  /** `text` of chat.postMessage; longer is cut by Slack's own account and refused here: `msg_too_long`. */
  postedText: 40_000,
  /** `text` of chat.update: `msg_too_long`. */
  updatedText: 4_000,
  /** All text in a message's blocks together, as people have measured it (slackapi/bolt-js#2509): `msg_blocks_too_long`. */
  blocksText: 13_200,
  messageBlocks: 50,
  viewBlocks: 100,
  attachments: 100,
  /** A view as JSON, in bytes: `view_too_large`. */
  viewBytes: 250_000,
  /** Views on top of each other: `push_limit_reached`. */
  viewStack: 3,
  /** Metadata as JSON, in bytes: `metadata_too_large`. */
  metadataBytes: 16_000,
} as const;

/** What is wrong with the blocks of a message. */
export function faultsInBlocks(blocks: unknown, pointer = "/blocks"): Fault[] {
  return faultsOf(blocks, blocksOn("message"), pointer);
}

/** What is wrong with a view that is opened, pushed, updated or published. */
export function faultsInView(view: unknown, pointer = "/view"): Fault[] {
  return faultsOf(view, byType({ modal: MODAL, home: HOME }), pointer);
}

/** What is wrong with a message's metadata. */
export function faultsInMetadata(metadata: unknown): Fault[] {
  return faultsOf(metadata, METADATA, "/metadata");
}

/** The characters of all text that blocks show, to compare with LIMITS.blocksText. */
export function textIn(blocks: readonly Fields[]): number {
  return blocks.reduce((sum, block) => sum + textWithin(block), 0);
}

// Blocks

function block(shape: Shape, ...also: Parameters<typeof object>[1][]): Rule {
  return object({ type: must(anything), block_id: text(255), ...shape }, ...also);
}

function blocksOn(surface: Surface): Rule {
  const kinds: Record<string, Rule> = {
    divider: block({}),
    header: block({ text: must(plain(150)) }),
    section: block(
      { text: words(3_000), fields: list(words(2_000), { max: 10 }), accessory: besideSection, expand: flag },
      textOrFields,
    ),
    actions: block({ elements: must(list(inActions, { max: 25 })) }, uniqueActionIds),
    context: block({ elements: must(list(inContext, { max: 10 })) }),
    image: block({ ...imageSource, title: plain(2_000) }, oneImageSource),
    input: block({
      label: must(plain(2_000)),
      element: must(inInput(surface)),
      hint: plain(2_000),
      optional: flag,
      dispatch_action: flag,
    }),
    rich_text: block({ elements: must(list(anything, { min: 0, max: 1_000 })) }),
    ...(surface === "message" ? { markdown: block({ text: must(text(12_000)) }) } : {}),
  };
  const max = surface === "message" ? LIMITS.messageBlocks : LIMITS.viewBlocks;
  return all(list(byType(kinds), { min: 0, max }), uniqueBlockIds, oneFocus);
}

// Views

const view: Shape = {
  type: must(anything),
  callback_id: text(255, 0),
  private_metadata: text(3_000, 0),
  external_id: text(255, 0),
};

const MODAL = object(
  {
    ...view,
    title: must(plain(24)),
    submit: plain(24),
    close: plain(24),
    blocks: must(blocksOn("modal")),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
  inputsNeedSubmit,
);

const HOME = object({ ...view, blocks: must(blocksOn("home")) });

// Messages

const METADATA = object({ event_type: must(text(255)), event_payload: must(anyObject) });

function anyObject(value: unknown, at: Place): void {
  if (!isFields(value)) note(at, "must provide an object");
}

// What has to hold between fields

function textOrFields(section: Fields, at: Place): void {
  const { text, fields } = section;
  if (text === undefined && fields === undefined) note(at, "missing required field: text or fields");
}

function inputsNeedSubmit(modal: Fields, at: Place): void {
  const hasInput = objectsIn(modal["blocks"]).some((each) => each["type"] === "input");
  if (hasInput && modal["submit"] === undefined) note(at, "missing required field: submit");
}

function uniqueActionIds(actions: Fields, at: Place): void {
  for (const id of repeated(objectsIn(actions["elements"]).map((element) => element["action_id"]))) {
    note(within(at, "elements"), `\`action_id\` "${id}" already exists for another element`);
  }
}

function uniqueBlockIds(blocks: unknown, at: Place): void {
  for (const id of repeated(objectsIn(blocks).map((each) => each["block_id"]))) {
    note(at, `\`block_id\` "${id}" already exists for another block`);
  }
}

function oneFocus(blocks: unknown, at: Place): void {
  const focused = objectsIn(blocks).flatMap((each) => [
    each["element"],
    each["accessory"],
    ...objectsIn(each["elements"]),
  ]);
  if (focused.filter((element) => isFields(element) && element["focus_on_load"] === true).length > 1) {
    note(at, "only one element can have focus_on_load set to true");
  }
}

function repeated(values: readonly unknown[]): string[] {
  const texts = values.filter((value) => typeof value === "string");
  return [...new Set(texts.filter((value, index) => texts.indexOf(value) !== index))];
}

function textWithin(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + textWithin(each), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, each]) =>
      sum + (name === "text" && typeof each === "string" ? each.length : textWithin(each)),
    0,
  );
}
