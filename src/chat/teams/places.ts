// Where in Teams an address leads: the Connector's address and the conversation, as the last activity from there told.
//
// Teams lets nobody look conversations up. What an activity tells of one is kept through the store: whoever installed the
// app is reached again after a restart. An e-mail address is found among the members of the conversations that are known.
import { z } from "zod";
import type { Address } from "../../core/directory.ts";
import type { References } from "../../desk/ports.ts";
import { isPersonal, personOf, rootOf, type Activity } from "./activities.ts";
import type { Calls, Member, Where } from "./calls.ts";
import { failureOf } from "./requests.ts";
import { entraId } from "./words.ts";

/** Finds places, and remembers them. */
export interface Places {
  /** Remembers where an activity came from, and whose it is. */
  note(activity: Activity): Promise<void>;
  /** Forgets a conversation that Belfry was taken out of. */
  forget(activity: Activity): Promise<void>;
  /** The conversation of a channel or group chat, or with a person. Throws NoSuchPlace, or what a failed call throws. */
  whereIs(place: Address, signal?: AbortSignal): Promise<Where & { isFlat: boolean }>;
  /** The chat with a person, opened where there is none yet, and the person's tenant. Throws what a failed call throws. */
  chatWith(person: Address, signal?: AbortSignal): Promise<Where & { tenant: string | null }>;
  /** Where a conversation's calls go. */
  serviceOf(conversation: string): Promise<string>;
  /** A channel as Microsoft Graph knows it, or null where it is none or nothing was heard of its team. Throws what a failed call throws. */
  inItsTeam(place: Address, signal?: AbortSignal): Promise<TeamChannel | null>;
  /** The address with the platform's own id, or null where none is known. Throws what a failed call throws. */
  find(written: Address): Promise<Address | null>;
}

/** A channel of a team: both by the ids that Microsoft Graph has for them, and the tenant where they are. */
export interface TeamChannel {
  group: string;
  channel: string;
  tenant: string | null;
}

/** Nobody and nothing goes by this address. */
export class NoSuchPlace extends Error {
  override readonly name = "NoSuchPlace";
}

/** Whether messages of a conversation stand in one row: chats do, channels have threads. */
export function isFlatChat(conversation: string): boolean {
  return !/@thread\.(tacv2|skype)(;|$)/.test(conversation);
}

/**
 * Places of Teams. `serviceUrl` is for conversations of which nothing was heard yet, `tenant` for people of whom nothing
 * was; both null where there is no such default.
 */
