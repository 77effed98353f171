// The messages of a channel or a thread in their order, with a line for each day and one above what is new.
import { Fragment, useCallback, useRef, useState, type ReactNode } from "react";
import type { PageMessage } from "../page-protocol.ts";
import { nearDayName } from "./dates.ts";
import { Message } from "./Message.tsx";
import { useViewer } from "./viewer.ts";
import { dayAt, monthName, wallAt, weekdayAt } from "./zone.ts";

interface MessageLogProps {
  label: string;
  channel: string;
  messages: PageMessage[];
  /** The timestamp up to which the person had read when the log was opened. */
  readTs?: string;
  onThread?: (ts: string) => void;
  /** What stands there while there are no messages. */
  children?: ReactNode;
}

/** Somebody's messages within this time of each other are drawn as one. */
const ONE_BREATH_MS = 5 * 60 * 1000;

/** A live region: what arrives is read out. It stays at its end unless one has scrolled away from there. */
export function MessageLog({ label, channel, messages, readTs, onThread, children }: MessageLogProps) {
  const viewer = useViewer();
  const [firstNew] = useState(() => firstUnread(messages, readTs, viewer.as));
  const log = useStayingAtEnd();
  return (
    <div ref={log} className="log" role="log" aria-live="polite" aria-label={label} tabIndex={0}>
      <div className="log-content">
        {messages.length === 0 && children}
        {messages.map((message, index) => {
          const previous = messages[index - 1];
          const atMs = Number(message.ts) * 1000;
          const isNewDay = !previous || dayOf(previous, viewer.timezone) !== dayOf(message, viewer.timezone);
          return (
            <Fragment key={`${message.ts}${message.ephemeral ? " only you" : ""}`}>
              {isNewDay && <Line className="day-line" text={dayName(atMs, viewer)} />}
              {message.ts === firstNew && <Line className="new-line" text="New" />}
              <Message
                channel={channel}
                message={message}
                continues={!isNewDay && message.ts !== firstNew && isOneBreath(previous, message)}
                {...(onThread && { onThread })}
              />
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}

function Line({ className, text }: { className: string; text: string }) {
  return (
    <div className={`line ${className}`} role="separator" aria-label={text}>
      <span>{text}</span>
    </div>
  );
}

/** Keeps an element scrolled to its end while its content grows, as long as it was there. */
function useStayingAtEnd(): (element: HTMLDivElement | null) => (() => void) | undefined {
  const isAtEnd = useRef(true);
  return useCallback((element: HTMLDivElement | null) => {
    const content = element?.firstElementChild;
    if (!element || !content) return undefined;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    const onScroll = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    };
    element.scrollTop = element.scrollHeight;
    observer.observe(content);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);
}

function firstUnread(messages: PageMessage[], readTs: string | undefined, as: string): string | null {
  if (readTs === undefined) return null;
  const unread = messages.find((message) => Number(message.ts) > Number(readTs) && message.author.id !== as);
  return unread?.ts ?? null;
}

function isOneBreath(previous: PageMessage | undefined, message: PageMessage): boolean {
  if (!previous || previous.author.id !== message.author.id || message.author.isBot) return false;
  const isPlain = !previous.ephemeral && !message.ephemeral && previous.replies.length === 0;
  return isPlain && (Number(message.ts) - Number(previous.ts)) * 1000 < ONE_BREATH_MS;
}

function dayOf(message: PageMessage, zone: string): string {
  return dayAt(Number(message.ts) * 1000, zone);
}

function dayName(ms: number, viewer: { timezone: string; nowMs: number }): string {
  const { day, month, year } = wallAt(ms, viewer.timezone);
  const near = nearDayName(ms, viewer);
  const name = `${weekdayAt(ms, viewer.timezone)}, ${day} ${monthName(month)}`;
  if (near) return `${near.charAt(0).toUpperCase()}${near.slice(1)}, ${name}`;
  return year === wallAt(viewer.nowMs, viewer.timezone).year ? name : `${name} ${year}`;
}
