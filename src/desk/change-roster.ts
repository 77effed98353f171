// Changes who is on call, as somebody of the support team asks for in chat. Each change is a new revision of the desk file with
// a number of its own, told in the on-call channel with who did it, and to whoever it concerns.
//
// The desk is read under the lock under which it is replaced, so that of two changes at once neither is lost.
import { nameOf } from "../core/words.ts";
import type { Directory, Person } from "../core/directory.ts";
import { rotationsOf } from "../core/duty-plan.ts";
import { DeskError } from "../core/errors.ts";
import { line } from "../core/lines.ts";
import type { LineMessage, Text } from "../core/message.ts";
import {
  changeText,
  gapText,
  leaveText,
  offerButtons,
  offerText,
  overrideText,
  stretchWords,
  undoneText,
} from "../core/oncall-lines.ts";
import {
  changesMade,
  handoverAfter,
  swapOffer,
  uncovered,
  withLeave,
  withOverride,
  withoutChange,
  withoutOffer,
  withoutPast,
  withSwap,
} from "../core/roster-change.ts";
import type { Made, Role, Rotation, SwapOffer } from "../core/roster.ts";
import { checkedStretch, dateMeant, stretchOf, type Stretch, type WrittenSpan } from "../core/when.ts";
import { personAt } from "./case.ts";
import { wakeChores } from "./chores.ts";
import { notice, noticeTo } from "./notice.ts";
import { enqueueQuietly } from "./quiet.ts";
import type { KnownDirectory, ShowEffect, Tx } from "./ports.ts";

/** Who changes something, and when. */
export interface Changer {
  tx: Tx;
  person: Person;
  now: Date;
}

/** Makes somebody hold a role for a time: as written, by the rotation's clock, or as chosen in a form. */
export async function override(
  changer: Changer,
  wanted: { who: string; rotation: string | null; role: Role; time: WrittenSpan | Stretch },
): Promise<Text> {
  const { known, made } = await begin(changer);
  const { person: by, now } = changer;
  const rotation = rotationMeant(known.directory, wanted.rotation, by);
  const person = personMeant(known, wanted.who);
  const stretch = timeMeant(wanted.time, rotation.timezone, now);
  const one = { rotation: rotation.id, person: person.id, role: wanted.role, ...stretch, made };
  await keep(changer, withOverride(known.directory, one), [by.id, person.id]);
  return overrideText(known.directory, { ...one, rotation, nr: made.nr });
}

/** Makes whoever asks primary from now until the shift ends that runs now. */
export async function takeOver(changer: Changer, name: string | null): Promise<Text> {
  const { known, made } = await begin(changer);
  const { person, now } = changer;
  const rotation = rotationMeant(known.directory, name, person);
  const { from: holder, to } = handoverAfter(known.directory, rotation, person.id, now);
  const one = { rotation: rotation.id, person: person.id, role: "primary" as const, from: now, to, made };
  await keep(
    changer,
    withOverride(known.directory, one),
    holder === null ? [person.id] : [person.id, holder],
  );
  return overrideText(known.directory, { ...one, rotation, nr: made.nr });
}

/** Sends whoever asks on leave: as written, by their own clock, or as chosen in a form. */
export async function takeLeave(changer: Changer, time: WrittenSpan | Stretch): Promise<Text> {
  const { known, made } = await begin(changer);
  const { person, now } = changer;
  const stretch = timeMeant(time, person.timezone, now);
  const directory = withLeave(known.directory, { person: person.id, ...stretch, made });
  await keep(changer, directory, [person.id]);
  const gaps = rotationsOf(directory, person.id).flatMap((rotation) =>
    uncovered(directory, rotation, stretch.from, stretch.to).map((gap) => gapText(rotation, gap)),
  );
  return leaveText(stretch, person.timezone, made.nr, gaps);
}

