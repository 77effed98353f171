// Finds the faults of a policy file that lie between its parts: names that nothing bears, days of no certain length,
// targets that contradict each other.

import type { Assumption } from "./assumption.ts";
import type { DocumentPath, Fault } from "./document.ts";
import { lengthMs, parseDuration } from "./duration.ts";
import { weekOf, workingDayMs } from "./hours.ts";
import {
  RECEIVED,
  type Field,
  type Mark,
  type PolicySource,
  type Target,
  type WrittenCalendar,
} from "./policy.ts";

/** An entry of a list that could be read, with its place in the list. */
export interface Readable<Value> {
  index: number;
  value: Value;
}

/** What could be read of a policy file, whose other parts may be faulty. A calendar that could not be read is null. */
export interface ReadableFile {
  fields: readonly Readable<Field>[];
  calendars: readonly (readonly [string, WrittenCalendar | null])[];
  levels: readonly ReadableLevel[];
  remind: readonly Readable<Mark>[];
  assumptions: readonly Readable<Assumption>[];
}

interface ReadableLevel {
  id: string;
  page: PolicySource["levels"][number]["page"] | null;
  targets: readonly Readable<Target>[];
}

/** The faults between the parts of a file. */
export function referenceFaults(file: ReadableFile): Fault[] {
  const calendars = new Map(file.calendars);
  const fields = file.fields.map(({ value }) => value);
  return [
    ...repeatedIds("fields", file.fields),
    ...repeatedIds(
      "levels",
      file.levels.map((level, index) => ({ index, value: level })),
    ),
    ...repeatedIds("assumptions", file.assumptions),
    ...file.fields.flatMap(fieldFaults),
    ...file.levels.flatMap((level, index) => [
      ...pageFaults(level, ["levels", index, "page"], calendars),
      ...clashes(level, ["levels", index, "targets"]),
      ...level.targets.flatMap((target) => {
        const path = ["levels", index, "targets", target.index];
        return [
          ...targetFaults(target.value, path, calendars),
          ...conditionFaults(target.value, path, fields),
        ];
      }),
    ]),
    ...file.remind.flatMap((mark) => markFaults(mark, file, calendars)),
  ];
}

type Calendars = ReadonlyMap<string, WrittenCalendar | null>;

function repeatedIds(list: string, items: readonly Readable<{ id: string }>[]): Fault[] {
  return items
    .filter(({ value }, place) => items.findIndex((other) => other.value.id === value.id) < place)
    .filter(({ value }) => value.id !== "")
    .map(({ index, value }) => ({
      path: [list, index, "id"],
      sentence: `"${value.id}" is found a second time; allowed is an id that is used once`,
    }));
}

function fieldFaults({ index, value: field }: Readable<Field>): Fault[] {
  const faults: Fault[] = [];
  const options = field.options.join(", ");
  if (field.id === RECEIVED.id) {
    const sentence = `"${field.id}" is found, a field that every policy has; allowed is another id`;
    faults.push({ path: ["fields", index, "id"], sentence });
  }
  if (field.default !== undefined && !field.options.includes(field.default)) {
    const sentence = `"${field.default}" is found; allowed is one of the options ${options}`;
    faults.push({ path: ["fields", index, "default"], sentence });
  }
  if (new Set(field.options).size < field.options.length) {
    faults.push({
      path: ["fields", index, "options"],
      sentence: `${options} is found; allowed is each option once`,
    });
  }
  return faults;
}

function pageFaults({ page }: ReadableLevel, path: DocumentPath, calendars: Calendars): Fault[] {
  if (page?.when !== "outside-hours" || calendars.has(page.calendar)) return [];
  return [unknownCalendar(page.calendar, [...path, "calendar"], calendars)];
}

function unknownCalendar(name: string, path: DocumentPath, calendars: Calendars): Fault {
  const known = [...calendars.keys()].join(", ") || "none, as the file has no calendars";
  return { path, sentence: `"${name}" is found; allowed is a calendar of this file: ${known}` };
}

