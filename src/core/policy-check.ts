// Finds the faults of a policy file that lie between its parts: names that nothing bears, days of no certain length,
// targets that contradict each other.

import type { DocumentPath, Fault } from "./document.ts";
import { lengthMs, parseDuration } from "./duration.ts";
import { weekOf, workingDayMs } from "./hours.ts";
import { RECEIVED, type Outline } from "./policy-schema.ts";

type Field = Outline["fields"][number];
type Level = Outline["levels"][number];
type Target = Level["targets"][number];
type Mark = Outline["remind"][number];
type Calendars = Outline["calendars"];

/**
 * The faults between the parts of a file, and between the file and the world, of which `knowsRegion` knows the holidays.
 * What the schema refuses is left out of the outline, and of this.
 */
export function referenceFaults(file: Outline, knowsRegion: (region: string) => boolean): Fault[] {
  return [
    ...Object.entries(file.calendars).flatMap(([name, { holidays }]) =>
      regionFaults(holidays.region, ["calendars", name, "holidays", "region"], knowsRegion),
    ),
    ...repeatedIds("fields", file.fields),
    ...repeatedIds("levels", file.levels),
    ...repeatedIds("assumptions", file.assumptions),
    ...file.fields.flatMap((field, index) => fieldFaults(field, ["fields", index])),
    ...file.levels.flatMap((level, index) => [
      ...unknownCalendar(level.page.calendar, ["levels", index, "page", "calendar"], file.calendars),
      ...clashes(level, ["levels", index, "targets"]),
      ...level.targets.flatMap((target, place) => {
        const path = ["levels", index, "targets", place];
        return [...targetFaults(target, path, file.calendars), ...conditionFaults(target, path, file.fields)];
      }),
    ]),
    ...file.notices.flatMap(({ calendar }, index) =>
      unknownCalendar(calendar, ["notices", index, "calendar"], file.calendars),
    ),
    ...file.remind.flatMap((mark, index) => markFaults(mark, ["remind", index], file)),
  ];
}

function regionFaults(
  region: string | undefined,
  path: DocumentPath,
  knowsRegion: (region: string) => boolean,
): Fault[] {
  if (region === undefined || knowsRegion(region)) return [];
  const sentence = `"${region}" is found, whose holidays are not known; allowed is a country or region such as "US", "GB-ENG" or "US-TX"`;
  return [{ path, sentence }];
}

function repeatedIds(list: string, items: readonly { id?: string | undefined }[]): Fault[] {
  return items.flatMap(({ id }, index) => {
    if (id === undefined || items.findIndex((other) => other.id === id) === index) return [];
    const sentence = `"${id}" is found a second time; allowed is an id that is used once`;
    return [{ path: [list, index, "id"], sentence }];
  });
}

function fieldFaults({ id, options, default: usual }: Field, path: DocumentPath): Fault[] {
  const faults: Fault[] = [];
  const list = options.join(", ");
  if (id === RECEIVED.id) {
    const sentence = `"${id}" is found, a field that every policy has; allowed is another id`;
    faults.push({ path: [...path, "id"], sentence });
  }
  if (usual !== undefined && options.length > 0 && !options.includes(usual)) {
    const sentence = `"${usual}" is found; allowed is one of the options ${list}`;
    faults.push({ path: [...path, "default"], sentence });
  }
  if (new Set(options).size < options.length) {
    faults.push({ path: [...path, "options"], sentence: `${list} is found; allowed is each option once` });
  }
  return faults;
}

function unknownCalendar(name: string | undefined, path: DocumentPath, calendars: Calendars): Fault[] {
  if (name === undefined || Object.hasOwn(calendars, name)) return [];
  const known = Object.keys(calendars).join(", ") || "none, as the file has no calendars";
  return [{ path, sentence: `"${name}" is found; allowed is a calendar of this file: ${known}` }];
}

function targetFaults(target: Target, path: DocumentPath, calendars: Calendars): Fault[] {
  return [
    ...unknownCalendar(target.calendar, [...path, "calendar"], calendars),
    ...closedCalendar(target.calendar, [...path, "calendar"], calendars),
    ...uncertainDay(target.within, target.calendar, [...path, "within"], calendars),
    ...uncertainDay(target.goal, target.calendar, [...path, "goal"], calendars),
    ...lateGoal(target, [...path, "goal"], calendars),
  ];
}