/** Offers the next shift of whoever asks, or the one that begins on a day, for the other's next. */
export async function offerSwap(
  changer: Changer,
  wanted: { who: string; which: string | null; rotation: string | null },
): Promise<Text> {
  const { tx, person: by, now } = changer;
  const { known, made } = await begin(changer);
  const { directory } = known;
  const person = personMeant(known, wanted.who);
  if (person.id === by.id) throw new DeskError("invalid", "A swap needs somebody else.");
  const rotation = rotationMeant(directory, wanted.rotation, by);
  const date = wanted.which === null ? null : dateMeant(wanted.which, rotation.timezone, now);
  const offer = swapOffer(directory, rotation, { person: person.id, date, made });
  const message = { ...line(offerText(directory, offer)), buttons: offerButtons(offer) };
  const effect = noticeTo(directory, { person: person.id, topic: "swaps" }, offerSlot(offer), message);
  if (effect === null) throw new DeskError("conflict", `${person.name} cannot be reached by direct message.`);
  await replace(changer, { ...directory, offers: [...(directory.offers ?? []), offer] });
  await enqueueQuietly(tx, [effect], directory, now);
  const [gives, takes] = [offer.gives, offer.takes].map((time) => stretchWords(time, rotation.timezone));
  const typed = `${person.name} is asked: your shift ${gives}, for theirs ${takes}. You are told the answer; /oncall undo ${made.nr} takes the offer back.`;
  return [{ typed }];
}

/** Accepts or declines a swap that was offered to whoever answers. */
export async function answerOffer(changer: Changer, nr: number, answer: "accept" | "decline"): Promise<Text> {
  const { tx, person, now } = changer;
  const { known } = await begin(changer);
  const { directory } = known;
  const offer = directory.offers?.find(({ made }) => made.nr === nr);
  if (offer === undefined) throw new DeskError("not-found", "This swap is not on offer any more.");
  if (offer.person !== person.id)
    throw new DeskError("not-allowed", "This swap was offered to somebody else.");
  const [says, how] =
    answer === "accept" ? ["accepts", "You accepted it."] : ["declines", "You declined it."];
  if (answer === "accept")
    await keep(changer, withSwap(directory, offer, now), [offer.made.by, person.id], nr);
  else await replace(changer, withoutOffer(directory, nr));
  const told = line([`${person.name} ${says} your swap of ${offer.rotation}.`]);
  const effect = noticeTo(
    directory,
    { person: offer.made.by, topic: "swaps" },
    `oncall:change:${nr}:answer`,
    told,
  );
  const effects = [...(effect === null ? [] : [effect]), ...closed(directory, offer, how)];
  await enqueueQuietly(tx, effects, directory, now);
  return [answer === "accept" ? "Accepted: the two shifts are swapped." : "Declined: nothing changes."];
}

/** Takes a change back: the one of a number, or the latest of whoever asks. Leave is its person's own. */
export async function undo(changer: Changer, wanted: number | null): Promise<Text> {
  const { tx, person, now } = changer;
  const { known } = await begin(changer);
  const { directory } = known;
  const changes = changesMade(directory, now);
  const change = changes.findLast(({ made }) =>
    wanted === null ? made.by === person.id : made.nr === wanted,
  );
  if (change === undefined) {
    const which = wanted === null ? "You changed nothing" : `There is no change ${wanted}`;
    throw new DeskError("not-found", `${which} that is still to come. /oncall changes lists them.`);
  }
  const { made, leave, offer } = change;
  if (made.by !== person.id && (leave.length > 0 || offer !== null)) {
    throw new DeskError("not-allowed", `This is ${nameOf(directory, made.by)}'s own to take back.`);
  }
  await replace(changer, withoutChange(directory, made.nr, now));
  const concerned = [...change.overrides, ...change.leave].map((one) => one.person);
  const effects =
    offer === null
      ? tell(
          directory,
          line(undoneText(directory, change, person.id)),
          `${made.nr}:undone`,
          concerned,
          person.id,
        )
      : closed(directory, offer, "It was taken back.");
  await enqueueQuietly(tx, effects, directory, now);
  return [`Change ${made.nr} is taken back.`];
}

