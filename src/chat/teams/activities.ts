// What Teams sends, parsed once: the fields that Belfry reads of each activity, and the intent that each one means.
import { z } from "zod";
import type { Address } from "../../core/directory.ts";
import { ACTS, COMMANDS, type Attachment } from "../../core/message.ts";
import { isZone } from "../../core/zone.ts";
import type { Deed, Intent } from "../../desk/door.ts";
import type { MessageRef } from "../../desk/ports.ts";
import { clean } from "../text.ts";
import { DRAFT } from "./render-form.ts";

const id = z.string().min(1).max(1_000);
const account = z.object({
  id,
  name: z.string().nullish(),
  aadObjectId: z.string().nullish(),
  role: z.string().nullish(),
});
const entity = z.object({
  type: z.string(),
  text: z.string().nullish(),
  mentioned: z.object({ id: z.string() }).nullish(),
  timezone: z.string().nullish(),
});

/** Any activity, as far as Belfry reads it. */
export const ACTIVITY = z.object({
  type: z.string(),
  id: id.nullish(),
  name: z.string().nullish(),
  action: z.string().nullish(),
  serviceUrl: z.string(),
  from: account,
  recipient: z.object({ id, isTargeted: z.boolean().nullish() }),
  conversation: z.object({
    id,
    conversationType: z.string().nullish(),
    isGroup: z.boolean().nullish(),
    tenantId: z.string().nullish(),
  }),
  channelData: z
    .object({
      tenant: z.object({ id: z.string() }).nullish(),
      channel: z.object({ id: z.string() }).nullish(),
      team: z.object({ id, aadGroupId: z.string().nullish() }).nullish().catch(null),
    })
    .nullish(),
  text: z.string().nullish(),
  value: z.unknown().optional(),
  replyToId: z.string().nullish(),
  localTimezone: z.string().nullish(),
  entities: z.array(entity.catch({ type: "" })).nullish(),
  attachments: z
    .array(
      z
        .object({
          contentType: z.string().nullish(),
          contentUrl: z.string().nullish(),
          name: z.string().nullish(),
          content: z.unknown().optional(),
        })
        .catch({}),
    )
    .nullish(),
  membersAdded: z.array(z.object({ id: z.string() })).nullish(),
  membersRemoved: z.array(z.object({ id: z.string() })).nullish(),
});
export type Activity = z.infer<typeof ACTIVITY>;

/** What a press brings back: an act on a ticket, words of a command, or something done with a form. It may be forged. */
export const PRESSED = z.object({
  belfry: z.discriminatedUnion("do", [
    z.object({
      do: z.literal("act"),
      act: z.enum([...ACTS, "acknowledge-all"]),
      ticket: z.string().min(1).max(200),
    }),
    z.object({ do: z.literal("words"), command: z.enum(COMMANDS).optional(), words: z.string().max(2_000) }),
    z.object({ do: z.enum(["submit", "redraw", "cancel", "open"]), draft: DRAFT }),
  ]),
});
export type Pressed = z.infer<typeof PRESSED>["belfry"];

/** A press on a card, in its envelope: the inputs of the card stand beside what the button carries. */
export const EXECUTED = z.object({
  action: z.object({ data: z.looseObject({}).nullish(), verb: z.string().nullish() }),
});

/** What a dialog, or the box that it was opened from, sends. */
export const TASK = z.object({
  data: z.looseObject({}).nullish(),
  commandId: z.string().nullish(),
  messagePayload: z
    .object({
      id: z.string().nullish(),
      linkToMessage: z.string().nullish(),
      body: z.object({ contentType: z.string().nullish(), content: z.string().nullish() }).nullish(),
    })
    .nullish(),
});
export type Task = z.infer<typeof TASK>;

/** Who acts, or null for bots and for people whom Teams does not identify. */
export function personOf(activity: Activity): Address | null {
  const id = activity.from.aadObjectId?.toLowerCase() ?? "";
  return isBot(activity) || !/^[0-9a-f-]{36}$/.test(id) ? null : `teams:${id}`;
}

/** Whether a bot acts, Belfry itself among them: whoever answers one may talk with it for ever. Their ids begin with 28. */
export function isBot({ from, recipient }: Activity): boolean {
  return from.role === "bot" || from.id.startsWith("28:") || from.id === recipient.id;
}

/** Whether it came in a chat with this person alone. */
export function isPersonal({ conversation }: Activity): boolean {
  const { conversationType, isGroup } = conversation;
  return conversationType === "personal" || ((conversationType ?? "") === "" && isGroup !== true);
}

/** Whether nobody else there sees it, as all that is chosen after a slash in a channel or group chat: then so is the answer. */
export function isTargeted({ recipient }: Activity): boolean {
  return recipient.isTargeted === true;
}

/** The channel or group chat, as the desk knows places; null for a personal chat, which is no place of anybody's. */
export function placeOf(activity: Activity): Address | null {
  return isPersonal(activity) ? null : `teams:${rootOf(activity).conversation}`;
}

/** The conversation without the thread in it, and the first message of that thread, or null. */
export function rootOf({ conversation }: Activity): { conversation: string; thread: string | null } {
  const [base = "", thread] = conversation.id.split(";messageid=");
  return { conversation: base, thread: thread ?? null };
}

/** The reference of a message in Teams. */
export function messageRef(conversation: string, activityId: string): MessageRef {
  return `teams:${conversation}|${activityId}`;
}

