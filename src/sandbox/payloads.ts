// Writes the payloads in which Slack tells an app what a person did: commands, presses, submissions and shortcuts.
import type { Fields } from "./json.ts";
import { viewOnWire, type OpenModal } from "./modals.ts";
import type { StateValues } from "./page-protocol.ts";
import { IDENTITY } from "./seed.ts";
import { messageOnWire } from "./wire.ts";
import type { Channel, Message, Person, WorkspaceState } from "./memory.ts";

/** A slash command, as form fields. */
export function commandPayload(
  person: Person,
  channel: Channel,
  {
    command,
    text,
    responseUrl,
    triggerId,
  }: { command: string; text: string; responseUrl: string; triggerId: string },
): Record<string, string> {
  return {
    team_id: IDENTITY.teamId,
    team_domain: IDENTITY.teamDomain,
    channel_id: channel.id,
    channel_name: nameOf(channel),
    user_id: person.id,
    user_name: person.handle,
    command,
    text,
    api_app_id: IDENTITY.appId,
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: triggerId,
  };
}

/** A press in a message. An ephemeral message is named but not told. */
export function messagePressPayload(
  person: Person,
  { channel, message, state }: { channel: Channel; message: Message; state: WorkspaceState },
  {
    action,
    values,
    responseUrl,
    triggerId,
  }: { action: Fields; values: StateValues; responseUrl: string; triggerId: string },
): Fields {
  const isEphemeral = message.onlyFor !== undefined;
  return {
    type: "block_actions",
    ...sender(person),
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    trigger_id: triggerId,
    channel: { id: channel.id, name: nameOf(channel) },
    ...(isEphemeral ? {} : { message: messageOnWire(state, channel.id, message, { withMetadata: true }) }),
    state: { values },
    response_url: responseUrl,
    actions: [action],
  };
}

/** A press in a modal or on the home tab. */
export function viewPressPayload(
  person: Person,
  view: Fields,
  { action, triggerId }: { action: Fields; triggerId: string },
): Fields {
  return {
    type: "block_actions",
    ...sender(person),
    container: { type: "view", view_id: view["id"] },
    trigger_id: triggerId,
    view,
    actions: [action],
  };
}

/** A submitted modal, with everything that was filled in, and an address for each place that was chosen to answer to. */
export function submissionPayload(
  person: Person,
  modal: OpenModal,
  { triggerId, responseUrls }: { triggerId: string; responseUrls: readonly Fields[] },
): Fields {
  return {
    type: "view_submission",
    ...sender(person),
    trigger_id: triggerId,
    view: viewOnWire(modal),
    response_urls: responseUrls,
  };
}

/** A modal that the person closed; told only to an app that asked for it. */
export function closedPayload(person: Person, modal: OpenModal, isCleared: boolean): Fields {
  return { type: "view_closed", ...sender(person), view: viewOnWire(modal), is_cleared: isCleared };
}

/** A global shortcut. */
export function shortcutPayload(
  person: Person,
  call: { callbackId: string; triggerId: string; actionTs: string },
): Fields {
  const { callbackId, triggerId, actionTs } = call;
  return {
    type: "shortcut",
    ...sender(person),
    callback_id: callbackId,
    trigger_id: triggerId,
    action_ts: actionTs,
  };
}

/** A shortcut on a message. */
export function messageShortcutPayload(
  person: Person,
  { channel, message, state }: { channel: Channel; message: Message; state: WorkspaceState },
  call: { callbackId: string; triggerId: string; actionTs: string; responseUrl: string },
): Fields {
  return {
    ...shortcutPayload(person, call),
    type: "message_action",
    channel: { id: channel.id, name: nameOf(channel) },
    message_ts: message.ts,
    message: messageOnWire(state, channel.id, message),
    response_url: call.responseUrl,
  };
}

/** Who acted, where, and with which app. */
function sender(person: Person): Fields {
  const { teamId, teamDomain, appId } = IDENTITY;
  return {
    team: { id: teamId, domain: teamDomain },
    user: { id: person.id, username: person.handle, name: person.handle, team_id: teamId },
    api_app_id: appId,
    enterprise: null,
    is_enterprise_install: false,
  };
}

function nameOf(channel: Channel): string {
  return channel.kind === "direct" ? "directmessage" : channel.name;
}
