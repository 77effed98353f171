// Reads policies: a text becomes a policy with its holidays as dates. The holidays of the world are loaded only where a
// text speaks of a region.

import { parsePolicy, resolvePolicy, switchAssumptions } from "../core/policy.ts";
import type { HolidaysOf, Policy, PolicySource } from "../core/policy.ts";
import { loadRegions, type Regions } from "./holidays.ts";

const NO_REGIONS: Regions = { knows: () => true, holidaysOf: () => [] };

let loading: Promise<Regions> | null = null;

/** The policy of a file's text, some of its assumptions switched. `what` names it in the refusal, which tells every fault. */
export async function readPolicy(
  text: string,
  what: string,
  switches: readonly string[] = [],
): Promise<Policy> {
  const { source, holidaysOf } = await readSource(text, what, switches);
  return resolvePolicy(source, holidaysOf);
}

/** A policy as its author wrote it, and what gives the holidays that it asks for. */
export async function readSource(
  text: string,
  what: string,
  switches: readonly string[] = [],
): Promise<{ source: PolicySource; holidaysOf: HolidaysOf }> {
  const { knows, holidaysOf } = await regionsFor(text);
  return { source: switchAssumptions(parsePolicy(text, what, knows), switches), holidaysOf };
}

/** The holidays of the world for a text that speaks of a region; none, and no time lost, for another. */
export async function regionsFor(text: string): Promise<Regions> {
  if (!text.includes("region")) return NO_REGIONS;
  loading ??= loadRegions();
  return loading;
}
