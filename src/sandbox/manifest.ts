// Reads what the app offers from its Slack manifest: commands, shortcuts, the events it wants and the scopes it was given.
import { readFileSync } from "node:fs";
import { z } from "zod";

/** The manifest as far as the sandbox needs it; unknown parts are left alone. */
export interface AppManifest {
  name: string;
  commands: { command: string; hint: string; shouldEscape: boolean }[];
  shortcuts: { name: string; callbackId: string; type: "global" | "message" }[];
  /** Event types such as "message.channels". */
  events: string[];
  /** Scopes of the bot token. */
  scopes: string[];
}

/** The manifest in the repository's root; the same place from src/ and from dist/. */
const MANIFEST_URL = new URL("../../manifest.json", import.meta.url);

/** Reads a manifest file. Throws an error that names the file where it is missing or not a manifest. */
export function readManifest(url: URL = MANIFEST_URL): AppManifest {
  try {
    return parseManifest(JSON.parse(readFileSync(url, "utf8")));
  } catch (cause) {
    throw new Error(`The sandbox reads the app's commands from ${url.pathname}, and could not.`, { cause });
  }
}

/** Takes what the sandbox needs out of a manifest's JSON. */
export function parseManifest(json: unknown): AppManifest {
  const { display_information, features, oauth_config, settings } = MANIFEST.parse(json);
  return {
    name: features?.bot_user?.display_name ?? display_information.name,
    commands: (features?.slash_commands ?? []).map((command) => ({
      command: command.command,
      hint: [command.usage_hint, command.description]
        .filter((part) => part !== undefined && part !== "")
        .join(" · "),
      shouldEscape: command.should_escape ?? false,
    })),
    shortcuts: (features?.shortcuts ?? []).map((shortcut) => ({
      name: shortcut.name,
      callbackId: shortcut.callback_id,
      type: shortcut.type,
    })),
    events: settings?.event_subscriptions?.bot_events ?? [],
    scopes: oauth_config?.scopes?.bot ?? [],
  };
}

const MANIFEST = z.object({
  display_information: z.object({ name: z.string() }),
  features: z
    .object({
      bot_user: z.object({ display_name: z.string() }).optional(),
      slash_commands: z
        .array(
          z.object({
            command: z.string().startsWith("/"),
            description: z.string().optional(),
            usage_hint: z.string().optional(),
            should_escape: z.boolean().optional(),
          }),
        )
        .optional(),
      shortcuts: z
        .array(z.object({ name: z.string(), callback_id: z.string(), type: z.enum(["global", "message"]) }))
        .optional(),
    })
    .optional(),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()).optional() }).optional() }).optional(),
  settings: z
    .object({ event_subscriptions: z.object({ bot_events: z.array(z.string()).optional() }).optional() })
    .optional(),
});
