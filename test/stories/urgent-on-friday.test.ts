// The main job, told once: an urgent ticket of aleyant's customer on Friday evening, from the form to the answer on Monday.
import { expect, test } from "vitest";
import { aDesk, inPlain } from "../support/desk.ts";

const URGENT = {
  title: "Nobody can place an order",
  body: "The shop shows an error since six.",
  level: "urgent",
  confirm: true,
};

test("an urgent ticket on Friday 18:05 pages until somebody acknowledges, and counts down on Monday", async () => {
  await using desk = await aDesk("2026-12-04 18:05");

  const number = await desk.files("carl", URGENT, "acme");
  expect(number).toBe("ACME-1");
  expect(desk.reads("support")[0]).toBe("CARD ACME-1 Nobody can place an order; New; First answer running");
  expect(desk.reads("carl")).toEqual(["RECEIPT ACME-1 Nobody can place an order; New; First answer running"]);
  expect(desk.reads("acme")).toEqual(["RECEIPT ACME-1 Nobody can place an order; New; First answer running"]);
  expect(desk.reads("mia")).toEqual([
    "PAGE (ringing) Urgent · ACME-1 Nobody can place an order; Paged Mia Chen (primary) Fri 4 Dec 2026 18:05 CST",
  ]);
  expect(desk.reads("oncall")).toHaveLength(1);
  expect(desk.reads("sam")).toEqual([]);

  await desk.turnTo("2026-12-04 18:16");
  expect(desk.reads("sam")).toHaveLength(1);
  expect(desk.reads("mia")).toHaveLength(2);

  expect(await desk.presses("sam", "acknowledge", number)).toContain("You have acknowledged ACME-1");
  for (const place of ["sam", "mia", "oncall"]) {
    for (const line of desk.reads(place)) {
      expect(line).toContain("PAGE (acknowledged)");
      expect(line).toContain("Sam Okafor has it since Fri 4 Dec 2026 18:16 CST");
    }
  }
  expect(await desk.presses("mia", "acknowledge", number)).toContain("Sam Okafor has ACME-1 since");

  const before = desk.chat.seen.length;
  await desk.turnTo("2026-12-07 08:59");
  expect(desk.chat.seen.length).toBe(before);

  await desk.turnTo("2026-12-07 14:00");
  const thread = desk.reads("support").filter((line) => line.includes("left, due"));
  expect(thread.length).toBeGreaterThanOrEqual(3);
  expect(desk.find("oncall", "80% of the time is used").under).toBeNull();

  const card = desk.find("support", "CARD");
  await desk.says("leo", card, "We see it, the fix is on its way.");
  expect(inPlain(desk.find("support", "CARD").message)).toContain("First answer met");
  expect(inPlain(desk.find("carl", "Leo Brandt answers").message)).toBe(
    "Leo Brandt answers ACME-1: “We see it, the fix is on its way.”",
  );
  const after = desk.chat.seen.length;
  await desk.turnTo("2026-12-20 12:00");
  expect(desk.chat.seen.length).toBe(after);
});
