// A page waits for no reminder, however many of them a slow platform holds up.
import { pino } from "pino";
import { expect, test } from "vitest";
import { line } from "../../src/core/lines.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import type { ChatPlatform, Outcome, ShowEffect } from "../../src/desk/ports.ts";
import { aPage } from "../chat/ways/pages.ts";
import { freshStore } from "../support/database.ts";
import { aGate } from "../support/gate.ts";

function show(slot: string, urgency: ShowEffect["urgency"]): ShowEffect {
  const message = urgency === "page" ? aPage("ringing") : line([slot]);
  const where = { place: `slow:${slot}`, under: null, ticket: null };
  return { do: "show", slot, ...where, message, urgency, combines: false, mode: "post" };
}

/** An outbox that posts to `slow`; what it posts is answered by `answers`, and written down once `recorded`. */
async function anOutbox(answers: (key: string) => Promise<void>, recorded = Promise.resolve()) {
  const store = await freshStore({ pace: () => 0 });
  const record: typeof store.outbox.record = async (...ending) => {
    await recorded;
    return store.outbox.record(...ending);
  };
  const posted: string[] = [];
  const absent = () => Promise.reject(new Error("nobody asks for this here"));
  const slow: ChatPlatform = {
    name: "slow",
    post: async ({ key, place }): Promise<Outcome> => {
      posted.push(key);
      await answers(key);
      return { is: "sent", ref: `${place}:1` };
    },
    edit: absent,
    mark: absent,
    set: absent,
    lookFor: absent,
    hearingAt: () => Promise.resolve({ is: "untold" }),
    lookUp: absent,
  };
  const outbox = startOutbox({
    store: { ...store, outbox: { ...store.outbox, record } },
    platforms: new Map([[slow.name, slow]]),
    now: () => new Date(),
    machineNow: () => new Date(),
    log: pino({ level: "silent" }),
    observe: { recorded: () => undefined },
  });
  return {
    posted,
    wants: (...effects: ShowEffect[]) => store.transaction((tx) => tx.enqueue(effects)),
    stop: () => outbox.stop(5_000),
  };
}

test("a page goes out while two hundred reminders wait for a platform that does not answer", async () => {
  const { open: answer, opened: once } = aGate();
  const outbox = await anOutbox((key) => (key === "page" ? Promise.resolve() : once));
  try {
    await outbox.wants(...Array.from({ length: 200 }, (_, nr) => show(`reminder ${nr}`, "normal")));
    // Not all of them: some places are kept.
    await expect.poll(() => outbox.posted.length, { timeout: 30_000 }).toBe(96);
    await outbox.wants(show("page", "page"));
    await expect.poll(() => outbox.posted, { timeout: 30_000 }).toContain("page");
    answer();
    await expect.poll(() => outbox.posted.length, { timeout: 30_000 }).toBe(201);
  } finally {
    answer();
    await outbox.stop();
  }
});

test("the next go out while a slow database writes down what was sent; not without end, and a page still finds its place", async () => {
  const { open: answer, opened: once } = aGate();
  const outbox = await anOutbox(() => Promise.resolve(), once);
  try {
    await outbox.wants(...Array.from({ length: 300 }, (_, nr) => show(`reminder ${nr}`, "normal")));
    await expect.poll(() => outbox.posted.length, { timeout: 30_000 }).toBe(224);
    await outbox.wants(show("page", "page"));
    await expect.poll(() => outbox.posted.length, { timeout: 30_000 }).toBe(225);
    expect(outbox.posted.at(-1)).toBe("page");
    answer();
    await expect.poll(() => outbox.posted.length, { timeout: 30_000 }).toBe(301);
  } finally {
    answer();
    await outbox.stop();
  }
});

test("what is due with a page waits until that has left, and not for a platform that keeps the page's answer back", async () => {
  const { open: answer, opened: once } = aGate();
  const leaves: string[][] = [];
  const outbox = await anOutbox(async (key) => {
    if (!key.startsWith("page")) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
    leaves.push([...outbox.posted]);
    if (key === "page 2") await once;
  });
  try {
    await outbox.wants(show("line 1", "normal"), show("page 1", "page"));
    await expect.poll(() => outbox.posted, { timeout: 30_000 }).toEqual(["page 1", "line 1"]);
    expect(leaves).toEqual([["page 1"]]);
    await outbox.wants(show("line 2", "normal"), show("page 2", "page"));
    await expect.poll(() => outbox.posted, { timeout: 30_000 }).toContain("line 2");
    expect(outbox.posted.indexOf("page 2")).toBeLessThan(outbox.posted.indexOf("line 2"));
  } finally {
    answer();
    await outbox.stop();
  }
});
