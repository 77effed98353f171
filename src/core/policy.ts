// A support policy: what each level promises, in which calendar, when to remind and when to page. Reads the file, and
// answers what a ticket is promised.
//
// A policy goes through two stages. `parsePolicy` reads the file as its author wrote it; `resolvePolicy` puts the dates of
// a region's holidays in, which gives plain data that is stored with the revision, so that no upgrade changes an old ticket.

import { z } from "zod";
import { assumptionFaults, withAlternatives } from "./assumption.ts";
import { compileCalendar, isOpen, type Calendar, type Holiday } from "./calendar.ts";
import { deadline, durationMs } from "./clock.ts";
import { faultsBySchema, readDocument, type Fault } from "./document.ts";
import { DeskError } from "./errors.ts";
import { hoursDoubts } from "./hours.ts";
import { referenceFaults } from "./policy-check.ts";
import { outline, policyFileSchema, policySchema, readMark, RECEIVED } from "./policy-schema.ts";
import type { STATUSES, TARGET_KINDS, writtenCalendarSchema } from "./policy-schema.ts";
import { recent } from "./recent.ts";

/** Where a ticket stands. */
export type Status = (typeof STATUSES)[number];
/** What can be promised. */
export type TargetKind = (typeof TARGET_KINDS)[number];
/** A policy as its author wrote it; holidays may still be named by region. */
export type PolicySource = z.output<typeof policyFileSchema>;
/** A calendar as its author wrote it; `timezone` may be "customer". */
export type WrittenCalendar = z.output<typeof writtenCalendarSchema>;
/** A policy with all its holidays as dates: plain data, as it is stored with its revision. */
export type Policy = z.output<typeof policySchema>;
/** One level of severity, with what it promises and when it pages. */
export type Level = Policy["levels"][number];
/** One promise of a level: what, within which time, by which calendar. */
export type Target = Level["targets"][number];
/** A question of the form that targets may depend on. */
export type Field = Policy["fields"][number];
/** A calendar with its holidays as dates; `timezone` may be "customer". */
export type PolicyCalendar = Policy["calendars"][string];

/** Gives the holidays of a region ("GB-ENG") in years from the first to the last; refuses a region that it does not know. */
export type HolidaysOf = (region: string, years: readonly [number, number]) => readonly Holiday[];

/** A target that a ticket is given at filing, with the instants that it promises. */
export interface Promised {
  target: Target;
  deadline: Date;
  goal: Date | null;
}

/** The years for which a region's holidays are looked up; a calendar that uses a region serves no others. */
const HOLIDAY_YEARS: [number, number] = [2015, 2045];
const CALENDAR_LIMIT = 1000;

const compiled = recent<Calendar>(CALENDAR_LIMIT);
const keys = new WeakMap<PolicyCalendar, number>();
const keysByContent = recent<number>(CALENDAR_LIMIT);
let lastKey = 0;

/**
 * Reads a policy file. `what` names it in the refusal, which tells every fault at once; `knowsRegion` says whether a region
 * has holidays to look up.
 */
export function parsePolicy(
  text: string,
  what = "This policy",
  knowsRegion: (region: string) => boolean = () => true,
): PolicySource {
  return readDocument(text, policyFileSchema, what, (file) => {
    const parts = outline.parse(file);
    return [
      ...referenceFaults(parts, knowsRegion),
      ...assumptionFaults(file, parts.assumptions, (changed) => fileFaults(changed, knowsRegion)),
    ];
  });
}

/** What is allowed in a policy and yet seldom meant, a sentence each. */
export function policyDoubts(source: PolicySource): string[] {
  return Object.entries(source.calendars).flatMap(([name, { hours }]) =>
    hoursDoubts(hours).map(({ path, sentence }) => `calendars.${name}.hours.${path.join(".")}: ${sentence}.`),
  );
}

/** The policy with some of its assumptions switched to their alternatives. */
export function switchAssumptions(source: PolicySource, ids: readonly string[]): PolicySource {
  const switched = withAlternatives(source, source.assumptions, ids);
  const faults = fileFaults(switched, () => true);
  if (faults.length === 0) return policyFileSchema.parse(switched);
  const sentences = faults.map(({ sentence }) => sentence).join("; ");
  throw new DeskError("invalid", `These alternatives do not go together: ${sentences}.`);
}

/** The policy with every holiday as a date. */
export function resolvePolicy(source: PolicySource, holidaysOf: HolidaysOf): Policy {
  const calendars = Object.entries(source.calendars).map(
    ([name, calendar]) => [name, resolveCalendar(calendar, holidaysOf)] as const,
  );
  return {
    ...source,
    calendars: Object.fromEntries(calendars),
    levels: source.levels.map(({ page, ...level }) =>
      page === undefined ? level : { ...level, page: resolvePage(page) },
    ),
    remind: source.remind.map(readMark),
  };
}

/** A written calendar with its holidays as dates. */
export function resolveCalendar(written: WrittenCalendar, holidaysOf: HolidaysOf): PolicyCalendar {
  const { timezone = "Etc/UTC", hours, day, holidays = [] } = written;
  const plain = { timezone, hours, ...(day === undefined ? {} : { day }) };
  if (Array.isArray(holidays)) return { ...plain, holidays: holidays.map((date) => ({ date })) };
  const { region, also = [], except = [] } = holidays;
  const [first, last] = HOLIDAY_YEARS;
  const named = holidaysOf(region, [first - 1, last + 1]).filter(({ date }) => !except.includes(date));
  const added = also.filter((date) => !named.some((known) => known.date === date)).map((date) => ({ date }));
  return { ...plain, holidays: [...named, ...added], holidayYears: HOLIDAY_YEARS };
}

