// Who is on call, changed in chat: overrides, taking over, swaps and leave, told to everybody and followed by pages at once.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import type { FormValues } from "../../src/core/form.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { aDesk, said, type TestDesk } from "../support/desk.ts";
import { at, policyOf } from "../support/life.ts";

const CHICAGO = "America/Chicago";
const DESK = new URL("../../src/sandbox/desk.yaml", import.meta.url);
const URGENT = { title: "No orders", body: "An error since six.", level: "urgent", confirm: true };

/** Friday morning; it is Mia's week until Monday 09:00, then Sam's. */
const FRIDAY = "2026-12-04 10:00";

async function types(desk: TestDesk, who: string, text: string): Promise<string> {
  return said(await desk.does(who, { kind: "words", command: "oncall", text }));
}

async function reapply(desk: TestDesk, rewritten = (file: string) => file): Promise<string[]> {
  const directory = parseDirectory(rewritten(await readFile(DESK, "utf8")));
  const policies = presetIds.map(policyOf);
  return (await applyFile(desk.store, { directory, policies }, desk.now())).changes;
}

describe("/oncall override", () => {
  test("makes somebody stand in by the rotation's clock, tells the channel who did it, and pages them", async () => {
    await using desk = await aDesk(FRIDAY);
    expect(await types(desk, "mia", "override @slack:U0LEO000001 sat 09:00 - sun 09:00")).toBe(
      "Leo Brandt is primary of weekly, Sat 5 Dec 09:00 – Sun 6 Dec 09:00, Chicago time. /oncall undo 2 takes it back.",
    );
    const line =
      "Mia Chen made Leo Brandt primary of weekly from Sat 5 Dec 2026 09:00 CST to Sun 6 Dec 2026 09:00 CST.";
    expect(desk.reads("oncall").at(-1)).toContain(line);
    expect(desk.reads("leo").at(-1)).toContain(line);
    await desk.turnTo("2026-12-05 10:00");
    await desk.files("carl", URGENT, "acme");
    expect(desk.reads("leo").at(-1)).toContain("Paged Leo Brandt (primary)");
  });

  test("by name, for the other role and a date, and not for the past, the reversed or the overlong", async () => {
    await using desk = await aDesk(FRIDAY);
    expect(await types(desk, "sam", "override Leo 2026-12-24 9am to 2026-12-27 9am secondary")).toContain(
      "Leo Brandt is secondary of weekly, Thu 24 Dec 09:00 – Sun 27 Dec 09:00, Chicago time.",
    );
    const refused = {
      "override leo today 08:00 - 12:00": "This begins in the past.",
      "override leo 2026-12-24 09:00 - 2026-12-23 09:00": "This ends before it begins.",
      "override leo 2026-12-24 09:00 - 2027-03-24 09:00": "This is longer than 60 days.",
      "override carl sat 09:00 - sun 09:00": "is not of the support team, which is Sam Okafor (sam)",
      "override leo sat 09:00 - sun 09:00 nights": 'There is no rotation "nights". There are: weekly.',
      "override leo sometime soon please": "Say from when until when",
      "overrule leo": "There is no /oncall overrule.",
    };
    for (const [words, sentence] of Object.entries(refused)) {
      expect(await types(desk, "sam", words)).toContain(sentence);
    }
    expect(await types(desk, "carl", "")).toContain("Only the support team sees");
  });

  test("without words opens a form, whose times are instants", async () => {
    await using desk = await aDesk(FRIDAY);
    const reply = await desk.asks("mia", { kind: "words", command: "oncall", text: "override leo" });
    if (reply.kind !== "form") throw new Error("no form");
    expect(reply.form.fields.map(({ id }) => id)).toEqual(["person", "role", "from", "to"]);
    expect(reply.form.fields[0]).toMatchObject({ initial: "leo" });
    const values: FormValues = { person: "leo", role: "primary", from: at("2026-12-05 09:00", CHICAGO) };
    const submit = (values: FormValues) =>
      desk.does("mia", { kind: "submit", form: "override", carry: { ticket: null, place: null }, values });
    expect(said(await submit(values))).toBe("to: Say when it ends.");
    expect(said(await submit({ ...values, to: at("2026-12-04 12:00", CHICAGO) }))).toContain(
      "to: This ends before it begins.",
    );
    expect(said(await submit({ ...values, to: at("2026-12-06 09:00", CHICAGO) }))).toContain(
      "Leo Brandt is primary of weekly, Sat 5 Dec 09:00 – Sun 6 Dec 09:00",
    );
  });
});

