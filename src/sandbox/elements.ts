// Slack's limits on block elements and the parts they are made of, as a table: texts and options, elements, and where
// each element may stand. The numbers are those of docs.slack.dev, "Block Kit" reference.
import { isFields, objectsIn, type Fields } from "./json.ts";
import {
  anything,
  byType,
  flag,
  list,
  must,
  note,
  object,
  oneOf,
  text,
  textLike,
  whole,
  type Place,
  type Rule,
  type Shape,
} from "./shape.ts";

/** Where blocks stand; some blocks and elements belong to one surface. */
export type Surface = "message" | "modal" | "home";

// Parts

const actionId = text(255);
const url = text(3_000);

/** Plain text, at most so long. */
export function plain(max: number): Rule {
  return object({ type: must(oneOf("plain_text")), text: must(text(max)), emoji: flag });
}

function mrkdwn(max: number): Rule {
  return object({ type: must(oneOf("mrkdwn")), text: must(text(max)), verbatim: flag });
}

/** Either kind of text object. */
export function words(max: number): Rule {
  return byType({ plain_text: plain(max), mrkdwn: mrkdwn(max) });
}

const confirmation = object({
  title: plain(100),
  text: must(words(300)),
  confirm: plain(30),
  deny: plain(30),
  style: oneOf("primary", "danger"),
});

/** Radio buttons and checkboxes may show mrkdwn; menus may not. */
const boxOption = object({ text: must(words(75)), value: must(text(150)), description: words(75) });
const menuOption = object({ text: must(plain(75)), value: must(text(150)), description: plain(75) });
const overflowOption = object({ text: must(plain(75)), value: must(text(150)), description: plain(75), url });
const optionGroup = object({ label: must(plain(75)), options: must(list(menuOption, { max: 100 })) });

/** What an image element and an image block share. */
export const imageSource: Shape = {
  image_url: url,
  slack_file: object({ id: text(255), url }),
  alt_text: must(text(2_000)),
};

const dispatch = object({
  trigger_actions_on: list(oneOf("on_enter_pressed", "on_character_entered"), { max: 2 }),
});

// Elements

const interactive: Shape = { type: must(anything), action_id: actionId };
const confirmable: Shape = { confirm: confirmation };
const focusable: Shape = { focus_on_load: flag };
const placeholder: Shape = { placeholder: plain(150) };

const button = object({
  ...interactive,
  ...confirmable,
  text: must(plain(75)),
  value: text(2_000, 0),
  url,
  style: oneOf("primary", "danger"),
  accessibility_label: text(75),
});

const checkboxes = object(
  {
    ...interactive,
    ...confirmable,
    ...focusable,
    options: must(list(boxOption, { max: 10 })),
    initial_options: list(boxOption, { max: 10 }),
  },
  initialAmongOptions,
);

const radioButtons = object(
  {
    ...interactive,
    ...confirmable,
    ...focusable,
    options: must(list(boxOption, { max: 10 })),
    initial_option: boxOption,
  },
  initialAmongOptions,
);

const overflow = object({
  ...interactive,
  ...confirmable,
  options: must(list(overflowOption, { max: 5 })),
});

const datepicker = object({
  ...interactive,
  ...confirmable,
  ...focusable,
  ...placeholder,
  initial_date: textLike(/^\d{4}-\d{2}-\d{2}$/, "must match the format YYYY-MM-DD"),
});

const timepicker = object({
  ...interactive,
  ...confirmable,
  ...focusable,
  ...placeholder,
  initial_time: textLike(/^([01]\d|2[0-3]):[0-5]\d$/, "must match the format HH:mm"),
  timezone: text(255),
});

/** Seconds since the epoch, ten digits of them. */
const datetimepicker = object({
  ...interactive,
  ...confirmable,
  ...focusable,
  initial_date_time: whole(1_000_000_000, 9_999_999_999),
});

const menu: Shape = { ...interactive, ...confirmable, ...focusable, ...placeholder };
const multiMenu: Shape = { ...menu, max_selected_items: whole(1, Number.MAX_SAFE_INTEGER) };
const conversationMenu: Shape = {
  default_to_current_conversation: flag,
  filter: object({
    include: list(oneOf("im", "mpim", "private", "public"), { max: 4 }),
    exclude_external_shared_channels: flag,
    exclude_bot_users: flag,
  }),
};
const menuOptions: Shape = {
  options: list(menuOption, { max: 100 }),
  option_groups: list(optionGroup, { max: 100 }),
};
const ids = list(text(255), { max: 1_000 });

