// People in Teams, as their client speaks: activities over plain HTTP to a Belfry that listens for them.
import { randomUUID } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { APP_ID, TENANT, type Delivered, type TeamsDouble } from "./teams-double.ts";

/** People of the test: Entra's ids by short names. */
export const IDS: Readonly<Record<string, string>> = {
  carl: "c0000000-0000-4000-8000-00000000ca21",
  kate: "c0000000-0000-4000-8000-00000000ca7e",
  leo: "c0000000-0000-4000-8000-000000000004",
  mia: "c0000000-0000-4000-8000-000000000005",
  nora: "c0000000-0000-4000-8000-000000000002",
  pavel: "c0000000-0000-4000-8000-000000000006",
  sam: "c0000000-0000-4000-8000-000000000003",
};

/** Channels of the test. */
export const CHANNELS = {
  acme: "19:acme@thread.tacv2",
  support: "19:support@thread.tacv2",
  oncall: "19:oncall@thread.tacv2",
};

/** The team of these channels: by its own id, which is its first channel's, and its group in Entra. */
export const TEAM = { id: "19:desk@thread.tacv2", group: "eeeeeeee-0000-4000-8000-000000000001" };

/** The app is added to the team of all channels: Teams says so, and Graph takes what was consented to. */
export async function addedToTeam(
  people: TeamsPeople,
  double: TeamsDouble,
  consents: readonly string[],
): Promise<void> {
  const channels = [TEAM.id, ...Object.values(CHANNELS)];
  double.teams.set(TEAM.id, { aadGroupId: TEAM.group, channels });
  const described = new Map(channels.map((id) => [id, ""]));
  double.graph.teams.set(TEAM.group, {
    ...{ tenant: TENANT, channels: described, consents: new Set(consents) },
    ...{ tags: new Map(), people: new Set(Object.values(IDS)) },
  });
  const added = people.activity("sam", { in: TEAM.id }, { type: "installationUpdate", action: "add" });
  await people.sends({
    ...added,
    channelData: { tenant: { id: TENANT }, team: { id: TEAM.id, aadGroupId: TEAM.group } },
  });
}

/** Where somebody is when they do something: their own chat, or a conversation. */
export type Scene = { in?: string; thread?: string; group?: boolean };

export interface Answered {
  status: number;
  body: Record<string, unknown> | null;
}

/** People who act. Each gives Belfry's answer over HTTP. */
export interface TeamsPeople {
  says(who: string, text: string, scene?: Scene & { mention?: boolean; more?: object }): Promise<Answered>;
  /** Presses a button that stands on a card; `inputs` are what the card's fields hold. */
  presses(who: string, data: object, scene?: Scene & { on?: string; inputs?: object }): Promise<Answered>;
  invokes(who: string, name: string, value: object, scene?: Scene): Promise<Answered>;
  sends(activity: object, headers?: Record<string, string>): Promise<Answered>;
  /** An activity as Teams' own clients send it. */
  activity(who: string, scene: Scene, more: object): object;
}

/** The chat of a person with Belfry. */
export function chatOf(who: string): string {
  return `a:chat-of-${who}`;
}

/** People whose client speaks to `url`; with the double's tokens, unless they go without. */
export function teamsPeople(url: string, double: TeamsDouble, { hasTokens = true } = {}): TeamsPeople {
  for (const who of Object.keys(IDS)) double.chats.set(`29:${who}`, chatOf(who));

  const sends: TeamsPeople["sends"] = async (activity, headers = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(hasTokens ? { authorization: `Bearer ${double.token()}` } : {}),
        ...headers,
      },
      body: JSON.stringify(activity),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : (JSON.parse(text) as Answered["body"]) };
  };

  const activity: TeamsPeople["activity"] = (who, scene, more) => {
    const isChannel = scene.in !== undefined && scene.group !== true;
    const base = scene.in ?? chatOf(who);
    return {
      id: `${Date.now()}${Math.floor(Math.random() * 1_000_000)}`,
      timestamp: new Date().toISOString(),
      localTimezone: "America/Chicago",
      channelId: "msteams",
      serviceUrl: double.serviceUrl,
      from: { id: `29:${who}`, name: who, aadObjectId: IDS[who] },
      recipient: { id: `28:${APP_ID}`, name: "Belfry" },
      conversation: {
        id: scene.thread === undefined ? base : `${base};messageid=${scene.thread}`,
        conversationType: scene.in === undefined ? "personal" : isChannel ? "channel" : "groupChat",
        ...(scene.in === undefined ? {} : { isGroup: true }),
        tenantId: TENANT,
      },
      channelData: {
        tenant: { id: TENANT },
        ...(isChannel ? { channel: { id: base }, team: { id: TEAM.id } } : {}),
      },
      ...more,
    };
  };

  return {
    sends,
    activity,
    says: (who, text, { mention = false, more = {}, ...scene } = {}) =>
      sends(
        activity(who, scene, {
          type: "message",
          text: mention ? `<at>Belfry</at> ${text}` : text,
          textFormat: "plain",
          entities: [
            ...(mention
              ? [
                  {
                    type: "mention",
                    text: "<at>Belfry</at>",
                    mentioned: { id: `28:${APP_ID}`, name: "Belfry" },
                  },
                ]
              : []),
            {
              type: "clientInfo",
              locale: "en-US",
              country: "US",
              platform: "Web",
              timezone: "America/Chicago",
            },
          ],
          ...more,
        }),
      ),
    presses: (who, data, { on, inputs = {}, ...scene } = {}) =>
      sends(
        activity(who, scene, {
          ...{ type: "invoke", name: "adaptiveCard/action", id: `f:${randomUUID()}` },
          ...(on === undefined ? {} : { replyToId: on }),
          value: {
            action: { type: "Action.Execute", id: "", verb: "", data: { ...data, ...inputs } },
            trigger: "manual",
          },
        }),
      ),
    invokes: (who, name, value, scene = {}) =>
      sends(activity(who, scene, { type: "invoke", name, id: `f:${randomUUID()}`, value })),
  };
}

/** A server around a way in. */
export async function served(
  listener: RequestListener,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Belfry's own message as an activity, as a channel would bring it that sends a bot what the bot wrote. */
export function echoOf(
  { id, conversation, activity }: Delivered,
  double: TeamsDouble,
  role: "bot" | undefined,
): object {
  return {
    ...{ id, type: "message", channelId: "msteams", serviceUrl: double.serviceUrl },
    from: { id: `28:${APP_ID}`, name: "Belfry", ...(role === undefined ? {} : { role }) },
    recipient: { id: `28:${APP_ID}`, name: "Belfry" },
    conversation: {
      ...{ id: conversation, tenantId: TENANT },
      ...(conversation.startsWith("a:")
        ? { conversationType: "personal" }
        : { conversationType: "channel", isGroup: true }),
    },
    channelData: { tenant: { id: TENANT } },
    text: activity.summary ?? "",
    attachments: activity.attachments ?? [],
  };
}

/** The data of the button with a title, in a card or an activity. */
export function buttonOf(card: unknown, title: string): { data: object } {
  let found: { data: object } | null = null;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== "object" || value === null || found !== null) return;
    const one = value as Record<string, unknown>;
    if (one["title"] === title && typeof one["data"] === "object" && one["data"] !== null)
      found = { data: one["data"] };
    else Object.values(one).forEach(visit);
  };
  visit(card);
  if (found === null)
    throw new Error(`There is no button “${title}” in ${JSON.stringify(card).slice(0, 2_000)}`);
  return found;
}
