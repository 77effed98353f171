// Answers /oncall: who is on call now, next and in the week; and hands what changes it to change-roster.ts.
import type { Person } from "../core/directory.ts";
import { rotationsOf } from "../core/duty-plan.ts";
import { DeskError } from "../core/errors.ts";
import type { Form, FormValues, RosterFormName } from "../core/form.ts";
import { line } from "../core/lines.ts";
import type { Message } from "../core/message.ts";
import { readOncall } from "../core/oncall-command.ts";
import { changesText, nowText, ONCALL_HELP, weekTable } from "../core/oncall-lines.ts";
import { changesMade } from "../core/roster-change.ts";
import {
  answerOffer,
  offerSwap,
  override,
  personMeant,
  takeLeave,
  takeOver,
  undo,
  type Changer,
} from "./change-roster.ts";
import { feedAddress } from "./feed.ts";
import type { KnownDirectory, Tx } from "./ports.ts";
import { leaveForm, overrideForm } from "./roster-forms.ts";
import { instantIn, refuseFaults, textIn } from "./values.ts";

/** Who asks what, when. */
export interface Asked {
  person: Person;
  words: string;
  now: Date;
  /** Where Belfry is reached from outside, or null. */
  publicUrl: string | null;
}

/** Answers words after /oncall. */
export async function answerOncall(
  tx: Tx,
  known: KnownDirectory,
  { person, words, now, publicUrl }: Asked,
): Promise<Message> {
  refuseOthers(person);
  const { directory } = known;
  const command = readOncall(words);
  const changer: Changer = { tx, person, now };
  switch (command.kind) {
    case "now":
      return line(
        nowText(directory, command.all ? directory.rotations : rotationsOf(directory, person.id), now),
      );
    case "week": {
      const rotations = command.all ? directory.rotations : rotationsOf(directory, person.id);
      if (rotations.length === 0) return line(nowText(directory, [], now));
      return weekTable(directory, rotations, person.timezone, now);
    }
    case "help":
      return line([{ typed: ONCALL_HELP }]);
    case "changes":
      return line(changesText(directory, changesMade(directory, now)));
    case "feed":
      return { ...line(await feedAddress(tx, person, { renew: command.renew, publicUrl })), isPrivate: true };
    case "override":
      if (command.span === null) throw needsForm("override");
      return line(await override(changer, { ...command, time: command.span }));
    case "leave":
      if (command.span === null) throw needsForm("leave");
      return line(await takeLeave(changer, command.span));
    case "take":
      return line(await takeOver(changer, command.rotation));
    case "swap":
      return line(await offerSwap(changer, command));
    case "accept":
    case "decline":
      return line(await answerOffer(changer, command.nr, command.kind));
    case "undo":
      return line(await undo(changer, command.nr));
    case "unclear":
      throw new DeskError("invalid", command.sentence);
    default:
      return command satisfies never;
  }
}

/** The form that words after /oncall need, or null where they need none. */
export function oncallForm(
  known: KnownDirectory,
  person: Person,
  { words, place, now }: { words: string; place: string | null; now: Date },
): Form | null {
  const command = readOncall(words);
  if (command.kind !== "override" && command.kind !== "leave") return null;
  if (command.span !== null) return null;
  refuseOthers(person);
  if (command.kind === "leave") return leaveForm(place, now);
  const who = command.who === "" ? null : personMeant(known, command.who).id;
  return overrideForm(known.directory, { person, who, place, now });
}

/** Does what a filled in form asks for. */
export async function submitRosterForm(
  changer: Changer,
  form: RosterFormName,
  values: FormValues,
): Promise<Message> {
  refuseOthers(changer.person);
  const [from, to] = [instantIn(values, "from"), instantIn(values, "to")];
  refuseFaults({
    from: from === null ? "Say when it begins." : null,
    to: to === null ? "Say when it ends." : null,
  });
  if (from === null || to === null) throw new DeskError("invalid", "Say when it begins and ends.");
  const time = { from, to };
  if (form === "leave") return line(await takeLeave(changer, time));
  return line(
    await override(changer, {
      who: textIn(values, "person"),
      rotation: textIn(values, "rotation") || null,
      role: textIn(values, "role") === "secondary" ? "secondary" : "primary",
      time,
    }),
  );
}

function refuseOthers({ isSupport }: Person): void {
  if (isSupport) return;
  throw new DeskError(
    "not-allowed",
    "Only the support team sees and changes who is on call. /ticket help shows what you can do.",
  );
}

function needsForm(command: string): DeskError {
  return new DeskError("invalid", `This needs the form: type /oncall ${command}.`);
}
