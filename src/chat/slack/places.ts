// Where in Slack an address leads: channels, people and user groups by id or as they are written in the desk file.
import type { Address } from "../../core/directory.ts";
import type { Calls } from "./calls.ts";
import { refusalCode } from "./calls.ts";
import { slackId } from "./words.ts";

/** Finds places; what Slack told is remembered, within bounds. */
export interface Places {
  /**
   * The address with Slack's own id, or null where Slack knows none. Throws what a failed call throws, and LacksScope. User
   * groups are told within seconds or not at all, since a page waits for them.
   */
  find(written: Address, signal?: AbortSignal): Promise<Address | null>;
  /** The id of the channel to post to: for a person, of the direct messages with them. Throws NoSuchPlace. */
  channel(place: Address, signal?: AbortSignal): Promise<string>;
  /** Slack's own id of whoever or whatever an address means. Throws NoSuchPlace. */
  id(written: Address, signal?: AbortSignal): Promise<string>;
}

/** Nobody and nothing goes by this address. */
export class NoSuchPlace extends Error {
  override readonly name = "NoSuchPlace";
  /** As Slack would call it. */
  readonly code: string;

  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/** The app lacks a permission that only some desks need, which manifest.json therefore leaves out. */
export class LacksScope extends Error {
  override readonly name = "LacksScope";

  constructor(scope: string, options?: ErrorOptions) {
    super(`missing_scope: the app needs ${scope}, which manifest.json leaves out.`, options);
  }
}

/** Places of one workspace. `machineNow` says how old a list of channels or groups is. */
export function slackPlaces(calls: Calls, machineNow: () => Date): Places {
  const directMessages = new Map<string, Promise<string>>();
  const peopleByMail = new Map<string, Promise<Address | null>>();
  const channels = listing(() => listChannels(calls), machineNow);
  const groups = listing(() => listGroups(calls), machineNow);

  async function find(written: Address, signal?: AbortSignal): Promise<Address | null> {
    if (slackId(written) !== null) return written;
    const name = /^slack:(.+)$/s.exec(written)?.[1] ?? "";
    if (name.startsWith("#")) return idIn(await channels.now(), name.slice(1).toLowerCase());
    if (name.startsWith("@")) return groupNamed(name.slice(1));
    if (name.includes("@")) return personByMail(name, signal);
    return null;
  }

  /** Where Slack does not tell, the group that had the handle when it last did is still the one. */
  async function groupNamed(handle: string): Promise<Address | null> {
    try {
      return idIn(await groups.now(), handle);
    } catch (error) {
      const known = groups.last().get(handle);
      if (known === undefined) throw error;
      return `slack:${known}`;
    }
  }

  function personByMail(email: string, signal: AbortSignal | undefined): Promise<Address | null> {
    return remembered(peopleByMail, email, async () => {
      const { user } = await calls(signal).users.lookupByEmail({ email });
      return user?.id === undefined ? null : `slack:${user.id}`;
    }).catch((error: unknown) => {
      if (refusalCode(error) === "users_not_found") return null;
      throw error;
    });
  }

  async function channel(place: Address, signal?: AbortSignal): Promise<string> {
    const found = await id(place, signal);
    return /^[UW]/.test(found) ? directMessagesWith(found, signal) : found;
  }

  function directMessagesWith(user: string, signal: AbortSignal | undefined): Promise<string> {
    return remembered(directMessages, user, async () => {
      const { channel } = await calls(signal).conversations.open({ users: user });
      if (channel?.id !== undefined) return channel.id;
      throw new NoSuchPlace("cannot_dm_bot", "Slack opened no direct messages.");
    });
  }

  async function id(written: Address, signal?: AbortSignal): Promise<string> {
    const found = slackId(await find(written, signal));
    if (found === null) throw noSuchPlace(written);
    return found;
  }

  return { find, channel, id };
}

/** Whoever asks while another does waits for the same answer. What fails, or finds nothing, is asked again. */
function remembered<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  if (known.size >= MAX_REMEMBERED) known.clear();
  const asked = ask();
  known.set(key, asked);
  const forget = (): void => {
    if (known.get(key) === asked) known.delete(key);
  };
  asked.then((found) => found === null && forget(), forget);
  return asked;
}

/** Slack's ids by names, as Slack lists them. */
type Ids = ReadonlyMap<string, string>;

/** One listing serves all who ask within LISTING_LIFE_MS; it belongs to nobody's signal. A failed one is not kept. */
function listing(list: () => Promise<Ids>, machineNow: () => Date): { now(): Promise<Ids>; last(): Ids } {
  let newest: { atMs: number; ids: Promise<Ids> } | null = null;
  let last: Ids = new Map();
  return {
    last: () => last,
    now: () => {
      const nowMs = machineNow().getTime();
      if (newest !== null && Math.abs(nowMs - newest.atMs) < LISTING_LIFE_MS) return newest.ids;
      const asked = { atMs: nowMs, ids: list() };
      newest = asked;
      asked.ids.then(
        (ids) => {
          last = ids;
        },
        () => {
          if (newest === asked) newest = null;
        },
      );
      return asked.ids;
    },
  };
}

function idIn(ids: Ids, name: string): Address | null {
  const id = ids.get(name);
  return id === undefined ? null : `slack:${id}`;
}

/** A new channel or group is found after this long at the latest. */
const LISTING_LIFE_MS = 60_000;
/** A page that mentions a group waits no longer than this to learn which one it is. */
const GROUPS_WITHIN_MS = 2_000;
const MAX_REMEMBERED = 10_000;
const MAX_PAGES = 100;

async function listChannels(calls: Calls): Promise<Ids> {
  const byName = new Map<string, string>();
  let cursor = "";
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const listed = await calls().conversations.list({
      exclude_archived: true,
      types: "public_channel,private_channel",
      limit: 1000,
      ...(cursor === "" ? {} : { cursor }),
    });
    for (const { id, name } of listed.channels ?? []) {
      if (id !== undefined && name !== undefined) byName.set(name.toLowerCase(), id);
    }
    cursor = listed.response_metadata?.next_cursor ?? "";
    if (cursor === "") break;
  }
  return byName;
}

/** Slack tells all of them at once (docs.slack.dev, usergroups.list). A group of another organization gives way to our own. */
async function listGroups(calls: Calls): Promise<Ids> {
  const byHandle = new Map<string, string>();
  try {
    const listed = await calls(AbortSignal.timeout(GROUPS_WITHIN_MS)).usergroups.list();
    for (const { id, handle, is_external: isExternal } of listed.usergroups ?? []) {
      if (id === undefined || handle === undefined) continue;
      if (isExternal !== true || !byHandle.has(handle)) byHandle.set(handle, id);
    }
  } catch (error) {
    if (refusalCode(error) === "missing_scope") throw new LacksScope("usergroups:read", { cause: error });
    throw error;
  }
  return byHandle;
}

function noSuchPlace(place: Address): NoSuchPlace {
  if (place.startsWith("slack:#")) {
    return new NoSuchPlace(
      "channel_not_found",
      `Slack shows Belfry no channel ${place.slice("slack:".length)}.`,
    );
  }
  if (place.startsWith("slack:@"))
    return new NoSuchPlace("no_such_subteam", `Slack knows no user group ${place.slice("slack:".length)}.`);
  return new NoSuchPlace("user_not_found", `Slack knows nobody by the address ${place}.`);
}
