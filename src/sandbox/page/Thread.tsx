// A thread beside its channel: the first message, the replies, and a composer of its own.
import { useEffect, useRef } from "react";
import type { PageChannel, PageMessage, PageState } from "../page-protocol.ts";
import { Composer } from "./Composer.tsx";
import { MessageLog } from "./MessageLog.tsx";

interface ThreadProps {
  channel: PageChannel;
  root: PageMessage;
  state: PageState;
  onClose: () => void;
}

/** Escape closes it and gives the focus back. */
export function Thread({ channel, root, state, onClose }: ThreadProps) {
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    pane.current?.querySelector<HTMLElement>("textarea")?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      ref={pane}
      className="thread"
      aria-label="Thread"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="channel-head">
        <div className="channel-title">
          <h2>Thread</h2>
          <p className="channel-topic">{channel.name}</p>
        </div>
        <button type="button" className="quiet" aria-label="Close thread" onClick={onClose}>
          ×
        </button>
      </header>
      <MessageLog label="Messages in this thread" channel={channel.id} messages={[root, ...root.replies]} />
      <Composer
        label="Reply in thread"
        channel={channel.id}
        threadTs={root.ts}
        commands={state.commands}
        shortcuts={state.shortcuts}
      />
    </aside>
  );
}
