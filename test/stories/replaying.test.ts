// What if: a month of a desk is replayed, and nothing of it is touched.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { answerQuestion, readAnswer } from "../../src/cli/questions.ts";
import { replayAll } from "../../src/cli/replay.ts";
import { summaryOf, type Replay } from "../../src/cli/replay-summary.ts";
import { hasMoved } from "../../src/core/comparison.ts";
import { parseDirectory } from "../../src/core/directory.ts";
import type { Store } from "../../src/desk/ports.ts";
import { indexOf } from "../../src/desk/record.ts";
import { presetIds, presetText, type PresetId } from "../../src/policies/presets.ts";
import { countsOn, deadlineByHand, lastCounted } from "../support/by-hand.ts";
import { freshStore } from "../support/database.ts";
import { policyOf } from "../support/life.ts";
import { aMonth, type Lived } from "../support/month.ts";

const DESK = new URL("../../src/sandbox/desk.yaml", import.meta.url);
const TICKETS = 2_000;
/** Clocks change in Prague and London on 25 October, and in Chicago and New York on 1 November. */
const FROM = new Date("2026-10-12T00:00:00Z");
const TO = new Date("2026-11-13T00:00:00Z");
const OUTAGES = [
  [new Date("2026-10-16T14:00:00Z"), new Date("2026-10-16T20:30:00Z")],
  [new Date("2026-11-03T02:00:00Z"), new Date("2026-11-03T15:20:00.250Z")],
] as const;

let store: Store;
let month: Lived[];

beforeAll(async () => {
  store = await freshStore();
  const policies = presetIds.map(policyOf);
  const directory = parseDirectory(await readFile(DESK, "utf8"));
  const revisionOf = ({ id }: { id: string }) => `${id}@1`;
  month = aMonth({
    directory,
    policies,
    revisionOf,
    tickets: TICKETS,
    seed: 3,
    from: FROM,
    to: TO,
    outages: OUTAGES,
  });
  await store.transaction(async (tx) => {
    await tx.replaceDirectory(directory, FROM);
    for (const policy of policies) await tx.addPolicy({ id: revisionOf(policy), policy }, FROM);
  });
  for (let first = 0; first < month.length; first += 100)
    await store.transaction(async (tx) => {
      for (const { ticket, policy, steps, wakeAt } of month.slice(first, first + 100)) {
        const events = steps.map(({ event }) => event);
        await tx.insertTicket(ticket, indexOf(ticket, policy, wakeAt), events);
      }
    }, "desk");
}, 300_000);

/** Asks as the command does, through what a socket makes of questions and answers. */
function replayed(options: Parameters<typeof replayAll>[1]): Promise<Replay> {
  return replayAll(async (question) => {
    const received: unknown = JSON.parse(JSON.stringify(question));
    const answer = await answerQuestion(received, { store, platforms: new Map(), now: () => TO });
    return readAnswer(JSON.parse(JSON.stringify(answer)));
  }, options);
}

/** The same policies, closed on one more Wednesday on which all of them are open. */
const HOLIDAY = "2026-10-28";
const CLOSED_TOO: Readonly<Record<string, (text: string) => string>> = {
  aleyant: (text) => text.replace("{ region: US }", `{ region: US, also: [${HOLIDAY}] }`),
  alleo: (text) => text.replace("holidays: []", `holidays: [${HOLIDAY}]`),
  alliantist: (text) => text.replace("{ region: GB-ENG }", `{ region: GB-ENG, also: [${HOLIDAY}] }`),
  eleveo: (text) => text.replace('"08:00-17:00" } }', `"08:00-17:00" }, holidays: [${HOLIDAY}] }`),
};

/** Writes the policies with the holiday, and a desk file that names them. */
async function deskWithHoliday(folder: string): Promise<string> {
  for (const [id, close] of Object.entries(CLOSED_TOO)) {
    const text = close(presetText(id as PresetId));
    expect(text).toContain(HOLIDAY);
    await writeFile(join(folder, `${id}.yaml`), text);
  }
  const files = Object.keys(CLOSED_TOO).map((id) => `${id}.yaml`);
  const desk = join(folder, "desk.yaml");
  await writeFile(desk, `${await readFile(DESK, "utf8")}\npolicies: [${files.join(", ")}]\n`);
  return desk;
}

describe("a month of 2,000 tickets replayed", () => {
  test("under the policies that they were filed under gives every deadline, reminder and page again", async () => {
    const replay = await replayed({});
    const summary = summaryOf(replay);
    expect(summary).toMatchObject({ replayed: TICKETS, incomparable: 0, changed: 0 });
    expect(summary.told.reminder.recorded).toBeGreaterThan(2_000);
    expect(summary.told.page.recorded).toBeGreaterThan(1_000);
    const unlike = replay.tickets.filter(
      ({ outcome }) => outcome.is !== "replayed" || !outcome.isFaithful || outcome.idle > 0,
    );
    expect(unlike).toEqual([]);
  });

  test("with one more holiday moves exactly the tickets whose counted time crosses it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "belfry-replay-"));
    const replay = await replayed({ desk: await deskWithHoliday(folder) });
    await rm(folder, { recursive: true });
    const outcomes = new Map(replay.tickets.map(({ number, outcome }) => [number, outcome]));
    const moved: string[] = [];
    const byHand: string[] = [];
    for (const lived of month) {
      const { number, targets } = lived.ticket;
      const outcome = outcomes.get(number);
      if (outcome?.is !== "replayed") throw new Error(`${number} was not replayed`);
      const more = lived.policy.id in CLOSED_TOO ? [HOLIDAY] : [];
      const counted = lastCounted(lived);
      const deadlines = counted.map((target) => deadlineByHand(lived.policy.id, target, more));
      expect([number, targets.map(({ deadlineAt }) => deadlineAt)]).toEqual([
        number,
        counted.map((target) => deadlineByHand(lived.policy.id, target, [])),
      ]);
      expect([number, outcome.targets.map(({ replayed }) => replayed?.deadlineAt)]).toEqual([
        number,
        deadlines,
      ]);
      if (outcome.changes.length > 0 || outcome.targets.some(hasMoved)) moved.push(number);
      if (crosses(lived, deadlines)) byHand.push(number);
    }
    expect(byHand.length).toBeGreaterThan(50);
    expect(moved).toEqual(byHand);
  });
});

/**
 * Whether a ticket's counted time crosses the holiday: up to a deadline, or up to a reminder of a promise that was replaced
 * by a shorter one since. One that is judged that day to be urgent in hours is urgent outside them.
 */
function crosses({ policy, ticket, steps }: Lived, deadlines: readonly (Date | null)[]): boolean {
  if (!(policy.id in CLOSED_TOO)) return false;
  if (ticket.targets.some(({ deadlineAt }, nr) => deadlineAt?.getTime() !== deadlines[nr]?.getTime()))
    return true;
  return steps.some(({ event: { at, what }, ticket: { targets, statuses } }) => {
    if (what.kind === "alerted") return at.toISOString().startsWith(HOLIDAY);
    if (what.kind !== "reminded") return false;
    return targets.some(
      (target) => target.kind === what.target && countsOn(policy.id, { ...target, statuses }, HOLIDAY, at),
    );
  });
}
