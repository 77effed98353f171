// What the sandbox's server and its page say to each other. Both sides import these types and nothing else of each other.
// The page is one person's Slack: it shows a `PageState` and posts what that person does.
//
//   GET  /                      the page (index.html); /page/main.js and /page/main.css beside it
//   GET  /page-api/live?as=U..  server-sent events, each `data:` a whole PageState for that person, at once and after each change
//   POST /page-api/<act>        JSON body as in `Acts`, JSON answer as in `Answers`; 4xx with {error: sentence} where it is refused
//   POST /page-api/upload       raw body, headers x-file-name (percent-encoded) and content-type; answers UploadedFile
//   GET  /files/<id>/<name>     a file that was uploaded
import type { HomeView, KnownBlock, ModalView } from "@slack/types";

/** Somebody whom one can be. */
export interface PagePerson {
  id: string;
  name: string;
  /** What this person is in the story, e.g. "contact of ACME Print (aleyant)" or "support, on the rota". */
  role: string;
  /** IANA zone in which this person reads times. */
  timezone: string;
  /** Unread direct messages and mentions of that person, so that the switcher can show who should look. */
  unread: number;
  /** Until when the person has paused notifications, ISO in UTC; null: they have not. */
  pausedUntil: string | null;
}

/** A conversation as one person sees it. */
export interface PageChannel {
  id: string;
  /** "#support", or the other person's name for a direct message. */
  name: string;
  kind: "channel" | "direct";
  unread: number;
  /** Slack timestamp up to which this person has read. */
  readTs: string;
  topic?: string;
  /** The last 200 top-level messages with their threads, oldest first, ephemeral ones to this person among them. */
  messages: PageMessage[];
}

/** A message as one person sees it. */
export interface PageMessage {
  /** Slack timestamp: the message's identity in its channel, seconds since the epoch by the sandbox's clock. */
  ts: string;
  author: { id: string; name: string; isBot: boolean };
  text: string;
  blocks: KnownBlock[];
  edited: boolean;
  /** Seen by this person alone; gone when dismissed. */
  ephemeral: boolean;
  reactions: { name: string; count: number }[];
  files: UploadedFile[];
  replies: PageMessage[];
}

/** A file that somebody put on the server. */
export interface UploadedFile {
  id: string;
  name: string;
  mimetype: string;
  size: number;
  /** Path on this server. */
  url: string;
}

/** A modal that is open. */
export interface OpenView {
  id: string;
  /** Where the app replaces it, inputs keep what was typed as long as block and action ids stay. */
  view: ModalView;
}

/** Everything that one person sees. */
export interface PageState {
  me: PagePerson;
  people: PagePerson[];
  channels: PageChannel[];
  /** The stack of open modals of this person, the topmost last. */
  views: OpenView[];
  home: HomeView | null;
  /** Global shortcuts that the app offers. */
  shortcuts: { callbackId: string; name: string }[];
  commands: { command: string; hint: string }[];
  clock: {
    /** The sandbox's time when this state was made, ISO in UTC. It runs on at the speed of real time. */
    now: string;
    /** The next instant at which the app has something to do, if it is known. */
    nextDueAt: string | null;
    /** True while a jump is being carried out. */
    turning: boolean;
  };
  scenes: { id: string; name: string; means: string }[];
  faults: { rateLimited: boolean; down: boolean };
  /** Changes to names, mentions and channel links need them: id to display name, people, the bot and channels. */
  names: Record<string, string>;
}

/** One input's value as Slack's `view.state.values[block_id][action_id]`. */
export type InputState = Record<string, unknown> & { type: string };
/** All inputs of a view, by block id and action id. */
export type StateValues = Record<string, Record<string, InputState>>;

/** What the page may post, by the last part of its path. `as` is the person who acts. */
export interface Acts {
  /** A message, or a slash command where the text starts with "/". */
  say: { as: string; channel: string; threadTs?: string; text: string; files?: string[] };
  /** The person changes or takes back a message of their own. */
  edit: { as: string; channel: string; ts: string; text: string };
  erase: { as: string; channel: string; ts: string };
  /** A button, select, checkbox or other element outside of or inside a view; `action` is the block action as Slack sends it, less action_ts. */
  press: {
    as: string;
    where: { message: { channel: string; ts: string } } | { view: string };
    action: Record<string, unknown> & { type: string; action_id: string; block_id: string };
    /** For a view: everything filled in so far. */
    values?: StateValues;
  };
  submit: { as: string; view: string; values: StateValues };
  /** The person closes the topmost modal. */
  close: { as: string; view: string };
  /** A global shortcut, or with a message one of those that stand at messages. */
  shortcut: { as: string; callbackId: string; message?: { channel: string; ts: string } };
  /** Opens the app's home tab: the app gets app_home_opened. */
  home: { as: string };
  /** The person pauses notifications for so long, or with null resumes them. */
  pause: { as: string; minutes: number | null };
  read: { as: string; channel: string };
  /** Removes an ephemeral message. */
  dismiss: { as: string; channel: string; ts: string };
  clock:
    { by: number } | { to: "next-morning" | "friday-17:30" | "next-due" } | { to: "instant"; at: string };
  scene: { id: string };
  faults: { rateLimited?: boolean; down?: boolean };
}

/** What the server answers to each act. */
export interface Answers {
  /** `notice` is what Slack itself would tell the person, e.g. that the app did not answer in time. */
  say: { notice?: string };
  edit: Record<string, never>;
  erase: Record<string, never>;
  press: { notice?: string };
  /** `errors`: sentences by block id, the view stays open; `notice`: the app failed, the view stays open. */
  submit: { errors?: Record<string, string>; notice?: string };
  close: Record<string, never>;
  shortcut: { notice?: string };
  home: { notice?: string };
  pause: Record<string, never>;
  read: Record<string, never>;
  dismiss: Record<string, never>;
  clock: { now: string; notice?: string };
  /** Who to be and where to look after the scene is set; `compose` is put into the composer, not sent. */
  scene: { as: string; channel: string; compose: string };
  faults: Record<string, never>;
}
