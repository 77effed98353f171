// Sends what is no page as each person wants it: it passes, stays away, or waits until their hours open.
import type { Directory } from "../core/directory.ts";
import { DEFAULT_SETTINGS, rungAsWanted, rungIn, whenTold, type Settings } from "../core/settings.ts";
import { personOf } from "../core/words.ts";
import type { Effect, Held, ShowEffect, Tx } from "./ports.ts";

/** The chore that sends what waited. */
export const HELD_CHORE = "held";

/** Wants effects, as far and as soon as the settings of those whom they concern allow. */
export async function enqueueQuietly(
  tx: Tx,
  effects: readonly Effect[],
  directory: Directory,
  now: Date,
): Promise<void> {
  await tx.enqueue(await withSettings(tx, effects, directory, now));
}

/** The effects that are for now. Those that wait are kept, and those of a person who waits no longer come first. */
export async function withSettings(
  tx: Tx,
  effects: readonly Effect[],
  directory: Directory,
  now: Date,
): Promise<Effect[]> {
  const concerned = effects.flatMap((effect) => (isPlain(effect) ? concernedBy(effect, directory) : []));
  if (concerned.length === 0) return [...effects];
  const known = await tx.settingsOf([...new Set(concerned)].sort());
  if (known.size === 0) return [...effects];
  const passed: Effect[] = [];
  const held: Held[] = [];
  for (const effect of effects) {
    if (!isPlain(effect)) {
      passed.push(effect);
      continue;
    }
    const { to } = effect;
    const settings = to === undefined ? undefined : known.get(to.person);
    if (to === undefined || settings === undefined) {
      passed.push(rungQuietly(effect, directory, known, now));
      continue;
    }
    if (effect.mode === "edit-only") {
      // What would be changed may wait still: then nobody needs to read it any more.
      await tx.takeHeld({ slot: effect.slot });
      passed.push(effect);
      continue;
    }
    const turn = whenTold(settings, to, personOf(directory, to.person)?.timezone ?? "Etc/UTC", now);
    if (turn === "never") continue;
    if (turn === "now") passed.push(...(await tx.takeHeld({ person: to.person })), effect);
    else held.push({ person: to.person, until: turn, effect });
  }
  await hold(tx, held);
  return passed;
}

/** Judges anew what waits for somebody whose settings are others now. */
export async function judgeAnew(tx: Tx, person: string, directory: Directory, now: Date): Promise<void> {
  await enqueueQuietly(tx, await tx.takeHeld({ person }), directory, now);
}

async function hold(tx: Tx, held: readonly Held[]): Promise<void> {
  const [first] = [...held].sort((one, other) => one.until.getTime() - other.until.getTime());
  if (first === undefined) return;
  await tx.hold(held);
  await tx.wakeChores([HELD_CHORE], first.until);
}

function rungQuietly(
  effect: ShowEffect,
  directory: Directory,
  known: ReadonlyMap<string, Settings>,
  now: Date,
): ShowEffect {
  const settingsOf = (person: string) => known.get(person) ?? DEFAULT_SETTINGS;
  return { ...effect, message: rungAsWanted(effect.message, directory, settingsOf, now) };
}

function concernedBy({ to, message }: ShowEffect, directory: Directory): string[] {
  return to === undefined ? rungIn(message, directory) : [to.person];
}

/** A message that is no page. */
function isPlain(effect: Effect): effect is ShowEffect {
  return effect.do === "show" && effect.urgency !== "page";
}
