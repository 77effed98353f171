// What a Web API method is: arguments in, an answer or a refusal out. And how arguments are read, as Slack reads them:
// the same from JSON, where they have types, and from a form, where a list is JSON in a text and a flag is "true".
import type { Files } from "./files.ts";
import { isFields, jsonOf, type Fields } from "./json.ts";
import type { AppManifest } from "./manifest.ts";
import type { Modals } from "./modals.ts";
import { IDENTITY } from "./seed.ts";
import type { Triggers } from "./triggers.ts";
import type { Channel } from "./memory.ts";
import type { Workspace } from "./workspace.ts";

/** The parts of the sandbox that methods work on. */
export interface Parts {
  workspace: Workspace;
  modals: Modals;
  triggers: Triggers;
  files: Files;
  manifest: AppManifest;
}

/** One method of the Web API. */
export interface Method {
  /** Scopes that the token needs. */
  scopes(args: Fields, parts: Parts): readonly string[];
  /** The answer without its `ok`. Throws a SlackRefusal. */
  call(args: Fields, parts: Parts): Fields;
}

/** Methods by their names. */
export type Methods = Readonly<Record<string, Method>>;

/** A call that Slack answers with `ok: false`, a code and perhaps more. */
export class SlackRefusal extends Error {
  override readonly name = "SlackRefusal";
  readonly code: string;
  readonly more: Fields;

  constructor(code: string, more: Fields = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

/** A method whose scope does not depend on its arguments. */
export function needing(scopes: readonly string[], call: Method["call"]): Method {
  return { scopes: () => scopes, call };
}

/** A method on one conversation, whose scope depends on what kind it is: "channels:history" or "im:history". */
export function needingFor(what: "read" | "history" | "write", call: Method["call"]): Method {
  return {
    scopes: (args, { workspace }) => {
      const isDirect = workspace.channels.get(optionalText(args, "channel") ?? "")?.kind === "direct";
      return [`${isDirect ? "im" : "channels"}:${what}`];
    },
    call,
  };
}

/** A text that has to be there. */
export function requiredText(args: Fields, name: string): string {
  const value = optionalText(args, name);
  if (value === undefined) throw missing(name);
  return value;
}

/** A text, or undefined where it is missing or empty. Numbers are read as they stand. */
export function optionalText(args: Fields, name: string): string | undefined {
  const value = args[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A flag; false where it is missing. */
export function optionalFlag(args: Fields, name: string): boolean {
  return args[name] === true || args[name] === "true" || args[name] === "1" || args[name] === 1;
}

/** A whole number, at least 1 and at most `most`. */
export function limitOf(args: Fields, { usual, most }: { usual: number; most: number }): number {
  const value = optionalText(args, "limit");
  if (value === undefined) return usual;
  if (!/^\d+$/.test(value) || Number(value) < 1) throw new SlackRefusal("invalid_limit");
  return Math.min(Number(value), most);
}

/** A list or an object: as it is, or JSON in a text. Undefined where it is missing; `refusal` where it is no JSON. */
export function structure(args: Fields, name: string, refusal: string): unknown {
  const value = args[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") return value;
  const parsed = jsonOf(value);
  if (parsed === undefined) throw new SlackRefusal(refusal);
  return parsed;
}

/** An object that has to be there. */
export function requiredObject(args: Fields, name: string): Fields {
  const value = structure(args, name, "invalid_arguments");
  if (value === undefined) throw missing(name);
  if (!isFields(value)) throw invalid([`[ERROR] must provide an object [json-pointer:/${name}]`]);
  return value;
}

/** The conversation of this id, whether the bot is in it or not. */
export function channelOf(args: Fields, { workspace }: Parts): Channel {
  const channel = workspace.channels.get(requiredText(args, "channel"));
  if (channel === undefined) throw new SlackRefusal("channel_not_found");
  return channel;
}

/** The conversation of this id; refused unless the bot is in it. */
export function joinedChannelOf(args: Fields, parts: Parts): Channel {
  const channel = channelOf(args, parts);
  if (!channel.members.includes(IDENTITY.botUserId)) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** A page of a list and the cursor to the next one; "" at the end. A cursor is opaque to the app. */
export function pageOf<Item>(
  items: readonly Item[],
  args: Fields,
  limits: { usual: number; most: number },
): { page: Item[]; next: string } {
  const limit = limitOf(args, limits);
  const cursor = optionalText(args, "cursor");
  const start =
    cursor === undefined ? 0 : Number(Buffer.from(cursor, "base64url").toString("utf8").slice("at:".length));
  if (!Number.isInteger(start) || start < 0) throw new SlackRefusal("invalid_cursor");
  const next = start + limit < items.length ? Buffer.from(`at:${start + limit}`).toString("base64url") : "";
  return { page: items.slice(start, start + limit), next };
}

/** invalid_arguments with Slack's explanations. */
export function invalid(messages: readonly string[]): SlackRefusal {
  return new SlackRefusal("invalid_arguments", { response_metadata: { messages } });
}

function missing(name: string): SlackRefusal {
  return invalid([`[ERROR] missing required field: ${name} [json-pointer:/${name}]`]);
}
