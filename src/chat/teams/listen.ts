// Teams' way in: what comes to /api/messages goes through the check at the door to the deeds.
import type { RequestListener } from "node:http";
import type { Door } from "../../desk/door.ts";
import type { ChatPlatform, Log, References } from "../../desk/ports.ts";
import { counting } from "../underway.ts";
import { ACTIVITY, type Activity } from "./activities.ts";
import { teamsCalls } from "./calls.ts";
import { teamsDeeds, type Answer } from "./deeds.ts";
import { checkedAtTheDoor, isUnder } from "./door-check.ts";
import { teamsGraph, type GraphUse } from "./graph.ts";
import { teamsPlaces } from "./places.ts";
import { failureOf } from "./requests.ts";
import { teamsPlatform } from "./send.ts";
import { openTokenCheck, PUBLIC_CLOUD, type Cloud, type TokenCheck } from "./tokens.ts";

/** How Teams is reached. */
export interface TeamsOptions {
  identity:
    | {
        mode: "entra";
        appId: string;
        password: string;
        tenantId: string;
        allowedTenants: readonly string[];
      }
    | { mode: "anonymous-dev" };
  serviceUrls: readonly string[];
  /** What Microsoft Graph may be asked for, in entra mode; nothing unless it is said. */
  graph?: readonly GraphUse[];
  references: References;
  machineNow: () => Date;
  log: Log;
  /** Another issuer of tokens than Microsoft: for tests, in code alone. */
  cloud?: Cloud | undefined;
  /** How long one call to Teams may take. */
  timeoutMs?: number;
}

/** Teams, with its way out, and its way in once there is a desk. */
export interface Teams {
  platform: ChatPlatform;
  listen(desk: {
    door: Door;
    /** Told how long Teams waited for an answer. */
    observe?: (deed: string, ms: number) => void;
    /** How long the desk may take before a person reads that it could not be stored. */
    storeWithinMs?: number;
  }): TeamsListener;
}

/** Teams' way in. */
export interface TeamsListener {
  /** Answers POST /api/messages. */
  readonly requestListener: RequestListener;
  /** Takes nothing new, and resolves when all that came in is handled. */
  stop(): Promise<void>;
}

/** Opens Teams. In entra mode botbuilder is loaded, to check tokens. */
export async function openTeams(options: TeamsOptions): Promise<Teams> {
  const { identity, serviceUrls, references, machineNow, log, timeoutMs = CALL_TIMEOUT_MS } = options;
  const cloud = options.cloud ?? PUBLIC_CLOUD;
  const isOpen = identity.mode === "anonymous-dev";
  const isServiceUrl = (url: string): boolean => isUnder(url, serviceUrls, isOpen);
  const credentials = identity.mode === "entra" ? { ...identity, cloud } : null;
  const tokens = identity.mode === "entra" ? await openTokenCheck(identity.appId, cloud) : null;
  const graph =
    identity.mode === "entra" && options.graph !== undefined && options.graph.length > 0
      ? teamsGraph({
          ...{ uses: options.graph, credentials: { ...identity, cloud } },
          ...{ allowedTenants: identity.allowedTenants, timeoutMs, machineNow },
        })
      : null;
  const calls = teamsCalls({ credentials, isServiceUrl, timeoutMs, machineNow });
  const places = teamsPlaces(calls, references, {
    serviceUrl: isOpen ? null : usualService(serviceUrls),
    tenant: identity.mode === "entra" ? identity.tenantId : null,
    machineNow,
  });
  const footer = isOpen ? NOBODY_CHECKED : null;
  if (isOpen)
    log.warn(
      { mode: "anonymous-dev" },
      "Teams is open to whoever is on this machine: identities are not checked.",
    );
  return {
    platform: teamsPlatform({ calls, places, graph, machineNow, footer }),
    listen: ({ door, observe, storeWithinMs = STORE_WITHIN_MS }) => {
      const { until, later, ended } = counting(log, (error) => failureOf(error).why);
      const setting = { isFlat: false, footer };
      const deeds = teamsDeeds({ door, calls, places, log, storeWithinMs, setting, later });
      let isStopping = false;

      async function take(unread: unknown): Promise<Answer> {
        const cameAtMs = performance.now();
        const activity = ACTIVITY.safeParse(unread).data;
        if (activity === undefined) return { status: 400, body: null };
        if (isStopping) return { status: 503, body: null };
        try {
          return await until(handle(activity));
        } catch (error) {
          log.error({ err: error, type: activity.type }, "something of Teams' could not be handled");
          return { status: 503, body: null };
        } finally {
          observe?.(activity.name ?? activity.type, performance.now() - cameAtMs);
        }
      }

      async function handle(activity: Activity): Promise<Answer> {
        if (isFarewell(activity)) {
          await places.forget(activity);
          return NOTED;
        }
        await places.note(activity).catch((error: unknown) => {
          // The next activity from there tells it again; what was asked need not wait for it.
          log.warn({ err: error }, "where an activity came from could not be kept");
        });
        switch (activity.type) {
          case "message":
            return deeds.message(activity);
          case "invoke":
            return deeds.invoke(activity);
          case "installationUpdate":
            return deeds.installed(activity);
          default:
            return NOTED;
        }
      }

      return {
        requestListener: checkedAtTheDoor(doorOptions(tokens, options, isServiceUrl), take),
        stop: async () => {
          isStopping = true;
          await ended();
        },
      };
    },
  };
}

const CALL_TIMEOUT_MS = 10_000;
/** Teams waits some ten seconds for an answer to a press, but nobody likes to. */
const STORE_WITHIN_MS = 4_000;
const NOTED: Answer = { status: 200, body: null };
const NOBODY_CHECKED = "anonymous-dev: nobody's identity is checked here.";

function doorOptions(
  tokens: TokenCheck | null,
  { identity, machineNow, log }: TeamsOptions,
  isServiceUrl: (url: string) => boolean,
): Parameters<typeof checkedAtTheDoor>[0] {
  return {
    tokens,
    allowedTenants: identity.mode === "entra" ? identity.allowedTenants : [],
    isServiceUrl,
    machineNow,
    refused: (reason) => {
      log.warn({ reason }, "a request was turned away at the door");
    },
  };
}

/** Where Microsoft's own documentation sends those who know no better: under the first address on the list. */
function usualService(serviceUrls: readonly string[]): string | null {
  const [first] = serviceUrls;
  if (first === undefined) return null;
  return first === "https://smba.trafficmanager.net/" ? `${first}teams/` : first;
}

/** Belfry was taken out of a conversation. */
function isFarewell({ type, action, membersRemoved, recipient }: Activity): boolean {
  if (type === "installationUpdate") return action?.startsWith("remove") === true;
  return type === "conversationUpdate" && membersRemoved?.some(({ id }) => id === recipient.id) === true;
}
