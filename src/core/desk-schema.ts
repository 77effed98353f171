// What a desk file may say, part by part, and how each is read.
import { z } from "zod";
import { allowing, mapping } from "./document.ts";
import { DURATION_ALLOWED, lengthMs, parseDuration } from "./duration.ts";
import { weekOf } from "./hours.ts";
import { hours } from "./policy-schema.ts";
import type { Way } from "./directory.ts";
import type { KeepInStep, Layer, Rotation } from "./roster.ts";
import { isDate, isZone } from "./zone.ts";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const HANDOVER = /^(?:(mon|tue|wed|thu|fri|sat|sun) )?((?:[01]\d|2[0-3]):[0-5]\d)$/;
const SHIFT_LENGTH = /^([1-9]\d?)([wdh])$/;
const UNIT_HOURS: Readonly<Record<string, number>> = { w: 7 * 24, d: 24, h: 1 };
/** Hand-overs and leave outside these years are a slip of the pen. */
const DAY = /^20\d\d-/;
const WALL_TIME = /^(\d{4}-\d\d-\d\d) ((?:[01]\d|2[0-3]):[0-5]\d)$/;
/** Longer ladders would page somebody for days; a mistake rather than a wish. */
const MOST_STEPS = 20;
const MOST_ROUNDS = 20;
/** More people than this are not on one ladder; the page would never end. */
const MOST_ACKNOWLEDGEMENTS = 5;
const MOST_LAYERS = 20;
const MOST_AT_ONCE = 20;

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "an id of small letters, digits and dashes");
const words = z.string().trim().min(1, "some words").max(80, "80 characters at most");
const zone = z.string().refine(isZone, allowing('an IANA time zone, such as "Europe/Prague"'));
const slackPerson = z
  .string()
  .regex(/^([UW][A-Z0-9_]+|[^@\s]+@[^@\s]+)$/, "a Slack member id (U…) or an e-mail address");
/**
 * An id, or a handle: small letters of any script, digits, dots, dashes and underscores. Slack documents no alphabet of
 * handles, so this only keeps slips of the pen out; what Slack does not know is told when it is asked.
 */
const SLACK_GROUP = "(?:S[A-Z0-9]+|@[\\p{Ll}\\p{Lo}\\p{N}][\\p{Ll}\\p{Lo}\\p{M}\\p{N}._-]{0,79})";
const slackGroup = z
  .string()
  .regex(
    new RegExp(`^${SLACK_GROUP}$`, "u"),
    'a Slack user group by its handle in quotes ("@oncall") or its id (S…)',
  );
/** https://learn.microsoft.com/graph/api/teamworktag-post */
const teamsTag = z.string().trim().min(1).max(40);
const teamsPerson = z
  .string()
  .regex(
    /^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[^@\s:]+@[^@\s:]+)$/,
    "the Entra object id of a person in Teams, or an e-mail address",
  )
  .transform((written) => written.toLowerCase());
