// A ticket that cannot be handled is a fault of ours: it is told, and holds up no other.
import { describe, expect, test } from "vitest";
import { DeskError } from "../../src/core/errors.ts";
import { tickChore } from "../../src/desk/chores.ts";
import type { Store } from "../../src/desk/ports.ts";
import { indexOf } from "../../src/desk/record.ts";
import { tickTicket } from "../../src/desk/tick.ts";
import { aDesk } from "../support/desk.ts";
import { at, policyOf } from "../support/life.ts";
import { times } from "../support/tick.ts";

const CHICAGO = "America/Chicago";

test("a ticket that cannot be handled is set aside and told, and the others are handled", async () => {
  await using desk = await aDesk("2026-12-04 11:00");
  const normal = { title: "Proof looks wrong", body: "The colours differ.", level: "normal" };
  const [broken, sound] = [await desk.files("carl", normal), await desk.files("carl", normal)];
  const due = at("2026-12-04 14:00", CHICAGO);
  await desk.store.transaction(async (tx) => {
    const ticket = await tx.ticketByNumber(broken);
    if (ticket === null) throw new Error(`${broken} is missing`);
    const index = indexOf(ticket, policyOf("aleyant"), due);
    await tx.saveTicket({ ...ticket, level: "none such" }, index, []);
  });

  const faults: string[] = [];
  const tick = () => tickTicket(desk.store, due, (number) => faults.push(number));
  expect(await times(tick)).toBe(2);
  expect(faults).toEqual([broken]);
  expect(await tick()).toBe(false);
  await desk.settle();
  expect(desk.reads("support").join("\n")).toContain(
    `${sound} Proof looks wrong: First answer, 50% of the time is used`,
  );
});

describe("a database that goes away in the middle", () => {
  const away = () => Promise.reject(new DeskError("unavailable", "The database is away."));

  /** A store whose next transaction breaks as it writes. */
  function breakingOnce(store: Store): Store {
    let isWhole = false;
    return {
      ...store,
      transaction: (work, forWhom) => {
        if (isWhole) return store.transaction(work, forWhom);
        isWhole = true;
        return store.transaction((tx) => work({ ...tx, saveTicket: away, saveChore: away }), forWhom);
      },
    };
  }
  const fail = (what: string): never => {
    throw new Error(`${what} was set aside`);
  };

  test("sets no ticket aside: it is done as soon as the database is back", async () => {
    await using desk = await aDesk("2026-12-04 11:00");
    await desk.files("carl", { title: "Proof looks wrong", body: "The colours differ.", level: "normal" });
    const due = at("2026-12-04 14:00", CHICAGO);
    const store = breakingOnce(desk.store);
    await expect(tickTicket(store, due, fail)).rejects.toMatchObject({ code: "unavailable" });
    expect(await tickTicket(store, due, fail)).toBe(true);
  });

  test("sets no chore aside either", async () => {
    await using desk = await aDesk("2026-12-04 11:00");
    await desk.store.transaction((tx) => tx.wakeChores(["round"], desk.now()));
    const round = { name: "round", run: () => Promise.resolve({ wakeAt: null, state: null }) };
    const store = breakingOnce(desk.store);
    const again = () => tickChore(store, desk.now(), fail, [round]);
    await expect(again()).rejects.toMatchObject({ code: "unavailable" });
    expect(await again()).toBe(true);
  });
});
