// Places that are gone for a while: somebody on the ladder takes no direct messages or was deactivated, the on-call channel is
// archived. What Slack then refuses is right to fail, and nothing else is.
import { keyOf } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import type { Call } from "../support/slack-double-server.ts";
import type { Json } from "../support/slack-double-workspace.ts";
import type { Rows, World } from "../support/world.ts";
import type { Dice } from "./dice.ts";
import type { Ledger } from "./ledger.ts";

const SAM = { name: "Sam", user: PEOPLE.sam } as const;
const MIA = { name: "Mia", user: PEOPLE.mia } as const;
/** What goes, and how. Mia is known by her mail address: were she deactivated, messages would name her without a mention. */
const LOSSES = [
  { ...SAM, gone: "takes no messages" },
  { ...SAM, gone: "deactivated" },
  { ...MIA, gone: "takes no messages" },
  { channel: CHANNELS.onCall, gone: "archived" },
] as const;
type Loss = (typeof LOSSES)[number];

/** Lets somebody or the on-call channel go. Returns a function that brings them back, and counts the calls that were refused. */
export function loseSomePlace(world: World, ledger: Ledger, dice: Dice): () => void {
  const loss: Loss = LOSSES[dice.below(LOSSES.length)] ?? LOSSES[0];
  const name = "channel" in loss ? "on-call channel archived" : `${loss.name} ${loss.gone}`;
  const sinceNr = world.slack.workspace.next();
  set(world, loss, true);
  ledger.trace.push(`gone: ${name}`);
  return () => {
    set(world, loss, false);
    ledger.trace.push(`back: ${name}`);
    const hits = world.slack.calls.filter(({ nr, outcome }) => nr > sinceNr && isGoneCode(outcome)).length;
    if (hits > 0) ledger.faults.set(name, (ledger.faults.get(name) ?? 0) + hits);
  };
}

/** Whether somebody can use Slack in a place now. */
export function canAct(world: World, user: string, channel: string): boolean {
  const { members, channels } = world.slack.workspace;
  return members.get(user)?.gone !== "deactivated" && channels.get(channel)?.isArchived !== true;
}

type Row = Rows["outbox"][number];

/** Whether Slack refused a message because its place was gone, so that it is right to have failed. */
export function wasRefused(world: World, row: Row): boolean {
  if (row.state !== "failed" && row.state !== "unsure") return false;
  const enqueuedMs = row.enqueuedAt.getTime();
  return world.slack.calls.some((call) => {
    if (!isGoneCode(call.outcome) || call.at < enqueuedMs - CLOCK_MS) return false;
    const { method, args } = call;
    if (method === "chat.update") return row.ref === `slack:${String(args["channel"])}:${String(args["ts"])}`;
    const isThere = placesOf(row.place).has(calledFor(call));
    if (method !== "chat.postMessage") return isThere;
    return isThere && (row.combines || keyOf({ metadata: args["metadata"] as Json }) === row.slot);
  });
}

/** Whether Slack ever refused a page's message, or that of a storm at its place, because the place was gone. */
export function wasEverRefused(world: World, slot: string, place: string): boolean {
  const places = placesOf(place);
  return world.slack.calls.some((call) => {
    if (!isGoneCode(call.outcome) || !places.has(calledFor(call))) return false;
    const key = keyOf({ metadata: call.args["metadata"] as Json });
    return call.method !== "chat.postMessage" || key === slot || key.startsWith(`storm:${place}:`);
  });
}

/** Whoever is called, in the words of the call. */
function calledFor({ args }: Call): string {
  return String(args["channel"] ?? args["users"] ?? args["email"]);
}

/** How calls may name a place of the desk. */
function placesOf(place: string): ReadonlySet<string> {
  const written = place.slice("slack:".length);
  const user = written.includes("@") ? PEOPLE.mia : written;
  return new Set([written, user, user.replace(/^U/, "D")]);
}

/** Two clocks of one machine, one of which keeps no microseconds. */
const CLOCK_MS = 1_000;

function isGoneCode(outcome: string): boolean {
  return GONE_CODES.has(outcome);
}

/** The double refuses with these only while something is gone. */
const GONE_CODES: ReadonlySet<string> = new Set([
  "cannot_dm_bot",
  "user_disabled",
  "users_not_found",
  "is_archived",
]);

function set({ slack: { workspace } }: World, loss: Loss, isGone: boolean): void {
  if ("channel" in loss) {
    const channel = workspace.channels.get(loss.channel);
    if (channel !== undefined) channel.isArchived = isGone;
    return;
  }
  const member = workspace.members.get(loss.user);
  if (member !== undefined) member.gone = isGone ? loss.gone : undefined;
}
