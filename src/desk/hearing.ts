// Asks the platforms whether those who may be paged hear us, keeps what they tell for whoever looks ahead, and says at the
// beginning of a shift what would keep a page from being heard.
import { addressOf, type Directory } from "../core/directory.ts";
import { callable, quietIn, withheldText, type Hearing } from "../core/hearing.ts";
import { line } from "../core/lines.ts";
import { PAUSED_NOW, pausedText, unreachableText } from "../core/shift.ts";
import { notice, noticeTo } from "./notice.ts";
import type { AskEffect, Effect, Question, Tx } from "./ports.ts";
import { enqueueQuietly } from "./quiet.ts";

/** Asks about one person; nothing where the desk knows no address of theirs. */
export function ask(directory: Directory, question: Question): AskEffect[] {
  const { person, shiftEndsAt } = question;
  const place = addressOf(directory, person, directory.channels.onCall);
  const slot = `hearing:${person}${shiftEndsAt === null ? "" : `:${question.at.getTime()}`}`;
  return place === null ? [] : [{ do: "ask", slot, ticket: null, place, question }];
}

/** Asks about everybody who may be paged. */
export async function askAll(tx: Tx, directory: Directory, now: Date): Promise<void> {
  const questions = callable(directory).map((person) => ({ person, at: now, shiftEndsAt: null }));
  await tx.enqueue(questions.flatMap((question) => ask(directory, question)));
}

/** Keeps an answer, and tells whom it concerns where a shift has just begun. */
export async function keepAnswer(tx: Tx, question: Question, hearing: Hearing, now: Date): Promise<void> {
  const { person, shiftEndsAt } = question;
  await tx.keepHearing(person, { ...hearing, askedAt: now });
  const { directory } = await tx.directory();
  if (hearing.is === "there" && hearing.withheld !== undefined) {
    const message = { ...line(withheldText(hearing.withheld)), tone: "attention" as const };
    await tx.enqueue([notice(directory.channels.onCall, "oncall:hearing:withheld", message)]);
  }
  if (shiftEndsAt === null) return;
  await enqueueQuietly(
    tx,
    shiftNotices(directory, { ...question, shiftEndsAt }, hearing, now),
    directory,
    now,
  );
}

function shiftNotices(
  directory: Directory,
  { person, at, shiftEndsAt }: Question & { shiftEndsAt: Date },
  hearing: Hearing,
  now: Date,
): Effect[] {
  const slot = `oncall:hearing:${person}:${at.getTime()}`;
  if (hearing.is === "gone") {
    const message = { ...line(unreachableText(directory, person, hearing.why)), tone: "alarm" as const };
    return [notice(directory.channels.onCall, slot, message)];
  }
  const isPausedNow = hearing.is === "there" && hearing.quiet === "now";
  const quiet = quietIn(hearing, now, shiftEndsAt);
  if (quiet === null && !isPausedNow) return [];
  const text = quiet === null ? PAUSED_NOW : pausedText(directory, person, quiet, now);
  const message = { ...line(text), tone: "attention" as const };
  return [noticeTo(directory, { person, topic: "shifts" }, slot, message)].filter((one) => one !== null);
}
