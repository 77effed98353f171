// How Node is started for Belfry in tests: with the flags of `npm start`, so that what is tried and measured is what runs.
import { createRequire } from "node:module";
import { z } from "zod";

const OWN = z
  .object({ scripts: z.object({ start: z.string() }) })
  .parse(createRequire(import.meta.url)("../../package.json"));

/** The flags, and one more: a process that lives for seconds only loses by V8's second, better compilation of the embedded database. */
export const NODE_FLAGS: readonly string[] = [...(OWN.scripts.start.match(/--\S+/g) ?? []), "--liftoff-only"];
