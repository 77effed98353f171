// A ticket that cannot be handled is a fault of ours: it is told, and holds up no other.
import { expect, test } from "vitest";
import { indexOf } from "../../src/desk/record.ts";
import { tickDue } from "../../src/desk/tick.ts";
import { aDesk } from "../support/desk.ts";
import { at, policyOf } from "../support/life.ts";

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
  expect(await tickDue(desk.store, due, 10, (number) => faults.push(number))).toBe(2);
  expect(faults).toEqual([broken]);
  expect(await tickDue(desk.store, due, 10, (number) => faults.push(number))).toBe(0);
  await desk.settle();
  expect(desk.reads("support").join("\n")).toContain(
    `${sound} Proof looks wrong: First answer, 50% of the time is used`,
  );
});
