// What the desk replies: in time, and as a message to show.
import type { Message } from "../../core/message.ts";
import type { Reply } from "../../desk/door.ts";
import type { Log } from "../../desk/ports.ts";
import { sentence, troubleWords, within } from "../trouble.ts";

/** Asks the desk. `again` says what to do once more where it could not be stored. */
export type Decide = (work: () => Promise<Reply>, again: string) => Promise<Reply>;

/** What the desk decides in time; trouble becomes a sentence. */
export function inTime({ log, storeWithinMs }: { log: Log; storeWithinMs: number }): Decide {
  return async (work, again) => {
    try {
      return await within(work(), storeWithinMs);
    } catch (error) {
      log.error({ err: error }, "an act could not be handled");
      return { kind: "say", message: sentence(troubleWords(error, again)) };
    }
  };
}

/** What to do once more where a press could not be stored. */
export const PRESS_AGAIN = "press the button";

/** A reply as a message. */
export function messageOf(reply: Reply): Message {
  switch (reply.kind) {
    case "say":
      return reply.message;
    case "faults":
      return sentence(Object.values(reply.faults).join(" "));
    case "form":
      return sentence(reply.form.title);
    case "nothing":
      return sentence("Done.", "plain");
    default:
      return reply satisfies never;
  }
}
