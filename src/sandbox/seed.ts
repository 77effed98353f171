// Who and what stands in the sandbox's workspace on its first day: people, channels, a user group and the app with its bot.
import type { Channel, Person, UserGroup } from "./memory.ts";

/** The workspace, the app installed in it and the app's bot, by Slack's ids. */
export const IDENTITY = {
  teamId: "T0SANDBOX01",
  teamName: "Belfry sandbox",
  teamDomain: "belfry-sandbox",
  appId: "A0BELFRY001",
  botId: "B0BELFRY001",
  botUserId: "U0BELFRY001",
} as const;

/** Slack's own user, in whose name deleted messages stand. */
export const SLACKBOT_ID = "USLACKBOT";

/** Everybody who can act, and the bot; contacts first, one for each policy. */
export const PEOPLE: readonly Person[] = [
  contact("U0CARL00001", "Carl Reyes", "ACME Print", "aleyant", "acme-print.example", "America/Chicago"),
  contact(
    "U0NORA00001",
    "Nora Lind",
    "Northwind Learning",
    "alleo",
    "northwind-learning.example",
    "America/New_York",
  ),
  contact("U0HANA00001", "Hana Mori", "Harbor Media", "allure", "harbor-media.example", "America/New_York"),
  contact(
    "U0PAVEL0001",
    "Pavel Dvořák",
    "Prague Contact Center",
    "eleveo",
    "prague-contact.example",
    "Europe/Prague",
  ),
  contact(
    "U0KATE00001",
    "Kate Shaw",
    "Kent Compliance",
    "alliantist",
    "kent-compliance.example",
    "Europe/London",
  ),
  support("U0SAM000001", "Sam Okafor", "support, on the rota", "America/Chicago"),
  support("U0MIA000001", "Mia Chen", "support, on the rota", "America/New_York"),
  // Leo keeps the quiet hours that Slack proposes, so that dnd.info has something to tell.
  {
    ...support("U0LEO000001", "Leo Brandt", "support, not on the rota", "Europe/Prague"),
    quietHours: ["22:00", "08:00"],
    paused: null,
  },
  {
    id: IDENTITY.botUserId,
    name: "Belfry",
    handle: "belfry",
    email: "",
    role: "the app",
    timezone: "Etc/UTC",
    isBot: true,
    quietHours: null,
    paused: null,
  },
];

/** The user groups. */
export const GROUPS: readonly UserGroup[] = [
  {
    id: "S0ONCALL001",
    name: "On call",
    handle: "oncall",
    description: "Whoever of support is on call",
    members: ["U0SAM000001"],
  },
];

/** The channels, and a direct message between each person and the bot. The bot is in all of them but #random. */
export function seedChannels(): Channel[] {
  const supporters = PEOPLE.filter((person) => person.role.startsWith("support")).map((person) => person.id);
  const everybody = PEOPLE.filter((person) => !person.isBot).map((person) => person.id);
  const bot = IDENTITY.botUserId;
  return [
    channel("C0SUPPORT01", "support", "Tickets of all customers", [...supporters, bot]),
    channel("C0ONCALL001", "on-call", "Pages, and who has them", [...supporters, bot]),
    channel("C0ACME00001", "acme", "ACME Print and its support", ["U0CARL00001", ...supporters, bot]),
    channel("C0NORTH0001", "northwind", "Northwind Learning and its support", [
      "U0NORA00001",
      ...supporters,
      bot,
    ]),
    channel("C0HARBOR001", "harbor", "Harbor Media and its support", ["U0HANA00001", ...supporters, bot]),
    channel("C0PCC000001", "pcc", "Prague Contact Center and its support", [
      "U0PAVEL0001",
      ...supporters,
      bot,
    ]),
    channel("C0KENT00001", "kent", "Kent Compliance and its support", ["U0KATE00001", ...supporters, bot]),
    channel("C0RANDOM001", "random", "Anything else; Belfry is not here", everybody),
    {
      ...channel("C0OLDDESK01", "old-desk", "Where support was before", [...supporters, bot]),
      isArchived: true,
    },
    ...everybody.map((person) => directMessage(person)),
  ];
}

function contact(
  id: string,
  name: string,
  customer: string,
  policy: string,
  domain: string,
  timezone: string,
): Person {
  const handle = handleOf(name);
  const role = `contact of ${customer} (${policy})`;
  return {
    id,
    name,
    handle,
    email: `${handle}@${domain}`,
    role,
    timezone,
    isBot: false,
    quietHours: null,
    paused: null,
  };
}

function support(id: string, name: string, role: string, timezone: string): Person {
  const handle = handleOf(name);
  return {
    id,
    name,
    handle,
    email: `${handle}@belfry.example`,
    role,
    timezone,
    isBot: false,
    quietHours: null,
    paused: null,
  };
}

function handleOf(name: string): string {
  return (name.split(" ")[0] ?? name).toLowerCase();
}

function channel(id: string, name: string, topic: string, members: string[]): Channel {
  return { id, name, kind: "channel", topic, isArchived: false, members };
}

function directMessage(person: string): Channel {
  const members = [person, IDENTITY.botUserId];
  return { id: "D" + person.slice(1), name: "", kind: "direct", topic: "", isArchived: false, members };
}
