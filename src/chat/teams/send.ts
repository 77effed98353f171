// Teams as the outbox sees it: posts and edits. Each call ends in an Outcome. What Teams lacks is settled here: it lets no
// bot read a conversation back, nor put a mark on somebody's message; a channel's topic only Microsoft Graph changes, where
// it is allowed to.
import type { Address } from "../../core/directory.ts";
import type { Hearing } from "../../core/hearing.ts";
import { NO_GROUP_IN_TEAMS, type Message } from "../../core/message.ts";
import { DeskError } from "../../core/errors.ts";
import type {
  ChatPlatform,
  MarkEffect,
  MessageRef,
  Outcome,
  SetEffect,
  Unmentioned,
} from "../../desk/ports.ts";
import { sentence } from "../trouble.ts";
import { shutOut, unsent } from "../unsent.ts";
import { messageRef, standing } from "./activities.ts";
import type { Calls, Where } from "./calls.ts";
import type { Graph } from "./graph.ts";
import { isFlatChat, NoSuchPlace, type Places } from "./places.ts";
import { renderMessage } from "./render.ts";
import { failureOf, type Failure } from "./requests.ts";
import { entraId } from "./words.ts";

/** Opens Teams for sending. No call is made before the first effect. */
export function teamsPlatform(teams: {
  calls: Calls;
  places: Places;
  /** Null where nothing is to be asked of it. */
  graph: Graph | null;
  machineNow: () => Date;
  /** Said under every card, e.g. that nobody's identity is checked here. */
  footer: string | null;
}): ChatPlatform {
  const { calls, places, graph, machineNow, footer } = teams;

  async function post(
    { place, under, message }: Parameters<ChatPlatform["post"]>[0],
    signal: AbortSignal,
  ): Promise<Outcome> {
    let to: Where & { isFlat: boolean };
    try {
      to = under === null ? await places.whereIs(place, signal) : await threadOf(under);
    } catch (error) {
      // Nothing was posted yet, whatever became of the question where.
      return outcomeOf(error, "retry", machineNow());
    }
    try {
      const id = await calls.post(to, renderMessage(message, { isFlat: to.isFlat, footer }), signal);
      const unmentioned = unmentionedIn(message);
      return {
        is: "sent",
        ref: id === "" ? null : messageRef(to.conversation, id),
        ...(unmentioned.length === 0 ? {} : { unmentioned }),
      };
    } catch (error) {
      return outcomeOf(error, "unknown", machineNow());
    }
  }

  /** In a channel, the thread under a message; a chat has none, there it stands among the others. */
  async function threadOf(under: MessageRef): Promise<Where & { isFlat: boolean }> {
    const { conversation, activityId } = standing(under);
    const serviceUrl = await places.serviceOf(conversation);
    const isFlat = isFlatChat(conversation);
    if (isFlat || conversation.includes(";")) return { serviceUrl, conversation, isFlat };
    return { serviceUrl, conversation: `${conversation};messageid=${activityId}`, isFlat };
  }

  async function edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<Outcome> {
    try {
      const { conversation, activityId } = standing(ref);
      const at = { serviceUrl: await places.serviceOf(conversation), conversation };
      const drawn = renderMessage(message, { isFlat: isFlatChat(conversation), footer });
      await calls.update(at, activityId, drawn, signal);
      return { is: "sent", ref };
    } catch (error) {
      // To edit twice does no harm.
      return outcomeOf(error, "retry", machineNow());
    }
  }

  /** A bot cannot react to a message: a line under it says the same. Where its fate is unknown it is not said twice. */
  async function mark(on: MessageRef, kind: MarkEffect["mark"], signal: AbortSignal): Promise<Outcome> {
    const message = sentence(MARKS[kind], "plain");
    const outcome = await post({ key: "", place: "", under: on, message }, signal);
    return outcome.is === "unknown" ? { is: "unsure", why: outcome.why } : outcome;
  }

  /** Setting the same twice does no harm, so whatever may have been lost is tried again. */
  async function makeSo(setting: SetEffect["setting"], signal: AbortSignal): Promise<Outcome> {
    const { at, use } =
      setting.is === "topic"
        ? ({ at: setting.place, use: "topic" } as const)
        : ({ at: setting.beside, use: "tag" } as const);
    if (graph?.uses.has(use) !== true || at === undefined)
      return { is: "failed", why: "Teams lets no bot change a group or a channel's topic." };
    try {
      const channel = await places.inItsTeam(at, signal);
      if (channel === null) return { is: "failed", why: NO_TEAM };
      if (setting.is === "topic") await graph.describe(channel, setting.topic, signal);
      else await graph.tag(channel, await taggedBy(setting), signal);
      return { is: "sent", ref: null };
    } catch (error) {
      const outcome = outcomeOf(error, "retry", machineNow());
      // Messages to the channel go by another way, which this says nothing of.
      return outcome.is === "retry" ? { ...outcome, lane: false } : outcome;
    }
  }

  /** A tag by its name, and people by their ids in Entra. Throws NoSuchPlace for somebody whom Teams has not told of. */
  async function taggedBy({ group, people }: SetEffect["setting"] & { is: "group" }) {
    const ids = await Promise.all(
      people.map(async (person) => {
        const id = entraId(await places.find(person));
        if (id === null) throw new NoSuchPlace(`Teams has told Belfry of nobody by the address ${person}.`);
        return id;
      }),
    );
    return { tag: group.replace(/^teams:tag:/, ""), people: ids };
  }

  /**
   * Whether the app stands in a chat with a person, which is opened where there is none. Whether it rings there Teams tells no
   * bot, only Microsoft Graph does.
   */
  async function hearingAt(place: Address, signal: AbortSignal): Promise<Hearing> {
    try {
      const found = await places.find(place);
      if (found === null) return { is: "gone", why: "Teams has told Belfry of nobody by this address" };
      const id = entraId(found);
      if (id === null) return { is: "untold" };
      const { tenant } = await places.chatWith(found, signal);
      return { is: "there", ...(await quietOf({ id, tenant }, signal)) };
    } catch (error) {
      if (error instanceof NoSuchPlace) return { is: "untold" };
      const failure = failureOf(error);
      if (failure.is === "refused") return { is: "gone", why: remedyIn(refusalWords(failure)) };
      throw new DeskError("unavailable", `Teams could not be asked who hears it (${failure.why}).`, {
        cause: error,
      });
    }
  }

  /** Somebody whom Graph does not know is taken to be rung. */
  async function quietOf(
    person: { id: string; tenant: string | null },
    signal: AbortSignal,
  ): Promise<Pick<Hearing & { is: "there" }, "quiet" | "withheld">> {
    if (graph?.uses.has("presence") !== true) return { quiet: null };
    try {
      return { quiet: (await graph.isSilent(person, signal)) ? "now" : null };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.is !== "refused") throw error;
      return failure.status === 404 ? { quiet: null } : { quiet: null, withheld: remedyIn(failure.why) };
    }
  }

  return {
    name: "teams",
    post,
    edit,
    mark,
    set: makeSo,
    lookFor: () => Promise.resolve("cannot tell"),
    hearingAt,
    lookUp: async (written) => {
      try {
        return await places.find(written);
      } catch (error) {
        const { why } = failureOf(error);
        throw new DeskError("unavailable", `Teams could not be asked who ${written} is (${why}).`, {
          cause: error,
        });
      }
    },
  };
}

