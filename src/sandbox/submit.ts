// Decides what becomes of a submitted modal by the app's answer: closed, kept with errors, replaced, or more on top.
import type { Answers } from "./page-protocol.ts";
import { isFields, jsonOf, objectsIn } from "./json.ts";
import { SlackRefusal } from "./method.ts";
import { readView } from "./methods/views.ts";
import type { Modals, OpenModal } from "./modals.ts";

/** What Slack says in a form whose app cannot be reached, or answers with what makes no sense. */
export const TROUBLE = "We had some trouble connecting. Try again?";

/** Carries out the body of an acknowledged submission. An answer that Slack would refuse is logged, for the app's author. */
export function afterSubmission(
  body: string,
  { modal, modals, log }: { modal: OpenModal; modals: Modals; log: (line: string) => void },
): Answers["submit"] {
  const answer = body.trim() === "" ? {} : jsonOf(body);
  if (!isFields(answer)) return trouble("what is not JSON");

  const action = answer["response_action"];
  switch (action) {
    case undefined:
      modals.close(modal.id);
      return {};
    case "clear":
      modals.closeAll(modal.user);
      return {};
    case "errors":
      return errorsIn(answer["errors"]);
    case "update":
    case "push":
      return replaced(action, answer["view"]);
    default:
      return trouble("an unknown response_action");
  }

  function replaced(how: "update" | "push", given: unknown): Answers["submit"] {
    try {
      const view = readView(isFields(given) ? given : {}, "modal");
      const outcome = how === "push" ? modals.push(modal.user, view) : modals.update({ id: modal.id }, view);
      return typeof outcome === "string" ? trouble(`a view that is refused: ${outcome}`) : {};
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      return trouble(`a view that is refused: ${error.code} ${JSON.stringify(error.more)}`);
    }
  }

  /** Errors stand under inputs of this view; Slack shows none that name anything else. */
  function errorsIn(given: unknown): Answers["submit"] {
    const inputs = objectsIn(modal.view["blocks"]).filter((block) => block["type"] === "input");
    const errors: Record<string, string> = {};
    for (const [blockId, sentence] of Object.entries(isFields(given) ? given : {})) {
      if (typeof sentence !== "string" || !inputs.some((block) => block["block_id"] === blockId)) {
        return trouble(`errors for "${blockId}", which is no input of the form`);
      }
      errors[blockId] = sentence;
    }
    return Object.keys(errors).length === 0 ? trouble("errors that name no input") : { errors };
  }

  function trouble(what: string): { notice: string } {
    log(`The app answered a submission with ${what}.`);
    return { notice: TROUBLE };
  }
}
