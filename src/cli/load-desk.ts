// Loads a desk file with the policies that its customers answer under: those that ship with Belfry, and files beside it.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseDirectory, type Directory } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import { parsePolicy, resolvePolicy, type Policy, type PolicySource } from "../core/policy.ts";
import { isPreset, presetIds, presetText } from "../policies/presets.ts";
import { holidaysFor } from "./load-policy.ts";

/** A desk file and its policy files as text, as one process hands them to another. */
export interface DeskTexts {
  desk: string;
  /** Of the policy files that it names, by their paths as written. */
  policies: Readonly<Record<string, string>>;
}

/** Reads a desk file, and the policy files that it names from beside it. Throws DeskError naming what cannot be read. */
export async function readDesk(file: string): Promise<DeskTexts> {
  const desk = await textOf(file, "the desk file");
  const { policyFiles } = parseDirectory(desk);
  const policies = await Promise.all(
    policyFiles.map(async (path): Promise<[string, string]> => [
      path,
      await textOf(resolve(dirname(file), path), `the policy file that ${file} names`),
    ]),
  );
  return { desk, policies: Object.fromEntries(policies) };
}

/** The desk that some texts describe, with each policy that it needs. Throws DeskError that lists the faults. */
export async function loadDesk(texts: DeskTexts): Promise<{ directory: Directory; policies: Policy[] }> {
  const directory = parseDirectory(texts.desk);
  const own = Object.entries(texts.policies).map(([path, text]) => parsePolicy(text, path));
  refuseTwins(own);
  const shipped = shippedFor(directory, own).map((id) => parsePolicy(presetText(id), `${id}.yaml`));
  const sources = [...own, ...shipped];
  const holidaysOf = await holidaysFor(sources.flatMap(({ calendars }) => Object.values(calendars)));
  return { directory, policies: sources.map((source) => resolvePolicy(source, holidaysOf)) };
}

async function textOf(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === "ENOENT" ? "it is not there" : code === "EACCES" ? "it may not be read" : (code ?? "");
    throw new DeskError("not-found", `${file}, ${what}, cannot be read: ${why}.`, { cause });
  }
}

function refuseTwins(own: readonly PolicySource[]): void {
  const ids = own.map(({ id }) => id);
  const twin = ids.find((id, at) => ids.indexOf(id) < at);
  if (twin !== undefined)
    throw new DeskError("invalid", `Two of the policy files describe the policy "${twin}".`);
}

/** The shipped policies that customers name; a file of one's own takes its place. All of them, to choose from, where a name fits none. */
function shippedFor({ customers }: Directory, own: readonly PolicySource[]) {
  const named = new Set(customers.map(({ policy }) => policy));
  const theirs = new Set(own.map(({ id }) => id));
  const others = presetIds.filter((id) => !theirs.has(id));
  const isComplete = [...named].every((id) => theirs.has(id) || isPreset(id));
  return isComplete ? others.filter((id) => named.has(id)) : others;
}
