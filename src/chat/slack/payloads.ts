// What Slack sends, parsed once: the fields that Belfry reads of each payload, and the intent that each one means.
import { z } from "zod";
import type { Address } from "../../core/directory.ts";
import { ACTS, COMMANDS, isAtOnce, type ActName } from "../../core/message.ts";
import type { Deed, Intent, Press as PressIntent } from "../../desk/door.ts";
import { actionId, MORE_ACTION } from "./render.ts";
import { filesValue, readFormValues, readMemory, VIEW_STATE } from "./render-form.ts";
import { messageRef } from "./send.ts";
import { clean } from "../text.ts";
import { decoded, wordsOfMessage } from "./text.ts";

const id = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9]+$/);
const team = z.object({ id }).nullish();

/** A slash command. */
export const COMMAND = z.object({
  command: z.string().default("/ticket"),
  team_id: id.optional(),
  user_id: id,
  channel_id: id,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  text: z.string().default(""),
});

/** A global shortcut. */
export const SHORTCUT = z.object({ team, user: z.object({ id }), trigger_id: z.string() });

const view = z.object({
  id,
  hash: z.string().optional(),
  callback_id: z.string().default(""),
  private_metadata: z.string().default(""),
  state: z.object({ values: VIEW_STATE }).default({ values: {} }),
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().default("") })).default([]),
});
export type SlackView = z.infer<typeof view>;

