// Selects: one choice from a list of options, people or conversations. A native select, since every browser makes it
// work by keyboard, by touch and for a screen reader.
import type { ChannelsSelect, ConversationsSelect, StaticSelect, UsersSelect } from "@slack/types";
import type { Option } from "@slack/types";
import { plainText } from "../blocks/Text.tsx";
import { useViewer, type Viewer } from "../viewer.ts";
import { optionsOf } from "../values.ts";
import { ties, type InputProps } from "./input.ts";

/** One option of those that the app gave. */
export function StaticSelectInput(props: InputProps<StaticSelect>) {
  const { element, state, change, tells } = props;
  const options = optionsOf(element);
  const chosen = state.selected_option as Option | null;
  return (
    <select
      {...ties(props)}
      className="select-input"
      data-autofocus={element.focus_on_load}
      value={chosen?.value ?? ""}
      onChange={(event) => {
        const option = options.find(({ value }) => value === event.target.value);
        change({ type: element.type, selected_option: option ?? null }, tells);
      }}
    >
      <Unchosen placeholder={element.placeholder} isLocked={props.isRequired} />
      {element.option_groups?.map((group, index) => (
        <optgroup key={index} label={plainText(group.label)}>
          <Options of={group.options} />
        </optgroup>
      ))}
      <Options of={element.options ?? []} />
    </select>
  );
}

type NamedSelect = UsersSelect | ConversationsSelect | ChannelsSelect;

/** A person or a conversation of the workspace. */
export function NamedSelectInput(props: InputProps<NamedSelect>) {
  const { element, state, change, tells } = props;
  const field = FIELDS[element.type];
  const chosen = state[field];
  const viewer = useViewer();
  return (
    <select
      {...ties(props)}
      className="select-input"
      data-autofocus={element.focus_on_load}
      value={typeof chosen === "string" ? chosen : ""}
      onChange={(event) => {
        change({ type: element.type, [field]: event.target.value || null }, tells);
      }}
    >
      <Unchosen placeholder={element.placeholder} isLocked={props.isRequired} />
      {choicesFor(element.type, viewer).map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Whom or what a select of people, conversations or channels offers. */
export function choicesFor(type: string, viewer: Viewer): { id: string; name: string }[] {
  if (type.endsWith("users_select")) return viewer.people;
  if (type.endsWith("channels_select")) return viewer.conversations.filter(({ kind }) => kind === "channel");
  return viewer.conversations;
}

const FIELDS = {
  users_select: "selected_user",
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
} as const;

/** The line for no choice. Where a choice is needed it can be left, but not taken up again. */
function Unchosen({
  placeholder,
  isLocked,
}: {
  placeholder: StaticSelect["placeholder"];
  isLocked: boolean;
}) {
  return (
    <option value="" disabled={isLocked}>
      {placeholder ? plainText(placeholder) : "Choose one"}
    </option>
  );
}

function Options({ of }: { of: Option[] }) {
  return of.map((option, index) => (
    <option key={index} value={option.value}>
      {option.description
        ? `${plainText(option.text)} (${plainText(option.description)})`
        : plainText(option.text)}
    </option>
  ));
}
