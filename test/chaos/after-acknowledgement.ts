// After somebody was told that he has it, nothing rings that was decided before; what rings later was decided anew.
import { isAwaited } from "../../src/core/paging.ts";
import { pageSlot } from "../../src/desk/announce.ts";
import { keyOf } from "../support/acts.ts";
import type { Json } from "../support/slack-double-workspace.ts";
import type { Rows, World } from "../support/world.ts";
import type { Acknowledging, Ledger } from "./ledger.ts";
import { wasRefused } from "./gone.ts";
import { buttonOn } from "./round.ts";

/** What was claimed in the moment of an acknowledgement goes out, and is edited. */
const UNDER_WAY_MS = 1_000;

/**
 * Pages that were sent although somebody had acknowledged them, but one that was under way; and copies that ring on. Reminders
 * that the customer has no answer yet, and the steps of a ladder that goes on because of it, are decided after that.
 */
export function pagesAfterAcknowledgement(world: World, { acknowledgings }: Ledger, rows: Rows): string[] {
  const refused = new Set(rows.outbox.filter((row) => wasRefused(world, row)).map(({ slot }) => slot));
  return acknowledgings.flatMap((acknowledging) => {
    const { title, nr, at } = acknowledging;
    const ticket = rows.tickets.find(({ state }) => state.title === title);
    if (ticket === undefined) return [`${title} was acknowledged and is lost`];
    const events = rows.events
      .filter((event) => event.ticket === ticket.id)
      .sort((one, other) => one.seq - other.seq);
    const prefix = `ticket:${ticket.id}:`;
    const isNew = decidedSince(events, acknowledging);
    const late = world.slack.calls.filter((call) => {
      const key = keyOf({ metadata: call.args["metadata"] as Json });
      const isCopy = call.method === "chat.postMessage" && key.startsWith(`${prefix}page:`);
      return call.nr > nr && isCopy && !isNew(key.slice(prefix.length));
    });
    const isUnderWay = late.length === 1 && late.every((call) => call.at - at < UNDER_WAY_MS);
    const copies = world.slack.posts().filter((post) => keyOf(post).startsWith(`${prefix}page:`));
    const ringing = isAwaited(ticket.state.paging)
      ? []
      : copies.filter((post) => buttonOn(post, "Acknowledge") && !refused.has(keyOf(post)));
    return [
      ...(isUnderWay ? [] : late).map(
        ({ args }) =>
          `${keyOf({ metadata: args["metadata"] as Json })} was sent after ${title} had been acknowledged`,
      ),
      ...ringing.map((post) => `${keyOf(post)} still rings although ${title} was acknowledged`),
    ];
  });
}

/** Whether a slot ("page:1:0.0", "page:1:reminder:0.0") is for something that the history decided after an acknowledgement. */
function decidedSince(events: Rows["events"], { deskAt }: Acknowledging): (slot: string) => boolean {
  const distance = ({ at }: { at: Date }) => Math.abs(at.getTime() - deskAt.getTime());
  const [since] = events
    .filter(({ what }) => what.kind === "acknowledged")
    .sort((one, other) => distance(one) - distance(other));
  const later = new Set<string>();
  let page = 0;
  let reminder = 0;
  for (const { seq, what } of events) {
    const slots: string[] = [];
    if (what.kind === "paging-began") {
      page += 1;
      reminder = 0;
      slots.push(`page:${page}:on-call`);
    }
    // It rings again, and the on-call channel reads so where it did not hear of it before.
    if (what.kind === "page-resumed" || what.kind === "handed-to") slots.push(`page:${page}:on-call`);
    if (what.kind === "paged") slots.push(pageSlot(page, what));
    if (what.kind === "page-reminded") {
      slots.push(...what.people.map((_, nr) => `page:${page}:reminder:${reminder}.${nr}`));
      reminder += 1;
    }
    if (since !== undefined && seq > since.seq) for (const slot of slots) later.add(slot);
  }
  return (slot) => later.has(slot);
}
