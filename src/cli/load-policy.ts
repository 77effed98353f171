// Loads a policy by what the command line calls it: the id of one that ships with Belfry, or a file.

import { readFile } from "node:fs/promises";
import { DeskError } from "../core/errors.ts";
import { parsePolicy, resolvePolicy, switchAssumptions } from "../core/policy.ts";
import type { HolidaysOf, Policy, PolicySource, WrittenCalendar } from "../core/policy.ts";
import { loadHolidays } from "../policies/holidays.ts";
import { isPreset, presetIds, presetText } from "../policies/presets.ts";

let holidays: Promise<HolidaysOf> | null = null;

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

/** A policy as written, with some of its assumptions switched. */
export async function loadSource(name: string, switches: readonly string[] = []): Promise<PolicySource> {
  return switchAssumptions(parsePolicy(await policyText(name), name), switches);
}

/** A policy ready for questions. */
export async function loadPolicy(name: string, switches: readonly string[] = []): Promise<Policy> {
  const source = await loadSource(name, switches);
  return resolvePolicy(source, await holidaysFor(Object.values(source.calendars)));
}

/** The holidays that some calendars need: the world's are loaded, once, when one of them names a region. */
export async function holidaysFor(calendars: readonly WrittenCalendar[]): Promise<HolidaysOf> {
  if (calendars.every(({ holidays = [] }) => Array.isArray(holidays))) return () => [];
  holidays ??= loadHolidays();
  return holidays;
}
