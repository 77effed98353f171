// Calls over the network that end with a signal, or after a time, and leave nothing behind.
import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { endingWith } from "../../src/chat/network.ts";

/** Work that only a signal ends. */
const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });

test("a signal that outlives many calls knows none of them any more", async () => {
  const { signal } = new AbortController();
  const during: number[] = [];
  for (let call = 0; call < 3; call += 1) {
    const done = endingWith(60_000, [signal], () => {
      during.push(getEventListeners(signal, "abort").length);
      return call === 2 ? Promise.reject(new Error("refused")) : Promise.resolve(call);
    });
    await done.catch(() => undefined);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  }
  expect(during).toEqual([1, 1, 1]);
});

test("a call ends with any of its signals, with that one's reason, also where that was over before", async () => {
  const [early, late] = [new AbortController(), new AbortController()];
  const ended = endingWith(60_000, [late.signal, early.signal], endless);
  early.abort(new Error("Belfry is stopping"));
  await expect(ended).rejects.toThrow("Belfry is stopping");
  await expect(endingWith(60_000, [late.signal, early.signal], endless)).rejects.toThrow(
    "Belfry is stopping",
  );
});

test("a call ends by itself after its time", async () => {
  await expect(endingWith(20, [], endless)).rejects.toMatchObject({ name: "TimeoutError" });
});