/** Conversation and activity of a reference. */
export function standing(ref: MessageRef): { conversation: string; activityId: string } {
  const [, conversation, activityId] = /^teams:(.+)\|([^|]+)$/s.exec(ref) ?? [];
  if (conversation === undefined || activityId === undefined)
    throw new Error(`not a message in Teams: ${ref}`);
  return { conversation, activityId };
}

/** The same for each delivery of one activity. */
export function keyOf(activity: Activity): string {
  return `teams:${activity.type}:${activity.conversation.id}:${activity.id ?? ""}:${activity.from.id}`;
}

/** The zone of whoever acts, as their client says; UTC where it does not. */
export function zoneOf({ localTimezone, entities }: Activity): string {
  const said = [localTimezone, ...(entities ?? []).map(({ timezone }) => timezone)];
  return said.find((zone) => typeof zone === "string" && isZone(zone)) ?? "Etc/UTC";
}

/** What somebody wrote, without the mention of Belfry, and whether there was one. */
export function wordsOf(activity: Activity): { text: string; isMentioned: boolean } {
  let text = activity.text ?? "";
  let isMentioned = false;
  for (const { type, text: marked, mentioned } of activity.entities ?? []) {
    if (type !== "mention" || typeof marked !== "string" || marked === "") continue;
    const isOurs = mentioned?.id === activity.recipient.id;
    isMentioned ||= isOurs;
    text = text.replace(marked, isOurs ? "" : marked.replace(/<\/?at[^>]*>/g, ""));
  }
  return { text: clean(text.replace(/&nbsp;|\u00A0/g, " ")).trim(), isMentioned };
}

/** The words after "ticket" or after another command, or "help" or "home"; null where it is no command. */
export function commandIn(text: string): (Deed & { kind: "words" }) | null {
  const [, first = "", words = ""] = /^\/?(\w+)\b[\s:]*(.*)$/s.exec(text) ?? [];
  const name = first.toLowerCase();
  const command = COMMANDS.find((known) => known === name);
  if (command !== undefined) return { kind: "words", command, text: words.trim() };
  if (name === "ticket") return { kind: "words", text: words.trim() };
  if (words !== "") return null;
  return name === "help" ? HELP : name === "home" ? HOME : null;
}

/** What is asked where nobody knows what is meant. */
export const HELP: Deed & { kind: "words" } = { kind: "words", text: "help" };

/** One's tickets and shifts at a glance, as Slack has them on a tab. */
export const HOME: Deed & { kind: "words" } = { kind: "words", text: "home" };

/**
 * What a person said about a ticket: in a thread, or in a chat as a reply to one of Belfry's messages, which Teams puts in
 * front of the words as a quotation. Null for all else.
 */
export function saidIntent(activity: Activity, who: Address, words: string): Intent | null {
  const { conversation, thread } = rootOf(activity);
  const id = activity.id ?? "";
  const quoted = thread === null ? quotedIn(activity) : null;
  const under = thread ?? quoted?.id ?? null;
  if (under === null || under === id) return null;
  return {
    key: keyOf(activity),
    who,
    place: placeOf(activity),
    do: {
      kind: "said",
      under: messageRef(conversation, under),
      // Teams does not say who began a thread, so it may always be ours.
      isUnderOurs: true,
      ref: messageRef(activity.conversation.id, id),
      text: quoted === null ? words : quoted.reply,
      attachments: filesIn(activity),
    },
  };
}

/** The message that a reply in a chat quotes, and the reply: <blockquote … itemid="170…">quoted</blockquote>reply. */
function quotedIn({ attachments }: Activity): { id: string; reply: string } | null {
  for (const { contentType, content } of attachments ?? []) {
    if (contentType !== "text/html" || typeof content !== "string") continue;
    const [, id, reply = ""] =
      /<blockquote[^>]*schema\.skype\.com\/Reply"[^>]*itemid="([^"]{1,100})".*?<\/blockquote>(.*)$/s.exec(
        content,
      ) ?? [];
    if (id !== undefined) return { id, reply: clean(withoutMarkup(reply)).trim() };
  }
  return null;
}

/** Files and pictures that came along, with a link to each. */
function filesIn({ attachments }: Activity): Attachment[] {
  return (attachments ?? []).flatMap(({ contentType, contentUrl, name }) => {
    if (typeof contentUrl !== "string" || contentType === "text/html") return [];
    return /^https:\/\//.test(contentUrl)
      ? [{ name: clean(name ?? "") || "file", url: clean(contentUrl) }]
      : [];
  });
}

/** The words of a message that a ticket shall be made of, and where it stands. */
export function wordsOfMessage({ messagePayload }: Task): { text: string; link: string | null } {
  const { contentType, content } = messagePayload?.body ?? {};
  const text = contentType === "html" ? withoutMarkup(content ?? "") : (content ?? "");
  const link = messagePayload?.linkToMessage ?? "";
  return { text: clean(text).trim(), link: /^https:\/\//.test(link) ? clean(link) : null };
}

function withoutMarkup(html: string): string {
  return html
    .replace(/<(br|\/p|\/div|\/li)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (entity, name: string) => CHARACTERS[name] ?? entity)
    .replace(/\n{3,}/g, "\n\n");
}

const CHARACTERS: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " },
  "#39": "'",
};
