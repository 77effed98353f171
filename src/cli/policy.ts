// `belfry policy`: checks a policy file, shows a policy, and prints the schema of policy files for editors.

import type { Command } from "commander";
import { DeskError } from "../core/errors.ts";
import { policyDoubts, policySchemaJson } from "../core/policy.ts";
import { readSource } from "../policies/read-policy.ts";
import { policyText } from "./load-policy.ts";

/** Adds the command and its three parts to the program. */
export function register(program: Command): void {
  const policy = program.command("policy").description("check, show and describe policy files");
  policy
    .command("check")
    .description("check a policy file: every fault at once, with its line")
    .argument("<file>", "a policy file, or the id of a policy that ships with Belfry")
    .option("--json", "answer in JSON")
    .action(async (file: string, options: { json?: true }) => {
      const { text, json, error } = await check(file);
      process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : text);
      if (error !== null) throw error;
    });
  policy
    .command("show")
    .description("show a policy, as a file to start one's own from")
    .argument("<id>", "the id of a policy that ships with Belfry, or a file")
    .option("--json", "show it in JSON")
    .action(async (id: string, options: { json?: true }) => {
      const text = await policyText(id);
      const { source } = await readSource(text, id);
      process.stdout.write(options.json === true ? `${JSON.stringify(source, null, 2)}\n` : text);
    });
  policy
    .command("schema")
    .description("print the JSON Schema of policy files, for editors")
    .option("--json", "answer in JSON, which it always does")
    .action(() => {
      process.stdout.write(`${JSON.stringify(policySchemaJson(), null, 2)}\n`);
    });
}

interface Verdict {
  text: string;
  json: object;
  error: DeskError | null;
}

async function check(file: string): Promise<Verdict> {
  const text = await policyText(file);
  try {
    const { source } = await readSource(text, file);
    const doubts = policyDoubts(source);
    const { id, version, levels } = source;
    const targets = levels.reduce((sum, level) => sum + level.targets.length, 0);
    const lines = [
      `${file} is valid: ${id} ${version}, levels ${levels.map((level) => level.id).join(", ")}, ${targets} targets.`,
      ...doubts.map((doubt) => `Worth a look: ${doubt}`),
    ];
    return {
      text: `${lines.join("\n")}\n`,
      json: { valid: true, id, version, warnings: doubts },
      error: null,
    };
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return { text: "", json: { valid: false, faults: faultsIn(error) }, error };
  }
}

function faultsIn(error: DeskError): object[] {
  const faults = Object.entries(error.faults).map(([path, fault]) => ({ path, fault }));
  return faults.length > 0 ? faults : [{ path: "", fault: error.message }];
}
