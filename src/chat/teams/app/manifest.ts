// What Teams shows of Belfry and lets people do with it: the manifest of the app package, version 1.29.
//
// 1.29 is the first that knows commands chosen after a slash, which nobody else in the conversation sees. What is promised
// here is answered in deeds.ts; a test asks for each command and each action.
// https://learn.microsoft.com/microsoft-365/extensibility/schema/?view=m365-app-1.29

/** Whose app this is. */
export interface AppDetails {
  /** The Application (client) ID of the bot's app registration; the app in Teams goes by the same id. */
  appId: string;
  /** Teams takes a package as an update only with a higher one. */
  version: string;
  /** Who runs it, by name (32 characters at most) and with pages of theirs. */
  developer: { name: string; websiteUrl: string; privacyUrl: string; termsOfUseUrl: string };
  /** Asks for the consent to keep the on-call channel's description in step with the roster. */
  describesChannel: boolean;
}

/** The files of the package that hold the icons. */
export const ICONS = { color: "color.png", outline: "outline.png" } as const;

/** The manifest, as an object that is written as JSON. */
export function appManifest({ appId, version, developer, describesChannel }: AppDetails) {
  return {
    $schema: "https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json",
    manifestVersion: "1.29",
    version,
    id: appId,
    developer,
    name: { short: "Belfry", full: "Belfry, the support desk that keeps the time" },
    description: {
      short: "Tickets under a written policy, and pages until somebody answers.",
      full: DESCRIPTION,
    },
    icons: ICONS,
    accentColor: "#1f3a5f",
    defaultInstallScope: "personal",
    defaultGroupCapability: { team: "bot", groupchat: "bot" },
    bots: [
      {
        botId: appId,
        scopes: ["personal", "team", "groupChat"],
        isNotificationOnly: false,
        supportsFiles: false,
        // Without it Teams offers no commands after a slash.
        supportsTargetedMessages: true,
        commandLists: [
          { scopes: ["personal"], commands: COMMANDS },
          { scopes: ["team", "groupChat"], triggers: ["mention", "slash"], commands: COMMANDS },
        ],
      },
    ],
    composeExtensions: [
      {
        botId: appId,
        commands: [
          {
            id: "file-ticket",
            type: "action",
            title: "File a ticket",
            description: "Opens the form for a new ticket.",
            context: ["compose", "commandBox"],
            triggers: ["slash"],
            fetchTask: true,
          },
          {
            id: "ticket-from-message",
            type: "action",
            title: "Create ticket from this message",
            description: "Opens the form for a new ticket, with the words of this message.",
            context: ["message"],
            fetchTask: true,
          },
        ],
      },
    ],
    permissions: ["identity", "messageTeamMembers"],
    webApplicationInfo: {
      id: appId,
      // Consent to read messages wants some value here, and reads nothing in it.
      resource: `api://${appId}`,
    },
    // To hear replies in threads without a mention.
    authorization: {
      permissions: {
        resourceSpecific: [
          { name: "ChannelMessage.Read.Group", type: "Application" },
          { name: "ChatMessage.Read.Chat", type: "Application" },
          ...(describesChannel ? [{ name: "ChannelSettings.ReadWrite.Group", type: "Application" }] : []),
        ],
      },
    },
    validDomains: [],
  };
}

const DESCRIPTION =
  "Belfry is for support teams that answer under a written policy. “ticket” opens a form; the ticket gets the deadlines " +
  "that its policy promises, countdown reminders go to the support channel, and an urgent ticket outside hours pages the " +
  "person on call until somebody acknowledges it.\n\nIn a chat with Belfry type a command plainly, in a channel or group " +
  "chat after @Belfry or after a slash. Whoever is to be paged has to add the app for themselves: Teams lets no app begin " +
  "a chat with anybody else. Belfry reads the messages of a channel to carry replies in a ticket’s thread to whoever " +
  "waits for them; all others it leaves alone.";

/** Each is typed as it stands here; words may follow, such as a title or a ticket's number. */
const COMMANDS = [
  {
    title: "ticket",
    description: "File a ticket, or work on one: ticket the printer is down, ticket take ACME-17",
  },
  { title: "ticket list", description: "The open tickets" },
  { title: "ticket mine", description: "The tickets that are yours" },
  { title: "ticket settings", description: "What you are told of, where and when" },
  { title: "oncall", description: "Who is on call now, and next" },
  { title: "oncall week", description: "Who is on call in the coming seven days" },
  { title: "oncall override", description: "Somebody stands in: oncall override Mia sat 09:00 - sun 09:00" },
  { title: "oncall leave", description: "When you are away; the next in order takes your place" },
  { title: "home", description: "Your tickets and coming shifts, and a way to your settings" },
  { title: "help", description: "What can be typed" },
];
