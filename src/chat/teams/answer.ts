// How an answer reaches the person who acted: where they asked, there for them alone, or in their own chat with Belfry.
// What was asked is done by now, so a failure is logged and goes no further.
import type { Log } from "../../desk/ports.ts";
import { sentence } from "../trouble.ts";
import { isPersonal, personOf, rootOf, type Activity } from "./activities.ts";
import type { Calls } from "./calls.ts";
import { attached, type Card } from "./cards.ts";
import type { Places } from "./places.ts";
import { renderMessage, type Setting } from "./render.ts";
import { failureOf } from "./requests.ts";

/** What answers need. */
export interface TellNeeds {
  calls: Calls;
  places: Places;
  log: Log;
  setting: Setting;
}

/** Ways to answer an activity with a message that is drawn. */
export interface Tell {
  /** Into the same conversation: of a channel, that is the thread. */
  post: (activity: Activity, drawnMessage: object) => Promise<void>;
  /** In the channel or group chat, for the person alone; in their own chat where Teams does not take that. */
  alone: (activity: Activity, drawnMessage: object) => Promise<void>;
  /** In the person's own chat; the conversation reads that it is there. */
  inOwnChat: (activity: Activity, drawnMessage: object) => Promise<void>;
  /** A card in the place of another one. */
  change: (activity: Activity, message: string, card: Card) => Promise<void>;
}

/** Answers people in Teams. */
export function teamsTell({ calls, places, log, setting }: TellNeeds): Tell {
  async function inOwnChat(activity: Activity, drawnMessage: object): Promise<void> {
    const isShown = await isPostedInChat(activity, drawnMessage);
    await post(activity, renderMessage(sentence(isShown ? SEE_CHAT : NO_CHAT), setting));
  }

  async function alone(activity: Activity, drawnMessage: object): Promise<void> {
    const { serviceUrl, from } = activity;
    try {
      await calls.postTo(from.id, { serviceUrl, conversation: activity.conversation.id }, drawnMessage);
    } catch (error) {
      log.warn({ why: failureOf(error).why }, "a reply goes to its person's own chat");
      await isPostedInChat(activity, drawnMessage);
    }
  }

  async function isPostedInChat(activity: Activity, drawnMessage: object): Promise<boolean> {
    const person = personOf(activity);
    if (person === null) return false;
    try {
      await calls.post(await places.chatWith(person), drawnMessage);
      return true;
    } catch (error) {
      log.warn({ why: failureOf(error).why }, "a reply could not be shown to its person alone");
      return false;
    }
  }

  async function post(activity: Activity, drawnMessage: object): Promise<void> {
    try {
      const { thread } = rootOf(activity);
      const isRoot =
        thread === null && !isPersonal(activity) && typeof activity.channelData?.channel?.id === "string";
      const conversation = isRoot
        ? `${activity.conversation.id};messageid=${activity.id ?? ""}`
        : activity.conversation.id;
      await calls.post({ serviceUrl: activity.serviceUrl, conversation }, drawnMessage);
    } catch (error) {
      log.warn({ why: failureOf(error).why }, "a reply could not be shown");
    }
  }

  async function change(activity: Activity, message: string, card: Card): Promise<void> {
    try {
      const at = { serviceUrl: activity.serviceUrl, conversation: activity.conversation.id };
      await calls.update(at, message, cardMessage(card));
    } catch (error) {
      log.warn({ why: failureOf(error).why }, "a form that is done could not be taken away");
    }
  }

  return { post, alone, inOwnChat, change };
}

/** A card as a message of its own. */
export function cardMessage(card: Card): object {
  return { type: "message", attachments: [attached(card)] };
}

const SEE_CHAT = "The answer is in your chat with Belfry.";
const NO_CHAT = "The answer is for you alone: add the app Belfry for yourself in Teams, and ask again.";
