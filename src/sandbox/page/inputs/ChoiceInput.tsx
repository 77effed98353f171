// Choices that are all in sight: radio buttons, checkboxes, and the multi-selects, which are lists of checkboxes here.
import type {
  Checkboxes,
  MultiChannelsSelect,
  MultiConversationsSelect,
  MultiStaticSelect,
  MultiUsersSelect,
  Option,
  RadioButtons,
} from "@slack/types";
import { Text } from "../blocks/Text.tsx";
import { useViewer } from "../viewer.ts";
import { optionsOf } from "../values.ts";
import { groupTies, type InputProps } from "./input.ts";
import { choicesFor } from "./SelectInput.tsx";

/** One of a few. */
export function RadioInput(props: InputProps<RadioButtons>) {
  const { element, state, change, tells, id } = props;
  const chosen = state.selected_option as Option | null;
  return (
    <div
      className="choices"
      role="radiogroup"
      {...groupTies(props)}
      aria-required={props.isRequired || undefined}
    >
      {element.options.map((option, index) => (
        <Choice
          key={option.value ?? index}
          option={option}
          type="radio"
          group={id}
          isChosen={chosen?.value === option.value}
          isFirst={index === 0 && element.focus_on_load === true}
          onChoose={() => {
            change({ type: element.type, selected_option: option }, tells);
          }}
        />
      ))}
    </div>
  );
}

/** Any of a few, or of a list. */
export function OptionsInput(props: InputProps<Checkboxes | MultiStaticSelect>) {
  const { element, state, change, tells, id } = props;
  const chosen = state.selected_options as Option[];
  const most = element.type === "multi_static_select" ? element.max_selected_items : undefined;
  const options = optionsOf(element);
  return (
    <div className={options.length > 7 ? "choices long" : "choices"} role="group" {...groupTies(props)}>
      {options.map((option, index) => {
        const isChosen = chosen.some(({ value }) => value === option.value);
        return (
          <Choice
            key={option.value ?? index}
            option={option}
            type="checkbox"
            group={id}
            isChosen={isChosen}
            isFirst={index === 0 && element.focus_on_load === true}
            isLocked={!isChosen && most !== undefined && chosen.length >= most}
            onChoose={() => {
              const selected = options.filter(({ value }) =>
                value === option.value ? !isChosen : chosen.some((other) => other.value === value),
              );
              change({ type: element.type, selected_options: selected }, tells);
            }}
          />
        );
      })}
    </div>
  );
}

type MultiNamedSelect = MultiUsersSelect | MultiConversationsSelect | MultiChannelsSelect;

/** Several people or conversations of the workspace. */
export function NamedChoicesInput(props: InputProps<MultiNamedSelect>) {
  const { element, state, change, tells, id } = props;
  const field = FIELDS[element.type];
  const chosen = state[field] as string[];
  const most = element.max_selected_items ?? Infinity;
  const viewer = useViewer();
  return (
    <div className="choices long" role="group" {...groupTies(props)}>
      {choicesFor(element.type, viewer).map((choice) => {
        const isChosen = chosen.includes(choice.id);
        const option = { value: choice.id, text: { type: "plain_text" as const, text: choice.name } };
        return (
          <Choice
            key={choice.id}
            option={option}
            type="checkbox"
            group={id}
            isChosen={isChosen}
            isLocked={!isChosen && chosen.length >= most}
            onChoose={() => {
              const selected = isChosen
                ? chosen.filter((other) => other !== choice.id)
                : [...chosen, choice.id];
              change({ type: element.type, [field]: selected }, tells);
            }}
          />
        );
      })}
    </div>
  );
}

const FIELDS = {
  multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
} as const;

interface ChoiceProps {
  option: Option;
  type: "radio" | "checkbox";
  group: string;
  isChosen: boolean;
  isFirst?: boolean;
  isLocked?: boolean;
  onChoose: () => void;
}

function Choice({ option, type, group, isChosen, isFirst = false, isLocked = false, onChoose }: ChoiceProps) {
  return (
    <label className="choice">
      <input
        type={type}
        name={group}
        checked={isChosen}
        disabled={isLocked}
        data-autofocus={isFirst || undefined}
        onChange={onChoose}
      />
      <span className="choice-text">
        <Text of={option.text} />
        {option.description && (
          <span className="choice-description">
            <Text of={option.description} />
          </span>
        )}
      </span>
    </label>
  );
}
