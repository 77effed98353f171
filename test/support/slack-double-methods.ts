// The methods of Slack's Web API that an app like Belfry may call, carried out on a workspace. Each answers as docs.slack.dev
// says, or refuses with the code written there.
import { checkMessage, checkView } from "./slack-double-limits.ts";
import {
  asSlackMessage,
  SlackRefusal,
  type Channel,
  type Json,
  type Member,
  type OpenView,
  type Post,
  type Workspace,
} from "./slack-double-workspace.ts";

/** What a method was called with, complex values already parsed. */
export type Args = Readonly<Record<string, unknown>>;

/** A method that is missing here is refused with Slack's `unknown_method`. */
export const METHODS: Readonly<Record<string, (workspace: Workspace, args: Args) => Json>> = {
  "auth.test": (workspace) => ({
    url: "https://double.slack.test/",
    team: "Double",
    user: "belfry",
    team_id: workspace.teamId,
    user_id: workspace.botUser,
    bot_id: workspace.botId,
    is_enterprise_install: false,
  }),

  "chat.postMessage": (workspace, args) => {
    const channel = writable(workspace, text(args, "channel"));
    // An app may still edit what it wrote to somebody before.
    if (channel.kind === "direct") refuseGone(workspace.members.get(channel.name));
    const words = text(args, "text");
    const blocks = list(args, "blocks");
    checkMessage(words, blocks);
    const threadTs = text(args, "thread_ts") || null;
    const post: Post = {
      channel: channel.id,
      ts: workspace.nextTs(),
      threadTs,
      author: workspace.botUser,
      versions: [{ nr: workspace.next(), at: Date.now(), text: words, blocks: named(blocks) }],
      metadata: object(args, "metadata"),
      reactions: [],
      files: [],
    };
    workspace.posts.push(post);
    return { channel: channel.id, ts: post.ts, message: asSlackMessage(workspace, post, true) };
  },

  "chat.update": (workspace, args) => {
    const channel = writable(workspace, text(args, "channel"));
    const post = postAt(workspace, channel, text(args, "ts"), "message_not_found");
    if (post.author !== workspace.botUser) throw new SlackRefusal("cant_update_message");
    const words = text(args, "text");
    const blocks = list(args, "blocks");
    checkMessage(words, blocks);
    // An edit may say less than a post.
    if (words.length > 4_000) throw new SlackRefusal("msg_too_long");
    post.versions.push({ nr: workspace.next(), at: Date.now(), text: words, blocks: named(blocks) });
    post.metadata = object(args, "metadata") ?? post.metadata;
    return { channel: channel.id, ts: post.ts, text: words, message: asSlackMessage(workspace, post, true) };
  },

  "chat.postEphemeral": (workspace, args) => {
    const channel = writable(workspace, text(args, "channel"));
    const user = text(args, "user");
    if (!channel.members.has(user)) throw new SlackRefusal("user_not_in_channel");
    const blocks = list(args, "blocks");
    checkMessage(text(args, "text"), blocks);
    workspace.whispers.push({
      user,
      channel: channel.id,
      text: text(args, "text"),
      blocks: named(blocks),
      nr: workspace.next(),
    });
    return { message_ts: workspace.nextTs() };
  },

  "chat.getPermalink": (workspace, args) => {
    const channel = channelAt(workspace, text(args, "channel"));
    const post = postAt(workspace, channel, text(args, "message_ts"), "message_not_found");
    return {
      channel: channel.id,
      permalink: `https://double.slack.test/archives/${channel.id}/p${post.ts.replace(".", "")}`,
    };
  },

  "conversations.open": (workspace, args) => {
    const user = text(args, "users");
    const member = workspace.members.get(user);
    if (member === undefined) throw new SlackRefusal("user_not_found");
    if (member.isBot) throw new SlackRefusal("cannot_dm_bot");
    refuseGone(member);
    return { channel: { id: workspace.directOf(user).id } };
  },

  "conversations.list": (workspace, args) => {
    const kinds = (text(args, "types") || "public_channel").split(",").map((kind) => kind.trim());
    const shown = [...workspace.channels.values()].filter(
      (channel) =>
        (kinds.includes("public_channel") && channel.kind === "public") ||
        (kinds.includes("private_channel") &&
          channel.kind === "private" &&
          channel.members.has(workspace.botUser)) ||
        (kinds.includes("im") && channel.kind === "direct"),
    );
    const open = shown.filter((channel) => !(isTrue(args, "exclude_archived") && channel.isArchived));
    const { page, next } = paged(open, args, 100);
    return {
      channels: page.map((channel) => asSlackChannel(workspace, channel)),
      response_metadata: { next_cursor: next },
    };
  },

  "conversations.info": (workspace, args) => ({
    channel: asSlackChannel(workspace, channelAt(workspace, text(args, "channel"))),
  }),

  "conversations.members": (workspace, args) => {
    const { page, next } = paged([...channelAt(workspace, text(args, "channel")).members], args, 100);
    return { members: page, response_metadata: { next_cursor: next } };
  },

  "conversations.history": (workspace, args) => {
    const channel = readable(workspace, text(args, "channel"));
    const posts = workspace.posts.filter((post) => post.channel === channel.id && post.threadTs === null);
    const { page, next } = paged(within(posts, args).reverse(), args, 100);
    return {
      messages: page.map((post) => asSlackMessage(workspace, post, isTrue(args, "include_all_metadata"))),
      has_more: next !== "",
      response_metadata: { next_cursor: next },
    };
  },

  "conversations.replies": (workspace, args) => {
    const channel = readable(workspace, text(args, "channel"));
    const parent = postAt(workspace, channel, text(args, "ts"), "thread_not_found");
    const replies = workspace.posts.filter(
      (post) => post.channel === channel.id && post.threadTs === parent.ts,
    );
    // The parent is always the first, whatever the bounds.
    const { page, next } = paged([parent, ...within(replies, args)], args, 1000);
    return {
      messages: page.map((post) => asSlackMessage(workspace, post, isTrue(args, "include_all_metadata"))),
      has_more: next !== "",
      response_metadata: { next_cursor: next },
    };
  },

  "conversations.setTopic": (workspace, args) => {
    const channel = writable(workspace, text(args, "channel"));
    if (channel.kind === "direct") throw new SlackRefusal("method_not_supported_for_channel_type");
    const topic = text(args, "topic");
    if (topic.length > 250) throw new SlackRefusal("too_long");
    channel.topic = topic;
    workspace.happened();
    return { channel: { id: channel.id, topic: { value: topic } } };
  },

  "usergroups.list": (workspace) => ({
    usergroups: [...workspace.groupHandles].map(([handle, id]) => ({
      id,
      team_id: workspace.teamId,
      is_usergroup: true,
      is_external: false,
      name: handle,
      handle,
      date_delete: 0,
    })),
  }),

  "usergroups.users.update": (workspace, args) => {
    const [group, users] = [text(args, "usergroup"), text(args, "users").split(",")];
    if (!workspace.groups.has(group)) throw new SlackRefusal("no_such_subteam");
    if (users.join("") === "") throw new SlackRefusal("no_users_provided");
    if (!users.every((user) => workspace.members.has(user))) throw new SlackRefusal("invalid_users");
    workspace.groups.set(group, users);
    workspace.happened();
    return { usergroup: { id: group, users } };
  },

  "users.info": (workspace, args) => ({
    user: asSlackUser(
      workspace,
      memberWhere(workspace, (m) => m.id === text(args, "user"), "user_not_found"),
    ),
  }),

  "users.list": (workspace, args) => {
    const { page, next } = paged([...workspace.members.values()], args, 200);
    return {
      members: page.map((member) => asSlackUser(workspace, member)),
      response_metadata: { next_cursor: next },
    };
  },

  "users.lookupByEmail": (workspace, args) => ({
    user: asSlackUser(
      workspace,
      memberWhere(
        workspace,
        ({ email, gone }) =>
          email !== "" && email === text(args, "email").toLowerCase() && gone !== "deactivated",
        "users_not_found",
      ),
    ),
  }),

  "dnd.info": (workspace, args) => {
    const member = memberWhere(workspace, (m) => m.id === text(args, "user"), "user_not_found");
    const isSet = member.silentUntil > 0;
    return {
      dnd_enabled: isSet,
      next_dnd_start_ts: isSet ? Math.floor(Date.now() / 1000) - 60 : 1,
      next_dnd_end_ts: isSet ? member.silentUntil : 1,
    };
  },

  "reactions.add": (workspace, args) => {
    const channel = readable(workspace, text(args, "channel"));
    const post = postAt(workspace, channel, text(args, "timestamp"), "message_not_found");
    const name = text(args, "name");
    if (post.reactions.includes(name)) throw new SlackRefusal("already_reacted");
    post.reactions.push(name);
    workspace.next();
    return {};
  },

  "views.open": (workspace, args) => ({
    view: asSlackView(workspace, openView(workspace, spentTrigger(workspace, args), viewIn(args))),
  }),

  "views.push": (workspace, args) => ({
    view: asSlackView(workspace, openView(workspace, spentTrigger(workspace, args), viewIn(args))),
  }),

  "views.update": (workspace, args) => {
    const open = workspace.views.get(text(args, "view_id"));
    if (open === undefined) throw new SlackRefusal("not_found");
    const hash = text(args, "hash");
    if (hash !== "" && hash !== open.hash) throw new SlackRefusal("hash_conflict");
    replaceView(workspace, open, viewIn(args));
    return { view: asSlackView(workspace, open) };
  },

  "views.publish": (workspace, args) => {
    const view = viewIn(args);
    workspace.homes.set(text(args, "user_id"), view);
    return { view: { id: `V${workspace.next()}`, ...view } };
  },
};