/** The person of the support team that words name: by id, by name, by first name where it is the only one, or by "@" and an address. */
export function personMeant(known: KnownDirectory, who: string): Person {
  const support = known.directory.people.filter(({ isSupport }) => isSupport);
  const written = who.replace(/^@/, "");
  const small = written.toLowerCase();
  const byAddress = written.includes(":") ? personAt(known, written) : null;
  const isNamed = ({ id, name }: Person) => id === small || name.toLowerCase() === small;
  const byFirst = support.filter(({ name }) => name.toLowerCase().split(" ")[0] === small);
  const found = byAddress ?? support.find(isNamed) ?? (byFirst.length === 1 ? byFirst[0] : undefined);
  if (found?.isSupport === true) return found;
  const names = support.map(({ name, id }) => `${name} (${id})`).join(", ");
  const sentence =
    written === ""
      ? `Say who. The support team is ${names}.`
      : `${found?.name ?? `"${written}"`} is not of the support team, which is ${names}.`;
  throw new DeskError("invalid", sentence, { faults: { person: sentence } });
}

/** The rotation of a name; without one the only one, or the only one that somebody takes turns in. */
function rotationMeant(directory: Directory, name: string | null, person: Person): Rotation {
  const { rotations } = directory;
  const own = rotationsOf(directory, person.id);
  const [only] = own;
  if (name === null && own.length === 1 && only !== undefined) return only;
  const found = rotations.find(({ id }) => id === name?.toLowerCase());
  if (found !== undefined) return found;
  const ids = rotations.map(({ id }) => id).join(", ");
  const sentence =
    rotations.length === 0
      ? "This desk has no rotation yet. Write one in the desk file."
      : name === null
        ? `Say which rotation at the end: ${ids}.`
        : `There is no rotation "${name}". There are: ${ids}.`;
  throw new DeskError("invalid", sentence, { faults: { rotation: sentence } });
}

function timeMeant(time: WrittenSpan | Stretch, zone: string, now: Date): Stretch {
  return time.from instanceof Date && time.to instanceof Date
    ? checkedStretch({ from: time.from, to: time.to }, now)
    : stretchOf(time as WrittenSpan, zone, now);
}

/** The desk to be changed, without what is past, and the number of the change. */
async function begin({ tx, person, now }: Changer): Promise<{ known: KnownDirectory; made: Made }> {
  const known = await tx.directoryToChange();
  const directory = withoutPast(known.directory, now);
  return { known: { ...known, directory }, made: { nr: known.revision + 1, by: person.id, at: now } };
}

async function replace({ tx, now }: Changer, directory: Directory): Promise<void> {
  await tx.replaceDirectory(directory, now);
  await wakeChores(tx, now);
}

/** Puts a change into force and tells of it. */
async function keep(
  changer: Changer,
  directory: Directory,
  concerned: readonly string[],
  nr?: number,
): Promise<void> {
  await replace(changer, directory);
  const change = changesMade(directory, changer.now).findLast(
    ({ made }) => nr === undefined || made.nr === nr,
  );
  if (change === undefined) throw new DeskError("internal", "The change is not in the desk.");
  const text = line(changeText(directory, change));
  const effects = tell(directory, text, `${change.made.nr}`, concerned, changer.person.id);
  await enqueueQuietly(changer.tx, effects, directory, changer.now);
}

/** One line to the on-call channel, and to each person concerned but the one who did it. */
function tell(
  directory: Directory,
  message: LineMessage,
  name: string,
  concerned: readonly string[],
  doer: string,
): ShowEffect[] {
  const slot = `oncall:change:${name}`;
  const others = [...new Set(concerned)].filter((person) => person !== doer);
  return [
    notice(directory.channels.onCall, slot, message),
    ...others.flatMap(
      (person) => noticeTo(directory, { person, topic: "shifts" }, `${slot}:${person}`, message) ?? [],
    ),
  ];
}

/** An offer without its buttons, once it is answered. */
function closed(directory: Directory, offer: SwapOffer, how: string): ShowEffect[] {
  const message = line([...offerText(directory, offer).slice(0, -1), ". ", { strong: how }]);
  const effect = noticeTo(directory, { person: offer.person, topic: "swaps" }, offerSlot(offer), message);
  return effect === null ? [] : [{ ...effect, mode: "edit-only" }];
}

function offerSlot({ made }: SwapOffer): string {
  return `oncall:change:${made.nr}:offer`;
}
