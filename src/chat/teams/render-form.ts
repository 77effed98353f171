// How each form looks in Teams, and what was filled in when it comes back. The same card stands in a dialog, in a message,
// or in the place of a ticket's card for the person who pressed a button of it.
//
// Cards know neither an error under a field nor a form that is drawn anew as it changes. So errors stand above their field;
// where a choice changes what is promised, a button draws the form anew; and whatever was typed is filled in again. An
// instant is two inputs, a day and a time, in the zone of whoever fills the form in, which goes with the form.
import { z } from "zod";
import {
  ROSTER_FORMS,
  type Form,
  type FormCarry,
  type FormField,
  type FormValue,
  type FormValues,
} from "../../core/form.ts";
import { ACTS } from "../../core/message.ts";
import { isDate, isZone, soleInstantOfWall, timeOfDayMs, wallDate } from "../../core/zone.ts";
import { clean, cut, oneLine } from "../text.ts";
import { cardOf, sizeOf, type Action, type Card, type Data, type Element } from "./cards.ts";
import { asTyped, lineOf, run, runs, type Line } from "./words.ts";

/** Where a form stands: a dialog, a message of its own, one that nobody else sees, or in the place of a ticket's card. */
export type Stand = (typeof STANDS)[number];
const STANDS = ["dialog", "message", "alone", "in place"] as const;

/** What a form remembers of itself while it is filled in. */
export interface Draft {
  /** The same as long as the form is open: sent twice, it is handled once. */
  id: string;
  name: Form["name"];
  carry: FormCarry;
  stand: Stand;
  /** By whose wall clock its instants are typed. */
  zone: string;
}

/** Draws a form, with what was filled in so far and what is wrong with it. */
export function renderForm(
  form: Form,
  draft: Draft,
  { values = {}, faults = {} }: { values?: FormValues; faults?: Readonly<Record<string, string>> } = {},
): Card {
  for (const share of SHARES) {
    const lines = [
      ...(draft.stand === "dialog" ? [] : [title(form.title)]),
      ...faultsOf(faults, form),
      ...form.fields.flatMap((field) => [
        ...faultLine(faults[field.id]),
        ...fieldLines(field, values[field.id], draft, share),
      ]),
    ];
    const card = cardOf(
      lines.map(({ element }) => element),
      lines.flatMap(({ mentions }) => mentions),
      buttonsOf(form, draft),
    );
    if (sizeOf(card) <= ROOM_BYTES) return card;
  }
  const words = "This form has more to choose from than Teams can show. Use another way, or ask support.";
  return cardOf([runs([run(words)])]);
}

/**
 * What was filled in, by field id. @throws InvalidInstant where a day or a time is none, or one of them is missing.
 */
export function readFormValues(inputs: Readonly<Record<string, unknown>>, zone: string): FormValues {
  const values: Record<string, FormValue> = {};
  for (const [id, value] of Object.entries(inputs)) {
    const [, kind = "", field = ""] = /^(text|one|yes|day):(.+)$/s.exec(id) ?? [];
    if (typeof value !== "string") continue;
    const read = kind === "day" ? instantIn(inputs, field, zone) : valueIn(kind, value);
    if (read !== undefined) values[field] = read;
  }
  return values;
}

/** A day and a time that are no instant; `field` is at fault. */
export class InvalidInstant extends Error {
  override readonly name = "InvalidInstant";
  readonly field: string;

  constructor(field: string) {
    super("Give both a day and a time, or neither.");
    this.field = field;
  }
}

const ROOM_BYTES = 25_000;
const SHARES = [1, 0.4, 0.15, 0.05, 0.02];
const MAX_TEXT = 8_000;
/** Choices that stand below each other; more are a menu. */
const MAX_EXPANDED = 5;

