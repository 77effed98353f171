// Applies a desk file: who the customers, people, channels, rotations and ladders are, and the policies they answer under.
// Applying the same file again changes nothing; removing what is in use is refused.
import { createHash } from "node:crypto";
import { addressesOf, type Directory } from "../core/directory.ts";
import { DeskError, isUnavailable } from "../core/errors.ts";
import type { Ladder } from "../core/paging.ts";
import type { Policy } from "../core/policy.ts";
import { withChangesKept } from "../core/roster-change.ts";
import { wakeChores } from "./chores.ts";
import { moveOpenTickets } from "./move-tickets.ts";
import type { ChatPlatform, KnownDirectory, PolicyRevision, Store, Tx } from "./ports.ts";

/** What was applied: one sentence a change, none where all was as it is already. */
export interface ApplyReport {
  changes: string[];
}

/**
 * Applies a parsed desk file with the policies that its customers name.
 * @throws DeskError "conflict" where it lacks something in use, "invalid" where a customer names a policy that there is not.
 */
export async function applyFile(
  store: Store,
  { directory, policies }: { directory: Directory; policies: readonly Policy[] },
  now: Date,
  { openTickets = "stay" }: { openTickets?: "stay" | "move" } = {},
): Promise<ApplyReport> {
  checkPolicies(directory, policies);
  const { changes } = await store.transaction(async (tx) => {
    const before = await directoryBefore(tx);
    const changes: string[] = [];
    if (before !== null) await refuseRemovals(tx, before.directory, directory);
    const merged = withChangesKept(before?.directory ?? directory, directory, now);
    for (const revision of policies.map(revisionOf)) {
      const { id, name, version } = revision.policy;
      const isNew = await tx.addPolicy(revision, now);
      if (isNew) changes.push(`policy ${id}: ${name}, version ${version}, is a new revision`);
    }
    if (changes.length > 0 && openTickets === "stay")
      changes.push(...(await openOnOlderRevisions(tx, policies)));
    if (await tx.replaceDirectory(merged.directory, now)) {
      changes.push(...differences(before?.directory ?? null, merged.directory), ...keptWords(merged));
      await wakeChores(tx, now);
    }
    return { changes };
  }, "desk");
  return openTickets === "stay" ? { changes } : { changes: [...changes, ...(await moved(store, now))] };
}

/** Moves the open tickets to the desk that was just applied. A sentence for each revision that they moved to, and for each that stays. */
async function moved(store: Store, now: Date): Promise<string[]> {
  const { moved, stay } = await moveOpenTickets(store, now);
  return [
    ...[...moved].map(([revision, tickets]) => `${count(tickets)} moved to ${revisionWords(revision)}`),
    ...stay.map(({ number, revision, why }) => `${number} stays on ${revisionWords(revision)}: ${why}`),
  ];
}

/**
 * Looks up the names in the desk file in force that no platform id is known for. Those that cannot be asked for now stay for
 * later, with what kept each of them.
 */
export async function resolveAddresses(
  store: Store,
  platforms: ReadonlyMap<string, ChatPlatform>,
): Promise<{ resolved: number; unknown: string[]; unasked: Map<string, string> }> {
  const known = await store.transaction((tx) => tx.directory(), "desk");
  const missing = addressesOf(known.directory).filter((address) => !known.addresses.has(address));
  const unknown: string[] = [];
  const unasked = new Map<string, string>();
  let resolved = 0;
  for (const written of missing) {
    const platform = platforms.get(written.slice(0, written.indexOf(":")));
    try {
      const found = (await platform?.lookUp(written)) ?? null;
      if (found === null) {
        unknown.push(written);
      } else {
        await store.transaction((tx) => tx.rememberAddress(written, found), "desk");
        resolved += 1;
      }
    } catch (refusal) {
      if (!(refusal instanceof DeskError)) throw refusal;
      unasked.set(written, refusal.message);
    }
  }
  return { resolved, unknown, unasked };
}

/** A policy's revision: the same content is the same revision, whenever and wherever it is applied. */
function revisionOf(policy: Policy): PolicyRevision {
  const digest = createHash("sha256")
    .update(JSON.stringify(sorted(policy)))
    .digest("hex");
  return { id: `${policy.id}@${policy.version}#${digest.slice(0, 12)}`, policy };
}

function checkPolicies({ customers, ladders }: Directory, policies: readonly Policy[]): void {
  const ids = policies.map(({ id }) => id);
  const faults = [
    ...customers
      .filter(({ policy }) => !ids.includes(policy))
      .map(
        ({ key, policy }) => `customer ${key}: there is no policy "${policy}"; there are ${ids.join(", ")}`,
      ),
    ...ladders.flatMap((ladder) => scopeFaults(ladder, policies)),
  ];
  if (faults.length > 0) throw new DeskError("invalid", `The desk file is refused:\n${faults.join("\n")}`);
}

