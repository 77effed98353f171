// What comes in from a platform and what goes back to the person who acted. The platforms' listen.ts speak only this.
import type { Address } from "../core/directory.ts";
import type { Form, FormValues } from "../core/form.ts";
import type { ActAtOnce, ActName, Attachment, CommandName, Message } from "../core/message.ts";
import type { MessageRef } from "./ports.ts";

/** One thing that a person did. */
export interface Intent {
  /** The same for each delivery of the same act: handled once. */
  key: string;
  who: Address;
  /** The channel it happened in, or null for a direct message, a home tab or a global shortcut. */
  place: Address | null;
  do: Deed;
}

export type Deed =
  /** Words after /ticket, e.g. "take ACME-17", or after another command of Belfry's. */
  | { kind: "words"; text: string; command?: CommandName }
  | { kind: "act"; act: ActName; ticket: string }
  /** Acknowledges all that rings at a place, or, without one, wherever this person is paged. */
  | { kind: "acknowledge-all"; place: Address | null }
  | { kind: "submit"; form: Form["name"]; carry: Form["carry"]; values: FormValues }
  /** Something said in a thread under one of Belfry's messages. */
  | {
      kind: "said";
      under: MessageRef;
      /** The platform says that the message under which it stands is Belfry's own. */
      isUnderOurs: boolean;
      ref: MessageRef;
      text: string;
      attachments: readonly Attachment[];
    }
  | { kind: "home" };

/** A press that is all that its deed asks for. */
export type Press = Intent & {
  do: { kind: "act"; act: ActAtOnce; ticket: string } | Extract<Deed, { kind: "acknowledge-all" }>;
};

/** What became of a press: the reply to it, or what went wrong in the desk. */
export type Ended = Reply | { kind: "failed"; error: unknown };

/** Brings word of a press that was carried out to whoever pressed, without being waited for. */
export type Answerer = (answerTo: string, ended: Ended) => void;

/** What the person who acted gets to see. */
export type Reply =
  /** Seen by this person alone. */
  | { kind: "say"; message: Message }
  /** The form stays open with a sentence under each field at fault; "" is for the form as a whole. */
  | { kind: "faults"; faults: Readonly<Record<string, string>> }
  | { kind: "form"; form: Form }
  | { kind: "nothing" };

/** The desk as a platform sees it. */
export interface Door {
  /**
   * Handles an intent; committed when it resolves. Refusals are replies. Throws DeskError("unavailable") where it could
   * not be stored in time: nothing has happened then, and the same intent may be sent again.
   */
  receive(intent: Intent): Promise<Reply>;
  /**
   * Stores a press, and resolves; it is carried out after that, by another process where this one dies, and the answerer of
   * its platform hears what became of it, with `answerTo` to know whom to tell. Throws DeskError("unavailable") as above.
   */
  accept(press: Press, answerTo: string): Promise<void>;
  /** Names the answerer of a platform, by the first part of its addresses. */
  answerBy(platform: string, answerer: Answerer): void;
  /** The filing form, from memory alone, with what was filled in so far. A sentence instead, where this person cannot file. */
  filingForm(draft: { who: Address; place: Address | null; title: string; values: FormValues }): Reply;
  /** What words or a button need: a form to fill first, or nothing (then send the intent). Reads the database; refusals are replies. */
  formFor(request: {
    who: Address;
    place: Address | null;
    do: Extract<Deed, { kind: "words" | "act" }>;
  }): Promise<Reply>;
  /** True where the words after /ticket only need the filing form, which opens without asking the database. */
  opensFilingForm(words: string): boolean;
}
