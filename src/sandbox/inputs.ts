// Knows what each input of a view or message holds, in the words of Slack's `state.values`.
import { isFields, objectsIn, textOf, type Fields } from "./json.ts";
import type { InputState, StateValues } from "./page-protocol.ts";
import { fileOnWire } from "./wire.ts";
import type { WorkspaceState } from "./memory.ts";

/** The field in which each kind of input keeps its value, and the one that gives its first value. */
const KEEPS: Readonly<Record<string, { value: string; initial: string; empty: null | readonly [] }>> = {
  plain_text_input: { value: "value", initial: "initial_value", empty: null },
  email_text_input: { value: "value", initial: "initial_value", empty: null },
  url_text_input: { value: "value", initial: "initial_value", empty: null },
  number_input: { value: "value", initial: "initial_value", empty: null },
  static_select: { value: "selected_option", initial: "initial_option", empty: null },
  radio_buttons: { value: "selected_option", initial: "initial_option", empty: null },
  checkboxes: { value: "selected_options", initial: "initial_options", empty: [] },
  multi_static_select: { value: "selected_options", initial: "initial_options", empty: [] },
  users_select: { value: "selected_user", initial: "initial_user", empty: null },
  multi_users_select: { value: "selected_users", initial: "initial_users", empty: [] },
  channels_select: { value: "selected_channel", initial: "initial_channel", empty: null },
  multi_channels_select: { value: "selected_channels", initial: "initial_channels", empty: [] },
  conversations_select: { value: "selected_conversation", initial: "initial_conversation", empty: null },
  multi_conversations_select: {
    value: "selected_conversations",
    initial: "initial_conversations",
    empty: [],
  },
  datepicker: { value: "selected_date", initial: "initial_date", empty: null },
  timepicker: { value: "selected_time", initial: "initial_time", empty: null },
  datetimepicker: { value: "selected_date_time", initial: "initial_date_time", empty: null },
  file_input: { value: "files", initial: "", empty: [] },
};

/** All inputs of these blocks with what was filled in, or else what they hold at first. Files are told whole. */
export function stateOf(blocks: readonly Fields[], given: StateValues, state: WorkspaceState): StateValues {
  const values: StateValues = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const [type, blockId, actionId] = [element["type"], block["block_id"], element["action_id"]].map(
        textOf,
      );
      const keeps = type === undefined ? undefined : KEEPS[type];
      if (type === undefined || keeps === undefined || blockId === undefined || actionId === undefined)
        continue;
      const filled = given[blockId]?.[actionId];
      const held = filled?.type === type ? filled[keeps.value] : element[keeps.initial];
      const value = type === "file_input" ? filesOf(held, state) : held === "" ? null : (held ?? keeps.empty);
      values[blockId] = {
        ...values[blockId],
        [actionId]: { type, [keeps.value]: value } satisfies InputState,
      };
    }
  }
  return values;
}

/** The element with which a person can act, by the ids that name it. */
export function elementAt(blocks: readonly Fields[], blockId: string, actionId: string): Fields | undefined {
  const block = blocks.find((each) => each["block_id"] === blockId);
  return block && elementsOf(block).find((element) => element["action_id"] === actionId);
}

/** The channels that were chosen in menus for which the app wants a response_url. */
export function placesToAnswer(
  blocks: readonly Fields[],
  values: StateValues,
): { block_id: string; action_id: string; channel_id: string }[] {
  return blocks.flatMap((block) => {
    const element = isFields(block["element"]) ? block["element"] : {};
    const [blockId = "", actionId = ""] = [textOf(block["block_id"]), textOf(element["action_id"])];
    const held = values[blockId]?.[actionId];
    const channel = textOf(held?.["selected_conversation"]) ?? textOf(held?.["selected_channel"]);
    const isWanted = element["response_url_enabled"] === true && channel !== undefined;
    return isWanted ? [{ block_id: blockId, action_id: actionId, channel_id: channel }] : [];
  });
}

/** The ids of the files in a view's inputs. */
export function filesIn(values: StateValues): string[] {
  return Object.values(values)
    .flatMap((actions) => Object.values(actions))
    .flatMap((held) => idsIn(held["files"]));
}

function elementsOf(block: Fields): Fields[] {
  return [block["element"], block["accessory"], ...objectsIn(block["elements"])].filter(isFields);
}

function filesOf(held: unknown, state: WorkspaceState): Fields[] {
  return idsIn(held).flatMap((id) => {
    const file = state.files.get(id);
    return file === undefined ? [] : [fileOnWire(file, state.origin())];
  });
}

/** Files are named by their ids, alone or in an object. */
function idsIn(files: unknown): string[] {
  const named = (file: unknown): string | undefined => textOf(isFields(file) ? file["id"] : file);
  return Array.isArray(files) ? files.flatMap((file) => named(file) ?? []) : [];
}
