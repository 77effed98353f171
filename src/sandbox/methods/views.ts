// views.*: the app opens modals for a person who just did something, changes them, and publishes home tabs.
import { withIds } from "../content.ts";
import { newId } from "../ids.ts";
import { objectsIn, type Fields } from "../json.ts";
import { faultsInView, LIMITS } from "../limits.ts";
import { invalid, needing, optionalText, requiredObject, requiredText, SlackRefusal } from "../method.ts";
import type { Methods, Parts } from "../method.ts";
import { homeOnWire, newHash, viewOnWire, type ModalRefusal, type OpenModal } from "../modals.ts";
import { inSlacksWords } from "../shape.ts";

/** The methods of this family. */
export const viewsMethods: Methods = {
  "views.open": needing([], (args, parts) => {
    const view = readView(requiredObject(args, "view"), "modal");
    return told(parts.modals.open(personOfTrigger(args, parts), view));
  }),

  "views.push": needing([], (args, parts) => {
    const view = readView(requiredObject(args, "view"), "modal");
    return told(parts.modals.push(personOfTrigger(args, parts), view));
  }),

  "views.update": needing([], (args, parts) => {
    const view = readView(requiredObject(args, "view"), "modal");
    const [id, externalId, hash] = [
      optionalText(args, "view_id"),
      optionalText(args, "external_id"),
      optionalText(args, "hash"),
    ];
    if (id === undefined && externalId === undefined)
      throw invalid(["[ERROR] missing required field: view_id"]);
    const which = {
      ...(id === undefined ? {} : { id }),
      ...(externalId === undefined ? {} : { externalId }),
      ...(hash === undefined ? {} : { hash }),
    };
    return told(parts.modals.update(which, view));
  }),

  "views.publish": needing([], (args, { workspace }) => {
    const user = requiredText(args, "user_id");
    const view = readView(requiredObject(args, "view"), "home");
    if (workspace.people.get(user)?.isBot !== false)
      throw invalid(["[ERROR] invalid `user_id` [json-pointer:/user_id]"]);
    const before = workspace.homes.get(user);
    const hash = optionalText(args, "hash");
    if (hash !== undefined && before !== undefined && hash !== before.hash)
      throw new SlackRefusal("hash_conflict");
    const home = { id: before?.id ?? newId("V"), hash: newHash(), view };
    workspace.record({ kind: "home-published", user, home });
    return { view: homeOnWire(home) };
  }),
};

/** A view that keeps Slack's limits, with ids filled in. Throws a SlackRefusal. */
export function readView(view: Fields, type: "modal" | "home"): Fields {
  const faults = faultsInView(view);
  if (view["type"] !== type) faults.push({ says: `must be a view of type ${type}`, pointer: "/view/type" });
  if (faults.length > 0) throw invalid(inSlacksWords(faults));
  if (Buffer.byteLength(JSON.stringify(view)) > LIMITS.viewBytes) throw new SlackRefusal("view_too_large");
  return { ...view, blocks: withIds(objectsIn(view["blocks"])) };
}

/** The person for whom the trigger stands. It is used up only by a view that is valid, so this comes after reading it. */
function personOfTrigger(args: Fields, { triggers }: Parts): string {
  const exchanged = triggers.exchange(requiredText(args, "trigger_id"));
  if ("refused" in exchanged) throw new SlackRefusal(exchanged.refused);
  return exchanged.user;
}

function told(outcome: OpenModal | ModalRefusal): Fields {
  if (typeof outcome === "string") throw new SlackRefusal(outcome);
  return { view: viewOnWire(outcome) };
}