/** A policy from what the store kept of it. */
export function policyFromStored(json: unknown): Policy {
  const result = policySchema.safeParse(json);
  if (result.success) return result.data;
  throw new DeskError("internal", "A stored policy cannot be read.", { cause: result.error });
}

/** The JSON Schema of a policy file, for editors. */
export function policySchemaJson(): unknown {
  return z.toJSONSchema(policyFileSchema, { io: "input" });
}

/** The level with an id, or a refusal that names those there are. */
export function levelOf(policy: Policy, levelId: string): Level {
  const level = policy.levels.find(({ id }) => id === levelId);
  if (level !== undefined) return level;
  const known = policy.levels.map(({ id }) => id).join(", ");
  throw new DeskError("invalid", `"${levelId}" is no level of ${policy.id}; it has ${known}.`);
}

/** A policy's calendar in the zone of a customer, who may be without one where the calendar has its own. */
export function calendarOf(policy: Policy, calendarId: string, customerZone: string | null): Calendar {
  const calendar = Object.hasOwn(policy.calendars, calendarId) ? policy.calendars[calendarId] : undefined;
  if (calendar === undefined) throw new DeskError("invalid", `${policy.id} has no calendar "${calendarId}".`);
  return calendarIn(calendar, customerZone);
}

/** The targets of a level that apply to a ticket, in the policy's order. Fields that are not given take their defaults. */
export function targetsFor(
  policy: Policy,
  levelId: string,
  attributes: Readonly<Record<string, string>>,
): Target[] {
  const values = fieldValues(policy, attributes);
  return levelOf(policy, levelId).targets.filter(({ when = {} }) =>
    Object.entries(when).every(([field, option]) => values.get(field) === option),
  );
}

/** What a ticket is promised when it is filed. `next-response` is not among it: it starts when the customer writes again. */
export function promises(
  policy: Policy,
  levelId: string,
  attributes: Readonly<Record<string, string>>,
  openedAt: Date,
  customerZone: string | null,
): Promised[] {
  return targetsFor(policy, levelId, attributes)
    .filter(({ kind }) => kind !== "next-response")
    .map((target) => {
      const calendar = calendarOf(policy, target.calendar, customerZone);
      const after = (text: string): Date | null => deadline(calendar, openedAt, durationMs(text, calendar));
      const due = after(target.within);
      if (due === null) throw new DeskError("internal", "A deadline without pauses must come.");
      return { target, deadline: due, goal: target.goal === undefined ? null : after(target.goal) };
    });
}

/** Whether a ticket of a level that is filed, or raised to it, at an instant is paged at once. */
export function pagesAt(policy: Policy, level: Level, at: Date, customerZone: string | null): boolean {
  if (level.page === undefined) return false;
  return level.page.when === "always" || !isOpen(calendarOf(policy, level.page.calendar, customerZone), at);
}

function resolvePage(page: NonNullable<PolicySource["levels"][number]["page"]>): NonNullable<Level["page"]> {
  if (page.when === "always") return page;
  return { when: page.when, calendar: page.calendar, atClosing: page["at-closing"] ?? true };
}

function fieldValues(policy: Policy, attributes: Readonly<Record<string, string>>): Map<string, string> {
  const fields = [RECEIVED, ...policy.fields];
  for (const [name, value] of Object.entries(attributes)) {
    const field = fields.find(({ id }) => id === name);
    if (field === undefined) {
      const known = policy.fields.map(({ id }) => id).join(", ") || "none";
      throw new DeskError("invalid", `"${name}" is no field of ${policy.id}; it has ${known}.`);
    }
    if (!field.options.some((option) => option === value)) {
      throw new DeskError(
        "invalid",
        `"${value}" is no option of ${name}; it has ${field.options.join(", ")}.`,
      );
    }
  }
  return new Map(
    fields.flatMap(({ id, default: usual }) => {
      const value = Object.hasOwn(attributes, id) ? attributes[id] : usual;
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}

/** A calendar in the zone of a customer: compiled once, and kept while it is in use. */
function calendarIn(calendar: PolicyCalendar, customerZone: string | null): Calendar {
  const timezone = calendar.timezone === "customer" ? customerZone : calendar.timezone;
  if (timezone === null) {
    throw new DeskError("invalid", "This calendar keeps the customer's time: say the customer's time zone.");
  }
  return compiled(`${keyOf(calendar)} ${timezone}`, () => compileCalendar({ ...calendar, timezone }));
}

/** A short key for a calendar's content, so that equal calendars of several policies and revisions are compiled once. */
function keyOf(calendar: PolicyCalendar): number {
  const known = keys.get(calendar);
  if (known !== undefined) return known;
  const key = keysByContent(JSON.stringify(calendar), () => (lastKey += 1));
  keys.set(calendar, key);
  return key;
}

/** Every fault that a file has beside its assumptions. */
function fileFaults(file: unknown, knowsRegion: (region: string) => boolean): Fault[] {
  return [...faultsBySchema(file, policyFileSchema), ...referenceFaults(outline.parse(file), knowsRegion)];
}
