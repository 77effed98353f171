// The desk's own work: each chore is done when it is due, one that fails holds up no other, and a changed desk file wakes all.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { CHORES, tickChore, type Chore } from "../../src/desk/chores.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { aDesk } from "../support/desk.ts";
import { at, policyOf, wall } from "../support/life.ts";
import { times } from "../support/tick.ts";

const CHICAGO = "America/Chicago";
const HOUR_MS = 3_600_000;

/** A chore that is done each hour, and remembers when. */
function hourly(name: string, done: string[]): Chore {
  return {
    name,
    run: (_tx, now, state) => {
      done.push(`${name} ${wall(now, CHICAGO)}`);
      const times = typeof state === "number" ? state + 1 : 1;
      return Promise.resolve({ wakeAt: new Date(now.getTime() + HOUR_MS), state: times });
    },
  };
}

test("a chore is done at each instant that it named, on the way of the clock", async () => {
  const done: string[] = [];
  await using desk = await aDesk("2026-12-04 11:00", CHICAGO, { chores: [hourly("bells", done)] });
  await desk.turnTo("2026-12-04 13:30");
  expect(done).toEqual(["11:00", "12:00", "13:00"].map((time) => `bells Fri 2026-12-04 ${time}`));
  const later = at("2026-12-04 14:00", CHICAGO);
  expect(await desk.store.transaction((tx) => tx.takeChore(["bells"], later))).toEqual({
    name: "bells",
    state: 3,
  });
});

test("a chore that fails is told and set aside for five minutes, with nothing of it done, and the others are done", async () => {
  const done: string[] = [];
  let isBroken = true;
  const faulty: Chore = {
    name: "a faulty one",
    run: async (tx, now) => {
      const { directory } = await tx.directory();
      await tx.replaceDirectory({ ...directory, ladders: [] }, now);
      if (isBroken) throw new Error("out of order");
      return { wakeAt: null, state: null };
    },
  };
  const chores = [faulty, hourly("bells", done)];
  await using desk = await aDesk("2026-12-04 11:00", CHICAGO, { chores });
  const faults: string[] = [];
  const tick = (time: string) =>
    times(() =>
      tickChore(desk.store, at(`2026-12-04 ${time}`, CHICAGO), (name) => faults.push(name), chores),
    );
  const ladders = async () => (await desk.store.transaction((tx) => tx.directory())).directory.ladders.length;

  expect(await tick("11:00")).toBe(2);
  expect(faults).toEqual(["a faulty one"]);
  expect(done).toHaveLength(1);
  expect(await ladders()).toBe(1);
  expect(await tick("11:04")).toBe(0);
  isBroken = false;
  expect(await tick("11:05")).toBe(1);
  expect(faults).toHaveLength(1);
  expect(await ladders()).toBe(0);
});

test("a desk file that changes makes every chore due at once, and one that is the same does not", async () => {
  await using desk = await aDesk("2026-12-04 11:00", CHICAGO);
  const text = await readFile(new URL("../../src/sandbox/desk.yaml", import.meta.url), "utf8");
  const apply = (file: string) =>
    applyFile(desk.store, { directory: parseDirectory(file), policies: presetIds.map(policyOf) }, desk.now());
  const idle = CHORES.map(({ name }): Chore => ({
    name,
    run: () => Promise.resolve({ wakeAt: null, state: null }),
  }));
  const fail = (_: string, fault: unknown) => {
    throw fault;
  };
  await times(() => tickChore(desk.store, desk.now(), fail, idle));
  await apply(text);
  expect(await desk.store.nextWakeAt()).toMatchObject({ ticket: null, chore: null });
  await apply(`${text}\nleave: [{ person: mia, from: 2026-12-05 09:00, to: 2026-12-06 09:00 }]\n`);
  expect(await desk.store.nextWakeAt()).toMatchObject({ ticket: null, chore: desk.now() });
});
