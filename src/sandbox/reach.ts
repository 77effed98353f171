// Finds what a person names on the page, and refuses what that person cannot see or may not change.
import { HttpRefusal } from "./http.ts";
import type { Modals, OpenModal } from "./modals.ts";
import type { Channel, Message, Person } from "./memory.ts";
import type { Workspace } from "./workspace.ts";

/** What one person can reach. All of it throws an HttpRefusal where there is no such thing for that person. */
export interface Reach {
  person: Person;
  channel(id: string): Channel;
  message(channel: Channel, ts: string): Message;
  modal(id: string): OpenModal;
  /** Files that were uploaded. They belong to who shares them first. */
  share(files: readonly string[]): string[];
}

/** The reach of the person of this id. Throws an HttpRefusal where nobody has it, or the bot. */
export function reachOf(id: string, { workspace, modals }: { workspace: Workspace; modals: Modals }): Reach {
  const person = workspace.people.get(id);
  if (person === undefined || person.isBot) throw new HttpRefusal(404, "There is no such person here.");

  return {
    person,
    channel: (id) => {
      const channel = workspace.channels.get(id);
      if (channel?.members.includes(person.id) === true) return channel;
      throw new HttpRefusal(403, `${person.name} is not in this channel.`);
    },
    message: (channel, ts) => {
      const message = workspace.messagesIn(channel.id).get(ts);
      if (message !== undefined && isSeenBy(message, person)) return message;
      throw new HttpRefusal(404, "This message is gone.");
    },
    modal: (id) => {
      const modal = modals.find(id);
      if (modal?.user === person.id) return modal;
      throw new HttpRefusal(409, "This form is closed.");
    },
    share: (files) =>
      files.map((id) => {
        const file = workspace.files.get(id);
        if (file === undefined) throw new HttpRefusal(400, "One of the files was not uploaded.");
        if (file.user === "") workspace.record({ kind: "uploaded", file: { ...file, user: person.id } });
        return id;
      }),
  };
}

/** An ephemeral message is seen by one person alone. */
export function isSeenBy(message: Message, person: Person): boolean {
  return message.onlyFor === undefined || message.onlyFor === person.id;
}
