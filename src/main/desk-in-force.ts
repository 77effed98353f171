// Puts the desk file into force at the start, and keeps looking up the names in it that the platform did not know.
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loadDesk, readDesk } from "../cli/load-desk.ts";
import type { Clock } from "../clocks.ts";
import { isSandbox, type Config } from "../config.ts";
import { addressesOf, type Directory } from "../core/directory.ts";
import { DeskError, isUnavailable } from "../core/errors.ts";
import { applyFile, resolveAddresses } from "../desk/apply-file.ts";
import type { ChatPlatform, KnownDirectory, Store } from "../desk/ports.ts";
import type { Log } from "../log.ts";
import { eachMinute } from "../scheduler.ts";
import type { Undoing } from "./undoing.ts";

/** A desk that is to be put into force, and the file that it is from. */
export type DeskToApply = Awaited<ReturnType<typeof loadDesk>> & { file: string };

/**
 * Reads BELFRY_FILE, or for the sandbox the desk of its own people; null where neither is meant. Asked before anything is
 * opened, so that a faulty file leaves nothing behind.
 * @throws DeskError with the file's faults.
 */
export async function readDeskToApply(config: Config): Promise<DeskToApply | null> {
  const file = config.deskFile ?? (isSandbox(config) ? SANDBOX_DESK : null);
  return file === null ? null : { ...(await loadDesk(await readDesk(file))), file };
}

/**
 * Applies a desk file. Without one, what was applied last stays in force. Gives what is in force then.
 * @throws DeskError where it lacks something in use, or where there is no desk at all.
 */
export async function putDeskIntoForce(
  store: Store,
  desk: DeskToApply | null,
  { config, now, log }: { config: Config; now: Clock; log: Log },
): Promise<{ directory: Directory }> {
  const before = await deskInForce(store);
  if (desk === null) {
    if (before === null) throw new DeskError("invalid", NO_DESK);
    return before;
  }
  const isSandboxOwn = desk.file === SANDBOX_DESK;
  if (isSandboxOwn && config.databaseUrl !== null) refuseRealDesk(before, desk);
  try {
    const { changes } = await applyFile(store, desk, now());
    log.info(
      { file: desk.file, changes },
      changes.length === 0 ? "The desk file is in force already." : "The desk file was applied.",
    );
    return desk;
  } catch (refusal) {
    // Somebody applied another desk to the sandbox, and has tickets open on it: that one is what they want to see.
    const isOther = isSandboxOwn && refusal instanceof DeskError && refusal.code === "conflict";
    if (!isOther || before === null) throw refusal;
    log.warn({ why: refusal.message }, "The sandbox goes on with the desk file that was applied last.");
    return before;
  }
}

/**
 * Looks up what stands in the desk file as an e-mail address or #name, now and each minute until all are known. A Slack
 * that is down holds up the start by seconds at most.
 */
export async function keepNamesKnown(
  store: Store,
  platforms: ReadonlyMap<string, ChatPlatform>,
  log: Log,
  started: Undoing,
): Promise<void> {
  let told = "";
  const lookUp = async (): Promise<void> => {
    const { unknown, unasked } = await resolveAddresses(store, platforms);
    const missing = [...unknown, ...unasked.keys()].join(", ");
    if (missing !== told && unknown.length > 0)
      log.warn(
        { unknown },
        "The desk file has names that the platforms do not know; they are looked up again each minute.",
      );
    if (missing !== told && unasked.size > 0)
      log.warn(
        { unasked: Object.fromEntries(unasked) },
        "The platforms could not be asked about names in the desk file; they are asked again each minute.",
      );
    told = missing;
  };
  const names = eachMinute(log, "names", lookUp);
  started.add("names", () => names.stop());
  await Promise.race([names.now(), pause(ASK_FIRST_MS, undefined, { ref: false })]);
}

/** The same place from src/ and from dist/. */
const SANDBOX_DESK = fileURLToPath(new URL("../../src/sandbox/desk.yaml", import.meta.url));

const NO_DESK =
  "There is no desk file yet: set BELFRY_FILE to one, or run `belfry apply FILE`, and start Belfry again. The README shows one.";

/** Slack answers in under a second; what it does not answer in this time is looked up later. */
const ASK_FIRST_MS = 5_000;

async function deskInForce(store: Store): Promise<KnownDirectory | null> {
  try {
    return await store.transaction((tx) => tx.directory(), "desk");
  } catch (refusal) {
    // A database that is away says the same, but has a cause.
    if (isUnavailable(refusal) && refusal.cause === undefined) return null;
    throw refusal;
  }
}

/** A database at an address may be anybody's: the sandbox's people must not take over a desk with real ones. */
function refuseRealDesk(before: KnownDirectory | null, sandbox: DeskToApply): void {
  const ours = new Set(addressesOf(sandbox.directory));
  if (before === null || addressesOf(before.directory).every((address) => ours.has(address))) return;
  throw new DeskError(
    "conflict",
    "The database at DATABASE_URL holds a desk that is not the sandbox's: set Slack's settings to run that desk, or leave " +
      "DATABASE_URL out to run the sandbox.",
  );
}
