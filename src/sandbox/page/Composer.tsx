// Where one writes: a message, or a slash command, of which a list is offered as soon as "/" is typed.
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import type { PageState, UploadedFile } from "../page-protocol.ts";
import { noticeOf, post, upload } from "./acts.ts";
import { CommandHints, commandsFor, hintFor } from "./CommandHints.tsx";
import { draftKey, useDraft, writeDraft } from "./drafts.ts";
import { FileChip } from "./FileChip.tsx";
import { Notice } from "./Notice.tsx";
import { Popup } from "./Popup.tsx";
import { useViewer } from "./viewer.ts";

interface ComposerProps {
  /** The writing field's accessible name. */
  label: string;
  channel: string;
  threadTs?: string;
  commands: PageState["commands"];
  shortcuts: PageState["shortcuts"];
}

/** Enter sends, Shift+Enter starts a new line. What is unsent stays when one looks elsewhere. */
export function Composer({ label, channel, threadTs, commands, shortcuts }: ComposerProps) {
  const { as } = useViewer();
  const key = draftKey(as, channel, threadTs);
  const draft = useDraft(key);
  const [files, setFiles] = useState<UploadedFile[]>([]);
  const [isSending, setSending] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();

  useEffect(() => {
    if (draft.offered === 0) return;
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [draft.offered]);

  const offered = closedFor === draft.text ? [] : commandsFor(draft.text, commands);
  const hint = hintFor(draft.text, commands);

  const send = async () => {
    const text = draft.text.trim();
    if (isSending || (text === "" && files.length === 0)) return;
    writeDraft(key, "");
    setFiles([]);
    setNotice(null);
    setSending(true);
    const outcome = await post("say", {
      ...{ as, channel, text },
      ...(threadTs !== undefined && { threadTs }),
      ...(files.length > 0 && { files: files.map(({ id }) => id) }),
    });
    setSending(false);
    setNotice(noticeOf(outcome));
    if ("refused" in outcome) {
      writeDraft(key, text); // Nothing was said: the words come back.
      setFiles(files);
    }
  };

  const complete = (command: string) => {
    writeDraft(key, `${command} `);
    setChosen(0);
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const pick = offered[chosen % Math.max(1, offered.length)];
    if (pick && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setChosen((chosen + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
    } else if (pick && (event.key === "Tab" || (event.key === "Enter" && pick.command !== draft.text))) {
      event.preventDefault();
      complete(pick.command);
    } else if (pick && event.key === "Escape") {
      event.preventDefault();
      setClosedFor(draft.text);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };

  const attach = async (picked: File[]) => {
    const outcomes = await Promise.all(picked.map(upload));
    const refusal = outcomes.find((outcome) => "refused" in outcome);
    setNotice(refusal ? refusal.refused : null);
    setFiles([...files, ...outcomes.flatMap((outcome) => ("answer" in outcome ? [outcome.answer] : []))]);
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {notice && (
        <Notice
          text={notice}
          onDismiss={() => {
            setNotice(null);
          }}
        />
      )}
      <div className="composer-box">
        {offered.length > 0 && (
          <CommandHints id={list} commands={offered} chosen={chosen} onChoose={complete} />
        )}
        {files.length > 0 && (
          <div className="composer-files">
            {files.map((file) => (
              <FileChip
                key={file.id}
                file={file}
                onRemove={() => {
                  setFiles(files.filter(({ id }) => id !== file.id));
                }}
              />
            ))}
          </div>
        )}
        <textarea
          ref={field}
          rows={1}
          aria-label={label}
          placeholder={label}
          aria-autocomplete="list"
          aria-controls={list}
          aria-activedescendant={offered.length > 0 ? `${list}-${chosen}` : undefined}
          value={draft.text}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setChosen(0);
            writeDraft(key, event.target.value);
          }}
        />
        <div className="composer-tools">
          <Popup label="Shortcuts" face={<Bolt />}>
            {(close) => <Shortcuts shortcuts={shortcuts} close={close} onNotice={setNotice} />}
          </Popup>
          <label className="quiet attach" title="Attach a file">
            <Clip />
            <input
              type="file"
              multiple
              aria-label="Attach a file"
              onChange={(event) => {
                const picked = [...(event.target.files ?? [])];
                event.target.value = "";
                void attach(picked);
              }}
            />
          </label>
          <span className="composer-hint">{hint ?? "Enter sends, Shift+Enter starts a new line"}</span>
          <button
            type="submit"
            className="press primary send"
            aria-busy={isSending}
            aria-disabled={isSending}
          >
            Send
          </button>
        </div>
      </div>
    </form>
  );
}

interface ShortcutsProps {
  shortcuts: PageState["shortcuts"];
  close: () => void;
  onNotice: (notice: string | null) => void;
}

function Shortcuts({ shortcuts, close, onNotice }: ShortcutsProps) {
  const { as } = useViewer();
  if (shortcuts.length === 0) return <p className="popup-words">The app offers no shortcuts.</p>;
  return shortcuts.map(({ callbackId, name }) => (
    <button
      key={callbackId}
      type="button"
      className="popup-item"
      onClick={() => {
        close();
        void post("shortcut", { as, callbackId }).then((outcome) => {
          onNotice(noticeOf(outcome));
        });
      }}
    >
      {name}
    </button>
  ));
}

function Bolt() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" className="icon">
      <path d="M11.5 2 4.5 11.500h4L8 18l7.5-10H11z" />
    </svg>
  );
}

function Clip() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" className="icon">
      <path d="m15.5 9.2-5.6 5.600a3.6 3.6 0 0 1-5.1-5.100l6-6a2.4 2.4 0 0 1 3.4 3.400l-6 6a1.2 1.2 0 0 1-1.7-1.700l5.3-5.3" />
    </svg>
  );
}
