// What the workspace remembers, what can happen to it, and how each thing that happens alters the memory.
import type { Fields } from "./json.ts";
import { GROUPS, IDENTITY, PEOPLE, seedChannels, SLACKBOT_ID } from "./seed.ts";
import { microsOf } from "./timestamp.ts";

/** A user of the workspace, the bot among them. */
export interface Person {
  id: string;
  /** As shown: "Carl Reyes". */
  name: string;
  handle: string;
  email: string;
  /** What this person is in the story, e.g. "support, on the rota". */
  role: string;
  /** IANA zone. */
  timezone: string;
  isBot: boolean;
  /** Wall times in the person's zone between which notifications are silent, as Slack's Do Not Disturb; null: never. */
  quietHours: readonly [from: string, to: string] | null;
  /** Notifications that the person paused by hand, in seconds since the epoch by the sandbox's clock; null: not, or no more. */
  paused: { from: number; until: number } | null;
}

/** A channel, or the direct message of one person with the bot. */
export interface Channel {
  id: string;
  /** Without "#"; empty for a direct message. */
  name: string;
  kind: "channel" | "direct";
  topic: string;
  isArchived: boolean;
  members: readonly string[];
}

/** A user group: one mention that calls all of its members. */
export interface UserGroup {
  id: string;
  name: string;
  /** Without "@". */
  handle: string;
  description: string;
  members: readonly string[];
}

/** What stands in a message: what chat.update may replace. */
export interface MessageContent {
  text: string;
  blocks?: readonly Fields[];
  attachments?: readonly Fields[];
  metadata?: Fields;
}

/** A message as it stands now. */
export interface Message {
  ts: string;
  user: string;
  content: MessageContent;
  /** The message in whose thread it stands. */
  threadTs?: string;
  /** A reply that is shown in the channel too. */
  isBroadcast?: boolean;
  /** The one person who sees it. */
  onlyFor?: string;
  edited?: { user: string; ts: string };
  files: readonly string[];
  reactions: readonly Reaction[];
  /** Only its replies keep this deleted message's place. */
  isTombstone?: boolean;
}

/** An emoji under a message, and whose. */
interface Reaction {
  name: string;
  users: readonly string[];
}

/** What is known of a file; its bytes are kept by files.ts. */
export interface StoredFile {
  id: string;
  name: string;
  mimetype: string;
  size: number;
  user: string;
  /** Seconds since the epoch, by the sandbox's clock. */
  created: number;
  title: string;
}

/** A published home tab. */
export interface Home {
  id: string;
  hash: string;
  view: Fields;
}

/** An event that the app has not acknowledged yet: the whole JSON body that is posted to it. */
export interface QueuedEvent {
  eventId: string;
  body: Fields;
}

/** Anything that can happen to the workspace. */
export type Change =
  | { kind: "posted"; channel: string; message: Message }
  | { kind: "edited"; channel: string; ts: string; to: MessageContent; edited?: { user: string; ts: string } }
  | { kind: "deleted"; channel: string; ts: string }
  | { kind: "reacted"; channel: string; ts: string; name: string; user: string }
  | { kind: "unreacted"; channel: string; ts: string; name: string; user: string }
  | { kind: "joined"; channel: string; user: string }
  | { kind: "topic-set"; channel: string; topic: string }
  | { kind: "group-filled"; group: string; members: readonly string[] }
  | { kind: "read"; channel: string; user: string; ts: string }
  | { kind: "uploaded"; file: StoredFile }
  | { kind: "home-opened"; user: string }
  | { kind: "paused"; user: string; paused: Person["paused"] }
  | { kind: "home-published"; user: string; home: Home }
  | { kind: "event-queued"; event: QueuedEvent }
  | { kind: "event-settled"; eventId: string };

/** Everything remembered, to be read by anybody and written by `record` alone. */
export interface WorkspaceState {
  readonly people: ReadonlyMap<string, Person>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly groups: ReadonlyMap<string, UserGroup>;
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly homes: ReadonlyMap<string, Home>;
  readonly queuedEvents: ReadonlyMap<string, QueuedEvent>;
  /** The address at which this sandbox is reached, e.g. http://127.0.0.1:3000; files and links lead there. */
  origin(): string;
  /** A channel's messages by their ts, oldest first, replies among them. */
  messagesIn(channel: string): ReadonlyMap<string, Message>;
  /** The ts of a message's replies, oldest first. */
  repliesTo(channel: string, ts: string): readonly string[];
  /** The ts up to which a person has read a channel; "" where never. */
  readUpTo(channel: string, user: string): string;
  /** The direct message of a person with the bot. */
  directWith(user: string): Channel | undefined;
}

/** The memory itself. */
export interface Memory {
  people: Map<string, Person>;
  channels: Map<string, Channel>;
  groups: Map<string, UserGroup>;
  messages: Map<string, Map<string, Message>>;
  replies: Map<string, string[]>;
  readMarks: Map<string, string>;
  files: Map<string, StoredFile>;
  homes: Map<string, Home>;
  queuedEvents: Map<string, QueuedEvent>;
  /** The last timestamp given out in a channel, in microseconds. */
  lastMicros: Map<string, number>;
}

/** As it is before anything happened. */
export function firstDay(): Memory {
  return {
    people: new Map(PEOPLE.map((person) => [person.id, person])),
    channels: new Map(seedChannels().map((channel) => [channel.id, channel])),
    groups: new Map(GROUPS.map((group) => [group.id, group])),
    messages: new Map(),
    replies: new Map(),
    readMarks: new Map(),
    files: new Map(),
    homes: new Map(),
    queuedEvents: new Map(),
    lastMicros: new Map(),
  };
}

