// A chat that takes its time and fails as it is told to: it is what people see, and it writes down what it was asked for.
import { DeskError } from "../../src/core/errors.ts";
import type { Message } from "../../src/core/message.ts";
import type { ChatPlatform, MessageRef, Outcome } from "../../src/desk/ports.ts";
import type { Machine } from "./machine.ts";

/** How calls to a place fail while a trouble lasts. */
export const TROUBLES = [
  /** 429: nothing is taken, and it says for how long. */
  "limited",
  /** 5xx: nothing is taken. */
  "broken",
  /** It is taken, and the answer is lost. */
  "swallows answers",
  /** Neither is it taken nor does an answer come. */
  "swallows requests",
  /** Never again: somebody refuses direct messages, a channel is archived. */
  "refuses",
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** A message as it stands, with the moments of its way. */
export interface Standing {
  ref: MessageRef;
  key: string;
  place: string;
  message: Message;
  /** As it was posted, before any edit. */
  posted: Message;
}

/** When a place was asked for something. */
export interface Asked {
  place: string;
  atMs: number;
  /** How long it takes. */
  latencyMs: number;
}

/** A call that asked to post or to edit. */
export interface Call extends Asked {
  what: "post" | "edit";
  /** The message's key, or its reference where it is edited. */
  key: string;
  message: Message;
  /** What came of it, once that is known to whoever called. */
  outcome: Outcome["is"] | null;
}

export interface FlakyChat extends ChatPlatform {
  standing: Standing[];
  calls: Call[];
  /** Calls that looked whether a message stands there. */
  looks: Asked[];
  /** How long a call takes. */
  latencyMs: number;
  /** Whether it can tell if a message arrived. */
  canTell: boolean;
  /** Calls that wait for their answer. */
  underWay(): number;
  /** Lets calls to a place ("" for every place) fail from now on for a while. */
  trouble(place: string, how: Trouble, ms: number): void;
  /** Until when a place was in trouble, as far as is known; 0 where it never was. */
  troubledUntil(place: string): number;
  /** Hears of each call that asks to post, as it comes. */
  onPost: (call: Call) => void;
  /** Ends all trouble. */
  heal(): void;
}

interface Spell {
  place: string;
  how: Trouble;
  fromMs: number;
  untilMs: number;
}

/** How long a 429 asks to wait. */
const LIMIT_MS = 20_000;

/** A chat that works, for now. */
export function flakyChat(machine: Machine): FlakyChat {
  const spells: Spell[] = [];
  const standing: Standing[] = [];
  const calls: Call[] = [];
  const looks: Asked[] = [];
  let underWay = 0;
  let posted = 0;

  const troubleAt = (place: string): Trouble | null =>
    spells.findLast((spell) => (spell.place === "" || spell.place === place) && isNow(spell, machine.now()))
      ?.how ?? null;

  /** Answers after the latency; one who breaks the call off learns nothing. */
  const answering = (stop: AbortSignal, take: () => void, answer: () => Outcome): Promise<Outcome> => {
    underWay += 1;
    // One of its own for each call: many wait for their answers at once.
    const signal = AbortSignal.any([stop]);
    return new Promise<Outcome>((resolve) => {
      let isBrokenOff = false;
      const end = (outcome: Outcome): void => {
        signal.removeEventListener("abort", breakOff);
        resolve(outcome);
      };
      // What has not been taken by then is taken no more.
      const breakOff = (): void => {
        isBrokenOff = true;
        end({ is: "unknown", at: new Date(machine.now()), why: "broken off" });
      };
      if (signal.aborted) breakOff();
      signal.addEventListener("abort", breakOff);
      machine.after(chat.latencyMs / 2, () => {
        if (!isBrokenOff) take();
      });
      machine.after(chat.latencyMs, () => {
        underWay -= 1;
        end(answer());
      });
    });
  };

  const call = (place: string, signal: AbortSignal, deliver: () => MessageRef | null): Promise<Outcome> => {
    const how = troubleAt(place);
    let ref: MessageRef | null = null;
    const soon = () => new Date(machine.now());
    switch (how) {
      case null:
        return answering(
          signal,
          () => (ref = deliver()),
          () => ({ is: "sent", ref }),
        );
      case "limited": {
        const at = new Date(machine.now() + LIMIT_MS);
        return answering(signal, nothing, () => ({ is: "retry", at, why: "429", lane: true }));
      }
      case "broken":
        return answering(signal, nothing, () => ({ is: "retry", at: soon(), why: "503", lane: false }));
      case "swallows answers":
        return answering(
          signal,
          () => (ref = deliver()),
          () => ({ is: "unknown", at: soon(), why: "timed out" }),
        );
      case "swallows requests":
        return answering(signal, nothing, () => ({ is: "unknown", at: soon(), why: "timed out" }));
      case "refuses":
        return answering(signal, nothing, () => ({ is: "failed", why: "refused" }));
      default:
        return how satisfies never;
    }
  };

  const noted = (asked: Omit<Call, "atMs" | "latencyMs" | "outcome">): Call => {
    const made: Call = { ...asked, atMs: machine.now(), latencyMs: chat.latencyMs, outcome: null };
    calls.push(made);
    return made;
  };

  const chat: FlakyChat = {
    name: "slack",
    standing,
    calls,
    looks,
    latencyMs: 200,
    canTell: true,
    underWay: () => underWay,
    onPost: () => undefined,
    post: async ({ key, place, message }, signal) => {
      const asked = noted({ what: "post", key, place, message });
      chat.onPost(asked);
      const outcome = await call(place, signal, () => {
        posted += 1;
        const ref = `${place}:${posted}`;
        standing.push({ ref, key, place, message, posted: message });
        return ref;
      });
      asked.outcome = outcome.is;
      return outcome;
    },
    edit: async (ref, message, signal) => {
      const asked = noted({ what: "edit", key: ref, place: placeOf(ref), message });
      const outcome = await call(placeOf(ref), signal, () => {
        const found = standing.find((one) => one.ref === ref);
        if (found === undefined) throw new Error(`${ref} is edited and stands nowhere`);
        found.message = message;
        return ref;
      });
      asked.outcome = outcome.is;
      return outcome;
    },
    set: (_setting, signal) => call("", signal, () => null),
    mark: (on, _mark, signal) => call(placeOf(on), signal, () => null),
    async lookFor(key, { place }, signal) {
      const how = troubleAt(place);
      looks.push({ place, atMs: machine.now(), latencyMs: chat.latencyMs });
      let found: MessageRef | undefined;
      await answering(
        signal,
        () => (found = standing.find((one) => one.key === key)?.ref),
        () => ({ is: "dropped" }),
      );
      if (signal.aborted || (how !== null && how !== "refuses"))
        throw new DeskError("unavailable", "The chat cannot be asked now.");
      if (!chat.canTell) return "cannot tell";
      return found === undefined ? "absent" : { found };
    },
    hearingAt: () => Promise.resolve({ is: "untold" }),
    lookUp: (written) => Promise.resolve(written),
    trouble: (place, how, ms) => {
      spells.push({ place, how, fromMs: machine.now(), untilMs: machine.now() + ms });
    },
    troubledUntil: (place) =>
      Math.max(
        0,
        ...spells
          .filter((spell) => spell.place === "" || spell.place === place)
          .map(({ how, untilMs }) => untilMs + (how === "limited" ? LIMIT_MS : 0)),
      ),
    heal: () => {
      for (const spell of spells) spell.untilMs = Math.min(spell.untilMs, machine.now());
    },
  };
  return chat;
}

function nothing(): void {
  // It is not taken.
}

function isNow({ fromMs, untilMs }: Spell, now: number): boolean {
  return fromMs <= now && now < untilMs;
}

function placeOf(ref: MessageRef): string {
  return ref.slice(0, ref.lastIndexOf(":"));
}
