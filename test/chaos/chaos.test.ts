// A short run of chaos, the same each time; `npm run chaos` runs it long.
import { describe, expect, it } from "vitest";
import { startPostgres } from "../support/postgres.ts";
import { runChaos, type ChaosOptions } from "./chaos.ts";

const short: ChaosOptions = {
  rounds: 4,
  seed: 7,
  replicas: 1,
  worlds: 2,
  newDatabase: null,
  say: () => undefined,
};

describe("whatever is killed and when, nothing is lost and nothing is seen twice", () => {
  it("on the embedded database", { timeout: 300_000 }, async () => {
    const { violations, counts, kills } = await runChaos(short);
    expect(violations).toEqual([]);
    expect(counts["tickets"]).toBeGreaterThan(0);
    expect(kills.size).toBeGreaterThan(0);
  });

  it("on PostgreSQL, with two replicas", { timeout: 300_000 }, async ({ skip }) => {
    const server = await startPostgres();
    if (server === null) return skip("there is no PostgreSQL here");
    try {
      const options = {
        ...short,
        replicas: 2,
        newDatabase: async () => ({ url: await server.createDatabase(), restart: null }),
      };
      const { violations, counts } = await runChaos(options);
      expect(violations).toEqual([]);
      expect(counts["tickets"]).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });
});