test("/oncall take: I have it until the shift ends that runs now", async () => {
  await using desk = await aDesk(FRIDAY);
  expect(await types(desk, "mia", "take")).toBe("You are on call already.");
  expect(await types(desk, "leo", "take weekly")).toContain(
    "Leo Brandt is primary of weekly, Fri 4 Dec 10:00 – Mon 7 Dec 09:00, Chicago time.",
  );
  expect(desk.reads("mia").at(-1)).toContain("Leo Brandt takes primary of weekly from");
  expect(await types(desk, "sam", "")).toContain(
    "weekly: Leo Brandt has it until Mon 7 Dec 2026 09:00 CST; Mia Chen is secondary. Next: Sam Okafor, from Mon 7 Dec 2026 09:00 CST.",
  );
});

test("/oncall take needs a hand-over to end at", async () => {
  const rewritten = (file: string) => file.replace("people: [sam, mia] }", "people: [mia] }");
  await using desk = await aDesk(FRIDAY, CHICAGO, { rewritten });
  expect(await types(desk, "leo", "take")).toContain("No hand-over of weekly is in sight. Say until when");
});

describe("/oncall swap", () => {
  test("changes nothing until the other accepts, then both shifts change hands, once", async () => {
    await using desk = await aDesk(FRIDAY);
    expect(await types(desk, "sam", "swap @mia")).toContain(
      "Mia Chen is asked: your shift Mon 7 Dec 09:00 – Mon 14 Dec 09:00, Chicago time, for theirs Mon 14 Dec 09:00 – Mon 21 Dec 09:00",
    );
    const offer = desk.find("mia", "asks you to swap shifts");
    expect(offer.message).toMatchObject({
      buttons: [
        { command: "oncall", words: "accept 2" },
        { command: "oncall", words: "decline 2" },
      ],
    });
    expect(await types(desk, "leo", "accept 2")).toBe("This swap was offered to somebody else.");
    expect(await types(desk, "mia", "accept 2")).toBe("Accepted: the two shifts are swapped.");
    expect(await types(desk, "mia", "accept 2")).toBe("This swap is not on offer any more.");
    expect(offer.message).toMatchObject({ buttons: [] });
    expect(desk.reads("sam").join("\n")).toContain("Mia Chen accepts your swap of weekly.");
    expect(desk.reads("oncall").at(-1)).toContain("Sam Okafor and Mia Chen swap shifts of weekly");
    expect(await types(desk, "leo", "week")).toContain("Mon 7 Dec | 00:00 | Mia Chen | Sam Okafor");
  });

  test("that is declined, taken back or overtaken by another change does nothing", async () => {
    await using desk = await aDesk(FRIDAY);
    await types(desk, "sam", "swap mia");
    expect(await types(desk, "mia", "decline 2")).toBe("Declined: nothing changes.");
    expect(desk.reads("sam").at(-1)).toContain("Mia Chen declines your swap");
    await types(desk, "sam", "swap mia 2026-12-21");
    const [offered] = /undo \d+/.exec(await types(desk, "sam", "swap mia mon")) ?? [];
    await types(desk, "leo", "override leo 2026-12-08 09:00 - 2026-12-09 09:00");
    const nr = offered?.split(" ")[1] ?? "";
    expect(await types(desk, "mia", `accept ${nr}`)).toContain("The plan has changed");
    expect(await types(desk, "sam", `undo ${nr}`)).toBe(`Change ${nr} is taken back.`);
    expect(await types(desk, "mia", `accept ${nr}`)).toBe("This swap is not on offer any more.");
  });
});