/** Menus that ask the app for their options (external_select) are not played by the sandbox. */
const menus: Readonly<Record<string, Rule>> = {
  static_select: object(
    { ...menu, ...menuOptions, initial_option: menuOption },
    optionsOrGroups,
    initialAmongOptions,
  ),
  users_select: object({ ...menu, initial_user: text(255) }),
  channels_select: object({ ...menu, response_url_enabled: flag, initial_channel: text(255) }),
  conversations_select: object({
    ...menu,
    ...conversationMenu,
    response_url_enabled: flag,
    initial_conversation: text(255),
  }),
};

const multiMenus: Readonly<Record<string, Rule>> = {
  multi_static_select: object(
    { ...multiMenu, ...menuOptions, initial_options: list(menuOption, { max: 100 }) },
    optionsOrGroups,
    initialAmongOptions,
  ),
  multi_users_select: object({ ...multiMenu, initial_users: ids }),
  multi_channels_select: object({ ...multiMenu, initial_channels: ids }),
  multi_conversations_select: object({ ...multiMenu, ...conversationMenu, initial_conversations: ids }),
};

const typed: Shape = { ...interactive, ...focusable, ...placeholder, dispatch_action_config: dispatch };

const textInputs: Readonly<Record<string, Rule>> = {
  plain_text_input: object(
    {
      ...typed,
      initial_value: text(3_000, 0),
      multiline: flag,
      min_length: whole(0, 3_000),
      max_length: whole(1, 3_000),
    },
    lengthsInOrder,
  ),
  email_text_input: object({ ...typed, initial_value: text(3_000, 0) }),
  url_text_input: object({ ...typed, initial_value: text(3_000, 0) }),
  number_input: object({
    ...typed,
    is_decimal_allowed: must(flag),
    initial_value: text(3_000, 0),
    min_value: text(100),
    max_value: text(100),
  }),
};

const fileInput = object({
  type: must(anything),
  action_id: actionId,
  filetypes: list(text(255), { max: 100 }),
  max_files: whole(1, 10),
});

const imageElement = object({ type: must(anything), ...imageSource }, oneImageSource);

const pickers: Readonly<Record<string, Rule>> = {
  checkboxes,
  radio_buttons: radioButtons,
  datepicker,
  timepicker,
  ...menus,
  ...multiMenus,
};

/** Elements of an actions block. */
export const inActions = byType({ button, overflow, datetimepicker, ...pickers });

/** What may stand beside a section's text. */
export const besideSection = byType({ button, overflow, image: imageElement, ...pickers });

/** Elements of a context block. */
export const inContext = byType({ image: imageElement, plain_text: plain(3_000), mrkdwn: mrkdwn(3_000) });

/** The element of an input block; files are taken in modals alone. */
export function inInput(surface: Surface): Rule {
  const files = surface === "modal" ? { file_input: fileInput } : {};
  return byType({ datetimepicker, ...pickers, ...textInputs, ...files });
}

// What has to hold between fields

/** An image comes from the web or from a file of the workspace. */
export function oneImageSource(image: Fields, at: Place): void {
  if ((image["image_url"] === undefined) === (image["slack_file"] === undefined)) {
    note(at, "must provide exactly one of: image_url, slack_file");
  }
}

function optionsOrGroups(select: Fields, at: Place): void {
  if ((select["options"] === undefined) === (select["option_groups"] === undefined)) {
    note(at, "must provide exactly one of: options, option_groups");
  }
}

/** What is chosen at first has to be one of the options, equal in every field. */
function initialAmongOptions(select: Fields, at: Place): void {
  const groups = objectsIn(select["option_groups"]).flatMap((group) => objectsIn(group["options"]));
  const options = [...objectsIn(select["options"]), ...groups].map(sameOption);
  const chosen = select["initial_option"] === undefined ? [] : [select["initial_option"]];
  for (const initial of [...chosen, ...objectsIn(select["initial_options"])]) {
    if (isFields(initial) && !options.includes(sameOption(initial))) {
      note(at, "initial option must be one of the options");
    }
  }
}

/** Slack fills in `emoji` and `verbatim` by itself, so they make no difference between options. */
function sameOption(option: Fields): string {
  const wording = (value: unknown): unknown => (isFields(value) ? [value["type"], value["text"]] : null);
  return JSON.stringify([wording(option["text"]), option["value"], wording(option["description"])]);
}

function lengthsInOrder(input: Fields, at: Place): void {
  const { min_length: min, max_length: max } = input;
  if (typeof min === "number" && typeof max === "number" && min > max) {
    note(at, "min_length must not be greater than max_length");
  }
}