/** A press of a button or a choice, in a message, a view or the home tab. */
export const PRESS = z.object({
  team,
  user: z.object({ id }),
  trigger_id: z.string().default(""),
  response_url: z.string().optional(),
  channel: z.object({ id }).nullish(),
  container: z
    .object({
      channel_id: id.optional(),
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
    })
    .default({}),
  message: z.object({ thread_ts: z.string().optional() }).nullish(),
  view: view.nullish(),
  actions: z
    .array(
      z.object({
        action_id: z.string().default(""),
        action_ts: z.string().default(""),
        value: z.string().nullish(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});
export type Press = z.infer<typeof PRESS>;

/** A form that was sent. */
export const SUBMISSION = z.object({ team, user: z.object({ id }), view });
export type Submission = z.infer<typeof SUBMISSION>;

/** A message event in its envelope. */
export const MESSAGE = z.object({
  team_id: id.optional(),
  event: z.object({
    subtype: z.string().optional(),
    channel: id,
    channel_type: z.string().optional(),
    user: id.optional(),
    bot_id: z.string().nullish(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    parent_user_id: z.string().optional(),
    text: z.string().nullish(),
    files: z.unknown().optional(),
  }),
});
export type Said = z.infer<typeof MESSAGE>;

/** An opened home tab in its envelope. */
export const HOME_OPENED = z.object({
  team_id: id.optional(),
  event_id: z.string().optional(),
  event: z.object({ user: id, tab: z.string().optional(), event_ts: z.string().optional() }),
});

/** Somebody, as the desk knows people. */
export function person(user: string): Address {
  return `slack:${user}`;
}

/** A channel, as the desk knows channels; null for direct messages, which are no place of anybody's. */
export function placeOf(channel: string | undefined): Address | null {
  return channel === undefined || channel.startsWith("D") ? null : `slack:${channel}`;
}

/** Words after a command. Slack escapes them as it does those of messages, and names people by their ids where that is wanted. */
export function commandIntent(payload: z.infer<typeof COMMAND>): Intent & { do: Deed & { kind: "words" } } {
  const { team_id = "", user_id, channel_id, trigger_id, text } = payload;
  const command = COMMANDS.find((name) => payload.command === `/${name}`);
  return {
    key: `slack:command:${team_id}:${trigger_id}`,
    who: person(user_id),
    place: placeOf(channel_id),
    do:
      command === undefined
        ? { kind: "words", text: clean(decoded(text)).trim() }
        : { kind: "words", command, text: clean(decoded(withAddresses(text))).trim() },
  };
}

/** `<@U123|sam>` as "@slack:U123": a person by address, which a name alone may not be. */
function withAddresses(text: string): string {
  return text.replace(/<@([A-Z0-9]+)(?:\|[^<>]*)?>/g, (_, user: string) => `@${person(user)}`);
}

/** The words that a button stands for, or null where it stands for none. */
export function wordsIntent(press: Press): (Intent & { do: Deed & { kind: "words" } }) | null {
  const [action] = press.actions;
  const name = /^words:([a-z]+)(#\d+)?$/.exec(action?.action_id ?? "")?.[1];
  const command = COMMANDS.find((known) => known === name);
  if (action === undefined || command === undefined) return null;
  return {
    key: `slack:words:${press.team?.id ?? ""}:${action.action_ts}:${press.user.id}`,
    who: person(press.user.id),
    place: placeOf(channelOf(press)),
    do: { kind: "words", command, text: clean(action.value ?? "") },
  };
}

/** The act that a button or a menu stands for, or null where it is none. */
export function actIntent(press: Press): (Intent & { do: Deed & { kind: "act" } }) | null {
  const [action] = press.actions;
  const named = action === undefined ? null : actOf(action);
  if (action === undefined || named === null) return null;
  const deed = { kind: "act" as const, act: named.act, ticket: clean(named.ticket) };
  return { ...pressed(press, named.act, action.action_ts), do: deed };
}

/** The act of a button that asks for nothing more, or null where it is another one. */
export function pressIntent(press: Press): PressIntent | null {
  const intent = actIntent(press);
  if (intent === null) return acknowledgeAllIntent(press);
  const { kind, act, ticket } = intent.do;
  return isAtOnce(act) ? { ...intent, do: { kind, act, ticket } } : null;
}

/** The button under many pages, or null where it is another one. */
function acknowledgeAllIntent(press: Press): PressIntent | null {
  const [action] = press.actions;
  if (action?.action_id !== actionId("acknowledge-all", 1)) return null;
  const place = clean(action.value ?? "");
  return { ...pressed(press, "acknowledge-all", action.action_ts), do: { kind: "acknowledge-all", place } };
}

/** Who pressed where; the key is the same for each delivery of one press. */
function pressed(press: Press, act: string, at: string): Omit<Intent, "do"> {
  const channel = channelOf(press) ?? "";
  // The home tab and modals have no message; their view stands for it.
  const where = press.container.message_ts ?? press.view?.id ?? "";
  const key = `slack:act:${press.team?.id ?? ""}:${channel}:${where}:${act}:${at}:${press.user.id}`;
  return { key, who: person(press.user.id), place: placeOf(channelOf(press)) };
}

/** The channel that a press happened in. */
export function channelOf(press: Press): string | undefined {
  return press.channel?.id ?? press.container.channel_id;
}

/** A form with its values, or null where it is not one of ours. */
export function submitIntent(submission: Submission): (Intent & { do: Deed & { kind: "submit" } }) | null {
  const { team, user, view } = submission;
  const memory = readMemory(view.private_metadata);
  if (memory === null) return null;
  return {
    key: `slack:view:${team?.id ?? ""}:${view.id}:${user.id}`,
    who: person(user.id),
    place: memory.carry.place,
    do: { kind: "submit", form: memory.name, carry: memory.carry, values: readFormValues(view.state.values) },
  };
}

/** The same for each delivery of one message. */
function messageKey({ team_id = "", event }: Said): string {
  return `slack:message:${team_id}:${event.channel}:${event.ts}`;
}

/**
 * What a person said in a thread, or to Belfry alone, where it is a call for help. Null for all that is no person's word:
 * bots (Belfry among them), edits, joins, and messages in channels outside threads.
 */
export function saidIntent(said: Said, ownUser: string | null): Intent | null {
  const { event } = said;
  const { user } = event;
  if (user === undefined || user === ownUser || (event.bot_id ?? "") !== "") return null;
  if (event.subtype !== undefined && !SPOKEN_SUBTYPES.has(event.subtype)) return null;
  const isInThread = event.thread_ts !== undefined && event.thread_ts !== event.ts;
  if (!isInThread && event.channel_type !== "im") return null;
  const deed: Deed = isInThread
    ? inThread(said, event.thread_ts ?? "", ownUser)
    : { kind: "words", text: "help" };
  return { key: messageKey(said), who: person(user), place: placeOf(event.channel), do: deed };
}

const SPOKEN_SUBTYPES: ReadonlySet<string> = new Set(["file_share", "thread_broadcast"]);

function inThread({ event }: Said, thread: string, ownUser: string | null): Deed {
  return {
    kind: "said",
    under: messageRef(event.channel, thread),
    isUnderOurs: isOurs(event.parent_user_id, ownUser),
    ref: messageRef(event.channel, event.ts),
    text: wordsOfMessage(event.text ?? ""),
    attachments: filesValue(event.files) ?? [],
  };
}

/** Until Slack has told who Belfry is, anybody's message may be its own. */
function isOurs(author: string | undefined, ownUser: string | null): boolean {
  return author !== undefined && (ownUser === null || author === ownUser);
}

function actOf(action: Press["actions"][number]): { act: ActName; ticket: string } | null {
  const [name, ticket] =
    action.action_id === MORE_ACTION
      ? split(action.selected_option?.value ?? "")
      : [/^act:([a-z-]+)(#\d+)?$/.exec(action.action_id)?.[1], action.value ?? ""];
  const act = ACTS.find((known) => known === name);
  return act === undefined || ticket === "" ? null : { act, ticket };
}

/** "take ab12" as act and ticket. */
function split(value: string): [string, string] {
  const space = value.indexOf(" ");
  return space < 0 ? [value, ""] : [value.slice(0, space), value.slice(space + 1)];
}
