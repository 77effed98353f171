// A desk that notes what it is asked and replies what a test tells it to.
import type { Form } from "../../../src/core/form.ts";
import type { LineMessage } from "../../../src/core/message.ts";
import type { Answerer, Door, Intent, Reply } from "../../../src/desk/door.ts";
import type { Log } from "../../../src/chat/slack/log.ts";

/** A door without a desk behind it. What a test does not set takes everything with silence. */
export interface FakeDesk extends Door {
  onReceive: (intent: Intent) => Promise<Reply>;
  onDraft: () => Reply;
  intents: Intent[];
  /** What was accepted, to be carried out by `onReceive` after it. */
  onAccept: () => Promise<void>;
  drafts: Parameters<Door["filingForm"]>[0][];
  /** Resolves when something was received `count` times. */
  received(count?: number): Promise<Intent>;
}

/** Opens a desk that offers the filing form for whatever is no command. */
export function fakeDesk(): FakeDesk {
  const waiting = new Set<() => void>();
  let answerer: Answerer | null = null;
  const desk: FakeDesk = {
    onReceive: () => Promise.resolve({ kind: "nothing" }),
    onDraft: () => ({ kind: "form", form: FILING }),
    intents: [],
    drafts: [],
    receive: (intent) => {
      desk.intents.push(intent);
      for (const check of waiting) check();
      return desk.onReceive(intent);
    },
    onAccept: () => Promise.resolve(),
    accept: async (press, answerTo) => {
      await desk.onAccept();
      const ended = desk.receive(press).catch((error: unknown) => ({ kind: "failed" as const, error }));
      void ended.then((reply) => answerer?.(answerTo, reply));
    },
    answerBy: (_, named) => void (answerer = named),
    filingForm: (draft) => {
      desk.drafts.push(draft);
      return desk.onDraft();
    },
    formFor: () => Promise.resolve({ kind: "nothing" }),
    opensFilingForm: (words) => !/^(take|reply|list|help)\b/.test(words),
    received: (count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const intent = desk.intents[count - 1];
          if (intent === undefined) return;
          waiting.delete(check);
          resolve(intent);
        };
        waiting.add(check);
        check();
      }),
  };
  return desk;
}

/** A filing form as small as can be. */
export const FILING: Form = {
  name: "file",
  title: "New ticket",
  submit: "File ticket",
  carry: { ticket: null, place: "slack:C1" },
  fields: [
    {
      kind: "text",
      id: "title",
      label: "Title",
      hint: null,
      initial: "",
      long: false,
      maxLength: 250,
      required: true,
    },
    {
      kind: "choice",
      id: "level",
      label: "Level",
      hint: null,
      options: [{ value: "urgent", label: "Urgent", hint: null }],
      initial: null,
      required: true,
      live: true,
    },
  ],
};

/** A reply that only the person who acted reads. */
export function says(words: string): Reply {
  const message: LineMessage = {
    kind: "line",
    tone: "plain",
    text: [words],
    quote: null,
    attachments: [],
    buttons: [],
  };
  return { kind: "say", message };
}

/** A log that keeps its lines, each as one text. */
export function keptLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const write = (...parts: unknown[]): void => void lines.push(parts.map(inWords).join(" "));
  return { lines, debug: write, info: write, warn: write, error: write };
}

function inWords(part: unknown): string {
  if (typeof part === "string") return part;
  return JSON.stringify(part, (_, value: unknown) =>
    value instanceof Error ? `${value.name}: ${value.message}` : value,
  );
}
