// People's shifts: who holds which role at an instant, what has changed since another, and what of it each person is told.
import type { Directory } from "./directory.ts";
import { changesOf, horizonFrom, holdsBetween, ROLES } from "./duty-plan.ts";
import type { Text } from "./message.ts";
import type { Quiet } from "./hearing.ts";
import { dutyAt, type Role, type Rotation } from "./roster.ts";
import { instant, named } from "./words.ts";

/** Who holds the roles of a rotation, the first first. */
export type Holders = readonly (string | null)[];

/** A person whose role in a rotation is another than before; null: none. */
export interface RoleChange {
  rotation: Rotation;
  person: string;
  from: Role | null;
  to: Role | null;
}

/** A shift of somebody's; `to` is excluded. Those that began before what was looked at have `isCut`. */
export interface Shift {
  rotation: Rotation;
  role: Role;
  person: string;
  from: Date;
  to: Date;
  isCut: boolean;
}

/** Who holds which role in each rotation at an instant, by the rotations' ids, and when that can change; null: never. */
export function holdersAt(
  directory: Directory,
  now: Date,
): { holders: Record<string, Holders>; until: Date | null } {
  const duties = directory.rotations.map((rotation) => ({
    id: rotation.id,
    duty: dutyAt(rotation, changesOf(directory), now),
  }));
  return {
    holders: Object.fromEntries(
      duties.map(({ id, duty }) => [id, ROLES.map((_, place) => duty.order[place] ?? null)]),
    ),
    until: duties.reduce<Date | null>(
      (first, { duty: { until } }) => (until !== null && (first === null || until < first) ? until : first),
      null,
    ),
  };
}

/** Whose role is another than it was. A rotation that was not there before had nobody. */
export function roleChanges(
  directory: Directory,
  before: Readonly<Record<string, Holders>>,
  after: Readonly<Record<string, Holders>>,
): RoleChange[] {
  return directory.rotations.flatMap((rotation) => {
    const [was, is] = [before[rotation.id] ?? [], after[rotation.id] ?? []];
    const people = new Set([...is, ...was].filter((person) => person !== null));
    return [...people].flatMap((person): RoleChange[] => {
      const [from, to] = [roleIn(was, person), roleIn(is, person)];
      return from === to ? [] : [{ rotation, person, from, to }];
    });
  });
}

/** The shifts of one person between two instants, in the order of their beginning; cut at both. */
export function shiftsOf(directory: Directory, person: string, from: Date, to: Date): Shift[] {
  return directory.rotations
    .flatMap((rotation) =>
      ROLES.flatMap((role) =>
        holdsBetween(rotation, changesOf(directory), role, from, to)
          .filter((hold) => hold.person === person)
          .map((hold) => ({ ...hold, rotation, role, person, isCut: hold.from <= from })),
      ),
    )
    .sort((a, b) => a.from.getTime() - b.from.getTime());
}

/** What somebody is told whose shift begins, ends, or becomes another. */
export function shiftText(directory: Directory, { rotation, person, from, to }: RoleChange, now: Date): Text {
  const ended = from === null ? [] : [`Your shift as ${from} of ${rotation.id} is over`];
  if (to === null) return [...ended, ...successor(directory, rotation, from, now), "."];
  const until = endOf(directory, { rotation, role: to, person, now });
  const begun: Text = [
    from === null ? "Your shift begins: you are " : `${ended[0] ?? ""}. You are `,
    { strong: to },
    ` of ${rotation.id}`,
    ...(until === null ? [] : [" until ", instant(until, rotation.timezone)]),
    ".",
  ];
  return from === "primary" ? begun : [...begun, ` ${REACHED}`];
}

/** What somebody is told whose notifications are paused for some time of a shift that has begun: the two clicks that end it. */
export function pausedText(directory: Directory, person: string, { from, to }: Quiet, now: Date): Text {
  const zone = directory.people.find(({ id }) => id === person)?.timezone ?? "Etc/UTC";
  const begin: Text = from > now ? ["are to be paused from ", instant(from, zone)] : ["are paused"];
  return [
    ...["Your notifications ", ...begin, " until ", instant(to, zone), ", in your shift: a page would not "],
    "ring then, and would go on to the next step at once. Click your picture, then ",
    from > now ? "Pause notifications, Set a notification schedule." : "Resume notifications.",
  ];
}

/** The same, where they are paused now and nobody tells until when: by a status that says so. */
export const PAUSED_NOW: Text = [
  "Your status is Do not disturb, in your shift: while it is, a page would not ring, and would go on to the next step at once. " +
    "Click your picture, then your status, and choose another.",
];

/** What the on-call channel is told at the beginning of somebody's shift whom no message reaches. */
export function unreachableText(directory: Directory, person: string, why: string): Text {
  const text = ` is on call, and no direct message arrives there: ${why}. A page goes on to the next step at once.`;
  return [named(directory, person), text];
}

/** What somebody is told a day before the first shift. */
export function firstShiftText({ rotation, role, from, to }: Shift): Text {
  const zone = rotation.timezone;
  const times: Text = [instant(from, zone), " to ", instant(to, zone)];
  const words = `Tomorrow your first shift begins: ${role} of ${rotation.id}, `;
  const typed = `. ${REACHED} If you cannot, type /oncall swap or /oncall override.`;
  return [words, ...times, { typed }];
}

/** Who is on call now in some rotations, and somebody's next shifts, for the home tab. */
export function homeTexts(
  directory: Directory,
  { person, rotations, now }: { person: string; rotations: readonly Rotation[]; now: Date },
): Text[] {
  const shifts = shiftsOf(directory, person, now, horizonFrom(now)).slice(0, HOME_SHIFTS);
  return [
    ...rotations.map((rotation): Text => {
      const [primary] = dutyAt(rotation, changesOf(directory), now).order;
      return [`On call now, ${rotation.id}: `, primary === undefined ? "nobody" : named(directory, primary)];
    }),
    ...shifts.map(({ rotation, role, from, to, isCut }): Text => {
      const zone = rotation.timezone;
      const begins: Text = isCut ? ["now"] : [instant(from, zone)];
      return [`Your shift, ${role} of ${rotation.id}: `, ...begins, " to ", instant(to, zone)];
    }),
  ];
}

const HOME_SHIFTS = 4;

/** A page is a direct message: what keeps it from ringing, in the words of either platform, and where that is ended. */
const REACHED =
  "A page comes as a direct message of mine. It does not ring while your notifications are paused or your status is Do not disturb: " +
  "click your picture to end that.";

function roleIn(holders: Holders, person: string): Role | null {
  return ROLES[holders.indexOf(person)] ?? null;
}

/** When somebody's role ends; null where that is not in sight. */
export function endOf(
  directory: Directory,
  { rotation, role, person, now }: { rotation: Rotation; role: Role; person: string; now: Date },
): Date | null {
  const end = horizonFrom(now);
  const [hold] = holdsBetween(rotation, changesOf(directory), role, now, end);
  return hold?.person === person && hold.to < end ? hold.to : null;
}

function successor(directory: Directory, rotation: Rotation, role: Role | null, now: Date): Text {
  const next = dutyAt(rotation, changesOf(directory), now).order[role === "secondary" ? 1 : 0];
  return next === undefined ? ["; nobody follows"] : ["; ", named(directory, next), " has it now"];
}
