// What a person is told where something was not done, the same on every platform.
import { DeskError, isUnavailable } from "../core/errors.ts";
import type { LineMessage } from "../core/message.ts";

/** A sentence of ours as a message: of something that was not done, unless the tone is another. */
export function sentence(words: string, tone: LineMessage["tone"] = "attention"): LineMessage {
  return {
    kind: "line",
    tone,
    text: [{ typed: words }],
    quote: null,
    attachments: [],
    buttons: [],
  };
}

/** What a person is told when something was not done. `again` says what to press once more. */
export function troubleWords(error: unknown, again: string): string {
  if (isUnavailable(error)) {
    return `Belfry could not store this yet. Nothing is lost: ${again} again.`;
  }
  if (error instanceof DeskError) return error.message;
  return `Something went wrong in Belfry, and its log says what. Please ${again} again; if it stays, tell whoever runs Belfry.`;
}

/** Gives up waiting, not the work: where it ends well after all, the same intent brings the same reply. */
export function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DeskError("unavailable", `The desk did not answer within ${ms} ms.`));
    }, ms);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
