// Leave and overrides in the desk file: pages, rehearsals and replays all go by them.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rehearsalInWords } from "../../src/cli/rehearsal-text.ts";
import { rehearsalOf } from "../../src/cli/rehearse.ts";
import { parseDirectory } from "../../src/core/directory.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { replayTickets } from "../../src/desk/replay.ts";
import { presetIds } from "../../src/policies/presets.ts";
import { aDesk } from "../support/desk.ts";
import { policyOf } from "../support/life.ts";

const DESK = new URL("../../src/sandbox/desk.yaml", import.meta.url);
const URGENT = { title: "No orders", body: "An error since six.", level: "urgent", confirm: true };

/** Mia, whose week it is, is away from Friday 18:00 in Chicago; Leo stands in on Saturday. */
const AWAY = `
leave:
  - { person: mia, from: 2026-12-04 19:00, to: 2026-12-07 10:00 } # by her clock, New York's
overrides:
  - { rotation: weekly, person: leo, from: 2026-12-05 09:00, to: 2026-12-06 09:00 } # by the rotation's, Chicago's
`;
const rewritten = (file: string) => file + AWAY;

test("somebody on leave is not paged: the next one is, and on Saturday whoever stands in", async () => {
  await using desk = await aDesk("2026-12-04 17:59", "America/Chicago", { rewritten });
  await desk.files("carl", URGENT, "acme");
  expect(desk.reads("mia")).toHaveLength(1);
  await desk.presses("mia", "acknowledge", "ACME-1");
  await desk.turnTo("2026-12-04 18:05");
  await desk.files("carl", URGENT, "acme");
  expect(desk.reads("sam").at(-1)).toContain("Paged Sam Okafor (primary) Fri 4 Dec 2026 18:05 CST");
  await desk.turnTo("2026-12-05 09:00");
  await desk.files("carl", URGENT, "acme");
  expect(desk.reads("leo").at(-1)).toContain("Paged Leo Brandt (primary) Sat 5 Dec 2026 09:00 CST");

  // By the time that its ladder comes to the secondary, both others have it, and Mia was told of none.
  await desk.turnTo("2026-12-05 12:00");
  expect(desk.reads("mia")).toHaveLength(1);
  expect(desk.reads("sam").at(-1)).toContain("Paged Sam Okafor (secondary) Sat 5 Dec 2026 09:10 CST");

  const replayed = await replayTickets(desk.store, { policy: null, desk: null }, {}, () => desk.now());
  expect(replayed.tickets.map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: 3 }, () => expect.objectContaining({ changes: [], isFaithful: true }) as unknown),
  );
});

test("applying the same leave again changes nothing, and ending it is told", async () => {
  await using desk = await aDesk("2026-12-04 18:05", "America/Chicago", { rewritten });
  const file = await readFile(DESK, "utf8");
  const policies = presetIds.map(policyOf);
  const apply = (text: string) =>
    applyFile(desk.store, { directory: parseDirectory(text), policies }, desk.now());
  expect((await apply(file + AWAY)).changes).toEqual([]);
  expect((await apply(file)).changes).toEqual(["leave is changed", "overrides are changed"]);
});

test("a rehearsal pages whoever would be paged", async () => {
  const folder = await mkdtemp(join(tmpdir(), "belfry-leave-"));
  try {
    const desk = join(folder, "desk.yaml");
    await writeFile(desk, (await readFile(DESK, "utf8")) + AWAY);
    const urgent = { policy: "aleyant", level: "urgent", timezone: "America/Chicago", set: {}, assume: [] };
    const friday = rehearsalInWords(await rehearsalOf({ ...urgent, opened: "2026-12-04 18:05" }, desk));
    expect(friday).toContain("step 1 of 4: Sam Okafor (primary)");
    expect(friday).toContain("step 3 of 4: nobody is secondary");
    const saturday = rehearsalInWords(await rehearsalOf({ ...urgent, opened: "2026-12-05 10:00" }, desk));
    expect(saturday).toContain("step 1 of 4: Leo Brandt (primary)");
    expect(saturday).toContain("step 3 of 4: Sam Okafor (secondary)");
  } finally {
    await rm(folder, { recursive: true });
  }
});
