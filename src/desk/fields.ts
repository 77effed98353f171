// The fields that several forms share.
import type { FormField } from "../core/form.ts";
import type { Field, Policy } from "../core/policy.ts";
import { levelWords } from "../core/words.ts";

type TextField = Extract<FormField, { kind: "text" }>;
type ChoiceField = Extract<FormField, { kind: "choice" }>;

/** Several lines of words, needed unless the caller says otherwise. */
export function wordsField(id: string, label: string, hint: string | null, initial: string): TextField {
  return { kind: "text", id, label, hint, initial, long: true, maxLength: 3000, required: true };
}

/** One of a few, needed. */
export function choiceField(
  id: string,
  label: string,
  options: readonly { value: string; label: string; hint?: string }[],
  { initial, live, hint = null }: { initial: string | null; live: boolean; hint?: string | null },
): ChoiceField {
  const shown = options.map(({ value, label, hint = null }) => ({ value, label, hint }));
  return { kind: "choice", id, label, hint, options: shown, initial, required: true, live };
}

/** The levels of a policy, each with the policy's own meaning of it. */
export function levelField(policy: Policy, initial: string | null, live: boolean): ChoiceField {
  const options = policy.levels.map((level) => ({
    value: level.id,
    label: levelWords(level),
    hint: level.means,
  }));
  return choiceField("level", "Level", options, { initial, live });
}

/** A field that the policy declares; its value comes back as "field.<id>". */
export function policyField({ id, ask, options }: Field, initial: string | null, live: boolean): ChoiceField {
  return choiceField(`field.${id}`, ask, plainOptions(options), { initial, live });
}

/** Options that are shown as they are kept. */
export function plainOptions(values: readonly string[]): { value: string; label: string }[] {
  return values.map((value) => ({ value, label: value }));
}

/** Screenshots, logs and the like. */
export function filesField(label: string, hint: string | null): FormField {
  return { kind: "files", id: "files", label, hint, maxFiles: 5, required: false };
}
