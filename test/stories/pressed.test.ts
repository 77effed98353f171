// A press of a button is stored before it is answered and carried out after that: nobody waits for more than the storing, and
// nothing that was answered is lost.
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DeskError } from "../../src/core/errors.ts";
import type { Ended, Press } from "../../src/desk/door.ts";
import { openDoor, type Inbox } from "../../src/desk/inbox.ts";
import type { Store } from "../../src/desk/ports.ts";
import { aDesk, PLACES, said, type TestDesk } from "../support/desk.ts";
import { aGate } from "../support/gate.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const door of open.splice(0)) await door.close();
});

/** A way in at a desk, as a process of its own has one, and what whoever pressed got to hear. */
async function aWayIn(desk: TestDesk, store: Store = desk.store): Promise<Inbox & { heard: string[] }> {
  const door = await openDoor({ store, now: () => desk.now(), log: pino({ level: "silent" }) });
  const heard: string[] = [];
  const told = (ended: Ended): string =>
    ended.kind === "say" ? said(ended) : ended.kind === "failed" ? String(ended.error) : ended.kind;
  door.answerBy("slack", (answerTo, ended) => void heard.push(`${answerTo}: ${told(ended)}`));
  open.push(door);
  return { ...door, heard };
}

function press(who: string, act: "take" | "release" | "acknowledge", ticket: string, nr = 1): Press {
  const key = `press ${nr} of ${who}: ${act} ${ticket}`;
  return { key, who: PLACES[who] ?? who, place: null, do: { kind: "act", act, ticket } };
}

async function aTicket(desk: TestDesk): Promise<string> {
  const form = { title: "Nobody can place an order", body: "Since nine.", level: "normal" };
  return desk.files("carl", form, "acme");
}

/** A store whose transactions wait until they are let go, or end as a test says; storing a press does not. */
function held(store: Store): Store & { letGo(): void; fails: Error[] } {
  const gate = aGate();
  const fails: Error[] = [];
  return {
    ...store,
    fails,
    letGo: gate.open,
    transaction: async (work, forWhom) => {
      // What the door itself reads as it opens is the desk's own.
      if (forWhom === "desk") return store.transaction(work, forWhom);
      await gate.opened;
      return store.transaction(async (tx) => {
        const result = await work(tx);
        const fault = fails.shift();
        if (fault !== undefined) throw fault;
        return result;
      }, forWhom);
    },
  };
}

async function waiting(store: Store): Promise<number> {
  return (await store.census()).acceptedWaiting;
}

describe("a press", () => {
  it("is answered once it is stored, and carried out after that", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const number = await aTicket(desk);
    const store = held(desk.store);
    const wayIn = await aWayIn(desk, store);
    await wayIn.accept(press("sam", "take", number), "sam's button");
    expect(await waiting(desk.store)).toBe(1);
    expect(wayIn.heard).toEqual([]);
    store.letGo();
    await vi.waitFor(() => expect(wayIn.heard).toEqual([`sam's button: You have taken ${number}.`]));
    expect(await waiting(desk.store)).toBe(0);
  });

  it("follows the one before it, as they came", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const number = await aTicket(desk);
    const wayIn = await aWayIn(desk);
    const acts = ["take", "release", "take", "release", "take"] as const;
    await Promise.all(acts.map((act, nr) => wayIn.accept(press("sam", act, number, nr), String(nr))));
    await wayIn.settle();
    const words = { take: `You have taken ${number}.`, release: `${number} is released.` };
    expect(wayIn.heard).toEqual(acts.map((act, nr) => `${nr}: ${words[act]}`));
  });

  it("that comes twice is done once, and whoever pressed reads the same", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const number = await aTicket(desk);
    const store = held(desk.store);
    const wayIn = await aWayIn(desk, store);
    await Promise.all([1, 2].map(() => wayIn.accept(press("sam", "take", number), "sam")));
    expect(await waiting(desk.store)).toBe(1);
    store.letGo();
    await vi.waitFor(() => expect(wayIn.heard).toHaveLength(1));
    await wayIn.accept(press("sam", "take", number), "sam, again");
    await vi.waitFor(() => expect(wayIn.heard).toHaveLength(2));
    expect(wayIn.heard).toEqual([`sam: You have taken ${number}.`, `sam, again: You have taken ${number}.`]);
  });

  it("that is refused says why", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const number = await aTicket(desk);
    const wayIn = await aWayIn(desk);
    await wayIn.accept(press("carl", "take", number), "carl");
    await vi.waitFor(() => expect(wayIn.heard).toEqual([expect.stringMatching(/^carl: .*support/i)]));
    expect(await waiting(desk.store)).toBe(0);
  });

  it("that one process left behind is carried out by another", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const number = await aTicket(desk);
    const store = held(desk.store);
    const dead = await aWayIn(desk, store);
    await dead.accept(press("sam", "take", number), "sam");
    const other = await aWayIn(desk);
    other.start();
    await vi.waitFor(() => expect(other.heard).toEqual([`sam: You have taken ${number}.`]));
    store.letGo();
    await dead.close();
    expect(dead.heard).toEqual([]);
  });

  it("that meets a fault of ours is answered with it, and holds up no other", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const number = await aTicket(desk);
    const store = held(desk.store);
    store.fails.push(new Error("null is not a ticket"));
    const wayIn = await aWayIn(desk, store);
    await wayIn.accept(press("sam", "take", number), "sam");
    await wayIn.accept(press("mia", "take", number), "mia");
    store.letGo();
    await vi.waitFor(() => expect(wayIn.heard).toHaveLength(2));
    expect(wayIn.heard).toEqual(["sam: Error: null is not a ticket", `mia: You have taken ${number}.`]);
    expect(await waiting(desk.store)).toBe(0);
  });

  it("for which the database has no time waits, holds up no other, and is carried out later", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const [one, other] = [await aTicket(desk), await aTicket(desk)];
    const store = held(desk.store);
    store.fails.push(new DeskError("unavailable", "All connections are in use."));
    const wayIn = await aWayIn(desk, store);
    await wayIn.accept(press("sam", "take", one), "sam");
    await wayIn.accept(press("mia", "take", other), "mia");
    store.letGo();
    await vi.waitFor(() => expect(wayIn.heard).toEqual([`mia: You have taken ${other}.`]));
    expect(await waiting(desk.store)).toBe(1);
    wayIn.start();
    await vi.waitFor(() => expect(wayIn.heard[1]).toBe(`sam: You have taken ${one}.`));
  });

  it("in a Belfry that ends is left to the next one", async () => {
    await using desk = await aDesk("2026-11-27 10:00");
    const number = await aTicket(desk);
    const store = held(desk.store);
    const wayIn = await aWayIn(desk, store);
    await wayIn.accept(press("sam", "take", number), "sam");
    await wayIn.accept(press("sam", "release", number), "sam");
    const closed = wayIn.close();
    store.letGo();
    await closed;
    expect(wayIn.heard).toEqual([`sam: You have taken ${number}.`]);
    expect(await waiting(desk.store)).toBe(1);
  });
});
