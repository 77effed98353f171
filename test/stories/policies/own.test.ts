// A policy in a file of one's own works as well as one that ships: levels, hours, notices, assumptions, paging.
import { describe, expect, test } from "vitest";
import { readPolicy } from "../../../src/policies/read-policy.ts";
import { aDesk, formSays, inPlain } from "../../support/desk.ts";
import { OURS } from "../../support/own-policy.ts";

const DOWN = { title: "Dark", body: "No light.", level: "down", confirm: true };
const rewritten = (file: string) => file.replace("policy: aleyant", "policy: ours");

/** A desk whose customer ACME has the policy of our own. */
async function ourDesk(wall: string, switches: string[] = []) {
  const own = [await readPolicy(OURS, "ours.yaml", switches)];
  return aDesk(wall, "America/Chicago", { own, rewritten });
}

describe("a policy of one's own", () => {
  test("promises in its own hours, over its lunch break and holiday, by its own field", async () => {
    await using desk = await ourDesk("2026-12-23 11:00");
    const promised = (floor: string) =>
      formSays(desk.formOf("carl", { level: "down", "field.floor": floor }, "acme"), "promise");
    expect(promised("ground")).toContain("First answer by Wed 23 Dec 2026 13:30 CST.");
    expect(promised("upper")).toContain("Function restored by Fri 25 Dec 2026 11:00 CST.");
  });

  test("shows its assumption, and switching it changes what it says", async () => {
    await using desk = await ourDesk("2026-12-03 11:00", ["lunch"]);
    const form = desk.formOf("carl", { level: "rest" }, "acme");
    expect(formSays(form, "promise")).toContain("by Fri 4 Dec 2026 11:00 CST");
    await using usual = await ourDesk("2026-12-03 11:15");
    expect(formSays(usual.formOf("carl", { level: "down" }, "acme"), "assumed")).toBe(
      "Assumed, where the policy's source is silent: Lunch does not count.",
    );
  });

  test("says its notice on its days, and pages at closing what nobody attends to", async () => {
    await using desk = await ourDesk("2026-12-04 15:00");
    expect(formSays(desk.formOf("carl", { level: "down" }, "acme"), "notice.0")).toBe(
      "Half of us are away today.",
    );
    await desk.files("carl", DOWN, "acme");
    expect(inPlain(desk.find("support", "CARD").message)).toContain("First answer running");
    await desk.turnTo("2026-12-04 16:30");
    expect(desk.reads("oncall").join("\n")).toContain("PAGE (ringing) Down · ACME-1 Dark");
  });
});
