// Writes people, channels, messages, files and views in the JSON that Slack uses for them.
import { DateTime } from "luxon";
import type { Fields } from "./json.ts";
import { IDENTITY, SLACKBOT_ID } from "./seed.ts";
import type { Channel, Message, Person, StoredFile, UserGroup, WorkspaceState } from "./memory.ts";

/** The seed has no dates of its own; everything in it is as old as this. */
const SINCE = Date.UTC(2024, 0, 1) / 1_000;

/** A message as history, events and interaction payloads tell it. Metadata only where asked for. */
export function messageOnWire(
  state: WorkspaceState,
  channel: string,
  message: Message,
  options: { withMetadata: boolean } = { withMetadata: false },
): Fields {
  const { text, blocks, attachments, metadata } = message.content;
  const isBot = message.user === IDENTITY.botUserId;
  return {
    type: "message",
    ...(subtypeOf(message) === undefined ? {} : { subtype: subtypeOf(message) }),
    ...(message.isTombstone === true ? { hidden: true } : {}),
    user: message.user,
    text,
    ts: message.ts,
    team: IDENTITY.teamId,
    ...(isBot ? botFields() : {}),
    ...(blocks === undefined ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(message.onlyFor === undefined ? {} : { is_ephemeral: true }),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(message.files.length === 0 ? {} : { files: filesOnWire(state, message.files) }),
    ...(message.reactions.length === 0 ? {} : { reactions: reactionsOnWire(message) }),
    ...(options.withMetadata && metadata !== undefined ? { metadata } : {}),
    ...threadFields(state, channel, message),
  };
}

/** A user group as usergroups.list tells it. */
export function groupOnWire({ id, name, handle, description }: UserGroup): Fields {
  return {
    ...{ id, team_id: IDENTITY.teamId, is_usergroup: true, is_subteam: true, name, description, handle },
    is_external: false,
    ...{ date_create: SINCE, date_update: SINCE, date_delete: 0 },
    auto_type: null,
    ...{ created_by: SLACKBOT_ID, updated_by: SLACKBOT_ID, deleted_by: null },
    prefs: { channels: [], groups: [] },
  };
}

/** A user as users.info tells it. The e-mail needs a scope of its own. */
export function userOnWire(person: Person, options: { now: Date; withEmail: boolean }): Fields {
  const local = DateTime.fromJSDate(options.now, { zone: person.timezone });
  return {
    id: person.id,
    team_id: IDENTITY.teamId,
    name: person.handle,
    deleted: false,
    real_name: person.name,
    tz: person.timezone,
    tz_label: local.offsetNameLong ?? person.timezone,
    tz_offset: local.offset * 60,
    profile: {
      real_name: person.name,
      real_name_normalized: person.name,
      display_name: person.name,
      display_name_normalized: person.name,
      team: IDENTITY.teamId,
      ...(options.withEmail && person.email !== "" ? { email: person.email } : {}),
      ...(person.isBot ? { bot_id: IDENTITY.botId, api_app_id: IDENTITY.appId } : {}),
    },
    is_admin: false,
    is_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: person.isBot,
    is_app_user: false,
    is_email_confirmed: !person.isBot,
    updated: SINCE,
  };
}

/** A conversation as conversations.info tells it, seen by the bot. */
export function channelOnWire(channel: Channel): Fields {
  if (channel.kind === "direct") {
    const user = channel.members.find((member) => member !== IDENTITY.botUserId);
    return {
      id: channel.id,
      created: SINCE,
      is_im: true,
      is_archived: false,
      is_org_shared: false,
      user,
      is_open: true,
    };
  }
  const topic = { value: channel.topic, creator: "", last_set: 0 };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_general: false,
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    is_archived: channel.isArchived,
    is_member: channel.members.includes(IDENTITY.botUserId),
    created: SINCE,
    updated: SINCE * 1_000,
    creator: IDENTITY.botUserId,
    context_team_id: IDENTITY.teamId,
    topic,
    purpose: { value: "", creator: "", last_set: 0 },
    num_members: channel.members.length,
  };
}

/** A file as files.info tells it. Its URLs lead to this sandbox. */
export function fileOnWire(file: StoredFile, origin: string): Fields {
  const url = origin + filePath(file);
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.name.includes(".") ? file.name.split(".").at(-1) : "binary",
    user: file.user,
    user_team: IDENTITY.teamId,
    size: file.size,
    mode: "hosted",
    is_external: false,
    is_public: false,
    url_private: url,
    url_private_download: url,
    permalink: url,
  };
}

/** Where the sandbox serves a file. */
export function filePath(file: StoredFile): string {
  return `/files/${file.id}/${encodeURIComponent(file.name)}`;
}

/** The fields by which Slack tells a bot's message from a person's. */
function botFields(): Fields {
  const { botId, appId, teamId } = IDENTITY;
  const profile = {
    id: botId,
    app_id: appId,
    name: "Belfry",
    deleted: false,
    updated: SINCE,
    team_id: teamId,
  };
  return { bot_id: botId, app_id: appId, bot_profile: profile };
}

function subtypeOf(message: Message): string | undefined {
  if (message.isTombstone === true) return "tombstone";
  if (message.isBroadcast === true) return "thread_broadcast";
  return message.files.length > 0 && message.user !== IDENTITY.botUserId ? "file_share" : undefined;
}

function reactionsOnWire(message: Message): Fields[] {
  return message.reactions.map(({ name, users }) => ({ name, users, count: users.length }));
}

function filesOnWire(state: WorkspaceState, ids: readonly string[]): Fields[] {
  return ids.flatMap((id) => {
    const file = state.files.get(id);
    return file === undefined ? [] : [fileOnWire(file, state.origin())];
  });
}

/** What a message tells of its thread: a reply names its parent, a parent counts its replies. */
function threadFields(state: WorkspaceState, channel: string, message: Message): Fields {
  if (message.threadTs !== undefined) {
    const parent = state.messagesIn(channel).get(message.threadTs);
    return { thread_ts: message.threadTs, ...(parent === undefined ? {} : { parent_user_id: parent.user }) };
  }
  const replies = state
    .repliesTo(channel, message.ts)
    .flatMap((ts) => state.messagesIn(channel).get(ts) ?? [])
    .filter((reply) => reply.onlyFor === undefined);
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users.slice(0, 5),
    latest_reply: replies.at(-1)?.ts,
    is_locked: false,
    subscribed: false,
  };
}
