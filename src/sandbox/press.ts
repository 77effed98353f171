// Tells the app of a pressed button, a choice or a shortcut, with all that was filled in around it.
import type { ActsOptions } from "./acts.ts";
import { HttpRefusal } from "./http.ts";
import { elementAt, stateOf } from "./inputs.ts";
import { objectsIn, type Fields } from "./json.ts";
import { homeOnWire, viewOnWire } from "./modals.ts";
import type { Acts, StateValues } from "./page-protocol.ts";
import {
  messagePressPayload,
  messageShortcutPayload,
  shortcutPayload,
  viewPressPayload,
} from "./payloads.ts";
import type { Reach } from "./reach.ts";
import { tsOfMicros } from "./timestamp.ts";

/** The payload for a press in a message the person sees. */
export function pressInMessage(
  { parts, responseUrls }: ActsOptions,
  reach: Reach,
  { at, given }: { at: { channel: string; ts: string }; given: Fields },
): Fields {
  const { workspace, triggers } = parts;
  const channel = reach.channel(at.channel);
  const message = reach.message(channel, at.ts);
  const attached = (message.content.attachments ?? []).flatMap((attachment) =>
    objectsIn(attachment["blocks"]),
  );
  const blocks = [...(message.content.blocks ?? []), ...attached];
  const action = actionOf(blocks, given);
  const place = { channel: channel.id, user: reach.person.id, message: message.ts };
  return messagePressPayload(
    reach.person,
    { channel, message, state: workspace },
    {
      action,
      values: stateOf(blocks, holding(action), workspace),
      responseUrl: workspace.origin() + responseUrls.issue(place),
      triggerId: triggers.issue(reach.person.id),
    },
  );
}

/** The payload for a press in a modal, or on the person's home tab. */
export function pressInView(
  { parts }: ActsOptions,
  reach: Reach,
  { id, given, values }: { id: string; given: Fields; values: StateValues },
): Fields {
  const { workspace, modals, triggers } = parts;
  const triggerId = triggers.issue(reach.person.id);

  const home = workspace.homes.get(reach.person.id);
  if (home !== undefined && (id === "home" || id === home.id)) {
    const blocks = objectsIn(home.view["blocks"]);
    const action = actionOf(blocks, given);
    const view = homeOnWire(home, stateOf(blocks, { ...values, ...holding(action) }, workspace));
    return viewPressPayload(reach.person, view, { action, triggerId });
  }
  const modal = reach.modal(id);
  const blocks = objectsIn(modal.view["blocks"]);
  const action = actionOf(blocks, given);
  const filled = stateOf(blocks, withHeld(values, action), workspace);
  modals.remember(modal.id, filled);
  return viewPressPayload(reach.person, viewOnWire({ ...modal, values: filled }), { action, triggerId });
}

/** The payload for a global shortcut, or for one on a message. */
export function callShortcut(
  { parts, responseUrls }: ActsOptions,
  reach: Reach,
  { callbackId, message: at }: Acts["shortcut"],
): Fields {
  const { workspace, triggers } = parts;
  const call = { callbackId, triggerId: triggers.issue(reach.person.id), actionTs: newActionTs() };
  if (at === undefined) return shortcutPayload(reach.person, call);

  const channel = reach.channel(at.channel);
  const message = reach.message(channel, at.ts);
  const place = { channel: channel.id, user: reach.person.id, message: message.ts };
  const responseUrl = workspace.origin() + responseUrls.issue(place);
  return messageShortcutPayload(
    reach.person,
    { channel, message, state: workspace },
    { ...call, responseUrl },
  );
}

/** The action as Slack sends it: a button's words and value are the app's own, a choice is the person's. */
function actionOf(blocks: readonly Fields[], given: Fields): Fields {
  const [blockId, actionId] = [String(given["block_id"]), String(given["action_id"])];
  const element = elementAt(blocks, blockId, actionId);
  if (element === undefined) throw new HttpRefusal(409, "This has changed meanwhile. Please look again.");
  const isButton = element["type"] === "button";
  const own = ["text", "value", "style"].filter((name) => isButton && element[name] !== undefined);
  return {
    ...given,
    ...Object.fromEntries(own.map((name) => [name, element[name]])),
    type: element["type"],
    block_id: blockId,
    action_id: actionId,
    action_ts: newActionTs(),
  };
}

/** What the acted element holds now, as `state.values` has it. */
function holding({ block_id, action_id, type, ...held }: Fields): StateValues {
  return { [String(block_id)]: { [String(action_id)]: { type: String(type), ...held } } };
}

function withHeld(values: StateValues, action: Fields): StateValues {
  const held = holding(action);
  const beside = Object.entries(held).map(
    ([block, actions]) => [block, { ...values[block], ...actions }] as const,
  );
  return { ...values, ...Object.fromEntries(beside) };
}

let pressed = 0;

/** By the machine's clock, and never the same twice. */
function newActionTs(): string {
  pressed = (pressed + 1) % 1_000;
  return tsOfMicros(Date.now() * 1_000 + pressed);
}
