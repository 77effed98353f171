// What people do in Slack, and what Slack then brings to the app: commands, presses, submissions, messages, the home tab.
import { asSlackView, openView, replaceView } from "./slack-double-methods.ts";
import { controlsOf, stateAfter, type Filling } from "./slack-double-reading.ts";
import type { Answer, Parcel } from "./slack-double-wire.ts";
import {
  asSlackMessage,
  current,
  type Channel,
  type Json,
  type OpenView,
  type Post,
  type Workspace,
} from "./slack-double-workspace.ts";

export interface People {
  /** A person types a command, /ticket unless another is named, and some words. */
  command(user: string, channel: string, text: string, name?: string): Promise<Answer>;
  shortcut(user: string, callbackId: string): Promise<Answer>;
  /** A person presses a button, or picks a menu's entry, by its label. */
  press(user: string, on: Post | OpenView, label: string, filled?: Filling): Promise<Answer>;
  /** A person fills a modal in and submits it. It closes, changes or stays open as the app answers. */
  submit(view: OpenView, filling: Filling): Promise<Answer>;
  /** A person writes a message; the app hears of it, again and again until it says that it has. */
  say(
    user: string,
    channel: string,
    text: string,
    options?: { under?: Post; files?: Json[] },
  ): Promise<Answer[]>;
  home(user: string): Promise<Answer[]>;
  /** Any event, with Slack's retries. */
  event(event: Json): Promise<Answer[]>;
  /** The same as `press`, `submit` and `event`, to be delivered as a test likes. */
  pressing(user: string, on: Post | OpenView, label: string, filled?: Filling): Parcel;
  submission(view: OpenView, filling: Filling): Parcel;
  asEvent(event: Json): Parcel;
}

/** Waits before each repetition of an event. Slack's own are next to none, one minute and five. */
const RETRY_AFTER_MS = [0, 100, 500];

