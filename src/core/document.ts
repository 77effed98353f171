// Reads a YAML file by a schema: the value, or one refusal that names every fault at once, with its path and line.

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import { z } from "zod";
import { DeskError } from "./errors.ts";

/** Where something stands in a document: keys, and indices of lists. */
export type DocumentPath = readonly (string | number)[];

/** What is wrong at one place: the sentence says what was found and what is allowed, without a full stop. */
export interface Fault {
  path: DocumentPath;
  sentence: string;
}

/** How much YAML is read at most, in characters; what is longer was not written by a person. */
const LENGTH_LIMIT = 1_000_000;
const ALIAS_LIMIT = 100;
const SHOWN_LENGTH = 60;

/**
 * The value of a YAML text by its schema. `what` names the document in the refusal; `check` finds the faults that a
 * schema does not see, such as names that nothing bears. It is given the text's plain value even where the schema
 * refuses it, so that every fault is told at once.
 */
export function readDocument<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  what: string,
  check: (value: unknown) => readonly Fault[] = () => [],
): z.output<Schema> {
  const { value, faults: syntaxFaults, lineOf } = readYaml(text);
  const result = schema.safeParse(value);
  const faults = syntaxFaults.some((fault) => fault.isFatal)
    ? syntaxFaults
    : [
        ...syntaxFaults,
        ...[...schemaFaults(value, result), ...check(value)].map((fault) => ({
          ...fault,
          line: lineOf(fault.path),
        })),
      ];
  if (result.success && faults.length === 0) return result.data;
  throw refusal(what, faults);
}

/** Everything that a schema finds wrong with a value; an empty list where it fits. */
export function faultsBySchema(value: unknown, schema: z.ZodType): Fault[] {
  return schemaFaults(value, schema.safeParse(value));
}

/** A mapping with these keys and no others; a key that is not known is told with the known ones. */
export function mapping<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `one of ${known}` : undefined),
  });
}

/** The error of a check of one's own: what was found, and what is allowed. */
export function allowing(allowed: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => `${inQuotes(input)} is found; allowed is ${allowed}` };
}

/** A path as a person reads it: `levels[0].targets[1].kind`. */
export function pathInWords(path: DocumentPath): string {
  const words = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return words.replace(/^\./, "") || "the whole file";
}

/** A value as a person recognises it, cut where it is long. */
export function inQuotes(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const shown = JSON.stringify(value);
  return shown.length > SHOWN_LENGTH ? `${shown.slice(0, SHOWN_LENGTH)}…` : shown;
}

interface LinedFault extends Fault {
  line: number;
  isFatal?: boolean;
}

interface Yaml {
  value: unknown;
  faults: LinedFault[];
  lineOf: (path: DocumentPath) => number;
}

function readYaml(text: string): Yaml {
  const lines = new LineCounter();
  if (text.length > LENGTH_LIMIT) {
    const sentence = `${text.length} characters are found; allowed are at most ${LENGTH_LIMIT}`;
    return { value: undefined, faults: [{ path: [], line: 1, sentence, isFatal: true }], lineOf: () => 1 };
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults: LinedFault[] = [...document.errors, ...document.warnings].map((error) => ({
    path: [],
    line: lines.linePos(error.pos[0]).line,
    sentence: firstLineOf(error.message),
    isFatal: error.code !== "DUPLICATE_KEY",
  }));
  const lineOf = (path: DocumentPath): number => lines.linePos(offsetOf(document, path)).line;
  try {
    return { value: document.toJS({ maxAliasCount: ALIAS_LIMIT }), faults, lineOf };
  } catch (error) {
    const sentence = error instanceof Error ? firstLineOf(error.message) : "this cannot be read";
    return { value: undefined, faults: [...faults, { path: [], line: 1, sentence, isFatal: true }], lineOf };
  }
}

function firstLineOf(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/\.$/, "");
}

/** Where a path begins in the text; where it leads to nothing, the nearest thing above it that exists. */
function offsetOf(document: Document, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    const container = isAlias(node) ? node.resolve(document) : node;
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(container)) {
      node = container.items[Number(step)];
      if (node === undefined) return offset;
      offset = (node as Node).range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function schemaFaults(value: unknown, result: z.ZodSafeParseResult<unknown>): Fault[] {
  return result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, value, []));
}

function faultsOf(issue: z.core.$ZodIssue, whole: unknown, above: DocumentPath): Fault[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  const found = inQuotes(valueAt(whole, path));
  const fault = (allowed: string): Fault[] => [
    { path, sentence: `${found} is found; allowed is ${allowed}` },
  ];
  switch (issue.code) {
    case "invalid_type":
      return fault(ownWords(issue) ?? TYPE_WORDS[issue.expected] ?? issue.expected);
    case "invalid_value":
      return fault(issue.values.map((value) => String(value)).join(" or "));
    case "too_small":
      return fault(
        `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum} ${unitOf(issue.origin)}`.trim(),
      );
    case "too_big":
      return fault(
        `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum} ${unitOf(issue.origin)}`.trim(),
      );
    case "not_multiple_of":
      return fault(`a multiple of ${issue.divisor}`);
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        sentence: `"${key}" is not known here; allowed is ${issue.message}`,
      }));
    case "invalid_union":
      return unionFaults(issue, whole, path) ?? fault(issue.message);
    case "invalid_key":
    case "invalid_element":
    case "invalid_format":
      return fault(
        issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message,
      );
    case "custom":
      return [{ path, sentence: issue.message }];
  }
}

/** What the schema itself says is allowed, where it does; zod's own sentence says it in other words than ours. */
function ownWords({ message }: z.core.$ZodIssue): string | null {
  return message.startsWith("Invalid input") ? null : message;
}

/** The faults of the one alternative whose type fits what was found; null where none does, or several do. */
function unionFaults(
  issue: z.core.$ZodIssueInvalidUnion,
  whole: unknown,
  path: DocumentPath,
): Fault[] | null {
  const meant = issue.errors.filter(
    (issues) =>
      !issues.some(
        ({ path, code }) => path.length === 0 && code !== "custom" && code !== "unrecognized_keys",
      ),
  );
  const [only, another] = meant;
  if (only === undefined || another !== undefined) return null;
  return only.flatMap((inner) => faultsOf(inner, whole, path));
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text (in quotes where it looks like a number)",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

function unitOf(origin: string): string {
  if (origin === "string") return "characters";
  return origin === "array" || origin === "set" ? "entries" : "";
}

function valueAt(whole: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    whole,
  );
}

function refusal(what: string, found: readonly LinedFault[]): DeskError {
  const faults = [...found].sort((a, b) => a.line - b.line);
  const lines = faults.map(({ path, line, sentence }) => `${pathInWords(path)}, line ${line}: ${sentence}.`);
  const byPath: Record<string, string> = {};
  for (const { path, line, sentence } of faults) {
    const words = pathInWords(path);
    const others = byPath[words] === undefined ? "" : `${byPath[words]}; `;
    byPath[words] = `${others}line ${line}: ${sentence}`;
  }
  return new DeskError("invalid", [`${what} is not valid:`, ...new Set(lines)].join("\n"), {
    faults: byPath,
  });
}
