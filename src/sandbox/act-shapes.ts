// Reads what the page posts: each act as page-protocol.ts says, nothing else.
import { z } from "zod";
import type { Acts, InputState } from "./page-protocol.ts";

const id = z.string().min(1).max(255);
const inputState = z.looseObject({ type: z.string() }) as z.ZodType<InputState>;
const values = z.record(z.string(), z.record(z.string(), inputState));
const inMessage = z.object({ channel: id, ts: id });
const action = z.looseObject({ type: z.string(), action_id: id, block_id: id });

/** The shape of each act. */
export const ACT_SHAPES: { readonly [Act in keyof Acts]: z.ZodType<Acts[Act]> } = {
  say: z.object({
    as: id,
    channel: id,
    threadTs: id.exactOptional(),
    // The most that Slack takes as one message.
    text: z.string().max(40_000, "is too long for one message"),
    files: z.array(id).max(10).exactOptional(),
  }),
  edit: z.object({ as: id, channel: id, ts: id, text: z.string().min(1).max(40_000) }),
  erase: z.object({ as: id, channel: id, ts: id }),
  press: z.object({
    as: id,
    where: z.union([z.object({ message: inMessage }), z.object({ view: id })]),
    action,
    values: values.exactOptional(),
  }),
  submit: z.object({ as: id, view: id, values }),
  close: z.object({ as: id, view: id }),
  shortcut: z.object({ as: id, callbackId: id, message: inMessage.exactOptional() }),
  home: z.object({ as: id }),
  pause: z.object({
    as: id,
    minutes: z
      .int()
      .min(1)
      .max(7 * 1_440)
      .nullable(),
  }),
  read: z.object({ as: id, channel: id }),
  dismiss: z.object({ as: id, channel: id, ts: id }),
  clock: z.union([
    z.object({ by: z.number() }),
    z.object({ to: z.enum(["next-morning", "friday-17:30", "next-due"]) }),
    z.object({ to: z.literal("instant"), at: z.iso.datetime({ offset: true }) }),
  ]),
  scene: z.object({ id }),
  faults: z.object({ rateLimited: z.boolean().exactOptional(), down: z.boolean().exactOptional() }),
};

/** Whether there is such an act. */
export function isAct(name: string): name is keyof Acts {
  return Object.hasOwn(ACT_SHAPES, name);
}
