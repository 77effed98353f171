// Every form that people fill, as data. A platform draws it, and brings back the values; what they mean is decided here and in desk.
import type { ActName, Attachment, Text } from "./message.ts";

/** A form. `carry` comes back unread with the values; it may be forged, so nothing in it is trusted without a check. */
export interface Form {
  name: "file" | "settings" | ActName | RosterFormName;
  /** At most 24 characters. */
  title: string;
  submit: string;
  carry: FormCarry;
  fields: readonly FormField[];
}

/** The forms that act on the roster and on no ticket. */
export const ROSTER_FORMS = ["override", "leave"] as const;
export type RosterFormName = (typeof ROSTER_FORMS)[number];

/** Whether a form acts on the roster. */
export function isRosterForm(name: Form["name"]): name is RosterFormName {
  return ROSTER_FORMS.some((form) => form === name);
}

/** What a form remembers: the ticket that it acts on, or the place where filing began. */
export interface FormCarry {
  ticket: string | null;
  place: string | null;
}

export type FormField =
  /** Words to read, nothing to fill. `tone` attention asks to be seen. */
  | { kind: "info"; id: string; tone: "plain" | "attention"; text: Text }
  | {
      kind: "text";
      id: string;
      label: string;
      hint: string | null;
      initial: string;
      long: boolean;
      maxLength: number;
      required: boolean;
    }
  /** One of several. `live`: the form is drawn anew when it changes, with what was filled in so far. */
  | {
      kind: "choice";
      id: string;
      label: string;
      hint: string | null;
      options: readonly { value: string; label: string; hint: string | null }[];
      initial: string | null;
      required: boolean;
      live: boolean;
    }
  | { kind: "confirm"; id: string; label: string; option: string; initial: boolean; required: boolean }
  /** An instant; shown and typed in the reader's own zone. */
  | {
      kind: "instant";
      id: string;
      label: string;
      hint: string | null;
      initial: Date | null;
      required: boolean;
    }
  | { kind: "files"; id: string; label: string; hint: string | null; maxFiles: number; required: boolean };

/** What was filled in, by field id. A field left empty is absent. */
export type FormValues = Readonly<Record<string, FormValue | undefined>>;
export type FormValue = string | boolean | Date | readonly Attachment[];