test("/oncall leave is by the person's own clock, says when nobody is left, and is only theirs to take back", async () => {
  await using desk = await aDesk(FRIDAY);
  expect(await types(desk, "mia", "leave sat 09:00 - mon 10:00")).toBe(
    "You are on leave, Sat 5 Dec 09:00 – Mon 7 Dec 10:00, New York time: you are not called then. /oncall undo 2 takes it back.",
  );
  expect(await types(desk, "sam", "leave sun 09:00 - sun 12:00")).toContain(
    "⚠ Nobody is primary of weekly from Sun 6 Dec 2026 09:00 CST to Sun 6 Dec 2026 12:00 CST.",
  );
  expect(await types(desk, "leo", "override mia sat 12:00 - sat 18:00")).toContain(
    "Mia Chen is on leave in that time",
  );
  expect(await types(desk, "sam", "undo 2")).toBe("This is Mia Chen's own to take back.");
  expect(await types(desk, "mia", "leave list")).toContain("2 Mia Chen is on leave from");
  expect(await types(desk, "mia", "leave cancel")).toBe("Change 2 is taken back.");
  await desk.turnTo("2026-12-05 12:00");
  await desk.files("carl", URGENT, "acme");
  expect(desk.reads("mia").at(-1)).toContain("Paged Mia Chen (primary)");
});

test("/oncall undo ends at once what has begun, and takes away what has not", async () => {
  await using desk = await aDesk(FRIDAY);
  await types(desk, "leo", "take");
  await desk.turnTo("2026-12-04 18:00");
  expect(await types(desk, "mia", "undo 2")).toBe("Change 2 is taken back.");
  expect(desk.reads("oncall").at(-1)).toContain("Mia Chen took back change 2: Leo Brandt has");
  expect(desk.reads("leo").at(-1)).toContain("took back change 2");
  expect(await types(desk, "mia", "")).toContain("weekly: Mia Chen has it until Mon 7 Dec 2026 09:00 CST");
  expect(await types(desk, "mia", "changes")).toBe("Nothing was changed in chat that is still to come.");
  expect(await types(desk, "mia", "undo")).toContain("You changed nothing that is still to come.");
});

describe("a desk file that is applied again", () => {
  test("keeps what was made in chat, as long as its people and rotations are there", async () => {
    await using desk = await aDesk(FRIDAY);
    await types(desk, "mia", "override leo sat 09:00 - sun 09:00");
    await types(desk, "sam", "leave 2026-12-10 09:00 - 2026-12-11 09:00");
    expect(await reapply(desk)).toEqual([]);
    const renamed = (file: string) => file.replaceAll("weekly", "nights");
    expect(await reapply(desk, renamed)).toEqual(
      expect.arrayContaining([
        "1 change made in chat is kept",
        "1 change made in chat is dropped: its people or its rotation are gone",
      ]),
    );
    expect(await types(desk, "sam", "changes")).toContain("Sam Okafor is on leave");
  });

  test("prunes what is past at the next change", async () => {
    await using desk = await aDesk(FRIDAY);
    await types(desk, "mia", "override leo sat 09:00 - sun 09:00");
    await desk.turnTo("2026-12-08 10:00");
    await types(desk, "mia", "override leo sat 09:00 - sun 09:00");
    const { directory } = await desk.store.transaction((tx) => tx.directory());
    expect(directory.overrides).toHaveLength(1);
  });
});

test("of two changes at once neither is lost", async () => {
  await using desk = await aDesk(FRIDAY);
  await Promise.all([
    types(desk, "mia", "override leo sat 09:00 - sat 12:00"),
    types(desk, "sam", "override leo sun 09:00 - sun 12:00"),
    types(desk, "leo", "leave tue 09:00 - wed 09:00"),
  ]);
  const { directory } = await desk.store.transaction((tx) => tx.directory());
  expect([directory.overrides?.length, directory.leave?.length]).toEqual([2, 1]);
});
