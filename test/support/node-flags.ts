// How Node is started for Belfry in tests: with the flags of `npm start`, so that what is tried and measured is what runs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const PACKAGE = z.object({ scripts: z.object({ start: z.string() }) });
const { scripts } = PACKAGE.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8")),
);

/** The flags, and one more: a process that lives for seconds only loses by V8's second, better compilation of the embedded database. */
export const NODE_FLAGS: readonly string[] = [...(scripts.start.match(/--\S+/g) ?? []), "--liftoff-only"];
