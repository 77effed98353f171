// A stranger's Slack for tests: its Web API over HTTP, its requests to the app over HTTP or Socket Mode, the people who use it,
// and everything that can go wrong in between. It shares nothing with the sandbox, and follows Slack's documentation.
import { channelType, peopleOf, type People } from "./slack-double-people.ts";
import { wordsOf } from "./slack-double-reading.ts";
import { APP_TOKEN, BOT_TOKEN, startApiServer, type ApiServer } from "./slack-double-server.ts";
import { overHttp, overSockets, type Answer, type Parcel, type Wire } from "./slack-double-wire.ts";
import {
  current,
  newWorkspace,
  type Channel,
  type Json,
  type Member,
  type OpenView,
  type Post,
  type Workspace,
} from "./slack-double-workspace.ts";

export interface DoubleOptions {
  people: readonly { id: string; name: string; email?: string; timezone?: string; silentUntil?: number }[];
  /** The app and everybody are in every channel, less those named in `without`. */
  channels: readonly { id: string; name: string; kind?: "public" | "private"; without?: readonly string[] }[];
  /** Whether the app hears its own messages and edits as events, as an app in a channel does. */
  echoes: boolean;
}

export interface SlackDouble extends People, Pick<ApiServer, "calls" | "mishap"> {
  readonly workspace: Workspace;
  /** Settings with which an app talks to this Slack. */
  settings(transport: "http" | "socket"): Record<string, string>;
  /** Sends what people do to these URLs (/slack/events), as to replicas behind one address; or to the app's open sockets. */
  reach(app: readonly string[] | "sockets"): void;
  /** How many sockets the app has open. */
  sockets(): number;
  /** Breaks them all. */
  hangUp(): void;
  /** Any parcel, once. */
  deliver(parcel: Parcel, retry?: { num: number; reason: string }): Promise<Answer>;

  /** Messages of the app, in a channel or in all, oldest first. */
  posts(channel?: string): Post[];
  /** Direct messages from the app to a person. */
  directTo(user: string): Post[];
  /** The modal that a person looks at. */
  viewOf(user: string): OpenView | undefined;
  /** What one person alone has been told, oldest first. */
  whispersTo(user: string): string[];
  /** Waits until `look` finds something, looking again after everything that happens here. */
  until<T>(look: () => T | undefined | false | null, what: string, withinMs?: number): Promise<T>;
  /** All that is visible, for a failure's message. */
  transcript(): string;
  close(): Promise<void>;
}

/** Signs what this Slack sends. */
export const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";

export async function startSlackDouble(options: DoubleOptions): Promise<SlackDouble> {
  const workspace = newWorkspace(...inhabitants(options));
  const underWay = new Set<Promise<unknown>>();
  const api = await startApiServer(workspace, (method, answer) =>
    options.echoes ? echo(method, answer) : undefined,
  );
  const sockets = overSockets(api.server, workspace.appId);
  let wire: Wire = sockets;
  const people = peopleOf(workspace, deliver, (user, channel) => api.responseUrl(user, channel));

  async function deliver(parcel: Parcel, retry?: { num: number; reason: string }): Promise<Answer> {
    const answer = await wire.deliver(parcel, retry ?? null);
    workspace.next();
    workspace.happened();
    return answer;
  }

  /** The app is in its channels, and is told of its own messages like of everybody's. */
  function echo(method: string, answer: Json): void {
    if (method !== "chat.postMessage" && method !== "chat.update") return;
    const channel = workspace.channels.get(answer["channel"] as string);
    if (channel === undefined) return;
    const message = answer["message"] as Json;
    const ts = workspace.nextTs();
    const where = { channel: channel.id, channel_type: channelType(channel), event_ts: ts };
    const event =
      method === "chat.postMessage"
        ? { ...message, ...where }
        : { type: "message", subtype: "message_changed", message, ts, ...where };
    const telling = wire.deliver(people.asEvent(event), null);
    underWay.add(telling);
    void telling.finally(() => underWay.delete(telling));
  }

  const posts = (channel?: string): Post[] =>
    workspace.posts.filter(
      (post) => post.author === workspace.botUser && (channel === undefined || post.channel === channel),
    );

  function transcript(): string {
    return workspace.posts
      .map((post) => {
        const place = workspace.channels.get(post.channel)?.name ?? post.channel;
        const words = wordsOf(current(post)).replaceAll("\n", " / ");
        return `${post.threadTs === null ? "" : "  > "}[${place} ${post.ts}] ${words}`;
      })
      .join("\n");
  }

  return {
    ...people,
    workspace,
    calls: api.calls,
    mishap: (method, mishap, where) => api.mishap(method, mishap, where),
    settings: (transport) => ({
      SLACK_API_URL: `${api.base}/api/`,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      ...(transport === "http"
        ? { SLACK_MODE: "http", SLACK_SIGNING_SECRET: SIGNING_SECRET }
        : { SLACK_MODE: "socket", SLACK_APP_TOKEN: APP_TOKEN }),
    }),
    reach(app) {
      wire = app === "sockets" ? sockets : overHttp(app, SIGNING_SECRET);
    },
    sockets: () => sockets.sockets(),
    hangUp: () => sockets.hangUp(),
    deliver,
    posts,
    directTo: (user) => posts(workspace.directOf(user).id),
    viewOf: (user) => [...workspace.views.values()].filter((view) => view.user === user).at(-1),
    whispersTo: (user) => workspace.whispers.filter((each) => each.user === user).map(wordsOf),
    until(look, what, withinMs = 30_000) {
      const found = look();
      if (found) return Promise.resolve(found);
      return new Promise((resolve, reject) => {
        const watch = (): void => {
          const seen = look();
          if (seen) end(() => resolve(seen));
        };
        const tooLate = (): void =>
          end(() => reject(new Error(`${what}: not within ${withinMs} ms.\n${transcript()}`)));
        const limit = setTimeout(tooLate, withinMs);
        const end = (settle: () => void): void => {
          clearTimeout(limit);
          workspace.watchers.delete(watch);
          settle();
        };
        workspace.watchers.add(watch);
      });
    },
    transcript,
    async close() {
      sockets.close();
      await api.close();
      await Promise.allSettled(underWay);
    },
  };
}

function inhabitants({ people, channels }: DoubleOptions): [Member[], Channel[]] {
  const members = people.map((person): Member => ({
    email: `${person.id.toLowerCase()}@double.test`,
    timezone: "Etc/UTC",
    silentUntil: 0,
    ...person,
    isBot: false,
  }));
  const everybody = [...members.map(({ id }) => id), "U0BELFRY"];
  return [
    members,
    channels.map(({ id, name, kind = "public", without = [] }) => ({
      id,
      name,
      kind,
      members: new Set(everybody.filter((user) => !without.includes(user))),
      isArchived: false,
    })),
  ];
}
