// What a story of both platforms is, and the words and values that many of them share.
import type { Chore } from "../../../src/desk/chores.ts";
import type { Policy } from "../../../src/core/policy.ts";
import type { GraphUse } from "../../../src/chat/teams/graph.ts";
import type { ChatPlatform } from "../../../src/desk/ports.ts";
import type { BridgeDesk } from "../../support/bridge-desk.ts";
import type { Client, Filled, Place, PLATFORMS } from "../../support/clients.ts";

/** One of both. */
export type Platform = (typeof PLATFORMS)[number];

/** A story that runs on both. */
export interface Story {
  name: string;
  /** The wall time at which its desk opens, by the clock of its `zone`: Chicago's unless it is given. */
  opens: string;
  zone?: string;
  /** What is otherwise in Teams, because Teams forces it. */
  inTeams?: string;
  /** What the desk file says otherwise. */
  rewritten?: (file: string) => string;
  own?: readonly Policy[];
  chores?: readonly Chore[];
  ways?: readonly ChatPlatform[];
  /** What Microsoft Graph is asked for, where it runs in Teams. */
  graph?: readonly GraphUse[];
  goes: (client: Client, desk: BridgeDesk, platform: Platform) => Promise<void>;
}

export const FRIDAY_EVENING = "2026-12-04 18:05";
export const IN_HOURS = "2026-12-03 10:00";
export const NORMAL: Filled = { Title: "Proof looks wrong", Level: "Normal" };
export const URGENT: Filled = { Title: "Nobody can order", Level: "Urgent", "Urgent: is it so?": true };
/** A code red of PCC's, whose policy is eleveo's. */
export const RED: Filled = { Title: "Calls are lost", Level: "Critical" };

/** How many messages in a place say something. */
export function count(client: Client, place: Place, words: RegExp): number {
  return client.in(place).filter((one) => words.test(one.words)).length;
}

/** In whose direct messages a page rings. */
export function rings(client: Client): string[] {
  return (["sam", "mia", "leo"] as const).filter((who) =>
    client.in(who).some(({ buttons }) => buttons.includes("Acknowledge")),
  );
}
