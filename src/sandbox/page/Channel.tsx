// An open conversation: its name, its messages or the app's home tab, and the composer.
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { PageChannel, PageState } from "../page-protocol.ts";
import { post } from "./acts.ts";
import { Composer } from "./Composer.tsx";
import { Home } from "./Home.tsx";
import { MessageLog } from "./MessageLog.tsx";
import { useViewer } from "./viewer.ts";

interface ChannelProps {
  channel: PageChannel;
  state: PageState;
  isHome: boolean;
  /** The button that brings the drawer, where there is one. */
  menuButton: ReactNode;
  /** Opens a thread by its first message's timestamp, or "home"; nothing closes both. */
  onPane: (pane?: string) => void;
}

/** A channel or a direct message. What is shown is read: the server hears of it. */
export function Channel({ channel, state, isHome, menuButton, onPane }: ChannelProps) {
  const isWithApp = channel.kind === "direct" && !state.people.some(({ name }) => name === channel.name);
  useReading(channel, !isHome);
  return (
    <main className="channel" aria-label={channel.name}>
      <header className="channel-head">
        {menuButton}
        <div className="channel-title">
          <h1>{channel.name}</h1>
          {channel.topic && <p className="channel-topic">{channel.topic}</p>}
        </div>
        {isWithApp && (
          <div className="tabs" role="group" aria-label="Show">
            <button
              type="button"
              className="tab"
              aria-pressed={!isHome}
              onClick={() => {
                onPane();
              }}
            >
              Messages
            </button>
            <button
              type="button"
              className="tab"
              aria-pressed={isHome}
              onClick={() => {
                onPane("home");
              }}
            >
              Home
            </button>
          </div>
        )}
      </header>
      {isHome && isWithApp ? (
        <Home home={state.home} app={channel.name} />
      ) : (
        <>
          <MessageLog
            label={`Messages in ${channel.name}`}
            channel={channel.id}
            messages={channel.messages}
            readTs={channel.readTs}
            onThread={onPane}
          >
            <Empty channel={channel} isWithApp={isWithApp} />
          </MessageLog>
          <Composer
            label={`Message ${channel.name}`}
            channel={channel.id}
            commands={state.commands}
            shortcuts={state.shortcuts}
          />
        </>
      )}
    </main>
  );
}

function Empty({ channel, isWithApp }: { channel: PageChannel; isWithApp: boolean }) {
  return (
    <div className="empty">
      <p className="empty-title">Nothing here yet</p>
      <p>
        {isWithApp
          ? `${channel.name} writes to you here. Type /ticket below to file a ticket.`
          : `This is the start of ${channel.name}. Type /ticket below to file a ticket.`}
      </p>
      <p>
        New here? A scene, above, sets the time, makes you somebody and puts the first words into your mouth.
      </p>
    </div>
  );
}

/** Tells the server that what is on the screen has been read, once for each new message while the page is visible. */
function useReading(channel: PageChannel, isShown: boolean): void {
  const { as } = useViewer();
  const [isVisible, setVisible] = useState(document.visibilityState === "visible");
  const told = useRef("");
  useEffect(() => {
    const onChange = () => {
      setVisible(document.visibilityState === "visible");
    };
    document.addEventListener("visibilitychange", onChange);
    return () => {
      document.removeEventListener("visibilitychange", onChange);
    };
  }, []);

  const mark = `${as} ${channel.id} ${newestTs(channel)} ${channel.unread}`;
  useEffect(() => {
    if (!isShown || !isVisible || channel.unread === 0 || told.current === mark) return;
    told.current = mark;
    void post("read", { as, channel: channel.id });
  }, [as, channel.id, channel.unread, isShown, isVisible, mark]);
}

function newestTs(channel: PageChannel): string {
  return channel.messages
    .flatMap((message) => [message, ...message.replies])
    .reduce((newest, { ts }) => (Number(ts) > Number(newest) ? ts : newest), "0");
}
