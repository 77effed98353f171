// The desk file: who the customers, people, channels, rotations and ladders are. Read once, whole, with every fault at once.
import { z } from "zod";
import { isZone } from "./zone.ts";
import { allowing, mapping, readDocument, type Fault } from "./document.ts";
import { DURATION_ALLOWED, lengthMs, parseDuration } from "./duration.ts";
import { isRole, type Ladder } from "./paging.ts";
import type { Rotation } from "./roster.ts";

/**
 * Where somebody or something is found on a platform: "slack:U012AB", or as it was written, "slack:#support" or
 * "slack:mara@vendor.example". Only chat adapters look inside.
 */
export type Address = string;

/** Somebody whom the desk knows. A person of the support team serves customers; every other person files for one or more. */
export interface Person {
  id: string;
  name: string;
  addresses: readonly Address[];
  timezone: string;
  isSupport: boolean;
}

/** Who files tickets, under which policy, and who is called when it is urgent. */
export interface Customer {
  /** The first half of a ticket's number: "ACME". */
  key: string;
  name: string;
  policy: string;
  /** Zone that the policy's 'customer' calendars count in. */
  timezone: string;
  /** The customer's own channel, or null. */
  channel: Address | null;
  contacts: readonly string[];
  /** Id of the ladder by which its urgent tickets page, or null where the desk has none. */
  ladder: string | null;
}

/** The desk as its file describes it. */
export interface Directory {
  people: readonly Person[];
  customers: readonly Customer[];
  channels: { support: Address; onCall: Address };
  rotations: readonly Rotation[];
  ladders: readonly Ladder[];
  /** Paths of policy files beside the presets, relative to the desk file. */
  policyFiles: readonly string[];
}

/**
 * Reads a desk file.
 * @throws DeskError "invalid" that lists every fault with its path and line.
 */
export function parseDirectory(text: string): Directory {
  const file = readDocument(text, deskFile, "The desk file", danglingNames);
  const [firstLadder] = file.ladders;
  return {
    people: file.people.map(({ id, name, slack, timezone, support }) => ({
      id,
      name,
      timezone,
      addresses: slack === undefined ? [] : [`slack:${slack}`],
      isSupport: support,
    })),
    customers: file.customers.map(({ channel, ladder, ...customer }) => ({
      ...customer,
      channel: channel === undefined ? null : `slack:${channel}`,
      ladder: ladder ?? firstLadder?.id ?? null,
    })),
    channels: { support: `slack:${file.channels.support}`, onCall: `slack:${file.channels["on-call"]}` },
    rotations: file.rotations.map(({ handover, ...rotation }) => ({ ...rotation, ...handover })),
    ladders: file.ladders.map(({ steps, ...ladder }) => ({
      ...ladder,
      steps: steps.map(({ page, here, wait }) => ({ reach: page, here, waitMs: waitMs(wait) })),
    })),
    policyFiles: file.policies,
  };
}

/** The ladder by which a customer's urgent tickets page and the rotation that it asks, or null for what the desk lacks. */
export function ladderOf(
  customer: Customer,
  directory: Directory,
): { ladder: Ladder | null; rotation: Rotation | null } {
  const ladder = directory.ladders.find(({ id }) => id === customer.ladder) ?? null;
  return { ladder, rotation: directory.rotations.find(({ id }) => id === ladder?.rotation) ?? null };
}

/** Every address of a directory, as written. */
export function addressesOf({ people, customers, channels }: Directory): Address[] {
  const all = [
    ...people.flatMap(({ addresses }) => addresses),
    ...customers.flatMap(({ channel }) => (channel === null ? [] : [channel])),
    channels.support,
    channels.onCall,
  ];
  return [...new Set(all)];
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const HANDOVER = /^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):([0-5]\d)$/;
/** Longer ladders would page somebody for days; a mistake rather than a wish. */
const MOST_STEPS = 20;
const MOST_ROUNDS = 20;

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, allowing("an id of small letters, digits and dashes"));
const words = z.string().trim().min(1, "some words").max(80, "80 characters at most");
const zone = z.string().refine(isZone, allowing('an IANA time zone, such as "Europe/Prague"'));
const slackPerson = z
  .string()
  .regex(/^([UW][A-Z0-9_]+|[^@\s]+@[^@\s]+)$/, allowing("a Slack member id (U…) or an e-mail address"));
