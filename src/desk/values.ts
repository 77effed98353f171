// Reads what a form brought back. It may be forged or outdated, so each value is checked for its kind and bounds.
import { DeskError } from "../core/errors.ts";
import type { FormValues } from "../core/form.ts";
import type { Attachment } from "../core/message.ts";

/** The longest text kept, in characters: far beyond what anybody types, and what a platform lets through. */
const LONGEST_TEXT = 1_000_000;

/** Sets faults under their fields, where there are any. */
export function refuseFaults(faults: Readonly<Record<string, string | null>>): void {
  const found = Object.entries(faults).filter((entry): entry is [string, string] => entry[1] !== null);
  if (found.length === 0) return;
  const sentence = found.map(([, fault]) => fault).join(" ");
  throw new DeskError("invalid", sentence, { faults: Object.fromEntries(found) });
}

/** A text without the space around it; "" where it was left empty. */
export function textIn(values: FormValues, id: string): string {
  const value = values[id];
  return typeof value === "string" ? value.trim().slice(0, LONGEST_TEXT) : "";
}

/** A text that has to be there. */
export function requiredText(values: FormValues, id: string, sentence: string): string {
  const text = textIn(values, id);
  refuseFaults({ [id]: text === "" ? sentence : null });
  return text;
}

/** An instant, or null where none was given. */
export function instantIn(values: FormValues, id: string): Date | null {
  const value = values[id];
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value : null;
}

/** The files that were attached. */
export function filesIn(values: FormValues, id: string): readonly Attachment[] {
  const value = values[id];
  return Array.isArray(value) ? (value as readonly Attachment[]) : [];
}

/** A person's clock may be a little ahead of ours. */
const AHEAD_MS = 60_000;

/** What is wrong with an instant at which something is said to have happened, or null. */
export function pastFault(at: Date | null, now: Date, notBefore: Date | null): string | null {
  if (at === null) return null;
  if (at.getTime() > now.getTime() + AHEAD_MS) return "This lies in the future. Say when it happened.";
  if (notBefore !== null && at.getTime() < notBefore.getTime() - AHEAD_MS) {
    return "This lies before the request was received.";
  }
  return null;
}
