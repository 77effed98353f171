// Turns emoji shortcodes into characters. The drawing library knows the names and keeps its list to itself, but it hands
// its reading function to whoever draws an emoji: so one is drawn, unseen, when the page starts.
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";

/** Learns the emoji. Called once, before the page is drawn. */
export function learnEmoji(): void {
  const root = createRoot(document.createElement("div"));
  const hooks: NonNullable<Parameters<typeof Message>[0]["hooks"]> = {
    emoji: (_, parse) => {
      readName = (name) => parse({ name });
      return null;
    },
  };
  flushSync(() => {
    root.render(<Message blocks={[ONE_EMOJI]} hooks={hooks} logo="" name="" withoutWrapper />);
  });
  root.unmount();
}

/** The characters of an emoji, or its shortcode where there is no such emoji. */
export function emojiOf(name: string): string {
  const characters = readName?.(name) ?? name;
  return /^[\p{Emoji}\u200d\ufe0f\u20e3]+$/u.test(characters) && characters !== name
    ? characters
    : `:${name}:`;
}

/** A plain text with its shortcodes replaced. */
export function withEmoji(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}]):([a-z0-9_'+-]{1,60}(?:::skin-tone-[2-6])?):/gu, (_, name: string) =>
    emojiOf(name),
  );
}

let readName: ((name: string) => string) | null = null;

const ONE_EMOJI = {
  type: "rich_text" as const,
  elements: [{ type: "rich_text_section" as const, elements: [{ type: "emoji" as const, name: "bell" }] }],
};
