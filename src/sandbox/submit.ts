// Submits a modal to the app, and decides by its answer what becomes of it: closed, kept with errors, replaced, or more
// on top.
import type { ActsOptions } from "./acts.ts";
import { filesIn, placesToAnswer, stateOf } from "./inputs.ts";
import { isFields, jsonOf, objectsIn } from "./json.ts";
import { SlackRefusal } from "./method.ts";
import { readView } from "./methods/views.ts";
import type { Modals, OpenModal } from "./modals.ts";
import type { Acts, Answers } from "./page-protocol.ts";
import { submissionPayload } from "./payloads.ts";
import type { Reach } from "./reach.ts";

/** What Slack says in a form whose app cannot be reached, or answers with what makes no sense. */
const TROUBLE = "We had some trouble connecting. Try again?";

/** Tells the app what was filled in, and carries out its answer. */
export async function submitForm(
  { parts, deliverer, responseUrls, log }: ActsOptions,
  can: Reach,
  { view: id, values }: Pick<Acts["submit"], "view" | "values">,
): Promise<Answers["submit"]> {
  const { workspace, modals, triggers } = parts;
  const modal = can.modal(id);
  can.share(filesIn(values));
  const blocks = objectsIn(modal.view["blocks"]);
  const filled = stateOf(blocks, values, workspace);
  modals.remember(modal.id, filled);

  const payload = submissionPayload(
    can.person,
    { ...modal, values: filled },
    {
      triggerId: triggers.issue(can.person.id),
      responseUrls: placesToAnswer(blocks, filled).map((place) => {
        const path = responseUrls.issue({ channel: place.channel_id, user: can.person.id });
        return { ...place, response_url: workspace.origin() + path };
      }),
    },
  );
  const ack = await deliverer.form({ payload: JSON.stringify(payload) });
  return ack.kind === "acknowledged" ? afterwards(ack.body, { modal, modals, log }) : { notice: TROUBLE };
}

/** Carries out the body of an acknowledgement. An answer that Slack would refuse is logged, for the app's author. */
function afterwards(
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