/** Shows a modal to somebody, on top of what he looks at. */
export function openView(workspace: Workspace, user: string, view: Json): OpenView {
  const nr = workspace.next();
  const open: OpenView = { id: `V0${nr}`, user, hash: `${nr}.hash`, view: withNames(view), earlier: [] };
  workspace.views.set(open.id, open);
  return open;
}

/** Puts another view into an open modal. */
export function replaceView(workspace: Workspace, open: OpenView, view: Json): void {
  checkView(view);
  open.earlier.push(open.view);
  open.view = withNames(view);
  open.hash = `${workspace.next()}.hash`;
}

/** The modal as Slack hands it to the app. */
export function asSlackView(workspace: Workspace, open: OpenView): Json {
  return {
    private_metadata: "",
    callback_id: "",
    state: { values: {} },
    ...open.view,
    id: open.id,
    team_id: workspace.teamId,
    app_id: workspace.appId,
    bot_id: workspace.botId,
    hash: open.hash,
    root_view_id: open.id,
    previous_view_id: null,
    external_id: "",
  };
}

/** Slack names each block that the app left without a name. */
function named(blocks: readonly Json[]): Json[] {
  return blocks.map((block, i) => ({ ...block, block_id: block["block_id"] ?? `made-up-${i}` }));
}

