// Slack as the outbox sees it: posts, edits, marks, and looks whether a post arrived. Each call ends in an Outcome.
import type { DndInfoResponse } from "@slack/web-api";
import type { Address } from "../../core/directory.ts";
import { DeskError } from "../../core/errors.ts";
import type { Hearing, Quiet } from "../../core/hearing.ts";
import type {
  ChatPlatform,
  MarkEffect,
  MessageRef,
  Outcome,
  SetEffect,
  Unmentioned,
} from "../../desk/ports.ts";
import { shutOut, unsent } from "../unsent.ts";
import { failureOf, refusalCode, slackCalls, written, type Calls, type Failure } from "./calls.ts";
import { withIdsOfRung } from "./mentions.ts";
import { LacksScope, NoSuchPlace, slackPlaces, type Places } from "./places.ts";
import { renderMessage, type SlackMessage } from "./render.ts";

/** Opens a workspace for sending. No call is made before the first effect. */
export function slackPlatform(options: {
  token: string;
  /** Another place than https://slack.com/api/. */
  apiUrl: string | undefined;
  /** How long one call to Slack may take. */
  timeoutMs?: number;
  machineNow: () => Date;
}): ChatPlatform {
  const { token, apiUrl, timeoutMs = CALL_TIMEOUT_MS, machineNow } = options;
  const calls = slackCalls({ token, apiUrl, timeoutMs });
  const places = slackPlaces(calls, machineNow);
  const slack: Slack = { calls, places, machineNow };
  return {
    name: "slack",
    post: (post, signal) => send(slack, post, signal),
    edit: (ref, message, signal) => edit(slack, ref, message, signal),
    mark: (on, mark, signal) => setMark(slack, on, mark, signal),
    set: (setting, signal) => makeSo(slack, setting, signal),
    lookFor: (key, at, signal) => lookFor(slack, key, at, signal),
    hearingAt: (place, signal) => hearingAt(slack, place, signal),
    lookUp: (written) => lookUp(slack, written),
  };
}

/** The reference of a message in Slack. */
export function messageRef(channel: string, ts: string): MessageRef {
  return `slack:${channel}:${ts}`;
}

interface Slack {
  calls: Calls;
  places: Places;
  machineNow: () => Date;
}

/** Slack answers in under a second; a lease is kept alive for longer than this. */
const CALL_TIMEOUT_MS = 10_000;

/** Marks our posts, so that one of unknown fate is found again. */
const METADATA_TYPE = "belfry_message";

/** Emoji that people see on a message that went out to the customer, or was kept inside. */
const MARKS: Readonly<Record<MarkEffect["mark"], string>> = {
  "sent-out": "outbox_tray",
  "kept-inside": "lock",
};