function targetFaults(target: Target, path: DocumentPath, calendars: Calendars): Fault[] {
  if (!calendars.has(target.calendar))
    return [unknownCalendar(target.calendar, [...path, "calendar"], calendars)];
  const calendar = calendars.get(target.calendar);
  if (calendar === null || calendar === undefined) return [];
  const faults: Fault[] = [];
  if (weekOf(calendar.hours).every((spans) => spans.length === 0)) {
    const sentence = `"${target.calendar}" is found, which never opens; allowed is a calendar with open hours`;
    faults.push({ path: [...path, "calendar"], sentence });
  }
  const dayMs = dayMsOf(calendar);
  const withinMs = lengthMs(parseDuration(target.within), dayMs);
  const goalMs = target.goal === undefined ? 0 : lengthMs(parseDuration(target.goal), dayMs);
  if (withinMs === null) faults.push(uncertainDay(target.within, target.calendar, [...path, "within"]));
  if (target.goal !== undefined && goalMs === null) {
    faults.push(uncertainDay(target.goal, target.calendar, [...path, "goal"]));
  }
  if (target.goal !== undefined && withinMs !== null && goalMs !== null && goalMs >= withinMs) {
    const sentence = `"${target.goal}" is found; allowed is less than the "${target.within}" of within`;
    faults.push({ path: [...path, "goal"], sentence });
  }
  return faults;
}

function dayMsOf({ hours, day }: WrittenCalendar): number | null {
  return day === undefined ? workingDayMs(weekOf(hours)) : lengthMs(parseDuration(day), null);
}

function uncertainDay(duration: string, calendar: string, path: DocumentPath): Fault {
  const sentence = `"${duration}" is found, and the working days of ${calendar} differ in length; allowed are h and m, or a "day: 8h" in that calendar`;
  return { path, sentence };
}

function conditionFaults({ when = {} }: Target, path: DocumentPath, fields: readonly Field[]): Fault[] {
  return Object.entries(when).flatMap(([name, option]) => {
    const known = [RECEIVED, ...fields];
    const field = known.find(({ id }) => id === name);
    if (field === undefined) {
      const names = known.map(({ id }) => id).join(", ");
      return [
        { path: [...path, "when", name], sentence: `"${name}" is found; allowed is a field: ${names}` },
      ];
    }
    if (field.options.some((allowed) => allowed === option)) return [];
    const sentence = `"${option}" is found; allowed is one of the options ${field.options.join(", ")}`;
    return [{ path: [...path, "when", name], sentence }];
  });
}

/** Two targets of one kind must not apply to the same ticket: it would not be certain which one is promised. */
function clashes({ targets }: ReadableLevel, path: DocumentPath): Fault[] {
  return targets.flatMap(({ index, value: target }, place) => {
    const other = targets
      .slice(0, place)
      .find(({ value }) => value.kind === target.kind && mayMeet(value, target));
    if (other === undefined) return [];
    const sentence = `"${target.kind}" is found, which targets[${other.index}] promises too; allowed is one at a time, told apart by "when"`;
    return [{ path: [...path, index, "kind"], sentence }];
  });
}

function mayMeet({ when: one = {} }: Target, { when: other = {} }: Target): boolean {
  return Object.entries(one).every(([field, option]) => (other[field] ?? option) === option);
}

function markFaults(
  { index, value: mark }: Readable<Mark>,
  file: ReadableFile,
  calendars: Calendars,
): Fault[] {
  if (mark.kind === "percent") return [];
  const names = new Set(file.levels.flatMap(({ targets }) => targets.map(({ value }) => value.calendar)));
  return [...names].flatMap((name) => {
    const calendar = calendars.get(name);
    if (calendar === null || calendar === undefined) return [];
    const ms = lengthMs(parseDuration(mark.text), dayMsOf(calendar));
    return ms === null ? [uncertainDay(mark.text, name, ["remind", index])] : [];
  });
}
