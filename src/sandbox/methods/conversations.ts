// conversations.*: which channels there are, who is in them, and what was said.
import {
  channelOf,
  invalid,
  joinedChannelOf,
  limitOf,
  needing,
  needingFor,
  optionalFlag,
  optionalText,
  pageOf,
  requiredText,
  SlackRefusal,
  type Methods,
  type Parts,
} from "../method.ts";
import type { Fields } from "../json.ts";
import { IDENTITY } from "../seed.ts";
import { channelOnWire, messageOnWire } from "../wire.ts";
import type { Message } from "../memory.ts";

/** The methods of this family. */
export const conversationsMethods: Methods = {
  "conversations.list": {
    scopes: (args) => typesOf(args).map((type) => TYPES[type]),
    call: (args, { workspace }) => {
      const types = typesOf(args);
      const channels = [...workspace.channels.values()].filter(
        (channel) =>
          types.includes(channel.kind === "direct" ? "im" : "public_channel") &&
          !(channel.isArchived && optionalFlag(args, "exclude_archived")),
      );
      const { page, next } = pageOf(channels, args, { usual: 100, most: 1_000 });
      return { channels: page.map(channelOnWire), response_metadata: { next_cursor: next } };
    },
  },

  "conversations.info": needingFor("read", (args, parts) => {
    const channel = channelOf(args, parts);
    return { channel: channelOnWire(channel) };
  }),

  "conversations.members": needingFor("read", (args, parts) => {
    const { page, next } = pageOf(channelOf(args, parts).members, args, { usual: 100, most: 1_000 });
    return { members: page, response_metadata: { next_cursor: next } };
  }),

  "conversations.setTopic": needing(["channels:write.topic"], (args, parts) => {
    const channel = joinedChannelOf(args, parts);
    if (channel.kind === "direct") throw new SlackRefusal("method_not_supported_for_channel_type");
    if (channel.isArchived) throw new SlackRefusal("is_archived");
    const topic = requiredText(args, "topic");
    if (topic.length > 250) throw new SlackRefusal("too_long");
    parts.workspace.record({ kind: "topic-set", channel: channel.id, topic });
    return { channel: channelOnWire(channelOf(args, parts)) };
  }),

  "conversations.join": needing(["channels:join"], (args, parts) => {
    const channel = channelOf(args, parts);
    if (channel.kind === "direct") throw new SlackRefusal("method_not_supported_for_channel_type");
    if (channel.isArchived) throw new SlackRefusal("is_archived");
    const isMember = channel.members.includes(IDENTITY.botUserId);
    if (!isMember) parts.workspace.record({ kind: "joined", channel: channel.id, user: IDENTITY.botUserId });
    return {
      channel: channelOnWire(channelOf(args, parts)),
      ...(isMember
        ? { warning: "already_in_channel", response_metadata: { warnings: ["already_in_channel"] } }
        : {}),
    };
  }),

  "conversations.open": {
    // Several people at once would be a group message.
    scopes: (args) => [usersOf(args).length > 1 ? "mpim:write" : "im:write"],
    call: (args, { workspace }) => {
      const [user = ""] = usersOf(args);
      if (!workspace.people.has(user)) throw new SlackRefusal("user_not_found");
      const channel = workspace.directWith(user);
      if (channel === undefined) throw new SlackRefusal("cannot_dm_bot");
      return {
        no_op: true,
        already_open: true,
        channel: optionalFlag(args, "return_im") ? channelOnWire(channel) : { id: channel.id },
      };
    },
  },

  "conversations.history": needingFor("history", (args, parts) => {
    const channel = joinedChannelOf(args, parts);
    const all = [...parts.workspace.messagesIn(channel.id).values()].filter(
      (message) =>
        message.onlyFor === undefined && (message.threadTs === undefined || message.isBroadcast === true),
    );
    const { page, hasMore, next } = newestFirst(all, args);
    return {
      messages: page.map((message) => asAsked(message, channel.id, args, parts)),
      has_more: hasMore,
      pin_count: 0,
      ...(hasMore ? { response_metadata: { next_cursor: next } } : {}),
    };
  }),

  "conversations.replies": needingFor("history", (args, parts) => {
    const channel = joinedChannelOf(args, parts);
    const messages = parts.workspace.messagesIn(channel.id);
    const named = messages.get(requiredText(args, "ts"));
    if (named === undefined || named.onlyFor !== undefined) throw new SlackRefusal("thread_not_found");
    const parent = messages.get(named.threadTs ?? named.ts) ?? named;
    const replies = parts.workspace
      .repliesTo(channel.id, parent.ts)
      .flatMap((ts) => messages.get(ts) ?? [])
      .filter((reply) => reply.onlyFor === undefined && isBetween(reply, args));
    const { page, next } = pageOf(replies, args, { usual: 1_000, most: 1_000 });
    return {
      messages: [parent, ...page].map((message) => asAsked(message, channel.id, args, parts)),
      has_more: next !== "",
      ...(next === "" ? {} : { response_metadata: { next_cursor: next } }),
    };
  }),
};

function usersOf(args: Fields): string[] {
  return requiredText(args, "users").split(",");
}

/** The kinds of conversations that can be listed, and the scope that each needs. The sandbox has the first and the last. */
const TYPES = {
  public_channel: "channels:read",
  private_channel: "groups:read",
  mpim: "mpim:read",
  im: "im:read",
} as const;

function typesOf(args: Fields): (keyof typeof TYPES)[] {
  const types = (optionalText(args, "types") ?? "public_channel").split(",").map((type) => type.trim());
  const isKnown = (type: string): type is keyof typeof TYPES => Object.hasOwn(TYPES, type);
  if (!types.every(isKnown)) throw new SlackRefusal("invalid_types");
  return types;
}

/** The page of a history before the cursor, which names the last message that was told. */
function newestFirst(
  messages: readonly Message[],
  args: Fields,
): { page: Message[]; hasMore: boolean; next: string } {
  const cursor = optionalText(args, "cursor");
  const before = cursor === undefined ? null : Buffer.from(cursor, "base64url").toString("utf8");
  if (before !== null && !before.startsWith("next_ts:")) throw new SlackRefusal("invalid_cursor");

  const wanted = messages
    .filter((message) => isBetween(message, args))
    .filter((message) => before === null || Number(message.ts) < Number(before.slice("next_ts:".length)))
    .reverse();
  const page = wanted.slice(0, limitOf(args, { usual: 100, most: 999 }));
  const last = page.at(-1);
  const hasMore = page.length < wanted.length;
  return {
    page,
    hasMore,
    next: last === undefined ? "" : Buffer.from(`next_ts:${last.ts}`).toString("base64url"),
  };
}

/** Whether a message lies between oldest and latest, the ends themselves only with `inclusive`. */
function isBetween(message: Message, args: Fields): boolean {
  const oldest = instantOf(args, "oldest", 0);
  const latest = instantOf(args, "latest", Number.MAX_VALUE);
  const ts = Number(message.ts);
  return optionalFlag(args, "inclusive") ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
}

function instantOf(args: Fields, name: "oldest" | "latest", otherwise: number): number {
  const value = optionalText(args, name);
  if (value === undefined) return otherwise;
  if (!/^\d+(\.\d+)?$/.test(value)) {
    throw new SlackRefusal(name === "oldest" ? "invalid_ts_oldest" : "invalid_ts_latest", invalid([]).more);
  }
  return Number(value);
}

function asAsked(message: Message, channel: string, args: Fields, { workspace }: Parts): Fields {
  return messageOnWire(workspace, channel, message, {
    withMetadata: optionalFlag(args, "include_all_metadata"),
  });
}