/** A ladder for a policy or level that there is not would be for no page, and nobody would see it. */
function scopeFaults({ id, for: scope = {} }: Ladder, policies: readonly Policy[]): string[] {
  const { policies: wanted = policies.map((policy) => policy.id), levels = [] } = scope;
  const meant = policies.filter((policy) => wanted.includes(policy.id));
  const known = meant.flatMap((policy) => policy.levels.map((level) => level.id));
  return [
    ...wanted
      .filter((one) => !meant.some((policy) => policy.id === one))
      .map((one) => `ladder ${id}: no customer answers under a policy "${one}"`),
    ...levels
      .filter((level) => !known.includes(level))
      .map((level) => `ladder ${id}: there is no level "${level}"; there are ${known.join(", ")}`),
  ];
}

async function directoryBefore(tx: Tx): Promise<KnownDirectory | null> {
  try {
    return await tx.directoryToChange();
  } catch (refusal) {
    if (isUnavailable(refusal)) return null;
    throw refusal;
  }
}

async function refuseRemovals(tx: Tx, before: Directory, after: Directory): Promise<void> {
  const { customers, people } = await tx.inUse();
  const faults = [
    ...before.customers
      .filter(({ key }) => (customers.get(key) ?? 0) > 0 && !after.customers.some((kept) => kept.key === key))
      .map(({ key }) => `customer ${key} has filed tickets, which could not be shown any more: keep it`),
    ...before.people
      .filter(({ id }) => (people.get(id) ?? 0) > 0 && !after.people.some((kept) => kept.id === id))
      .map(({ id }) => `person ${id} filed or holds ${count(people.get(id))}: close or hand over first`),
  ];
  if (faults.length === 0) return;
  throw new DeskError(
    "conflict",
    `The desk file leaves out what is in use, so nothing was changed:\n${faults.join("\n")}`,
  );
}

async function openOnOlderRevisions(tx: Tx, policies: readonly Policy[]): Promise<string[]> {
  const current = new Set(policies.map((policy) => revisionOf(policy).id));
  const { revisions } = await tx.inUse();
  return [...revisions]
    .filter(([revision, tickets]) => tickets > 0 && !current.has(revision))
    .map(([revision, tickets]) => {
      const stay = `${count(tickets)} ${tickets === 1 ? "stays" : "stay"}`;
      return `${stay} on ${revisionWords(revision)}, as filed; new ones take the policy as it is now`;
    });
}

/** "aleyant version 1 (revision 3f2a…)"; two contents under one version are told apart by the revision. */
function revisionWords(revision: string): string {
  const [, id, version, digest] = /^(.+?)@(.*)#([0-9a-f]+)$/.exec(revision) ?? [];
  return digest === undefined ? revision : `${id} version ${version} (revision ${digest})`;
}

/** One sentence for each thing that was added, changed or removed. */
function differences(before: Directory | null, after: Directory): string[] {
  const lists = ["people", "customers", "rotations", "ladders", "ways"] as const;
  const named = {
    people: "person",
    customers: "customer",
    rotations: "rotation",
    ladders: "ladder",
    ways: "way out",
  } as const;
  const changes = lists.flatMap((list) => {
    const old = new Map((before?.[list] ?? []).map((one) => [nameOf(one), JSON.stringify(sorted(one))]));
    const fresh = new Map((after[list] ?? []).map((one) => [nameOf(one), JSON.stringify(sorted(one))]));
    return [
      ...[...fresh].flatMap(([name, content]) =>
        !old.has(name)
          ? [`${named[list]} ${name} is added`]
          : old.get(name) === content
            ? []
            : [`${named[list]} ${name} is changed`],
      ),
      ...[...old.keys()]
        .filter((name) => !fresh.has(name))
        .map((name) => `${named[list]} ${name} is removed`),
    ];
  });
  const isOther = (one: unknown, other: unknown): boolean =>
    JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other));
  const { support, onCall } = after.channels;
  return [
    ...changes,
    ...(isOther(before?.channels, after.channels) ? [`channels are ${support} and ${onCall}`] : []),
    ...(isOther(before?.leave ?? [], after.leave ?? []) ? ["leave is changed"] : []),
    ...(isOther(before?.overrides ?? [], after.overrides ?? []) ? ["overrides are changed"] : []),
  ];
}

/** What became of the changes that were made in chat. */
function keptWords({ kept, dropped }: { kept: number; dropped: number }): string[] {
  const made = (count: number, verb: string) =>
    `${count} ${count === 1 ? "change made in chat is" : "changes made in chat are"} ${verb}`;
  return [
    ...(kept === 0 ? [] : [made(kept, "kept")]),
    ...(dropped === 0 ? [] : [made(dropped, "dropped: its people or its rotation are gone")]),
  ];
}

function nameOf(one: { id: string } | { key: string }): string {
  return "id" in one ? one.id : one.key;
}

function count(tickets: number | undefined): string {
  return tickets === 1 ? "1 open ticket" : `${tickets ?? 0} open tickets`;
}

/** The same value with the keys of its mappings in order, so that equal contents have equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
