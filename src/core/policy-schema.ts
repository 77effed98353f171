// What a policy file looks like: its schema, which editors are given as well, that of the policy as it is stored, and an outline
// of what can be read where a file is faulty.

import { z } from "zod";
import { isDayLength } from "./calendar.ts";
import { allowing, mapping } from "./document.ts";
import { DURATION_ALLOWED, DURATION_PATTERN } from "./duration.ts";
import { hoursFaults, WEEKDAYS } from "./hours.ts";
import { isDate, isZone } from "./zone.ts";

/** Where a ticket stands: new, being worked on, waiting for the customer, waiting for something else, or done. */
export const STATUSES = ["new", "open", "awaiting-response", "on-hold", "closed"] as const;

/** What can be promised; the contract says what meets each. */
export const TARGET_KINDS = ["response", "next-response", "start", "restore", "resolve"] as const;

/** The field that every policy has without declaring it: how the request reached support. Forms do not ask for it. */
export const RECEIVED = {
  id: "received",
  options: ["form", "phone", "mail", "other"],
  default: "form",
} as const;

const text = z.string().min(1).max(2000);
const id = worded(
  /^[a-z0-9][a-z0-9-]{0,39}$/,
  'an id of small letters, digits and hyphens, such as "on-site" (in quotes where it is a number)',
);
const duration = worded(DURATION_PATTERN, DURATION_ALLOWED);
const date = z.string().refine(isDate, allowing('a date such as "2026-12-24"'));

const daySpans = z.union([z.string(), z.array(z.string())], {
  error: 'a span such as "09:00-17:00", or a list of them',
});
/** Weekly hours as a policy or a desk file writes them. */
export const hours = z
  .union([z.literal("always"), z.record(z.string(), daySpans)], {
    error: 'always, or hours by weekday such as { mon-fri: "09:00-17:00" }',
  })
  .superRefine((written, context) => {
    for (const { path, sentence } of hoursFaults(written)) {
      context.addIssue({ code: "custom", path, message: sentence });
    }
  });

const DAY_ALLOWED = 'the length of a working day, more than nothing and at most 24h, such as "8h" or "450m"';
const dayLength = worded(/^\d{1,4}(\.\d{1,3})?[hm]$/, DAY_ALLOWED).refine(isDayLength, allowing(DAY_ALLOWED));

const region = worded(
  /^[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}$/,
  'a country or region such as "US", "GB-ENG" or "US-TX"',
);

const writtenHolidays = z.union(
  [
    z.array(date),
    mapping({
      region,
      also: z.array(date).optional(),
      except: z.array(date).optional(),
    }),
  ],
  { error: "a list of dates, or { region: GB-ENG, also: [dates], except: [dates] }" },
);

/** A calendar as written: in a policy file, or in a question to `belfry clock`. */
export const writtenCalendarSchema = mapping({
  timezone: z
    .string()
    .refine(
      (zone) => zone === "customer" || isZone(zone),
      allowing('customer, or a time zone such as "Europe/Prague"'),
    )
    .optional(),
  hours,
  day: dayLength.optional(),
  holidays: writtenHolidays.optional(),
}).superRefine((calendar, context) => {
  const isPlain = Array.isArray(calendar.holidays)
    ? calendar.holidays.length === 0
    : calendar.holidays === undefined;
  if (calendar.timezone !== undefined || (calendar.hours === "always" && isPlain)) return;
  context.addIssue({
    code: "custom",
    path: ["timezone"],
    message: 'nothing is found; allowed is customer, or a time zone such as "Europe/Prague"',
  });
});

const targetSchema = mapping({
  kind: z.enum(TARGET_KINDS),
  within: duration,
  goal: duration.optional(),
  calendar: id,
  via: text.optional(),
  when: z.record(id, id).optional(),
  clause: text.optional(),
});

const fieldSchema = mapping({
  id,
  ask: text,
  options: z.array(id).min(1),
  default: id.optional(),
});

const writtenPage = z.discriminatedUnion(
  "when",
  [
    mapping({ when: z.literal("always") }),
    mapping({ when: z.literal("outside-hours"), calendar: id, "at-closing": z.boolean().optional() }),
  ],
  { error: "{ when: always }, or { when: outside-hours, calendar: … }" },
);

const resolvedPage = z.union([
  mapping({ when: z.literal("always") }),
  mapping({ when: z.literal("outside-hours"), calendar: id, atClosing: z.boolean() }),
]);

const levelShape = {
  id,
  name: text,
  alias: text.optional(),
  means: text,
  confirm: text.optional(),
  targets: z.array(targetSchema).default([]),
};

