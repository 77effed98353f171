// Runs a bench by its name: `npm run bench clock`. A name that there is not is answered with those there are.
import { benchAck } from "./ack.ts";
import { benchClock } from "./clock.ts";
import { benchPaging } from "./paging.ts";

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  ack: benchAck,
  clock: benchClock,
  paging: benchPaging,
};

const [name = ""] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  process.stderr.write(`There is no bench "${name}". There are: ${Object.keys(BENCHES).join(", ")}.\n`);
  process.exitCode = 2;
} else await bench();
