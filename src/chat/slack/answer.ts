// How a reply reaches the person who acted, and nobody else: ephemerally where Slack allows it, else as a direct message.
import type { ActionsBlock, KnownBlock } from "@slack/types";
import { failureOf, respondAt, written, type Calls } from "./calls.ts";
import type { Log } from "./log.ts";
import { person } from "./payloads.ts";
import type { Places } from "./places.ts";
import type { SlackMessage } from "./render.ts";
import { plain } from "./words.ts";

/** Who acted, and where they look. */
export interface Asker {
  user: string;
  /** Absent in the home tab and for shortcuts. */
  channel?: string | undefined;
  thread?: string | undefined;
  /** The address for answers that the payload brought, if any: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
  responseUrl?: string | undefined;
}

/** Shows a message to one person. What was asked is done by now, so a failure is logged and goes no further. */
export type Tell = (asker: Asker, message: SlackMessage) => Promise<void>;

/** Tells people in a workspace. */
export function slackTell({ calls, places, log }: { calls: Calls; places: Places; log: Log }): Tell {
  const attempt = async (way: string, work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      log.warn({ way, why: failureOf(error).why }, "a reply could not be shown this way");
      return false;
    }
  };

  return async ({ user, channel, thread, responseUrl }, message) => {
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    if (responseUrl !== undefined) {
      const answer = {
        response_type: "ephemeral" as const,
        replace_original: false,
        ...inThread,
        ...message,
      };
      if (await attempt("response_url", () => respondAt(responseUrl, answer))) return;
    }
    if (channel !== undefined && !channel.startsWith("D")) {
      if (
        await attempt("ephemeral", () =>
          calls().chat.postEphemeral(written({ channel, user, ...inThread, ...message })),
        )
      )
        return;
    }
    await attempt("direct message", async () =>
      calls().chat.postMessage(written({ channel: await places.channel(person(user)), ...message })),
    );
  };
}

/** The same message with a button under it. */
export function withButton(
  message: SlackMessage,
  button: { action: string; value: string; label: string },
): SlackMessage {
  const actions: ActionsBlock = {
    type: "actions",
    block_id: "again",
    elements: [
      {
        type: "button",
        action_id: button.action,
        text: plain(button.label, 75),
        value: button.value.slice(0, 2_000),
        style: "primary",
      },
    ],
  };
  const blocks: KnownBlock[] = [...message.blocks, actions];
  return { ...message, blocks };
}
