// Draws blocks with slack-blocks-to-jsx, which knows rich text, tables, images and the like. What a person can press or
// fill in is drawn by the page itself, since the library's inputs are for looking at.
import type { KnownBlock } from "@slack/types";
import { memo, type ComponentProps, type ReactNode } from "react";
import { Message } from "slack-blocks-to-jsx";
import { slackDate } from "../dates.ts";
import { addressOfPermalink } from "../place.ts";
import { useViewer } from "../viewer.ts";
import { emojiOf } from "./emoji.tsx";

/** Blocks for looking at, as Slack shows them. */
export const Drawn = memo(function Drawn({ blocks }: { blocks: KnownBlock[] }) {
  // The library keeps block types of its own beside Slack's; they describe the same JSON.
  const drawable = blocks as unknown as ComponentProps<typeof Message>["blocks"];
  return <Message blocks={drawable} hooks={HOOKS} logo="" name="" className="drawn" withoutWrapper />;
});

// The library remembers the hooks of its first drawing, so they are constant and their components look up who reads.
const HOOKS: NonNullable<ComponentProps<typeof Message>["hooks"]> = {
  user: ({ id }) => <Mention sign="@" id={id} />,
  channel: ({ id }) => <Mention sign="#" id={id} />,
  usergroup: ({ id }) => <Mention sign="@" id={id} />,
  atHere: () => <Broadcast range="here" />,
  atChannel: () => <Broadcast range="channel" />,
  atEveryone: () => <Broadcast range="everyone" />,
  emoji: ({ name }) => <span title={`:${name}:`}>{emojiOf(name)}</span>,
  date: ({ timestamp, format, fallback }) => (
    <DateText seconds={Number(timestamp)} {...{ format, fallback }} />
  ),
  link: ({ href, children }) => <Link href={href}>{children}</Link>,
};

/** A link to a message here opens here, any other in a tab of its own. */
function Link({ href, children }: { href: string; children: ReactNode }) {
  const here = addressOfPermalink(href, useViewer().as);
  if (here !== null) return <a href={here}>{children}</a>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

function Mention({ sign, id }: { sign: "@" | "#"; id: string }) {
  const { as, names } = useViewer();
  const name = (names[id] ?? id).replace(/^[@#]/, "");
  return (
    <span className={id === as ? "mention mention-me" : "mention"}>
      {sign}
      {name}
    </span>
  );
}

function Broadcast({ range }: { range: string }) {
  return <span className="mention mention-me">@{range}</span>;
}

function DateText({ seconds, format, fallback }: { seconds: number; format: string; fallback: string }) {
  return <>{slackDate(seconds, format, useViewer()) ?? fallback}</>;
}
