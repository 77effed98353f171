// The words in which limits.ts says what a JSON value must look like, and the sentences in which Slack says what is wrong.
//
// A rule looks at one value and notes its faults, each with a JSON pointer to where it is:
//   "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
import { isFields, type Fields } from "./json.ts";

/** What is wrong with a value, and where. */
export interface Fault {
  says: string;
  pointer: string;
}

/** Looks at one value; notes what is wrong with it. */
export type Rule = (value: unknown, at: Place) => void;

/** Where a rule is looking, and where it notes faults. */
export interface Place {
  pointer: string;
  faults: Fault[];
}

/** Fields of an object: those marked with `must` have to be there, all others may. */
export type Shape = Readonly<Record<string, Rule | Must>>;

interface Must {
  must: Rule;
}

/** Marks a field that has to be there. */
export function must(rule: Rule): Must {
  return { must: rule };
}

/** Checks a value against a rule and lists every fault. */
export function faultsOf(value: unknown, rule: Rule, pointer: string): Fault[] {
  const faults: Fault[] = [];
  rule(value, { pointer, faults });
  return faults;
}

/** The lines of response_metadata.messages. */
export function inSlacksWords(faults: readonly Fault[]): string[] {
  return faults.map((fault) => `[ERROR] ${fault.says} [json-pointer:${fault.pointer}]`);
}

/** A text of at least one character, or of at least `min`. Slack counts UTF-16 units, as JavaScript does. */
export function text(max: number, min = 1): Rule {
  return (value, at) => {
    if (typeof value !== "string") return note(at, "must provide a string");
    if (value.length < min) note(at, `must be more than ${min - 1} characters`);
    if (value.length > max) note(at, `must be less than ${max + 1} characters`);
  };
}

/** A text of a given form, such as a date. */
export function textLike(pattern: RegExp, whatItMustBe: string): Rule {
  return (value, at) => {
    if (typeof value !== "string" || !pattern.test(value)) note(at, whatItMustBe);
  };
}

/** true or false. */
export const flag: Rule = (value, at) => {
  if (typeof value !== "boolean") note(at, "must provide a boolean");
};

/** Anything; for parts that the sandbox does not look into. */
export const anything: Rule = () => undefined;

/** A whole number within bounds. */
export function whole(min: number, max: number): Rule {
  return (value, at) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return note(at, "must provide a whole number");
    if (value < min || value > max) note(at, `must be between ${min} and ${max}`);
  };
}

/** One of a few texts. */
export function oneOf(...allowed: readonly string[]): Rule {
  return (value, at) => {
    if (typeof value !== "string" || !allowed.includes(value)) note(at, "must be a valid enum value");
  };
}

/** A list whose items all follow one rule. */
export function list(item: Rule, { min = 1, max }: { min?: number; max: number }): Rule {
  return (value, at) => {
    if (!Array.isArray(value)) return note(at, "must provide an array");
    if (value.length < min) note(at, `no less than ${min} items allowed`);
    if (value.length > max) note(at, `no more than ${max} items allowed`);
    for (const [index, each] of value.entries()) item(each, within(at, String(index)));
  };
}

/** An object of exactly these fields, and what has to hold between them. */
export function object(shape: Shape, ...also: readonly ((fields: Fields, at: Place) => void)[]): Rule {
  return (value, at) => {
    if (!isFields(value)) return note(at, "must provide an object");
    for (const [name, field] of Object.entries(shape)) {
      const given = value[name];
      if (given !== undefined && given !== null) ruleOf(field)(given, within(at, name));
      else if (isMust(field)) note(at, `missing required field: ${name}`);
    }
    for (const name of Object.keys(value))
      if (!(name in shape)) note(at, `invalid additional property: ${name}`);
    for (const check of also) check(value, at);
  };
}

/** An object whose `type` says which rule it follows. */
export function byType(rules: Readonly<Record<string, Rule>>): Rule {
  return (value, at) => {
    if (!isFields(value)) return note(at, "must provide an object");
    const type = value["type"];
    if (typeof type !== "string") return note(at, "missing required field: type");
    const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
    if (rule === undefined) return note(within(at, "type"), `unsupported type: ${type}`);
    rule(value, at);
  };
}

/** Several rules for one value. */
export function all(...rules: readonly Rule[]): Rule {
  return (value, at) => {
    for (const rule of rules) rule(value, at);
  };
}

/** Notes a fault. */
export function note(at: Place, says: string): void {
  at.faults.push({ says, pointer: at.pointer });
}

/** One step deeper. */
export function within(at: Place, name: string): Place {
  return { pointer: `${at.pointer}/${name}`, faults: at.faults };
}

function isMust(field: Rule | Must): field is Must {
  return typeof field !== "function";
}

function ruleOf(field: Rule | Must): Rule {
  return isMust(field) ? field.must : field;
}
