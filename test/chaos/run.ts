// npm run chaos -- --rounds 200 --database embedded|postgres [--replicas 1|2] [--seed N] [--worlds N]
// Kills Belfry (-9) at random points of its work, round after round, and looks whether anything was lost or came twice.
import { parseArgs } from "node:util";
import { startPostgres } from "../support/postgres.ts";
import { runChaos, type ChaosOptions } from "./chaos.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    database: { type: "string", default: "embedded" },
    replicas: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    worlds: { type: "string", default: "4" },
  },
});
const say = (words: string): void => void process.stdout.write(`${words}\n`);

const isEmbedded = values.database === "embedded";
if (!isEmbedded && values.database !== "postgres") throw new Error("--database is embedded or postgres");
if (isEmbedded && values.replicas !== "1") throw new Error("the embedded database serves one process alone");
const server = isEmbedded ? null : await startPostgres();
if (!isEmbedded && server === null) throw new Error("there is no PostgreSQL here");

const options: ChaosOptions = {
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  replicas: Number(values.replicas),
  worlds: Math.min(Number(values.worlds), Number(values.rounds)),
  newDatabase: server === null ? null : () => server.createDatabase(),
  say,
};
const result = await runChaos(options);
await server?.close();

say(
  `\nseed ${values.seed}, ${values.database}, ${values.replicas} replica(s), ${options.worlds} worlds side by side`,
);
for (const [what, count] of Object.entries(result.counts)) say(`${what.padEnd(36)} ${count}`);
for (const [place, count] of result.kills) say(`${`killed ${place}`.padEnd(36)} ${count}`);
say(`${"violations".padEnd(36)} ${result.violations.length}`);
for (const violation of result.violations) say(`  ${violation}`);
process.exitCode = result.violations.length === 0 ? 0 : 1;
