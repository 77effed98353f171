// A page in people's hands: whoever cannot take it passes it on, and support may ask for one at any hour.
import { describe, expect, test } from "vitest";
import { aDesk, type TestDesk } from "../support/desk.ts";

const URGENT = {
  title: "Nobody can order",
  body: "The shop shows an error.",
  level: "urgent",
  confirm: true,
};
const NORMAL = { title: "Wrong paper", body: "A4 instead of letter.", level: "normal" };

/** The pages in somebody's direct messages. */
function pagesOf(desk: TestDesk, who: string): string[] {
  return desk.reads(who).filter((line) => line.startsWith("PAGE"));
}

describe("a page that somebody cannot take", () => {
  test("goes to the next person at once, and rings whoever passed it on no more", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", URGENT);
    const [first, second] = pagesOf(desk, "sam").length > 0 ? ["sam", "mia"] : ["mia", "sam"];
    expect(pagesOf(desk, second)).toEqual([]);

    expect(await desk.presses(first, "pass-on", "ACME-1")).toBe(
      "Passed on: the next step for ACME-1 follows at once.",
    );
    expect(pagesOf(desk, first)).toHaveLength(1);
    expect(pagesOf(desk, second)).toHaveLength(1);
    expect(pagesOf(desk, second)[0]).toContain("PAGE (ringing)");

    await desk.turnTo("2026-12-04 23:00");
    expect(pagesOf(desk, first)).toHaveLength(1);
    expect(pagesOf(desk, second)).toHaveLength(2);
    expect(desk.reads("support").join("\n")).toContain("Nobody answered the page for ACME-1");
    expect(desk.reads("support").join("\n")).toMatch(/cannot take it; the next step follows at once/);
  });

  test("that was acknowledged meanwhile is not passed on", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    await desk.files("carl", URGENT);
    await desk.presses("leo", "acknowledge", "ACME-1");
    expect(await desk.presses("sam", "pass-on", "ACME-1")).toBe("No page for ACME-1 rings any more.");
    expect(desk.find("oncall", "PAGE").message).toMatchObject({ state: "acknowledged" });
  });
});

describe("a page that support asks for", () => {
  test("says why, climbs the ladder, and ends with the first acknowledgement", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await desk.files("carl", NORMAL);
    expect(await desk.presses("leo", "page", "ACME-1", { text: "Their press stops at noon." })).toBe(
      "Whoever is on call is paged for ACME-1, until somebody acknowledges.",
    );
    const page = desk.find("oncall", "PAGE (ringing)").message;
    expect(page).toMatchObject({ facts: [{ label: "Why", value: ["Their press stops at noon."] }, {}, {}] });
    expect(await desk.presses("leo", "page", "ACME-1", { text: "Again." })).toBe(
      "A page for ACME-1 rings already.",
    );

    expect(await desk.presses("sam", "acknowledge", "ACME-1")).toContain("You have acknowledged ACME-1");
    await desk.turnTo("2026-12-03 12:00");
    expect(pagesOf(desk, "sam").concat(pagesOf(desk, "mia")).join()).not.toContain("ringing");
  });

  test("needs a reason, and a ticket that is open", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await desk.files("carl", NORMAL);
    expect(await desk.presses("leo", "page", "ACME-1", { text: " " })).toContain(
      "Say why somebody has to be paged now.",
    );
    expect(await desk.presses("carl", "page", "ACME-1", { text: "Please." })).toContain(
      "Only the support team can do this.",
    );
    await desk.presses("leo", "reply", "ACME-1", { text: "Fixed." });
    await desk.presses("leo", "close", "ACME-1", { text: "Fixed." });
    expect(await desk.presses("leo", "page", "ACME-1", { text: "Again." })).toContain("ACME-1 is closed.");
  });
});
