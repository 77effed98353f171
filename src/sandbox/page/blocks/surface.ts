// The ground that blocks stand on: a message, a form or the home tab. It holds what has been filled in, and tells the app
// what was pressed or chosen.
import type { ConfirmationDialog, KnownBlock } from "@slack/types";
import { createContext, use, useCallback, useMemo, useRef, useState } from "react";
import type { Acts, InputState, StateValues } from "../../page-protocol.ts";
import { noticeOf, post } from "../acts.ts";
import { useAsk } from "../confirm.tsx";
import { startingValues } from "../kept-form.ts";
import { useViewer } from "../viewer.ts";
import { blockIdOf, carriedValues, initialValues, withState, type Slot } from "../values.ts";

/** A block action, less the time at which it was done. */
type BlockAction = Acts["press"]["action"];

/** What the elements of one message or view share. */
export interface Surface {
  values: StateValues;
  /** Sentences by block id. */
  faults: Record<string, string>;
  /** The `block_id/action_id` of what was pressed and not yet answered. */
  busy: string | null;
  /** What Slack says to the last press, if anything. */
  notice: string | null;
  /** Takes in what was filled in. `tells`: the app hears of it now, after the person confirms where it wants that. */
  change: (slot: Slot, state: InputState, tells: boolean) => void;
  press: (action: BlockAction, confirm: ConfirmationDialog | undefined) => void;
  setFaults: (faults: Record<string, string>) => void;
  setNotice: (notice: string | null) => void;
}

/** Given by whoever draws blocks. */
export const SurfaceContext = createContext<Surface | null>(null);

/** The surface that an element stands on. */
export function useSurface(): Surface {
  const surface = use(SurfaceContext);
  if (!surface) throw new Error("This element stands on nothing: draw it inside a surface.");
  return surface;
}

/** Whether a press of this element waits for its answer. */
export function isBusy({ busy }: Surface, blockId: string, actionId: string): boolean {
  return busy === `${blockId}/${actionId}`;
}

/**
 * A surface for blocks that the app may replace. In a view an input keeps what was filled in as long as its ids stay; in
 * a message only as long as the element itself does, since there the app's newest word counts.
 */
export function useBlocksSurface(where: Acts["press"]["where"], blocks: KnownBlock[]): Surface {
  const { as } = useViewer();
  const ask = useAsk();
  const isView = "view" in where;
  const [drawn, setDrawn] = useState(blocks);
  const [values, setValues] = useState(() =>
    isView ? startingValues(where.view, blocks) : initialValues(blocks),
  );
  const [faults, setFaults] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState<string | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  if (drawn !== blocks) {
    setDrawn(blocks);
    setValues(carriedValues(values, drawn, blocks, (was, is) => isView || was === is));
    const standing = new Set(blocks.map(blockIdOf));
    setFaults(only(faults, (id) => standing.has(id)));
  }

  // What an act sends must hold what was typed last, even where the drawing of it is still to come.
  const newest = useRef({ values, where, as });
  newest.current = { values, where, as };

  const send = useCallback(async (action: BlockAction) => {
    const { as, where, values } = newest.current;
    setBusy(`${action.block_id}/${action.action_id}`);
    setNotice(null);
    const told = noticeOf(await post("press", { as, where, action, ...("view" in where && { values }) }));
    setBusy(null);
    // Where there is nothing to tell, what was said meanwhile stays: of the form, which was sent before this was answered.
    if (told !== null) setNotice(told);
  }, []);

  const press = useCallback(
    (action: BlockAction, confirm: ConfirmationDialog | undefined) => {
      const sent = confirm ? ask(confirm).then((yes) => (yes ? send(action) : undefined)) : send(action);
      void sent;
    },
    [ask, send],
  );

  const change = useCallback(
    (slot: Slot, state: InputState, tells: boolean) => {
      const take = () => {
        newest.current.values = withState(newest.current.values, slot, state);
        setValues(newest.current.values);
        setFaults((faults) => only(faults, (id) => id !== slot.blockId));
      };
      const action = { ...state, block_id: slot.blockId, action_id: slot.actionId };
      const confirm = "confirm" in slot.element ? slot.element.confirm : undefined;
      if (!tells || !confirm) take();
      if (!tells) return;
      if (!confirm) return void send(action);
      void ask(confirm).then((yes) => {
        if (!yes) return;
        take();
        return send(action);
      });
    },
    [ask, send],
  );

  return useMemo(
    () => ({ values, faults, busy, notice, change, press, setFaults, setNotice }),
    [values, faults, busy, notice, change, press],
  );
}

/** The sentences of some blocks, by their ids. */
function only(faults: Record<string, string>, which: (blockId: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(faults).filter(([id]) => which(id)));
}