const slackChannel = z
  .string()
  .regex(/^([CG][A-Z0-9_]+|#[^\s#]+)$/, allowing("a Slack channel id (C…) or #name"));
const day = z.iso.date(allowing("a day such as 2026-01-05"));
const handover = z
  .string()
  .regex(HANDOVER, allowing('a weekday and a time such as "mon 09:00"'))
  .transform((text) => {
    const [weekday = "", time = ""] = text.split(" ");
    return { handoverWeekday: WEEKDAYS.indexOf(weekday) + 1, handoverTime: time };
  });
const wait = z.string().refine(isWait, allowing(`${DURATION_ALLOWED}, in minutes or hours, at least 1m`));

const person = mapping({
  id,
  name: words,
  slack: slackPerson.optional(),
  timezone: zone,
  support: z.boolean().default(false),
});
const customer = mapping({
  key: z.string().regex(/^[A-Z][A-Z0-9]{1,9}$/, allowing("2 to 10 capital letters and digits, such as ACME")),
  name: words,
  policy: id,
  timezone: zone,
  channel: slackChannel.optional(),
  contacts: z.array(id).min(1, "at least one contact"),
  ladder: id.optional(),
});
const rotation = mapping({
  id,
  timezone: zone,
  handover,
  from: day,
  people: z.array(id).min(1, "at least one person"),
});
const step = mapping({ page: id, here: z.boolean().default(false), wait });
const ladder = mapping({
  id,
  rotation: id,
  steps: z.array(step).min(1, "at least one step").max(MOST_STEPS, `${MOST_STEPS} steps at most`),
  rounds: z.int().min(1, "1 or more").max(MOST_ROUNDS, `${MOST_ROUNDS} at most`).default(1),
});
const deskFile = mapping({
  people: z.array(person).min(1, "at least one person"),
  customers: z.array(customer).min(1, "at least one customer"),
  channels: mapping({ support: slackChannel, "on-call": slackChannel }),
  rotations: z.array(rotation).default([]),
  ladders: z.array(ladder).default([]),
  policies: z.array(z.string().min(1)).default([]),
});

/** What the check of names reads, as far as it can be read: a file with other faults is checked too. */
const names = z.array(z.string()).catch([]);
const name = z.string().optional().catch(undefined);
const namesInFile = z
  .object({
    people: z.array(z.object({ id: name, slack: name }).catch({})).catch([]),
    customers: z
      .array(z.object({ key: name, contacts: names, ladder: name }).catch({ contacts: [] }))
      .catch([]),
    rotations: z.array(z.object({ id: name, people: names }).catch({ people: [] })).catch([]),
    ladders: z
      .array(
        z
          .object({ id: name, rotation: name, steps: z.array(z.object({ page: name }).catch({})).catch([]) })
          .catch({ steps: [] }),
      )
      .catch([]),
  })
  .catch({ people: [], customers: [], rotations: [], ladders: [] });

/** Names that nothing bears, and names that two things bear. */
function danglingNames(value: unknown): Fault[] {
  const file = namesInFile.parse(value);
  const people = known(file.people.map(({ id }) => id));
  const rotations = known(file.rotations.map(({ id }) => id));
  const ladders = known(file.ladders.map(({ id }) => id));
  const refer = (
    path: Fault["path"],
    found: string | undefined,
    among: ReadonlySet<string>,
    what: string,
  ): Fault[] =>
    found === undefined || among.has(found)
      ? []
      : [
          {
            path,
            sentence: `"${found}" is no ${what} of this file: ${[...among].join(", ") || "there are none"}`,
          },
        ];
  return [
    ...twice(
      "people",
      "id",
      file.people.map(({ id }) => id),
    ),
    ...twice(
      "people",
      "slack",
      file.people.map(({ slack }) => slack),
    ),
    ...twice(
      "customers",
      "key",
      file.customers.map(({ key }) => key),
    ),
    ...twice(
      "rotations",
      "id",
      file.rotations.map(({ id }) => id),
    ),
    ...twice(
      "ladders",
      "id",
      file.ladders.map(({ id }) => id),
    ),
    ...file.customers.flatMap(({ contacts, ladder }, at) => [
      ...contacts.flatMap((contact, nr) =>
        refer(["customers", at, "contacts", nr], contact, people, "person"),
      ),
      ...refer(["customers", at, "ladder"], ladder, ladders, "ladder"),
    ]),
    ...file.rotations.flatMap((one, at) =>
      one.people.flatMap((who, nr) => refer(["rotations", at, "people", nr], who, people, "person")),
    ),
    ...file.ladders.flatMap((one, at) => [
      ...refer(["ladders", at, "rotation"], one.rotation, rotations, "rotation"),
      ...one.steps.flatMap(({ page }, nr) =>
        page === undefined || page === "channel" || isRole(page)
          ? []
          : refer(
              ["ladders", at, "steps", nr, "page"],
              page,
              people,
              "person, and neither primary, secondary nor channel",
            ),
      ),
    ]),
  ];
}

function twice(list: string, key: string, found: readonly (string | undefined)[]): Fault[] {
  return found.flatMap((value, at) =>
    value !== undefined && found.indexOf(value) < at
      ? [{ path: [list, at, key], sentence: `"${value}" stands in ${list} twice` }]
      : [],
  );
}

function known(found: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(found.filter((value) => value !== undefined));
}

function isWait(text: string): boolean {
  return /^\d+[mh]$/.test(text) && waitMs(text) >= 60_000;
}

function waitMs(text: string): number {
  return lengthMs(parseDuration(text), null) ?? 0;
}
