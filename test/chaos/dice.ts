// Chance that can be repeated: the same seed throws the same numbers.

export interface Dice {
  /** A whole number from 0 up to, but not including, `sides`. */
  below(sides: number): number;
  /** True in `share` of all cases, 0 to 1. */
  chance(share: number): boolean;
  pick<T>(things: readonly [T, ...T[]]): T;
}

/** Dice by the generator "mulberry32". */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (sides: number): number => Math.floor(next() * sides);
  return {
    below,
    chance: (share) => next() < share,
    pick: (things) => things[below(things.length)] ?? things[0],
  };
}
