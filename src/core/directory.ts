// The desk file: who the customers, people, channels, rotations and ladders are. Read once, whole, with every fault at once.
import { danglingNames } from "./desk-names.ts";
import { deskFile, waitMs, type WrittenLadder } from "./desk-schema.ts";
import { readDocument } from "./document.ts";
import { reachesOf, type Crew, type Ladder, type LadderScope } from "./paging.ts";
import type { Changes, Leave, Override, Rotation, SwapOffer } from "./roster.ts";
import { soleInstantOfWall } from "./zone.ts";

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
  /** What this person may see beyond what all may: "official-sensitive". Absent where there is nothing. */
  clearance?: readonly string[];
}

/** Who files tickets, under which policy, and who is called when it is urgent. */
export interface Customer {
  /** The first half of a ticket's number: "ACME". */
  key: string;
  name: string;
  policy: string;
  /** Zone that the policy's 'customer' calendars count in. */
  timezone: string;
  /** The customer's own channel, or one on each of several platforms; null where there is none. */
  channel: Address | readonly Address[] | null;
  contacts: readonly string[];
  /** The support centre that it belongs to; absent where the desk has one alone. */
  region?: string;
  /** Id of the ladder by which its urgent tickets page, or of several: the first that is for a page; null where it has none. */
  ladder: string | readonly string[] | null;
}

/** A way out beside chat, for pages alone. What it is, the first part of its address says: "pagerduty:pd". */
export interface Way {
  id: string;
  address: Address;
  /** Where it is, unless its address says so or it has a usual place. */
  url?: string;
  /** The variable of the environment that has its secret. No secret stands in a desk file. */
  secretFrom?: string;
}

/**
 * The desk as its file describes it. What a file need not say is absent where it does not, so that a desk file that was applied
 * before Belfry knew of it stays the one in force.
 */
export interface Directory {
  people: readonly Person[];
  customers: readonly Customer[];
  channels: { support: Address; onCall: Address };
  rotations: readonly Rotation[];
  ladders: readonly Ladder[];
  leave?: readonly Leave[];
  overrides?: readonly Override[];
  ways?: readonly Way[];
  /** Swaps that were offered in chat; no file has them. */
  offers?: readonly SwapOffer[];
  /** Paths of policy files beside the presets, relative to the desk file. */
  policyFiles: readonly string[];
}

/**
 * Reads a desk file.
 * @throws DeskError "invalid" that lists every fault with its path and line.
 */
export function parseDirectory(text: string): Directory {
  const file = readDocument(text, deskFile, "The desk file", danglingNames);
  const zoneOf = (list: readonly { id: string; timezone: string }[], name: string): string =>
    list.find(({ id }) => id === name)?.timezone ?? "Etc/UTC";
  const leave = file.leave.map((one) => ({ ...one, ...during(one, zoneOf(file.people, one.person)) }));
  const overrides = file.overrides.map((one) => ({
    ...one,
    ...during(one, zoneOf(file.rotations, one.rotation)),
  }));
  return {
    people: file.people.map(({ id, name, slack, teams, timezone, support, clearance }) => ({
      ...{ id, name, timezone },
      addresses: [
        ...(slack === undefined ? [] : [`slack:${slack}`]),
        ...(teams === undefined ? [] : [`teams:${teams}`]),
      ],
      isSupport: support,
      ...(clearance === undefined ? {} : { clearance }),
    })),
    customers: file.customers.map(({ channel, region, ladder, ...customer }) => ({
      ...customer,
      channel: channel === undefined ? null : soleOf([channel].flat()),
      ...(region === undefined ? {} : { region }),
      ladder: laddersFor({ region, ladder }, file.ladders),
    })),
    channels: { support: file.channels.support, onCall: file.channels["on-call"] },
    rotations: file.rotations,
    ladders: file.ladders.map(
      ({ id, rotation, rounds, for: scope, steps, acknowledgements, unanswered }) => ({
        ...{ id, rotation, rounds },
        ...(acknowledgements === 1 ? {} : { acknowledgements }),
        ...(unanswered === undefined ? {} : { unansweredMs: waitMs(unanswered) }),
        ...(scope === undefined ? {} : { for: scopeIn(scope, zoneOf(file.rotations, rotation)) }),
        steps: steps.map(({ page, here, wait }) => ({
          reach: soleOf([page].flat()),
          here,
          waitMs: waitMs(wait),
        })),
      }),
    ),
    ...(leave.length === 0 ? {} : { leave }),
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(file.ways.length === 0 ? {} : { ways: file.ways }),
    policyFiles: file.policies,
  };
}

