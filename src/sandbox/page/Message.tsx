// One message: who, when, what, and what can be done with it.
import { memo, useState } from "react";
import type { PageMessage } from "../page-protocol.ts";
import { post } from "./acts.ts";
import { Avatar } from "./Avatar.tsx";
import { Blocks } from "./blocks/Blocks.tsx";
import { emojiOf } from "./blocks/emoji.tsx";
import { SurfaceContext, useBlocksSurface } from "./blocks/surface.ts";
import { Mrkdwn } from "./blocks/Text.tsx";
import { briefAt } from "./dates.ts";
import { FileChip } from "./FileChip.tsx";
import { MessageEditor } from "./MessageEditor.tsx";
import { MessageTools } from "./MessageTools.tsx";
import { Notice } from "./Notice.tsx";
import { useViewer } from "./viewer.ts";
import { shortAt, timeAt, zoneCity } from "./zone.ts";

interface MessageProps {
  channel: string;
  message: PageMessage;
  /** True where the same person wrote just before: name and picture are then left out. */
  continues: boolean;
  /** Opens the thread. Absent inside of a thread. */
  onThread?: (ts: string) => void;
}

/** A message in a channel or a thread. */
export const Message = memo(function Message({ channel, message, continues, onThread }: MessageProps) {
  const { timezone } = useViewer();
  const [isEditing, setEditing] = useState(false);
  const atMs = Number(message.ts) * 1000;
  const time = timeAt(atMs, timezone);
  const classes = ["message", continues && "continues", message.ephemeral && "ephemeral"]
    .filter(Boolean)
    .join(" ");
  return (
    <article className={classes} aria-label={`${message.author.name}, ${time}`}>
      <div className="message-side">
        {continues ? (
          <time className="message-time">{time}</time>
        ) : (
          <Avatar id={message.author.id} name={message.author.name} isBot={message.author.isBot} />
        )}
      </div>
      <div className="message-main">
        {message.ephemeral && <OnlyYou channel={channel} ts={message.ts} />}
        {!continues && (
          <div className="message-head">
            <span className="message-author">{message.author.name}</span>
            {message.author.isBot && <span className="app-mark">App</span>}
            <time
              className="message-time"
              dateTime={new Date(atMs).toISOString()}
              title={`${shortAt(atMs, timezone)}, ${zoneCity(timezone)} (${shortAt(atMs, "Etc/UTC")} UTC)`}
            >
              {time}
            </time>
          </div>
        )}
        {isEditing ? (
          <MessageEditor
            {...{ channel, message }}
            onDone={() => {
              setEditing(false);
            }}
          />
        ) : (
          <Content channel={channel} message={message} />
        )}
        {message.edited && <span className="edited">(edited)</span>}
        {message.files.length > 0 && (
          <div className="message-files">
            {message.files.map((file) => (
              <FileChip key={file.id} file={file} />
            ))}
          </div>
        )}
        {message.reactions.length > 0 && <Reactions of={message.reactions} />}
        {onThread && message.replies.length > 0 && <Replies message={message} onThread={onThread} />}
      </div>
      {!message.ephemeral && (
        <MessageTools
          {...{ channel, message }}
          onEdit={() => {
            setEditing(true);
          }}
          {...(onThread && { onThread })}
        />
      )}
    </article>
  );
});

function Content({ channel, message }: { channel: string; message: PageMessage }) {
  const surface = useBlocksSurface({ message: { channel, ts: message.ts } }, message.blocks);
  if (message.blocks.length === 0) return message.text ? <Mrkdwn text={message.text} /> : null;
  const isCard = message.blocks.some(({ type }) => type === "header" || type === "actions");
  return (
    <SurfaceContext value={surface}>
      <div className={isCard ? "card" : undefined}>
        <Blocks blocks={message.blocks} />
      </div>
      {surface.notice && (
        <Notice
          text={surface.notice}
          onDismiss={() => {
            surface.setNotice(null);
          }}
        />
      )}
    </SurfaceContext>
  );
}

function OnlyYou({ channel, ts }: { channel: string; ts: string }) {
  const { as } = useViewer();
  return (
    <div className="only-you">
      <span>Only visible to you</span>
      <button type="button" className="link-button" onClick={() => void post("dismiss", { as, channel, ts })}>
        Dismiss
      </button>
    </div>
  );
}

function Reactions({ of }: { of: PageMessage["reactions"] }) {
  return (
    <ul className="reactions" aria-label="Reactions">
      {of.map(({ name, count }) => (
        <li
          key={name}
          className="reaction"
          title={`:${name}:`}
          aria-label={`${name.replaceAll("_", " ")}, ${count}`}
        >
          <span aria-hidden="true">{emojiOf(name)}</span> <span aria-hidden="true">{count}</span>
        </li>
      ))}
    </ul>
  );
}

function Replies({ message, onThread }: { message: PageMessage; onThread: (ts: string) => void }) {
  const viewer = useViewer();
  const last = message.replies.at(-1);
  const count = message.replies.length;
  return (
    <button
      type="button"
      className="replies"
      onClick={() => {
        onThread(message.ts);
      }}
    >
      <strong>{count === 1 ? "1 reply" : `${count} replies`}</strong>
      {last && <span>last {briefAt(Number(last.ts) * 1000, viewer)}</span>}
    </button>
  );
}
