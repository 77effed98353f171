// An app's form as a dialog: the topmost of the open views can be filled in, those beneath keep what they hold.
import type { KnownBlock } from "@slack/types";
import { useEffect, useId, useRef, useState } from "react";
import type { OpenView } from "../page-protocol.ts";
import { post } from "./acts.ts";
import { Blocks } from "./blocks/Blocks.tsx";
import { SurfaceContext, useBlocksSurface } from "./blocks/surface.ts";
import { plainText } from "./blocks/Text.tsx";
import { useDialog } from "./dialog.ts";
import { useKeeping } from "./kept-form.ts";
import { Notice } from "./Notice.tsx";
import { faultsOf } from "./values.ts";
import { useViewer } from "./viewer.ts";

/** The modals that the app has open for this person, each in front of the one before it. */
export function Modals({ views }: { views: OpenView[] }) {
  return views.map((open) => <Modal key={open.id} open={open} />);
}

function Modal({ open }: { open: OpenView }) {
  const { as } = useViewer();
  const { view } = open;
  const blocks = view.blocks as KnownBlock[];
  const title = useId();
  const [isSending, setSending] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const surface = useBlocksSurface({ view: open.id }, blocks);
  const { setFaults, setNotice } = surface;
  useKeeping(open.id, surface.values);

  const close = async () => {
    const outcome = await post("close", { as, view: open.id });
    if ("refused" in outcome) setNotice(outcome.refused);
  };
  const dialog = useDialog(() => void close());

  const submit = async () => {
    if (isSending) return;
    setAttempt((count) => count + 1);
    const faults = faultsOf(blocks, surface.values);
    setFaults(faults);
    setNotice(null);
    if (Object.keys(faults).length > 0) return;
    setSending(true);
    const outcome = await post("submit", { as, view: open.id, values: surface.values });
    setSending(false);
    if ("refused" in outcome) return setNotice(outcome.refused);
    const { errors = {}, notice } = outcome.answer;
    setFaults(errors);
    setNotice(notice ?? null);
    setAttempt((count) => count + 1);
  };

  useStartingFocus(dialog);
  useEffect(() => {
    if (attempt > 0)
      dialog.current?.querySelector<HTMLElement>(".faulty :is(input, select, textarea)")?.focus();
  }, [attempt, dialog]);

  return (
    <dialog ref={dialog} className="dialog modal" aria-labelledby={title}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header className="dialog-head">
          <h2 id={title}>{plainText(view.title)}</h2>
          <button type="button" className="quiet" aria-label="Close" onClick={() => void close()}>
            ×
          </button>
        </header>
        <div className="dialog-body">
          <SurfaceContext value={surface}>
            <Blocks blocks={blocks} />
          </SurfaceContext>
          {surface.notice && (
            <Notice
              text={surface.notice}
              onDismiss={() => {
                setNotice(null);
              }}
            />
          )}
        </div>
        <footer className="dialog-foot">
          <button type="button" className="press" onClick={() => void close()}>
            {view.close ? plainText(view.close) : view.submit ? "Cancel" : "Close"}
          </button>
          {view.submit && (
            <button type="submit" className="press primary" aria-busy={isSending} aria-disabled={isSending}>
              {plainText(view.submit)}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

/** Puts the focus where the app asks for it, or into the first thing that can be filled in. */
function useStartingFocus(dialog: { current: HTMLElement | null }): void {
  const hasStarted = useRef(false);
  useEffect(() => {
    if (hasStarted.current) return;
    hasStarted.current = true;
    const asked = dialog.current?.querySelector<HTMLElement>("[data-autofocus=true]");
    const first = dialog.current?.querySelector<HTMLElement>(
      ".dialog-body :is(input, select, textarea, button)",
    );
    (asked ?? first)?.focus();
  });
}
