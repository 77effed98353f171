// What all ways out beside chat have in common: they carry pages and nothing else, and tell again whenever one changes.
//
// A way is a platform to the outbox, so that claim, lease, back-off, retry and the loud end serve it like chat. It has no
// message to edit: to post a page and to edit it are both to tell the other side how the page stands now.
import type { Address } from "../../core/directory.ts";
import type { Message, PageMessage } from "../../core/message.ts";
import type { ChatPlatform, MessageRef, Outcome } from "../../desk/ports.ts";

/** One kind of way. */
export interface Way {
  /** The first part of its addresses: "pagerduty". */
  name: string;
  /** Says how a page stands, once it begins and whenever that changes. Gives null where that went well. */
  tell(telling: Telling, signal: AbortSignal): Promise<Exclude<Outcome, { is: "sent" }> | null>;
  /** What a page of unknown fate does: whether the other side knows a repeat by its key. */
  repeats: "repeat it" | "cannot tell";
}

/** A page, as it is to be told. */
export interface Telling {
  place: Address;
  /** The same for every word about this copy of the page. */
  key: string;
  page: PageMessage;
  /** Whether nothing was told of it before, as far as is known. */
  isFirst: boolean;
}

/** A way as the outbox sees it. */
export function platformOf(way: Way): ChatPlatform {
  const tell = async (telling: Omit<Telling, "page">, message: Message, signal: AbortSignal) => {
    if (message.kind !== "page") return { is: "failed", why: ONLY_PAGES } as const;
    const failure = await way.tell({ ...telling, page: message }, signal);
    return failure ?? ({ is: "sent", ref: refOf(telling) } as const);
  };
  return {
    name: way.name,
    post: ({ key, place, message }, signal) => tell({ key, place, isFirst: true }, message, signal),
    edit: (ref, message, signal) => tell({ ...tellingAt(ref), isFirst: false }, message, signal),
    mark: () => Promise.resolve({ is: "failed", why: ONLY_PAGES }),
    lookFor: () => Promise.resolve(way.repeats),
    hearingAt: () => Promise.resolve({ is: "untold" }),
    lookUp: (written) => Promise.resolve(written),
    set: () => Promise.resolve({ is: "failed", why: "this way has no groups and no topics" }),
  };
}

/**
 * A page as a whole: "ticket:ID:page:1", of which "ticket:ID:page:1:0.2" is the copy of one step, and
 * "…:0.2.1" that of the second whom the step calls. What rings by itself,
 * such as PagerDuty, should ring once for a page, however often its ladder comes by.
 */
export function pageKey(key: string): string {
  return key.replace(/:(?:reminder:)?-?\d+\.\d+(\.\d+)?$/, "");
}

/** What an adapter needs for an address, or what an operator has to add to have it. */
export type SettingsOf<Settings> = (place: Address) => Promise<Settings | { lacks: string }>;

const ONLY_PAGES = "only pages go out this way.";

/** No address has a blank in it. */
function refOf({ place, key }: { place: Address; key: string }): MessageRef {
  return `${place} ${key}`;
}

function tellingAt(ref: MessageRef): { place: Address; key: string } {
  const [, place, key] = /^(\S+) (.+)$/.exec(ref) ?? [];
  if (place === undefined || key === undefined) throw new Error(`no page that went out this way: ${ref}`);
  return { place, key };
}