/** Who is called for a customer's urgent tickets: by which of its ladders, and who of the desk can be. */
export interface Calling {
  /** The first one that is for a page is its ladder. */
  ladders: readonly Ladder[];
  rotations: readonly Rotation[];
  changes: Changes;
  isFit: (person: string, ticket: { attributes: Readonly<Record<string, string>> }) => boolean;
  unreachable: NonNullable<Crew["unreachable"]>;
}

/** By which ladders, rotations, leave, overrides and clearance a customer's urgent tickets page. */
export function callingOf(customer: Customer, directory: Directory): Calling {
  const { ladders, rotations, leave = [], overrides = [] } = directory;
  const ids = [customer.ladder ?? []].flat();
  return {
    ladders: ids.flatMap((id) => ladders.filter((ladder) => ladder.id === id)),
    rotations,
    changes: { leave, overrides },
    isFit: (person, { attributes }) => isCleared(directory, person, attributes[CLEARANCE]),
    unreachable: (whom) => whyUnreachable(directory, whom),
  };
}

/** The field of a policy whose options, but for "none", are clearances: a ticket with one goes to cleared people only. */
export const CLEARANCE = "clearance";

function isCleared({ people }: Directory, person: string, wanted = "none"): boolean {
  if (wanted === "none") return true;
  return people.find(({ id }) => id === person)?.clearance?.includes(wanted) === true;
}

/** A customer's own channels, one a platform at most; what knows no better goes by the first. */
export function channelsOf({ channel }: Pick<Customer, "channel">): Address[] {
  return [channel ?? []].flat();
}

/** Where to reach a person, best on the platform of another place: a conversation then stays together. Null where nowhere. */
export function addressOf({ people }: Directory, person: string, near: Address): Address | null {
  const addresses = people.find(({ id }) => id === person)?.addresses ?? [];
  const platform = near.slice(0, near.indexOf(":") + 1);
  return addresses.find((address) => address.startsWith(platform)) ?? addresses[0] ?? null;
}

function whyUnreachable(
  { people, ways = [] }: Directory,
  whom: { person: string } | { way: string },
): "left" | "no address" | null {
  if ("way" in whom) return ways.some(({ id }) => id === whom.way) ? null : "left";
  const person = people.find(({ id }) => id === whom.person);
  if (person === undefined) return "left";
  return person.addresses.length === 0 ? "no address" : null;
}

/** The address of a user group, by its @handle or its id on the platform. */
export function groupAddress(group: string): Address {
  return `slack:${group}`;
}

/** Every address of a directory, as written. Those of ways out are settings of this desk, which no platform is asked about. */
export function addressesOf({ people, customers, channels, ladders, rotations }: Directory): Address[] {
  const all = [
    ...people.flatMap(({ addresses }) => addresses),
    ...customers.flatMap(channelsOf),
    channels.support,
    channels.onCall,
    ...ladders.flatMap(({ steps }) =>
      steps
        .flatMap(reachesOf)
        .flatMap((reach) => (reach.role === "group" ? [groupAddress(reach.group)] : [])),
    ),
    ...rotations.flatMap(({ keepInStep }) => keepInStep?.group ?? []),
  ];
  return [...new Set(all)];
}

/** A stretch of wall time in a zone as instants: a skipped time is the instant after the gap, a repeated one its first. */
function during({ from, to }: { from: string; to: string }, zone: string): { from: Date; to: Date } {
  const instantOf = (text: string): Date => {
    const [date = "", time = ""] = text.split(" ");
    return soleInstantOfWall(date, time, zone);
  };
  return { from: instantOf(from), to: instantOf(to) };
}

/**
 * A customer's ladders, in the order in which they are asked: those that it names, or else those of its region, or all. What
 * comes behind a ladder that is for every page is never asked.
 */
function laddersFor(
  { region, ladder }: { region: string | undefined; ladder: string | string[] | undefined },
  ladders: readonly { id: string; region?: string | undefined; for?: object | undefined }[],
): Customer["ladder"] {
  const theirs = ladders.filter((one) => region === undefined || one.region === region).map(({ id }) => id);
  const ids = [ladder ?? theirs].flat();
  const last = ids.findIndex((id) => ladders.some((one) => one.id === id && one.for === undefined));
  const asked = last < 0 ? ids : ids.slice(0, last + 1);
  return asked.length === 0 ? null : soleOf(asked);
}

/** A list of one as that one alone, which is how earlier versions kept it. */
function soleOf(list: string[]): string | string[] {
  const [only, ...others] = list;
  return only !== undefined && others.length === 0 ? only : list;
}

function scopeIn(
  { policies, levels, hours, timezone }: NonNullable<WrittenLadder["for"]>,
  rotationZone: string,
): LadderScope {
  return {
    ...(policies === undefined ? {} : { policies }),
    ...(levels === undefined ? {} : { levels }),
    ...(hours === undefined ? {} : { hours: { weekly: hours, timezone: timezone ?? rotationZone } }),
  };
}
