// A page waits for no reminder, however many of them a slow platform holds up.
import { pino } from "pino";
import { expect, test } from "vitest";
import { line } from "../../src/core/lines.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import type { ChatPlatform, Outcome, ShowEffect } from "../../src/desk/ports.ts";
import { aPage } from "../chat/ways/pages.ts";
import { freshStore } from "../support/database.ts";

function show(slot: string, urgency: ShowEffect["urgency"]): ShowEffect {
  const message = urgency === "page" ? aPage("ringing") : line([slot]);
  const where = { place: `slow:${slot}`, under: null, ticket: null };
  return { do: "show", slot, ...where, message, urgency, combines: false, mode: "post" };
}

test("a page goes out while a hundred reminders wait for a platform that does not answer", async () => {
  const store = await freshStore({ pace: () => 0 });
  const posted: string[] = [];
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const absent = () => Promise.reject(new Error("nobody asks for this here"));
  const slow: ChatPlatform = {
    name: "slow",
    post: async ({ key, place, message }): Promise<Outcome> => {
      posted.push(key);
      if (message.kind === "line") await answered;
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
    store,
    platforms: new Map([[slow.name, slow]]),
    now: () => new Date(),
    machineNow: () => new Date(),
    log: pino({ level: "silent" }),
    observe: { recorded: () => undefined },
  });
  try {
    const reminders = Array.from({ length: 100 }, (_, nr) => show(`reminder ${nr}`, "normal"));
    await store.transaction((tx) => tx.enqueue(reminders));
    // Not all of them: some places are kept.
    await expect.poll(() => posted.length, { timeout: 30_000 }).toBe(48);
    await store.transaction((tx) => tx.enqueue([show("page", "page")]));
    await expect.poll(() => posted, { timeout: 30_000 }).toContain("page");
    answer();
    await expect.poll(() => posted.length, { timeout: 30_000 }).toBe(101);
  } finally {
    answer();
    await outbox.stop(5_000);
  }
});
