// The places in which a Belfry is killed: while it takes something in, and around each thing that it sends.
import { breakpoint, type Mishap } from "../support/slack-double-faults.ts";
import type { TurnedChild } from "../support/child.ts";
import type { World } from "../support/world.ts";
import type { Dice } from "./dice.ts";

/** Where a killing strikes. `on the way in` is while a person waits; the others by what Slack sees. */
export const PLACES = [
  "on the way in",
  "while due work is done",
  "before a post is delivered",
  "after a post is delivered",
  "before an edit is delivered",
  "after an edit is delivered",
  "at rest",
] as const;
export type Place = (typeof PLACES)[number];

/** A killing that waits for its moment. */
export interface Ambush {
  place: Place;
  /** Resolves when somebody has stepped into it, or after some milliseconds. */
  sprungWithin(ms: number): Promise<void>;
  /** Takes the trap away where nobody has stepped into it. Tells whether somebody was killed. */
  end(): Promise<boolean>;
}

/** Lays an ambush for one of the living. Those that go by time strike some milliseconds from now. */
export function layAmbush(world: World, place: Place, dice: Dice): Ambush {
  const victims = world.alive();
  const victim = victims[dice.below(victims.length)];
  if (victim === undefined) throw new Error("there is nobody left to kill");
  switch (place) {
    case "on the way in":
      return byTime(place, victim, dice.below(25));
    case "while due work is done":
      return byTime(place, victim, dice.below(60));
    case "at rest":
      return byTime(place, victim, 300);
    case "before a post is delivered":
      return byCall(world, place, victims, "chat.postMessage", false, dice.below(4));
    case "after a post is delivered":
      return byCall(world, place, victims, "chat.postMessage", true, dice.below(4));
    case "before an edit is delivered":
      return byCall(world, place, victims, "chat.update", false, dice.below(2));
    case "after an edit is delivered":
      return byCall(world, place, victims, "chat.update", true, dice.below(2));
  }
}

function byTime(place: Place, victim: TurnedChild, ms: number): Ambush {
  const strike = new Promise<boolean>((resolve) => {
    setTimeout(() => void victim.kill().then(() => resolve(true)), ms);
  });
  return { place, sprungWithin: () => Promise.resolve(), end: () => strike };
}

/** Strikes at the call after `spared` others. Which Belfry calls cannot be seen, so of several all die. */
function byCall(
  world: World,
  place: Place,
  victims: readonly TurnedChild[],
  method: string,
  isDelivered: boolean,
  spared: number,
): Ambush {
  let calls = 0;
  let killing: Promise<unknown> | null = null;
  let spring = (): void => undefined;
  const sprung = new Promise<void>((resolve) => {
    spring = resolve;
  });
  const kill = async (): Promise<void> => {
    spring();
    killing = Promise.all(victims.map((victim) => victim.kill()));
    await killing;
  };
  const trap: Mishap = isDelivered
    ? breakpoint(kill)
    : { ...breakpoint(() => undefined), before: kill, delivers: false };
  const takeAway = world.slack.mishap(method, trap, { where: () => calls++ === spared });
  return {
    place,
    sprungWithin: (ms) => Promise.race([sprung, new Promise<void>((resolve) => setTimeout(resolve, ms))]),
    end: async () => {
      takeAway();
      await killing;
      return killing !== null;
    },
  };
}
