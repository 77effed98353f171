// What Belfry says about who is on call: now and next, the week, what was changed, and what may be typed.
import { dutyAt, type Leave, type Override, type Role, type Rotation, type SwapOffer } from "./roster.ts";
import type { Directory } from "./directory.ts";
import { changesOf, holdsBetween, horizonFrom, ROLES, type Hold } from "./duty-plan.ts";
import type { CommandButton, DutyChart, Part, TableMessage, Text } from "./message.ts";
import type { ChangeMade } from "./roster-change.ts";
import type { Stretch } from "./when.ts";
import { instant, named, nameOf, personOf } from "./words.ts";
import {
  dateOf,
  dayOf,
  midnightAfter,
  shortWallTime,
  soleInstantOfWall,
  timeOfDay,
  wallDate,
} from "./zone.ts";

/** "Sat 28 Nov 09:00 – Sun 29 Nov 09:00, Chicago time". */
export function stretchWords({ from, to }: Stretch, zone: string): string {
  return `${shortWallTime(from, zone)} – ${shortWallTime(to, zone)}, ${zoneWords(zone)}`;
}

/** Who is on call now and next in each of some rotations, a line each; times in each reader's zone. */
export function nowText(directory: Directory, rotations: readonly Rotation[], now: Date): Text {
  if (rotations.length === 0)
    return ["This desk has no rotation: nobody is on call. Write one in the desk file."];
  return joined(rotations.map((rotation) => nowLine(directory, rotation, now)));
}

/** The seven days from today, by somebody's wall clock: who holds which role from when. */
export function weekTable(
  directory: Directory,
  rotations: readonly Rotation[],
  zone: string,
  now: Date,
): TableMessage {
  const today = dayOf(wallDate(now, zone));
  const days = Array.from({ length: WEEK_DAYS }, (_, ahead) => dateOf(today + ahead));
  return {
    kind: "table",
    heading: "On call this week",
    tables: rotations.map((rotation) => ({
      title: rotation.id,
      columns: ["Day", "From", "Primary", "Secondary"],
      rows: days.flatMap((date) => dayRows(directory, rotation, date, zone)),
    })),
    hint: [`Times are ${zoneWords(zone)}.`],
    chart: weekChart(directory, rotations, days, zone),
  };
}

/** An override, told to whoever asked for it. */
export function overrideText(
  directory: Directory,
  {
    person,
    role,
    rotation,
    nr,
    ...stretch
  }: Stretch & { person: string; role: Role; rotation: Rotation; nr: number },
): Text {
  const whose = `${nameOf(directory, person)} is ${role} of ${rotation.id}`;
  return [{ typed: `${whose}, ${stretchWords(stretch, rotation.timezone)}. ${undoWords(nr)}` }];
}

/** A leave, told to whoever takes it, with the times in which nobody would be on call. */
export function leaveText(stretch: Stretch, zone: string, nr: number, gaps: readonly Text[]): Text {
  const typed = `You are on leave, ${stretchWords(stretch, zone)}: you are not called then. ${undoWords(nr)}`;
  return joined([[{ typed }], ...gaps]);
}

/** A time in which nobody is primary. */
export function gapText(rotation: Rotation, { from, to }: Stretch): Text {
  return [
    `⚠ Nobody is primary of ${rotation.id} from `,
    instant(from, rotation.timezone),
    " to ",
    instant(to, rotation.timezone),
    ".",
  ];
}

