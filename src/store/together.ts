// Writes many things with few commits: one at a time while there is little to write, and those that come while another is
// being written together in the next transaction. Each is as durable as alone.
import { isUnavailable } from "../core/errors.ts";

/** How things are written. */
export interface Writing<Item, Result> {
  /** Only things of one kind are written together. */
  kindOf: (item: Item) => string;
  /** Writes some in one transaction, and tells what became of each, in their order. */
  write: (items: readonly [Item, ...Item[]]) => Promise<readonly Result[]>;
}

/** A writer that keeps at most one connection busy. What it resolves with is committed. */
export function together<Item, Result>({
  kindOf,
  write,
}: Writing<Item, Result>): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    // Those that come at this very moment are there by then: the first would else be written alone.
    await Promise.resolve();
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      const kind = kindOf(first.item);
      const alike = waiting.filter(({ item }) => kindOf(item) === kind).slice(1, MOST_TOGETHER);
      waiting = waiting.filter((one) => one !== first && !alike.includes(one));
      await writeSome([first, ...alike]);
    }
    isWriting = false;
  }

  async function writeSome(group: readonly [Waiting<Item, Result>, ...Waiting<Item, Result>[]]) {
    const [first, ...others] = group;
    try {
      const results = await write([first.item, ...others.map(({ item }) => item)]);
      group.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      const isAway = isUnavailable(error);
      if (others.length === 0 || isAway) for (const { reject } of group) reject(error);
      // What is wrong with one of them is no fault of the others.
      else for (const one of group) await writeSome([one]);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWriting) void writeAll();
    });
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** More would keep other transactions waiting for their rows. */
const MOST_TOGETHER = 64;