const writtenMark = worded(
  /^(?:(?:100|[1-9]\d?)%|[1-9]\d{0,5}[mhd] left|every [1-9]\d{0,5}[mhd] overdue)$/,
  '"80%", "30m left" or "every 1h overdue"',
);

const assumptionSchema = mapping({ id, text, field: text, alternative: z.unknown().optional() });

const noticeSchema = mapping({
  on: z.array(z.enum([...WEEKDAYS, "after-holiday"])).min(1),
  calendar: id,
  say: text,
});

const statuses = z.array(z.enum(STATUSES)).optional();

/** The policy file: its schema is also what editors are given, as JSON Schema. */
export const policyFileSchema = mapping({
  id,
  name: text,
  version: text,
  effective: date,
  source: text.optional(),
  fields: z.array(fieldSchema).default([]),
  calendars: z.record(id, writtenCalendarSchema),
  levels: z.array(mapping({ ...levelShape, page: writtenPage.optional() })).min(1),
  remind: z.array(writtenMark).default([]),
  pause: mapping({
    response: statuses,
    "next-response": statuses,
    start: statuses,
    restore: statuses,
    resolve: statuses,
  }).default({}),
  /** Said to the filer on these days. Absent where there are none: a revision without them stays the one it was. */
  notices: z.array(noticeSchema).optional(),
  assumptions: z.array(assumptionSchema).default([]),
});

/**
 * What can be read of a file, be the rest as wrong as it may: the names in it are checked even where the schema refuses
 * it, so that every fault is told at once.
 */
export const outline = loose({
  fields: listOf({ id: maybe(id), options: z.array(id).catch([]), default: maybe(id) }),
  calendars: z
    .record(
      z.string(),
      loose({ hours: maybe(hours), day: maybe(dayLength), holidays: loose({ region: maybe(region) }) }),
    )
    .catch({}),
  levels: listOf({
    id: maybe(id),
    page: loose({ calendar: maybe(id) }),
    targets: listOf({
      kind: maybe(z.enum(TARGET_KINDS)),
      within: maybe(duration),
      goal: maybe(duration),
      calendar: maybe(id),
      when: z.record(z.string(), z.string()).catch({}),
    }),
  }),
  remind: z.array(maybe(writtenMark.transform(readMark))).catch([]),
  notices: listOf({ calendar: maybe(id) }),
  assumptions: listOf({ id: maybe(id), field: maybe(text), alternative: z.unknown().optional() }),
});

export const policySchema = policyFileSchema.extend({
  calendars: z.record(
    id,
    mapping({
      timezone: z.string(),
      hours,
      day: z.string().optional(),
      holidays: z.array(mapping({ date, name: text.optional() })),
      holidayYears: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
  levels: z.array(mapping({ ...levelShape, page: resolvedPage.optional() })),
  remind: z.array(
    z.union([
      mapping({ kind: z.literal("percent"), percent: z.number() }),
      mapping({ kind: z.enum(["left", "overdue"]), text: duration }),
    ]),
  ),
});

/** What can be read of a policy file that may be faulty. */
export type Outline = z.output<typeof outline>;
/** A reminder mark as it was written: "80%", "30m left", "every 1h overdue". */
export function readMark(written: string): z.output<typeof policySchema>["remind"][number] {
  if (written.endsWith("%")) return { kind: "percent", percent: Number(written.slice(0, -1)) };
  if (written.endsWith(" left")) return { kind: "left", text: written.slice(0, -" left".length) };
  return { kind: "overdue", text: written.slice("every ".length, -" overdue".length) };
}

/** A text of a certain form; `allowed` says which, whether another text is found or none. */
function worded(pattern: RegExp, allowed: string): z.ZodString {
  return z.string({ error: allowed }).regex(pattern, allowed);
}

/** What may be missing or wrong, and is then nothing. */
function maybe<Schema extends z.ZodType>(schema: Schema): z.ZodCatch<z.ZodOptional<Schema>> {
  return schema.optional().catch(undefined);
}

/** A mapping of which each part may be missing or wrong; anything else is read as an empty one. */
function loose<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodPreprocess<z.ZodObject<Shape>> {
  const isMapping = (value: unknown): boolean => typeof value === "object" && !Array.isArray(value);
  return z.preprocess((value) => (isMapping(value) ? (value ?? {}) : {}), z.object(shape));
}

function listOf<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodCatch<z.ZodArray<z.ZodPreprocess<z.ZodObject<Shape>>>> {
  return z.array(loose(shape)).catch([]);
}