/** A channel of Slack or of Teams, as an address. From Teams comes a link by "Get link to channel", or the id in it. */
const channel = z
  .string()
  .transform((written) => /^https:\/\/teams\.[^/]+\/l\/channel\/([^/?]+)/.exec(written)?.[1] ?? written)
  .transform((written) => written.replace(/%3a/gi, ":").replace(/%40/g, "@"))
  .pipe(
    z
      .string()
      .regex(
        /^([CG][A-Z0-9_]+|#[^\s#]+|19:[^\s@;|]+@thread\.\w+)$/,
        "a Slack channel id (C…) or #name, or a link to a Teams channel or its id (19:…@thread.tacv2)",
      ),
  )
  .transform((name) => (name.startsWith("19:") ? `teams:${name}` : `slack:${name}`));
const day = z.iso.date("a day such as 2026-01-05");
const startDay = z
  .string()
  .refine((text) => DAY.test(text) && isDate(text), allowing("a day such as 2026-01-05"));
const weeklyHandover = z
  .string()
  .refine(
    (text) => HANDOVER.exec(text)?.[1] !== undefined,
    allowing('a weekday and a time such as "mon 09:00"'),
  )
  .transform(readHandover);
const handover = z
  .string()
  .regex(HANDOVER, 'a weekday and a time such as "mon 09:00", or a time such as "09:00"')
  .transform(readHandover);
const shiftLength = z
  .string()
  .refine(isShiftLength, allowing('weeks, days, or hours that divide 24, such as "1w", "2d" or "12h"'))
  .transform(hoursOf);
const layerHours = hours.refine(
  (written) => weekOf(written).some((spans) => spans.length > 0),
  allowing('some hours, such as { mon-fri: "18:00-08:00" }'),
);
const wallTime = z
  .string()
  .refine(isWallTime, allowing('a day and a time of the wall clock such as "2026-12-24 09:00"'));
const wait = z.string().refine(isWait, allowing(`${DURATION_ALLOWED}, in minutes or hours, at least 1m`));

const person = mapping({
  id,
  name: words,
  slack: slackPerson.optional(),
  teams: teamsPerson.optional(),
  timezone: zone,
  support: z.boolean().default(false),
  clearance: z.array(id).min(1, "at least one clearance").optional(),
});
const customer = mapping({
  key: z.string().regex(/^[A-Z][A-Z0-9]{1,9}$/, "2 to 10 capital letters and digits, such as ACME"),
  name: words,
  policy: id,
  timezone: zone,
  channel: z
    .union([
      channel,
      z
        .array(channel)
        .min(1, "at least one channel")
        .refine(hasOneAPlatform, allowing("one channel on each platform")),
    ])
    .optional(),
  contacts: z.array(id).min(1, "at least one contact"),
  region: id.optional(),
  ladder: z.union([id, z.array(id).min(1, "at least one ladder")]).optional(),
});
const layer = mapping({
  people: z.array(id).min(1, "at least one person"),
  from: startDay,
  handover,
  every: shiftLength.optional(),
  timezone: zone.optional(),
  hours: layerHours.optional(),
});
const keepInStep = mapping({
  group: slackGroup.optional(),
  tag: teamsTag.optional(),
  topic: z.boolean().default(false),
}).transform(({ group, tag, topic }): KeepInStep => ({
  group: group === undefined ? null : `slack:${group}`,
  ...(tag === undefined ? {} : { tag }),
  topic,
}));
/** One weekly layer, written without the word; or layers. */
const rotation = mapping({
  id,
  timezone: zone,
  handover: weeklyHandover.optional(),
  from: day.optional(),
  people: z.array(id).min(1, "at least one person").optional(),
  layers: z.array(layer).min(1, "at least one layer").max(MOST_LAYERS, `${MOST_LAYERS} at most`).optional(),
  "keep-in-step": keepInStep.optional(),
}).transform(({ id, timezone, layers, "keep-in-step": inStep, ...weekly }, context): Rotation => {
  const shown = inStep === undefined ? {} : { keepInStep: inStep };
  const { handover, from, people } = weekly;
  if (layers === undefined && handover !== undefined && from !== undefined && people !== undefined) {
    const { handoverWeekday = 1, handoverTime } = handover;
    return { id, timezone, from, people, handoverWeekday, handoverTime, ...shown };
  }
  const isLayered = layers !== undefined && Object.values(weekly).every((part) => part === undefined);
  if (isLayered) return { id, timezone, layers: layers.map((one) => layerIn(one, timezone)), ...shown };
  for (const part of ["handover", "from", "people"] as const) {
    const isFound = weekly[part] !== undefined;
    if (isFound !== (layers !== undefined)) continue;
    const message = isFound
      ? `"${part}" stands beside layers; allowed is "${part}" in each of them`
      : "nothing is found; allowed is handover, from and people, or else layers";
    context.addIssue({ code: "custom", path: [part], message });
  }
  return z.NEVER;
});
const reach = z
  .string()
  .regex(
    new RegExp(
      `^((primary|secondary) of [a-z0-9][a-z0-9-]*|group ${SLACK_GROUP}|way [a-z0-9][a-z0-9-]*|[a-z0-9][a-z0-9-]{0,39})$`,
      "u",
    ),
    'primary, secondary, "primary of" another rotation, a person, channel, "group" and the handle of a Slack user group (@oncall) or its id (S…), or "way" and its id',
  );
const step = mapping({
  page: z.union([
    reach,
    z
      .array(reach)
      .min(1, "at least one")
      .max(MOST_AT_ONCE, `${MOST_AT_ONCE} at most`)
      .refine((all) => new Set(all).size === all.length, allowing("each once")),
  ]),
  here: z.boolean().default(false),
  wait,
});
const scope = mapping({
  policies: z.array(id).min(1, "at least one policy").optional(),
  levels: z.array(z.string().min(1)).min(1, "at least one level").optional(),
  hours: layerHours.optional(),
  timezone: zone.optional(),
});
const ladder = mapping({
  id,
  rotation: id,
  region: id.optional(),
  for: scope.optional(),
  steps: z.array(step).min(1, "at least one step").max(MOST_STEPS, `${MOST_STEPS} steps at most`),
  rounds: z.int().min(1, "1 or more").max(MOST_ROUNDS, `${MOST_ROUNDS} at most`).default(1),
  acknowledgements: z
    .int()
    .min(1, "1 or more")
    .max(MOST_ACKNOWLEDGEMENTS, `${MOST_ACKNOWLEDGEMENTS} at most`)
    .default(1),
  unanswered: wait.optional(),
});
const leave = mapping({ person: id, from: wallTime, to: wallTime }).check(endsAfterItBegins);
const override = mapping({
  rotation: id,
  person: id,
  role: z.enum(["primary", "secondary"]).default("primary"),
  from: wallTime,
  to: wallTime,
}).check(endsAfterItBegins);
const secretName = z
  .string()
  .refine(isSecretName, allowing("the name of an environment variable that ends in _KEY, _SECRET or _TOKEN"));
const webAddress = z
  .string()
  .refine(
    isSafeUrl,
    allowing("an address with https, without a password in it; http only on this machine (127.0.0.1)"),
  );
const mailAddress = z
  .string()
  .regex(/^[^@\s:,;<>"]+@[^@\s:,;<>"]+$/, "a mail address such as sam@vendor.example");
/** One of three; what each needs stands beside it. */
const way = mapping({
  id,
  webhook: webAddress.optional(),
  pagerduty: secretName.optional(),
  mail: mailAddress.optional(),
  secret: secretName.optional(),
  url: webAddress.optional(),
}).transform(({ id, webhook, pagerduty, mail, secret, url }, context): Way => {
  const kinds = [webhook, pagerduty, mail].filter((kind) => kind !== undefined);
  if (kinds.length === 1) {
    if (webhook !== undefined && secret !== undefined && url === undefined)
      return { id, address: `webhook:${id}`, url: webhook, secretFrom: secret };
    if (pagerduty !== undefined && secret === undefined)
      return { id, address: `pagerduty:${id}`, ...(url === undefined ? {} : { url }), secretFrom: pagerduty };
    if (mail !== undefined && secret === undefined && url === undefined)
      return { id, address: `mail:${mail}` };
  }
  context.addIssue({
    code: "custom",
    message:
      "is no way out; allowed is webhook and secret, or pagerduty (and url for another region), or mail, and nothing beside",
  });
  return z.NEVER;
});
/** The desk file. */
export const deskFile = mapping({
  people: z.array(person).min(1, "at least one person"),
  customers: z.array(customer).min(1, "at least one customer"),
  channels: mapping({ support: channel, "on-call": channel }),
  rotations: z.array(rotation).default([]),
  ladders: z.array(ladder).default([]),
  leave: z.array(leave).default([]),
  overrides: z.array(override).default([]),
  ways: z.array(way).default([]),
  policies: z.array(z.string().min(1)).default([]),
});

/** A ladder as the desk file writes it. */
export type WrittenLadder = z.output<typeof ladder>;

/** The milliseconds of a wait such as "5m". */
export function waitMs(text: string): number {
  return lengthMs(parseDuration(text), null) ?? 0;
}

function hasOneAPlatform(channels: readonly string[]): boolean {
  const platforms = channels.map((address) => address.split(":")[0]);
  return new Set(platforms).size === platforms.length;
}

function isWait(text: string): boolean {
  return /^\d+[mh]$/.test(text) && waitMs(text) >= 60_000;
}

interface WrittenHandover {
  /** Absent where it is a time alone. */
  handoverWeekday?: number;
  handoverTime: string;
}

function readHandover(text: string): WrittenHandover {
  const [, weekday, handoverTime = ""] = HANDOVER.exec(text) ?? [];
  if (weekday === undefined) return { handoverTime };
  return { handoverWeekday: WEEKDAYS.indexOf(weekday) + 1, handoverTime };
}

function hoursOf(shiftLength: string): number {
  const [, amount, unit = ""] = SHIFT_LENGTH.exec(shiftLength) ?? [];
  return Number(amount) * (UNIT_HOURS[unit] ?? 0);
}

function isShiftLength(text: string): boolean {
  return SHIFT_LENGTH.test(text) && (!text.endsWith("h") || 24 % hoursOf(text) === 0);
}

/** A layer in the zone of its rotation, unless it names its own. A hand-over on a weekday comes each week, another each day. */
function layerIn(written: z.output<typeof layer>, rotationZone: string): Layer {
  const { people, from, handover, every, timezone = rotationZone, hours = null } = written;
  const { handoverWeekday = null, handoverTime } = handover;
  const everyHours = every ?? (handoverWeekday === null ? 24 : 7 * 24);
  return { people, from, handoverWeekday, handoverTime, everyHours, timezone, hours };
}

function isWallTime(text: string): boolean {
  const [, date = ""] = WALL_TIME.exec(text) ?? [];
  return DAY.test(date) && isDate(date);
}

/**
 * A variable that says of itself that it is a secret, and is none of those that open Slack: whoever writes a desk file can
 * send no other setting out.
 */
function isSecretName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*_(KEY|SECRET|TOKEN)$/.test(name) && !/^(SLACK|TEAMS)_/.test(name);
}

function isSafeUrl(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, hostname, username, password } = new URL(written);
  if (username !== "" || password !== "") return false;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && isLocal);
}

/** Both are of one wall clock, where later times are later in the alphabet too. */
function endsAfterItBegins({
  value: { from, to },
  issues,
}: z.core.ParsePayload<{ from: string; to: string }>): void {
  if (from < to || !isWallTime(from) || !isWallTime(to)) return;
  const message = `"${to}" is found; allowed is a time after "${from}"`;
  issues.push({ code: "custom", path: ["to"], message, input: to });
}
