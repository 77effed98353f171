// A Belfry in a process of its own, for tests: started as main starts it, from what was built, but by a desk's clock that
// stands where the parent puts it, or, for a bench, by the machine's. The parent may kill it at any moment, which is what it is for. Its orders and reports
// are described in child.ts. Plain JavaScript, since it is started often, and a loader would double its start.
import { readConfig } from "../../dist/config.js";
import { startBelfry } from "../../dist/main.js";

const { DESK_AT, DESK_PACE_MS, DESK_SWEEPS_ALONE } = process.env;
let standing = new Date(Number(DESK_AT));
const stand = (at) => {
  standing = at;
};
// The clock never runs by itself: what a test sees does not depend on how long it took.
const clock = { now: () => standing, standAt: stand, runFrom: stand };
let skewMs = 0;
const machineNow = () => new Date(Date.now() + skewMs);
const belfry = await startBelfry(readConfig(process.env, process.cwd()), {
  ...(DESK_AT === undefined ? {} : { clock }),
  machineNow,
  ...(DESK_PACE_MS === undefined ? {} : { pace: () => Number(DESK_PACE_MS) }),
  sweepsAlone: DESK_SWEEPS_ALONE !== undefined,
});

process.on("message", async ({ nr, turnTo, jumpTo, skewBy }) => {
  try {
    if (skewBy !== undefined) skewMs = skewBy;
    else if (jumpTo !== undefined) stand(new Date(jumpTo));
    else await belfry.turnTo(new Date(turnTo));
    process.send({ done: nr, failed: null });
  } catch (error) {
    process.send({ done: nr, failed: String(error) });
  }
});
process.on("SIGTERM", async () => {
  await belfry.stop();
  process.exit(0);
});
// Whoever started it is gone.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.send({ url: belfry.url });