function withNames(view: Json): Json {
  return { ...view, blocks: named(Array.isArray(view["blocks"]) ? (view["blocks"] as Json[]) : []) };
}

function viewIn(args: Args): Json {
  const view = object(args, "view");
  if (view === null) throw new SlackRefusal("invalid_arguments");
  checkView(view);
  return view;
}

/** A trigger serves once and for three seconds. */
function spentTrigger(workspace: Workspace, args: Args): string {
  const trigger = workspace.triggers.get(text(args, "trigger_id"));
  if (trigger === undefined) throw new SlackRefusal("invalid_trigger_id");
  if (trigger.isUsed) throw new SlackRefusal("exchanged_trigger_id");
  if (trigger.expiresAt < Date.now()) throw new SlackRefusal("expired_trigger_id");
  trigger.isUsed = true;
  return trigger.user;
}

/** A channel by its id, or a person's direct messages by the person's id. */
function writable(workspace: Workspace, id: string): Channel {
  const channel = workspace.members.has(id) ? workspace.directOf(id) : channelAt(workspace, id);
  if (channel.isArchived) throw new SlackRefusal("is_archived");
  if (!channel.members.has(workspace.botUser)) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** Refuses direct messages to somebody who gets none. */
function refuseGone(member: Member | undefined): void {
  if (member?.gone === "deactivated") throw new SlackRefusal("user_disabled");
  if (member?.gone === "takes no messages") throw new SlackRefusal("cannot_dm_bot");
}

function readable(workspace: Workspace, id: string): Channel {
  const channel = channelAt(workspace, id);
  if (!channel.members.has(workspace.botUser)) throw new SlackRefusal("not_in_channel");
  return channel;
}

function channelAt(workspace: Workspace, id: string): Channel {
  const channel = workspace.channels.get(id);
  if (channel === undefined) throw new SlackRefusal("channel_not_found");
  return channel;
}

function postAt(workspace: Workspace, channel: Channel, ts: string, code: string): Post {
  const post = workspace.posts.find((each) => each.channel === channel.id && each.ts === ts);
  if (post === undefined) throw new SlackRefusal(code);
  return post;
}

function memberWhere(workspace: Workspace, is: (member: Member) => boolean, code: string): Member {
  const member = [...workspace.members.values()].find(is);
  if (member === undefined) throw new SlackRefusal(code);
  return member;
}

function asSlackChannel(workspace: Workspace, channel: Channel): Json {
  const isDirect = channel.kind === "direct";
  return {
    id: channel.id,
    ...(isDirect ? { user: channel.name } : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: isDirect,
    is_private: channel.kind !== "public",
    is_archived: channel.isArchived,
    is_member: channel.members.has(workspace.botUser),
    num_members: channel.members.size,
  };
}

function asSlackUser(workspace: Workspace, member: Member): Json {
  return {
    id: member.id,
    team_id: workspace.teamId,
    name: member.name.toLowerCase().replaceAll(" ", "."),
    real_name: member.name,
    deleted: member.gone === "deactivated",
    tz: member.timezone,
    is_bot: member.isBot,
    profile: { real_name: member.name, display_name: member.name, email: member.email },
  };
}

/** Messages between `oldest` and `latest`, which belong to it only where `inclusive` is set. */
function within(posts: readonly Post[], args: Args): Post[] {
  const oldest = Number(text(args, "oldest") || "0");
  const latest = Number(text(args, "latest") || "Infinity");
  const isInclusive = isTrue(args, "inclusive");
  return posts.filter(({ ts }) => {
    const at = Number(ts);
    return (at > oldest && at < latest) || (isInclusive && (at === oldest || at === latest));
  });
}

function paged<T>(all: readonly T[], args: Args, usual: number): { page: T[]; next: string } {
  const limit = Math.min(Number(text(args, "limit") || String(usual)), 1000);
  const from = Number(text(args, "cursor") || "0");
  const to = from + limit;
  return { page: all.slice(from, to), next: to < all.length ? String(to) : "" };
}

function text(args: Args, key: string): string {
  const value = args[key];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function isTrue(args: Args, key: string): boolean {
  return args[key] === true || args[key] === "true" || args[key] === "1";
}

function list(args: Args, key: string): Json[] {
  return Array.isArray(args[key]) ? (args[key] as Json[]) : [];
}

function object(args: Args, key: string): Json | null {
  const value = args[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}