function closedCalendar(name: string | undefined, path: DocumentPath, calendars: Calendars): Fault[] {
  const hours = calendarNamed(name, calendars)?.hours;
  if (hours === undefined || weekOf(hours).some((spans) => spans.length > 0)) return [];
  return [{ path, sentence: `"${name}" is found, which never opens; allowed is a calendar with open hours` }];
}

/** Days are refused where the working days of the calendar differ in length, and it does not say how long one is. */
function uncertainDay(
  duration: string | undefined,
  calendar: string | undefined,
  path: DocumentPath,
  calendars: Calendars,
): Fault[] {
  const hours = calendarNamed(calendar, calendars)?.hours;
  const hasNoDays = hours === undefined || weekOf(hours).every((spans) => spans.length === 0);
  if (duration === undefined || hasNoDays || msOf(duration, calendar, calendars) !== null) return [];
  const sentence = `"${duration}" is found, and the working days of ${calendar} differ in length; allowed are h and m, or a "day: 8h" in that calendar`;
  return [{ path, sentence }];
}

function lateGoal({ goal, within, calendar }: Target, path: DocumentPath, calendars: Calendars): Fault[] {
  if (goal === undefined || within === undefined) return [];
  const goalMs = msOf(goal, calendar, calendars);
  const withinMs = msOf(within, calendar, calendars);
  if (goalMs === null || withinMs === null || goalMs < withinMs) return [];
  return [{ path, sentence: `"${goal}" is found; allowed is less than the "${within}" of within` }];
}

function msOf(duration: string, calendar: string | undefined, calendars: Calendars): number | null {
  const { hours = {}, day } = calendarNamed(calendar, calendars) ?? {};
  const dayMs = day === undefined ? workingDayMs(weekOf(hours)) : lengthMs(parseDuration(day), null);
  return lengthMs(parseDuration(duration), dayMs);
}

function calendarNamed(name: string | undefined, calendars: Calendars): Calendars[string] | undefined {
  return name !== undefined && Object.hasOwn(calendars, name) ? calendars[name] : undefined;
}

function conditionFaults({ when }: Target, path: DocumentPath, fields: readonly Field[]): Fault[] {
  const optionsOf = new Map<string | undefined, readonly string[]>([
    [RECEIVED.id, RECEIVED.options],
    ...fields.map(({ id, options }) => [id, options] as const),
  ]);
  return Object.entries(when).flatMap(([name, option]) => {
    const options = optionsOf.get(name);
    if (options?.includes(option) === true) return [];
    const sentence =
      options === undefined
        ? `"${name}" is found; allowed is a field: ${[...optionsOf.keys()].join(", ")}`
        : `"${option}" is found; allowed is one of the options ${options.join(", ")}`;
    return [{ path: [...path, "when", name], sentence }];
  });
}

/** Two targets of one kind must not apply to the same ticket: it would not be certain which one is promised. */
function clashes({ targets }: Level, path: DocumentPath): Fault[] {
  return targets.flatMap((target, index) => {
    const other = targets.findIndex(({ kind, when }) => kind === target.kind && mayMeet(when, target.when));
    if (target.kind === undefined || other === index) return [];
    const sentence = `"${target.kind}" is found, which targets[${other}] promises too; allowed is one at a time, told apart by "when"`;
    return [{ path: [...path, index, "kind"], sentence }];
  });
}

/** Whether some ticket meets both conditions: it does unless they want different options of one field. */
function mayMeet(one: Target["when"], other: Target["when"]): boolean {
  return Object.entries(one).every(([field, option]) => (other[field] ?? option) === option);
}

function markFaults(mark: Mark, path: DocumentPath, { levels, calendars }: Outline): Fault[] {
  if (mark === undefined || mark.kind === "percent") return [];
  const used = new Set(levels.flatMap(({ targets }) => targets.map(({ calendar }) => calendar)));
  return [...used].flatMap((calendar) => uncertainDay(mark.text, calendar, path, calendars));
}
