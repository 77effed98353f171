// The desk file: who the customers, people, channels, rotations and ladders are. Parsed once, whole, with every fault at once.
import { z } from "zod";
import { isZone } from "./calendar.ts";
import { durationOf } from "./clock.ts";
import { readDocument, type Fault } from "./document.ts";
import type { Ladder, LadderStep } from "./paging.ts";
import type { Role, Rotation } from "./roster.ts";

/**
 * Where somebody or something is found on a platform: "slack:U012AB", or as it was written, "slack:#support" or
 * "slack:mara@vendor.example". Only chat adapters look inside.
 */
export type Address = string;

/** Somebody whom the desk knows. A person of the support team serves customers; every other person files for one or more. */
export interface Person {
  id: string;
  name: string;
  addresses: readonly Address[];
  timezone: string;
  isSupport: boolean;
}

/** Who files tickets, under which policy, and who is called when it is urgent. */
export interface Customer {
  /** The first half of a ticket's number: "ACME". */
  key: string;
  name: string;
  policy: string;
  /** Zone that the policy's 'customer' calendars count in. */
  timezone: string;
  /** The customer's own channel, or null. */
  channel: Address | null;
  contacts: readonly string[];
  ladder: string | null;
}

/** The desk as its file describes it. */
export interface Directory {
  people: readonly Person[];
  customers: readonly Customer[];
  channels: { support: Address; onCall: Address };
  rotations: readonly Rotation[];
  ladders: readonly Ladder[];
  /** Paths of policy files beside the presets, relative to the desk file. */
  policyFiles: readonly string[];
}
