// chat.*: the bot posts, edits and deletes messages.
import { readContent } from "../content.ts";
import type { Fields } from "../json.ts";
import { LIMITS } from "../limits.ts";
import type { Channel, Message, MessageContent } from "../memory.ts";
import {
  channelOf,
  needing,
  optionalFlag,
  optionalText,
  requiredText,
  SlackRefusal,
  structure,
  type Methods,
  type Parts,
} from "../method.ts";
import { IDENTITY } from "../seed.ts";
import { tsOf } from "../timestamp.ts";
import { messageOnWire } from "../wire.ts";

/** The methods of this family. */
export const chatMethods: Methods = {
  "chat.postMessage": needing(["chat:write"], (args, parts) => {
    const channel = placeToPost(args, parts);
    const content = readContent(args);
    const message: Message = {
      ts: parts.workspace.nextTs(channel.id),
      user: IDENTITY.botUserId,
      content,
      ...inThread(args, channel, parts),
      files: [],
      reactions: [],
    };
    parts.workspace.record({ kind: "posted", channel: channel.id, message });
    return {
      channel: channel.id,
      ts: message.ts,
      message: messageOnWire(parts.workspace, channel.id, message, { withMetadata: true }),
    };
  }),

  "chat.update": needing(["chat:write"], (args, parts) => {
    const channel = channelOf(args, parts);
    const message = ownMessage(args, "ts", "cant_update_message", channel, parts);
    const to = newContent(args, message.content);
    // Slack marks a message as edited where its text is what people see.
    const edited =
      (to.blocks ?? []).length > 0
        ? {}
        : { edited: { user: IDENTITY.botUserId, ts: tsOf(parts.workspace.now()) } };
    parts.workspace.record({ kind: "edited", channel: channel.id, ts: message.ts, to, ...edited });
    const wire = messageOnWire(parts.workspace, channel.id, { ...message, content: to, ...edited });
    return { channel: channel.id, ts: message.ts, text: to.text, message: wire };
  }),

  "chat.delete": needing(["chat:write"], (args, parts) => {
    const channel = channelOf(args, parts);
    const message = ownMessage(args, "ts", "cant_delete_message", channel, parts);
    parts.workspace.record({ kind: "deleted", channel: channel.id, ts: message.ts });
    return { channel: channel.id, ts: message.ts };
  }),

  "chat.postEphemeral": needing(["chat:write"], (args, parts) => {
    const channel = placeToPost(args, parts);
    const user = requiredText(args, "user");
    if (!parts.workspace.people.has(user)) throw new SlackRefusal("user_not_found");
    if (!channel.members.includes(user)) throw new SlackRefusal("user_not_in_channel");
    const message: Message = {
      ts: parts.workspace.nextTs(channel.id),
      user: IDENTITY.botUserId,
      content: readContent(args),
      onlyFor: user,
      ...inThread(args, channel, parts),
      files: [],
      reactions: [],
    };
    parts.workspace.record({ kind: "posted", channel: channel.id, message });
    return { message_ts: message.ts };
  }),

  "chat.getPermalink": needing([], (args, parts) => {
    const channel = channelOf(args, parts);
    const message = parts.workspace.messagesIn(channel.id).get(requiredText(args, "message_ts"));
    if (message === undefined || message.onlyFor !== undefined) throw new SlackRefusal("message_not_found");
    const thread = message.threadTs === undefined ? "" : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
    const path = `/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`;
    return { channel: channel.id, permalink: parts.workspace.origin() + path };
  }),
};

/** Where a message is posted: a conversation by id, a channel by name, or a person for the direct message with them. */
function placeToPost(args: Fields, { workspace, manifest }: Parts): Channel {
  const given = requiredText(args, "channel");
  const byName = given.replace(/^#/, "");
  const channel =
    workspace.channels.get(given) ??
    workspace.directWith(given) ??
    [...workspace.channels.values()].find((each) => each.kind === "channel" && each.name === byName);
  if (channel === undefined) throw new SlackRefusal("channel_not_found");
  if (channel.isArchived) throw new SlackRefusal("is_archived");
  const isOpenToAll = channel.kind === "channel" && manifest.scopes.includes("chat:write.public");
  if (!channel.members.includes(IDENTITY.botUserId) && !isOpenToAll) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** The thread that a message goes to: that of the named message, or the thread in which that one stands itself. */
function inThread(
  args: Fields,
  channel: Channel,
  { workspace }: Parts,
): Pick<Message, "threadTs" | "isBroadcast"> {
  const threadTs = optionalText(args, "thread_ts");
  if (threadTs === undefined) return {};
  const parent = workspace.messagesIn(channel.id).get(threadTs);
  if (parent === undefined) throw new SlackRefusal("thread_not_found");
  if (parent.onlyFor !== undefined) throw new SlackRefusal("cannot_reply_to_message");
  return {
    threadTs: parent.threadTs ?? parent.ts,
    ...(optionalFlag(args, "reply_broadcast") ? { isBroadcast: true } : {}),
  };
}

/** A message that the bot may change: its own, and no ephemeral one. */
function ownMessage(
  args: Fields,
  name: string,
  refusal: string,
  channel: Channel,
  { workspace }: Parts,
): Message {
  const message = workspace.messagesIn(channel.id).get(requiredText(args, name));
  if (message === undefined || message.onlyFor !== undefined) throw new SlackRefusal("message_not_found");
  if (message.user !== IDENTITY.botUserId) throw new SlackRefusal(refusal);
  if (channel.isArchived) throw new SlackRefusal("is_archived");
  return message;
}

/**
 * What chat.update makes of a message: blocks stay where only other things are given, and go where text alone is given;
 * attachments and metadata stay unless they are given (docs.slack.dev, chat.update).
 */
function newContent(args: Fields, before: MessageContent): MessageContent {
  const hasText = optionalText(args, "text") !== undefined;
  const hasBlocks = structure(args, "blocks", "invalid_blocks_format") !== undefined;
  const hasAttachments = structure(args, "attachments", "invalid_attachments") !== undefined;
  if (!hasText && !hasBlocks && !hasAttachments) throw new SlackRefusal("no_text");
  return readContent(
    {
      text: hasText || hasBlocks ? args["text"] : before.text,
      blocks: hasText || hasBlocks ? args["blocks"] : before.blocks,
      attachments: hasAttachments ? args["attachments"] : before.attachments,
      metadata: args["metadata"] ?? before.metadata,
    },
    { text: LIMITS.updatedText },
  );
}