async function send(
  slack: Slack,
  post: Parameters<ChatPlatform["post"]>[0],
  signal: AbortSignal,
): Promise<Outcome> {
  const under = post.under === null ? null : standing(post.under);
  let channel: string;
  let drawn: SlackMessage;
  let unmentioned: readonly Unmentioned[];
  try {
    channel = under?.channel ?? (await slack.places.channel(post.place, signal));
    const found = await withIdsOfRung(post.message, slack.places, signal);
    ({ unmentioned } = found);
    drawn = renderMessage(found.message);
  } catch (error) {
    // Nothing was posted yet, whatever became of the question where.
    return outcomeOf(slack, error, "retry");
  }
  try {
    const posted = await slack.calls(signal).chat.postMessage(
      written({
        channel,
        ...drawn,
        ...(under === null ? {} : { thread_ts: under.ts }),
        metadata: { event_type: METADATA_TYPE, event_payload: { key: post.key } },
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    return {
      is: "sent",
      ref: posted.ts === undefined ? null : messageRef(posted.channel ?? channel, posted.ts),
      ...(unmentioned.length === 0 ? {} : { unmentioned }),
    };
  } catch (error) {
    return outcomeOf(slack, error, "unknown");
  }
}

async function edit(
  slack: Slack,
  ref: MessageRef,
  message: Parameters<ChatPlatform["edit"]>[1],
  signal: AbortSignal,
): Promise<Outcome> {
  const { channel, ts } = standing(ref);
  try {
    const found = await withIdsOfRung(message, slack.places, signal);
    await slack.calls(signal).chat.update(written({ channel, ts, ...renderMessage(found.message) }));
    return { is: "sent", ref };
  } catch (error) {
    // To edit twice does no harm.
    return outcomeOf(slack, error, "retry");
  }
}

async function setMark(
  slack: Slack,
  on: MessageRef,
  mark: MarkEffect["mark"],
  signal: AbortSignal,
): Promise<Outcome> {
  const { channel, ts } = standing(on);
  try {
    await slack.calls(signal).reactions.add({ channel, timestamp: ts, name: MARKS[mark] });
    return { is: "sent", ref: null };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.is === "refused" && failure.code === "already_reacted") return { is: "sent", ref: null };
    return outcomeOf(slack, error, "retry");
  }
}

/** Setting the same twice does no harm, so whatever may have been lost is tried again. */
async function makeSo(slack: Slack, setting: SetEffect["setting"], signal: AbortSignal): Promise<Outcome> {
  try {
    if (setting.is === "topic") {
      const channel = await slack.places.channel(setting.place, signal);
      await slack.calls(signal).conversations.setTopic({ channel, topic: setting.topic });
      return { is: "sent", ref: null };
    }
    const ids: string[] = [];
    for (const person of setting.people) ids.push(await slack.places.id(person, signal));
    const usergroup = await slack.places.id(setting.group, signal);
    await slack.calls(signal).usergroups.users.update({ usergroup, users: ids.join(",") });
    return { is: "sent", ref: null };
  } catch (error) {
    const isLacking = refusalCode(error) === "missing_scope";
    return outcomeOf(slack, isLacking ? new LacksScope(SETTING_SCOPES[setting.is]) : error, "retry");
  }
}

/** Not in manifest.json, since most desks keep nothing in step. Of a private channel it is groups:write.topic. */
const SETTING_SCOPES: Readonly<Record<SetEffect["setting"]["is"], string>> = {
  group: "usergroups:write",
  topic: "channels:write.topic",
};

/**
 * Reads back from a minute before the post was wanted, some pages far. Throws DeskError("unavailable") where Slack is
 * down: to guess then would lose the message or double it.
 */
async function lookFor(
  slack: Slack,
  key: string,
  at: Parameters<ChatPlatform["lookFor"]>[1],
  signal: AbortSignal,
): Promise<{ found: MessageRef } | "absent" | "cannot tell"> {
  const under = at.under === null ? null : standing(at.under);
  const oldest = String(Math.floor(at.since.getTime() / 1000) - 60);
  try {
    const channel = under?.channel ?? (await slack.places.channel(at.place, signal));
    let cursor = "";
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const client = slack.calls(signal);
      const asked = {
        channel,
        oldest,
        limit: 200,
        include_all_metadata: true,
        ...(cursor === "" ? {} : { cursor }),
      };
      const read =
        under === null
          ? await client.conversations.history(asked)
          : await client.conversations.replies({ ...asked, ts: under.ts });
      const post = (read.messages ?? []).find(({ metadata }) => isOurs(metadata, key));
      if (post?.ts !== undefined) return { found: messageRef(channel, post.ts) };
      cursor = read.response_metadata?.next_cursor ?? "";
      if (cursor === "") return "absent";
    }
    return "cannot tell";
  } catch (error) {
    if (error instanceof NoSuchPlace) return "cannot tell";
    const failure = failureOf(error);
    if (failure.is === "refused") return "cannot tell";
    throw new DeskError(
      "unavailable",
      `Slack could not be asked whether a message arrived (${failure.why}).`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Whether a person is there, takes direct messages from us, and has notifications paused. Of others Slack tells only the
 * next such span, or the one that lasts: https://docs.slack.dev/reference/methods/dnd.info
 */
async function hearingAt(slack: Slack, place: Address, signal: AbortSignal): Promise<Hearing> {
  try {
    const user = await slack.places.id(place, signal);
    if (!/^[UW]/.test(user)) return { is: "untold" };
    const client = slack.calls(signal);
    const [{ user: person }, , dnd] = await Promise.all([
      client.users.info({ user }),
      slack.places.channel(place, signal),
      client.dnd.info({ user }),
    ]);
    if (person?.deleted === true) return { is: "gone", why: "this person's account is switched off" };
    return { is: "there", quiet: quietOf(dnd) };
  } catch (error) {
    if (error instanceof NoSuchPlace) return { is: "gone", why: withoutStop(error.message) };
    const failure = failureOf(error);
    if (failure.is === "refused" && GONE.has(failure.code))
      return { is: "gone", why: withoutStop(REMEDIES[failure.code] ?? failure.code) };
    if (failure.is === "refused") return { is: "untold" };
    throw new DeskError("unavailable", `Slack could not be asked who hears it (${failure.why}).`, {
      cause: error,
    });
  }
}

function quietOf(dnd: DndInfoResponse): Quiet | null {
  const { dnd_enabled: isOn, next_dnd_start_ts: start = 0, next_dnd_end_ts: end = 0 } = dnd;
  // Whoever has no such hours has both at 1, a second after the epoch.
  return isOn === true && start > 1 && end > start
    ? { from: new Date(start * 1000), to: new Date(end * 1000) }
    : null;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/[.]$/, "");
}

async function lookUp(slack: Slack, written: Address): Promise<Address | null> {
  try {
    return await slack.places.find(written);
  } catch (error) {
    const why = error instanceof LacksScope ? withoutStop(error.message) : failureOf(error).why;
    throw new DeskError("unavailable", `Slack could not be asked who or what ${written} is (${why}).`, {
      cause: error,
    });
  }
}

const MAX_PAGES = 5;

/** `lost` says what to do where Slack may have carried the call out. */
function outcomeOf(slack: Slack, error: unknown, lost: "retry" | "unknown"): Outcome {
  const now = slack.machineNow();
  if (error instanceof NoSuchPlace)
    return { is: "failed", why: `${error.code}: ${error.message}`, isPlaceGone: true };
  if (error instanceof LacksScope) return { is: "failed", why: error.message };
  const failure = failureOf(error);
  switch (failure.is) {
    case "limited":
    case "down":
    case "lost":
      return unsent(failure, lost, now);
    case "shut out":
      return shutOut(refusalWords(failure), now);
    case "refused": {
      const isPlaceGone = GONE.has(failure.code) ? { isPlaceGone: true as const } : {};
      return { is: "failed", why: refusalWords(failure), ...isPlaceGone };
    }
    default:
      return failure satisfies never;
  }
}

/** Slack's code first, then what an operator can do. */
function refusalWords({ code }: Extract<Failure, { is: "refused" | "shut out" }>): string {
  const remedy = REMEDIES[code];
  return remedy === undefined ? `${code}: Slack refused it.` : `${code}: ${remedy}`;
}

/** Codes that speak of the place and not of the message. */
const GONE: ReadonlySet<string> = new Set([
  "is_archived",
  "channel_not_found",
  "not_in_channel",
  "cannot_dm_bot",
  "user_not_found",
  "user_disabled",
]);

const REMEDIES: Readonly<Record<string, string>> = {
  is_archived: "the channel is archived.",
  channel_not_found: "Slack shows Belfry no such channel; invite it there or correct the desk file.",
  not_in_channel: "Belfry is not in the channel; invite it there.",
  cannot_dm_bot: "this person has no direct messages with Belfry.",
  user_not_found: "Slack knows no such person.",
  user_disabled: "this person's account is switched off.",
  no_such_subteam: "Slack knows no such user group.",
  plan_upgrade_required: "this workspace's plan has no user groups.",
  missing_scope: "the app lacks a permission; install it again from manifest.json.",
  invalid_blocks: "Slack does not take the message as it is drawn.",
  msg_too_long: "Slack finds the message too long.",
  msg_blocks_too_long: "Slack finds the message too long.",
  token_revoked: "the bot token is no longer valid.",
  token_expired: "the bot token is no longer valid.",
  invalid_auth: "the bot token is not valid.",
  not_authed: "no bot token was sent.",
  account_inactive: "the app was removed from the workspace.",
  message_not_found: "the message is no longer there.",
  cant_update_message: "Slack lets Belfry not edit this message.",
  edit_window_closed: "Slack lets nobody edit this message any more.",
};

function isOurs(metadata: { event_type?: string; event_payload?: object } | undefined, key: string): boolean {
  const payload = metadata?.event_payload;
  return (
    metadata?.event_type === METADATA_TYPE && payload !== undefined && "key" in payload && payload.key === key
  );
}

/** Channel and timestamp of a reference. */
function standing(ref: MessageRef): { channel: string; ts: string } {
  const [, channel, ts] = /^slack:([^:]+):([^:]+)$/.exec(ref) ?? [];
  if (channel === undefined || ts === undefined) throw new Error(`not a message in Slack: ${ref}`);
  return { channel, ts };
}
