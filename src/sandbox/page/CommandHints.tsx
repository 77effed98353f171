// The list of slash commands above a composer, and the words that follow a command once it is written.
import type { PageState } from "../page-protocol.ts";

type Command = PageState["commands"][number];

/** The commands that a text may become: none unless it is a "/" and part of a name. */
export function commandsFor(text: string, commands: Command[]): Command[] {
  return /^\/\S*$/.test(text) ? commands.filter(({ command }) => command.startsWith(text.toLowerCase())) : [];
}

/** What the command that the text starts with takes, or null. */
export function hintFor(text: string, commands: Command[]): string | null {
  const name = /^(\/\S+)\s/.exec(text)?.[1];
  const known = commands.find(({ command }) => command === name);
  return known ? `${known.command} ${known.hint}` : null;
}

interface CommandHintsProps {
  id: string;
  commands: Command[];
  chosen: number;
  onChoose: (command: string) => void;
}

/** Arrow keys move in it and Enter or Tab takes one, by the composer's own keys; it can also be pressed. */
export function CommandHints({ id, commands, chosen, onChoose }: CommandHintsProps) {
  return (
    <ul id={id} className="command-hints" role="listbox" aria-label="Commands">
      {commands.map(({ command, hint }, index) => (
        <li
          key={command}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          onPointerDown={(event) => {
            event.preventDefault(); // The composer keeps the focus.
            onChoose(command);
          }}
        >
          <strong>{command}</strong> <span>{hint}</span>
        </li>
      ))}
    </ul>
  );
}
