// The five policies that ship with Belfry, one YAML file each beside this one.

import { readFileSync } from "node:fs";
import { DeskError } from "../core/errors.ts";

/** The ids of the shipped policies; each is also the name of its file. */
export const presetIds = ["alleo", "aleyant", "allure", "eleveo", "alliantist"] as const;
export type PresetId = (typeof presetIds)[number];

/** Whether an id is that of a shipped policy. */
export function isPreset(id: string): id is PresetId {
  return presetIds.some((known) => known === id);
}

/** The text of a shipped policy's file. The files stay in the source folder; the compiled program reads them there too. */
export function presetText(id: PresetId): string {
  try {
    return readFileSync(new URL(`../../src/policies/${id}.yaml`, import.meta.url), "utf8");
  } catch (error) {
    throw new DeskError("internal", `The shipped policy ${id} cannot be read.`, { cause: error });
  }
}
