// Inputs that are typed into: plain text of one or many lines, e-mail, address and number.
import type { EmailInput, NumberInput, PlainTextInput, URLInput } from "@slack/types";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { plainText } from "../blocks/Text.tsx";
import { textOf } from "../values.ts";
import { ties, type InputProps } from "./input.ts";

/** How long a typist must rest before an app that listens to each character hears of it. */
const REST_MS = 350;

/** One line or several; tells the app on Enter or as one types, where the app asked for that. */
export function TextInput(props: InputProps<PlainTextInput | EmailInput | URLInput | NumberInput>) {
  const { element, state, change, tells } = props;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tellsTyping = tells && triggers.includes("on_character_entered");
  const tellsEnter = tells && triggers.includes("on_enter_pressed");
  const isMultiline = element.type === "plain_text_input" && element.multiline === true;
  const text = textOf(state);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(resting.current);
    },
    [],
  );

  const take = (typed: string) => {
    const next = { type: element.type, value: typed === "" ? null : typed };
    change(next, false);
    clearTimeout(resting.current);
    if (tellsTyping)
      resting.current = setTimeout(() => {
        change(next, true);
      }, REST_MS);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    if (isMultiline ? !(event.metaKey || event.ctrlKey) : !tellsEnter) return;
    event.preventDefault(); // The app hears of it, instead of the form being sent.
    if (tellsEnter) change({ type: element.type, value: text === "" ? null : text }, true);
    else event.currentTarget.closest("form")?.requestSubmit();
  };
  const shared = {
    ...ties(props),
    className: "text-input",
    value: text,
    placeholder: element.placeholder && plainText(element.placeholder),
    autoComplete: "off",
    "data-autofocus": element.focus_on_load,
    onKeyDown,
    onChange: (event: { target: { value: string } }) => {
      take(event.target.value);
    },
  };
  return (
    <>
      {isMultiline ? <textarea rows={4} {...shared} /> : <input {...KINDS[element.type]} {...shared} />}
      {element.type === "plain_text_input" && <RoomLeft text={text} max={element.max_length} />}
    </>
  );
}

// A number is typed as text, so that what was typed can be kept and explained where it is none.
const KINDS = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email" },
  url_text_input: { type: "url" },
  number_input: { type: "text", inputMode: "decimal" },
} as const;

function RoomLeft({ text, max }: { text: string; max: number | undefined }) {
  if (max === undefined || text.length < max * 0.8) return null;
  const left = max - text.length;
  return (
    <p className={left < 0 ? "room-left over" : "room-left"}>
      {left < 0 ? `${-left} characters too long` : `${left} characters left`}
    </p>
  );
}
