import { pino } from "pino";
import { expect, it, vi } from "vitest";
import { undoing } from "../../src/main/undoing.ts";

it("a stop undoes each step of the start once, the last one first, whatever fails on the way", async () => {
  const undone: string[] = [];
  const started = undoing(pino({ level: "silent" }));
  started.add("store", () => {
    undone.push("store");
  });
  started.add("outbox", () => Promise.reject(new Error("stuck")));
  started.add("http", async () => {
    await Promise.resolve();
    undone.push("http");
  });
  await started.all();
  await started.all();
  expect(undone).toEqual(["http", "store"]);
});

it("a stop is not held up by a part that never ends", async () => {
  vi.useFakeTimers();
  const undone: string[] = [];
  const started = undoing(pino({ level: "silent" }));
  started.add("store", () => {
    undone.push("store");
  });
  started.add("http", () => new Promise<void>(() => undefined));
  const stopped = started.all();
  await vi.advanceTimersByTimeAsync(5_000);
  await stopped;
  expect(undone).toEqual(["store"]);
  vi.useRealTimers();
});
