// What can be done with a message as such: reply in its thread, and, with one's own, change it or take it back.
import { useState } from "react";
import type { PageMessage } from "../page-protocol.ts";
import { post } from "./acts.ts";
import { Popup } from "./Popup.tsx";
import { useViewer } from "./viewer.ts";

interface MessageToolsProps {
  channel: string;
  message: PageMessage;
  onEdit: () => void;
  /** Absent inside of a thread. */
  onThread?: (ts: string) => void;
}

/** Stands at the message's upper right corner. */
export function MessageTools({ channel, message, onEdit, onThread }: MessageToolsProps) {
  const { as } = useViewer();
  const [refusal, setRefusal] = useState<string | null>(null);
  const isOwn = message.author.id === as && message.blocks.length === 0;
  if (!onThread && !isOwn) return null;
  const erase = async () => {
    const outcome = await post("erase", { as, channel, ts: message.ts });
    setRefusal("refused" in outcome ? outcome.refused : null);
  };
  return (
    <div className="message-tools">
      {refusal && (
        <span className="popup-words" role="status">
          {refusal}
        </span>
      )}
      {onThread && (
        <button
          type="button"
          className="quiet"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => {
            onThread(message.ts);
          }}
        >
          <Speech />
        </button>
      )}
      {isOwn && (
        <Popup label="Your message" face="⋯">
          {(close) => (
            <>
              <button
                type="button"
                className="popup-item"
                onClick={() => {
                  close();
                  onEdit();
                }}
              >
                Edit message
              </button>
              <button
                type="button"
                className="popup-item"
                onClick={() => {
                  close();
                  void erase();
                }}
              >
                Delete message
              </button>
            </>
          )}
        </Popup>
      )}
    </div>
  );
}

function Speech() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" className="icon">
      <path d="M4 4h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H9l-4 3.5V13H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Z" />
    </svg>
  );
}
