// Finds the input for an element's type.
import type { InputProps } from "./input.ts";
import type { Input } from "../values.ts";
import { NamedChoicesInput, OptionsInput, RadioInput } from "./ChoiceInput.tsx";
import { DateOrTimeInput, InstantInput } from "./DateInput.tsx";
import { FilesInput } from "./FileInput.tsx";
import { NamedSelectInput, StaticSelectInput } from "./SelectInput.tsx";
import { TextInput } from "./TextInput.tsx";

/** Any input. Selects that the app fills as one types, and rich text, say that they do not work here. */
export function InputElement({ element, ...props }: InputProps) {
  switch (element.type) {
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return <TextInput element={element} {...props} />;
    case "static_select":
      return <StaticSelectInput element={element} {...props} />;
    case "users_select":
    case "conversations_select":
    case "channels_select":
      return <NamedSelectInput element={element} {...props} />;
    case "radio_buttons":
      return <RadioInput element={element} {...props} />;
    case "checkboxes":
    case "multi_static_select":
      return <OptionsInput element={element} {...props} />;
    case "multi_users_select":
    case "multi_conversations_select":
    case "multi_channels_select":
      return <NamedChoicesInput element={element} {...props} />;
    case "datepicker":
    case "timepicker":
      return <DateOrTimeInput element={element} {...props} />;
    case "datetimepicker":
      return <InstantInput element={element} {...props} />;
    case "file_input":
      return <FilesInput element={element} {...props} />;
    case "external_select":
    case "multi_external_select":
    case "rich_text_input":
      return <p className="hint">The sandbox cannot fill in this kind of input ({element.type}).</p>;
  }
}

/** Whether the input is a group of choices, which a legend names instead of a label. */
export function isGroup(type: Input["type"]): boolean {
  return (
    type === "radio_buttons" ||
    type === "checkboxes" ||
    (type.startsWith("multi_") && type !== "multi_external_select")
  );
}