/** A draft as it comes back: it may be forged. */
export const DRAFT = z.object({
  id: z.string().regex(/^[\w-]{8,64}$/),
  name: z.enum(["file", "settings", ...ACTS, ...ROSTER_FORMS]),
  carry: z.object({ ticket: z.string().max(200).nullable(), place: z.string().max(500).nullable() }),
  stand: z.enum(STANDS),
  zone: z.string().max(60).refine(isZone),
});

function title(words: string): Line {
  return { element: runs([run(oneLine(words), { weight: "Bolder", size: "Large" })]), mentions: [] };
}

/** What is wrong with the form as a whole, or with a field that it does not show. */
function faultsOf(faults: Readonly<Record<string, string>>, { fields }: Form): Line[] {
  return Object.entries(faults)
    .filter(([id]) => !fields.some((field) => field.id === id))
    .flatMap(([, fault]) => faultLine(fault));
}

function faultLine(fault: string | undefined): Line[] {
  if (fault === undefined) return [];
  const words = runs([run(`⚠ ${cut(oneLine(asTyped(fault)), 500)}`, { weight: "Bolder" })]);
  return [{ element: { type: "Container", style: "attention", items: [words] }, mentions: [] }];
}

function fieldLines(field: FormField, value: FormValue | undefined, draft: Draft, share: number): Line[] {
  const length = Math.max(20, Math.floor(500 * share));
  if (field.kind === "info") {
    const line = lineOf(field.text, length * 3, { before: field.tone === "attention" ? "⚠ " : "" });
    return line === null ? [] : [line];
  }
  const label = labelOf(field, length);
  const hint = "hint" in field ? hintLine(field.hint, length) : [];
  return [...only(inputsOf(field, value, { draft, label, length, share })), ...hint];
}

/** As in Slack, what may be left out says so. */
function labelOf({ label, required }: { label: string; required: boolean }, max: number): string {
  return `${cut(oneLine(label), Math.min(200, max)) || "…"}${required ? "" : " (optional)"}`;
}

function hintLine(hint: string | null, max: number): Line[] {
  const line = hint === null ? null : lineOf([oneLine(hint)], max, { isSubtle: true });
  return line === null ? [] : [line];
}

function inputsOf(
  field: Exclude<FormField, { kind: "info" }>,
  value: FormValue | undefined,
  { draft, label, length, share }: { draft: Draft; label: string; length: number; share: number },
): Element[] {
  const { zone, name } = draft;
  switch (field.kind) {
    case "text": {
      const text = typeof value === "string" ? value : field.initial;
      const filled = cut(clean(text), Math.min(Math.max(1, field.maxLength), Math.floor(MAX_TEXT * share)));
      return [
        {
          ...{ type: "Input.Text", id: `text:${field.id}`, label, isMultiline: field.long },
          maxLength: Math.min(MAX_TEXT, Math.max(1, field.maxLength)),
          ...(filled === "" ? {} : { value: filled }),
        },
      ];
    }
    case "choice": {
      // A value that is nothing cannot be chosen.
      const options = field.options
        .filter(({ value }) => clean(value) !== "")
        .slice(0, Math.max(10, Math.floor(200 * share)));
      // Of another customer, say, there are other contacts.
      const isThere = options.some((option) => option.value === value);
      const chosen = isThere && typeof value === "string" ? value : field.initial;
      const choices = options.map(({ value, label, hint }) => ({
        title: cut(oneLine(hint === null ? label : `${label}: ${hint}`), Math.min(150, length)) || "…",
        value: clean(value),
      }));
      if (choices.length === 0) return [runs([run(`${label}: there is nothing to choose from.`)])];
      return [
        {
          ...{ type: "Input.ChoiceSet", id: `one:${field.id}`, label, wrap: true, choices },
          style: choices.length > MAX_EXPANDED ? "compact" : "expanded",
          ...(choices.some((choice) => choice.value === chosen) ? { value: chosen ?? "" } : {}),
        },
      ];
    }
    case "confirm":
      return [
        {
          ...{ type: "Input.Toggle", id: `yes:${field.id}`, label, wrap: true },
          title: cut(oneLine(field.option), length) || "…",
          value: (typeof value === "boolean" ? value : field.initial) ? "true" : "false",
          valueOn: "true",
          valueOff: "false",
        },
      ];
    case "instant": {
      const at = value instanceof Date ? value : field.initial;
      return [
        {
          ...{ type: "Input.Date", id: `day:${field.id}`, label },
          ...(at === null ? {} : { value: wallDate(at, zone) }),
        },
        {
          ...{ type: "Input.Time", id: `time:${field.id}`, label: `Time, in ${zone}` },
          ...(at === null ? {} : { value: clockOf(at, zone) }),
        },
      ];
    }
    case "files":
      return [
        runs([
          run(`${label}: Teams takes no files in forms. ${WHERE_FILES_GO[name] ?? FILES_IN_REPLY}`, {
            isSubtle: true,
          }),
        ]),
      ];
    default:
      return field satisfies never;
  }
}

