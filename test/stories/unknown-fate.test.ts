// A message went out, and no answer came: nobody knows whether it arrived. What people do meanwhile counts all the same.
import { expect, test } from "vitest";
import { aDesk, PLACES, type TestDesk } from "../support/desk.ts";

const CODE_RED = {
  title: "Calls drop",
  body: "Nobody can be reached.",
  level: "1",
  "field.scope": "platform",
  confirm: true,
};

/** Loses the first page to somebody, with its answer. */
function losesThePageTo(desk: TestDesk, who: string): void {
  let isLost = false;
  desk.chat.refuse = (place, message) => {
    if (isLost || place !== PLACES[who] || message.kind !== "page") return null;
    isLost = true;
    return { is: "unknown", at: new Date(), why: "timed out" };
  };
}

/** Lets something happen while the chat is asked whether a page arrived, until a ticket's page stands so. */
function asItIsAsked(
  desk: TestDesk,
  act: () => Promise<unknown>,
  number: string,
  until: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const lookFor = desk.chat.lookFor.bind(desk.chat);
    desk.chat.lookFor = async (...which) => {
      desk.chat.lookFor = lookFor;
      act().then(() => resolve(), reject);
      const state = () =>
        desk.store.transaction(async (tx) => (await tx.ticketByNumber(number))?.paging?.state);
      await expect.poll(state, { timeout: 10_000 }).toBe(until);
      return lookFor(...which);
    };
  });
}

test("a page that somebody acknowledges while the chat is asked whether it arrived is not sent again", async () => {
  await using desk = await aDesk("2026-11-24 03:00", "Europe/Prague");
  losesThePageTo(desk, "sam");
  const acknowledged = asItIsAsked(
    desk,
    () => desk.presses("leo", "acknowledge", "PCC-1"),
    "PCC-1",
    "acknowledged",
  );
  expect(await desk.files("pavel", CODE_RED)).toBe("PCC-1");
  await acknowledged;
  await desk.settle();
  expect(desk.chat.seen.filter(({ place }) => place === PLACES["sam"])).toEqual([]);
});
