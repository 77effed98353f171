// npm run chaos -- [--rounds 200 | --minutes 10] --database embedded|postgres [--replicas 1|2] [--seed N] [--worlds N]
// Kills Belfry (-9) at random points of its work, round after round, and looks whether anything was lost or came twice. By
// minutes, Slack fails as well, and on PostgreSQL the database and a replica's clock. Prints a table in Markdown.
import { parseArgs } from "node:util";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { runChaos, type ChaosOptions } from "./chaos.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    minutes: { type: "string" },
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

/** Each world has a server of its own, since it restarts it. */
const servers: TestPostgres[] = [];
async function newDatabase(): Promise<{ url: string; restart: (() => Promise<void>) | null }> {
  const server = await startPostgres();
  if (server === null) throw new Error("there is no PostgreSQL here");
  servers.push(server);
  const { power } = server;
  const restart = async (): Promise<void> => {
    await power?.stop("immediate");
    await power?.start();
  };
  return { url: await server.createDatabase(), restart: power === null ? null : restart };
}

const minutes = values.minutes === undefined ? null : Number(values.minutes);
const rounds = minutes === null ? Number(values.rounds) : 1_000_000;
const options: ChaosOptions = {
  rounds,
  ...(minutes === null ? {} : { forMs: minutes * 60_000, weather: true }),
  seed: Number(values.seed),
  replicas: Number(values.replicas),
  worlds: Math.min(Number(values.worlds), rounds),
  newDatabase: isEmbedded ? null : newDatabase,
  say,
};
const began = performance.now();
const result = await runChaos(options);
await Promise.all(servers.map((server) => server.close()));

const took = `${((performance.now() - began) / 60_000).toFixed(1)} min`;
say(
  `\nseed ${values.seed}, ${values.database}, ${values.replicas} replica(s), ${options.worlds} worlds side by side, ${took}\n`,
);
say("| | |\n| --- | ---: |");
for (const [what, count] of Object.entries(result.counts)) say(`| ${what} | ${count} |`);
for (const [place, count] of result.kills) say(`| killed (-9) ${place} | ${count} |`);
for (const [what, count] of result.faults) say(`| ${what} | ${count} |`);
say(`| violations | ${result.violations.length} |`);
for (const violation of result.violations) say(`  ${violation}`);
process.exitCode = result.violations.length === 0 ? 0 : 1;
