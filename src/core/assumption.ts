// Finds, checks and switches assumptions: places of a policy file that its author chose, each with another value to choose.

import type { DocumentPath, Fault } from "./document.ts";
import { DeskError } from "./errors.ts";

/** A choice that the policy's source leaves open: what was assumed, where it stands, and what may stand there instead. */
export interface Assumption {
  id: string;
  text: string;
  /** A path in the file, such as "calendars.uk.timezone" or "levels.urgent.targets.response.within". */
  field: string;
  /** Absent where there is nothing to switch to. */
  alternative?: unknown;
}

/**
 * What is wrong with the assumptions of a file: a field that does not exist, or an alternative with which the file would
 * not be valid, which `faultsOf` decides.
 */
export function assumptionFaults(
  file: unknown,
  assumptions: readonly { field?: string | undefined; alternative?: unknown }[],
  faultsOf: (file: unknown) => readonly Fault[],
): Fault[] {
  const already = new Set(faultsOf(file).map(({ sentence }) => sentence));
  return assumptions.flatMap((assumption, index) => {
    if (assumption.field === undefined) return [];
    const path = pathOf(file, assumption.field);
    if (path === null) {
      const sentence = `"${assumption.field}" is found; allowed is the path of something in this file, such as "calendars.office.hours"`;
      return [{ path: ["assumptions", index, "field"], sentence }];
    }
    if (!("alternative" in assumption)) return [];
    return faultsOf(withValue(file, path, assumption.alternative))
      .filter(({ sentence }) => !already.has(sentence))
      .map(({ sentence }) => ({
        path: ["assumptions", index, "alternative"],
        sentence: `put at ${assumption.field}, it makes the file invalid: ${sentence}`,
      }));
  });
}

/**
 * The assumptions that concern a ticket of a level: those about the level itself, about the calendars by which it counts or pages,
 * and about what pauses its targets.
 */
export function assumptionsAbout(
  assumptions: readonly Assumption[],
  level: string,
  { calendars, kinds }: { calendars: readonly string[]; kinds: readonly string[] },
): Assumption[] {
  const concerned: Readonly<Record<string, readonly string[]>> = { levels: [level], calendars, pause: kinds };
  return assumptions.filter(({ field }) => {
    const [part = "", which] = field.split(".");
    const concerns = Object.hasOwn(concerned, part) ? concerned[part] : undefined;
    return which === undefined || concerns === undefined || concerns.includes(which);
  });
}

/** The file with the alternatives of some assumptions in the place of what was assumed. */
export function withAlternatives(
  file: unknown,
  assumptions: readonly Assumption[],
  ids: readonly string[],
): unknown {
  return ids.reduce((switched, id) => {
    const assumption = assumptions.find((each) => each.id === id);
    const known = assumptions.map((each) => each.id).join(", ") || "none";
    if (assumption === undefined) {
      throw new DeskError("not-found", `"${id}" is no assumption of this policy; it has ${known}.`);
    }
    const path = pathOf(switched, assumption.field);
    if (path === null || !("alternative" in assumption)) {
      throw new DeskError("invalid", `The assumption "${id}" has no alternative to switch to.`);
    }
    return withValue(switched, path, assumption.alternative);
  }, file);
}

/** Where a dotted path leads; in a list a step is the id or the kind of an entry, or its index from 0. */
function pathOf(file: unknown, field: string): DocumentPath | null {
  const path: (string | number)[] = [];
  let value = file;
  for (const step of field.split(".")) {
    const key = Array.isArray(value) ? indexOf(value, step) : step;
    if (!hasKey(value, key)) return null;
    path.push(key);
    value = value[key];
  }
  return path;
}

function indexOf(list: readonly unknown[], step: string): number {
  const named = list.findIndex((entry) => hasKey(entry, "id") && entry["id"] === step);
  if (named >= 0) return named;
  const ofKind = list.findIndex((entry) => hasKey(entry, "kind") && entry["kind"] === step);
  if (ofKind >= 0) return ofKind;
  return /^\d+$/.test(step) ? Number(step) : -1;
}

function withValue(file: unknown, [step, ...rest]: DocumentPath, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(file)) {
    return file.map((entry: unknown, index) => (index === step ? withValue(entry, rest, value) : entry));
  }
  const mapping = hasKey(file, step) ? file : {};
  return { ...mapping, [step]: withValue(mapping[step], rest, value) };
}

function hasKey(value: unknown, key: string | number): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}
