// auth.test, bots.info and api.test: who the app is, and whether anybody answers.
import { needing, optionalText, SlackRefusal, type Methods } from "../method.ts";
import { IDENTITY } from "../seed.ts";

/** auth.test, bots.info and api.test. */
export const authMethods: Methods = {
  "auth.test": needing([], (_args, { workspace }) => ({
    url: `${workspace.origin()}/`,
    team: IDENTITY.teamName,
    user: "belfry",
    team_id: IDENTITY.teamId,
    user_id: IDENTITY.botUserId,
    bot_id: IDENTITY.botId,
    is_enterprise_install: false,
  })),

  "bots.info": needing(["users:read"], (args, { manifest }) => {
    const bot = optionalText(args, "bot");
    if (bot !== undefined && bot !== IDENTITY.botId) throw new SlackRefusal("bot_not_found");
    const { botId: id, appId: app_id, botUserId: user_id } = IDENTITY;
    return { bot: { id, deleted: false, name: manifest.name, updated: 0, app_id, user_id, icons: {} } };
  }),

  "api.test": needing([], (args) => ({ args })),
};