/** A change, told to the on-call channel: who did it, and what is so now. */
export function changeText(directory: Directory, { made, overrides, leave }: ChangeMade): Text {
  const [first, second] = overrides;
  const by = named(directory, made.by);
  if (first !== undefined && second !== undefined) {
    const swapped: Text = [
      by,
      " and ",
      named(directory, first.person),
      ` swap shifts of ${first.rotation}: `,
    ];
    const [one, other] = [first, second].map((each) => holdText(directory, each));
    return [...swapped, ...(one ?? []), ", and ", ...(other ?? []), { typed: `. ${undoWords(made.nr)}` }];
  }
  if (first !== undefined) {
    const whose: Text =
      first.person === made.by
        ? [by, ` takes ${first.role} of ${first.rotation}`]
        : [by, ` made `, named(directory, first.person), ` ${first.role} of ${first.rotation}`];
    return [
      ...whose,
      " from ",
      ...timesText(first, zoneOf(directory, first)),
      { typed: `. ${undoWords(made.nr)}` },
    ];
  }
  const [away] = leave;
  return away === undefined ? [by, " offers a swap."] : [...awayText(directory, away), "."];
}

/** What somebody took back, told to the on-call channel. */
export function undoneText(directory: Directory, change: ChangeMade, by: string): Text {
  return [named(directory, by), ` took back change ${change.made.nr}: `, ...whatText(directory, change)];
}

/** All changes made in chat that are not past, a line each. */
export function changesText(directory: Directory, changes: readonly ChangeMade[]): Text {
  if (changes.length === 0) return ["Nothing was changed in chat that is still to come."];
  return joined(
    changes.map((change) => [
      { strong: `${change.made.nr}` },
      " ",
      ...whatText(directory, change),
      ` By ${nameOf(directory, change.made.by)}.`,
    ]),
  );
}

/** A swap, as it is offered to the other. */
export function offerText(directory: Directory, offer: SwapOffer): Text {
  const { rotation, gives, takes, made } = offer;
  const zone = zoneOf(directory, offer);
  return [
    named(directory, made.by),
    ` asks you to swap shifts of ${rotation}: you take `,
    ...timesText(gives, zone),
    ", and give ",
    ...timesText(takes, zone),
    ". Nothing changes until you accept.",
  ];
}

/** The two answers to an offered swap. */
export function offerButtons({ made: { nr } }: SwapOffer): CommandButton[] {
  return [
    { command: "oncall", words: `accept ${nr}`, label: "Accept", style: "primary" },
    { command: "oncall", words: `decline ${nr}`, label: "Decline", style: "plain" },
  ];
}

/** What can be typed after /oncall. */
export const ONCALL_HELP = [
  "/oncall: who is on call now and next. /oncall week: the coming seven days. With all: every rotation.",
  "/oncall take: you have it from now until the shift ends that runs now.",
  "/oncall override @person sat 09:00 - sun 09:00: somebody stands in; add secondary, or a rotation's name. Without words, a form opens.",
  "/oncall swap @person: your next shift for theirs, once they accept; add a day for the shift of yours that begins then.",
  "/oncall leave sat 09:00 - mon 09:00: you are not called then. Without words, a form opens.",
  "/oncall changes: what was changed and is to come, with numbers. /oncall undo 12: takes one back; without a number, your latest.",
  "/oncall feed: the address of your shifts as a calendar. /oncall feed renew: another one, and the old one is dead.",
  "Times of an override are the rotation's, those of leave are yours. Anybody of the support team may change who is on call; each change is told in the on-call channel.",
].join("\n");

const WEEK_DAYS = 7;

function nowLine(directory: Directory, rotation: Rotation, now: Date): Text {
  const end = horizonFrom(now);
  const [current, next] = holdsBetween(rotation, changesOf(directory), "primary", now, end);
  const [, second] = dutyAt(rotation, changesOf(directory), now).order;
  const zone = rotation.timezone;
  const until: Text = next === undefined ? [] : [" until ", instant(next.from, zone)];
  const behind: Text = second === undefined ? [] : ["; ", named(directory, second), " is secondary"];
  const after: Text =
    next === undefined
      ? []
      : [" Next: ", whoHolds(directory, next), ", from ", instant(next.from, zone), "."];
  return [
    { strong: rotation.id },
    ": ",
    whoHolds(directory, current ?? { person: null }),
    " has it",
    ...until,
    ...behind,
    ".",
    ...after,
  ];
}