export function peopleOf(
  workspace: Workspace,
  deliver: (parcel: Parcel, retry?: { num: number; reason: string }) => Promise<Answer>,
  responseUrl: (user: string, channel: string) => string,
): People {
  function interaction(user: string, body: Json): Parcel {
    const name = workspace.members.get(user)?.name ?? user;
    const common = {
      user: { id: user, username: name, name, team_id: workspace.teamId },
      team: { id: workspace.teamId, domain: "double" },
      api_app_id: workspace.appId,
      token: "double",
      enterprise: null,
      is_enterprise_install: false,
      trigger_id: workspace.newTrigger(user),
    };
    return { kind: "interaction", body: { ...common, ...body } };
  }

  const people: People = {
    async command(user, channel, text, name = "/ticket") {
      const body = {
        token: "double",
        team_id: workspace.teamId,
        team_domain: "double",
        channel_id: channel,
        channel_name: workspace.channels.get(channel)?.name ?? "directmessage",
        user_id: user,
        user_name: workspace.members.get(user)?.name ?? user,
        command: name,
        text,
        api_app_id: workspace.appId,
        is_enterprise_install: "false",
        response_url: responseUrl(user, channel),
        trigger_id: workspace.newTrigger(user),
      };
      const answer = await deliver({ kind: "command", body });
      if (answer.status === 200) workspace.whisper(user, channel, answer.body);
      workspace.happened();
      return answer;
    },

    shortcut: (user, callbackId) =>
      deliver(
        interaction(user, { type: "shortcut", callback_id: callbackId, action_ts: workspace.nextTs() }),
      ),

    press: (user, on, label, filled) => deliver(people.pressing(user, on, label, filled)),

    pressing(user, on, label, filled = {}) {
      const controls = controlsOf("view" in on ? (on.view["blocks"] as Json[]) : current(on).blocks);
      const control = controls.find((each) => each.label === label);
      if (control === undefined)
        throw new Error(`there is no ${label}; there are: ${controls.map((each) => each.label).join(", ")}`);
      const actions = [{ ...control.action, action_ts: workspace.nextTs() }];
      if ("view" in on) {
        const state = stateAfter(on.view, filled, control.action);
        const view = { ...asSlackView(workspace, on), state };
        const container = { type: "view", view_id: on.id };
        return interaction(user, { type: "block_actions", container, view, actions });
      }
      const channel = workspace.channels.get(on.channel);
      return interaction(user, {
        type: "block_actions",
        container: { type: "message", message_ts: on.ts, channel_id: on.channel, is_ephemeral: false },
        channel: { id: on.channel, name: channel?.kind === "direct" ? "directmessage" : channel?.name },
        message: asSlackMessage(workspace, on, false),
        state: { values: {} },
        response_url: responseUrl(user, on.channel),
        actions,
      });
    },

    async submit(view, filling) {
      const answer = await deliver(people.submission(view, filling));
      if (answer.status === 200) settle(workspace, view, answer.body);
      workspace.happened();
      return answer;
    },

    submission(view, filling) {
      const shown = { ...asSlackView(workspace, view), state: stateAfter(view.view, filling) };
      return interaction(view.user, { type: "view_submission", view: shown, response_urls: [] });
    },

    say(user, channelId, text, { under, files = [] } = {}) {
      const channel = workspace.channels.get(channelId) ?? workspace.directOf(user);
      const said: Post = {
        channel: channel.id,
        ts: workspace.nextTs(),
        threadTs: under === undefined ? null : (under.threadTs ?? under.ts),
        author: user,
        versions: [{ nr: workspace.next(), at: Date.now(), text, blocks: [] }],
        metadata: null,
        reactions: [],
        files,
      };
      workspace.posts.push(said);
      return people.event({
        ...asSlackMessage(workspace, said, false),
        ...(files.length > 0 ? { subtype: "file_share" } : {}),
        channel: channel.id,
        channel_type: channelType(channel),
        event_ts: said.ts,
      });
    },

    home(user) {
      const channel = workspace.directOf(user).id;
      return people.event({
        type: "app_home_opened",
        user,
        channel,
        tab: "home",
        event_ts: workspace.nextTs(),
      });
    },

    /** Slack repeats an event, and only an event, until it is told 2xx. */
    async event(event) {
      const parcel = people.asEvent(event);
      const answers = [await deliver(parcel)];
      for (const [i, waitMs] of RETRY_AFTER_MS.entries()) {
        const status = answers.at(-1)?.status ?? 0;
        if (status >= 200 && status < 300) break;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        const reason = status === 0 ? "http_timeout" : "http_error";
        answers.push(await deliver(parcel, { num: i + 1, reason }));
      }
      return answers;
    },

    asEvent(event) {
      const authorization = {
        enterprise_id: null,
        team_id: workspace.teamId,
        user_id: workspace.botUser,
        is_bot: true,
        is_enterprise_install: false,
      };
      const body = {
        token: "double",
        team_id: workspace.teamId,
        api_app_id: workspace.appId,
        type: "event_callback",
        event_id: `Ev${workspace.next()}`,
        event_time: Math.floor(Date.now() / 1000),
        is_ext_shared_channel: false,
        authorizations: [authorization],
        event,
      };
      return { kind: "event", body };
    },
  };
  return people;
}

/** What Slack calls the kind of a channel in events. */
export function channelType(channel: Channel): string {
  return { public: "channel", private: "group", direct: "im" }[channel.kind];
}

/** A modal after the app's answer to its submission: with no answer it closes. */
function settle(workspace: Workspace, view: OpenView, answer: Json): void {
  const next = answer["view"] as Json | undefined;
  switch (answer["response_action"]) {
    case "errors":
      return;
    case "update":
      if (next !== undefined) replaceView(workspace, view, next);
      return;
    case "push":
      if (next !== undefined) openView(workspace, view.user, next);
      return;
    case "clear":
      for (const open of workspace.views.values())
        if (open.user === view.user) workspace.views.delete(open.id);
      return;
    default:
      workspace.views.delete(view.id);
  }
}
