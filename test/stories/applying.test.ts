// The desk file: what applying it changes, says and refuses.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { replayTickets } from "../../src/desk/replay.ts";
import { presetIds, presetText } from "../../src/policies/presets.ts";
import { aDesk, type TestDesk } from "../support/desk.ts";
import { policyOf, wall } from "../support/life.ts";

const FILE = await readFile(new URL("../../src/sandbox/desk.yaml", import.meta.url), "utf8");
const NORMAL = { title: "Proof looks wrong", body: "The colours differ.", level: "normal" };

async function apply(desk: TestDesk, text: string): Promise<string[]> {
  const policies = presetIds.map(policyOf);
  return (await applyFile(desk.store, { directory: parseDirectory(text), policies }, desk.now())).changes;
}

const without = (line: RegExp) =>
  FILE.split("\n")
    .filter((one) => !line.test(one))
    .join("\n");
const WITHOUT_KENT = FILE.replace(/ {2}- key: KENT[\s\S]*?contacts: \[kate\]\n/, "");

describe("applying a desk file", () => {
  test("again changes nothing", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    expect(await apply(desk, FILE)).toEqual([]);
  });

  test("says what it changes", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    expect(await apply(desk, FILE.replace("name: Leo Brandt", "name: Leo B."))).toEqual([
      "person leo is changed",
    ]);
    expect(await apply(desk, WITHOUT_KENT)).toEqual(["person leo is changed", "customer KENT is removed"]);
  });

  test("that leaves out a customer with tickets is refused, and changes nothing", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const carry = { ticket: null, place: null };
    await desk.does("slack:U0KATE00001", {
      kind: "submit",
      form: "file",
      carry,
      values: { ...NORMAL, level: "3" },
    });
    await expect(apply(desk, WITHOUT_KENT)).rejects.toThrow("customer KENT has filed tickets");
    expect(await apply(desk, FILE)).toEqual([]);
  });

  test("that leaves out whoever holds an open ticket is refused, and allowed once it is released", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL);
    await desk.presses("leo", "take", number);
    await expect(apply(desk, without(/id: leo/))).rejects.toThrow("person leo filed or holds 1 open ticket");
    await desk.presses("leo", "release", number);
    expect(await apply(desk, without(/id: leo/))).toEqual(["person leo is removed"]);
  });

  test("with a changed policy says how many open tickets stay on which version, and new ones take the new one", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await desk.files("carl", NORMAL);
    await desk.files("carl", NORMAL);
    const closed = await desk.files("carl", NORMAL);
    await desk.presses("leo", "reply", closed, { text: "Fixed." });
    await desk.presses("leo", "close", closed, { text: "Fixed." });
    const stricter = presetText("aleyant")
      .replace('version: "1"', 'version: "2"')
      .replaceAll("within: 6h, goal: 4h", "within: 5h, goal: 3h");
    const policies = presetIds.map((id) => policyOf(id === "aleyant" ? { yaml: stricter } : id));
    const { changes } = await applyFile(
      desk.store,
      { directory: parseDirectory(FILE), policies },
      desk.now(),
    );
    expect(changes).toEqual([
      "policy aleyant: Aleyant support, version 2, is a new revision",
      expect.stringMatching(
        /^2 open tickets stay on aleyant version 1 \(revision [0-9a-f]{12}\), as filed; new ones take the policy as it is now$/,
      ),
    ]);
    await desk.files("carl", NORMAL);
    const due = async (number: string) => {
      const ticket = await desk.store.transaction((tx) => tx.ticketByNumber(number));
      return wall(ticket?.targets[0]?.deadlineAt, "America/Chicago");
    };
    expect(await due("ACME-1")).toBe("Thu 2026-12-03 16:00");
    expect(await due("ACME-4")).toBe("Thu 2026-12-03 15:00");
  });

  test("that makes somebody no support any more takes their old buttons from them", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const number = await desk.files("carl", NORMAL);
    const demoted = FILE.replace(/(id: leo,.*?), support: true/, "$1");
    expect(demoted).not.toBe(FILE);
    await apply(desk, demoted);
    expect(await desk.presses("leo", "take", number)).toBe(
      "There is no ticket ACME-1 that you can see. /ticket list shows yours.",
    );
    const ticket = await desk.store.transaction((tx) => tx.ticketByNumber(number));
    expect(ticket?.assignee).toBeNull();
  });

  describe("with --open-tickets", () => {
    const STRICTER = presetText("aleyant")
      .replace('version: "1"', 'version: "2"')
      .replaceAll("within: 6h, goal: 4h", "within: 5h, goal: 3h");
    const moveTo = async (desk: TestDesk, yaml: string, file = FILE) => {
      const policies = presetIds.map((id) => policyOf(id === "aleyant" ? { yaml } : id));
      const applied = { directory: parseDirectory(file), policies };
      return (await applyFile(desk.store, applied, desk.now(), { openTickets: "move" })).changes;
    };
    const ticketOf = async (desk: TestDesk, number: string) => {
      const ticket = await desk.store.transaction((tx) => tx.ticketByNumber(number));
      if (ticket === null) throw new Error(`there is no ${number}`);
      return ticket;
    };
    const dueOf = async (desk: TestDesk, number: string) =>
      wall((await ticketOf(desk, number)).targets[0]?.deadlineAt, "America/Chicago");

    test("open tickets move to the policy as it is now, by an event each, counted from filing", async () => {
      await using desk = await aDesk("2026-12-03 10:00");
      const open = await desk.files("carl", NORMAL);
      const closed = await desk.files("carl", NORMAL);
      await desk.presses("leo", "reply", closed, { text: "Fixed." });
      await desk.presses("leo", "close", closed, { text: "Fixed." });
      await desk.turnTo("2026-12-03 11:30");
      expect(await dueOf(desk, open)).toBe("Thu 2026-12-03 16:00");

      expect(await moveTo(desk, STRICTER)).toEqual([
        "policy aleyant: Aleyant support, version 2, is a new revision",
        expect.stringMatching(/^1 open ticket moved to aleyant version 2 \(revision [0-9a-f]{12}\)$/),
      ]);
      expect(await dueOf(desk, open)).toBe("Thu 2026-12-03 15:00");
      expect(await dueOf(desk, closed)).toBe("Thu 2026-12-03 16:00");
      const { id } = await ticketOf(desk, open);
      const events = await desk.store.transaction((tx) => tx.eventsOf(id));
      expect(events.at(-1)).toMatchObject({
        by: "belfry",
        what: {
          kind: "moved",
          from: { revision: expect.stringMatching(/^aleyant@1#/) as string, zone: "America/Chicago" },
          to: { revision: expect.stringMatching(/^aleyant@2#/) as string, zone: "America/Chicago" },
        },
      });
      expect(await moveTo(desk, STRICTER)).toEqual([]);
    });

    test("support and the customer read the deadlines that changed, and the card shows them", async () => {
      await using desk = await aDesk("2026-12-03 10:00");
      await desk.files("carl", NORMAL, "acme");
      const card = desk.find("support", "CARD ACME-1");
      const before = card.edits;
      await moveTo(desk, STRICTER);
      await desk.settle();
      expect(card.edits).toBeGreaterThan(before);
      const told = "now counts by Aleyant support, version 2. First answer: due Thu 3 Dec 2026 15:00 CST";
      for (const place of ["carl", "acme"]) expect(desk.reads(place).join("\n")).toContain(`ACME-1 ${told}`);
      expect(desk.reads("support").join("\n")).toContain(
        "Moved to Aleyant support, version 2. First answer:",
      );
    });

    test("nothing of the old deadlines is sent: the reminders come by the new ones", async () => {
      await using desk = await aDesk("2026-12-03 10:00");
      const number = await desk.files("carl", NORMAL);
      await moveTo(desk, STRICTER);
      await desk.turnTo("2026-12-03 17:00");
      const { id } = await ticketOf(desk, number);
      const reminded = (await desk.store.transaction((tx) => tx.eventsOf(id))).flatMap(({ at, what }) =>
        what.kind === "reminded" ? [`${wall(at, "America/Chicago")} ${what.mark}`] : [],
      );
      expect(reminded).toEqual([
        "Thu 2026-12-03 12:30 50%",
        "Thu 2026-12-03 13:00 goal",
        "Thu 2026-12-03 14:00 80%",
        "Thu 2026-12-03 15:00 100%",
      ]);
    });

    test("what was met stays met, and its proof counts as it did then", async () => {
      await using desk = await aDesk("2026-12-03 10:00");
      const number = await desk.files("carl", NORMAL);
      await desk.turnTo("2026-12-03 15:30");
      await desk.presses("leo", "reply", number, { text: "We look into it." });
      const [before] = (await ticketOf(desk, number)).targets;
      await moveTo(desk, STRICTER);
      expect((await ticketOf(desk, number)).targets[0]).toEqual(before);
      expect(await desk.presses("leo", "why", number)).toContain("6 h");
    });

    test("a customer that moved to another zone has its open tickets counted there", async () => {
      await using desk = await aDesk("2026-12-03 10:00");
      const zoned = STRICTER.replaceAll("timezone: America/Chicago", "timezone: customer");
      const elsewhere = FILE.replace(
        /(key: ACME\n(?: {4}.*\n)*? {4}timezone: )America\/Chicago/,
        "$1America/Los_Angeles",
      );
      expect(elsewhere).not.toBe(FILE);
      const number = await desk.files("carl", NORMAL);
      await moveTo(desk, zoned, elsewhere);
      // 08:00 in Los Angeles, an hour before the opening: five hours from 09:00 there.
      expect(await dueOf(desk, number)).toBe("Thu 2026-12-03 16:00");
      expect((await ticketOf(desk, number)).zone).toBe("America/Los_Angeles");
    });

    test("a ticket whose level the new policy lacks stays, and the apply says so", async () => {
      await using desk = await aDesk("2026-12-03 10:00");
      await desk.files("carl", NORMAL);
      await desk.files("carl", { ...NORMAL, level: "urgent", confirm: true });
      const renamed = STRICTER.replaceAll("id: normal", "id: usual");
      expect(await moveTo(desk, renamed)).toEqual([
        "policy aleyant: Aleyant support, version 2, is a new revision",
        expect.stringMatching(/^1 open ticket moved to aleyant version 2 /),
        expect.stringMatching(
          /^ACME-1 stays on aleyant version 1 \(revision [0-9a-f]{12}\): Aleyant support, version 2, has no level "normal"; change the level first$/,
        ),
      ]);
    });

    test("a page that the new policy does not want any more is withdrawn", async () => {
      await using desk = await aDesk("2026-12-04 18:05");
      await desk.files("carl", { ...NORMAL, level: "urgent", confirm: true });
      expect(desk.find("mia", "PAGE (ringing)")).toBeDefined();
      const quiet = STRICTER.replace(/^ +page: .*\n/m, "").replace(
        / {2}- id: page-at-closing\n(?: {4}.*\n)+/,
        "",
      );
      expect(quiet).not.toBe(STRICTER);
      await moveTo(desk, quiet);
      await desk.settle();
      expect(desk.find("mia", "PAGE (withdrawn)")).toBeDefined();
      expect(desk.reads("support").join("\n")).toContain("The page is withdrawn: the ticket was moved.");
    });

    test("a ticket that moved replays to its own record, and under another policy from its beginning", async () => {
      await using desk = await aDesk("2026-12-03 10:00");
      const number = await desk.files("carl", NORMAL);
      await desk.turnTo("2026-12-03 12:00");
      await moveTo(desk, STRICTER);
      await desk.turnTo("2026-12-03 15:30");
      await desk.presses("leo", "reply", number, { text: "We look into it." });
      const again = async (yaml: string | null) => {
        const policy = yaml === null ? null : policyOf({ yaml });
        const { tickets } = await replayTickets(desk.store, { policy, desk: null }, {}, () => desk.now());
        const outcome = tickets[0]?.outcome;
        if (outcome?.is !== "replayed") throw new Error("not replayed");
        const [first] = outcome.targets;
        return { ...outcome, verdicts: [first?.recorded?.verdict, first?.replayed?.verdict] };
      };
      expect(await again(null)).toMatchObject({ isFaithful: true, changes: [], idle: 0 });
      const lenient = presetText("aleyant");
      expect(await again(lenient)).toMatchObject({ verdicts: ["breached", "met"], idle: 1 });
    });
  });

  test("with a ladder for a policy or level that there is not is refused", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    const scoped = (scope: string) => FILE.replace("rounds: 2", `rounds: 2\n    for: ${scope}`);
    await expect(apply(desk, scoped("{ levels: [urgent, urgnt] }"))).rejects.toThrow(
      'ladder urgent: there is no level "urgnt"; there are ',
    );
    await expect(apply(desk, scoped("{ policies: [aleyant, ours], levels: ['1'] }"))).rejects.toThrow(
      'ladder urgent: no customer answers under a policy "ours"\nladder urgent: there is no level "1"; there are urgent, normal',
    );
    expect(await apply(desk, scoped("{ policies: [aleyant], levels: [urgent] }"))).toEqual([
      expect.stringMatching(/^customer|^ladder urgent is changed$/),
    ]);
  });

  test("whose customer names a policy that there is not is refused", async () => {
    await using desk = await aDesk("2026-12-03 10:00");
    await expect(apply(desk, FILE.replace("policy: aleyant", "policy: aleyand"))).rejects.toThrow(
      'customer ACME: there is no policy "aleyand"',
    );
  });
});
