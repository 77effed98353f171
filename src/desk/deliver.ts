// Sends one delivery by its platform. A post of which nobody knows whether it arrived is looked for before it is made again.
import { isUnavailable } from "../core/errors.ts";
import type { Hearing } from "../core/hearing.ts";
import type { Message } from "../core/message.ts";
import type { ChatPlatform, Delivery, Log, MessageRef, Outcome, Store } from "./ports.ts";

/** A page is recorded as sent no later than this for want of the answer whether it rings there. */
const ASK_WITHIN_MS = 2_000;

/** By what a delivery is sent. */
export interface Means {
  store: Store;
  /** By the first part of their addresses. */
  platforms: ReadonlyMap<string, ChatPlatform>;
  machineNow: () => Date;
  log: Log;
}

/** Sends a delivery, and tells how it ended. Nothing is thrown. */
export async function deliver(delivery: Delivery, options: Means, signal: AbortSignal): Promise<Outcome> {
  const { platforms, machineNow, log } = options;
  const platform = platforms.get(delivery.place.slice(0, delivery.place.indexOf(":")));
  if (platform === undefined) return { is: "failed", why: `no platform is set up for ${delivery.place}` };
  try {
    if (!mayRing(delivery)) return await sendBy(platform, delivery, options, signal);
    // Asked beside it, so that no page waits for the answer.
    const [outcome, hearing] = await Promise.all([
      sendBy(platform, delivery, options, signal),
      hearingAt(platform, delivery, log, signal),
    ]);
    return outcome.is === "sent" && hearing !== null ? { ...outcome, hearing } : outcome;
  } catch (fault) {
    if (isUnavailable(fault)) return { is: "retry", at: machineNow(), why: fault.message, lane: false };
    log.error({ delivery: delivery.ids, ticket: delivery.ticket, err: fault }, "sending failed unexpectedly");
    return { is: "retry", at: machineNow(), why: "unexpected", lane: false };
  }
}

async function sendBy(
  platform: ChatPlatform,
  delivery: Delivery,
  options: Means,
  signal: AbortSignal,
): Promise<Outcome> {
  const { work, key, place } = delivery;
  switch (work.do) {
    case "edit":
      return platform.edit(work.ref, work.message, signal);
    case "mark":
      return platform.mark(work.on, work.mark, signal);
    case "set":
      return platform.set(work.setting, signal);
    case "ask":
      return { is: "sent", ref: null, hearing: await platform.hearingAt(place, signal) };
    case "find":
      return sendUnlessThere(platform, delivery, work.under, options, signal);
    case "post": {
      const { under, message } = work;
      return delivery.unknownFates === 0
        ? platform.post({ key, place, under, message }, signal)
        : sendUnlessThere(platform, delivery, work.under, options, signal);
    }
    default:
      return work satisfies never;
  }
}

/** Looks whether an earlier try of a post arrived, and posts it where it did not and is wanted still. */
async function sendUnlessThere(
  platform: ChatPlatform,
  delivery: Delivery,
  under: MessageRef | null,
  { store, machineNow }: Means,
  signal: AbortSignal,
): Promise<Outcome> {
  const { key, place, enqueuedAt: since, urgency } = delivery;
  const found = await platform.lookFor(key, { place, under, since }, signal);
  if (typeof found === "object") return { is: "sent", ref: found.found, found: true };
  // That took its time: a page that somebody acknowledged meanwhile does not ring, and one that rings again does.
  const work = (await store.outbox.wantedNow(delivery))?.work;
  if (work?.do !== "post" && work?.do !== "find")
    return { is: "retry", at: machineNow(), why: "another process has taken it over", lane: false };
  const post = { key, place, under: work.under, message: work.message };
  switch (found) {
    // One that is no longer wanted says so by its message: what may have begun to ring there has to end.
    case "repeat it":
      return platform.post(post, signal);
    case "absent":
      return work.do === "post" ? platform.post(post, signal) : { is: "dropped" };
    case "cannot tell":
      return work.do === "post" && urgency === "page"
        ? platform.post({ ...post, message: asRepeat(post.message) }, signal)
        : { is: "unsure", why: "the platform cannot tell whether it arrived" };
    default:
      return found satisfies never;
  }
}

/** Whether it is the copy of a page that rings anew. */
export function mayRing({ work }: Delivery): boolean {
  return work.do === "post" && (work.message.kind === "page" || work.message.kind === "storm");
}

/** Whether whoever is there hears it; null where that cannot be told in time: it is taken to ring then. */
async function hearingAt(
  platform: ChatPlatform,
  { place, ids }: Delivery,
  log: Log,
  signal: AbortSignal,
): Promise<Hearing | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The answer took too long.")), ASK_WITHIN_MS);
  });
  try {
    return await Promise.race([platform.hearingAt(place, signal), late]);
  } catch (fault) {
    log.warn({ delivery: ids, err: fault }, "nobody could tell whether notifications are paused there");
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** A page whose first copy may have arrived says so. */
function asRepeat(message: Message): Message {
  return message.kind === "page" || message.kind === "storm" ? { ...message, mayRepeat: true } : message;
}
