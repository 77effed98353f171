// Keeps the modals that people have open: for each person a stack of at most three views, the topmost shown.
// Open modals live in memory: a restart closes them, as reloading Slack does.
import { newId, newSecret } from "./ids.ts";
import { isFields, objectsIn, textOf, type Fields } from "./json.ts";
import { LIMITS } from "./limits.ts";
import type { Home } from "./memory.ts";
import type { StateValues } from "./page-protocol.ts";
import { IDENTITY } from "./seed.ts";

/** One view of a person's stack. */
export interface OpenModal {
  id: string;
  user: string;
  /** As the app gave it, with block and action ids filled in. */
  view: Fields;
  hash: string;
  /** The view beneath, if any. */
  previous: string | null;
  root: string;
  /** What was filled in when the person last pressed or submitted something. */
  values: StateValues;
}

/** Why a view could not be changed, in Slack's words. */
export type ModalRefusal = "not_found" | "hash_conflict" | "push_limit_reached" | "duplicate_external_id";

/** Everybody's open modals. */
export interface Modals {
  stackOf(user: string): readonly OpenModal[];
  find(id: string): OpenModal | undefined;
  /** Opens a view with nothing else around it: a stack that was open is replaced, as opening tells no place in it. */
  open(user: string, view: Fields): OpenModal | ModalRefusal;
  /** Puts a view on top of the person's stack. */
  push(user: string, view: Fields): OpenModal | ModalRefusal;
  update(which: { id?: string; externalId?: string; hash?: string }, view: Fields): OpenModal | ModalRefusal;
  remember(id: string, values: StateValues): void;
  /** Takes away one view and those above it. */
  close(id: string): void;
  closeAll(user: string): void;
}

/** `changed` is called after each change to anybody's stack. */
export function createModals(changed: () => void): Modals {
  const stacks = new Map<string, readonly OpenModal[]>();
  const stackOf = (user: string): readonly OpenModal[] => stacks.get(user) ?? [];
  const everyView = (): OpenModal[] => [...stacks.values()].flat();
  const put = (user: string, stack: readonly OpenModal[]): void => {
    stacks.set(user, stack);
    changed();
  };
  const isTaken = (view: Fields, by?: OpenModal): boolean => {
    const external = externalIdOf(view);
    return (
      external !== "" && everyView().some((other) => other !== by && externalIdOf(other.view) === external)
    );
  };

  return {
    stackOf,
    find: (id) => everyView().find((modal) => modal.id === id),
    open: (user, view) => {
      if (isTaken(view)) return "duplicate_external_id";
      const id = newId("V");
      const modal: OpenModal = { id, user, view, hash: newHash(), previous: null, root: id, values: {} };
      put(user, [modal]);
      return modal;
    },
    push: (user, view) => {
      const stack = stackOf(user);
      const top = stack.at(-1);
      if (top === undefined) return "not_found";
      if (stack.length >= LIMITS.viewStack) return "push_limit_reached";
      if (isTaken(view)) return "duplicate_external_id";
      const modal: OpenModal = {
        id: newId("V"),
        user,
        view,
        hash: newHash(),
        previous: top.id,
        root: top.root,
        values: {},
      };
      put(user, [...stack, modal]);
      return modal;
    },
    update: ({ id, externalId, hash }, view) => {
      const modal = everyView().find(
        (each) => each.id === id || (externalId && externalIdOf(each.view) === externalId),
      );
      if (modal === undefined) return "not_found";
      if (hash !== undefined && hash !== "" && hash !== modal.hash) return "hash_conflict";
      if (isTaken(view, modal)) return "duplicate_external_id";
      const updated: OpenModal = { ...modal, view, hash: newHash(), values: kept(modal.values, view) };
      put(
        modal.user,
        stackOf(modal.user).map((each) => (each === modal ? updated : each)),
      );
      return updated;
    },
    remember: (id, values) => {
      const modal = everyView().find((each) => each.id === id);
      if (modal !== undefined) modal.values = values;
    },
    close: (id) => {
      const modal = everyView().find((each) => each.id === id);
      if (modal === undefined) return;
      const stack = stackOf(modal.user);
      put(modal.user, stack.slice(0, stack.indexOf(modal)));
    },
    closeAll: (user) => {
      put(user, []);
    },
  };
}

/** A view with the fields that Slack adds to what the app gave, as in answers and payloads. */
export function viewOnWire(modal: OpenModal): Fields {
  return {
    ...viewFields(modal.id, modal.hash, modal.view, modal.values),
    previous_view_id: modal.previous,
    root_view_id: modal.root,
  };
}

/** The same for a home tab, which has no stack. */
export function homeOnWire(home: Home, values: StateValues = {}): Fields {
  return {
    ...viewFields(home.id, home.hash, home.view, values),
    previous_view_id: null,
    root_view_id: home.id,
  };
}

/** A hash changes with each version of a view. */
export function newHash(): string {
  return `${Math.floor(Date.now() / 1_000)}.${newSecret().slice(0, 8)}`;
}

/** What was filled in stays with the blocks that stay. */
function kept(values: StateValues, view: Fields): StateValues {
  const blockIds = new Set(objectsIn(view["blocks"]).map((block) => block["block_id"]));
  return Object.fromEntries(Object.entries(values).filter(([blockId]) => blockIds.has(blockId)));
}

function viewFields(id: string, hash: string, view: Fields, values: StateValues): Fields {
  return {
    id,
    team_id: IDENTITY.teamId,
    type: view["type"],
    blocks: view["blocks"],
    private_metadata: textOf(view["private_metadata"]) ?? "",
    callback_id: textOf(view["callback_id"]) ?? "",
    external_id: externalIdOf(view),
    state: { values },
    hash,
    title: isFields(view["title"]) ? view["title"] : null,
    submit: isFields(view["submit"]) ? view["submit"] : null,
    close: isFields(view["close"]) ? view["close"] : null,
    clear_on_close: view["clear_on_close"] === true,
    notify_on_close: view["notify_on_close"] === true,
    app_id: IDENTITY.appId,
    app_installed_team_id: IDENTITY.teamId,
    bot_id: IDENTITY.botId,
  };
}

function externalIdOf(view: Fields): string {
  return textOf(view["external_id"]) ?? "";
}
