// Asks before an action that the app wants confirmed: Slack's `confirm` object as a dialog.
import type { ConfirmationDialog } from "@slack/types";
import { createContext, use, useCallback, useId, useState, type ReactNode } from "react";
import { plainText, Text } from "./blocks/Text.tsx";
import { useDialog } from "./dialog.ts";

/** Asks the person, and tells whether the answer was yes. */
export type Ask = (question: ConfirmationDialog) => Promise<boolean>;

/** Lets everything inside ask; shows one question at a time. */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<{ question: ConfirmationDialog; answer: (yes: boolean) => void } | null>(
    null,
  );
  const ask = useCallback<Ask>(
    (question) =>
      new Promise((resolve) => {
        const answer = (yes: boolean) => {
          setOpen(null);
          resolve(yes);
        };
        setOpen({ question, answer });
      }),
    [],
  );
  return (
    <AskContext value={ask}>
      {children}
      {open && <Question question={open.question} answer={open.answer} />}
    </AskContext>
  );
}

/** The way to ask. */
export function useAsk(): Ask {
  const ask = use(AskContext);
  if (!ask) throw new Error("Nobody can be asked here: draw this inside a ConfirmProvider.");
  return ask;
}

const AskContext = createContext<Ask | null>(null);

function Question({ question, answer }: { question: ConfirmationDialog; answer: (yes: boolean) => void }) {
  const title = useId();
  const dialog = useDialog(() => {
    answer(false);
  });
  return (
    <dialog ref={dialog} className="dialog question" aria-labelledby={title}>
      <h2 id={title}>{question.title ? plainText(question.title) : "Are you sure?"}</h2>
      <div className="dialog-body">
        <Text of={question.text} />
      </div>
      <footer className="dialog-foot">
        <button
          type="button"
          className="press"
          onClick={() => {
            answer(false);
          }}
        >
          {question.deny ? plainText(question.deny) : "Cancel"}
        </button>
        <button
          type="button"
          className={question.style === "danger" ? "press danger" : "press primary"}
          onClick={() => {
            answer(true);
          }}
        >
          {question.confirm ? plainText(question.confirm) : "Yes"}
        </button>
      </footer>
    </dialog>
  );
}