/** The same days as drawn: who holds each role of each rotation. */
function weekChart(
  directory: Directory,
  rotations: readonly Rotation[],
  days: readonly string[],
  timezone: string,
): DutyChart {
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const from = soleInstantOfWall(first, "00:00", timezone);
  const to = midnightAfter(last, timezone);
  const rows = rotations.flatMap((rotation) =>
    ROLES.map((role) => ({
      ...{ rotation: rotation.id, role },
      holds: holdsBetween(rotation, changesOf(directory), role, from, to).map(({ person, ...stretch }) => ({
        name: person === null ? null : nameOf(directory, person),
        ...stretch,
      })),
    })),
  );
  return { timezone, from, to, rows };
}

/** The rows of a day: one for its beginning, and one for each change in it. */
function dayRows(directory: Directory, rotation: Rotation, date: string, zone: string): string[][] {
  const from = soleInstantOfWall(date, "00:00", zone);
  const to = midnightAfter(date, zone);
  const [primary, secondary] = (["primary", "secondary"] as const).map((role) =>
    holdsBetween(rotation, changesOf(directory), role, from, to),
  );
  const at = (holds: readonly Hold[] | undefined, instant: Date) =>
    holds?.findLast((hold) => hold.from <= instant)?.person ?? null;
  const starts = [...(primary ?? []), ...(secondary ?? [])].map((hold) => hold.from.getTime());
  return [...new Set(starts)]
    .sort((a, b) => a - b)
    .map((ms, nr) => {
      const start = new Date(ms);
      return [
        nr === 0 ? shortWallTime(start, zone, "date") : "",
        timeOfDay(start, zone),
        ...[primary, secondary].map((holds) => nameOrNobody(directory, at(holds, start))),
      ];
    });
}

function whatText(directory: Directory, { overrides, leave, offer }: ChangeMade): Text {
  if (offer !== null) {
    const { rotation, person, gives, takes } = offer;
    const zone = zoneOf(directory, offer);
    const words: Text = [`a swap of ${rotation} offered to `, named(directory, person), ": "];
    return [...words, ...timesText(gives, zone), " for ", ...timesText(takes, zone), "."];
  }
  const holds = overrides.map((one): Text => [
    ...holdText(directory, one),
    ` (${one.role} of ${one.rotation})`,
  ]);
  const away = leave.map((one) => awayText(directory, one));
  return [...joined([...holds, ...away], ", and "), "."];
}

function holdText(directory: Directory, override: Override): Text {
  return [named(directory, override.person), " has ", ...timesText(override, zoneOf(directory, override))];
}

function awayText(directory: Directory, leave: Leave): Text {
  const zone = personOf(directory, leave.person)?.timezone ?? "Etc/UTC";
  return [named(directory, leave.person), " is on leave from ", ...timesText(leave, zone)];
}

function timesText({ from, to }: Stretch, zone: string): Text {
  return [instant(from, zone), " to ", instant(to, zone)];
}

function zoneOf({ rotations }: Directory, { rotation }: { rotation: string }): string {
  return rotations.find(({ id }) => id === rotation)?.timezone ?? "Etc/UTC";
}

function whoHolds(directory: Directory, { person }: Pick<Hold, "person">): Part {
  return person === null ? "nobody" : named(directory, person);
}

function nameOrNobody(directory: Directory, person: string | null): string {
  return person === null ? "nobody" : nameOf(directory, person);
}

function undoWords(nr: number): string {
  return `/oncall undo ${nr} takes it back.`;
}

/** "Chicago time". */
function zoneWords(zone: string): string {
  return `${(zone.split("/").at(-1) ?? zone).replaceAll("_", " ")} time`;
}

function joined(lines: readonly Text[], between = "\n"): Text {
  return lines.flatMap((line, nr) => (nr === 0 ? line : [between, ...line]));
}