const NO_TEAM =
  "no_team: Teams has told Belfry of no team with this on-call channel. Where it is one in Teams, mention @Belfry in it once: the next hand-over is followed.";

const MARKS: Readonly<Record<MarkEffect["mark"], string>> = {
  "sent-out": "Passed on.",
  "kept-inside": "Kept inside, for the support team only.",
};

/** `lost` says what to do where Teams may have carried the call out. */
function outcomeOf(error: unknown, lost: "retry" | "unknown", now: Date): Outcome {
  if (error instanceof NoSuchPlace)
    return { is: "failed", why: `no_such_place: ${error.message}`, isPlaceGone: true };
  const failure = failureOf(error);
  switch (failure.is) {
    case "limited":
    case "down":
    case "lost":
      return unsent(failure, lost, now);
    case "shut out":
      return shutOut(failure.why, now);
    case "refused": {
      const isPlaceGone = GONE.has(failure.status) ? { isPlaceGone: true as const } : {};
      return { is: "failed", why: refusalWords(failure), ...isPlaceGone };
    }
    default:
      return failure satisfies never;
  }
}

/** Teams rings no user group of Slack's: its handle stands there as text. */
function unmentionedIn(message: Message): Unmentioned[] {
  const rung = message.kind === "page" || message.kind === "storm" ? message.ring : [];
  return rung.flatMap((part) =>
    typeof part === "object" && "group" in part ? [{ group: part.address, why: NO_GROUP_IN_TEAMS }] : [],
  );
}

/** What speaks of the place and not of the message: Belfry is not there, or nothing is. */
const GONE: ReadonlySet<number> = new Set([403, 404]);

/** Teams' code first, then what an operator can do. */
function refusalWords({ code, status, why }: Extract<Failure, { is: "refused" }>): string {
  const remedy = REMEDIES[code] ?? BY_STATUS[status];
  if (why !== code) return why;
  return remedy === undefined ? `${code}: Teams refused it.` : `${code}: ${remedy}`;
}

/** Without the code in front of it. */
function remedyIn(words: string): string {
  return words.replace(/^\w+: /, "").replace(/[.]$/, "");
}

const REMEDIES: Readonly<Record<string, string>> = {
  BotNotInConversationRoster: "Belfry is not in this conversation; add the app there.",
  MessageWritesBlocked: "this person has blocked or removed the app.",
  ConversationBlockedByUser: "this person has blocked the app.",
  BotDisabledByAdmin: "an administrator has switched the app off.",
  MessageSizeTooBig: "Teams finds the message too long.",
};

const BY_STATUS: Readonly<Record<number, string>> = {
  400: "Teams does not take the message as it is drawn.",
  401: "Teams does not take the bot's token; check TEAMS_APP_ID and TEAMS_TENANT_ID.",
  403: "the app Belfry is not installed for this person or channel, or is blocked there.",
  404: "Teams knows no such conversation or message any more.",
  413: "Teams finds the message too long.",
};
