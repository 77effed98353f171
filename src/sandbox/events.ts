// Decides which events Slack sends an app about a change, and writes them in their envelope.
//
// An app gets the events that its manifest asks for and its bot can see: messages of the conversations it is in, its own
// messages among them (told apart by their bot_id), and nothing of what only one person sees.
import { newId } from "./ids.ts";
import type { Fields } from "./json.ts";
import { homeOnWire } from "./modals.ts";
import { IDENTITY } from "./seed.ts";
import { messageOnWire } from "./wire.ts";
import type { Change, Channel, Message, QueuedEvent, WorkspaceState } from "./memory.ts";
import { tsOf } from "./timestamp.ts";

/** Asks about a change that is not applied yet. Each event comes with the body that is posted for it. */
export function eventsAbout(
  change: Change,
  state: WorkspaceState,
  { wanted, nextTs, now }: { wanted: readonly string[]; nextTs: (channel: string) => string; now: Date },
): QueuedEvent[] {
  return eventsOf(change, state, nextTs, now)
    .filter((event) => wanted.includes(event.subscription))
    .map(({ event }) => inEnvelope(event, now));
}

interface Told {
  /** What the manifest calls it: "message.im" for a message event in a direct message. */
  subscription: string;
  event: Fields;
}

function eventsOf(
  change: Change,
  state: WorkspaceState,
  nextTs: (channel: string) => string,
  now: Date,
): Told[] {
  switch (change.kind) {
    case "posted": {
      const channel = visible(state, change.channel, change.message);
      return channel === null ? [] : posted(state, channel, change.message);
    }
    case "edited":
    case "deleted": {
      const before = state.messagesIn(change.channel).get(change.ts);
      const channel = before === undefined ? null : visible(state, change.channel, before);
      if (before === undefined || channel === null) return [];
      const eventTs = nextTs(change.channel);
      return [
        change.kind === "deleted"
          ? deleted(state, channel, before, eventTs)
          : edited(state, channel, before, change, eventTs),
      ];
    }
    case "reacted":
    case "unreacted": {
      const message = state.messagesIn(change.channel).get(change.ts);
      if (message === undefined || visible(state, change.channel, message) === null) return [];
      const type = change.kind === "reacted" ? "reaction_added" : "reaction_removed";
      const item = { type: "message", channel: change.channel, ts: change.ts };
      const event = { type, user: change.user, reaction: change.name, item, item_user: message.user };
      return [{ subscription: type, event: { ...event, event_ts: tsOf(now) } }];
    }
    case "joined": {
      const event = {
        type: "member_joined_channel",
        user: change.user,
        channel: change.channel,
        channel_type: "C",
      };
      return [{ subscription: event.type, event: { ...event, team: IDENTITY.teamId, event_ts: tsOf(now) } }];
    }
    case "home-opened": {
      const channel = state.directWith(change.user)?.id;
      const home = state.homes.get(change.user);
      const event = { type: "app_home_opened", user: change.user, channel, tab: "home", event_ts: tsOf(now) };
      return [
        {
          subscription: event.type,
          event: home === undefined ? event : { ...event, view: homeOnWire(home) },
        },
      ];
    }
    case "topic-set":
    case "group-filled":
    case "read":
    case "uploaded":
    case "paused":
    case "home-published":
    case "event-queued":
    case "event-settled":
      return [];
  }
}

/** The channel of a message that the bot can see, or null. */
function visible(state: WorkspaceState, id: string, message: Message): Channel | null {
  const channel = state.channels.get(id);
  if (channel === undefined || !channel.members.includes(IDENTITY.botUserId)) return null;
  return message.onlyFor === undefined ? channel : null;
}

function posted(state: WorkspaceState, channel: Channel, message: Message): Told[] {
  const event = { ...messageOnWire(state, channel.id, message), channel: channel.id, event_ts: message.ts };
  const told: Told = { subscription: subscriptionOf(channel), event: { ...event, ...typeOf(channel) } };
  if (!mentionsBot(message) || message.user === IDENTITY.botUserId || channel.kind === "direct")
    return [told];

  // A mention is told twice: as a message of the channel and as a mention.
  return [told, { subscription: "app_mention", event: { ...event, type: "app_mention" } }];
}

function edited(
  state: WorkspaceState,
  channel: Channel,
  before: Message,
  change: Extract<Change, { kind: "edited" }>,
  eventTs: string,
): Told {
  const after: Message = {
    ...before,
    content: change.to,
    ...(change.edited === undefined ? {} : { edited: change.edited }),
  };
  const event = {
    type: "message",
    subtype: "message_changed",
    hidden: true,
    channel: channel.id,
    ...typeOf(channel),
    message: messageOnWire(state, channel.id, after),
    previous_message: messageOnWire(state, channel.id, before),
    ts: eventTs,
    event_ts: eventTs,
  };
  return { subscription: subscriptionOf(channel), event };
}

function deleted(state: WorkspaceState, channel: Channel, before: Message, eventTs: string): Told {
  const event = {
    type: "message",
    subtype: "message_deleted",
    hidden: true,
    channel: channel.id,
    ...typeOf(channel),
    deleted_ts: before.ts,
    previous_message: messageOnWire(state, channel.id, before),
    ts: eventTs,
    event_ts: eventTs,
  };
  return { subscription: subscriptionOf(channel), event };
}

function subscriptionOf(channel: Channel): string {
  return channel.kind === "direct" ? "message.im" : "message.channels";
}

function typeOf(channel: Channel): { channel_type: string } {
  return { channel_type: channel.kind === "direct" ? "im" : "channel" };
}

function mentionsBot(message: Message): boolean {
  return message.content.text.includes(`<@${IDENTITY.botUserId}>`);
}

function inEnvelope(event: Fields, now: Date): QueuedEvent {
  const eventId = newId("Ev");
  const body = {
    team_id: IDENTITY.teamId,
    context_team_id: IDENTITY.teamId,
    api_app_id: IDENTITY.appId,
    event,
    type: "event_callback",
    event_id: eventId,
    event_time: Math.floor(now.getTime() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: IDENTITY.teamId,
        user_id: IDENTITY.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
  return { eventId, body };
}