const FILES_IN_REPLY = "To send some, reply to the ticket's message instead, and mention @Belfry.";
const WHERE_FILES_GO: Partial<Record<Form["name"], string>> = {
  file: "Add them to your reply, once the ticket is there.",
  note: "To keep some, reply to the ticket's message instead, mention @Belfry and begin with //, which keeps it inside.",
};

function only(elements: readonly Element[]): Line[] {
  return elements.map((element) => ({ element, mentions: [] }));
}

/** A dialog takes nothing but submissions, and closes by itself. */
function buttonsOf(form: Form, draft: Draft): Action[] {
  const isLive = form.fields.some((field) => field.kind === "choice" && field.live);
  const send = (act: string): Data => ({ belfry: { do: act, draft } });
  if (draft.stand === "dialog") {
    return [
      { type: "Action.Submit", title: cut(form.submit, 75), data: send("submit"), style: "positive" },
      ...(isLive ? [{ type: "Action.Submit" as const, title: REDRAW, data: send("redraw") }] : []),
    ];
  }
  const execute = (
    title: string,
    act: string,
    look: { style?: "positive"; associatedInputs?: "none" } = {},
  ): Action => ({
    ...{ type: "Action.Execute", title, verb: `form.${act}`, data: send(act), ...look },
    fallback: { type: "Action.Submit", title, data: send(act), ...look },
  });
  return [
    execute(cut(form.submit, 75), "submit", { style: "positive" }),
    ...(isLive ? [execute(REDRAW, "redraw")] : []),
    execute("Cancel", "cancel", { associatedInputs: "none" }),
    {
      ...{ type: "Action.Submit", title: "Open as a dialog", associatedInputs: "none" },
      data: { ...send("open"), msteams: { type: "task/fetch" } },
    },
  ];
}

const REDRAW = "Show what is promised";

function valueIn(kind: string, value: string): FormValue | undefined {
  const text = clean(value);
  if (kind === "yes") return text === "true" ? true : undefined;
  return text.trim() === "" || kind === "" ? undefined : text;
}

function instantIn(inputs: Readonly<Record<string, unknown>>, field: string, zone: string): Date | undefined {
  const [day, time] = [inputs[`day:${field}`], inputs[`time:${field}`]].map((value) =>
    typeof value === "string" ? value.trim() : "",
  );
  if (!day && !time) return undefined;
  if (!isDate(day ?? "") || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time ?? "")) throw new InvalidInstant(field);
  return soleInstantOfWall(day ?? "", time ?? "", zone);
}

/** "09:05", by the wall clock of a zone. */
function clockOf(at: Date, zone: string): string {
  const minutes = Math.floor(timeOfDayMs(at, zone) / 60_000);
  return [Math.floor(minutes / 60), minutes % 60].map((each) => String(each).padStart(2, "0")).join(":");
}