export function teamsPlaces(
  calls: Calls,
  references: References,
  usual: { serviceUrl: string | null; tenant: string | null; machineNow: () => Date },
): Places {
  const written = new Map<string, string>();
  const members = new Map<string, { atMs: number; list: Promise<Member[]> }>();

  async function note(activity: Activity): Promise<void> {
    const { serviceUrl } = activity;
    const tenant = activity.channelData?.tenant?.id ?? activity.conversation.tenantId ?? null;
    const { conversation } = rootOf(activity);
    const person = personOf(activity);
    await keep(SERVICE, { serviceUrl, tenant });
    const team = activity.channelData?.team ?? null;
    const inTeam = team === null ? {} : { team: team.id };
    if (!isPersonal(activity))
      await keep(`teams:${conversation}`, { serviceUrl, tenant, conversation, ...inTeam });
    // Only some activities tell its group; what one told stays known.
    if (team !== null) {
      const group = team.aadGroupId ?? (await recall(teamAt(team.id)))?.group;
      await keep(teamAt(team.id), {
        serviceUrl,
        tenant,
        team: team.id,
        ...(group === undefined ? {} : { group }),
      });
    }
    if (person === null) return;
    const chat = isPersonal(activity) ? conversation : ((await recall(person))?.conversation ?? null);
    const chatService = isPersonal(activity)
      ? serviceUrl
      : ((await recall(person))?.serviceUrl ?? serviceUrl);
    await keep(person, {
      ...{ serviceUrl: chatService, tenant, user: activity.from.id },
      ...(chat === null ? {} : { conversation: chat }),
    });
    if (chat !== null) await keep(`teams:${chat}`, { serviceUrl: chatService, tenant, conversation: chat });
  }

  /** Most activities tell nothing new, and cost no query then. */
  async function keep(place: Address, note: Note): Promise<void> {
    const text = JSON.stringify(note);
    if (written.get(place) === text) return;
    if (written.size >= MAX_REMEMBERED) written.clear();
    await references.remember(place, text);
    written.set(place, text);
  }

  async function recall(place: Address): Promise<Note | null> {
    const text = written.get(place) ?? (await references.recall(place));
    return text === null ? null : (NOTE.safeParse(JSON.parse(text)).data ?? null);
  }

  async function whereIs(place: Address, signal?: AbortSignal): Promise<Where & { isFlat: boolean }> {
    if (entraId(place) !== null) return { ...(await chatWith(place, signal)), isFlat: true };
    const conversation = /^teams:(\d+:.+@.+|a:.+)$/s.exec(place)?.[1];
    if (conversation !== undefined)
      return { serviceUrl: await serviceOf(conversation), conversation, isFlat: isFlatChat(conversation) };
    const found = await find(place);
    if (found === null) throw new NoSuchPlace(`Teams has told Belfry of nobody by the address ${place}.`);
    return { ...(await chatWith(found, signal)), isFlat: true };
  }

  async function chatWith(person: Address, signal?: AbortSignal): Promise<Where & { tenant: string | null }> {
    const known = await recall(person);
    const { serviceUrl } = known ?? (await recall(SERVICE)) ?? usual;
    if (serviceUrl === null) throw new NoSuchPlace("Nothing was heard from Teams yet.");
    const tenant = known?.tenant ?? usual.tenant;
    if (known?.conversation !== undefined) return { serviceUrl, conversation: known.conversation, tenant };
    const user = known?.user ?? entraId(person) ?? "";
    const conversation = await calls.open({ serviceUrl, user, tenant }, signal);
    await keep(person, { serviceUrl, tenant, user, conversation });
    await keep(`teams:${conversation}`, { serviceUrl, tenant, conversation });
    return { serviceUrl, conversation, tenant };
  }

  async function serviceOf(conversation: string): Promise<string> {
    const base = conversation.split(";")[0] ?? conversation;
    const serviceUrl = ((await recall(`teams:${base}`)) ?? (await recall(SERVICE)) ?? usual).serviceUrl;
    if (serviceUrl === null) throw new NoSuchPlace("Nothing was heard from Teams yet.");
    return serviceUrl;
  }

  async function inItsTeam(place: Address, signal?: AbortSignal): Promise<TeamChannel | null> {
    const channel = channelIn(place);
    if (channel === null) return null;
    const team = (await recall(place))?.team ?? (await teamWith(channel, signal));
    const known = team === null ? null : await recall(teamAt(team));
    if (team === null || known === null || known.serviceUrl === null) return null;
    const { serviceUrl, tenant } = known;
    if (known.group !== undefined) return { group: known.group, channel, tenant };
    const group = await calls.groupOf({ serviceUrl, team }, signal);
    if (group === null) return null;
    await keep(teamAt(team), { ...known, group });
    return { group, channel, tenant };
  }

  /** The team that a channel is in of which nothing was heard yet: the one that lists it. */
  async function teamWith(channel: string, signal?: AbortSignal): Promise<string | null> {
    for (const [, text] of await references.all(teamAt(""))) {
      const { team, serviceUrl = null, tenant = null } = NOTE.safeParse(JSON.parse(text)).data ?? {};
      if (team === undefined || serviceUrl === null) continue;
      const channels = await calls
        .channelsOf({ serviceUrl, team }, signal)
        .catch((error: unknown): string[] => {
          // Belfry was taken out of that one.
          if (failureOf(error).is === "refused") return [];
          throw error;
        });
      if (!channels.includes(channel)) continue;
      await keep(`teams:${channel}`, { serviceUrl, tenant, conversation: channel, team });
      return team;
    }
    return null;
  }

  async function forget(activity: Activity): Promise<void> {
    const { conversation } = rootOf(activity);
    const person = personOf(activity);
    const team = activity.channelData?.team ?? null;
    const places = [
      `teams:${conversation}`,
      ...(isPersonal(activity) && person !== null ? [person] : []),
      ...(team === null ? [] : [teamAt(team.id)]),
    ];
    for (const place of places) {
      written.delete(place);
      await references.forget(place);
    }
  }

  async function find(address: Address): Promise<Address | null> {
    const name = address.replace(/^teams:/, "");
    if (entraId(address) !== null || !/^[^@\s:]+@[^@\s]+$/.test(name)) return address;
    for (const [, text] of await references.all("teams:")) {
      const { conversation, serviceUrl, tenant } = NOTE.safeParse(JSON.parse(text)).data ?? {};
      if (conversation === undefined || typeof serviceUrl !== "string") continue;
      const list = await membersOf({ serviceUrl, conversation });
      const found = list.find(({ email, userPrincipalName }) =>
        [email, userPrincipalName].some((each) => each?.toLowerCase() === name.toLowerCase()),
      );
      const id = `teams:${(found?.aadObjectId ?? found?.objectId ?? "").toLowerCase()}`;
      if (found === undefined || entraId(id) === null) continue;
      if ((await recall(id)) === null) await keep(id, { serviceUrl, tenant: tenant ?? null, user: found.id });
      return id;
    }
    return null;
  }

  /** One listing serves all who ask within a minute; a failed one is not kept. */
  function membersOf(where: Where): Promise<Member[]> {
    const nowMs = usual.machineNow().getTime();
    const known = members.get(where.conversation);
    if (known !== undefined && Math.abs(nowMs - known.atMs) < LISTING_LIFE_MS) return known.list;
    if (members.size >= MAX_REMEMBERED) members.clear();
    const list = calls.members(where);
    members.set(where.conversation, { atMs: nowMs, list });
    list.catch(() => members.delete(where.conversation));
    return list;
  }

  return { note, forget, whereIs, chatWith, serviceOf, inItsTeam, find };
}

const LISTING_LIFE_MS = 55_000;
const MAX_REMEMBERED = 10_000;
/** Where the last activity came from, whoever's it was. */
const SERVICE = "teams:*";

/** Where a team is remembered: its own id is that of its first channel. */
function teamAt(id: string): Address {
  return `teams:team:${id}`;
}

/** The conversation of a channel's address; null for a chat's and a person's. */
function channelIn(place: Address): string | null {
  const conversation = place.replace(/^teams:/, "");
  return conversation.includes("@") && !isFlatChat(conversation) ? conversation : null;
}

const NOTE = z.object({
  serviceUrl: z.string().nullable(),
  tenant: z.string().nullable(),
  conversation: z.string().optional(),
  /** Teams' own id of a person. */
  user: z.string().optional(),
  /** Teams' own id of the team. */
  team: z.string().optional(),
  /** Its group in Entra. */
  group: z.string().optional(),
});
type Note = z.infer<typeof NOTE>;
