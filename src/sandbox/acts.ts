// Does what a person does on the page, as Slack would: keeps it, tells the app, and shows what the app answers at once.
import { runCommand } from "./command.ts";
import { errorOf, type Ack, type Deliverer } from "./deliver.ts";
import { HttpRefusal } from "./http.ts";
import type { Fields } from "./json.ts";
import type { Parts } from "./method.ts";
import type { Acts, Answers } from "./page-protocol.ts";
import { closedPayload } from "./payloads.ts";
import { callShortcut, pressInMessage, pressInView } from "./press.ts";
import { isSeenBy, reachOf, type Reach } from "./reach.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { submitForm } from "./submit.ts";
import { isCommand, messageText } from "./typed.ts";
import type { Channel, Message, Person } from "./memory.ts";
import { tsOf } from "./timestamp.ts";

/** What people can do. The clock, scenes and faults are not theirs but the sandbox's. */
export type PersonActs = {
  [Act in Exclude<keyof Acts, "clock" | "scene" | "faults">]: (
    what: Acts[Act],
  ) => Answers[Act] | Promise<Answers[Act]>;
};

/** With what the acts are carried out. */
export interface ActsOptions {
  parts: Parts;
  deliverer: Deliverer;
  responseUrls: ResponseUrls;
  log: (line: string) => void;
}

/** Each act throws an HttpRefusal where the page asks for what cannot be. */
export function createActs(options: ActsOptions): PersonActs {
  const { parts, deliverer } = options;
  const { workspace, modals, manifest } = parts;
  const reach = (as: string): Reach => reachOf(as, parts);
  const interaction = (payload: Fields): Promise<Ack> => deliverer.form({ payload: JSON.stringify(payload) });

  return {
    say: async ({ as, channel: id, threadTs, text, files = [] }) => {
      const can = reach(as);
      const channel = can.channel(id);
      if (channel.isArchived) throw new HttpRefusal(403, "This channel is archived.");
      if (isCommand(text)) {
        const isInThread = threadTs !== undefined;
        return runCommand(options, { person: can.person, channel, typed: text, isInThread });
      }
      if (text.trim() === "" && files.length === 0) throw new HttpRefusal(400, "There is nothing to say.");

      const parent = threadTs === undefined ? undefined : can.message(channel, threadTs);
      const message: Message = {
        ts: workspace.nextTs(channel.id),
        user: can.person.id,
        content: { text: messageText(text, workspace) },
        ...(parent === undefined ? {} : { threadTs: parent.threadTs ?? parent.ts }),
        files: can.share(files),
        reactions: [],
      };
      workspace.record({ kind: "posted", channel: channel.id, message });
      return {};
    },

    edit: ({ as, channel: id, ts, text }) => {
      const { person, channel } = ownMessage(reach(as), id, ts);
      const edited = { user: person.id, ts: tsOf(workspace.now()) };
      const to = { text: messageText(text, workspace) };
      workspace.record({ kind: "edited", channel: channel.id, ts, to, edited });
      return {};
    },

    erase: ({ as, channel: id, ts }) => {
      const { channel } = ownMessage(reach(as), id, ts);
      workspace.record({ kind: "deleted", channel: channel.id, ts });
      return {};
    },

    press: async ({ as, where, action: given, values = {} }) => {
      const payload =
        "message" in where
          ? pressInMessage(options, reach(as), { at: where.message, given })
          : pressInView(options, reach(as), { id: where.view, given, values });
      const ack = await interaction(payload);
      return ack.kind === "acknowledged"
        ? {}
        : { notice: `${manifest.name} did not answer (${errorOf(ack)}).` };
    },

    submit: async (what) => submitForm(options, reach(what.as), what),

    close: async ({ as, view: id }) => {
      const { person } = reach(as);
      const modal = modals.find(id);
      // Closing what is closed is no fault: two clicks are soon made.
      if (modal?.user !== person.id) return {};
      const clears = modal.view["clear_on_close"] === true;
      const stack = modals.stackOf(person.id);
      const closed = clears ? stack : stack.slice(stack.indexOf(modal));
      if (clears) modals.closeAll(person.id);
      else modals.close(modal.id);
      for (const each of [...closed].reverse()) {
        if (each.view["notify_on_close"] === true) await interaction(closedPayload(person, each, clears));
      }
      return {};
    },

    shortcut: async (what) => {
      const shortcut = manifest.shortcuts.find((each) => each.callbackId === what.callbackId);
      if (shortcut === undefined) throw new HttpRefusal(404, "The app offers no such shortcut.");
      const ack = await interaction(callShortcut(options, reach(what.as), what));
      return ack.kind === "acknowledged" ? {} : { notice: `"${shortcut.name}" failed (${errorOf(ack)}).` };
    },

    home: ({ as }) => {
      workspace.record({ kind: "home-opened", user: reach(as).person.id });
      return {};
    },

    pause: ({ as, minutes }) => {
      const from = Math.floor(workspace.now().getTime() / 1_000);
      const paused = minutes === null ? null : { from, until: from + minutes * 60 };
      workspace.record({ kind: "paused", user: reach(as).person.id, paused });
      return {};
    },

    read: ({ as, channel: id }) => {
      const can = reach(as);
      const channel = can.channel(id);
      const seen = [...workspace.messagesIn(channel.id).values()].filter((message) =>
        isSeenBy(message, can.person),
      );
      const last = seen.at(-1)?.ts ?? "";
      if (last > workspace.readUpTo(channel.id, can.person.id)) {
        workspace.record({ kind: "read", channel: channel.id, user: can.person.id, ts: last });
      }
      return {};
    },

    dismiss: ({ as, channel: id, ts }) => {
      const can = reach(as);
      const channel = can.channel(id);
      const isTheirs = workspace.messagesIn(channel.id).get(ts)?.onlyFor === can.person.id;
      if (isTheirs) workspace.record({ kind: "deleted", channel: channel.id, ts });
      return {};
    },
  };

  function ownMessage(can: Reach, id: string, ts: string): { person: Person; channel: Channel } {
    const channel = can.channel(id);
    if (can.message(channel, ts).user === can.person.id) return { person: can.person, channel };
    throw new HttpRefusal(403, "This message is somebody else's.");
  }
}