/** The memory as others see it. */
export function readable(memory: Memory, origin: () => string): WorkspaceState {
  const nothing: ReadonlyMap<string, Message> = new Map();
  return {
    origin,
    people: memory.people,
    channels: memory.channels,
    groups: memory.groups,
    files: memory.files,
    homes: memory.homes,
    queuedEvents: memory.queuedEvents,
    messagesIn: (channel) => memory.messages.get(channel) ?? nothing,
    repliesTo: (channel, ts) => memory.replies.get(place(channel, ts)) ?? [],
    readUpTo: (channel, user) => memory.readMarks.get(place(channel, user)) ?? "",
    directWith: (user) =>
      [...memory.channels.values()].find(
        (channel) =>
          channel.kind === "direct" && channel.members.includes(user) && user !== IDENTITY.botUserId,
      ),
  };
}

/** Lets one thing happen. */
export function apply(memory: Memory, change: Change): void {
  switch (change.kind) {
    case "posted": {
      const { channel, message } = change;
      messagesOf(memory, channel).set(message.ts, message);
      if (message.threadTs !== undefined) {
        const parent = place(channel, message.threadTs);
        memory.replies.set(parent, [...(memory.replies.get(parent) ?? []), message.ts]);
      }
      memory.lastMicros.set(channel, Math.max(memory.lastMicros.get(channel) ?? 0, microsOf(message.ts)));
      return;
    }
    case "edited":
      return alter(memory, change, (message) => ({
        ...message,
        content: change.to,
        ...(change.edited === undefined ? {} : { edited: change.edited }),
      }));
    case "deleted":
      return remove(memory, change.channel, change.ts);
    case "reacted":
      return alter(memory, change, (message) => ({
        ...message,
        reactions: withReaction(message.reactions, change),
      }));
    case "unreacted":
      return alter(memory, change, (message) => ({
        ...message,
        reactions: withoutReaction(message.reactions, change),
      }));
    case "joined": {
      const channel = memory.channels.get(change.channel);
      if (channel === undefined || channel.members.includes(change.user)) return;
      memory.channels.set(channel.id, { ...channel, members: [...channel.members, change.user] });
      return;
    }
    case "topic-set": {
      const channel = memory.channels.get(change.channel);
      if (channel !== undefined) memory.channels.set(channel.id, { ...channel, topic: change.topic });
      return;
    }
    case "group-filled": {
      const group = memory.groups.get(change.group);
      if (group !== undefined) memory.groups.set(group.id, { ...group, members: change.members });
      return;
    }
    case "read":
      memory.readMarks.set(place(change.channel, change.user), change.ts);
      return;
    case "uploaded":
      memory.files.set(change.file.id, change.file);
      return;
    case "home-opened":
      return;
    case "paused": {
      const person = memory.people.get(change.user);
      if (person !== undefined) memory.people.set(person.id, { ...person, paused: change.paused });
      return;
    }
    case "home-published":
      memory.homes.set(change.user, change.home);
      return;
    case "event-queued":
      memory.queuedEvents.set(change.event.eventId, change.event);
      return;
    case "event-settled":
      memory.queuedEvents.delete(change.eventId);
      return;
    default:
      // A journal of a later version may hold what this one does not know.
      throw new Error(
        `The journal tells of "${String((change satisfies never as Change).kind)}", unknown to this version.`,
      );
  }
}

function messagesOf(memory: Memory, channel: string): Map<string, Message> {
  const known = memory.messages.get(channel);
  if (known !== undefined) return known;
  const fresh = new Map<string, Message>();
  memory.messages.set(channel, fresh);
  return fresh;
}

function alter(
  memory: Memory,
  at: { channel: string; ts: string },
  how: (message: Message) => Message,
): void {
  const messages = messagesOf(memory, at.channel);
  const message = messages.get(at.ts);
  if (message !== undefined) messages.set(at.ts, how(message));
}

function remove(memory: Memory, channel: string, ts: string): void {
  const messages = messagesOf(memory, channel);
  const message = messages.get(ts);
  if (message === undefined) return;

  // Slack keeps the place of a deleted message that has replies.
  if ((memory.replies.get(place(channel, ts)) ?? []).length > 0) {
    const content = { text: "This message was deleted." };
    messages.set(ts, { ts, user: SLACKBOT_ID, content, files: [], reactions: [], isTombstone: true });
    return;
  }
  messages.delete(ts);
  if (message.threadTs === undefined) return;
  const parent = place(channel, message.threadTs);
  memory.replies.set(
    parent,
    (memory.replies.get(parent) ?? []).filter((reply) => reply !== ts),
  );
}

function withReaction(
  reactions: readonly Reaction[],
  { name, user }: { name: string; user: string },
): Reaction[] {
  const users = reactions.find((reaction) => reaction.name === name)?.users ?? [];
  const added: Reaction = { name, users: [...users.filter((other) => other !== user), user] };
  return users.length === 0
    ? [...reactions, added]
    : reactions.map((reaction) => (reaction.name === name ? added : reaction));
}

function withoutReaction(
  reactions: readonly Reaction[],
  { name, user }: { name: string; user: string },
): Reaction[] {
  return reactions
    .map((reaction) =>
      reaction.name === name ? { name, users: reaction.users.filter((other) => other !== user) } : reaction,
    )
    .filter((reaction) => reaction.users.length > 0);
}

function place(channel: string, within: string): string {
  return `${channel} ${within}`;
}
