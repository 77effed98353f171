// Draws up what one person sees: channels with messages and threads, open forms, the clock, and who else there is.
import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import { objectsIn, type Fields } from "./json.ts";
import type { Parts } from "./method.ts";
import type { PageChannel, PageMessage, PagePerson, PageState, UploadedFile } from "./page-protocol.ts";
import { isSeenBy } from "./reach.ts";
import { SCENES } from "./scenes.ts";
import { IDENTITY, SLACKBOT_ID } from "./seed.ts";
import { callsOn } from "./typed.ts";
import { filePath } from "./wire.ts";
import type { Channel, Message, Person, StoredFile } from "./memory.ts";
import type { Faults } from "./web-api.ts";

/** A channel shows so many messages, with their threads. */
const SHOWN_MESSAGES = 200;

/** What the page needs to know besides the workspace. */
export interface Surroundings {
  nextDueAt: Date | null;
  isTurning: boolean;
  faults: Faults;
}

/** What one person sees at this moment. */
export function pageState(
  me: Person,
  parts: Parts,
  { nextDueAt, isTurning, faults }: Surroundings,
): PageState {
  const { workspace, modals, manifest } = parts;
  const home = workspace.homes.get(me.id);
  return {
    me: pagePerson(me, parts),
    people: actors(parts).map((person) => pagePerson(person, parts)),
    channels: channelsOf(me, parts).map((channel) => pageChannel(channel, me, parts)),
    // Views and blocks were checked against Slack's limits when they came in; the page draws them by Slack's types.
    views: modals.stackOf(me.id).map(({ id, view }) => ({ id, view: view as unknown as ModalView })),
    home: home === undefined ? null : (home.view as unknown as HomeView),
    shortcuts: manifest.shortcuts
      .filter((shortcut) => shortcut.type === "global")
      .map(({ callbackId, name }) => ({ callbackId, name })),
    commands: manifest.commands.map(({ command, hint }) => ({ command, hint })),
    clock: {
      now: workspace.now().toISOString(),
      nextDueAt: nextDueAt?.toISOString() ?? null,
      turning: isTurning,
    },
    scenes: SCENES.map(({ id, name, means }) => ({ id, name, means })),
    faults: { ...faults },
    names: names(parts),
  };
}

/** A file as the page knows it. */
export function pageFile(file: StoredFile): UploadedFile {
  const { id, name, mimetype, size } = file;
  return { id, name, mimetype, size, url: filePath(file) };
}

/** Everybody whom one can be. */
export function actors({ workspace }: Parts): Person[] {
  return [...workspace.people.values()].filter((person) => !person.isBot);
}

function names({ workspace }: Parts): Record<string, string> {
  const people = [...workspace.people.values()].map(({ id, name }) => [id, name] as const);
  const channels = [...workspace.channels.values()]
    .filter((channel) => channel.kind === "channel")
    .map(({ id, name }) => [id, `#${name}`] as const);
  const groups = [...workspace.groups.values()].map(({ id, handle }) => [id, `@${handle}`] as const);
  return Object.fromEntries([
    ...people,
    ...channels,
    ...groups,
    [SLACKBOT_ID, "Slackbot"],
    [IDENTITY.botId, "Belfry"],
  ]);
}

function channelsOf(person: Person, { workspace }: Parts): Channel[] {
  return [...workspace.channels.values()].filter(
    (channel) => channel.members.includes(person.id) && !channel.isArchived,
  );
}

function pagePerson(person: Person, parts: Parts): PagePerson {
  const { id, name, role, timezone } = person;
  const unread = channelsOf(person, parts).reduce(
    (sum, channel) =>
      sum +
      unreadIn(channel, person, parts).filter((message) => calls(message, channel, person, parts)).length,
    0,
  );
  const untilMs = (person.paused?.until ?? 0) * 1_000;
  const pausedUntil = untilMs > parts.workspace.now().getTime() ? new Date(untilMs).toISOString() : null;
  return { id, name, role, timezone, unread, pausedUntil };
}

function pageChannel(channel: Channel, me: Person, parts: Parts): PageChannel {
  const { workspace, manifest } = parts;
  const all = workspace.messagesIn(channel.id);
  const seen = [...all.values()].filter((message) => isSeenBy(message, me));
  const repliesTo = (ts: string): Message[] =>
    workspace.repliesTo(channel.id, ts).flatMap((reply) => seenReply(all.get(reply), me));
  return {
    id: channel.id,
    name: channel.kind === "direct" ? manifest.name : `#${channel.name}`,
    kind: channel.kind,
    unread: unreadIn(channel, me, parts).filter(
      (message) => isTopLevel(message) || calls(message, channel, me, parts),
    ).length,
    readTs: workspace.readUpTo(channel.id, me.id),
    ...(channel.topic === "" ? {} : { topic: channel.topic }),
    messages: seen
      .filter(isTopLevel)
      .slice(-SHOWN_MESSAGES)
      .map((message) => ({
        ...pageMessage(message, parts),
        replies:
          message.threadTs === undefined
            ? repliesTo(message.ts).map((reply) => pageMessage(reply, parts))
            : [],
      })),
  };
}

function pageMessage(message: Message, { workspace }: Parts): PageMessage {
  const { text, blocks = [], attachments = [] } = message.content;
  const shown: readonly Fields[] = [...blocks, ...attachments.flatMap((each) => objectsIn(each["blocks"]))];
  const author = workspace.people.get(message.user);
  return {
    ts: message.ts,
    author: { id: message.user, name: author?.name ?? "Slackbot", isBot: author?.isBot ?? true },
    text,
    blocks: shown as unknown as KnownBlock[],
    edited: message.edited !== undefined,
    ephemeral: message.onlyFor !== undefined,
    reactions: message.reactions.map(({ name, users }) => ({ name, count: users.length })),
    files: message.files.flatMap((id) => workspace.files.get(id) ?? []).map(pageFile),
    replies: [],
  };
}

function seenReply(reply: Message | undefined, me: Person): Message[] {
  return reply !== undefined && isSeenBy(reply, me) ? [reply] : [];
}

/** Replies stand in their thread alone, unless they were sent to the channel too. */
function isTopLevel(message: Message): boolean {
  return message.threadTs === undefined || message.isBroadcast === true;
}

/** What others said since the person read last. */
function unreadIn(channel: Channel, person: Person, { workspace }: Parts): Message[] {
  const readTs = workspace.readUpTo(channel.id, person.id);
  return [...workspace.messagesIn(channel.id).values()].filter(
    (message) => message.ts > readTs && message.user !== person.id && isSeenBy(message, person),
  );
}

/** A direct message calls on its person, and so does a mention, of a group that they are in too. */
function calls(message: Message, channel: Channel, { id }: Person, { workspace }: Parts): boolean {
  if (channel.kind === "direct") return true;
  const said = mentionable(message);
  const theirs = [...workspace.groups.values()].filter(({ members }) => members.includes(id));
  return callsOn(said, id) || theirs.some((group) => said.includes(`<!subteam^${group.id}`));
}

/** Mentions count in the text and in the blocks that are shown instead. */
function mentionable({ content }: Message): string {
  return content.blocks === undefined ? content.text : content.text + JSON.stringify(content.blocks);
}
