import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/** Files that leave nothing behind in their process, so that one behind the other may share it. */
const TOGETHER = ["test/{chat,cli,core,sandbox,stories}/**/*.test.ts"];

const each = {
  pool: "forks" as const,
  // V8's second, better compilation of the embedded database takes more time than a test file gains by it.
  execArgv: ["--liftoff-only"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    globalSetup: ["test/support/snapshot.ts"],
    // Not in each of the projects, which would not listen to --maxWorkers then.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // To load everything, and to open the embedded database, takes longer than most of these files.
        test: {
          ...each,
          name: "together",
          include: TOGETHER,
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
          unstubGlobals: true,
        },
      },
      {
        // These start and kill processes, set clocks and the environment, and measure memory.
        test: { ...each, name: "alone", include: ["test/**/*.test.ts"], exclude: TOGETHER },
      },
    ],
  },
});
