// Runs the tests of the clock alone, for mutation testing: no built snapshot, no database, few cases of each law.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "test/core/agenda*.test.ts",
      "test/core/calendar*.test.ts",
      "test/core/clock*.test.ts",
      "test/core/explain.test.ts",
      "test/core/offsets.test.ts",
      "test/core/peers-faults.test.ts",
      "test/core/targets*.test.ts",
      "test/core/ticket-laws.test.ts",
      "test/core/zone*.test.ts",
    ],
    env: { BELFRY_CASES: process.env["BELFRY_CASES"] ?? "600" },
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 30_000,
  },
});
