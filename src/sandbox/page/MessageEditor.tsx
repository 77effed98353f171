// Changes a message of one's own, in its place.
import { useEffect, useRef, useState } from "react";
import type { PageMessage } from "../page-protocol.ts";
import { post } from "./acts.ts";
import { asTyped } from "./mrkdwn.ts";
import { useViewer } from "./viewer.ts";

interface MessageEditorProps {
  channel: string;
  message: PageMessage;
  onDone: () => void;
}

/** Enter saves, Escape leaves the message as it was. */
export function MessageEditor({ channel, message, onDone }: MessageEditorProps) {
  const { as, names } = useViewer();
  const [text, setText] = useState(() => asTyped(message.text, names));
  const [refusal, setRefusal] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);

  const save = async () => {
    const outcome = await post("edit", { as, channel, ts: message.ts, text });
    if ("refused" in outcome) setRefusal(outcome.refused);
    else onDone();
  };
  return (
    <form
      className="message-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={field}
        className="text-input"
        aria-label="Edit message"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault(); // Else the thread around it would close.
            onDone();
          } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            void save();
          }
        }}
      />
      {refusal && (
        <p className="fault" role="alert">
          {refusal}
        </p>
      )}
      <div className="message-editor-foot">
        <button type="submit" className="press primary">
          Save
        </button>
        <button type="button" className="press" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}
