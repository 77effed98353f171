// What a Slack workspace knows: people, channels, everything posted with each of its versions, open views. Written after
// Slack's own documentation and shared with nothing else, so that Belfry is tried against a Slack that it did not write.

/** A JSON object whose meaning is not known yet. */
export type Json = Record<string, unknown>;

export interface Member {
  id: string;
  name: string;
  email: string;
  timezone: string;
  isBot: boolean;
  /** Until when, in Unix seconds, Do Not Disturb silences this person; 0 where it does not. */
  silentUntil: number;
  /** Whose account was switched off, or who takes no direct messages from the app; absent: neither. */
  gone?: "deactivated" | "takes no messages" | undefined;
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "direct";
  /** Ids of those who are in it. For a direct message: the app and the person. */
  members: Set<string>;
  isArchived: boolean;
  topic?: string;
}

/** How a message read from some moment on. `nr` counts everything that happened in the workspace. */
export interface Version {
  nr: number;
  at: number;
  text: string;
  blocks: Json[];
}

/** A message that is or was visible. */
export interface Post {
  channel: string;
  ts: string;
  threadTs: string | null;
  author: string;
  versions: Version[];
  metadata: Json | null;
  reactions: string[];
  files: Json[];
}

/** Something that one person alone sees. */
export interface Whisper {
  user: string;
  channel: string;
  text: string;
  blocks: Json[];
  nr: number;
}

/** A modal that somebody looks at. */
export interface OpenView {
  id: string;
  user: string;
  hash: string;
  view: Json;
  /** What stood there before, oldest first. */
  earlier: Json[];
}

/** An answer of the Web API with `ok: false`. */
export class SlackRefusal extends Error {
  override readonly name = "SlackRefusal";
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export interface Workspace {
  readonly teamId: string;
  readonly appId: string;
  /** The app's own user, and its bot id. */
  readonly botUser: string;
  readonly botId: string;
  readonly members: Map<string, Member>;
  readonly channels: Map<string, Channel>;
  /** Members of user groups by the groups' ids, and the groups' ids by their handles. */
  readonly groups: Map<string, readonly string[]>;
  readonly groupHandles: Map<string, string>;
  readonly posts: Post[];
  readonly whispers: Whisper[];
  readonly views: Map<string, OpenView>;
  readonly homes: Map<string, Json>;
  readonly triggers: Map<string, { user: string; expiresAt: number; isUsed: boolean }>;
  /** Counts everything that happens, so that two things can be put in order. */
  next(): number;
  /** A new message timestamp: later than every other. */
  nextTs(): string;
  /** The person's direct messages with the app, opened when first needed. */
  directOf(user: string): Channel;
  newTrigger(user: string): string;
  /** Those who wait for something to happen. */
  readonly watchers: Set<() => void>;
  happened(): void;
  /** Shows something to one person alone; nothing where nothing is said. */
  whisper(user: string, channel: string, said: Json): void;
}

/** A workspace with the given people and channels; the app is in every channel. */
export function newWorkspace(people: readonly Member[], channels: readonly Channel[]): Workspace {
  const botUser = "U0BELFRY";
  const bot: Member = {
    id: botUser,
    name: "belfry",
    email: "",
    timezone: "Etc/UTC",
    isBot: true,
    silentUntil: 0,
  };
  let nr = 0;
  let lastTs = 0;
  const workspace: Workspace = {
    teamId: "T0DOUBLE",
    appId: "A0BELFRY",
    botUser,
    botId: "B0BELFRY",
    members: new Map([...people, bot].map((member) => [member.id, member])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    groups: new Map([["S0ONCALL", []]]),
    groupHandles: new Map([["oncall", "S0ONCALL"]]),
    posts: [],
    whispers: [],
    views: new Map(),
    homes: new Map(),
    triggers: new Map(),
    watchers: new Set(),
    happened: () => workspace.watchers.forEach((watch) => watch()),
    next: () => ++nr,
    nextTs() {
      lastTs = Math.max(Date.now() * 1000, lastTs + 1);
      return `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, "0")}`;
    },
    directOf(user) {
      const id = user.replace(/^U/, "D");
      const open = workspace.channels.get(id);
      if (open !== undefined) return open;
      const members = new Set([user, botUser]);
      const direct: Channel = { id, name: user, kind: "direct", members, isArchived: false };
      workspace.channels.set(id, direct);
      return direct;
    },
    newTrigger(user) {
      const id = `${Date.now()}.${workspace.next()}.trigger`;
      workspace.triggers.set(id, { user, expiresAt: Date.now() + 3_000, isUsed: false });
      return id;
    },
    whisper(user, channel, said) {
      const blocks = Array.isArray(said["blocks"]) ? (said["blocks"] as Json[]) : [];
      const text = typeof said["text"] === "string" ? said["text"] : "";
      if (text === "" && blocks.length === 0) return;
      workspace.whispers.push({ user, channel, text, blocks, nr: workspace.next() });
    },
  };
  return workspace;
}

/** How a message reads now. */
export function current(post: Post): Version {
  const last = post.versions.at(-1);
  if (last === undefined) throw new Error(`the message ${post.ts} has no version`);
  return last;
}

/** The message as Slack's API gives it. */
export function asSlackMessage(workspace: Workspace, post: Post, withMetadata: boolean): Json {
  const { text, blocks } = current(post);
  const replies = workspace.posts.filter(
    (each) => each.channel === post.channel && each.threadTs === post.ts,
  );
  const author = workspace.members.get(post.author);
  return {
    type: "message",
    user: post.author,
    ...(author?.isBot === true ? { bot_id: workspace.botId, app_id: workspace.appId } : {}),
    team: workspace.teamId,
    ts: post.ts,
    text,
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(post.files.length > 0 ? { files: post.files } : {}),
    ...(post.threadTs === null ? {} : threadOf(workspace, post)),
    ...(replies.length > 0 ? { thread_ts: post.ts, reply_count: replies.length } : {}),
    ...(post.versions.length > 1 ? { edited: { user: post.author, ts: `${post.ts}` } } : {}),
    ...(post.reactions.length > 0
      ? { reactions: post.reactions.map((name) => ({ name, count: 1, users: [workspace.botUser] })) }
      : {}),
    ...(withMetadata && post.metadata !== null ? { metadata: post.metadata } : {}),
  };
}

/** A reply says in whose thread it stands. */
function threadOf(workspace: Workspace, { channel, threadTs }: Post): Json {
  const parent = workspace.posts.find((post) => post.channel === channel && post.ts === threadTs);
  return { thread_ts: threadTs, ...(parent === undefined ? {} : { parent_user_id: parent.author }) };
}
