// What every input is given by the block that it stands in.
import type { InputState } from "../../page-protocol.ts";
import type { Input, Slot } from "../values.ts";

/** An input of one kind, what it holds and what is said about it. */
export interface InputProps<Kind extends Input = Input> {
  element: Kind;
  slot: Slot;
  state: InputState;
  /** The DOM id that the label points to. */
  id: string;
  /** The DOM ids of hint and error, for aria-describedby. */
  describedBy: string | undefined;
  isInvalid: boolean;
  isRequired: boolean;
  /** The input's name where no label stands beside it: in sections and actions. */
  ariaLabel: string | undefined;
  change: (state: InputState, tells: boolean) => void;
  /** Whether the app hears of each change at once. */
  tells: boolean;
}

/** The attributes that tie an input to its label, hint and error. */
export function ties({ id, describedBy, isInvalid, isRequired, ariaLabel }: InputProps) {
  return {
    id,
    "aria-describedby": describedBy,
    "aria-invalid": isInvalid || undefined,
    "aria-required": isRequired || undefined,
    "aria-label": ariaLabel,
  };
}

/** The same for a group of choices, which has no one element to carry a label. */
export function groupTies({ id, describedBy, ariaLabel }: InputProps) {
  return { id, "aria-describedby": describedBy, ...(ariaLabel && { "aria-label": ariaLabel }) };
}
