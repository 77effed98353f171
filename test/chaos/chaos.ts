// Runs rounds of chaos in several worlds side by side: while one waits for a dead process's leases to run out, others work.
import { startWorld } from "../support/world.ts";
import { diceOf } from "./dice.ts";
import { countsIn, violations } from "./invariants.ts";
import { emptyLedger, type Ledger } from "./ledger.ts";
import { playRound } from "./round.ts";

export interface ChaosOptions {
  /** In all, shared out among the worlds. */
  rounds: number;
  /** No round begins after this time. */
  forMs?: number;
  /** Whether Slack, the database and clocks fail as well. */
  weather?: boolean;
  seed: number;
  replicas: number;
  worlds: number;
  /** Null for the embedded database. */
  newDatabase: (() => Promise<{ url: string; restart: (() => Promise<void>) | null }>) | null;
  say: (words: string) => void;
}

export interface ChaosResult {
  counts: Record<string, number>;
  /** Where Belfry was killed, and how often. */
  kills: ReadonlyMap<string, number>;
  /** What else went wrong, and how often. */
  faults: ReadonlyMap<string, number>;
  /** Each with its seed and the trace of its round. */
  violations: string[];
}

/** A dead process's leases run out after ten seconds; one that was killed again and again may have to wait some times. */
const DRAIN_WITHIN_MS = 90_000;
/** Stopping Belfry to read a database that is its own takes time, so it is read after some rounds only. */
const ROUNDS_BETWEEN_LOOKS = 5;

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const result: ChaosResult = { counts: { rounds: 0 }, kills: new Map(), faults: new Map(), violations: [] };
  const shares = Array.from({ length: options.worlds }, (_, nr) => {
    return Math.floor(options.rounds / options.worlds) + (nr < options.rounds % options.worlds ? 1 : 0);
  });
  const found = await Promise.all(shares.map((rounds, nr) => runWorld(options, rounds, options.seed + nr)));
  for (const each of found) {
    for (const [what, count] of Object.entries(each.counts))
      result.counts[what] = (result.counts[what] ?? 0) + count;
    for (const which of ["kills", "faults"] as const)
      for (const [what, count] of each[which])
        (result[which] as Map<string, number>).set(what, (result[which].get(what) ?? 0) + count);
    result.violations.push(...each.violations);
  }
  return result;
}

async function runWorld(options: ChaosOptions, rounds: number, seed: number): Promise<ChaosResult> {
  const { replicas, newDatabase, say, forMs = Infinity, weather = false } = options;
  const endsAt = performance.now() + forMs;
  const database = newDatabase === null ? null : await newDatabase();
  const world = await startWorld({
    databaseUrl: database?.url ?? null,
    replicas,
    transport: "http",
    at: new Date("2026-03-06T22:30:00Z"),
    paceMs: 20,
    echoes: true,
  });
  const ledger = emptyLedger();
  const dice = diceOf(seed);
  const found: string[] = [];
  let counts: Record<string, number> = {};
  try {
    for (let round = 1; round <= rounds && found.length === 0 && performance.now() < endsAt; round++) {
      await playRound(world, ledger, dice, {
        restartDatabase: weather ? (database?.restart ?? null) : null,
        weather,
      });
      await world.drained(DRAIN_WITHIN_MS);
      say(`world ${seed}, round ${round}: ${ledger.trace.length} steps, ${sum(ledger)} kills so far`);
      if (newDatabase === null && round % ROUNDS_BETWEEN_LOOKS !== 0 && round !== rounds) continue;
      const rows = await world.rows();
      found.push(...violations(world, ledger, rows).map((what) => told(what, seed, round, ledger)));
      counts = countsIn(world, rows);
      await world.start();
    }
  } catch (error) {
    found.push(
      told(`it came to an end: ${String(error)}\n${world.log().slice(-3_000)}`, seed, ledger.rounds, ledger),
    );
  } finally {
    await world.close();
  }
  const { kills, faults } = ledger;
  return { counts: { rounds: ledger.rounds, ...counts }, kills, faults, violations: found };
}

function sum({ kills }: Ledger): number {
  return [...kills.values()].reduce((all, count) => all + count, 0);
}

function told(what: string, seed: number, round: number, { trace }: Ledger): string {
  return `${what}\n    world ${seed}, round ${round}:\n${trace.map((step) => `      ${step}`).join("\n")}`;
}
