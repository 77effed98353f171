// Turns what a person types into Slack's message text: control characters escaped, names of people and channels linked.
import { IDENTITY } from "./seed.ts";
import type { WorkspaceState } from "./memory.ts";

/** "@Mia Chen: 3 < 4" becomes "<@U…>: 3 &lt; 4". What merely looks like Slack's own markup stays visible as it was typed. */
export function messageText(typed: string, state: WorkspaceState): string {
  return linked(escaped(typed), state, ({ id }) => `<@${id}>`);
}

/** Whether a text is taken as a slash command: "/ticket" is, "//" and "/ " are not. */
export function isCommand(typed: string): boolean {
  return /^\/[^/\s]/.test(typed);
}

/** A command's name and the rest. Only a command that asks for it gets names as ids, and then with the name beside. */
export function commandOf(typed: string): { command: string; text: string } {
  const [, command = typed, text = ""] = /^(\S+)\s*([\s\S]*)$/.exec(typed.trim()) ?? [];
  return { command, text: text.trim() };
}

/** A command's text with people and channels as ids, for commands that the manifest says want it. */
export function commandText(typed: string, state: WorkspaceState): string {
  return linked(escaped(typed), state, ({ id, handle }) => `<@${id}|${handle}>`);
}

function escaped(typed: string): string {
  return typed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function linked(
  text: string,
  state: WorkspaceState,
  mention: (person: { id: string; handle: string }) => string,
): string {
  const links = new Map<string, string>([
    ["@here", "<!here>"],
    ["@channel", "<!channel>"],
    ["@everyone", "<!everyone>"],
  ]);
  for (const person of state.people.values()) {
    links.set(`@${person.name}`.toLowerCase(), mention(person));
    links.set(`@${person.handle}`, mention(person));
  }
  for (const { id, name, kind } of state.channels.values())
    if (kind === "channel") links.set(`#${name}`, `<#${id}>`);

  // Longer names first, so that "@Mia Chen" is not read as "@Mia".
  const names = [...links.keys()].sort((one, other) => other.length - one.length).map(escapeForRegExp);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}@#&;])(?:${names.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  return text.replace(pattern, (name) => links.get(name.toLowerCase()) ?? name);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Whether a message calls on this person: by name, or everybody in the channel. */
export function callsOn(text: string, user: string): boolean {
  return (
    text.includes(`<@${user}>`) ||
    text.includes(`<@${user}|`) ||
    (user !== IDENTITY.botUserId && /<!(here|channel|everyone)[>|]/.test(text))
  );
}
