// Finds a policy by what the command line calls it: the id of one that ships with Belfry, or a file.

import { readFile } from "node:fs/promises";
import { DeskError } from "../core/errors.ts";
import type { HolidaysOf, Policy, WrittenCalendar } from "../core/policy.ts";
import { isPreset, presetIds, presetText } from "../policies/presets.ts";
import { readPolicy, regionsFor } from "../policies/read-policy.ts";

/** A policy's text, as its author wrote it. */
export async function policyText(name: string): Promise<string> {
  if (isPreset(name)) return presetText(name);
  try {
    return await readFile(name, "utf8");
  } catch (error) {
    const sentence = `There is no policy or readable file "${name}". The policies that ship are ${presetIds.join(", ")}.`;
    throw new DeskError("not-found", sentence, { cause: error });
  }
}

/** A policy ready for questions, with some of its assumptions switched. */
export async function loadPolicy(name: string, switches: readonly string[] = []): Promise<Policy> {
  return readPolicy(await policyText(name), name, switches);
}

/** What gives the holidays that some calendars need; loaded only where one of them names a region. */
export async function holidaysFor(calendars: readonly WrittenCalendar[]): Promise<HolidaysOf> {
  return (await regionsFor(JSON.stringify(calendars))).holidaysOf;
}
