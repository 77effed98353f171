// reactions.*: the marks under a message.
import type { Fields } from "../json.ts";
import { joinedChannelOf, needing, requiredText, SlackRefusal, type Methods, type Parts } from "../method.ts";
import { IDENTITY } from "../seed.ts";
import { messageOnWire } from "../wire.ts";
import type { Message } from "../memory.ts";

/** The methods of this family. */
export const reactionsMethods: Methods = {
  "reactions.add": needing(["reactions:write"], (args, parts) => {
    const { channel, message, name } = reactionOf(args, parts);
    if (hasBots(message, name)) throw new SlackRefusal("already_reacted");
    parts.workspace.record({ kind: "reacted", channel, ts: message.ts, name, user: IDENTITY.botUserId });
    return {};
  }),

  "reactions.remove": needing(["reactions:write"], (args, parts) => {
    const { channel, message, name } = reactionOf(args, parts);
    if (!hasBots(message, name)) throw new SlackRefusal("no_reaction");
    parts.workspace.record({ kind: "unreacted", channel, ts: message.ts, name, user: IDENTITY.botUserId });
    return {};
  }),

  "reactions.get": needing(["reactions:read"], (args, parts) => {
    const { channel, message } = messageOf(args, parts);
    return { type: "message", channel, message: messageOnWire(parts.workspace, channel, message) };
  }),
};

function messageOf(args: Fields, parts: Parts): { channel: string; message: Message } {
  const channel = joinedChannelOf(args, parts);
  const message = parts.workspace.messagesIn(channel.id).get(requiredText(args, "timestamp"));
  if (message === undefined || message.onlyFor !== undefined) throw new SlackRefusal("message_not_found");
  return { channel: channel.id, message };
}

function reactionOf(args: Fields, parts: Parts): { channel: string; message: Message; name: string } {
  const name = requiredText(args, "name");
  // Emoji names, with a skin tone after "::".
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackRefusal("invalid_name");
  return { ...messageOf(args, parts), name };
}

function hasBots(message: Message, name: string): boolean {
  return message.reactions.some(
    (reaction) => reaction.name === name && reaction.users.includes(IDENTITY.botUserId),
  );
}
