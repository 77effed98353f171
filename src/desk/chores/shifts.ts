// Tells people of their shifts: at the beginning, at the end, and a day before the first one of all.
//
// It remembers who held which role when it last looked. So each change is told once, whatever caused it, and after an outage
// people read how it stands, not all that they missed.
import type { Directory } from "../../core/directory.ts";
import { line } from "../../core/lines.ts";
import type { Text } from "../../core/message.ts";
import { horizonFrom } from "../../core/duty-plan.ts";
import {
  endOf,
  firstShiftText,
  holdersAt,
  roleChanges,
  shiftsOf,
  shiftText,
  type Holders,
  type Shift,
} from "../../core/shift.ts";
import type { Chore } from "../chores.ts";
import { ask } from "../hearing.ts";
import { noticeTo } from "../notice.ts";
import { enqueueQuietly } from "../quiet.ts";
import type { Effect } from "../ports.ts";

/** What it remembers: the holders of each rotation's roles, and who has had a shift or was told of the first. */
interface Told {
  holders: Record<string, Holders>;
  experienced: readonly string[];
}

const DAY_MS = 86_400_000;

/** The chore. */
export const shifts: Chore = {
  name: "shifts",
  async run(tx, now, state) {
    const { directory } = await tx.directory();
    const { holders, until } = holdersAt(directory, now);
    // On the first day of a desk nothing has changed yet: whoever is on call knows it.
    const told = (state ?? { holders, experienced: [] }) as Told;
    const onDuty = Object.values(holders).flatMap((each) => each.filter((person) => person !== null));
    const first = firstShifts(directory, [...told.experienced, ...onDuty], now);
    const due = first.filter(({ from }) => from.getTime() - DAY_MS <= now.getTime());
    const effects = [
      ...roleChanges(directory, told.holders, holders).flatMap((change) =>
        tell(
          directory,
          change.person,
          `${change.rotation.id}:${now.getTime()}`,
          shiftText(directory, change, now),
        ),
      ),
      ...due.flatMap((shift) => tell(directory, shift.person, "first", firstShiftText(shift))),
    ];
    await enqueueQuietly(tx, effects, directory, now);
    await tx.enqueue(asks(directory, told.holders, holders, now));
    const experienced = [...new Set([...told.experienced, ...onDuty, ...due.map(({ person }) => person)])];
    const notices = first
      .filter((shift) => !due.includes(shift))
      .map(({ from }) => new Date(from.getTime() - DAY_MS));
    const wakeAt = [until, ...notices].reduce(
      (next, at) => (at !== null && (next === null || at < next) ? at : next),
      null,
    );
    return { wakeAt, state: { holders, experienced } satisfies Told };
  },
};

/** Whether those who take up a role hear a page: each is told the answer, as far as it concerns the time until they lay it down. */
function asks(directory: Directory, before: Told["holders"], after: Told["holders"], now: Date): Effect[] {
  const ends = new Map<string, Date>();
  for (const { rotation, person, to } of roleChanges(directory, before, after)) {
    if (to === null) continue;
    const endsAt = endOf(directory, { rotation, role: to, person, now }) ?? horizonFrom(now);
    const known = ends.get(person);
    if (known === undefined || known < endsAt) ends.set(person, endsAt);
  }
  return [...ends].flatMap(([person, shiftEndsAt]) => ask(directory, { person, at: now, shiftEndsAt }));
}

/** The first shift of everybody who has had none, as far as it is planned. */
function firstShifts(directory: Directory, experienced: readonly string[], now: Date): Shift[] {
  const end = new Date(now.getTime() + LOOK_AHEAD_DAYS * DAY_MS);
  return directory.people
    .filter(({ id, isSupport }) => isSupport && !experienced.includes(id))
    .flatMap(({ id }) => shiftsOf(directory, id, now, end).find(({ from }) => from > now) ?? []);
}

/** A shift that begins later than this is found in time, since the roster changes at least once before. */
const LOOK_AHEAD_DAYS = 90;

function tell(directory: Directory, person: string, name: string, text: Text): Effect[] {
  const effect = noticeTo(
    directory,
    { person, topic: "shifts" },
    `oncall:shift:${person}:${name}`,
    line(text),
  );
  return effect === null ? [] : [effect];
}
